//===- DenseDecodeMerge.cpp - conformance of merging partial results -------===//
// Merge alone, on partial results that no decode would give: weights far apart, parts without keys.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"
#include "DenseDecode.h"
#include "GuardedTensor.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// Operands of one launch.
struct MergeCase {
  MergeCase(const Gpu &gpu, Element element, const std::vector<int32_t> &lengths, int64_t rows,
            int64_t numParts)
      : requests(int64_t(lengths.size())), rows(rows), numParts(numParts),
        plan(planDecode(lengths, numParts)), starts(gpu, Element::Int32, {1, 1, requests + 1}),
        partialOut(gpu, Element::Fp32, {requests + numParts, rows, kValueDim}),
        partialLse(gpu, Element::Fp32, {requests + numParts, 1, rows}),
        out(gpu, element, {requests, rows, kValueDim, 0, 64}),
        lse(gpu, Element::Fp32, {requests, 1, rows, 0, 32}) {}

  NamedValues values() const;
  /// Makes partial results in the slots of split requests; the others stay NaN.
  void upload(uint64_t seed);
  /// What one row of a split request must become.
  void compareRow(Tally &tally, int64_t request, int64_t row) const;

  int64_t requests, rows, numParts;
  DecodePlan plan;
  GuardedTensor starts, partialOut, partialLse, out, lse;
};
} // namespace

NamedValues MergeCase::values() const {
  NamedValues values = {{"B", Value::integer(requests)},
                        {"T", Value::integer(1)},
                        {"KV_HEADS", Value::integer(1)},
                        {"GROUPS", Value::integer(1)},
                        {"SINKS", Value::integer(0)},
                        {"sink", Value::pointer(0)},
                        {"splits", Value::integer(0)},
                        {"sink_in_lse", Value::integer(0)},
                        {"lse_scale", Value::number(1)},
                        {"lse_empty", Value::number(-kInfinity)},
                        {"ROWS", Value::integer(rows)},
                        {"SLOTS", Value::integer(requests + numParts)},
                        {"STARTS", Value::integer(requests + 1)},
                        {"num_parts", Value::integer(numParts)}};
  const std::pair<std::string, const GuardedTensor *> tensors[] = {{"starts", &starts},
                                                                   {"partial_out", &partialOut},
                                                                   {"partial_lse", &partialLse},
                                                                   {"out", &out},
                                                                   {"lse", &lse}};
  for (const auto &[name, tensor] : tensors) {
    values[name] = Value::pointer(tensor->address());
    values[name + ".stride0"] = Value::integer(tensor->shape().blockStride());
    // Dimensions of extent 1 first; a row of lse is one number.
    int64_t row = name == "lse" ? 1 : tensor->shape().rowStride();
    for (const char *stride : {".stride1", ".stride2", ".stride3"})
      values[name + stride] = Value::integer(row);
  }
  values["partial_lse.stride1"] = Value::integer(rows);
  return values;
}

void MergeCase::upload(uint64_t seed) {
  std::memcpy(starts.at(0, 0), plan.starts.data(), plan.starts.size() * sizeof(int32_t));
  auto fillRow = [&](int64_t slot, int64_t part, int64_t row) {
    uint64_t index = uint64_t(slot * rows + row);
    // Row 1 has no keys at all, row 2 none in every other part, row 3 weights far apart.
    bool empty = row == 1 || (row == 2 && part % 2 == 0);
    float scale = row == 3 ? 100.0f : 3.0f;
    encode(Element::Fp32, partialLse.at(slot, 0, row),
           empty ? -float(kInfinity) : scale * randomUnit(seed, index));
    for (int64_t col = 0; col < kValueDim; ++col)
      encode(Element::Fp32, partialOut.at(slot, row, col),
             empty ? 0 : randomUnit(~seed, index * kValueDim + uint64_t(col)));
  };
  for (int64_t r = 0; r < requests; ++r)
    for (int64_t part = plan.first(r); plan.split(r) && part <= plan.last(r); ++part)
      for (int64_t row = 0; row < rows; ++row)
        fillRow(r + part, part, row);
  for (GuardedTensor *tensor : {&starts, &partialOut, &partialLse})
    tensor->upload();
}

