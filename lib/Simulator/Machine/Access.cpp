//===- Access.cpp - from addresses of lanes to bytes ----------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace mla::sim {

static std::string hexadecimal(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

static const char *verbOf(Use use) {
  return use == Use::Read ? "reads" : use == Use::Write ? "writes" : "updates";
}

static std::string bytesText(unsigned bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

bool Warp::checkWritten(const uint8_t *written, unsigned bytes, uint64_t address, unsigned lane) {
  const void *hole = std::memchr(written, 0, bytes);
  if (!hole)
    return true;
  note(FindingKind::Uninitialised,
       "reads byte " +
           hexadecimal(address + uint64_t(static_cast<const uint8_t *>(hole) - written)) +
           ", which nothing has written",
       lane);
  return false;
}

unsigned Warp::number() const { return cta.rank * unsigned(cta.warps.size()) + index; }

/// The same for shared memory with and without its window.
static uint64_t placeOf(uint64_t address) {
  return address - kSharedWindow < kSharedWindowBytes ? address - kSharedWindow : address;
}

void Warp::acquireAt(const uint64_t *addresses, LaneMask mask) {
  if (cta.grid.launch.checkRaces)
    forEachLane(mask, [&](unsigned lane) {
      cta.cluster.races.acquireAt(number(), placeOf(addresses[lane]));
    });
}

void Warp::releaseAt(const uint64_t *addresses, LaneMask mask) {
  if (cta.grid.launch.checkRaces)
    forEachLane(mask, [&](unsigned lane) {
      cta.cluster.races.releaseAt(number(), placeOf(addresses[lane]));
    });
}

void Warp::checkRace(Cta &owner, uint64_t offset, unsigned bytes, Use use, unsigned lane) {
  AccessHistory::Access other;
  if (cta.cluster.races.access(owner.history, offset, bytes, use, isStrong, number(), pc(), other))
    noteRace(offset, verbOf(use), other, lane);
}

void Warp::noteRace(uint64_t offset, const char *verb, const AccessHistory::Access &other,
                    unsigned lane) {
  const Program &program = cta.grid.program;
  std::string source = program.sourceOf(other.operation);
  std::string what = other.isUnfenced
                         ? " through the asynchronous proxy without a fence.proxy.async behind "
                         : " and nothing orders that with ";
  note(FindingKind::Race,
       std::string(verb) + " shared memory at " + hexadecimal(offset + kSharedBase) + what +
           cta.cluster.races.nameOf(other.agent, unsigned(cta.warps.size())) + " at line " +
           std::to_string(program.instructions[other.operation]->line) + ", " +
           program.opcodeOf(other.operation) + (source.empty() ? "" : " (" + source + ")"),
       lane);
}

void Warp::checkSameAddress(unsigned bytes, const uint64_t *addresses, LaneMask mask,
                            uint8_t *const *pointers, const uint8_t *values) {
  // The last lane of each address has been stored; another one with other bytes lost.
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    if (std::memcmp(pointers[lane], values + lane * bytes, bytes) == 0)
      continue;
    note(FindingKind::Race,
         "writes other bytes than a later lane of its warp at " + hexadecimal(addresses[lane]),
         lane);
    return;
  }
}

uint8_t *Warp::resolveShared(Use use, unsigned bytes, uint64_t address, unsigned lane) {
  unsigned rank = unsigned(address >> kRankShift);
  uint64_t offset = address & ((uint64_t(1) << kRankShift) - 1);
  if (rank >= cta.cluster.ctas.size() || offset < kSharedBase ||
      offset - kSharedBase + bytes > cta.cluster.ctas[rank]->shared.size()) {
    std::string where = rank < cta.cluster.ctas.size()
                            ? "the block has " + bytesText(unsigned(cta.shared.size())) + " from " +
                                  hexadecimal(kSharedBase) + " on"
                            : "the cluster has no block " + std::to_string(rank);
    fail(FindingKind::OutOfBounds,
         std::string(verbOf(use)) + " " + bytesText(bytes) + " of shared memory at " +
             hexadecimal(offset) + ", " + where,
         lane);
    return nullptr;
  }
  Cta &owner = *cta.cluster.ctas[rank];
  if (&owner != &cta) {
    if (!reaches(owner, lane))
      return nullptr;
    owner.noteRemote(*this, cta.cluster.races.now(number()));
  }
  uint8_t *written = owner.sharedWritten.data() + (offset - kSharedBase);
  bool reads = use == Use::Read || use == Use::Atomic;
  if (reads && cta.grid.launch.checkInitialised)
    checkWritten(written, bytes, offset, lane);
  if (use != Use::Read)
    std::memset(written, 1, bytes);
  if (use != Use::Copy && cta.grid.launch.checkRaces)
    checkRace(owner, offset - kSharedBase, bytes, use, lane);
  return owner.shared.data() + (offset - kSharedBase);
}

uint8_t *Warp::resolveLane(AddressSpace space, Use use, unsigned bytes, uint64_t address,
                           unsigned lane) {
  if (space == AddressSpace::Generic) {
    if (address - kSharedWindow < kSharedWindowBytes) {
      space = AddressSpace::Shared;
      address -= kSharedWindow;
    } else if (address - kLocalWindow < kLocalWindowBytes) {
      space = AddressSpace::Local;
      address -= kLocalWindow;
    } else {
      space = AddressSpace::Global;
    }
  }
  if (space == AddressSpace::Shared)
    return resolveShared(use, bytes, address, lane);
  bool checks = cta.grid.launch.checkInitialised;
  if (space == AddressSpace::Local) {
    unsigned size = cta.grid.program.localBytes;
    if (address > size || bytes > size - address) {
      fail(FindingKind::OutOfBounds,
           std::string(verbOf(use)) + " " + bytesText(bytes) + " of local memory at " +
               hexadecimal(address) + ", a thread has " + bytesText(size),
           lane);
      return nullptr;
    }
    size_t offset = size_t(lane) * size + address;
    if (use != Use::Write && checks)
      checkWritten(localWritten.get() + offset, bytes, address, lane);
    if (use != Use::Read)
      std::memset(localWritten.get() + offset, 1, bytes);
    return local.get() + offset;
  }
  if (!recent || !recent->contains(address, bytes)) {
    recent = cta.grid.memory.find(address, bytes);
    if (!recent && bytes == 4 && use != Use::Write)
      recent = cta.grid.memory.findWord(address);
  }
  if (!recent || (recent->isReadOnly && use != Use::Read)) {
    fail(FindingKind::OutOfBounds,
         std::string(verbOf(use)) + " " + bytesText(bytes) + " of global memory at " +
             hexadecimal(address) + ": " + cta.grid.memory.describe(address),
         lane);
    return nullptr;
  }
  uint64_t offset = address - recent->address;
  if (use != Use::Write && checks && std::memchr(recent->written.get() + offset, 0, bytes))
    note(FindingKind::Uninitialised,
         "reads " + cta.grid.memory.describe(address) + ", which nothing has written", lane);
  if (use != Use::Read)
    std::memset(recent->written.get() + offset, 1, bytes);
  return recent->data.get() + offset;
}

bool Warp::resolve(AddressSpace space, Use use, unsigned bytes, const uint64_t *addresses,
                   LaneMask mask, uint8_t **pointers) {
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t address = addresses[lane];
    if (address & (bytes - 1)) {
      fail(FindingKind::Misaligned,
           std::string(verbOf(use)) + " " + bytesText(bytes) + " at " + hexadecimal(address) +
               ", which is no multiple of " + std::to_string(bytes),
           lane);
      return false;
    }
    pointers[lane] = resolveLane(space, use, bytes, address, lane);
    if (!pointers[lane])
      return false;
  }
  if (cta.grid.launch.countLines) {
    counts[pc()].bytes += uint64_t(bytes) * unsigned(std::popcount(mask));
    countTraffic(space, bytes, addresses, mask);
  }
  return true;
}

} // namespace mla::sim
