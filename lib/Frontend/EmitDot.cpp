//===- EmitDot.cpp - matrix products --------------------------------------===//
#include "Emitter.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;
using mla::tile::DotPrecision;

/// Type that products of two element types are summed in; nothing if they have none.
static std::optional<DType> sumType(DType a, DType b) {
  if (a.isFloat8() && b.isFloat8())
    return Scalar::Float32;
  if (a != b || a.isPointer)
    return std::nullopt;
  switch (a.scalar) {
  case Scalar::Int8:
    return Scalar::Int32;
  case Scalar::Float16:
  case Scalar::Bfloat16:
  case Scalar::Float32:
    return Scalar::Float32;
  case Scalar::Float64:
    return Scalar::Float64;
  default:
    return std::nullopt;
  }
}

/// What fp32 factors are multiplied as: input_precision, else allow_tf32, else tf32.
FailureOr<DotPrecision> Emitter::dotPrecision(const BuiltinCall &call) {
  bool hasChoice = !call["input_precision"].isNone(), hasFlag = !call["allow_tf32"].isNone();
  if (hasChoice && hasFlag)
    return error(call.offsetOf("allow_tf32"))
           << "'allow_tf32' is the older form of 'input_precision': give one of them";
  if (hasFlag) {
    auto allowed = boolArgument(call, "allow_tf32");
    if (failed(allowed))
      return failure();
    return *allowed ? DotPrecision::TF32 : DotPrecision::IEEE;
  }
  if (!hasChoice)
    return DotPrecision::TF32;
  auto name = stringArgument(call, "input_precision");
  if (failed(name))
    return failure();
  if (auto precision = tile::symbolizeDotPrecision(*name))
    return *precision;
  return error(call.offsetOf("input_precision"))
         << "expected 'input_precision' to be 'tf32', 'tf32x3', 'ieee', got '" << *name << "'";
}

FailureOr<Object> Emitter::emitDot(const BuiltinCall &call) {
  auto label = stringArgument(call, "label");
  auto outType = failed(label) ? FailureOr<DType>(failure()) : dtypeArgument(call, "out_dtype");
  auto precision = failed(outType) ? FailureOr<DotPrecision>(failure()) : dotPrecision(call);
  if (failed(precision))
    return failure();
  if (!call["max_num_imprecise_acc"].isNone() &&
      failed(integerArgument(call, "max_num_imprecise_acc")))
    return failure();
  const Tensor *a = call["input"].tensor(), *b = call["other"].tensor();
  for (auto [operand, name] : {std::pair(a, StringRef("input")), std::pair(b, StringRef("other"))})
    if (!operand || operand->type.shape.size() != 2)
      return error(call.offsetOf(name)) << "dot expects 2-D tiles, got " << call[name].describe();
  std::optional<DType> sum = sumType(a->type.element, b->type.element);
  if (!sum)
    return error(call.offset) << "dot expects tiles of one type, fp16, bf16, fp32, fp64 or i8, or "
                                 "of 8-bit floats, got "
                              << a->type.name() << " and " << b->type.name();
  if (a->type.shape[1] != b->type.shape[0])
    return error(call.offset) << "dot expects [M, K] and [K, N], got " << a->type.name() << " and "
                              << b->type.name();
  // The default names the type of most products; integers and fp64 have their own.
  bool isHalf = *outType == DType(Scalar::Float16) && *sum == DType(Scalar::Float32) &&
                a->type.element.bits() <= 16 && a->type.element != DType(Scalar::Bfloat16);
  if (*outType != DType(Scalar::Float32) && *outType != *sum && !isHalf)
    return error(call.offsetOf("out_dtype"))
           << "a product of " << a->type.element.shortName() << " and "
           << b->type.element.shortName() << " has the type " << sum->shortName()
           << ", got out_dtype " << outType->shortName() << "; convert it with .to()";
  return emitProduct(call, *a, *b, ValueType(*sum, {a->type.shape[0], b->type.shape[1]}),
                     isHalf ? *outType : *sum, *precision, *label);
}

/// a @ b + acc, summed in `type`, with elements of `result`.
FailureOr<Object> Emitter::emitProduct(const BuiltinCall &call, const Tensor &a, const Tensor &b,
                                       const ValueType &type, DType result, DotPrecision precision,
                                       StringRef label) {
  if (!tileElements(type.shape))
    return error(call.offset) << "a tile of shape " << shapeName(type.shape) << " has more than "
                              << kMaxTileElements << " elements";
  TensorResult acc = failure();
  if (call["acc"].isNone()) {
    acc = constant(Object(Integer(0)), type, call.offset);
  } else {
    acc = toTensor(call["acc"], call.offsetOf("acc"));
    if (succeeded(acc) && acc->type != type.withElement(result))
      return error(call.offsetOf("acc"))
             << "expected an accumulator " << type.withElement(result).name() << ", got "
             << acc->type.name();
    if (succeeded(acc))
      acc = convertTo(*acc, type.element, call.offset);
  }
  if (failed(acc))
    return failure();
  auto precisionAttr = a.type.element == DType(Scalar::Float32)
                           ? tile::DotPrecisionAttr::get(context, precision)
                           : tile::DotPrecisionAttr();
  Value product = tile::DotOp::create(
      builder, at(call.offset), type.irType(context), a.value, b.value, acc->value,
      label.empty() ? StringAttr() : builder.getStringAttr(label), precisionAttr);
  return asObject(convertTo(Tensor{product, type}, result, call.offset));
}
