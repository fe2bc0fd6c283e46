//===- AxisRules.h - the transfer rule of each op --------------------------===//
// Between AxisInfo.cpp, which spreads facts over a function, and AxisRules.cpp, which knows the
// ops.
#pragma once

#include "mla/Analysis/AxisInfo.h"
#include "mlir/IR/Operation.h"

namespace mla {

/// A tile's shape; scalars count as tiles of one element.
llvm::SmallVector<int64_t> shapeOf(mlir::Type type);

/// Facts about the only result of `op`, whose operands have the facts `in`.
AxisInfo transferAxisInfo(mlir::Operation *op, llvm::ArrayRef<AxisInfo> in);

} // namespace mla
