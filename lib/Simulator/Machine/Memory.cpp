//===- Memory.cpp - global memory and the address space -------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Memory.h"

#include <cstring>
#include <new>

namespace mla::sim {

/// Between allocations.
static constexpr uint64_t kGapBytes = 1 << 16;

Allocation &GlobalMemory::allocate(uint64_t bytes, uint64_t alignment, const std::string &name) {
  // A multiple of the alignment that is not one of twice the alignment.
  uint64_t address = (next + 2 * alignment - 1) / (2 * alignment) * (2 * alignment) + alignment;
  next = address + bytes + kGapBytes;
  auto allocation = std::make_unique<Allocation>();
  allocation->name = name;
  allocation->address = address;
  allocation->bytes = bytes;
  for (auto *array : {&allocation->data, &allocation->written}) {
    array->reset(static_cast<uint8_t *>(std::calloc(bytes + Allocation::kPadding, 1)));
    if (!*array)
      throw std::bad_alloc();
  }
  std::memset(allocation->written.get() + bytes, 1, Allocation::kPadding);
  return *(allocations[address] = std::move(allocation));
}

void GlobalMemory::free(uint64_t address) { allocations.erase(address); }

Allocation *GlobalMemory::find(uint64_t address, uint64_t bytes) const {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin())
    return nullptr;
  Allocation &candidate = *std::prev(after)->second;
  return candidate.contains(address, bytes) ? &candidate : nullptr;
}

Allocation *GlobalMemory::findWord(uint64_t address) const {
  return address % 4 == 0 ? find(address, 1) : nullptr;
}

std::string GlobalMemory::describe(uint64_t address) const {
  if (address < kGapBytes)
    return address ? "near the null pointer" : "the null pointer";
  auto after = allocations.upper_bound(address);
  auto sizeOf = [](const Allocation &allocation) {
    return "'" + allocation.name + "', which has " + std::to_string(allocation.bytes) + " bytes";
  };
  const Allocation *before =
      after == allocations.begin() ? nullptr : std::prev(after)->second.get();
  const Allocation *behind = after == allocations.end() ? nullptr : after->second.get();
  if (before && address < before->address + before->bytes)
    return "byte " + std::to_string(address - before->address) + " of " + sizeOf(*before);
  uint64_t past = before ? address - before->address - before->bytes : ~uint64_t(0);
  uint64_t ahead = behind ? behind->address - address : ~uint64_t(0);
  if (!before && !behind)
    return "no memory is allocated";
  if (past <= ahead)
    return std::to_string(past) + " bytes past the end of " + sizeOf(*before);
  return std::to_string(ahead) + " bytes before " + sizeOf(*behind);
}

} // namespace mla::sim
