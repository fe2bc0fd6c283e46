//===- SmHopperOps.cpp - verifiers of what sm_90a adds --------------------===//
#include "mla/Dialect/Sm/Sm.h"
#include "mla/Layout/Tma.h"
#include "mla/Layout/Wgmma.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace mla;
using namespace mla::sm;

//===----------------------------------------------------------------------===//
// Warp ranges
//===----------------------------------------------------------------------===//

static constexpr int64_t kMaxWarps = 32;
static constexpr int64_t kMinRegisters = 24, kMaxRegisters = 256, kRegisterStep = 8;

int32_t mla::sm::launchRegisters(int32_t numWarps) {
  constexpr int32_t kRegistersPerSm = 65536, kThreads = 32;
  int32_t share = kRegistersPerSm / (numWarps * kThreads);
  return std::min<int32_t>(share, kMaxRegisters) / kRegisterStep * kRegisterStep;
}

int32_t mla::sm::clusterSize(Operation *op) {
  auto kernel = op->getParentOfType<FunctionOpInterface>();
  if (!kernel)
    kernel = dyn_cast<FunctionOpInterface>(op);
  auto size = kernel ? kernel->getAttrOfType<IntegerAttr>(tile::kClusterAttr) : IntegerAttr();
  return size ? size.getInt() : 1;
}

LogicalResult WarpsOp::verify() {
  int64_t first = int32_t(getFirst()), count = int32_t(getCount());
  if (first < 0 || count < 1 || first + count > kMaxWarps) // warps C1
    return emitOpError("expects warps in [0, ")
           << kMaxWarps << "), got " << count << " from warp " << first << " on";
  if (auto registers = getRegisters()) {
    int64_t number = int32_t(*registers);
    if (number < kMinRegisters || number > kMaxRegisters || number % kRegisterStep != 0)
      return emitOpError("expects registers to be a multiple of ") // warps C2
             << kRegisterStep << " in [" << kMinRegisters << ", " << kMaxRegisters << "], got "
             << number;
    if (first % kWarpgroupWarps != 0 || count % kWarpgroupWarps != 0)
      return emitOpError("expects whole warpgroups to set registers, got ") // warps C2
             << count << " warps from warp " << first << " on";
  }
  if (!isa_and_nonnull<FunctionOpInterface>((*this)->getParentOp())) // warps C3
    return emitOpError("must stand at the top of the kernel, outside loops, branches and warps");
  return success();
}

