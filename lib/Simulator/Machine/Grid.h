//===- Grid.h - what all blocks of a launch share -------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "GlobalRaces.h"
#include "Memory.h"
#include "Program.h"
#include "mla/Simulator/Simulator.h"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

namespace mla::sim {

/// Registers that a thread begins with.
unsigned registersOf(const Launch &launch, const ptx::Function &kernel);
/// Why there are not enough registers for a block, or nothing.
std::string checkRegisters(const Launch &launch, const ptx::Function &kernel);

/// A launch while it runs. Its functions may be called from several threads.
class Grid {
public:
  Grid(const Program &program, const Kernel &kernel, const Launch &launch, GlobalMemory &memory,
       Report &report);

  /// Runs all blocks.
  void run();

  /// Records a finding at an operation; those that end the grid stop everything.
  void find(FindingKind kind, uint32_t operation, const std::string &text);
  /// Appends to the output of printf.
  void print(const std::string &text);
  bool isStopped() const { return stopped.load(std::memory_order_relaxed); }
  /// Takes memory that malloc gives; 0 if there is too little.
  uint64_t takeFromHeap(uint64_t bytes);
  /// The position in the grid of a block of a cluster.
  std::array<unsigned, 3> positionOf(uint64_t clusterIndex, unsigned rank) const;
  /// Counts instructions; false when there were too many.
  bool spend(uint64_t instructions);

  const Program &program;
  const Kernel &kernel;
  const Launch &launch;
  GlobalMemory &memory;
  std::array<unsigned, 3> cluster; ///< blocks of a cluster
  unsigned registers = 0;          ///< of a thread, at the launch
  uint64_t parameterAddress = 0;
  uint64_t workspaceAddress = 0;            ///< through which the blocks of cooperative groups wait
  std::unique_ptr<GlobalRaces> globalRaces; ///< null: not looked for
  std::mutex atomics;                       ///< held by atomic operations on global memory

private:
  void noteBlocksThatDoNotFit();
  void runClusters(std::vector<Count> &counts);
  void collect();
  uint64_t numClusters() const;
  /// Says how far the grid is, from time to time; called by one thread.
  void tell();

  Report &report;
  std::vector<std::vector<Count>> counts; ///< of each thread
  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::chrono::seconds told{0};
  std::mutex mutex;
  std::map<std::pair<FindingKind, uint32_t>, size_t> known; ///< index of Report::findings
  std::atomic<bool> stopped = false;
  std::atomic<uint64_t> instructions = 0;
  std::atomic<uint64_t> nextCluster = 0;
};

} // namespace mla::sim
