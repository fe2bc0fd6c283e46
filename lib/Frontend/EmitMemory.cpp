//===- EmitMemory.cpp - load and store ------------------------------------===//
#include "Emitter.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<std::string> Emitter::optionArgument(const BuiltinCall &call, StringRef name,
                                               ArrayRef<StringRef> allowed) {
  if (call[name].isNone())
    return std::string();
  auto value = stringArgument(call, name);
  if (failed(value) || value->empty() || llvm::is_contained(allowed, StringRef(*value)))
    return value;
  auto failure = error(call.offsetOf(name)) << "expected '" << name << "' to be ";
  llvm::interleaveComma(allowed, failure, [&](StringRef each) { failure << "'" << each << "'"; });
  return std::move(failure << ", got '" << *value << "'");
}

FailureOr<AccessOptions> Emitter::accessOptions(const BuiltinCall &call,
                                                ArrayRef<StringRef> caches) {
  AccessOptions options;
  auto cache = optionArgument(call, "cache_modifier", caches);
  auto evict = failed(cache) ? cache
                             : optionArgument(call, "eviction_policy",
                                              {"evict_first", "evict_last", "evict_normal"});
  if (failed(evict))
    return failure();
  if (auto kind = tile::symbolizeCacheKind(StringRef(*cache).ltrim('.')))
    options.cache = tile::CacheKindAttr::get(context, *kind);
  if (auto kind = tile::symbolizeEvictKind(
          StringRef(*evict).drop_while([](char c) { return c != '_'; }).ltrim('_')))
    options.evict = tile::EvictKindAttr::get(context, *kind);
  return options;
}

/// Options of block pointers, which a pointer, tile of pointers or slice cannot have.
LogicalResult Emitter::checkUnusedView(const BuiltinCall &call) {
  for (StringRef name : {"boundary_check", "padding_option"}) {
    bool declared = llvm::any_of(parametersOf(*call.info),
                                 [&](const Formal &formal) { return formal.name == name; });
    if (declared && truth(call[name]) != false)
      return error(call.offsetOf(name))
             << "'" << name << "' applies to block pointers, got " << call["pointer"].describe();
  }
  return success();
}

FailureOr<Tensor> Emitter::pointerArgument(const BuiltinCall &call) {
  const Tensor *pointer = call["pointer"].tensor();
  if (pointer && pointer->type.element.isPointer)
    return *pointer;
  return error(call.offsetOf("pointer"))
         << call.info->name
         << " expects a pointer, a tile of pointers, a slice of a view or a block pointer, got "
         << call["pointer"].describe();
}

/// An optional operand of an access, converted to `type`; nothing if it is None. A pointer to one
/// element takes scalars only.
FailureOr<std::optional<Tensor>> Emitter::accessOperand(const BuiltinCall &call, StringRef name,
                                                        const Tensor &pointer, DType type) {
  const Object &object = call[name];
  uint32_t offset = call.offsetOf(name);
  if (object.isNone())
    return std::optional<Tensor>();
  const Tensor *tensor = object.tensor();
  if (tensor && tensor->type.isTile && !pointer.type.isTile)
    return error(offset) << "expected a scalar for '" << name
                         << "' because the pointer is one, got " << tensor->type.name();
  bool isMask = name == "mask";
  if (isMask && !object.get<bool>() && !(tensor && tensor->type.element.isBool()))
    return error(offset) << "expected a mask of int1, got " << object.describe();
  auto value = toTensorOf(object, type, offset);
  if (failed(value))
    return failure();
  return std::optional<Tensor>(*value);
}

/// Broadcasts what is written to the shape of the pointers, which come first: several elements
/// cannot go to one place.
LogicalResult Emitter::broadcastToPointers(MutableArrayRef<Tensor> operands, uint32_t offset) {
  auto shape = commonShape(operands, offset);
  if (failed(shape))
    return failure();
  const ValueType &pointers = operands.front().type;
  if (ArrayRef<int64_t>(*shape) != ArrayRef<int64_t>(pointers.shape))
    return error(offset) << "expected pointers of the full shape " << shapeName(*shape) << ", got "
                         << pointers.name();
  return broadcastAll(operands, offset);
}

