//===- SoftmaxSteps.h - expansions of softmax steps -----------------------===//
// What the default expansion, attn-lazy-rescale and attn-pair-softmax make of attn.softmax_step.
#pragma once

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mla {

/// What one step over several tiles of scores gives.
struct SoftmaxStep {
  llvm::SmallVector<mlir::Value> weights; ///< one tile for each of the scores
  mlir::Value m, l, acc;
};

/// Emits one step from the state m, l, acc over all of `scores`. With a threshold the maximum of a
/// row moves only if it grows by more than that, and l and acc are scaled in a branch that is taken
/// if any row's did. `scale` is the scores' factor, or null.
SoftmaxStep emitSoftmaxStep(mlir::ImplicitLocOpBuilder &builder, llvm::ArrayRef<mlir::Value> scores,
                            mlir::Value m, mlir::Value l, mlir::Value acc, mlir::Value scale,
                            std::optional<double> threshold);

/// 2 to the power of `value`, where results below 2^-126 may be 0: hardware without its care for
/// subnormal numbers, which costs three instructions of four.
mlir::Value emitWeight(mlir::ImplicitLocOpBuilder &builder, mlir::Value value);

} // namespace mla
