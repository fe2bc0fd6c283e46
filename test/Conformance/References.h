//===- References.h - what the kernels compute, in fp64 on the host -------===//
// Written from the kernels' definitions, not from their code. Each reference also says how far a
// correct fp32 implementation may be away, so that tolerances are bounds and not habits.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Element.h"

#include <functional>
#include <span>
#include <vector>

namespace mla::conformance {

/// The exact result and the largest error that a correct kernel may have.
struct Expected {
  double value = 0; ///< fp64 result, before rounding to the output type
  double bound = 0; ///< largest |kernel - value|
};

/// Error of the final rounding to the output type, with flush to zero allowed.
double roundingBound(Element output, double value);

/// Softmax of one row; a row of -inf gives zeros, a NaN or +inf makes the whole row NaN.
void softmaxRow(std::span<const double> row, Element output, std::span<Expected> result);

/// One row of a matrix product and its epilogue.
struct MatmulRow {
  std::span<const double> a;    ///< K values
  std::span<const double> b;    ///< K x N values, row-major
  std::span<const double> bias; ///< N values, or empty
  double alpha = 1;             ///< factor of the product
  bool relu = false;            ///< max(value, 0) at the end
};

/// relu(alpha * a @ b + bias) for one row of A.
void matmulRow(const MatmulRow &row, Element output, std::span<Expected> result);

/// Runs work(i) for every i in [0, count) on all cores; inside such work on this one.
void parallelFor(int64_t count, const std::function<void(int64_t)> &work);

} // namespace mla::conformance
