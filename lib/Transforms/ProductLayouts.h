//===- ProductLayouts.h - layouts that matrix products ask for ------------===//
// For sm.mma and sm.wgmma, whose instructions fix which thread holds which element.
#pragma once

#include "mla/Dialect/Sm/Sm.h"

namespace mla {

/// Whether `op` is one of these products: operands A, B and the accumulator, then one result.
bool isProduct(mlir::Operation *op);

/// The layout of the accumulator and the result of `product`.
TileLayout accumulatorLayout(mlir::Operation *product);

/// The layout in which `product` takes A (`index` 0) or B (1) from registers. Nothing for an
/// operand that it reads from shared memory.
std::optional<TileLayout> factorLayout(mlir::Operation *product, unsigned index);

} // namespace mla
