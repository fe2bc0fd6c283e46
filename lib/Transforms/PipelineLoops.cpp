//===- PipelineLoops.cpp - run puts ahead of gets, assign slots -----------===//
// In a loop whose channels have depth D and whose puts run A iterations ahead, D - 1 or D:
//   1. the *run-ahead slice* is every op of the body that the puts' operands depend on, through
//   loop-carried values too;
//   2. before the loop the slice and the puts are cloned for iterations 0 … A-1;
//   3. the loop carries the slice's own loop-carried values, A iterations ahead, and the slot of
//   its gets;
//   4. in the body all gets stand at the first one; slice and puts of the iteration A ahead follow
//   them at once if a slot is free then (A = D-1), else what is left of the body comes first.
// Everything ahead runs under "that iteration exists", so any trip count is right.
#include "mla/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace mla {
#define GEN_PASS_DEF_PIPELINELOOPS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

static int32_t depthOf(Value channel) {
  return cast<ws::ChannelType>(channel.getType()).getDepth();
}

static Value intConstant(OpBuilder &builder, Location loc, Type type, int64_t value) {
  return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(type, value));
}

/// Ops of the loop body that some roots depend on, and the loop-carried values among their inputs.
namespace {
class Slice {
public:
  explicit Slice(scf::ForOp loop) : loop(loop) {}

  void addOp(Operation *op) {
    Operation *inBody = loop.getBody()->findAncestorOpInBlock(*op);
    if (!inBody || !ops.insert(inBody).second)
      return;
    inBody->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        addValue(operand);
    });
  }
  void addValue(Value value) {
    if (auto arg = dyn_cast<BlockArgument>(value)) {
      if (arg.getOwner() == loop.getBody() && arg.getArgNumber() > 0)
        addArg(arg.getArgNumber() - 1);
    } else {
      addOp(value.getDefiningOp());
    }
  }
  /// The loop-carried value `index` is needed in the next iteration too.
  void addArg(unsigned index) {
    if (args.insert(index))
      addValue(loop.getYieldedValues()[index]);
  }
  bool contains(Operation *op) const { return ops.contains(op); }
  /// Indices of loop-carried values, in the order found.
  ArrayRef<unsigned> carried() const { return args.getArrayRef(); }

private:
  scf::ForOp loop;
  llvm::SmallPtrSet<Operation *, 32> ops;
  llvm::SetVector<unsigned> args;
};

/// Iterations by which `put` runs ahead of its get.
static int32_t distanceOf(ws::PutOp put) {
  return put.getAhead() ? int32_t(*put.getAhead()) : depthOf(put.getChannel()) - 1;
}

/// One loop with channels of one depth, filled equally far ahead.
class LoopPipeliner {
public:
  LoopPipeliner(scf::ForOp loop, SmallVector<ws::PutOp> puts)
      : loop(loop), puts(std::move(puts)), depth(depthOf(this->puts[0].getChannel())),
        distance(distanceOf(this->puts[0])), ahead(loop), rest(loop) {}

  void run();

private:
  void findSlices();
  void emitPrologue(OpBuilder &builder);
  void emitLoop(OpBuilder &builder);
  void emitBody(OpBuilder &builder, scf::ForOp newLoop, IRMapping &map);
  void emitNextPuts(OpBuilder &builder, Value iv, Value slot);
  void emitAhead(OpBuilder &builder, Value iv, Value exists, Value slot);

  scf::ForOp loop;
  SmallVector<ws::PutOp> puts;
  SmallVector<ws::GetOp> gets;
  int32_t depth, distance;
  Slice ahead; ///< what the puts need
  Slice rest;  ///< what everything else needs
  /// Values of the run-ahead slice's loop-carried values, in the order of ahead.carried().
  SmallVector<Value> state;
  Value firstSlot; ///< 0
};
} // namespace

void LoopPipeliner::run() {
  findSlices();
  OpBuilder builder(loop);
  emitPrologue(builder);
  emitLoop(builder);
}

void LoopPipeliner::findSlices() {
  for (ws::PutOp put : puts)
    for (Value operand : put->getOperands())
      ahead.addValue(operand);
  auto isPipelined = [&](Value channel) {
    return llvm::any_of(puts, [&](ws::PutOp put) { return put.getChannel() == channel; });
  };
  for (Operation &op : llvm::make_early_inc_range(loop.getBody()->without_terminator())) {
    if (auto get = dyn_cast<ws::GetOp>(op); get && isPipelined(get.getChannel()))
      gets.push_back(get);
    if (auto release = dyn_cast<ws::ReleaseOp>(op); release && isPipelined(release.getChannel()))
      release.erase();
    else if (!ahead.contains(&op) &&
             !(isa<ws::PutOp>(op) && isPipelined(cast<ws::PutOp>(op).getChannel())))
      rest.addOp(&op);
  }
  for (auto [index, result] : llvm::enumerate(loop.getResults()))
    if (!result.use_empty())
      rest.addArg(index);
}

