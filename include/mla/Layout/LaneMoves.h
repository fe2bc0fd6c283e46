//===- LaneMoves.h - moving a tile between the lanes of each warp ----------===//
// A tile that every warp holds whole, an element or two in each lane, reaches another layout by
// shuffles: no warp needs another one.
#pragma once

#include "mla/Layout/TileLayout.h"

namespace mla {

/// Where each element of the destination lies in the same warp: XOR-linear in the bits of its block
/// register and of its thread (lane bits, then warp bits). Bits 0 to 4 of an image say the lane,
/// bit 5 which of the `sources`.
struct LaneMoves {
  /// Registers of the source that hold different elements: one or two.
  std::vector<int32_t> sources;
  std::vector<int32_t> registerImages, threadImages;
};

/// Nothing if a warp of `src` does not hold the whole tile, if a lane of it holds more than two
/// elements, or if a thread of `dst` holds so many that shared memory is the shorter way.
std::optional<LaneMoves> matchLanes(const TileLayout &src, const TileLayout &dst,
                                    int32_t elemBytes);

} // namespace mla
