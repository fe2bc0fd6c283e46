//===- ShapeOps.cpp - ops that give elements other coordinates ------------===//
#include "mla/Dialect/Tile/Tile.h"

#include "mlir/IR/Builders.h"

#include <numeric>

using namespace mlir;
using namespace mla::tile;

OpFoldResult mla::tile::foldSplatConstant(Attribute source, Type result) {
  if (auto splat = dyn_cast_or_null<SplatElementsAttr>(source))
    return SplatElementsAttr::get(cast<RankedTensorType>(result), splat.getSplatValue<Attribute>());
  return {};
}

static RankedTensorType tileType(Value value) { return cast<RankedTensorType>(value.getType()); }

/// Source and result have one element type.
static LogicalResult verifyElements(Operation *op, Type source, Type result) {
  if (elementTypeOf(source) == elementTypeOf(result))
    return success();
  return op->emitOpError("expects element type ")
         << elementTypeOf(source) << ", got " << elementTypeOf(result);
}

static bool isIdentity(ArrayRef<int32_t> order) {
  return llvm::all_of(llvm::enumerate(order),
                      [](auto entry) { return int32_t(entry.index()) == entry.value(); });
}

static bool isReversal(ArrayRef<int32_t> order) {
  return llvm::all_of(llvm::enumerate(order), [&](auto entry) {
    return int32_t(order.size() - 1 - entry.index()) == entry.value();
  });
}

//===----------------------------------------------------------------------===//
// trans
//===----------------------------------------------------------------------===//

void TransOp::build(OpBuilder &builder, OperationState &state, Value source,
                    ArrayRef<int32_t> order) {
  RankedTensorType type = tileType(source);
  SmallVector<int64_t> shape =
      llvm::map_to_vector(order, [&](int32_t dim) { return type.getDimSize(dim); });
  build(builder, state, RankedTensorType::get(shape, type.getElementType()), source,
        isReversal(order) ? DenseI32ArrayAttr() : builder.getDenseI32ArrayAttr(order));
}

unsigned TransOp::sourceDim(unsigned dim) {
  if (auto order = getOrder())
    return unsigned((*order)[dim]);
  return unsigned(tileType(getSource()).getRank()) - 1 - dim;
}

unsigned TransOp::resultDim(unsigned dim) {
  unsigned result = 0;
  while (sourceDim(result) != dim)
    ++result;
  return result;
}

LogicalResult TransOp::verify() {
  RankedTensorType source = tileType(getSource()), result = tileType(getResult());
  int64_t rank = source.getRank();
  if (rank < 2) // trans C1
    return emitOpError("expects at least two dimensions, got ") << source;
  if (auto order = getOrder()) {
    SmallVector<int32_t> sorted(*order);
    llvm::sort(sorted);
    if (int64_t(sorted.size()) != rank || !isIdentity(sorted)) // trans C1
      return emitOpError("expects an order of the dimensions 0 to ")
             << rank - 1 << ", got [" << *order << "]";
    if (isIdentity(*order) || isReversal(*order)) // trans C1
      return emitOpError("expects an order other than the ")
             << (isIdentity(*order) ? "identity" : "reversal, which is written without it")
             << ", got [" << *order << "]";
  }
  if (result.getRank() != rank) // trans C2
    return emitOpError("expects a result of rank ") << rank << ", got " << result;
  SmallVector<int64_t> expected;
  for (int64_t dim = 0; dim < rank; ++dim)
    expected.push_back(source.getDimSize(sourceDim(dim)));
  if (result.getShape() != ArrayRef(expected)) // trans C2
    return emitOpError("expects result shape [")
           << expected << "], got [" << result.getShape() << "]";
  return verifyElements(*this, source, result); // trans C3
}

OpFoldResult TransOp::fold(FoldAdaptor adaptor) {
  if (OpFoldResult constant = foldSplatConstant(adaptor.getSource(), getResult().getType()))
    return constant;
  auto inner = getSource().getDefiningOp<TransOp>();
  if (!inner)
    return {};
  SmallVector<int32_t> order;
  for (int64_t dim = 0; dim < tileType(getSource()).getRank(); ++dim)
    order.push_back(int32_t(inner.sourceDim(sourceDim(dim))));
  if (isIdentity(order))
    return inner.getSource().getType() == getResult().getType() ? inner.getSource() : Value();
  if (isReversal(order))
    removeOrderAttr();
  else
    setOrder(order);
  getSourceMutable().assign(inner.getSource());
  return getResult();
}

