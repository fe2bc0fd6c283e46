//===- MathFunctions.cpp - functions the hardware or libdevice computes ---===//
#include "MathFunctions.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numbers>

using namespace mlir;

namespace mla {

/// Name of the function for f64; the one for f32 has an f behind it. Empty if `op` is none.
static StringRef libdeviceName(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case([](math::AcosOp) { return "__nv_acos"; })
      .Case([](math::AcoshOp) { return "__nv_acosh"; })
      .Case([](math::AsinOp) { return "__nv_asin"; })
      .Case([](math::AsinhOp) { return "__nv_asinh"; })
      .Case([](math::AtanOp) { return "__nv_atan"; })
      .Case([](math::Atan2Op) { return "__nv_atan2"; })
      .Case([](math::AtanhOp) { return "__nv_atanh"; })
      .Case([](math::CbrtOp) { return "__nv_cbrt"; })
      .Case([](math::CosOp) { return "__nv_cos"; })
      .Case([](math::CoshOp) { return "__nv_cosh"; })
      .Case([](math::ErfOp) { return "__nv_erf"; })
      .Case([](math::ErfcOp) { return "__nv_erfc"; })
      .Case([](math::ExpOp) { return "__nv_exp"; })
      .Case([](math::Exp2Op) { return "__nv_exp2"; })
      .Case([](math::ExpM1Op) { return "__nv_expm1"; })
      .Case([](math::FPowIOp) { return "__nv_powi"; })
      .Case([](math::LogOp) { return "__nv_log"; })
      .Case([](math::Log2Op) { return "__nv_log2"; })
      .Case([](math::Log10Op) { return "__nv_log10"; })
      .Case([](math::Log1pOp) { return "__nv_log1p"; })
      .Case([](math::PowFOp) { return "__nv_pow"; })
      .Case([](math::RsqrtOp) { return "__nv_rsqrt"; })
      .Case([](math::SinOp) { return "__nv_sin"; })
      .Case([](math::SinhOp) { return "__nv_sinh"; })
      .Case([](math::TanOp) { return "__nv_tan"; })
      .Case([](math::TanhOp) { return "__nv_tanh"; })
      // The back end's own remainder, x - trunc(x / y) * y, is wrong for large quotients.
      .Case([](arith::RemFOp) { return "__nv_fmod"; })
      .Default(StringRef());
}

static Value callIntrinsic(ThreadEmitter &emitter, Location loc, StringRef name,
                           ArrayRef<Value> operands) {
  OpBuilder &b = emitter.builder();
  return LLVM::CallIntrinsicOp::create(b, loc, b.getF32Type(), b.getStringAttr(name), operands)
      .getResult(0);
}

static Value scale(ThreadEmitter &emitter, Location loc, Value value, double factor) {
  OpBuilder &b = emitter.builder();
  return arith::MulFOp::create(b, loc, value, emitter.constant(b.getF32FloatAttr(float(factor))));
}

/// The f32 function `op` by the hardware; null if it has none.
static Value approximate(ThreadEmitter &emitter, Operation *op, ArrayRef<Value> operands) {
  Location loc = op->getLoc();
  auto intrinsic = [&](StringRef name, ArrayRef<Value> values) {
    return callIntrinsic(emitter, loc, name, values);
  };
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](arith::DivFOp) { return intrinsic("llvm.nvvm.div.full", operands); })
      // Without the care for subnormal numbers, which costs three instructions of four.
      .Case([&](math::Exp2Op) { return intrinsic("llvm.nvvm.ex2.approx.ftz", operands); })
      .Case([&](math::ExpOp) {
        return intrinsic("llvm.nvvm.ex2.approx",
                         scale(emitter, loc, operands[0], std::numbers::log2e));
      })
      .Case([&](math::Log2Op) { return intrinsic("llvm.nvvm.lg2.approx.f", operands); })
      .Case([&](math::LogOp) {
        return scale(emitter, loc, intrinsic("llvm.nvvm.lg2.approx.f", operands),
                     std::numbers::ln2);
      })
      .Case([&](math::SqrtOp) { return intrinsic("llvm.nvvm.sqrt.approx.f", operands); })
      .Case([&](math::RsqrtOp) { return intrinsic("llvm.nvvm.rsqrt.approx.f", operands); })
      .Case([&](math::SinOp) { return intrinsic("llvm.nvvm.sin.approx.f", operands); })
      .Case([&](math::CosOp) { return intrinsic("llvm.nvvm.cos.approx.f", operands); })
      .Case([&](math::TanhOp) -> Value { // no intrinsic
        OpBuilder &b = emitter.builder();
        return LLVM::InlineAsmOp::create(
                   b, loc, b.getF32Type(), operands, "tanh.approx.f32 $0, $1;", "=f,f",
                   /*has_side_effects=*/false, /*is_align_stack=*/false, LLVM::TailCallKind::None,
                   LLVM::AsmDialectAttr(), ArrayAttr())
            .getRes();
      })
      .Default(Value());
}

static Value callLibdevice(ThreadEmitter &emitter, Location loc, StringRef name,
                           ArrayRef<Value> operands) {
  OpBuilder &b = emitter.builder();
  Type result = operands.front().getType();
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  if (!function) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    SmallVector<Type> types(ValueRange(operands).getTypes());
    function = LLVM::LLVMFuncOp::create(b, module.getLoc(), name,
                                        LLVM::LLVMFunctionType::get(result, types));
  }
  return LLVM::CallOp::create(b, loc, function, operands).getResult();
}

static bool allowsApproximation(Operation *op) {
  auto math = dyn_cast<arith::ArithFastMathInterface>(op);
  return math &&
         bitEnumContainsAll(math.getFastMathFlagsAttr().getValue(), arith::FastMathFlags::afn);
}

bool isMathFunction(Operation *op) {
  return !libdeviceName(op).empty() ||
         (isa<arith::DivFOp, math::SqrtOp>(op) && allowsApproximation(op));
}

Value emitMathFunction(ThreadEmitter &emitter, Operation *op, ArrayRef<Value> operands) {
  bool isFloat32 = operands.front().getType().isF32();
  // libdevice's rsqrt of f32 is the hardware's.
  if (isFloat32 && (allowsApproximation(op) || isa<math::RsqrtOp>(op)))
    if (Value value = approximate(emitter, op, operands))
      return value;
  StringRef name = libdeviceName(op);
  if (name.empty())
    return {};
  return callLibdevice(emitter, op->getLoc(), (name + (isFloat32 ? "f" : "")).str(), operands);
}

} // namespace mla
