//===- ExpandAttention.cpp - steps of attention to tile ops ---------------===//
// The default expansion of each op of attn. Two rules keep NaN out: differences of maxima use a
// base that is finite, because -inf - -inf is NaN, and what must not count is selected away before
// it is multiplied. Products and sums may contract to one rounding, as those in kernel texts.

#include "SoftmaxSteps.h"
#include "TileBuilder.h"
#include "mla/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>
#include <numbers>

namespace mla {
#define GEN_PASS_DEF_EXPANDATTENTION
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
/// Makes the ops of one expansion.
class Expansion : public TileBuilder {
public:
  explicit Expansion(Operation *op) : TileBuilder(op->getLoc(), op) {}

  Value mask(attn::MaskOp op);
  SmallVector<Value> softmaxInit(attn::SoftmaxInitOp op);
  SmallVector<Value> softmaxStep(attn::SoftmaxStepOp op);
  SmallVector<Value> softmaxFinish(attn::SoftmaxFinishOp op);
  SmallVector<Value> mergeStep(attn::MergeStepOp op);
  SmallVector<Value> gradScores(attn::GradScoresOp op);

private:
  static constexpr float kNegInf = -std::numeric_limits<float>::infinity();

  /// What a step that sees the greatest score `top` does with weights.
  struct Weighing {
    Value base, decay;
  };
  Weighing weigh(Value m, Value top);

