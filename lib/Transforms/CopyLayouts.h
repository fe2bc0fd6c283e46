//===- CopyLayouts.h - layouts in which threads reach memory ---------------===//
#pragma once

#include "mla/Dialect/Tile/Tile.h"
#include "mla/Layout/TileLayout.h"

namespace mla {

/// Neighbouring threads access neighbouring elements, each of them 16 bytes at most.
TileLayout accessLayout(mlir::RankedTensorType type, std::optional<tile::AccessAttr> access,
                        int32_t numWarps);

/// Like that, but for rows that may lie anywhere.
TileLayout copyLayout(mlir::RankedTensorType ptrs, std::optional<tile::AccessAttr> access,
                      int32_t numWarps);

/// Whether `op` loads a matrix of fewer accesses than `threads`.
bool isNarrowLoad(mlir::Operation *op, int32_t elems, int32_t threads);

/// Whether a warp would hold two elements in each lane.
bool isShortVector(mlir::RankedTensorType type);

/// Elements that a thread holds, each counted once.
int64_t ownElements(const TileLayout &layout);

/// `layout`, of vectors of `elems` elements of `dim`, with threads along the other dimensions
/// before they go beyond `run` elements: each copies from few rows, whose addresses are the same
/// but for constants.
TileLayout withShortRuns(const TileLayout &layout, unsigned dim, int64_t elems, int64_t run);

/// `layout` with what warps divide held by each of them: another layout of it then needs no
/// exchange between warps.
TileLayout wholeInEachWarp(const TileLayout &layout);

} // namespace mla
