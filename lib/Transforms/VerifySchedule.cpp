//===- VerifySchedule.cpp - channels neither deadlock nor overflow --------===//
// With one role, every put must stand before its get and every release after it, in one block, and
// no more tiles may be held there than the channel has slots: then a channel is empty between
// iterations, for every trip count.
#include "ChannelBytes.h"
#include "VerifyRoles.h"
#include "mla/Arch/Arch.h"

namespace mla {
#define GEN_PASS_DEF_VERIFYSCHEDULE
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// The uses of one channel.
namespace {
struct ChannelUses {
  SmallVector<Operation *> puts;
  SmallVector<ws::GetOp> gets;
  SmallVector<ws::ReleaseOp> releases;
};
} // namespace

/// In program order.
static ChannelUses collectUses(ws::ChannelOp channel) {
  ChannelUses uses;
  channel->getParentOfType<func::FuncOp>().walk([&](Operation *op) {
    if (channelOf(op) != channel.getChannel())
      return;
    if (isPut(op))
      uses.puts.push_back(op);
    else if (auto get = dyn_cast<ws::GetOp>(op))
      uses.gets.push_back(get);
    else
      uses.releases.push_back(cast<ws::ReleaseOp>(op));
  });
  return uses;
}

/// The k-th put, get and release of a channel belong together. A tile that is held over a loop with
/// others of the channel is refused by that: the release in there would free it.
static LogicalResult verifyTile(ws::ChannelOp channel, Operation *put, ws::GetOp get,
                                ws::ReleaseOp release) {
  if (put->getBlock() != get->getBlock() || release->getBlock() != get->getBlock())
    return get.emitOpError("of channel \"")
           << channel.getLabel()
           << "\" must be in the block of its put and its release, or they run "
              "a different number of times";
  if (!put->isBeforeInBlock(get))
    return get.emitOpError("of channel \"")
           << channel.getLabel() << "\" deadlocks: the put that fills it comes after it";
  if (!get->isBeforeInBlock(release))
    return release.emitOpError("of channel \"") << channel.getLabel() << "\" comes before its get";
  return verifyReaders(get, release, channel.getLabel());
}

/// No put finds the slots full.
static LogicalResult verifyHeld(ws::ChannelOp channel, const ChannelUses &uses) {
  int64_t depth = cast<ws::ChannelType>(channel.getChannel().getType()).getDepth();
  for (Operation *put : uses.puts) {
    auto isBefore = [&](Operation *other) {
      return other->getBlock() == put->getBlock() && other->isBeforeInBlock(put);
    };
    int64_t held = llvm::count_if(uses.puts, isBefore) - llvm::count_if(uses.releases, isBefore);
    if (held >= depth)
      return put->emitOpError("of channel \"")
             << channel.getLabel() << "\" deadlocks: expected at most " << depth
             << " tiles held, the depth of the channel, found " << held + 1;
  }
  return success();
}

/// Each tile is put, taken and released in one block, in this order. Only bulk copies may put
/// several tiles into a channel: ws-pipeline-loops moves one per iteration.
static LogicalResult verifyChannel(ws::ChannelOp channel) {
  ChannelUses uses = collectUses(channel);
  bool isBulk = llvm::all_of(uses.puts, llvm::IsaPred<ws::PutViewOp>);
  size_t tiles = isBulk ? std::max<size_t>(uses.puts.size(), 1) : 1;
  if (uses.puts.size() != tiles || uses.gets.size() != tiles || uses.releases.size() != tiles) {
    std::string each = std::to_string(tiles), plural = tiles == 1 ? "" : "s";
    return channel.emitOpError("\"")
           << channel.getLabel() << "\" expects " << each << " put" << plural << ", " << each
           << " get" << plural << " and " << each << " release" << plural << ", found "
           << uses.puts.size() << ", " << uses.gets.size() << " and " << uses.releases.size();
  }
  for (auto [put, get, release] : llvm::zip_equal(uses.puts, uses.gets, uses.releases))
    if (failed(verifyTile(channel, put, get, release)))
      return failure();
  return verifyHeld(channel, uses);
}

/// Role warps are exactly the kernel's warps.
static LogicalResult verifyRoles(func::FuncOp func) {
  int64_t total = 0;
  func.walk([&](ws::RoleOp role) { total += role.getNumWarps(); });
  auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
  if (!numWarps)
    return func.emitError("kernel has no `tile.num_warps`");
  if (total != numWarps.getInt())
    return func.emitError("roles have ")
           << total << " warps together, the kernel has " << numWarps.getInt();
  return success();
}

/// The channels that are in use together fit into the target's shared memory.
static LogicalResult verifyBudget(func::FuncOp func) {
  const Arch *arch = sm::targetArch(func);
  if (!arch)
    return failure();
  int64_t total = neededChannelBytes(func);
  int64_t limit = sm::sharedLimit(func, *arch);
  if (total <= limit)
    return success();
  InFlightDiagnostic error = func.emitError("the kernel's channels need ")
                             << total << " bytes of shared memory, " << arch->name << " allows "
                             << limit << ": reduce num_stages or the tiles";
  func.walk([&](ws::ChannelOp channel) {
    auto type = cast<ws::ChannelType>(channel.getChannel().getType());
    error.attachNote(channel.getLoc())
        << "channel \"" << channel.getLabel() << "\": " << type.getDepth() << " x "
        << type.getValueType() << " = " << type.getBytes() << " bytes";
  });
  return failure();
}

namespace {
struct VerifySchedule : mla::impl::VerifyScheduleBase<VerifySchedule> {
  using VerifyScheduleBase::VerifyScheduleBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    bool ok = succeeded(verifyRoles(func)) && succeeded(verifyBudget(func));
    func.walk([&](ws::ChannelOp channel) { ok = succeeded(verifyChannel(channel)) && ok; });
    if (!ok)
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
