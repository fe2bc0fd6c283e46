//===- RoleReducer.cpp - cuts a role down to what it needs ---------------===//
#include "RoleReducer.h"

#include "mlir/Dialect/UB/IR/UBOps.h"

using namespace mlir;
using namespace mla;

void RoleReducer::keep(Operation *op) {
  if (!role->isProperAncestor(op) || !kept.insert(op).second)
    return;
  keep(op->getParentOp());
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    // Carried values are kept one by one.
    for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      keep(bound);
    return;
  }
  if (isa<scf::YieldOp>(op) && isa<scf::ForOp>(op->getParentOp()))
    return;
  for (Value operand : op->getOperands())
    keep(operand);
  // A branch without results runs what is kept inside it; other branches and while loops are kept
  // whole.
  if (isa<scf::IfOp>(op) && op->getNumResults() == 0)
    return;
  for (Region &region : op->getRegions())
    for (Operation &nested : region.getOps())
      keep(&nested);
}

void RoleReducer::keep(Value value) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *owner = arg.getOwner()->getParentOp();
    keep(owner);
    if (auto loop = dyn_cast<scf::ForOp>(owner); loop && arg.getArgNumber() > 0)
      keepCarried(loop, arg.getArgNumber() - 1);
    return;
  }
  keep(value.getDefiningOp());
  if (auto loop = value.getDefiningOp<scf::ForOp>())
    keepCarried(loop, cast<OpResult>(value).getResultNumber());
}

void RoleReducer::keepCarried(scf::ForOp loop, unsigned index) {
  if (!role->isProperAncestor(loop) || !keptCarried.insert({loop, index}).second)
    return;
  keep(loop.getInitArgs()[index]);
  keep(loop.getYieldedValues()[index]);
}

/// Rebuilds `loop` without the carried values that nobody needs. What still names them is about to
/// be erased.
void RoleReducer::dropCarried(scf::ForOp loop) {
  OpBuilder builder(loop);
  SmallVector<Value> inits, yields;
  for (auto [index, init] : llvm::enumerate(loop.getInitArgs()))
    if (keptCarried.contains({loop, index})) {
      inits.push_back(init);
      yields.push_back(loop.getYieldedValues()[index]);
    }
  if (inits.size() == loop.getInitArgs().size())
    return;
  auto reduced = scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(),
                                    loop.getUpperBound(), loop.getStep(), inits);
  reduced->setAttrs(loop->getAttrs());
  kept.insert(reduced);
  Block &body = *reduced.getBody();
  loop.getBody()->getTerminator()->erase();
  if (inits.empty())
    body.getTerminator()->erase(); // created along with a loop that carries nothing
  body.getOperations().splice(body.end(), loop.getBody()->getOperations());
  loop.getInductionVar().replaceAllUsesWith(reduced.getInductionVar());
  OpBuilder inside = OpBuilder::atBlockBegin(&body);
  unsigned position = 0;
  for (auto [index, arg] : llvm::enumerate(loop.getRegionIterArgs())) {
    if (keptCarried.contains({loop, index})) {
      arg.replaceAllUsesWith(reduced.getRegionIterArg(position));
      loop.getResult(index).replaceAllUsesWith(reduced.getResult(position++));
    } else {
      arg.replaceAllUsesWith(ub::PoisonOp::create(inside, loop.getLoc(), arg.getType()));
      loop.getResult(index).replaceAllUsesWith(
          ub::PoisonOp::create(builder, loop.getLoc(), arg.getType()));
    }
  }
  inside.setInsertionPointToEnd(&body);
  scf::YieldOp::create(inside, loop.getLoc(), yields);
  loop.erase();
}

void RoleReducer::erase(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (op.hasTrait<OpTrait::IsTerminator>())
      continue;
    if (!kept.contains(&op))
      op.erase();
    else
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          erase(nested);
  }
}

/// Keeps every get of the channels that are in use; true if one was not kept before.
bool RoleReducer::keepChannels() {
  DenseSet<Value> used;
  SmallVector<ws::GetOp> gets;
  role.walk([&](Operation *op) {
    auto get = dyn_cast<ws::GetOp>(op);
    if (get && !kept.contains(op))
      gets.push_back(get);
    if (kept.contains(op) && isa<ws::GetOp, ws::PutTileOp>(op))
      used.insert(op->getOperand(0));
  });
  bool any = false;
  for (ws::GetOp get : gets)
    if (used.contains(get.getChannel())) {
      keep(get.getOperation());
      any = true;
    }
  return any;
}

void RoleReducer::run(llvm::function_ref<bool(Operation *)> isRoot) {
  role.walk([&](Operation *op) {
    if (op != role && isRoot(op))
      keep(op);
  });
  while (keepChannels())
    ;
  SmallVector<scf::ForOp> loops;
  role.walk([&](scf::ForOp loop) {
    if (kept.contains(loop))
      loops.push_back(loop);
  });
  for (scf::ForOp loop : loops)
    dropCarried(loop);
  erase(role.getBody().front());
}
