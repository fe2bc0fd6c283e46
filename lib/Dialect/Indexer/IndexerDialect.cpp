//===- IndexerDialect.cpp - the indexer dialect: registration, verifiers --===//
#include "mla/Dialect/Indexer/Indexer.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mla::indexer;

#include "mla/Dialect/Indexer/IndexerDialect.cpp.inc"
#define GET_OP_CLASSES
#include "mla/Dialect/Indexer/IndexerOps.cpp.inc"

void IndexerDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mla/Dialect/Indexer/IndexerOps.cpp.inc"
      >();
}

static ArrayRef<int64_t> shapeOf(Value tile) {
  return cast<RankedTensorType>(tile.getType()).getShape();
}

/// Whether a state has a power of two of places in each row.
static LogicalResult verifyState(Operation *op, Value state) {
  if (llvm::isPowerOf2_64(uint64_t(shapeOf(state)[1])))
    return success();
  return op->emitOpError("expects a state of shape [M, S] with S a power of two, got [")
         << shapeOf(state) << "]";
}

LogicalResult HeadReduceOp::verify() {
  int64_t rows = shapeOf(getScores())[0], keys = shapeOf(getScores())[1];
  int64_t tokens = shapeOf(getWeights())[0], heads = shapeOf(getWeights())[1];
  if (rows != tokens * heads) // head_reduce C1
    return emitOpError("expects scores of ") << tokens << " tokens with " << heads << " heads, "
                                             << tokens * heads << " rows, got " << rows;
  if (shapeOf(getResult()) != ArrayRef({tokens, keys})) // head_reduce C2
    return emitOpError("expects a result of shape [")
           << tokens << ", " << keys << "], got [" << shapeOf(getResult()) << "]";
  if (getKeyScale() && shapeOf(getKeyScale())[0] != keys) // head_reduce C3
    return emitOpError("expects a scale for each of the ")
           << keys << " keys, got " << shapeOf(getKeyScale())[0];
  return success();
}

LogicalResult TopkInitOp::verify() {
  return verifyState(*this, getState()); // topk_init C1
}

LogicalResult TopkStepOp::verify() {
  if (failed(verifyState(*this, getState()))) // topk_step C1
    return failure();
  int64_t rows = shapeOf(getState())[0];
  if (shapeOf(getLogits())[0] != rows) // topk_step C2
    return emitOpError("expects logits of the ")
           << rows << " rows of the state, got " << shapeOf(getLogits())[0];
  return success();
}

/// Without a column that takes part nothing changes.
OpFoldResult TopkStepOp::fold(FoldAdaptor adaptor) {
  auto limits = dyn_cast_or_null<DenseIntElementsAttr>(adaptor.getLimit());
  if (limits && llvm::all_of(limits.getValues<APInt>(),
                             [](const APInt &limit) { return limit.isNonPositive(); }))
    return getState();
  return {};
}

LogicalResult TopkFinishOp::verify() {
  if (failed(verifyState(*this, getState()))) // topk_finish C1
    return failure();
  ArrayRef<int64_t> state = shapeOf(getState()), values = shapeOf(getValues());
  if (values != shapeOf(getIndices()) || values[0] != state[0] ||
      values[1] > state[1]) // topk_finish C2
    return emitOpError("expects values and indices of shape [")
           << state[0] << ", k] with k at most " << state[1] << ", got [" << values << "] and ["
           << shapeOf(getIndices()) << "]";
  return success();
}
