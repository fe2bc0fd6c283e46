//===- SelectCopies.cpp - which view loads the bulk copy engine takes ------===//
// On targets with TMA, a kernel whose matrix products read their operands from views copies them
// with cp.async.bulk.tensor; the left operand may also be computed. All or nothing: a kernel with
// one other operand keeps the portable path, and a remark says which load is in the way and why.
#include "mla/Transforms/Passes.h"

#include "mla/Analysis/Aliasing.h"
#include "mla/Arch/Arch.h"
#include "mla/Layout/Tma.h"
#include "mla/Layout/Wgmma.h"

#include "mlir/IR/Matchers.h"

namespace mla {
#define GEN_PASS_DEF_SELECTCOPIES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Global addresses and strides of a tensor map are multiples of 16 bytes (CUDA driver API:
/// cuTensorMapEncodeTiled).
static constexpr int64_t kTensorMapAlignment = 16;

/// Bytes that function argument `value`, extended or not, is known to be a multiple of, for
/// elements of `elemBytes`; also of a constant. 0: neither.
static int64_t argumentDivisibility(Value value, int64_t elemBytes) {
  value = tile::unextended(value);
  IntegerAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return std::max<int64_t>(constant.getInt(), 0) * elemBytes;
  auto arg = dyn_cast<BlockArgument>(value);
  auto func = arg ? dyn_cast<func::FuncOp>(arg.getOwner()->getParentOp()) : func::FuncOp();
  if (!func)
    return 0;
  auto known = func.getArgAttrOfType<IntegerAttr>(arg.getArgNumber(), tile::kDivisibilityAttr);
  int64_t factor = known ? known.getInt() : 1;
  return isa<tile::PtrType>(value.getType()) ? factor : factor * elemBytes;
}

/// Why a tensor map cannot describe the view of `load`, or an empty string.
static std::string unfitView(tile::LoadViewOp load) {
  auto view = load.getView().getDefiningOp<tile::ViewOp>();
  if (!view)
    return "its view is not made from kernel arguments";
  int64_t elemBytes = tile::elementBytes(cast<tile::ViewType>(view.getType()).getElementType());
  if (argumentDivisibility(view.getPtr(), elemBytes) % kTensorMapAlignment != 0 ||
      argumentDivisibility(view.getPtr(), elemBytes) == 0)
    return "its pointer is not known to be aligned to 16 bytes";
  for (Value stride : view.getStrides())
    if (argumentDivisibility(stride, elemBytes) % kTensorMapAlignment != 0 ||
        argumentDivisibility(stride, elemBytes) == 0)
      return "its strides are not known to be multiples of 16 bytes";
  for (Value extent : view.getExtents())
    if (argumentDivisibility(extent, elemBytes) == 0)
      return "its extents are not kernel arguments";
  if (!readsConstantMemory(load))
    return "its memory is also stored to";
  return "";
}

/// The shared-memory layout of the channel that will hold the tile of `load`.
static TileLayout channelLayout(RankedTensorType tile) {
  return swizzledSharedLayout(tile.getShape().vec(), /*fastest=*/1,
                              tile::elementBytes(tile.getElementType()));
}

/// The load that an operand of a product is a part of, transposed or not; null if there is none.
static tile::LoadViewOp loadOf(Value operand) {
  while (Operation *def = operand.getDefiningOp()) {
    if (!isa<tile::TransOp, tile::SliceOp>(def))
      return dyn_cast<tile::LoadViewOp>(def);
    operand = def->getOperand(0);
  }
  return {};
}

/// Where an operand lies in the channel of its load; nothing if no layout says it.
static std::optional<TileLayout> operandLayout(Value operand) {
  Operation *def = operand.getDefiningOp();
  auto type = cast<RankedTensorType>(operand.getType());
  if (isa<tile::LoadViewOp>(def))
    return channelLayout(type);
  std::optional<TileLayout> source = operandLayout(def->getOperand(0));
  if (!source)
    return std::nullopt;
  if (isa<tile::TransOp>(def))
    return transposeSharedLayout(*source);
  std::optional<SharedSubtile> part =
      sharedSubtile(*source, cast<tile::SliceOp>(def).getOffsets().vec(), type.getShape().vec(),
                    tile::elementBytes(type.getElementType()));
  return part ? std::optional(part->layout) : std::nullopt;
}

/// The load in whose order with the computing role's stores `value` depends, or null: the copying
/// role reads ahead, and nothing orders the two.
static Operation *findUnorderedRead(Value value, DenseSet<Value> &seen) {
  if (!seen.insert(value).second)
    return nullptr;
  auto loop = value.getDefiningOp<scf::ForOp>();
  unsigned index = loop ? cast<OpResult>(value).getResultNumber() : 0;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *owner = arg.getOwner()->getParentOp();
    loop = dyn_cast<scf::ForOp>(owner);
    if (!loop)
      return isa<func::FuncOp>(owner) ? nullptr : owner;
    if (arg.getArgNumber() == 0) {
      Operation *found = findUnorderedRead(loop.getLowerBound(), seen);
      return found ? found : findUnorderedRead(loop.getStep(), seen);
    }
    index = arg.getArgNumber() - 1;
  }
  if (loop) {
    Operation *found = findUnorderedRead(loop.getInitArgs()[index], seen);
    return found ? found : findUnorderedRead(loop.getYieldedValues()[index], seen);
  }
  Operation *def = value.getDefiningOp();
  bool isRead = isa<tile::LoadOp, tile::LoadViewOp>(def);
  if (def->getNumRegions() != 0 || (isRead ? !readsConstantMemory(def) : !isMemoryEffectFree(def)))
    return def;
  for (Value operand : def->getOperands())
    if (Operation *found = findUnorderedRead(operand, seen))
      return found;
  return nullptr;
}

