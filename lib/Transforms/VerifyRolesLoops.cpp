//===- VerifyRolesLoops.cpp - the roles of a channel run alike ------------===//
// The loops and branches round the puts and gets of a channel are compared between all roles that
// use it, from the role inwards: same nesting, same tiles in each run, each put by one role and got
// by all others, and bounds and conditions that are computed alike from the same arguments and from
// memory that the kernel does not write.
#include "VerifyRoles.h"

#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mla;

Value mla::channelOf(Operation *op) {
  return isPut(op) || isa<ws::GetOp, ws::ReleaseOp>(op) ? op->getOperand(0) : Value();
}

bool mla::isPut(Operation *op) { return isa<ws::PutOp, ws::PutViewOp, ws::PutTileOp>(op); }

Value mla::slotOf(Operation *op) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<ws::PutOp, ws::PutViewOp, ws::PutTileOp, ws::GetOp, ws::ReleaseOp>(
          [](auto op) { return op.getSlot(); });
}

Value mla::parityOf(Operation *op) {
  return TypeSwitch<Operation *, Value>(op)
      .Case<ws::PutViewOp, ws::PutTileOp, ws::GetOp>([](auto op) { return op.getParity(); })
      .Default(Value());
}

bool mla::usesChannel(Operation *op, Value channel) {
  return op
      ->walk([&](Operation *nested) {
        return channelOf(nested) == channel ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

namespace {
/// Compares the roles of one channel with one of them, the model. Vectors have an element for each
/// role.
class RoleMatcher {
public:
  RoleMatcher(const RoleChannel &channel, JointRegions &regions);
  LogicalResult match(ArrayRef<Block *> blocks);

private:
  using Items = SmallVector<Operation *>;
  /// Puts and gets in `block`, and the ops of it that hold some.
  Items collect(Block &block);
  LogicalResult matchItems(const Items &modelItems, const Items &items, size_t role);
  LogicalResult matchTile(ArrayRef<Operation *> ops, int64_t number);
  LogicalResult matchRegions(ArrayRef<Operation *> ops);
  LogicalResult matchHeads(Operation *modelOp, Operation *op, size_t role);
  LogicalResult differ(Operation *modelOp, Operation *op, size_t role, StringRef what,
                       Value modelValue, Value value);
  StringRef name(size_t role) const { return ws::RoleOp(channel.roles[role]).getRole(); }
  /// An error at `op` that names channel and role.
  InFlightDiagnostic error(Operation *op, size_t role) const {
    return op->emitOpError("of channel \"")
           << channel.label() << "\" in role \"" << name(role) << "\": ";
  }

  const RoleChannel &channel;
  JointRegions &regions;
  size_t model = 0; ///< a role that puts, and if possible only puts
};
} // namespace

RoleMatcher::RoleMatcher(const RoleChannel &channel, JointRegions &regions)
    : channel(channel), regions(regions) {
  llvm::SmallSet<Operation *, 4> putting, getting;
  for (Operation *user : channel.value().getUsers())
    (isPut(user) ? putting : getting).insert(user->getParentOfType<ws::RoleOp>());
  for (auto [index, role] : llvm::enumerate(channel.roles))
    if (putting.contains(role) && !getting.contains(role)) {
      model = index;
      return;
    }
  auto puts = [&](ws::RoleOp role) { return putting.contains(role); };
  model = llvm::find_if(channel.roles, puts) - channel.roles.begin();
}

/// True for a put or get, false for a loop or branch.
static bool isTile(Operation *op) { return bool(channelOf(op)); }

RoleMatcher::Items RoleMatcher::collect(Block &block) {
  Items found;
  for (Operation &op : block)
    if (!isa<ws::ReleaseOp>(op) && usesChannel(&op, channel.value()))
      found.push_back(&op);
  return found;
}

/// As many tiles, loops and branches, in the same order.
LogicalResult RoleMatcher::matchItems(const Items &modelItems, const Items &items, size_t role) {
  int64_t expected = llvm::count_if(modelItems, isTile), found = llvm::count_if(items, isTile);
  if (expected != found && found > 0) {
    InFlightDiagnostic message = error(*llvm::find_if(items, isTile), role);
    message << "expected " << expected << (expected == 1 ? " put or get" : " puts or gets")
            << " in each run of this block, as in role \"" << name(model) << "\", found " << found;
    if (!modelItems.empty())
      message.attachNote(modelItems[0]->getLoc()) << "role \"" << name(model) << '"';
    return failure();
  }
  if (expected != found) {
    InFlightDiagnostic message = error(*llvm::find_if(modelItems, isTile), model);
    message << "expected no put or get in this block, as role \"" << name(role)
            << "\" has none in its own, found " << expected;
    if (!items.empty())
      message.attachNote(items[0]->getLoc()) << "role \"" << name(role) << '"';
    return failure();
  }
  for (size_t i = 0; i < std::max(modelItems.size(), items.size()); ++i) {
    if (i >= items.size() || i >= modelItems.size()) {
      bool extra = i < items.size();
      return (extra ? items[i] : modelItems[i])->emitOpError("of role \"")
             << name(extra ? role : model) << "\" works on channel \"" << channel.label()
             << "\", role \"" << name(extra ? model : role) << "\" has no such loop or branch";
    }
    Operation *modelOp = modelItems[i], *op = items[i];
    if (isTile(modelOp) == isTile(op) && (isTile(op) || modelOp->getName() == op->getName()))
      continue;
    InFlightDiagnostic message = op->emitOpError("of role \"")
                                 << name(role) << "\" takes tiles of channel \"" << channel.label()
                                 << "\" in another order: expected '" << modelOp->getName()
                                 << "' here, as in role \"" << name(model) << '"';
    message.attachNote(modelOp->getLoc()) << "role \"" << name(model) << '"';
    return failure();
  }
  return success();
}

/// One role puts the tile, and its rows that no getting role may see are the same for all.
LogicalResult RoleMatcher::matchTile(ArrayRef<Operation *> ops, int64_t number) {
  std::optional<size_t> putter, getter;
  for (auto [role, op] : llvm::enumerate(ops)) {
    if (!isPut(op)) {
      if (!getter)
        getter = role;
      continue;
    }
    if (putter) {
      InFlightDiagnostic message = error(op, role);
      message << "expected one role that puts tile " << number << " of this block, found also \""
              << name(*putter) << '"';
      message.attachNote(ops[*putter]->getLoc()) << "the other put";
      return failure();
    }
    putter = role;
  }
  if (!putter) {
    InFlightDiagnostic message = error(ops[model], model);
    message << "expected one role that puts tile " << number
            << " of this block, found only roles that get it";
    for (auto [role, op] : llvm::enumerate(ops))
      if (role != model)
        message.attachNote(op->getLoc()) << "role \"" << name(role) << '"';
    return failure();
  }
  auto first = cast<ws::GetOp>(ops[*getter]); // there are two roles or more
  for (auto [role, op] : llvm::enumerate(ops)) {
    auto get = dyn_cast<ws::GetOp>(op);
    if (!get)
      continue;
    bool alike = get.getValid() && first.getValid()
                     ? ValueMatcher(regions).match(first.getValid(), get.getValid())
                     : !get.getValid() && !first.getValid();
    if (alike)
      continue;
    InFlightDiagnostic message = error(op, role);
    message << "expected the same `valid` as in role \"" << name(*getter)
            << "\", as one tile serves both, found two that are not computed alike";
    message.attachNote(first.getLoc()) << "role \"" << name(*getter) << '"';
    return failure();
  }
  return success();
}

LogicalResult RoleMatcher::match(ArrayRef<Block *> blocks) {
  SmallVector<Items> items;
  for (Block *block : blocks)
    items.push_back(collect(*block));
  for (size_t role = 0; role < blocks.size(); ++role)
    if (role != model && failed(matchItems(items[model], items[role], role)))
      return failure();
  int64_t numTiles = 0;
  for (size_t i = 0; i < items[model].size(); ++i) {
    Items ops;
    for (const Items &ofRole : items)
      ops.push_back(ofRole[i]);
    if (failed(isTile(ops[model]) ? matchTile(ops, numTiles++) : matchRegions(ops)))
      return failure();
  }
  return success();
}

LogicalResult RoleMatcher::differ(Operation *modelOp, Operation *op, size_t role, StringRef what,
                                  Value modelValue, Value value) {
  ValueMatcher matcher(regions);
  if (matcher.match(modelValue, value))
    return success();
  InFlightDiagnostic message = op->emitOpError("of role \"")
                               << name(role) << "\" and of role \"" << name(model)
                               << "\" work on channel \"" << channel.label() << "\": expected one "
                               << what << ", found two that are not computed alike";
  message.attachNote(modelOp->getLoc()) << "role \"" << name(model) << '"';
  message.attachNote(matcher.difference.first->getLoc()) << "it differs here";
  message.attachNote(matcher.difference.second->getLoc()) << "from this";
  return failure();
}

/// Bounds or conditions.
LogicalResult RoleMatcher::matchHeads(Operation *modelOp, Operation *op, size_t role) {
  auto modelLoop = dyn_cast<scf::ForOp>(modelOp);
  if (!modelLoop)
    return differ(modelOp, op, role, "condition", cast<scf::IfOp>(modelOp).getCondition(),
                  cast<scf::IfOp>(op).getCondition());
  auto loop = cast<scf::ForOp>(op);
  if (modelLoop.getUnsignedCmp() != loop.getUnsignedCmp())
    return op->emitOpError("of role \"")
           << name(role) << "\" compares its bounds with another "
           << "sign than its counterpart in role \"" << name(model) << '"';
  if (failed(differ(modelOp, op, role, "lower bound", modelLoop.getLowerBound(),
                    loop.getLowerBound())) ||
      failed(differ(modelOp, op, role, "upper bound", modelLoop.getUpperBound(),
                    loop.getUpperBound())))
    return failure();
  return differ(modelOp, op, role, "step", modelLoop.getStep(), loop.getStep());
}

LogicalResult RoleMatcher::matchRegions(ArrayRef<Operation *> ops) {
  for (auto [role, op] : llvm::enumerate(ops))
    if (role != model && failed(matchHeads(ops[model], op, role)))
      return failure();
  for (Operation *op : ops)
    regions.unionSets(ops[model], op);
  for (unsigned index = 0; index < ops[model]->getNumRegions(); ++index) {
    // A branch may lack its second side.
    SmallVector<Block *> blocks;
    std::optional<size_t> lacking;
    for (auto [role, op] : llvm::enumerate(ops)) {
      Region &region = op->getRegion(index);
      if (region.empty())
        lacking = role;
      else
        blocks.push_back(&region.front());
    }
    if (!lacking) {
      if (failed(match(blocks)))
        return failure();
      continue;
    }
    for (Block *block : blocks)
      if (Items items = collect(*block); !items.empty())
        return items[0]->emitOpError("works on channel \"")
               << channel.label() << "\", role \"" << name(*lacking)
               << "\" has no such side of the branch";
  }
  return success();
}

LogicalResult mla::verifyRunAlike(const RoleChannel &channel, JointRegions &regions) {
  SmallVector<Block *> blocks;
  for (ws::RoleOp role : channel.roles)
    blocks.push_back(&role.getBody().front());
  return RoleMatcher(channel, regions).match(blocks);
}
