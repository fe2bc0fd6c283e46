//===- OffsetMap.h - from coordinates to shared-memory offsets ------------===//
// Private to this room: the inverse of a shared layout.
#pragma once

#include "Gf2.h"
#include "mla/Layout/TileLayout.h"

namespace mla {

/// Element offset of every coordinate of a shared layout whose block is invertible.
class OffsetMap {
public:
  explicit OffsetMap(const TileLayout &shared);

  /// Offset in elements of the element at `coords`.
  int64_t at(const std::vector<int64_t> &coords) const;
  /// Offset by which a register-layout basis moves an access.
  int64_t atBasis(const LinearLayout::Coords &basis) const;
  /// Offsets by which the segments of `reg` move an access. Segments smaller than a block of the
  /// shared layout move within that block.
  std::vector<int64_t> segmentMoves(const TileLayout &reg) const;

private:
  const TileLayout &shared_;
  gf2::Span offsets_;
};

} // namespace mla
