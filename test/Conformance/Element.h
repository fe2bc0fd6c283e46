//===- Element.h - number formats and repeatable random numbers on the host -===//
// Written from the formats' definitions, independent of the compiler's own conversions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mla::conformance {

/// Element types that kernels read and write.
enum class Element { Fp32, Fp16, Bf16, E4m3, Int32, Int64, Uint8 };

/// The type of "fp32", "fp16", "bf16", "fp8e4nv", "i32", "i64" or "u8"; false for any other name.
inline bool parseElement(std::string_view name, Element &element) {
  if (name == "fp32")
    element = Element::Fp32;
  else if (name == "fp16")
    element = Element::Fp16;
  else if (name == "bf16")
    element = Element::Bf16;
  else if (name == "fp8e4nv")
    element = Element::E4m3;
  else if (name == "i32")
    element = Element::Int32;
  else if (name == "i64")
    element = Element::Int64;
  else if (name == "u8")
    element = Element::Uint8;
  else
    return false;
  return true;
}

/// Bytes per element.
inline int64_t elementBytes(Element element) {
  switch (element) {
  case Element::E4m3:
  case Element::Uint8:
    return 1;
  case Element::Fp16:
  case Element::Bf16:
    return 2;
  case Element::Fp32:
  case Element::Int32:
    return 4;
  case Element::Int64:
    return 8;
  }
  return 0;
}

/// Largest relative error of one rounding to nearest: 2^-p with p bits of precision.
inline double unitRoundoff(Element element) {
  return std::ldexp(1.0, element == Element::Fp32   ? -24
                         : element == Element::Fp16 ? -11
                         : element == Element::Bf16 ? -8
                                                    : -4);
}

/// Below this magnitude a format loses relative precision (and a kernel may flush to zero in fp32).
inline double smallestNormal(Element element) {
  return std::ldexp(1.0, element == Element::Fp16 ? -14 : element == Element::E4m3 ? -6 : -126);
}

/// Largest finite value.
inline double largestFinite(Element element) {
  if (element == Element::Fp16)
    return 65504.0;
  if (element == Element::E4m3)
    return 448.0;
  return std::ldexp(element == Element::Bf16 ? 255.0 : 16777215.0,
                    element == Element::Bf16 ? 120 : 104);
}

/// Rounds an fp32 value to bf16, nearest even; NaN stays NaN.
inline uint16_t encodeBf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  if ((bits & 0x7fffffffu) > 0x7f800000u)
    return uint16_t(bits >> 16 | 0x40);
  return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/// Rounds an fp32 value to fp16, nearest even, with subnormals; NaN stays NaN.
inline uint16_t encodeFp16(float value) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  double magnitude = std::fabs(double(value));
  if (std::isnan(value))
    return sign | 0x7e00;
  // 65520 is half-way between the largest finite value and the next step: it rounds up, to
  // infinity.
  if (magnitude >= 65520.0)
    return sign | 0x7c00;
  if (magnitude < std::ldexp(1.0, -14))
    return sign | uint16_t(std::nearbyint(std::ldexp(magnitude, 24)));
  int exponent;
  double fraction =
      std::frexp(magnitude, &exponent); // magnitude = fraction * 2^exponent, 0.5 <= fraction < 1
  // The sum carries into the exponent where the significand rounds up to 2048.
  int significand = int(std::nearbyint(std::ldexp(fraction, 11)));
  return sign | uint16_t(((exponent + 13) << 10) + significand);
}

/// Rounds to e4m3, nearest even, with subnormals; beyond 448 to 448, NaN to 0x7f.
inline uint8_t encodeE4m3(float value) {
  if (std::isnan(value))
    return 0x7f;
  uint8_t sign = std::signbit(value) ? 0x80 : 0;
  double magnitude = std::fabs(double(value));
  if (magnitude >= 448.0)
    return sign | 0x7e;
  if (magnitude < std::ldexp(1.0, -6))
    return sign | uint8_t(std::nearbyint(std::ldexp(magnitude, 9)));
  int exponent;
  double fraction = std::frexp(magnitude, &exponent);
  // The sum carries into the exponent where the significand rounds up to 16.
  int significand = int(std::nearbyint(std::ldexp(fraction, 4)));
  return sign | uint8_t(((exponent + 5) << 3) + significand);
}

/// Writes one element; the value is rounded to nearest even.
inline void encode(Element element, void *address, float value) {
  uint16_t half = 0;
  switch (element) {
  case Element::E4m3: {
    uint8_t code = encodeE4m3(value);
    std::memcpy(address, &code, 1);
    return;
  }
  case Element::Uint8: {
    auto byte = uint8_t(std::nearbyint(value));
    std::memcpy(address, &byte, 1);
    return;
  }
  case Element::Int64: {
    auto integer = int64_t(std::nearbyint(value));
    std::memcpy(address, &integer, 8);
    return;
  }
  case Element::Fp32:
    std::memcpy(address, &value, 4);
    return;
  case Element::Int32: {
    auto integer = int32_t(std::nearbyint(value));
    std::memcpy(address, &integer, 4);
    return;
  }
  case Element::Fp16:
    half = encodeFp16(value);
    break;
  case Element::Bf16:
    half = encodeBf16(value);
    break;
  }
  std::memcpy(address, &half, 2);
}

/// Reads one element; exact but for integers beyond 2^53.
inline double decode(Element element, const void *address) {
  if (element == Element::Fp32) {
    float value;
    std::memcpy(&value, address, 4);
    return value;
  }
  if (element == Element::Int32) {
    int32_t value;
    std::memcpy(&value, address, 4);
    return value;
  }
  if (element == Element::Int64) {
    int64_t value;
    std::memcpy(&value, address, 8);
    return double(value);
  }
  if (element == Element::Uint8 || element == Element::E4m3) {
    uint8_t byte;
    std::memcpy(&byte, address, 1);
    if (element == Element::Uint8)
      return byte;
    int exponent = byte >> 3 & 15;
    double magnitude = (byte & 127) == 127 ? NAN
                       : exponent == 0     ? std::ldexp(byte & 7, -9)
                                           : std::ldexp((byte & 7) + 8, exponent - 10);
    return byte & 0x80 ? -magnitude : magnitude;
  }
  uint16_t half;
  std::memcpy(&half, address, 2);
  if (element == Element::Bf16) {
    uint32_t bits = uint32_t(half) << 16;
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  int exponent = half >> 10 & 31;
  double significand = half & 1023;
  double magnitude = exponent == 31  ? (significand != 0 ? NAN : INFINITY)
                     : exponent == 0 ? std::ldexp(significand, -24)
                                     : std::ldexp(significand + 1024, exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

/// A random word that depends only on its arguments, so that any element can be made anywhere, in
/// any order.
inline uint64_t randomBits(uint64_t seed, uint64_t index) {
  uint64_t x = seed * 0x9e3779b97f4a7c15ull + index + 0x632be59bd9b4e019ull;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ x >> 27) * 0x94d049bb133111ebull;
  return x ^ x >> 31;
}

/// Uniform in [-1, 1).
inline float randomUnit(uint64_t seed, uint64_t index) {
  return float(double(randomBits(seed, index) >> 40) * std::ldexp(1.0, -23) - 1.0);
}

} // namespace mla::conformance
