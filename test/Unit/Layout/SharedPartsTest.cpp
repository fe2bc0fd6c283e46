//===- SharedPartsTest.cpp - transposed tiles and parts of tiles ----------===//
// Both must lead every element to the byte that the whole tile keeps it in.

#include "LayoutTestUtils.h"

#include "gtest/gtest.h"

namespace mla {
namespace {

using namespace test;

TEST(TransposeSharedLayoutTest, KeepsEveryElementInItsBytes) {
  for (const Shape &shape : {Shape{64, 576}, Shape{576, 64}, Shape{16, 16}, Shape{8, 48}})
    for (unsigned fastest : {0u, 1u}) {
      TileLayout shared = swizzledSharedLayout(shape, fastest, 2);
      std::optional<TileLayout> transposed = transposeSharedLayout(shared);
      ASSERT_TRUE(transposed);
      for (int64_t offset = 0; offset < numElements(shape); ++offset) {
        Element element = shared.coordsAt(offset);
        ASSERT_EQ(transposed->coordsAt(offset), (Element{element[1], element[0]}));
      }
      EXPECT_EQ(transposeSharedLayout(*transposed), shared);
    }
}

TEST(TransposeSharedLayoutTest, IsTheLayoutOfTheOtherContiguousDimension) {
  EXPECT_EQ(transposeSharedLayout(swizzledSharedLayout({64, 576}, 1, 2)),
            swizzledSharedLayout({576, 64}, 0, 2));
}

TEST(TransposeSharedLayoutTest, SegmentsInBothDimensionsHaveAnOrder) {
  EXPECT_EQ(transposeSharedLayout(swizzledSharedLayout({48, 576}, 1, 2)), std::nullopt);
}

/// Every element of the part lies where the tile has it.
void expectSameBytes(const TileLayout &shared, const Shape &offsets, const SharedSubtile &part,
                     int32_t elemBytes) {
  std::vector<int64_t> whole = offsetTable(shared), inPart = offsetTable(part.layout);
  Shape shape = part.layout.shape();
  for (int64_t offset = 0; offset < numElements(shape); ++offset) {
    Element element = part.layout.coordsAt(offset), inWhole = element;
    for (size_t dim = 0; dim < element.size(); ++dim)
      inWhole[dim] += offsets[dim];
    ASSERT_EQ(part.byteOffset + inPart[size_t(elementIndex(element, shape))] * elemBytes,
              whole[size_t(elementIndex(inWhole, shared.shape()))] * elemBytes);
  }
}

TEST(SharedSubtileTest, ValuesOfARecordAreASwizzledTile) {
  TileLayout shared = swizzledSharedLayout({64, 576}, 1, 2);
  std::optional<SharedSubtile> values = sharedSubtile(shared, {0, 0}, {64, 512}, 2);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->layout, swizzledSharedLayout({64, 512}, 1, 2));
  EXPECT_EQ(values->byteOffset, 0);
  expectSameBytes(shared, {0, 0}, *values, 2);
}

TEST(SharedSubtileTest, PartsOfOneColumnBlock) {
  TileLayout shared = swizzledSharedLayout({64, 576}, 1, 2);
  for (int64_t column : {0, 64, 512})
    for (int64_t row : {0, 8, 16, 48}) {
      std::optional<SharedSubtile> part = sharedSubtile(shared, {row, column}, {16, 64}, 2);
      ASSERT_TRUE(part) << row << ", " << column;
      EXPECT_EQ(part->byteOffset, column / 64 * 8192 + row * 128);
      expectSameBytes(shared, {row, column}, *part, 2);
    }
}

TEST(SharedSubtileTest, PartsOfTransposedTilesAndVectors) {
  TileLayout shared = swizzledSharedLayout({576, 64}, 0, 2);
  std::optional<SharedSubtile> part = sharedSubtile(shared, {64, 0}, {512, 64}, 2);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->layout, swizzledSharedLayout({512, 64}, 0, 2));
  expectSameBytes(shared, {64, 0}, *part, 2);

  TileLayout vector = swizzledSharedLayout({64}, 0, 4);
  part = sharedSubtile(vector, {16}, {32}, 4);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->byteOffset, 64);
  expectSameBytes(vector, {16}, *part, 4);
}

TEST(SharedSubtileTest, TheWholeTileKeepsItsLayout) {
  // Not the swizzled layout of its shape.
  TileLayout shared = *transposeSharedLayout(swizzledSharedLayout({64, 32}, 1, 2));
  std::optional<SharedSubtile> part = sharedSubtile(shared, {0, 0}, {32, 64}, 2);
  ASSERT_TRUE(part);
  EXPECT_EQ(part->layout, shared);
}

TEST(SharedSubtileTest, OtherBytesHaveNoLayout) {
  TileLayout shared = swizzledSharedLayout({64, 576}, 1, 2);
  // Rows of several column blocks, half a column block, out of the swizzle's phase, not storable.
  EXPECT_FALSE(sharedSubtile(shared, {0, 0}, {16, 576}, 2));
  EXPECT_FALSE(sharedSubtile(shared, {0, 0}, {64, 32}, 2));
  EXPECT_FALSE(sharedSubtile(shared, {4, 0}, {16, 64}, 2));
  EXPECT_FALSE(sharedSubtile(shared, {0, 0}, {64, 100}, 2));
  // Not aligned to 16 bytes.
  EXPECT_FALSE(sharedSubtile(swizzledSharedLayout({64}, 0, 2), {4}, {32}, 2));
}

} // namespace
} // namespace mla
