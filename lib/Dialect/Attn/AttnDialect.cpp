//===- AttnDialect.cpp - the attention dialect: registration, verifiers ---===//
#include "mla/Dialect/Attn/Attn.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace mla::attn;

#include "mla/Dialect/Attn/AttnDialect.cpp.inc"
#define GET_OP_CLASSES
#include "mla/Dialect/Attn/AttnOps.cpp.inc"

void AttnDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mla/Dialect/Attn/AttnOps.cpp.inc"
      >();
}

static ArrayRef<int64_t> shapeOf(Value tile) {
  return cast<RankedTensorType>(tile.getType()).getShape();
}

/// Whether m [M], l [M, L] and acc [M, D] belong to one softmax.
static LogicalResult verifyState(Operation *op, Value m, Value l, Value acc) {
  int64_t rows = shapeOf(m)[0];
  if (shapeOf(l)[0] == rows && shapeOf(acc)[0] == rows)
    return success();
  return op->emitOpError("expects a state of shapes [M], [M, L] and [M, D], got [")
         << shapeOf(m) << "], [" << shapeOf(l) << "] and [" << shapeOf(acc) << "]";
}

LogicalResult MaskOp::verify() {
  int64_t rows = shapeOf(getScores())[0], limits = shapeOf(getLimit())[0];
  if (rows != limits) // mask C1
    return emitOpError("expects a limit for each of the ") << rows << " rows, got " << limits;
  return success();
}

LogicalResult SoftmaxInitOp::verify() {
  return verifyState(*this, getM(), getL(), getAcc()); // softmax_init C1
}

LogicalResult SoftmaxStepOp::verify() {
  if (failed(verifyState(*this, getM(), getL(), getAcc()))) // softmax_step C1
    return failure();
  int64_t rows = shapeOf(getM())[0], keys = shapeOf(getScores())[1], sums = shapeOf(getL())[1];
  if (shapeOf(getScores())[0] != rows || (sums != keys && sums != 1)) // softmax_step C2
    return emitOpError("expects scores [")
           << rows << ", N] and l [" << rows << ", N] or [" << rows << ", 1], got ["
           << shapeOf(getScores()) << "] and [" << shapeOf(getL()) << "]";
  return success();
}

LogicalResult SoftmaxFinishOp::verify() {
  return verifyState(*this, getM(), getL(), getAcc()); // softmax_finish C1
}

LogicalResult MergeStepOp::verify() {
  int64_t parts = shapeOf(getOut())[0], dims = shapeOf(getOut())[1];
  if (shapeOf(getLse())[0] != parts) // merge_step C1
    return emitOpError("expects an lse for each of the ")
           << parts << " parts, got " << shapeOf(getLse())[0];
  if (shapeOf(getM()) != ArrayRef<int64_t>({1}) ||
      shapeOf(getL()) != ArrayRef({int64_t(1), parts}) ||
      shapeOf(getAcc()) != ArrayRef({int64_t(1), dims})) // merge_step C2
    return emitOpError("expects a state of shapes [1], [1, ")
           << parts << "] and [1, " << dims << "], got [" << shapeOf(getM()) << "], ["
           << shapeOf(getL()) << "] and [" << shapeOf(getAcc()) << "]";
  return success();
}

LogicalResult GradScoresOp::verify() {
  int64_t rows = shapeOf(getScores())[getTransposed() ? 1 : 0];
  if (shapeOf(getLse())[0] != rows) // grad_scores C1
    return emitOpError("expects an lse and a delta for each of the ")
           << rows << (getTransposed() ? " columns" : " rows") << ", got " << shapeOf(getLse())[0];
  return success();
}
