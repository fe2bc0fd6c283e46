//===- Answers.h - what the hardware answered, recorded -------------------===//
// A hash per instruction of everything a GPU answered on the seeded operands, and what the models
// answer now: a machine without a GPU can tell whether they still agree.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "MatrixOp.h"
#include "ScalarOp.h"
#include "WarpOps.h"

namespace mla::hardware {

inline constexpr unsigned kSeed = 1;
/// Vectors of a matrix instruction whose answers are recorded, and warps of an exchange.
inline constexpr size_t kRecordedMatrices = 360;
inline constexpr size_t kWarps = 64;

/// Of the first `count` values.
template <typename T>
uint64_t hashOf(const std::vector<T> &values, size_t count) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < count && i < values.size(); ++i) {
    hash = (hash ^ uint64_t(values[i])) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  return hash;
}

/// Answers of the models.
std::vector<uint64_t> scalarAnswers(const ScalarOp &op, const std::vector<uint64_t> &inputs);
std::vector<uint32_t> warpInputs();
std::vector<uint32_t> warpAnswers(const WarpOp &op, const std::vector<uint32_t> &inputs);

/// Compares the models with a file that a run wrote; prints each instruction that differs. The exit
/// code: 0 all agree, 1 some do not.
int checkAnswers(const std::string &path);

} // namespace mla::hardware
