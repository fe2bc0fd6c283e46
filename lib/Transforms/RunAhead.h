//===- RunAhead.h - what an iteration may do for a later one --------------===//
#pragma once

#include "mla/Dialect/Tile/Tile.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mla {

/// Whether `op`, a `what` in the body of `loop`, can be done iterations ahead with all that it is
/// computed from; a remark says why not. `isLaterStage` says which ops cannot be done ahead.
bool canRunAhead(mlir::Operation *op, mlir::scf::ForOp loop, llvm::StringRef what,
                 llvm::function_ref<bool(mlir::Operation *)> isLaterStage);

} // namespace mla
