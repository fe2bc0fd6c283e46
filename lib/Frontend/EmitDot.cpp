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

/// What all products of a call share.
struct Emitter::Product {
  uint32_t offset;
  DType sum;
  DotPrecision precision;
};

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
    if (!operand || !llvm::is_contained({2, 3}, operand->type.shape.size()))
      return error(call.offsetOf(name))
             << "dot expects 2-D tiles, or 3-D tiles of several, got " << call[name].describe();
  std::optional<DType> sum = sumType(a->type.element, b->type.element);
  if (!sum)
    return error(call.offset) << "dot expects tiles of one type, fp16, bf16, fp32, fp64 or i8, or "
                                 "of 8-bit floats, got "
                              << a->type.name() << " and " << b->type.name();
  ArrayRef<int64_t> left = a->type.shape, right = b->type.shape;
  bool isBatch = left.size() == 3;
  if (left.size() != right.size() || left.back() != right[right.size() - 2] ||
      (isBatch && left[0] != right[0]))
    return error(call.offset) << "dot expects "
                              << (isBatch ? "[B, M, K] and [B, K, N]" : "[M, K] and [K, N]")
                              << ", got " << a->type.name() << " and " << b->type.name();
  // The default names the type of most products; integers and fp64 have their own.
  bool isHalf = *outType == DType(Scalar::Float16) && *sum == DType(Scalar::Float32) &&
                a->type.element.bits() <= 16 && a->type.element != DType(Scalar::Bfloat16);
  if (*outType != DType(Scalar::Float32) && *outType != *sum && !isHalf)
    return error(call.offsetOf("out_dtype"))
           << "a product of " << a->type.element.shortName() << " and "
           << b->type.element.shortName() << " has the type " << sum->shortName()
           << ", got out_dtype " << outType->shortName() << "; convert it with .to()";
  SmallVector<int64_t> shape(left.drop_back());
  shape.push_back(right.back());
  ValueType type(*sum, shape);
  if (!tileElements(shape))
    return error(call.offset) << "a tile of shape " << shapeName(shape) << " has more than "
                              << kMaxTileElements << " elements";
  DType resultType = isHalf ? *outType : *sum;
  auto acc = accumulator(call, type, resultType);
  if (failed(acc) || (isBatch && failed(charge(call.offset, shape[0]))))
    return failure();
  Product product{call.offset, *sum, *precision};
  Tensor result = isBatch ? emitBatch(product, *a, *b, *acc, *label)
                          : emitProduct(product, *a, *b, *acc, *label);
  return asObject(convertTo(result, resultType, call.offset));
}

/// The argument `acc` in the type of sums, `type`; it has elements of `result`. Nothing for None.
FailureOr<std::optional<Tensor>> Emitter::accumulator(const BuiltinCall &call,
                                                      const ValueType &type, DType result) {
  if (call["acc"].isNone())
    return std::optional<Tensor>();
  auto acc = toTensor(call["acc"], call.offsetOf("acc"));
  if (succeeded(acc) && acc->type != type.withElement(result))
    return error(call.offsetOf("acc"))
           << "expected an accumulator " << type.withElement(result).name() << ", got "
           << acc->type.name();
  if (succeeded(acc))
    acc = convertTo(*acc, type.element, call.offset);
  if (failed(acc))
    return failure();
  return std::optional<Tensor>(*acc);
}

Tensor Emitter::emitProduct(const Product &product, const Tensor &a, const Tensor &b,
                            std::optional<Tensor> acc, StringRef label) {
  ValueType type(product.sum, {a.type.shape[0], b.type.shape[1]});
  if (!acc)
    acc = *constant(Object(Integer(0)), type, product.offset);
  auto precision = a.type.element == DType(Scalar::Float32)
                       ? tile::DotPrecisionAttr::get(context, product.precision)
                       : tile::DotPrecisionAttr();
  Value result = tile::DotOp::create(
      builder, at(product.offset), type.irType(context), a.value, b.value, acc->value,
      label.empty() ? StringAttr() : builder.getStringAttr(label), precision);
  return {result, type};
}

/// One product after the other, each with a label of its own; the results are put together in
/// pairs.
Tensor Emitter::emitBatch(const Product &product, const Tensor &a, const Tensor &b,
                          std::optional<Tensor> acc, StringRef label) {
  uint32_t offset = product.offset;
  int64_t count = a.type.shape[0];
  auto member = [&](const Tensor &batch, int64_t index) {
    SmallVector<int64_t> shape(ArrayRef<int64_t>(batch.type.shape));
    shape[0] = 1;
    Tensor one = count == 1 ? batch : part(batch, {index, 0, 0}, shape, offset);
    return reshape(one, ArrayRef<int64_t>(shape).drop_front(), offset);
  };
  std::vector<Tensor> parts;
  for (int64_t i = 0; i < count; ++i) {
    std::string name = label.empty() ? "" : (label + "." + Twine(i)).str();
    Tensor result = emitProduct(product, member(a, i), member(b, i),
                                acc ? std::optional<Tensor>(member(*acc, i)) : std::nullopt, name);
    parts.push_back(expandDims(result, 0, offset));
  }
  // Copies fill up a power of two, and are cut off at the end.
  parts.resize(llvm::PowerOf2Ceil(count), parts.back());
  for (; parts.size() > 1; parts.resize(parts.size() / 2, parts.front()))
    for (size_t i = 0; i < parts.size() / 2; ++i)
      parts[i] = concatenate(parts[2 * i], parts[2 * i + 1], 0, offset);
  Tensor all = parts.front();
  SmallVector<int64_t> shape(ArrayRef<int64_t>(all.type.shape));
  shape[0] = count;
  return all.type.shape[0] == count ? all : part(all, {0, 0, 0}, shape, offset);
}
