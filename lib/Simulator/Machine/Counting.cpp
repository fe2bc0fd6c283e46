//===- Counting.cpp - sectors of global memory and bank conflicts ---------===//
// What hardware states of ld, st and their relatives, and the same model for the rest: shared
// memory serves 128 bytes at a time, one word of four bytes from each of 32 banks.
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>

namespace mla::sim {

static constexpr unsigned kBanks = 32, kWordBytes = 4, kSectorBytes = 32;

/// Distinct units of so many bytes that accesses touch.
static void collectUnits(std::vector<uint64_t> &units, uint64_t address, unsigned bytes,
                         unsigned unit) {
  for (uint64_t at = address / unit; at <= (address + bytes - 1) / unit; ++at)
    units.push_back(at);
}

static void makeUnique(std::vector<uint64_t> &units) {
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
}

/// Cycles beyond the first one for words that are accessed together.
static unsigned conflictsOf(std::vector<uint64_t> &words) {
  makeUnique(words);
  unsigned perBank[kBanks] = {}, most = 0;
  for (uint64_t word : words)
    most = std::max(most, ++perBank[word % kBanks]);
  return most ? most - 1 : 0;
}

void Warp::countTraffic(AddressSpace space, unsigned bytes, const uint64_t *addresses,
                        LaneMask mask) {
  if (!mask || !bytes)
    return;
  uint64_t first = addresses[std::countr_zero(mask)];
  bool isGeneric = space == AddressSpace::Generic;
  bool isShared =
      space == AddressSpace::Shared || (isGeneric && first - kSharedWindow < kSharedWindowBytes);
  bool isLocal =
      space == AddressSpace::Local || (isGeneric && first - kLocalWindow < kLocalWindowBytes);
  // Parameters and constants have a memory of their own.
  if (isLocal || (!isShared && recent && recent->isReadOnly && recent->contains(first, bytes)))
    return;
  std::vector<uint64_t> units;
  if (!isShared) {
    forEachLane(mask,
                [&](unsigned lane) { collectUnits(units, addresses[lane], bytes, kSectorBytes); });
    makeUnique(units);
    counts[pc()].sectors += units.size();
    return;
  }
  // A wide access is served in parts of 128 bytes: 16 or 8 lanes at a time.
  unsigned lanesPerPart = bytes > kWordBytes ? kBanks * kWordBytes / std::min(bytes, 16u) : kLanes;
  for (unsigned start = 0; start < kLanes; start += lanesPerPart) {
    units.clear();
    for (unsigned lane = start; lane < start + lanesPerPart; ++lane)
      if (mask >> lane & 1)
        collectUnits(units, addresses[lane], bytes, kWordBytes);
    counts[pc()].conflicts += conflictsOf(units);
  }
}

void Warp::countRows(const std::array<uint64_t, 8> &rows) {
  std::vector<uint64_t> words;
  for (uint64_t row : rows)
    collectUnits(words, row, 16, kWordBytes);
  counts[pc()].conflicts += conflictsOf(words);
  counts[pc()].bytes += 16 * rows.size();
}

} // namespace mla::sim
