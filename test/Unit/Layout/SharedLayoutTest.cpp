//===- SharedLayoutTest.cpp - swizzled shared-memory layouts --------------===//
// Byte addresses against the swizzle patterns of the PTX ISA, written as arithmetic on coordinates.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"
#include <algorithm>

namespace mla {
namespace {

using namespace test;

/// Byte address of row r, column c (in elements) of a block of `rows` × `columns`.
int64_t swizzledByte(int64_t r, int64_t c, int64_t rows, int64_t columns, int64_t elemBytes) {
  int64_t rowBytes = std::min<int64_t>(columns * elemBytes, 128);
  int64_t byte = c * elemBytes;
  int64_t columnBlock = byte / rowBytes, inRow = byte % rowBytes, chunk = inRow / 16;
  if (rowBytes == 128)
    chunk ^= r % 8;
  else if (rowBytes == 64)
    chunk ^= r / 2 % 4;
  else if (rowBytes == 32)
    chunk ^= r / 4 % 2;
  return columnBlock * rows * rowBytes + r * rowBytes +
         (rowBytes >= 16 ? chunk * 16 + inRow % 16 : inRow);
}

TEST(SwizzledSharedLayoutTest, MatchesThePatternOfEveryRowWidth) {
  for (int32_t elemBytes : {1, 2, 4, 8})
    for (int64_t rows : {1, 2, 4, 16, 32, 48})
      for (int64_t columns : {1, 4, 8, 16, 32, 64, 96, 256, 576}) {
        TileLayout shared = swizzledSharedLayout({rows, columns}, 1, elemBytes);
        SegmentedExtent row = *segmentExtent(rows), column = *segmentExtent(columns);
        std::vector<int64_t> offsets = offsetTable(shared);
        for (int64_t r = 0; r < rows; ++r)
          for (int64_t c = 0; c < columns; ++c) {
            int64_t segment = r / row.block * column.segments + c / column.block;
            int64_t byte =
                segment * row.block * column.block * elemBytes +
                swizzledByte(r % row.block, c % column.block, row.block, column.block, elemBytes);
            ASSERT_EQ(offsets[size_t(r * columns + c)] * elemBytes, byte)
                << rows << "x" << columns << "x" << elemBytes << " at " << r << ", " << c;
          }
      }
}

TEST(SwizzledSharedLayoutTest, HardwarePatternIsAnXorOfAddressBits) {
  // PTX: the 128-byte swizzle XORs address bits 4-6 with bits 7-9, the 64-byte one bits 4-5 with
  // 7-8, the 32-byte one bit 4 with bit 7.
  struct Case {
    int64_t columns, mask;
  };
  for (Case c : {Case{64, 7}, Case{32, 3}, Case{16, 1}}) {
    TileLayout shared = swizzledSharedLayout({64, c.columns}, 1, 2);
    for (int64_t offset = 0; offset < 64 * c.columns; ++offset) {
      int64_t byte = offset * 2, plain = byte ^ ((byte >> 7 & c.mask) << 4);
      EXPECT_EQ(shared.coordsAt(offset),
                (Element{plain / (2 * c.columns), plain % (2 * c.columns) / 2}));
    }
  }
}

TEST(SwizzledSharedLayoutTest, OtherContiguousDimension) {
  TileLayout across = swizzledSharedLayout({64, 32}, 0, 2);
  TileLayout along = swizzledSharedLayout({32, 64}, 1, 2);
  for (int64_t offset = 0; offset < 64 * 32; ++offset) {
    Element element = along.coordsAt(offset);
    EXPECT_EQ(across.coordsAt(offset), (Element{element[1], element[0]}));
  }
}

TEST(SwizzledSharedLayoutTest, HigherRanksStackRows) {
  TileLayout stacked = swizzledSharedLayout({2, 4, 64}, 2, 2);
  TileLayout flat = swizzledSharedLayout({8, 64}, 1, 2);
  for (int64_t offset = 0; offset < 8 * 64; ++offset) {
    Element element = flat.coordsAt(offset);
    EXPECT_EQ(stacked.coordsAt(offset), (Element{element[0] / 4, element[0] % 4, element[1]}));
  }
}

TEST(SwizzledSharedLayoutTest, VectorsAndScalarsArePlain) {
  for (int64_t extent : {1, 32, 48, 2048}) {
    TileLayout shared = swizzledSharedLayout({extent}, 0, 2);
    for (int64_t offset = 0; offset < extent; ++offset)
      EXPECT_EQ(shared.coordsAt(offset), Element{offset});
  }
  EXPECT_EQ(swizzledSharedLayout({}, 0, 4).coordsAt(0), Element{});
}

TEST(SwizzledSharedLayoutTest, BlocksAreInvertible) {
  for (const Shape &shape : {Shape{1, 1}, Shape{48, 576}, Shape{8, 2, 96}, Shape{128, 128}})
    for (unsigned fastest = 0; fastest < shape.size(); ++fastest)
      for (int32_t elemBytes : {1, 2, 4}) {
        TileLayout shared = swizzledSharedLayout(shape, fastest, elemBytes);
        EXPECT_TRUE(shared.block.isInvertible());
        EXPECT_EQ(shared.shape(), shape);
      }
}

} // namespace
} // namespace mla
