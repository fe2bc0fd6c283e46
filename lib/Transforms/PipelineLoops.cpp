//===- PipelineLoops.cpp - run puts ahead of gets, assign slots -----------===//
// In a loop whose channels have depth D and whose puts run A iterations ahead, D - 1 or D:
//   1. the *run-ahead slice* is every op of the body that the puts' operands depend on, through
//   loop-carried values too;
//   2. before the loop the slice and the puts are cloned for iterations 0 … A-1;
//   3. the loop carries the slice's own loop-carried values, A iterations ahead, and the slot of
//   its gets;
//   4. in the body all gets stand at the first one; slice and puts of the iteration A ahead follow
//   them at once if a slot is free then (A = D-1), else what is left of the body comes first. Where
//   warpgroups multiply by themselves, their products start first: addresses are computed beside
//   them. Computed tiles are loaded there and computed and put at the end: the loads arrive
//   meanwhile;
//   5. numbers that addresses ahead come from (indices, entries of page tables) are loaded one
//   iteration earlier still and carried: no put waits for them.
// Everything ahead runs under "that iteration exists", so any trip count is right. What is computed
// for an iteration that does not exist goes into a free slot and is never read.
#include "mla/Transforms/Passes.h"

#include "LoopSlice.h"
#include "mla/Arch/Arch.h"
#include "mla/Dialect/Sm/Sm.h"
#include "mla/Layout/Wgmma.h"

#include "mlir/IR/IRMapping.h"

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

/// Iterations by which `put` runs ahead of its get.
static int32_t distanceOf(Operation *put) {
  auto copy = dyn_cast<ws::PutOp>(put);
  return copy && copy.getAhead() ? int32_t(*copy.getAhead()) : depthOf(put->getOperand(0)) - 1;
}

static bool isTile(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile && tile.getRank() > 1;
}

/// Lets the reads in `op` happen only where `exists` holds.
static void maskReads(Operation *op, Value exists) {
  op->walk([&](tile::LoadOp load) {
    OpBuilder before(load);
    Value mask = exists;
    if (auto type = dyn_cast<RankedTensorType>(load.getPtr().getType()))
      mask =
          tile::SplatOp::create(before, load.getLoc(),
                                RankedTensorType::get(type.getShape(), before.getI1Type()), exists);
    if (load.getMask())
      mask = arith::AndIOp::create(before, load.getLoc(), load.getMask(), mask);
    load.getMaskMutable().assign(mask);
  });
}

namespace {
/// What an iteration ahead has loaded from memory for its addresses, and the iterations for which
/// that is carried: from `first` to one beyond those whose puts are under way.
struct EarlyLoad {
  tile::LoadOp load;
  int32_t first = 0;
  SmallVector<Value> values;
};

/// One loop with channels of one depth, filled equally far ahead.
class LoopPipeliner {
public:
  LoopPipeliner(scf::ForOp loop, SmallVector<Operation *> puts)
      : loop(loop), puts(std::move(puts)), depth(depthOf(this->puts[0]->getOperand(0))),
        distance(distanceOf(this->puts[0])), early(loop), ahead(loop), rest(loop) {}

  void run();

private:
  void findSlices();
  void findEarlyLoads();
  void findLate();
  void emitPrologue(OpBuilder &builder);
  void emitLoop(OpBuilder &builder);
  void emitBody(OpBuilder &builder, scf::ForOp newLoop, IRMapping &map);
  Operation *readerOfProducts();
  IRMapping emitNextPuts(OpBuilder &builder, Value iv, Value slot);
  void emitEarly(OpBuilder &builder, Value iv, Value exists);
  IRMapping emitAhead(OpBuilder &builder, Value iv, Value exists, Value slot);
  void emitLate(OpBuilder &builder, IRMapping &map, Value slot);
  Value putSlotOf(OpBuilder &builder, Value slot);
  /// Whether the iteration `count` after that of `iv`, which exists, exists too; its first value.
  std::pair<Value, Value> iterationAfter(OpBuilder &builder, Value iv, int32_t count);

