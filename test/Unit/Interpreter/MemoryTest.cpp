//===- MemoryTest.cpp - allocations and what is wrong with accesses --------===//
#include "mla/Interpreter/Memory.h"

#include <gtest/gtest.h>

using namespace mla::interp;

namespace {

TEST(Memory, AlignsAsPromisedAndNoFurther) {
  Memory memory;
  for (int64_t alignment : {2, 4, 16}) {
    int64_t address = memory.allocate("x", Element::BF16, 64, alignment, true).address;
    EXPECT_EQ(address % alignment, 0);
    EXPECT_NE(address % (2 * alignment), 0);
  }
}

TEST(Memory, FindsTheAllocationThatAnAddressIsMeantFor) {
  Memory memory;
  int64_t x = memory.allocate("x", Element::F32, 8, 4, true).address;
  int64_t y = memory.allocate("y", Element::F32, 8, 4, true).address;
  EXPECT_EQ(memory.find(x + 4)->name, "x");
  EXPECT_EQ(memory.find(x - 4)->name, "x");
  EXPECT_EQ(memory.find(x + 1000)->name, "x");
  EXPECT_EQ(memory.find(y - 1000)->name, "y");
  EXPECT_EQ(memory.find(0), nullptr);
  EXPECT_EQ(memory.find(INT64_MAX), nullptr);
  EXPECT_EQ(memory.find(-8), nullptr);
}

TEST(Memory, SaysWhatIsWrong) {
  Memory memory;
  int64_t x = memory.allocate("x", Element::F32, 8, 4, false).address;
  EXPECT_EQ(memory.problem(x + 4, 4, false), "");
  EXPECT_EQ(memory.problem(x + 8, 4, false), "number 2 of 'x', which has 2 elements of 4 bytes");
  EXPECT_EQ(memory.problem(x - 4, 4, false), "number -1 of 'x', which has 2 elements of 4 bytes");
  EXPECT_EQ(memory.problem(x + 1, 4, false),
            "the misaligned byte 1 of 'x', which has 2 elements of 4 bytes");
  EXPECT_EQ(memory.problem(x, 4, true),
            "number 0, which nobody has written, of 'x', which has 2 elements of 4 bytes");
  EXPECT_EQ(memory.problem(0, 4, true), "address 0, which lies in no argument");
  memory.find(x)->written.assign(8, 1);
  EXPECT_EQ(memory.problem(x, 4, true), "");
}

} // namespace
