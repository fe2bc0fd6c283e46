//===- EmitCacheViews.cpp - ml.gather: views of caches in records ---------===//
#include "Emitter.h"
#include "RecordTypes.h"

#include "mla/Dialect/Gather/Gather.h"

using namespace mlir;
using namespace mla;
using namespace mla::frontend;

namespace {
/// A part of each record of a cache.
struct CachePart {
  DType element;
  int64_t count;
  bool isBehindPage;
  int64_t offset; ///< in bytes, from the record's first or the first of its scales
};
} // namespace

/// Records, then scales behind the page; or field by field.
static SmallVector<CachePart> partsOf(MLIRContext *context, const RecordFormat &format,
                                      bool byField) {
  const RecordScales &scales = format.scales;
  bool isBehindPage = scales.place == ScalePlace::Page;
  if (!byField) {
    SmallVector<CachePart> parts{{Scalar::Uint8, format.recordBytes, false, 0}};
    if (isBehindPage)
      parts.push_back({Scalar::Uint8, format.scaleBytes, true, 0});
    return parts;
  }
  SmallVector<CachePart> parts;
  for (int32_t i = 0; i < format.numFields; ++i) {
    const RecordField &field = format.fields[i];
    parts.push_back({dtypeOf(field.number), field.count, false, field.offset});
    if (i == 0)
      parts.push_back(
          {dtypeOf(scales.number), scaleColumns(context, format), isBehindPage, scales.offset});
  }
  return parts;
}

FailureOr<Object> Emitter::emitCacheViews(const BuiltinCall &call) {
  auto cache = viewArgument(call, "cache", {3}, "of bytes [PAGES, PAGE, BYTES]");
  auto found = failed(cache) ? FailureOr<const RecordFormat *>(failure()) : formatArgument(call);
  if (failed(found))
    return failure();
  const View &whole = **cache;
  const RecordFormat &format = **found;
  if (!isByte(whole.element))
    return error(call.offsetOf("cache"))
           << call.info->name << " expects a view of bytes as 'cache', "
           << "got " << call["cache"].describe();
  if (!format.recordBytes)
    return error(call.offsetOf("format"))
           << "a cache of the format " << format.name << " is a view of its numbers already";
  int64_t bytes = format.recordBytes + format.scaleBytes;
  if (auto given = whole.shape[2].integer(); given && *given != bytes)
    return error(call.offsetOf("cache"))
           << "a record of the format " << format.name << " takes " << bytes
           << " bytes of a cache, got " << call["cache"].describe();

  Location loc = at(call.offset);
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(value));
  };
  auto valueOf = [&](const Object &object) {
    return object.tensor() ? object.tensor()->value : number(int64_t(*object.integer()));
  };
  // Scales behind the page leave no choice of the records' distance.
  Value pageSize = valueOf(whole.shape[1]);
  Value recordStride = format.scaleBytes ? number(format.recordBytes) : valueOf(whole.strides[1]);
  bool byField = call.info->id == BuiltinId::GatherFieldViews;
  std::vector<Object> views;
  for (const CachePart &part : partsOf(context, format, byField)) {
    auto view = std::make_shared<View>(whole);
    view->element = part.element;
    Value pointer = whole.pointer.value;
    if (part.isBehindPage) {
      Value skipped = arith::MulIOp::create(builder, loc, pageSize, number(format.recordBytes));
      pointer = tile::AddPtrOp::create(builder, loc, pointer, skipped);
    }
    if (part.offset)
      pointer = tile::AddPtrOp::create(builder, loc, pointer, number(part.offset));
    auto pointerType = DType::pointerTo(part.element.scalar);
    if (Type type = pointerType.irType(context); type != pointer.getType())
      pointer = tile::PtrCastOp::create(builder, loc, type, pointer);
    view->pointer = {pointer, pointerType};
    auto inElements = [&](Value stride) -> Value {
      int64_t size = part.element.bits() / 8;
      return size == 1 ? stride : arith::DivSIOp::create(builder, loc, stride, number(size));
    };
    Value strides[] = {inElements(valueOf(whole.strides[0])),
                       inElements(part.isBehindPage ? number(format.scaleBytes) : recordStride)};
    view->strides = {Tensor{strides[0], DType(Scalar::Int64)},
                     Tensor{strides[1], DType(Scalar::Int64)}, Integer(1)};
    view->shape = {whole.shape[0], whole.shape[1], Integer(part.count)};
    StringRef extents = whole.shapeText;
    view->shapeText = (extents.rsplit(',').first + ", " + Twine(part.count) + "]").str();
    SmallVector<int64_t> shape;
    SmallVector<Value> dynamic;
    for (const Object &extent : view->shape) {
      shape.push_back(extent.tensor() ? ShapedType::kDynamic : int64_t(*extent.integer()));
      if (extent.tensor())
        dynamic.push_back(extent.tensor()->value);
    }
    auto type = tile::ViewType::get(context, shape, part.element.irType(context));
    view->value = tile::ViewOp::create(builder, loc, type, pointer, dynamic, strides);
    views.push_back(ViewObject{std::move(view)});
  }
  if (views.size() == 1)
    views.push_back(Object());
  return Object::tuple(std::move(views));
}
