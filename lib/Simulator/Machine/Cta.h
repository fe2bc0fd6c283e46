//===- Cta.h - a block of threads and its cluster -------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Warp.h"

#include <map>

namespace mla::sim {

class Cluster;

/// bar.sync and its relatives (PTX ISA, "bar, barrier"). Threads arrive; when as many have come as
/// are expected, those that wait go on.
struct Barrier {
  unsigned expected = 0;       ///< threads; 0: those of the block that have not exited
  unsigned arrived = 0;        ///< threads
  std::vector<LaneMask> lanes; ///< of each warp that have arrived
  unsigned population = 0;     ///< of a reduction: predicates that hold
  unsigned voters = 0;         ///< and how many there were
  VectorClock clock;           ///< what has happened before it
  bool isUsed() const { return arrived != 0; }
};

inline constexpr unsigned kNumBarriers = 16;

/// A block of threads.
class Cta {
public:
  Cta(Cluster &cluster, Grid &grid, unsigned rank);

  /// Prepares the block with this position in the grid.
  void start(std::array<unsigned, 3> position, Count *counts);

  /// Counts lanes of a warp as arrived; true if that completed the barrier, which then begins anew
  /// and has woken everyone who waited. `expected`: threads, 0 for all.
  bool arrive(unsigned barrier, unsigned expected, const Warp &warp, LaneMask mask);
  /// Notes that a warp of another block, or work of it, uses this one's shared memory.
  void noteRemote(Warp &warp, Races::Work work);
  /// After lanes have exited: barriers that wait for all threads may be complete.
  void recount();

  /// Registers of each thread of a warp, from those that other warps have released.
  bool claimRegisters(unsigned registers);
  void releaseRegisters(unsigned registers);
  unsigned freeRegisters() const { return spareRegisters; }

  Cluster &cluster;
  Grid &grid;
  const unsigned rank; ///< in the cluster
  std::array<unsigned, 3> position = {};
  std::vector<Warp> warps;
  std::vector<uint8_t> shared; ///< from kSharedBase on
  std::vector<uint8_t> sharedWritten;
  AccessHistory history; ///< of shared memory
  std::vector<Warpgroup> warpgroups;
  std::array<Barrier, kNumBarriers> barriers;

private:
  unsigned spareRegisters = 0; ///< of the threads of one warp
  /// The last use by a warp or by asynchronous work of another block.
  struct RemoteUse {
    uint32_t time = 0;
    uint32_t operation = 0;
    uint64_t phase = 0; ///< of the cluster's barrier, at which the warp arrives behind the use
  };
  std::map<uint16_t, RemoteUse> remote; ///< by agent

  /// After the last warp has exited.
  void checkEnd();
  unsigned threadsAlive() const;
  bool complete(unsigned barrier);
};

/// Blocks that run together.
class Cluster {
public:
  Cluster(Grid &grid, std::vector<Count> &counts);

  enum class State { Paused, Finished };
  void start(uint64_t index);
  /// Runs for about `budget` instructions.
  State run(uint64_t budget);

  /// barrier.cluster.arrive; false if a lane has arrived and not all others have. A relaxed one
  /// releases what came before the last fence.
  bool arrive(const Warp &warp, LaneMask mask, bool isRelaxed);
  /// Whether all threads have arrived since these lanes did.
  bool hasPassed(Warp &warp, LaneMask mask);
  /// After lanes have exited.
  void recount();
  /// The phase of the cluster's barrier at which a warp arrives next.
  uint64_t nextPhase(const Warp &warp) { return phases + (waiting(warp) != 0); }

  /// Begins asynchronous work.
  AsyncHandle begin(std::function<void()> run);
  /// An mbarrier at this address, whose bytes lie at `memory`: arrivals, and bytes of transactions
  /// that are expected (positive) or done. Completes the phase if nothing is missing. False if it
  /// is no mbarrier or there are too many arrivals.
  bool update(uint64_t address, uint8_t *memory, uint32_t arrivals, int32_t bytes, bool drops);
  struct MbarrierState {
    VectorClock now, done;  ///< of the current and of the last phase
    uint64_t phases = 0;    ///< that are complete
    uint32_t operation = 0; ///< the last one that expected or completed bytes
  };
  std::unordered_map<uint64_t, MbarrierState> mbarriers;

  /// A number below `bound`, from the launch's seed.
  uint64_t random(uint64_t bound);
  /// What %clock reads: instructions that the cluster has executed, growing with every call.
  uint64_t clock() { return ++executed; }

  Grid &grid;
  std::vector<std::unique_ptr<Cta>> ctas;
  uint64_t index = 0;                    ///< among the clusters of the grid
  std::array<unsigned, 3> position = {}; ///< of the cluster in the grid of clusters
  Races races;

private:
  Warp *pickWarp();
  bool finishOne();
  void finishDue();
  LaneMask &waiting(const Warp &warp) { return arrived[warp.number()]; }
  void reportDeadlock();
  std::string describe(const Warp &warp, const Group &group);
  /// Where an mbarrier lies and what it waits for; false if there is none at this address.
  bool readMbarrier(uint64_t address, Mbarrier &barrier) const;
  void checkMbarriers();

  std::vector<Count> &counts;
  std::vector<Warp *> warps;
  std::vector<LaneMask> arrived; ///< at the barrier of the cluster, of each warp
  VectorClock arriving, passed;  ///< of its current and of its last phase
  uint64_t phases = 0;           ///< that are complete
  size_t turn = 0;
  uint64_t state = 0; ///< of the random numbers
  uint64_t executed = 0;
  std::vector<AsyncHandle> pending;
};

} // namespace mla::sim
