//===- Labels.h - what recipes call ops -----------------------------------===//
// A label is the `label` of an op or the `tile.label` of a loop. Copies get suffixes; a name that
// fits no op, or several, is an error that lists what there is.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mla {

/// Label of an op, or empty.
llvm::StringRef labelOf(mlir::Operation *op);
/// Gives an op that can have one a label.
void setLabel(mlir::Operation *op, const llvm::Twine &label);
/// `label` without what tile-unroll and tile-peel appended: trailing components that are numbers or
/// `tail`. Copies of one op have one base label.
llvm::StringRef baseLabel(llvm::StringRef label);
/// What the channel of a computed tile is called after the product that reads it first.
inline constexpr llvm::StringRef kSharedSuffix = ".shared";
/// Whether `label` is `original` or that of a copy of it.
bool isCopyOf(llvm::StringRef label, llvm::StringRef original);
/// Appends `suffix` to the labels of `op` and of everything in it.
void suffixLabels(mlir::Operation *op, const llvm::Twine &suffix);

/// The op in `func` with label `label` among those that are candidates; null after an error at
/// `func` that names `pass`, its option `option` and the labels of the candidates ("loops",
/// "matrix products").
mlir::Operation *findLabelled(mlir::func::FuncOp func, const mlir::Pass &pass,
                              llvm::StringRef option, llvm::StringRef label,
                              llvm::StringRef candidates,
                              llvm::function_ref<bool(mlir::Operation *)> isCandidate);

} // namespace mla
