//===- MergeLse.cpp - partial attention merged through the C interface -----===//
// Parts are empty by +inf and by -inf, with NaN where their values are; weights lie close together
// and far apart. What one part alone decides is exact.
// SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// One call.
struct MergeShape {
  int64_t tokens = 1, heads = 1, dims = 512, others = 1;
  int64_t padding = 0;       ///< elements behind each head
  bool headsFirst = false;   ///< lse is [H, T]
  bool hasLse = true;        ///< lse is wanted
  int64_t firstTokens = -1;  ///< tokens with a first part; -1: all
  bool base2 = false;        ///< of the parts
  bool givesBase2 = false;   ///< of lse
  double empty = -kInfinity; ///< lse of what is empty
  float scale = 0;           ///< of 8-bit outputs; 0: absent

  std::string name() const {
    return "T=" + std::to_string(tokens) + " H=" + std::to_string(heads) +
           " D=" + std::to_string(dims) + " parts=" + std::to_string(others + 1) +
           " padding=" + std::to_string(padding) + (headsFirst ? " [H, T]" : "") +
           (hasLse ? "" : " no lse") +
           (firstTokens < 0 ? "" : " first=" + std::to_string(firstTokens)) +
           (base2 ? " base 2" : "") + (givesBase2 ? " gives base 2" : "") +
           (empty > 0 ? " +inf" : "") + (scale != 0 ? " scale=" + std::to_string(scale) : "");
  }
};

int32_t dtypeOf(Element element) {
  return element == Element::Fp32   ? MLA_DTYPE_FP32
         : element == Element::Fp16 ? MLA_DTYPE_FP16
         : element == Element::E4m3 ? MLA_DTYPE_E4M3
                                    : MLA_DTYPE_BF16;
}

