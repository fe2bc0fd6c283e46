//===- Unroll.cpp - several iterations in one -----------------------------===//
// Not the utility of the scf dialect: that one divides signed, which is wrong for loops that
// compare unsigned, and it names no copies.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "LoopTrips.h"
#include "Unroll.h"
#include "mlir/IR/IRMapping.h"

namespace mla {
#define GEN_PASS_DEF_UNROLL
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Clones the body of `loop` with `index` for its variable and `carried` for what it carries, which
/// becomes what the copy yields.
static void cloneIteration(scf::ForOp loop, Value index, SmallVectorImpl<Value> &carried,
                           const Twine &suffix, OpBuilder &builder) {
  IRMapping map;
  map.map(loop.getInductionVar(), index);
  map.map(loop.getRegionIterArgs(), carried);
  for (Operation &op : loop.getBody()->without_terminator())
    suffixLabels(builder.clone(op, map), suffix);
  for (auto [value, yielded] : llvm::zip_equal(carried, loop.getYieldedValues()))
    value = map.lookupOrDefault(yielded);
}

void mla::unrollLoop(scf::ForOp loop, int64_t factor) {
  LoopTrips trips(loop);
  Value end = trips.endOfWholeGroups(factor);
  Value factorValue = trips.integer(factor);
  SmallVector<Value> multiples;
  for (int64_t copy = 1; copy < factor; ++copy)
    multiples.push_back(trips.integer(copy));

  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Value chunk = arith::MulIOp::create(builder, loc, loop.getStep(), factorValue);
  auto main = scf::ForOp::create(
      builder, loc, loop.getLowerBound(), end, chunk, loop.getInitArgs(),
      [](OpBuilder &, Location, Value, ValueRange) {}, loop.getUnsignedCmp());
  main->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  OpBuilder inside = OpBuilder::atBlockBegin(main.getBody());
  SmallVector<Value> carried(main.getRegionIterArgs());
  cloneIteration(loop, main.getInductionVar(), carried, ".0", inside);
  for (auto [copy, multiple] : llvm::enumerate(multiples)) {
    Value distance = arith::MulIOp::create(inside, loc, loop.getStep(), multiple);
    Value index = arith::AddIOp::create(inside, loc, main.getInductionVar(), distance);
    cloneIteration(loop, index, carried, "." + Twine(copy + 1), inside);
  }
  scf::YieldOp::create(inside, loc, carried);

  loop.setLowerBound(end);
  loop.getInitArgsMutable().assign(main.getResults());
  suffixLabels(loop, ".tail");
}

namespace {
struct Unroll : mla::impl::UnrollBase<Unroll> {
  using UnrollBase::UnrollBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    if (factor < 2) {
      func.emitError("tile-unroll: 'factor' must be at least 2, got ") << int64_t(factor);
      return signalPassFailure();
    }
    Operation *found = findLabelled(func, *this, "loop", loop, "loops",
                                    [](Operation *op) { return isa<scf::ForOp>(op); });
    if (!found)
      return signalPassFailure();
    unrollLoop(cast<scf::ForOp>(found), factor);
  }
};
} // namespace
