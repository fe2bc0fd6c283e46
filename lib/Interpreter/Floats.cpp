//===- Floats.cpp - arith on floating-point numbers, and select ------------===//
// f32 in float, f64 in double, narrower types in float and rounded after every op: sums, products,
// quotients and square roots of those are rounded correctly, since f32 has more than twice their
// digits. fastmath<contract> is permission, not an order: nothing is contracted here.
#include "Elementwise.h"
#include "Registry.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace mla::interp {

static constexpr auto kAdd = [](auto a, auto b) { return a + b; };
static constexpr auto kSub = [](auto a, auto b) { return a - b; };
static constexpr auto kMul = [](auto a, auto b) { return a * b; };
static constexpr auto kDiv = [](auto a, auto b) { return a / b; };
static constexpr auto kRem = [](auto a, auto b) { return std::fmod(a, b); };
static constexpr auto kNeg = [](auto a) { return -a; };

/// IEEE maximumNumber and minimumNumber: NaN only of two NaN, -0 < +0.
static constexpr auto kMaxNum = [](auto a, auto b) {
  if (std::isnan(a))
    return b;
  if (std::isnan(b) || a > b)
    return a;
  return a == b && std::signbit(b) ? a : b;
};
static constexpr auto kMinNum = [](auto a, auto b) {
  if (std::isnan(a))
    return b;
  if (std::isnan(b) || a < b)
    return a;
  return a == b && std::signbit(a) ? a : b;
};
/// IEEE maximum and minimum: NaN if either is.
static constexpr auto kMaximum = [](auto a, auto b) {
  if (std::isnan(a) || std::isnan(b))
    return a + b;
  return kMaxNum(a, b);
};
static constexpr auto kMinimum = [](auto a, auto b) {
  if (std::isnan(a) || std::isnan(b))
    return a + b;
  return kMinNum(a, b);
};

/// Outcomes of a comparison as bits, and those for which each predicate holds, by its number.
enum Order : unsigned { kEqual = 1, kGreater = 2, kLess = 4, kUnordered = 8 };
static constexpr unsigned kHolds[] = {
    0,                                     // always false
    kEqual,                                // oeq
    kGreater,                              // ogt
    kGreater | kEqual,                     // oge
    kLess,                                 // olt
    kLess | kEqual,                        // ole
    kLess | kGreater,                      // one
    kLess | kGreater | kEqual,             // ord
    kUnordered | kEqual,                   // ueq
    kUnordered | kGreater,                 // ugt
    kUnordered | kGreater | kEqual,        // uge
    kUnordered | kLess,                    // ult
    kUnordered | kLess | kEqual,           // ule
    kUnordered | kLess | kGreater,         // une
    kUnordered,                            // uno
    kUnordered | kLess | kGreater | kEqual // always true
};

template <typename T>
static bool compare(unsigned predicate, T a, T b) {
  Order order = std::isnan(a) || std::isnan(b) ? kUnordered
                : a == b                       ? kEqual
                : a > b                        ? kGreater
                                               : kLess;
  return kHolds[predicate] & order;
}

static Outcome compareOp(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  unsigned predicate = unsigned(cast<arith::CmpFOp>(op).getPredicate());
  Tile result(Element::I1, whole.shape);
  for (size_t i = 0; i < count; ++i)
    result.makeIntegers()[i] =
        a.element == Element::F64
            ? compare(predicate, a.doubles()[i * stepA], b.doubles()[i * stepB])
            : compare(predicate, a.floats()[i * stepA], b.floats()[i * stepB]);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

template <typename T>
static void select(const Tile &condition, ArrayRef<T> yes, ArrayRef<T> no, std::vector<T> &to) {
  size_t count = to.size(), step = stepOf(condition, count);
  size_t stepYes = yes.size() == count, stepNo = no.size() == count;
  for (size_t i = 0; i < count; ++i)
    to[i] = condition.integers()[i * step] ? yes[i * stepYes] : no[i * stepNo];
}

static Outcome selectOp(Machine &machine, Operation *op) {
  const Tile &condition = machine[op->getOperand(0)];
  const Tile &yes = machine[op->getOperand(1)], &no = machine[op->getOperand(2)];
  if (condition.shape.empty() && condition.size() == 1) {
    machine.set(op->getResult(0), condition.scalar() ? yes : no);
    return Outcome::Next;
  }
  Tile result(yes.element, largest({&condition, &yes, &no}).shape);
  if (yes.element == Element::F64)
    select(condition, yes.doubles(), no.doubles(), result.makeDoubles());
  else if (isFloat(yes.element))
    select(condition, yes.floats(), no.floats(), result.makeFloats());
  else
    select(condition, yes.integers(), no.integers(), result.makeIntegers());
  if (!yes.overflow().empty() || !no.overflow().empty())
    for (size_t i = 0, count = result.size(); i < count; ++i) {
      const Tile &chosen = condition.integers()[i * stepOf(condition, count)] ? yes : no;
      if (uint8_t overflow = chosen.overflowAt(i * stepOf(chosen, count)))
        result.setOverflow(i, overflow);
    }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

void addFloats(Registry &registry) {
  registry.add<arith::AddFOp>(binaryFloat<kAdd>);
  registry.add<arith::SubFOp>(binaryFloat<kSub>);
  registry.add<arith::MulFOp>(binaryFloat<kMul>);
  registry.add<arith::DivFOp>(binaryFloat<kDiv>);
  registry.add<arith::RemFOp>(binaryFloat<kRem>);
  registry.add<arith::NegFOp>(unaryFloat<kNeg>);
  registry.add<arith::MaxNumFOp>(binaryFloat<kMaxNum>);
  registry.add<arith::MinNumFOp>(binaryFloat<kMinNum>);
  registry.add<arith::MaximumFOp>(binaryFloat<kMaximum>);
  registry.add<arith::MinimumFOp>(binaryFloat<kMinimum>);
  registry.add<arith::CmpFOp>(compareOp);
  registry.add<arith::SelectOp>(selectOp);
}

} // namespace mla::interp
