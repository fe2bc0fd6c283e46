//===- References.cpp - fp64 references of the first kernel families ------===//
// SPDX-License-Identifier: Apache-2.0

#include "References.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

using namespace mla::conformance;

/// Half an ulp of fp32, the accumulation type of every kernel.
static const double kFp32Roundoff = std::ldexp(1.0, -24);

double mla::conformance::roundingBound(Element output, double value) {
  // Flushing loses at most the smallest normal; fp16 keeps its subnormals, whose step is 2^-24.
  double floor = output == Element::Fp16 ? std::ldexp(1.0, -25) : smallestNormal(output);
  return unitRoundoff(output) * std::fabs(value) + floor;
}

void mla::conformance::softmaxRow(std::span<const double> row, Element output,
                                  std::span<Expected> result) {
  // Exponential, sum over warps and division: 64 roundings cover the longest chain of a block of 64
  // Ki columns.
  constexpr double kChain = 64;
  double largest = -std::numeric_limits<double>::infinity();
  for (double x : row)
    largest = std::isnan(x) || std::isnan(largest) ? NAN : std::max(largest, x);
  bool empty = largest == -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (double x : row)
    sum += std::exp(x - largest);
  for (size_t i = 0; i < row.size(); ++i) {
    if (empty) {
      result[i] = {0, 0};
      continue;
    }
    double distance = row[i] - largest;
    double value = std::exp(distance) / sum;
    // exp(d) turns a relative error of d into |d| times as much; d itself is rounded twice.
    double relative =
        std::isfinite(distance) ? (kChain + 2 * std::fabs(distance)) * kFp32Roundoff : 0;
    result[i] = {value, relative * value + roundingBound(output, value)};
  }
}

void mla::conformance::matmulRow(const MatmulRow &row, Element output, std::span<Expected> result) {
  size_t n = result.size();
  std::vector<double> sum(n, 0.0);
  std::vector<double> magnitude(n, 0.0);
  for (size_t k = 0; k < row.a.size(); ++k) {
    double a = row.a[k];
    double absolute = std::fabs(a);
    const double *b = row.b.data() + k * n;
    for (size_t j = 0; j < n; ++j) {
      sum[j] += a * b[j];
      magnitude[j] += absolute * std::fabs(b[j]);
    }
  }
  // Matrix units truncate where they align a group of products: at most one fp32 step per product,
  // and a few for the epilogue.
  double chain = double(row.a.size()) + 32;
  for (size_t j = 0; j < n; ++j) {
    double bias = row.bias.empty() ? 0 : row.bias[j];
    double value = row.alpha * sum[j] + bias;
    double scale = std::fabs(row.alpha) * magnitude[j] + std::fabs(bias);
    if (row.relu)
      value = std::max(value, 0.0);
    double fp32 = chain * kFp32Roundoff * scale;
    result[j] = {value, fp32 + roundingBound(output, std::fabs(value) + fp32)};
  }
}

void mla::conformance::parallelFor(int64_t count, const std::function<void(int64_t)> &work) {
  static thread_local bool isInside = false;
  int64_t cores = isInside ? 1 : std::max(1u, std::thread::hardware_concurrency());
  int64_t numThreads = std::min(count, cores);
  std::atomic<int64_t> next = 0;
  auto drain = [&] {
    bool wasInside = isInside;
    isInside = numThreads > 1 || wasInside;
    for (int64_t i = next++; i < count; i = next++)
      work(i);
    isInside = wasInside;
  };
  std::vector<std::thread> threads;
  for (int64_t i = 1; i < numThreads; ++i)
    threads.emplace_back(drain);
  drain();
  for (std::thread &thread : threads)
    thread.join();
}
