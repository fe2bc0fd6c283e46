//===- ShapeLayouts.cpp - layouts on both sides of a shape change ---------===//
#include "ShapeLayouts.h"

using namespace mlir;

namespace mla {

/// For each dimension of the result (of the source, if `inverse`) that of the other side.
static std::vector<unsigned> orderOf(tile::TransOp trans, bool inverse) {
  std::vector<unsigned> order;
  for (int64_t dim = 0; dim < cast<RankedTensorType>(trans.getType()).getRank(); ++dim)
    order.push_back(inverse ? trans.resultDim(dim) : trans.sourceDim(dim));
  return order;
}

std::optional<TileLayout> layoutBefore(Operation *op, RankedTensorType source,
                                       const TileLayout &layout) {
  if (auto expand = dyn_cast<tile::ExpandDimsOp>(op))
    return sliceLayout(layout, expand.getAxis());
  if (isa<tile::BroadcastOp>(op)) {
    TileLayout shrunk = layout;
    for (auto [dim, extent] : llvm::enumerate(source.getShape()))
      if (extent == 1)
        shrunk = shrinkLayout(shrunk, dim);
    return shrunk;
  }
  if (auto trans = dyn_cast<tile::TransOp>(op))
    return permuteLayout(layout, orderOf(trans, /*inverse=*/true));
  if (auto reshape = dyn_cast<tile::ReshapeOp>(op))
    return reshape.getFrom() ? std::nullopt : reshapeLayout(layout, source.getShape().vec());
  if (isa<tile::JoinOp>(op)) {
    unsigned last = layout.rank() - 1;
    return isInRegisters(layout, last) ? std::optional(sliceLayout(layout, last)) : std::nullopt;
  }
  if (isa<tile::SplitOp>(op))
    return joinLayout(layout);
  return layout;
}

std::optional<TileLayout> layoutAfter(Operation *op, RankedTensorType result,
                                      const TileLayout &layout) {
  if (auto trans = dyn_cast<tile::TransOp>(op))
    return permuteLayout(layout, orderOf(trans, /*inverse=*/false));
  if (auto reshape = dyn_cast<tile::ReshapeOp>(op))
    return reshape.getFrom() ? std::nullopt : reshapeLayout(layout, result.getShape().vec());
  if (isa<tile::JoinOp>(op))
    return joinLayout(layout);
  if (isa<tile::SplitOp>(op)) {
    unsigned last = layout.rank() - 1;
    return isInRegisters(layout, last) ? std::optional(sliceLayout(layout, last)) : std::nullopt;
  }
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return sliceLayout(layout, reduce.getAxis());
  if (auto reduce = dyn_cast<tile::GenericReduceOp>(op))
    return sliceLayout(layout, reduce.getAxis());
  return std::nullopt;
}

bool isRelabelling(Operation *op) {
  if (isa<tile::ExpandDimsOp, tile::BroadcastOp, tile::TransOp>(op))
    return true;
  auto reshape = dyn_cast<tile::ReshapeOp>(op);
  auto shape = [](Value value) { return cast<RankedTensorType>(value.getType()).getShape().vec(); };
  return reshape && !reshape.getFrom() &&
         canReshapeLayouts(shape(reshape.getSource()), shape(reshape.getResult()));
}

} // namespace mla
