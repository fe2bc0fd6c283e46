//===- RegisterEstimate.cpp - registers that a thread needs ---------------===//
// Liveness over structured control flow. A value lives until its last reader; one that is only a
// step of an elementwise chain hands its operands' lives on to the chain's end instead.
#include "RegisterEstimate.h"

#include "mla/Dialect/Sm/Sm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mla;

/// Ops whose result is their operand's registers in another order, or repeated.
static bool isRearrangement(Operation *op) {
  return isa<tile::SplatOp, tile::BroadcastOp, tile::ExpandDimsOp, tile::TransOp, tile::ReshapeOp,
             tile::SplitOp, tile::JoinOp, sm::TransOp>(op);
}

static bool isElementwise(Operation *op) {
  return isa<arith::ArithDialect, math::MathDialect>(op->getDialect()) &&
         !isa<arith::ConstantOp>(op);
}

namespace {
class RegisterCounter {
public:
  explicit RegisterCounter(const AxisInfoAnalysis &axes) : axes(axes) {}

  /// Most registers of the values that `block` defines, and of what it contains.
  int64_t most(Block &block);

private:
  int64_t registersOf(Value value) const;
  /// Whether `op` is a step of a chain: its result need not exist as a whole.
  bool isStep(Operation *op) const;
  /// Position in `block` of the last op that reads `value`, or contains or is the chain's end that
  /// does.
  int64_t lastRead(Value value, Block &block);

  const AxisInfoAnalysis &axes;
  DenseMap<Operation *, int64_t> positions, chainEnds;
};
} // namespace

int64_t RegisterCounter::registersOf(Value value) const {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Operation *op = value.getDefiningOp();
  if (!type || !sm::layoutOf(type) || (op && (isRearrangement(op) || isa<arith::ConstantOp>(op))))
    return 0;
  Type element = type.getElementType();
  if (element.isInteger(1))
    return 0;
  // Affine indices and pointers are one register and constants.
  if (isa<IntegerType, tile::PtrType>(element))
    for (const AxisInfo::Dim &dim : axes.lookup(value).dims)
      if (dim.contiguity > 1 || dim.constancy > 1)
        return 0;
  int64_t bytes = isa<tile::PtrType>(element) ? 8 : tile::elementBytes(element);
  return llvm::divideCeil(sm::layoutOf(type).getLayout().numRegisters() * bytes, 4);
}

bool RegisterCounter::isStep(Operation *op) const {
  if (isRearrangement(op))
    return true;
  if (!isElementwise(op) || !op->hasOneUse())
    return false;
  Operation *user = *op->user_begin();
  return user->getBlock() == op->getBlock() &&
         (isElementwise(user) || isa<tile::ReduceOp, tile::StoreOp>(user));
}

int64_t RegisterCounter::lastRead(Value value, Block &block) {
  int64_t last = 0;
  for (Operation *user : value.getUsers()) {
    Operation *inBlock = block.findAncestorOpInBlock(*user);
    if (!inBlock)
      continue;
    int64_t read = positions.lookup(inBlock);
    if (inBlock == user && isStep(user)) {
      auto known = chainEnds.find(user);
      if (known == chainEnds.end()) {
        for (Value result : user->getResults())
          read = std::max(read, lastRead(result, block));
        chainEnds[user] = read;
      } else {
        read = known->second;
      }
    }
    last = std::max(last, read);
  }
  return last;
}

int64_t RegisterCounter::most(Block &block) {
  int64_t count = 0;
  for (Operation &op : block)
    positions[&op] = count++;
  // Registers whose values are read last at a position; what nothing reads dies at once.
  SmallVector<int64_t> ends(count + 1);
  auto addLife = [&](Value value, int64_t first) {
    int64_t registers = registersOf(value);
    if (registers > 0)
      ends[std::max(first + 1, lastRead(value, block))] += registers;
    return registers;
  };
  int64_t live = 0;
  for (BlockArgument argument : block.getArguments())
    live += addLife(argument, -1);
  int64_t largest = live;
  for (auto [index, op] : llvm::enumerate(block)) {
    auto position = int64_t(index);
    int64_t inside = 0;
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        inside = std::max(inside, most(inner));
    // What a loop is given lives on as what it carries; branches work in place.
    int64_t replaced = ends[position];
    if (auto loop = dyn_cast<LoopLikeOpInterface>(op)) {
      replaced = 0;
      for (Value init : loop.getInits())
        if (lastRead(init, block) == position)
          replaced += registersOf(init);
    }
    largest = std::max(largest, live + std::max<int64_t>(inside - replaced, 0));
    live -= ends[position];
    if (!isStep(&op))
      for (Value result : op.getResults())
        live += addLife(result, position);
    largest = std::max(largest, live);
  }
  return largest;
}

int64_t mla::estimateRegisters(func::FuncOp kernel, const AxisInfoAnalysis &axes) {
  return RegisterCounter(axes).most(kernel.getBody().front());
}
