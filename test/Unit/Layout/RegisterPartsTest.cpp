//===- RegisterPartsTest.cpp - parts of tiles in registers ----------------===//
// A match must name, for every thread and register, the element that the part has there.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"

namespace mla {
namespace {

using namespace test;

/// Checks the match of `part` in `whole` for every thread.
void expectMatch(const PartLayouts &layouts, const Shape &offsets) {
  auto match = matchPart(layouts.whole, layouts.part, offsets);
  ASSERT_TRUE(match);
  forEachHolder(layouts.part, [&](int64_t reg, int32_t lane, int32_t warp, const Element &element) {
    Element inWhole = element;
    for (size_t dim = 0; dim < element.size(); ++dim)
      inWhole[dim] += offsets[dim];
    ASSERT_EQ(layouts.whole.coords((*match)[size_t(reg)], lane, warp), inWhole);
  });
}

TEST(MatchPartTest, WholeSegmentsStayWhereTheyAre) {
  WarpGrid grid{4, 2};
  PartLayouts layouts{mmaAccumulatorLayout({64, 576}, grid), mmaAccumulatorLayout({64, 64}, grid)};
  for (int64_t column : {0, 64, 512})
    expectMatch(layouts, {0, column});
}

TEST(MatchPartTest, OtherThreadsElementsDoNotMatch) {
  WarpGrid grid{4, 1};
  TileLayout whole = mmaAccumulatorLayout({64, 64}, grid);
  // Rows 16 to 31 belong to the second warp alone.
  EXPECT_FALSE(matchPart(whole, mmaAccumulatorLayout({16, 64}, grid), {16, 0}));
  // Column 1 moves every element to another lane or register pair.
  EXPECT_FALSE(matchPart(mmaAccumulatorLayout({64, 64}, grid), mmaAccumulatorLayout({64, 32}, grid),
                         {0, 1}));
}

TEST(ChoosePartLayoutsTest, KeepsLayoutsThatMatch) {
  WarpGrid grid{4, 2};
  PartLayouts wanted{mmaAccumulatorLayout({64, 576}, grid), mmaAccumulatorLayout({64, 64}, grid)};
  PartLayouts chosen = choosePartLayouts(wanted, {0, 128});
  EXPECT_EQ(chosen.whole, wanted.whole);
  EXPECT_EQ(chosen.part, wanted.part);
}

TEST(ChoosePartLayoutsTest, KeepsTheTileWhereItCan) {
  PartLayouts wanted{mmaAccumulatorLayout({64, 576}, {4, 2}), coalescedLayout({64, 512}, 1, 8, 8)};
  PartLayouts chosen = choosePartLayouts(wanted, {0, 0});
  EXPECT_EQ(chosen.whole, wanted.whole);
  expectMatch(chosen, {0, 0});
}

TEST(ChoosePartLayoutsTest, FindsLayoutsForEveryPart) {
  struct Case {
    Shape whole, offsets, part;
  };
  for (const Case &c : {Case{{64, 576}, {0, 0}, {64, 512}}, Case{{64, 576}, {0, 64}, {64, 512}},
                        Case{{64, 64}, {16, 0}, {16, 64}}, Case{{64, 16}, {0, 5}, {64, 8}},
                        Case{{32, 8}, {3, 1}, {16, 4}}, Case{{48, 96}, {16, 48}, {32, 48}},
                        Case{{128}, {64}, {64}}, Case{{128}, {17}, {32}}})
    for (int32_t warps : {1, 4, 8}) {
      unsigned last = c.whole.size() - 1;
      PartLayouts chosen = choosePartLayouts(
          {coalescedLayout(c.whole, last, 4, warps), coalescedLayout(c.part, last, 4, warps)},
          c.offsets);
      EXPECT_EQ(chosen.whole.shape(), c.whole);
      EXPECT_EQ(chosen.part.shape(), c.part);
      EXPECT_EQ(chosen.whole.numWarps(), warps);
      expectMatch(chosen, c.offsets);
    }
}

} // namespace
} // namespace mla
