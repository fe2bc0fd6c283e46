//===- Copies.cpp - cp.async of a warp ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <cstring>

namespace mla::sim {

void Warp::issueCopy(PendingCopy copy) {
  copy.group = copyGroups[copy.lane];
  uint64_t offset = copy.to - kSharedBase - (uint64_t(cta.rank) << kRankShift);
  Races &races = cta.cluster.races;
  Races::Work work = races.begin(Races::Kind::Copy, number());
  copy.time = work.time;
  copy.agent = work.agent;
  AccessHistory::Access other;
  if (cta.grid.launch.checkRaces && offset + copy.bytes <= cta.shared.size() &&
      races.access(cta.history, offset, copy.bytes, true, work, number(), copy.operation, other))
    noteRace(offset, "copies to", other, copy.lane);
  checkGlobal({copy.from, copy.source, /*writes=*/false, /*isStrong=*/false}, copy.lane);
  copies.push_back(copy);
}

void Warp::commitCopies(LaneMask mask) {
  forEachLane(mask, [&](unsigned lane) { ++copyGroups[lane]; });
}

/// Reads and writes; a finding names the copy, not the wait.
void Warp::finishCopy(PendingCopy &copy) {
  if (copy.isDone)
    return;
  copy.isDone = true;
  ReportAt report(*this, copy.operation);
  uint8_t bytes[16] = {};
  const uint8_t *from = bytes;
  if (copy.source)
    from = resolveLane(AddressSpace::Global, Use::Read, copy.source, copy.from, copy.lane);
  uint8_t *to =
      from ? resolveLane(AddressSpace::Shared, Use::Copy, copy.bytes, copy.to, copy.lane) : nullptr;
  if (to) {
    std::memcpy(to, from, copy.source);
    std::memset(to + copy.source, 0, copy.bytes - copy.source);
  }
}

void Warp::finishCopies(LaneMask mask, unsigned groupsLeft) {
  auto mustEnd = [&](const PendingCopy &copy) {
    if (!(mask >> copy.lane & 1))
      return false;
    // Committed groups of the lane are those below its count.
    return groupsLeft == kEveryCopy || copy.group + groupsLeft < copyGroups[copy.lane];
  };
  std::vector<PendingCopy> pending;
  pending.swap(copies);
  for (PendingCopy &copy : pending)
    if (mustEnd(copy)) {
      finishCopy(copy);
      cta.cluster.races.finish(number(), {copy.agent, copy.time});
    } else {
      copies.push_back(copy);
    }
}

Races::Work Warp::lastCopy(unsigned lane) const {
  Races::Work last;
  for (const PendingCopy &copy : copies)
    if (copy.lane == lane)
      last = {copy.agent, copy.time};
  return last;
}

void Warp::endCopiesOf(unsigned lane, uint32_t time) {
  for (PendingCopy &copy : copies)
    if (copy.lane == lane && copy.time <= time)
      finishCopy(copy);
}

void Warp::finishSomeCopies() {
  Cluster &cluster = cta.cluster;
  while (!copies.empty() && cluster.random(2)) {
    finishCopy(copies[cluster.random(copies.size())]);
  }
}

} // namespace mla::sim
