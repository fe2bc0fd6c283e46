//===- ExpandAttention.cpp - steps of attention to tile ops ---------------===//
// The default expansion of each op of attn. Two rules keep NaN out: differences of maxima use a
// base that is finite, because -inf - -inf is NaN, and what must not count is selected away before
// it is multiplied. Products and sums may contract to one rounding, as those in kernel texts.

#include "SoftmaxSteps.h"
#include "mla/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <limits>
#include <numbers>

namespace mla {
#define GEN_PASS_DEF_EXPANDATTENTION
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
/// Makes the ops of one expansion. Types follow from the operands.
class Expansion {
public:
  explicit Expansion(Operation *op) : b(op->getLoc(), op) {}

  Value mask(attn::MaskOp op);
  SmallVector<Value> softmaxInit(attn::SoftmaxInitOp op);
  SmallVector<Value> softmaxStep(attn::SoftmaxStepOp op);
  SmallVector<Value> softmaxFinish(attn::SoftmaxFinishOp op);
  SmallVector<Value> mergeStep(attn::MergeStepOp op);

private:
  static constexpr float kNegInf = -std::numeric_limits<float>::infinity();

  /// What a step that sees the greatest score `top` does with weights.
  struct Weighing {
    Value base, decay;
  };
  Weighing weigh(Value m, Value top);

  Value constant(Type type, TypedAttr element) {
    auto tile = dyn_cast<RankedTensorType>(type);
    return arith::ConstantOp::create(b, tile ? DenseElementsAttr::get(tile, Attribute(element))
                                             : element);
  }
  Value constant(Type type, float value) { return constant(type, b.getF32FloatAttr(value)); }
  Value constant(Type type, int32_t value) { return constant(type, b.getI32IntegerAttr(value)); }
  template <typename Op>
  Value floatOp(Value lhs, Value rhs) {
    return Op::create(b, lhs, rhs, arith::FastMathFlags::contract);
  }
  Value log2(Value value) { return math::Log2Op::create(b, value, arith::FastMathFlags::afn); }
  Value equals(Value value, float number) {
    Value other = constant(value.getType(), number);
    return arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, value, other);
  }
  Value select(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(b, condition, yes, no);
  }
  Value splat(Value scalar, Type like) {
    return tile::SplatOp::create(b, tile::withElementType(like, scalar.getType()), scalar);
  }
  /// A vector with one more dimension of extent 1: as the column (axis 1) or the row of a matrix.
  Value expand(Value vector, int64_t axis);
  /// A vector along `axis` of a matrix, repeated to the shape of `like`.
  Value repeat(Value vector, int64_t axis, Value like);
  Value broadcast(Value tile, Type like) {
    return tile::BroadcastOp::create(
        b, tile::withElementType(like, tile::elementTypeOf(tile.getType())), tile);
  }
  Value reduce(tile::ReduceKind kind, Value tile, int64_t axis);

  ImplicitLocOpBuilder b;
};
} // namespace

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

