//===- Races.cpp - accesses of shared memory that nothing orders ----------===//
// SPDX-License-Identifier: Apache-2.0
#include "Races.h"

#include <algorithm>

namespace mla::sim {

static void join(VectorClock &into, const VectorClock &from) {
  if (into.size() < from.size())
    into.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i)
    into[i] = std::max(into[i], from[i]);
}

void Races::start(unsigned count) {
  numWarps = count;
  clocks.assign(count, VectorClock(2 * count, 0));
  for (unsigned warp = 0; warp < count; ++warp)
    clocks[warp][warp] = 1;
  copyTimes.assign(count, 0);
  atomics.clear();
}

void Races::start(AccessHistory &history, size_t bytes) const {
  size_t words = (bytes + 3) / 4;
  history.writes.assign(words, {});
  history.reads.assign(words * numWarps, {});
}

void Races::release(unsigned warp, VectorClock &into) {
  join(into, clocks[warp]);
  ++clocks[warp][warp];
}

void Races::acquire(unsigned warp, const VectorClock &from) { join(clocks[warp], from); }

void Races::acquireAt(unsigned warp, uint64_t address) {
  if (auto found = atomics.find(address); found != atomics.end())
    acquire(warp, found->second);
}

void Races::releaseAt(unsigned warp, uint64_t address) { release(warp, atomics[address]); }

bool Races::check(AccessHistory &history, size_t offset, unsigned bytes, bool writes, bool reads,
                  uint16_t agent, const VectorClock &clock, uint32_t time, uint32_t operation,
                  AccessHistory::Access &other) {
  bool isRace = false;
  for (size_t word = offset / 4; word <= (offset + bytes - 1) / 4; ++word) {
    size_t first = std::max(offset, 4 * word) - 4 * word;
    size_t end = std::min(offset + bytes, 4 * word + 4) - 4 * word;
    auto part = uint8_t(((1u << end) - 1) & ~((1u << first) - 1));
    auto races = [&](const AccessHistory::Access &before) {
      bool isOrdered = before.agent == agent || before.time <= clock[before.agent];
      if (!before.time || isOrdered || !(before.bytes & part))
        return false;
      other = before;
      return isRace = true;
    };
    AccessHistory::Access &lastWrite = history.writes[word];
    AccessHistory::Access *lastReads = &history.reads[word * numWarps];
    races(lastWrite);
    AccessHistory::Access now{time, operation, agent, part};
    if (writes) {
      for (unsigned warp = 0; warp < numWarps; ++warp)
        races(lastReads[warp]);
      // A part of the same write, or of one by the same agent at the same time, counts together.
      if (lastWrite.agent == agent && lastWrite.time == time)
        now.bytes |= lastWrite.bytes;
      lastWrite = now;
    } else if (reads) {
      AccessHistory::Access &mine = lastReads[agent];
      if (mine.time == time)
        now.bytes |= mine.bytes;
      mine = now;
    }
  }
  return isRace;
}

bool Races::access(AccessHistory &history, size_t offset, unsigned bytes, Use use, unsigned warp,
                   uint32_t operation, AccessHistory::Access &other) {
  const VectorClock &clock = clocks[warp];
  return check(history, offset, bytes, use != Use::Read, use == Use::Read, uint16_t(warp), clock,
               clock[warp], operation, other);
}

bool Races::copy(AccessHistory &history, size_t offset, unsigned bytes, unsigned warp,
                 uint32_t operation, uint32_t &time, AccessHistory::Access &other) {
  // The copy knows what its warp knows and has done; a time of its own, which the warp does not
  // know.
  VectorClock clock = clocks[warp];
  time = ++copyTimes[warp];
  return check(history, offset, bytes, true, false, uint16_t(numWarps + warp), clock, time,
               operation, other);
}

void Races::finishCopies(unsigned warp, uint32_t time) {
  uint32_t &known = clocks[warp][numWarps + warp];
  known = std::max(known, time);
}

} // namespace mla::sim
