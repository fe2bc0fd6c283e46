//===- EmitRecords.cpp - ml.gather: cache records -------------------------===//
#include "Emitter.h"
#include "Literals.h"
#include "RecordTypes.h"

#include "mla/Dialect/Gather/Gather.h"

using namespace mlir;
using namespace mla;
using namespace mla::frontend;

FailureOr<const RecordFormat *> Emitter::formatArgument(const BuiltinCall &call) {
  auto name = stringArgument(call, "format");
  if (failed(name))
    return failure();
  if (const RecordFormat *format = findRecordFormat(*name))
    return format;
  return error(call.offsetOf("format"))
         << "there is no record format '" << *name << "'; expected one of " << recordFormatNames();
}

/// The argument `name` as a 2-D tile with `isElement` elements.
FailureOr<Tensor> Emitter::matrixArgument(const BuiltinCall &call, const Object &object,
                                          StringRef name, StringRef what,
                                          llvm::function_ref<bool(DType)> isElement) {
  const Tensor *tile = object.tensor();
  if (tile && tile->type.isTile && tile->type.shape.size() == 2 && isElement(tile->type.element))
    return *tile;
  return error(call.offsetOf(name)) << call.info->name << " expects " << what << " as '" << name
                                    << "', got " << object.describe();
}

/// A scalar fp32, the scale of a whole cache.
FailureOr<Value> Emitter::cacheScale(const BuiltinCall &call, StringRef name,
                                     const RecordFormat &format) {
  uint32_t offset = call.offsetOf(name);
  if (!call[name].isNone()) {
    auto scale = toTensorOf(call[name], Scalar::Float32, offset);
    if (failed(scale))
      return failure();
    if (!scale->type.isTile)
      return scale->value;
  }
  return error(call[name].isNone() ? call.offset : offset)
         << call.info->name << " expects the scale of the cache, a scalar, as '" << name
         << "' for the format " << format.name << ", got " << call[name].describe();
}

//===----------------------------------------------------------------------===//
// Decoding
//===----------------------------------------------------------------------===//

FailureOr<Value> Emitter::scalesArgument(const BuiltinCall &call, const RecordFormat &format,
                                         int64_t rows) {
  if (format.scales.place == ScalePlace::Tensor)
    return cacheScale(call, "scales", format);
  const Object &scales = call["scales"];
  if (format.scales.place != ScalePlace::Page) {
    if (scales.isNone())
      return Value();
    return error(call.offsetOf("scales")) << "the format " << format.name
                                          << " has no scales outside its records: expected none as "
                                          << "'scales', got " << scales.describe();
  }
  const Tensor *tile = scales.tensor();
  ValueType bytes(Scalar::Uint8, {rows, format.scaleBytes});
  ValueType numbers(dtypeOf(format.scales.number), {rows, format.scales.count});
  if (tile && (tile->type == bytes || tile->type == bytes.withElement(Scalar::Int8) ||
               (format.scales.number == RecordNumber::FP32 && tile->type == numbers)))
    return tile->value;
  auto failure = error(scales.isNone() ? call.offset : call.offsetOf("scales"))
                 << "decode_record expects scales " << bytes.name();
  if (format.scales.number == RecordNumber::FP32)
    failure << " or " << numbers.name();
  return failure << " as 'scales' for the format " << format.name << ", got " << scales.describe();
}

FailureOr<Object> Emitter::emitDecodeRecord(const BuiltinCall &call) {
  auto found = formatArgument(call);
  if (failed(found))
    return failure();
  const RecordFormat &format = **found;
  DType plain = dtypeOf(format.fields[0].number);
  std::string what = "a 2-D tile of bytes";
  if (format.isPlain())
    what = "a 2-D tile of " + plain.shortName();
  auto record = matrixArgument(call, call["record"], "record", what, [&](DType type) {
    return format.isPlain() ? type == plain : isByte(type);
  });
  if (failed(record))
    return failure();
  int64_t rows = record->type.shape[0], width = record->type.shape[1];
  if (format.recordBytes && width != format.recordBytes)
    return error(call.offsetOf("record"))
           << "a record of the format " << format.name << " has " << format.recordBytes
           << " bytes, got " << record->type.name();
  DType type = format.fields[0].number == RecordNumber::FP16 ? Scalar::Float16 : Scalar::Bfloat16;
  if (!call["dtype"].isNone()) {
    auto given = dtypeArgument(call, "dtype");
    if (failed(given))
      return failure();
    type = *given;
    if (type != Scalar::Float16 && type != Scalar::Bfloat16 && type != Scalar::Float32)
      return error(call.offsetOf("dtype"))
             << "a record is decoded to bf16, fp16 or fp32, got " << type.shortName();
  }
  auto scales = scalesArgument(call, format, rows);
  auto label = failed(scales) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  SmallVector<ValueType> types;
  SmallVector<Type> irTypes;
  for (int32_t i = 0; i < format.numFields; ++i) {
    types.push_back(ValueType(type, {rows, gather::fieldWidth(format, i, width)}));
    irTypes.push_back(types.back().irType(context));
  }
  auto op = gather::DecodeRecordOp::create(
      builder, at(call.offset), irTypes, record->value, *scales,
      gather::FormatAttr::get(context, StringRef(format.name)), *label);
  return tileOrTuple(op.getFields(), types);
}