//===----------------------------------------------------------------------===//
// reshape
//===----------------------------------------------------------------------===//

ArrayRef<int64_t> ReshapeOp::fromShape() {
  auto from = getFrom();
  return from ? *from : tileType(getSource()).getShape();
}

ArrayRef<int64_t> ReshapeOp::toShape() {
  auto to = getTo();
  return to ? *to : tileType(getResult()).getShape();
}

static int64_t product(ArrayRef<int64_t> shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
}

LogicalResult ReshapeOp::verify() {
  if (getFrom().has_value() != getTo().has_value()) // reshape C2
    return emitOpError("expects `from` and `to` together");
  auto fits = [](ArrayRef<int64_t> part, RankedTensorType whole) {
    return int64_t(part.size()) == whole.getRank() &&
           llvm::all_of(llvm::zip(part, whole.getShape()), [](auto pair) {
             return std::get<0>(pair) >= 1 && std::get<0>(pair) <= std::get<1>(pair);
           });
  };
  RankedTensorType source = tileType(getSource()), result = tileType(getResult());
  if (!fits(fromShape(), source)) // reshape C2
    return emitOpError("expects `from` inside [")
           << source.getShape() << "], got [" << fromShape() << "]";
  if (!fits(toShape(), result)) // reshape C2
    return emitOpError("expects `to` inside [")
           << result.getShape() << "], got [" << toShape() << "]";
  if (product(fromShape()) != product(toShape())) // reshape C1
    return emitOpError("expects as many elements as before, ")
           << product(fromShape()) << ", got " << product(toShape());
  return verifyElements(*this, source, result); // reshape C3
}

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  if (!getFrom() && getSource().getType() == getResult().getType())
    return getSource();
  if (OpFoldResult constant = foldSplatConstant(adaptor.getSource(), getResult().getType()))
    return constant;
  auto inner = getSource().getDefiningOp<ReshapeOp>();
  if (!inner || getFrom() || inner.getFrom())
    return {};
  getSourceMutable().assign(inner.getSource());
  return getResult();
}

//===----------------------------------------------------------------------===//
// join, split, unsplat
//===----------------------------------------------------------------------===//

/// `pair` is `single` with a last extent 2.
static LogicalResult verifyPair(Operation *op, RankedTensorType single, RankedTensorType pair) {
  SmallVector<int64_t> expected(single.getShape());
  expected.push_back(2);
  if (pair.getShape() != ArrayRef(expected))
    return op->emitOpError("expects shapes [")
           << single.getShape() << "] and [" << expected << "], got [" << pair.getShape() << "]";
  return verifyElements(op, single, pair);
}

LogicalResult JoinOp::verify() { // join C1
  // join C2
  return verifyPair(*this, tileType(getLhs()), tileType(getResult()));
}

LogicalResult SplitOp::verify() { // split C1
  // split C2
  return verifyPair(*this, tileType(getLhs()), tileType(getSource()));
}

LogicalResult SplitOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &results) {
  auto join = getSource().getDefiningOp<JoinOp>();
  if (!join || join.getLhs().getType() != getLhs().getType())
    return failure();
  results.assign({join.getLhs(), join.getRhs()});
  return success();
}

LogicalResult UnsplatOp::verify() {
  RankedTensorType source = tileType(getSource());
  if (source.getNumElements() != 1) // unsplat C1
    return emitOpError("expects a tile of one element, got ") << source;
  if (source.getElementType() != getResult().getType()) // unsplat C2
    return emitOpError("expects a result of type ")
           << source.getElementType() << ", got " << getResult().getType();
  return success();
}

OpFoldResult UnsplatOp::fold(FoldAdaptor adaptor) {
  if (auto splat = getSource().getDefiningOp<SplatOp>())
    return splat.getSource();
  if (auto elements = dyn_cast_or_null<SplatElementsAttr>(adaptor.getSource()))
    return elements.getSplatValue<Attribute>();
  return {};
}
