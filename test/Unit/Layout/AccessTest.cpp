//===- AccessTest.cpp - vectors, bank conflicts, ldmatrix -----------------===//
// Widths against enumeration; ldmatrix as a simulated instruction.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"
#include <algorithm>

namespace mla {
namespace {

using namespace test;

/// True if all aligned groups of `vector` registers of every thread hold elements of consecutive
/// positions that start at a multiple of `vector`.
template <typename Position>
bool isVector(const TileLayout &layout, int64_t vector, Position position) {
  if (layout.block.inSize(kRegister) % vector != 0)
    return false;
  for (int32_t warp = 0; warp < layout.numWarps(); ++warp)
    for (int32_t lane = 0; lane < 32; ++lane)
      for (int64_t first = 0; first < layout.numRegisters(); first += vector) {
        int64_t start = position(layout.coords(first, lane, warp));
        for (int64_t i = 0; i < vector; ++i)
          if (start % vector != 0 || position(layout.coords(first + i, lane, warp)) != start + i)
            return false;
      }
  return true;
}

std::vector<TileLayout> sampleLayouts(const Shape &shape, int32_t numWarps) {
  std::vector<TileLayout> layouts;
  for (unsigned fastest : {0u, 1u})
    for (int32_t vectorElems : {1, 2, 8, 16})
      layouts.push_back(coalescedLayout(shape, fastest, vectorElems, numWarps));
  layouts.push_back(mmaAccumulatorLayout(shape, chooseWarpGrid(shape, numWarps)));
  for (int32_t elemBytes : {1, 2}) {
    layouts.push_back(
        mmaOperandLayout(MmaOperand::A, shape, {shape[0], 16}, {numWarps, 1}, elemBytes));
    layouts.push_back(
        mmaOperandLayout(MmaOperand::B, shape, {16, shape[1]}, {1, numWarps}, elemBytes));
  }
  // Registers whose lowest bit skips an element; and aligned registers whose lanes are not.
  layouts.push_back({{1, 1},
                     LinearLayout({{"register", {{0, 2}, {0, 1}}},
                                   {"lane", {{1, 0}, {2, 0}, {0, 0}, {0, 0}, {0, 0}}},
                                   {"warp", {}}},
                                  {4, 4})});
  layouts.push_back({{1, 1},
                     LinearLayout({{"register", {{0, 1}, {0, 2}}},
                                   {"lane", {{1, 2}, {2, 0}, {0, 0}, {0, 0}, {0, 0}}},
                                   {"warp", {}}},
                                  {4, 4})});
  return layouts;
}

TEST(VectorTest, ContiguousRegistersIsTheWidestVector) {
  for (const Shape &shape : {Shape{16, 16}, Shape{64, 32}, Shape{48, 96}, Shape{2, 64}})
    for (const TileLayout &layout : sampleLayouts(shape, 2))
      for (unsigned dim : {0u, 1u}) {
        int32_t vector = contiguousRegisters(layout, dim);
        // Consecutive along `dim` means consecutive in memory with `dim` fastest.
        auto position = [&](const Element &element) {
          return element[1 - dim] * layout.shape()[dim] + element[dim];
        };
        EXPECT_TRUE(isVector(layout, vector, position)) << layout.block.str();
        EXPECT_FALSE(isVector(layout, 2 * vector, position)) << layout.block.str();
      }
}

TEST(VectorTest, SharedVectorIsTheWidestVector) {
  for (const Shape &shape : {Shape{16, 16}, Shape{64, 32}, Shape{48, 96}, Shape{2, 64}})
    for (const TileLayout &layout : sampleLayouts(shape, 2))
      for (unsigned fastest : {0u, 1u})
        for (int32_t elemBytes : {2, 4}) {
          TileLayout shared = swizzledSharedLayout(layout.shape(), fastest, elemBytes);
          std::vector<int64_t> offsets = offsetTable(shared);
          auto position = [&](const Element &element) {
            return offsets[size_t(elementIndex(element, layout.shape()))];
          };
          int32_t vector = sharedVector(layout, shared);
          EXPECT_TRUE(isVector(layout, vector, position)) << layout.block.str();
          EXPECT_FALSE(isVector(layout, 2 * vector, position)) << layout.block.str();
        }
}

TEST(VectorTest, SegmentsThatMoveWithinAChunkNarrowTheVector) {
  // A step of two rows is offset 4 plus one column, so that the second segment starts at an odd
  // offset.
  TileLayout shared{{1, 1}, LinearLayout({{"offset", {{0, 1}, {0, 2}, {2, 1}, {1, 0}}}}, {4, 4})};
  LinearLayout rows({{"register", {{0, 1}, {0, 2}}},
                     {"lane", {{1, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}},
                     {"warp", {}}},
                    {2, 4});
  EXPECT_EQ(sharedVector({{2, 1}, rows}, shared), 1);
  EXPECT_EQ(sharedVector({{2, 1}, rows}, swizzledSharedLayout({4, 4}, 1, 4)), 4);
}

//===-- Bank conflicts -------------------------------------------------------===//

/// Rows of plain memory, without a swizzle.
TileLayout rowMajorShared(int32_t rows, int32_t columns) {
  return {{1, 1},
          LinearLayout::identity1D(kOffset, columns, 1, 2) *
              LinearLayout::identity1D(kOffset, rows, 0, 2)};
}

TEST(WavefrontsTest, RowsOfAMatrixConflictUnlessSwizzled) {
  // As ldmatrix reads: lane a takes the 16 bytes of row a mod 8; the other lanes repeat them.
  TileLayout rows{{1, 1},
                  LinearLayout({{"register", {{0, 1}, {0, 2}, {0, 4}}},
                                {"lane", {{1, 0}, {2, 0}, {4, 0}, {0, 0}, {0, 0}}},
                                {"warp", {}}},
                               {8, 64})};
  EXPECT_EQ(sharedWavefronts(rows, rowMajorShared(8, 64), 0, 8, 2), 8);
  EXPECT_EQ(sharedWavefronts(rows, swizzledSharedLayout({8, 64}, 1, 2), 0, 8, 2), 1);
  // 32 different rows of 16 bytes are 512 bytes: four wavefronts at best.
  TileLayout manyRows{{1, 1},
                      LinearLayout({{"register", {{0, 1}, {0, 2}, {0, 4}}},
                                    {"lane", {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}}},
                                    {"warp", {}}},
                                   {32, 64})};
  EXPECT_EQ(sharedWavefronts(manyRows, rowMajorShared(32, 64), 0, 8, 2), 32);
  EXPECT_EQ(sharedWavefronts(manyRows, swizzledSharedLayout({32, 64}, 1, 2), 0, 8, 2), 4);
}

TEST(WavefrontsTest, NarrowRowsAreSwizzledToo) {
  for (int64_t columns : {16, 32, 64, 128}) {
    TileLayout shared = swizzledSharedLayout({32, columns}, 1, 2);
    TileLayout rows{{1, 1},
                    LinearLayout({{"register", {{0, 1}, {0, 2}, {0, 4}}},
                                  {"lane", {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}}},
                                  {"warp", {{0, 8}}}},
                                 {32, int32_t(columns)})};
    for (int32_t warp : {0, 1})
      EXPECT_EQ(sharedWavefronts(rows, shared, 0, 8, 2, warp), 4) << columns;
  }
}

TEST(WavefrontsTest, CountsDistinctWordsPerBank) {
  TileLayout shared = rowMajorShared(32, 32);
  // Lanes along a row of floats: no conflict. Along a column: all in one bank. One element: a
  // broadcast.
  EXPECT_EQ(sharedWavefronts(coalescedLayout({32, 32}, 1, 1, 1), shared, 0, 1, 4), 1);
  EXPECT_EQ(sharedWavefronts(coalescedLayout({32, 32}, 0, 1, 1), shared, 0, 1, 4), 32);
  // Two 16-bit elements share a word: columns of 32 rows of 64 bytes lie in two banks.
  EXPECT_EQ(sharedWavefronts(coalescedLayout({32, 32}, 0, 1, 1), shared, 0, 1, 2), 16);
  EXPECT_EQ(sharedWavefronts(coalescedLayout({32, 32}, 1, 1, 1), shared, 0, 1, 2), 1);
  TileLayout broadcast = shrinkLayout(shrinkLayout(coalescedLayout({32, 32}, 1, 1, 1), 0), 1);
  EXPECT_EQ(sharedWavefronts(broadcast, rowMajorShared(1, 1), 0, 1, 4), 1);
  // 8 and 16 bytes per lane run in two and four phases.
  EXPECT_EQ(sharedWavefronts(coalescedLayout({32, 32}, 1, 2, 1), shared, 0, 2, 4), 2);
  EXPECT_EQ(sharedWavefronts(coalescedLayout({32, 32}, 1, 4, 1), shared, 0, 4, 4), 4);
}

TEST(WavefrontsTest, EveryRegisterAndWarpConflictsAlike) {
  TileLayout shared = swizzledSharedLayout({64, 64}, 1, 2);
  TileLayout acc = mmaAccumulatorLayout({64, 64}, {2, 2});
  int32_t first = sharedWavefronts(acc, shared, 0, 2, 2);
  for (int32_t warp = 0; warp < 4; ++warp)
    for (int32_t reg = 0; reg < acc.numRegisters(); reg += 2)
      EXPECT_EQ(sharedWavefronts(acc, shared, reg, 2, 2, warp), first);
}

//===-- ldmatrix -------------------------------------------------------------===//

/// Executes one ldmatrix per group of registers and compares what arrives with what the layout
/// says.
void expectLoadsFragment(const TileLayout &reg, const TileLayout &shared, const LdMatrix &match) {
  std::vector<int64_t> offsets = offsetTable(shared);
  ASSERT_EQ(match.rowSource.size(), 5u);
  for (int32_t warp = 0; warp < reg.numWarps(); ++warp)
    for (int64_t first = 0; first < reg.numRegisters(); first += 2 * match.count) {
      // Row addresses from the lanes.
      std::vector<int64_t> address(32);
      for (int32_t lane = 0; lane < 32; ++lane) {
        int64_t sourceReg = first;
        int32_t sourceLane = 0;
        for (int32_t bit = 0; bit < 5; ++bit) {
          int32_t source = match.rowSource[size_t(bit)];
          if (lane >> bit & 1 && source >= 0)
            sourceLane ^= 1 << source;
          else if (lane >> bit & 1)
            sourceReg ^= int64_t(1) << ~source;
        }
        Element element = reg.coords(sourceReg, sourceLane, warp);
        address[size_t(lane)] = offsets[size_t(elementIndex(element, reg.shape()))];
        ASSERT_EQ(address[size_t(lane)] % 8, 0);
      }
      for (int32_t lane = 0; lane < 32; ++lane)
        for (int32_t i = 0; i < 2 * match.count; ++i) {
          int32_t major = lane / 4, minor = lane % 4 * 2 + i % 2;
          int32_t row = match.transposed ? minor : major, column = match.transposed ? major : minor;
          int64_t offset = address[size_t(i / 2 * 8 + row)] + column;
          ASSERT_EQ(shared.coordsAt(offset), reg.coords(first + i, lane, warp))
              << "register " << first + i << " lane " << lane << " warp " << warp;
        }
    }
}

TEST(LdMatrixTest, OperandsOfRowMajorTiles) {
  for (int64_t m : {16, 48, 64})
    for (int64_t k : {16, 48, 64, 128})
      for (WarpGrid warps : {WarpGrid{1, 1}, WarpGrid{2, 2}}) {
        Shape acc = {m, m};
        for (unsigned fastest : {0u, 1u}) {
          TileLayout a = mmaOperandLayout(MmaOperand::A, {m, k}, acc, warps, 2);
          TileLayout sharedA = swizzledSharedLayout({m, k}, fastest, 2);
          std::optional<LdMatrix> matchA = matchLdMatrix(a, sharedA, 2);
          ASSERT_TRUE(matchA);
          EXPECT_EQ(matchA->transposed, fastest == 0);
          EXPECT_EQ(matchA->count, 4);
          expectLoadsFragment(a, sharedA, *matchA);

          TileLayout b = mmaOperandLayout(MmaOperand::B, {k, m}, acc, warps, 2);
          TileLayout sharedB = swizzledSharedLayout({k, m}, fastest, 2);
          std::optional<LdMatrix> matchB = matchLdMatrix(b, sharedB, 2);
          ASSERT_TRUE(matchB);
          EXPECT_EQ(matchB->transposed, fastest == 1);
          expectLoadsFragment(b, sharedB, *matchB);
        }
      }
}

TEST(LdMatrixTest, SourcesOfAddresses) {
  TileLayout a = mmaOperandLayout(MmaOperand::A, {16, 64}, {16, 8}, {1, 1}, 2);
  EXPECT_EQ(matchLdMatrix(a, swizzledSharedLayout({16, 64}, 1, 2), 2)->rowSource,
            (std::vector<int32_t>{2, 3, 4, ~1, ~2}));
  EXPECT_EQ(matchLdMatrix(a, swizzledSharedLayout({16, 64}, 0, 2), 2)->rowSource,
            (std::vector<int32_t>{~0, 0, 1, ~1, ~2}));
}

TEST(LdMatrixTest, FewRegistersUseFewMatrices) {
  // B of one atom has two 32-bit registers; an accumulator-shaped half tile one.
  TileLayout b = mmaOperandLayout(MmaOperand::B, {16, 8}, {16, 8}, {1, 1}, 2);
  TileLayout shared = swizzledSharedLayout({16, 8}, 1, 2);
  std::optional<LdMatrix> match = matchLdMatrix(b, shared, 2);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->count, 2);
  expectLoadsFragment(b, shared, *match);

