//===- LseMerge.cpp - conformance of the merge of partial attention -------===//
// Parts are empty by +inf and by -inf, with NaN where their values are; weights lie close together
// and far apart. What one part alone decides is exact.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"
#include "GuardedTensor.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// One call.
struct MergeShape {
  int64_t tokens = 1, heads = 1, dims = 512, others = 1;
  int64_t padding = 0;       ///< elements behind each head
  bool headsFirst = false;   ///< lse is [H, T]
  bool hasLse = true;        ///< lse is wanted
  int64_t firstTokens = -1;  ///< tokens with a first part; -1: all
  bool base2 = false;        ///< of the parts and of lse
  double empty = -kInfinity; ///< lse of what is empty
  float scale = 0;           ///< of 8-bit outputs; 0: absent

  std::string name() const {
    return "T=" + std::to_string(tokens) + " H=" + std::to_string(heads) +
           " D=" + std::to_string(dims) + " parts=" + std::to_string(others + 1) +
           " padding=" + std::to_string(padding) + (headsFirst ? " [H, T]" : "") +
           (hasLse ? "" : " no lse") +
           (firstTokens < 0 ? "" : " first=" + std::to_string(firstTokens)) +
           (base2 ? " base 2" : "") + (empty > 0 ? " +inf" : "") +
           (scale != 0 ? " scale=" + std::to_string(scale) : "");
  }
};

class MergeCase {
public:
  MergeCase(const Gpu &gpu, Element part, Element result, const MergeShape &shape);
  NamedValues values() const;
  void upload(uint64_t seed);
  void run(const Subject &subject);
  void compare(Tally &tally) const;
  /// Every byte of the outputs.
  std::vector<uint8_t> image() const;
  std::string damage() const;

private:
  int64_t token(int64_t t, int64_t h) const { return shape.headsFirst ? h : t; }
  int64_t head(int64_t t, int64_t h) const { return shape.headsFirst ? t : h; }
  double lseOf(int64_t part, int64_t t, int64_t h) const;
  double valueOf(int64_t part, int64_t t, int64_t h, int64_t d) const {
    return part ? others.get((part - 1) * shape.tokens + t, h, d) : first.get(t, h, d);
  }
  void compareRow(Tally &tally, int64_t t, int64_t h) const;

  MergeShape shape;
  float lseFactor, outFactor;
  GuardedTensor first, others, firstLse, othersLse, out, lse, scale;
};
} // namespace

static TensorShape lseShape(const MergeShape &shape, int64_t blocks) {
  return {blocks, shape.headsFirst ? shape.heads : shape.tokens,
          shape.headsFirst ? shape.tokens : shape.heads, 3, 5};
}

MergeCase::MergeCase(const Gpu &gpu, Element part, Element result, const MergeShape &shape)
    : shape(shape), lseFactor(shape.base2 ? 0.693147180559945f : 1.0f),
      outFactor(shape.base2 ? 1.44269504088896f : 1.0f),
      first(gpu, part, {shape.tokens, shape.heads, shape.dims, shape.padding}),
      others(gpu, part,
             {shape.others * shape.tokens, shape.heads, shape.dims, shape.padding, shape.padding}),
      firstLse(gpu, Element::Fp32, lseShape(shape, 1)),
      othersLse(gpu, Element::Fp32, lseShape(shape, shape.others)),
      out(gpu, result, {shape.tokens, shape.heads, shape.dims, 2 * shape.padding}),
      lse(gpu, Element::Fp32, lseShape(shape, shape.hasLse)),
      scale(gpu, Element::Fp32, {1, 1, shape.scale != 0 ? 1 : 0}) {}

