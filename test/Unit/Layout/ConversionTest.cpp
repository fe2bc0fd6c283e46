//===- ConversionTest.cpp - moving tiles between layouts ------------------===//
// Every conversion is carried out element by element for all threads; bank conflicts are bounded
// for typical ones.

#include "LayoutTestUtils.h"
#include "mla/Layout/LaneMoves.h"

#include "gtest/gtest.h"
#include <algorithm>

namespace mla {
namespace {

using namespace test;

/// The vector that a lowering would use.
int32_t accessVector(const TileLayout &reg, const TileLayout &scratch, int32_t elemBytes) {
  return std::min(sharedVector(reg, scratch), 16 / elemBytes);
}

/// Writes the tile to scratch memory vector by vector. Each element is stored as its number.
void writeScratch(const TileLayout &src, const TileLayout &scratch,
                  const std::vector<int64_t> &offsets, int32_t elemBytes,
                  std::vector<int64_t> &memory) {
  Shape shape = src.shape();
  int32_t vector = accessVector(src, scratch, elemBytes);
  for (int32_t warp = 0; warp < src.numWarps(); ++warp)
    for (int32_t lane = 0; lane < 32; ++lane)
      for (int64_t first = 0; first < src.numRegisters(); first += vector) {
        int64_t start = offsets.at(size_t(elementIndex(src.coords(first, lane, warp), shape)));
        ASSERT_EQ(start % vector, 0);
        for (int64_t i = 0; i < vector; ++i) {
          int64_t element = elementIndex(src.coords(first + i, lane, warp), shape);
          int64_t &cell = memory.at(size_t(start + i));
          ASSERT_TRUE(cell == -1 || cell == element);
          cell = element;
        }
      }
}

void expectReadsTile(const TileLayout &dst, const TileLayout &scratch,
                     const std::vector<int64_t> &offsets, int32_t elemBytes,
                     const std::vector<int64_t> &memory) {
  Shape shape = dst.shape();
  int32_t vector = accessVector(dst, scratch, elemBytes);
  for (int32_t warp = 0; warp < dst.numWarps(); ++warp)
    for (int32_t lane = 0; lane < 32; ++lane)
      for (int64_t first = 0; first < dst.numRegisters(); first += vector) {
        int64_t start = offsets.at(size_t(elementIndex(dst.coords(first, lane, warp), shape)));
        for (int64_t i = 0; i < vector; ++i)
          ASSERT_EQ(memory.at(size_t(start + i)),
                    elementIndex(dst.coords(first + i, lane, warp), shape));
      }
}

/// Carries out `plan` for all threads.
void expectMoves(const LayoutConversion &plan, const TileLayout &src, const TileLayout &dst,
                 int32_t elemBytes) {
  if (plan.kind == LayoutConversion::Registers) {
    ASSERT_EQ(int64_t(plan.source.size()), dst.numRegisters());
    forEachHolder(dst, [&](int64_t reg, int32_t lane, int32_t warp, const Element &element) {
      ASSERT_EQ(src.coords(plan.source[size_t(reg)], lane, warp), element);
    });
    return;
  }
  ASSERT_EQ(plan.scratch.shape(), src.shape());
  std::vector<int64_t> offsets = offsetTable(plan.scratch);
  ASSERT_EQ(std::ranges::count(offsets, -1), 0);
  std::vector<int64_t> memory(offsets.size(), -1);
  writeScratch(src, plan.scratch, offsets, elemBytes, memory);
  expectReadsTile(dst, plan.scratch, offsets, elemBytes, memory);
}

void expectConverts(const TileLayout &src, const TileLayout &dst, int32_t elemBytes) {
  expectMoves(planConversion(src, dst, elemBytes), src, dst, elemBytes);
}

std::vector<TileLayout> layoutsOf(const Shape &shape, int32_t numWarps) {
  WarpGrid grid = chooseWarpGrid(shape, numWarps);
  return {coalescedLayout(shape, 1, 8, numWarps),
          coalescedLayout(shape, 1, 1, numWarps),
          coalescedLayout(shape, 0, 4, numWarps),
          mmaAccumulatorLayout(shape, grid),
          mmaAccumulatorLayout(shape, {1, numWarps}),
          mmaOperandLayout(MmaOperand::A, shape, {shape[0], 32}, grid, 2),
          mmaOperandLayout(MmaOperand::B, shape, {32, shape[1]}, grid, 2),
          sliceLayout(coalescedLayout({shape[0], 2, shape[1]}, 2, 4, numWarps), 1)};
}

TEST(PlanConversionTest, MovesEveryElement) {
  int numShared = 0, numRegisters = 0;
  for (const Shape &shape : {Shape{1, 1}, Shape{1, 64}, Shape{16, 16}, Shape{8, 128}, Shape{32, 32},
                             Shape{48, 32}, Shape{16, 96}})
    for (int32_t numWarps : {1, 4})
      for (int32_t elemBytes : {1, 2, 4}) {
        std::vector<TileLayout> layouts = layoutsOf(shape, numWarps);
        for (size_t src = 0; src < layouts.size(); ++src)
          for (size_t dst = 0; dst < layouts.size(); ++dst) {
            SCOPED_TRACE(testing::Message()
                         << shape[0] << "x" << shape[1] << " warps " << numWarps << " bytes "
                         << elemBytes << " layout " << src << " to " << dst);
            LayoutConversion plan = planConversion(layouts[src], layouts[dst], elemBytes);
            expectMoves(plan, layouts[src], layouts[dst], elemBytes);
            bool inRegisters = plan.kind == LayoutConversion::Registers;
            ++(inRegisters ? numRegisters : numShared);
            EXPECT_TRUE(inRegisters || src != dst);
          }
      }
  EXPECT_GT(numShared, 500);
  EXPECT_GT(numRegisters, 300);
}

TEST(PlanConversionTest, LargeAndOddTiles) {
  expectConverts(mmaAccumulatorLayout({64, 576}, {4, 2}), coalescedLayout({64, 576}, 1, 8, 8), 2);
  expectConverts(coalescedLayout({112, 48}, 0, 8, 16), coalescedLayout({112, 48}, 1, 8, 16), 4);
  expectConverts(coalescedLayout({2048}, 0, 1, 2), coalescedLayout({2048}, 0, 8, 2), 2);
  expectConverts(coalescedLayout({4, 8, 32}, 0, 4, 4), coalescedLayout({4, 8, 32}, 1, 2, 4), 1);
}

TEST(PlanConversionTest, SegmentationMayDiffer) {
  // 64 as one block, and as two segments of 32.
  TileLayout one = coalescedLayout({64, 16}, 1, 4, 1);
  TileLayout two{{2, 1}, coalescedLayout({32, 16}, 0, 2, 1).block};
  expectConverts(one, two, 4);
  expectConverts(two, one, 4);
  // Only the larger block contains the bases of both.
  EXPECT_EQ(planConversion(one, two, 4).scratch.segments, one.segments);
  EXPECT_EQ(planConversion(two, one, 4).scratch.segments, one.segments);
}

TEST(PlanConversionTest, PermutesRegistersWithinAThread) {
  TileLayout src{{1, 1},
                 LinearLayout({{"register", {{0, 1}, {0, 2}}},
                               {"lane", {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}}},
                               {"warp", {}}},
                              {32, 4})};
  TileLayout dst{{1, 1},
                 LinearLayout({{"register", {{0, 2}, {0, 1}, {0, 0}}},
                               {"lane", {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}}},
                               {"warp", {}}},
                              {32, 4})};
  LayoutConversion plan = planConversion(src, dst, 4);
  ASSERT_EQ(plan.kind, LayoutConversion::Registers);
  EXPECT_EQ(plan.source, (std::vector<int32_t>{0, 2, 1, 3, 0, 2, 1, 3}));
}

