//===- Aliasing.cpp - which accesses may touch the same memory ------------===//
#include "mla/Analysis/Aliasing.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

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
  if (isa<tile::AddPtrOp, tile::PtrCastOp, tile::SplatOp, tile::BroadcastOp, tile::ExpandDimsOp,
          tile::TransOp, tile::SliceOp, tile::ReshapeOp, tile::UnsplatOp, tile::ViewOp,
          tile::AxisHintOp>(def))
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

Value accessedAddress(Operation *op) {
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case<tile::LoadOp, tile::StoreOp, tile::AtomicRmwOp, tile::AtomicCasOp>(
          [](auto access) { return access.getPtr(); })
      .Case<tile::LoadViewOp, tile::StoreViewOp>([](auto access) { return access.getView(); })
      .Default(Value());
}

bool writesMemory(Operation *op) {
  return isa<tile::StoreOp, tile::StoreViewOp, tile::AtomicRmwOp, tile::AtomicCasOp>(op);
}

bool ordersLaterReads(Operation *op) {
  if (auto atomic = dyn_cast<tile::AtomicRmwOp>(op))
    return atomic.acquires();
  if (auto atomic = dyn_cast<tile::AtomicCasOp>(op))
    return atomic.acquires();
  if (auto load = dyn_cast<tile::LoadOp>(op))
    return load.getIsVolatile();
  if (auto load = dyn_cast<tile::LoadViewOp>(op))
    return load.getIsVolatile();
  return isa<tile::BarrierOp>(op);
}

bool readsConstantMemory(Operation *op) {
  if (!isa<tile::LoadOp, tile::LoadViewOp>(op))
    return false;
  Value root = pointerRoot(accessedAddress(op));
  WalkResult result = op->getParentOfType<func::FuncOp>().walk([&](Operation *other) {
    bool conflicts = ordersLaterReads(other) ||
                     (writesMemory(other) && mayAlias(root, pointerRoot(accessedAddress(other))));
    return conflicts ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !result.wasInterrupted();
}

} // namespace mla
