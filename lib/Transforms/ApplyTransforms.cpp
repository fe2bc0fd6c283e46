//===- ApplyTransforms.cpp - the transforms of a recipe, in order ---------===//
// Each is a pass of its own; this one runs those that `tile.transforms` names.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "Unroll.h"
#include "mla/Dialect/Gather/Gather.h"
#include "mla/Transforms/TransformKinds.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

namespace mla {
#define GEN_PASS_DEF_APPLYTRANSFORMS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

void mla::addExpandDomains(OpPassManager &pm) {
  pm.addPass(createExpandAttention());
  pm.addPass(createExpandGather());
  pm.addPass(createExpandIndexer());
}

/// The pass of a checked step with its options.
static FailureOr<std::unique_ptr<Pass>> makePass(const TransformStep &step, func::FuncOp func) {
  std::string options;
  for (const auto &[name, value] : step.options)
    options += (options.empty() ? "" : " ") + name + "=" + textOf(value);
  std::unique_ptr<Pass> pass = findTransform(step.name)->create();
  if (failed(pass->initializeOptions(
          options, [&](const Twine &message) { return func.emitError(message); })))
    return failure();
  return pass;
}

/// Whether `tile.l2_hints` names loads, or what they are copies of: from here on their labels stay.
static LogicalResult checkHints(func::FuncOp func) {
  auto hints = func->getAttrOfType<DictionaryAttr>(tile::kL2HintsAttr);
  if (!hints)
    return success();
  llvm::SetVector<StringRef> labels;
  func.walk([&](Operation *op) {
    if (isa<tile::LoadOp, tile::LoadViewOp, gather::RowsOp, gather::PagedRowsOp>(op) &&
        !labelOf(op).empty())
      labels.insert(labelOf(op));
  });
  auto names = [&](StringRef name) {
    return llvm::any_of(labels, [&](StringRef label) { return isCopyOf(label, name); });
  };
  for (NamedAttribute hint : hints)
    if (!names(hint.getName()))
      return func.emitError(tile::kL2HintsAttr)
             << " names no load: '" << hint.getName().getValue()
             << "'; loads with labels: " << llvm::join(labels, ", ");
  return success();
}

/// Unrolls loops whose source asks for it, inner ones first; a recipe's transforms win.
static void applyUnrollHints(func::FuncOp func, bool isOverridden) {
  SmallVector<std::pair<scf::ForOp, int64_t>> loops;
  func.walk([&](scf::ForOp loop) {
    auto factor = dyn_cast_or_null<IntegerAttr>(loop->removeAttr(tile::kUnrollAttr));
    if (factor && factor.getInt() > 1 && !isOverridden)
      loops.push_back({loop, factor.getInt()});
  });
  for (auto [loop, factor] : loops)
    unrollLoop(loop, factor);
}

namespace {
struct ApplyTransforms : mla::impl::ApplyTransformsBase<ApplyTransforms> {
  using ApplyTransformsBase::ApplyTransformsBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr(tile::kKernelAttr) && (failed(apply(func)) || failed(checkHints(func))))
      signalPassFailure();
  }

private:
  LogicalResult apply(func::FuncOp func) {
    Attribute given = func->getAttr(tile::kTransformsAttr);
    applyUnrollHints(func, /*isOverridden=*/bool(given));
    if (!given)
      return success();
    auto steps = dyn_cast<ArrayAttr>(given);
    if (!steps)
      return func.emitError(tile::kTransformsAttr) << " must be an array, got " << given;
    for (auto [index, element] : llvm::enumerate(steps)) {
      std::string where = (tile::kTransformsAttr + "[" + Twine(index) + "]").str();
      std::optional<TransformStep> step = transformFromAttribute(element);
      if (!step)
        return func.emitError(where) << " must be {name = {option = value, …}}, got " << element;
      if (llvm::Error error = checkTransform(*step, where))
        return func.emitError(llvm::toString(std::move(error)));
      FailureOr<std::unique_ptr<Pass>> pass = makePass(*step, func);
      if (failed(pass))
        return failure();
      // Loops that turn out to run never or once vanish here, and their labels with them.
      OpPassManager pm(func::FuncOp::getOperationName());
      if (findTransform(step->name)->isBelowDomain)
        addExpandDomains(pm);
      pm.addPass(std::move(*pass));
      pm.addPass(createCanonicalizerPass());
      if (failed(runPipeline(pm, func)))
        return failure();
    }
    func->removeAttr(tile::kTransformsAttr);
    func->setAttr(tile::kAppliedTransformsAttr, steps);
    return success();
  }
};
} // namespace
