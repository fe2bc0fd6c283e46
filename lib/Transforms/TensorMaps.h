//===- TensorMaps.h - tensor maps say what their copies need --------------===//
#pragma once

#include "mla/Dialect/Sm/Sm.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mla {

/// Checks that `sm.tensor_maps` describes each tensor-map argument of the kernel, that those come
/// last, and that box, swizzle and element type are what every bulk copy through them needs.
llvm::LogicalResult verifyTensorMaps(mlir::func::FuncOp func);

} // namespace mla
