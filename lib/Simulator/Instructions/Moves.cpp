//===- Moves.cpp - mov, cvta, isspacep and what reads the clock -----------===//
// PTX ISA, "Data Movement and Conversion Instructions".
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

#include <cstring>

namespace mla::sim {

using Kind = ptx::Operand::Kind;

/// 128 bits of a lane.
struct Wide128 {
  uint64_t words[2];
};

template <typename T>
static Outcome runMove(Warp &warp, const Operation &operation, LaneMask mask) {
  const T *a = warp.lanes<T>(operation.sources[0]);
  T *result = warp.lanes<T>(operation.results[0]);
  forEachLane(mask, [&](unsigned lane) { result[lane] = a[lane]; });
  return Outcome::Next;
}

static Outcome runMovePredicate(Warp &warp, const Operation &operation, LaneMask mask) {
  LaneMask flip = *static_cast<const LaneMask *>(operation.details);
  LaneMask value = warp.predicate(operation.sources[0]) ^ flip;
  LaneMask &result = warp.predicate(operation.results[0]);
  result = (result & ~mask) | (value & mask);
  return Outcome::Next;
}

namespace {
/// Registers whose bytes lie behind each other in a wider one.
struct PackDetails {
  std::vector<uint32_t> parts;
  unsigned partBytes;
  unsigned wholeBytes;
};
} // namespace

static Outcome runPack(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const PackDetails *>(operation.details);
  uint8_t *whole = warp.lanes<uint8_t>(operation.results[0]);
  uint8_t values[kLanes][16] = {};
  for (size_t part = 0; part < details.parts.size(); ++part) {
    const uint8_t *from = warp.lanes<uint8_t>(details.parts[part]);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      std::memcpy(values[lane] + part * details.partBytes, from + lane * details.partBytes,
                  details.partBytes);
  }
  forEachLane(mask, [&](unsigned lane) {
    std::memcpy(whole + lane * details.wholeBytes, values[lane], details.wholeBytes);
  });
  return Outcome::Next;
}

static Outcome runUnpack(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const PackDetails *>(operation.details);
  const uint8_t *whole = warp.lanes<uint8_t>(operation.sources[0]);
  uint8_t values[kLanes * 16];
  std::memcpy(values, whole, kLanes * details.wholeBytes);
  for (size_t part = 0; part < details.parts.size(); ++part) {
    uint8_t *to = warp.lanes<uint8_t>(details.parts[part]);
    forEachLane(mask, [&](unsigned lane) {
      std::memcpy(to + lane * details.partBytes,
                  values + lane * details.wholeBytes + part * details.partBytes, details.partBytes);
    });
  }
  return Outcome::Next;
}

static bool decodePack(Decoder &d, ElementType type) {
  bool isPack = d.operand(1).kind == Kind::Vector;
  const ptx::Operand &vector = d.operand(isPack ? 1 : 0), &whole = d.operand(isPack ? 0 : 1);
  size_t count = vector.elements.size();
  if ((count != 2 && count != 4) || type.bits / count < 8)
    return d.fail("expected 2 or 4 parts of at least 8 bits");
  unsigned bits = std::max(type.bits / unsigned(count), 16u);
  if (bits * count != type.bits)
    return d.fail("parts of 8 bits are not simulated");
  PackDetails details{{}, bits / 8, type.bits / 8};
  for (const ptx::Operand &part : vector.elements)
    details.parts.push_back(isPack ? d.source(part, bits) : d.result(part, bits));
  // Parts that nobody wants go to a register of that size that nobody reads.
  if (isPack)
    d.operation->results[0] = d.result(whole, type.bits);
  else
    d.operation->sources[0] = d.source(whole, type.bits);
  d.keep(details);
  d.operation->handler = isPack ? runPack : runUnpack;
  return true;
}

/// Registers that count: the instructions of the warp's thread of the host stand for cycles.
static Outcome runClock(Warp &warp, const Operation &operation, LaneMask mask) {
  unsigned bytes = *static_cast<const unsigned *>(operation.details);
  uint64_t now = warp.cta.cluster.clock();
  uint8_t *result = warp.lanes<uint8_t>(operation.results[0]);
  forEachLane(mask, [&](unsigned lane) { std::memcpy(result + lane * bytes, &now, bytes); });
  return Outcome::Next;
}

static bool isClock(const ptx::Operand &operand) {
  if (operand.kind != Kind::Special)
    return false;
  for (const char *name : {"%clock", "%clock64", "%globaltimer", "%globaltimer_lo"})
    if (operand.name == name)
      return true;
  return false;
}

static bool decodeMov(Decoder &d) {
  ElementType type = d.takeType();
  if (!d.expectOperands(2, 2))
    return false;
  Operation &operation = *d.operation;
  if (d.operand(0).kind == Kind::Vector || d.operand(1).kind == Kind::Vector)
    return decodePack(d, type);
  operation.results[0] = d.result(0, type.bits);
  if (isClock(d.operand(1))) {
    if (type.bits != 32 && type.bits != 64)
      return d.fail("expected 32 or 64 bits");
    d.keep(type.bits / 8);
    operation.handler = runClock;
    return true;
  }
  if (type.bits == 1) {
    LaneMask flip;
    operation.sources[0] = d.predicate(d.operand(1), flip);
    d.keep(flip);
    operation.handler = runMovePredicate;
    return true;
  }
  operation.sources[0] = d.source(1, type.bits);
  operation.handler = type.bits == 128  ? runMove<Wide128>
                      : type.bits == 64 ? runMove<uint64_t>
                      : type.bits == 32 ? runMove<uint32_t>
                                        : runMove<uint16_t>;
  return type.bits >= 16 || d.fail("expected a type of 16 to 128 bits");
}

/// cvta: the windows of shared and local memory are added or taken off; others stay.
static bool decodeCvta(Decoder &d) {
  bool isBack = d.take("to");
  uint64_t window = 0;
  if (d.take("shared") || d.take("shared::cta") || d.take("shared::cluster"))
    window = kSharedWindow;
  else if (d.take("local"))
    window = kLocalWindow;
  else if (!d.take("global") && !d.take("const") && !d.take("param") && !d.take("param::entry"))
    return d.fail("expected a state space");
  if (d.takeType().bits != 64)
    return d.fail("expected .u64");
  return lanewise<uint64_t, uint64_t>(d,
                                      [=](uint64_t a) { return isBack ? a - window : a + window; });
}

static Outcome runIsSpace(Warp &warp, const Operation &operation, LaneMask mask) {
  uint64_t window = *static_cast<const uint64_t *>(operation.details);
  const uint64_t *a = warp.lanes<uint64_t>(operation.sources[0]);
  LaneMask value = 0;
  forEachLane(mask, [&](unsigned lane) {
    bool isShared = a[lane] - kSharedWindow < kSharedWindowBytes;
    bool isLocal = a[lane] - kLocalWindow < kLocalWindowBytes;
    bool holds = window == kSharedWindow  ? isShared
                 : window == kLocalWindow ? isLocal
                                          : !isShared && !isLocal;
    value |= LaneMask(holds) << lane;
  });
  LaneMask &result = warp.predicate(operation.results[0]);
  result = (result & ~mask) | value;
  return Outcome::Next;
}

static bool decodeIsSpace(Decoder &d) {
  uint64_t window = 0;
  if (d.take("shared") || d.take("shared::cta") || d.take("shared::cluster"))
    window = kSharedWindow;
  else if (d.take("local"))
    window = kLocalWindow;
  else if (!d.take("global"))
    return d.fail("expected .global, .shared or .local");
  if (!d.expectOperands(2, 2))
    return false;
  d.operation->results[0] = d.result(0, 1);
  d.operation->sources[0] = d.source(1, 64);
  d.keep(window);
  d.operation->handler = runIsSpace;
  return true;
}

/// mapa: the same place in another block of the cluster. getctarank: the block of an address.
static bool decodeMapa(Decoder &d) {
  bool isMapa = d.opcode() == "mapa";
  bool isGeneric = !d.take("shared::cluster");
  unsigned bits = d.takeType().bits;
  uint64_t rankMask = uint64_t(0xff) << kRankShift;
  if (!isMapa) {
    if (bits == 64)
      return lanewise<uint32_t, uint64_t>(
          d, [=](uint64_t a) { return uint32_t((a & rankMask) >> kRankShift); });
    return lanewise<uint32_t, uint32_t>(d, [](uint32_t a) { return a >> kRankShift; });
  }
  if (isGeneric && bits == 32)
    return d.fail("expected .u64 or .shared::cluster");
  auto map = [=](uint64_t a, uint32_t rank) {
    return (a & ~rankMask) | uint64_t(rank) << kRankShift;
  };
  if (bits == 64)
    return lanewise<uint64_t, uint64_t, uint32_t>(d, map);
  return lanewise<uint32_t, uint32_t, uint32_t>(
      d, [map](uint32_t a, uint32_t rank) { return uint32_t(map(a, rank)); });
}

void addMoves(Registry &registry) {
  registry["mov"] = registry["mov.f"] = decodeMov;
  registry["cvta"] = decodeCvta;
  registry["isspacep"] = decodeIsSpace;
  registry["mapa"] = registry["getctarank"] = decodeMapa;
}

} // namespace mla::sim
