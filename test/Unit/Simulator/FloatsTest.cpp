//===- FloatsTest.cpp - floating-point numerics at their borders ----------===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Approximate.h"
#include "mla/Simulator/Numerics/Arithmetic.h"
#include "mla/Simulator/Numerics/Conversions.h"

#include <gtest/gtest.h>
#include <limits>

using namespace mla::sim;

static constexpr uint32_t kInfF32 = 0x7f800000;
static uint32_t f32(float value) { return bitsOf(value); }

TEST(Formats, EveryNarrowNumberComesBack) {
  for (const FloatFormat &format : {kF16, kBF16, kE5M2, kE4M3, kE3M2, kE2M3, kE2M1, kTF32})
    for (uint64_t bits = 0; bits < 2 * format.signBit(); ++bits) {
      uint64_t wide = convert(format, kF64, bits);
      if (isNan(format, bits))
        EXPECT_EQ(wide, kF64.nan());
      else
        EXPECT_EQ(convert(kF64, format, wide), bits) << format.width() << " " << bits;
    }
}

TEST(Formats, TiesAndBordersOfF16) {
  auto narrow = [](double value, Rounding rounding) {
    return convert(kF64, kF16, bitsOf(value), rounding);
  };
  EXPECT_EQ(narrow(65520, Rounding::Nearest), 0x7c00u);
  EXPECT_EQ(narrow(65519.99, Rounding::Nearest), 0x7bffu);
  EXPECT_EQ(narrow(1e9, Rounding::Zero), 0x7bffu);
  EXPECT_EQ(narrow(-1e9, Rounding::Up), 0xfbffu);
  EXPECT_EQ(narrow(0x1p-25, Rounding::Nearest), 0u); // a tie, to even
  EXPECT_EQ(narrow(0x1p-25, Rounding::NearestAway), 1u);
  EXPECT_EQ(narrow(0x1.8p-25, Rounding::Nearest), 1u);
  EXPECT_EQ(narrow(0x1p-1000, Rounding::Up), 1u);
  EXPECT_EQ(narrow(-0x1p-1000, Rounding::Up), 0x8000u);
}

TEST(Arithmetic, OneNaN) {
  EXPECT_EQ(addF32(0xffc00001, f32(1)), kNanF32);
  EXPECT_EQ(mulF32(kInfF32, 0), kNanF32);
  EXPECT_EQ(addHalf(kBF16, 0x7f80, 0xff80), kNanHalf);
  EXPECT_EQ(addF32(kNanF32, f32(1), {.saturate = true}), 0u);
}

TEST(Arithmetic, DirectedRoundings) {
  uint32_t tiny = f32(0x1p-60f), one = f32(1);
  EXPECT_EQ(addF32(one, tiny, {.rounding = Rounding::Up}), one + 1);
  EXPECT_EQ(addF32(one, tiny, {.rounding = Rounding::Zero}), one);
  EXPECT_EQ(subF32(one, tiny, {.rounding = Rounding::Zero}), one - 1);
  EXPECT_EQ(fmaF32(tiny, tiny, one, {.rounding = Rounding::Up}), one + 1);
  EXPECT_EQ(divF32(one, f32(3), {.rounding = Rounding::Down}), 0x3eaaaaaau);
  EXPECT_EQ(addF32(one, one | 0x80000000u, {.rounding = Rounding::Down}), 0x80000000u);
}

TEST(Arithmetic, FlushKeepsTheSign) {
  FloatMode flush{.flush = true};
  EXPECT_EQ(addF32(0x80000001, 0x80000000, flush), 0x80000000u);
  EXPECT_EQ(mulF32(0x00800000, f32(-0.5f), flush), 0x80000000u);
  EXPECT_EQ(addHalf(kF16, 0x8001, 0x8000, flush), 0x8000u);
}

TEST(Arithmetic, HalvesRoundOnce) {
  // 1 + 2^-11 is a tie that the last term decides, far below what a float holds beside it.
  uint16_t one = 0x3c00;
  EXPECT_EQ(fmaHalf(kF16, 0x1000, 0x3400, one), one); // 2^-11 · 0.25
  EXPECT_EQ(fmaHalf(kF16, 0x3c01, 0x3c01, 0x0001), fmaHalf(kF16, 0x3c01, 0x3c01, 0));
  EXPECT_EQ(fmaHalf(kBF16, 0x3f81, 0x3f80, 0x0001), 0x3f81u);
  EXPECT_EQ(fmaHalf(kF16, 0xbc00, one, 0, {.relu = true}), 0u);
}

