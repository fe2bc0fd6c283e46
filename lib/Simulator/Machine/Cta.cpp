//===- Cta.cpp - a block of threads and its barriers ----------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>

namespace mla::sim {

static unsigned threadsOf(const Launch &launch) {
  return launch.block[0] * launch.block[1] * launch.block[2];
}

Cta::Cta(Cluster &cluster, Grid &grid, unsigned rank) : cluster(cluster), grid(grid), rank(rank) {
  const Program &program = grid.program;
  unsigned alignment = program.dynamicAlignment;
  unsigned declared = (program.sharedBytes + alignment - 1) / alignment * alignment;
  shared.resize(declared + grid.launch.sharedBytes);
  sharedWritten.resize(shared.size());
  unsigned count = (threadsOf(grid.launch) + kLanes - 1) / kLanes;
  warps.reserve(count);
  for (unsigned i = 0; i < count; ++i)
    warps.emplace_back(*this, i);
}

void Cta::start(std::array<unsigned, 3> where, Count *counts) {
  position = where;
  remote.clear();
  std::fill(sharedWritten.begin(), sharedWritten.end(), 0);
  Slot zeros = grid.program.reservedShared;
  std::fill_n(shared.begin() + zeros.offset, zeros.bytes, 0);
  std::fill_n(sharedWritten.begin() + zeros.offset, zeros.bytes, 1);
  if (grid.launch.checkRaces)
    cluster.races.start(history, shared.size());
  spareRegisters = 0;
  warpgroups.assign((warps.size() + Warpgroup::kWarps - 1) / Warpgroup::kWarps, {});
  Warpgroup::Step none{};
  for (size_t missing = warps.size(); missing < warpgroups.size() * Warpgroup::kWarps; ++missing)
    warpgroups.back().end(missing % Warpgroup::kWarps, none);
  unsigned threads = threadsOf(grid.launch);
  for (Barrier &barrier : barriers) {
    barrier = Barrier();
    barrier.lanes.assign(warps.size(), 0);
  }
  for (Warp &warp : warps) {
    unsigned rest = threads - warp.index * kLanes;
    warp.counts = counts;
    warp.start(rest >= kLanes ? kAllLanes : (LaneMask(1) << rest) - 1);
  }
}

/// In multiples of warps, as barriers count them.
unsigned Cta::threadsAlive() const {
  unsigned threads = 0;
  for (const Warp &warp : warps)
    threads += warp.live ? kLanes : 0;
  return threads;
}

bool Cta::complete(unsigned number) {
  Barrier &barrier = barriers[number];
  unsigned expected = barrier.expected ? barrier.expected : threadsAlive();
  if (!barrier.isUsed() || barrier.arrived < expected)
    return false;
  // A reduction's answer: how many predicates hold, and of how many.
  uint64_t answer = uint64_t(barrier.voters) << 32 | barrier.population;
  barrier.arrived = barrier.expected = barrier.population = barrier.voters = 0;
  std::fill(barrier.lanes.begin(), barrier.lanes.end(), 0);
  for (Warp &warp : warps)
    if (warp.wake(WaitKind::Barrier, number, answer))
      cluster.races.acquire(warp.number(), barrier.clock);
  barrier.clock.clear();
  return true;
}

bool Cta::arrive(unsigned number, unsigned expected, const Warp &warp, LaneMask mask) {
  Barrier &barrier = barriers[number];
  barrier.expected = expected;
  cluster.races.release(warp.number(), barrier.clock);
  LaneMask &lanes = barrier.lanes[warp.index];
  unsigned before = lanes ? unsigned(std::popcount(lanes)) : 0;
  lanes |= mask;
  // The last lanes of a warp bring those along that have exited or never were.
  bool isWhole = !(warp.live & ~lanes);
  unsigned after = isWhole ? kLanes : unsigned(std::popcount(lanes));
  barrier.arrived += after - before;
  return complete(number);
}

bool Cta::claimRegisters(unsigned registers) {
  if (spareRegisters < registers)
    return false;
  spareRegisters -= registers;
  return true;
}

void Cta::releaseRegisters(unsigned registers) {
  spareRegisters += registers;
  for (Warp &warp : warps)
    for (const Group &group : warp.groups)
      if (group.waits == WaitKind::Registers)
        warp.wake(WaitKind::Registers, group.key);
}

void Cta::recount() {
  if (!threadsAlive())
    checkEnd();
  for (unsigned number = 0; number < kNumBarriers; ++number)
    if (barriers[number].isUsed() && !barriers[number].expected)
      complete(number);
  cluster.recount();
}

} // namespace mla::sim
