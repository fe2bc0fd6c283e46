//===- VerifyHardware.cpp - sm IR is complete and within limits -----------===//
#include "mla/Transforms/Passes.h"

#include "TensorMaps.h"
#include "mla/Arch/Arch.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/STLExtras.h"

namespace mla {
#define GEN_PASS_DEF_VERIFYHARDWARE
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Every tile of `op` has a register layout over `numWarps` warps.
static LogicalResult verifyLayouts(Operation *op, int64_t numWarps) {
  auto check = [&](Type type) -> LogicalResult {
    auto tile = dyn_cast<RankedTensorType>(type);
    if (!tile)
      return success();
    sm::LayoutAttr layout = sm::layoutOf(tile);
    if (!layout || layout.isShared())
      return op->emitOpError("has a tile without a register layout: ") << tile;
    if (ArrayRef<int64_t>(layout.getLayout().shape()) != tile.getShape())
      return op->emitOpError("has a layout whose shape differs from its tile: ") << tile;
    if (layout.getLayout().numWarps() != numWarps)
      return op->emitOpError("has a layout over ")
             << layout.getLayout().numWarps() << " warps, the "
             << (op->getParentOfType<sm::WarpsOp>() ? "range" : "kernel") << " has " << numWarps;
    return success();
  };
  for (Type type : llvm::concat<const Type>(SmallVector<Type>(op->getOperandTypes()),
                                            SmallVector<Type>(op->getResultTypes())))
    if (failed(check(type)))
      return failure();
  return success();
}

/// Tiles of an elementwise op have one layout.
static LogicalResult verifyElementwise(Operation *op) {
  if (!isa<arith::ArithDialect, math::MathDialect>(op->getDialect()) || op->getNumResults() != 1)
    return success();
  sm::LayoutAttr layout = sm::layoutOf(op->getResult(0).getType());
  for (Type type : op->getOperandTypes())
    if (isa<RankedTensorType>(type) && sm::layoutOf(type) != layout)
      return op->emitOpError("mixes layouts: expected ")
             << layout << ", got " << sm::layoutOf(type);
  return success();
}

/// Instructions the op needs exist on the target.
static LogicalResult verifyFeatures(Operation *op, const Arch &arch) {
  if (isa<sm::MmaOp>(op) && !arch.has(Feature::MmaSyncBf16))
    return op->emitOpError("needs mma.sync m16n8k16, which ") << arch.name << " lacks";
  if (auto mma = dyn_cast<sm::MmaOp>(op); mma && !arch.has(Feature::MmaSyncFp8)) {
    auto buffer = dyn_cast<sm::BufferType>(mma.getA().getType());
    Type factor = buffer ? Type(buffer.getTile()) : mma.getA().getType();
    if (tile::isFloat8(tile::elementTypeOf(factor)))
      return op->emitOpError("needs mma.sync of 8-bit floats, which ") << arch.name << " lacks";
  }
  if (isa<sm::AsyncCopyOp>(op) && !arch.has(Feature::CpAsync))
    return op->emitOpError("needs cp.async, which ") << arch.name << " lacks";
  if (isa<sm::WgmmaOp, sm::WgmmaWaitOp>(op) && !arch.has(Feature::Wgmma))
    return op->emitOpError("needs wgmma, which ") << arch.name << " lacks";
  if (isa<sm::TmaPrefetchOp, sm::TmaLoadOp, sm::TmaStoreOp, sm::TmaStoreWaitOp,
          sm::FenceProxyAsyncOp>(op) &&
      !arch.has(Feature::Tma))
    return op->emitOpError("needs bulk tensor copies, which ") << arch.name << " lacks";
  if (isa<sm::MbarrierInitOp, sm::MbarrierArriveOp, sm::MbarrierExpectTxOp, sm::MbarrierWaitOp>(
          op) &&
      !arch.has(Feature::MbarrierTx))
    return op->emitOpError("needs mbarriers with transactions, which ") << arch.name << " lacks";
  auto range = dyn_cast<sm::WarpsOp>(op);
  if (range && range.getRegisters() && !arch.has(Feature::SetMaxNReg))
    return op->emitOpError("needs setmaxnreg, which ") << arch.name << " lacks";
  return success();
}

/// Ranges of warps that stand in a row, from `first` on, are disjoint, within the kernel's warps,
/// and have registers to share.
static LogicalResult verifyRanges(sm::WarpsOp first, int64_t numWarps, const Arch &arch) {
  constexpr int64_t kThreadsPerWarp = 32;
  int64_t atLaunch = sm::launchRegisters(int32_t(numWarps)), registers = 0, covered = 0;
  bool movesRegisters = false;
  SmallVector<sm::WarpsOp> ranges;
  for (Operation *op = first; isa_and_nonnull<sm::WarpsOp>(op); op = op->getNextNode()) {
    auto range = cast<sm::WarpsOp>(op);
    int64_t begin = range.getFirst(), count = range.getCount();
    if (begin + count > numWarps)
      return range.emitOpError("has warps up to ")
             << begin + count << ", the kernel has " << numWarps;
    for (sm::WarpsOp other : ranges)
      if (begin < other.getFirst() + other.getCount() && other.getFirst() < begin + count)
        return range.emitOpError("overlaps the warps of another range").attachNote(other.getLoc())
               << "the other range";
    ranges.push_back(range);
    movesRegisters |= range.getRegisters().has_value();
    registers += count * kThreadsPerWarp * int64_t(range.getRegisters().value_or(atLaunch));
    covered += count;
  }
  registers += (numWarps - covered) * kThreadsPerWarp * atLaunch;
  if (movesRegisters && registers > arch.registersPerSm)
    return first.emitOpError("and the ranges after it have ")
           << registers << " registers, " << arch.name << " has " << arch.registersPerSm;
  return success();
}

/// What an op demands of the warps that run it.
static LogicalResult verifyWarps(Operation *op, int64_t numWarps, const Arch &arch) {
  if (auto range = dyn_cast<sm::WarpsOp>(op)) {
    if (isa_and_nonnull<sm::WarpsOp>(op->getPrevNode()))
      return success();
    return verifyRanges(range, numWarps, arch);
  }
  auto wgmma = dyn_cast<sm::WgmmaOp>(op);
  if (!wgmma)
    return success();
  auto range = op->getParentOfType<sm::WarpsOp>();
  int64_t first = range ? range.getFirst() : 0, count = range ? range.getCount() : numWarps;
  int64_t warps = int64_t(wgmma.getWarps()[0]) * wgmma.getWarps()[1];
  if (warps != count || first % sm::kWarpgroupWarps != 0)
    return op->emitOpError("is for ") << warps << " warps, expected whole warpgroups; it runs on "
                                      << count << " from warp " << first << " on";
  return success();
}

/// Nothing but waits and further products touches an accumulator in flight.
static LogicalResult verifyInFlight(Operation *op) {
  if (isa<sm::WgmmaWaitOp, LoopLikeOpInterface>(op) || op->hasTrait<OpTrait::IsTerminator>())
    return success();
  auto wgmma = dyn_cast<sm::WgmmaOp>(op);
  for (Value operand : op->getOperands())
    if (isa<RankedTensorType>(operand.getType()) && (!wgmma || operand != wgmma.getAcc()) &&
        sm::isInFlight(operand))
      return op->emitOpError("uses an accumulator that a product may still be writing: put an "
                             "sm.wgmma_wait before it");
  return success();
}

/// Buffers lie inside the kernel's shared memory, scratch ops have theirs.
static LogicalResult verifyMemory(Operation *op, int64_t sharedBytes) {
  int64_t begin = -1, bytes = 0;
  if (auto alloc = dyn_cast<sm::AllocOp>(op)) {
    begin = alloc.getOffset().value_or(-1);
    bytes = cast<sm::BufferType>(alloc.getBuffer().getType()).getBytes();
  } else if (auto ring = dyn_cast<sm::MbarrierAllocOp>(op)) {
    begin = ring.getOffset().value_or(-1);
    bytes = cast<sm::MbarrierType>(ring.getBarrier().getType()).getBytes();
    if (begin % sm::MbarrierType::kBytes > 0)
      return op->emitOpError("has the offset ")
             << begin << ", expected a multiple of " << sm::MbarrierType::kBytes;
  } else if ((bytes = sm::scratchBytes(op))) {
    auto offset = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
    begin = offset ? offset.getInt() : -1;
  } else {
    return success();
  }
  if (begin < 0)
    return op->emitOpError("has no shared-memory offset: run sm-plan-memory first");
  if (begin + bytes > sharedBytes)
    return op->emitOpError("uses shared bytes up to ")
           << begin + bytes << ", the kernel has " << sharedBytes;
  return success();
}

namespace {
struct VerifyHardware : mla::impl::VerifyHardwareBase<VerifyHardware> {
  using VerifyHardwareBase::VerifyHardwareBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    const Arch *arch = sm::targetArch(func);
    auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
    auto sharedBytes = func->getAttrOfType<IntegerAttr>(sm::kSharedBytesAttr);
    if (!arch)
      return signalPassFailure();
    if (!numWarps || !sharedBytes) {
      func.emitError("kernel has no `tile.num_warps` or `sm.shared_bytes`");
      return signalPassFailure();
    }
    if (sharedBytes.getInt() > sm::sharedLimit(func, *arch)) {
      func.emitError("needs ") << sharedBytes.getInt() << " bytes of shared memory, " << arch->name
                               << " allows " << sm::sharedLimit(func, *arch);
      return signalPassFailure();
    }
    int64_t numRanges = 0;
    func.walk([&](sm::WarpsOp) { ++numRanges; });
    if (numRanges > sm::kMaxRoleBarriers) {
      func.emitError("kernel has ")
          << numRanges << " ranges of warps, at most " << sm::kMaxRoleBarriers << " are possible";
      return signalPassFailure();
    }
    if (failed(verifyTensorMaps(func)))
      return signalPassFailure();
    WalkResult result = func.walk([&](Operation *op) -> WalkResult {
      if (op == func)
        return WalkResult::advance();
      if (isa<ws::WsDialect>(op->getDialect()) || isa<tile::DotOp>(op)) {
        op->emitOpError("is not a hardware-level op");
        return WalkResult::interrupt();
      }
      auto range = op->getParentOfType<sm::WarpsOp>();
      bool ok = succeeded(verifyLayouts(op, range ? range.getCount() : numWarps.getInt())) &&
                succeeded(verifyElementwise(op)) && succeeded(verifyFeatures(op, *arch)) &&
                succeeded(verifyWarps(op, numWarps.getInt(), *arch)) &&
                succeeded(verifyInFlight(op)) && succeeded(verifyMemory(op, sharedBytes.getInt()));
      return ok ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
