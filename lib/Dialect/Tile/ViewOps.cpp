//===- ViewOps.cpp - verifiers and effects of views -----------------===//
#include "mla/Dialect/Tile/Tile.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mla::tile;

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult ViewOp::verify() {
  ViewType type = getResult().getType();
  if (getExtents().size() != type.numDynamicExtents()) // view C1
    return emitOpError("expects ") << type.numDynamicExtents() << " extents for the type " << type
                                   << ", got " << getExtents().size();
  if (getStrides().size() != type.getRank() - 1) // view C2
    return emitOpError("expects ") << type.getRank() - 1 << " strides, got " << getStrides().size();
  return success();
}

static bool isAscendingBelow(ArrayRef<int32_t> dims, int32_t rank) {
  for (auto [k, dim] : llvm::enumerate(dims))
    if (dim < (k ? dims[k - 1] + 1 : 0) || dim >= rank)
      return false;
  return true;
}

/// Common rules of load_view and store_view.
template <typename Access>
static LogicalResult verifyViewAccess(Access op, Type value) {
  ViewType view = op.getView().getType();
  if (op.getIndices().size() != view.getRank()) // load_view C1, store_view C1
    return op.emitOpError("expects ")
           << view.getRank() << " indices, got " << op.getIndices().size();
  ArrayRef<int32_t> dims = op.getDims();
  if (!isAscendingBelow(dims, view.getRank())) // load_view C2, store_view C2
    return op.emitOpError("expects `dims` to ascend and to be below ")
           << view.getRank() << ", got [" << dims << "]";
  ArrayRef<int32_t> unchecked = op.getUnchecked().value_or(ArrayRef<int32_t>());
  if (!isAscendingBelow(unchecked, view.getRank())) // load_view C5, store_view C4
    return op.emitOpError("expects `unchecked` to ascend and to be below ")
           << view.getRank() << ", got [" << unchecked << "]";
  auto tile = dyn_cast<RankedTensorType>(value);
  size_t rank = tile ? tile.getRank() : 0;
  if (dims.size() != rank || (tile && rank == 0)) // load_view C2, store_view C2
    return op.emitOpError("expects one entry of `dims` for each dimension of ")
           << value << ", got [" << dims << "]";
  if (elementTypeOf(value) != view.getElementType()) // load_view C3, store_view C3
    return op.emitOpError("expects elements of type ")
           << view.getElementType() << ", got " << elementTypeOf(value);
  return success();
}

LogicalResult LoadViewOp::verify() {
  if (getValid() && !isa<RankedTensorType>(getResult().getType())) // load_view C4
    return emitOpError("expects a tile where it has `valid`, got ") << getResult().getType();
  Type element = getView().getType().getElementType();
  if (getPadNan() && (!isa<FloatType>(element) || getValid())) // load_view C6
    return emitOpError("pads with NaN, which needs floats and no `valid`, got elements of type ")
           << element << (getValid() ? " and `valid`" : "");
  if (failed(verifyLoadCache(*this, getCache()))) // load_view C7
    return failure();
  return verifyViewAccess(*this, getResult().getType());
}
LogicalResult StoreViewOp::verify() {
  if (failed(verifyStoreCache(*this, getCache()))) // store_view C5
    return failure();
  return verifyViewAccess(*this, getValue().getType());
}

//===----------------------------------------------------------------------===//
// Effects, extents
//===----------------------------------------------------------------------===//

void LoadViewOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getViewMutable());
}
void StoreViewOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), &getViewMutable());
}

OpFoldResult ViewOp::getMixedExtent(unsigned dim) {
  ArrayRef<int64_t> shape = getResult().getType().getShape();
  if (!ShapedType::isDynamic(shape[dim]))
    return Builder(getContext()).getI64IntegerAttr(shape[dim]);
  return getExtents()[llvm::count(shape.take_front(dim), ShapedType::kDynamic)];
}
