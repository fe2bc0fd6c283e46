//===- ScalarOp.h - one instruction beside its model ----------------------===//
// The table from which everything else follows: the PTX that runs on a GPU, the operands it is
// given and the answer that the simulator's numerics expect. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mla::hardware {

/// What an operand holds; decides the width of its register and which values are tried.
///   f f32   d f64   h f16   b bf16   H f16x2   B bf16x2
///   i 32-bit integer   l 64-bit   s 16-bit   n 32-bit, mostly small   e bytes of fp8
using Kind = char;

/// Bits of the register of a kind.
unsigned widthOf(Kind kind);

/// An instruction (or a few that belong together) and its model.
struct ScalarOp {
  std::string name;     ///< e.g. "add.rz.ftz.f32"
  std::string body;     ///< PTX: $0 … $3 operands, $d result, %t0 … %t3 (b32), %h0 … %h3 (b16),
                        ///< %w0 … %w3 (b64) and %p0, %p1 are free; %out and %cell point
                        ///< to cells of the thread in global and in shared memory
  std::string operands; ///< a Kind each
  Kind result;
  std::function<uint64_t(const uint64_t *)> model;
};

/// All instructions, family by family.
void addIntegerOps(std::vector<ScalarOp> &ops);
void addFloatOps(std::vector<ScalarOp> &ops);
void addConversionOps(std::vector<ScalarOp> &ops);
void addApproximateOps(std::vector<ScalarOp> &ops);
void addAtomicOps(std::vector<ScalarOp> &ops);
std::vector<ScalarOp> scalarOps();

/// A kernel for each op, named op0, op1, …: one thread per vector, operands and results in slots of
/// 8 bytes, operand after operand.
std::string scalarModule(const std::vector<ScalarOp> &ops);

/// Vectors tried per op.
inline constexpr unsigned kVectors = 1u << 16;

/// Operands of an op: operand after operand, kVectors slots each. Every pair (triple) of special
/// values first, then random ones; the same on every machine.
std::vector<uint64_t> scalarInputs(const ScalarOp &op, unsigned seed);

/// Distance of two results of a floating-point kind in units of the last place; none between NaNs,
/// huge between NaN and a number. Of other kinds 0 or huge.
uint64_t distance(Kind kind, uint64_t a, uint64_t b);

} // namespace mla::hardware
