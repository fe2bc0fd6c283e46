//===- MatrixTest.cpp - products of tensor cores on known operands --------===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Matrix.h"
#include "mla/Simulator/Numerics/Fragments.h"
#include "mla/Simulator/Numerics/Integers.h"

#include <array>
#include <gtest/gtest.h>
#include <limits>

using namespace mla::sim;

/// Sum of f16 products that are given as (a, b) in f32, on c.
static float dotF16(const DotModel &model, std::vector<std::pair<float, float>> products, float c) {
  std::vector<uint32_t> a(16), b(16);
  for (size_t i = 0; i < products.size(); ++i) {
    a[i] = uint32_t(convert(kF32, kF16, bitsOf(products[i].first)));
    b[i] = uint32_t(convert(kF32, kF16, bitsOf(products[i].second)));
  }
  Elements left = takeApart(MatrixType::F16, a.data(), 16);
  Elements right = takeApart(MatrixType::F16, b.data(), 16);
  return asFloat(dot(model, left, 0, right, 0, 16, bitsOf(c), false));
}

TEST(Dot, CutsBelowTheLargestExponent) {
  DotModel hopper = mmaModel(MatrixArch::Hopper, MatrixType::F16, 16);
  // 2^-25 is kept beside 1 and 2^-26 is not; four of what is kept make up a last place.
  float kept = 0x1p-12f, half = 0x1p-13f;
  EXPECT_EQ(dotF16(hopper, {{kept, half}, {kept, half}, {kept, half}, {kept, half}}, 1),
            1 + 0x1p-23f);
  EXPECT_EQ(dotF16(hopper,
                   {{half, half},
                    {half, half},
                    {half, half},
                    {half, half},
                    {half, half},
                    {half, half},
                    {half, half},
                    {half, half}},
                   1),
            1);
}

TEST(Dot, CutsTowardsZero) {
  DotModel hopper = mmaModel(MatrixArch::Hopper, MatrixType::F16, 16);
  // 1 - 2^-25 is not rounded to 1.
  EXPECT_EQ(dotF16(hopper, {{-0x1p-12f, 0x1p-13f}}, 1), 1 - 0x1p-24f);
  EXPECT_EQ(dotF16(hopper, {{0x1p-12f, 0x1p-13f}}, -1), -1 + 0x1p-24f);
}

TEST(Dot, InfinityAndNaN) {
  DotModel hopper = mmaModel(MatrixArch::Hopper, MatrixType::F16, 16);
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(dotF16(hopper, {{infinity, 1}}, 1), infinity);
  EXPECT_EQ(bitsOf(dotF16(hopper, {{infinity, 1}}, -infinity)), kNanF32);
  EXPECT_EQ(bitsOf(dotF16(hopper, {{infinity, 0}}, 0)), kNanF32);
}

TEST(Dot, AmpereAddsInSteps) {
  DotModel ampere = mmaModel(MatrixArch::Ampere, MatrixType::F16, 16);
  // The second step adds what the first one's cut lost beside 2^20.
  std::vector<std::pair<float, float>> products(16);
  products[0] = {1024, 1024};
  products[1] = {0x1p-10f, 1};
  products[8] = {-1024, 1024};
  EXPECT_EQ(dotF16(ampere, products, 0), 0);
  EXPECT_EQ(dotF16(mmaModel(MatrixArch::Hopper, MatrixType::F16, 16),
                   {{1024, 1024}, {0x1p-5f, 1}, {-1024, 1024}}, 0),
            0x1p-5f);
}

TEST(Fragments, EveryElementHasOnePlace) {
  for (unsigned per : {1u, 2u, 4u, 8u, 32u}) {
    std::vector<int> seen(16 * 8 * per);
    for (unsigned lane = 0; lane < 32; ++lane)
      for (unsigned reg = 0; reg < 4; ++reg)
        for (unsigned element = 0; element < per; ++element) {
          Place at = placeOfA(16, per, lane, reg, element);
          ++seen[at.row * 8 * per + at.column];
        }
    for (int count : seen)
      EXPECT_EQ(count, 1);
  }
}

TEST(Mma, IntegersOfM16N8K32) {
  std::array<uint32_t, 32> a[4], b[2], c[4];
  for (auto &reg : a)
    reg.fill(0xff80807f);
  for (auto &reg : b)
    reg.fill(0x01010101);
  for (auto &reg : c)
    reg.fill(7);
  const uint32_t *as[] = {a[0].data(), a[1].data(), a[2].data(), a[3].data()},
                 *bs[] = {b[0].data(), b[1].data()};
  uint32_t *cs[] = {c[0].data(), c[1].data(), c[2].data(), c[3].data()};
  MmaInstruction instruction{MatrixType::S8, MatrixType::U8, MatrixType::S32, 16, 8, 32};
  mma(instruction, as, bs, cs, cs);
  for (auto &reg : c)
    for (uint32_t value : reg)
      EXPECT_EQ(int32_t(value), 7 + 8 * (127 - 128 - 128 - 1));
}
