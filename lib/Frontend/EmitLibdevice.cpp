//===- EmitLibdevice.cpp - functions of language.extra.libdevice ----------===//
// Ops of `math`; the lowering knows which function of libdevice computes each of them.
#include "Emitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

namespace {
using MakeOp = Value (*)(OpBuilder &, Location, ArrayRef<Value>, arith::FastMathFlags);

template <typename OpTy>
Value makeUnary(OpBuilder &builder, Location loc, ArrayRef<Value> operands,
                arith::FastMathFlags flags) {
  return OpTy::create(builder, loc, operands[0], flags);
}
template <typename OpTy>
Value makeBinary(OpBuilder &builder, Location loc, ArrayRef<Value> operands,
                 arith::FastMathFlags flags) {
  return OpTy::create(builder, loc, operands[0], operands[1], flags);
}
Value makeFma(OpBuilder &builder, Location loc, ArrayRef<Value> operands, arith::FastMathFlags) {
  return math::FmaOp::create(builder, loc, operands[0], operands[1], operands[2]);
}

struct Function {
  BuiltinId id;
  MakeOp make;
  /// The hardware's approximation of an fp32 function.
  bool isFast = false;
};
} // namespace

static constexpr Function kFunctions[] = {
    {BuiltinId::LibdeviceExp, makeUnary<math::ExpOp>},
    {BuiltinId::LibdeviceExp2, makeUnary<math::Exp2Op>},
    {BuiltinId::LibdeviceExpm1, makeUnary<math::ExpM1Op>},
    {BuiltinId::LibdeviceLog, makeUnary<math::LogOp>},
    {BuiltinId::LibdeviceLog2, makeUnary<math::Log2Op>},
    {BuiltinId::LibdeviceLog10, makeUnary<math::Log10Op>},
    {BuiltinId::LibdeviceLog1p, makeUnary<math::Log1pOp>},
    {BuiltinId::LibdeviceSqrt, makeUnary<math::SqrtOp>},
    {BuiltinId::LibdeviceSqrtRn, makeUnary<math::SqrtOp>},
    {BuiltinId::LibdeviceRsqrt, makeUnary<math::RsqrtOp>},
    {BuiltinId::LibdeviceCbrt, makeUnary<math::CbrtOp>},
    {BuiltinId::LibdeviceSin, makeUnary<math::SinOp>},
    {BuiltinId::LibdeviceCos, makeUnary<math::CosOp>},
    {BuiltinId::LibdeviceTan, makeUnary<math::TanOp>},
    {BuiltinId::LibdeviceAsin, makeUnary<math::AsinOp>},
    {BuiltinId::LibdeviceAcos, makeUnary<math::AcosOp>},
    {BuiltinId::LibdeviceAtan, makeUnary<math::AtanOp>},
    {BuiltinId::LibdeviceSinh, makeUnary<math::SinhOp>},
    {BuiltinId::LibdeviceCosh, makeUnary<math::CoshOp>},
    {BuiltinId::LibdeviceTanh, makeUnary<math::TanhOp>},
    {BuiltinId::LibdeviceAsinh, makeUnary<math::AsinhOp>},
    {BuiltinId::LibdeviceAcosh, makeUnary<math::AcoshOp>},
    {BuiltinId::LibdeviceAtanh, makeUnary<math::AtanhOp>},
    {BuiltinId::LibdeviceErf, makeUnary<math::ErfOp>},
    {BuiltinId::LibdeviceErfc, makeUnary<math::ErfcOp>},
    {BuiltinId::LibdeviceFloor, makeUnary<math::FloorOp>},
    {BuiltinId::LibdeviceCeil, makeUnary<math::CeilOp>},
    {BuiltinId::LibdeviceTrunc, makeUnary<math::TruncOp>},
    {BuiltinId::LibdeviceRound, makeUnary<math::RoundOp>},
    {BuiltinId::LibdeviceRint, makeUnary<math::RoundEvenOp>},
    {BuiltinId::LibdeviceNearbyint, makeUnary<math::RoundEvenOp>},
    {BuiltinId::LibdeviceAtan2, makeBinary<math::Atan2Op>},
    {BuiltinId::LibdeviceCopysign, makeBinary<math::CopySignOp>},
    {BuiltinId::LibdeviceFmod, makeBinary<arith::RemFOp>},
    {BuiltinId::LibdeviceDivRn, makeBinary<arith::DivFOp>},
    {BuiltinId::LibdevicePow, makeBinary<math::PowFOp>},
    {BuiltinId::LibdeviceFma, makeFma},
    {BuiltinId::LibdeviceFastExpf, makeUnary<math::ExpOp>, true},
    {BuiltinId::LibdeviceFastLogf, makeUnary<math::LogOp>, true},
    {BuiltinId::LibdeviceFastLog2f, makeUnary<math::Log2Op>, true},
    {BuiltinId::LibdeviceFastSinf, makeUnary<math::SinOp>, true},
    {BuiltinId::LibdeviceFastCosf, makeUnary<math::CosOp>, true},
    {BuiltinId::LibdeviceFastTanhf, makeUnary<math::TanhOp>, true},
    {BuiltinId::LibdeviceFastDividef, makeBinary<arith::DivFOp>, true},
};

