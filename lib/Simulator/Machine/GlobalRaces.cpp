//===- GlobalRaces.cpp - accesses of global memory that nothing orders ----===//
// SPDX-License-Identifier: Apache-2.0
#include "GlobalRaces.h"

#include <algorithm>

namespace mla::sim {

GlobalRaces::Word &GlobalRaces::wordAt(uint64_t index) {
  uint64_t page = index / kPageWords;
  if (page != recentPage) {
    std::unique_ptr<Word[]> &words = pages[page];
    if (!words)
      words = std::make_unique<Word[]>(kPageWords);
    recentPage = page;
    recent = words.get();
  }
  return recent[index % kPageWords];
}

bool GlobalRaces::access(const GlobalAccess &access, GridWarp by, const Races &races,
                         uint32_t operation, Access &other) {
  std::lock_guard lock(mutex);
  uint64_t end = access.address + access.bytes;
  bool isRace = false;
  for (uint64_t index = access.address / 4; index <= (end - 1) / 4; ++index) {
    uint64_t first = std::max(access.address, 4 * index) - 4 * index;
    uint64_t last = std::min(end, 4 * index + 4) - 4 * index;
    auto part = uint8_t(((1u << last) - 1) & ~((1u << first) - 1));
    Word &word = wordAt(index);
    auto check = [&](const Access &before) {
      if (!before.time || before.by == by || !(before.bytes & part) ||
          (before.isStrong && access.isStrong))
        return;
      bool isOrdered = before.by.cluster == by.cluster
                           ? races.knows(by.warp, before.by.warp, before.time)
                           : races.knows(by.warp, before.by.cluster, before.by.warp, before.time);
      if (isOrdered)
        return;
      other = before;
      isRace = true;
    };
    check(word.write);
    Access now{by, races.timeOf(by.warp), operation, part, access.isStrong};
    if (access.writes) {
      for (const Access &read : word.reads)
        check(read);
      // Lanes that write parts of one word.
      const Access &last = word.write;
      if (last.by == by && last.time == now.time && last.isStrong == now.isStrong)
        now.bytes |= last.bytes;
      word.write = now;
      continue;
    }
    // In place of an older one of the same warp, else of the oldest.
    auto same = std::find_if(word.reads.begin(), word.reads.end(), [&](const Access &read) {
      return read.time && read.by == by && read.isStrong == access.isStrong;
    });
    if (same == word.reads.end())
      same = word.reads.end() - 1;
    else if (same->time == now.time)
      now.bytes |= same->bytes;
    std::move_backward(word.reads.begin(), same, same + 1);
    word.reads[0] = now;
  }
  return isRace;
}

void GlobalRaces::acquire(uint64_t address, ForeignClock &into) {
  std::lock_guard lock(mutex);
  if (auto found = released.find(address); found != released.end())
    into.join(found->second);
}

void GlobalRaces::release(uint64_t address, const ForeignClock &known) {
  std::lock_guard lock(mutex);
  released[address].join(known);
}

} // namespace mla::sim
