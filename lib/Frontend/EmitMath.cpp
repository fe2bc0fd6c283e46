//===- EmitMath.cpp - functions of one, two and three numbers -------------===//
// Accuracy is in the IR: an op with the flag `afn` may be the hardware's approximation, without it
// the result is as accurate as libdevice's. Which function approximates is Triton's choice.
#include "Emitter.h"
#include "Literals.h"
#include "Modules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitMath(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::Abs:
    return emitAbs(call);
  case BuiltinId::Fma:
    return emitFma(call);
  case BuiltinId::Umulhi:
    return emitUmulhi(call);
  case BuiltinId::DivRn:
  case BuiltinId::Fdiv:
    return emitQuotient(call);
  default:
    return emitUnaryMath(call);
  }
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitUnaryMath(const BuiltinCall &call) {
  auto x = toTensor(call["x"], call.offsetOf("x"));
  if (failed(x))
    return failure();
  BuiltinId id = call.info->id;
  DType element = x->type.element;
  bool isFloat32 = element == DType(Scalar::Float32);
  if (!isFloat32 && (element != DType(Scalar::Float64) || id == BuiltinId::SqrtRn))
    return error(call.offsetOf("x"))
           << call.info->name << " expects " << (id == BuiltinId::SqrtRn ? "fp32" : "fp32 or fp64")
           << ", got " << x->type.name() << "; convert it with .to(ml.float32)";
  bool approximate = id == BuiltinId::Exp || id == BuiltinId::Exp2 || id == BuiltinId::Sqrt ||
                     id == BuiltinId::Rsqrt;
  auto flags = approximate && isFloat32 ? arith::FastMathFlags::afn : arith::FastMathFlags::none;
  Location loc = at(call.offset);
  auto result = [&](Value value) { return Object(Tensor{value, x->type}); };
  switch (id) {
  case BuiltinId::Exp:
    return result(math::ExpOp::create(builder, loc, x->value, flags));
  case BuiltinId::Exp2:
    return result(math::Exp2Op::create(builder, loc, x->value, flags));
  case BuiltinId::Log:
    return result(math::LogOp::create(builder, loc, x->value, flags));
  case BuiltinId::Log2:
    return result(math::Log2Op::create(builder, loc, x->value, flags));
  case BuiltinId::Sin:
    return result(math::SinOp::create(builder, loc, x->value, flags));
  case BuiltinId::Cos:
    return result(math::CosOp::create(builder, loc, x->value, flags));
  case BuiltinId::Sqrt:
  case BuiltinId::SqrtRn:
    return result(math::SqrtOp::create(builder, loc, x->value, flags));
  case BuiltinId::Rsqrt:
    return result(math::RsqrtOp::create(builder, loc, x->value, flags));
  case BuiltinId::Erf:
    return result(math::ErfOp::create(builder, loc, x->value, flags));
  case BuiltinId::Floor:
    return result(math::FloorOp::create(builder, loc, x->value, flags));
  case BuiltinId::Ceil:
    return result(math::CeilOp::create(builder, loc, x->value, flags));
  default:
    llvm_unreachable("all functions of one operand are handled");
  }
}

FailureOr<Object> Emitter::emitAbs(const BuiltinCall &call) {
  auto x = toTensor(call["x"], call.offsetOf("x"));
  if (failed(x))
    return failure();
  DType element = x->type.element;
  Location loc = at(call.offset);
  if (element.isPointer)
    return error(call.offsetOf("x")) << "abs expects numbers, got " << x->type.name();
  if (element.isFloat8()) { // no arithmetic: the sign bit goes
    auto bits = bitcast(*x, Scalar::Uint8, call.offset);
    auto mask = constant(Object(Integer(0x7f)), x->type.withElement(Scalar::Uint8), call.offset);
    if (failed(bits) || failed(mask))
      return failure();
    bits->value = arith::AndIOp::create(builder, loc, bits->value, mask->value);
    return asObject(bitcast(*bits, element, call.offset));
  }
  if (element.isFloat())
    return Object(Tensor{math::AbsFOp::create(builder, loc, x->value), x->type});
  if (element.isSigned())
    return Object(Tensor{math::AbsIOp::create(builder, loc, x->value), x->type});
  return Object(*x);
}

//===----------------------------------------------------------------------===//
// Several operands
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Tensor, 3>> Emitter::commonOperands(const BuiltinCall &call,
                                                          ArrayRef<StringRef> names, bool widen,
                                                          bool isDivision) {
  SmallVector<Object, 3> objects;
  for (StringRef name : names) {
    auto tensor = toTensor(call[name], call.offsetOf(name));
    if (succeeded(tensor) && widen && tensor->type.element == DType(Scalar::Bfloat16))
      tensor = convertTo(*tensor, Scalar::Float32, call.offset);
    if (failed(tensor))
      return failure();
    objects.push_back(*tensor);
  }
  // Pairwise, until the last has met all: then each pair has the common type and shape.
  for (size_t i = 0; i < objects.size(); ++i)
    for (size_t j = i + 1; j < objects.size(); ++j) {
      auto pair = promote(call.info->name, objects[i], objects[j], call.offset, isDivision);
      if (failed(pair))
        return failure();
      objects[i] = pair->first;
      objects[j] = pair->second;
    }
  SmallVector<Tensor, 3> tensors;
  for (const Object &object : objects) {
    auto pair = promote(call.info->name, object, objects.back(), call.offset, isDivision);
    if (failed(pair))
      return failure();
    tensors.push_back(pair->first);
  }
  return tensors;
}

