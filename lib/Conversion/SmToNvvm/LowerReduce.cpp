//===- LowerReduce.cpp - reductions ---------------------------------------===//
// Step after step (AxisSteps.h): within the thread, across lanes by shuffles, across warps through
// scratch memory. The order is fixed, and every thread that holds a result computes the same bits.

#include "Combiner.h"
#include "Lower.h"

using namespace mlir;

namespace mla {

/// Combines the lanes that differ in one bit; both get the result.
static Elements combineLanes(ThreadEmitter &emitter, Combiner &combiner, const Elements &mine,
                             unsigned bit) {
  Elements other = combiner.exchange(mine, int32_t(1) << bit);
  if (combiner.isCommutative())
    return combiner.combine(mine, other);
  Value isLeft = emitter.threadsWithout(uint32_t(1) << bit);
  return combiner.combine(combiner.select(isLeft, mine, other),
                          combiner.select(isLeft, other, mine));
}

/// One step for all groups of all slice registers.
static LogicalResult combineStep(ThreadEmitter &emitter, Combiner &combiner, const AxisStep &step,
                                 MutableArrayRef<SmallVector<Elements>> groups) {
  if (step.owner == kWarp) {
    FailureOr<Combiner::Parts> parts = combiner.exchangeWarps(step, groups);
    if (failed(parts))
      return failure();
    for (auto [row, rowParts] : llvm::zip_equal(groups, *parts))
      for (auto [group, all] : llvm::zip_equal(row, rowParts))
        group = combiner.combineAll(std::move(all));
    return success();
  }
  if (step.owner == kLane) {
    // The farthest lanes first if the order is free: it is the sums' order since the beginning.
    std::vector<unsigned> bits = step.bits;
    if (combiner.isCommutative())
      std::reverse(bits.begin(), bits.end());
    for (unsigned bit : bits)
      for (SmallVector<Elements> &row : groups)
        for (Elements &group : row)
          group = combineLanes(emitter, combiner, group, bit);
    return success();
  }
  for (SmallVector<Elements> &row : groups) {
    SmallVector<Elements> merged;
    for (size_t i = 0; i < row.size(); i += size_t(step.count))
      merged.push_back(combiner.combineRegisters(ArrayRef(row).slice(i, size_t(step.count))));
    row = std::move(merged);
  }
  return success();
}

/// Reduces `sources` to `results` along `axis`.
static LogicalResult reduce(ThreadEmitter &emitter, Combiner &combiner, Operation *op,
                            Value firstSource, unsigned axis) {
  if (failed(combiner.plan(/*ordered=*/!combiner.isCommutative())))
    return failure();
  TileLayout source = emitter.layoutOf(firstSource.getType());
  SmallVector<SmallVector<Elements>> groups;
  for (const std::vector<int32_t> &registers : axisRegisters(source, axis))
    groups.push_back(
        llvm::map_to_vector(registers, [&](int32_t reg) { return combiner.element(reg); }));
  for (const AxisStep &step : combiner.steps())
    if (failed(combineStep(emitter, combiner, step, groups)) || combiner.failed())
      return failure();

  TileLayout result = emitter.layoutOf(op->getResult(0).getType());
  std::vector<int> identity;
  for (unsigned dim = 0; dim < result.rank(); ++dim)
    identity.push_back(int(dim));
  auto match = matchRegisters(sliceLayout(source, axis), result, identity);
  if (!match)
    return op->emitOpError("expects a result in the layout that is left of the source's, got ")
           << firstSource.getType() << " and " << op->getResult(0).getType();
  for (auto [component, value] : llvm::enumerate(op->getResults())) {
    SmallVector<Value> narrowed = llvm::map_to_vector(groups, [&](SmallVector<Elements> &row) {
      return combiner.narrow(row.front()[component], component);
    });
    emitter.define(value, llvm::map_to_vector(*match, [&](int32_t reg) { return narrowed[reg]; }));
  }
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::ReduceOp op) {
  return reduce(emitter, *createCombiner(emitter, op), op, op.getSource(), op.getAxis());
}

LogicalResult lower(ThreadEmitter &emitter, tile::GenericReduceOp op) {
  return reduce(emitter, *createCombiner(emitter, op), op, op.getSources().front(), op.getAxis());
}

} // namespace mla