NamedValues MergeCase::values() const {
  auto integer = [](int64_t value) { return Value::integer(value); };
  int64_t row = firstLse.shape().rowStride();
  int64_t tokenStride = shape.headsFirst ? 1 : row, headStride = shape.headsFirst ? row : 1;
  return {{"first", Value::pointer(first.address())},
          {"T", integer(shape.tokens)},
          {"H", integer(shape.heads)},
          {"D", integer(shape.dims)},
          {"first.stride0", integer(first.shape().blockStride())},
          {"first.stride1", integer(first.shape().rowStride())},
          {"others", Value::pointer(others.address())},
          {"OTHERS", integer(shape.others)},
          {"others.stride0", integer(others.shape().blockStride() * shape.tokens)},
          {"others.stride1", integer(others.shape().blockStride())},
          {"others.stride2", integer(others.shape().rowStride())},
          {"first_lse", Value::pointer(firstLse.address())},
          {"first_lse_token", integer(tokenStride)},
          {"first_lse_head", integer(headStride)},
          {"others_lse", Value::pointer(othersLse.address())},
          {"others_lse_part", integer(othersLse.shape().blockStride())},
          {"others_lse_token", integer(tokenStride)},
          {"others_lse_head", integer(headStride)},
          {"out", Value::pointer(out.address())},
          {"out.stride0", integer(out.shape().blockStride())},
          {"out.stride1", integer(out.shape().rowStride())},
          {"lse", Value::pointer(lse.address())},
          {"LSES", integer(shape.hasLse)},
          {"lse_token", integer(tokenStride)},
          {"lse_head", integer(headStride)},
          {"scale", Value::pointer(scale.address())},
          {"SCALED", integer(shape.scale != 0)},
          {"first_tokens", integer(shape.firstTokens < 0 ? shape.tokens : shape.firstTokens)},
          {"lse_factor", Value::number(lseFactor)},
          {"out_factor", Value::number(outFactor)},
          {"empty_lse", Value::number(shape.empty)}};
}

void MergeCase::upload(uint64_t seed) {
  for (int64_t part = 0; part <= shape.others; ++part)
    for (int64_t t = 0; t < shape.tokens; ++t)
      for (int64_t h = 0; h < shape.heads; ++h) {
        uint64_t index = uint64_t((part * shape.tokens + t) * shape.heads + h);
        uint64_t bits = randomBits(seed, index);
        bool isEmpty = bits % 4 == 0 || h % 7 == 3;
        // Weights of heads 5, 12, … lie far apart.
        float unit = (h % 7 == 5 ? 90.0f : 4.0f) * randomUnit(seed + 1, index);
        float value = isEmpty ? float(bits & 16 ? kInfinity : -kInfinity) : unit;
        GuardedTensor &to = part ? othersLse : firstLse;
        encode(Element::Fp32, to.at(part ? part - 1 : 0, token(t, h), head(t, h)), value);
        uint8_t *row = part ? others.at((part - 1) * shape.tokens + t, h) : first.at(t, h);
        for (int64_t d = 0; d < shape.dims && !isEmpty; ++d)
          encode(first.element(), row + d * elementBytes(first.element()),
                 4 * randomUnit(seed + 2, index * uint64_t(shape.dims) + uint64_t(d)));
      }
  if (shape.scale != 0)
    encode(Element::Fp32, scale.at(0, 0), shape.scale);
  for (GuardedTensor *tensor : {&first, &others, &firstLse, &othersLse, &scale})
    tensor->upload();
}

void MergeCase::run(const Subject &subject) {
  const Variant &variant = subject.kernel.variant();
  int64_t heads = variant.constant("BLOCK_H", 1), dims = variant.constant("BLOCK_D", 1);
  out.poison();
  lse.poison();
  subject.launch({shape.tokens, (shape.heads + heads - 1) / heads, (shape.dims + dims - 1) / dims},
                 values());
  subject.gpu.synchronize();
  out.download();
  lse.download();
}

std::vector<uint8_t> MergeCase::image() const {
  std::vector<uint8_t> bytes = out.image();
  bytes.insert(bytes.end(), lse.image().begin(), lse.image().end());
  return bytes;
}

std::string MergeCase::damage() const {
  std::string found = out.damage();
  return found.empty() ? lse.damage() : found;
}

/// The natural logarithm of a part, -inf if it is empty.
double MergeCase::lseOf(int64_t part, int64_t t, int64_t h) const {
  if (part == 0 && shape.firstTokens >= 0 && t >= shape.firstTokens)
    return -kInfinity;
  const GuardedTensor &from = part ? othersLse : firstLse;
  double value = from.get(part ? part - 1 : 0, token(t, h), head(t, h));
  return std::isinf(value) ? -kInfinity : value * lseFactor;
}

