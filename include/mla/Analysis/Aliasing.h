//===- Aliasing.h - which accesses may touch the same memory --------------===//
// Distinct kernel arguments do not alias; anything else may.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mla {

/// The pointer argument (or other value) that a pointer, a tile of pointers or a view is computed
/// from, through arithmetic and loops. A pointer that a loop exchanges for that of another root is
/// its own root.
mlir::Value pointerRoot(mlir::Value pointer);

/// False if both roots are distinct arguments of the kernel.
bool mayAlias(mlir::Value rootA, mlir::Value rootB);

/// True if `op` reads memory that no store of the kernel may write: reading it earlier, or in
/// another role, gives the same values.
bool readsConstantMemory(mlir::Operation *op);

} // namespace mla
