//===- ProductLayouts.cpp - layouts that matrix products ask for ----------===//
#include "ProductLayouts.h"

#include "mla/Layout/Wgmma.h"

using namespace mlir;
using namespace mla;

static WarpGrid warpGrid(ArrayRef<int32_t> warps) { return {warps[0], warps[1]}; }

static std::vector<int64_t> shapeOf(Value tile) {
  return cast<RankedTensorType>(tile.getType()).getShape().vec();
}

bool mla::isProduct(Operation *op) { return isa<sm::MmaOp, sm::WgmmaOp>(op); }

TileLayout mla::accumulatorLayout(Operation *product) {
  if (auto mma = dyn_cast<sm::MmaOp>(product))
    return mmaAccumulatorLayout(shapeOf(mma.getAcc()), warpGrid(mma.getWarps()));
  auto mma = cast<sm::WgmmaOp>(product);
  return wgmmaAccumulatorLayout(shapeOf(mma.getAcc()), warpGrid(mma.getWarps()));
}

std::optional<TileLayout> mla::factorLayout(Operation *product, unsigned index) {
  Value factor = product->getOperand(index);
  auto type = dyn_cast<RankedTensorType>(factor.getType());
  if (!type)
    return std::nullopt;
  if (auto mma = dyn_cast<sm::MmaOp>(product))
    return mmaOperandLayout(index == 0 ? MmaOperand::A : MmaOperand::B, shapeOf(factor),
                            shapeOf(mma.getAcc()), warpGrid(mma.getWarps()),
                            sm::mmaElementBytes(type.getElementType()));
  return wgmmaOperandLayout(shapeOf(factor), warpGrid(cast<sm::WgmmaOp>(product).getWarps()));
}