  scf::ForOp loop;
  SmallVector<Operation *> puts; ///< of copies and of computed tiles
  SmallVector<ws::GetOp> gets;
  int32_t depth, distance;
  SmallVector<EarlyLoad> earlyLoads;
  LoopSlice early;            ///< what the early loads need, with them
  LoopSlice ahead;            ///< what else the puts need
  LoopSlice rest;             ///< what everything else needs
  DenseSet<Operation *> late; ///< of `ahead` and `puts`: what waits for a tile that is loaded
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

/// Loads of numbers and vectors among what the puts need. They run one iteration further ahead,
/// unless a loop-carried value would have to, too.
void LoopPipeliner::findEarlyLoads() {
  LoopSlice all(loop);
  for (Operation *put : puts)
    for (Value operand : put->getOperands())
      all.addValue(operand);
  for (auto load : loop.getBody()->getOps<tile::LoadOp>())
    if (all.contains(load) && !isTile(load.getType()) && !load.getIsVolatile()) {
      earlyLoads.push_back({load});
      early.addOp(load);
    }
  if (early.carried().empty())
    return;
  earlyLoads.clear();
  early = LoopSlice(loop);
}

/// What the iteration computes of tiles that are loaded ahead waits until they have arrived.
void LoopPipeliner::findLate() {
  DenseSet<Value> arriving;
  for (Operation &op : loop.getBody()->without_terminator()) {
    bool isPut = llvm::is_contained(puts, &op);
    if (!isPut && !ahead.contains(&op))
      continue;
    bool waits = isa<ws::PutTileOp>(op);
    op.walk([&](Operation *nested) {
      waits |= llvm::any_of(nested->getOperands(),
                            [&](Value operand) { return arriving.contains(operand); });
    });
    if (waits)
      late.insert(&op);
    if (waits || (isa<tile::LoadOp>(op) && isTile(op.getResult(0).getType())))
      arriving.insert(op.result_begin(), op.result_end());
  }
}

void LoopPipeliner::findSlices() {
  findEarlyLoads();
  DenseSet<Value> known;
  for (EarlyLoad &early : earlyLoads)
    known.insert(early.load.getResult());
  ahead = LoopSlice(loop, known);
  for (Operation *put : puts)
    for (Value operand : put->getOperands())
      ahead.addValue(operand);
  findLate();
  // Iterations far ahead would be too much to carry for the few that the rest needs.
  rest = LoopSlice(loop, distance == 1 ? known : DenseSet<Value>());
  auto isPipelined = [&](Value channel) {
    return llvm::any_of(puts, [&](Operation *put) { return put->getOperand(0) == channel; });
  };
  for (Operation &op : llvm::make_early_inc_range(loop.getBody()->without_terminator())) {
    if (auto get = dyn_cast<ws::GetOp>(op); get && isPipelined(get.getChannel()))
      gets.push_back(get);
    bool isEarly = llvm::is_contained(known, op.getNumResults() ? op.getResult(0) : Value());
    if (auto release = dyn_cast<ws::ReleaseOp>(op); release && isPipelined(release.getChannel()))
      release.erase();
    else if (!isEarly && !early.contains(&op) && !ahead.contains(&op) &&
             !llvm::is_contained(puts, &op))
      rest.addOp(&op);
  }
  for (auto [index, result] : llvm::enumerate(loop.getResults()))
    if (!result.use_empty())
      rest.addArg(index);
  llvm::erase_if(earlyLoads, [&](EarlyLoad &early) {
    return !ahead.needs(early.load.getResult()) && !rest.needs(early.load.getResult());
  });
  for (EarlyLoad &early : earlyLoads)
    early.first = rest.needs(early.load.getResult()) ? 0 : distance;
}

/// Clones what the early loads need for the iteration with induction value `iv`; the loaded values
/// are the newest that are carried.
void LoopPipeliner::emitEarly(OpBuilder &builder, Value iv, Value exists) {
  if (earlyLoads.empty())
    return;
  IRMapping map;
  map.map(loop.getInductionVar(), iv);
  for (Operation &op : loop.getBody()->without_terminator())
    if (early.contains(&op))
      maskReads(builder.clone(op, map), exists);
  for (EarlyLoad &early : earlyLoads)
    early.values.push_back(map.lookup(early.load.getResult()));
}

/// Clones the slice and the puts for the iteration with induction value `iv`, but for what is late.
IRMapping LoopPipeliner::emitAhead(OpBuilder &builder, Value iv, Value exists, Value slot) {
  IRMapping map;
  map.map(loop.getInductionVar(), iv);
  for (EarlyLoad &early : earlyLoads)
    map.map(early.load.getResult(), early.values.back());
  for (auto [index, value] : llvm::zip(ahead.carried(), state))
    map.map(loop.getRegionIterArg(index), value);
  for (Operation &op : loop.getBody()->without_terminator())
    if (ahead.contains(&op) && !late.contains(&op))
      maskReads(builder.clone(op, map), exists);
  for (Operation *op : puts) {
    if (late.contains(op))
      continue;
    auto clone = cast<ws::PutOp>(builder.clone(*op, map));
    clone.getPredicateMutable().assign(exists);
    clone.getSlotMutable().assign(slot);
    clone.removeAheadAttr();
  }
  return map;
}

/// Clones what is late of an iteration whose other ops `map` has, and moves `state` one iteration
/// on.
void LoopPipeliner::emitLate(OpBuilder &builder, IRMapping &map, Value slot) {
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (!late.contains(&op))
      continue;
    Operation *clone = builder.clone(op, map);
    if (auto put = dyn_cast<ws::PutTileOp>(clone))
      put.getSlotMutable().assign(slot);
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
  for (int32_t j = 0; j < distance + int32_t(!earlyLoads.empty()); ++j) {
    Value steps = arith::MulIOp::create(builder, loc, step, intConstant(builder, loc, type, j));
    Value inside = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, steps, length);
    Value exists = arith::AndIOp::create(builder, loc, any, inside);
    Value iv = arith::AddIOp::create(builder, loc, lower, steps);
    emitEarly(builder, iv, exists);
    if (j == distance)
      break;
    Value slot = intConstant(builder, loc, builder.getI32Type(), j);
    IRMapping map = emitAhead(builder, iv, exists, slot);
    emitLate(builder, map, slot);
  }
  for (EarlyLoad &early : earlyLoads)
    early.values.erase(early.values.begin(), early.values.begin() + early.first);
}

void LoopPipeliner::emitLoop(OpBuilder &builder) {
  Location loc = loop.getLoc();
  // Carried: what the rest needs, the run-ahead state, early loads, the slot of the gets.
  SmallVector<Value> inits;
  for (unsigned index : rest.carried())
    inits.push_back(loop.getInitArgs()[index]);
  llvm::append_range(inits, state);
  for (EarlyLoad &early : earlyLoads)
    llvm::append_range(inits, early.values);
  firstSlot = intConstant(builder, loc, builder.getI32Type(), 0);
  inits.push_back(firstSlot);

  auto newLoop = scf::ForOp::create(builder, loc, loop.getLowerBound(), loop.getUpperBound(),
                                    loop.getStep(), inits);
  newLoop.setUnsignedCmp(loop.getUnsignedCmp());
  newLoop->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  IRMapping map;
  map.map(loop.getInductionVar(), newLoop.getInductionVar());
  auto args = newLoop.getRegionIterArgs().begin();
  for (unsigned index : rest.carried())
    map.map(loop.getRegionIterArg(index), *args++);
  for (Value &value : state)
    value = *args++;
  for (EarlyLoad &early : earlyLoads) {
    for (Value &value : early.values)
      value = *args++;
    if (early.first == 0)
      map.map(early.load.getResult(), early.values.front());
  }

  OpBuilder body = OpBuilder::atBlockBegin(newLoop.getBody());
  emitBody(body, newLoop, map);

  for (auto [position, index] : llvm::enumerate(rest.carried()))
    loop.getResult(index).replaceAllUsesWith(newLoop.getResult(position));
  loop.erase();
}

/// Whether warpgroups compute `dot` while their threads go on.
static bool isAsync(tile::DotOp dot) {
  auto func = dot->getParentOfType<func::FuncOp>();
  auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
  auto module = func->getParentOfType<ModuleOp>();
  const Arch *arch = numWarps && module->hasAttr(sm::kArchAttr) ? sm::targetArch(func) : nullptr;
  Type element = tile::elementTypeOf(dot.getA().getType());
  return arch && arch->has(Feature::Wgmma) && (element.isF16() || element.isBF16()) &&
         numWarps.getInt() % sm::kWarpgroupWarps == 0 &&
         chooseWgmmaGrid(cast<RankedTensorType>(dot.getType()).getShape().vec(), numWarps.getInt());
}

/// The first op that needs the result of a product of the iteration, other than to add to it, if
/// products are asynchronous; else null.
Operation *LoopPipeliner::readerOfProducts() {
  for (Operation &op : loop.getBody()->without_terminator()) {
    bool reads = false;
    op.walk([&](Operation *nested) {
      for (OpOperand &operand : nested->getOpOperands()) {
        auto dot = operand.get().getDefiningOp<tile::DotOp>();
        auto next = dyn_cast<tile::DotOp>(nested);
        bool adds = next && &operand == &next.getAccMutable();
        reads |= dot && dot->getBlock() == loop.getBody() && !adds && isAsync(dot);
      }
    });
    if (reads)
      return &op;
  }
  return nullptr;
}

void LoopPipeliner::emitBody(OpBuilder &builder, scf::ForOp newLoop, IRMapping &map) {
  Location loc = loop.getLoc();
  Type i32 = builder.getI32Type();
  Value iv = newLoop.getInductionVar(), slot = newLoop.getRegionIterArgs().back();
  bool emitted = false, pending = false;
  IRMapping next;
  Operation *firstReader = readerOfProducts();
  for (Operation &op : loop.getBody()->without_terminator()) {
    if (&op == firstReader && std::exchange(pending, false))
      next = emitNextPuts(builder, iv, slot);
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
    pending = distance < depth && firstReader && op.isBeforeInBlock(firstReader);
    if (distance < depth && !pending)
      next = emitNextPuts(builder, iv, slot);
  }
  if (distance == depth)
    next = emitNextPuts(builder, iv, slot);
  emitLate(builder, next, distance < depth ? putSlotOf(builder, slot) : slot);
  SmallVector<Value> yields;
  for (unsigned index : rest.carried())
    yields.push_back(map.lookupOrDefault(loop.getYieldedValues()[index]));
  llvm::append_range(yields, state);
  for (EarlyLoad &early : earlyLoads)
    llvm::append_range(yields, ArrayRef(early.values).drop_front());
  Value nextSlot = firstSlot;
  if (depth > 1) {
    Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot,
                                         intConstant(builder, loc, i32, depth - 1));
    nextSlot = arith::AddIOp::create(builder, loc, slot, intConstant(builder, loc, i32, 1));
    nextSlot = arith::SelectOp::create(builder, loc, isLast, firstSlot, nextSlot);
  }
  yields.push_back(nextSlot);
  scf::YieldOp::create(builder, loc, yields);
}

