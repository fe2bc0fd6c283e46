//===- Atomics.cpp - atomics, order, debugging, hints ---------------------===//
// Programs run one after the other, so that reading and writing are one step by themselves. The
// elements of a tile take turns in row-major order.
#include "GlobalAccess.h"
#include "Registry.h"

#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace mla::interp {

//===----------------------------------------------------------------------===//
// Atomics
//===----------------------------------------------------------------------===//

static int64_t combineIntegers(tile::AtomicKind kind, int64_t a, int64_t b, bool isUnsigned) {
  bool isLess = isUnsigned ? uint64_t(a) < uint64_t(b) : a < b;
  switch (kind) {
  case tile::AtomicKind::Add:
    return int64_t(uint64_t(a) + uint64_t(b));
  case tile::AtomicKind::Max:
    return isLess ? b : a;
  case tile::AtomicKind::Min:
    return isLess ? a : b;
  case tile::AtomicKind::And:
    return a & b;
  case tile::AtomicKind::Or:
    return a | b;
  case tile::AtomicKind::Xor:
    return a ^ b;
  case tile::AtomicKind::Xchg:
    return b;
  }
  llvm_unreachable("all kinds are listed");
}

/// The bits that memory holds afterwards.
static uint64_t combine(tile::AtomicRmwOp op, Type type, uint64_t memory, uint64_t value) {
  tile::AtomicKind kind = op.getKind();
  unsigned bits = type.getIntOrFloatBitWidth();
  auto extended = [&](uint64_t number, bool isUnsigned) {
    return isUnsigned ? int64_t(unsignedInteger(int64_t(number), bits))
                      : wrapInteger(int64_t(number), bits);
  };
  auto floatType = dyn_cast<FloatType>(type);
  if (!floatType || kind == tile::AtomicKind::Xchg)
    return uint64_t(combineIntegers(kind, extended(memory, op.getIsUnsigned()),
                                    extended(value, op.getIsUnsigned()), op.getIsUnsigned()));
  if (kind == tile::AtomicKind::Add) {
    APFloat sum(floatType.getFloatSemantics(), APInt(bits, memory));
    sum.add(APFloat(floatType.getFloatSemantics(), APInt(bits, value)),
            APFloat::rmNearestTiesToEven);
    return sum.bitcastToAPInt().getZExtValue();
  }
  // By their bits: signed numbers for a value without sign bit, unsigned ones the other way round.
  bool isNegative = wrapInteger(int64_t(value), bits) < 0;
  bool wantsMax = (kind == tile::AtomicKind::Max) != isNegative;
  return uint64_t(combineIntegers(wantsMax ? tile::AtomicKind::Max : tile::AtomicKind::Min,
                                  extended(memory, isNegative), extended(value, isNegative),
                                  isNegative));
}

/// Both atomics: `change` maps the index of an element and what memory holds to what it will hold.
template <typename Op>
static Outcome runAtomic(Machine &machine, Op op,
                         llvm::function_ref<uint64_t(size_t, uint64_t)> change) {
  const Tile &pointers = machine[op.getPtr()];
  const Tile *mask = op.getMask() ? &machine[op.getMask()] : nullptr;
  Element element = *elementOf(op.getType());
  GlobalAccess access(machine, op, element, pointers.shape, /*isAtomic=*/true);
  std::vector<uint64_t> before(pointers.size());
  for (size_t i = 0; i < before.size(); ++i) {
    if (mask && !mask->integers()[i])
      continue;
    int64_t address = pointers.integers()[i];
    uint8_t overflow = pointers.overflowAt(i);
    if (!access.read(i, address, overflow, before[i]) ||
        !access.write(i, address, overflow, change(i, before[i])))
      return Outcome::Failed;
  }
  machine.set(op.getResult(), Tile::fromBits(element, pointers.shape, before));
  return Outcome::Next;
}

static Outcome atomicRmwOp(Machine &machine, Operation *op) {
  auto atomic = cast<tile::AtomicRmwOp>(op);
  std::vector<uint64_t> values = machine[atomic.getValue()].toBits();
  Type type = tile::elementTypeOf(atomic.getType());
  return runAtomic(machine, atomic, [&](size_t i, uint64_t memory) {
    return combine(atomic, type, memory, values[i]);
  });
}

static Outcome atomicCasOp(Machine &machine, Operation *op) {
  auto atomic = cast<tile::AtomicCasOp>(op);
  std::vector<uint64_t> expected = machine[atomic.getCmp()].toBits();
  std::vector<uint64_t> values = machine[atomic.getValue()].toBits();
  unsigned bits = tile::elementTypeOf(atomic.getType()).getIntOrFloatBitWidth();
  return runAtomic(machine, atomic, [&](size_t i, uint64_t memory) {
    bool isExpected = unsignedInteger(int64_t(memory ^ expected[i]), bits) == 0;
    return isExpected ? values[i] : memory;
  });
}

