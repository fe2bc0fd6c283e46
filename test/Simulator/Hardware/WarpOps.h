//===- WarpOps.h - exchanges of matrices within a warp --------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mla::hardware {

/// An instruction that moves four registers of a warp, through 512 bytes of shared memory where it
/// needs them: row i of 16 bytes lies at %tile + 16 i, where %row of lane i points.
struct WarpOp {
  std::string name;
  std::string body; ///< PTX: %x0 … %x3 operands, %y0 … %y3 results
  /// 4 × 32 words to 4 × 32 words, register after register.
  std::function<void(const uint32_t *, uint32_t *)> model;
};

std::vector<WarpOp> warpOps();

/// A kernel for each op, named warp0, warp1, …: one warp per 128 words.
std::string warpModule(const std::vector<WarpOp> &ops);

} // namespace mla::hardware
