//===- Integers.cpp - integer arithmetic ----------------------------------===//
// PTX ISA, "Integer Arithmetic Instructions". What each computes stands in Numerics/Integers.h.
// SPDX-License-Identifier: Apache-2.0
#include "mla/Simulator/Numerics/Integers.h"
#include "Decoder.h"

namespace mla::sim {

/// Two halves of 16 bits, each on its own.
template <typename F>
static auto halves(F function) {
  return [function](uint32_t a, uint32_t b) {
    return uint32_t(uint16_t(function(uint16_t(a), uint16_t(b)))) |
           uint32_t(uint16_t(function(uint16_t(a >> 16), uint16_t(b >> 16)))) << 16;
  };
}

static bool decodeAdd(Decoder &d) {
  bool isSum = d.opcode() == "add", saturates = d.take("sat");
  ElementType type = d.takeType();
  if (type.isPacked)
    return isSum ? lanewise<uint32_t, uint32_t, uint32_t>(d, halves(addWrap<uint16_t>))
                 : d.fail("expected a type that is not packed");
  if (saturates) {
    if (!type.isSigned() || type.bits != 32)
      return d.fail(".sat expects .s32");
    return isSum ? lanewise<int32_t, int32_t, int32_t>(d, addSat)
                 : lanewise<int32_t, int32_t, int32_t>(d, subSat);
  }
  return withInteger(d, type, [&](auto zero) {
    using T = decltype(zero);
    return isSum ? lanewise<T, T, T>(d, addWrap<T>) : lanewise<T, T, T>(d, subWrap<T>);
  });
}

static bool decodeMul(Decoder &d) {
  bool isHigh = d.take("hi"), isWide = d.take("wide"), isLow = d.take("lo");
  if (isHigh + isWide + isLow != 1)
    return d.fail("expected one of .lo, .hi and .wide");
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    if (isHigh)
      return lanewise<T, T, T>(d, mulHi<T>);
    if (isLow)
      return lanewise<T, T, T>(d, mulLo<T>);
    if constexpr (sizeof(T) < 8)
      return lanewise<Wide<T>, T, T>(d, mulWide<T>);
    return d.fail(".wide expects 16 or 32 bits");
  });
}

static bool decodeMad(Decoder &d) {
  bool isHigh = d.take("hi"), isWide = d.take("wide"), isLow = d.take("lo");
  bool saturates = d.take("sat");
  if (isHigh + isWide + isLow != 1)
    return d.fail("expected one of .lo, .hi and .wide");
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    if (saturates) {
      if (!std::is_same_v<T, int32_t> || !isHigh)
        return d.fail(".sat expects .hi and .s32");
      return lanewise<int32_t, int32_t, int32_t, int32_t>(d, madHiSat);
    }
    if (isHigh)
      return lanewise<T, T, T, T>(d, [](T a, T b, T c) { return addWrap(mulHi(a, b), c); });
    if (isLow)
      return lanewise<T, T, T, T>(d, [](T a, T b, T c) { return addWrap(mulLo(a, b), c); });
    if constexpr (sizeof(T) < 8)
      return lanewise<Wide<T>, T, T, Wide<T>>(
          d, [](T a, T b, Wide<T> c) { return addWrap(mulWide(a, b), c); });
    return d.fail(".wide expects 16 or 32 bits");
  });
}

static bool decodeMul24(Decoder &d) {
  bool isHigh = d.take("hi"), isLow = d.take("lo"), adds = d.opcode() == "mad24";
  ElementType type = d.takeType();
  if (isHigh == isLow || type.bits != 32)
    return d.fail("expected one of .lo and .hi, and 32 bits");
  return withInteger(d, type, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (sizeof(T) == 4) {
      if (adds)
        return isHigh
                   ? lanewise<T, T, T, T>(d,
                                          [](T a, T b, T c) { return addWrap(mul24Hi(a, b), c); })
                   : lanewise<T, T, T, T>(d,
                                          [](T a, T b, T c) { return addWrap(mul24Lo(a, b), c); });
      return isHigh ? lanewise<T, T, T>(d, mul24Hi<T>) : lanewise<T, T, T>(d, mul24Lo<T>);
    }
    return false;
  });
}

static bool decodeDivide(Decoder &d) {
  bool isQuotient = d.opcode() == "div";
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    return isQuotient ? lanewise<T, T, T>(d, divide<T>) : lanewise<T, T, T>(d, remainder<T>);
  });
}

static bool decodeSad(Decoder &d) {
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    return lanewise<T, T, T, T>(d, sad<T>);
  });
}

static bool decodeSign(Decoder &d) {
  bool isNegation = d.opcode() == "neg";
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_signed_v<T>)
      return isNegation ? lanewise<T, T>(d, [](T a) { return subWrap(T(0), a); })
                        : lanewise<T, T>(d, absolute<T>);
    return d.fail("expected a signed type");
  });
}

static bool decodeMinMax(Decoder &d) {
  bool isMax = d.opcode() == "max", isRelu = d.take("relu");
  ElementType type = d.takeType();
  if (type.isPacked) {
    auto pick = [=](auto zero) {
      using T = decltype(zero);
      return halves([=](uint16_t a, uint16_t b) {
        T result = (T(a) < T(b)) == isMax ? T(b) : T(a);
        return uint16_t(isRelu && result < T(0) ? T(0) : result);
      });
    };
    return type.isSigned() ? lanewise<uint32_t, uint32_t, uint32_t>(d, pick(int16_t()))
                           : lanewise<uint32_t, uint32_t, uint32_t>(d, pick(uint16_t()));
  }
  return withInteger(d, type, [&](auto zero) {
    using T = decltype(zero);
    return lanewise<T, T, T>(d, [=](T a, T b) {
      T result = (a < b) == isMax ? b : a;
      return isRelu && result < T(0) ? T(0) : result;
    });
  });
}

static bool decodeDot(Decoder &d) {
  bool isFour = d.opcode() == "dp4a", isHigh = d.take("hi");
  if (!isFour && !isHigh && !d.take("lo"))
    return d.fail("expected one of .lo and .hi");
  ElementType a = d.takeType(), b = d.takeType();
  bool aSigned = a.isSigned(), bSigned = b.isSigned();
  if (isFour)
    return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
        d, [=](uint32_t x, uint32_t y, uint32_t c) { return dp4a(x, aSigned, y, bSigned, c); });
  return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
      d,
      [=](uint32_t x, uint32_t y, uint32_t c) { return dp2a(x, aSigned, y, bSigned, c, isHigh); });
}

void addIntegers(Registry &registry) {
  registry["add"] = registry["sub"] = decodeAdd;
  registry["mul"] = decodeMul;
  registry["mad"] = decodeMad;
  registry["mul24"] = registry["mad24"] = decodeMul24;
  registry["div"] = registry["rem"] = decodeDivide;
  registry["sad"] = decodeSad;
  registry["neg"] = registry["abs"] = decodeSign;
  registry["min"] = registry["max"] = decodeMinMax;
  registry["dp4a"] = registry["dp2a"] = decodeDot;
}

} // namespace mla::sim