void MergeCase::compareRow(Tally &tally, int64_t t, int64_t h) const {
  std::vector<double> weights;
  for (int64_t part = 0; part <= shape.others; ++part)
    weights.push_back(lseOf(part, t, h));
  double largest = *std::max_element(weights.begin(), weights.end()), total = 0;
  bool isEmpty = largest == -kInfinity;
  int64_t alone =
      std::count_if(weights.begin(), weights.end(), [](double w) { return w > -kInfinity; });
  for (double &weight : weights)
    total += weight = isEmpty ? 0 : std::exp(weight - largest);
  // exp of a difference d is off by its own roundings and |d| half ulps, here at most 180 of them;
  // sums round once a part. One part alone has weight 1.
  double chain = alone <= 1 ? 0 : std::ldexp(double(weights.size()) + 32 + 256, -24);
  if (shape.hasLse) {
    double natural = isEmpty ? shape.empty : (largest + std::log(total)) * outFactor;
    double error = std::ldexp(shape.base2 ? 4.0 : 0.0, -24) * std::fabs(natural) +
                   chain * (1 + std::fabs(natural) / 64);
    tally.compare({natural, isEmpty ? 0 : error}, lse.get(0, token(t, h), head(t, h)), t, -h - 1);
  }
  double divisor = shape.scale != 0 ? shape.scale : 1;
  for (int64_t d = 0; d < shape.dims; ++d) {
    double sum = 0, magnitude = 0;
    for (size_t part = 0; part < weights.size(); ++part) {
      double product = weights[part] > 0 ? weights[part] * valueOf(int64_t(part), t, h, d) : 0;
      sum += product;
      magnitude += std::fabs(product);
    }
    double value = isEmpty ? 0 : sum / total / divisor;
    double error = isEmpty ? 0 : (chain + std::ldexp(4.0, -24)) * magnitude / total / divisor;
    double rounding = isEmpty ? 0 : roundingBound(out.element(), std::fabs(value) + error);
    if (out.element() == Element::E4m3)
      value = std::clamp(value, -448.0, 448.0);
    tally.compare({value, error + rounding}, out.get(t, h, d), t * shape.heads + h, d);
  }
}

void MergeCase::compare(Tally &tally) const {
  for (int64_t t = 0; t < shape.tokens; ++t)
    for (int64_t h = 0; h < shape.heads; ++h)
      compareRow(tally, t, h);
}

static void checkMerge(const Subject &subject, Tally &tally, const MergeShape &shape,
                       uint64_t seed) {
  MergeCase merge(subject.gpu, subject.elementOf("first"), subject.elementOf("out"), shape);
  std::string reason;
  if (!fits(subject.kernel.variant(), merge.values(), reason))
    return tally.skip(reason);
  tally.begin(shape.name());
  merge.upload(seed);
  merge.run(subject);
  merge.compare(tally);
  if (std::string damage = merge.damage(); !damage.empty())
    tally.fail(damage);
  std::vector<uint8_t> image = merge.image();
  merge.run(subject);
  if (image != merge.image())
    tally.fail("a second run gave other bits");
}

void mla::conformance::checkMergeStates(const Subject &subject, Tally &tally) {
  bool isCode = subject.elementOf("out") == Element::E4m3;
  std::vector<MergeShape> shapes;
  for (int64_t dims : {1, 16, 32, 48, 64, 96, 100, 128, 256, 512, 576})
    for (int64_t heads : {1, 4, 8, 20})
      shapes.push_back({.tokens = 5,
                        .heads = heads,
                        .dims = dims,
                        .headsFirst = heads == 8,
                        .scale = isCode ? 0.02f : 0});
  for (int64_t others : {0, 2, 7, 63})
    shapes.push_back({.tokens = 3, .heads = 16, .dims = 128, .others = others, .padding = 16});
  for (bool base2 : {false, true})
    for (double empty : {-kInfinity, kInfinity})
      for (int64_t firstTokens : {-1, 0, 3, 9})
        shapes.push_back({.tokens = 9,
                          .heads = 8,
                          .dims = 64,
                          .padding = firstTokens == 3 ? 48 : 0,
                          .headsFirst = base2,
                          .hasLse = firstTokens != 9,
                          .firstTokens = firstTokens,
                          .base2 = base2,
                          .empty = empty});
  shapes.push_back({.tokens = 613, .heads = 16, .dims = 128, .padding = 5});
  shapes.push_back({.tokens = 70000, .heads = 1, .dims = 16, .headsFirst = true});
  uint64_t seed = subject.seed * 100;
  for (const MergeShape &shape : spread(std::move(shapes), subject.samples, tally))
    checkMerge(subject, tally, shape, seed += 10);
}
