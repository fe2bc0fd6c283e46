//===- SparseDecodeCheck.cpp - sparse decode in fp64 -------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecode.h"
#include "SparseDecode.h"

#include <algorithm>
#include <limits>
#include <numbers>

using namespace mla::conformance;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// An ulp of fp32, relative.
static const double kFp32 = std::ldexp(1.0, -23);

/// log(exp(a) + exp(b)), infinities included.
static double logSum(double a, double b) {
  double more = std::max(a, b), less = std::min(a, b);
  return less == -kInfinity || more == kInfinity ? more : more + std::log1p(std::exp(less - more));
}

/// The largest score; its error is that of a sum of products (DenseDecode.h) and of scaling.
static Expected largestScore(const DecodeRow &row) {
  double largest = -kInfinity, queries = 0, keys = 0;
  for (float x : row.query)
    queries += double(x) * double(x);
  for (size_t key = 0; key < row.keys.size(); key += size_t(kSparseKey)) {
    double score = 0, squares = 0;
    for (size_t col = 0; col < size_t(kSparseKey); ++col) {
      auto k = double(row.keys[key + col]);
      score += double(row.query[col]) * k;
      squares += k * k;
    }
    largest = std::max(largest, row.scale * score);
    keys = std::max(keys, squares);
  }
  if (row.keys.empty())
    return {largest, 0};
  return {largest,
          kFp32 * (80 * row.scale * std::sqrt(queries * keys) + 8 + 8 * std::fabs(largest))};
}

ExpectedRow SparseCall::expected(int64_t token, int64_t head, std::span<const float> keys) const {
  std::vector<float> query(size_t(kSparseKey), 0);
  for (int64_t col = 0; col < shape.keyDim; ++col)
    query[size_t(col)] = float(q.get(token, head, col));
  DecodeRow row{query, keys, double(args.scale), 0};
  for (size_t at = 0; at < keys.size(); ++at)
    if (at % size_t(kSparseKey) < size_t(kSparseValue))
      row.largestValue = std::max(row.largestValue, std::fabs(double(keys[at])));
  ExpectedRow result;
  result.out.resize(size_t(kSparseValue));
  decodeRow(row, shape.element, result.out, result.lse);
  result.maxLogit = largestScore(row);

  Expected &lse = result.lse;
  double sink = shape.sinks == Sinks::None ? -kInfinity : sinks.get(0, 0, head);
  double all = logSum(lse.value, sink);
  // What remains of the weights beside the sink's, which the error of lse moves by at most that.
  double share = lse.value == -kInfinity || sink == kInfinity ? 0 : std::exp(lse.value - all);
  if (sink != -kInfinity)
    for (Expected &each : result.out) {
      double value = each.value * share;
      each = {value, each.bound * share + std::fabs(value) * (lse.bound + 16 * kFp32) +
                         roundingBound(shape.element, value)};
    }
  if (shape.convention.sink == MLA_LSE_SINK_INCLUDED && sink != -kInfinity)
    lse = {all, lse.bound + kFp32 * (8 + 4 * std::fabs(all))};
  if (shape.convention.base == MLA_LSE_BASE2)
    lse = {lse.value * std::numbers::log2e,
           lse.bound * std::numbers::log2e + 4 * kFp32 * std::fabs(lse.value)};
  if (shape.convention.empty == MLA_LSE_EMPTY_POSITIVE && lse.value == -kInfinity)
    lse.value = kInfinity;
  return result;
}

/// The first element that still is as poison() left it; empty if all were written.
static std::string unwritten(GuardedTensor &tensor, const char *name) {
  const TensorShape &shape = tensor.shape();
  int64_t bytes = elementBytes(tensor.element());
  const std::vector<uint8_t> poison = poisonedBytes(bytes);
  for (int64_t block = 0; block < shape.blocks; ++block)
    for (int64_t row = 0; row < shape.rows; ++row)
      for (int64_t col = 0; col < shape.cols; ++col)
        if (std::memcmp(tensor.at(block, row, col), poison.data(), size_t(bytes)) == 0)
          return std::string(name) + "[" + std::to_string(block) + ", " + std::to_string(row) +
                 ", " + std::to_string(col) + "] was not written";
  return {};
}

void SparseCall::check(int64_t mostRows) {
  const std::pair<const char *, GuardedTensor *> written[] = {
      {"out", &out}, {"lse", &lse}, {"max_logits", shape.hasMaxLogits ? &maxLogits : nullptr}};
  for (auto [name, tensor] : written)
    if (std::string missing = tensor ? unwritten(*tensor, name) : ""; !missing.empty())
      library.fail(missing);

  // All heads of some tokens, or some heads of them, first and last included.
  int64_t tokens =
      std::min(shape.tokens, std::max<int64_t>(mostRows / std::max<int64_t>(shape.heads, 1), 5));
  int64_t heads = std::min(shape.heads, std::max<int64_t>(mostRows / tokens, 2));
  std::vector<std::pair<int64_t, int64_t>> rows;
  for (int64_t i = 0; i < tokens; ++i) {
    int64_t token = tokens == 1 ? 0 : i * (shape.tokens - 1) / (tokens - 1);
    for (int64_t j = 0; j < heads; ++j)
      rows.emplace_back(token, heads == 1 ? 0 : j * (shape.heads - 1) / (heads - 1));
  }
  std::vector<std::vector<float>> keys(static_cast<size_t>(tokens));
  parallelFor(tokens, [&](int64_t i) {
    for (const SparsePool *pool : {&main, extra.get()})
      for (int64_t slot :
           pool ? pool->slotsOf(rows[size_t(i * heads)].first) : std::vector<int64_t>()) {
        std::vector<float> numbers = pool->numbers(slot);
        keys[size_t(i)].insert(keys[size_t(i)].end(), numbers.begin(), numbers.end());
      }
  });
  std::vector<ExpectedRow> wanted(rows.size());
  parallelFor(int64_t(rows.size()), [&](int64_t i) {
    wanted[size_t(i)] =
        expected(rows[size_t(i)].first, rows[size_t(i)].second, keys[size_t(i / heads)]);
  });
  for (size_t i = 0; i < rows.size(); ++i) {
    auto [token, head] = rows[i];
    std::string place = "[" + std::to_string(token) + ", " + std::to_string(head) + "]";
    library.compare(wanted[i].lse, lse.get(0, token, head), "lse" + place);
    if (shape.hasMaxLogits)
      library.compare(wanted[i].maxLogit, maxLogits.get(0, token, head), "max_logits" + place);
    for (int64_t col = 0; col < kSparseValue; ++col)
      library.compare(wanted[i].out[size_t(col)], out.get(token, head, col), "out" + place);
  }
}
