//===- Move.cpp - an op earlier in its block ------------------------------===//
// Order is what warps overlap by: a product that stands right behind another one runs while what
// follows waits for the first. Ops move up only, so that nothing that they feed has to move.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "mla/Analysis/Aliasing.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mla {
#define GEN_PASS_DEF_MOVE
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// `op` and the ops behind `after` that it depends on, last first.
static llvm::SetVector<Operation *> opsToMove(Operation *op, Operation *after) {
  llvm::SetVector<Operation *> moved;
  for (Operation *each = op; each != after; each = each->getPrevNode()) {
    bool isNeeded = llvm::any_of(each->getUsers(), [&](Operation *user) {
      return moved.contains(op->getBlock()->findAncestorOpInBlock(*user));
    });
    if (each == op || isNeeded)
      moved.insert(each);
  }
  return moved;
}

static LogicalResult moveBehind(Operation *op, Operation *after) {
  auto fail = [&](Operation *at) -> InFlightDiagnostic {
    return at->emitError("tile-move: cannot move '")
           << labelOf(op) << "' right behind '" << labelOf(after) << "': ";
  };
  if (op->getBlock() != after->getBlock()) {
    InFlightDiagnostic error = fail(op) << "they stand in different blocks";
    error.attachNote(after->getLoc()) << "'" << labelOf(after) << "'";
    return failure();
  }
  if (!after->isBeforeInBlock(op))
    return success();
  llvm::SetVector<Operation *> moved = opsToMove(op, after);
  for (Operation *each : moved)
    if (!isMemoryEffectFree(each) && !readsConstantMemory(each)) {
      bool isLoad = isa<tile::LoadOp, tile::LoadViewOp>(each);
      fail(each) << (each == op ? "it " : "this op, which it depends on, ")
                 << (isLoad ? "reads memory that the kernel writes" : "has effects");
      return failure();
    }
  for (Operation *each : moved)
    each->moveAfter(after);
  return success();
}

namespace {
struct Move : mla::impl::MoveBase<Move> {
  using MoveBase::MoveBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    auto isOp = [](Operation *each) { return !isa<scf::ForOp>(each); };
    Operation *moved = findLabelled(func, *this, "op", op, "ops", isOp);
    Operation *anchor = moved ? findLabelled(func, *this, "after", after, "ops", isOp) : nullptr;
    if (!anchor || failed(moveBehind(moved, anchor)))
      signalPassFailure();
  }
};
} // namespace
