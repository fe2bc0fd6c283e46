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

/// Where an op reads or writes global memory: a pointer, a tile of pointers or a view; null for
/// other ops.
mlir::Value accessedAddress(mlir::Operation *op);

/// Whether `op` may write global memory at its address.
bool writesMemory(mlir::Operation *op);

/// Whether reads that follow `op` may not be done before it, whatever they read: a barrier, an
/// atomic that acquires what others released, or a volatile load.
bool ordersLaterReads(mlir::Operation *op);

/// True if `op` reads memory that no store of the kernel may write, and nothing in the kernel waits
/// for other programs to write it: reading it earlier, or in another role, gives the same values.
bool readsConstantMemory(mlir::Operation *op);

} // namespace mla
