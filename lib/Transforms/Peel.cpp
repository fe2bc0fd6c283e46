//===- Peel.cpp - the last, partial iteration apart -----------------------===//
// Behind the split the main loop knows that a whole step lies below its old bound, which decides
// masks and lengths there.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "LoopTrips.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

namespace mla {
#define GEN_PASS_DEF_PEEL
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

//===----------------------------------------------------------------------===//
// What the main loop knows
//===----------------------------------------------------------------------===//

/// Strips what repeats or widens a value without changing an element.
static Value elementSource(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tile::SplatOp, tile::BroadcastOp, tile::ExpandDimsOp, arith::ExtSIOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// Largest element of a compile-time tile or scalar.
static std::optional<int64_t> knownMaximum(Value value) {
  value = elementSource(value);
  if (auto range = value.getDefiningOp<tile::RangeOp>())
    return int64_t(int32_t(range.getEnd())) - 1;
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return number.getSExtValue();
  return std::nullopt;
}

namespace {
/// Facts about an iteration of which a whole step lies below the bound.
class WholeStep {
public:
  WholeStep(scf::ForOp loop, Value bound, int64_t step) : loop(loop), step(step) {
    collectBounds(bound);
  }

  /// Removes what the facts decide.
  void simplify();

private:
  void collectBounds(Value bound);
  bool isBound(Value value) { return bounds.contains(elementSource(value)); }
  std::optional<int64_t> distanceFromIndex(Value value);
  bool isAlwaysLess(Value a, Value b);
  bool coversStep(Value count);

  scf::ForOp loop;
  int64_t step;
  /// Values that are at least index + step.
  DenseSet<Value> bounds;
};
} // namespace

void WholeStep::collectBounds(Value bound) {
  bound = elementSource(bound);
  bounds.insert(bound);
  if (auto min = bound.getDefiningOp<arith::MinSIOp>()) {
    collectBounds(min.getLhs());
    collectBounds(min.getRhs());
  }
}

/// The largest d of which elements of `value` are known to be at most index + d.
std::optional<int64_t> WholeStep::distanceFromIndex(Value value) {
  value = elementSource(value);
  if (value == loop.getInductionVar())
    return 0;
  auto add = value.getDefiningOp<arith::AddIOp>();
  if (!add)
    return std::nullopt;
  for (auto [base, offset] :
       {std::pair(add.getLhs(), add.getRhs()), {add.getRhs(), add.getLhs()}}) {
    std::optional<int64_t> distance = distanceFromIndex(base), more = knownMaximum(offset);
    if (distance && more)
      return *distance + *more;
  }
  return std::nullopt;
}

bool WholeStep::isAlwaysLess(Value a, Value b) {
  std::optional<int64_t> distance = distanceFromIndex(a);
  return distance && *distance < step && isBound(b);
}

/// Whether `count` is bound - index, which is at least a step.
bool WholeStep::coversStep(Value count) {
  auto difference = elementSource(count).getDefiningOp<arith::SubIOp>();
  return difference && isBound(difference.getLhs()) &&
         elementSource(difference.getRhs()) == loop.getInductionVar();
}

void WholeStep::simplify() {
  loop.walk([&](Operation *op) {
    if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
      Value lhs = compare.getLhs(), rhs = compare.getRhs();
      bool isTrue =
          (compare.getPredicate() == arith::CmpIPredicate::slt && isAlwaysLess(lhs, rhs)) ||
          (compare.getPredicate() == arith::CmpIPredicate::sgt && isAlwaysLess(rhs, lhs));
      if (!isTrue)
        return;
      OpBuilder builder(op);
      auto always = arith::ConstantOp::create(builder, op->getLoc(), [&]() -> TypedAttr {
        if (auto type = dyn_cast<RankedTensorType>(compare.getType()))
          return DenseElementsAttr::get(type, true);
        return builder.getBoolAttr(true);
      }());
      compare.replaceAllUsesWith(always.getResult());
    } else if (auto load = dyn_cast<tile::LoadViewOp>(op)) {
      auto type = dyn_cast<RankedTensorType>(load.getType());
      if (load.getValid() && type && type.getDimSize(0) <= step && coversStep(load.getValid()))
        load.getValidMutable().clear();
    }
  });
}

//===----------------------------------------------------------------------===//
// Peeling
//===----------------------------------------------------------------------===//

/// Ends `loop` with the last whole step; a copy behind it takes the rest, if there is one.
static void peelTail(scf::ForOp loop) {
  Value bound = loop.getUpperBound();
  Value end = LoopTrips(loop).endOfWholeSteps();
  OpBuilder builder(loop->getContext());
  builder.setInsertionPointAfter(loop);
  auto tail = cast<scf::ForOp>(builder.clone(*loop));
  suffixLabels(tail, ".tail");
  loop.replaceAllUsesWith(tail.getResults());
  tail.getInitArgsMutable().assign(loop.getResults());
  tail.setLowerBound(end);
  loop.setUpperBound(end);

  APInt step;
  if (matchPattern(loop.getStep(), m_ConstantInt(&step)) && !loop.getUnsignedCmp())
    WholeStep(loop, bound, step.getSExtValue()).simplify();
}

namespace {
struct Peel : mla::impl::PeelBase<Peel> {
  using PeelBase::PeelBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    if (which != "tail") {
      func.emitError("tile-peel: 'which' must be tail, got '") << which << "'";
      return signalPassFailure();
    }
    Operation *found = findLabelled(func, *this, "loop", loop, "loops",
                                    [](Operation *op) { return isa<scf::ForOp>(op); });
    if (!found)
      return signalPassFailure();
    peelTail(cast<scf::ForOp>(found));
  }
};
} // namespace
