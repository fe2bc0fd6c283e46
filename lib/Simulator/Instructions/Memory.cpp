//===- Memory.cpp - ld, st and fences -------------------------------------===//
// PTX ISA, "Data Movement and Conversion Instructions: ld, ld.global.nc, ldu, st". Caches are not
// simulated: their operators and hints are read over. All accesses are in one order, so that those
// with .relaxed, .acquire, .release and so on need nothing more.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "BulkCopies.h"

#include <cstring>

namespace mla::sim {

namespace {
struct MemoryDetails {
  AddressSpace space;
  unsigned elementBytes;
  bool isSigned = false;
  int64_t offset = 0;
  bool isWide = true; ///< the address has 64 bits
  Ordering ordering;
  std::vector<uint32_t> registers;
  std::vector<unsigned> registerBytes;
};
} // namespace

static bool mayBeGlobal(AddressSpace space) {
  return space == AddressSpace::Global || space == AddressSpace::Generic;
}

/// The value of a lane's register becomes `bytes` bytes, or the other way round.
template <typename T>
static void loadElement(Warp &warp, uint32_t place, LaneMask mask, uint8_t *const *pointers,
                        unsigned offset, unsigned bytes, bool isSigned) {
  T *result = warp.lanes<T>(place);
  if (bytes == sizeof(T)) {
    forEachLane(mask, [&](unsigned lane) {
      std::memcpy(&result[lane], pointers[lane] + offset, sizeof(T));
    });
    return;
  }
  unsigned drop = 64 - 8 * bytes;
  forEachLane(mask, [&](unsigned lane) {
    uint64_t bits = 0;
    std::memcpy(&bits, pointers[lane] + offset, bytes);
    result[lane] = T(isSigned ? uint64_t(int64_t(bits << drop) >> drop) : bits);
  });
}

static bool resolve(Warp &warp, const MemoryDetails &details, Use use, const uint64_t *addresses,
                    LaneMask mask, uint8_t **pointers) {
  warp.isStrong = details.ordering.isStrong;
  bool isGood =
      warp.resolve(details.space, use, details.elementBytes * unsigned(details.registers.size()),
                   addresses, mask, pointers);
  warp.isStrong = false;
  return isGood;
}

static Outcome runLoad(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const MemoryDetails *>(operation.details);
  uint64_t addresses[kLanes];
  uint8_t *pointers[kLanes];
  readAddresses(warp, operation.sources[0], details.isWide, details.offset, mask, addresses);
  unsigned count = unsigned(details.registers.size());
  if (details.ordering.isStrong)
    warp.acquireAt(addresses, mask);
  if (!resolve(warp, details, Use::Read, addresses, mask, pointers))
    return Outcome::Fault;
  if (mayBeGlobal(details.space)) {
    warp.acquireGlobal(addresses, mask, details.ordering);
    warp.checkGlobalReads(addresses, details.elementBytes * count, mask, details.ordering.isStrong);
  }
  for (unsigned i = 0; i < count; ++i) {
    unsigned offset = i * details.elementBytes;
    uint32_t place = details.registers[i];
    switch (details.registerBytes[i]) {
    case 2:
      loadElement<uint16_t>(warp, place, mask, pointers, offset, details.elementBytes,
                            details.isSigned);
      break;
    case 4:
      loadElement<uint32_t>(warp, place, mask, pointers, offset, details.elementBytes,
                            details.isSigned);
      break;
    case 8:
      loadElement<uint64_t>(warp, place, mask, pointers, offset, details.elementBytes,
                            details.isSigned);
      break;
    default: {
      uint8_t *result = warp.lanes<uint8_t>(place);
      forEachLane(mask, [&](unsigned lane) {
        std::memcpy(result + lane * 16, pointers[lane] + offset, 16);
      });
    }
    }
  }
  return Outcome::Next;
}

static Outcome runStore(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const MemoryDetails *>(operation.details);
  uint64_t addresses[kLanes];
  uint8_t *pointers[kLanes];
  readAddresses(warp, operation.sources[0], details.isWide, details.offset, mask, addresses);
  unsigned count = unsigned(details.registers.size());
  if (!resolve(warp, details, Use::Write, addresses, mask, pointers))
    return Outcome::Fault;
  if (warp.cta.grid.globalRaces && mayBeGlobal(details.space)) {
    for (unsigned i = 0; i < count; ++i)
      forEachLane(mask, [&](unsigned lane) {
        unsigned offset = i * details.elementBytes;
        warp.checkGlobalWrite(addresses[lane] + offset, pointers[lane] + offset,
                              warp.lanes<uint8_t>(details.registers[i]) +
                                  lane * details.registerBytes[i],
                              details.elementBytes, details.ordering.isStrong, lane);
      });
    warp.releaseGlobal(addresses, mask, details.ordering);
  }
  if (details.ordering.isStrong)
    warp.releaseAt(addresses, mask);
  // With several threads of the host another block may have written in the meantime.
  const Launch &launch = warp.cta.grid.launch;
  bool checks = launch.checkRaces && details.space != AddressSpace::Local &&
                (launch.threads <= 1 || details.space == AddressSpace::Shared);
  for (unsigned i = 0; i < count; ++i) {
    const uint8_t *from = warp.lanes<uint8_t>(details.registers[i]);
    unsigned stride = details.registerBytes[i], bytes = details.elementBytes;
    uint8_t *places[kLanes];
    uint8_t values[kLanes * 16];
    forEachLane(mask, [&](unsigned lane) {
      places[lane] = pointers[lane] + i * bytes;
      std::memcpy(places[lane], from + lane * stride, bytes);
    });
    if (!checks)
      continue;
    forEachLane(mask, [&](unsigned lane) {
      std::memcpy(values + lane * bytes, from + lane * stride, bytes);
    });
    warp.checkSameAddress(bytes, addresses, mask, places, values);
  }
  return Outcome::Next;
}

static bool decodeAccess(Decoder &d) {
  if (d.opcode() == "st" && d.take("async"))
    return decodeRemoteStore(d);
  bool isLoad = d.opcode() != "st";
  AddressSpace space = takeSpace(d);
  Ordering ordering = takeAccessModifiers(d);
  size_t count = d.take("v2") ? 2 : d.take("v4") ? 4 : d.take("v8") ? 8 : 1;
  ElementType type = d.takeType();
  if (!d.expectOperands(2, 3)) // the third is a cache policy
    return false;
  const ptx::Operand &values = d.operand(isLoad ? 0 : 1);
  Decoder::Address address = d.address(d.operand(isLoad ? 1 : 0), space);
  MemoryDetails details{
      space, type.bits / 8, type.isSigned(), address.offset, address.isWide, ordering, {}, {}};
  if (type.bits < 8)
    return d.fail("expected a type of at least 8 bits");
  bool isVector = values.kind == ptx::Operand::Kind::Vector;
  if (isVector ? values.elements.size() != count : count != 1)
    return d.fail("expected " + std::to_string(count) + " registers");
  for (size_t i = 0; i < count; ++i) {
    const ptx::Operand &value = isVector ? values.elements[i] : values;
    unsigned bits;
    unsigned least = std::max(type.bits, 16u);
    details.registers.push_back(isLoad ? d.anyResult(value, least, bits)
                                       : d.anySource(value, least, bits));
    if (bits < type.bits)
      return d.fail("register " + value.name + " is narrower than the type");
    details.registerBytes.push_back(bits / 8);
  }
  d.operation->sources[0] = address.base;
  d.keep(details);
  d.operation->handler = isLoad ? runLoad : runStore;
  return true;
}

/// Memory is in one order: nothing to wait for. What fences order, Races and GlobalRaces know.
static bool decodeFence(Decoder &d) {
  bool isProxy = d.take("proxy"), isAsync = isProxy && d.take("async");
  bool isShared = d.take("shared::cta") || d.take("shared::cluster") || !d.take("global");
  bool isWide = d.take("gpu") || d.take("sys") || d.take("gl");
  for (const std::string &modifier : d.rest())
    d.take(modifier);
  if (isAsync && isShared)
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask) {
      warp.cta.cluster.races.fence(warp.number());
      return Outcome::Next;
    };
  else if (isProxy)
    d.operation->handler = [](Warp &, const Operation &, LaneMask) { return Outcome::Next; };
  else if (isWide)
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask) {
      warp.cta.cluster.races.fenceMemory(warp.number());
      warp.fenceGlobal();
      return Outcome::Next;
    };
  else
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask) {
      warp.cta.cluster.races.fenceMemory(warp.number());
      return Outcome::Next;
    };
  return true;
}

void addMemory(Registry &registry) {
  registry["ld"] = registry["ldu"] = registry["st"] = decodeAccess;
  registry["ld.f"] = registry["ldu.f"] = registry["st.f"] = decodeAccess;
  registry["fence"] = registry["membar"] = decodeFence;
}

} // namespace mla::sim
