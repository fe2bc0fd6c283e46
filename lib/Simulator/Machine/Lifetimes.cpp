//===- Lifetimes.cpp - blocks that use each other's shared memory ---------===//
// A block of a cluster may begin late and end early. Another one may use its shared memory when
// something that it did is known to have come before, and it may end when all such uses are known
// to have come before, or a barrier of the cluster lies between.
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>

namespace mla::sim {

bool Warp::reaches(Cta &block, unsigned lane) {
  if (&block == &cta)
    return true;
  auto lives = [](const Warp &warp) { return warp.live != 0; };
  std::string name = "shared memory of block " + std::to_string(block.rank) + " of its cluster";
  if (std::none_of(block.warps.begin(), block.warps.end(), lives)) {
    fail(FindingKind::OutOfBounds, "uses " + name + ", which has ended", lane);
    return false;
  }
  // Behind a barrier of the cluster all have begun, whatever memory it orders.
  if (!cta.grid.launch.checkRaces || phasesPassed > 0)
    return true;
  auto isKnown = [&](const Warp &warp) {
    return cta.cluster.races.knows(number(), {uint16_t(warp.number()), 1});
  };
  if (std::none_of(block.warps.begin(), block.warps.end(), isKnown))
    note(FindingKind::Race,
         "uses " + name + ", which may not have begun: nothing of it is known to come before",
         lane);
  return true;
}

void Cta::noteRemote(Warp &warp, Races::Work work) {
  if (&warp.cta == this || !grid.launch.checkRaces)
    return;
  bool isWarp = work.agent == warp.number();
  remote[work.agent] = {work.time, warp.pc(), isWarp ? cluster.nextPhase(warp) : ~uint64_t(0)};
}

void Cta::checkEnd() {
  auto isPast = [&](uint16_t agent, const RemoteUse &use) {
    return std::any_of(warps.begin(), warps.end(), [&](Warp &warp) {
      return cluster.races.knows(warp.number(), {agent, use.time}) || warp.phasesPassed > use.phase;
    });
  };
  for (const auto &[agent, use] : remote)
    if (!isPast(agent, use)) {
      grid.find(FindingKind::Race, use.operation,
                "block " + std::to_string(rank) +
                    " of the cluster may have ended before its shared memory is used here");
    }
  remote.clear();
}

} // namespace mla::sim
