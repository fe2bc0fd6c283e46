//===- SelectCopies.cpp - which view loads the bulk copy engine takes ------===//
// On targets with TMA and wgmma, a kernel whose matrix products read their operands from views
// copies them with cp.async.bulk.tensor. All or nothing: a kernel with one other operand keeps the
// portable path, and a remark says which load is in the way and why.
#include "mla/Transforms/Passes.h"

#include "mla/Arch/Arch.h"
#include "mla/Layout/Tma.h"
#include "mla/Layout/Wgmma.h"

namespace mla {
#define GEN_PASS_DEF_SELECTCOPIES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Global addresses and strides of a tensor map are multiples of 16 bytes (CUDA driver API:
/// cuTensorMapEncodeTiled).
static constexpr int64_t kTensorMapAlignment = 16;

/// Bytes that function argument `value` is known to be a multiple of, for elements of `elemBytes`;
/// 0: not an argument.
static int64_t argumentDivisibility(Value value, int64_t elemBytes) {
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
  for (Operation *user : view.getPtr().getUsers())
    if (user != view)
      return "its memory is also accessed in other ways";
  for (Operation *user : view->getUsers())
    if (!isa<tile::LoadViewOp>(user))
      return "its view is also stored to";
  return "";
}

/// The shared-memory layout of the channel that will hold the tile of `load`.
static TileLayout channelLayout(RankedTensorType tile) {
  return swizzledSharedLayout(tile.getShape().vec(), /*fastest=*/1,
                              tile::elementBytes(tile.getElementType()));
}

/// True if `value` may come from memory. The copying role would read it ahead of what the computing
/// role stores, and nothing orders the two.
static bool comesFromMemory(Value value, DenseSet<Value> &seen) {
  if (!seen.insert(value).second)
    return false;
  auto loop = value.getDefiningOp<scf::ForOp>();
  unsigned index = loop ? cast<OpResult>(value).getResultNumber() : 0;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *owner = arg.getOwner()->getParentOp();
    loop = dyn_cast<scf::ForOp>(owner);
    if (!loop)
      return !isa<func::FuncOp>(owner);
    if (arg.getArgNumber() == 0)
      return comesFromMemory(loop.getLowerBound(), seen) || comesFromMemory(loop.getStep(), seen);
    index = arg.getArgNumber() - 1;
  }
  if (loop)
    return comesFromMemory(loop.getInitArgs()[index], seen) ||
           comesFromMemory(loop.getYieldedValues()[index], seen);
  Operation *def = value.getDefiningOp();
  return isa<tile::LoadOp, tile::LoadViewOp>(def) || def->getNumRegions() != 0 ||
         llvm::any_of(def->getOperands(),
                      [&](Value operand) { return comesFromMemory(operand, seen); });
}

/// Why the bulk copy engine cannot make the tile of `load`, or an empty string.
static std::string unfitTile(tile::LoadViewOp load) {
  auto tile = dyn_cast<RankedTensorType>(load.getResult().getType());
  if (!tile || tile.getRank() != 2 || cast<tile::ViewType>(load.getView().getType()).getRank() != 2)
    return "only tiles of two-dimensional views are copied in bulk";
  for (int64_t extent : tile.getShape())
    if (!segmentExtent(extent))
      return "its tile has an extent that must be padded";
  if (!matchTma(channelLayout(tile), tile::elementBytes(tile.getElementType())))
    return "no copy box fits its tile";
  if (!isa<scf::ForOp>(load->getParentOp()))
    return "it stands outside a loop";
  DenseSet<Value> seen;
  for (Value index : load.getIndices())
    if (comesFromMemory(index, seen))
      return "its position is read from memory";
  for (Operation *parent = load->getParentOp(); !isa<func::FuncOp>(parent);
       parent = parent->getParentOp()) {
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (!loop)
      return "it stands under a condition";
    for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      if (comesFromMemory(bound, seen))
        return "its loop's bounds are read from memory";
  }
  return "";
}

/// Why wgmma cannot compute `dot` with both operands in shared memory, or an empty string.
static std::string unfitDot(tile::DotOp dot, int64_t numWarps) {
  auto a = cast<RankedTensorType>(dot.getA().getType());
  auto b = cast<RankedTensorType>(dot.getB().getType());
  int32_t elemBytes = tile::elementBytes(a.getElementType());
  if (numWarps % sm::kWarpgroupWarps != 0)
    return "the kernel's warps are not whole warpgroups";
  if (!wgmmaRowsFit(a.getDimSize(0), numWarps))
    return "its rows are not a multiple of 64 for each warpgroup";
  if (!matchWgmma(channelLayout(a), /*kDim=*/1, elemBytes, kWgmmaRows) ||
      !matchWgmma(channelLayout(b), /*kDim=*/0, elemBytes, kWgmmaMaxColumns))
    return "its columns or depth do not fit wgmma";
  return "";
}

/// True if every operand of every matrix product can be copied in bulk; else a remark names what is
/// in the way.
static bool allFit(func::FuncOp func, int64_t numWarps) {
  bool fit = true, any = false;
  auto refuse = [&](Operation *op, StringRef reason) {
    op->emitRemark("the kernel takes the portable path: ") << reason;
    fit = false;
  };
  func.walk([&](tile::DotOp dot) {
    for (Value operand : {dot.getA(), dot.getB()}) {
      auto load = operand.getDefiningOp<tile::LoadViewOp>();
      if (!fit || !load)
        continue;
      any = true;
      if (std::string reason = unfitView(load); !reason.empty())
        return refuse(load, reason);
      if (std::string reason = unfitTile(load); !reason.empty())
        return refuse(load, reason);
      for (OpOperand &use : load->getUses())
        if (!isa<tile::DotOp>(use.getOwner()) || use.getOperandNumber() > 1)
          return refuse(load, "its tile is read by more than matrix products");
    }
  });
  if (!any)
    return false;
  func.walk([&](tile::DotOp dot) {
    if (!fit)
      return;
    for (Value operand : {dot.getA(), dot.getB()})
      if (!operand.getDefiningOp<tile::LoadViewOp>())
        return refuse(dot, "an operand does not come from a view");
    if (std::string reason = unfitDot(dot, numWarps); !reason.empty())
      return refuse(dot, reason);
  });
  return fit;
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
    if (!arch->has(Feature::Tma) || !arch->has(Feature::Wgmma) || !allFit(func, numWarps.getInt()))
      return;
    func.walk([](tile::DotOp dot) {
      for (Value operand : {dot.getA(), dot.getB()})
        operand.getDefiningOp<tile::LoadViewOp>().setBulkCopy(true);
    });
  }
};
} // namespace
