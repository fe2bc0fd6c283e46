//===- Frames.cpp - calls of a warp ---------------------------------------===//
// Every function has registers and parameters of its own, so that a call only moves lanes. One that
// runs already, further up, keeps what it has beside each lane until the inner call returns.
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <cstring>

namespace mla::sim {

/// More than the stack of a GPU holds, as it is set when a program starts.
static constexpr size_t kMaxCalls = 1024;

bool Warp::runs(uint32_t function) const {
  const std::vector<Frame> &calls = groups[current].calls;
  return std::any_of(calls.begin(), calls.end(),
                     [&](const Frame &frame) { return frame.function == function; });
}

void Warp::keep(unsigned lane, const void *data, size_t bytes) {
  const auto *from = static_cast<const uint8_t *>(data);
  kept[lane].insert(kept[lane].end(), from, from + bytes);
}

void Warp::giveBack(unsigned lane, void *data, size_t bytes) {
  std::memcpy(data, kept[lane].data() + kept[lane].size() - bytes, bytes);
  kept[lane].resize(kept[lane].size() - bytes);
}

/// Calls `body(data, bytes)` for everything of a function that a lane has, but its predicates.
template <typename Body>
void Warp::forKept(unsigned lane, const Callable &callee, Body body) {
  for (const Slot &slot : callee.registers)
    if (slot.bytes)
      body(registers.get() + slot.offset + lane * slot.bytes, slot.bytes);
  size_t at = size_t(lane) * cta.grid.program.localBytes + callee.locals.offset;
  if (callee.locals.bytes) {
    body(local.get() + at, callee.locals.bytes);
    body(localWritten.get() + at, callee.locals.bytes);
  }
}

std::optional<uint32_t> Warp::push(unsigned lane, uint64_t bytes, unsigned alignment) {
  unsigned size = cta.grid.program.localBytes;
  uint32_t start = (stackPointers[lane] + alignment - 1) / alignment * alignment;
  if (start > size || bytes > size - start)
    return std::nullopt;
  stackPointers[lane] = start + uint32_t(bytes);
  std::memset(localWritten.get() + size_t(lane) * size + start, 0, bytes);
  return start;
}

bool Warp::enter(LaneMask mask, uint32_t function) {
  const Callable &callee = cta.grid.program.functions[function];
  if (groups[current].calls.size() >= kMaxCalls) {
    fail(FindingKind::Invalid,
         "calls functions more than " + std::to_string(kMaxCalls) + " deep, the last one '" +
             callee.name + "'",
         unsigned(std::countr_zero(mask)));
    return false;
  }
  bool keeps = runs(function);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    if (keeps) {
      forKept(lane, callee, [&](void *data, size_t bytes) { keep(lane, data, bytes); });
      for (const Slot &slot : callee.registers)
        if (!slot.bytes) {
          uint8_t bit = predicate(slot.offset) >> lane & 1;
          keep(lane, &bit, 1);
        }
    }
    keep(lane, &stackPointers[lane], sizeof(uint32_t));
    std::optional<uint32_t> frame = push(lane, callee.frameBytes, callee.frameBytes ? 16 : 1);
    if (!frame) {
      fail(FindingKind::OutOfBounds,
           "has no room on its stack for the local variables of '" + callee.name + "'", lane);
      return false;
    }
    for (const Callable::Place &place : callee.onStack)
      lanes<uint64_t>(place.address)[lane] =
          (place.isGeneric ? kLocalWindow : 0) + *frame + place.offset;
  }
  return true;
}

void Warp::restore(LaneMask mask) {
  const Frame &frame = groups[current].calls.back();
  const Callable &callee = cta.grid.program.functions[frame.function];
  forEachLane(mask, [&](unsigned lane) {
    giveBack(lane, &stackPointers[lane], sizeof(uint32_t));
    if (!frame.isKept)
      return;
    // In the opposite order.
    for (auto slot = callee.registers.rbegin(); slot != callee.registers.rend(); ++slot)
      if (!slot->bytes) {
        uint8_t bit;
        giveBack(lane, &bit, 1);
        LaneMask &all = predicate(slot->offset);
        all = (all & ~(LaneMask(1) << lane)) | LaneMask(bit) << lane;
      }
    size_t bytes = 0;
    forKept(lane, callee, [&](void *, size_t size) { bytes += size; });
    std::vector<uint8_t> &stack = kept[lane];
    const uint8_t *from = stack.data() + stack.size() - bytes;
    forKept(lane, callee, [&](void *data, size_t size) {
      std::memcpy(data, from, size);
      from += size;
    });
    stack.resize(stack.size() - bytes);
  });
}

Outcome Warp::call(LaneMask mask, uint32_t function) {
  Frame frame{groups[current].pc + 1, function, runs(function)};
  size_t which = current;
  if (mask != groups[current].mask) {
    which = split(mask, frame.back);
    ++groups[current].pc;
  }
  groups[which].pc = cta.grid.program.functions[function].entry;
  groups[which].calls.push_back(frame);
  return Outcome::Branch;
}

Outcome Warp::leave(LaneMask mask) {
  uint32_t target = groups[current].calls.back().back;
  size_t which = current;
  if (mask != groups[current].mask) {
    which = split(mask, target);
    ++groups[current].pc;
  }
  groups[which].pc = target;
  groups[which].calls.pop_back();
  return Outcome::Branch;
}

} // namespace mla::sim
