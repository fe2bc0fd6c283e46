//===- SpecialFunctions.cpp - the special function unit, bit by bit -------===//
// The unit interpolates: the upper bits of the reduced argument choose a parabola, the 17 bits
// below them (16 of the reciprocal) are the offset in it. Products with the slope are exact; the
// square of the offset is a sum of products of its bits, of which those that weigh less than 2^-15
// are left out. The sum of the three terms is cut, not rounded. Checked against an H200 on every
// f32. SPDX-License-Identifier: Apache-2.0

#include "SpecialFunctionTables.h"
#include "mla/Simulator/Numerics/Approximate.h"
#include "mla/Simulator/Numerics/Formats.h"

#include <array>
#include <cmath>

using namespace mla::sim;

/// Squares of the upper 15 bits of an offset in 2^-15, without their lighter products.
static constexpr unsigned kSquareBits = 15;
static uint16_t squareOf(uint32_t upper) {
  static const auto squares = [] {
    std::array<uint16_t, 1 << kSquareBits> table{};
    for (uint32_t bits = 0; bits < table.size(); ++bits) {
      uint64_t sum = 0;
      for (unsigned i = 0; i < kSquareBits; ++i)
        for (unsigned j = i; j < kSquareBits; ++j) {
          unsigned weight = i == j ? 2 * i : i + j + 1;
          if (weight >= kSquareBits && (bits >> i & 1) && (bits >> j & 1))
            sum += uint64_t(1) << weight;
        }
      table[bits] = uint16_t(sum >> kSquareBits);
    }
    return table;
  }();
  return squares[upper];
}

/// A parabola at an offset of `bits` bits, in 2^-17 of the unit of its result; `bias` in the same.
static int64_t interpolate(const Segment &segment, uint32_t offset, unsigned bits, int bias) {
  int64_t square = squareOf(offset >> (bits - kSquareBits));
  return int64_t(segment.constant) * (1 << 15) + bias +
         int64_t(segment.slope) * offset * (1 << (17 - bits)) + 2 * segment.curvature * square;
}

/// The same over 64 segments of 2^17 offsets.
static int64_t interpolate64(const Segment *segments, uint32_t argument, int bias) {
  return interpolate(segments[argument >> 17], argument & 0x1ffff, 17, bias);
}

/// Constants that were added for rounding, and the last place below a whole unit.
static constexpr int kReciprocalBias = 8092, kExp2Bias = 24456, kLog2Bias = 6696, kBelow = -1;

/// NaN of the functions of upper halves.
static constexpr uint64_t kUpperNanF64 = 0x7fffffff00000000;

static constexpr uint32_t kInfinity = 0x7f800000, kOne = 0x3f800000;

/// A float of a fraction of 24 bits, leading one included, and an exponent.
static uint32_t assemble(uint32_t sign, int exponent, int64_t fraction) {
  return sign | ((uint32_t(exponent + 127) << 23) + uint32_t(fraction - 0x800000));
}

/// value × 2^-unit, cut.
static uint32_t cutToFloat(uint32_t sign, int64_t value, int unit) {
  if (value <= 0)
    return sign;
  Unpacked number{.exponent = -unit, .significand = uint64_t(value)};
  return sign | uint32_t(pack(kF32, number, Rounding::Zero));
}

/// 1 / 1.fraction in 2^-24.
static int64_t reciprocalOf(uint32_t fraction) {
  return interpolate(kReciprocalSegments[fraction >> 16], fraction & 0xffff, 16, kReciprocalBias) >>
         17;
}
/// 1 / sqrt(1.fraction), or of its double, in 2^-24.
static int64_t reciprocalRootOf(uint32_t fraction, bool twice) {
  if (!twice && !fraction)
    return 0x1000000;
  return interpolate64(twice ? kRootOfTwoSegments : kRootOfOneSegments, fraction, kBelow) >> 17;
}

static uint32_t reciprocal(uint32_t sign, int exponent, uint32_t fraction) {
  int64_t value = reciprocalOf(fraction);
  // The result of 1 is a power of two, all others are below it.
  int result = value == 0x1000000 ? -exponent : -exponent - 1;
  if (result < -126)
    return sign;
  return value == 0x1000000 ? sign | uint32_t(result + 127) << 23 : assemble(sign, result, value);
}

static uint32_t reciprocalRoot(int exponent, uint32_t fraction) {
  bool odd = exponent & 1;
  int half = (exponent - odd) / 2;
  int64_t value = reciprocalRootOf(fraction, odd);
  return value == 0x1000000 ? uint32_t(127 - half) << 23 : assemble(0, -half - 1, value);
}

static uint32_t root(int exponent, uint32_t fraction) {
  bool odd = exponent & 1;
  int64_t value =
      interpolate64(odd ? kSqrtOfTwoSegments : kSqrtOfOneSegments, fraction, kBelow) >> 17;
  return assemble(0, (exponent - odd) / 2, value);
}

static uint32_t exp2(uint32_t bits) {
  bool negative = bits >> 31;
  double magnitude = std::fabs(double(asFloat(bits)));
  if (magnitude >= 256)
    return negative ? 0 : kInfinity;
  if (magnitude < 0x1p-23)
    return kOne;
  // 23 bits of fraction; negative arguments are complemented, not negated,
  // but for whole numbers.
  int64_t fixed = int64_t(magnitude * 0x1p23);
  if (negative)
    fixed = magnitude == double(fixed >> 23) ? -fixed : ~fixed;
  int exponent = int(fixed >> 23);
  if (exponent > 127)
    return kInfinity;
  if (exponent < -126)
    return 0;
  return assemble(0, exponent,
                  interpolate64(kExp2Segments, uint32_t(fixed & 0x7fffff), kExp2Bias) >> 17);
}