Value Expansion::expand(Value vector, int64_t axis) {
  auto type = cast<RankedTensorType>(vector.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.insert(shape.begin() + axis, 1);
  return tile::ExpandDimsOp::create(b, RankedTensorType::get(shape, type.getElementType()), vector,
                                    axis);
}

Value Expansion::repeat(Value vector, int64_t axis, Value like) {
  // A vector along the rows is a column and the other way round.
  return broadcast(expand(vector, 1 - axis), like.getType());
}

Value Expansion::reduce(tile::ReduceKind kind, Value tile, int64_t axis) {
  auto type = cast<RankedTensorType>(tile.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + axis);
  Type result = type.getElementType();
  if (!shape.empty())
    result = RankedTensorType::get(shape, result);
  return tile::ReduceOp::create(b, result, kind, tile, axis, /*is_unsigned=*/false);
}

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

/// Compares columns with limits that are counted from the first key: the subtraction is one per
/// row, and clamping limits to 0 first keeps it from overflowing.
Value Expansion::mask(attn::MaskOp op) {
  Value scores = op.getScores(), limit = op.getLimit();
  Type limits = limit.getType();
  int32_t keys = op.getScores().getType().getDimSize(1);
  Value columns = tile::RangeOp::create(b, RankedTensorType::get({keys}, b.getI32Type()), 0, keys);
  columns = repeat(columns, 1, scores);
  Value zeros = constant(limits, int32_t(0));
  Value firstKeys = splat(op.getFirstKey(), limits);
  auto compare = [&](arith::CmpIPredicate predicate, Value bound) -> Value {
    Value column = arith::SubIOp::create(b, bound, firstKeys);
    return arith::CmpIOp::create(b, predicate, columns, repeat(column, 0, scores));
  };

  Value end = arith::MaxSIOp::create(b, limit, zeros);
  Value visible = compare(arith::CmpIPredicate::slt, end);
  if (Value window = op.getWindow()) {
    Value width = arith::MaxSIOp::create(b, window, constant(b.getI32Type(), int32_t(0)));
    Value start = arith::SubIOp::create(b, end, splat(width, limits));
    start = arith::MaxSIOp::create(b, start, zeros);
    visible = arith::AndIOp::create(b, visible, compare(arith::CmpIPredicate::sge, start));
  }
  return select(visible, scores, constant(scores.getType(), kNegInf));
}

SmallVector<Value> Expansion::softmaxInit(attn::SoftmaxInitOp op) {
  Value m = constant(op.getM().getType(), kNegInf);
  Value l = constant(op.getL().getType(), 0.0f);
  Value acc = constant(op.getAcc().getType(), 0.0f);
  return {m, l, acc};
}

/// A row that has seen no key has the base 0: its scores and its maximum are -inf, so that weights
/// and decay are 0.
Expansion::Weighing Expansion::weigh(Value m, Value top) {
  Value none = equals(top, kNegInf);
  Value base = select(none, constant(top.getType(), 0.0f), top);
  Value decay = emitWeight(b, floatOp<arith::SubFOp>(m, base));
  return {base, decay};
}

SmallVector<Value> Expansion::softmaxStep(attn::SoftmaxStepOp op) {
  SoftmaxStep step =
      emitSoftmaxStep(b, {op.getScores()}, op.getM(), op.getL(), op.getAcc(), op.getScale(), {});
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
    Value base = select(empty, constant(rows, 0.0f), m);
    Value score = floatOp<arith::MulFOp>(sink, constant(rows, float(std::numbers::log2e)));
    Value weight = emitWeight(b, floatOp<arith::SubFOp>(score, base));
    denominator = floatOp<arith::AddFOp>(total, weight);
  }
  Value inverse = arith::DivFOp::create(b, constant(rows, 1.0f), denominator,
                                        arith::FastMathFlags::contract | arith::FastMathFlags::afn);
  inverse = select(empty, constant(rows, 0.0f), inverse);
  Value result = floatOp<arith::MulFOp>(op.getAcc(), repeat(inverse, 0, op.getAcc()));

  Value log = floatOp<arith::AddFOp>(m, log2(total));
  log = floatOp<arith::MulFOp>(log, constant(rows, float(std::numbers::ln2)));
  return {result, select(empty, constant(rows, kNegInf), log)};
}

SmallVector<Value> Expansion::mergeStep(attn::MergeStepOp op) {
  Value lse = op.getLse(), out = op.getOut(), m = op.getM();
  // Not contracted: the maximum and the weights see one rounding, and the greatest weight is 1.
  Value scores = arith::MulFOp::create(b, lse, constant(lse.getType(), float(std::numbers::log2e)));
  Value greatest = splat(reduce(tile::ReduceKind::Max, scores, /*axis=*/0), m.getType());
  Value top = floatOp<arith::MaxNumFOp>(m, greatest);
  auto [base, decay] = weigh(m, top);
  Value weights = emitWeight(b, floatOp<arith::SubFOp>(scores, broadcast(base, lse.getType())));
  Value l = floatOp<arith::MulFOp>(op.getL(), repeat(decay, 0, op.getL()));
  l = floatOp<arith::AddFOp>(l, expand(weights, 0));

  Value column = expand(weights, 1);
  Value absent = broadcast(equals(column, 0.0f), out.getType());
  Value values = select(absent, constant(out.getType(), 0.0f), out);
  values = floatOp<arith::MulFOp>(values, broadcast(column, out.getType()));
  Value sum = expand(reduce(tile::ReduceKind::Sum, values, /*axis=*/0), 0);
  Value acc = floatOp<arith::MulFOp>(op.getAcc(), repeat(decay, 0, op.getAcc()));
  acc = floatOp<arith::AddFOp>(acc, sum);
  return {top, l, acc};
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
      else
        return;
      op->replaceAllUsesWith(results);
      op->erase();
    });
  }
};
} // namespace
