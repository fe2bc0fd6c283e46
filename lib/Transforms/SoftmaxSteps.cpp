//===- SoftmaxSteps.cpp - expansions of softmax steps ---------------------===//
// A maximum that lags behind by at most the threshold t makes weights of at most 2^t, which the
// division by their sum takes out again. A row without keys has the base 0: -inf - -inf would be
// NaN.
#include "SoftmaxSteps.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

using namespace mlir;

namespace mla {

namespace {
class StepEmitter {
public:
  StepEmitter(ImplicitLocOpBuilder &builder, Value scale) : b(builder), scale(scale) {}

  SoftmaxStep emit(ArrayRef<Value> scores, Value m, Value l, Value acc,
                   std::optional<double> threshold);

private:
  template <typename Op>
  Value floatOp(Value lhs, Value rhs) {
    return Op::create(b, lhs, rhs, arith::FastMathFlags::contract);
  }
  Value constant(Type type, double value) {
    auto tile = cast<RankedTensorType>(type);
    return arith::ConstantOp::create(
        b, DenseElementsAttr::get(tile, Attribute(b.getF32FloatAttr(float(value)))));
  }
  /// A value of each row, repeated to the shape of `like`.
  Value repeatRows(Value rows, Value like);
  Value greatest(ArrayRef<Value> scores, Value m);
  Value baseOf(Value m);
  Value scaledScores(Value scores);
  Value addWeights(Value l, ArrayRef<Value> weights);
  std::pair<Value, Value> scaled(Value m, Value base, Value l, Value acc);
  std::pair<Value, Value> scaledIfAny(Value grown, Value m, Value base, Value l, Value acc);

  ImplicitLocOpBuilder &b;
  Value scale; ///< may be null
};
} // namespace

Value StepEmitter::repeatRows(Value rows, Value like) {
  int64_t extent = cast<RankedTensorType>(rows.getType()).getDimSize(0);
  Value column =
      tile::ExpandDimsOp::create(b, RankedTensorType::get({extent, 1}, b.getF32Type()), rows, 1);
  return tile::BroadcastOp::create(b, like.getType(), column);
}

Value StepEmitter::greatest(ArrayRef<Value> scores, Value m) {
  Value top = m;
  for (Value each : scores) {
    Value most = tile::ReduceOp::create(b, m.getType(), tile::ReduceKind::Max, each, 1,
                                        /*is_unsigned=*/false);
    top = floatOp<arith::MaxNumFOp>(top, scaledScores(most));
  }
  return top;
}

/// A positive factor keeps the order, so that the greatest score alone is scaled for the maximum;
/// the others are where the base is subtracted, in one fused operation.
Value StepEmitter::scaledScores(Value scores) {
  if (!scale)
    return scores;
  return floatOp<arith::MulFOp>(scores, tile::SplatOp::create(b, scores.getType(), scale));
}

Value StepEmitter::baseOf(Value m) {
  Value none = constant(m.getType(), -std::numeric_limits<float>::infinity());
  Value empty = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, m, none);
  Value zero = constant(m.getType(), 0);
  return arith::SelectOp::create(b, empty, zero, m);
}

/// l and acc by what the step from maximum `m` to `base` takes from their weights.
std::pair<Value, Value> StepEmitter::scaled(Value m, Value base, Value l, Value acc) {
  Value decay = emitWeight(b, floatOp<arith::SubFOp>(m, base));
  Value newL = floatOp<arith::MulFOp>(l, repeatRows(decay, l));
  Value newAcc = floatOp<arith::MulFOp>(acc, repeatRows(decay, acc));
  return {newL, newAcc};
}

std::pair<Value, Value> StepEmitter::scaledIfAny(Value grown, Value m, Value base, Value l,
                                                 Value acc) {
  Value flags =
      arith::ExtUIOp::create(b, tile::withElementType(grown.getType(), b.getI32Type()), grown);
  Value most = tile::ReduceOp::create(b, b.getI32Type(), tile::ReduceKind::Max, flags, 0,
                                      /*is_unsigned=*/false);
  Value zero = arith::ConstantOp::create(b, b.getI32IntegerAttr(0));
  Value any = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, most, zero);
  auto branch = scf::IfOp::create(b, TypeRange{l.getType(), acc.getType()}, any,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  auto [newL, newAcc] = scaled(m, base, l, acc);
  scf::YieldOp::create(b, ValueRange{newL, newAcc});
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, ValueRange{l, acc});
  return {branch.getResult(0), branch.getResult(1)};
}

SoftmaxStep StepEmitter::emit(ArrayRef<Value> scores, Value m, Value l, Value acc,
                              std::optional<double> threshold) {
  SoftmaxStep step;
  step.m = greatest(scores, m);
  Value grown;
  if (threshold) {
    // A first key always moves the maximum, from -inf; no key leaves it: NaN is not greater.
    Value growth = floatOp<arith::SubFOp>(step.m, m);
    Value limit = constant(m.getType(), *threshold);
    grown = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, growth, limit);
    step.m = arith::SelectOp::create(b, grown, step.m, m);
  }
  Value base = baseOf(step.m);
  std::tie(step.l, step.acc) =
      threshold ? scaledIfAny(grown, m, base, l, acc) : scaled(m, base, l, acc);
  for (Value each : scores) {
    Value difference = floatOp<arith::SubFOp>(scaledScores(each), repeatRows(base, each));
    step.weights.push_back(emitWeight(b, difference));
  }
  step.l = addWeights(step.l, step.weights);
  return step;
}

/// `l`, decayed already, with the weights of tiles of scores added: column by column if it has a
/// column for each, else the sum of each row.
Value StepEmitter::addWeights(Value l, ArrayRef<Value> weights) {
  auto sums = cast<RankedTensorType>(l.getType());
  if (l.getType() == weights.front().getType()) {
    for (Value each : weights)
      l = floatOp<arith::AddFOp>(l, each);
    return l;
  }
  // One reduction for all tiles.
  Value all = weights.front();
  for (Value each : weights.drop_front())
    all = floatOp<arith::AddFOp>(all, each);
  auto rows = RankedTensorType::get({sums.getDimSize(0)}, sums.getElementType());
  Value sum = tile::ReduceOp::create(b, rows, tile::ReduceKind::Sum, all, 1, /*is_unsigned=*/false);
  return floatOp<arith::AddFOp>(l, tile::ExpandDimsOp::create(b, sums, sum, 1));
}

SoftmaxStep emitSoftmaxStep(ImplicitLocOpBuilder &builder, ArrayRef<Value> scores, Value m, Value l,
                            Value acc, Value scale, std::optional<double> threshold) {
  return StepEmitter(builder, scale).emit(scores, m, l, acc, threshold);
}

Value emitWeight(ImplicitLocOpBuilder &builder, Value value) {
  return math::Exp2Op::create(builder, value, arith::FastMathFlags::afn);
}

} // namespace mla
