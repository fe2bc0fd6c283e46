//===- IndexLists.cpp - lists of int32 with garbage in them -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "IndexLists.h"

#include <algorithm>

using namespace mla::conformance;

/// Integers from [0, bound), one of five at an edge or garbage.
void mla::conformance::fillIntegers(GuardedTensor &tensor, uint64_t seed, int64_t bound) {
  const int64_t edges[] = {-1, -1, -2, kLeastInt, kMostInt, 0, bound - 1, bound, bound + 1};
  for (int64_t row = 0; row < tensor.shape().rows; ++row)
    for (int64_t col = 0; col < tensor.shape().cols; ++col) {
      uint64_t bits = randomBits(seed, uint64_t(row << 32 | col));
      int64_t value = bits % 5 == 0 ? edges[(bits >> 8) % std::size(edges)]
                                    : int64_t((bits >> 8) % uint64_t(std::max<int64_t>(bound, 1)));
      setInteger(tensor, row, col, int32_t(std::min<int64_t>(value, kMostInt)));
    }
  tensor.upload();
}

/// Writes a list as it has to come out, and how many of it are valid.
void mla::conformance::expectList(GuardedTensor &out, GuardedTensor &counts, int64_t list,
                                  const std::vector<int32_t> &values, bool compact) {
  auto isValid = [](int32_t value) { return value >= 0; };
  auto valid = int32_t(std::count_if(values.begin(), values.end(), isValid));
  std::vector<int32_t> order = values;
  if (compact) {
    auto end = std::copy_if(values.begin(), values.end(), order.begin(), isValid);
    std::fill(end, order.end(), -1);
  }
  if (out.shape().rows)
    for (size_t i = 0; i < order.size(); ++i)
      setInteger(out, list, int64_t(i), order[i]);
  if (counts.shape().cols)
    setInteger(counts, 0, list, valid);
}
