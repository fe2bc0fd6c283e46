//===- Conversions.cpp - from one element type to another -----------------===//
// A conversion rounds once. Floats beyond an integer type give its nearest number and NaN gives 0,
// as the hardware does. Cutting off bits that count is an overflow (Tile.h).
#include "Elementwise.h"
#include "Registry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace mla::interp {

static Tile resultFor(Operation *op, const Tile &from) {
  return Tile(*elementOf(op->getResult(0).getType()), from.shape);
}

static Outcome extendFloat(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Tile to = resultFor(op, from);
  if (to.element == Element::F64)
    for (size_t i = 0; i < from.size(); ++i)
      to.makeDoubles()[i] = double(from.floats()[i]);
  else
    to.makeFloats().assign(from.floats().begin(), from.floats().end());
  machine.set(op->getResult(0), std::move(to));
  return Outcome::Next;
}

/// `value` rounded to the neighbour of its rounding to nearest that is not farther from zero.
static float roundTowardsZero(Element element, double value) {
  float nearest = roundFromDouble(element, value);
  if (std::isnan(value) || std::fabs(double(nearest)) <= std::fabs(value))
    return nearest;
  return decodeFloat(element, encodeFloat(element, nearest) - 1);
}

static Outcome truncateFloat(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Tile to = resultFor(op, from);
  std::optional<arith::RoundingMode> mode = cast<arith::TruncFOp>(op).getRoundingmode();
  if (mode == arith::RoundingMode::toward_zero) {
    for (size_t i = 0; i < from.size(); ++i)
      to.makeFloats()[i] = roundTowardsZero(to.element, from.number(i));
  } else if (mode && mode != arith::RoundingMode::to_nearest_even) {
    return machine.fail(op, "the interpreter rounds to nearest and toward zero only");
  } else if (from.element == Element::F64) {
    for (size_t i = 0; i < from.size(); ++i)
      to.makeFloats()[i] = roundFromDouble(to.element, from.doubles()[i]);
  } else {
    to.makeFloats().assign(from.floats().begin(), from.floats().end());
    roundFloats(to.element, to.makeFloats().data(), to.size());
  }
  machine.set(op->getResult(0), std::move(to));
  return Outcome::Next;
}

template <bool isSigned>
static Outcome integerToFloat(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Tile to = resultFor(op, from);
  unsigned bits = bitsOf(from.element);
  constexpr int64_t kExact = int64_t(1) << 53;
  for (size_t i = 0; i < from.size(); ++i) {
    int64_t value = from.integers()[i];
    if (isSigned && bits == 1)
      value = -value;
    uint64_t magnitude = unsignedInteger(value, bits);
    if (to.element == Element::F64)
      to.makeDoubles()[i] = isSigned ? double(value) : double(magnitude);
    else if (isSigned ? value > -kExact && value < kExact : magnitude < uint64_t(kExact))
      to.makeFloats()[i] =
          roundFromDouble(to.element, isSigned ? double(value) : double(magnitude));
    else
      to.makeFloats()[i] = roundFloat(to.element, isSigned ? float(value) : float(magnitude));
  }
  machine.set(op->getResult(0), std::move(to));
  return Outcome::Next;
}

template <bool isSigned>
static Outcome floatToInteger(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Tile to = resultFor(op, from);
  unsigned bits = bitsOf(to.element);
  double limit = std::ldexp(1.0, bits - (isSigned ? 1 : 0));
  for (size_t i = 0; i < from.size(); ++i) {
    double value = std::trunc(from.number(i));
    uint64_t result;
    if (std::isnan(value))
      result = 0;
    else if (value >= limit)
      result = isSigned ? (uint64_t(1) << (bits - 1)) - 1 : ~uint64_t(0);
    else if (value < (isSigned ? -limit : 0.0))
      result = isSigned ? uint64_t(1) << (bits - 1) : 0;
    else
      result = isSigned ? uint64_t(int64_t(value)) : uint64_t(value);
    to.makeIntegers()[i] = wrapInteger(int64_t(result), bits);
  }
  machine.set(op->getResult(0), std::move(to));
  return Outcome::Next;
}

/// Extension: whether the narrow number overflowed as signed or as unsigned is settled by the kind.
template <bool isSigned>
static Outcome extendInteger(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Tile to = resultFor(op, from);
  unsigned bits = bitsOf(from.element);
  for (size_t i = 0; i < from.size(); ++i) {
    int64_t value = from.integers()[i];
    to.makeIntegers()[i] = !isSigned   ? int64_t(unsignedInteger(value, bits))
                           : bits == 1 ? -value
                                       : value;
    if (from.overflowAt(i) & (isSigned ? kSignedOverflow : kUnsignedOverflow))
      to.setOverflow(i, kSignedOverflow | kUnsignedOverflow);
  }
  machine.set(op->getResult(0), std::move(to));
  return Outcome::Next;
}

static Outcome truncateInteger(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Tile to = resultFor(op, from);
  unsigned bits = bitsOf(to.element);
  inheritOverflow(to, {&from});
  for (size_t i = 0; i < from.size(); ++i) {
    int64_t value = from.integers()[i], cut = wrapInteger(value, bits);
    to.makeIntegers()[i] = cut;
    uint8_t overflow = cut == value ? kNoOverflow : kSignedOverflow;
    if (unsignedInteger(cut, bits) != unsignedInteger(value, bitsOf(from.element)))
      overflow |= kUnsignedOverflow;
    if (overflow)
      to.setOverflow(i, overflow);
  }
  machine.set(op->getResult(0), std::move(to));
  return Outcome::Next;
}

static Outcome castIndex(Machine &machine, Operation *op) {
  unsigned from = bitsOf(*elementOf(op->getOperand(0).getType()));
  unsigned to = bitsOf(*elementOf(op->getResult(0).getType()));
  return from <= to ? extendInteger<true>(machine, op) : truncateInteger(machine, op);
}

static Outcome bitcast(Machine &machine, Operation *op) {
  const Tile &from = machine[op->getOperand(0)];
  Element element = *elementOf(op->getResult(0).getType());
  machine.set(op->getResult(0), Tile::fromBits(element, from.shape, from.toBits()));
  return Outcome::Next;
}

void addConversions(Registry &registry) {
  registry.add<arith::ExtFOp>(extendFloat);
  registry.add<arith::TruncFOp>(truncateFloat);
  registry.add<arith::SIToFPOp>(integerToFloat<true>);
  registry.add<arith::UIToFPOp>(integerToFloat<false>);
  registry.add<arith::FPToSIOp>(floatToInteger<true>);
  registry.add<arith::FPToUIOp>(floatToInteger<false>);
  registry.add<arith::ExtSIOp>(extendInteger<true>);
  registry.add<arith::ExtUIOp>(extendInteger<false>);
  registry.add<arith::TruncIOp>(truncateInteger);
  registry.add<arith::IndexCastOp>(castIndex);
  registry.add<arith::BitcastOp>(bitcast);
}

} // namespace mla::interp
