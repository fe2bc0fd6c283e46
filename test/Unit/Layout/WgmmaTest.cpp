//===- WgmmaTest.cpp - warpgroup products and bulk copies -----------------===//
// The expected fragments and addresses are written out from the PTX ISA here, not taken from the
// code under test.

#include "mla/Layout/Wgmma.h"
#include "mla/Layout/Tma.h"
#include <gtest/gtest.h>
#include <map>

namespace mla {

static constexpr int32_t kHalf = 2;

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

TEST(WgmmaAccumulator, IsTheFragmentOfM64nNk16) {
  // D fragment: warp w of the warpgroup has rows 16 w …; register 4 j + 2 i + c of lane l is row
  // l / 4 + 8 i, column 8 j + 2 (l mod 4) + c.
  TileLayout layout = wgmmaAccumulatorLayout({128, 64}, {8, 1});
  ASSERT_EQ(layout.numRegisters(), 32);
  for (int64_t reg = 0; reg < 32; ++reg)
    for (int32_t lane = 0; lane < 32; ++lane)
      for (int32_t warp = 0; warp < 8; ++warp) {
        int64_t row = 64 * (warp / 4) + 16 * (warp % 4) + lane / 4 + 8 * (reg / 2 % 2);
        int64_t column = 8 * (reg / 4) + 2 * (lane % 4) + reg % 2;
        EXPECT_EQ(layout.coords(reg, lane, warp), (std::vector<int64_t>{row, column}));
      }
}

TEST(WgmmaAccumulator, FurtherRowsFollowInRegisters) {
  TileLayout layout = wgmmaAccumulatorLayout({128, 16}, {4, 1});
  ASSERT_EQ(layout.numRegisters(), 16);
  EXPECT_EQ(layout.coords(8, 0, 3), (std::vector<int64_t>{64 + 48, 0}));
  EXPECT_EQ(layout.coords(7, 31, 0), (std::vector<int64_t>{15, 15}));
  layout = wgmmaAccumulatorLayout({192, 48}, {4, 1});
  EXPECT_EQ(layout.coords(3 * 8, 0, 1), (std::vector<int64_t>{64 + 16, 0}));
}

TEST(WgmmaAccumulator, IsTheMmaLayoutWhereEveryWarpHasSixteenRows) {
  for (int32_t warps : {4, 8, 16})
    for (int64_t columns : {8, 16, 24 * 2, 64, 192, 256}) {
      std::vector<int64_t> shape = {16 * warps, columns};
      EXPECT_EQ(wgmmaAccumulatorLayout(shape, {warps, 1}), mmaAccumulatorLayout(shape, {warps, 1}));
      std::vector<int64_t> operand = {16 * warps, 64};
      EXPECT_EQ(wgmmaOperandLayout(operand, {warps, 1}),
                mmaOperandLayout(MmaOperand::A, operand, shape, {warps, 1}, kHalf));
    }
  EXPECT_EQ(wgmmaAccumulatorLayout({192, 64}, {4, 1}), mmaAccumulatorLayout({192, 64}, {4, 1}));
  EXPECT_NE(wgmmaAccumulatorLayout({128, 64}, {4, 1}), mmaAccumulatorLayout({128, 64}, {4, 1}));
}

TEST(WgmmaAccumulator, WarpgroupsAlongNHaveAdjacentColumnsOfEverySegment) {
  TileLayout layout = wgmmaAccumulatorLayout({64, 512}, {4, 2});
  ASSERT_EQ(layout.numRegisters(), 128);
  EXPECT_EQ(layout.coords(0, 0, 4), (std::vector<int64_t>{0, 256}));
  EXPECT_EQ(layout.coords(127, 31, 7), (std::vector<int64_t>{63, 511}));
  EXPECT_EQ(layout.coords(127, 31, 3), (std::vector<int64_t>{63, 255}));
  layout = wgmmaAccumulatorLayout({128, 192}, {8, 2});
  EXPECT_EQ(layout.coords(0, 0, 4), (std::vector<int64_t>{64, 0}));
  EXPECT_EQ(layout.coords(0, 0, 8), (std::vector<int64_t>{0, 32}));
  EXPECT_EQ(layout.coords(16, 0, 8), (std::vector<int64_t>{0, 64 + 32}));
}

TEST(WgmmaOperand, WarpgroupsAlongNHoldTheSameElements) {
  TileLayout layout = wgmmaOperandLayout({64, 64}, {4, 2});
  for (int32_t warp = 0; warp < 4; ++warp)
    EXPECT_EQ(layout.coords(21, 13, warp), layout.coords(21, 13, warp + 4));
}

TEST(WgmmaGrid, PutsWarpgroupsAlongMFirst) {
  auto grid = [](std::vector<int64_t> shape, int32_t warps) {
    std::optional<WarpGrid> chosen = chooseWgmmaGrid(shape, warps);
    return chosen ? std::pair(chosen->m, chosen->n) : std::pair(0, 0);
  };
  using Grid = std::pair<int32_t, int32_t>;
  EXPECT_EQ(grid({64, 64}, 4), Grid(4, 1));
  EXPECT_EQ(grid({192, 64}, 4), Grid(4, 1));
  EXPECT_EQ(grid({256, 64}, 8), Grid(8, 1));
  EXPECT_EQ(grid({64, 64}, 8), Grid(4, 2));
  EXPECT_EQ(grid({192, 64}, 8), Grid(4, 2));
  EXPECT_EQ(grid({64, 8}, 8), Grid(0, 0));
  EXPECT_EQ(grid({32, 64}, 4), Grid(0, 0));
  EXPECT_EQ(grid({64, 64}, 2), Grid(0, 0));
  EXPECT_EQ(grid({100, 64}, 4), Grid(0, 0));
}

//===----------------------------------------------------------------------===//
// Matrix descriptors
//===----------------------------------------------------------------------===//

/// An independent reading of the PTX ISA: the byte at which wgmma finds an element.
static int64_t hardwareByte(const WgmmaOperand &operand, const WgmmaOperand::Piece &piece,
                            size_t step, int64_t outer, int64_t k) {
  int64_t width = operand.swizzleBytes;
  int64_t byte = piece.startBytes[step];
  if (!operand.transposed) // 8 rows of `width` bytes, then the next 8
    byte += outer / 8 * piece.strideBytes + outer % 8 * width + k * kHalf;
  else if (width) // 8 rows of k, each with width / 2 elements of the other dimension
    byte += outer / (width / kHalf) * piece.leadingBytes + outer % (width / kHalf) * kHalf +
            k / 8 * piece.strideBytes + k % 8 * width;
  else // core matrices of 8 × 8
    byte +=
        outer / 8 * piece.strideBytes + outer % 8 * kHalf + k / 8 * piece.leadingBytes + k % 8 * 16;
  // Address bits 4-6 are XORed with bits 7-9 (128 B), 4-5 with 7-8 (64 B), 4 with 7 (32 B).
  int64_t bits = width == 128 ? 7 : width == 64 ? 3 : width == 32 ? 1 : 0;
  return byte ^ ((byte >> 7 & bits) << 4);
}

static std::map<std::vector<int64_t>, int64_t> layoutBytes(const TileLayout &shared) {
  std::map<std::vector<int64_t>, int64_t> bytes;
  int64_t total = shared.numSegments() * (int64_t(1) << shared.block.inBits(kOffset));
  for (int64_t offset = 0; offset < total; ++offset)
    bytes[shared.coordsAt(offset)] = offset * kHalf;
  return bytes;
}

struct OperandCase {
  std::vector<int64_t> shape;
  unsigned kDim, fastest;
  int64_t maxExtent;
  int32_t swizzle;
  std::vector<int64_t> pieces;
};

static const OperandCase kOperands[] = {
    // A, K contiguous
    {{64, 64}, 1, 1, 64, 128, {64}},
    {{128, 128}, 1, 1, 64, 128, {64, 64}},
    {{64, 32}, 1, 1, 64, 64, {64}},
    {{64, 16}, 1, 1, 64, 32, {64}},
    {{192, 192}, 1, 1, 64, 128, {64, 64, 64}},
    {{64, 48}, 1, 1, 64, 32, {64}},
    // A, M contiguous
    {{64, 64}, 1, 0, 64, 128, {64}},
    {{192, 32}, 1, 0, 64, 128, {64, 64, 64}},
    // B, K contiguous
    {{64, 256}, 0, 0, 256, 128, {256}},
    {{64, 8}, 0, 0, 256, 128, {8}},
    {{64, 48}, 0, 0, 256, 128, {48}},
    {{128, 48}, 0, 0, 256, 128, {16, 16, 16}},
    {{32, 192}, 0, 0, 256, 64, {192}},
    // B, N contiguous
    {{64, 128}, 0, 1, 256, 128, {128}},
    {{64, 192}, 0, 1, 256, 128, {192}},
    {{16, 320}, 0, 1, 256, 128, {256, 64}},
    {{32, 512}, 0, 1, 256, 128, {256, 256}},
    {{64, 96}, 0, 1, 256, 64, {96}},
    {{48, 48}, 0, 1, 256, 32, {48}},
    {{16, 80}, 0, 1, 256, 32, {80}},
    {{16, 8}, 0, 1, 256, 0, {8}},
    {{64, 8}, 0, 1, 256, 0, {8}},
};

TEST(MatchWgmma, FindsEveryElementWhereTheHardwareLooks) {
  for (const OperandCase &test : kOperands) {
    TileLayout shared = swizzledSharedLayout(test.shape, test.fastest, kHalf);
    std::optional<WgmmaOperand> operand = matchWgmma(shared, test.kDim, kHalf, test.maxExtent);
    SCOPED_TRACE(testing::Message() << test.shape[0] << " x " << test.shape[1]
                                    << ", K = " << test.kDim << ", fastest = " << test.fastest);
    ASSERT_TRUE(operand);
    EXPECT_EQ(operand->transposed, test.kDim != test.fastest);
    EXPECT_EQ(operand->swizzleBytes, test.swizzle);
    std::map<std::vector<int64_t>, int64_t> bytes = layoutBytes(shared);
    std::vector<int64_t> extents;
    int64_t first = 0;
    for (const WgmmaOperand::Piece &piece : operand->pieces) {
      extents.push_back(piece.extent);
      EXPECT_EQ(piece.first, first);
      first += piece.extent;
      ASSERT_EQ(piece.startBytes.size(), size_t(test.shape[test.kDim] / 16));
      for (size_t step = 0; step < piece.startBytes.size(); ++step)
        for (int64_t outer = 0; outer < piece.extent; outer += 5)
          for (int64_t k = 0; k < 16; k += 3) {
            std::vector<int64_t> coords = {piece.first + outer, int64_t(step) * 16 + k};
            if (test.kDim == 0)
              std::swap(coords[0], coords[1]);
            ASSERT_EQ(hardwareByte(*operand, piece, step, outer, k), bytes.at(coords));
          }
    }
    EXPECT_EQ(extents, test.pieces);
  }
}

TEST(MatchWgmma, RefusesWhatDescriptorsCannotSay) {
  // Rows without a swizzle, K not a multiple of 16, one row too few for a swizzle's period, 32-bit
  // elements.
  TileLayout plain = {{1, 1},
                      LinearLayout({{std::string(kOffset),
                                     {{0, 1},
                                      {0, 2},
                                      {0, 4},
                                      {0, 8},
                                      {0, 16},
                                      {0, 32},
                                      {1, 0},
                                      {2, 0},
                                      {4, 0},
                                      {8, 0},
                                      {16, 0},
                                      {32, 0}}}},
                                   {64, 64})};
  EXPECT_FALSE(matchWgmma(plain, 1, kHalf, 64));
  EXPECT_FALSE(matchWgmma(swizzledSharedLayout({64, 8}, 1, kHalf), 1, kHalf, 64));
  EXPECT_FALSE(matchWgmma(swizzledSharedLayout({64, 4}, 0, kHalf), 0, kHalf, 256));
  EXPECT_FALSE(matchWgmma(swizzledSharedLayout({32, 64}, 1, kHalf), 1, kHalf, 64));
  EXPECT_FALSE(matchWgmma(swizzledSharedLayout({64, 64}, 1, 4), 1, 4, 64));
}

TEST(MatchWgmma, DescriptorFieldsCountSixteenBytes) {
  std::optional<WgmmaOperand> operand =
      matchWgmma(swizzledSharedLayout({64, 128}, 1, kHalf), 0, kHalf, 256);
  ASSERT_TRUE(operand && operand->pieces.size() == 1);
  // Two column blocks of 64 rows of 128 bytes; 8 rows are 1024 bytes; 128-byte swizzle is mode 1.
  EXPECT_EQ(wgmmaDescriptorBits(*operand, operand->pieces[0]),
            uint64_t(8192 / 16) << 16 | uint64_t(1024 / 16) << 32 | uint64_t(1) << 62);
  EXPECT_EQ(operand->pieces[0].startBytes, (std::vector<int64_t>{0, 2048, 4096, 6144}));
}

//===----------------------------------------------------------------------===//
// Bulk copies
//===----------------------------------------------------------------------===//

struct TmaCase {
  std::vector<int64_t> shape;
  unsigned fastest;
  int32_t elemBytes, swizzle;
  std::vector<unsigned> dims;
  std::vector<int32_t> box;
  size_t copies;
};

static const TmaCase kTmaTiles[] = {
    {{128, 64}, 1, 2, 128, {1, 0}, {64, 128}, 1},
    {{64, 256}, 1, 2, 128, {1, 0}, {64, 64}, 4},
    {{64, 128}, 0, 2, 128, {0, 1}, {64, 128}, 1},
    {{64, 576}, 1, 2, 128, {1, 0}, {64, 64}, 9},
    {{192, 48}, 1, 2, 32, {1, 0}, {16, 64}, 9},
    {{512, 32}, 1, 2, 64, {1, 0}, {32, 256}, 2},
    {{64, 8}, 1, 2, 0, {1, 0}, {8, 64}, 1},
    {{64, 32}, 1, 4, 128, {1, 0}, {32, 64}, 1},
    {{2, 64, 64}, 2, 2, 128, {2, 1, 0}, {64, 64, 2}, 1},
    {{2, 512, 64}, 2, 2, 128, {2, 1, 0}, {64, 256, 1}, 4},
    {{1024}, 0, 4, 0, {0}, {256}, 4},
    {{64}, 0, 4, 0, {0}, {64}, 1},
};

TEST(MatchTma, BoxesFillTheTile) {
  for (const TmaCase &test : kTmaTiles) {
    TileLayout shared = swizzledSharedLayout(test.shape, test.fastest, test.elemBytes);
    std::optional<TmaTile> tile = matchTma(shared, test.elemBytes);
    SCOPED_TRACE(testing::Message() << test.shape[0] << " x …, fastest = " << test.fastest);
    ASSERT_TRUE(tile);
    EXPECT_EQ(tile->swizzleBytes, test.swizzle);
    EXPECT_EQ(tile->dims, test.dims);
    EXPECT_EQ(tile->box, test.box);
    EXPECT_EQ(tile->copies.size(), test.copies);
    int64_t boxElems = 1, elems = 1;
    for (int32_t extent : tile->box)
      boxElems *= extent;
    for (int64_t extent : test.shape)
      elems *= extent;
    EXPECT_EQ(boxElems * int64_t(tile->copies.size()), elems);
    // The box's elements in the order of the tensor map, swizzled by their address.
    int64_t bits = test.swizzle == 128 ? 7 : test.swizzle == 64 ? 3 : test.swizzle == 32 ? 1 : 0;
    for (const TmaTile::Copy &copy : tile->copies)
      for (int64_t element = 0; element < boxElems; ++element) {
        std::vector<int64_t> coords = copy.coords;
        int64_t rest = element;
        for (size_t i = 0; i < tile->dims.size(); ++i) {
          coords[tile->dims[i]] += rest % tile->box[i];
          rest /= tile->box[i];
        }
        int64_t byte = copy.offsetBytes + element * test.elemBytes;
        byte ^= (byte >> 7 & bits) << 4;
        ASSERT_EQ(shared.coordsAt(byte / test.elemBytes), coords);
      }
  }
}

TEST(MatchTma, RefusesWhatBoxesCannotFill) {
  // Rows of 8 bytes; a tile smaller than a swizzle's period; a swizzle that TMA has not.
  EXPECT_FALSE(matchTma(swizzledSharedLayout({64, 4}, 1, kHalf), kHalf));
  EXPECT_FALSE(matchTma(swizzledSharedLayout({4, 64}, 1, kHalf), kHalf));
  TileLayout foreign = {
      {1, 1},
      LinearLayout(
          {{std::string(kOffset),
            {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {0, 32}, {1, 16}, {2, 0}, {4, 0}, {8, 0}}}},
          {16, 64})};
  EXPECT_FALSE(matchTma(foreign, kHalf));
}

} // namespace mla
