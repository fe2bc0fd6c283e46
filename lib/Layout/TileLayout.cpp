//===- TileLayout.cpp - tiles with segmented extents ----------------------===//
// Segmentation, coordinates, and the layouts that follow from another one (slice, shrink, match).

#include "mla/Layout/TileLayout.h"

#include "Gf2.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>

namespace mla {

std::optional<SegmentedExtent> segmentExtent(int64_t extent) {
  // One block is at most 2^30, so that block coordinates stay positive 32-bit numbers.
  constexpr int64_t kMaxBlock = int64_t(1) << 30;
  if (extent < 1)
    return std::nullopt;
  int64_t block = int64_t(1) << std::countr_zero(uint64_t(extent));
  int64_t segments = extent / block;
  if (block > kMaxBlock)
    return std::nullopt;
  if (segments != 1 && (block < kMinSegmentBlock || segments > kMaxSegments))
    return std::nullopt;
  return SegmentedExtent{segments, block};
}

int64_t paddedExtent(int64_t extent) {
  assert(extent >= 1 && "extents are positive");
  if (extent <= kMinSegmentBlock)
    return int64_t(std::bit_ceil(uint64_t(extent)));
  // With the smallest block that needs at most 16 segments, every storable extent ≥ `extent` is a
  // multiple of that block: a smaller block would need more than 16.
  int64_t block = kMinSegmentBlock;
  while ((extent - 1) / block + 1 > kMaxSegments)
    block *= 2;
  return ((extent - 1) / block + 1) * block;
}

std::vector<int64_t> TileLayout::shape() const {
  std::vector<int64_t> extents(rank());
  for (unsigned dim = 0; dim < rank(); ++dim)
    extents[dim] = int64_t(segments[dim]) * block.outSizes()[dim];
  return extents;
}

int64_t TileLayout::numSegments() const {
  int64_t count = 1;
  for (int32_t segmentsOfDim : segments)
    count *= segmentsOfDim;
  return count;
}

/// First coordinate of segment `segment` (row-major over the segments).
static std::vector<int64_t> segmentOrigin(const TileLayout &layout, int64_t segment) {
  assert(segment >= 0 && segment < layout.numSegments() && "register or offset out of range");
  std::vector<int64_t> origin(layout.rank());
  for (unsigned dim = layout.rank(); dim-- > 0;) {
    origin[dim] = segment % layout.segments[dim] * layout.block.outSizes()[dim];
    segment /= layout.segments[dim];
  }
  return origin;
}

/// Adds the images of the set bits of `value` to `coords`. Block coordinates stay below the block's
/// extent, of which an origin is a multiple, so that XOR adds them.
static void addImages(std::vector<int64_t> &coords, const LinearLayout::Bases &bases,
                      int64_t value) {
  assert(value >= 0 && value >> bases.size() == 0 && "input out of range");
  for (const LinearLayout::Coords &basis : bases) {
    if (value & 1)
      for (size_t dim = 0; dim < coords.size(); ++dim)
        coords[dim] ^= basis[dim];
    value >>= 1;
  }
}

std::vector<int64_t> TileLayout::coords(int64_t reg, int32_t lane, int32_t warp) const {
  const LinearLayout::Bases &registers = block.bases(kRegister);
  std::vector<int64_t> result = segmentOrigin(*this, reg >> registers.size());
  addImages(result, registers, reg & ((int64_t(1) << registers.size()) - 1));
  addImages(result, block.bases(kLane), lane);
  addImages(result, block.bases(kWarp), warp);
  return result;
}

std::vector<int64_t> TileLayout::coordsAt(int64_t offset) const {
  const LinearLayout::Bases &offsets = block.bases(kOffset);
  std::vector<int64_t> result = segmentOrigin(*this, offset >> offsets.size());
  addImages(result, offsets, offset & ((int64_t(1) << offsets.size()) - 1));
  return result;
}

//===-- Derived layouts ----------------------------------------------------===//

TileLayout dropReplicatedRegisters(const TileLayout &layout) {
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims) {
    if (in.name != kRegister)
      continue;
    // A basis that is a sum of earlier ones reaches only elements that earlier registers hold.
    gf2::Span seen;
    std::erase_if(in.bases, [&](const LinearLayout::Coords &basis) {
      uint64_t flat = 0;
      for (unsigned dim = 0; dim < layout.rank(); ++dim)
        flat = flat * uint64_t(layout.block.outSizes()[dim]) + uint64_t(basis[dim]);
      return !seen.insert(flat);
    });
  }
  return {layout.segments, LinearLayout(std::move(inDims), layout.block.outSizes())};
}

