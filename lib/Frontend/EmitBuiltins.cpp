//===- EmitBuiltins.cpp - creation, selection, conversion -----------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitBuiltin(const BuiltinCall &call) {
  if (call.info->home == BuiltinHome::Math || call.info->home == BuiltinHome::MathFunction)
    return emitMath(call);
  if (call.info->home == BuiltinHome::Libdevice)
    return emitLibdevice(call);
  switch (call.info->id) {
  case BuiltinId::ProgramId:
  case BuiltinId::NumPrograms:
    return emitGrid(call);
  case BuiltinId::Arange:
    return emitArange(call);
  case BuiltinId::Full:
    return emitFull(call, call["value"]);
  case BuiltinId::Zeros:
    return emitFull(call, Object(Integer(0)));
  case BuiltinId::Load:
    return emitLoad(call);
  case BuiltinId::Store:
    return emitStore(call);
  case BuiltinId::Philox:
  case BuiltinId::PhiloxImpl:
  case BuiltinId::Randint:
  case BuiltinId::Randint4x:
  case BuiltinId::Rand:
  case BuiltinId::Rand4x:
  case BuiltinId::Randn:
  case BuiltinId::Randn4x:
  case BuiltinId::UintToUniformFloat:
  case BuiltinId::PairUniformToNormal:
    return emitRandom(call);
  case BuiltinId::DebugBarrier:
  case BuiltinId::DeviceAssert:
  case BuiltinId::DevicePrint:
  case BuiltinId::Assume:
  case BuiltinId::MultipleOf:
  case BuiltinId::MaxContiguous:
  case BuiltinId::MaxConstancy:
    return emitDebug(call);
  case BuiltinId::AtomicAdd:
  case BuiltinId::AtomicMax:
  case BuiltinId::AtomicMin:
  case BuiltinId::AtomicAnd:
  case BuiltinId::AtomicOr:
  case BuiltinId::AtomicXor:
  case BuiltinId::AtomicXchg:
  case BuiltinId::AtomicCas:
    return emitAtomic(call);
  case BuiltinId::DescriptorAtomicAdd:
  case BuiltinId::DescriptorAtomicMax:
  case BuiltinId::DescriptorAtomicMin:
  case BuiltinId::DescriptorAtomicAnd:
  case BuiltinId::DescriptorAtomicOr:
  case BuiltinId::DescriptorAtomicXor:
    return emitDescriptorAtomic(call);
  case BuiltinId::MakeBlockPtr:
    return emitMakeBlockPtr(call);
  case BuiltinId::Advance:
    return emitAdvance(call);
  case BuiltinId::MakeTensorDescriptor:
    return emitMakeTensorDescriptor(call);
  case BuiltinId::LoadTensorDescriptor:
  case BuiltinId::StoreTensorDescriptor:
  case BuiltinId::DescriptorLoad:
  case BuiltinId::DescriptorStore:
  case BuiltinId::DescriptorGather:
  case BuiltinId::DescriptorScatter:
    return emitDescriptorAccess(call);
  case BuiltinId::Dot:
    return emitDot(call);
  case BuiltinId::Sum:
  case BuiltinId::Max:
  case BuiltinId::Min:
  case BuiltinId::XorSum:
  case BuiltinId::ReduceOr:
    return emitReduction(call);
  case BuiltinId::Reduce:
  case BuiltinId::AssociativeScan:
  case BuiltinId::Argmax:
  case BuiltinId::Argmin:
  case BuiltinId::Cumsum:
  case BuiltinId::Cumprod:
  case BuiltinId::Softmax:
  case BuiltinId::Sigmoid:
    return emitCombination(call);
  case BuiltinId::Where:
    return emitWhere(call);
  case BuiltinId::Maximum:
  case BuiltinId::PythonMax:
    return emitExtremum(call, /*isMax=*/true);
  case BuiltinId::Minimum:
  case BuiltinId::PythonMin:
    return emitExtremum(call, /*isMax=*/false);
  case BuiltinId::Clamp:
    return emitClamp(call);
  case BuiltinId::Cdiv:
    return emitCdiv(call);
  case BuiltinId::To:
  case BuiltinId::Cast:
    return emitTo(call);
  case BuiltinId::ZerosLike:
    return emitFullLike(call, Object(Integer(0)));
  case BuiltinId::FullLike:
    return emitFullLike(call, call["value"]);
  case BuiltinId::Swizzle2d:
    return emitSwizzle2d(call);
  case BuiltinId::LogicalAnd:
  case BuiltinId::LogicalOr:
    return emitLogical(call);
  case BuiltinId::Gather:
  case BuiltinId::Flip:
  case BuiltinId::Histogram:
  case BuiltinId::Sort:
  case BuiltinId::Topk:
    return emitSelection(call);
  case BuiltinId::Trans:
  case BuiltinId::Permute:
  case BuiltinId::Reshape:
  case BuiltinId::View:
  case BuiltinId::Ravel:
  case BuiltinId::Item:
  case BuiltinId::ExpandDims:
  case BuiltinId::Broadcast:
  case BuiltinId::BroadcastTo:
  case BuiltinId::Join:
  case BuiltinId::Interleave:
  case BuiltinId::Split:
  case BuiltinId::Cat:
    return emitRearrangement(call);
  case BuiltinId::AttnMask:
  case BuiltinId::AttnSoftmaxInit:
  case BuiltinId::AttnSoftmaxStep:
  case BuiltinId::AttnSoftmaxFinish:
  case BuiltinId::AttnMergeStep:
  case BuiltinId::AttnGradScores:
    return emitAttention(call);
  case BuiltinId::IndexerHeadReduce:
  case BuiltinId::IndexerTopkInit:
  case BuiltinId::IndexerTopkStep:
  case BuiltinId::IndexerTopkFinish:
    return emitIndexer(call);
  case BuiltinId::GatherRows:
  case BuiltinId::GatherPagedRows:
    return emitRows(call);
  case BuiltinId::GatherDecodeRecord:
    return emitDecodeRecord(call);
  case BuiltinId::GatherEncodeRecord:
    return emitEncodeRecord(call);
  case BuiltinId::GatherRecordViews:
  case BuiltinId::GatherFieldViews:
    return emitCacheViews(call);
  default:
    return emitCompileTimeBuiltin(call);
  }
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitGrid(const BuiltinCall &call) {
  auto axis = integerArgument(call, "axis");
  if (failed(axis))
    return failure();
  if (*axis < 0 || *axis > 2)
    return error(call.offsetOf("axis")) << "expected axis 0, 1 or 2, got " << toString(*axis);
  Location loc = at(call.offset);
  Value result = call.info->id == BuiltinId::ProgramId
                     ? Value(tile::ProgramIdOp::create(builder, loc, int32_t(*axis)))
                     : Value(tile::NumProgramsOp::create(builder, loc, int32_t(*axis)));
  return Object(Tensor{result, DType(Scalar::Int32)});
}

