//===- ShapeLayouts.h - layouts on both sides of a shape change -----------===//
// For the ops that only say which register stands for which element, and for reductions.
#pragma once

#include "mla/Dialect/Sm/Sm.h"

namespace mla {

/// The layout in which `op`, a result of which has `layout`, needs its tile operand of type
/// `source` for every thread to find what it holds in its own registers. Ops without shape change
/// need `layout` itself. Nothing if there is none.
std::optional<TileLayout> layoutBefore(mlir::Operation *op, mlir::RankedTensorType source,
                                       const TileLayout &layout);
/// The layout in which `op` leaves its result of type `result` if its operands have `layout`.
/// Nothing if threads would lack elements of the result, or there is no such layout.
std::optional<TileLayout> layoutAfter(mlir::Operation *op, mlir::RankedTensorType result,
                                      const TileLayout &layout);

/// Whether `op` can be computed again in any layout of its result from the right layouts of its
/// operands.
bool isRelabelling(mlir::Operation *op);

} // namespace mla
