//===- Lanes.h - the registers of a warp, side by side --------------------===//
// A register of a warp is a flat array with one element per lane, so that an instruction is a loop
// over 32 neighbours. Matrix fragments are arrays of pointers to such registers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

namespace mla::sim {

inline constexpr unsigned kLanes = 32;

/// One bit per lane; also how a predicate register is held.
using LaneMask = uint32_t;
inline constexpr LaneMask kAllLanes = ~LaneMask(0);

/// A register of a warp. 8-bit registers are held in 16 bits; 128-bit ones in two words per lane.
template <typename T>
using Lanes = T[kLanes];

/// Registers of a matrix fragment: `fragment[i][lane]` is register i of a lane, as PTX numbers
/// them.
using Fragment = uint32_t *const *;
using ConstFragment = const uint32_t *const *;
using Fragment64 = uint64_t *const *;
using ConstFragment64 = const uint64_t *const *;

/// Calls `body(lane)` for each lane of `mask`; the full mask is a plain loop that vectorises.
template <typename Body>
inline void forEachLane(LaneMask mask, Body body) {
  if (mask == kAllLanes) {
    for (unsigned lane = 0; lane < kLanes; ++lane)
      body(lane);
    return;
  }
  for (; mask; mask &= mask - 1)
    body(unsigned(std::countr_zero(mask)));
}

} // namespace mla::sim
