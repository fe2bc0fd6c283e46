//===- WgmmaProducts.h - where products of warpgroups end -----------------===//
#pragma once

#include "mla/Dialect/Sm/Sm.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mla {

/// The slot that an operand lies in; null for registers.
sm::SlotOp slotOfOperand(mlir::Value operand);

/// Waits for each product of `block`, and of blocks in it, where its end is needed: where its
/// result is used other than as an accumulator, where the block ends, and where `frees` says that
/// what it reads may be overwritten from there on. What stands between runs beside it.
void placeWgmmaWaits(mlir::Block &block,
                     llvm::function_ref<bool(mlir::Operation *, sm::WgmmaOp)> frees);

/// Lets the products of a loop that does nothing else with their accumulator, waits placed, run
/// into the next iteration: they are issued before the iteration's copies, behind which those of
/// the iteration before are complete, so that their slots may be filled. The result is waited for
/// behind the loop. Nothing happens to other loops, nor where an iteration waits for what it reads
/// behind a copy.
void keepProductsInFlight(mlir::scf::ForOp loop);

} // namespace mla
