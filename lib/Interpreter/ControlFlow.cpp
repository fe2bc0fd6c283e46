//===- ControlFlow.cpp - loops, branches and the end of a kernel ----------===//
#include "Registry.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace mla::interp {

/// Values as they are now: setting one may change another's source.
static SmallVector<Tile> read(Machine &machine, ValueRange values) {
  SmallVector<Tile> tiles;
  for (Value value : values)
    tiles.push_back(machine[value]);
  return tiles;
}

template <typename Range>
static void assign(Machine &machine, Range targets, ArrayRef<Tile> tiles) {
  for (auto [target, tile] : llvm::zip_equal(targets, tiles))
    machine.set(target, tile);
}

/// Ends the region that is being executed: its owner's results are `tiles`.
static Outcome finish(Machine &machine, Operation *owner, ArrayRef<Tile> tiles) {
  machine.leave();
  assign(machine, owner->getResults(), tiles);
  ++machine.frame().next;
  return Outcome::Jumped;
}

//===----------------------------------------------------------------------===//
// scf.for
//===----------------------------------------------------------------------===//

static void setInductionVariable(Machine &machine, scf::ForOp loop, int64_t iteration) {
  const Tile &lower = machine[loop.getLowerBound()];
  int64_t step = machine[loop.getStep()].scalar();
  int64_t value = lower.scalar() + iteration * step;
  Tile variable = Tile::integer(lower.element, wrapInteger(value, bitsOf(lower.element)));
  if (lower.overflowAt(0))
    variable.setOverflow(0, lower.overflowAt(0));
  machine.set(loop.getInductionVar(), std::move(variable));
}

static Outcome forOp(Machine &machine, Operation *op) {
  auto loop = cast<scf::ForOp>(op);
  const Tile &lower = machine[loop.getLowerBound()];
  unsigned bits = bitsOf(lower.element);
  int64_t begin = lower.scalar(), end = machine[loop.getUpperBound()].scalar();
  int64_t step = machine[loop.getStep()].scalar();
  if (loop.getUnsignedCmp() ? unsignedInteger(step, bits) == 0 : step <= 0)
    return machine.fail(op, "the loop's step must be positive, got " + Twine(step));
  SmallVector<Tile> inits = read(machine, loop.getInitArgs());
  __int128 length = loop.getUnsignedCmp() ? (__int128)unsignedInteger(end, bits) -
                                                (__int128)unsignedInteger(begin, bits)
                                          : (__int128)end - begin;
  __int128 width = loop.getUnsignedCmp() ? (__int128)unsignedInteger(step, bits) : (__int128)step;
  if (length <= 0) {
    assign(machine, loop.getResults(), inits);
    return Outcome::Next;
  }
  assign(machine, loop.getRegionIterArgs(), inits);
  setInductionVariable(machine, loop, 0);
  machine.enter(*loop.getBody(), op);
  machine.frame().trips = int64_t((length + width - 1) / width);
  return Outcome::Jumped;
}

static Outcome endIteration(Machine &machine, scf::ForOp loop, ArrayRef<Tile> tiles) {
  Machine::Frame &frame = machine.frame();
  if (++frame.iteration == frame.trips)
    return finish(machine, loop, tiles);
  assign(machine, loop.getRegionIterArgs(), tiles);
  setInductionVariable(machine, loop, frame.iteration);
  frame.next = frame.block->begin();
  return Outcome::Jumped;
}

//===----------------------------------------------------------------------===//
// scf.if, scf.while
//===----------------------------------------------------------------------===//

static Outcome ifOp(Machine &machine, Operation *op) {
  auto branch = cast<scf::IfOp>(op);
  const Tile &condition = machine[branch.getCondition()];
  if (condition.size() != 1)
    return machine.fail(op, "a branch in a combining function, which is evaluated for all elements "
                            "at once");
  Region &region = condition.scalar() ? branch.getThenRegion() : branch.getElseRegion();
  if (region.empty())
    return Outcome::Next;
  machine.enter(region.front(), op);
  return Outcome::Jumped;
}

static Outcome whileOp(Machine &machine, Operation *op) {
  auto loop = cast<scf::WhileOp>(op);
  assign(machine, loop.getBeforeArguments(), read(machine, loop.getInits()));
  machine.enter(loop.getBefore().front(), op);
  return Outcome::Jumped;
}

static Outcome conditionOp(Machine &machine, Operation *op) {
  auto condition = cast<scf::ConditionOp>(op);
  auto loop = cast<scf::WhileOp>(op->getParentOp());
  SmallVector<Tile> tiles = read(machine, condition.getArgs());
  if (!machine[condition.getCondition()].scalar())
    return finish(machine, loop, tiles);
  assign(machine, loop.getAfterArguments(), tiles);
  Machine::Frame &frame = machine.frame();
  frame.block = &loop.getAfter().front();
  frame.next = frame.block->begin();
  return Outcome::Jumped;
}

static Outcome yieldOp(Machine &machine, Operation *op) {
  Operation *owner = op->getParentOp();
  SmallVector<Tile> tiles = read(machine, op->getOperands());
  if (auto loop = dyn_cast<scf::ForOp>(owner))
    return endIteration(machine, loop, tiles);
  auto loop = dyn_cast<scf::WhileOp>(owner);
  if (!loop)
    return finish(machine, owner, tiles);
  assign(machine, loop.getBeforeArguments(), tiles);
  Machine::Frame &frame = machine.frame();
  ++frame.iteration;
  frame.block = &loop.getBefore().front();
  frame.next = frame.block->begin();
  return Outcome::Jumped;
}

static Outcome returnOp(Machine &machine, Operation *) {
  machine.leave();
  return Outcome::Jumped;
}

void addControlFlow(Registry &registry) {
  registry.add<scf::ForOp>(forOp);
  registry.add<scf::IfOp>(ifOp);
  registry.add<scf::WhileOp>(whileOp);
  registry.add<scf::ConditionOp>(conditionOp);
  registry.add<scf::YieldOp>(yieldOp);
  registry.add<func::ReturnOp>(returnOp);
}

} // namespace mla::interp
