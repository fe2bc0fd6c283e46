//===- Integers.h - integer instructions of PTX with odd rules ------------===//
// Those whose result C++ does not already give: positions out of range, carries, halves of
// products, bytes of registers. Named as in the PTX ISA, "Integer Arithmetic Instructions" and
// "Logic and Shift Instructions". T is the type of the instruction (signedness counts).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace mla::sim {

/// Twice as wide as T.
template <typename T>
using Wide = std::conditional_t<
    sizeof(T) == 8, std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>,
    std::conditional_t<sizeof(T) == 4, std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
                       std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>>>;

/// mul.hi.
template <typename T>
constexpr T mulHi(T a, T b) {
  return T((Wide<T>(a) * Wide<T>(b)) >> (8 * sizeof(T)));
}

/// mul.wide.
template <typename T>
constexpr Wide<T> mulWide(T a, T b) {
  return Wide<T>(a) * Wide<T>(b);
}

/// Sum, difference and low product without undefined overflow.
template <typename T>
constexpr T addWrap(T a, T b) {
  using U = std::make_unsigned_t<T>;
  return T(U(uint64_t(a) + uint64_t(b)));
}
template <typename T>
constexpr T subWrap(T a, T b) {
  using U = std::make_unsigned_t<T>;
  return T(U(uint64_t(a) - uint64_t(b)));
}
template <typename T>
constexpr T mulLo(T a, T b) {
  using U = std::make_unsigned_t<T>;
  return T(U(uint64_t(a) * uint64_t(b)));
}

/// Clamped to the range of T: .sat.
template <typename T, typename From>
constexpr T clampTo(From value) {
  From low = From(std::numeric_limits<T>::min()), high = From(std::numeric_limits<T>::max());
  return value < low ? T(low) : value > high ? T(high) : T(value);
}

/// add.sat.s32, sub.sat.s32, mad.hi.sat.s32.
constexpr int32_t addSat(int32_t a, int32_t b) { return clampTo<int32_t>(int64_t(a) + b); }
constexpr int32_t subSat(int32_t a, int32_t b) { return clampTo<int32_t>(int64_t(a) - b); }
constexpr int32_t madHiSat(int32_t a, int32_t b, int32_t c) { return addSat(mulHi(a, b), c); }

/// mul24: the product of the low 24 bits, 48 bits long.
template <typename T>
constexpr Wide<T> mul24(T a, T b) {
  auto low = [](T value) -> Wide<T> {
    return std::is_signed_v<T> ? Wide<T>(int32_t(uint32_t(value) << 8) >> 8)
                               : Wide<T>(uint32_t(value) & 0xffffffu);
  };
  return low(a) * low(b);
}
template <typename T>
constexpr T mul24Lo(T a, T b) {
  return T(mul24(a, b));
}
template <typename T>
constexpr T mul24Hi(T a, T b) {
  return T(mul24(a, b) >> 16);
}

/// div and rem. A zero divisor gives all ones for both, as the code that ptxas emits does; PTX
/// leaves it open.
template <typename T>
constexpr T divide(T a, T b) {
  if (b == 0)
    return T(-1);
  if constexpr (std::is_signed_v<T>)
    if (b == -1)
      return subWrap(T(0), a);
  return T(a / b);
}
template <typename T>
constexpr T remainder(T a, T b) {
  if (b == 0)
    return T(-1);
  if constexpr (std::is_signed_v<T>)
    if (b == -1)
      return 0;
  return T(a % b);
}

/// sad: |a - b| + c.
template <typename T>
constexpr T sad(T a, T b, T c) {
  return addWrap(c, a < b ? subWrap(b, a) : subWrap(a, b));
}

template <typename T>
constexpr T absolute(T a) {
  return a < 0 ? subWrap(T(0), a) : a;
}

/// A sum with carries: add.cc, addc, sub.cc (adds the complement; the flag is then "no borrow").
template <typename T>
struct Carried {
  T value;
  bool carry;
};
template <typename T>
constexpr Carried<T> addCarry(T a, T b, bool carry) {
  auto sum = (unsigned __int128)(a) + b + carry;
  return {T(sum), bool((sum >> (8 * sizeof(T))) & 1)};
}
/// sub.cc and subc: `borrow` in, borrow out.
template <typename T>
constexpr Carried<T> subBorrow(T a, T b, bool borrow) {
  auto difference = (unsigned __int128)(a)-b - borrow;
  return {T(difference), bool((difference >> (8 * sizeof(T))) & 1)};
}