static uint32_t log2(int exponent, uint32_t fraction) {
  // Of the powers of two only 1 has an exact logarithm.
  if (!exponent && !fraction)
    return 0;
  int64_t value =
      int64_t(exponent) * (int64_t(1) << 41) + interpolate64(kLog2Segments, fraction, kLog2Bias);
  // 36 bits of fraction remain; negative logarithms are complemented, not negated.
  value >>= 5;
  return value < 0 ? cutToFloat(0x80000000, ~value, 36) : cutToFloat(0, value, 36);
}

/// Of turns: 25 bits of fraction, of which the upper two are the quarter.
static uint32_t sine(uint32_t bits, bool cosine) {
  double turns = std::fabs(double(asFloat(bits)));
  // A float of 2^23 turns or more has no fraction; the bound keeps the product in its type.
  uint64_t fixed = turns < 0x1p38 ? uint64_t(turns * 0x1p25) : 0;
  unsigned quarter = unsigned(fixed >> 23) + cosine;
  uint32_t argument = uint32_t(fixed & 0x7fffff);
  if (quarter & 1)
    argument = 0x7fffff - argument;
  uint32_t sign = (quarter >> 1 & 1) << 31;
  if (!cosine)
    sign ^= bits & 0x80000000;
  return cutToFloat(sign, interpolate64(kSineSegments, argument, 0), 41);
}

static uint32_t tanh(uint32_t sign, int exponent, uint32_t fraction, uint32_t magnitude) {
  if (exponent < -8)
    return sign | magnitude;
  if (exponent > 2)
    return sign | kOne;
  unsigned binade = unsigned(exponent + 8), first = 0;
  for (unsigned before = 0; before < binade; ++before)
    first += 1u << kTanhSegmentBits[before];
  unsigned bits = 23 - kTanhSegmentBits[binade];
  uint32_t offset = fraction & ((1u << bits) - 1);
  int64_t value = interpolate(kTanhSegments[first + (fraction >> bits)],
                              offset >> (bits - (bits > 17 ? 17 : bits)), bits > 17 ? 17 : bits, 0);
  return cutToFloat(sign, value, 41 - exponent);
}

uint32_t mla::sim::specialFunction(SpecialFunction function, uint32_t bits) {
  uint32_t sign = bits & 0x80000000, magnitude = bits & 0x7fffffff;
  uint32_t fraction = bits & 0x7fffff;
  int exponent = int(magnitude >> 23) - 127;
  if (magnitude > kInfinity)
    return kNanF32;
  bool zero = exponent == -127, infinite = magnitude == kInfinity;
  switch (function) {
  case SpecialFunction::Exp2:
    return infinite ? (sign ? 0 : kInfinity) : exp2(bits);
  case SpecialFunction::Log2:
    return zero       ? kInfinity | 0x80000000
           : sign     ? kNanF32
           : infinite ? kInfinity
                      : log2(exponent, fraction);
  case SpecialFunction::Reciprocal:
    return zero ? sign | kInfinity : infinite ? sign : reciprocal(sign, exponent, fraction);
  case SpecialFunction::ReciprocalRoot:
    return zero       ? sign | kInfinity
           : sign     ? kNanF32
           : infinite ? 0
                      : reciprocalRoot(exponent, fraction);
  case SpecialFunction::Root:
    return zero ? sign : sign ? kNanF32 : infinite ? kInfinity : root(exponent, fraction);
  case SpecialFunction::Sine:
  case SpecialFunction::Cosine:
    return infinite ? kNanF32 : sine(bits, function == SpecialFunction::Cosine);
  case SpecialFunction::Tanh:
    return tanh(sign, exponent, fraction, magnitude);
  }
  return kNanF32;
}

/// The upper half of a double of a fraction in 2^-24, of which 20 bits remain.
static uint64_t upperHalf(uint64_t sign, int exponent, int64_t value) {
  if (value == 0x1000000)
    ++exponent, value >>= 1;
  if (exponent < -1022)
    return sign;
  return sign | uint64_t(exponent + 1023) << 52 | uint64_t((value >> 3) & 0xfffff) << 32;
}

uint64_t mla::sim::rcpApproxUpperF64(uint64_t a) {
  uint64_t sign = a & kF64.signBit(), upper = a & 0x7fffffff00000000;
  if (upper > kF64.infinity())
    return kUpperNanF64;
  int exponent = int(upper >> 52) - 1023;
  if (exponent == -1023)
    return sign | kF64.infinity();
  if (upper == kF64.infinity())
    return sign;
  return upperHalf(sign, -exponent - 1, reciprocalOf(uint32_t(upper >> 32 & 0xfffff) << 3));
}

uint64_t mla::sim::rsqrtApproxUpperF64(uint64_t a) {
  uint64_t sign = a & kF64.signBit(), upper = a & 0x7fffffff00000000;
  if (upper > kF64.infinity())
    return kUpperNanF64;
  int exponent = int(upper >> 52) - 1023;
  if (exponent == -1023)
    return sign | kF64.infinity();
  if (sign)
    return kUpperNanF64;
  if (upper == kF64.infinity())
    return 0;
  bool odd = exponent & 1;
  return upperHalf(0, -(exponent - odd) / 2 - 1,
                   reciprocalRootOf(uint32_t(upper >> 32 & 0xfffff) << 3, odd));
}
