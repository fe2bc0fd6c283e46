//===- Formats.h - the floating-point formats of PTX, bit by bit ----------===//
// One description of a format, one way from bits to a number and one way back. A number between the
// two is sign, exponent and a 64-bit significand whose last bit may be sticky, so that every
// conversion rounds once. Plain C++: the same code is compiled beside a GPU to check it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace mla::sim {

/// Rounding of a result: .rn, .rna, .rz, .rm, .rp (and .rni … of integers).
enum class Rounding : uint8_t { Nearest, NearestAway, Zero, Down, Up };

/// What the largest exponent of a format means.
enum class Specials : uint8_t {
  InfinityAndNan, ///< As in IEEE 754: infinity and NaN.
  NanOnly,        ///< Numbers, but all ones is NaN; no infinity (e4m3).
  None            ///< Numbers only (e2m1, e2m3, e3m2).
};

/// Sign, exponent and fraction of a format, from the left.
struct FloatFormat {
  unsigned exponentBits;
  unsigned fractionBits;
  Specials specials = Specials::InfinityAndNan;

  constexpr unsigned width() const { return 1 + exponentBits + fractionBits; }
  constexpr int bias() const { return (1 << (exponentBits - 1)) - 1; }
  /// The exponent of the smallest normal number, and of all subnormal ones.
  constexpr int minExponent() const { return 1 - bias(); }
  constexpr uint64_t signBit() const { return uint64_t(1) << (width() - 1); }
  constexpr uint64_t infinity() const {
    return ((uint64_t(1) << exponentBits) - 1) << fractionBits;
  }
  constexpr uint64_t maxFinite() const {
    switch (specials) {
    case Specials::InfinityAndNan:
      return infinity() - 1;
    case Specials::NanOnly:
      return signBit() - 2;
    case Specials::None:
      return signBit() - 1;
    }
    return 0;
  }
  /// The NaN that instructions return: all bits but the sign. Formats without NaN answer with their
  /// largest number, as cvt does.
  constexpr uint64_t nan() const { return signBit() - 1; }
};

inline constexpr FloatFormat kF64{11, 52};
inline constexpr FloatFormat kF32{8, 23};
inline constexpr FloatFormat kTF32{8, 10}; ///< The upper 19 bits of a 32-bit register.
inline constexpr FloatFormat kF16{5, 10};
inline constexpr FloatFormat kBF16{8, 7};
inline constexpr FloatFormat kE5M2{5, 2};
inline constexpr FloatFormat kE4M3{4, 3, Specials::NanOnly};
inline constexpr FloatFormat kE3M2{3, 2, Specials::None};
inline constexpr FloatFormat kE2M3{2, 3, Specials::None};
inline constexpr FloatFormat kE2M1{2, 1, Specials::None};

inline constexpr uint32_t kNanF32 = 0x7fffffff;
inline constexpr uint16_t kNanHalf = 0x7fff; ///< Of f16 and of bf16.
/// f64 keeps the NaN it is given, made quiet; this one is of operations without a NaN operand.
inline constexpr uint64_t kInvalidF64 = 0xfff8000000000000;
inline constexpr uint64_t kQuietF64 = uint64_t(1) << 51;

/// A number taken apart: significand × 2^exponent, or NaN, or infinity.
struct Unpacked {
  bool negative = false;
  bool nan = false;
  bool infinite = false;
  int exponent = 0;
  uint64_t significand = 0; ///< 0 for zero; the last bit may stand for all that is below it.
};

/// What `bits` mean; bits above the width are ignored.
constexpr Unpacked unpack(const FloatFormat &format, uint64_t bits) {
  Unpacked number;
  uint64_t magnitude = bits & (format.signBit() - 1);
  number.negative = bits & format.signBit();
  if (magnitude > format.maxFinite()) {
    number.infinite = format.specials == Specials::InfinityAndNan && magnitude == format.infinity();
    number.nan = !number.infinite;
    return number;
  }
  uint64_t fraction = magnitude & ((uint64_t(1) << format.fractionBits) - 1);
  int field = int(magnitude >> format.fractionBits);
  number.significand = field ? fraction | uint64_t(1) << format.fractionBits : fraction;
  number.exponent = (field ? field : 1) - format.bias() - int(format.fractionBits);
  return number;
}