/// Why the bulk copy engine cannot make the tile of `load`, or an empty string.
static std::string unfitTile(tile::LoadViewOp load) {
  auto tile = dyn_cast<RankedTensorType>(load.getResult().getType());
  int32_t viewRank = cast<tile::ViewType>(load.getView().getType()).getRank();
  if (!tile || tile.getRank() != 2 || viewRank > int32_t(kTmaMaxRank))
    return "only matrices from views of at most 5 dimensions are copied in bulk";
  if (load.getDims() != ArrayRef<int32_t>{viewRank - 2, viewRank - 1})
    return "its tile does not run along the last dimensions of its view";
  if (load.getPadNan())
    return "it reads NaN outside its view";
  if (load.getIsVolatile())
    return "it is volatile";
  for (int64_t extent : tile.getShape())
    if (!segmentExtent(extent))
      return "its tile has an extent that must be padded";
  if (!matchTma(channelLayout(tile), tile::elementBytes(tile.getElementType())))
    return "no copy box fits its tile";
  if (!isa<scf::ForOp>(load->getParentOp()))
    return "it stands outside a loop";
  DenseSet<Value> seen;
  for (Value index : load.getIndices())
    if (findUnorderedRead(index, seen))
      return "its position is read from memory that the kernel writes";
  for (Operation *parent = load->getParentOp(); !isa<func::FuncOp>(parent);
       parent = parent->getParentOp()) {
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (!loop)
      return "it stands under a condition";
    for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      if (findUnorderedRead(bound, seen))
        return "its loop's bounds are read from memory that the kernel writes";
  }
  return "";
}

/// Why the tile of `load` cannot stay in shared memory, or an empty string.
static std::string unfitReaders(Value tile) {
  for (OpOperand &use : tile.getUses()) {
    if (isa<tile::TransOp, tile::SliceOp>(use.getOwner())) {
      std::string reason = unfitReaders(use.getOwner()->getResult(0));
      if (!reason.empty())
        return reason;
    } else if (!isa<tile::DotOp>(use.getOwner()) || use.getOperandNumber() > 1) {
      return "its tile is read by more than matrix products";
    }
  }
  return "";
}