  TileLayout one{{1, 1},
                 LinearLayout({{"register", {{0, 1}}},
                               {"lane", {{0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}}},
                               {"warp", {}}},
                              {8, 8})};
  match = matchLdMatrix(one, swizzledSharedLayout({8, 8}, 1, 2), 2);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->count, 1);
  expectLoadsFragment(one, swizzledSharedLayout({8, 8}, 1, 2), *match);
}

TEST(LdMatrixTest, RefusesWhatIsNotContiguous) {
  TileLayout a = mmaOperandLayout(MmaOperand::A, {16, 64}, {16, 8}, {1, 1}, 2);
  TileLayout shared = swizzledSharedLayout({16, 64}, 1, 2);
  EXPECT_FALSE(matchLdMatrix(a, shared, 4));
  EXPECT_FALSE(matchLdMatrix(coalescedLayout({16, 64}, 1, 8, 1), shared, 2));
  TileLayout bytes = mmaOperandLayout(MmaOperand::A, {16, 64}, {16, 8}, {1, 1}, 1);
  EXPECT_FALSE(matchLdMatrix(bytes, shared, 2));
  // Rows of 8 bytes hold no 16-byte chunk.
  TileLayout narrow = mmaOperandLayout(MmaOperand::A, {16, 4}, {16, 8}, {1, 1}, 2);
  EXPECT_FALSE(matchLdMatrix(narrow, swizzledSharedLayout({16, 4}, 1, 2), 2));
  // Rows of the second segment start at odd offsets.
  TileLayout atom{{2, 1},
                  LinearLayout({{"register", {{0, 1}}},
                                {"lane", {{0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}}},
                                {"warp", {}}},
                               {8, 8})};
  TileLayout skewed{
      {1, 1},
      LinearLayout({{"offset", {{0, 1}, {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}, {8, 1}}}},
                   {16, 8})};
  EXPECT_FALSE(matchLdMatrix(atom, skewed, 2));
  EXPECT_TRUE(matchLdMatrix(atom, swizzledSharedLayout({16, 8}, 1, 2), 2));
  // A row that runs on in the next segment.
  TileLayout split{{1, 2},
                   LinearLayout({{"register", {{0, 1}}},
                                 {"lane", {{0, 2}, {0, 0}, {1, 0}, {2, 0}, {4, 0}}},
                                 {"warp", {}}},
                                {8, 4})};
  EXPECT_FALSE(matchLdMatrix(split, swizzledSharedLayout({8, 8}, 1, 2), 2));
}

} // namespace
} // namespace mla
