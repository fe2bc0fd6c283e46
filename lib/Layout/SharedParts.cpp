//===- SharedParts.cpp - other views of a tile in shared memory -----------===//
// A transposed tile and a part of a tile are tiles in the same bytes.

#include "SharedBytes.h"

#include <algorithm>
#include <cassert>
#include <functional>

namespace mla {

/// Alignment that readers of a tile may count on.
static constexpr int64_t kPartAlignment = 16;

std::optional<TileLayout> transposeSharedLayout(const TileLayout &shared) {
  assert(shared.rank() == 2 && "a matrix");
  if (shared.segments[0] > 1 && shared.segments[1] > 1)
    return std::nullopt;
  std::vector<LinearLayout::InDim> inDims = shared.block.inDims();
  for (LinearLayout::InDim &in : inDims)
    for (LinearLayout::Coords &basis : in.bases)
      std::swap(basis[0], basis[1]);
  std::vector<int32_t> sizes = shared.block.outSizes(), segments = shared.segments;
  std::swap(sizes[0], sizes[1]);
  std::swap(segments[0], segments[1]);
  return TileLayout{std::move(segments), LinearLayout(std::move(inDims), std::move(sizes))};
}

/// Steps through all coordinates of `shape`, last dimension fastest; false at the end.
static bool advance(std::vector<int64_t> &coords, const std::vector<int64_t> &shape) {
  for (size_t dim = shape.size(); dim-- > 0;) {
    if (++coords[dim] < shape[dim])
      return true;
    coords[dim] = 0;
  }
  return false;
}

std::optional<SharedSubtile> sharedSubtile(const TileLayout &shared,
                                           const std::vector<int64_t> &offsets,
                                           const std::vector<int64_t> &shape, int32_t elemBytes) {
  assert(offsets.size() == shared.rank() && shape.size() == shared.rank() && "one per dimension");
  if (!std::ranges::all_of(shape, [](int64_t extent) { return segmentExtent(extent).has_value(); }))
    return std::nullopt;
  SharedBytes whole(shared, elemBytes);
  int64_t start = whole.at(offsets);
  if (start % kPartAlignment != 0)
    return std::nullopt;
  if (shape == shared.shape())
    return SharedSubtile{shared, start};
  for (unsigned fastest = shared.rank(); fastest-- > 0;) {
    TileLayout layout = swizzledSharedLayout(shape, fastest, elemBytes);
    SharedBytes part(layout, elemBytes);
    std::vector<int64_t> coords(shape.size(), 0), inWhole(shape.size());
    bool holds = true;
    do {
      std::ranges::transform(coords, offsets, inWhole.begin(), std::plus<>());
      holds = whole.at(inWhole) == start + part.at(coords);
    } while (holds && advance(coords, shape));
    if (holds)
      return SharedSubtile{std::move(layout), start};
  }
  return std::nullopt;
}

} // namespace mla
