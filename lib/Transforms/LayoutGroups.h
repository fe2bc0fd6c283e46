//===- LayoutGroups.h - tiles that must share one layout --------------------===//
#pragma once

#include "mla/Dialect/Sm/Sm.h"

namespace mla {

/// Ops on tiles whose operands and results share shape and layout.
bool isElementwiseOnTiles(mlir::Operation *op);

/// Takes values of which the tiles must share a layout; some may be null.
using UniteTiles = llvm::function_ref<void(mlir::ValueRange)>;
/// Calls `unite` for each set of values that `op` wants in one layout.
void forEachLayoutGroup(mlir::Operation *op, llvm::function_ref<bool(mlir::Value)> isCheap,
                        UniteTiles unite);

} // namespace mla
