//===- AssignPhases.cpp - slots and parities of channels between roles ----===//
// Each role counts the tiles of each channel for itself, those that it puts and those that it gets:
// a slot, from 0 to depth - 1, and the parity of the round, which flips when the slot wraps. All
// count alike, so that they name the same slot for the same tile. The counts travel through loops
// and branches as carried values.
#include "mla/Transforms/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace mla {
#define GEN_PASS_DEF_ASSIGNPHASES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
/// Where a role stands in a channel.
struct Position {
  Value slot, parity;
};
using Positions = llvm::MapVector<Value, Position>; ///< by channel

class PhaseAssigner {
public:
  LogicalResult run(ws::RoleOp role);

private:
  LogicalResult visit(Block &block, Positions &positions);
  LogicalResult visit(scf::ForOp loop, Positions &positions);
  void advance(OpBuilder &builder, Location loc, Value channel, Position &position);
  Value constant(OpBuilder &builder, Location loc, int32_t value) {
    return arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(value));
  }

  /// Channel → slots of the tiles that the role has taken and not released, oldest first.
  DenseMap<Value, SmallVector<Value>> taken;
};
} // namespace

/// The channel a put, get or release works on; null for other ops.
static Value channelOf(Operation *op) {
  return isa<ws::PutViewOp, ws::PutTileOp, ws::GetOp, ws::ReleaseOp>(op) ? op->getOperand(0)
                                                                         : Value();
}

static bool usesChannels(Operation *op) {
  return op
      ->walk([](Operation *nested) {
        return channelOf(nested) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

void PhaseAssigner::advance(OpBuilder &builder, Location loc, Value channel, Position &position) {
  int32_t depth = cast<ws::ChannelType>(channel.getType()).getDepth();
  Value next = arith::AddIOp::create(builder, loc, position.slot, constant(builder, loc, 1));
  Value wraps = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, next,
                                      constant(builder, loc, depth));
  Value flipped = arith::XOrIOp::create(builder, loc, position.parity, constant(builder, loc, 1));
  position.slot = arith::SelectOp::create(builder, loc, wraps, constant(builder, loc, 0), next);
  position.parity = arith::SelectOp::create(builder, loc, wraps, flipped, position.parity);
}

LogicalResult PhaseAssigner::visit(Block &block, Positions &positions) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto loop = dyn_cast<scf::ForOp>(op); loop && usesChannels(loop)) {
      if (failed(visit(loop, positions)))
        return failure();
      continue;
    }
    if (op.getNumRegions() != 0 && usesChannels(&op))
      return op.emitOpError(
          "holds channel ops of a role: only for loops may, so that all roles agree "
          "how often they run");
    Value channel = channelOf(&op);
    if (!channel)
      continue;
    Position &position = positions[channel];
    OpBuilder builder(op.getBlock(), std::next(Block::iterator(op)));
    if (auto release = dyn_cast<ws::ReleaseOp>(op)) {
      SmallVector<Value> &slots = taken[channel];
      if (slots.empty())
        return release.emitOpError("releases a tile that the role has not taken");
      release.getSlotMutable().assign(slots.front());
      slots.erase(slots.begin());
      continue;
    }
    auto assign = [&](auto use) {
      use.getSlotMutable().assign(position.slot);
      use.getParityMutable().assign(position.parity);
    };
    if (auto put = dyn_cast<ws::PutViewOp>(op))
      assign(put);
    else if (auto put = dyn_cast<ws::PutTileOp>(op))
      assign(put);
    else
      assign(cast<ws::GetOp>(op));
    if (isa<ws::GetOp>(op))
      taken[channel].push_back(position.slot);
    advance(builder, op.getLoc(), channel, position);
  }
  return success();
}

LogicalResult PhaseAssigner::visit(scf::ForOp loop, Positions &positions) {
  SmallVector<Value> channels;
  for (auto &[channel, position] : positions)
    if (llvm::any_of(channel.getUsers(), [&](Operation *user) { return loop->isAncestor(user); }))
      channels.push_back(channel);
  SmallVector<Value> inits;
  for (Value channel : channels) {
    inits.push_back(positions[channel].slot);
    inits.push_back(positions[channel].parity);
  }
  unsigned numOld = loop.getNumRegionIterArgs();
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  auto counted = cast<scf::ForOp>(*loop.replaceWithAdditionalYields(
      rewriter, inits, /*replaceInitOperandUsesInLoop=*/false,
      [](OpBuilder &, Location, ArrayRef<BlockArgument> args) {
        return SmallVector<Value>(args.begin(), args.end()); // replaced below
      }));
  Positions inside;
  for (auto [index, channel] : llvm::enumerate(channels))
    inside[channel] = {counted.getRegionIterArgs()[numOld + 2 * index],
                       counted.getRegionIterArgs()[numOld + 2 * index + 1]};
  if (failed(visit(*counted.getBody(), inside)))
    return failure();
  Operation *yield = counted.getBody()->getTerminator();
  for (auto [index, channel] : llvm::enumerate(channels)) {
    yield->setOperand(numOld + 2 * index, inside[channel].slot);
    yield->setOperand(numOld + 2 * index + 1, inside[channel].parity);
    positions[channel] = {counted.getResult(numOld + 2 * index),
                          counted.getResult(numOld + 2 * index + 1)};
  }
  return success();
}

LogicalResult PhaseAssigner::run(ws::RoleOp role) {
  OpBuilder builder = OpBuilder::atBlockBegin(&role.getBody().front());
  Value zero = constant(builder, role.getLoc(), 0);
  Positions positions;
  role.walk([&](Operation *op) {
    if (Value channel = channelOf(op))
      positions.insert({channel, {zero, zero}});
  });
  return visit(role.getBody().front(), positions);
}

namespace {
struct AssignPhases : mla::impl::AssignPhasesBase<AssignPhases> {
  using AssignPhasesBase::AssignPhasesBase;

  void runOnOperation() override {
    SmallVector<ws::RoleOp> roles(getOperation().getOps<ws::RoleOp>());
    if (roles.size() < 2)
      return; // one role: ws-pipeline-loops
    for (ws::RoleOp role : roles)
      if (failed(PhaseAssigner().run(role)))
        return signalPassFailure();
  }
};
} // namespace
