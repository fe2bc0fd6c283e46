//===- ValidElements.h - reductions and scans that skip elements ----------===//
#pragma once

#include "mla/Dialect/Tile/Tile.h"

namespace mla {

/// Whether combining two groups divides integers, which only valid elements may.
bool dividesIntegers(mlir::Operation *combine);

/// Replaces `combine` (tile.generic_reduce, tile.scan) by one that passes over elements where
/// `valid` (i1 in the sources' shape) is false, whatever they hold. `valid` becomes a further
/// source; the new op has the old one's results first. The old op is erased.
mlir::Operation *skipInvalid(mlir::Operation *combine, mlir::Value valid);

} // namespace mla
