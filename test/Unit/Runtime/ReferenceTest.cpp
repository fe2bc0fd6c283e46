//===- ReferenceTest.cpp - the conformance references against known values ===//
// A wrong oracle passes wrong kernels: formats and references are checked against values worked out
// by hand. SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"

#include <gtest/gtest.h>

#include <limits>

using namespace mla::conformance;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Element, RoundsBf16ToNearestEven) {
  EXPECT_EQ(encodeBf16(1.0f), 0x3f80);
  EXPECT_EQ(encodeBf16(1.00390625f), 0x3f80);   // 1 + 2^-8: a tie, to even
  EXPECT_EQ(encodeBf16(1.01171875f), 0x3f82);   // 1 + 3 * 2^-8: a tie, to even
  EXPECT_EQ(encodeBf16(1.00390637f), 0x3f81);   // just above the tie
  EXPECT_EQ(encodeBf16(3.4028235e38f), 0x7f80); // rounds up to infinity
  EXPECT_EQ(encodeBf16(-std::numeric_limits<float>::infinity()), 0xff80);
  EXPECT_EQ(encodeBf16(NAN) & 0x7fc0, 0x7fc0);
}

TEST(Element, RoundsFp16WithSubnormalsAndOverflow) {
  EXPECT_EQ(encodeFp16(1.0f), 0x3c00);
  EXPECT_EQ(encodeFp16(65504.0f), 0x7bff);
  EXPECT_EQ(encodeFp16(65519.0f), 0x7bff);
  EXPECT_EQ(encodeFp16(65520.0f), 0x7c00);
  EXPECT_EQ(encodeFp16(5.9604645e-8f), 0x0001); // 2^-24
  EXPECT_EQ(encodeFp16(6.1035156e-5f), 0x0400); // 2^-14, the smallest normal
  EXPECT_EQ(encodeFp16(6.1005e-5f), 0x03ff);    // just below it
  EXPECT_EQ(encodeFp16(2047.5f), 0x6800);       // carries into the exponent
}

TEST(Element, DecodesWhatItEncodes) {
  for (Element element : {Element::Fp16, Element::Bf16}) {
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
      uint16_t half = uint16_t(bits), again = 0;
      double value = decode(element, &half);
      if (std::isnan(value))
        continue;
      encode(element, &again, float(value));
      ASSERT_EQ(again, half) << value;
    }
  }
}

TEST(Softmax, MatchesWorkedValues) {
  std::vector<double> row = {0, std::log(3.0), -kInfinity};
  std::vector<Expected> result(3);
  softmaxRow(row, Element::Fp32, result);
  EXPECT_NEAR(result[0].value, 0.25, 1e-15);
  EXPECT_NEAR(result[1].value, 0.75, 1e-15);
  EXPECT_EQ(result[2].value, 0);
  EXPECT_LT(result[0].bound, 1e-5);
}

TEST(Softmax, GivesZerosForARowOfMinusInfinityAndNaNForPlus) {
  std::vector<double> empty(3, -kInfinity), plus = {1, kInfinity};
  std::vector<Expected> result(3);
  softmaxRow(empty, Element::Bf16, result);
  for (const Expected &element : result) {
    EXPECT_EQ(element.value, 0);
    EXPECT_EQ(element.bound, 0);
  }
  softmaxRow(plus, Element::Bf16, std::span(result).first(2));
  EXPECT_TRUE(std::isnan(result[0].value));
  EXPECT_TRUE(std::isnan(result[1].value));
}

TEST(Matmul, AppliesAlphaBiasAndRelu) {
  std::vector<double> a = {1, 2}, b = {3, -4, 5, 6}, bias = {0.5, -100};
  std::vector<Expected> result(2);
  matmulRow({a, b, bias, 2.0, false}, Element::Fp16, result);
  EXPECT_EQ(result[0].value, 26.5);
  EXPECT_EQ(result[1].value, -84);
  matmulRow({a, b, bias, 2.0, true}, Element::Fp16, result);
  EXPECT_EQ(result[1].value, 0);
  matmulRow({{}, {}, bias, 2.0, true}, Element::Fp16, result);
  EXPECT_EQ(result[0].value, 0.5);
}

TEST(Tally, FailsOnNaNOnErrorsAndOnlyOncePerCase) {
  Tally tally;
  tally.begin("case 1");
  tally.compare({1.0, 0.25}, 1.125, 0, 0);
  EXPECT_EQ(tally.failedCases, 0);
  EXPECT_EQ(tally.worstRatio, 0.5);
  tally.compare({1.0, 0.01}, NAN, 0, 1);
  tally.compare({1.0, 0.01}, 1.02, 0, 2);
  EXPECT_EQ(tally.failedCases, 1);
  ASSERT_EQ(tally.failures.size(), 1u);
  EXPECT_EQ(tally.failures[0], "case 1: output[0, 1] is nan, expected 1 within 0.01");
  tally.begin("case 2");
  tally.compare({kInfinity, 1}, kInfinity, 0, 0);
  tally.compare({NAN, 1}, NAN, 0, 0);
  EXPECT_EQ(tally.failedCases, 1);
  tally.compare({kInfinity, 1}, 1e38, 0, 0);
  EXPECT_EQ(tally.failedCases, 2);
}
