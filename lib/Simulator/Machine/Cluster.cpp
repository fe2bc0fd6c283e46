//===- Cluster.cpp - turns of the warps of some blocks --------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace mla::sim {

/// Instructions of a warp until the next one has its turn.
static constexpr uint64_t kTurn = 2048;
/// The same at random.
static constexpr uint64_t kRandomTurn = 200;

Cluster::Cluster(Grid &grid, std::vector<Count> &counts) : grid(grid), counts(counts) {
  unsigned blocks = grid.cluster[0] * grid.cluster[1] * grid.cluster[2];
  for (unsigned rank = 0; rank < blocks; ++rank)
    ctas.push_back(std::make_unique<Cta>(*this, grid, rank));
}

void Cluster::start(uint64_t which) {
  index = which;
  std::array<unsigned, 3> clusters;
  for (unsigned axis = 0; axis < 3; ++axis)
    clusters[axis] = grid.launch.grid[axis] / grid.cluster[axis];
  position = {unsigned(index % clusters[0]), unsigned(index / clusters[0] % clusters[1]),
              unsigned(index / clusters[0] / clusters[1])};
  state = grid.launch.seed ? (grid.launch.seed * 0x9e3779b97f4a7c15u) ^ (index << 20) : 0;
  turn = 0;
  warps.clear();
  arrived.assign(ctas.size() * ctas[0]->warps.size(), 0);
  arriving.clear();
  passed.clear();
  phases = 0;
  pending.clear();
  mbarriers.clear();
  races.start(unsigned(arrived.size()));
  for (auto &cta : ctas) {
    cta->start(grid.positionOf(index, cta->rank), counts.data());
    for (Warp &warp : cta->warps)
      warps.push_back(&warp);
  }
}

bool Cluster::arrive(const Warp &warp, LaneMask mask, bool isRelaxed) {
  if (waiting(warp) & mask)
    return false;
  waiting(warp) |= mask;
  if (isRelaxed)
    races.releaseFenced(warp.number(), arriving);
  else
    races.release(warp.number(), arriving);
  recount();
  return true;
}

bool Cluster::hasPassed(Warp &warp, LaneMask mask) {
  if (waiting(warp) & mask)
    return false;
  warp.phasesPassed = phases;
  races.acquire(warp.number(), passed);
  return true;
}

void Cluster::recount() {
  bool any = false;
  for (auto &cta : ctas)
    for (const Warp &warp : cta->warps) {
      any |= waiting(warp) != 0;
      if (warp.live & ~waiting(warp))
        return;
    }
  if (!any)
    return;
  std::fill(arrived.begin(), arrived.end(), 0);
  std::swap(passed, arriving);
  arriving.clear();
  ++phases;
  for (auto &cta : ctas)
    for (Warp &warp : cta->warps)
      warp.wake(WaitKind::ClusterBarrier, 0);
}

/// SplitMix64.
uint64_t Cluster::random(uint64_t bound) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (z ^ (z >> 31)) % bound;
}

/// A warp that can go on, or null.
Warp *Cluster::pickWarp() {
  if (grid.launch.seed)
    turn = random(warps.size());
  for (size_t i = 0; i < warps.size(); ++i) {
    Warp *warp = warps[(turn + i) % warps.size()];
    if (!warp->isBlocked) {
      turn = (turn + i) % warps.size();
      return warp;
    }
  }
  return nullptr;
}

Cluster::State Cluster::run(uint64_t budget) {
  while (budget && !warps.empty()) {
    if (grid.isStopped())
      return State::Finished;
    finishDue();
    Warp *warp = pickWarp();
    if (!warp && finishOne())
      continue;
    if (!warp) {
      reportDeadlock();
      return State::Finished;
    }
    uint64_t slice = std::min(budget, grid.launch.seed ? 1 + random(kRandomTurn) : kTurn);
    if (grid.launch.seed) {
      warp->finishSomeCopies();
      warp->finishSomeProducts();
    }
    uint64_t left = slice;
    Warp::Stop stop = warp->run(left);
    budget -= slice - left;
    executed += slice - left;
    if (!grid.spend(slice - left)) {
      grid.find(FindingKind::Endless, warp->groups.empty() ? 0 : warp->pc(),
                "the grid has executed " + std::to_string(grid.launch.maxInstructions) +
                    " instructions and not ended");
      return State::Finished;
    }
    if (stop == Warp::Stop::Fault)
      return State::Finished;
    if (stop == Warp::Stop::Finished)
      warps.erase(warps.begin() + long(turn));
    else
      ++turn;
  }
  while (warps.empty() && finishOne())
    ;
  if (warps.empty())
    checkMbarriers();
  return warps.empty() ? State::Finished : State::Paused;
}

