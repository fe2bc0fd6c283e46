//===- Races.cpp - accesses of shared memory that nothing orders ----------===//
// SPDX-License-Identifier: Apache-2.0
#include "Races.h"

#include <algorithm>

namespace mla::sim {

static void join(std::vector<uint32_t> &into, const std::vector<uint32_t> &from) {
  if (into.size() < from.size())
    into.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i)
    into[i] = std::max(into[i], from[i]);
}

static void join(VectorClock &into, const VectorClock &from) {
  join(into.times, from.times);
  into.foreign.join(from.foreign);
}

void ForeignClock::join(const ForeignClock &other) {
  if (!other.known || known == other.known)
    return;
  if (!known) {
    known = other.known;
    return;
  }
  auto both = std::make_shared<Known>(*known);
  for (const auto &[cluster, times] : *other.known)
    sim::join((*both)[cluster], times);
  known = std::move(both);
}

void ForeignClock::add(uint64_t cluster, std::vector<uint32_t> times) {
  auto more = known ? std::make_shared<Known>(*known) : std::make_shared<Known>();
  sim::join((*more)[cluster], times);
  known = std::move(more);
}

uint32_t ForeignClock::timeOf(uint64_t cluster, unsigned warp) const {
  if (!known)
    return 0;
  auto found = known->find(cluster);
  return found != known->end() && warp < found->second.size() ? found->second[warp] : 0;
}

ForeignClock Races::publish(unsigned warp, uint64_t cluster) {
  ForeignClock result = clocks[warp].foreign;
  const std::vector<uint32_t> &times = clocks[warp].times;
  result.add(cluster, std::vector<uint32_t>(times.begin(), times.begin() + numWarps));
  // What the warp does from now on is not part of it.
  ++clocks[warp].times[warp];
  return result;
}

/// Bulk copies that are told apart; later ones hide earlier ones.
static constexpr unsigned kBulkAgents = 64;

void Races::start(unsigned count) {
  numWarps = count;
  clocks.assign(count, VectorClock{std::vector<uint32_t>(2 * numAgents(), 0), {}});
  for (unsigned warp = 0; warp < count; ++warp)
    clocks[warp].times[warp] = 1;
  fenced.assign(count, {});
  times.assign(2 * count + kBulkAgents, 0);
  nextBulk = 0;
  atomics.clear();
}

void Races::start(AccessHistory &history, size_t bytes) const {
  size_t words = (bytes + 3) / 4;
  history.writes.assign(words, {});
  history.reads.assign(words * numReaders(), {});
}

unsigned Races::numAgents() const { return 3 * numWarps + kBulkAgents; }

void Races::fence(unsigned warp) {
  std::vector<uint32_t> &clock = clocks[warp].times;
  for (unsigned agent = 0; agent < numAgents(); ++agent)
    clock[numAgents() + agent] = clock[agent];
  // What the warp does from now on is not fenced.
  ++clock[warp];
}

unsigned Races::readerOf(uint16_t agent) const {
  if (agent < numWarps)
    return agent;
  return agent < 3 * numWarps ? numWarps + agent % numWarps : 2 * numWarps;
}

void Races::release(unsigned warp, VectorClock &into) {
  join(into, clocks[warp]);
  ++clocks[warp].times[warp];
}

void Races::fenceMemory(unsigned warp) {
  fenced[warp] = clocks[warp];
  ++clocks[warp].times[warp];
}

void Races::releaseFenced(unsigned warp, VectorClock &into) { join(into, fenced[warp]); }

void Races::acquire(unsigned warp, const VectorClock &from) { join(clocks[warp], from); }

void Races::acquireAt(unsigned warp, uint64_t address) {
  if (auto found = atomics.find(address); found != atomics.end())
    acquire(warp, found->second);
}

void Races::releaseAt(unsigned warp, uint64_t address) { release(warp, atomics[address]); }

bool Races::check(AccessHistory &history, size_t offset, unsigned bytes, bool writes,
                  const std::vector<uint32_t> &clock, AccessHistory::Access now,
                  AccessHistory::Access &other) {
  bool isRace = false;
  for (size_t word = offset / 4; word <= (offset + bytes - 1) / 4; ++word) {
    size_t first = std::max(offset, 4 * word) - 4 * word;
    size_t end = std::min(offset + bytes, 4 * word + 4) - 4 * word;
    auto part = uint8_t(((1u << end) - 1) & ~((1u << first) - 1));
    // Written by instructions or cp.async, read by a product or a bulk copy.
    bool isOtherProxy = now.agent >= 2 * numWarps && !writes;
    auto races = [&](const AccessHistory::Access &before) {
      if (!before.time || before.agent == now.agent || !(before.bytes & part) ||
          (before.isStrong && now.isStrong))
        return;
      bool isOrdered = before.time <= clock[before.agent];
      bool isFenced = !isOtherProxy || before.agent >= 2 * numWarps ||
                      before.time <= clock[numAgents() + before.agent];
      if (isOrdered && isFenced)
        return;
      other = before;
      other.isUnfenced = isOrdered;
      isRace = true;
    };
    AccessHistory::Access &lastWrite = history.writes[word];
    AccessHistory::Access *lastReads = &history.reads[word * numReaders()];
    races(lastWrite);
    if (writes)
      for (unsigned reader = 0; reader < numReaders(); ++reader)
        races(lastReads[reader]);
    // Parts of a word that an agent accesses at the same time count together.
    AccessHistory::Access &mine = writes ? lastWrite : lastReads[readerOf(now.agent)];
    uint8_t before = mine.agent == now.agent && mine.time == now.time ? mine.bytes : 0;
    mine = now;
    mine.bytes = before | part;
  }
  return isRace;
}

bool Races::access(AccessHistory &history, size_t offset, unsigned bytes, Use use, bool isStrong,
                   unsigned warp, uint32_t operation, AccessHistory::Access &other) {
  const std::vector<uint32_t> &clock = clocks[warp].times;
  AccessHistory::Access now{clock[warp], operation, uint16_t(warp)};
  now.isStrong = isStrong || use == Use::Atomic;
  return check(history, offset, bytes, use != Use::Read, clock, now, other);
}

Races::Work Races::begin(Kind kind, unsigned warp) {
  unsigned which = kind == Kind::Copy      ? warp
                   : kind == Kind::Product ? numWarps + warp
                                           : 2 * numWarps + nextBulk++ % kBulkAgents;
  return {uint16_t(numWarps + which), ++times[which]};
}

bool Races::access(AccessHistory &history, size_t offset, unsigned bytes, bool writes, Work work,
                   unsigned warp, uint32_t operation, AccessHistory::Access &other) {
  // Work comes after all that its warp has done and knows.
  return check(history, offset, bytes, writes, clocks[warp].times,
               {work.time, operation, work.agent}, other);
}

void Races::finish(unsigned warp, Work work) {
  uint32_t &known = clocks[warp].times[work.agent];
  known = std::max(known, work.time);
}

void Races::release(Work work, VectorClock &into) const {
  if (into.times.size() <= work.agent)
    into.times.resize(2 * numAgents());
  into.times[work.agent] = std::max(into.times[work.agent], work.time);
}

std::string Races::nameOf(uint16_t agent, unsigned warpsPerBlock) const {
  if (agent >= 3 * numWarps)
    return "a bulk copy";
  const char *what = agent < numWarps       ? "an access"
                     : agent < 2 * numWarps ? "an asynchronous copy"
                                            : "an asynchronous product";
  return std::string(what) + " of warp " + std::to_string(agent % numWarps % warpsPerBlock);
}

} // namespace mla::sim
