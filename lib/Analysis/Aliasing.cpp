//===- Aliasing.cpp - which accesses may touch the same memory ------------===//
#include "mla/Analysis/Aliasing.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mla {

/// Where a pointer comes from, one step back; nothing for a root. A value that a loop carries comes
/// from before the loop and from its last iteration.
static SmallVector<Value, 2> sourcesOf(Value pointer) {
  if (auto arg = dyn_cast<BlockArgument>(pointer)) {
    auto loop = dyn_cast<LoopLikeOpInterface>(arg.getOwner()->getParentOp());
    OpOperand *init = loop ? loop.getTiedLoopInit(arg) : nullptr;
    OpOperand *yielded = loop ? loop.getTiedLoopYieldedValue(arg) : nullptr;
    if (!init || !yielded)
      return {};
    return {init->get(), yielded->get()};
  }
  Operation *def = pointer.getDefiningOp();
  if (isa<tile::AddPtrOp, tile::SplatOp, tile::BroadcastOp, tile::ExpandDimsOp, tile::TransOp,
          tile::SliceOp, tile::ReshapeOp, tile::UnsplatOp, tile::ViewOp>(def))
    return {def->getOperand(0)};
  if (auto loop = dyn_cast<scf::ForOp>(def)) {
    unsigned number = cast<OpResult>(pointer).getResultNumber();
    return {loop.getInitArgs()[number], loop.getYieldedValues()[number]};
  }
  return {};
}

Value pointerRoot(Value pointer) {
  llvm::SmallPtrSet<Value, 8> seen;
  SmallVector<Value> pending = {pointer};
  Value root;
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    SmallVector<Value, 2> sources = sourcesOf(value);
    pending.append(sources);
    if (!sources.empty())
      continue;
    if (root && root != value)
      return pointer; // one of several: no argument, and may alias them all
    root = value;
  }
  return root;
}

static bool isKernelArgument(Value root) {
  auto arg = dyn_cast<BlockArgument>(root);
  return arg && isa<func::FuncOp>(arg.getOwner()->getParentOp());
}

bool mayAlias(Value rootA, Value rootB) {
  return rootA == rootB || !isKernelArgument(rootA) || !isKernelArgument(rootB);
}

/// Where a load or store goes; null for other ops.
static Value addressOf(Operation *op) {
  if (auto load = dyn_cast<tile::LoadOp>(op))
    return load.getPtr();
  if (auto load = dyn_cast<tile::LoadViewOp>(op))
    return load.getView();
  if (auto store = dyn_cast<tile::StoreOp>(op))
    return store.getPtr();
  if (auto store = dyn_cast<tile::StoreViewOp>(op))
    return store.getView();
  return Value();
}

bool readsConstantMemory(Operation *op) {
  if (!isa<tile::LoadOp, tile::LoadViewOp>(op))
    return false;
  Value root = pointerRoot(addressOf(op));
  WalkResult result = op->getParentOfType<func::FuncOp>().walk([&](Operation *other) {
    bool isStore = isa<tile::StoreOp, tile::StoreViewOp>(other);
    return isStore && mayAlias(root, pointerRoot(addressOf(other))) ? WalkResult::interrupt()
                                                                    : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

} // namespace mla
