//===- Conversions.h - cvt of PTX, bit by bit -----------------------------===//
// Between integers and floating-point formats and among the latter, with every rounding, .ftz,
// .sat, .satfinite and .relu, and the packed forms of narrow formats. SPDX-License-Identifier:
// Apache-2.0
#pragma once

#include "mla/Simulator/Numerics/Formats.h"

namespace mla::sim {

/// Modifiers of cvt.
struct ConvertMode {
  Rounding rounding = Rounding::Nearest;
  bool flush = false;     ///< .ftz: of f32 operands and results.
  bool saturate = false;  ///< .sat: integers to their range, floats to [0, 1].
  bool satfinite = false; ///< .satfinite: never infinity.
  bool relu = false;      ///< .relu: negative results give 0.
};

/// Integer of 64 bits (extended by the caller as its type says) to a float format.
constexpr uint64_t intToFloat(const FloatFormat &to, int64_t value, bool isSigned,
                              ConvertMode mode = {}) {
  Unpacked number;
  number.negative = isSigned && value < 0;
  number.significand = number.negative ? 0 - uint64_t(value) : uint64_t(value);
  uint64_t bits = pack(to, number, mode.rounding);
  if (mode.saturate)
    return number.negative ? 0 : number.significand ? pack(to, Unpacked{.significand = 1}) : 0;
  return bits;
}

/// Float to an integer of `width` bits, clamped to its range; the result is extended to 64 bits by
/// its sign. NaN gives 0; of f64 to 64 bits the first bit alone.
uint64_t floatToInt(const FloatFormat &from, uint64_t bits, unsigned width, bool isSigned,
                    ConvertMode mode);

/// Float to float. The same format with a rounding to integers: roundToIntegral.
uint64_t floatToFloat(const FloatFormat &from, const FloatFormat &to, uint64_t bits,
                      ConvertMode mode = {});

/// cvt.rni, .rzi, .rmi, .rpi of a format to itself.
uint64_t roundToIntegral(const FloatFormat &format, uint64_t bits, ConvertMode mode);

/// cvt.sat between integers: the value extended to 64 bits by its own type, clamped to the other's.
uint64_t intToIntSat(int64_t value, bool fromSigned, unsigned width, bool toSigned);

/// cvt to tf32: 32 bits, of which the low 13 are zero.
uint32_t toTF32(uint32_t bits, ConvertMode mode);

/// Two f32 to a packed pair; `high` is the first operand of the instruction. For f16x2, bf16x2,
/// e4m3x2, e5m2x2, e2m3x2, e3m2x2 (one byte each) and e2m1x2 (4 bits each).
uint32_t packPair(const FloatFormat &to, uint32_t high, uint32_t low, ConvertMode mode);

/// Two halves in a register to a packed pair of 8 bits each.
uint16_t packHalves(const FloatFormat &half, const FloatFormat &to, uint32_t halves,
                    ConvertMode mode);

/// A packed pair of 8 (4) bits each to f16x2.
uint32_t unpackPair(const FloatFormat &from, uint16_t pair, ConvertMode mode = {});

/// ue8m0: an exponent alone, 2^(bits - 127); 255 is NaN. From two f32,
/// rounded to zero or up (a sign is ignored).
uint16_t packUE8M0(uint32_t high, uint32_t low, ConvertMode mode);
/// ue8m0x2 to bf16x2.
uint32_t unpackUE8M0(uint16_t pair);

} // namespace mla::sim
