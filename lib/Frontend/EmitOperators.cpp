//===- EmitOperators.cpp - operators with Triton's semantics --------------===//
// Compile-time operands fold as in Python; with a run-time operand Triton's promotion holds and
// integers truncate.
#include "ValueEmitter.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<std::pair<Tensor, Tensor>> ValueEmitter::promote(StringRef op, const Object &lhs,
                                                           const Object &rhs, uint32_t offset,
                                                           bool isDivision) {
  auto wrong = [&]() -> InFlightDiagnostic {
    return std::move(error(offset) << "operator '" << op << "' does not apply to " << lhs.describe()
                                   << " and " << rhs.describe());
  };
  auto elementOf = [](const Object &object) -> std::optional<DType> {
    return object.tensor() ? std::optional(object.tensor()->type.element) : typeOfNumber(object);
  };
  std::optional<DType> lhsType = elementOf(lhs), rhsType = elementOf(rhs);
  if (!lhsType || !rhsType || lhsType->isPointer || rhsType->isPointer)
    return wrong();
  std::optional<DType> type =
      computationType(*lhsType, lhs.isNumber(), *rhsType, rhs.isNumber(), isDivision);
  if (!type) {
    auto failure = wrong();
    if (lhsType->isInteger() && rhsType->isInteger())
      failure << ": their signedness differs; convert one of them";
    return failure;
  }
  if (type->isFloat8())
    return std::move(wrong() << ": convert 8-bit floats to a wider type first");
  auto convert = [&](const Object &object) -> TensorResult {
    if (auto *tensor = object.tensor())
      return convertTo(*tensor, *type, offset);
    return constant(object, *type, offset);
  };
  // Constants are made in the shape of the other operand, so that no splat is needed.
  auto constantLike = [&](const Object &number, const Tensor &other) {
    return constant(number, other.type.withElement(*type), offset);
  };
  auto lhsTensor = lhs.isNumber() && rhs.tensor() ? constantLike(lhs, *rhs.tensor()) : convert(lhs);
  if (failed(lhsTensor))
    return failure();
  auto rhsTensor = rhs.isNumber() && lhs.tensor() ? constantLike(rhs, *lhs.tensor()) : convert(rhs);
  if (failed(rhsTensor))
    return failure();
  Tensor operands[] = {*lhsTensor, *rhsTensor};
  if (failed(broadcastAll(operands, offset)))
    return failure();
  return std::pair(operands[0], operands[1]);
}

//===----------------------------------------------------------------------===//
// Unary
//===----------------------------------------------------------------------===//

