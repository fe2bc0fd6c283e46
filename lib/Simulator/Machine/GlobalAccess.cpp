//===- GlobalAccess.cpp - what warps order through global memory ----------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <cstring>

namespace mla::sim {

static bool isGlobal(uint64_t address) {
  return address - kSharedWindow >= kSharedWindowBytes &&
         address - kLocalWindow >= kLocalWindowBytes;
}

GridWarp Warp::gridWarp() const { return {cta.cluster.index, number()}; }

void Warp::acquireGlobal(const uint64_t *addresses, LaneMask mask, const Ordering &ordering) {
  GlobalRaces *races = cta.grid.globalRaces.get();
  if (!races || !ordering.isStrong || !ordering.isWide)
    return;
  // A relaxed load learns at the next fence what it has seen.
  ForeignClock &into = ordering.acquires ? cta.cluster.races.foreignOf(number()) : seen;
  forEachLane(mask, [&](unsigned lane) {
    if (isGlobal(addresses[lane]))
      races->acquire(addresses[lane], into);
  });
}

void Warp::releaseGlobal(const uint64_t *addresses, LaneMask mask, const Ordering &ordering) {
  GlobalRaces *races = cta.grid.globalRaces.get();
  if (!races || !ordering.isStrong || !ordering.isWide)
    return;
  bool any = false;
  forEachLane(mask, [&](unsigned lane) { any |= isGlobal(addresses[lane]); });
  if (!any)
    return;
  ForeignClock known =
      ordering.releases ? cta.cluster.races.publish(number(), cta.cluster.index) : fenced;
  forEachLane(mask, [&](unsigned lane) {
    if (isGlobal(addresses[lane]))
      races->release(addresses[lane], known);
  });
}

void Warp::fenceGlobal() {
  if (!cta.grid.globalRaces)
    return;
  cta.cluster.races.foreignOf(number()).join(seen);
  fenced = cta.cluster.races.publish(number(), cta.cluster.index);
}

void Warp::checkGlobal(const GlobalAccess &access, unsigned lane) {
  GlobalRaces *races = cta.grid.globalRaces.get();
  if (!races || !access.bytes || !isGlobal(access.address) ||
      (recent && recent->isReadOnly && recent->contains(access.address, access.bytes)))
    return;
  GlobalRaces::Access other;
  if (!races->access(access, gridWarp(), cta.cluster.races, pc(), other))
    return;
  const Program &program = cta.grid.program;
  unsigned warps = unsigned(cta.warps.size());
  std::array<unsigned, 3> block = cta.grid.positionOf(other.by.cluster, other.by.warp / warps);
  std::string source = program.sourceOf(other.operation);
  note(FindingKind::Race,
       std::string(access.writes ? "writes " : "reads ") +
           cta.grid.memory.describe(access.address) +
           ", and nothing orders that with an access of warp " +
           std::to_string(other.by.warp % warps) + " of block (" + std::to_string(block[0]) + ", " +
           std::to_string(block[1]) + ", " + std::to_string(block[2]) + ") at line " +
           std::to_string(program.instructions[other.operation]->line) + ", " +
           program.opcodeOf(other.operation) + (source.empty() ? "" : " (" + source + ")"),
       lane);
}

void Warp::checkGlobalReads(const uint64_t *addresses, unsigned bytes, LaneMask mask,
                            bool isStrong) {
  if (cta.grid.globalRaces)
    forEachLane(mask, [&](unsigned lane) {
      checkGlobal({addresses[lane], bytes, /*writes=*/false, isStrong}, lane);
    });
}

void Warp::checkGlobalWrite(uint64_t address, const uint8_t *before, const uint8_t *after,
                            unsigned bytes, bool isStrong, unsigned lane) {
  if (cta.grid.globalRaces && std::memcmp(before, after, bytes) != 0)
    checkGlobal({address, bytes, /*writes=*/true, isStrong}, lane);
}

} // namespace mla::sim