  Value log2(Value value) { return math::Log2Op::create(*this, value, arith::FastMathFlags::afn); }
  Value equals(Value value, float number) {
    Value other = TileBuilder::number(value.getType(), number);
    return arith::CmpFOp::create(*this, arith::CmpFPredicate::OEQ, value, other);
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

/// Compares columns with limits that are counted from the first key: the subtraction is one per
/// row, and clamping limits to 0 first keeps it from overflowing.
Value Expansion::mask(attn::MaskOp op) {
  Value scores = op.getScores(), limit = op.getLimit();
  Type limits = limit.getType();
  int32_t keys = op.getScores().getType().getDimSize(1);
  Value columns = repeat(range(0, keys), 1, scores);
  Value zeros = integer(limits, 0);
  Value firstKeys = splatLike(op.getFirstKey(), limit);
  auto compare = [&](arith::CmpIPredicate predicate, Value bound) -> Value {
    Value column = arith::SubIOp::create(*this, bound, firstKeys);
    return arith::CmpIOp::create(*this, predicate, columns, repeat(column, 0, scores));
  };

  Value end = arith::MaxSIOp::create(*this, limit, zeros);
  Value visible = compare(arith::CmpIPredicate::slt, end);
  if (Value window = op.getWindow()) {
    Value width = arith::MaxSIOp::create(*this, window, integer(getI32Type(), 0));
    Value start = arith::SubIOp::create(*this, end, splatLike(width, limit));
    start = arith::MaxSIOp::create(*this, start, zeros);
    visible = arith::AndIOp::create(*this, visible, compare(arith::CmpIPredicate::sge, start));
  }
  return select(visible, scores, number(scores.getType(), kNegInf));
}

SmallVector<Value> Expansion::softmaxInit(attn::SoftmaxInitOp op) {
  Value m = number(op.getM().getType(), kNegInf);
  Value l = number(op.getL().getType(), 0);
  Value acc = number(op.getAcc().getType(), 0);
  return {m, l, acc};
}

/// A row that has seen no key has the base 0: its scores and its maximum are -inf, so that weights
/// and decay are 0.
Expansion::Weighing Expansion::weigh(Value m, Value top) {
  Value none = equals(top, kNegInf);
  Value base = select(none, number(top.getType(), 0), top);
  Value decay = emitWeight(*this, contracted<arith::SubFOp>(m, base));
  return {base, decay};
}

SmallVector<Value> Expansion::softmaxStep(attn::SoftmaxStepOp op) {
  SoftmaxStep step = emitSoftmaxStep(*this, {op.getScores()}, op.getM(), op.getL(), op.getAcc(),
                                     op.getScale(), {});
  return {step.weights.front(), step.m, step.l, step.acc};
}

SmallVector<Value> Expansion::softmaxFinish(attn::SoftmaxFinishOp op) {
  Value m = op.getM();
  Type rows = m.getType();
  Value total = reduce(tile::ReduceKind::Sum, op.getL(), /*axis=*/1);
  // The greatest score weighs 1, so that 0 is the total of rows without keys only.
  Value empty = equals(total, 0.0f);
  Value denominator = total;
  if (Value sink = op.getSink()) {
    Value base = select(empty, number(rows, 0), m);
    Value score = contracted<arith::MulFOp>(sink, number(rows, float(std::numbers::log2e)));
    Value weight = emitWeight(*this, contracted<arith::SubFOp>(score, base));
    denominator = contracted<arith::AddFOp>(total, weight);
  }
  Value inverse = arith::DivFOp::create(*this, number(rows, 1), denominator,
                                        arith::FastMathFlags::contract | arith::FastMathFlags::afn);
  inverse = select(empty, number(rows, 0), inverse);
  Value result = contracted<arith::MulFOp>(op.getAcc(), repeat(inverse, 0, op.getAcc()));

  Value log = contracted<arith::AddFOp>(m, log2(total));
  log = contracted<arith::MulFOp>(log, number(rows, float(std::numbers::ln2)));
  return {result, select(empty, number(rows, kNegInf), log)};
}

SmallVector<Value> Expansion::mergeStep(attn::MergeStepOp op) {
  Value lse = op.getLse(), out = op.getOut(), m = op.getM();
  // Not contracted: the maximum and the weights see one rounding, and the greatest weight is 1.
  Value scores =
      arith::MulFOp::create(*this, lse, number(lse.getType(), float(std::numbers::log2e)));
  Value greatest = splatLike(reduce(tile::ReduceKind::Max, scores, /*axis=*/0), m);
  Value top = contracted<arith::MaxNumFOp>(m, greatest);
  auto [base, decay] = weigh(m, top);
  Value weights = emitWeight(*this, contracted<arith::SubFOp>(scores, broadcastLike(base, lse)));
  Value l = contracted<arith::MulFOp>(op.getL(), repeat(decay, 0, op.getL()));
  l = contracted<arith::AddFOp>(l, expand(weights, 0));

  Value column = expand(weights, 1);
  Value absent = broadcastLike(equals(column, 0), out);
  Value values = select(absent, number(out.getType(), 0), out);
  values = contracted<arith::MulFOp>(values, broadcastLike(column, out));
  Value sum = expand(reduce(tile::ReduceKind::Sum, values, /*axis=*/0), 0);
  Value acc = contracted<arith::MulFOp>(op.getAcc(), repeat(decay, 0, op.getAcc()));
  acc = contracted<arith::AddFOp>(acc, sum);
  return {top, l, acc};
}

/// What is hidden is selected away before anything is multiplied, and again where the weight turned
/// out to be 0, for the other factor may be anything.
SmallVector<Value> Expansion::gradScores(attn::GradScoresOp op) {
  Value scores = op.getScores(), lse = op.getLse(), scale = op.getScale();
  Type tiles = scores.getType();
  int64_t rows = op.getTransposed() ? 1 : 0;
  Value zeros = number(tiles, 0);
  Value factor =
      contracted<arith::MulFOp>(scale, number(scale.getType(), float(std::numbers::log2e)));
  Value base = contracted<arith::MulFOp>(lse, number(lse.getType(), float(std::numbers::log2e)));
  Value empty = equals(math::AbsFOp::create(*this, lse), -kNegInf);
  Value hidden = arith::OrIOp::create(*this, equals(scores, kNegInf), repeat(empty, rows, scores));
  Value exponent = contracted<arith::MulFOp>(scores, splatLike(factor, scores));
  exponent = contracted<arith::SubFOp>(exponent, repeat(base, rows, scores));
  Value weights = select(hidden, zeros, emitWeight(*this, exponent));

  Value grad = contracted<arith::SubFOp>(op.getGradWeights(), repeat(op.getDelta(), rows, scores));
  grad =
      contracted<arith::MulFOp>(contracted<arith::MulFOp>(weights, grad), splatLike(scale, scores));
  return {weights, select(equals(weights, 0.0f), zeros, grad)};
}

namespace {
struct ExpandAttention : mla::impl::ExpandAttentionBase<ExpandAttention> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      Expansion expansion(op);
      SmallVector<Value> results;
      if (auto mask = dyn_cast<attn::MaskOp>(op))
        results = {expansion.mask(mask)};
      else if (auto init = dyn_cast<attn::SoftmaxInitOp>(op))
        results = expansion.softmaxInit(init);
      else if (auto step = dyn_cast<attn::SoftmaxStepOp>(op))
        results = expansion.softmaxStep(step);
      else if (auto finish = dyn_cast<attn::SoftmaxFinishOp>(op))
        results = expansion.softmaxFinish(finish);
      else if (auto merge = dyn_cast<attn::MergeStepOp>(op))
        results = expansion.mergeStep(merge);
      else if (auto grad = dyn_cast<attn::GradScoresOp>(op))
        results = expansion.gradScores(grad);
      else
        return;
      op->replaceAllUsesWith(results);
      op->erase();
    });
  }
};
} // namespace
