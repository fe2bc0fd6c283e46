//===- Tma.cpp - bulk tensor copies of tiles ------------------------------===//
// Boxes are guessed from the bases of the layout and then proven on every element.

#include "mla/Layout/Tma.h"

#include "SharedBytes.h"
#include <algorithm>
#include <bit>

namespace mla {

static constexpr int32_t kChunkBytes = 16;
static constexpr int32_t kMaxRowBytes = 128;
/// Boxes are written to addresses that are multiples of this.
static constexpr int64_t kBoxAlignment = 128;
static constexpr int64_t kSwizzleRows = 8;

/// Elements of the run of consecutive offsets along `fastest`, from offset 0 on.
static int32_t runLength(const LinearLayout &block, unsigned fastest) {
  int32_t length = 1;
  for (const LinearLayout::Coords &basis : block.bases(kOffset)) {
    LinearLayout::Coords next(block.rank(), 0);
    next[fastest] = length;
    if (basis != next)
      break;
    length *= 2;
  }
  return length;
}

/// The dimension along which offset 1 lies.
static std::optional<unsigned> fastestDim(const LinearLayout &block) {
  for (unsigned dim = 0; dim < block.rank(); ++dim)
    if (runLength(block, dim) > 1)
      return dim;
  return std::nullopt;
}

/// Advances `coords` by `steps` within `shape`, last dimension fastest; false at the end.
static bool advance(std::vector<int64_t> &coords, const std::vector<int64_t> &shape,
                    const std::vector<int64_t> &steps) {
  for (size_t dim = coords.size(); dim-- > 0;) {
    coords[dim] += steps[dim];
    if (coords[dim] < shape[dim])
      return true;
    coords[dim] = 0;
  }
  return false;
}

/// Whether the box at `copy` fills the bytes that the layout wants.
static bool fills(const TmaTile &tile, const TmaTile::Copy &copy, const SharedBytes &bytes,
                  int32_t elemBytes) {
  int32_t width = std::max(tile.swizzleBytes, kChunkBytes);
  std::vector<int64_t> extents(copy.coords.size()), inBox(copy.coords.size(), 0);
  for (size_t i = 0; i < tile.dims.size(); ++i)
    extents[tile.dims[i]] = tile.box[i];
  std::vector<int64_t> coords(inBox.size()), ones(inBox.size(), 1);
  do {
    int64_t element = 0;
    for (size_t i = tile.dims.size(); i-- > 0;)
      element = element * tile.box[i] + inBox[tile.dims[i]];
    for (size_t dim = 0; dim < coords.size(); ++dim)
      coords[dim] = copy.coords[dim] + inBox[dim];
    if (bytes.at(coords) != swizzleAddress(copy.offsetBytes + element * elemBytes, width))
      return false;
  } while (advance(inBox, extents, ones));
  return true;
}

/// One copy per box of the tile; empty if one of them does not fit.
static std::vector<TmaTile::Copy> coverTile(const TmaTile &tile, const SharedBytes &bytes,
                                            int32_t elemBytes) {
  int64_t alignment = std::max(kBoxAlignment, kSwizzleRows * tile.swizzleBytes);
  std::vector<int64_t> steps(tile.dims.size());
  for (size_t i = 0; i < tile.dims.size(); ++i)
    steps[tile.dims[i]] = tile.box[i];
  std::vector<TmaTile::Copy> copies;
  std::vector<int64_t> coords(tile.dims.size(), 0);
  do {
    TmaTile::Copy copy{coords, bytes.at(coords)};
    if (copy.offsetBytes % alignment != 0 || !fills(tile, copy, bytes, elemBytes))
      return {};
    copies.push_back(std::move(copy));
  } while (advance(coords, bytes.shape(), steps));
  return bytes.totalBytes() % alignment == 0 ? copies : std::vector<TmaTile::Copy>();
}

std::optional<TmaTile> matchTma(const TileLayout &shared, int32_t elemBytes) {
  const LinearLayout &block = shared.block;
  std::optional<unsigned> fastest = fastestDim(block);
  if (!fastest || shared.rank() > kTmaMaxRank)
    return std::nullopt;
  // Rows of a matrix are at most as long as a swizzle; a vector has no rows.
  int32_t longest = shared.rank() == 1 ? kTmaMaxBox : kMaxRowBytes / elemBytes;
  int32_t columns = std::min(runLength(block, *fastest), longest);
  if (columns * elemBytes % kChunkBytes != 0)
    return std::nullopt;

  TmaTile tile;
  tile.dims.push_back(*fastest);
  tile.box.push_back(columns);
  bool isWhole = true;
  for (unsigned dim = shared.rank(); dim-- > 0;) {
    if (dim == *fastest)
      continue;
    // What lies behind an incomplete dimension is not adjacent to it.
    int32_t extent = isWhole ? std::min(block.outSizes()[dim], kTmaMaxBox) : 1;
    isWhole &= extent == block.outSizes()[dim];
    tile.dims.push_back(dim);
    tile.box.push_back(extent);
  }
  SharedBytes bytes(shared, elemBytes);
  int32_t rowBytes = columns * elemBytes;
  bool canSwizzle = rowBytes > kChunkBytes && rowBytes <= kMaxRowBytes;
  for (int32_t swizzle : {canSwizzle ? rowBytes : 0, 0}) {
    tile.swizzleBytes = swizzle;
    tile.copies = coverTile(tile, bytes, elemBytes);
    if (!tile.copies.empty())
      return tile;
  }
  return std::nullopt;
}

} // namespace mla