FailureOr<Object> Emitter::emitFma(const BuiltinCall &call) {
  auto operands = commonOperands(call, {"x", "y", "z"}, /*widen=*/false);
  if (failed(operands))
    return failure();
  ValueType type = operands->front().type;
  if (!type.element.isFloat())
    return error(call.offset) << "fma expects floats, got " << type.name();
  Value result = math::FmaOp::create(builder, at(call.offset), (*operands)[0].value,
                                     (*operands)[1].value, (*operands)[2].value);
  return Object(Tensor{result, type});
}

FailureOr<Object> Emitter::emitUmulhi(const BuiltinCall &call) {
  auto operands = commonOperands(call, {"x", "y"}, /*widen=*/false);
  if (failed(operands))
    return failure();
  ValueType type = operands->front().type;
  if (!type.element.isInteger() || type.element.bits() < 32)
    return error(call.offset) << "umulhi expects integers of 32 or 64 bits, got " << type.name();
  auto product = arith::MulUIExtendedOp::create(builder, at(call.offset), (*operands)[0].value,
                                                (*operands)[1].value);
  return Object(Tensor{product.getHigh(), type});
}

/// div_rn, fdiv
FailureOr<Object> Emitter::emitQuotient(const BuiltinCall &call) {
  bool isExact = call.info->id == BuiltinId::DivRn;
  if (!isExact) {
    auto rounded = boolArgument(call, "ieee_rounding");
    if (failed(rounded))
      return failure();
    isExact = *rounded;
  }
  auto operands = commonOperands(call, {"x", "y"}, /*widen=*/false, /*isDivision=*/true);
  if (failed(operands))
    return failure();
  auto [x, y] = std::pair((*operands)[0], (*operands)[1]);
  bool isFloat32 = x.type.element == DType(Scalar::Float32);
  if (!x.type.element.isFloat() || (call.info->id == BuiltinId::DivRn && !isFloat32))
    return error(call.offset) << call.info->name << " expects "
                              << (call.info->id == BuiltinId::DivRn ? "fp32" : "floats") << ", got "
                              << x.type.name();
  Value result = isExact ? floatOp<arith::DivFOp>(x.value, y.value, call.offset)
                         : quotient(x.value, y.value, call.offset);
  return Object(Tensor{result, x.type});
}

//===----------------------------------------------------------------------===//
// Extrema
//===----------------------------------------------------------------------===//

FailureOr<bool> Emitter::propagatesNan(const BuiltinCall &call) {
  const Object &choice = call["propagate_nan"];
  if (choice.isNone() || choice.integer() == Integer(0))
    return false;
  if (choice.integer() == Integer(kPropagateNan))
    return true;
  return error(call.offsetOf("propagate_nan"))
         << "expected ml.PropagateNan.NONE or ml.PropagateNan.ALL, got " << choice.describe();
}

Value Emitter::extremum(bool isMax, bool propagateNan, const Tensor &x, const Tensor &y,
                        uint32_t offset) {
  DType element = x.type.element;
  if (element.isFloat() && propagateNan)
    return isMax ? floatOp<arith::MaximumFOp>(x.value, y.value, offset)
                 : floatOp<arith::MinimumFOp>(x.value, y.value, offset);
  if (element.isFloat())
    return isMax ? floatOp<arith::MaxNumFOp>(x.value, y.value, offset)
                 : floatOp<arith::MinNumFOp>(x.value, y.value, offset);
  if (element.isSigned())
    return isMax ? integerOp<arith::MaxSIOp>(x.value, y.value, offset)
                 : integerOp<arith::MinSIOp>(x.value, y.value, offset);
  return isMax ? integerOp<arith::MaxUIOp>(x.value, y.value, offset)
               : integerOp<arith::MinUIOp>(x.value, y.value, offset);
}

FailureOr<Object> Emitter::emitExtremum(const BuiltinCall &call, bool isMax) {
  bool isPython = call.info->home == BuiltinHome::Python;
  if (isPython && call["x"].isNumber() && call["y"].isNumber()) {
    auto less = emitCompare(CompareOp::Lt, call["x"], call["y"], call.offset);
    return failed(less) ? less : call[*truth(*less) == isMax ? "y" : "x"];
  }
  FailureOr<bool> propagateNan = false;
  if (!isPython)
    propagateNan = propagatesNan(call);
  if (failed(propagateNan))
    return failure();
  // Constants take their own type here, unlike in operators, and bf16 is widened: Triton does both.
  auto operands = commonOperands(call, {"x", "y"}, /*widen=*/true);
  if (failed(operands))
    return failure();
  Value result = extremum(isMax, *propagateNan, (*operands)[0], (*operands)[1], call.offset);
  return Object(Tensor{result, operands->front().type});
}

FailureOr<Object> Emitter::emitClamp(const BuiltinCall &call) {
  auto propagateNan = propagatesNan(call);
  if (failed(propagateNan))
    return failure();
  auto operands = commonOperands(call, {"x", "min", "max"}, /*widen=*/true);
  if (failed(operands))
    return failure();
  Tensor x = (*operands)[0];
  if (!x.type.element.isFloat())
    return error(call.offset) << "clamp expects floats, got " << x.type.name();
  x.value = extremum(/*isMax=*/true, *propagateNan, x, (*operands)[1], call.offset);
  x.value = extremum(/*isMax=*/false, *propagateNan, x, (*operands)[2], call.offset);
  return Object(x);
}
