//===- VerifyRolesRaces.cpp - roles do not read what others write ---------===//
// A role that copies runs ahead of the roles that compute. Nothing orders what it reads and what
// they store, so that neither the source of a copy nor anything that decides on it may be stored to
// by the kernel. Anything else that a role reads may be stored to by the role itself, but by no
// other one. Distinct kernel arguments do not alias.
#include "VerifyRoles.h"

#include "mla/Analysis/Aliasing.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mla;

namespace {
/// Memory that an op of the kernel writes; a null root may be any memory.
struct Write {
  Operation *op;
  Value root;
};

/// Everything that decides whether a put runs, and what it copies.
class PutOrigins {
public:
  explicit PutOrigins(ws::RoleOp role) : role(role) {}
  void add(Operation *op);
  ArrayRef<Operation *> inOrder() const { return order; }

private:
  void add(Value value);

  ws::RoleOp role;
  llvm::SmallPtrSet<Operation *, 32> seen;
  DenseSet<Value> seenValues;
  SmallVector<Operation *> order;
};
} // namespace

/// A value, and if a loop or branch leaves or carries it, where it comes from.
void PutOrigins::add(Value value) {
  if (!seenValues.insert(value).second)
    return;
  auto arg = dyn_cast<BlockArgument>(value);
  Operation *owner = arg ? arg.getOwner()->getParentOp() : value.getDefiningOp();
  add(owner);
  unsigned index = arg ? arg.getArgNumber() - 1 : cast<OpResult>(value).getResultNumber();
  if (auto loop = dyn_cast<scf::ForOp>(owner); loop && (!arg || arg.getArgNumber() > 0)) {
    add(loop.getInitArgs()[index]);
    add(loop.getYieldedValues()[index]);
  } else if (auto branch = dyn_cast<scf::IfOp>(owner)) {
    add(branch.thenYield().getOperand(index));
    add(branch.elseYield().getOperand(index));
  }
}

/// An op, what it depends on, and the loops and branches round it.
void PutOrigins::add(Operation *op) {
  if (op == role || isa<ws::ChannelOp, func::FuncOp>(op) || !seen.insert(op).second)
    return;
  order.push_back(op);
  add(op->getParentOp());
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      add(bound);
    return;
  }
  for (Value operand : op->getOperands())
    add(operand);
  if (!isa<scf::IfOp>(op))
    op->walk([&](Operation *nested) { add(nested); });
}

/// Effects of `op` on global memory: roots of what it reads or writes. Channels are no such memory.
template <typename Effect>
static SmallVector<Value> rootsOf(Operation *op) {
  SmallVector<Value> roots;
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface || channelOf(op) || isa<ws::RoleOp>(op))
    return roots;
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  for (const MemoryEffects::EffectInstance &effect : effects)
    if (isa<Effect>(effect.getEffect()) && !isa<tile::OutputResource>(effect.getResource()))
      roots.push_back(effect.getValue() ? pointerRoot(effect.getValue()) : Value());
  return roots;
}

/// A write that may change what is read from `root`; those of role `except` do not count.
static const Write *findWrite(ArrayRef<Write> writes, Value root, ws::RoleOp except) {
  for (const Write &write : writes)
    if ((!except || write.op->getParentOfType<ws::RoleOp>() != except) &&
        (!write.root || !root || mayAlias(write.root, root)))
      return &write;
  return nullptr;
}

/// `op` reads from `roots`; null if there is no race.
static std::optional<InFlightDiagnostic> findRace(Operation *op, ArrayRef<Value> roots,
                                                  ArrayRef<Write> writes, ws::RoleOp except) {
  for (Value root : roots) {
    const Write *write = findWrite(writes, root, except);
    if (!write)
      continue;
    InFlightDiagnostic error =
        op->emitOpError("in role \"")
        << op->getParentOfType<ws::RoleOp>().getRole() << "\" reads memory that a store of "
        << (except ? "another role" : "the kernel") << " may write, and nothing orders the two";
    error.attachNote(write->op->getLoc()) << "the store";
    return error;
  }
  return std::nullopt;
}

/// What a role copies into channels, and what decides on it.
static LogicalResult verifyCopy(Operation *put, Value source, ArrayRef<Write> writes) {
  if (findRace(put, {pointerRoot(source)}, writes, nullptr))
    return failure();
  PutOrigins origins(put->getParentOfType<ws::RoleOp>());
  origins.add(put);
  for (Operation *origin : origins.inOrder())
    if (auto error = findRace(origin, rootsOf<MemoryEffects::Read>(origin), writes, nullptr)) {
      error->attachNote(put->getLoc()) << "a put of the same role depends on what is read";
      return failure();
    }
  return success();
}

LogicalResult mla::verifyNoRaces(func::FuncOp func) {
  SmallVector<Write> writes;
  func.walk([&](Operation *op) {
    for (Value root : rootsOf<MemoryEffects::Write>(op))
      writes.push_back({op, root});
  });
  WalkResult result = func.walk([&](Operation *op) {
    auto bulk = dyn_cast<ws::PutViewOp>(op);
    auto copy = dyn_cast<ws::PutOp>(op);
    Value source = bulk ? Value(bulk.getView()) : copy ? Value(copy.getPtr()) : Value();
    return source && failed(verifyCopy(op, source, writes)) ? WalkResult::interrupt()
                                                            : WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  result = func.walk([&](Operation *op) {
    auto role = op->getParentOfType<ws::RoleOp>();
    return role && findRace(op, rootsOf<MemoryEffects::Read>(op), writes, role)
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
