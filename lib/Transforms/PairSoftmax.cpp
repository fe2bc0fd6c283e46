//===- PairSoftmax.cpp - two tiles of keys share one maximum --------------===//
// Both tiles of scores are needed before the first weights: what uses the first step's results
// moves behind the second step.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "SoftmaxSteps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mla {
#define GEN_PASS_DEF_PAIRSOFTMAX
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// The ops between two steps that depend on the first one, in order.
static llvm::SetVector<Operation *> dependentOps(attn::SoftmaxStepOp first,
                                                 attn::SoftmaxStepOp second) {
  llvm::SetVector<Operation *> dependent;
  for (Operation *op = first->getNextNode(); op != second; op = op->getNextNode()) {
    bool depends =
        op->walk([&](Operation *inner) {
            return llvm::any_of(inner->getOperands(),
                                [&](Value operand) {
                                  Operation *def = operand.getDefiningOp();
                                  return def == first || (def && dependent.contains(def));
                                })
                       ? WalkResult::interrupt()
                       : WalkResult::advance();
          }).wasInterrupted();
    if (depends)
      dependent.insert(op);
  }
  return dependent;
}

/// Whether the second step goes on where the first one and the products on its accumulator stopped.
static LogicalResult checkPair(attn::SoftmaxStepOp first, attn::SoftmaxStepOp second,
                               const llvm::SetVector<Operation *> &dependent) {
  auto fail = [&](Operation *at, StringRef what) {
    InFlightDiagnostic error = at->emitError("attn-pair-softmax: cannot pair two softmax steps: ");
    error << what;
    error.attachNote(first.getLoc()) << "the first step";
    error.attachNote(second.getLoc()) << "the second step";
    return error;
  };
  if (second.getM() != first.getNewM() || second.getL() != first.getNewL() ||
      first.getScores().getType() != second.getScores().getType())
    return fail(second, "the second does not continue the state of the first");
  if (first.getScale() != second.getScale())
    return fail(second, "the factors of their scores differ");
  if (!first.getNewM().hasOneUse() || !first.getNewL().hasOneUse())
    return fail(first, "the state between them is used by another op");
  // The accumulator between them may only have been added to.
  Value acc = second.getAcc();
  while (auto dot = acc.getDefiningOp<tile::DotOp>()) {
    if (acc == first.getNewAcc() || !acc.hasOneUse())
      break;
    acc = dot.getAcc();
  }
  if (acc != first.getNewAcc() || !acc.hasOneUse())
    return fail(second, "between them the accumulator has to go through matrix products only");
  Operation *scores = second.getScores().getDefiningOp();
  if (scores && (scores == first || dependent.contains(scores)))
    return fail(second, "the scores of the second depend on the first");
  for (Operation *op : dependent)
    if (!isMemoryEffectFree(op))
      return fail(op, "this op uses the first and has effects, so that it cannot move behind the "
                      "second");
  return success();
}

static LogicalResult pair(attn::SoftmaxStepOp first, attn::SoftmaxStepOp second,
                          std::optional<double> threshold) {
  llvm::SetVector<Operation *> dependent = dependentOps(first, second);
  if (failed(checkPair(first, second, dependent)))
    return failure();
  ImplicitLocOpBuilder builder(second.getLoc(), second);
  SoftmaxStep made = emitSoftmaxStep(builder, {first.getScores(), second.getScores()}, first.getM(),
                                     first.getL(), first.getAcc(), first.getScale(), threshold);
  for (Operation *op : dependent)
    op->moveBefore(second);
  // Behind the second step stands what was added to the accumulator already: nothing scales it
  // again.
  second->replaceAllUsesWith(ValueRange{made.weights[1], made.m, made.l, second.getAcc()});
  second->erase();
  first->replaceAllUsesWith(ValueRange{made.weights[0], made.m, made.l, made.acc});
  first->erase();
  return success();
}

namespace {
struct PairSoftmax : mla::impl::PairSoftmaxBase<PairSoftmax> {
  using PairSoftmaxBase::PairSoftmaxBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    Operation *found = findLabelled(func, *this, "loop", loop, "loops",
                                    [](Operation *op) { return isa<scf::ForOp>(op); });
    if (!found)
      return signalPassFailure();
    auto steps = llvm::to_vector(cast<scf::ForOp>(found).getBody()->getOps<attn::SoftmaxStepOp>());
    if (steps.empty() || steps.size() % 2 != 0) {
      found->emitError("attn-pair-softmax: expected an even number of softmax steps in the loop, "
                       "got ")
          << steps.size() << "; unroll it first";
      return signalPassFailure();
    }
    std::optional<double> limit;
    if (threshold >= 0)
      limit = threshold;
    for (size_t i = 0; i < steps.size(); i += 2)
      if (failed(pair(steps[i], steps[i + 1], limit)))
        return signalPassFailure();
  }
};
} // namespace
