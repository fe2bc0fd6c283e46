//===- EmitElements.cpp - single elements of arrays: rows by index --------===//
// What a view cannot say becomes a tile of pointers and a mask.
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

namespace tile = mla::tile;

/// `start`, `start` + 1, … as int64.
Tensor Emitter::consecutive(const Tensor &start, int64_t count, uint32_t offset) {
  ValueType narrow(Scalar::Int32, count), wide(Scalar::Int64, count);
  Value range =
      tile::RangeOp::create(builder, at(offset), narrow.irType(context), 0, int32_t(count));
  range = arith::ExtSIOp::create(builder, at(offset), wide.irType(context), range);
  Tensor starts = broadcastTo(start, wide.shape, offset);
  return {integerOp<arith::AddIOp>(range, starts.value, offset), wide};
}

FailureOr<Emitter::Elements> Emitter::elementsOf(const BlockArray &array,
                                                 ArrayRef<Tensor> positions, uint32_t offset) {
  SmallVector<int64_t, 2> shape =
      llvm::map_to_vector<2>(positions, [](const Tensor &each) { return each.type.shape[0]; });
  if (!tileElements(shape))
    return error(offset) << "a tile of shape " << shapeName(shape) << " has more than "
                         << kMaxTileElements << " elements";
  auto along = [&](Tensor row, size_t dim) {
    for (size_t axis = dim + 1; axis < shape.size(); ++axis)
      row = expandDims(row, axis - dim, offset);
    return broadcastTo(row, shape, offset);
  };
  Elements elements{broadcastTo(array.view->pointer, shape, offset), {}};
  for (auto [dim, position] : llvm::enumerate(positions)) {
    auto stride = toTensorOf(array.strides[dim], Scalar::Int64, offset);
    auto extent = failed(stride) ? stride : toTensorOf(array.shape[dim], Scalar::Int64, offset);
    if (failed(extent))
      return failure();
    ArrayRef<int64_t> row = position.type.shape;
    Value offsets = position.value;
    if (auto *constant = array.strides[dim].get<Integer>(); !constant || *constant != 1)
      offsets = integerOp<arith::MulIOp>(offsets, broadcastTo(*stride, row, offset).value, offset);
    Tensor moved = along({offsets, position.type}, dim);
    elements.pointers.value =
        tile::AddPtrOp::create(builder, at(offset), elements.pointers.value, moved.value);
    // As unsigned numbers, negative positions are past every extent.
    Value inside = arith::CmpIOp::create(builder, at(offset), arith::CmpIPredicate::ult,
                                         position.value, broadcastTo(*extent, row, offset).value);
    Tensor condition = along({inside, position.type.withElement(Scalar::Int1)}, dim);
    if (elements.mask.value)
      condition.value = integerOp<arith::AndIOp>(elements.mask.value, condition.value, offset);
    elements.mask = condition;
  }
  return elements;
}

/// gather and scatter of a descriptor.
FailureOr<Object> Emitter::emitDescriptorRows(const BuiltinCall &call, const BlockArray &array) {
  bool isScatter = call.info->id == BuiltinId::DescriptorScatter;
  if (array.rank() != 2 || array.blockShape[0] != 1)
    return error(call.offset) << call.info->name
                              << " expects a descriptor of a matrix with blocks of one row, got "
                              << call.receiver.describe();
  uint32_t rowsOffset = call.offsetOf("x_offsets");
  const Tensor *rows = call["x_offsets"].tensor();
  if (!rows || rows->type.shape.size() != 1 || !rows->type.element.isInteger())
    return error(rowsOffset) << "expected a 1-D tile of integers for 'x_offsets', got "
                             << call["x_offsets"].describe();
  auto wideRows = convertTo(*rows, Scalar::Int64, rowsOffset);
  auto first = failed(wideRows) ? FailureOr<std::vector<Tensor>>(failure())
                                : positionsArgument(call, "y_offset", 1);
  if (failed(first))
    return failure();
  Tensor columns = consecutive(first->front(), array.blockShape[1], call.offset);
  auto elements = elementsOf(array, {*wideRows, columns}, call.offset);
  if (failed(elements))
    return failure();
  ValueType type(array.view->element, elements->pointers.type.shape);
  if (isScatter) {
    auto value = blockValue(array, type.shape, call);
    if (failed(value))
      return failure();
    tile::StoreOp::create(builder, at(call.offset), elements->pointers.value, value->value,
                          elements->mask.value, tile::AccessAttr(), tile::CacheKindAttr(),
                          tile::EvictKindAttr());
    return Object();
  }
  Value other;
  if (array.padsNan) {
    auto nan = constant(Object(std::numeric_limits<double>::quiet_NaN()), type, call.offset);
    if (failed(nan))
      return failure();
    other = nan->value;
  }
  Value loaded =
      tile::LoadOp::create(builder, at(call.offset), type.irType(context), elements->pointers.value,
                           elements->mask.value, other, tile::AccessAttr(), StringAttr(),
                           tile::CacheKindAttr(), tile::EvictKindAttr(), /*is_volatile=*/false);
  return Object(Tensor{loaded, type});
}