FailureOr<Object> ValueEmitter::emitUnary(UnaryOp op, const Object &operand, uint32_t offset) {
  const Tensor *tensor = operand.tensor();
  if (!tensor)
    return foldUnary([this](size_t where) { return error(where); }, op, operand, offset);
  DType element = tensor->type.element;
  auto wrong = [&](StringRef hint) -> ObjectResult {
    return error(offset) << "operator '" << spelling(op) << "' does not apply to "
                         << operand.describe() << hint;
  };
  if (element.isPointer || element.isFloat8())
    return wrong("");
  switch (op) {
  case UnaryOp::Plus:
    return operand;
  case UnaryOp::Negate: {
    auto zero = constant(Object(Integer(0)), tensor->type, offset);
    if (failed(zero))
      return failure();
    // 0 - x as in Triton: the negative of 0.0 is 0.0.
    if (element.isFloat())
      return Object(
          Tensor{floatOp<arith::SubFOp>(zero->value, tensor->value, offset), tensor->type});
    Value result = arith::SubIOp::create(builder, at(offset), zero->value, tensor->value);
    return Object(Tensor{result, tensor->type});
  }
  case UnaryOp::Not:
    if (!element.isBool())
      return wrong(": expected int1; compare with zero");
    [[fallthrough]];
  case UnaryOp::Invert: {
    if (element.isFloat())
      return wrong("");
    Integer ones = element.isSigned() ? Integer(-1) : (Integer(1) << element.bits()) - 1;
    auto mask = constant(Object(ones), tensor->type, offset);
    if (failed(mask))
      return failure();
    Value result = arith::XOrIOp::create(builder, at(offset), tensor->value, mask->value);
    return Object(Tensor{result, tensor->type});
  }
  }
  llvm_unreachable("all unary operators are handled");
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

static bool isPointer(const Object &object) {
  return object.tensor() && object.tensor()->type.element.isPointer;
}

/// Pointer ± integer, integer + pointer.
FailureOr<Object> ValueEmitter::emitPointerOffset(BinaryOp op, const Object &lhs, const Object &rhs,
                                                  uint32_t offset) {
  bool pointerFirst = isPointer(lhs);
  const Object &pointerObject = pointerFirst ? lhs : rhs, &offsetObject = pointerFirst ? rhs : lhs;
  bool allowed = (op == BinaryOp::Add || (op == BinaryOp::Sub && pointerFirst)) &&
                 !isPointer(offsetObject) && !offsetObject.get<double>() &&
                 (offsetObject.isNumber() || offsetObject.tensor());
  if (allowed && offsetObject.tensor())
    allowed = offsetObject.tensor()->type.element.isInteger();
  if (!allowed)
    return error(offset) << "operator '" << spelling(op) << "' does not apply to " << lhs.describe()
                         << " and " << rhs.describe() << "; pointers take integer offsets";
  auto elements = toTensor(offsetObject, offset);
  if (failed(elements))
    return failure();
  Tensor pointer = *pointerObject.tensor();
  if (op == BinaryOp::Sub) {
    auto negated = emitUnary(UnaryOp::Negate, Object(*elements), offset);
    if (failed(negated))
      return failure();
    elements = *negated->tensor();
  }
  // Offsets are signed in IR: narrower unsigned ones are widened first.
  DType type = elements->type.element;
  if (!type.isSigned() && type.bits() < 64)
    elements = convertTo(*elements, type.isBool() ? Scalar::Int32 : Scalar::Int64, offset);
  if (failed(elements))
    return failure();
  Tensor operands[] = {pointer, *elements};
  if (failed(broadcastAll(operands, offset)))
    return failure();
  Value result =
      mla::tile::AddPtrOp::create(builder, at(offset), operands[0].value, operands[1].value);
  return Object(Tensor{result, operands[0].type});
}

FailureOr<Object> ValueEmitter::emitBinary(BinaryOp op, const Object &lhs, const Object &rhs,
                                           uint32_t offset) {
  if (!lhs.tensor() && !rhs.tensor())
    return foldBinary([this](size_t where) { return error(where); }, op, lhs, rhs, offset);
  if (isPointer(lhs) || isPointer(rhs))
    return emitPointerOffset(op, lhs, rhs, offset);
  bool divides = op == BinaryOp::Div || op == BinaryOp::FloorDiv || op == BinaryOp::Mod;
  auto operands = promote(spelling(op), lhs, rhs, offset, divides);
  if (failed(operands))
    return failure();
  auto [a, b] = *operands;
  if (op == BinaryOp::Div && a.type.element.isInteger()) {
    auto floatA = convertTo(a, Scalar::Float32, offset),
         floatB = convertTo(b, Scalar::Float32, offset);
    if (failed(floatA) || failed(floatB))
      return failure();
    a = *floatA;
    b = *floatB;
  }
  Location loc = at(offset);
  bool isFloat = a.type.element.isFloat(), isSigned = a.type.element.isSigned();
  auto result = [&](Value value) { return Object(Tensor{value, a.type}); };
  auto integerOnly = [&](auto make) -> ObjectResult {
    if (isFloat)
      return error(offset) << "operator '" << spelling(op) << "' needs integers, got "
                           << lhs.describe() << " and " << rhs.describe();
    return result(make());
  };
  Value x = a.value, y = b.value;
  switch (op) {
  case BinaryOp::Add:
    return result(isFloat ? floatOp<arith::AddFOp>(x, y, offset)
                          : arith::AddIOp::create(builder, loc, x, y));
  case BinaryOp::Sub:
    return result(isFloat ? floatOp<arith::SubFOp>(x, y, offset)
                          : arith::SubIOp::create(builder, loc, x, y));
  case BinaryOp::Mul:
    return result(isFloat ? floatOp<arith::MulFOp>(x, y, offset)
                          : arith::MulIOp::create(builder, loc, x, y));
  case BinaryOp::Div:
    return result(quotient(x, y, offset));
  case BinaryOp::FloorDiv:
    return integerOnly([&]() -> Value {
      return isSigned ? Value(arith::DivSIOp::create(builder, loc, x, y))
                      : Value(arith::DivUIOp::create(builder, loc, x, y));
    });
  case BinaryOp::Mod:
    if (isFloat)
      return result(floatOp<arith::RemFOp>(x, y, offset));
    return result(isSigned ? Value(arith::RemSIOp::create(builder, loc, x, y))
                           : Value(arith::RemUIOp::create(builder, loc, x, y)));
  case BinaryOp::Pow:
    return error(offset) << "operator '**' is only supported between compile-time constants";
  case BinaryOp::Shl:
    return integerOnly([&] { return arith::ShLIOp::create(builder, loc, x, y); });
  case BinaryOp::Shr:
    return integerOnly([&]() -> Value {
      return isSigned ? Value(arith::ShRSIOp::create(builder, loc, x, y))
                      : Value(arith::ShRUIOp::create(builder, loc, x, y));
    });
  case BinaryOp::And:
    return integerOnly([&] { return arith::AndIOp::create(builder, loc, x, y); });
  case BinaryOp::Or:
    return integerOnly([&] { return arith::OrIOp::create(builder, loc, x, y); });
  case BinaryOp::Xor:
    return integerOnly([&] { return arith::XOrIOp::create(builder, loc, x, y); });
  }
  llvm_unreachable("all binary operators are handled");
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

static arith::CmpFPredicate floatPredicate(CompareOp op) {
  switch (op) {
  case CompareOp::Eq:
    return arith::CmpFPredicate::OEQ;
  case CompareOp::Ne: // true if either is NaN
    return arith::CmpFPredicate::UNE;
  case CompareOp::Lt:
    return arith::CmpFPredicate::OLT;
  case CompareOp::Le:
    return arith::CmpFPredicate::OLE;
  case CompareOp::Gt:
    return arith::CmpFPredicate::OGT;
  default:
    return arith::CmpFPredicate::OGE;
  }
}

static arith::CmpIPredicate integerPredicate(CompareOp op, bool isSigned) {
  switch (op) {
  case CompareOp::Eq:
    return arith::CmpIPredicate::eq;
  case CompareOp::Ne:
    return arith::CmpIPredicate::ne;
  case CompareOp::Lt:
    return isSigned ? arith::CmpIPredicate::slt : arith::CmpIPredicate::ult;
  case CompareOp::Le:
    return isSigned ? arith::CmpIPredicate::sle : arith::CmpIPredicate::ule;
  case CompareOp::Gt:
    return isSigned ? arith::CmpIPredicate::sgt : arith::CmpIPredicate::ugt;
  default:
    return isSigned ? arith::CmpIPredicate::sge : arith::CmpIPredicate::uge;
  }
}

FailureOr<Object> ValueEmitter::emitCompare(CompareOp op, const Object &lhs, const Object &rhs,
                                            uint32_t offset) {
  bool atCompileTime = lhs.isCompileTime() && rhs.isCompileTime();
  if (atCompileTime)
    return foldCompare([this](size_t where) { return error(where); }, op, lhs, rhs, offset);
  // A run-time value is never None, so that `x is None` decides about an optional argument.
  if ((op == CompareOp::Is || op == CompareOp::IsNot) && (lhs.isNone() || rhs.isNone()))
    return Object(op == CompareOp::IsNot);
  if (op > CompareOp::Ge)
    return error(offset) << "operator '" << spelling(op) << "' needs compile-time operands, got "
                         << lhs.describe() << " and " << rhs.describe();
  auto operands = promote(spelling(op), lhs, rhs, offset);
  if (failed(operands))
    return failure();
  auto [a, b] = *operands;
  DType element = a.type.element;
  Value result;
  if (element.isFloat())
    result = arith::CmpFOp::create(builder, at(offset), floatPredicate(op), a.value, b.value);
  else
    result = arith::CmpIOp::create(builder, at(offset), integerPredicate(op, element.isSigned()),
                                   a.value, b.value);
  return Object(Tensor{result, a.type.withElement(Scalar::Int1)});
}