/// shl, shr: positions beyond the width clamp to it.
template <typename T>
constexpr T shiftLeft(T a, uint32_t by) {
  return by >= 8 * sizeof(T) ? T(0) : T(std::make_unsigned_t<T>(a) << by);
}
template <typename T>
constexpr T shiftRight(T a, uint32_t by) {
  unsigned width = 8 * sizeof(T);
  if (by >= width)
    return std::is_signed_v<T> && a < 0 ? T(-1) : T(0);
  return T(a >> by);
}

/// shf.l and shf.r of the 64 bits {b, a}; `wrap` takes the amount modulo 32, else it clamps to 32.
constexpr uint32_t funnelLeft(uint32_t a, uint32_t b, uint32_t by, bool wrap) {
  by = wrap ? by & 31 : by > 32 ? 32 : by;
  uint64_t both = uint64_t(b) << 32 | a;
  return by == 32 ? a : uint32_t((both << by) >> 32);
}
constexpr uint32_t funnelRight(uint32_t a, uint32_t b, uint32_t by, bool wrap) {
  by = wrap ? by & 31 : by > 32 ? 32 : by;
  return uint32_t((uint64_t(b) << 32 | a) >> by);
}

/// bfe: `length` bits from `position`; past the end comes the sign (zero for unsigned types). Of 32
/// bits only eight bits of a position and a length count; the code that ptxas emits for 64 bits
/// looks at all of them.
template <typename T>
constexpr T bitFieldExtract(T a, uint32_t position, uint32_t length) {
  using U = std::make_unsigned_t<T>;
  constexpr unsigned width = 8 * sizeof(T);
  unsigned from = width == 64 ? position : position & 255;
  unsigned count = width == 64 ? length : length & 255;
  if (count == 0)
    return 0;
  U shifted = U(shiftRight(a, from));
  if (count >= width)
    return T(shifted);
  // The sign is the field's last bit, or the register's if the field reaches beyond it.
  unsigned last = from < width && from + count <= width ? from + count - 1 : width - 1;
  bool negative = std::is_signed_v<T> && ((U(a) >> last) & 1);
  U mask = U(U(1) << count) - 1;
  return T(negative ? shifted | U(~mask) : shifted & mask);
}

/// bfi: the low `length` bits of a over those of b at `position`.
template <typename U>
constexpr U bitFieldInsert(U a, U b, uint32_t position, uint32_t length) {
  constexpr unsigned width = 8 * sizeof(U);
  unsigned from = width == 64 ? position : position & 255;
  unsigned count = width == 64 ? length : length & 255;
  if (count == 0 || from >= width)
    return b;
  U mask = (count >= width ? U(~U(0)) : U(U(1) << count) - 1) << from;
  return U((b & ~mask) | ((a << from) & mask));
}

/// bfind: the first bit that differs from the sign, all ones if there is none; `shift` gives the
/// shift that brings it to the top.
template <typename T>
constexpr uint32_t findLeading(T a, bool shift) {
  using U = std::make_unsigned_t<T>;
  U bits = std::is_signed_v<T> && a < 0 ? U(~U(a)) : U(a);
  if (!bits)
    return 0xffffffffu;
  uint32_t zeros = std::countl_zero(bits);
  return shift ? zeros : uint32_t(8 * sizeof(T) - 1) - zeros;
}

template <typename U>
constexpr U reverseBits(U a) {
  U reversed = 0;
  for (unsigned bit = 0; bit < 8 * sizeof(U); ++bit)
    reversed = U(reversed << 1) | ((a >> bit) & 1);
  return reversed;
}

/// fns: the position of the `offset`-th set bit from `base` on (1 the first at or above base,
/// negative downwards, 0 the bit at base itself), all ones if there is none. The one offset that
/// has no negative gives 0.
constexpr uint32_t findNthSet(uint32_t mask, uint32_t base, int32_t offset) {
  if (offset == std::numeric_limits<int32_t>::min())
    return 0;
  if (base > 31)
    return 0xffffffffu;
  if (offset == 0)
    return mask >> base & 1 ? base : 0xffffffffu;
  int step = offset > 0 ? 1 : -1;
  int64_t wanted = offset > 0 ? int64_t(offset) : -int64_t(offset);
  for (int bit = int(base); bit >= 0 && bit < 32; bit += step)
    if ((mask >> bit & 1) && --wanted == 0)
      return uint32_t(bit);
  return 0xffffffffu;
}