TEST(PlanConversionTest, AccumulatorIsTheNextOperandA) {
  // The accumulator of one product feeds the next as A without leaving the thread (flash
  // attention's P).
  TileLayout acc = mmaAccumulatorLayout({64, 64}, {4, 1});
  TileLayout a = mmaOperandLayout(MmaOperand::A, {64, 64}, {64, 128}, {4, 1}, 2);
  EXPECT_EQ(planConversion(acc, a, 2).kind, LayoutConversion::Registers);
  expectConverts(acc, a, 2);
}

//===-- Bank conflicts -------------------------------------------------------===//

/// Wavefronts of all accesses of one warp.
int64_t totalWavefronts(const TileLayout &reg, const TileLayout &scratch, int32_t elemBytes) {
  int32_t vector = accessVector(reg, scratch, elemBytes);
  int64_t total = 0;
  for (int64_t first = 0; first < reg.numRegisters(); first += vector)
    total += sharedWavefronts(reg, scratch, int32_t(first), vector, elemBytes);
  return total;
}

TEST(PlanConversionTest, FewBankConflictsBetweenMatrixAndMemory) {
  for (const Shape &shape : {Shape{64, 64}, Shape{128, 128}, Shape{64, 256}, Shape{32, 32},
                             Shape{128, 64}, Shape{64, 96}, Shape{64, 576}})
    for (int32_t numWarps : {4, 8})
      for (int32_t elemBytes : {2, 4}) {
        TileLayout acc = mmaAccumulatorLayout(shape, chooseWarpGrid(shape, numWarps));
        TileLayout rows = coalescedLayout(shape, 1, 16 / elemBytes, numWarps);
        for (bool toMemory : {true, false}) {
          SCOPED_TRACE(testing::Message() << shape[0] << "x" << shape[1] << " warps " << numWarps
                                          << " bytes " << elemBytes << " " << toMemory);
          LayoutConversion plan = toMemory ? planConversion(acc, rows, elemBytes)
                                           : planConversion(rows, acc, elemBytes);
          ASSERT_EQ(plan.kind, LayoutConversion::SharedMemory);
          for (const TileLayout *side : {&acc, &rows}) {
            // Ideal: every wavefront moves 128 bytes.
            int64_t ideal = side->numRegisters() * 32 * elemBytes / 128;
            EXPECT_LE(totalWavefronts(*side, plan.scratch, elemBytes), 2 * ideal);
            EXPECT_GE(accessVector(*side, plan.scratch, elemBytes) * elemBytes, 4);
          }
          // The side that holds whole rows moves them as widely as it holds them.
          EXPECT_EQ(accessVector(rows, plan.scratch, elemBytes), contiguousRegisters(rows, 1));
        }
      }
}

