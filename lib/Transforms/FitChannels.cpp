//===- FitChannels.cpp - a slot less where shared memory is short ---------===//
// Two ways to fill a channel from the loop that empties it: early in an iteration, into a slot that
// is free all the time, or at its end, into the slot just read. The second costs a barrier and
// hides less of the copy, but with it a CTA takes one slot less, and where two CTAs fit instead of
// one they hide more.
#include "ChannelBytes.h"
#include "mla/Arch/Arch.h"
#include "mla/Dialect/Sm/Sm.h"
#include "mla/Transforms/Passes.h"

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
static constexpr int64_t kWarpThreads = 32;

static ws::ChannelType typeOf(ws::PutOp put) {
  return cast<ws::ChannelType>(put.getChannel().getType());
}

/// Puts that run ahead in a loop. None if depths are given or several roles will share the work: a
/// role that only fills channels does not do so early or late.
static SmallVector<ws::PutOp> loopPuts(func::FuncOp func) {
  SmallVector<ws::PutOp> puts;
  if (func->hasAttr(tile::kChannelDepthsAttr) || func->hasAttr(tile::kRolesAttr) ||
      func.walk([](ws::PutViewOp) { return WalkResult::interrupt(); }).wasInterrupted())
    return puts;
  func.walk([&](ws::PutOp put) {
    if (isa<scf::ForOp>(put->getParentOp()) && typeOf(put).getDepth() > 1 && !put.getAhead())
      puts.push_back(put);
  });
  return puts;
}

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

/// CTAs of `warps` warps on an SM, 0 if not even one fits.
static int64_t ctasPerSm(func::FuncOp func, const Arch &arch, int64_t warps) {
  int64_t bytes = neededChannelBytes(func), threads = warps * kWarpThreads;
  if (bytes > sm::sharedLimit(func, arch))
    return 0;
  // If one CTA has too few registers, ptxas spills.
  int64_t ctas = std::min(arch.maxWarpsPerSm / warps,
                          arch.registersPerSm / (threads * estimateRegisters(func, threads)));
  return std::clamp<int64_t>(arch.sharedBytesPerSm / (bytes + kDriverBytes), 1,
                             std::max<int64_t>(ctas, 1));
}

namespace {
struct FitChannels : mla::impl::FitChannelsBase<FitChannels> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    auto warps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
    SmallVector<ws::PutOp> puts = loopPuts(func);
    if (!warps || puts.empty())
      return;
    const Arch *arch = sm::targetArch(func);
    if (!arch)
      return signalPassFailure();
    int64_t early = ctasPerSm(func, *arch, warps.getInt());
    deepen(puts, -1);
    int64_t late = ctasPerSm(func, *arch, warps.getInt());
    if (early > 0 && late <= early)
      deepen(puts, +1);
  }

  /// Changes the depths of the channels; the puts run as far ahead as at first.
  void deepen(ArrayRef<ws::PutOp> puts, int32_t slots) {
    for (ws::PutOp put : puts) {
      auto type = typeOf(put);
      put.getChannel().setType(
          ws::ChannelType::get(&getContext(), type.getDepth() + slots, type.getTile()));
      if (slots < 0)
        put.setAhead(type.getDepth() - 1);
      else
        put.removeAheadAttr();
    }
  }
};
} // namespace
