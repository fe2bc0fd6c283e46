//===- AsyncWork.cpp - work of warps that ends later ----------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <cstring>

namespace mla::sim {

/// Instructions of the cluster after which work ends at the latest, for programs that poll.
static constexpr uint64_t kDeadline = 1 << 16;

AsyncHandle Cluster::begin(std::function<void()> run) {
  auto work = std::make_shared<AsyncWork>();
  work->run = std::move(run);
  work->deadline = executed + kDeadline;
  pending.push_back(work);
  return work;
}

bool Cluster::finishOne() {
  std::erase_if(pending, [](const AsyncHandle &work) { return work->isDone; });
  if (pending.empty())
    return false;
  AsyncHandle work = pending[grid.launch.seed ? random(pending.size()) : 0];
  work->finish();
  return true;
}

void Cluster::finishDue() {
  if (pending.empty())
    return;
  if (grid.launch.seed && random(4) == 0)
    finishOne();
  if (!pending.empty() && pending.front()->deadline <= executed)
    pending.front()->finish();
  std::erase_if(pending, [](const AsyncHandle &work) { return work->isDone; });
}

//===-- mbarriers ---------------------------------------------------------===//

bool Cluster::update(uint64_t address, uint8_t *memory, uint32_t arrivals, int32_t bytes,
                     bool drops) {
  uint64_t bits;
  std::memcpy(&bits, memory, sizeof(bits));
  Mbarrier barrier = Mbarrier::decode(bits);
  if (!(bits & Mbarrier::kValid) || arrivals > barrier.pending)
    return false;
  barrier.pending -= arrivals;
  barrier.bytes += bytes;
  if (drops)
    barrier.expected -= arrivals;
  bool isComplete = barrier.pending == 0 && barrier.bytes == 0;
  if (isComplete) {
    barrier.phase = !barrier.phase;
    barrier.pending = barrier.expected;
  }
  bits = barrier.encode();
  std::memcpy(memory, &bits, sizeof(bits));
  if (!isComplete)
    return true;
  MbarrierState &state = mbarriers[address];
  state.done = std::move(state.now);
  state.now.clear();
  ++state.phases;
  for (auto &cta : ctas)
    for (Warp &warp : cta->warps)
      warp.wake(WaitKind::Phase, address);
  return true;
}

//===-- Groups of a warp --------------------------------------------------===//

void Warp::issueWork(bool isProduct, unsigned lane, AsyncHandle handle, Races::Work race) {
  works[isProduct].push_back({std::move(handle), race, lane, workGroups[isProduct][lane], pc()});
}

void Warp::commitWork(bool isProduct, LaneMask mask) {
  forEachLane(mask, [&](unsigned lane) { ++workGroups[isProduct][lane]; });
}

void Warp::finishWork(bool isProduct, LaneMask mask, unsigned groupsLeft) {
  std::vector<GroupedWork> pending;
  pending.swap(works[isProduct]);
  for (GroupedWork &work : pending) {
    if (!(mask >> work.lane & 1) || work.group + groupsLeft >= workGroups[isProduct][work.lane]) {
      works[isProduct].push_back(std::move(work));
      continue;
    }
    work.handle->finish();
    cta.cluster.races.finish(number(), work.race);
    if (isProduct)
      products.finish(work.operation);
  }
}

//===-- The protocol of products ------------------------------------------===//

/// "line 12, wgmma.mma_async (k.py:3:4)".
static std::string placeOf(const Program &program, uint32_t operation) {
  std::string source = program.sourceOf(operation);
  return "line " + std::to_string(program.instructions[operation]->line) + ", " +
         program.opcodeOf(operation) + (source.empty() ? "" : " (" + source + ")");
}

void Warp::watchProducts(unsigned lane) {
  uint32_t culprit = 0;
  std::string problem = products.access(pc(), culprit);
  if (problem.empty())
    return;
  bool isCommitted = true;
  for (const GroupedWork &work : works[true])
    if (work.operation == culprit)
      isCommitted = work.group < workGroups[true][work.lane];
  note(FindingKind::Protocol,
       problem + ", " + placeOf(cta.grid.program, culprit) +
           (isCommitted ? ": no wgmma.wait_group has waited for it"
                        : ": no wgmma.commit_group has closed its group"),
       lane);
}

void Warp::issueProduct(AsyncHandle handle, Races::Work race, unsigned shape) {
  std::string problem = products.issue(pc(), shape, cta.grid.program);
  if (!problem.empty())
    note(FindingKind::Protocol, problem, 0);
  issueWork(true, 0, std::move(handle), race);
}

void Warp::alignWarpgroup(const Warpgroup::Step &step) {
  Warpgroup::Step other{};
  if (cta.warpgroups[index / Warpgroup::kWarps].advance(index % Warpgroup::kWarps, step, other))
    return;
  note(
      FindingKind::Protocol,
      other.operation == kNoRegister
          ? std::string("executes this, and another warp of its warpgroup has ended or never was")
      : other.operation == step.operation
          ? std::string("has other descriptors of matrices here than another warp of its warpgroup")
          : "executes this where another warp of its warpgroup executes " +
                placeOf(cta.grid.program, other.operation),
      0);
}

void Warp::checkEnd(unsigned lane) {
  Warpgroup::Step other{};
  if (!works[true].empty())
    note(FindingKind::Protocol,
         "ends while a product is in flight, " +
             placeOf(cta.grid.program, works[true].front().operation),
         lane);
  if (!cta.warpgroups[index / Warpgroup::kWarps].end(index % Warpgroup::kWarps, other))
    note(FindingKind::Protocol,
         "ends where another warp of its warpgroup executes " +
             placeOf(cta.grid.program, other.operation),
         lane);
}

void Warp::finishSomeProducts() {
  for (GroupedWork &work : works[true]) {
    if (cta.cluster.random(2))
      return;
    work.handle->finish();
  }
}

uint8_t *Warp::resolveAsync(Cta &owner, Use use, uint64_t offset, unsigned bytes) {
  if (offset < kSharedBase || offset - kSharedBase + bytes > owner.shared.size()) {
    fail(FindingKind::OutOfBounds,
         std::to_string(bytes) + " bytes of shared memory at offset " + std::to_string(offset) +
             ", the block has " + std::to_string(owner.shared.size()) + " from " +
             std::to_string(kSharedBase) + " on",
         0);
    return nullptr;
  }
  uint8_t *written = owner.sharedWritten.data() + (offset - kSharedBase);
  if (use != Use::Read)
    std::memset(written, 1, bytes);
  else if (cta.grid.launch.checkInitialised)
    checkWritten(written, bytes, offset, 0);
  return owner.shared.data() + (offset - kSharedBase);
}

void Warp::checkRace(Cta &owner, uint64_t offset, unsigned bytes, bool writes, Races::Work work) {
  if (!cta.grid.launch.checkRaces || offset < kSharedBase ||
      offset - kSharedBase + bytes > owner.shared.size())
    return;
  AccessHistory::Access other;
  if (cta.cluster.races.access(owner.history, offset - kSharedBase, bytes, writes, work, number(),
                               pc(), other))
    noteRace(offset - kSharedBase, writes ? "writes" : "reads", other, 0);
}

} // namespace mla::sim