TEST(PlanConversionTest, FewBankConflictsInATranspose) {
  for (int32_t elemBytes : {2, 4}) {
    TileLayout rows = coalescedLayout({64, 64}, 1, 16 / elemBytes, 4);
    TileLayout columns = coalescedLayout({64, 64}, 0, 16 / elemBytes, 4);
    LayoutConversion plan = planConversion(rows, columns, elemBytes);
    ASSERT_EQ(plan.kind, LayoutConversion::SharedMemory);
    // One side must touch single elements; together they stay within twice their number of
    // accesses.
    int64_t accesses = 0, wavefronts = 0, ideal = 0;
    for (const TileLayout *side : {&rows, &columns}) {
      accesses += side->numRegisters() / accessVector(*side, plan.scratch, elemBytes);
      wavefronts += totalWavefronts(*side, plan.scratch, elemBytes);
      ideal += side->numRegisters() * 32 * elemBytes / 128;
    }
    EXPECT_LE(wavefronts, 2 * std::max(accesses, ideal)) << elemBytes;
  }
}

/// Carries out `moves` for all threads.
void expectLaneMoves(const LaneMoves &moves, const TileLayout &src, const TileLayout &dst) {
  forEachHolder(dst, [&](int64_t reg, int32_t lane, int32_t warp, const Element &element) {
    int32_t place = 0, thread = lane | warp << 5;
    for (size_t bit = 0; bit < moves.registerImages.size(); ++bit)
      place ^= reg >> bit & 1 ? moves.registerImages[bit] : 0;
    for (size_t bit = 0; bit < moves.threadImages.size(); ++bit)
      place ^= thread >> bit & 1 ? moves.threadImages[bit] : 0;
    ASSERT_EQ(src.coords(moves.sources.at(size_t(place >> 5)), place & 31, warp), element);
  });
}

TEST(MatchLanesTest, FindsEveryElementInItsWarp) {
  int found = 0;
  for (int64_t rows : {1, 2, 16, 32, 64})
    for (int32_t numWarps : {1, 4, 8}) {
      // One dimension of tiles whose rows lie on lanes, registers and warps in turn.
      std::vector<TileLayout> layouts = {coalescedLayout({rows}, 0, 1, numWarps)};
      for (int32_t elems : {1, 4, 16})
        for (unsigned fastest : {0, 1})
          layouts.push_back(sliceLayout(coalescedLayout({rows, 64}, fastest, elems, numWarps), 1));
      for (const TileLayout &src : layouts)
        for (const TileLayout &dst : layouts)
          if (std::optional<LaneMoves> moves = matchLanes(src, dst, 4)) {
            ++found;
            expectLaneMoves(*moves, src, dst);
          }
    }
  EXPECT_GT(found, 100);
}

TEST(MatchLanesTest, LeavesOtherTilesToSharedMemory) {
  // Rows of other warps; more than two elements in a lane; too many shuffles.
  EXPECT_FALSE(matchLanes(coalescedLayout({128}, 0, 1, 4), coalescedLayout({128}, 0, 2, 4), 4));
  EXPECT_FALSE(matchLanes(coalescedLayout({128}, 0, 4, 1), coalescedLayout({128}, 0, 1, 1), 4));
  EXPECT_FALSE(matchLanes(coalescedLayout({32}, 0, 1, 1),
                          sliceLayout(coalescedLayout({32, 1024}, 1, 8, 1), 1), 8));
}

} // namespace
} // namespace mla
