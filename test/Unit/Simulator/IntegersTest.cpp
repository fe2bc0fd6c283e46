//===- IntegersTest.cpp - integer instructions at their borders -----------===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Integers.h"

#include <gtest/gtest.h>

using namespace mla::sim;

TEST(Integers, HighProducts) {
  EXPECT_EQ(mulHi<int32_t>(INT32_MIN, INT32_MIN), 0x40000000);
  EXPECT_EQ(mulHi<uint64_t>(~0ull, ~0ull), ~0ull - 1);
  EXPECT_EQ(mulHi<int64_t>(-1, 1), -1);
  EXPECT_EQ(mul24Hi<int32_t>(0x800000, 1), -128); // the sign is bit 23
  EXPECT_EQ(mul24Lo<uint32_t>(0xff000002u, 3), 6u);
}

TEST(Integers, SaturationClampsAtBothEnds) {
  EXPECT_EQ(addSat(INT32_MAX, 1), INT32_MAX);
  EXPECT_EQ(subSat(INT32_MIN, 1), INT32_MIN);
  EXPECT_EQ(madHiSat(INT32_MIN, INT32_MIN, INT32_MAX), INT32_MAX);
}

TEST(Integers, QuotientsThatOverflow) {
  EXPECT_EQ(divide<int32_t>(INT32_MIN, -1), INT32_MIN);
  EXPECT_EQ(remainder<int64_t>(INT64_MIN, -1), 0);
  EXPECT_EQ(remainder<uint32_t>(7, 0), ~0u);
}

TEST(Integers, ShiftsBeyondTheWidth) {
  EXPECT_EQ(shiftLeft<uint32_t>(1, 32), 0u);
  EXPECT_EQ(shiftRight<int16_t>(-5, 200), -1);
  EXPECT_EQ(shiftRight<uint64_t>(~0ull, 64), 0u);
  EXPECT_EQ(funnelLeft(0x12345678, 0x9abcdef0, 40, false), 0x12345678u);
  EXPECT_EQ(funnelLeft(0x12345678, 0x9abcdef0, 40, true), 0xbcdef012u);
  EXPECT_EQ(funnelRight(0x12345678, 0x9abcdef0, 32, false), 0x9abcdef0u);
}

TEST(Integers, BitFieldsPastTheEnd) {
  EXPECT_EQ(bitFieldExtract<int32_t>(int32_t(0x80000000), 30, 8), -2);
  EXPECT_EQ(bitFieldExtract<int32_t>(int32_t(0x80000000), 40, 4), -1);
  EXPECT_EQ(bitFieldExtract<uint32_t>(0x80000000u, 30, 8), 2u);
  EXPECT_EQ(bitFieldExtract<uint32_t>(~0u, 256, 3), 7u);   // only eight bits of a position count
  EXPECT_EQ(bitFieldExtract<uint64_t>(~0ull, 256, 3), 0u); // but all of them here
  EXPECT_EQ(bitFieldInsert<uint32_t>(0xffff, 0, 28, 8), 0xf0000000u);
  EXPECT_EQ(bitFieldInsert<uint32_t>(0xffff, 5, 32, 8), 5u);
}

TEST(Integers, LeadingBits) {
  EXPECT_EQ(findLeading<int32_t>(-1, false), 0xffffffffu);
  EXPECT_EQ(findLeading<int32_t>(-2, false), 0u);
  EXPECT_EQ(findLeading<uint64_t>(1, true), 63u);
  EXPECT_EQ(findNthSet(0b1011, 0, 3), 3u);
  EXPECT_EQ(findNthSet(0b1011, 3, -2), 1u);
  EXPECT_EQ(findNthSet(0b1011, 2, 0), 0xffffffffu);
}

TEST(Integers, Permutations) {
  EXPECT_EQ(permute(0x33221100, 0x77665544, 0x7531), 0x77553311u);
  EXPECT_EQ(permute(0x80, 0, 0x0008), 0x808080ffu);
  EXPECT_EQ(permute(0x33221100, 0x77665544, 3, Permute::Forward4), 0x66554433u);
  EXPECT_EQ(permute(0x33221100, 0x77665544, 1, Permute::Replicate16), 0x33223322u);
}

TEST(Integers, DotProducts) {
  EXPECT_EQ(dp4a(0xff, true, 0xff, true, 5), 6u);
  EXPECT_EQ(dp4a(0xff, false, 0xff, true, 5), uint32_t(5 - 255));
  EXPECT_EQ(dp2a(0xffff0002, true, 0x04030201, false, 0, true), uint32_t(2 * 3 - 4));
  EXPECT_EQ(lop3(0xf0, 0xcc, 0xaa, 0xca), 0xcau);
}