TileLayout sliceLayout(const TileLayout &layout, unsigned dim) {
  assert(dim < layout.rank() && "no such dimension");
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims)
    for (LinearLayout::Coords &basis : in.bases)
      basis.erase(basis.begin() + dim);
  std::vector<int32_t> sizes = layout.block.outSizes();
  sizes.erase(sizes.begin() + dim);
  std::vector<int32_t> segments = layout.segments;
  segments.erase(segments.begin() + dim);
  return dropReplicatedRegisters(
      {std::move(segments), LinearLayout(std::move(inDims), std::move(sizes))});
}

TileLayout shrinkLayout(const TileLayout &layout, unsigned dim) {
  assert(dim < layout.rank() && "no such dimension");
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims)
    for (LinearLayout::Coords &basis : in.bases)
      basis[dim] = 0;
  std::vector<int32_t> sizes = layout.block.outSizes();
  sizes[dim] = 1;
  std::vector<int32_t> segments = layout.segments;
  segments[dim] = 1;
  return dropReplicatedRegisters(
      {std::move(segments), LinearLayout(std::move(inDims), std::move(sizes))});
}

/// `coords` of the destination seen as coordinates of the source.
template <typename Int>
static std::vector<int64_t> projectCoords(const std::vector<Int> &coords,
                                          const std::vector<int> &project, unsigned srcRank) {
  std::vector<int64_t> projected(srcRank, 0);
  for (size_t dim = 0; dim < coords.size(); ++dim)
    if (project[dim] >= 0)
      projected[project[dim]] = coords[dim];
  return projected;
}

std::optional<std::vector<int32_t>> matchRegisters(const TileLayout &src, const TileLayout &dst,
                                                   const std::vector<int> &project) {
  assert(project.size() == dst.rank() && "one entry per dimension of dst");
  // A segment's origin is a multiple of its block, so a coordinate is the XOR of the origin and the
  // images of its input bits. Moving to another lane or warp must therefore move both sides by the
  // same amount, and then it is enough to look at lane 0 of warp 0.
  for (std::string_view threads : {kLane, kWarp}) {
    const LinearLayout::Bases &srcBases = src.block.bases(threads);
    const LinearLayout::Bases &dstBases = dst.block.bases(threads);
    if (srcBases.size() != dstBases.size())
      return std::nullopt;
    for (size_t bit = 0; bit < srcBases.size(); ++bit)
      if (projectCoords(dstBases[bit], project, src.rank()) !=
          std::vector<int64_t>(srcBases[bit].begin(), srcBases[bit].end()))
        return std::nullopt;
  }
  std::map<std::vector<int64_t>, int32_t> holders;
  for (int64_t reg = 0; reg < src.numRegisters(); ++reg)
    holders.emplace(src.coords(reg, 0, 0), int32_t(reg));
  std::vector<int32_t> sources;
  for (int64_t reg = 0; reg < dst.numRegisters(); ++reg) {
    auto it = holders.find(projectCoords(dst.coords(reg, 0, 0), project, src.rank()));
    if (it == holders.end())
      return std::nullopt;
    sources.push_back(it->second);
  }
  return sources;
}

} // namespace mla
