//===- Conversions.cpp - cvt of PTX, bit by bit ---------------------------===//
// Every conversion takes its operand apart, changes it and packs it once.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Conversions.h"

using namespace mla::sim;

/// Magnitude of a finite number rounded to an integer; `overflow` if it needs more than 64 bits.
static uint64_t integralMagnitude(const Unpacked &number, Rounding rounding, bool &overflow) {
  overflow = false;
  if (!number.significand)
    return 0;
  if (number.exponent >= 0) {
    overflow = number.exponent > std::countl_zero(number.significand);
    return overflow ? 0 : number.significand << number.exponent;
  }
  unsigned drop = number.exponent < -100 ? 100 : -number.exponent;
  return shiftRounded(number.significand, drop, rounding, number.negative);
}

uint64_t mla::sim::floatToInt(const FloatFormat &from, uint64_t bits, unsigned width, bool isSigned,
                              ConvertMode mode) {
  if (mode.flush)
    bits = flushed(from, bits);
  Unpacked number = unpack(from, bits);
  if (number.nan) {
    uint64_t first = uint64_t(1) << (width - 1);
    return width < 64 && from.width() < 64 ? 0 : isSigned ? 0 - first : first;
  }
  uint64_t highest = ~uint64_t(0) >> (64 - width + isSigned);
  uint64_t lowest = isSigned ? highest + 1 : 0; // its magnitude
  bool overflow = true;
  uint64_t magnitude = number.infinite ? 0 : integralMagnitude(number, mode.rounding, overflow);
  if (number.negative)
    return 0 - (overflow || magnitude > lowest ? lowest : magnitude);
  return overflow || magnitude > highest ? highest : magnitude;
}

/// .relu and .sat of a result that is not NaN.
static uint64_t clamped(const FloatFormat &format, uint64_t bits, ConvertMode mode) {
  if ((mode.relu || mode.saturate) && (bits & format.signBit()))
    return 0;
  if (mode.saturate) {
    uint64_t one = pack(format, Unpacked{.significand = 1});
    return bits > one ? one : bits;
  }
  return bits;
}

/// NaN in another format. To and from f64, and of bf16 to f32, it keeps its sign and as many of its
/// bits as fit (made quiet but for the last); elsewhere it becomes the one NaN.
static uint64_t convertNan(const FloatFormat &from, const FloatFormat &to, uint64_t bits,
                           bool flush) {
  if (from.width() == 16 && from.exponentBits == 8 && to.width() == 32)
    return bits << 16;
  // .ftz to f64 is a product with 1 before the conversion.
  if (flush)
    bits = from.nan();
  if (from.width() < 64 && to.width() < 64)
    return to.nan();
  uint64_t fraction = bits & ((uint64_t(1) << from.fractionBits) - 1);
  int up = int(to.fractionBits) - int(from.fractionBits);
  fraction = up >= 0 ? fraction << up : fraction >> -up;
  return (bits & from.signBit() ? to.signBit() : 0) | to.infinity() |
         uint64_t(1) << (to.fractionBits - 1) | fraction;
}

uint64_t mla::sim::floatToFloat(const FloatFormat &from, const FloatFormat &to, uint64_t bits,
                                ConvertMode mode) {
  // To f16 .ftz changes nothing: the operand is rounded as it is.
  if (mode.flush && from.width() == 32 && to.width() != 16)
    bits = flushed(from, bits);
  Unpacked number = unpack(from, bits);
  if (number.nan)
    return mode.saturate ? 0 : convertNan(from, to, bits, mode.flush && from.width() == 32);
  uint64_t result = clamped(to, pack(to, number, mode.rounding, mode.satfinite), mode);
  return mode.flush && to.width() == 32 ? flushed(to, result) : result;
}

uint64_t mla::sim::roundToIntegral(const FloatFormat &format, uint64_t bits, ConvertMode mode) {
  if (mode.flush && format.width() == 32)
    bits = flushed(format, bits);
  Unpacked number = unpack(format, bits);
  if (number.nan)
    return mode.saturate ? 0 : format.width() == 64 ? bits | kQuietF64 : format.nan();
  if (!number.infinite && number.exponent < 0) {
    bool overflow = false;
    number.significand = integralMagnitude(number, mode.rounding, overflow);
    number.exponent = 0;
  }
  return clamped(format, pack(format, number), mode);
}

uint64_t mla::sim::intToIntSat(int64_t value, bool fromSigned, unsigned width, bool toSigned) {
  __int128 exact = fromSigned ? __int128(value) : __int128(uint64_t(value));
  __int128 high = (__int128(1) << (width - toSigned)) - 1, low = toSigned ? -high - 1 : 0;
  return uint64_t(exact < low ? low : exact > high ? high : exact);
}

uint32_t mla::sim::toTF32(uint32_t bits, ConvertMode mode) {
  Unpacked number = unpack(kF32, bits);
  if (number.nan)
    return mode.rounding == Rounding::NearestAway ? bits & ~0x1fffu : uint32_t(kTF32.nan() << 13);
  uint64_t result = clamped(kTF32, pack(kTF32, number, mode.rounding, mode.satfinite), mode);
  return uint32_t(result << 13);
}

/// One element of a packed result.
static uint32_t element(const FloatFormat &from, const FloatFormat &to, uint32_t bits,
                        ConvertMode mode) {
  Unpacked number = unpack(from, bits);
  if (number.nan)
    return uint32_t(to.nan());
  return uint32_t(clamped(to, pack(to, number, mode.rounding, mode.satfinite), mode));
}

/// Bits from one element of a packed register to the next: narrow formats lie in bytes, but for the
/// 4-bit one.
static unsigned stride(const FloatFormat &format) {
  return format.width() == 6 ? 8 : format.width();
}

uint32_t mla::sim::packPair(const FloatFormat &to, uint32_t high, uint32_t low, ConvertMode mode) {
  return element(kF32, to, high, mode) << stride(to) | element(kF32, to, low, mode);
}

uint16_t mla::sim::packHalves(const FloatFormat &half, const FloatFormat &to, uint32_t halves,
                              ConvertMode mode) {
  return uint16_t(element(half, to, halves >> 16, mode) << stride(to) |
                  element(half, to, halves & 0xffff, mode));
}

uint32_t mla::sim::unpackPair(const FloatFormat &from, uint16_t pair, ConvertMode mode) {
  return element(from, kF16, pair >> stride(from), mode) << 16 | element(from, kF16, pair, mode);
}

/// The exponent of a magnitude, rounded to zero or up.
static uint32_t exponentAlone(uint32_t bits, ConvertMode mode) {
  Unpacked number = unpack(kF32, bits);
  if (number.nan)
    return 255;
  if (number.infinite)
    return mode.satfinite ? 254 : 255;
  if (!number.significand)
    return 0;
  int leading = 63 - std::countl_zero(number.significand);
  bool power = (number.significand & (number.significand - 1)) == 0;
  int field = number.exponent + leading + 127 + (mode.rounding == Rounding::Up && !power);
  return uint32_t(field < 0 ? 0 : field > 254 ? (mode.satfinite ? 254 : 255) : field);
}

uint16_t mla::sim::packUE8M0(uint32_t high, uint32_t low, ConvertMode mode) {
  return uint16_t(exponentAlone(high, mode) << 8 | exponentAlone(low, mode));
}

uint32_t mla::sim::unpackUE8M0(uint16_t pair) {
  auto half = [](uint32_t field) -> uint32_t {
    return field == 255 ? kNanHalf : field ? field << 7 : 0x40; // 2^-127 is subnormal
  };
  return half(pair >> 8) << 16 | half(pair & 255);
}
