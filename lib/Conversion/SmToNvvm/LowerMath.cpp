//===- LowerMath.cpp - elementwise arithmetic -----------------------------===//
// The op itself on each register. Some types take a detour: not every target has bf16 arithmetic,
// so that it runs in f32 with one rounding, which gives the same bits for + - * / and square root.

#include "Lower.h"
#include "MathFunctions.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace mla {

LogicalResult lower(ThreadEmitter &emitter, arith::ConstantOp op) {
  auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
  TypedAttr value = dense ? TypedAttr() : op.getValue();
  if (dense && dense.isSplat())
    value = cast<TypedAttr>(dense.getSplatValue<Attribute>());
  if (!value)
    return op.emitOpError("cannot be lowered: expected one value for the whole tile");
  SmallVector<Value> registers(emitter.layoutOf(op.getType()).numRegisters(),
                               emitter.constant(value));
  emitter.define(op.getResult(), registers);
  return success();
}

/// One op on scalars.
namespace {
class ScalarEmitter {
public:
  ScalarEmitter(ThreadEmitter &emitter, Operation *op)
      : emitter(emitter), b(emitter.builder()), op(op), loc(op->getLoc()) {}

  /// Results of `op` on `operands`. Empty if it has no lowering for these types.
  SmallVector<Value> emit(ArrayRef<Value> operands, ArrayRef<Type> types);
  /// The results of `op`, which runs in pairs, on `first` and on `second`: one instruction.
  std::pair<Value, Value> emitPair(ArrayRef<Value> first, ArrayRef<Value> second);

private:
  SmallVector<Value> recreate(ArrayRef<Value> operands, ArrayRef<Type> types);
  /// f64 or f32 to f32, f16 or bf16; cutting twice is cutting once.
  Value truncateTowardZero(Value value, Type type);
  /// An integer of more bits than f32 holds to bf16, rounded once.
  Value integerToBf16(Value value);

  ThreadEmitter &emitter;
  OpBuilder &b;
  Operation *op;
  Location loc;
};
} // namespace

/// Ops of `math` that LLVM selects for every target.
static bool isNativeMath(Operation *op) {
  return isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::CopySignOp, math::CountLeadingZerosOp,
             math::CountTrailingZerosOp, math::CtPopOp, math::FloorOp, math::FmaOp,
             math::RoundEvenOp, math::RoundOp, math::SqrtOp, math::TruncOp>(op);
}

/// Whether `op` runs in f32 instead of the 16-bit type `type`.
static bool runsInF32(Operation *op, Type type) {
  // Moves, conversions to and from f32, and the fused product, which every target has.
  if (isa<arith::SelectOp, arith::BitcastOp, math::FmaOp>(op))
    return false;
  if (type.isBF16()) {
    if (auto extend = dyn_cast<arith::ExtFOp>(op))
      return !tile::elementTypeOf(extend.getType()).isF32();
    return !isa<arith::TruncFOp>(op);
  }
  return type.isF16() &&
         (isa<arith::DivFOp, arith::RemFOp>(op) || isa<math::MathDialect>(op->getDialect()));
}

Value ScalarEmitter::truncateTowardZero(Value value, Type type) {
  auto convert = [&](Type result, StringRef name) {
    value =
        LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), value).getResult(0);
  };
  if (value.getType().isF64())
    convert(b.getF32Type(), "llvm.nvvm.d2f.rz");
  if (type.isF16())
    convert(type, "llvm.nvvm.f2f16.rz");
  if (type.isBF16())
    convert(type, "llvm.nvvm.f2bf16.rz");
  return value;
}

/// What f32 cannot hold is cut off, and leaves an odd number: no tie of bf16 is odd, so that the
/// second rounding gives what one rounding would.
Value ScalarEmitter::integerToBf16(Value value) {
  bool isSigned = isa<arith::SIToFPOp>(op), isWide = value.getType().isInteger(64);
  StringRef name = isWide     ? isSigned ? "llvm.nvvm.ll2f.rz" : "llvm.nvvm.ull2f.rz"
                   : isSigned ? "llvm.nvvm.i2f.rz"
                              : "llvm.nvvm.ui2f.rz";
  Value cut = LLVM::CallIntrinsicOp::create(b, loc, b.getF32Type(), b.getStringAttr(name), value)
                  .getResult(0);
  Value back = isSigned ? Value(arith::FPToSIOp::create(b, loc, value.getType(), cut))
                        : Value(arith::FPToUIOp::create(b, loc, value.getType(), cut));
  Value isCut = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, back, value);
  Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), cut);
  bits = arith::OrIOp::create(b, loc, bits, arith::ExtUIOp::create(b, loc, b.getI32Type(), isCut));
  Value odd = arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
  return arith::TruncFOp::create(b, loc, b.getBF16Type(), odd);
}

SmallVector<Value> ScalarEmitter::recreate(ArrayRef<Value> operands, ArrayRef<Type> types) {
  if (isMathFunction(op))
    if (Value value = emitMathFunction(emitter, op, operands))
      return {value};
  if (isa<math::MathDialect>(op->getDialect()) && !isNativeMath(op))
    return {};
  if (isa<arith::BitcastOp>(op) && operands[0].getType() == types[0]) // a byte stays a byte
    return {operands[0]};
  if (auto truncate = dyn_cast<arith::TruncFOp>(op);
      truncate && truncate.getRoundingmode() == arith::RoundingMode::toward_zero)
    return {truncateTowardZero(operands[0], types[0])};
  Operation *copy =
      Operation::create(loc, op->getName(), types, operands, op->getDiscardableAttrDictionary(),
                        op->getPropertiesStorage(), BlockRange(), /*numRegions=*/0);
  b.insert(copy);
  return SmallVector<Value>(copy->getResults());
}

