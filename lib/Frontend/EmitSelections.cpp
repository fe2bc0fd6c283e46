//===- EmitSelections.cpp - built-ins in which data decides where elements go //
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitSelection(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::Gather:
    return emitGather(call);
  case BuiltinId::Flip:
    return emitFlip(call);
  case BuiltinId::Histogram:
    return emitHistogram(call);
  default: // sort, topk
    return emitSort(call);
  }
}

FailureOr<Tensor> Emitter::numberTile(const BuiltinCall &call, StringRef name) {
  const Tensor *tile = call[name].tensor();
  if (!tile || !tile->type.isTile || tile->type.element.isPointer)
    return error(call.offsetOf(name)) << call.info->name << " expects a tile of numbers for '"
                                      << name << "', got " << call[name].describe();
  return *tile;
}

FailureOr<int64_t> Emitter::lastOrGivenAxis(const BuiltinCall &call, StringRef name,
                                            const Tensor &tile) {
  int64_t rank = tile.type.shape.size();
  return call[name].isNone() ? FailureOr<int64_t>(rank - 1) : axisArgument(call, name, rank);
}

FailureOr<Tensor> Emitter::indexTile(const BuiltinCall &call, StringRef name) {
  auto tile = numberTile(call, name);
  if (failed(tile))
    return failure();
  DType element = tile->type.element;
  if (!element.isInteger())
    return error(call.offsetOf(name)) << call.info->name << " expects integers for '" << name
                                      << "', got " << tile->type.name();
  // Narrow integers keep their value; in 32 and 64 bits a negative one is past every extent.
  return element.bits() < 32 ? convertTo(*tile, Scalar::Int32, call.offset) : tile;
}

Tensor Emitter::gather(const Tensor &source, const Tensor &index, int64_t axis, uint32_t offset) {
  ValueType type = index.type.withElement(source.type.element);
  return {mla::tile::GatherOp::create(builder, at(offset), type.irType(context), source.value,
                                      index.value, uint32_t(axis)),
          type};
}

FailureOr<Object> Emitter::emitGather(const BuiltinCall &call) {
  auto source = numberTile(call, "src");
  if (failed(source))
    return failure();
  auto index = indexTile(call, "index");
  if (failed(index))
    return failure();
  auto axis = axisArgument(call, "axis", source->type.shape.size());
  if (failed(axis))
    return failure();
  SmallVector<int64_t, 2> expected = source->type.shape;
  if (index->type.shape.size() == expected.size())
    expected[size_t(*axis)] = index->type.shape[size_t(*axis)];
  if (index->type.shape != expected)
    return error(call.offsetOf("index")) << "gather along dimension " << *axis
                                         << " expects an index with the other extents of src, "
                                         << source->type.name() << ", got " << index->type.name();
  return Object(gather(*source, *index, *axis, call.offset));
}

/// Positions n - 1, …, 0 along a dimension.
FailureOr<Object> Emitter::emitFlip(const BuiltinCall &call) {
  auto tile = numberTile(call, "x");
  if (failed(tile))
    return failure();
  auto axis = lastOrGivenAxis(call, "dim", *tile);
  if (failed(axis))
    return failure();
  Location loc = at(call.offset);
  int64_t rank = tile->type.shape.size(), extent = tile->type.shape[size_t(*axis)];
  ValueType rowType(Scalar::Int32, extent);
  Value row = mla::tile::RangeOp::create(builder, loc, rowType.irType(context), 0, int32_t(extent));
  auto last = constant(Object(Integer(extent - 1)), rowType, call.offset);
  if (failed(last))
    return failure();
  Tensor index{arith::SubIOp::create(builder, loc, last->value, row), rowType};
  for (int64_t dim = 0; dim < rank; ++dim)
    if (dim != *axis)
      index = expandDims(index, dim, call.offset);
  index = broadcastTo(index, tile->type.shape, call.offset);
  return Object(gather(*tile, index, *axis, call.offset));
}

FailureOr<Object> Emitter::emitHistogram(const BuiltinCall &call) {
  auto input = indexTile(call, "input");
  if (failed(input))
    return failure();
  if (input->type.shape.size() != 1)
    return error(call.offsetOf("input"))
           << "histogram expects one dimension, got " << input->type.name() << "; use ravel";
  auto bins = integerArgument(call, "num_bins");
  if (failed(bins))
    return failure();
  if (*bins < 1 || *bins > kMaxTileElements)
    return error(call.offsetOf("num_bins"))
           << "expected between 1 and " << kMaxTileElements << " bins, got " << toString(*bins);
  Value mask;
  if (!call["mask"].isNone()) {
    auto given = toTensor(call["mask"], call.offsetOf("mask"));
    if (failed(given))
      return failure();
    if (!given->type.element.isBool() ||
        (given->type.isTile && given->type.shape != input->type.shape))
      return error(call.offsetOf("mask")) << "expected a mask int1" << shapeName(input->type.shape)
                                          << ", got " << given->type.name();
    mask = broadcastTo(*given, input->type.shape, call.offset).value;
  }
  ValueType type(Scalar::Int32, int64_t(*bins));
  Value result = mla::tile::HistogramOp::create(builder, at(call.offset), type.irType(context),
                                                input->value, mask);
  return Object(Tensor{result, type});
}

/// sort, and topk: the first of what is sorted downwards.
FailureOr<Object> Emitter::emitSort(const BuiltinCall &call) {
  bool isTopk = call.info->id == BuiltinId::Topk;
  auto tile = numberTile(call, "x");
  if (failed(tile))
    return failure();
  DType element = tile->type.element;
  if (element.isFloat8())
    return error(call.offsetOf("x"))
           << "convert 8-bit floats to a wider type before " << call.info->name;
  auto axis = lastOrGivenAxis(call, "dim", *tile);
  if (failed(axis))
    return failure();
  FailureOr<bool> descending = isTopk ? FailureOr<bool>(true) : boolArgument(call, "descending");
  if (failed(descending))
    return failure();
  Location loc = at(call.offset);
  bool isUnsigned = element.isInteger() && !element.isSigned();
  Tensor sorted{mla::tile::SortOp::create(builder, loc, tile->value, uint32_t(*axis), *descending,
                                          isUnsigned),
                tile->type};
  if (!isTopk)
    return Object(sorted);
  auto count = integerArgument(call, "k");
  if (failed(count))
    return failure();
  SmallVector<int64_t, 2> shape = tile->type.shape;
  int64_t &extent = shape[size_t(*axis)];
  if (*count < 1 || *count > extent)
    return error(call.offsetOf("k"))
           << "expected 'k' of topk between 1 and " << extent << ", got " << toString(*count);
  if (*count == extent)
    return Object(sorted);
  extent = int64_t(*count);
  ValueType type(element, shape);
  Value first = mla::tile::SliceOp::create(builder, loc, type.irType(context), sorted.value,
                                           SmallVector<int64_t>(shape.size(), 0));
  return Object(Tensor{first, type});
}
