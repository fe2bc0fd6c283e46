//===- AxisSteps.h - combining the elements along one dimension -----------===//
// What a reduction or a scan does with a register layout: which groups of neighbouring elements a
// thread, the lanes of a warp and the warps combine, and in which order.
#pragma once

#include "mla/Layout/TileLayout.h"

namespace mla {

/// One step makes one group out of several neighbouring groups along the dimension.
struct AxisStep {
  /// kRegister: groups that one thread holds; kLane, kWarp: groups of the threads that differ in
  /// `bits`.
  std::string_view owner;
  /// Groups that become one.
  int64_t count = 1;
  /// Bits of the lane or warp index, the one that moves the least along the dimension first.
  std::vector<unsigned> bits;
};

/// The steps that combine all elements of `layout` along `axis`, each element once even if several
/// threads or registers hold it; the product of the counts is the extent. In `ordered` steps the
/// groups of a step are runs of neighbouring elements, ascending, so that the function need not be
/// commutative; otherwise all registers come first, then lanes, then warps.
///
///     extent 64, registers hold bits 0 and 5, lanes 1 to 4
///     ordered        2 registers, 16 lanes, 2 registers
///     otherwise      4 registers, 16 lanes
///
/// Nothing if some thread would need registers of threads that also differ elsewhere, or if warps
/// would have to exchange groups more than once.
std::optional<std::vector<AxisStep>> axisSteps(const TileLayout &layout, unsigned axis,
                                               bool ordered);

/// For each register of sliceLayout(layout, axis), the registers of `layout` that
/// hold its elements in the same thread, none twice, in ascending order along `axis`. `layout` has
/// steps.
std::vector<std::vector<int32_t>> axisRegisters(const TileLayout &layout, unsigned axis);

/// Where the groups that warps exchange lie in scratch memory: slot (group · laneSlots + lane part)
/// · parts + warp part, each a dense array of the other dimensions' elements. Groups are those that
/// later steps combine in registers, lane parts those that they combine across lanes.
struct WarpExchange {
  int64_t parts = 1, laneSlots = 1, groups = 1;
  /// Elements of a slot.
  int64_t slotElems = 1;
  /// Bits of the lane index that later steps combine.
  std::vector<unsigned> laterLaneBits;

  int64_t numElems() const { return groups * laneSlots * parts * slotElems; }
  /// Bytes for groups of one type, 8-byte aligned, so that those of another type can follow.
  int64_t areaBytes(int64_t elemBytes) const { return (numElems() * elemBytes + 7) / 8 * 8; }
};
/// The exchange of the step with warps; nothing without one.
std::optional<WarpExchange> warpExchange(const TileLayout &layout, unsigned axis,
                                         const std::vector<AxisStep> &steps);

} // namespace mla
