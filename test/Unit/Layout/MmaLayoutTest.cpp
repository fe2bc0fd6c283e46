//===- MmaLayoutTest.cpp - fragments of mma.sync --------------------------===//
// Fragments against the formulas of the PTX ISA, written out with groupID and threadID_in_group,
// and a product that is computed only from what each warp holds.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"
#include <algorithm>
#include <set>

namespace mla {
namespace {

using namespace test;

/// A position in a matrix.
struct At {
  int64_t row, column;
};

/// PTX ISA "Matrix Fragments for mma.m16n8k16" and its siblings: element i of the fragments of
/// `lane`.
At accumulatorAt(int64_t i, int32_t lane) {
  int64_t group = lane >> 2, thread = lane % 4;
  return {i < 2 ? group : group + 8, thread * 2 + (i & 1)};
}
At operandAAt(int64_t i, int32_t lane, int32_t elemBytes) {
  int64_t group = lane >> 2, thread = lane % 4;
  if (elemBytes == 4) // m16n8k8 .tf32
    return {i == 0 || i == 2 ? group : group + 8, i < 2 ? thread : thread + 4};
  if (elemBytes == 2) // m16n8k16 .f16/.bf16
    return {(i < 2 || (4 <= i && i < 6)) ? group : group + 8,
            thread * 2 + (i & 1) + (i >= 4 ? 8 : 0)};
  // m16n8k32 .e4m3/.e5m2/.s8
  return {(i < 4 || (8 <= i && i < 12)) ? group : group + 8,
          thread * 4 + (i & 3) + (i >= 8 ? 16 : 0)};
}
At operandBAt(int64_t i, int32_t lane, int32_t elemBytes) {
  int64_t group = lane >> 2, thread = lane % 4;
  if (elemBytes == 4)
    return {i == 0 ? thread : thread + 4, group};
  if (elemBytes == 2)
    return {thread * 2 + (i & 1) + (i >= 2 ? 8 : 0), group};
  return {thread * 4 + (i & 3) + (i >= 4 ? 16 : 0), group};
}

TEST(MmaLayoutTest, AccumulatorAtom) {
  TileLayout layout = mmaAccumulatorLayout({16, 8}, {1, 1});
  ASSERT_EQ(layout.numRegisters(), 4);
  for (int32_t lane = 0; lane < 32; ++lane)
    for (int64_t i = 0; i < 4; ++i) {
      At at = accumulatorAt(i, lane);
      EXPECT_EQ(layout.coords(i, lane, 0), (Element{at.row, at.column}));
    }
}

TEST(MmaLayoutTest, OperandAtoms) {
  for (int32_t elemBytes : {1, 2, 4}) {
    int64_t k = 32 / elemBytes;
    TileLayout a = mmaOperandLayout(MmaOperand::A, {16, k}, {16, 8}, {1, 1}, elemBytes);
    TileLayout b = mmaOperandLayout(MmaOperand::B, {k, 8}, {16, 8}, {1, 1}, elemBytes);
    ASSERT_EQ(a.numRegisters(), 16 / elemBytes);
    ASSERT_EQ(b.numRegisters(), 8 / elemBytes);
    for (int32_t lane = 0; lane < 32; ++lane) {
      for (int64_t i = 0; i < a.numRegisters(); ++i) {
        At at = operandAAt(i, lane, elemBytes);
        EXPECT_EQ(a.coords(i, lane, 0), (Element{at.row, at.column})) << elemBytes;
      }
      for (int64_t i = 0; i < b.numRegisters(); ++i) {
        At at = operandBAt(i, lane, elemBytes);
        EXPECT_EQ(b.coords(i, lane, 0), (Element{at.row, at.column})) << elemBytes;
      }
    }
  }
}

TEST(MmaLayoutTest, WarpsOwnContiguousTilesColumnsFirst) {
  TileLayout layout = mmaAccumulatorLayout({64, 64}, {2, 4});
  forEachHolder(layout, [](int64_t, int32_t, int32_t warp, const Element &element) {
    EXPECT_EQ(element[0] / 32, warp / 4);
    EXPECT_EQ(element[1] / 16, warp % 4);
  });
  for (int64_t count : holderCounts(layout))
    EXPECT_EQ(count, 1);
}

TEST(MmaLayoutTest, EveryElementIsComputedEquallyOften) {
  for (int64_t m : {1, 2, 8, 16, 48, 64, 112})
    for (int64_t n : {1, 4, 8, 16, 96, 128})
      for (int32_t numWarps : {1, 2, 4, 8, 16}) {
        TileLayout layout = mmaAccumulatorLayout({m, n}, chooseWarpGrid({m, n}, numWarps));
        EXPECT_EQ(layout.shape(), (Shape{m, n}));
        EXPECT_EQ(layout.numWarps(), numWarps);
        EXPECT_EQ(layout.block.inBits(kLane), 5u);
        EXPECT_EQ(layout.block.inSize(kRegister) % 4, 0);
        std::vector<int64_t> counts = holderCounts(layout);
        EXPECT_EQ(std::set<int64_t>(counts.begin(), counts.end()).size(), 1u);
        // The atom covers 128 elements per warp; fewer than that per block are repeated.
        int64_t segments = layout.numSegments();
        if (m >= 16 && n >= 8 && m * n / segments >= 128 * numWarps) {
          EXPECT_EQ(counts[0], 1) << m << "x" << n << " on " << numWarps;
        }
      }
}

//===-- A product from fragments ---------------------------------------------===//

/// Runs mma.sync as the hardware does: each warp multiplies the fragments that its own lanes hold,
/// and the atom adds over its k positions; replicas of k are zero. Returns false and reports at the
/// first wrong element.
void expectProduct(int64_t m, int64_t n, int64_t k, WarpGrid warps, int32_t elemBytes) {
  SCOPED_TRACE(testing::Message() << m << "x" << n << "x" << k << " warps " << warps.m << "x"
                                  << warps.n << " bytes " << elemBytes);
  TileLayout acc = mmaAccumulatorLayout({m, n}, warps);
  TileLayout a = mmaOperandLayout(MmaOperand::A, {m, k}, {m, n}, warps, elemBytes);
  TileLayout b = mmaOperandLayout(MmaOperand::B, {k, n}, {m, n}, warps, elemBytes);
  ASSERT_EQ(a.numWarps(), acc.numWarps());
  ASSERT_EQ(b.numWarps(), acc.numWarps());
  auto valueA = [](int64_t row, int64_t col) { return (row * 7 + col * 3) % 11 - 5; };
  auto valueB = [](int64_t row, int64_t col) { return (row * 5 + col * 13) % 17 - 8; };

  // Atoms by their place in the register index: the fragment bits, k, then rows or columns;
  // segments outermost.
  int64_t fragA = 16 / elemBytes, fragB = 8 / elemBytes, atomK = 32 / elemBytes;
  int64_t kBlock = a.block.outSizes()[1], kAtoms = std::max<int64_t>(1, kBlock / atomK);
  int64_t kSegments = a.segments[1];
  int64_t mBlockAtoms = a.block.inSize(kRegister) / (fragA * kAtoms);
  int64_t nBlockAtoms = b.block.inSize(kRegister) / (fragB * kAtoms);
  ASSERT_EQ(acc.block.inSize(kRegister), 4 * mBlockAtoms * nBlockAtoms);

  for (int32_t warp = 0; warp < acc.numWarps(); ++warp)
    for (int64_t atom = 0; atom < acc.numRegisters() / 4; ++atom) {
      int64_t segment = atom / (mBlockAtoms * nBlockAtoms),
              inBlock = atom % (mBlockAtoms * nBlockAtoms);
      int64_t mSegment = segment / acc.segments[1], nSegment = segment % acc.segments[1];
      int64_t nAtom = inBlock % nBlockAtoms, mAtom = inBlock / nBlockAtoms;
      int64_t sums[16][8] = {};
      for (int64_t kSegment = 0; kSegment < kSegments; ++kSegment)
        for (int64_t kAtom = 0; kAtom < kAtoms; ++kAtom) {
          int64_t matrixA[16][32] = {}, matrixB[32][8] = {};
          int64_t firstA = (mSegment * kSegments + kSegment) * a.block.inSize(kRegister) +
                           (mAtom * kAtoms + kAtom) * fragA;
          int64_t firstB = (kSegment * b.segments[1] + nSegment) * b.block.inSize(kRegister) +
                           (nAtom * kAtoms + kAtom) * fragB;
          for (int32_t lane = 0; lane < 32; ++lane) {
            for (int64_t i = 0; i < fragA; ++i) {
              At at = operandAAt(i, lane, elemBytes);
              Element element = a.coords(firstA + i, lane, warp);
              bool replica = isReplicaOfK(MmaOperand::A, k, elemBytes, firstA + i, lane);
              matrixA[at.row][at.column] = replica ? 0 : valueA(element[0], element[1]);
            }
            for (int64_t i = 0; i < fragB; ++i) {
              At at = operandBAt(i, lane, elemBytes);
              Element element = b.coords(firstB + i, lane, warp);
              bool replica = isReplicaOfK(MmaOperand::B, k, elemBytes, firstB + i, lane);
              matrixB[at.row][at.column] = replica ? 0 : valueB(element[0], element[1]);
            }
          }
          for (int64_t row = 0; row < 16; ++row)
            for (int64_t column = 0; column < 8; ++column)
              for (int64_t i = 0; i < atomK; ++i)
                sums[row][column] += matrixA[row][i] * matrixB[i][column];
        }
      for (int32_t lane = 0; lane < 32; ++lane)
        for (int64_t i = 0; i < 4; ++i) {
          Element element = acc.coords(4 * atom + i, lane, warp);
          int64_t expected = 0;
          for (int64_t step = 0; step < k; ++step)
            expected += valueA(element[0], step) * valueB(step, element[1]);
          At at = accumulatorAt(i, lane);
          ASSERT_EQ(sums[at.row][at.column], expected)
              << "register " << 4 * atom + i << " lane " << lane << " warp " << warp;
        }
    }
}

TEST(MmaLayoutTest, ProductOfFragmentsIsTheProduct) {
  for (int32_t elemBytes : {1, 2, 4})
    for (int32_t numWarps : {1, 4, 8})
      for (int64_t m : {16, 48, 64})
        for (int64_t n : {8, 32, 48})
          for (int64_t k : {16, 48, 64})
            expectProduct(m, n, k, chooseWarpGrid({m, n}, numWarps), elemBytes);
}

TEST(MmaLayoutTest, ProductOfTilesBelowTheAtom) {
  for (int32_t elemBytes : {1, 2, 4})
    for (int64_t m : {1, 4, 8, 16})
      for (int64_t n : {1, 2, 8})
        for (int64_t k : {1, 2, 4, 8, 16})
          for (int32_t numWarps : {1, 4})
            expectProduct(m, n, k, chooseWarpGrid({m, n}, numWarps), elemBytes);
}

TEST(MmaLayoutTest, ProductWithSurplusWarps) {
  for (WarpGrid warps : {WarpGrid{8, 1}, WarpGrid{1, 8}, WarpGrid{4, 4}})
    expectProduct(32, 16, 32, warps, 2);
}

TEST(MmaLayoutTest, OnlyMissingKIsAReplica) {
  for (int64_t reg = 0; reg < 64; ++reg)
    for (int32_t lane = 0; lane < 32; ++lane)
      for (MmaOperand operand : {MmaOperand::A, MmaOperand::B}) {
        EXPECT_FALSE(isReplicaOfK(operand, 16, 2, reg, lane));
        EXPECT_FALSE(isReplicaOfK(operand, 48, 2, reg, lane));
        EXPECT_FALSE(isReplicaOfK(operand, 576, 1, reg, lane));
      }
  // K = 8 fills the lower half of the 16 positions, K = 48 as 3 × 16 half of every 32.
  EXPECT_FALSE(isReplicaOfK(MmaOperand::A, 8, 2, 3, 31));
  EXPECT_TRUE(isReplicaOfK(MmaOperand::A, 8, 2, 4, 0));
  EXPECT_TRUE(isReplicaOfK(MmaOperand::B, 8, 2, 2, 0));
  EXPECT_TRUE(isReplicaOfK(MmaOperand::B, 48, 1, 4, 0));
}

//===-- Warp grids -----------------------------------------------------------===//

TEST(ChooseWarpGridTest, SquareWarpTiles) {
  auto grid = [](int64_t m, int64_t n, int32_t numWarps) {
    WarpGrid result = chooseWarpGrid({m, n}, numWarps);
    return std::make_pair(result.m, result.n);
  };
  EXPECT_EQ(grid(128, 128, 4), std::make_pair(2, 2));
  EXPECT_EQ(grid(128, 128, 8), std::make_pair(4, 2));
  EXPECT_EQ(grid(64, 256, 4), std::make_pair(1, 4));
  EXPECT_EQ(grid(256, 64, 4), std::make_pair(4, 1));
  EXPECT_EQ(grid(16, 128, 4), std::make_pair(1, 4));
  EXPECT_EQ(grid(64, 8, 4), std::make_pair(4, 1));
  EXPECT_EQ(grid(16, 8, 4).first * grid(16, 8, 4).second, 4);
}

TEST(ChooseWarpGridTest, SegmentsLimitAGrid) {
  // 48 rows are three blocks of 16: only one warp fits along M.
  WarpGrid grid = chooseWarpGrid({48, 64}, 4);
  EXPECT_EQ(grid.m, 1);
  EXPECT_EQ(grid.n, 4);
}

TEST(ChooseWarpGridTest, ChainsKeepRowsWhereThatSavesTraffic) {
  auto grid = [](std::vector<int64_t> shape, int32_t numWarps, ProductSetting setting) {
    WarpGrid result = chooseWarpGrid(shape, numWarps, setting);
    return std::make_pair(result.m, result.n);
  };
  // Attention over rows of 128 elements: all of V for each warp against half of it and an exchange.
  EXPECT_EQ(grid({128, 128}, 4, {64, WarpGrid{4, 1}, false}), std::make_pair(4, 1));
  EXPECT_EQ(grid({128, 128}, 4, {128, std::nullopt, true}), std::make_pair(4, 1));
  // Rows that no single warp owns change hands anyhow.
  EXPECT_EQ(grid({128, 128}, 4, {64, WarpGrid{2, 2}, false}), std::make_pair(2, 2));
  // Decoding: wide values, few rows.
  EXPECT_EQ(grid({64, 512}, 8, {32, WarpGrid{4, 2}, false}), std::make_pair(1, 8));
  // Replication weighs more than traffic.
  EXPECT_EQ(grid({16, 128}, 4, {16, WarpGrid{1, 4}, true}), std::make_pair(1, 4));
}

TEST(ChooseWarpGridTest, ReplicatesOnlyIfEveryGridDoes) {
  for (int64_t m : {1, 16, 32, 48, 96, 128})
    for (int64_t n : {1, 8, 16, 48, 64, 576})
      for (int32_t numWarps : {1, 2, 4, 8, 16, 32}) {
        auto registers = [&](WarpGrid grid) {
          return mmaAccumulatorLayout({m, n}, grid).numRegisters();
        };
        int64_t fewest = registers({1, numWarps});
        for (int32_t warpsM = 1; warpsM <= numWarps; warpsM *= 2)
          fewest = std::min(fewest, registers({warpsM, numWarps / warpsM}));
        WarpGrid grid = chooseWarpGrid({m, n}, numWarps);
        EXPECT_EQ(grid.m * grid.n, numWarps);
        EXPECT_EQ(registers(grid), fewest) << m << "x" << n << " on " << numWarps;
      }
}

} // namespace
} // namespace mla
