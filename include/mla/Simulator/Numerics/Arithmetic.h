//===- Arithmetic.h - floating-point arithmetic of PTX, bit by bit --------===//
// add, mul, fma, div, sqrt, min, max and comparisons on the bits of f16, bf16, f32 and f64, with
// roundings, .ftz, .sat, .relu and PTX's one NaN. Round-to-nearest runs as host arithmetic; the
// includer must keep the compiler from contracting products into sums (-ffp-contract=off).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Numerics/Formats.h"

#include <cmath>
#include <utility>

namespace mla::sim {

/// Modifiers of a floating-point instruction.
struct FloatMode {
  Rounding rounding = Rounding::Nearest;
  bool flush = false;    ///< .ftz: subnormal operands and results are zeros of their sign.
  bool saturate = false; ///< .sat: clamped to [0, 1], NaN gives 0.
  bool relu = false;     ///< .relu: negative results give 0; NaN stays.
};

/// a + b in double, rounded to odd: a later rounding to at most 51 digits sees the exact sum.
inline double sumToOdd(double a, double b) {
  double sum = a + b;
  double part = sum - a;
  double error = (a - (sum - part)) + (b - part);
  uint64_t bits = bitsOf(sum);
  if (error == 0 || error != error || (bits & 1))
    return sum;
  // The exact sum lies between this even neighbour and the odd one on the side of the error.
  return asDouble((error > 0) == (sum > 0) ? bits + 1 : bits - 1);
}

/// Whether a result of `format` is below its normal numbers after it is rounded to their digits, as
/// if exponents had no end.
inline bool isTiny(const FloatFormat &format, double exact, Rounding rounding) {
  Unpacked raised = unpack(kF64, bitsOf(exact));
  raised.exponent -= format.minExponent();
  uint64_t border = pack(format, Unpacked{.significand = 1});
  return (pack(format, raised, rounding) & ~format.signBit()) < border;
}

namespace detail {

enum class Basic : uint8_t { Add, Subtract, Multiply, Divide, SquareRoot };

/// One operation of the host in another rounding mode; exact in every mode but slow.
float directed(Rounding rounding, Basic operation, float a, float b);
double directed(Rounding rounding, Basic operation, double a, double b);
float directedFma(Rounding rounding, float a, float b, float c);
double directedFma(Rounding rounding, double a, double b, double c);

template <typename T>
struct HostTraits;
template <>
struct HostTraits<float> {
  using Bits = uint32_t;
  static constexpr FloatFormat format = kF32;
};
template <>
struct HostTraits<double> {
  using Bits = uint64_t;
  static constexpr FloatFormat format = kF64;
};
template <typename T>
using BitsOf = typename HostTraits<T>::Bits;

template <typename T>
inline T flushedIf(bool flush, T value) {
  return flush && std::fabs(value) < (sizeof(T) == 4 ? T(0x1p-126) : T(0x1p-1022))
             ? std::copysign(T(0), value)
             : value;
}

template <typename T>
inline T fromBits(BitsOf<T> bits, bool flush) {
  return flushedIf(flush, std::bit_cast<T>(bits));
}

/// The NaN of an operation: of f32 always the same one; of f64 the first NaN among the operands, in
/// the order in which the hardware looks at them, made quiet.
template <typename T, typename... Bits>
inline BitsOf<T> nanOf(Bits... inOrder) {
  if constexpr (sizeof(T) == 4)
    return kNanF32;
  uint64_t result = kInvalidF64;
  bool found = false;
  auto look = [&](uint64_t bits) {
    if (!found && (bits & ~kF64.signBit()) > kF64.infinity()) {
      result = bits | kQuietF64;
      found = true;
    }
  };
  (look(inOrder), ...);
  return BitsOf<T>(result);
}

/// Result modifiers; `nan` is what NaN becomes. `tiny` says that the result would lie below the
/// normal numbers if it were rounded to their digits: that is what .ftz looks at.
template <typename T>
inline BitsOf<T> toBits(T value, FloatMode mode, BitsOf<T> nan, bool tiny = false) {
  if (value != value)
    return mode.saturate ? 0 : nan;
  value = mode.flush && tiny ? std::copysign(T(0), value) : flushedIf(mode.flush, value);
  if (mode.saturate)
    value = value > T(0) ? (value < T(1) ? value : T(1)) : T(0);
  return std::bit_cast<BitsOf<T>>(value);
}

template <typename T>
inline BitsOf<T> binary(Basic operation, BitsOf<T> a, BitsOf<T> b, FloatMode mode) {
  T x = fromBits<T>(a, mode.flush), y = fromBits<T>(b, mode.flush), result = 0;
  if (mode.rounding != Rounding::Nearest) {
    result = directed(mode.rounding, operation, x, y);
  } else {
    switch (operation) {
    case Basic::Add:
      result = x + y;
      break;
    case Basic::Subtract:
      result = x - y;
      break;
    case Basic::Multiply:
      result = x * y;
      break;
    case Basic::Divide:
      result = x / y;
      break;
    case Basic::SquareRoot:
      result = std::sqrt(x);
      break;
    }
  }
  // Sums and roots are exact where they are tiny; of a quotient its sign against the border
  // suffices.
  bool tiny = false;
  if (mode.flush && std::fabs(result) == T(0x1p-126)) {
    if (operation == Basic::Multiply)
      tiny = isTiny(kF32, double(x) * double(y), mode.rounding);
    else if (operation == Basic::Divide)
      tiny = std::fabs(double(x)) < std::fabs(double(y)) * 0x1p-126;
  }
  bool firstFirst = operation == Basic::Divide || operation == Basic::SquareRoot;
  return toBits(result, mode, firstFirst ? nanOf<T>(a, b) : nanOf<T>(b, a), tiny);
}

template <typename T>
inline BitsOf<T> fusedMultiplyAdd(BitsOf<T> a, BitsOf<T> b, BitsOf<T> c, FloatMode mode) {
  T x = fromBits<T>(a, mode.flush), y = fromBits<T>(b, mode.flush), z = fromBits<T>(c, mode.flush);
  T result =
      mode.rounding == Rounding::Nearest ? std::fma(x, y, z) : directedFma(mode.rounding, x, y, z);
  bool tiny = mode.flush && std::fabs(result) == T(0x1p-126) &&
              isTiny(kF32, sumToOdd(double(x) * double(y), double(z)), mode.rounding);
  return toBits(result, mode, nanOf<T>(b, c, a), tiny);
}

} // namespace detail

//===-- f32 and f64 -------------------------------------------------------===//

inline uint32_t addF32(uint32_t a, uint32_t b, FloatMode mode = {}) {
  return detail::binary<float>(detail::Basic::Add, a, b, mode);
}
inline uint32_t subF32(uint32_t a, uint32_t b, FloatMode mode = {}) {
  return detail::binary<float>(detail::Basic::Subtract, a, b, mode);
}
inline uint32_t mulF32(uint32_t a, uint32_t b, FloatMode mode = {}) {
  return detail::binary<float>(detail::Basic::Multiply, a, b, mode);
}
inline uint32_t fmaF32(uint32_t a, uint32_t b, uint32_t c, FloatMode mode = {}) {
  return detail::fusedMultiplyAdd<float>(a, b, c, mode);
}
inline uint32_t divF32(uint32_t a, uint32_t b, FloatMode mode = {}) {
  return detail::binary<float>(detail::Basic::Divide, a, b, mode);
}
inline uint32_t rcpF32(uint32_t a, FloatMode mode = {}) { return divF32(bitsOf(1.0f), a, mode); }
inline uint32_t sqrtF32(uint32_t a, FloatMode mode = {}) {
  return detail::binary<float>(detail::Basic::SquareRoot, a, 0, mode);
}

inline uint64_t addF64(uint64_t a, uint64_t b, FloatMode mode = {}) {
  return detail::binary<double>(detail::Basic::Add, a, b, mode);
}
inline uint64_t subF64(uint64_t a, uint64_t b, FloatMode mode = {}) {
  return detail::binary<double>(detail::Basic::Subtract, a, b, mode);
}
inline uint64_t mulF64(uint64_t a, uint64_t b, FloatMode mode = {}) {
  return detail::binary<double>(detail::Basic::Multiply, a, b, mode);
}
inline uint64_t fmaF64(uint64_t a, uint64_t b, uint64_t c, FloatMode mode = {}) {
  return detail::fusedMultiplyAdd<double>(a, b, c, mode);
}
inline uint64_t divF64(uint64_t a, uint64_t b, FloatMode mode = {}) {
  return detail::binary<double>(detail::Basic::Divide, a, b, mode);
}
inline uint64_t rcpF64(uint64_t a, FloatMode mode = {}) { return divF64(bitsOf(1.0), a, mode); }
inline uint64_t sqrtF64(uint64_t a, FloatMode mode = {}) {
  return detail::binary<double>(detail::Basic::SquareRoot, a, 0, mode);
}

/// Atomic sums. Global memory has units of its own: that of f32 flushes, that of f64 gives back a
/// NaN as it is, the added one first. Shared memory is added to by the processor.
inline uint32_t atomicAddF32(uint32_t cell, uint32_t value, bool global) {
  return addF32(cell, value, {.flush = global});
}
inline uint64_t atomicAddF64(uint64_t cell, uint64_t value, bool global) {
  if (global)
    for (uint64_t bits : {value, cell})
      if ((bits & ~kF64.signBit()) > kF64.infinity())
        return bits;
  return addF64(value, cell);
}

//===-- f16 and bf16 ------------------------------------------------------===//

/// Half is kF16 or kBF16.
inline double halfToDouble(const FloatFormat &half, uint16_t bits) {
  return half.exponentBits == 5 ? f16ToFloat(bits) : bf16ToFloat(bits);
}

/// Rounds a double to a half once. A double that was itself rounded is right if it was rounded to
/// odd, or if it is a sum, product, quotient or root of two halves: those need fewer than half of
/// its digits.
uint16_t doubleToHalf(const FloatFormat &half, double value, FloatMode mode = {});

inline uint16_t addHalf(const FloatFormat &half, uint16_t a, uint16_t b, FloatMode mode = {}) {
  auto of = [&](uint16_t bits) {
    return halfToDouble(half, mode.flush ? uint16_t(flushed(half, bits)) : bits);
  };
  return doubleToHalf(half, sumToOdd(of(a), of(b)), mode);
}
inline uint16_t subHalf(const FloatFormat &half, uint16_t a, uint16_t b, FloatMode mode = {}) {
  return addHalf(half, a, b ^ 0x8000u, mode);
}
inline uint16_t mulHalf(const FloatFormat &half, uint16_t a, uint16_t b, FloatMode mode = {}) {
  auto of = [&](uint16_t bits) {
    return halfToDouble(half, mode.flush ? uint16_t(flushed(half, bits)) : bits);
  };
  return doubleToHalf(half, of(a) * of(b), mode);
}
inline uint16_t fmaHalf(const FloatFormat &half, uint16_t a, uint16_t b, uint16_t c,
                        FloatMode mode = {}) {
  auto of = [&](uint16_t bits) {
    return halfToDouble(half, mode.flush ? uint16_t(flushed(half, bits)) : bits);
  };
  return doubleToHalf(half, sumToOdd(of(a) * of(b), of(c)), mode);
}

/// Both halves of packed registers: f16x2, bf16x2.
template <typename F>
inline uint32_t packed2(F &&operation, uint32_t a, uint32_t b) {
  return uint32_t(operation(uint16_t(a), uint16_t(b))) |
         uint32_t(operation(uint16_t(a >> 16), uint16_t(b >> 16))) << 16;
}
template <typename F>
inline uint32_t packed2(F &&operation, uint32_t a, uint32_t b, uint32_t c) {
  return uint32_t(operation(uint16_t(a), uint16_t(b), uint16_t(c))) |
         uint32_t(operation(uint16_t(a >> 16), uint16_t(b >> 16), uint16_t(c >> 16))) << 16;
}

//===-- Every format ------------------------------------------------------===//

/// Modifiers of min and max.
struct MinMaxMode {
  bool flush = false;
  bool nan = false;        ///< .NaN: NaN if either operand is; else the other operand.
  bool xorSignAbs = false; ///< .xorsign.abs: of the magnitudes, with the product's sign.
};

/// -0 is less than +0.
constexpr uint64_t minMax(const FloatFormat &format, bool wantMax, uint64_t a, uint64_t b,
                          MinMaxMode mode = {}) {
  if (mode.flush) {
    a = flushed(format, a);
    b = flushed(format, b);
  }
  uint64_t sign = format.signBit(), resultSign = (a ^ b) & sign;
  if (mode.xorSignAbs) {
    a &= ~sign;
    b &= ~sign;
  }
  bool aNan = (a & ~sign) > format.infinity(), bNan = (b & ~sign) > format.infinity();
  if (aNan || bNan) {
    if (aNan && bNan && format.width() == 64)
      return b | kQuietF64;
    if ((aNan && bNan) || mode.nan)
      return format.nan();
    a = b = aNan ? b : a;
  }
  // Order of the numbers as order of integers: negative ones reversed below the others.
  auto rank = [&](uint64_t bits) {
    return bits & sign ? -int64_t(bits & ~sign) - 1 : int64_t(bits);
  };
  uint64_t result = (rank(a) < rank(b)) != wantMax ? a : b;
  return mode.xorSignAbs ? result | resultSign : result;
}

/// What neg and abs make of a NaN; they are sums with zero.
constexpr uint64_t nanOfSign(const FloatFormat &format, uint64_t bits) {
  return format.width() == 64 ? bits | kQuietF64 : format.nan();
}
constexpr uint64_t negateFloat(const FloatFormat &format, uint64_t bits, bool flush = false) {
  if ((bits & ~format.signBit()) > format.infinity())
    return nanOfSign(format, bits);
  return (flush ? flushed(format, bits) : bits) ^ format.signBit();
}
constexpr uint64_t absoluteFloat(const FloatFormat &format, uint64_t bits, bool flush = false) {
  if ((bits & ~format.signBit()) > format.infinity())
    return nanOfSign(format, bits);
  return (flush ? flushed(format, bits) : bits) & ~format.signBit();
}

/// Comparisons of setp and set; those that end in u hold for NaN too.
enum class Compare : uint8_t { Eq, Ne, Lt, Le, Gt, Ge, Equ, Neu, Ltu, Leu, Gtu, Geu, Num, Nan };

/// Of host numbers, floating-point or integer.
template <typename T>
constexpr bool compare(Compare comparison, T a, T b) {
  bool ordered = a == a && b == b;
  switch (comparison) {
  case Compare::Eq:
    return a == b;
  case Compare::Ne:
    return ordered && a != b;
  case Compare::Lt:
    return a < b;
  case Compare::Le:
    return a <= b;
  case Compare::Gt:
    return a > b;
  case Compare::Ge:
    return a >= b;
  case Compare::Equ:
    return !ordered || a == b;
  case Compare::Neu:
    return !(a == b);
  case Compare::Ltu:
    return !(a >= b);
  case Compare::Leu:
    return !(a > b);
  case Compare::Gtu:
    return !(a <= b);
  case Compare::Geu:
    return !(a < b);
  case Compare::Num:
    return ordered;
  case Compare::Nan:
    return !ordered;
  }
  return false;
}

/// testp; zero is normal.
enum class Property : uint8_t { Finite, Infinite, Number, NotANumber, Normal, Subnormal };
constexpr bool hasProperty(const FloatFormat &format, Property property, uint64_t bits) {
  uint64_t magnitude = bits & (format.signBit() - 1), infinity = format.infinity();
  switch (property) {
  case Property::Finite:
    return magnitude < infinity;
  case Property::Infinite:
    return magnitude == infinity;
  case Property::Number:
    return magnitude <= infinity;
  case Property::NotANumber:
    return magnitude > infinity;
  case Property::Normal:
    return magnitude < infinity && (!magnitude || (magnitude & infinity));
  case Property::Subnormal:
    return magnitude && !(magnitude & infinity);
  }
  return false;
}

} // namespace mla::sim
