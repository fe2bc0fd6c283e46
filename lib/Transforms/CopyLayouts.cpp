//===- CopyLayouts.cpp - layouts in which threads copy a tile --------------===//
#include "CopyLayouts.h"

#include "mla/Dialect/Sm/Sm.h"

using namespace mlir;
using namespace mla;

TileLayout mla::withShortRuns(const TileLayout &layout, unsigned dim, int64_t elems, int64_t run) {
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  SmallVector<LinearLayout::Coords *> places;
  for (StringRef name : {kLane, kWarp, kRegister})
    for (LinearLayout::InDim &in : inDims)
      for (LinearLayout::Coords &basis : in.bases)
        if (in.name == name && (basis[dim] == 0 || basis[dim] >= elems))
          places.push_back(&basis);
  SmallVector<LinearLayout::Coords> order;
  for (LinearLayout::Coords *place : places)
    order.push_back(*place);
  auto rank = [&](const LinearLayout::Coords &basis) {
    bool repeats = llvm::all_of(basis, [](int32_t stride) { return stride == 0; });
    return repeats ? 2 : basis[dim] >= run ? 1 : 0;
  };
  llvm::stable_sort(order, [&](const auto &a, const auto &b) { return rank(a) < rank(b); });
  for (auto [place, basis] : llvm::zip_equal(places, order))
    *place = std::move(basis);
  return {layout.segments, LinearLayout(std::move(inDims), layout.block.outSizes())};
}