/// Clones the slice and the puts for the iteration with induction value `iv`, then moves `state`
/// one iteration on.
void LoopPipeliner::emitAhead(OpBuilder &builder, Value iv, Value exists, Value slot) {
  IRMapping map;
  map.map(loop.getInductionVar(), iv);
  for (auto [index, value] : llvm::zip(ahead.carried(), state))
    map.map(loop.getRegionIterArg(index), value);
  SmallVector<ws::PutOp> pending;
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (ahead.contains(&op)) {
      Operation *clone = builder.clone(op, map);
      // A read in the slice happens only if its iteration does.
      clone->walk([&](tile::LoadOp load) {
        OpBuilder before(load);
        Value mask = exists;
        if (auto type = dyn_cast<RankedTensorType>(load.getPtr().getType()))
          mask = tile::SplatOp::create(before, load.getLoc(),
                                       RankedTensorType::get(type.getShape(), before.getI1Type()),
                                       exists);
        if (load.getMask())
          mask = arith::AndIOp::create(before, load.getLoc(), load.getMask(), mask);
        load.getMaskMutable().assign(mask);
      });
    } else if (llvm::is_contained(puts, &op)) {
      pending.push_back(cast<ws::PutOp>(op));
    }
  }
  for (ws::PutOp put : pending) {
    auto clone = cast<ws::PutOp>(builder.clone(*put, map));
    clone.getPredicateMutable().assign(exists);
    clone.getSlotMutable().assign(slot);
    clone.removeAheadAttr();
  }
  for (auto [index, value] : llvm::zip(ahead.carried(), state))
    value = map.lookupOrDefault(loop.getYieldedValues()[index]);
}

void LoopPipeliner::emitPrologue(OpBuilder &builder) {
  Location loc = loop.getLoc();
  Value lower = loop.getLowerBound(), upper = loop.getUpperBound(), step = loop.getStep();
  Type type = lower.getType();
  for (unsigned index : ahead.carried())
    state.push_back(loop.getInitArgs()[index]);
  // Iteration j exists if lower < upper and j * step < upper - lower, which cannot overflow as
  // unsigned.
  auto order = loop.getUnsignedCmp() ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  Value any = arith::CmpIOp::create(builder, loc, order, lower, upper);
  Value length = arith::SubIOp::create(builder, loc, upper, lower);
  for (int32_t j = 0; j < distance; ++j) {
    Value distance = arith::MulIOp::create(builder, loc, step, intConstant(builder, loc, type, j));
    Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, distance, length);
    Value exists = arith::AndIOp::create(builder, loc, any, inside);
    Value iv = arith::AddIOp::create(builder, loc, lower, distance);
    emitAhead(builder, iv, exists, intConstant(builder, loc, builder.getI32Type(), j));
  }
}

void LoopPipeliner::emitLoop(OpBuilder &builder) {
  Location loc = loop.getLoc();
  // Carried: what the rest needs, the run-ahead state, the slot of the gets.
  SmallVector<Value> inits;
  for (unsigned index : rest.carried())
    inits.push_back(loop.getInitArgs()[index]);
  size_t numRest = inits.size();
  llvm::append_range(inits, state);
  firstSlot = intConstant(builder, loc, builder.getI32Type(), 0);
  inits.push_back(firstSlot);

  auto newLoop = scf::ForOp::create(builder, loc, loop.getLowerBound(), loop.getUpperBound(),
                                    loop.getStep(), inits);
  newLoop.setUnsignedCmp(loop.getUnsignedCmp());
  newLoop->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  IRMapping map;
  map.map(loop.getInductionVar(), newLoop.getInductionVar());
  for (auto [position, index] : llvm::enumerate(rest.carried()))
    map.map(loop.getRegionIterArg(index), newLoop.getRegionIterArg(position));
  state.assign(newLoop.getRegionIterArgs().begin() + numRest,
               newLoop.getRegionIterArgs().end() - 1);

  OpBuilder body = OpBuilder::atBlockBegin(newLoop.getBody());
  emitBody(body, newLoop, map);

  for (auto [position, index] : llvm::enumerate(rest.carried()))
    loop.getResult(index).replaceAllUsesWith(newLoop.getResult(position));
  loop.erase();
}

