//===- LazyRescale.cpp - a running maximum that moves seldom --------------===//
// Scaling the accumulator is the dearest part of a step besides its products, and after the first
// tiles of keys the maximum hardly grows.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "SoftmaxSteps.h"

namespace mla {
#define GEN_PASS_DEF_LAZYRESCALE
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
struct LazyRescale : mla::impl::LazyRescaleBase<LazyRescale> {
  using LazyRescaleBase::LazyRescaleBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    if (threshold < 0) {
      func.emitError("attn-lazy-rescale: 'threshold' must be at least 0, got ") << threshold;
      return signalPassFailure();
    }
    Operation *found = findLabelled(func, *this, "op", op, "softmax steps",
                                    [](Operation *each) { return isa<attn::SoftmaxStepOp>(each); });
    if (!found)
      return signalPassFailure();
    auto step = cast<attn::SoftmaxStepOp>(found);
    ImplicitLocOpBuilder builder(step.getLoc(), step);
    SoftmaxStep made = emitSoftmaxStep(builder, {step.getScores()}, step.getM(), step.getL(),
                                       step.getAcc(), step.getScale(), double(threshold));
    step->replaceAllUsesWith(ValueRange{made.weights.front(), made.m, made.l, made.acc});
    step->erase();
  }
};
} // namespace
