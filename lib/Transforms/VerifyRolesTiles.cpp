//===- VerifyRolesTiles.cpp - a taken tile is released once, in time ------===//
// A release frees the oldest tile that its role holds, so that in each block the k-th release
// belongs to the k-th get. Its tile may be read in between, also through views of it and in nested
// loops. A role that puts too must have released what lies in the slot that it puts into.
#include "VerifyRoles.h"

using namespace mlir;
using namespace mla;

/// Values that still lie in the slot when `use` has been passed; computed values do not.
static void collectViews(OpOperand &use, SmallVectorImpl<Value> &views) {
  Operation *user = use.getOwner();
  if (isa<tile::TransOp, tile::SliceOp>(user)) {
    views.push_back(user->getResult(0));
  } else if (auto loop = dyn_cast<scf::ForOp>(user); loop && loop.getTiedLoopResult(&use)) {
    views.push_back(loop.getTiedLoopResult(&use));
    views.push_back(loop.getTiedLoopRegionIterArg(&use));
  } else if (isa<scf::YieldOp>(user) && isa<scf::ForOp, scf::IfOp>(user->getParentOp())) {
    Operation *parent = user->getParentOp();
    views.push_back(parent->getResult(use.getOperandNumber()));
    if (auto loop = dyn_cast<scf::ForOp>(parent))
      views.push_back(loop.getRegionIterArg(use.getOperandNumber()));
  } else if (isa<scf::WhileOp, scf::ConditionOp, scf::YieldOp>(user)) {
    // Any tile of this type that the loop carries or leaves may be this one.
    Operation *loop = isa<scf::WhileOp>(user) ? user : user->getParentOp();
    SmallVector<Value> carried(loop->getResults());
    for (Region &region : loop->getRegions())
      llvm::append_range(carried, region.getArguments());
    llvm::copy_if(carried, std::back_inserter(views),
                  [&](Value value) { return value.getType() == use.get().getType(); });
  }
}

LogicalResult mla::verifyReaders(ws::GetOp get, ws::ReleaseOp release, StringRef label) {
  // What a computed tile is taken for goes to registers at once.
  if (llvm::any_of(get.getChannel().getUsers(),
                   [](Operation *user) { return isa<ws::PutTileOp>(user); }))
    return success();
  DenseSet<Value> seen;
  SmallVector<Value> tiles = {get.getResult()};
  while (!tiles.empty()) {
    Value tile = tiles.pop_back_val();
    if (!seen.insert(tile).second)
      continue;
    for (OpOperand &use : tile.getUses()) {
      Operation *user = use.getOwner();
      Operation *inBlock = get->getBlock()->findAncestorOpInBlock(*user);
      if (!inBlock || inBlock->hasTrait<OpTrait::IsTerminator>()) {
        InFlightDiagnostic error = user->emitOpError("reads channel \"")
                                   << label << "\" outside the block of its get";
        error.attachNote(get.getLoc()) << "the get";
        return failure();
      }
      if (release->isBeforeInBlock(inBlock)) {
        InFlightDiagnostic error = user->emitOpError("reads the tile of channel \"")
                                   << label << "\" after its release";
        error.attachNote(release.getLoc()) << "the release; it frees the oldest tile taken";
        return failure();
      }
      collectViews(use, tiles);
    }
  }
  return success();
}

namespace {
/// Follows the tiles that a role holds in one block. Numbers count from where the block, or the
/// last loop or branch in it that uses the channel, left no tile held.
class Holder {
public:
  Holder(const RoleChannel &channel, ws::RoleOp role) : channel(channel), role(role) {}
  LogicalResult visit(Block &block);

private:
  LogicalResult visitTile(Operation *op);
  LogicalResult visit(ws::ReleaseOp release);
  /// An error at `op` that names channel and role.
  InFlightDiagnostic error(Operation *op) {
    return op->emitOpError("of channel \"")
           << channel.label() << "\" in role \"" << role.getRole() << "\"";
  }

  struct Held {
    ws::GetOp get;
    int64_t number;
  };
  const RoleChannel &channel;
  ws::RoleOp role;
  SmallVector<Held> held; ///< oldest first
  int64_t passed = 0;     ///< tiles put or got
};
} // namespace

/// A put or get.
LogicalResult Holder::visitTile(Operation *op) {
  if (!held.empty() && passed - held.front().number >= channel.depth()) {
    InFlightDiagnostic message = error(op);
    message << " deadlocks: expected a release of the tile " << channel.depth()
            << " before, whose slot it needs, found it held";
    message.attachNote(held.front().get.getLoc()) << "the tile held";
    return failure();
  }
  if (auto get = dyn_cast<ws::GetOp>(op))
    held.push_back({get, passed});
  ++passed;
  return success();
}

LogicalResult Holder::visit(ws::ReleaseOp release) {
  if (held.empty())
    return error(release)
           << ": expected a get before it in its block whose tile is not released, found none";
  if (failed(verifyReaders(held.front().get, release, channel.label())))
    return failure();
  held.erase(held.begin());
  return success();
}

LogicalResult Holder::visit(Block &block) {
  for (Operation &op : block) {
    if (op.getNumRegions() != 0 && usesChannel(&op, channel.value())) {
      if (!held.empty()) {
        InFlightDiagnostic message = op.emitOpError("works on channel \"")
                                     << channel.label() << "\" while role \"" << role.getRole()
                                     << "\" holds a tile of it, which a release in here would free";
        message.attachNote(held.front().get.getLoc()) << "the tile held";
        return failure();
      }
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          if (failed(Holder(channel, role).visit(nested)))
            return failure();
      continue;
    }
    if (channelOf(&op) != channel.value())
      continue;
    auto release = dyn_cast<ws::ReleaseOp>(op);
    if (failed(release ? visit(release) : visitTile(&op)))
      return failure();
  }
  if (held.empty())
    return success();
  return error(held.front().get)
         << ": expected a release of its tile in the same block, found none";
}

LogicalResult mla::verifyReleases(const RoleChannel &channel, ws::RoleOp role) {
  return Holder(channel, role).visit(role.getBody().front());
}
