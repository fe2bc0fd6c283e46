//===- AxisStepsTest.cpp - combining along one dimension ------------------===//
// Runs the steps on lists of coordinates: every thread must end with each element once, in order if
// the steps are ordered.

#include "LayoutTestUtils.h"

#include "mla/Layout/AxisSteps.h"
#include "mla/Layout/Wgmma.h"

#include "gtest/gtest.h"

#include <numeric>

namespace mla {
namespace {

using namespace test;

using Group = std::vector<int64_t>;
/// The groups of one thread along one slice register.
using Groups = std::vector<Group>;

void append(Group &left, const Group &right) {
  left.insert(left.end(), right.begin(), right.end());
}

/// What every thread holds for slice register `slice` after all steps.
std::vector<Group> runSteps(const TileLayout &layout, unsigned axis, bool ordered, size_t slice) {
  auto steps = axisSteps(layout, axis, ordered);
  EXPECT_TRUE(steps);
  if (!steps)
    return {};
  std::vector<int32_t> registers = axisRegisters(layout, axis)[slice];
  int32_t numThreads = 32 * layout.numWarps();
  std::vector<Groups> threads;
  for (int32_t thread = 0; thread < numThreads; ++thread) {
    Groups &groups = threads.emplace_back();
    for (int32_t reg : registers)
      groups.push_back({layout.coords(reg, thread % 32, thread / 32)[axis]});
  }
  for (const AxisStep &step : *steps) {
    if (step.owner == kRegister) {
      for (Groups &groups : threads) {
        Groups merged;
        for (size_t i = 0; i < groups.size(); ++i)
          if (i % size_t(step.count) == 0)
            merged.push_back(groups[i]);
          else
            append(merged.back(), groups[i]);
        groups = merged;
      }
      continue;
    }
    for (unsigned bit : step.bits) {
      int32_t mask = int32_t(1) << (step.owner == kWarp ? bit + 5 : bit);
      std::vector<Groups> before = threads;
      for (int32_t thread = 0; thread < numThreads; ++thread)
        for (size_t i = 0; i < threads[size_t(thread)].size(); ++i) {
          Group left = before[size_t(thread & ~mask)][i];
          append(left, before[size_t(thread | mask)][i]);
          threads[size_t(thread)][i] = left;
        }
    }
  }
  std::vector<Group> results;
  for (const Groups &groups : threads) {
    EXPECT_EQ(groups.size(), 1u);
    results.push_back(groups.front());
  }
  return results;
}

void expectEveryElementOnce(const TileLayout &layout, unsigned axis) {
  SCOPED_TRACE(layout.block.str() + " axis " + std::to_string(axis));
  Group all(size_t(layout.shape()[axis]));
  std::iota(all.begin(), all.end(), 0);
  for (bool ordered : {true, false}) {
    size_t numSlices = axisRegisters(layout, axis).size();
    for (size_t slice = 0; slice < numSlices; ++slice)
      for (Group group : runSteps(layout, axis, ordered, slice)) {
        if (!ordered)
          std::sort(group.begin(), group.end());
        ASSERT_EQ(group, all);
      }
  }
}

TEST(AxisStepsTest, CombinesEveryElementOnceInOrder) {
  for (int32_t numWarps : {1, 2, 4, 8})
    for (const Shape &shape :
         {Shape{1}, {2}, {48}, {1024}, {576}, {8, 16}, {64, 192}, {48, 1}, {2, 4, 8}})
      for (int32_t elems : {1, 4})
        for (unsigned fastest = 0; fastest < shape.size(); ++fastest)
          for (unsigned axis = 0; axis < shape.size(); ++axis)
            expectEveryElementOnce(coalescedLayout(shape, fastest, elems, numWarps), axis);
}

TEST(AxisStepsTest, CombinesAccumulators) {
  for (unsigned axis : {0u, 1u}) {
    expectEveryElementOnce(mmaAccumulatorLayout({64, 96}, {2, 2}), axis);
    expectEveryElementOnce(mmaAccumulatorLayout({8, 8}, {2, 2}), axis);
    expectEveryElementOnce(wgmmaAccumulatorLayout({64, 96}, {4, 1}), axis);
  }
  // What is left of a reduction repeats elements across lanes and warps.
  expectEveryElementOnce(sliceLayout(mmaAccumulatorLayout({64, 96}, {2, 2}), 0), 0);
}

TEST(AxisStepsTest, OrderedStepsFollowTheCoordinate) {
  // Registers: bits 0 and 5 and three segments; lanes: bits 1 to 4.
  TileLayout layout{{3},
                    LinearLayout({{std::string(kRegister), {{1}, {32}}},
                                  {std::string(kLane), {{8}, {2}, {4}, {16}, {0}}},
                                  {std::string(kWarp), {}}},
                                 {64})};
  auto ordered = axisSteps(layout, 0, /*ordered=*/true);
  ASSERT_TRUE(ordered);
  ASSERT_EQ(ordered->size(), 3u);
  EXPECT_EQ((*ordered)[0].count, 2);
  EXPECT_EQ((*ordered)[1].bits, (std::vector<unsigned>{1, 2, 0, 3}));
  EXPECT_EQ((*ordered)[2].count, 6);
  auto gathered = axisSteps(layout, 0, /*ordered=*/false);
  ASSERT_TRUE(gathered);
  ASSERT_EQ(gathered->size(), 2u);
  EXPECT_EQ((*gathered)[0].count, 12);
}

TEST(AxisStepsTest, RefusesWhatOneThreadCannotHold) {
  auto make = [](LinearLayout::Bases registers, LinearLayout::Bases lanes,
                 LinearLayout::Bases warps, std::vector<int32_t> sizes) {
    lanes.resize(5, LinearLayout::Coords(sizes.size(), 0));
    return TileLayout{std::vector<int32_t>(sizes.size(), 1),
                      LinearLayout({{std::string(kRegister), std::move(registers)},
                                    {std::string(kLane), std::move(lanes)},
                                    {std::string(kWarp), std::move(warps)}},
                                   sizes)};
  };
  // A lane moves along both dimensions.
  EXPECT_FALSE(axisSteps(make({{0, 1}}, {{1, 1}}, {}, {2, 2}), 1, false));
  // A register moves along both, so that a thread holds one element of each row.
  EXPECT_FALSE(axisSteps(make({{1, 1}}, {{1, 0}}, {}, {2, 2}), 1, false));
  // Lanes and registers hold the same bit.
  EXPECT_FALSE(axisSteps(make({{1}}, {{1}}, {}, {2}), 0, false));
  // Warps, lanes, warps: only the order is out of reach.
  TileLayout twice = make({}, {{2}}, {{1}, {4}}, {8});
  EXPECT_FALSE(axisSteps(twice, 0, true));
  EXPECT_TRUE(axisSteps(twice, 0, false));
}

TEST(AxisStepsTest, SaysWhatWarpsExchange) {
  // Warps below a lane and two registers, three columns of other elements.
  TileLayout layout{{3, 1},
                    LinearLayout({{std::string(kRegister), {{8, 0}, {0, 1}}},
                                  {std::string(kLane), {{1, 0}, {4, 0}, {0, 0}, {0, 0}, {0, 0}}},
                                  {std::string(kWarp), {{2, 0}}}},
                                 {16, 2})};
  auto exchange = warpExchange(layout, 0, *axisSteps(layout, 0, true));
  ASSERT_TRUE(exchange);
  EXPECT_EQ(exchange->parts, 2);
  EXPECT_EQ(exchange->laneSlots, 2);
  EXPECT_EQ(exchange->laterLaneBits, (std::vector<unsigned>{1}));
  EXPECT_EQ(exchange->groups, 6);
  EXPECT_EQ(exchange->slotElems, 2);
  EXPECT_EQ(exchange->numElems(), 48);
  EXPECT_EQ(warpExchange(layout, 0, *axisSteps(layout, 0, false))->numElems(), 4);
  EXPECT_FALSE(warpExchange(layout, 1, *axisSteps(layout, 1, true)));
}

} // namespace
} // namespace mla
