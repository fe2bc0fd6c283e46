//===- SelectOps.cpp - ops in which data decides where elements go --------===//
#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::tile;

static LogicalResult verifyAxis(Operation *op, int64_t axis, RankedTensorType type) {
  if (axis >= 0 && axis < type.getRank())
    return success();
  return op->emitOpError("expects an axis in [0, ") << type.getRank() - 1 << "], got " << axis;
}

LogicalResult GatherOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  auto index = cast<RankedTensorType>(getIndex().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  int64_t axis = int32_t(getAxis());
  if (failed(verifyAxis(*this, axis, source))) // gather C1
    return failure();
  SmallVector<int64_t> expected(source.getShape());
  if (index.getRank() == source.getRank())
    expected[axis] = index.getDimSize(axis);
  if (index.getShape() != ArrayRef(expected)) // gather C2
    return emitOpError("expects an index with the extents [")
           << source.getShape() << "] but along dimension " << axis << ", got [" << index.getShape()
           << "]";
  if (result.getShape() != index.getShape() ||
      result.getElementType() != source.getElementType()) // gather C3
    return emitOpError("expects a result of shape [")
           << index.getShape() << "] and element type " << source.getElementType() << ", got "
           << result;
  return success();
}

LogicalResult HistogramOp::verify() {
  if (!getMask())
    return success();
  auto source = cast<RankedTensorType>(getSource().getType());
  auto mask = cast<RankedTensorType>(getMask().getType());
  if (mask.getShape() != source.getShape()) // histogram C1
    return emitOpError("expects a mask in the shape of the source, [")
           << source.getShape() << "], got [" << mask.getShape() << "]";
  return success();
}

LogicalResult SortOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  if (failed(verifyAxis(*this, int32_t(getAxis()), source))) // sort C1
    return failure();
  auto number = dyn_cast<FloatType>(source.getElementType());
  if (number && number.getWidth() < 16) // sort C2
    return emitOpError("expects integers or floats of at least 16 bits, got ")
           << source.getElementType();
  int64_t extent = source.getDimSize(int32_t(getAxis()));
  if (getBitonic() && !llvm::isPowerOf2_64(uint64_t(extent))) // sort C3
    return emitOpError("expects a power of two of bitonic elements, got ") << extent;
  return success();
}
