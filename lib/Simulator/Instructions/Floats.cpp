//===- Floats.cpp - floating-point arithmetic -----------------------------===//
// PTX ISA, "Floating-Point Instructions", "Half Precision Floating-Point Instructions" and "Mixed
// Precision". What each computes stands in Numerics/Arithmetic.h.
// SPDX-License-Identifier: Apache-2.0
#include "FloatModes.h"

namespace mla::sim {

namespace {
/// An operation of each format, with its modifiers.
struct Binary {
  uint32_t (*single)(uint32_t, uint32_t, FloatMode);
  uint64_t (*twice)(uint64_t, uint64_t, FloatMode);
  uint16_t (*half)(const FloatFormat &, uint16_t, uint16_t, FloatMode);
};
} // namespace

static bool decodeBinary(Decoder &d, const Binary &operation) {
  FloatMode mode = takeFloatMode(d);
  // .noftz is what halves do without .ftz.
  d.take("noftz");
  ElementType type = d.takeType();
  if (type.bits == 64 && type.isPacked)
    return lanewise<uint64_t, uint64_t, uint64_t>(
        d, [mode, f = operation.single](uint64_t a, uint64_t b) {
          return f(uint32_t(a), uint32_t(b), mode) |
                 uint64_t(f(uint32_t(a >> 32), uint32_t(b >> 32), mode)) << 32;
        });
  if (type.bits == 64)
    return lanewise<uint64_t, uint64_t, uint64_t>(
        d, [mode, f = operation.twice](uint64_t a, uint64_t b) { return f(a, b, mode); });
  if (type.bits == 32 && !type.isPacked)
    return lanewise<uint32_t, uint32_t, uint32_t>(
        d, [mode, f = operation.single](uint32_t a, uint32_t b) { return f(a, b, mode); });
  if (!operation.half)
    return d.fail("expected f32 or f64");
  const FloatFormat &format = formatOf(type);
  auto one = [mode, &format, f = operation.half](uint16_t a, uint16_t b) {
    return f(format, a, b, mode);
  };
  if (type.isPacked)
    return lanewise<uint32_t, uint32_t, uint32_t>(
        d, [one](uint32_t a, uint32_t b) { return packed2(one, a, b); });
  return lanewise<uint16_t, uint16_t, uint16_t>(d, one);
}

/// add.rn.f32.f16 and so on: narrow operands, the sum in f32.
static bool decodeMixed(Decoder &d, FloatMode mode, ElementType narrow, bool isProduct,
                        bool isDifference) {
  const FloatFormat &format = formatOf(narrow);
  auto widen = [&format](uint16_t bits) { return uint32_t(convert(format, kF32, bits)); };
  if (isProduct)
    return lanewise<uint32_t, uint16_t, uint16_t, uint32_t>(
        d, [=](uint16_t a, uint16_t b, uint32_t c) { return fmaF32(widen(a), widen(b), c, mode); });
  return lanewise<uint32_t, uint16_t, uint32_t>(d, [=](uint16_t a, uint32_t c) {
    return isDifference ? subF32(widen(a), c, mode) : addF32(widen(a), c, mode);
  });
}

static bool isMixed(Decoder &d) {
  unsigned types = 0;
  for (const std::string &modifier : d.rest())
    types += modifier == "f32" || modifier == "f16" || modifier == "bf16";
  return types == 2;
}

static bool decodeSum(Decoder &d) {
  bool isDifference = d.opcode() == "sub";
  if (isMixed(d)) {
    FloatMode mode = takeFloatMode(d);
    d.takeType();
    return decodeMixed(d, mode, d.takeType(), false, isDifference);
  }
  return isDifference ? decodeBinary(d, {subF32, subF64, subHalf})
                      : decodeBinary(d, {addF32, addF64, addHalf});
}

static bool decodeProduct(Decoder &d) { return decodeBinary(d, {mulF32, mulF64, mulHalf}); }

/// fma, and mad of f32 and f64, which is the same on every chip since sm_20.
static bool decodeFma(Decoder &d) {
  FloatMode mode = takeFloatMode(d);
  if (isMixed(d)) {
    d.takeType();
    return decodeMixed(d, mode, d.takeType(), true, false);
  }
  ElementType type = d.takeType();
  if (type.bits == 64 && type.isPacked)
    return lanewise<uint64_t, uint64_t, uint64_t, uint64_t>(d, [mode](uint64_t a, uint64_t b,
                                                                      uint64_t c) {
      return fmaF32(uint32_t(a), uint32_t(b), uint32_t(c), mode) |
             uint64_t(fmaF32(uint32_t(a >> 32), uint32_t(b >> 32), uint32_t(c >> 32), mode)) << 32;
    });
  if (type.bits == 64)
    return lanewise<uint64_t, uint64_t, uint64_t, uint64_t>(
        d, [mode](uint64_t a, uint64_t b, uint64_t c) { return fmaF64(a, b, c, mode); });
  if (type.bits == 32 && !type.isPacked)
    return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
        d, [mode](uint32_t a, uint32_t b, uint32_t c) { return fmaF32(a, b, c, mode); });
  const FloatFormat &format = formatOf(type);
  auto one = [mode, &format](uint16_t a, uint16_t b, uint16_t c) {
    return fmaHalf(format, a, b, c, mode);
  };
  if (type.isPacked)
    return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
        d, [one](uint32_t a, uint32_t b, uint32_t c) { return packed2(one, a, b, c); });
  return lanewise<uint16_t, uint16_t, uint16_t, uint16_t>(d, one);
}