class MergeCase {
public:
  MergeCase(const Gpu &gpu, Element part, Element result, const MergeShape &shape);
  mla_merge_lse_args args() const;
  mla_tensor sums(const GuardedTensor &tensor, int32_t rank) const;
  void upload(uint64_t seed);
  void run(Library &library);
  /// Runs with a part as the output and compares its bits with those of the run before.
  void runInPlace(Library &library, int64_t part);
  void compare(Library &library) const;
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
  void compareRow(Library &library, int64_t t, int64_t h) const;

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
      outFactor(shape.givesBase2 ? 1.44269504088896f : 1.0f),
      first(gpu, part, {shape.tokens, shape.heads, shape.dims, shape.padding}),
      others(gpu, part,
             {shape.others * shape.tokens, shape.heads, shape.dims, shape.padding, shape.padding}),
      firstLse(gpu, Element::Fp32, lseShape(shape, 1)),
      othersLse(gpu, Element::Fp32, lseShape(shape, shape.others)),
      out(gpu, result, {shape.tokens, shape.heads, shape.dims, 2 * shape.padding}),
      lse(gpu, Element::Fp32, lseShape(shape, shape.hasLse)),
      scale(gpu, Element::Fp32, {1, 1, shape.scale != 0 ? 1 : 0}) {}

/// [T, H] or [N, T, H] over sums as they lie.
mla_tensor MergeCase::sums(const GuardedTensor &tensor, int32_t rank) const {
  mla_tensor view = viewOf(tensor, MLA_DTYPE_FP32, rank);
  if (shape.headsFirst) {
    std::swap(view.shape[rank - 2], view.shape[rank - 1]);
    std::swap(view.strides[rank - 2], view.strides[rank - 1]);
  }
  return view;
}

mla_merge_lse_args MergeCase::args() const {
  mla_merge_lse_args args{};
  args.struct_size = sizeof(args);
  args.input_base = shape.base2 ? MLA_LSE_BASE2 : MLA_LSE_NATURAL;
  args.first = viewOf(first, dtypeOf(first.element()));
  args.first_lse = sums(firstLse, 2);
  if (shape.others > 0) {
    args.others = viewOf(others, dtypeOf(others.element()));
    std::copy_backward(args.others.shape, args.others.shape + 3, args.others.shape + 4);
    std::copy_backward(args.others.strides, args.others.strides + 3, args.others.strides + 4);
    args.others.rank = 4;
    args.others.shape[0] = shape.others;
    args.others.shape[1] = shape.tokens;
    args.others.strides[0] = others.shape().blockStride() * shape.tokens;
    args.others_lse = sums(othersLse, 3);
  }
  args.out = viewOf(out, dtypeOf(out.element()));
  if (shape.hasLse)
    args.lse = sums(lse, 2);
  if (shape.scale != 0)
    args.scale = viewOf(scale, MLA_DTYPE_FP32, 1);
  args.missing_first = shape.firstTokens < 0 ? 0 : shape.tokens - shape.firstTokens;
  args.lse_convention.base = shape.givesBase2 ? MLA_LSE_BASE2 : MLA_LSE_NATURAL;
  args.lse_convention.empty = shape.empty > 0;
  return args;
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

void MergeCase::run(Library &library) {
  out.poison();
  lse.poison();
  mla_merge_lse_args call = args();
  library.require(mla_run_merge_lse(library.device, &call, library.gpu.stream));
  library.gpu.synchronize();
  out.download();
  lse.download();
}

void MergeCase::runInPlace(Library &library, int64_t part) {
  mla_merge_lse_args call = args();
  call.out = call.first;
  if (part > 0) {
    for (int dim = 0; dim < 3; ++dim) {
      call.out.shape[dim] = call.others.shape[dim + 1];
      call.out.strides[dim] = call.others.strides[dim + 1];
    }
    call.out.data =
        reinterpret_cast<void *>(others.address() + uint64_t((part - 1) * call.others.strides[0] *
                                                             elementBytes(others.element())));
  }
  lse.poison();
  library.require(mla_run_merge_lse(library.device, &call, library.gpu.stream));
  library.gpu.synchronize();
  GuardedTensor &held = part > 0 ? others : first;
  held.download();
  std::vector<uint8_t> apart = lse.image();
  lse.download();
  if (lse.image() != apart)
    library.fail("lse has other bits than with an output of its own");
  auto rowBytes = size_t(shape.dims * elementBytes(out.element()));
  for (int64_t t = 0; t < shape.tokens; ++t)
    for (int64_t h = 0; h < shape.heads; ++h) {
      ++library.compared;
      const uint8_t *row = held.at(part > 0 ? (part - 1) * shape.tokens + t : t, h);
      if (std::memcmp(row, out.at(t, h), rowBytes) != 0)
        library.fail("token " + std::to_string(t) + ", head " + std::to_string(h) +
                     " has other bits than in an output of its own");
    }
  if (std::string damage = held.damage(); !damage.empty())
    library.fail(damage);
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

void MergeCase::compareRow(Library &library, int64_t t, int64_t h) const {
  std::string place = "[" + std::to_string(t) + ", " + std::to_string(h) + "]";
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
    bool isScaled = shape.base2 || shape.givesBase2;
    double error = std::ldexp(isScaled ? 4.0 : 0.0, -24) * std::fabs(natural) +
                   chain * (1 + std::fabs(natural) / 64);
    library.compare({natural, isEmpty ? 0 : error}, lse.get(0, token(t, h), head(t, h)),
                    "lse" + place);
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
    library.compare({value, error + rounding}, out.get(t, h, d), "out" + place);
  }
}

void MergeCase::compare(Library &library) const {
  for (int64_t t = 0; t < shape.tokens; ++t)
    for (int64_t h = 0; h < shape.heads; ++h)
      compareRow(library, t, h);
}

static void checkMerge(Library &library, Element part, Element result, const MergeShape &shape,
                       uint64_t seed) {
  library.begin(std::string(part == Element::Fp32   ? "fp32"
                            : part == Element::Fp16 ? "fp16"
                                                    : "bf16") +
                (result == part ? " " : " as e4m3 ") + shape.name());
  MergeCase merge(library.gpu, part, result, shape);
  mla_merge_lse_args args = merge.args();
  mla_query_result answer{};
  answer.struct_size = sizeof(answer);
  library.require(mla_query_merge_lse(library.device, &args, &answer));
  if (answer.arch)
    library.use(answer);
  merge.upload(seed);
  merge.run(library);
  merge.compare(library);
  if (std::string damage = merge.damage(); !damage.empty())
    library.fail(damage);
  std::vector<uint8_t> image = merge.image();
  merge.run(library);
  if (image != merge.image())
    library.fail("a second run gave other bits");
}

/// Results in place of a part have the bits of those beside it.
static void mergeInPlace(Library &library) {
  uint64_t seed = library.seed * 100;
  for (Element element : {Element::Bf16, Element::Fp16, Element::Fp32})
    for (int64_t others : {0, 1, 3})
      for (int64_t part = 0; part <= others; ++part)
        for (int64_t firstTokens : {-1, 2}) {
          MergeShape shape{.tokens = 3,
                           .heads = library.small ? 2 : 8,
                           .dims = library.small ? 100 : 512,
                           .others = others,
                           .padding = 16,
                           .firstTokens = firstTokens};
          library.begin("part " + std::to_string(part) + " is out: " + shape.name());
          MergeCase merge(library.gpu, element, element, shape);
          merge.upload(seed += 10);
          merge.run(library);
          merge.compare(library);
          merge.runInPlace(library, part);
        }
}

static std::vector<MergeShape> shapeLattice(bool small, float scale) {
  using Numbers = std::vector<int64_t>;
  std::vector<MergeShape> shapes;
  for (int64_t dims :
       small ? Numbers{1, 48, 100, 512} : Numbers{1, 16, 32, 48, 64, 96, 100, 128, 256, 512, 576})
    for (int64_t heads : small ? Numbers{1, 8} : Numbers{1, 4, 8, 20})
      shapes.push_back({.tokens = small ? 2 : 5,
                        .heads = heads,
                        .dims = dims,
                        .headsFirst = heads == 8,
                        .scale = scale});
  for (int64_t others : small ? Numbers{0, 2, 9} : Numbers{0, 2, 7, 63})
    shapes.push_back({.tokens = small ? 1 : 3,
                      .heads = 16,
                      .dims = 128,
                      .others = others,
                      .padding = 16,
                      .scale = scale});
  if (small)
    return shapes;
  shapes.push_back({.tokens = 613, .heads = 16, .dims = 128, .padding = 5});
  shapes.push_back({.tokens = 70000, .heads = 1, .dims = 16, .headsFirst = true});
  return shapes;
}

/// Bases, both spellings of nothing, tokens without a first part, lse absent.
static std::vector<MergeShape> conventionLattice(bool small, float scale) {
  std::vector<MergeShape> shapes;
  for (int bases : {0, 1, 2, 3})
    for (double empty : {-kInfinity, kInfinity})
      for (int64_t firstTokens : {-1, 0, 3, 9}) {
        if (small && bases % 3 != 0 && (empty > 0) != (bases == 1))
          continue;
        shapes.push_back({.tokens = 9,
                          .heads = small ? 2 : 8,
                          .dims = small ? 16 : 64,
                          .padding = firstTokens == 3 ? 48 : 0,
                          .headsFirst = bases % 2 == 1,
                          .hasLse = firstTokens != 9,
                          .firstTokens = firstTokens,
                          .base2 = bases % 2 == 1,
                          .givesBase2 = bases > 1,
                          .empty = empty,
                          .scale = scale});
      }
  return shapes;
}

static void merge(Library &library, std::vector<MergeShape> (*lattice)(bool, float), bool isCode) {
  uint64_t seed = library.seed * 100;
  for (Element part : {Element::Bf16, Element::Fp16, Element::Fp32})
    for (const MergeShape &shape : lattice(library.small, isCode ? 0.02f : 0))
      checkMerge(library, part, isCode ? Element::E4m3 : part, shape, seed += 10);
}

std::vector<Case> mla::conformance::mergeCases() {
  return {
      {"F14 shapes, 1 to 64 parts", [](Library &library) { merge(library, shapeLattice, false); }},
      {"F14 conventions, empty parts, tokens without a first part",
       [](Library &library) { merge(library, conventionLattice, false); }},
      {"F14 results in place of a part", mergeInPlace},
      {"F14 results as e4m3", [](Library &library) { merge(library, shapeLattice, true); }}};
}
