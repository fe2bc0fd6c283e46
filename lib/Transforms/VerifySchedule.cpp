//===- VerifySchedule.cpp - channels neither deadlock nor overflow --------===//
// With one role, every put must stand before its get and every release after it, in one block: then
// a channel of any depth ≥ 1 is full or empty only between iterations, for every trip count.
#include "mla/Transforms/Passes.h"

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

static ChannelUses collectUses(ws::ChannelOp channel) {
  ChannelUses uses;
  for (Operation *user : channel.getChannel().getUsers()) {
    if (isa<ws::PutOp, ws::PutViewOp>(user))
      uses.puts.push_back(user);
    else if (auto get = dyn_cast<ws::GetOp>(user))
      uses.gets.push_back(get);
    else if (auto release = dyn_cast<ws::ReleaseOp>(user))
      uses.releases.push_back(release);
  }
  return uses;
}

/// One put, one get and one release, in this order and in one block.
static LogicalResult verifyChannel(ws::ChannelOp channel) {
  ChannelUses uses = collectUses(channel);
  if (uses.puts.size() != 1 || uses.gets.size() != 1 || uses.releases.size() != 1)
    return channel.emitOpError("\"")
           << channel.getLabel() << "\" expects 1 put, 1 get and 1 release, found "
           << uses.puts.size() << ", " << uses.gets.size() << " and " << uses.releases.size();
  Operation *put = uses.puts[0];
  ws::GetOp get = uses.gets[0];
  ws::ReleaseOp release = uses.releases[0];
  if (put->getBlock() != get->getBlock() || release->getBlock() != get->getBlock())
    return get.emitOpError("of channel \"")
           << channel.getLabel()
           << "\" must be in the block of its put and its release, or they run "
              "a different number of times";
  if (!put->isBeforeInBlock(get))
    return get.emitOpError("of channel \"")
           << channel.getLabel() << "\" deadlocks: the put that fills it comes after it";
  for (Operation *user : get->getUsers()) {
    Operation *inBlock = get->getBlock()->findAncestorOpInBlock(*user);
    if (!inBlock)
      return user->emitOpError("reads channel \"")
             << channel.getLabel() << "\" outside the block of its get";
    if (!inBlock->isBeforeInBlock(release))
      return user->emitOpError("reads the tile of channel \"")
             << channel.getLabel() << "\" after its release";
  }
  if (!get->isBeforeInBlock(release))
    return release.emitOpError("of channel \"") << channel.getLabel() << "\" comes before its get";
  return success();
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

/// The channels together fit into the target's shared memory.
static LogicalResult verifyBudget(func::FuncOp func) {
  const Arch *arch = sm::targetArch(func);
  if (!arch)
    return failure();
  int64_t total = 0;
  func.walk([&](ws::ChannelOp channel) {
    total += cast<ws::ChannelType>(channel.getChannel().getType()).getBytes();
  });
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
