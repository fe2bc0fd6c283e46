//===- GlobalRaces.h - accesses of global memory that nothing orders ------===//
// The vector clocks of Races.h, between all warps of a grid. Inside a cluster its clocks say what
// is ordered. What a warp knows of other clusters travels with them (ForeignClock): it learns it
// through memory, as PTX's memory model says.
//
// **Release.** A store or an atomic with .release, or a relaxed one behind a fence of the GPU's
// scope, makes known at its address what its warp has done and knows, or did before the fence.
// **Acquire.** A load or an atomic with .acquire learns that, a relaxed one learns it at the next
// fence. Nothing of .cta scope reaches another cluster. What one launch does is before the next.
//
// **Race.** Two accesses of a byte by different warps, at least one a write, not both of them
// strong (atomic, .relaxed, .volatile and so on), neither before the other. A write of what is
// there already changes nothing and counts as none: layouts let several threads store one element.
// Memory remembers for each word of four bytes the last write and a few reads; what has fallen out
// of that is not noticed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Races.h"

#include <array>
#include <mutex>

namespace mla::sim {

/// What a memory access orders (PTX ISA, "Memory Consistency Model").
struct Ordering {
  bool isStrong = false; ///< .relaxed, .volatile and all that follow
  bool acquires = false, releases = false;
  bool isWide = true; ///< of a scope beyond the block
};

/// An access of global memory.
struct GlobalAccess {
  uint64_t address = 0;
  unsigned bytes = 0;
  bool writes = false;
  bool isStrong = false;
};

/// A warp of the grid.
struct GridWarp {
  uint64_t cluster = 0;
  uint32_t warp = 0; ///< in the cluster
  bool operator==(const GridWarp &) const = default;
};

/// All functions may be called from several threads of the host.
class GlobalRaces {
public:
  /// An access that was remembered.
  struct Access {
    GridWarp by;
    uint32_t time = 0; ///< of the warp; 0: none
    uint32_t operation = 0;
    uint8_t bytes = 0; ///< one bit per byte of the word
    bool isStrong = false;
  };
  /// Notes an access, and says whether it races with `other`, an earlier one.
  bool access(const GlobalAccess &access, GridWarp by, const Races &races, uint32_t operation,
              Access &other);
  /// What is known at an address becomes known to `into`.
  void acquire(uint64_t address, ForeignClock &into);
  void release(uint64_t address, const ForeignClock &known);

private:
  static constexpr unsigned kReads = 3;
  struct Word {
    Access write;
    std::array<Access, kReads> reads;
  };
  static constexpr uint64_t kPageWords = 256;
  Word &wordAt(uint64_t index);

  std::mutex mutex;
  std::unordered_map<uint64_t, std::unique_ptr<Word[]>> pages;
  uint64_t recentPage = ~uint64_t(0);
  Word *recent = nullptr;
  std::unordered_map<uint64_t, ForeignClock> released;
};

} // namespace mla::sim
