//===- Races.h - accesses of shared memory that nothing orders ------------===//
// Happens-before with vector clocks, over the warps of a cluster. An agent is a warp, its
// asynchronous copies, its asynchronous products, or a bulk copy. Every agent counts its own time,
// and knows up to which time of each other agent everything has happened before.
//
// **Order.** What a warp did before it arrived at a barrier happened before what every warp does
// that was waiting there. The same holds for atomics at one address, in their order. An
// asynchronous copy begins after all that its warp did before it, and ends for the warp when the
// warp has waited for it.
//
// **Proxies.** Bulk copies out of shared memory and products of warpgroups read through the
// asynchronous proxy. They see what others wrote only if a fence.proxy.async came between the write
// and their issue, in that order. So a clock has a second half: up to which time of each agent all
// is fenced.
//
// **Race.** Two accesses of a byte, at least one a write, neither before the other. Shared memory
// remembers for each word of four bytes the last write and each warp's last read, with the bytes of
// the word; an access that has fallen out of that memory is not noticed, and nothing is noticed
// that is none. Lanes of one warp count as one: their order inside an `if` is not checked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Memory.h"

#include <map>
#include <memory>
#include <unordered_map>

namespace mla::sim {

/// What is known of other clusters: a time of each of their warps. Cheap to copy.
class ForeignClock {
public:
  void join(const ForeignClock &other);
  void add(uint64_t cluster, std::vector<uint32_t> times);
  uint32_t timeOf(uint64_t cluster, unsigned warp) const;
  void clear() { known.reset(); }

private:
  using Known = std::map<uint64_t, std::vector<uint32_t>>;
  std::shared_ptr<const Known> known;
};

/// A time of each agent that is known, then of each agent that is fenced.
struct VectorClock {
  std::vector<uint32_t> times;
  ForeignClock foreign;
  void clear() {
    times.clear();
    foreign.clear();
  }
};

/// What shared memory of one block remembers.
struct AccessHistory {
  struct Access {
    uint32_t time = 0; ///< of the agent; 0: none
    uint32_t operation = 0;
    uint16_t agent = 0;
    uint8_t bytes = 0;       ///< one bit per byte of the word
    bool isUnfenced = false; ///< of an answer: ordered, but no fence came between
    bool isStrong = false;   ///< an atomic, or a load or store with .relaxed and the like
  };
  std::vector<Access> writes; ///< of each word
  std::vector<Access> reads;  ///< of each word and reader
};

class Races {
public:
  /// Begins anew, for so many warps.
  void start(unsigned numWarps);
  void start(AccessHistory &history, size_t bytes) const;

  /// What the warp did is before everything that acquires `into` later.
  void release(unsigned warp, VectorClock &into);
  void acquire(unsigned warp, const VectorClock &from);
  /// fence.acq_rel and the like: what a relaxed arrival behind it releases.
  void fenceMemory(unsigned warp);
  void releaseFenced(unsigned warp, VectorClock &into);
  /// fence.proxy.async.
  void fence(unsigned warp);
  /// The same through an address: before a load and an atomic, and behind a store and an atomic.
  void acquireAt(unsigned warp, uint64_t address);
  void releaseAt(unsigned warp, uint64_t address);
  /// Notes an access of a warp, and says whether it races; `other` is the earlier access then.
  /// Strong accesses do not race with each other.
  bool access(AccessHistory &history, size_t offset, unsigned bytes, Use use, bool isStrong,
              unsigned warp, uint32_t operation, AccessHistory::Access &other);

  /// Work that a warp issues and that goes on beside it.
  enum class Kind { Copy, Product, Bulk };
  struct Work {
    uint16_t agent = 0;
    uint32_t time = 0;
  };
  /// What a warp does now.
  Work now(unsigned warp) const { return {uint16_t(warp), clocks[warp].times[warp]}; }
  /// Whether a warp knows that something has happened.
  bool knows(unsigned warp, Work work) const { return clocks[warp].times[work.agent] >= work.time; }
  /// Begins work of a warp. Copies and products of a warp end in order: knowing one is knowing
  /// those before it.
  Work begin(Kind kind, unsigned warp);
  /// Notes what work of a warp reads or writes, when it is issued.
  bool access(AccessHistory &history, size_t offset, unsigned bytes, bool writes, Work work,
              unsigned warp, uint32_t operation, AccessHistory::Access &other);
  /// The warp has waited for this work.
  void finish(unsigned warp, Work work);
  /// Whoever acquires `into` knows that the work has ended.
  void release(Work work, VectorClock &into) const;

  // Between clusters (GlobalRaces.h).
  uint32_t timeOf(unsigned warp) const { return clocks[warp].times[warp]; }
  /// Whether a warp knows what another one did at a time: of this cluster, or of another.
  bool knows(unsigned warp, unsigned other, uint32_t time) const {
    return clocks[warp].times[other] >= time;
  }
  bool knows(unsigned warp, uint64_t cluster, unsigned other, uint32_t time) const {
    return clocks[warp].foreign.timeOf(cluster, other) >= time;
  }
  ForeignClock &foreignOf(unsigned warp) { return clocks[warp].foreign; }
  /// What a warp of this cluster knows and has done up to now.
  ForeignClock publish(unsigned warp, uint64_t cluster);

  /// "an access of warp 3", "an asynchronous copy of warp 3".
  std::string nameOf(uint16_t agent, unsigned warpsPerBlock) const;

private:
  bool check(AccessHistory &history, size_t offset, unsigned bytes, bool writes,
             const std::vector<uint32_t> &clock, AccessHistory::Access now,
             AccessHistory::Access &other);
  unsigned numReaders() const { return 2 * numWarps + 1; }
  unsigned readerOf(uint16_t agent) const;
  unsigned numAgents() const;

  unsigned numWarps = 0;
  std::vector<VectorClock> clocks; ///< of each warp, over all agents
  std::vector<VectorClock> fenced; ///< of each warp, at its last fence
  /// Of agents that are no warps: copies of each warp, products of each warp, then bulk copies,
  /// which share some agents in turn.
  std::vector<uint32_t> times;
  unsigned nextBulk = 0;
  std::unordered_map<uint64_t, VectorClock> atomics;
};

} // namespace mla::sim