TEST(Arithmetic, MinAndMax) {
  EXPECT_EQ(minMax(kF32, false, 0, 0x80000000), 0x80000000u);
  EXPECT_EQ(minMax(kF32, true, 0x80000000, 0), 0u);
  EXPECT_EQ(minMax(kF32, true, 0x7fc12345, f32(-1)), f32(-1));
  EXPECT_EQ(minMax(kF32, true, 0x7fc12345, f32(-1), {.nan = true}), kNanF32);
  EXPECT_EQ(minMax(kF16, true, 0x7e00, 0xfe00), kNanHalf);
  EXPECT_EQ(minMax(kF32, true, f32(-3), f32(2), {.xorSignAbs = true}), f32(-3));
  EXPECT_EQ(minMax(kF32, true, f32(-3), f32(-2), {.xorSignAbs = true}), f32(3));
}

TEST(Conversions, FloatsToIntegersClamp) {
  auto toInt = [](float value, unsigned width, bool isSigned, Rounding rounding) {
    return int64_t(floatToInt(kF32, bitsOf(value), width, isSigned, {.rounding = rounding}));
  };
  EXPECT_EQ(toInt(2.5f, 32, true, Rounding::Nearest), 2);
  EXPECT_EQ(toInt(-2.5f, 32, true, Rounding::Down), -3);
  EXPECT_EQ(toInt(1e10f, 32, true, Rounding::Zero), INT32_MAX);
  EXPECT_EQ(toInt(-1e30f, 64, true, Rounding::Zero), INT64_MIN);
  EXPECT_EQ(toInt(-1, 32, false, Rounding::Zero), 0);
  EXPECT_EQ(toInt(300, 8, false, Rounding::Zero), 255);
  EXPECT_EQ(toInt(std::numeric_limits<float>::quiet_NaN(), 32, true, Rounding::Zero), 0);
}

TEST(Conversions, IntegersToFloats) {
  EXPECT_EQ(intToFloat(kF32, -1, false), f32(0x1p64f));
  EXPECT_EQ(intToFloat(kF32, 0x1000001, true, {.rounding = Rounding::Zero}), f32(0x1p24f));
  EXPECT_EQ(intToFloat(kF16, 65536, true), 0x7c00u);
  EXPECT_EQ(intToFloat(kF64, INT64_MIN, true), bitsOf(-0x1p63));
}

TEST(Conversions, NarrowFormatsSaturate) {
  ConvertMode satfinite{.satfinite = true};
  EXPECT_EQ(packPair(kE4M3, f32(1000), f32(-1000), satfinite), 0x7efeu);
  EXPECT_EQ(packPair(kE4M3, kInfF32, kNanF32, satfinite), 0x7e7fu);
  EXPECT_EQ(packPair(kE5M2, f32(60000), f32(0x1p-17f), satfinite), 0x7b00u);
  EXPECT_EQ(packPair(kE2M1, f32(5), f32(0.25f), satfinite), 0x60u); // ties to even both
  EXPECT_EQ(packPair(kE2M1, kNanF32, f32(-100), satfinite), 0x7fu);
  EXPECT_EQ(unpackPair(kE4M3, 0x7f01), 0x7fff1800u);
  EXPECT_EQ(unpackPair(kE5M2, 0xfc7b), 0xfc007b00u);
  EXPECT_EQ(packPair(kF16, f32(-1), f32(1), {.relu = true}), 0x00003c00u);
  EXPECT_EQ(packUE8M0(f32(3), f32(4), {.rounding = Rounding::Up}), 0x8181u);
  EXPECT_EQ(unpackUE8M0(0xff00), 0x7fff0040u);
}

