//===- MmaProducts.cpp - products of warps --------------------------------===//
#include "MmaProducts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mla;

/// Ops of one operand's shape, element by element.
static bool keepsElements(Operation *op, Type shape) {
  if (!op || op->getNumResults() != 1 ||
      !isa_and_nonnull<arith::ArithDialect, math::MathDialect>(op->getDialect()))
    return false;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  return type && type.getShape() == cast<RankedTensorType>(shape).getShape();
}

/// The product whose result `tile` is computed from element by element, or null.
static sm::MmaOp producerOf(Value tile) {
  SmallVector<Value> worklist = {tile};
  DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (auto product = dyn_cast_or_null<sm::MmaOp>(op))
      return product;
    if (!keepsElements(op, tile.getType()))
      continue;
    for (Value operand : op->getOperands())
      if (seen.insert(operand).second)
        worklist.push_back(operand);
  }
  return {};
}

/// Whether `tile` becomes A of another product element by element.
static bool feedsA(Value tile) {
  SmallVector<Value> worklist = {tile};
  DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    for (OpOperand &use : value.getUses()) {
      Operation *op = use.getOwner();
      if (auto dot = dyn_cast<tile::DotOp>(op); dot && dot.getA() == value)
        return true;
      if (keepsElements(op, tile.getType()) && seen.insert(op->getResult(0)).second)
        worklist.push_back(op->getResult(0));
    }
  }
  return false;
}

void mla::makeMma(tile::DotOp dot, Value a, Value b, int32_t numWarps) {
  auto type = cast<RankedTensorType>(dot.getType());
  ProductSetting setting;
  setting.k = cast<RankedTensorType>(dot.getA().getType()).getDimSize(1);
  setting.feedsA = feedsA(dot.getResult());
  if (sm::MmaOp producer = producerOf(dot.getA()))
    setting.producer = WarpGrid{producer.getWarps()[0], producer.getWarps()[1]};
  WarpGrid grid = chooseWarpGrid(type.getShape().vec(), numWarps, setting);
  OpBuilder builder(dot);
  auto mma = sm::MmaOp::create(builder, dot.getLoc(), type, a, b, dot.getAcc(),
                               ArrayRef<int32_t>{grid.m, grid.n}, dot.getPrecisionAttr());
  dot.getResult().replaceAllUsesWith(mma);
  dot.erase();
}