bool Cluster::readMbarrier(uint64_t address, Mbarrier &barrier) const {
  uint64_t rank = address >> kRankShift;
  uint64_t offset = (address & ((uint64_t(1) << kRankShift) - 1)) - kSharedBase;
  if (rank >= ctas.size() || offset + 8 > ctas[rank]->shared.size())
    return false;
  uint64_t bits;
  std::memcpy(&bits, ctas[rank]->shared.data() + offset, sizeof(bits));
  barrier = Mbarrier::decode(bits);
  return bits & Mbarrier::kValid;
}

static std::string nameOfMbarrier(uint64_t address) {
  char text[64];
  std::snprintf(text, sizeof(text), "the mbarrier at 0x%llx of block %llu",
                static_cast<unsigned long long>(address & ((uint64_t(1) << kRankShift) - 1)),
                static_cast<unsigned long long>(address >> kRankShift));
  return text;
}

/// "8192 bytes that are expected and not copied".
static std::string bytesText(int32_t bytes) {
  return std::to_string(bytes < 0 ? -bytes : bytes) +
         (bytes < 0 ? " bytes that are copied and not expected"
                    : " bytes that are expected and not copied");
}

void Cluster::checkMbarriers() {
  Mbarrier barrier;
  for (const auto &[address, state] : mbarriers)
    if (readMbarrier(address, barrier) && barrier.bytes != 0)
      grid.find(FindingKind::Protocol, state.operation,
                "the blocks end and leave " + nameOfMbarrier(address) + " with " +
                    bytesText(barrier.bytes));
}

std::string Cluster::describe(const Warp &warp, const Group &group) {
  switch (group.waits) {
  case WaitKind::None:
    return "can go on";
  case WaitKind::Converge:
  case WaitKind::WarpBarrier:
    return "waits for other lanes of its warp";
  case WaitKind::Barrier:
    return "waits at barrier " + std::to_string(group.key);
  case WaitKind::ClusterBarrier:
    return "waits at the barrier of the cluster";
  case WaitKind::Phase:
    break;
  case WaitKind::Registers:
    return "waits for " + std::to_string(group.key) +
           " registers more for each thread, its block has " +
           std::to_string(warp.cta.freeRegisters()) + " to give to a warp";
  }
  Mbarrier barrier;
  if (!readMbarrier(group.key, barrier))
    return "waits for " + nameOfMbarrier(group.key);
  std::string text = "waits for the end of phase " + std::to_string(mbarriers[group.key].phases) +
                     " (parity " + (barrier.phase ? "1" : "0") + ") of " +
                     nameOfMbarrier(group.key) + ": " + std::to_string(barrier.pending) + " of " +
                     std::to_string(barrier.expected) + " arrivals are missing";
  return text + (barrier.bytes ? ", and it has " + bytesText(barrier.bytes) : "");
}
void Cluster::reportDeadlock() {
  std::string text = "every warp waits";
  const Warp *first = warps.front();
  for (const Warp *warp : warps)
    for (const Group &group : warp->groups) {
      text += "\n  block " + std::to_string(warp->cta.rank) + " of the cluster, warp " +
              std::to_string(warp->index);
      if (group.mask != warp->started) {
        char mask[16];
        std::snprintf(mask, sizeof(mask), "%08x", group.mask);
        text += ", lanes " + std::string(mask);
      }
      const Program &program = grid.program;
      std::string source = program.sourceOf(group.pc);
      text += ": line " + std::to_string(program.instructions[group.pc]->line) + " " +
              program.opcodeOf(group.pc) + (source.empty() ? "" : " (" + source + ")") + ", " +
              describe(*warp, group);
    }
  for (const auto &cta : ctas)
    for (unsigned number = 0; number < kNumBarriers; ++number)
      if (const Barrier &barrier = cta->barriers[number]; barrier.isUsed())
        text += "\n  barrier " + std::to_string(number) + " of block " + std::to_string(cta->rank) +
                ": " + std::to_string(barrier.arrived) + " of " +
                (barrier.expected ? std::to_string(barrier.expected) : "all") +
                " threads have arrived";
  grid.find(FindingKind::Deadlock, first->groups.front().pc, text);
}

} // namespace mla::sim
