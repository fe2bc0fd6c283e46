//===- IndexLists.h - lists of int32 with garbage in them -------------------===//
// Lists hold -1 anywhere, garbage down to INT_MIN and up to INT_MAX, and positions just inside and
// just outside of what is legal. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ExactCase.h"

#include <limits>

namespace mla::conformance {

inline constexpr int32_t kLeastInt = std::numeric_limits<int32_t>::min(),
                         kMostInt = std::numeric_limits<int32_t>::max();

/// Writes an element of the host image of a matrix.
inline void setInteger(GuardedTensor &tensor, int64_t row, int64_t col, int32_t value) {
  std::memcpy(tensor.at(0, row, col), &value, sizeof(value));
}
/// Reads one.
inline int32_t getInteger(GuardedTensor &tensor, int64_t row, int64_t col) {
  int32_t value;
  std::memcpy(&value, tensor.at(0, row, col), sizeof(value));
  return value;
}

/// Integers from [0, bound), one of five at an edge or garbage, uploaded.
void fillIntegers(GuardedTensor &tensor, uint64_t seed, int64_t bound);

/// Writes a list as it has to come out, and how many of it are valid.
void expectList(GuardedTensor &out, GuardedTensor &counts, int64_t list,
                const std::vector<int32_t> &values, bool compact);

} // namespace mla::conformance