FailureOr<Object> Emitter::tileOrTuple(ValueRange values, ArrayRef<ValueType> types) {
  std::vector<Object> tiles;
  for (auto [value, type] : llvm::zip_equal(values, types))
    tiles.push_back(Tensor{value, type});
  return tiles.size() == 1 ? tiles[0] : Object::tuple(std::move(tiles));
}

//===----------------------------------------------------------------------===//
// Encoding
//===----------------------------------------------------------------------===//

/// A tile for each field of the format.
FailureOr<SmallVector<Tensor>> Emitter::fieldArguments(const BuiltinCall &call,
                                                       const RecordFormat &format) {
  const Object &values = call["values"];
  SmallVector<Object> given;
  if (auto *elements = values.elements())
    given.append(elements->begin(), elements->end());
  else
    given.push_back(values);
  uint32_t offset = call.offsetOf("values");
  if (int32_t(given.size()) != format.numFields)
    return error(offset) << "a record of the format " << format.name << " has "
                         << (format.numFields == 1 ? "one field" : "two fields") << ", got "
                         << values.describe();
  SmallVector<Tensor> tiles;
  for (const Object &object : given) {
    auto tile =
        matrixArgument(call, object, "values", "2-D tiles of fp16, bf16 or fp32", [](DType type) {
          return type == Scalar::Float16 || type == Scalar::Bfloat16 || type == Scalar::Float32;
        });
    if (failed(tile))
      return failure();
    tiles.push_back(*tile);
    ArrayRef<int64_t> first = tiles[0].type.shape;
    SmallVector<int64_t, 2> shape{first[0],
                                  gather::fieldWidth(format, int32_t(tiles.size()) - 1, first[1])};
    if (ArrayRef<int64_t>(tile->type.shape) != ArrayRef<int64_t>(shape))
      return error(offset) << "expected " << shapeName(shape) << " values for the field '"
                           << format.fields[tiles.size() - 1].name << "' of the format "
                           << format.name << ", got " << tile->type.name();
  }
  return tiles;
}

/// The rule of a format that has one; pow2 if none is given.
FailureOr<gather::ScaleRuleKindAttr> Emitter::ruleArgument(const BuiltinCall &call,
                                                           const RecordFormat &format) {
  if (call["rule"].isNone())
    return format.hasRule(ScaleRule::Pow2)
               ? gather::ScaleRuleKindAttr::get(context, gather::ScaleRuleKind::Pow2)
               : gather::ScaleRuleKindAttr();
  auto name = stringArgument(call, "rule");
  if (failed(name))
    return failure();
  auto rule = gather::symbolizeScaleRuleKind(*name);
  if (!rule)
    return error(call.offsetOf("rule"))
           << "expected the rule 'pow2' or 'linear', got '" << *name << "'";
  if (!format.hasRule(ScaleRule::Pow2))
    return error(call.offsetOf("rule")) << "the format " << format.name
                                        << " has no scales that follow from the values: expected "
                                        << "no 'rule'";
  if (*rule == gather::ScaleRuleKind::Linear && !format.hasRule(ScaleRule::Linear))
    return error(call.offsetOf("rule")) << "the scales of the format " << format.name
                                        << " are powers of two: expected the rule 'pow2'";
  return gather::ScaleRuleKindAttr::get(context, *rule);
}

FailureOr<Object> Emitter::emitEncodeRecord(const BuiltinCall &call) {
  auto found = formatArgument(call);
  if (failed(found))
    return failure();
  const RecordFormat &format = **found;
  auto fields = fieldArguments(call, format);
  if (failed(fields))
    return failure();
  Value scale;
  if (format.scales.place == ScalePlace::Tensor) {
    auto given = cacheScale(call, "scale", format);
    if (failed(given))
      return failure();
    scale = *given;
  } else if (!call["scale"].isNone()) {
    return error(call.offsetOf("scale"))
           << "the format " << format.name << " takes no scale of the whole cache, got "
           << call["scale"].describe();
  }
  auto rule = ruleArgument(call, format);
  auto label = failed(rule) ? FailureOr<StringAttr>(failure()) : labelArgument(call);
  if (failed(label))
    return failure();
  ArrayRef<int64_t> shape = fields->front().type.shape;
  SmallVector<ValueType> types;
  for (auto [i, field] : llvm::enumerate(*fields)) {
    types.push_back(field.type.withElement(dtypeOf(format.fields[i].number)));
    if (i == 0 && format.hasRule(ScaleRule::Pow2))
      types.push_back(
          ValueType(dtypeOf(format.scales.number), {shape[0], scaleColumns(context, format)}));
  }
  SmallVector<Value> values =
      llvm::map_to_vector(*fields, [](const Tensor &field) { return field.value; });
  auto op = gather::EncodeRecordOp::create(
      builder, at(call.offset), gather::encodedTypes(context, format, shape[0], shape[1]), values,
      scale, *rule, gather::FormatAttr::get(context, StringRef(format.name)), *label);
  return tileOrTuple(op.getParts(), types);
}