/// abs and neg: the sign bit, and of NaN whatever the hardware does.
static bool decodeSign(Decoder &d) {
  bool isAbsolute = d.opcode() == "abs", flushes = d.take("ftz");
  ElementType type = d.takeType();
  const FloatFormat &format = formatOf(type);
  auto one = [=, &format](uint64_t bits) {
    return isAbsolute ? absoluteFloat(format, bits, flushes) : negateFloat(format, bits, flushes);
  };
  if (type.bits == 64)
    return lanewise<uint64_t, uint64_t>(d, one);
  if (type.isPacked)
    return lanewise<uint32_t, uint32_t>(
        d, [one](uint32_t a) { return uint32_t(one(a & 0xffff) | one(a >> 16) << 16); });
  if (type.bits == 32)
    return lanewise<uint32_t, uint32_t>(d, [one](uint32_t a) { return uint32_t(one(a)); });
  return lanewise<uint16_t, uint16_t>(d, [one](uint16_t a) { return uint16_t(one(a)); });
}

/// The sign of the first operand, the magnitude of the second.
static bool decodeCopySign(Decoder &d) {
  if (d.takeType().bits == 64)
    return lanewise<uint64_t, uint64_t, uint64_t>(d, [](uint64_t sign, uint64_t a) {
      return (a & ~kF64.signBit()) | (sign & kF64.signBit());
    });
  return lanewise<uint32_t, uint32_t, uint32_t>(d, [](uint32_t sign, uint32_t a) {
    return uint32_t((a & ~kF32.signBit()) | (sign & kF32.signBit()));
  });
}

static bool decodeMinMax(Decoder &d) {
  bool wantMax = d.opcode() == "max", isXor = d.take("xorsign");
  MinMaxMode mode{d.take("ftz"), d.take("NaN"), isXor};
  if (isXor && !d.take("abs"))
    return d.fail("expected .xorsign.abs");
  ElementType type = d.takeType();
  const FloatFormat &format = formatOf(type);
  auto one = [=, &format](uint64_t a, uint64_t b) { return minMax(format, wantMax, a, b, mode); };
  if (type.bits == 64)
    return lanewise<uint64_t, uint64_t, uint64_t>(d, one);
  if (type.isPacked)
    return lanewise<uint32_t, uint32_t, uint32_t>(d, [one](uint32_t a, uint32_t b) {
      return uint32_t(one(a & 0xffff, b & 0xffff) | one(a >> 16, b >> 16) << 16);
    });
  if (type.bits == 16)
    return lanewise<uint16_t, uint16_t, uint16_t>(
        d, [one](uint16_t a, uint16_t b) { return uint16_t(one(a, b)); });
  if (d.numOperands() == 4)
    return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
        d, [one](uint32_t a, uint32_t b, uint32_t c) { return uint32_t(one(one(a, b), c)); });
  return lanewise<uint32_t, uint32_t, uint32_t>(
      d, [one](uint32_t a, uint32_t b) { return uint32_t(one(a, b)); });
}

void addFloats(Registry &registry) {
  registry["add.f"] = registry["sub.f"] = decodeSum;
  registry["mul.f"] = decodeProduct;
  registry["fma.f"] = registry["mad.f"] = decodeFma;
  registry["abs.f"] = registry["neg.f"] = decodeSign;
  registry["copysign.f"] = decodeCopySign;
  registry["min.f"] = registry["max.f"] = decodeMinMax;
}

} // namespace mla::sim
