//===- VerifyHardware.cpp - sm IR is complete and within limits -----------===//
#include "mla/Transforms/Passes.h"

#include "mla/Arch/Arch.h"
#include "mlir/Dialect/Math/IR/Math.h"
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
             << layout.getLayout().numWarps() << " warps, the kernel has " << numWarps;
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
  if (isa<sm::AsyncCopyOp>(op) && !arch.has(Feature::CpAsync))
    return op->emitOpError("needs cp.async, which ") << arch.name << " lacks";
  return success();
}

/// Buffers lie inside the kernel's shared memory, scratch ops have theirs.
static LogicalResult verifyMemory(Operation *op, int64_t sharedBytes) {
  int64_t begin = -1, bytes = 0;
  if (auto alloc = dyn_cast<sm::AllocOp>(op)) {
    begin = alloc.getOffset().value_or(-1);
    bytes = cast<sm::BufferType>(alloc.getBuffer().getType()).getBytes();
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
    WalkResult result = func.walk([&](Operation *op) -> WalkResult {
      if (op == func)
        return WalkResult::advance();
      if (isa<ws::WsDialect>(op->getDialect()) || isa<tile::DotOp>(op)) {
        op->emitOpError("is not a hardware-level op");
        return WalkResult::interrupt();
      }
      bool ok = succeeded(verifyLayouts(op, numWarps.getInt())) &&
                succeeded(verifyElementwise(op)) && succeeded(verifyFeatures(op, *arch)) &&
                succeeded(verifyMemory(op, sharedBytes.getInt()));
      return ok ? WalkResult::advance() : WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
