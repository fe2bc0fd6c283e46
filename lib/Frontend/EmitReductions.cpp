//===- EmitReductions.cpp - reductions by known operations ----------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

static bool isBitwise(BuiltinId id) { return id == BuiltinId::XorSum || id == BuiltinId::ReduceOr; }

/// Type that a reduction computes in. max and min widen to 32 bits; sum widens integers only.
static DType reductionType(BuiltinId id, DType type) {
  if (type.bits() >= 32 || isBitwise(id))
    return type;
  if (type.isFloat())
    return id == BuiltinId::Sum ? type : DType(Scalar::Float32);
  return id == BuiltinId::Sum && !type.isSigned() ? Scalar::Uint32 : Scalar::Int32;
}

static mla::tile::ReduceKind kindOf(BuiltinId id) {
  switch (id) {
  case BuiltinId::Max:
    return mla::tile::ReduceKind::Max;
  case BuiltinId::Min:
    return mla::tile::ReduceKind::Min;
  case BuiltinId::XorSum:
    return mla::tile::ReduceKind::Xor;
  case BuiltinId::ReduceOr:
    return mla::tile::ReduceKind::Or;
  default:
    return mla::tile::ReduceKind::Sum;
  }
}

Tensor Emitter::reduceAxis(BuiltinId id, const Tensor &value, int64_t axis, uint32_t offset) {
  SmallVector<int64_t> shape(ArrayRef<int64_t>(value.type.shape));
  shape.erase(shape.begin() + axis);
  DType element = value.type.element;
  ValueType type = shape.empty() ? ValueType(element) : ValueType(element, shape);
  bool isExtremum = id == BuiltinId::Max || id == BuiltinId::Min;
  bool isUnsigned = element.isInteger() && !element.isSigned() && isExtremum;
  Value result = tile::ReduceOp::create(builder, at(offset), type.irType(context), kindOf(id),
                                        value.value, axis, isUnsigned);
  return {result, type};
}

FailureOr<std::optional<int64_t>> Emitter::reductionAxis(const BuiltinCall &call,
                                                         const ValueType &type) {
  if (call["axis"].isNone())
    return std::optional<int64_t>();
  auto given = integerArgument(call, "axis");
  if (failed(given))
    return failure();
  int64_t rank = type.shape.size();
  if (*given < -rank || *given >= rank)
    return error(call.offsetOf("axis"))
           << "expected an axis between " << -rank << " and " << rank - 1 << " for " << type.name()
           << ", got " << toString(*given);
  return std::optional<int64_t>(*given < 0 ? *given + rank : *given);
}

FailureOr<Object> Emitter::emitReduction(const BuiltinCall &call) {
  BuiltinId id = call.info->id;
  auto keepDims = boolArgument(call, "keep_dims");
  if (failed(keepDims))
    return failure();
  const Tensor *input = call["input"].tensor();
  if (!input || !input->type.isTile || input->type.element.isPointer)
    return error(call.offsetOf("input"))
           << call.info->name << " expects a tile of numbers, got " << call["input"].describe();
  if (isBitwise(id) && !input->type.element.isInteger())
    return error(call.offsetOf("input"))
           << call.info->name << " expects integers, got " << input->type.name();
  auto axis = reductionAxis(call, input->type);
  if (failed(axis))
    return failure();
  if (id == BuiltinId::Max || id == BuiltinId::Min) {
    auto indices = boolArgument(call, "return_indices");
    if (failed(indices))
      return failure();
    if (*indices)
      return emitArgExtremum(call);
  }
  DType type = reductionType(id, input->type.element);
  if (id == BuiltinId::Sum && !call["dtype"].isNone()) {
    auto given = dtypeArgument(call, "dtype");
    if (failed(given))
      return failure();
    type = *given;
  }
  if (type.isFloat8())
    return error(call.offsetOf("input"))
           << "convert 8-bit floats to a wider type before a reduction";
  auto value = convertTo(*input, type, call.offset);
  if (failed(value))
    return failure();
  Tensor result = *value;
  if (*axis) {
    result = reduceAxis(id, result, **axis, call.offset);
    if (*keepDims)
      result = expandDims(result, **axis, call.offset);
    return Object(result);
  }
  while (result.type.isTile)
    result = reduceAxis(id, result, result.type.shape.size() - 1, call.offset);
  if (*keepDims)
    result = splat(result, SmallVector<int64_t>(input->type.shape.size(), 1), call.offset);
  return Object(result);
}