void LoopPipeliner::emitBody(OpBuilder &builder, scf::ForOp newLoop, IRMapping &map) {
  Location loc = loop.getLoc();
  Type i32 = builder.getI32Type();
  Value iv = newLoop.getInductionVar(), slot = newLoop.getRegionIterArgs().back();
  bool emitted = false;
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (!llvm::is_contained(gets, &op)) {
      if (rest.contains(&op))
        builder.clone(op, map);
      continue;
    }
    if (std::exchange(emitted, true))
      continue;
    for (ws::GetOp get : gets) {
      auto clone = cast<ws::GetOp>(builder.clone(*get, map));
      clone.getSlotMutable().assign(slot);
      clone.setAhead(distance);
    }
    if (distance < depth)
      emitNextPuts(builder, iv, slot);
  }
  if (distance == depth)
    emitNextPuts(builder, iv, slot);
  SmallVector<Value> yields;
  for (unsigned index : rest.carried())
    yields.push_back(map.lookupOrDefault(loop.getYieldedValues()[index]));
  llvm::append_range(yields, state);
  Value next = firstSlot;
  if (depth > 1) {
    Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot,
                                         intConstant(builder, loc, i32, depth - 1));
    next = arith::AddIOp::create(builder, loc, slot, intConstant(builder, loc, i32, 1));
    next = arith::SelectOp::create(builder, loc, isLast, firstSlot, next);
  }
  yields.push_back(next);
  scf::YieldOp::create(builder, loc, yields);
}

/// Slice and puts of the iteration `distance` ahead of `iv`, whose gets took from `slot`.
void LoopPipeliner::emitNextPuts(OpBuilder &builder, Value iv, Value slot) {
  Location loc = loop.getLoc();
  Type i32 = builder.getI32Type();
  // It exists if distance * step < upper - iv.
  Value steps = arith::MulIOp::create(builder, loc, loop.getStep(),
                                      intConstant(builder, loc, iv.getType(), distance));
  Value left = arith::SubIOp::create(builder, loc, loop.getUpperBound(), iv);
  Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, steps, left);
  // It fills the slot freed last: of the gets before, or of these.
  Value putSlot = slot;
  if (distance < depth) {
    Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot,
                                          intConstant(builder, loc, i32, 0));
    Value before = arith::SubIOp::create(builder, loc, slot, intConstant(builder, loc, i32, 1));
    putSlot = arith::SelectOp::create(builder, loc, isFirst,
                                      intConstant(builder, loc, i32, depth - 1), before);
  }
  emitAhead(builder, arith::AddIOp::create(builder, loc, iv, steps), exists, putSlot);
}

/// Puts of `loop`'s own body that run ahead; an error if some run farther than others.
static FailureOr<SmallVector<ws::PutOp>> pipelinedPuts(scf::ForOp loop) {
  SmallVector<ws::PutOp> puts;
  for (auto put : loop.getBody()->getOps<ws::PutOp>()) {
    int32_t depth = depthOf(put.getChannel());
    if (distanceOf(put) == 0 || put.getSlot())
      continue;
    if (!puts.empty() &&
        distanceOf(put) - depth != distanceOf(puts[0]) - depthOf(puts[0].getChannel()))
      return put.emitOpError("runs ")
             << distanceOf(put) << " iterations ahead into a channel of depth " << depth
             << ": the puts of one loop must all leave one slot free, or none";
    if (!puts.empty() && depth != depthOf(puts[0].getChannel()))
      return put.emitOpError("into a channel of depth ")
             << depth << ": the channels of one loop must have one depth, another has "
             << depthOf(puts[0].getChannel());
    puts.push_back(put);
  }
  return puts;
}

namespace {
struct PipelineLoops : mla::impl::PipelineLoopsBase<PipelineLoops> {
  using PipelineLoopsBase::PipelineLoopsBase;

  void runOnOperation() override {
    auto roles = getOperation().getOps<ws::RoleOp>();
    if (std::distance(roles.begin(), roles.end()) > 1)
      return; // several roles: ws-assign-phases
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); }); // inner loops first
    for (scf::ForOp loop : loops) {
      FailureOr<SmallVector<ws::PutOp>> puts = pipelinedPuts(loop);
      if (failed(puts))
        return signalPassFailure();
      if (!puts->empty())
        LoopPipeliner(loop, *puts).run();
    }
    assignFirstSlot();
  }

  /// A channel whose put stays next to its get uses slot 0 only. What goes through channels of
  /// computed tiles stays in program order and needs no slots.
  void assignFirstSlot() {
    DenseSet<Value> computed;
    getOperation().walk([&](ws::PutTileOp put) { computed.insert(put.getChannel()); });
    getOperation().walk([&](Operation *op) {
      OpBuilder builder(op);
      auto zero = [&] { return intConstant(builder, op->getLoc(), builder.getI32Type(), 0); };
      if (auto put = dyn_cast<ws::PutOp>(op); put && !put.getSlot())
        put.getSlotMutable().assign(zero());
      else if (auto get = dyn_cast<ws::GetOp>(op);
               get && !get.getSlot() && !computed.contains(get.getChannel()))
        get.getSlotMutable().assign(zero());
      else if (auto release = dyn_cast<ws::ReleaseOp>(op);
               release && !computed.contains(release.getChannel()))
        op->erase();
    });
  }
};
} // namespace