FailureOr<Object> Emitter::emitArange(const BuiltinCall &call) {
  auto start = integerArgument(call, "start");
  if (failed(start))
    return failure();
  auto end = integerArgument(call, "end");
  if (failed(end))
    return failure();
  constexpr Integer kLow = std::numeric_limits<int32_t>::min(),
                    kHigh = std::numeric_limits<int32_t>::max();
  if (*start < kLow || *end > kHigh || *end <= *start)
    return error(call.offset) << "expected arange(start, end) with start < end, both in int32; got "
                              << toString(*start) << " and " << toString(*end);
  if (*end - *start > kMaxTileElements)
    return error(call.offset) << "a tile of " << toString(*end - *start)
                              << " elements has more than " << kMaxTileElements << " elements";
  ValueType type(Scalar::Int32, int64_t(*end - *start));
  Value result = tile::RangeOp::create(builder, at(call.offset), type.irType(context),
                                       int32_t(*start), int32_t(*end));
  return Object(Tensor{result, type});
}

FailureOr<Object> Emitter::emitFull(const BuiltinCall &call, const Object &value) {
  auto shape = shapeArgument(call, "shape");
  if (failed(shape))
    return failure();
  auto type = dtypeArgument(call, "dtype");
  if (failed(type))
    return failure();
  if (type->isPointer)
    return error(call.offsetOf("dtype")) << "expected a number type, got " << type->shortName();
  ValueType resultType = shape->empty() ? ValueType(*type) : ValueType(*type, *shape);
  return filled(value, value.isNumber() ? call.offset : call.offsetOf("value"), resultType,
                call.offset);
}

