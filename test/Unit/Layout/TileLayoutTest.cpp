//===- TileLayoutTest.cpp - segments, coalesced and derived layouts -------===//
// Segmentation over all small extents; slices, shrinks and matches against enumeration.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <bit>
#include <set>

namespace mla {
namespace {

using namespace test;

/// The definition in words: c segments of 2^k, c ≤ 16, k as large as possible, k ≥ 4 unless c = 1.
std::optional<SegmentedExtent> segmentBySearch(int64_t extent) {
  for (int64_t block = 1 << 20; block >= 1; block /= 2)
    if (extent % block == 0) {
      int64_t segments = extent / block;
      if (segments == 1 || (block >= 16 && segments <= 16))
        return SegmentedExtent{segments, block};
    }
  return std::nullopt;
}

TEST(SegmentExtentTest, AgreesWithTheDefinitionUpTo1024) {
  for (int64_t extent = 1; extent <= 1024; ++extent)
    EXPECT_EQ(segmentExtent(extent), segmentBySearch(extent)) << extent;
  EXPECT_EQ(segmentExtent(576), (SegmentedExtent{9, 64}));
  EXPECT_EQ(segmentExtent(192), (SegmentedExtent{3, 64}));
  EXPECT_EQ(segmentExtent(48), (SegmentedExtent{3, 16}));
  EXPECT_EQ(segmentExtent(112), (SegmentedExtent{7, 16}));
  for (int64_t extent : {int64_t(-4), int64_t(0), int64_t(3), int64_t(24), int64_t(100),
                         int64_t(272), int64_t(1) << 40})
    EXPECT_FALSE(segmentExtent(extent)) << extent;
}

TEST(SegmentExtentTest, PaddedExtentIsTheSmallestStorable) {
  for (int64_t extent = 1; extent <= 2048; ++extent) {
    int64_t padded = extent;
    while (!segmentBySearch(padded))
      ++padded;
    EXPECT_EQ(paddedExtent(extent), padded) << extent;
  }
  EXPECT_EQ(paddedExtent(5), 8);
  EXPECT_EQ(paddedExtent(17), 32);
  EXPECT_EQ(paddedExtent(100), 112);
  EXPECT_EQ(paddedExtent(528), 576);
}

TEST(TileLayoutTest, SegmentsAreTheHighPartOfRegistersAndOffsets) {
  TileLayout layout{
      {3, 2}, LinearLayout({{"register", {{0, 1}}}, {"lane", {{1, 0}}}, {"warp", {}}}, {2, 2})};
  EXPECT_EQ(layout.shape(), (Shape{6, 4}));
  EXPECT_EQ(layout.numSegments(), 6);
  EXPECT_EQ(layout.numRegisters(), 12);
  EXPECT_EQ(layout.numWarps(), 1);
  // Register 2·5 + 1: segment (2, 1), block register 1.
  EXPECT_EQ(layout.coords(11, 1, 0), (Element{5, 3}));
  for (int64_t count : holderCounts(layout))
    EXPECT_EQ(count, 1);
  TileLayout shared = swizzledSharedLayout({48, 32}, 1, 4);
  EXPECT_EQ(shared.coordsAt(16 * 32), (Element{16, 0}));
}

TEST(CoalescedLayoutTest, HoldsEveryElementEquallyOften) {
  const std::vector<Shape> shapes = {
      {},      {1},     {2},      {16},     {48},         {576},     {1024},    {1, 1},
      {1, 64}, {64, 1}, {16, 16}, {48, 96}, {7 * 16, 32}, {64, 576}, {2, 4, 8}, {3 * 16, 2, 64}};
  for (const Shape &shape : shapes)
    for (unsigned fastest = 0; fastest < std::max<size_t>(shape.size(), 1); ++fastest)
      for (int32_t vectorElems : {1, 4, 16})
        for (int32_t numWarps : {1, 2, 8, 32}) {
          TileLayout layout = coalescedLayout(shape, fastest, vectorElems, numWarps);
          SCOPED_TRACE(layout.block.str());
          EXPECT_EQ(layout.shape(), shape);
          EXPECT_EQ(layout.block.inBits(kLane), 5u);
          EXPECT_EQ(layout.numWarps(), numWarps);
          std::vector<int64_t> counts = holderCounts(layout);
          EXPECT_EQ(std::set<int64_t>(counts.begin(), counts.end()).size(), 1u);
          // Threads replicate only if a block is too small for them, and then hold one element of
          // it each.
          int64_t blockElems = numElements(shape) / layout.numSegments();
          EXPECT_EQ(layout.block.inSize(kRegister),
                    std::max<int64_t>(1, blockElems / (32 * numWarps)));
        }
}

TEST(CoalescedLayoutTest, VectorsThenLanesThenWarps) {
  TileLayout layout = coalescedLayout({64, 64}, 1, 8, 4);
  EXPECT_EQ(contiguousRegisters(layout, 1), 8);
  for (int32_t warp = 0; warp < 4; ++warp)
    for (int32_t lane = 0; lane < 32; ++lane)
      for (int32_t reg = 0; reg < 32; ++reg)
        EXPECT_EQ(layout.coords(reg, lane, warp),
                  (Element{lane / 8 + 4 * warp + 16 * (reg / 8), reg % 8 + 8 * (lane % 8)}));
}

TEST(CoalescedLayoutTest, TheVectorShrinksBeforeAThreadIdles) {
  for (int64_t extent = 1; extent <= 2048; extent *= 2) {
    TileLayout layout = coalescedLayout({extent}, 0, 8, 4);
    EXPECT_EQ(contiguousRegisters(layout, 0), std::clamp<int64_t>(extent / 128, 1, 8)) << extent;
  }
  // The contiguous extent bounds the vector, too.
  EXPECT_EQ(contiguousRegisters(coalescedLayout({1024, 2}, 1, 8, 1), 1), 2);
}

TEST(CoalescedLayoutTest, FastestDimensionMayBeAnyOne) {
  TileLayout layout = coalescedLayout({64, 32}, 0, 4, 1);
  EXPECT_EQ(contiguousRegisters(layout, 0), 4);
  EXPECT_EQ(contiguousRegisters(layout, 1), 1);
  EXPECT_EQ(layout.coords(0, 1, 0), (Element{4, 0}));
  EXPECT_EQ(layout.coords(0, 16, 0), (Element{0, 1}));
}

//===-- Derived layouts ----------------------------------------------------===//

std::vector<TileLayout> sampleLayouts() {
  std::vector<TileLayout> layouts;
  for (const Shape &shape :
       {Shape{16, 16}, Shape{64, 32}, Shape{48, 96}, Shape{8, 4}, Shape{1, 32}})
    for (int32_t numWarps : {1, 4}) {
      layouts.push_back(coalescedLayout(shape, 1, 4, numWarps));
      layouts.push_back(coalescedLayout(shape, 0, 2, numWarps));
      layouts.push_back(mmaAccumulatorLayout(shape, chooseWarpGrid(shape, numWarps)));
      layouts.push_back(mmaOperandLayout(MmaOperand::A, shape, {shape[0], 16}, {numWarps, 1}, 2));
      layouts.push_back(mmaOperandLayout(MmaOperand::B, shape, {16, shape[1]}, {numWarps, 1}, 2));
    }
  return layouts;
}

/// Elements that a thread holds, mapped through `map`.
template <typename Map>
std::set<Element> heldElements(const TileLayout &layout, int32_t lane, int32_t warp, Map map) {
  std::set<Element> held;
  for (int64_t reg = 0; reg < layout.numRegisters(); ++reg)
    held.insert(map(layout.coords(reg, lane, warp)));
  return held;
}

/// Every thread of `derived` holds the mapped elements of `layout`, each in one register.
template <typename Map>
void expectDerived(const TileLayout &layout, const TileLayout &derived, Map map) {
  ASSERT_EQ(derived.block.inBits(kLane), 5u);
  ASSERT_EQ(derived.numWarps(), layout.numWarps());
  for (int32_t warp = 0; warp < layout.numWarps(); ++warp)
    for (int32_t lane = 0; lane < 32; ++lane) {
      std::set<Element> held =
          heldElements(derived, lane, warp, [](Element element) { return element; });
      EXPECT_EQ(int64_t(held.size()), derived.numRegisters());
      EXPECT_EQ(held, heldElements(layout, lane, warp, map));
    }
}

TEST(DerivedLayoutTest, SliceDropsADimension) {
  for (const TileLayout &layout : sampleLayouts())
    for (unsigned dim : {0u, 1u}) {
      TileLayout slice = sliceLayout(layout, dim);
      EXPECT_EQ(slice.shape(), Shape{layout.shape()[1 - dim]});
      expectDerived(layout, slice, [&](Element element) {
        element.erase(element.begin() + dim);
        return element;
      });
    }
  TileLayout scalar = sliceLayout(coalescedLayout({64}, 0, 4, 2), 0);
  EXPECT_EQ(scalar.shape(), Shape{});
  EXPECT_EQ(scalar.numRegisters(), 1);
}

TEST(DerivedLayoutTest, ShrinkKeepsADimensionOfExtentOne) {
  for (const TileLayout &layout : sampleLayouts())
    for (unsigned dim : {0u, 1u}) {
      TileLayout shrunk = shrinkLayout(layout, dim);
      Shape shape = layout.shape();
      shape[dim] = 1;
      EXPECT_EQ(shrunk.shape(), shape);
      expectDerived(layout, shrunk, [&](Element element) {
        element[dim] = 0;
        return element;
      });
    }
}

TEST(DerivedLayoutTest, ReplicatedRegistersAreDropped) {
  TileLayout layout{{2},
                    LinearLayout({{"register", {{1}, {0}, {2}, {3}}},
                                  {"lane", {{0}, {0}, {0}, {0}, {0}}},
                                  {"warp", {{1}}}},
                                 {4})};
  TileLayout dropped = dropReplicatedRegisters(layout);
  EXPECT_EQ(dropped.block.bases(kRegister), (LinearLayout::Bases{{1}, {2}}));
  expectDerived(layout, dropped, [](Element element) { return element; });
}

/// What matchRegisters promises, by enumeration over all threads.
bool serves(const TileLayout &src, int64_t srcReg, const TileLayout &dst, int64_t dstReg,
            const std::vector<int> &project) {
  for (int32_t warp = 0; warp < dst.numWarps(); ++warp)
    for (int32_t lane = 0; lane < 32; ++lane) {
      Element wanted(src.rank(), 0), element = dst.coords(dstReg, lane, warp);
      for (size_t dim = 0; dim < element.size(); ++dim)
        if (project[dim] >= 0)
          wanted[size_t(project[dim])] = element[dim];
      if (src.coords(srcReg, lane, warp) != wanted)
        return false;
    }
  return true;
}

void expectMatchAsEnumerated(const TileLayout &src, const TileLayout &dst,
                             const std::vector<int> &project, bool &matched) {
  std::optional<std::vector<int32_t>> match = matchRegisters(src, dst, project);
  matched = match.has_value();
  if (match) {
    ASSERT_EQ(int64_t(match->size()), dst.numRegisters());
    for (int64_t reg = 0; reg < dst.numRegisters(); ++reg)
      EXPECT_TRUE(serves(src, (*match)[size_t(reg)], dst, reg, project));
    return;
  }
  bool allServed = true;
  for (int64_t dstReg = 0; dstReg < dst.numRegisters() && allServed; ++dstReg) {
    bool served = false;
    for (int64_t srcReg = 0; srcReg < src.numRegisters() && !served; ++srcReg)
      served = serves(src, srcReg, dst, dstReg, project);
    allServed = served;
  }
  EXPECT_FALSE(allServed) << src.block.str() << " -> " << dst.block.str();
}

TEST(MatchRegistersTest, AgreesWithEnumeration) {
  std::vector<TileLayout> layouts = sampleLayouts();
  int numMatches = 0, numMisses = 0;
  for (const TileLayout &src : layouts)
    for (const TileLayout &dst : layouts) {
      if (src.numWarps() != dst.numWarps() || src.shape() != dst.shape())
        continue;
      bool matched = false;
      expectMatchAsEnumerated(src, dst, {0, 1}, matched);
      ++(matched ? numMatches : numMisses);
    }
  EXPECT_GT(numMatches, int(layouts.size()));
  EXPECT_GT(numMisses, 20);
}

TEST(MatchRegistersTest, SlicesServeExpandAndBroadcast) {
  for (const TileLayout &layout : sampleLayouts()) {
    bool matched = false;
    // reduce along 1, then expand_dims and broadcast back: dst (i, j) reads src (i).
    expectMatchAsEnumerated(sliceLayout(layout, 1), layout, {0, -1}, matched);
    EXPECT_TRUE(matched);
    expectMatchAsEnumerated(sliceLayout(layout, 0), layout, {-1, 0}, matched);
    EXPECT_TRUE(matched);
    // broadcast of a [1, N] tile: dst (i, j) reads src (0, j).
    expectMatchAsEnumerated(shrinkLayout(layout, 0), layout, {-1, 1}, matched);
    EXPECT_TRUE(matched);
    // expand_dims of a slice: dst (i, 0) reads src (i).
    expectMatchAsEnumerated(sliceLayout(layout, 1), shrinkLayout(layout, 1), {0, -1}, matched);
    EXPECT_TRUE(matched);
  }
}

TEST(MatchRegistersTest, RefusesOtherThreads) {
  TileLayout four = coalescedLayout({64, 32}, 1, 4, 4), two = coalescedLayout({64, 32}, 1, 4, 2);
  EXPECT_FALSE(matchRegisters(four, two, {0, 1}));
  // Transposed coordinates of a square tile lie in other threads.
  TileLayout square = coalescedLayout({32, 32}, 1, 4, 1);
  EXPECT_FALSE(matchRegisters(square, square, {1, 0}));
  TileLayout transposed = coalescedLayout({32, 32}, 0, 4, 1);
  EXPECT_TRUE(matchRegisters(square, transposed, {1, 0}));
  // An extent larger than the source's reaches elements that do not exist.
  EXPECT_FALSE(
      matchRegisters(coalescedLayout({128}, 0, 1, 1), coalescedLayout({256}, 0, 1, 1), {0}));
}

TEST(MatchRegistersTest, SegmentationMayDiffer) {
  TileLayout one{{1}, coalescedLayout({64}, 0, 1, 1).block};
  TileLayout two{{2}, coalescedLayout({32}, 0, 1, 1).block};
  EXPECT_EQ(matchRegisters(one, two, {0}), (std::vector<int32_t>{0, 1}));
  EXPECT_EQ(matchRegisters(two, one, {0}), (std::vector<int32_t>{0, 1}));
}

} // namespace
} // namespace mla
