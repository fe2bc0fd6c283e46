//===- Tma.h - bulk tensor copies of tiles --------------------------------===//
// Which boxes of a tensor fill a tile in shared memory (cp.async.bulk.tensor, PTX ISA §5.5). Pure
// maths, no MLIR.
#pragma once

#include "mla/Layout/TileLayout.h"

namespace mla {

/// Most elements of a box along one dimension, and most dimensions of a tensor.
inline constexpr int32_t kTmaMaxBox = 256;
inline constexpr unsigned kTmaMaxRank = 5;

/// Copies of boxes of one size that fill a tile.
struct TmaTile {
  /// One copy: the tile coordinates of the box's first element (in the order of the tile's
  /// dimensions) and where the box goes, from the start of the tile.
  struct Copy {
    std::vector<int64_t> coords;
    int64_t offsetBytes = 0;
    bool operator==(const Copy &) const = default;
  };
  /// 128, 64 or 32; 0 without a swizzle.
  int32_t swizzleBytes = 0;
  /// Tile dimension of each dimension of the tensor map, the contiguous one first.
  std::vector<unsigned> dims;
  /// Extents of the box, in that order.
  std::vector<int32_t> box;
  std::vector<Copy> copies;
};

/// Finds boxes that fill the tile `shared`, one per column block and segment. Every element is
/// checked to come to lie where the layout says. Nothing if TMA cannot write this layout: rows of a
/// column block that are not 16, 32, 64 or 128 bytes, another swizzle than the hardware's, or a
/// tile that is no multiple of the swizzle's period.
std::optional<TmaTile> matchTma(const TileLayout &shared, int32_t elemBytes);

} // namespace mla
