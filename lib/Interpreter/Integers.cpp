//===- Integers.cpp - arith on integers -----------------------------------===//
// Integers wrap. A sum, difference, product or shift to the left that does not fit its type is
// remembered with the element, as signed and as unsigned number (see Tile.h): kernels may compute
// so, hashes do, but must not address memory with it. Division by zero gives all ones and the
// remainder the dividend, as the hardware does; both count as overflow.
#include "Elementwise.h"
#include "Registry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace mla::interp {

namespace {
using Exact = __int128;

/// What an op gives and which overflow that is.
struct Wrapped {
  int64_t value;
  uint8_t overflow;
};
} // namespace

/// `exact` computed with signed operands, `exactUnsigned` with unsigned ones.
static Wrapped wrap(Exact exact, Exact exactUnsigned, unsigned bits) {
  int64_t value = wrapInteger(int64_t(exact), bits);
  if (bits == 1)
    return {value, kNoOverflow};
  uint8_t overflow = value == exact ? kNoOverflow : kSignedOverflow;
  if (Exact(unsignedInteger(value, bits)) != exactUnsigned)
    overflow |= kUnsignedOverflow;
  return {value, overflow};
}

template <typename Fn>
static Wrapped arithmetic(int64_t a, int64_t b, unsigned bits, Fn fn) {
  return wrap(fn(Exact(a), Exact(b)),
              fn(Exact(unsignedInteger(a, bits)), Exact(unsignedInteger(b, bits))), bits);
}

