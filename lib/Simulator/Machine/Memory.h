//===- Memory.h - global memory and the address space ---------------------===//
// Addresses are numbers of a simulated address space. Global allocations have gaps between them, so
// that an address past the end of one belongs to none; shared and local memory have windows for
// generic addresses.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mla::sim {

/// Generic addresses of shared memory: block `rank` of a cluster begins at kSharedWindow plus
/// rank << kRankShift, as on hardware, where an address without the window is valid in .shared::cta
/// and .shared::cluster alike.
inline constexpr uint64_t kSharedWindow = uint64_t(1) << 46;
inline constexpr uint64_t kSharedWindowBytes = uint64_t(1) << 32;
inline constexpr unsigned kRankShift = 24;
/// The first bytes of shared memory belong to the system: a null address is a fault.
inline constexpr uint32_t kSharedBase = 1024;
/// Generic addresses of local memory, the same for every lane.
inline constexpr uint64_t kLocalWindow = uint64_t(1) << 47;
inline constexpr uint64_t kLocalWindowBytes = uint64_t(1) << 32;

/// How an access uses memory. Copy: a write whose race was looked for when it was issued.
enum class Use : uint8_t { Read, Write, Atomic, Copy };

/// Bytes of global memory under one name. Zeroed by the system when they are first touched: a pool
/// of gigabytes costs what is used of it.
struct Allocation {
  struct Release {
    void operator()(uint8_t *bytes) const { std::free(bytes); }
  };
  std::string name;
  uint64_t address = 0;
  uint64_t bytes = 0;
  bool isReadOnly = false;
  std::unique_ptr<uint8_t[], Release> data;
  std::unique_ptr<uint8_t[], Release> written; ///< one flag per byte

  /// Bytes behind the end that exist, as on a GPU, and belong to nobody.
  static constexpr uint64_t kPadding = 4;

  bool contains(uint64_t first, uint64_t count) const {
    return first >= address && count <= bytes && first - address <= bytes - count;
  }
};

/// All allocations. Lookups may run in several threads, changes may not.
class GlobalMemory {
public:
  Allocation &allocate(uint64_t bytes, uint64_t alignment, const std::string &name);
  void free(uint64_t address);
  /// The allocation that holds all these bytes, or null.
  Allocation *find(uint64_t address, uint64_t bytes) const;
  /// The allocation that holds the first of the four bytes of an aligned word, or null. Atomics of
  /// 8 and 16 bits become reads and compare-and-swaps of the word around them.
  Allocation *findWord(uint64_t address) const;
  /// "4 bytes past the end of 'x', which has 64 bytes".
  std::string describe(uint64_t address) const;

private:
  std::map<uint64_t, std::unique_ptr<Allocation>> allocations;
  uint64_t next = uint64_t(1) << 32;
};

} // namespace mla::sim