FailureOr<Object> Emitter::emitLibdevice(const BuiltinCall &call) {
  BuiltinId id = call.info->id;
  if (id == BuiltinId::LibdeviceAbs)
    return emitAbs(call);
  const auto *function = llvm::find_if(kFunctions, [&](const Function &f) { return f.id == id; });
  if (function == std::end(kFunctions))
    return emitLibdeviceTest(call);
  if (id == BuiltinId::LibdevicePow)
    if (auto *power = call["y"].tensor(); power && power->type.element.isInteger())
      return emitLibdevicePower(call);
  SmallVector<StringRef> names = llvm::map_to_vector(
      parametersOf(*call.info), [](const Formal &formal) { return formal.name; });
  auto operands = commonOperands(call, names, /*widen=*/false);
  if (failed(operands))
    return failure();
  ValueType type = operands->front().type;
  if (type.element != DType(Scalar::Float32) &&
      (function->isFast || type.element != DType(Scalar::Float64)))
    return error(call.offset) << call.info->name << " expects "
                              << (function->isFast ? "fp32" : "fp32 or fp64") << ", got "
                              << type.name() << "; convert it with .to(ml.float32)";
  SmallVector<Value> values =
      llvm::map_to_vector(*operands, [](const Tensor &operand) { return operand.value; });
  auto flags = function->isFast ? arith::FastMathFlags::afn : arith::FastMathFlags::none;
  return Object(Tensor{function->make(builder, at(call.offset), values, flags), type});
}

/// x to an integer power.
FailureOr<Object> Emitter::emitLibdevicePower(const BuiltinCall &call) {
  auto x = toTensor(call["x"], call.offsetOf("x")), y = toTensor(call["y"], call.offsetOf("y"));
  if (failed(x) || failed(y))
    return failure();
  DType element = x->type.element;
  bool isFloat = element == DType(Scalar::Float32) || element == DType(Scalar::Float64);
  if (!isFloat || y->type.element != DType(Scalar::Int32))
    return error(call.offset) << "pow expects fp32 or fp64 to a power of that type or int32, got "
                              << x->type.name() << " and " << y->type.name();
  Tensor operands[] = {*x, *y};
  if (failed(broadcastAll(operands, call.offset)))
    return failure();
  Value result =
      math::FPowIOp::create(builder, at(call.offset), operands[0].value, operands[1].value);
  return Object(Tensor{result, operands[0].type});
}

/// isnan, isinf, finitef, isfinited, signbit: int1.
FailureOr<Object> Emitter::emitLibdeviceTest(const BuiltinCall &call) {
  auto x = toTensor(call["x"], call.offsetOf("x"));
  if (failed(x))
    return failure();
  BuiltinId id = call.info->id;
  DType element = x->type.element, wanted = element;
  if (id == BuiltinId::LibdeviceFinitef)
    wanted = Scalar::Float32;
  if (id == BuiltinId::LibdeviceIsfinited)
    wanted = Scalar::Float64;
  bool isFloat = element == DType(Scalar::Float32) || element == DType(Scalar::Float64);
  if (!isFloat || wanted != element)
    return error(call.offsetOf("x"))
           << call.info->name << " expects " << (isFloat ? wanted.shortName() : "fp32 or fp64")
           << ", got " << x->type.name();
  Location loc = at(call.offset);
  ValueType type = x->type.withElement(Scalar::Int1);
  auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) {
    return Object(Tensor{arith::CmpFOp::create(builder, loc, predicate, a, b), type});
  };
  if (id == BuiltinId::LibdeviceIsnan)
    return compare(arith::CmpFPredicate::UNO, x->value, x->value);
  if (id == BuiltinId::LibdeviceSignbit) {
    DType integer = element.bits() == 64 ? Scalar::Int64 : Scalar::Int32;
    auto bits = bitcast(*x, integer, call.offset);
    if (failed(bits))
      return failure();
    return emitCompare(CompareOp::Lt, Object(*bits), Object(Integer(0)), call.offset);
  }
  auto infinity = constant(Object(std::numeric_limits<double>::infinity()), x->type, call.offset);
  if (failed(infinity))
    return failure();
  Value size = math::AbsFOp::create(builder, loc, x->value);
  return compare(id == BuiltinId::LibdeviceIsinf ? arith::CmpFPredicate::OEQ
                                                 : arith::CmpFPredicate::OLT,
                 size, infinity->value);
}
