//===- ElementTest.cpp - bytes and rounding of element types ---------------===//
// Every encoding of the narrow floats goes there and back; rounding agrees with LLVM's APFloat.

#include "mla/Interpreter/Element.h"

#include "llvm/ADT/APFloat.h"
#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace mla::interp;

namespace {

constexpr Element kNarrow[] = {Element::F16, Element::BF16, Element::E4M3, Element::E5M2};

const llvm::fltSemantics &semanticsOf(Element element) {
  switch (element) {
  case Element::F16:
    return llvm::APFloat::IEEEhalf();
  case Element::BF16:
    return llvm::APFloat::BFloat();
  case Element::E4M3:
    return llvm::APFloat::Float8E4M3FN();
  default:
    return llvm::APFloat::Float8E5M2();
  }
}

/// The value of an encoding as LLVM sees it.
double valueOf(Element element, uint32_t bits) {
  llvm::APFloat value(semanticsOf(element), llvm::APInt(bitsOf(element), bits));
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToDouble();
}

uint32_t roundedBits(Element element, double number) {
  llvm::APFloat value(number);
  bool losesInfo;
  value.convert(semanticsOf(element), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return uint32_t(value.bitcastToAPInt().getZExtValue());
}

TEST(Element, EveryEncodingGoesThereAndBack) {
  for (Element element : kNarrow)
    for (uint32_t bits = 0; bits < 1u << bitsOf(element); ++bits) {
      float value = decodeFloat(element, bits);
      EXPECT_EQ(std::isnan(value), std::isnan(valueOf(element, bits))) << bits;
      if (!std::isnan(value)) {
        EXPECT_EQ(double(value), valueOf(element, bits)) << bits;
      }
      if (!std::isinf(value) || element == Element::F16 || element == Element::BF16) {
        EXPECT_EQ(encodeFloat(element, value), bits) << bits;
      }
    }
}

/// Numbers between and at the halves of neighbouring encodings, where rounding decides.
std::vector<double> criticalNumbers(Element element) {
  std::vector<double> numbers;
  for (uint32_t bits = 0; bits + 1 < 1u << (bitsOf(element) - 1); ++bits) {
    double low = valueOf(element, bits), high = valueOf(element, bits + 1);
    if (!std::isfinite(low) || !std::isfinite(high))
      break;
    double middle = (low + high) / 2;
    for (double number : {middle, std::nextafter(middle, 0.0), std::nextafter(middle, INFINITY)})
      numbers.insert(numbers.end(), {number, -number});
  }
  return numbers;
}

TEST(Element, RoundsDoublesOnce) {
  for (Element element : kNarrow)
    for (double number : criticalNumbers(element))
      EXPECT_EQ(encodeFloat(element, roundFromDouble(element, number)),
                roundedBits(element, number))
          << number;
}

TEST(Element, RoundsFloatsToNearestEven) {
  std::mt19937 random(1);
  for (Element element : kNarrow) {
    double greatest = element == Element::E4M3 ? 448 : element == Element::E5M2 ? 57344 : INFINITY;
    for (int i = 0; i < 200000; ++i) {
      float number = std::bit_cast<float>(uint32_t(random()));
      if (std::isnan(number) || std::fabs(number) > greatest)
        continue;
      EXPECT_EQ(encodeFloat(element, number), roundedBits(element, number)) << number;
      float rounded = number;
      roundFloats(element, &rounded, 1);
      EXPECT_EQ(encodeFloat(element, rounded), roundedBits(element, number)) << number;
    }
  }
}

TEST(Element, NanStaysNan) {
  for (Element element : kNarrow) {
    float nan = std::bit_cast<float>(0xffffffffu);
    EXPECT_TRUE(std::isnan(roundFloat(element, nan)));
    roundFloats(element, &nan, 1);
    EXPECT_TRUE(std::isnan(nan));
    EXPECT_TRUE(std::isnan(roundFromDouble(element, std::nan(""))));
  }
}

TEST(Element, EightBitsHaveOneNan) {
  for (Element element : {Element::E4M3, Element::E5M2}) {
    EXPECT_EQ(encodeFloat(element, roundFloat(element, std::bit_cast<float>(0xffc00001u))), 0x7fu);
    float nan = std::bit_cast<float>(0x7f800001u);
    roundFloats(element, &nan, 1);
    EXPECT_EQ(encodeFloat(element, nan), 0x7fu);
    EXPECT_EQ(encodeFloat(element, decodeFloat(element, 0xff)), 0xffu); // no conversion
  }
}

TEST(Element, IntegersWrap) {
  EXPECT_EQ(wrapInteger(128, 8), -128);
  EXPECT_EQ(wrapInteger(-129, 8), 127);
  EXPECT_EQ(wrapInteger(3, 1), 1);
  EXPECT_EQ(wrapInteger(INT64_MIN, 64), INT64_MIN);
  EXPECT_EQ(unsignedInteger(-1, 8), 255u);
  EXPECT_EQ(unsignedInteger(-1, 64), UINT64_MAX);
}

} // namespace