SmallVector<Value> ScalarEmitter::emit(ArrayRef<Value> operands, ArrayRef<Type> types) {
  bool isInteger = isa<arith::SIToFPOp, arith::UIToFPOp>(op);
  Type input = operands.front().getType();
  if (isInteger && types.front().isBF16() && (input.isInteger(32) || input.isInteger(64)))
    return {integerToBf16(operands[0])};
  Type f32 = b.getF32Type();
  SmallVector<Value> inputs(operands);
  SmallVector<Type> outputs(types);
  for (Value &input : inputs)
    if (runsInF32(op, input.getType()))
      input = arith::ExtFOp::create(b, loc, f32, input);
  bool isFloatToBit = isa<arith::FPToSIOp, arith::FPToUIOp>(op) && types.front().isInteger(1);
  for (Type &output : outputs)
    if (runsInF32(op, output))
      output = f32;
    else if (isFloatToBit)
      output = b.getI32Type(); // LLVM's NVPTX back end compares with 0 the wrong way round.
  SmallVector<Value> results = recreate(inputs, outputs);
  for (auto [result, type] : llvm::zip(results, types)) {
    if (result.getType() == type)
      continue;
    if (isFloatToBit)
      result = arith::TruncIOp::create(b, loc, type, result);
    else
      result = arith::TruncFOp::create(b, loc, type, result);
  }
  return results;
}

/// Whether one instruction does `op` on two elements: f16x2 (PTX ISA §9.7.4).
static bool runsInPairs(Operation *op) {
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, math::FmaOp>(op) &&
         tile::elementTypeOf(op->getResult(0).getType()).isF16();
}

std::pair<Value, Value> ScalarEmitter::emitPair(ArrayRef<Value> first, ArrayRef<Value> second) {
  auto type = VectorType::get(2, first.front().getType());
  SmallVector<Value> pairs;
  for (auto [left, right] : llvm::zip_equal(first, second)) {
    Value pair = LLVM::UndefOp::create(b, loc, type);
    pair = LLVM::InsertElementOp::create(b, loc, pair, left, emitter.i32(0));
    pairs.push_back(LLVM::InsertElementOp::create(b, loc, pair, right, emitter.i32(1)));
  }
  Value result = recreate(pairs, type).front();
  return {LLVM::ExtractElementOp::create(b, loc, result, emitter.i32(0)),
          LLVM::ExtractElementOp::create(b, loc, result, emitter.i32(1))};
}

LogicalResult lowerElementwise(ThreadEmitter &emitter, Operation *op) {
  if (involvesFloat8(op)) {
    bool toInteger = isa<arith::FPToSIOp, arith::FPToUIOp>(op) &&
                     !tile::elementTypeOf(op->getResult(0).getType()).isInteger(1);
    if (toInteger || isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp>(op))
      return lowerFloat8Conversion(emitter, op);
    if (!isa<arith::SelectOp, arith::BitcastOp>(op)) // those move bytes
      return op->emitError("op '")
             << op->getName() << "' cannot be lowered for 8-bit floats: extend them first";
  }
  int64_t count = 1;
  SmallVector<Type> types;
  for (Type type : op->getResultTypes()) {
    count = emitter.layoutOf(type).numRegisters();
    types.push_back(registerType(tile::elementTypeOf(type)));
  }
  SmallVector<ArrayRef<Value>> operands;
  for (Value operand : op->getOperands()) {
    operands.push_back(emitter.registers(operand));
    bool isTile = isa<RankedTensorType>(operand.getType());
    if (isTile && int64_t(operands.back().size()) != count)
      return op->emitOpError("expects operands and result in one layout, got ")
             << operand.getType() << " and " << op->getResultTypes();
  }

  // Registers of one run of equal elements, and registers with the same operands, have the same
  // result: the mask of a vector, tiles that repeat a scalar or a row cost one op.
  SmallVector<int64_t> runs = emitter.equalRuns(op->getResult(0));
  auto inputsOf = [&](int64_t reg) {
    reg = runs.empty() ? reg : runs[reg];
    return llvm::map_to_vector(
        operands, [&](ArrayRef<Value> operand) { return operand[operand.size() == 1 ? 0 : reg]; });
  };
  auto keyOf = [](ArrayRef<Value> inputs) {
    return llvm::map_to_vector(inputs, std::mem_fn(&Value::getAsOpaquePointer));
  };
  ScalarEmitter scalar(emitter, op);
  SmallVector<SmallVector<Value>> results(types.size());
  std::map<SmallVector<void *>, SmallVector<Value>> known;
  bool inPairs = runsInPairs(op);
  for (int64_t reg = 0; reg < count; ++reg) {
    SmallVector<Value> inputs = inputsOf(reg);
    SmallVector<Value> &values = known[keyOf(inputs)];
    if (values.empty() && inPairs && reg + 1 < count) {
      SmallVector<Value> next = inputsOf(reg + 1);
      SmallVector<Value> &nextValues = known[keyOf(next)];
      if (nextValues.empty() && &nextValues != &values) {
        auto [left, right] = scalar.emitPair(inputs, next);
        values = {left};
        nextValues = {right};
      }
    }
    if (values.empty())
      values = scalar.emit(inputs, types);
    if (values.empty())
      return op->emitError("op '") << op->getName() << "' cannot be lowered for element type "
                                   << tile::elementTypeOf(op->getResultTypes().front())
                                   << ": neither PTX nor libdevice computes it";
    for (auto [all, value] : llvm::zip_equal(results, values))
      all.push_back(value);
  }
  for (auto [result, registers] : llvm::zip_equal(op->getResults(), results))
    emitter.define(result, registers);
  return success();
}

} // namespace mla