void MergeCase::compareRow(Tally &tally, int64_t request, int64_t row) const {
  int64_t slot = request + plan.first(request);
  std::vector<double> weights;
  for (int64_t part = plan.first(request); part <= plan.last(request); ++part)
    weights.push_back(partialLse.get(request + part, 0, row));
  double largest = *std::max_element(weights.begin(), weights.end()), total = 0;
  bool empty = largest == -kInfinity;
  for (double &weight : weights)
    total += weight = empty ? 0 : std::exp(weight - largest);
  // exp of a difference d is off by its own roundings and |d| half ulps; sums round once a part.
  double chain = empty ? 0 : std::ldexp(double(weights.size()) + 32 + 256, -24);
  double natural = empty ? largest : largest + std::log(total);
  int64_t at = request * rows + row;
  tally.compare({natural, empty ? 0 : chain * (1 + std::fabs(natural) / 64)},
                lse.get(request, 0, row), at, -1);
  for (int64_t col = 0; col < kValueDim; ++col) {
    double sum = 0, magnitude = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
      double product = empty ? 0 : weights[i] * partialOut.get(slot + int64_t(i), row, col);
      sum += product;
      magnitude += std::fabs(product);
    }
    double value = empty ? 0 : sum / total, error = empty ? 0 : chain * magnitude / total;
    double rounding = empty ? 0 : roundingBound(out.element(), std::fabs(value) + error);
    tally.compare({value, error + rounding}, out.get(request, row, col), at, col);
  }
}

static void checkCase(const Subject &subject, Tally &tally, const std::vector<int32_t> &lengths,
                      int64_t rows, int64_t numParts, uint64_t seed) {
  MergeCase merge(subject.gpu, subject.elementOf("out"), lengths, rows, numParts);
  std::string reason;
  if (!fits(subject.kernel.variant(), merge.values(), reason))
    return tally.skip(reason);
  tally.begin("b=" + std::to_string(lengths.size()) + " rows=" + std::to_string(rows) +
              " parts=" + std::to_string(numParts) + " lengths=" + std::to_string(lengths[0]) +
              (lengths.size() > 1 ? ",..." : ""));
  merge.upload(seed);
  auto run = [&] {
    merge.out.poison();
    merge.lse.poison();
    // In slices of the columns, as many as are left without a remainder or not.
    require(subject.kernel.launch({rows * merge.requests, 1 + rows % 4, 1},
                                  inOrder(subject.kernel.variant(), merge.values()),
                                  subject.gpu.stream));
    subject.gpu.synchronize();
    merge.out.download();
    merge.lse.download();
  };
  run();
  auto split = [&](int64_t request) { return merge.plan.split(request); };
  for (int64_t request = 0; request < merge.requests; ++request)
    for (int64_t row = 0; split(request) && row < rows; ++row)
      merge.compareRow(tally, request, row);
  // What one part has done alone is in place already.
  for (const GuardedTensor *tensor : {&merge.out, &merge.lse})
    if (std::string damage = tensor->damage(split); !damage.empty())
      tally.fail(damage);
  std::vector<uint8_t> out = merge.out.image(), lse = merge.lse.image();
  run();
  if (out != merge.out.image() || lse != merge.lse.image())
    tally.fail("a second run gave other bits");
}

void mla::conformance::checkDenseMerge(const Subject &subject, Tally &tally) {
  uint64_t seed = subject.seed;
  if (subject.small) {
    checkCase(subject, tally, {32768}, 3, 33, ++seed);
    for (int64_t rows : {1, 5})
      for (int64_t parts : {1, 5})
        checkCase(subject, tally, {4096, 65, 0, 640, 64, 8192}, rows, parts, ++seed);
    return;
  }
  for (int64_t rows : {1, 3, 16, 64, 130})
    for (int64_t parts : {1, 2, 5, 31, 33, 132}) {
      checkCase(subject, tally, {32768}, rows, parts, ++seed);
      checkCase(subject, tally, {4096, 65, 0, 640, 64, 8192}, rows, parts, ++seed);
    }
  // A request in many more parts than one step of the loop takes.
  checkCase(subject, tally, {1 << 17}, 4, 1000, ++seed);
}
