//===- FitChannels.cpp - channels as deep as shared memory allows ---------===//
// Two ways to fill a channel from the loop that empties it: early in an iteration, into a slot that
// is free all the time, or late, at its end, into the slot just read. The second costs a barrier
// and hides less of the copy, but with it a CTA takes one slot less, and where two CTAs fit instead
// of one they hide more. What does not fit even so runs fewer iterations ahead.
#include "ChannelBytes.h"
#include "VerifyRoles.h"
#include "mla/Arch/Arch.h"
#include "mla/Dialect/Sm/Sm.h"
#include "mla/Transforms/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace mla {
#define GEN_PASS_DEF_FITCHANNELS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Registers of a thread besides the tiles that its loops carry: addresses, fragments, scores.
static constexpr int64_t kOtherRegisters = 64;
/// Shared memory that the driver takes for each CTA.
static constexpr int64_t kDriverBytes = 1024;

static ws::ChannelType typeOf(Value channel) { return cast<ws::ChannelType>(channel.getType()); }

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

namespace {
/// Puts whose channels have one depth: those of a loop, or bulk copies into one channel.
struct Stages {
  Operation *where = nullptr; ///< for messages
  SmallVector<Operation *> puts;
  int32_t wanted = 1; ///< what the kernel asks for
  int32_t now = 1;
  /// One iteration ahead, or as many bulk copies as an iteration may hold at once.
  int32_t least = 1;

  /// Lets the puts run `stages` - 1 iterations ahead; if `late`, in one slot less.
  void set(int32_t stages, bool late);
};
} // namespace

void Stages::set(int32_t stages, bool late) {
  now = stages;
  for (Operation *op : puts) {
    Value channel = channelOf(op);
    channel.setType(ws::ChannelType::get(op->getContext(), late ? stages - 1 : stages,
                                         typeOf(channel).getTile()));
    auto put = dyn_cast<ws::PutOp>(op);
    if (put && late)
      put.setAhead(stages - 1);
    else if (put)
      put.removeAheadAttr();
  }
}

/// The loops whose puts run ahead. None if depths are given or several roles will share the work.
static SmallVector<Stages> collectStages(func::FuncOp func, bool hasBulkCopies) {
  llvm::MapVector<Operation *, Stages> loops;
  if (func->hasAttr(tile::kChannelDepthsAttr) || func->hasAttr(tile::kRolesAttr))
    return {};
  func.walk([&](Operation *op) {
    auto put = dyn_cast<ws::PutOp>(op);
    bool runsAhead = hasBulkCopies ? isa<ws::PutViewOp>(op)
                                   : put && !put.getAhead() && isa<scf::ForOp>(op->getParentOp());
    if (!runsAhead || typeOf(channelOf(op)).getDepth() < 2)
      return;
    Operation *loop = op->getParentOp();
    Stages &stages = loops[hasBulkCopies ? channelOf(op).getDefiningOp() : loop];
    stages.where = hasBulkCopies ? op : loop;
    stages.puts.push_back(op);
    stages.wanted = stages.now = typeOf(channelOf(op)).getDepth();
    auto inBlock = [&](Operation *other) { return other->getBlock() == op->getBlock(); };
    int32_t copies = int32_t(llvm::count_if(stages.puts, inBlock));
    stages.least = std::max(stages.least, hasBulkCopies ? copies : 2);
  });
  return llvm::map_to_vector(loops, [](auto &entry) { return entry.second; });
}

//===----------------------------------------------------------------------===//
// What they need
//===----------------------------------------------------------------------===//

/// Registers of a thread as far as the tiles that loops carry tell.
static int64_t estimateRegisters(func::FuncOp func, int64_t threads) {
  int64_t most = 0;
  func.walk([&](scf::ForOp loop) {
    int64_t bytes = 0;
    for (Type type : loop.getResultTypes())
      if (auto tile = dyn_cast<RankedTensorType>(type);
          tile && isa<FloatType>(tile.getElementType()))
        bytes += tile.getNumElements() * tile::elementBytes(tile.getElementType());
    most = std::max(most, bytes);
  });
  return most / (4 * threads) + kOtherRegisters;
}

