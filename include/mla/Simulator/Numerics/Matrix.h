//===- Matrix.h - tensor-core products, bit by bit ------------------------===//
// D = A · B + C as the hardware computes it, not as IEEE 754 would. A step takes a block of K
// elements, multiplies exactly, shifts all products and the accumulator to the largest of their
// exponents, cuts them off there (towards zero) and adds what is left exactly; only the sum is
// normalised and rounded. How many elements and how many bits is a property of the chip: DotModel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Lanes.h"
#include "mla/Simulator/Numerics/Formats.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mla::sim {

enum class MatrixType : uint8_t { F16, BF16, TF32, E4M3, E5M2, F32, F64, S32, S8, U8, S4, U4, B1 };

/// Bits of an element in a register.
constexpr unsigned widthOf(MatrixType type) {
  switch (type) {
  case MatrixType::F64:
    return 64;
  case MatrixType::TF32:
  case MatrixType::F32:
  case MatrixType::S32:
    return 32;
  case MatrixType::F16:
  case MatrixType::BF16:
    return 16;
  case MatrixType::E4M3:
  case MatrixType::E5M2:
  case MatrixType::S8:
  case MatrixType::U8:
    return 8;
  case MatrixType::S4:
  case MatrixType::U4:
    return 4;
  case MatrixType::B1:
    return 1;
  }
  return 0;
}

constexpr bool isFloat(MatrixType type) { return type <= MatrixType::F64; }

/// How a chip adds up products of narrow floating-point elements.
struct DotModel {
  unsigned block = 16;   ///< Elements of K in one step.
  int fractionBits = 25; ///< Kept below the largest exponent.
  int resultBits = 23;   ///< Fraction bits of an f32 result; fp8 of wgmma keeps fewer.
  /// fp8 of mma.sync on Hopper: elements become f16, the halves of every register are multiplied
  /// one after the other from 0, and C is added last in f32.
  bool throughHalves = false;
};

/// Chips of which the model is known.
enum class MatrixArch : uint8_t { Ampere, Hopper };

/// Elements taken apart: value = significand × 2^(exponent - fractionBits).
struct Elements {
  std::vector<int32_t> significand; ///< With its sign.
  std::vector<int32_t> exponent;
  std::vector<float> special; ///< Values of all elements; empty unless one is infinite or NaN.
  int fractionBits = 0;
};

/// Takes `count` elements apart, one in each of `raw`.
Elements takeApart(MatrixType type, const uint32_t *raw, unsigned count);

/// One dot product of `k` elements from `firstA` of a and `firstB` of b, added to c step by step. c
/// and the result are bits of f32 or, with `half`, of f16.
uint32_t dot(const DotModel &model, const Elements &a, size_t firstA, const Elements &b,
             size_t firstB, unsigned k, uint32_t c, bool half);

/// A warp-wide mma instruction.
struct MmaInstruction {
  MatrixType a, b;
  MatrixType accumulator; ///< Of C and D.
  unsigned m, n, k;
  bool satfinite = false; ///< Of s32: clamped instead of wrapped.
  bool andPopc = false;   ///< Of b1: .and.popc instead of .xor.popc.
  DotModel model = {};    ///< Of floating-point elements below f64.

  unsigned registersA() const { return m * k * widthOf(a) / (32 * registerWidth()); }
  unsigned registersB() const { return n * k * widthOf(b) / (32 * registerWidth()); }
  unsigned registersC() const { return m * n * widthOf(accumulator) / (32 * registerWidth()); }
  /// Bits of a register: 32, or 64 of f64.
  unsigned registerWidth() const { return a == MatrixType::F64 ? 64 : 32; }
};

/// The model of an instruction's types and depth on a chip.
DotModel mmaModel(MatrixArch arch, MatrixType type, unsigned k);
/// The same for wgmma.
DotModel wgmmaModel(MatrixType type);

/// Runs an instruction of elements narrower than f64. D may share registers with C, or with A and
/// B.
void mma(const MmaInstruction &instruction, ConstFragment a, ConstFragment b, ConstFragment c,
         Fragment d);
/// f64.
void mmaF64(const MmaInstruction &instruction, ConstFragment64 a, ConstFragment64 b,
            ConstFragment64 c, Fragment64 d);

/// Operands out of registers: rows of A, or columns of B, `k` elements each, one after the other,
/// the bits of an element in each word.
std::vector<uint32_t> rowsOfA(const MmaInstruction &instruction, ConstFragment a);
std::vector<uint32_t> columnsOfB(const MmaInstruction &instruction, ConstFragment b);
/// The product of such rows and columns: a warp's 16 rows of wgmma (m = 16, any n that 8 divides),
/// whose operands lie in shared memory. For a negated operand flip the signs of the elements, for
/// D = A · B give zeros as C.
void multiplyRows(const MmaInstruction &instruction, std::vector<uint32_t> rows,
                  std::vector<uint32_t> columns, ConstFragment c, Fragment d);

} // namespace mla::sim
