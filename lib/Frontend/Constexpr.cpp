//===- Constexpr.cpp - arithmetic at compile time -------------------------===//
// Python's arithmetic on numbers, strings, tuples and types: // and % round down, / gives a float.
#include "Literals.h"
#include "Object.h"

#include "llvm/ADT/STLExtras.h"
#include <cmath>

using namespace mlir;
using namespace mla::frontend;

/// The value of a compile-time number as a float.
static double asFloat(const Object &number) {
  if (auto *value = number.get<double>())
    return *value;
  return double(*number.integer());
}

static InFlightDiagnostic wrongOperands(ErrorAt errorAt, StringRef op, const Object &lhs,
                                        const Object &rhs, uint32_t offset) {
  return std::move(errorAt(offset) << "operator '" << op << "' does not apply to " << lhs.describe()
                                   << " and " << rhs.describe());
}

FailureOr<Object> mla::frontend::foldUnary(ErrorAt errorAt, UnaryOp op, const Object &operand,
                                           uint32_t offset) {
  if (op == UnaryOp::Not)
    if (auto value = truth(operand))
      return Object(!*value);
  if (auto value = operand.integer()) {
    Integer negated;
    if (op == UnaryOp::Invert)
      return Object(Integer(~*value));
    if (op == UnaryOp::Plus)
      return Object(*value);
    if (__builtin_sub_overflow(Integer(0), *value, &negated))
      return errorAt(offset) << "the result of '-' does not fit in 128 bits";
    return Object(negated);
  }
  if (auto *value = operand.get<double>(); value && op != UnaryOp::Invert)
    return Object(op == UnaryOp::Negate ? -*value : *value);
  return errorAt(offset) << "operator '" << spelling(op) << "' does not apply to "
                         << operand.describe();
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

/// base ** exponent for exponent ≥ 0, or nothing on overflow.
static std::optional<Integer> power(Integer base, Integer exponent) {
  if (base == 0 || base == 1)
    return exponent == 0 ? 1 : base;
  if (base == -1)
    return exponent % 2 == 0 ? 1 : -1;
  Integer result = 1;
  for (Integer i = 0; i < exponent; ++i)
    if (__builtin_mul_overflow(result, base, &result))
      return std::nullopt;
  return result;
}

static FailureOr<Object> foldIntegers(ErrorAt errorAt, BinaryOp op, Integer lhs, Integer rhs,
                                      uint32_t offset) {
  Integer result = 0;
  bool overflow = false;
  switch (op) {
  case BinaryOp::Add:
    overflow = __builtin_add_overflow(lhs, rhs, &result);
    break;
  case BinaryOp::Sub:
    overflow = __builtin_sub_overflow(lhs, rhs, &result);
    break;
  case BinaryOp::Mul:
    overflow = __builtin_mul_overflow(lhs, rhs, &result);
    break;
  case BinaryOp::Div:
  case BinaryOp::FloorDiv:
  case BinaryOp::Mod: {
    if (rhs == 0)
      return errorAt(offset) << "division of the constant " << toString(lhs) << " by zero";
    if (op == BinaryOp::Div)
      return Object(double(lhs) / double(rhs));
    // The one quotient that overflows.
    if (rhs == -1) {
      overflow = op == BinaryOp::FloorDiv && __builtin_sub_overflow(Integer(0), lhs, &result);
      break;
    }
    Integer quotient = lhs / rhs, remainder = lhs % rhs;
    bool roundsDown = remainder != 0 && (remainder < 0) != (rhs < 0);
    result = op == BinaryOp::FloorDiv ? quotient - roundsDown : remainder + (roundsDown ? rhs : 0);
    break;
  }
  case BinaryOp::Pow: {
    if (rhs < 0) {
      if (lhs == 0)
        return errorAt(offset) << "zero to the power of the negative constant " << toString(rhs);
      return Object(std::pow(double(lhs), double(rhs)));
    }
    auto value = power(lhs, rhs);
    overflow = !value;
    result = value.value_or(0);
    break;
  }
  case BinaryOp::Shl:
  case BinaryOp::Shr:
    if (rhs < 0)
      return errorAt(offset) << "shift by the negative constant " << toString(rhs);
    if (op == BinaryOp::Shr) {
      result = lhs >> std::min<Integer>(rhs, 127);
    } else if (lhs != 0) {
      overflow = rhs > 126 || __builtin_mul_overflow(lhs, Integer(1) << rhs, &result);
    }
    break;
  case BinaryOp::And:
    result = lhs & rhs;
    break;
  case BinaryOp::Or:
    result = lhs | rhs;
    break;
  case BinaryOp::Xor:
    result = lhs ^ rhs;
    break;
  }
  if (overflow)
    return errorAt(offset) << "the result of '" << spelling(op) << "' does not fit in 128 bits";
  return Object(result);
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

static FailureOr<Object> foldFloats(ErrorAt errorAt, BinaryOp op, double lhs, double rhs,
                                    uint32_t offset) {
  bool divides = op == BinaryOp::Div || op == BinaryOp::FloorDiv || op == BinaryOp::Mod;
  if (divides && rhs == 0)
    return errorAt(offset) << "division of the constant " << toString(lhs) << " by zero";
  switch (op) {
  case BinaryOp::Add:
    return Object(lhs + rhs);
  case BinaryOp::Sub:
    return Object(lhs - rhs);
  case BinaryOp::Mul:
    return Object(lhs * rhs);
  case BinaryOp::Div:
    return Object(lhs / rhs);
  case BinaryOp::FloorDiv:
    return Object(std::floor(lhs / rhs));
  case BinaryOp::Mod: {
    double remainder = std::fmod(lhs, rhs);
    return Object(remainder != 0 && (remainder < 0) != (rhs < 0) ? remainder + rhs : remainder);
  }
  case BinaryOp::Pow:
    if (lhs == 0 && rhs < 0)
      return errorAt(offset) << "zero to the power of the negative constant " << toString(rhs);
    if (lhs < 0 && std::floor(rhs) != rhs)
      return errorAt(offset) << "the negative constant " << toString(lhs)
                             << " to a power that is no integer";
    return Object(std::pow(lhs, rhs));
  default:
    return wrongOperands(errorAt, spelling(op), lhs, rhs, offset);
  }
}

FailureOr<Object> mla::frontend::foldBinary(ErrorAt errorAt, BinaryOp op, const Object &lhs,
                                            const Object &rhs, uint32_t offset) {
  if (lhs.get<bool>() && rhs.get<bool>() &&
      (op == BinaryOp::And || op == BinaryOp::Or || op == BinaryOp::Xor)) {
    bool a = *lhs.get<bool>(), b = *rhs.get<bool>();
    return Object(op == BinaryOp::And ? a && b : op == BinaryOp::Or ? a || b : a != b);
  }
  if (lhs.integer() && rhs.integer())
    return foldIntegers(errorAt, op, *lhs.integer(), *rhs.integer(), offset);
  if (lhs.isNumber() && rhs.isNumber())
    return foldFloats(errorAt, op, asFloat(lhs), asFloat(rhs), offset);
  if (op == BinaryOp::Add) {
    if (lhs.get<std::string>() && rhs.get<std::string>())
      return Object(*lhs.get<std::string>() + *rhs.get<std::string>());
    if (lhs.elements() && rhs.elements()) {
      std::vector<Object> all(*lhs.elements());
      llvm::append_range(all, *rhs.elements());
      return Object::tuple(std::move(all));
    }
  }
  return wrongOperands(errorAt, spelling(op), lhs, rhs, offset);
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

bool mla::frontend::equal(const Object &lhs, const Object &rhs) {
  if (lhs.integer() && rhs.integer())
    return *lhs.integer() == *rhs.integer();
  if (lhs.isNumber() && rhs.isNumber())
    return asFloat(lhs) == asFloat(rhs);
  if (lhs.get<std::string>() && rhs.get<std::string>())
    return *lhs.get<std::string>() == *rhs.get<std::string>();
  if (lhs.get<DType>() && rhs.get<DType>())
    return *lhs.get<DType>() == *rhs.get<DType>();
  if (lhs.get<TileTypeObject>() && rhs.get<TileTypeObject>())
    return lhs.get<TileTypeObject>()->type == rhs.get<TileTypeObject>()->type;
  if (lhs.elements() && rhs.elements())
    return llvm::equal(*lhs.elements(), *rhs.elements(), equal);
  if (lhs.get<FunctionObject>() && rhs.get<FunctionObject>())
    return lhs.get<FunctionObject>()->global == rhs.get<FunctionObject>()->global;
  if (lhs.get<BuiltinObject>() && rhs.get<BuiltinObject>())
    return lhs.get<BuiltinObject>()->info == rhs.get<BuiltinObject>()->info;
  if (lhs.get<ViewObject>() && rhs.get<ViewObject>())
    return lhs.get<ViewObject>()->view == rhs.get<ViewObject>()->view;
  if (lhs.get<SliceObject>() && rhs.get<SliceObject>())
    return lhs.get<SliceObject>()->slice == rhs.get<SliceObject>()->slice;
  if (lhs.get<DescriptorObject>() && rhs.get<DescriptorObject>())
    return lhs.get<DescriptorObject>()->array == rhs.get<DescriptorObject>()->array;
  return lhs.isNone() && rhs.isNone();
}

template <typename T>
static bool ordered(CompareOp op, const T &lhs, const T &rhs) {
  switch (op) {
  case CompareOp::Lt:
    return lhs < rhs;
  case CompareOp::Le:
    return lhs <= rhs;
  case CompareOp::Gt:
    return lhs > rhs;
  default:
    return lhs >= rhs;
  }
}

FailureOr<Object> mla::frontend::foldCompare(ErrorAt errorAt, CompareOp op, const Object &lhs,
                                             const Object &rhs, uint32_t offset) {
  switch (op) {
  case CompareOp::Eq:
    return Object(equal(lhs, rhs));
  case CompareOp::Ne:
    return Object(!equal(lhs, rhs));
  case CompareOp::Is:
  case CompareOp::IsNot: {
    // Identity of objects: None, True, False and types are single; 1 and True are not the same.
    bool same = lhs.data.index() == rhs.data.index() && equal(lhs, rhs);
    return Object(same == (op == CompareOp::Is));
  }
  case CompareOp::In:
  case CompareOp::NotIn: {
    bool found;
    if (auto *parts = rhs.elements())
      found = llvm::any_of(*parts, [&](const Object &part) { return equal(lhs, part); });
    else if (lhs.get<std::string>() && rhs.get<std::string>())
      found = StringRef(*rhs.get<std::string>()).contains(*lhs.get<std::string>());
    else
      return wrongOperands(errorAt, spelling(op), lhs, rhs, offset);
    return Object(found == (op == CompareOp::In));
  }
  default:
    if (lhs.integer() && rhs.integer())
      return Object(ordered(op, *lhs.integer(), *rhs.integer()));
    if (lhs.isNumber() && rhs.isNumber())
      return Object(ordered(op, asFloat(lhs), asFloat(rhs)));
    if (lhs.get<std::string>() && rhs.get<std::string>())
      return Object(ordered(op, *lhs.get<std::string>(), *rhs.get<std::string>()));
    return wrongOperands(errorAt, spelling(op), lhs, rhs, offset);
  }
}