TEST(Conversions, TF32KeepsTenBits) {
  EXPECT_EQ(toTF32(0x3f801000, {.rounding = Rounding::NearestAway}), 0x3f802000u);
  EXPECT_EQ(toTF32(0x3f801000, {.rounding = Rounding::Nearest}), 0x3f800000u);
  EXPECT_EQ(toTF32(0x3f801fff, {.rounding = Rounding::Zero}), 0x3f800000u);
}

TEST(Approximate, SpecialValues) {
  uint32_t minusInf = kInfF32 | 0x80000000u;
  EXPECT_EQ(exp2Approx(minusInf, false), 0u);
  EXPECT_EQ(exp2Approx(f32(-127), true), 0u);
  EXPECT_EQ(exp2Approx(f32(-128), false), f32(0x1p-128f));
  EXPECT_EQ(log2Approx(0, false), minusInf);
  EXPECT_EQ(log2Approx(1, false), f32(-149));
  EXPECT_EQ(log2Approx(f32(-1), false), kNanF32);
  EXPECT_EQ(rcpApprox(0x80000000, true), minusInf);
  EXPECT_EQ(rcpApprox(f32(0x1p127f), false), f32(0x1p-127f));
  EXPECT_EQ(rcpApprox(f32(0x1p127f), true), 0u);
  EXPECT_EQ(rsqrtApprox(kInfF32, false), 0u);
  EXPECT_EQ(sqrtApprox(f32(-1), false), kNanF32);
  EXPECT_EQ(sinApprox(0x80000000), 0x80000000u);
  EXPECT_EQ(cosApprox(kInfF32), kNanF32);
  EXPECT_EQ(tanhApprox(minusInf), f32(-1));
  // 2^126 < b: the reciprocal is below what the unit gives, so both operands are scaled.
  EXPECT_EQ(divFull(f32(0x1p127f), f32(0x1p127f), true), f32(1));
  EXPECT_EQ(divApprox(f32(0x1p127f), f32(0x1p127f), true), 0u);
}

/// What an H200 answered.
TEST(Approximate, MeasuredValues) {
  EXPECT_EQ(exp2Approx(0xbf800001, true), 0x3efffffeu);
  EXPECT_EQ(exp2Approx(0xbf800000, true), 0x3f000000u);
  EXPECT_EQ(log2Approx(0x3f800001, true), 0x3495f600u);
  EXPECT_EQ(log2Approx(0x3f7fffff, true), 0xb24b4000u);
  EXPECT_EQ(log2Approx(0x00800000, true), 0xc2fbffffu);
  EXPECT_EQ(sinApprox(0x3f800000), 0x3f576aa3u);
  EXPECT_EQ(sinApprox(f32(1e-9f)), 0u);
  EXPECT_EQ(tanhApprox(0x3f800000), 0x3f42f848u);
  EXPECT_EQ(tanhApprox(1), 1u);
  EXPECT_EQ(tanhApproxF16(0x1c08), 0x1c07u);
  EXPECT_EQ(rcpApproxUpperF64(0x3f50624dd2f1a9fc), 0x408f400100000000u);
}

TEST(Arithmetic, TinyIsSoBeforeTheEndOfExponents) {
  // 2^-126 (1 - 2^-24) has 24 digits, one more than a subnormal number.
  EXPECT_EQ(mulF32(0x3f7fffff, 0x00800000, {.flush = true}), 0u);
  EXPECT_EQ(mulF32(0x3f7fffff, 0x00800000), 0x00800000u);
  EXPECT_EQ(mulHalf(kF16, 0x3bff, 0x0400, {.flush = true}), 0u);
}

TEST(Arithmetic, NaNOfF64IsAnOperand) {
  EXPECT_EQ(addF64(0x7ff0000000000001, 0xfff8000000000005), 0xfff8000000000005u);
  EXPECT_EQ(divF64(0x7ff0000000000001, 0xfff8000000000005), 0x7ff8000000000001u);
  EXPECT_EQ(subF64(bitsOf(1.0), 0x7ff0000000000001), 0x7ff8000000000001u);
  EXPECT_EQ(mulF64(kF64.infinity(), 0), kInvalidF64);
  EXPECT_EQ(negateFloat(kF64, 0xfff0000000000001), 0xfff8000000000001u);
  EXPECT_EQ(atomicAddF64(0, 0x7ff0000000000001, true), 0x7ff0000000000001u);
}