/// CTAs of `warps` warps with `bytes` of shared memory on an SM, 0 if not even one fits.
static int64_t ctasPerSm(func::FuncOp func, const Arch &arch, int64_t warps, int64_t bytes) {
  if (bytes > sm::sharedLimit(func, arch))
    return 0;
  // If one CTA has too few registers, ptxas spills.
  int64_t threads = warps * kWarpThreads;
  int64_t ctas = std::min(arch.maxWarpsPerSm / warps,
                          arch.registersPerSm / (threads * estimateRegisters(func, threads)));
  return std::clamp<int64_t>(arch.sharedBytesPerSm / (bytes + kDriverBytes), 1,
                             std::max<int64_t>(ctas, 1));
}

namespace {
struct FitChannels : mla::impl::FitChannelsBase<FitChannels> {
  using FitChannelsBase::FitChannelsBase;

  void runOnOperation() override;

private:
  bool fits() { return neededBytes() <= sm::sharedLimit(func, *arch); }
  int64_t neededBytes();
  bool chooseLate(int64_t warps);
  void shrink(bool late);

  func::FuncOp func;
  const Arch *arch = nullptr;
  bool hasBulkCopies = false;
  SmallVector<Stages> loops;
};
} // namespace

/// Shared memory of the channels and of what else threads exchange.
int64_t FitChannels::neededBytes() {
  // Bulk copies are a role of their own, which may fill every channel at any time.
  int64_t bytes = 0;
  if (hasBulkCopies)
    func.walk([&](ws::ChannelOp channel) { bytes += channelAndBarrierBytes(channel); });
  else
    bytes = neededChannelBytes(func);
  return bytes + scratchBytes;
}

/// Whether one slot less is better; sets the stages so.
bool FitChannels::chooseLate(int64_t warps) {
  int64_t early = ctasPerSm(func, *arch, warps, neededBytes());
  for (Stages &loop : loops)
    loop.set(loop.wanted, /*late=*/true);
  int64_t late = ctasPerSm(func, *arch, warps, neededBytes());
  if (early == 0 || late > early)
    return true;
  for (Stages &loop : loops)
    loop.set(loop.wanted, /*late=*/false);
  return false;
}

/// Takes stages from all loops until the channels fit, then gives back, loop by loop, those that
/// fit after all: not all loops need their channels at the same time.
void FitChannels::shrink(bool late) {
  int32_t most = 1;
  for (Stages &loop : loops)
    most = std::max(most, loop.wanted);
  while (!fits() && most > 1) {
    --most;
    for (Stages &loop : loops)
      loop.set(std::min(loop.wanted, std::max(most, loop.least)), late);
  }
  if (!fits())
    return; // ws-verify-schedule says so
  for (Stages &loop : loops) {
    while (loop.now < loop.wanted) {
      loop.set(loop.now + 1, late);
      if (!fits()) {
        loop.set(loop.now - 1, late);
        break;
      }
    }
    if (loop.now < loop.wanted)
      loop.where->emitRemark("takes ") << loop.now << " stages instead of " << loop.wanted
                                       << ", with which the kernel needs more"
                                       << " shared memory than the " << sm::sharedLimit(func, *arch)
                                       << " bytes that " << arch->name << " allows";
  }
}

void FitChannels::runOnOperation() {
  func = getOperation();
  hasBulkCopies = func.walk([](ws::PutViewOp) { return WalkResult::interrupt(); }).wasInterrupted();
  auto warps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
  loops = collectStages(func, hasBulkCopies);
  if (!warps || loops.empty())
    return;
  arch = sm::targetArch(func);
  if (!arch)
    return signalPassFailure();
  // A role that only fills channels does not do so early or late.
  bool late = !hasBulkCopies && chooseLate(warps.getInt());
  if (!isStagesFixed(func))
    shrink(late);
}