/// lop3: each bit looks up the table at (a, b, c).
constexpr uint32_t lop3(uint32_t a, uint32_t b, uint32_t c, uint8_t table) {
  uint32_t result = 0;
  for (unsigned index = 0; index < 8; ++index)
    if (table >> index & 1)
      result |= (index & 4 ? a : ~a) & (index & 2 ? b : ~b) & (index & 1 ? c : ~c);
  return result;
}

/// Modes of prmt; Index is the one without a name.
enum class Permute : uint8_t {
  Index,
  Forward4,
  Backward4,
  Replicate8,
  EdgeLeft,
  EdgeRight,
  Replicate16
};

/// prmt: bytes of {b, a} chosen by c; in the plain mode bit 3 of a selector spreads the byte's
/// sign.
constexpr uint32_t permute(uint32_t a, uint32_t b, uint32_t c, Permute mode = Permute::Index) {
  uint64_t bytes = uint64_t(b) << 32 | a;
  uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    unsigned low = c & 3, selector = 0;
    bool sign = false;
    switch (mode) {
    case Permute::Index:
      selector = c >> (4 * i) & 7;
      sign = c >> (4 * i) & 8;
      break;
    case Permute::Forward4:
      selector = low + i;
      break;
    case Permute::Backward4:
      selector = (low - i) & 7;
      break;
    case Permute::Replicate8:
      selector = low;
      break;
    case Permute::EdgeLeft:
      selector = i > low ? i : low;
      break;
    case Permute::EdgeRight:
      selector = i < low ? i : low;
      break;
    case Permute::Replicate16:
      selector = (low & 1) * 2 + (i & 1);
      break;
    }
    uint32_t byte = uint32_t(bytes >> (8 * selector)) & 255;
    if (sign)
      byte = byte & 128 ? 255 : 0;
    result |= byte << (8 * i);
  }
  return result;
}

/// dp4a: four products of bytes added to c.
constexpr uint32_t dp4a(uint32_t a, bool aSigned, uint32_t b, bool bSigned, uint32_t c) {
  for (unsigned i = 0; i < 4; ++i) {
    int32_t x = aSigned ? int8_t(a >> (8 * i)) : int32_t(uint8_t(a >> (8 * i)));
    int32_t y = bSigned ? int8_t(b >> (8 * i)) : int32_t(uint8_t(b >> (8 * i)));
    c += uint32_t(x * y);
  }
  return c;
}

/// dp2a: the two halves of a times the lower (or upper) two bytes of b, added to c.
constexpr uint32_t dp2a(uint32_t a, bool aSigned, uint32_t b, bool bSigned, uint32_t c, bool high) {
  for (unsigned i = 0; i < 2; ++i) {
    unsigned byte = 8 * (i + (high ? 2 : 0));
    int32_t x = aSigned ? int16_t(a >> (16 * i)) : int32_t(uint16_t(a >> (16 * i)));
    int32_t y = bSigned ? int8_t(b >> byte) : int32_t(uint8_t(b >> byte));
    c += uint32_t(x * y);
  }
  return c;
}

/// bmsk: `length` ones from `position`; both clamp to 32 or wrap modulo 32.
constexpr uint32_t bitMask(uint32_t position, uint32_t length, bool wrap) {
  if (wrap) {
    position &= 31;
    length &= 31;
  }
  if (position >= 32 || length == 0)
    return 0;
  uint32_t ones = length >= 32 ? ~0u : (1u << length) - 1;
  return ones << position;
}

/// szext: the low `count` bits, extended by their sign or by zeros.
template <typename T>
constexpr T extend(T a, uint32_t count, bool wrap) {
  if (wrap)
    count &= 31;
  if (count == 0)
    return 0;
  if (count >= 32)
    return a;
  return T(uint32_t(a) << (32 - count)) >> (32 - count);
}

} // namespace mla::sim