/// A tile or scalar of `type` whose elements are a number or a scalar.
FailureOr<Object> Emitter::filled(const Object &value, uint32_t valueOffset, const ValueType &type,
                                  uint32_t offset) {
  if (value.isNumber()) {
    // As Triton does, a float for an integer type is truncated.
    Object number = value;
    auto *real = value.get<double>();
    if (real && type.element.isInteger() && std::fabs(*real) < 1e30)
      number = Integer(*real);
    return asObject(constant(number, type, offset));
  }
  const Tensor *scalar = value.tensor();
  if (!scalar || scalar->type.isTile)
    return error(valueOffset) << "expected a number or a scalar, got " << value.describe();
  auto converted = convertTo(*scalar, type.element, offset);
  if (failed(converted))
    return failure();
  return Object(broadcastTo(*converted, type.shape, offset));
}

/// zeros_like, full_like
FailureOr<Object> Emitter::emitFullLike(const BuiltinCall &call, const Object &value) {
  auto input = toTensor(call["input"], call.offsetOf("input"));
  if (failed(input))
    return failure();
  DType element = input->type.element;
  bool isZeros = call.info->id == BuiltinId::ZerosLike;
  if (!isZeros && !call["dtype"].isNone()) {
    auto given = dtypeArgument(call, "dtype");
    if (failed(given))
      return failure();
    element = *given;
  }
  if (element.isPointer)
    return error(call.offsetOf("input"))
           << call.info->name << " expects numbers, got " << input->type.name();
  return filled(value, isZeros ? call.offset : call.offsetOf("value"),
                input->type.withElement(element), call.offset);
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitWhere(const BuiltinCall &call) {
  auto condition = toTensor(call["condition"], call.offsetOf("condition"));
  if (failed(condition))
    return failure();
  condition = convertTo(*condition, Scalar::Int1, call.offsetOf("condition"));
  if (failed(condition))
    return failure();
  const Object &x = call["x"], &y = call["y"];
  std::pair<Tensor, Tensor> sides;
  auto elementOf = [](const Object &side) {
    return side.tensor() ? std::optional(side.tensor()->type.element) : std::nullopt;
  };
  std::optional<DType> only = elementOf(x) ? elementOf(x) : elementOf(y);
  // Pointers and 8-bit floats are only moved: no arithmetic needs a common type.
  bool moves = only && (only->isPointer || only->isFloat8());
  if (moves && elementOf(x) == elementOf(y)) {
    sides = {*x.tensor(), *y.tensor()};
  } else if (moves && only->isFloat8() && (x.isNumber() || y.isNumber())) {
    auto first = toTensorOf(x, *only, call.offset), second = toTensorOf(y, *only, call.offset);
    if (failed(first) || failed(second))
      return failure();
    sides = {*first, *second};
  } else {
    auto promoted = promote("where", x, y, call.offset);
    if (failed(promoted))
      return failure();
    sides = *promoted;
  }
  Tensor operands[] = {*condition, sides.first, sides.second};
  if (failed(broadcastAll(operands, call.offset)))
    return failure();
  Value result = arith::SelectOp::create(builder, at(call.offset), operands[0].value,
                                         operands[1].value, operands[2].value);
  return Object(Tensor{result, operands[1].type});
}

/// (x + div - 1) // div with the operators' own rules.
FailureOr<Object> Emitter::emitCdiv(const BuiltinCall &call) {
  const Object &divisor = call["div"];
  auto sum = emitBinary(BinaryOp::Add, call["x"], divisor, call.offset);
  if (failed(sum))
    return failure();
  auto less = emitBinary(BinaryOp::Sub, *sum, Object(Integer(1)), call.offset);
  if (failed(less))
    return failure();
  return emitBinary(BinaryOp::FloorDiv, *less, divisor, call.offset);
}

/// Row and column of a row-major position, once groups of size_g rows are walked column by column.
FailureOr<Object> Emitter::emitSwizzle2d(const BuiltinCall &call) {
  auto binary = [&](BinaryOp op, const ObjectResult &lhs, const ObjectResult &rhs) -> ObjectResult {
    return failed(lhs) || failed(rhs) ? ObjectResult(failure())
                                      : emitBinary(op, *lhs, *rhs, call.offset);
  };
  ObjectResult columns = call["size_j"], group = call["size_g"];
  ObjectResult position =
      binary(BinaryOp::Add, binary(BinaryOp::Mul, call["i"], columns), call["j"]);
  ObjectResult inGroup = binary(BinaryOp::Mul, group, columns);
  ObjectResult firstRow =
      binary(BinaryOp::Mul, binary(BinaryOp::FloorDiv, position, inGroup), group);
  // The last group may have fewer rows.
  ObjectResult left = binary(BinaryOp::Sub, call["size_i"], firstRow);
  position = binary(BinaryOp::Mod, position, inGroup);
  if (failed(left) || failed(position))
    return failure();
  BuiltinCall minimum{findBuiltin("minimum", {BuiltinHome::Language, BuiltinHome::Math}),
                      call.offset,
                      {},
                      {*left, *group, Object()},
                      {call.offset, call.offset, call.offset}};
  ObjectResult rows = emitExtremum(minimum, /*isMax=*/false);
  ObjectResult row = binary(BinaryOp::Add, firstRow, binary(BinaryOp::Mod, position, rows));
  ObjectResult column = binary(BinaryOp::FloorDiv, position, rows);
  if (failed(row) || failed(column))
    return failure();
  return Object::tuple({*row, *column});
}

/// x.logical_and(y), x.logical_or(y)
FailureOr<Object> Emitter::emitLogical(const BuiltinCall &call) {
  for (const Object &operand : {call.receiver, call["other"]}) {
    bool isBool =
        operand.get<bool>() || (operand.tensor() && operand.tensor()->type.element.isBool());
    if (!isBool)
      return error(call.offset) << call.info->name << " expects int1, got " << operand.describe()
                                << "; compare with zero";
  }
  return emitBinary(call.info->id == BuiltinId::LogicalAnd ? BinaryOp::And : BinaryOp::Or,
                    call.receiver, call["other"], call.offset);
}

FailureOr<Object> Emitter::emitTo(const BuiltinCall &call) {
  auto type = dtypeArgument(call, "dtype");
  if (failed(type))
    return failure();
  auto bits = boolArgument(call, "bitcast");
  if (failed(bits))
    return failure();
  auto value =
      toTensor(call.info->id == BuiltinId::To ? call.receiver : call["input"], call.offset);
  if (failed(value))
    return failure();
  bool towardZero = false;
  if (!call["fp_downcast_rounding"].isNone()) {
    auto rounding = stringArgument(call, "fp_downcast_rounding");
    if (failed(rounding))
      return failure();
    uint32_t offset = call.offsetOf("fp_downcast_rounding");
    if (*rounding != "rtne" && *rounding != "rtz")
      return error(offset) << "expected the rounding 'rtne' or 'rtz', got '" << *rounding << "'";
    DType from = value->type.element;
    if (*bits || !from.isFloat() || !type->isFloat() || type->bits() >= from.bits())
      return error(offset) << "a rounding applies to conversions to a narrower float, not from "
                           << from.shortName() << " to " << type->shortName();
    towardZero = *rounding == "rtz";
  }
  auto result = *bits ? bitcast(*value, *type, call.offset)
                      : convertTo(*value, *type, call.offset, towardZero);
  return asObject(result);
}
