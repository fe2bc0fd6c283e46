//===- SoftmaxSteps.h - expansions of softmax steps that recipes choose ---===//
// What attn-lazy-rescale and attn-pair-softmax make of attn.softmax_step.
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
/// if any row's did.
SoftmaxStep emitSoftmaxStep(mlir::ImplicitLocOpBuilder &builder, llvm::ArrayRef<mlir::Value> scores,
                            mlir::Value m, mlir::Value l, mlir::Value acc,
                            std::optional<double> threshold);

/// `l`, decayed already, with the weights of tiles of scores added: column by column if it has a
/// column for each, else the sum of each row.
mlir::Value addWeights(mlir::ImplicitLocOpBuilder &builder, mlir::Value l,
                       llvm::ArrayRef<mlir::Value> weights);

} // namespace mla
