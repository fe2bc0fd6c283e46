//===- CopyLayouts.h - layouts in which threads copy a tile ----------------===//
#pragma once

#include "mla/Layout/TileLayout.h"

namespace mla {

/// `layout`, of vectors of `elems` elements of `dim`, with threads along the other dimensions
/// before they go beyond `run` elements: each copies from few rows, whose addresses are the same
/// but for constants.
TileLayout withShortRuns(const TileLayout &layout, unsigned dim, int64_t elems, int64_t run);

} // namespace mla