/// Shifts right by `count` and rounds. `kept` of a sticky significand is right as long as at least
/// one bit is dropped.
constexpr uint64_t shiftRounded(uint64_t value, unsigned count, Rounding rounding, bool negative) {
  if (count == 0)
    return value;
  uint64_t kept = count > 63 ? 0 : value >> count;
  uint64_t rest = count > 63 ? value : value & ((uint64_t(1) << count) - 1);
  if (!rest)
    return kept;
  // Beyond 64 places the first dropped bit is zero; at 64 it is the topmost.
  uint64_t half = count > 64 ? 0 : uint64_t(1) << (count - 1);
  bool atLeastHalf = half && rest >= half;
  bool tie = half && rest == half;
  switch (rounding) {
  case Rounding::Nearest:
    return kept + (atLeastHalf && (!tie || (kept & 1)));
  case Rounding::NearestAway:
    return kept + atLeastHalf;
  case Rounding::Zero:
    return kept;
  case Rounding::Down:
    return kept + negative;
  case Rounding::Up:
    return kept + !negative;
  }
  return kept;
}

/// The bits of `number` in `format`. Too large: infinity or the largest number as the rounding says
/// (NaN where there is neither), always the largest number with `satfinite`, which also holds for
/// infinity itself.
constexpr uint64_t pack(const FloatFormat &format, Unpacked number,
                        Rounding rounding = Rounding::Nearest, bool satfinite = false) {
  if (number.nan)
    return format.nan();
  uint64_t sign = number.negative ? format.signBit() : 0;
  bool ieee = format.specials == Specials::InfinityAndNan;
  uint64_t tooLarge = satfinite || format.specials == Specials::None
                          ? format.maxFinite()
                          : (ieee ? format.infinity() : format.nan());
  if (number.infinite)
    return sign | tooLarge;
  if (!number.significand)
    return sign;
  int leading = std::countl_zero(number.significand);
  uint64_t significand = number.significand << leading;
  // Of the first bit, which stands at 63.
  int exponent = number.exponent - leading + 63;
  int field = exponent + format.bias();
  unsigned drop = 63 - format.fractionBits;
  if (field < 1) {
    drop += 1 - field < 128 ? 1 - field : 128;
    field = 1;
  }
  uint64_t kept = shiftRounded(significand, drop, rounding, number.negative);
  bool towardsZero = rounding == Rounding::Zero ||
                     (rounding == Rounding::Down && !number.negative) ||
                     (rounding == Rounding::Up && number.negative);
  if (towardsZero)
    tooLarge = format.maxFinite();
  if (field > 2 * format.bias() + 2)
    return sign | tooLarge;
  // The leading bit of `kept` carries into the field, as does a significand rounded up to 2.
  uint64_t magnitude = (uint64_t(field - 1) << format.fractionBits) + kept;
  return sign | (magnitude > format.maxFinite() ? tooLarge : magnitude);
}

/// From one format to another.
constexpr uint64_t convert(const FloatFormat &from, const FloatFormat &to, uint64_t bits,
                           Rounding rounding = Rounding::Nearest, bool satfinite = false) {
  return pack(to, unpack(from, bits), rounding, satfinite);
}

constexpr bool isNan(const FloatFormat &format, uint64_t bits) { return unpack(format, bits).nan; }

/// Zero of the same sign for a subnormal number: .ftz.
constexpr uint64_t flushed(const FloatFormat &format, uint64_t bits) {
  return bits & format.infinity() ? bits : bits & format.signBit();
}

inline float asFloat(uint32_t bits) { return std::bit_cast<float>(bits); }
inline double asDouble(uint64_t bits) { return std::bit_cast<double>(bits); }
inline uint32_t bitsOf(float value) { return std::bit_cast<uint32_t>(value); }
inline uint64_t bitsOf(double value) { return std::bit_cast<uint64_t>(value); }

inline float bf16ToFloat(uint16_t bits) { return asFloat(uint32_t(bits) << 16); }
inline float f16ToFloat(uint16_t bits) {
  uint32_t magnitude = bits & 0x7fffu, sign = uint32_t(bits & 0x8000u) << 16;
  if (magnitude >= 0x7c00) // infinity, NaN
    return asFloat(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  // The same bits as a number 2^112 too small; the product is exact, for subnormal ones too.
  return asFloat(sign | bitsOf(asFloat(magnitude << 13) * 0x1p112f));
}

} // namespace mla::sim
