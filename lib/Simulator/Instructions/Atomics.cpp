//===- Atomics.cpp - atom and red -----------------------------------------===//
// PTX ISA, "atom", "red". Lanes go one after the other in the order of their numbers; at global
// memory one warp after the other.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "FloatModes.h"

#include <cstring>
#include <functional>

namespace mla::sim {

namespace {
/// One element, in 64 bits: what is there, operand b, operand c.
using Update = std::function<uint64_t(uint64_t, uint64_t, uint64_t)>;

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
  if (warp.cta.grid.globalRaces && details.space != AddressSpace::Shared) {
    warp.acquireGlobal(addresses, mask, details.ordering);
    forEachLane(mask, [&](unsigned lane) {
      warp.checkGlobal({addresses[lane], bytes * count, /*writes=*/true, /*isStrong=*/true}, lane);
    });
    warp.releaseGlobal(addresses, mask, details.ordering);
  }
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

static int64_t signExtend(uint64_t value, unsigned bits) {
  return int64_t(value << (64 - bits)) >> (64 - bits);
}

/// `isGlobal`: whether the units of global memory add, which have rules of their own.
static Update floatUpdate(const std::string &name, ElementType type, bool isGlobal) {
  const FloatFormat &format = formatOf(type);
  if (name == "add") {
    if (type.bits == 64)
      return [=](uint64_t a, uint64_t b, uint64_t) { return atomicAddF64(a, b, isGlobal); };
    if (type.bits == 32 && !type.isPacked)
      return [=](uint64_t a, uint64_t b, uint64_t) {
        return atomicAddF32(uint32_t(a), uint32_t(b), isGlobal);
      };
    auto one = [&format](uint16_t a, uint16_t b) { return addHalf(format, a, b); };
    if (type.isPacked)
      return [one](uint64_t a, uint64_t b, uint64_t) {
        return packed2(one, uint32_t(a), uint32_t(b));
      };
    return [one](uint64_t a, uint64_t b, uint64_t) { return one(uint16_t(a), uint16_t(b)); };
  }
  if (name != "min" && name != "max")
    return {};
  bool wantMax = name == "max";
  if (type.isPacked)
    return [&format, wantMax](uint64_t a, uint64_t b, uint64_t) {
      return minMax(format, wantMax, a & 0xffff, b & 0xffff) |
             minMax(format, wantMax, a >> 16, b >> 16) << 16;
    };
  return [&format, wantMax](uint64_t a, uint64_t b, uint64_t) {
    return minMax(format, wantMax, a, b);
  };
}

static Update integerUpdate(const std::string &name, ElementType type) {
  unsigned bits = type.bits;
  if (name == "add")
    return [](uint64_t a, uint64_t b, uint64_t) { return a + b; };
  if (name == "and")
    return [](uint64_t a, uint64_t b, uint64_t) { return a & b; };
  if (name == "or")
    return [](uint64_t a, uint64_t b, uint64_t) { return a | b; };
  if (name == "xor")
    return [](uint64_t a, uint64_t b, uint64_t) { return a ^ b; };
  if (name == "exch")
    return [](uint64_t, uint64_t b, uint64_t) { return b; };
  if (name == "cas")
    return [](uint64_t a, uint64_t b, uint64_t c) { return a == b ? c : a; };
  if (name == "inc")
    return [](uint64_t a, uint64_t b, uint64_t) { return a >= b ? 0 : a + 1; };
  if (name == "dec")
    return [](uint64_t a, uint64_t b, uint64_t) { return a == 0 || a > b ? b : a - 1; };
  bool wantMax = name == "max";
  if (type.isSigned())
    return [=](uint64_t a, uint64_t b, uint64_t) {
      return (signExtend(a, bits) < signExtend(b, bits)) == wantMax ? b : a;
    };
  return [=](uint64_t a, uint64_t b, uint64_t) { return (a < b) == wantMax ? b : a; };
}

static bool decodeAtomic(Decoder &d) {
  bool isRed = d.opcode() == "red";
  if (d.take("async"))
    return d.fail("red.async is not simulated");
  static constexpr std::pair<std::string_view, const char *> kNames[] = {
      {"add", "add"}, {"and", "and"}, {"or", "or"},   {"xor", "xor"}, {"exch", "exch"},
      {"cas", "cas"}, {"inc", "inc"}, {"dec", "dec"}, {"min", "min"}, {"max", "max"}};
  std::optional<const char *> name = d.takeOf(kNames);
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
  if (type.bits > 64)
    return d.fail("atomics of 128 bits are not simulated");
  details.bytes = type.bits / 8;
  details.update = type.isFloat() ? floatUpdate(*name, type, details.space != AddressSpace::Shared)
                                  : integerUpdate(*name, type);
  if (!details.update)
    return d.fail("the operation expects an integer type");
  bool isCas = std::string_view(*name) == "cas";
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
  d.operation->handler = runAtomic;
  return true;
}

void addAtomics(Registry &registry) {
  registry["atom"] = registry["red"] = decodeAtomic;
  registry["atom.f"] = registry["red.f"] = decodeAtomic;
}

} // namespace mla::sim