FailureOr<Object> Emitter::emitLoad(const BuiltinCall &call) {
  auto options = accessOptions(call, {".ca", ".cg", ".cv"});
  auto isVolatile = failed(options) ? FailureOr<bool>(failure()) : boolArgument(call, "volatile");
  auto label =
      failed(isVolatile) ? FailureOr<std::string>(failure()) : stringArgument(call, "label");
  if (failed(label))
    return failure();
  options->isVolatile = *isVolatile;
  options->label = label->empty() ? StringAttr() : builder.getStringAttr(*label);
  if (call["pointer"].get<BlockPointerObject>())
    return loadBlockPointer(call, *options);
  if (failed(checkUnusedView(call)))
    return failure();
  if (auto *object = call["pointer"].get<SliceObject>())
    return loadSlice(call, *object->slice, *options);
  if (!call["valid"].isNone())
    return error(call.offsetOf("valid"))
           << "'valid' applies to slices of views; give loads through pointers a mask";
  auto pointer = pointerArgument(call);
  if (failed(pointer))
    return failure();
  auto mask = accessOperand(call, "mask", *pointer, Scalar::Int1);
  if (failed(mask))
    return failure();
  DType pointee = pointer->type.element.scalar;
  DType inMemory = pointee.inMemory();
  auto other = accessOperand(call, "other", *pointer, inMemory);
  if (failed(other))
    return failure();
  if (*other && !*mask)
    return error(call.offsetOf("other")) << "'other' needs a mask";

  SmallVector<Tensor> operands{*pointer};
  if (*mask)
    operands.push_back(**mask);
  if (*other)
    operands.push_back(**other);
  if (failed(broadcastAll(operands, call.offset)))
    return failure();
  ValueType type = operands[0].type.withElement(inMemory);
  Value result = tile::LoadOp::create(
      builder, at(call.offset), type.irType(context), operands[0].value,
      *mask ? operands[1].value : Value(), *other ? operands[2].value : Value(), tile::AccessAttr(),
      options->label, options->cache, options->evict, options->isVolatile);
  auto loaded = convertTo(Tensor{result, type}, pointee, call.offset);
  return asObject(loaded);
}

FailureOr<Object> Emitter::emitStore(const BuiltinCall &call) {
  auto options = accessOptions(call, {".wb", ".cg", ".cs", ".wt"});
  if (failed(options))
    return failure();
  if (call["pointer"].get<BlockPointerObject>())
    return storeBlockPointer(call, *options);
  if (failed(checkUnusedView(call)))
    return failure();
  if (auto *object = call["pointer"].get<SliceObject>())
    return storeSlice(call, *object->slice, *options);
  auto pointer = pointerArgument(call);
  if (failed(pointer))
    return failure();
  auto mask = accessOperand(call, "mask", *pointer, Scalar::Int1);
  if (failed(mask))
    return failure();
  if (call["value"].isNone())
    return error(call.offsetOf("value")) << "expected a value to store, got None";
  DType pointee = pointer->type.element.scalar;
  auto value = accessOperand(call, "value", *pointer, pointee);
  if (failed(value))
    return failure();
  // A bool is a byte in memory.
  auto inMemory =
      convertTo(**value, pointee.isBool() ? Scalar::Int8 : pointee.scalar, call.offsetOf("value"));
  if (failed(inMemory))
    return failure();
  SmallVector<Tensor> operands{*pointer, *inMemory};
  if (*mask)
    operands.push_back(**mask);
  if (failed(broadcastToPointers(operands, call.offset)))
    return failure();
  tile::StoreOp::create(builder, at(call.offset), operands[0].value, operands[1].value,
                        *mask ? operands[2].value : Value(), tile::AccessAttr(), options->cache,
                        options->evict);
  return Object();
}
