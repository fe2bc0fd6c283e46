//===- MatrixOp.h - one matrix instruction beside its model ---------------===//
// mma.sync, and wgmma of 64 × 8, whose four warps are four instructions of 16 × 8 with one B.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Numerics/Matrix.h"

#include <string>
#include <vector>

namespace mla::hardware {

/// An instruction and its model.
struct MatrixOp {
  std::string name; ///< e.g. "mma.m16n8k16.f32.f16.f16.f32"
  sim::MmaInstruction instruction;
  bool wgmma = false;

  unsigned registers() const {
    return instruction.registersA() + instruction.registersB() + instruction.registersC();
  }
  /// 32-bit words of a register of a warp.
  unsigned registerWords() const { return instruction.registerWidth(); }
};

std::vector<MatrixOp> matrixOps();

/// A kernel for each op, named mma0, mma1, …: one warp (four of wgmma) per vector.
std::string matrixModule(const std::vector<MatrixOp> &ops);

/// Kinds of operands that are tried in turn; each shows another property of the sum.
inline constexpr const char *kStyles[] = {"near one", "wide",      "cancelling",
                                          "zeros",    "subnormal", "infinities",
                                          "aligning", "large",     "any bits"};
inline constexpr unsigned kNumStyles = sizeof(kStyles) / sizeof(*kStyles);
/// The style of a vector.
constexpr unsigned styleOf(size_t vector) { return unsigned(vector / 4 % kNumStyles); }

/// Operands of `vectors` instructions: registers of A, B and C of 32 lanes, vector after vector.
std::vector<uint32_t> matrixInputs(const MatrixOp &op, size_t vectors, unsigned seed);

/// What the model answers: registers of D, vector after vector, on all cores of the host.
std::vector<uint32_t> matrixAnswers(const MatrixOp &op, const std::vector<uint32_t> &inputs,
                                    size_t vectors);

/// Row, column, operands and both answers of one element of D, in hexadecimal.
std::string describeElement(const MatrixOp &op, const std::vector<uint32_t> &inputs, size_t word,
                            uint32_t got, uint32_t expected);

} // namespace mla::hardware