/// A sum, difference, product or shift. Overflow of 64-bit numbers counts as well.
template <auto Fn>
static Outcome arithmeticOp(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  unsigned bits = bitsOf(a.element);
  Tile result(a.element, whole.shape);
  inheritOverflow(result, {&a, &b});
  for (size_t i = 0; i < count; ++i) {
    Wrapped wrapped = Fn(a.integers()[i * stepA], b.integers()[i * stepB], bits);
    result.makeIntegers()[i] = wrapped.value;
    if (wrapped.overflow)
      result.setOverflow(i, wrapped.overflow);
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

static constexpr auto kAdd = [](int64_t a, int64_t b, unsigned bits) {
  return arithmetic(a, b, bits, [](Exact x, Exact y) { return x + y; });
};
static constexpr auto kSub = [](int64_t a, int64_t b, unsigned bits) {
  return arithmetic(a, b, bits, [](Exact x, Exact y) { return x - y; });
};
static constexpr auto kMul = [](int64_t a, int64_t b, unsigned bits) {
  Exact exact = Exact(a) * Exact(b);
  if (bits < 64)
    return wrap(exact, Exact(unsignedInteger(a, bits)) * Exact(unsignedInteger(b, bits)), bits);
  // An unsigned product of 128 bits does not fit Exact; the signed one does.
  int64_t value = int64_t(uint64_t(a) * uint64_t(b));
  uint64_t ignored;
  uint8_t overflow = exact == value ? kNoOverflow : kSignedOverflow;
  if (__builtin_mul_overflow(uint64_t(a), uint64_t(b), &ignored))
    overflow |= kUnsignedOverflow;
  return Wrapped{value, overflow};
};
static constexpr auto kShl = [](int64_t a, int64_t b, unsigned bits) {
  uint64_t distance = unsignedInteger(b, bits);
  if (distance >= bits)
    return Wrapped{0, kSignedOverflow | kUnsignedOverflow};
  return wrap(Exact(a) * (Exact(1) << distance),
              Exact(unsignedInteger(a, bits)) * (Exact(1) << distance), bits);
};

/// Division and remainder: signed or not, rounded as `Round` says.
enum class Rounding { Zero, Down, Up };

template <bool isSigned, Rounding rounding>
static Wrapped divide(int64_t a, int64_t b, unsigned bits) {
  if (b == 0)
    return {wrapInteger(-1, bits), kSignedOverflow | kUnsignedOverflow};
  Exact x = isSigned ? Exact(a) : Exact(unsignedInteger(a, bits));
  Exact y = isSigned ? Exact(b) : Exact(unsignedInteger(b, bits));
  Exact quotient = x / y, rest = x % y;
  bool isNegative = (x < 0) != (y < 0);
  if (rest != 0 && rounding == Rounding::Down && isNegative)
    --quotient;
  if (rest != 0 && rounding == Rounding::Up && !isNegative)
    ++quotient;
  int64_t value = wrapInteger(int64_t(quotient), bits);
  bool fits = !isSigned || quotient == value;
  return {value, uint8_t(fits ? kNoOverflow : kSignedOverflow)};
}

template <bool isSigned>
static Wrapped remainder(int64_t a, int64_t b, unsigned bits) {
  if (b == 0)
    return {a, kSignedOverflow | kUnsignedOverflow};
  if (!isSigned)
    return {wrapInteger(int64_t(unsignedInteger(a, bits) % unsignedInteger(b, bits)), bits), 0};
  return {b == -1 ? 0 : a % b, 0};
}

/// Divisions begin anew: a quotient of a wrapped number is what the kernel asked for.
template <auto Fn>
static Outcome divisionOp(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  unsigned bits = bitsOf(a.element);
  Tile result(a.element, whole.shape);
  for (size_t i = 0; i < count; ++i) {
    Wrapped wrapped = Fn(a.integers()[i * stepA], b.integers()[i * stepB], bits);
    result.makeIntegers()[i] = wrapped.value;
    if (wrapped.overflow)
      result.setOverflow(i, wrapped.overflow);
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

/// Minimum and maximum: the overflow of the one that is chosen stays.
template <auto IsFirst>
static Outcome extremum(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  unsigned bits = bitsOf(a.element);
  Tile result(a.element, whole.shape);
  for (size_t i = 0; i < count; ++i) {
    int64_t x = a.integers()[i * stepA], y = b.integers()[i * stepB];
    bool first = IsFirst(x, y, bits);
    result.makeIntegers()[i] = first ? x : y;
    if (uint8_t overflow = first ? a.overflowAt(i * stepA) : b.overflowAt(i * stepB))
      result.setOverflow(i, overflow);
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

static constexpr auto kMaxS = [](int64_t a, int64_t b, unsigned bits) {
  return bits == 1 ? a <= b : a >= b; // signed i1: 1 stands for -1
};
static constexpr auto kMinS = [](int64_t a, int64_t b, unsigned bits) {
  return bits == 1 ? a >= b : a <= b;
};
static constexpr auto kMaxU = [](int64_t a, int64_t b, unsigned bits) {
  return unsignedInteger(a, bits) >= unsignedInteger(b, bits);
};
static constexpr auto kMinU = [](int64_t a, int64_t b, unsigned bits) {
  return unsignedInteger(a, bits) <= unsignedInteger(b, bits);
};

static constexpr auto kAnd = [](int64_t a, int64_t b, unsigned) { return a & b; };
static constexpr auto kOr = [](int64_t a, int64_t b, unsigned) { return a | b; };
static constexpr auto kXor = [](int64_t a, int64_t b, unsigned) { return a ^ b; };
static constexpr auto kShrS = [](int64_t a, int64_t b, unsigned bits) {
  return a >> std::min<uint64_t>(unsignedInteger(b, bits), 63);
};
static constexpr auto kShrU = [](int64_t a, int64_t b, unsigned bits) {
  uint64_t distance = unsignedInteger(b, bits);
  return distance >= bits ? 0 : int64_t(unsignedInteger(a, bits) >> distance);
};

static bool compare(arith::CmpIPredicate predicate, int64_t a, int64_t b, unsigned bits) {
  using P = arith::CmpIPredicate;
  uint64_t ua = unsignedInteger(a, bits), ub = unsignedInteger(b, bits);
  int64_t sa = bits == 1 ? -a : a, sb = bits == 1 ? -b : b;
  switch (predicate) {
  case P::eq:
    return a == b;
  case P::ne:
    return a != b;
  case P::slt:
    return sa < sb;
  case P::sle:
    return sa <= sb;
  case P::sgt:
    return sa > sb;
  case P::sge:
    return sa >= sb;
  case P::ult:
    return ua < ub;
  case P::ule:
    return ua <= ub;
  case P::ugt:
    return ua > ub;
  case P::uge:
    return ua >= ub;
  }
  return false;
}

static Outcome compareOp(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  auto predicate = cast<arith::CmpIOp>(op).getPredicate();
  unsigned bits = bitsOf(a.element);
  Tile result(Element::I1, whole.shape);
  for (size_t i = 0; i < count; ++i)
    result.makeIntegers()[i] =
        compare(predicate, a.integers()[i * stepA], b.integers()[i * stepB], bits);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

/// mulsi_extended and mului_extended: the low and the high half of the product.
template <bool isSigned>
static Outcome extendedProduct(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  unsigned bits = bitsOf(a.element);
  Tile low(a.element, whole.shape), high(a.element, whole.shape);
  for (size_t i = 0; i < count; ++i) {
    int64_t x = a.integers()[i * stepA], y = b.integers()[i * stepB];
    unsigned __int128 product =
        isSigned ? (unsigned __int128)(Exact(x) * Exact(y))
                 : (unsigned __int128)unsignedInteger(x, bits) * unsignedInteger(y, bits);
    low.makeIntegers()[i] = wrapInteger(int64_t(uint64_t(product)), bits);
    high.makeIntegers()[i] = wrapInteger(int64_t(uint64_t(product >> bits)), bits);
  }
  machine.set(op->getResult(0), std::move(low));
  machine.set(op->getResult(1), std::move(high));
  return Outcome::Next;
}

/// addui_extended: the sum and whether it carries.
static Outcome extendedSum(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  unsigned bits = bitsOf(a.element);
  Tile sum(a.element, a.shape), carry(Element::I1, a.shape);
  for (size_t i = 0; i < a.size(); ++i) {
    unsigned __int128 exact = (unsigned __int128)unsignedInteger(a.integers()[i], bits) +
                              unsignedInteger(b.integers()[i], bits);
    sum.makeIntegers()[i] = wrapInteger(int64_t(uint64_t(exact)), bits);
    carry.makeIntegers()[i] = (exact >> bits) != 0;
  }
  machine.set(op->getResult(0), std::move(sum));
  machine.set(op->getResult(1), std::move(carry));
  return Outcome::Next;
}

void addIntegers(Registry &registry) {
  registry.add<arith::AddIOp>(arithmeticOp<kAdd>);
  registry.add<arith::SubIOp>(arithmeticOp<kSub>);
  registry.add<arith::MulIOp>(arithmeticOp<kMul>);
  registry.add<arith::ShLIOp>(arithmeticOp<kShl>);
  registry.add<arith::DivSIOp>(divisionOp<divide<true, Rounding::Zero>>);
  registry.add<arith::DivUIOp>(divisionOp<divide<false, Rounding::Zero>>);
  registry.add<arith::FloorDivSIOp>(divisionOp<divide<true, Rounding::Down>>);
  registry.add<arith::CeilDivSIOp>(divisionOp<divide<true, Rounding::Up>>);
  registry.add<arith::CeilDivUIOp>(divisionOp<divide<false, Rounding::Up>>);
  registry.add<arith::RemSIOp>(divisionOp<remainder<true>>);
  registry.add<arith::RemUIOp>(divisionOp<remainder<false>>);
  registry.add<arith::MaxSIOp>(extremum<kMaxS>);
  registry.add<arith::MinSIOp>(extremum<kMinS>);
  registry.add<arith::MaxUIOp>(extremum<kMaxU>);
  registry.add<arith::MinUIOp>(extremum<kMinU>);
  registry.add<arith::AndIOp>(binaryInteger<kAnd>);
  registry.add<arith::OrIOp>(binaryInteger<kOr>);
  registry.add<arith::XOrIOp>(binaryInteger<kXor>);
  registry.add<arith::ShRSIOp>(binaryInteger<kShrS>);
  registry.add<arith::ShRUIOp>(binaryInteger<kShrU>);
  registry.add<arith::CmpIOp>(compareOp);
  registry.add<arith::MulSIExtendedOp>(extendedProduct<true>);
  registry.add<arith::MulUIExtendedOp>(extendedProduct<false>);
  registry.add<arith::AddUIExtendedOp>(extendedSum);
}

} // namespace mla::interp
