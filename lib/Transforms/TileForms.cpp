//===- TileForms.cpp - other forms of connected tiles ---------------------===//
#include "TileForms.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;

namespace mla {

bool isElementwise(Operation *op) {
  return op->hasTrait<OpTrait::Elementwise>() || isa<tile::AddPtrOp, tile::PtrCastOp>(op);
}

//===----------------------------------------------------------------------===//
// Marking
//===----------------------------------------------------------------------===//

LogicalResult TileForms::mark(Value value, unsigned form, Operation *because) {
  if (auto [it, isNew] = marks.try_emplace(value, form); !isNew) {
    if (it->second != form)
      return because->emitError("'")
             << because->getName() << "' needs a tile in two forms: both of its dimensions";
    return success();
  }
  worklist.push_back(value);
  return check(value, form, because);
}

LogicalResult TileForms::propagate() {
  while (!worklist.empty())
    if (failed(followUses(worklist.pop_back_val())))
      return failure();
  return success();
}

LogicalResult TileForms::followUses(Value value) {
  unsigned form = formOf(value);
  // What a loop carries has one form in front of, in and behind it.
  if (auto loop = value.getDefiningOp<scf::ForOp>()) {
    unsigned index = cast<OpResult>(value).getResultNumber();
    if (failed(mark(loop.getRegionIterArg(index), form, loop)))
      return failure();
  } else if (auto arg = dyn_cast<BlockArgument>(value)) {
    auto loop = cast<scf::ForOp>(arg.getOwner()->getParentOp());
    if (failed(mark(loop.getTiedLoopResult(arg), form, loop)))
      return failure();
  }
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (auto loop = dyn_cast<scf::ForOp>(user)) {
      if (failed(mark(loop.getTiedLoopRegionIterArg(&use), form, user)))
        return failure();
    } else if (isa<scf::YieldOp>(user) && isa<scf::ForOp, scf::IfOp>(user->getParentOp())) {
      if (failed(mark(user->getParentOp()->getResult(use.getOperandNumber()), form, user)))
        return failure();
    } else if (failed(follow(use, form))) {
      return failure();
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

SmallVector<Value> TileForms::held(Value value, unsigned form) {
  if (auto it = replacements.find({value, form}); it != replacements.end())
    return it->second;
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  SmallVector<Value> made = make(value, form, builder);
  replacements[{value, form}] = made;
  return made;
}

void TileForms::rewrite(func::FuncOp func) {
  rewriteBlock(func.getBody().front());
  for (Operation *op : llvm::reverse(replaced)) {
    op->dropAllUses();
    op->erase();
  }
}

void TileForms::rewriteBlock(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  auto touches = [&](ValueRange values) {
    return llvm::any_of(values, [&](Value value) { return isMarked(value); });
  };
  for (Operation *op : ops) {
    if (auto loop = dyn_cast<scf::ForOp>(op); loop && touches(loop.getResults())) {
      rewriteLoop(loop);
      continue;
    }
    if (auto branch = dyn_cast<scf::IfOp>(op); branch && touches(branch.getResults())) {
      rewriteBranch(branch);
      continue;
    }
    // What these yield is rewritten together with their results.
    bool isBound = isa<scf::YieldOp>(op) && isa<scf::ForOp, scf::IfOp>(op->getParentOp());
    if (!isBound && (touches(op->getOperands()) || touches(op->getResults())))
      rewriteOp(op);
    for (Region &region : op->getRegions())
      for (Block &nested : region)
        rewriteBlock(nested);
  }
}

/// `after` holds `before` in order, each marked value as all that hold it.
void TileForms::bind(ValueRange before, ValueRange after) {
  size_t next = 0;
  for (Value value : before) {
    if (!isMarked(value)) {
      value.replaceAllUsesWith(after[next++]);
      continue;
    }
    size_t count = typesOf(value.getType(), formOf(value)).size();
    setHeld(value, formOf(value), llvm::to_vector(after.slice(next, count)));
    next += count;
  }
}

/// What a yield gives for `results`, each marked one in its form.
SmallVector<Value> TileForms::heldYields(Operation *yield, ValueRange results) {
  SmallVector<Value> values;
  for (auto [operand, result] : llvm::zip_equal(yield->getOperands(), results)) {
    if (isMarked(result))
      llvm::append_range(values, held(operand, formOf(result)));
    else
      values.push_back(operand);
  }
  return values;
}

void TileForms::rewriteLoop(scf::ForOp loop) {
  SmallVector<Value> inits;
  for (auto [init, result] : llvm::zip_equal(loop.getInitArgs(), loop.getResults())) {
    if (isMarked(result))
      llvm::append_range(inits, held(init, formOf(result)));
    else
      inits.push_back(init);
  }
  OpBuilder builder(loop);
  auto made = scf::ForOp::create(
      builder, loop.getLoc(), loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits,
      [](OpBuilder &, Location, Value, ValueRange) {}, loop.getUnsignedCmp());
  made->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  loop.getInductionVar().replaceAllUsesWith(made.getInductionVar());
  bind(loop.getRegionIterArgs(), made.getRegionIterArgs());
  Block &body = *made.getBody();
  body.getOperations().splice(body.end(), loop.getBody()->getOperations());
  replace(loop);
  rewriteBlock(body);
  Operation *yield = body.getTerminator();
  yield->setOperands(heldYields(yield, loop.getResults()));
  bind(loop.getResults(), made.getResults());
}

void TileForms::rewriteBranch(scf::IfOp branch) {
  SmallVector<Type> types;
  for (Value result : branch.getResults()) {
    if (isMarked(result))
      llvm::append_range(types, typesOf(result.getType(), formOf(result)));
    else
      types.push_back(result.getType());
  }
  OpBuilder builder(branch);
  auto made = scf::IfOp::create(builder, branch.getLoc(), types, branch.getCondition(),
                                /*addThenBlock=*/false, /*addElseBlock=*/false);
  made->setDiscardableAttrs(branch->getDiscardableAttrDictionary());
  for (auto [from, to] : llvm::zip_equal(branch->getRegions(), made->getRegions())) {
    to.takeBody(from);
    for (Block &block : to) {
      rewriteBlock(block);
      Operation *yield = block.getTerminator();
      yield->setOperands(heldYields(yield, branch.getResults()));
    }
  }
  replace(branch);
  bind(branch.getResults(), made.getResults());
}

} // namespace mla