std::pair<Value, Value> LoopPipeliner::iterationAfter(OpBuilder &builder, Value iv, int32_t count) {
  Location loc = loop.getLoc();
  // It exists if count * step < upper - iv.
  Value steps = arith::MulIOp::create(builder, loc, loop.getStep(),
                                      intConstant(builder, loc, iv.getType(), count));
  Value left = arith::SubIOp::create(builder, loc, loop.getUpperBound(), iv);
  Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, steps, left);
  return {exists, arith::AddIOp::create(builder, loc, iv, steps)};
}

/// The slot before `slot`, which the gets took from: it is free.
Value LoopPipeliner::putSlotOf(OpBuilder &builder, Value slot) {
  Location loc = loop.getLoc();
  Type i32 = builder.getI32Type();
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, slot,
                                        intConstant(builder, loc, i32, 0));
  Value before = arith::SubIOp::create(builder, loc, slot, intConstant(builder, loc, i32, 1));
  return arith::SelectOp::create(builder, loc, isFirst, intConstant(builder, loc, i32, depth - 1),
                                 before);
}

/// Slice and puts of the iteration `distance` ahead of `iv`, whose gets took from `slot`, but for
/// what is late; early loads of the iteration behind it.
IRMapping LoopPipeliner::emitNextPuts(OpBuilder &builder, Value iv, Value slot) {
  auto [exists, next] = iterationAfter(builder, iv, distance);
  // They fill the slot freed last: of the gets before, or of these.
  Value putSlot = distance < depth ? putSlotOf(builder, slot) : slot;
  IRMapping map = emitAhead(builder, next, exists, putSlot);
  if (!earlyLoads.empty()) {
    auto [existsAfter, after] = iterationAfter(builder, iv, distance + 1);
    emitEarly(builder, after, existsAfter);
  }
  return map;
}

/// Puts of `loop`'s own body that run ahead; an error if some run farther than others.
static FailureOr<SmallVector<Operation *>> pipelinedPuts(scf::ForOp loop) {
  SmallVector<Operation *> puts;
  for (Operation &put : *loop.getBody()) {
    auto copy = dyn_cast<ws::PutOp>(put);
    auto tile = dyn_cast<ws::PutTileOp>(put);
    if (!(copy && !copy.getSlot()) && !(tile && !tile.getSlot()))
      continue;
    int32_t depth = depthOf(put.getOperand(0));
    if (distanceOf(&put) == 0)
      continue;
    int32_t first = puts.empty() ? depth : depthOf(puts[0]->getOperand(0));
    if (!puts.empty() && distanceOf(&put) - depth != distanceOf(puts[0]) - first)
      return put.emitOpError("runs ")
             << distanceOf(&put) << " iterations ahead into a channel of depth " << depth
             << ": the puts of one loop must all leave one slot free, or none";
    if (depth != first)
      return put.emitOpError("into a channel of depth ")
             << depth << ": the channels of one loop must have one depth, another has " << first;
    puts.push_back(&put);
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
      FailureOr<SmallVector<Operation *>> puts = pipelinedPuts(loop);
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
