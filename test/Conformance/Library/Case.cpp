//===- Case.cpp - what cases of the C interface share ------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <cmath>
#include <cstdio>

using namespace mla::conformance;

/// Enough to see a pattern, few enough to read.
static constexpr int64_t kMaxFailuresKept = 8;

void Library::begin(std::string call) {
  current = std::move(call);
  currentFailed = false;
  ++calls;
}

void Library::skip(const std::string &reason) {
  ++callsSkipped;
  if (firstSkip.empty())
    firstSkip = reason;
}

void Library::fail(const std::string &what) {
  if (currentFailed)
    return;
  currentFailed = true;
  if (failedCalls++ < kMaxFailuresKept)
    failure += (failure.empty() ? "" : "\n") + (current.empty() ? "" : current + ": ") + what;
}

void Library::compare(const Expected &expected, double actual, const std::string &place) {
  ++compared;
  double error = expected.value == actual ? 0 : std::fabs(actual - expected.value);
  if (error == 0)
    return;
  if (std::isfinite(error))
    maxError = std::max(maxError, error);
  if (std::isfinite(error) && expected.bound > 0)
    worstRatio = std::max(worstRatio, error / expected.bound);
  if (std::isfinite(expected.value) && error <= expected.bound)
    return;
  char text[96];
  std::snprintf(text, sizeof(text), " is %.9g, expected %.9g within %.3g", actual, expected.value,
                expected.bound);
  fail(place + text);
}

void Library::reset() {
  for (std::string *text : {&failure, &skipped, &firstSkip, &image, &current})
    text->clear();
  for (int64_t *count : {&compared, &calls, &failedCalls, &callsSkipped})
    *count = 0;
  worstRatio = maxError = 0;
  currentFailed = false;
}

mla_tensor mla::conformance::viewOf(const GuardedTensor &tensor, int32_t dtype, int32_t rank) {
  const TensorShape &shape = tensor.shape();
  const int64_t extents[] = {shape.blocks, shape.rows, shape.cols};
  const int64_t strides[] = {shape.blockStride(), shape.rowStride(), 1};
  mla_tensor view{};
  view.data = reinterpret_cast<void *>(tensor.address());
  view.dtype = dtype;
  view.rank = rank;
  for (int dim = 0; dim < rank; ++dim) {
    view.shape[dim] = extents[3 - rank + dim];
    view.strides[dim] = strides[3 - rank + dim];
  }
  return view;
}
