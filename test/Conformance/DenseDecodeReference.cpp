//===- DenseDecodeReference.cpp - dense MLA decode in fp64 ------------===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecode.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace mla::conformance;

/// Half an ulp of fp32, relative.
static const double kFp32 = std::ldexp(1.0, -24);
/// Products that a matrix unit adds in one step, at least.
static constexpr int64_t kGroup = 8;
/// Standard deviations, so to say: 2 exp(-8^2 / 2) is 10^-13.6.
static constexpr double kConfidence = 8;

/// Sum of products; exact enough that its own error is none beside fp32's.
static double dot(const float *a, const float *b, int64_t count) {
  std::array<double, 8> sums{};
  for (int64_t i = 0; i < count; i += int64_t(sums.size()))
    for (size_t lane = 0; lane < sums.size(); ++lane)
      sums[lane] += double(a[i + int64_t(lane)]) * double(b[i + int64_t(lane)]);
  double sum = 0;
  for (double part : sums)
    sum += part;
  return sum;
}

namespace {
/// Scores of one row.
struct Scores {
  std::vector<double> values; ///< scale q k
  std::vector<double> errors; ///< of each in a kernel
  double largest = 0;
};

/// Sums over the keys of one row for each column of the value.
struct Columns {
  std::array<double, kValueDim> sum{};     ///< of p v
  std::array<double, kValueDim> squares{}; ///< of (p v)^2
  std::array<double, kValueDim> peak{};    ///< largest |partial sum| at the end of a group
};
} // namespace

static Scores scoresOf(const DecodeRow &row, int64_t count) {
  Scores scores;
  scores.largest = -std::numeric_limits<double>::infinity();
  double queryNorm = std::sqrt(dot(row.query.data(), row.query.data(), kKeyDim));
  for (int64_t j = 0; j < count; ++j) {
    const float *key = row.keys.data() + j * kKeyDim;
    scores.values.push_back(row.scale * dot(row.query.data(), key, kKeyDim));
    scores.errors.push_back((kKeyDim / kGroup + 8) * 2 * kFp32 * row.scale * queryNorm *
                            std::sqrt(dot(key, key, kKeyDim)));
    scores.largest = std::max(scores.largest, scores.values.back());
  }
  for (int64_t j = 0; j < count; ++j)
    scores.errors[size_t(j)] +=
        kFp32 * (8 + 4 * (std::fabs(scores.values[size_t(j)]) + std::fabs(scores.largest)));
  return scores;
}

void mla::conformance::decodeRow(const DecodeRow &row, Element element, std::span<Expected> out,
                                 Expected &lse) {
  int64_t count = int64_t(row.keys.size()) / kKeyDim;
  if (count == 0) {
    std::fill(out.begin(), out.end(), Expected{0, 0});
    lse = {-std::numeric_limits<double>::infinity(), 0};
    return;
  }
  Scores scores = scoresOf(row, count);
  // fp16 has an absolute error below its smallest normal number; bf16 has fp32's range.
  double smallest = element == Element::Fp16 ? smallestNormal(element) : 0;
  double total = 0, scoreError = 0, absoluteError = 0;
  Columns columns;
  for (int64_t j = 0; j < count; ++j) {
    double p = std::exp(scores.values[size_t(j)] - scores.largest);
    const float *value = row.keys.data() + j * kKeyDim;
    total += p;
    scoreError += p * scores.errors[size_t(j)];
    if (p < smallest)
      absoluteError += smallest * unitRoundoff(element);
    for (size_t c = 0; c < kValueDim; ++c) {
      double product = p * double(value[c]);
      columns.sum[c] += product;
      columns.squares[c] += product * product;
    }
    if (j % kGroup == kGroup - 1 || j + 1 == count)
      for (size_t c = 0; c < kValueDim; ++c)
        columns.peak[c] = std::max(columns.peak[c], std::fabs(columns.sum[c]));
  }
  scoreError /= total;

  double natural = scores.largest + std::log(total);
  // fp32 adds the weights of a lane one by one and rescales its sum for each tile of 32 or more.
  double sumError = (double(count) / 16 + 80) * kFp32;
  double logError = kFp32 * (8 + 8 * std::fabs(natural) + 8 * std::fabs(scores.largest));
  lse = {natural, scoreError + sumError + logError};

  double u = unitRoundoff(element), v = row.largestValue;
  for (size_t c = 0; c < kValueDim; ++c) {
    double value = columns.sum[c] / total;
    double weights = std::min(u * v, u * std::fabs(value) +
                                         kConfidence * u * std::sqrt(columns.squares[c]) / total) +
                     absoluteError * v / total;
    double sums = (double(count) / kGroup + 8) * 2 * kFp32 * 2 * columns.peak[c] / total +
                  2 * kFp32 * v + sumError * std::fabs(value);
    double fp32 = weights + sums + (2 * scoreError + logError) * v;
    out[c] = {value, fp32 + roundingBound(element, std::fabs(value) + fp32)};
  }
}
