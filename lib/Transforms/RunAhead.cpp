//===- RunAhead.cpp - what an iteration may do for a later one ------------===//
#include "RunAhead.h"

#include "mla/Analysis/Aliasing.h"

using namespace mlir;
using namespace mla;

/// The ops in the body of `loop` that `value` comes from, through carried values too.
static void collectOrigins(Value value, scf::ForOp loop, DenseSet<Value> &seen,
                           SmallVectorImpl<Operation *> &origins) {
  if (!seen.insert(value).second)
    return;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    if (arg.getOwner() == loop.getBody() && arg.getArgNumber() > 0)
      collectOrigins(loop.getYieldedValues()[arg.getArgNumber() - 1], loop, seen, origins);
    return;
  }
  Operation *def = value.getDefiningOp();
  if (!loop->isProperAncestor(def))
    return;
  origins.push_back(def);
  for (Value operand : def->getOperands())
    collectOrigins(operand, loop, seen, origins);
}

/// The op in the loop that keeps `load` from running ahead, or null.
static Operation *findConflict(tile::LoadOp load, scf::ForOp loop) {
  Value root = pointerRoot(load.getPtr());
  Operation *conflict = nullptr;
  loop.walk([&](Operation *op) {
    bool conflicts = ordersLaterReads(op) ||
                     (writesMemory(op) && mayAlias(root, pointerRoot(accessedAddress(op))));
    if (!conflict && conflicts)
      conflict = op;
  });
  return conflict;
}

bool mla::canRunAhead(Operation *op, scf::ForOp loop, StringRef what,
                      function_ref<bool(Operation *)> isLaterStage) {
  DenseSet<Value> seen;
  SmallVector<Operation *> origins = {op};
  for (Value operand : op->getOperands())
    collectOrigins(operand, loop, seen, origins);
  for (Operation *origin : origins) {
    auto read = dyn_cast<tile::LoadOp>(origin);
    if (Operation *conflict = read ? findConflict(read, loop) : nullptr) {
      bool orders = ordersLaterReads(conflict);
      InFlightDiagnostic remark =
          op->emitRemark() << what << " is not pipelined: "
                           << (orders ? "it must not be done before what the same loop waits for"
                                      : "a store in the same loop may write what it reads");
      remark.attachNote(conflict->getLoc()) << (orders ? "the wait" : "the store");
      return false;
    }
    if (origin != op && isLaterStage(origin)) {
      op->emitRemark() << what
                       << " is not pipelined: " << (isa<tile::LoadOp>(op) ? "its address" : "it")
                       << " depends on a result of the same iteration";
      return false;
    }
  }
  return true;
}
