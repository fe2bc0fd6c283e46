//===- AxisSteps.cpp - combining the elements along one dimension ---------===//
// Who holds each bit of the coordinate decides: runs of bits with one owner are one step.

#include "mla/Layout/AxisSteps.h"

#include "Gf2.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <map>

namespace mla {

/// Row-major index in the block.
static uint64_t flatten(const LinearLayout &block, const LinearLayout::Coords &coords) {
  uint64_t flat = 0;
  for (unsigned dim = 0; dim < block.rank(); ++dim)
    flat = flat * uint64_t(block.outSizes()[dim]) + uint64_t(coords[dim]);
  return flat;
}

namespace {
/// Who holds one bit of the coordinate.
struct BitOwner {
  std::string_view owner = kRegister;
  unsigned bit = 0; ///< of the lane or warp index
};
} // namespace

/// The owners of the coordinate's bits along `axis`, the lowest first.
static std::optional<std::vector<BitOwner>> bitOwners(const TileLayout &layout, unsigned axis) {
  const LinearLayout &block = layout.block;
  std::vector<BitOwner> owners(size_t(std::countr_zero(uint32_t(block.outSizes()[axis]))));
  for (std::string_view threads : {kLane, kWarp})
    for (unsigned bit = 0; bit < block.inBits(threads); ++bit) {
      const LinearLayout::Coords &basis = block.bases(threads)[bit];
      if (basis[axis] == 0)
        continue;
      LinearLayout::Coords pure(block.rank(), 0);
      pure[axis] = basis[axis];
      BitOwner *owner = &owners[size_t(std::countr_zero(uint32_t(basis[axis])))];
      if (basis != pure || !std::has_single_bit(uint32_t(basis[axis])) || owner->owner != kRegister)
        return std::nullopt;
      *owner = {threads, bit};
    }
  gf2::Span registers;
  for (const LinearLayout::Coords &basis : block.bases(kRegister))
    registers.insert(flatten(block, basis));
  for (size_t bit = 0; bit < owners.size(); ++bit) {
    LinearLayout::Coords pure(block.rank(), 0);
    pure[axis] = int32_t(1) << bit;
    // A thread must hold both sides of each of its own bits, and no side of the others' bits.
    bool isHeld = registers.contains(flatten(block, pure));
    if (isHeld != (owners[bit].owner == kRegister))
      return std::nullopt;
    for (const LinearLayout::Coords &basis : block.bases(kRegister))
      if (!isHeld && basis[axis] & pure[axis])
        return std::nullopt;
  }
  return owners;
}

/// Puts the steps of one owner together, which keeps no order.
static std::vector<AxisStep> gather(const std::vector<AxisStep> &ordered) {
  std::vector<AxisStep> steps;
  for (std::string_view owner : {kRegister, kLane, kWarp}) {
    AxisStep all{owner, 1, {}};
    for (const AxisStep &step : ordered) {
      if (step.owner != owner)
        continue;
      all.count *= step.count;
      all.bits.insert(all.bits.end(), step.bits.begin(), step.bits.end());
    }
    if (all.count > 1)
      steps.push_back(std::move(all));
  }
  return steps;
}

std::optional<std::vector<AxisStep>> axisSteps(const TileLayout &layout, unsigned axis,
                                               bool ordered) {
  assert(axis < layout.rank() && "no such dimension");
  std::optional<std::vector<BitOwner>> owners = bitOwners(layout, axis);
  if (!owners)
    return std::nullopt;
  std::vector<AxisStep> steps;
  auto stepOf = [&](std::string_view owner) -> AxisStep & {
    if (steps.empty() || steps.back().owner != owner)
      steps.push_back({owner, 1, {}});
    return steps.back();
  };
  for (const BitOwner &each : *owners) {
    AxisStep &step = stepOf(each.owner);
    step.count *= 2;
    if (each.owner != kRegister)
      step.bits.push_back(each.bit);
  }
  if (layout.segments[axis] > 1)
    stepOf(kRegister).count *= layout.segments[axis];
  if (!ordered)
    return gather(steps);
  auto exchangesWarps = [](const AxisStep &step) { return step.owner == kWarp; };
  if (std::count_if(steps.begin(), steps.end(), exchangesWarps) > 1)
    return std::nullopt;
  return steps;
}

std::vector<std::vector<int32_t>> axisRegisters(const TileLayout &layout, unsigned axis) {
  auto others = [&](std::vector<int64_t> coords) {
    coords.erase(coords.begin() + axis);
    return coords;
  };
  // Coordinate along the axis → register, for each element of the other dimensions.
  std::map<std::vector<int64_t>, std::map<int64_t, int32_t>> held;
  for (int64_t reg = 0; reg < layout.numRegisters(); ++reg) {
    std::vector<int64_t> coords = layout.coords(reg, 0, 0);
    int64_t position = coords[axis];
    held[others(std::move(coords))].emplace(position, int32_t(reg));
  }
  TileLayout slice = sliceLayout(layout, axis);
  std::vector<std::vector<int32_t>> registers;
  for (int64_t reg = 0; reg < slice.numRegisters(); ++reg) {
    std::vector<int32_t> &along = registers.emplace_back();
    for (const auto &[position, source] : held.at(slice.coords(reg, 0, 0)))
      along.push_back(source);
  }
  return registers;
}

std::optional<WarpExchange> warpExchange(const TileLayout &layout, unsigned axis,
                                         const std::vector<AxisStep> &steps) {
  auto step = std::find_if(steps.begin(), steps.end(),
                           [](const AxisStep &each) { return each.owner == kWarp; });
  if (step == steps.end())
    return std::nullopt;
  WarpExchange exchange;
  exchange.parts = step->count;
  for (auto later = step + 1; later != steps.end(); ++later) {
    (later->owner == kLane ? exchange.laneSlots : exchange.groups) *= later->count;
    exchange.laterLaneBits.insert(exchange.laterLaneBits.end(), later->bits.begin(),
                                  later->bits.end());
  }
  std::vector<int64_t> shape = layout.shape();
  for (unsigned dim = 0; dim < shape.size(); ++dim)
    exchange.slotElems *= dim == axis ? 1 : shape[dim];
  return exchange;
}

} // namespace mla
