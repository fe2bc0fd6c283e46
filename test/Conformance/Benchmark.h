//===- Benchmark.h - what the rows of mla-benchmark share ------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <functional>
#include <string>
#include <vector>

namespace mla::conformance {

/// Times of single launches, microseconds, sorted.
struct Times {
  std::vector<double> micros; ///< one per launch

  /// The time below which this share of the launches is.
  double quantile(double q) const { return micros[size_t(q * double(micros.size() - 1) + 0.5)]; }
  /// The middle one.
  double median() const { return quantile(0.5); }
};

/// Everything that a benchmark needs besides its kernel.
struct Bench {
  Gpu &gpu;           ///< where it runs
  int repetitions;    ///< launches that are timed
  DeviceMemory flush; ///< larger than the second-level cache
  std::string shapes; ///< part of the names of the shapes to time

  /// Times `work` (which enqueues onto the stream) alone, with cold caches.
  Times time(const std::function<void()> &work);
};

/// One timed kernel.
struct Result {
  std::string name, image, shape; ///< of the row
  std::string family, type;       ///< as baselines name them
  int registers = -1;             ///< per thread
  Times times;                    ///< of launches
  double bytes = 0;               ///< least traffic, 0 for a compute-bound kernel
  double flops = 0;               ///< useful operations, 0 for a kernel that only moves
  int64_t checked = 0;            ///< outputs compared with the reference
};

/// Times decode and merge together, as one graph, on the shapes that are published for others, and
/// their plan by itself. `row` has what all rows share. bf16 with its own tiles runs on all shapes,
/// any other variant on one.
std::vector<Result> benchDenseDecode(Bench &bench, const runtime::Kernel &kernel,
                                     const std::string &folder, const Result &row);

/// Whether benchServing times the kernel of this name.
bool isServing(const std::string &kernel);
/// Times a writer, a merge or a conversion of indices for few and for many tokens.
std::vector<Result> benchServing(Bench &bench, const runtime::Kernel &kernel, const Result &row);

} // namespace mla::conformance
