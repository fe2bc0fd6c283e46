//===- RegisterParts.cpp - parts of tiles in registers --------------------===//
// A thread has its elements of a part if the threads' own bits select elements within blocks that
// both the tile and the part are made of; all other bits are then registers.

#include "mla/Layout/TileLayout.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <map>

namespace mla {

/// The largest power of two that divides `value`; 2^30 for 0.
static int32_t divisor(int64_t value) {
  constexpr int64_t kMaxBlock = int64_t(1) << 30;
  return int32_t((value | kMaxBlock) & -(value | kMaxBlock));
}

std::optional<std::vector<int32_t>> matchPart(const TileLayout &src, const TileLayout &dst,
                                              const std::vector<int64_t> &offsets) {
  assert(src.rank() == dst.rank() && offsets.size() == src.rank() && "one offset per dimension");
  for (std::string_view threads : {kLane, kWarp}) {
    if (src.block.bases(threads) != dst.block.bases(threads))
      return std::nullopt;
    // Adding an offset commutes with the XOR of bits below it only.
    for (const LinearLayout::Coords &basis : src.block.bases(threads))
      for (unsigned dim = 0; dim < src.rank(); ++dim)
        if (basis[dim] >= divisor(offsets[dim]))
          return std::nullopt;
  }
  std::map<std::vector<int64_t>, int32_t> holders;
  for (int64_t reg = 0; reg < src.numRegisters(); ++reg)
    holders.emplace(src.coords(reg, 0, 0), int32_t(reg));
  std::vector<int32_t> sources;
  for (int64_t reg = 0; reg < dst.numRegisters(); ++reg) {
    std::vector<int64_t> coords = dst.coords(reg, 0, 0);
    std::ranges::transform(coords, offsets, coords.begin(), std::plus<>());
    auto it = holders.find(coords);
    if (it == holders.end())
      return std::nullopt;
    sources.push_back(it->second);
  }
  return sources;
}

/// `layout` on the blocks `common` of its tile, repeated in registers over a tile of `shape`.
/// Nothing if threads, or one register bit, hold elements of several blocks.
static std::optional<TileLayout> repeatBlock(const TileLayout &layout,
                                             const std::vector<int32_t> &common,
                                             const std::vector<int64_t> &shape) {
  TileLayout result;
  std::vector<int32_t> sizes;
  for (int64_t extent : shape) {
    std::optional<SegmentedExtent> segmented = segmentExtent(extent);
    assert(segmented && "pad the shape first (paddedExtent)");
    result.segments.push_back(int32_t(segmented->segments));
    sizes.push_back(int32_t(segmented->block));
  }
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims) {
    LinearLayout::Bases kept;
    for (const LinearLayout::Coords &basis : in.bases) {
      bool inside = true, outside = true;
      for (unsigned dim = 0; dim < layout.rank(); ++dim) {
        inside &= basis[dim] < common[dim];
        outside &= basis[dim] % common[dim] == 0;
      }
      if (inside)
        kept.push_back(basis);
      else if (in.name != kRegister || !outside)
        return std::nullopt;
    }
    if (in.name == kRegister)
      for (unsigned dim = layout.rank(); dim-- > 0;)
        for (int32_t stride = common[dim]; stride < sizes[dim]; stride *= 2) {
          kept.emplace_back(layout.rank(), 0);
          kept.back()[dim] = stride;
        }
    in.bases = std::move(kept);
  }
  result.block = LinearLayout(std::move(inDims), std::move(sizes));
  if (!result.block.isSurjective())
    return std::nullopt;
  return result;
}

PartLayouts choosePartLayouts(const PartLayouts &wanted, const std::vector<int64_t> &offsets) {
  const auto &[whole, part] = wanted;
  if (matchPart(whole, part, offsets))
    return wanted;
  std::vector<int32_t> common;
  for (unsigned dim = 0; dim < whole.rank(); ++dim)
    common.push_back(
        std::min({whole.block.outSizes()[dim], part.block.outSizes()[dim], divisor(offsets[dim])}));
  if (auto layout = repeatBlock(whole, common, part.shape()))
    if (matchPart(whole, *layout, offsets))
      return {whole, *layout};
  if (auto layout = repeatBlock(part, common, whole.shape()))
    if (matchPart(*layout, part, offsets))
      return {*layout, part};
  TileLayout block = coalescedLayout({common.begin(), common.end()}, whole.rank() - 1,
                                     /*vectorElems=*/1, whole.numWarps());
  return {*repeatBlock(block, common, whole.shape()), *repeatBlock(block, common, part.shape())};
}

} // namespace mla
