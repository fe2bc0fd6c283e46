//===- ShapeChangesTest.cpp - permuted, reshaped and joined tiles ---------===//
// Every thread must find each element of the changed tile in the register that the match names.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"

namespace mla {
namespace {

using namespace test;

TEST(PermuteLayoutTest, EveryThreadKeepsItsElements) {
  struct Case {
    Shape shape;
    std::vector<unsigned> order;
  };
  for (const auto &[shape, order] :
       {Case{{64, 32}, {1, 0}}, Case{{16, 576}, {1, 0}}, Case{{48, 96}, {1, 0}},
        Case{{4, 48, 8}, {1, 2, 0}}, Case{{2, 4, 96, 1}, {3, 2, 0, 1}}}) {
    TileLayout layout = coalescedLayout(shape, unsigned(shape.size() - 1), 4, 4);
    TileLayout permuted = permuteLayout(layout, order);
    auto match = matchRegisters(layout, permuted, std::vector<int>(order.begin(), order.end()));
    ASSERT_TRUE(match);
    forEachHolder(permuted, [&](int64_t reg, int32_t lane, int32_t warp, const Element &element) {
      Element before(shape.size());
      for (size_t dim = 0; dim < order.size(); ++dim)
        before[order[dim]] = element[dim];
      ASSERT_EQ(layout.coords((*match)[size_t(reg)], lane, warp), before);
    });
    std::vector<unsigned> inverse(order.size());
    for (size_t dim = 0; dim < order.size(); ++dim)
      inverse[order[dim]] = unsigned(dim);
    EXPECT_EQ(permuteLayout(permuted, inverse), layout);
  }
}

TEST(ReshapeLayoutTest, RowMajorOrderIsKept) {
  struct Case {
    Shape from, to;
  };
  for (const auto &[from, to] :
       {Case{{64}, {8, 8}}, Case{{8, 8}, {64}}, Case{{4, 16, 8}, {64, 8}}, Case{{2, 32}, {16, 4}},
        Case{{1, 64}, {64}}, Case{{64}, {1, 64, 1}}, Case{{576}, {576, 1}},
        Case{{16, 576}, {2, 8, 1, 576}}, Case{{144, 64}, {9216}}, Case{{96, 4, 16}, {96, 64}},
        Case{{1}, {1, 1}}, Case{{48, 96}, {1, 48, 96}}})
    for (int32_t warps : {1, 4, 8}) {
      EXPECT_TRUE(canReshapeLayouts(from, to));
      TileLayout layout = coalescedLayout(from, unsigned(from.size() - 1), 4, warps);
      auto reshaped = reshapeLayout(layout, to);
      ASSERT_TRUE(reshaped);
      ASSERT_EQ(reshaped->shape(), to);
      forEachHolder(layout, [&](int64_t reg, int32_t lane, int32_t warp, const Element &element) {
        ASSERT_EQ(elementIndex(element, from), elementIndex(reshaped->coords(reg, lane, warp), to));
      });
      EXPECT_EQ(reshapeLayout(*reshaped, from), layout);
    }
}

TEST(ReshapeLayoutTest, SegmentsThatMoveHaveNoLayout) {
  struct Case {
    Shape from, to;
  };
  for (const auto &[from, to] : {Case{{8, 576}, {4608}}, Case{{4608}, {8, 576}},
                                 Case{{48, 64}, {64, 48}}, Case{{2, 48}, {96}}}) {
    EXPECT_FALSE(canReshapeLayouts(from, to));
    EXPECT_FALSE(reshapeLayout(coalescedLayout(from, unsigned(from.size() - 1), 1, 4), to));
  }
  // 9 is no storable extent.
  EXPECT_FALSE(canReshapeLayouts({576}, {9, 64}));
}

TEST(ReshapeLayoutTest, MatchNamesTheRegister) {
  TileLayout source = coalescedLayout({4, 64}, 1, 2, 1);
  TileLayout result = *reshapeLayout(source, {16, 16});
  ASSERT_TRUE(matchReshape(source, result));
  // Lanes along rows of the result hold other elements.
  EXPECT_FALSE(matchReshape(source, coalescedLayout({16, 16}, 0, 2, 1)));
}

TEST(JoinLayoutTest, PairsLieInNeighbouringRegisters) {
  for (const Shape &shape : {Shape{32}, Shape{16, 96}, Shape{1}}) {
    TileLayout layout = coalescedLayout(shape, unsigned(shape.size() - 1), 2, 4);
    TileLayout joined = joinLayout(layout);
    EXPECT_TRUE(isInRegisters(joined, unsigned(shape.size())));
    for (int64_t reg = 0; reg < layout.numRegisters(); ++reg)
      for (int64_t side : {0, 1}) {
        Element expected = layout.coords(reg, 7, 1);
        expected.push_back(side);
        EXPECT_EQ(joined.coords(2 * reg + side, 7, 1), expected);
      }
    EXPECT_EQ(sliceLayout(joined, unsigned(shape.size())), dropReplicatedRegisters(layout));
  }
  EXPECT_FALSE(isInRegisters(coalescedLayout({32, 2}, 1, 1, 1), 1));
}

TEST(SortLayoutTest, WarpsHoldWholeLinesInSingleSteps) {
  for (const Shape &shape : {Shape{1024}, Shape{16, 64}, Shape{4, 576}, Shape{2, 48, 8}, Shape{1}})
    for (unsigned axis = 0; axis < shape.size(); ++axis)
      for (int32_t warps : {1, 4, 16}) {
        TileLayout layout = sortLayout(shape, axis, warps);
        ASSERT_EQ(layout.shape(), shape);
        EXPECT_EQ(layout.numWarps(), warps);
        EXPECT_TRUE(layout.block.isSurjective());
        for (std::string_view in : {kRegister, kLane, kWarp})
          for (const LinearLayout::Coords &basis : layout.block.bases(in))
            if (basis[axis] != 0) {
              EXPECT_NE(in, kWarp);
              EXPECT_EQ(basis[axis] & (basis[axis] - 1), 0);
              EXPECT_EQ(std::count(basis.begin(), basis.end(), 0), int64_t(shape.size()) - 1);
            }
      }
  // Lanes take the longest steps: 32 of 1024.
  EXPECT_EQ(sortLayout({1024}, 0, 1).block.bases(kRegister),
            (LinearLayout::Bases{{1}, {2}, {4}, {8}, {16}}));
}

} // namespace
} // namespace mla