LogicalResult WarpsOp::verifyRegions() {
  WalkResult result = getBody().walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (layoutOf(operand.getType()) && !getBody().isAncestor(operand.getParentRegion())) {
        op->emitOpError("uses a tile from outside of sm.warps: ") << operand.getType(); // warps C4
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// Mbarriers
//===----------------------------------------------------------------------===//

/// Of arrivals and of bytes (PTX ISA §9.7.13.15.1).
static constexpr int64_t kMaxCount = (int64_t(1) << 20) - 1;

static LogicalResult verifyCount(Operation *op, StringRef what, int64_t count) {
  if (count >= 1 && count <= kMaxCount)
    return success();
  return op->emitOpError("expects ") << what << " in [1, " << kMaxCount << "], got " << count;
}

MbarrierAllocOp mla::sm::ringOf(Value barrier) { return barrier.getDefiningOp<MbarrierAllocOp>(); }

LogicalResult MbarrierAllocOp::verify() {
  return verifyCount(*this, "arrivals", int32_t(getArrivals())); // mbarrier_alloc C1
}

LogicalResult MbarrierInitOp::verify() {
  for (Value barrier : getBarriers())
    if (!ringOf(barrier)) // mbarrier_init C1
      return emitOpError("expects results of sm.mbarrier_alloc");
  return success();
}

LogicalResult MbarrierExpectTxOp::verify() {
  return verifyCount(*this, "bytes", int32_t(getBytes())); // mbarrier_expect_tx C1
}

//===----------------------------------------------------------------------===//
// Bulk copies
//===----------------------------------------------------------------------===//

/// What holds for loads and stores alike. Their rules have the same numbers.
static LogicalResult verifyTma(Operation *op, BufferType slot, size_t numCoords) {
  RankedTensorType tile = slot.getTile();
  if (slot.getDepth() != 1)
    return op->emitOpError("expects a slot of depth 1, got ") << slot;
  if (!matchTma(slot.getLayout().getLayout(), tile::elementBytes(tile.getElementType())))
    return op->emitOpError("expects a slot that tensor boxes fill, got ") << slot;
  if (numCoords < size_t(tile.getRank()) || numCoords > kTmaMaxRank)
    return op->emitOpError("expects ")
           << tile.getRank() << " to " << kTmaMaxRank << " coordinates, got " << numCoords;
  return success();
}

LogicalResult TmaLoadOp::verify() {
  // tma_load C1, tma_load C2
  return verifyTma(*this, cast<BufferType>(getSlot().getType()), getCoords().size());
}

LogicalResult ClusterBarrierOp::verify() {
  if ((*this)->getParentOfType<WarpsOp>()) // cluster_barrier C1
    return emitOpError("is for all threads: expected outside of sm.warps");
  return success();
}

LogicalResult ZeroRowsOp::verify() {
  auto slot = cast<BufferType>(getSlot().getType());
  if (slot.getDepth() != 1 || slot.getTile().getRank() != 2) // zero_rows C1
    return emitOpError("expects a slot of depth 1 and rank 2, got ") << slot;
  return success();
}

LogicalResult TmaStoreOp::verify() {
  // tma_store C1, tma_store C2
  return verifyTma(*this, cast<BufferType>(getSlot().getType()), getCoords().size());
}

//===----------------------------------------------------------------------===//
// Wgmma
//===----------------------------------------------------------------------===//

static RankedTensorType tileOf(Value operand) {
  if (auto buffer = dyn_cast<BufferType>(operand.getType()))
    return buffer.getTile();
  return cast<RankedTensorType>(operand.getType());
}

/// A slot can be described to wgmma, with the warpgroups that share it at equal distances.
static LogicalResult verifyOperandSlot(WgmmaOp op, MmaOperand which) {
  bool isA = which == MmaOperand::A;
  auto slot = cast<BufferType>((isA ? op.getA() : Value(op.getB())).getType());
  if (slot.getDepth() != 1) // wgmma C4
    return op.emitOpError("expects a slot of depth 1, got ") << slot;
  WarpGrid grid{op.getWarps()[0], op.getWarps()[1]};
  int64_t columns = cast<RankedTensorType>(op.getType()).getDimSize(1);
  int64_t extent = isA ? kWgmmaRows : wgmmaColumnsPerPiece(columns, grid);
  int64_t adjacent = isA ? 1 : segmentExtent(columns)->block / grid.n / extent;
  std::optional<WgmmaOperand> operand =
      matchWgmma(slot.getLayout().getLayout(), isA ? 1 : 0,
                 tile::elementBytes(slot.getTile().getElementType()), extent);
  if (!operand || !warpgroupDistance(*operand, isA ? grid.m / kWarpgroupWarps : grid.n,
                                     std::max<int64_t>(adjacent, 1)))
    return op.emitOpError(
               "expects a slot whose layout matrix descriptors express, got ") // wgmma C4
           << slot;
  return success();
}

bool mla::sm::isInFlight(Value accumulator) {
  SmallPtrSet<void *, 4> seen;
  SmallVector<Value> sources = {accumulator};
  while (!sources.empty()) {
    Value value = sources.pop_back_val();
    if (!value || !seen.insert(value.getAsOpaquePointer()).second)
      continue;
    if (value.getDefiningOp<WgmmaOp>())
      return true;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto loop = dyn_cast_or_null<LoopLikeOpInterface>(argument.getOwner()->getParentOp());
      if (!loop)
        continue;
      if (OpOperand *init = loop.getTiedLoopInit(argument))
        sources.push_back(init->get());
      if (OpOperand *yielded = loop.getTiedLoopYieldedValue(argument))
        sources.push_back(yielded->get());
    } else if (auto loop = value.getDefiningOp<LoopLikeOpInterface>()) {
      sources.push_back(loop.getTiedLoopRegionIterArg(cast<OpResult>(value)));
    } else if (auto branch = value.getDefiningOp<RegionBranchOpInterface>()) {
      unsigned number = cast<OpResult>(value).getResultNumber();
      for (Region &region : branch->getRegions())
        if (!region.empty() && number < region.front().getTerminator()->getNumOperands())
          sources.push_back(region.front().getTerminator()->getOperand(number));
    }
  }
  return false;
}

/// Who may take an accumulator that is being written.
static LogicalResult verifyInFlight(WgmmaOp op) {
  if (!op.getResult().use_empty() && !op.getResult().hasOneUse()) // wgmma C5
    return op.emitOpError("is in flight: expects one user of its result");
  for (OpOperand &use : op.getResult().getUses()) {
    Operation *user = use.getOwner();
    auto next = dyn_cast<WgmmaOp>(user);
    bool isAcc = next && use.get() == next.getAcc() && next.getA() != use.get();
    bool isCarried = user->hasTrait<OpTrait::IsTerminator>() || isa<LoopLikeOpInterface>(user);
    if (!isAcc && !isCarried && !isa<WgmmaWaitOp>(user))
      return op.emitOpError("is in flight: put an sm.wgmma_wait before its result is used by ")
             << user->getName(); // wgmma C5
  }
  return success();
}

/// Whether a wait behind `op` in its block ends its group.
static bool isRetiredInBlock(WgmmaOp op) {
  uint32_t later = 0;
  for (Operation *next = op->getNextNode(); next; next = next->getNextNode()) {
    later += isa<WgmmaOp>(next);
    if (auto wait = dyn_cast<WgmmaWaitOp>(next); wait && wait.getPending() <= later)
      return true;
  }
  return false;
}

LogicalResult WgmmaOp::verify() {
  RankedTensorType a = tileOf(getA()), b = tileOf(getB());
  auto acc = cast<RankedTensorType>(getAcc().getType());
  if (a.getRank() != 2 || b.getRank() != 2 || acc.getRank() != 2 ||
      a.getDimSize(1) != b.getDimSize(0) || a.getDimSize(0) != acc.getDimSize(0) ||
      b.getDimSize(1) != acc.getDimSize(1)) // wgmma C1
    return emitOpError("expects shapes [M, K], [K, N] and [M, N], got ")
           << a << ", " << b << " and " << acc;
  if (a.getElementType() != b.getElementType() ||
      !(a.getElementType().isF16() || a.getElementType().isBF16())) // wgmma C1
    return emitOpError("expects operands of one type, f16 or bf16, got ")
           << a.getElementType() << " and " << b.getElementType();

  ArrayRef<int32_t> warps = getWarps();
  auto isCount = [](int32_t count, int32_t least) {
    return count >= least && llvm::isPowerOf2_32(count);
  };
  if (warps.size() != 2 || !isCount(warps[0], kWarpgroupWarps) || !isCount(warps[1], 1)) // wgmma C2
    return emitOpError("expects warps [W, G], powers of two with W in whole warpgroups, got [")
           << warps << ']';
  WarpGrid grid{warps[0], warps[1]};
  constexpr int64_t kStepElems = 16;
  auto isStorableMultiple = [](int64_t extent, int64_t step) {
    std::optional<SegmentedExtent> segmented = segmentExtent(extent);
    return segmented && segmented->block % step == 0;
  };
  int64_t rowStep = grid.m / kWarpgroupWarps * kWgmmaRows;
  if (!isStorableMultiple(acc.getDimSize(0), rowStep)) // wgmma C2
    return emitOpError("expects M of which every segment is a multiple of ")
           << rowStep << ", got " << acc;
  if (!isStorableMultiple(acc.getDimSize(1), grid.n * kWgmmaColumnStep) ||
      !isStorableMultiple(a.getDimSize(1), kStepElems)) // wgmma C2
    return emitOpError("expects N of which every segment is a multiple of ")
           << grid.n * kWgmmaColumnStep << " and K of " << kStepElems << ", got " << b;

  if (layoutOf(acc) &&
      layoutOf(acc).getLayout() != wgmmaAccumulatorLayout(acc.getShape(), grid)) // wgmma C3
    return emitOpError("expects the wgmma accumulator layout of [")
           << warps << "] warps, got " << acc;
  if (isa<BufferType>(getA().getType())) {
    if (failed(verifyOperandSlot(*this, MmaOperand::A)))
      return failure();
  } else if (layoutOf(acc) &&
             (!layoutOf(a) ||
              layoutOf(a).getLayout() != wgmmaOperandLayout(a.getShape(), grid))) { // wgmma C3
    return emitOpError("expects operand a in the wgmma operand layout of [")
           << warps << "] warps, got " << a;
  }
  if (failed(verifyOperandSlot(*this, MmaOperand::B)) || failed(verifyInFlight(*this)))
    return failure();
  if (!isa<BufferType>(getA().getType()) && !isRetiredInBlock(*this)) // wgmma C6
    return emitOpError("reads operand a from registers: expects an sm.wgmma_wait for it in the "
                       "same block");
  return success();
}

LogicalResult WgmmaWaitOp::inferReturnTypes(MLIRContext *, std::optional<Location>,
                                            ValueRange operands, DictionaryAttr, OpaqueProperties,
                                            RegionRange, SmallVectorImpl<Type> &types) {
  llvm::append_range(types, operands.getTypes());
  return success();
}

LogicalResult WgmmaWaitOp::verify() {
  for (Value acc : getAccs()) {
    auto product = acc.getDefiningOp<WgmmaOp>();
    if (!product || product->getBlock() != (*this)->getBlock())
      continue;
    int64_t later = 0;
    for (Operation *op = product->getNextNode(); op && op != *this; op = op->getNextNode())
      later += isa<WgmmaOp>(op);
    if (later < int32_t(getPending())) // wgmma_wait C2
      return emitOpError("leaves ") << getPending() << " groups in flight, but only " << later
                                    << " are newer than this accumulator";
  }
  return success();
}
