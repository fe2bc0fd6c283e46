//===- Atomics.cpp - atom and red -----------------------------------------===//
// PTX ISA, "atom", "red". Lanes go one after the other in the order of their numbers; at global
// memory one warp after the other.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "BulkCopies.h"
#include "Updates.h"

#include <cstring>

namespace mla::sim {

namespace {
struct AtomicDetails {
  AddressSpace space;
  unsigned bytes; ///< of an element
  Decoder::Address address;
  Update update;
  std::vector<uint32_t> results; ///< empty of red
  std::vector<uint32_t> values;
  uint32_t third = kNoRegister; ///< of cas
  Ordering ordering;
};
} // namespace

static uint64_t readLane(Warp &warp, uint32_t place, unsigned lane, unsigned bytes) {
  uint64_t value = 0;
  std::memcpy(&value, warp.lanes<uint8_t>(place) + lane * bytes, bytes);
  return value;
}

/// Where races of global memory are looked for, under the lock of atomics.
static void orderGlobal(Warp &warp, const AtomicDetails &details, const uint64_t *addresses,
                        unsigned bytes, LaneMask mask) {
  if (!warp.cta.grid.globalRaces || details.space == AddressSpace::Shared)
    return;
  warp.acquireGlobal(addresses, mask, details.ordering);
  forEachLane(mask, [&](unsigned lane) {
    warp.checkGlobal({addresses[lane], bytes, /*writes=*/true, /*isStrong=*/true}, lane);
  });
  warp.releaseGlobal(addresses, mask, details.ordering);
}

static Outcome runAtomic(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const AtomicDetails *>(operation.details);
  uint64_t addresses[kLanes];
  uint8_t *pointers[kLanes];
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                addresses);
  unsigned count = unsigned(details.values.size()), bytes = details.bytes;
  // PTX's default is .relaxed; inside a cluster every atomic orders, so that locks and counters are
  // no races.
  warp.acquireAt(addresses, mask);
  if (!warp.resolve(details.space, Use::Atomic, bytes * count, addresses, mask, pointers))
    return Outcome::Fault;
  warp.releaseAt(addresses, mask);
  std::lock_guard lock(warp.cta.grid.atomics);
  orderGlobal(warp, details, addresses, bytes * count, mask);
  forEachLane(mask, [&](unsigned lane) {
    for (unsigned i = 0; i < count; ++i) {
      uint64_t before = 0, b = readLane(warp, details.values[i], lane, bytes);
      uint64_t c = details.third == kNoRegister ? 0 : readLane(warp, details.third, lane, bytes);
      std::memcpy(&before, pointers[lane] + i * bytes, bytes);
      uint64_t after = details.update(before, b, c);
      std::memcpy(pointers[lane] + i * bytes, &after, bytes);
      if (!details.results.empty())
        std::memcpy(warp.lanes<uint8_t>(details.results[i]) + lane * bytes, &before, bytes);
    }
  });
  return Outcome::Next;
}

/// exch and cas of 128 bits.
static Outcome runAtomic128(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const AtomicDetails *>(operation.details);
  static constexpr unsigned kBytes = 16;
  uint64_t addresses[kLanes];
  uint8_t *pointers[kLanes];
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                addresses);
  warp.acquireAt(addresses, mask);
  if (!warp.resolve(details.space, Use::Atomic, kBytes, addresses, mask, pointers))
    return Outcome::Fault;
  warp.releaseAt(addresses, mask);
  std::lock_guard lock(warp.cta.grid.atomics);
  orderGlobal(warp, details, addresses, kBytes, mask);
  forEachLane(mask, [&](unsigned lane) {
    uint8_t before[kBytes];
    std::memcpy(before, pointers[lane], kBytes);
    const uint8_t *b = warp.lanes<uint8_t>(details.values[0]) + lane * kBytes;
    bool isCas = details.third != kNoRegister;
    const uint8_t *stored = isCas ? warp.lanes<uint8_t>(details.third) + lane * kBytes : b;
    if (!isCas || std::memcmp(before, b, kBytes) == 0)
      std::memcpy(pointers[lane], stored, kBytes);
    std::memcpy(warp.lanes<uint8_t>(details.results[0]) + lane * kBytes, before, kBytes);
  });
  return Outcome::Next;
}

static bool decodeAtomic(Decoder &d) {
  bool isRed = d.opcode() == "red";
  if (d.take("async"))
    return decodeRemoteStore(d);
  std::optional<std::string_view> name = takeUpdateName(d);
  if (!name)
    return d.fail("expected an operation such as .add");
  AtomicDetails details;
  details.space = takeSpace(d);
  details.ordering = takeAccessModifiers(d);
  details.ordering.isStrong = true;
  d.take("noftz");
  d.take("ftz"); // of nothing: whether f32 flushes depends on the memory alone
  size_t count = d.take("v2") ? 2 : d.take("v4") ? 4 : d.take("v8") ? 8 : 1;
  ElementType type = d.takeType();
  bool isCas = *name == "cas";
  bool isWide = type.bits == 128;
  if (isWide && (isRed || count > 1 || !(isCas || *name == "exch")))
    return d.fail("expected atom.exch or atom.cas for 128 bits");
  details.bytes = type.bits / 8;
  details.update = makeUpdate(*name, type, details.space != AddressSpace::Shared);
  if (!details.update)
    return d.fail("the operation expects an integer type");
  size_t first = isRed ? 0 : 1, wanted = first + 2 + isCas;
  if (!d.expectOperands(wanted, wanted + 1)) // then a cache policy
    return false;
  details.address = d.address(d.operand(first), details.space);
  auto list = [&](const ptx::Operand &operand, bool isResult, std::vector<uint32_t> &places) {
    bool isVector = operand.kind == ptx::Operand::Kind::Vector;
    if (isVector ? operand.elements.size() != count : count != 1)
      return d.fail("expected " + std::to_string(count) + " registers");
    for (size_t i = 0; i < count; ++i) {
      const ptx::Operand &each = isVector ? operand.elements[i] : operand;
      places.push_back(isResult ? d.result(each, type.bits) : d.source(each, type.bits));
    }
    return true;
  };
  if ((!isRed && !list(d.operand(0), true, details.results)) ||
      !list(d.operand(first + 1), false, details.values))
    return false;
  if (isCas)
    details.third = d.source(first + 2, type.bits);
  d.keep(details);
  d.operation->handler = isWide ? runAtomic128 : runAtomic;
  return true;
}

void addAtomics(Registry &registry) {
  registry["atom"] = registry["red"] = decodeAtomic;
  registry["atom.f"] = registry["red.f"] = decodeAtomic;
}

} // namespace mla::sim
