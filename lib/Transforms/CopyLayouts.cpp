//===- CopyLayouts.cpp - layouts in which threads reach memory -------------===//
#include "CopyLayouts.h"

#include "mla/Arch/Arch.h"
#include "mla/Dialect/Sm/Sm.h"

using namespace mlir;
using namespace mla;

/// Bytes of a row that neighbouring threads copy: a line of the cache.
static constexpr int64_t kCopyRunBytes = 128;
/// Most bytes of one access or asynchronous copy.
static constexpr int64_t kVectorBytes = 16;

static int64_t accessedBytes(RankedTensorType type) {
  Type element = tile::pointeeOf(type) ? tile::pointeeOf(type) : type.getElementType();
  return tile::elementBytes(element);
}

TileLayout mla::accessLayout(RankedTensorType type, std::optional<tile::AccessAttr> access,
                             int32_t numWarps) {
  unsigned dim = access ? access->getDim() : type.getRank() - 1;
  int32_t elems = access ? access->getElems() : 1;
  int32_t limit = std::max<int64_t>(1, kVectorBytes / accessedBytes(type));
  return coalescedLayout(type.getShape().vec(), dim, std::min(elems, limit), numWarps);
}

TileLayout mla::copyLayout(RankedTensorType ptrs, std::optional<tile::AccessAttr> access,
                           int32_t numWarps) {
  TileLayout layout = accessLayout(ptrs, access, numWarps);
  if (!access)
    return layout;
  int64_t elemBytes = accessedBytes(ptrs);
  int64_t vector = std::min<int64_t>(access->getElems(), kVectorBytes / elemBytes);
  return withShortRuns(layout, access->getDim(), vector, kCopyRunBytes / elemBytes);
}

bool mla::isNarrowLoad(Operation *op, int32_t elems, int32_t threads) {
  auto load = dyn_cast<tile::LoadOp>(op);
  auto type = load ? dyn_cast<RankedTensorType>(load.getType()) : RankedTensorType();
  return type && type.getRank() > 1 && type.getNumElements() < int64_t(elems) * threads;
}

bool mla::isShortVector(RankedTensorType type) {
  return type.getRank() == 1 && type.getNumElements() == 2 * kWarpThreads;
}

int64_t mla::ownElements(const TileLayout &layout) {
  int64_t elements = layout.numRegisters();
  for (const LinearLayout::Coords &basis : layout.block.bases(kRegister))
    if (llvm::all_of(basis, [](int32_t step) { return step == 0; }))
      elements /= 2;
  return elements;
}

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

TileLayout mla::wholeInEachWarp(const TileLayout &layout) {
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  auto basesOf = [&](StringRef name) -> LinearLayout::Bases & {
    return llvm::find_if(inDims, [&](const auto &in) { return in.name == name; })->bases;
  };
  for (LinearLayout::Coords &basis : basesOf(kWarp)) {
    if (llvm::any_of(basis, [](int32_t stride) { return stride != 0; }))
      basesOf(kRegister).push_back(basis);
    llvm::fill(basis, 0);
  }
  return {layout.segments, LinearLayout(std::move(inDims), layout.block.outSizes())};
}