/// Why `arch` cannot compute `dot` from tiles that the bulk copy engine left, or an empty string.
static std::string unfitDot(tile::DotOp dot, int32_t numWarps, const Arch &arch) {
  Type element = cast<RankedTensorType>(dot.getA().getType()).getElementType();
  if (!element.isF16() && !element.isBF16())
    return "its factors are neither fp16 nor bf16";
  if (!arch.has(Feature::Wgmma)) // ldmatrix takes any tile
    return "";
  if (numWarps % sm::kWarpgroupWarps != 0)
    return "the kernel's warps are not whole warpgroups";
  auto acc = cast<RankedTensorType>(dot.getType());
  std::optional<WarpGrid> grid = chooseWgmmaGrid(acc.getShape().vec(), numWarps);
  if (!grid) // too few rows: mma.sync
    return "";
  int32_t elemBytes =
      tile::elementBytes(cast<RankedTensorType>(dot.getA().getType()).getElementType());
  auto fits = [&](Value operand, unsigned kDim, int64_t maxExtent) {
    std::optional<TileLayout> layout = operandLayout(operand);
    return layout && matchWgmma(*layout, kDim, elemBytes, maxExtent);
  };
  if ((loadOf(dot.getA()) && !fits(dot.getA(), /*kDim=*/1, kWgmmaRows)) ||
      !fits(dot.getB(), /*kDim=*/0, wgmmaColumnsPerPiece(acc.getDimSize(1), *grid)))
    return "its columns or depth do not fit wgmma";
  return "";
}

/// The loads that the bulk copy engine takes: all that feed matrix products, or none; then a remark
/// names what is in the way.
static SmallVector<tile::LoadViewOp> selectLoads(func::FuncOp func, int32_t numWarps,
                                                 const Arch &arch) {
  SmallVector<tile::DotOp> dots;
  SmallVector<tile::LoadViewOp> loads;
  func.walk([&](tile::DotOp dot) {
    dots.push_back(dot);
    for (Value operand : {dot.getA(), dot.getB()})
      if (tile::LoadViewOp load = loadOf(operand); load && !llvm::is_contained(loads, load))
        loads.push_back(load);
  });
  if (loads.empty())
    return {};
  auto refuse = [&](Operation *op, StringRef reason) {
    op->emitRemark("the kernel takes the portable path: ") << reason;
    return SmallVector<tile::LoadViewOp>();
  };
  for (tile::LoadViewOp load : loads)
    for (auto unfit : {unfitView, unfitTile})
      if (std::string reason = unfit(load); !reason.empty())
        return refuse(load, reason);
  for (tile::LoadViewOp load : loads)
    if (std::string reason = unfitReaders(load.getResult()); !reason.empty())
      return refuse(load, reason);
  for (tile::DotOp dot : dots) {
    if (!loadOf(dot.getB()))
      return refuse(dot, "its right operand does not come from a view");
    if (std::string reason = unfitDot(dot, numWarps, arch); !reason.empty())
      return refuse(dot, reason);
  }
  return loads;
}

namespace {
struct SelectCopies : mla::impl::SelectCopiesBase<SelectCopies> {
  using SelectCopiesBase::SelectCopiesBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
    bool readsViews =
        func.walk([](tile::LoadViewOp) { return WalkResult::interrupt(); }).wasInterrupted();
    if (!func->hasAttr(tile::kKernelAttr) || !numWarps || !readsViews)
      return;
    const Arch *arch = sm::targetArch(func);
    if (!arch)
      return signalPassFailure();
    if (!arch->has(Feature::Tma))
      return;
    for (tile::LoadViewOp load : selectLoads(func, numWarps.getInt(), *arch))
      load.setBulkCopy(true);
  }
};
} // namespace