//===----------------------------------------------------------------------===//
// Order and debugging
//===----------------------------------------------------------------------===//

/// Nothing waits: a program has one thread here.
static Outcome barrierOp(Machine &, Operation *) { return Outcome::Next; }

static Outcome assertOp(Machine &machine, Operation *op) {
  auto assertion = cast<tile::AssertOp>(op);
  const Tile &condition = machine[assertion.getCondition()];
  for (size_t i = 0; i < condition.size(); ++i)
    if (!condition.integers()[i])
      return machine.fail(op, "assertion failed" +
                                  (condition.shape.empty()
                                       ? std::string()
                                       : " for element " + coordinatesText(condition.shape, i)) +
                                  ": " + assertion.getMessage());
  return Outcome::Next;
}

static Outcome assumeOp(Machine &machine, Operation *op) {
  if (machine[op->getOperand(0)].scalar())
    return Outcome::Next;
  return machine.fail(op, "assumes something that is false");
}

static Outcome printOp(Machine &machine, Operation *op) {
  auto print = cast<tile::PrintOp>(op);
  auto [x, y, z] = machine.program.id;
  std::string program =
      "pid (" + std::to_string(x) + ", " + std::to_string(y) + ", " + std::to_string(z) + ")";
  if (print.getValues().empty())
    llvm::errs() << program << print.getPrefix() << "\n";
  for (auto [number, operand] : llvm::enumerate(print.getValues())) {
    const Tile &value = machine[operand];
    std::vector<uint64_t> bits = value.toBits();
    for (size_t i = 0; i < value.size(); ++i) {
      std::string index = value.shape.empty() ? "" : coordinatesText(value.shape, i);
      llvm::errs() << program << " idx (" << StringRef(index).trim("[]") << ")"
                   << print.getPrefix();
      if (print.getValues().size() > 1)
        llvm::errs() << "(operand " << number << ") ";
      if (print.getHex())
        llvm::errs() << "0x"
                     << llvm::utohexstr(bits[i], /*LowerCase=*/true, bitsOf(value.element) / 4);
      else if (isInteger(value.element) && !print.getIsSigned()[number])
        llvm::errs() << unsignedInteger(value.integers()[i], bitsOf(value.element));
      else
        llvm::errs() << value.elementText(i);
      llvm::errs() << "\n";
    }
  }
  return Outcome::Next;
}

//===----------------------------------------------------------------------===//
// Hints
//===----------------------------------------------------------------------===//

/// Whether element `i` is what its groups along `dim` promise.
static bool keepsHint(const Tile &value, size_t i, unsigned dim, tile::AxisHintOp hint) {
  int64_t unit = 1;
  if (Type pointee = tile::pointeeOf(hint.getType()))
    unit = tile::elementBytes(pointee);
  int64_t extent = value.shape.empty() ? 1 : value.shape[dim];
  int64_t stride = value.shape.empty() ? 1 : rowMajorStrides(value.shape)[dim];
  int64_t position = int64_t(i) / stride % extent, number = value.integers()[i];
  auto firstOf = [&](int64_t group) { return value.integers()[i - position % group * stride]; };
  int64_t run = hint.getContiguity() ? (*hint.getContiguity())[dim] : 1;
  if (number != firstOf(run) + position % run * unit)
    return false;
  if (hint.getConstancy() && number != firstOf((*hint.getConstancy())[dim]))
    return false;
  // Who promises a divisor says nothing of runs here, which the value may have by itself.
  bool isFirst = position == 0 || number != value.integers()[i - stride] + unit;
  return !hint.getDivisibility() || !isFirst || number % (*hint.getDivisibility())[dim] == 0;
}

static Outcome axisHintOp(Machine &machine, Operation *op) {
  auto hint = cast<tile::AxisHintOp>(op);
  const Tile &value = machine[hint.getSource()];
  bool isNumber = isInteger(value.element) || value.element == Element::Ptr;
  for (size_t i = 0; isNumber && i < value.size(); ++i)
    for (unsigned dim = 0; dim < std::max<size_t>(value.shape.size(), 1); ++dim)
      if (!keepsHint(value, i, dim, hint))
        return machine.fail(op, "hints at what does not hold along dimension " + Twine(dim) +
                                    " at element " + coordinatesText(value.shape, i));
  machine.set(op->getResult(0), value);
  return Outcome::Next;
}

void addAtomics(Registry &registry) {
  registry.add<tile::AtomicRmwOp>(atomicRmwOp);
  registry.add<tile::AtomicCasOp>(atomicCasOp);
  registry.add<tile::BarrierOp>(barrierOp);
  registry.add<tile::AssertOp>(assertOp);
  registry.add<tile::AssumeOp>(assumeOp);
  registry.add<tile::PrintOp>(printOp);
  registry.add<tile::AxisHintOp>(axisHintOp);
}

} // namespace mla::interp
