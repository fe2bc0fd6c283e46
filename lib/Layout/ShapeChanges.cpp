//===- ShapeChanges.cpp - layouts of permuted, reshaped and joined tiles --===//
// Each says which coordinates the elements that a thread holds have after the change.

#include "mla/Layout/TileLayout.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace mla {

using Coords = LinearLayout::Coords;

TileLayout permuteLayout(const TileLayout &layout, const std::vector<unsigned> &order) {
  assert(order.size() == layout.rank() && "one entry per dimension");
  auto permuted = [&](const std::vector<int32_t> &values) {
    std::vector<int32_t> result;
    for (unsigned dim : order)
      result.push_back(values[dim]);
    return result;
  };
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims)
    for (Coords &basis : in.bases)
      basis = permuted(basis);
  return {permuted(layout.segments),
          LinearLayout(std::move(inDims), permuted(layout.block.outSizes()))};
}

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

namespace {
/// Neighbouring dimensions [fromBegin, fromEnd) that become [toBegin, toEnd).
struct Group {
  unsigned fromBegin, fromEnd, toBegin, toEnd;
};

/// Segments and blocks of the dimensions of a tile.
struct Division {
  std::vector<int32_t> segments, blocks;

  int64_t extent(unsigned dim) const { return int64_t(segments[dim]) * blocks[dim]; }
  unsigned rank() const { return segments.size(); }
  /// The first dimension of [begin, end) with an extent above 1, or `end`.
  unsigned leading(unsigned begin, unsigned end) const {
    while (begin < end && extent(begin) == 1)
      ++begin;
    return begin;
  }
  bool isWhole(unsigned begin, unsigned end) const {
    return std::all_of(segments.begin() + begin, segments.begin() + end,
                       [](int32_t count) { return count == 1; });
  }
};
} // namespace

static std::optional<Division> divide(const std::vector<int64_t> &shape) {
  Division division;
  for (int64_t extent : shape) {
    std::optional<SegmentedExtent> segmented = segmentExtent(extent);
    if (!segmented)
      return std::nullopt;
    division.segments.push_back(int32_t(segmented->segments));
    division.blocks.push_back(int32_t(segmented->block));
  }
  return division;
}

/// The smallest groups with equal products; dimensions of extent 1 join the group before them.
static std::vector<Group> groupDimensions(const Division &from, const Division &to) {
  std::vector<Group> groups;
  unsigned i = 0, j = 0;
  while (i < from.rank() && j < to.rank()) {
    Group group{i, i, j, j};
    int64_t before = from.extent(i++), after = to.extent(j++);
    while (before != after) {
      if (before < after)
        before *= from.extent(i++);
      else
        after *= to.extent(j++);
    }
    while (i < from.rank() && from.extent(i) == 1)
      ++i;
    while (j < to.rank() && to.extent(j) == 1)
      ++j;
    group.fromEnd = i;
    group.toEnd = j;
    groups.push_back(group);
  }
  return groups;
}

/// Whether the elements of a group keep their order by a change of coordinate bits alone.
static bool movesBitsOnly(const Group &group, const Division &from, const Division &to) {
  unsigned first = from.leading(group.fromBegin, group.fromEnd);
  unsigned second = to.leading(group.toBegin, group.toEnd);
  if (first == group.fromEnd || second == group.toEnd)
    return true;
  return from.segments[first] == to.segments[second] && from.isWhole(first + 1, group.fromEnd) &&
         to.isWhole(second + 1, group.toEnd);
}

bool canReshapeLayouts(const std::vector<int64_t> &from, const std::vector<int64_t> &to) {
  std::optional<Division> before = divide(from), after = divide(to);
  return before && after &&
         std::ranges::all_of(groupDimensions(*before, *after), [&](const Group &group) {
           return movesBitsOnly(group, *before, *after);
         });
}

std::optional<TileLayout> reshapeLayout(const TileLayout &layout,
                                        const std::vector<int64_t> &shape) {
  Division from{layout.segments, layout.block.outSizes()};
  std::optional<Division> to = divide(shape);
  if (!to)
    return std::nullopt;
  std::vector<Group> groups = groupDimensions(from, *to);
  for (const Group &group : groups)
    if (!movesBitsOnly(group, from, *to))
      return std::nullopt;
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims)
    for (Coords &basis : in.bases) {
      Coords moved(to->rank(), 0);
      for (const Group &group : groups) {
        // Inside a segment the row-major index is one string of bits, cut elsewhere.
        int64_t flat = 0;
        for (unsigned dim = group.fromBegin; dim < group.fromEnd; ++dim)
          flat = flat * from.blocks[dim] + basis[dim];
        for (unsigned dim = group.toEnd; dim-- > group.toBegin; flat /= to->blocks[dim])
          moved[dim] = int32_t(flat % to->blocks[dim]);
      }
      basis = std::move(moved);
    }
  return TileLayout{to->segments, LinearLayout(std::move(inDims), to->blocks)};
}

std::optional<std::vector<int32_t>> matchReshape(const TileLayout &src, const TileLayout &dst) {
  // Registers keep their numbers, segments their order.
  std::optional<TileLayout> reshaped = reshapeLayout(src, dst.shape());
  std::vector<int> identity(dst.rank());
  std::iota(identity.begin(), identity.end(), 0);
  return reshaped ? matchRegisters(*reshaped, dst, identity) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Pairs
//===----------------------------------------------------------------------===//

bool isInRegisters(const TileLayout &layout, unsigned dim) {
  for (std::string_view threads : {kLane, kWarp})
    for (const Coords &basis : layout.block.bases(threads))
      if (basis[dim] != 0)
        return false;
  return true;
}

TileLayout joinLayout(const TileLayout &layout) {
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims) {
    for (Coords &basis : in.bases)
      basis.push_back(0);
    if (in.name == kRegister) {
      Coords pair(layout.rank() + 1, 0);
      pair.back() = 1;
      in.bases.insert(in.bases.begin(), std::move(pair));
    }
  }
  std::vector<int32_t> segments = layout.segments, sizes = layout.block.outSizes();
  segments.push_back(1);
  sizes.push_back(2);
  return {std::move(segments), LinearLayout(std::move(inDims), std::move(sizes))};
}

} // namespace mla
