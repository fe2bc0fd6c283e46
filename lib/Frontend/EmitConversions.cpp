//===- EmitConversions.cpp - constants, casts, broadcasting ---------------===//
#include "Literals.h"
#include "ValueEmitter.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;
using namespace mla::frontend;

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

FailureOr<Tensor> ValueEmitter::toTensor(const Object &object, uint32_t offset) {
  if (auto *tensor = object.tensor())
    return *tensor;
  if (!object.isNumber())
    return error(offset) << "expected a number or a run-time value, got " << object.describe();
  std::optional<DType> type = typeOfNumber(object);
  if (!type)
    return error(offset) << "the integer " << toText(object) << " does not fit in 64 bits";
  return constant(object, *type, offset);
}

/// Range of an integer type.
static std::pair<Integer, Integer> limits(DType type) {
  if (type.isSigned())
    return {-(Integer(1) << (type.bits() - 1)), (Integer(1) << (type.bits() - 1)) - 1};
  return {0, (Integer(1) << type.bits()) - 1};
}

FailureOr<Tensor> ValueEmitter::toTensorOf(const Object &object, DType type, uint32_t offset) {
  bool isExact = object.isNumber() && type.isFloat();
  if (auto integer = object.integer(); integer && type.isInteger()) {
    auto [low, high] = limits(type);
    isExact = low <= *integer && *integer <= high;
  }
  if (isExact)
    return constant(object, type, offset);
  auto tensor = toTensor(object, offset);
  return failed(tensor) ? tensor : convertTo(*tensor, type, offset);
}

static bool isNegative(const Object &number) {
  return number.get<double>() ? std::signbit(*number.get<double>()) : *number.integer() < 0;
}

FailureOr<Tensor> ValueEmitter::constant(const Object &number, const ValueType &type,
                                         uint32_t offset) {
  Type elementType = type.element.irType(context);
  TypedAttr value;
  if (type.element.isFloat()) {
    // int → float through double would round twice for the widest integers.
    auto floatType = cast<FloatType>(elementType);
    llvm::APFloat result(floatType.getFloatSemantics());
    if (auto integer = number.integer()) {
      llvm::APInt bits(128, {uint64_t(*integer), uint64_t(*integer >> 64)});
      result.convertFromAPInt(bits, /*IsSigned=*/true, llvm::APFloat::rmNearestTiesToEven);
    } else {
      result = llvm::APFloat(*number.get<double>());
      bool losesInfo;
      result.convert(floatType.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    }
    // As a conversion at run time does, 8-bit floats saturate.
    bool isNan = number.get<double>() && std::isnan(*number.get<double>());
    if (type.element.isFloat8() && !isNan && !result.isFinite())
      result = llvm::APFloat::getLargest(floatType.getFloatSemantics(), isNegative(number));
    value = FloatAttr::get(elementType, result);
  } else {
    std::optional<Integer> integer = number.integer();
    if (!integer)
      return error(offset) << "expected an integer for the type " << type.element.shortName()
                           << ", got " << number.describe();
    auto [low, high] = limits(type.element);
    if (*integer < low || *integer > high)
      return error(offset) << "the constant " << toText(number) << " does not fit in "
                           << type.element.shortName() << " (" << toString(low) << " to "
                           << toString(high) << ")";
    value = IntegerAttr::get(elementType, llvm::APInt(type.element.bits(), uint64_t(*integer),
                                                      /*isSigned=*/false,
                                                      /*implicitTrunc=*/true));
  }
  if (type.isTile)
    value = DenseElementsAttr::get(cast<RankedTensorType>(type.irType(context)), Attribute(value));
  return Tensor{arith::ConstantOp::create(builder, at(offset), value), type};
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

FailureOr<Tensor> ValueEmitter::convertTo(Tensor value, DType type, uint32_t offset,
                                          bool towardZero) {
  DType from = value.type.element;
  if (from == type)
    return value;
  // 8-bit floats meet integers in fp32, which holds all their numbers.
  if ((from.isFloat8() && type.isInteger()) || (from.isInteger() && type.isFloat8())) {
    auto wide = convertTo(value, Scalar::Float32, offset);
    return failed(wide) ? wide : convertTo(*wide, type, offset);
  }
  ValueType resultType = value.type.withElement(type);
  Type irType = resultType.irType(context);
  Location loc = at(offset);
  if (from.isPointer && type.isPointer)
    return Tensor{mla::tile::PtrCastOp::create(builder, loc, irType, value.value), resultType};
  if (from.isPointer || type.isPointer)
    return error(offset) << "cannot convert " << from.shortName() << " to " << type.shortName();
  auto result = [&](Value converted) { return Tensor{converted, resultType}; };
  if (type.isBool()) {
    auto zero = constant(Object(Integer(0)), value.type, offset);
    if (failed(zero))
      return failure();
    if (from.isFloat())
      return result(
          arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNE, value.value, zero->value));
    return result(
        arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value.value, zero->value));
  }
  if (from.isFloat() && type.isFloat()) {
    // Types of one width (fp16 and bf16, the two fp8) meet in fp32.
    if (from.bits() == type.bits()) {
      auto wide = convertTo(value, Scalar::Float32, offset);
      return failed(wide) ? wide : convertTo(*wide, type, offset);
    }
    if (from.bits() < type.bits())
      return result(arith::ExtFOp::create(builder, loc, irType, value.value));
    auto truncated = arith::TruncFOp::create(builder, loc, irType, value.value);
    if (towardZero)
      truncated.setRoundingmode(arith::RoundingMode::toward_zero);
    return result(truncated);
  }
  if (from.isFloat()) {
    if (type.isSigned())
      return result(arith::FPToSIOp::create(builder, loc, irType, value.value));
    return result(arith::FPToUIOp::create(builder, loc, irType, value.value));
  }
  if (type.isFloat()) {
    if (from.isSigned())
      return result(arith::SIToFPOp::create(builder, loc, irType, value.value));
    return result(arith::UIToFPOp::create(builder, loc, irType, value.value));
  }
  if (from.bits() == type.bits()) // only the sign differs
    return result(value.value);
  if (from.bits() > type.bits())
    return result(arith::TruncIOp::create(builder, loc, irType, value.value));
  if (from.isSigned())
    return result(arith::ExtSIOp::create(builder, loc, irType, value.value));
  return result(arith::ExtUIOp::create(builder, loc, irType, value.value));
}

