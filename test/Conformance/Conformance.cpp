//===- Conformance.cpp - tally, and the steps that every case shares ------===//
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"

#include <cstdio>
#include <stdexcept>

using namespace mla::conformance;
using namespace mla::runtime;

/// Enough to see a pattern, few enough to read.
static constexpr size_t kMaxFailuresKept = 8;

Element Subject::elementOf(const std::string &argument) const {
  for (const Argument &candidate : kernel.variant().arguments) {
    Element element;
    if (candidate.name == argument && candidate.kind == ArgumentKind::Pointer &&
        parseElement(candidate.elementType(), element))
      return element;
  }
  throw std::runtime_error("kernel '" + kernel.name() + "' has no pointer argument '" + argument +
                           "' of a type that the host knows");
}

void Subject::launch(Grid grid, const NamedValues &values) const {
  require(kernel.launch(grid, inOrder(kernel.variant(), values), gpu.stream));
}

void Tally::begin(std::string text) {
  current = std::move(text);
  currentFailed = false;
  ++cases;
}

void Tally::skip(const std::string &reason) {
  ++skipped;
  if (firstSkip.empty())
    firstSkip = reason;
}

void Tally::fail(const std::string &what) {
  if (currentFailed)
    return;
  currentFailed = true;
  ++failedCases;
  if (failures.size() < kMaxFailuresKept)
    failures.push_back(current + ": " + what);
}

void Tally::compare(const Expected &expected, double actual, int64_t row, int64_t col) {
  ++elements;
  bool special = !std::isfinite(expected.value);
  bool same = std::isnan(expected.value) ? std::isnan(actual) : expected.value == actual;
  double error = same ? 0 : std::fabs(actual - expected.value);
  if (!special && std::isfinite(error)) {
    maxError = std::max(maxError, error);
    if (expected.bound > 0)
      worstRatio = std::max(worstRatio, error / expected.bound);
  }
  // Written so that a NaN error fails; the sign of a NaN says nothing.
  if (same || (!special && error <= expected.bound))
    return;
  char text[160];
  std::snprintf(text, sizeof(text), "output[%lld, %lld] is %.9g, expected %.9g within %.3g",
                static_cast<long long>(row), static_cast<long long>(col),
                std::isnan(actual) ? std::fabs(actual) : actual, expected.value, expected.bound);
  fail(text);
}

void mla::conformance::runCase(
    Tally &tally, const Gpu &gpu, GuardedMatrix &output, const std::function<void()> &launch,
    const std::function<void(int64_t row, std::span<Expected> result)> &expected) {
  auto run = [&] {
    output.poison();
    launch();
    gpu.synchronize();
    output.download();
  };
  run();
  const Shape &shape = output.shape();
  std::vector<Expected> reference(size_t(shape.rows * shape.cols));
  parallelFor(shape.rows, [&](int64_t row) {
    expected(row, std::span(reference).subspan(size_t(row * shape.cols), size_t(shape.cols)));
  });
  for (int64_t row = 0; row < shape.rows; ++row)
    for (int64_t col = 0; col < shape.cols; ++col)
      tally.compare(reference[size_t(row * shape.cols + col)], output.get(row, col), row, col);
  if (std::string damage = output.damage(); !damage.empty())
    tally.fail(damage);

  std::vector<uint8_t> first = output.image();
  run();
  if (first != output.image())
    tally.fail("a second run gave other bits");
}

Family mla::conformance::findFamily(const std::string &kernel) {
  if (kernel == "vector_add")
    return checkVectorAdd;
  if (kernel == "row_softmax")
    return checkRowSoftmax;
  if (kernel == "matmul")
    return checkMatmul;
  return nullptr;
}
