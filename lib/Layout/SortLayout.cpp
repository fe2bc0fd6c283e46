//===- SortLayout.cpp - layouts in which a warp sorts its rows -------------===//
#include "mla/Layout/TileLayout.h"

#include <cassert>

namespace mla {

TileLayout sortLayout(const std::vector<int64_t> &shape, unsigned axis, int32_t numWarps) {
  assert(axis < shape.size() && "no such dimension");
  std::vector<int32_t> segments, blocks;
  for (int64_t extent : shape) {
    std::optional<SegmentedExtent> segmented = segmentExtent(extent);
    assert(segmented && "pad the shape first (paddedExtent)");
    segments.push_back(int32_t(segmented->segments));
    blocks.push_back(int32_t(segmented->block));
  }
  using Coords = LinearLayout::Coords;
  auto steps = [&](unsigned dim) {
    LinearLayout::Bases bases;
    for (int32_t stride = 1; stride < blocks[dim]; stride *= 2) {
      bases.emplace_back(blocks.size(), 0);
      bases.back()[dim] = stride;
    }
    return bases;
  };
  LinearLayout::Bases along = steps(axis), others;
  for (unsigned dim = blocks.size(); dim-- > 0;)
    if (dim != axis)
      for (Coords &basis : steps(dim))
        others.push_back(std::move(basis));

  // Rows to warps, then to lanes; the steps that a network takes least often, the longest, to the
  // other lanes, all others to registers.
  LinearLayout::Bases registers, lanes, warps;
  auto take = [](LinearLayout::Bases &from) {
    Coords basis = std::move(from.back());
    from.pop_back();
    return basis;
  };
  Coords replica(blocks.size(), 0);
  for (int32_t count = 1; count < numWarps; count *= 2)
    warps.push_back(others.empty() ? replica : take(others));
  constexpr size_t kLaneBits = 5;
  while (lanes.size() < kLaneBits)
    lanes.push_back(!others.empty() ? take(others) : along.empty() ? replica : take(along));
  registers = std::move(along);
  registers.insert(registers.end(), others.begin(), others.end());
  return {std::move(segments), LinearLayout({{std::string(kRegister), std::move(registers)},
                                             {std::string(kLane), std::move(lanes)},
                                             {std::string(kWarp), std::move(warps)}},
                                            std::move(blocks))};
}

} // namespace mla