FailureOr<Tensor> ValueEmitter::bitcast(Tensor value, DType type, uint32_t offset) {
  DType from = value.type.element;
  if (from.isPointer || type.isPointer)
    return convertTo(value, type, offset);
  if (from.bits() != type.bits())
    return error(offset) << "a bitcast keeps the width: cannot convert " << from.shortName() << " ("
                         << from.bits() << " bits) to " << type.shortName() << " (" << type.bits()
                         << " bits)";
  ValueType resultType = value.type.withElement(type);
  Type irType = resultType.irType(context);
  if (irType == value.value.getType())
    return Tensor{value.value, resultType};
  return Tensor{arith::BitcastOp::create(builder, at(offset), irType, value.value), resultType};
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

Tensor ValueEmitter::splat(const Tensor &scalar, ArrayRef<int64_t> shape, uint32_t offset) {
  ValueType type(scalar.type.element, shape);
  return {mla::tile::SplatOp::create(builder, at(offset), type.irType(context), scalar.value),
          type};
}

Tensor ValueEmitter::expandDims(const Tensor &tile, int64_t axis, uint32_t offset) {
  SmallVector<int64_t> shape(ArrayRef<int64_t>(tile.type.shape));
  shape.insert(shape.begin() + axis, 1);
  if (!tile.type.isTile)
    return splat(tile, shape, offset);
  ValueType type(tile.type.element, shape);
  return {
      mla::tile::ExpandDimsOp::create(builder, at(offset), type.irType(context), tile.value, axis),
      type};
}

Tensor ValueEmitter::broadcastTo(Tensor value, ArrayRef<int64_t> shape, uint32_t offset) {
  if (shape.empty())
    return value;
  if (!value.type.isTile)
    return splat(value, shape, offset);
  while (value.type.shape.size() < shape.size())
    value = expandDims(value, 0, offset);
  if (ArrayRef<int64_t>(value.type.shape) == shape)
    return value;
  ValueType type(value.type.element, shape);
  return {mla::tile::BroadcastOp::create(builder, at(offset), type.irType(context), value.value),
          type};
}

FailureOr<SmallVector<int64_t, 2>> ValueEmitter::commonShape(ArrayRef<Tensor> values,
                                                             uint32_t offset) {
  size_t rank = 0;
  for (const Tensor &value : values)
    rank = std::max(rank, value.type.shape.size());
  SmallVector<int64_t, 2> shape(rank, 1);
  for (const Tensor &value : values) {
    // Missing leading dimensions have extent 1.
    size_t missing = rank - value.type.shape.size();
    for (auto [i, extent] : llvm::enumerate(value.type.shape)) {
      int64_t &common = shape[missing + i];
      if (common == 1)
        common = extent;
      else if (extent != 1 && extent != common) {
        auto failure = error(offset);
        failure << "shapes do not broadcast: extents " << common << " and " << extent
                << " at dimension " << missing + i << " of ";
        llvm::interleave(
            values, failure, [&](const Tensor &each) { failure << each.type.name(); }, " and ");
        return failure;
      }
    }
  }
  if (!tileElements(shape))
    return error(offset) << "a tile of shape " << shapeName(shape) << " has more than "
                         << kMaxTileElements << " elements";
  return shape;
}

LogicalResult ValueEmitter::broadcastAll(MutableArrayRef<Tensor> values, uint32_t offset) {
  auto shape = commonShape(values, offset);
  if (failed(shape))
    return failure();
  for (Tensor &value : values)
    value = broadcastTo(value, *shape, offset);
  return success();
}
