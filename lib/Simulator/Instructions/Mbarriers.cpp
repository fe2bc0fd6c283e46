//===- Mbarriers.cpp - mbarrier -------------------------------------------===//
// PTX ISA, "Parallel Synchronization and Communication Instructions: mbarrier". try_wait suspends
// until the phase is complete.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "BulkCopies.h"

#include <cstring>

namespace mla::sim {

namespace {
struct MbarrierDetails {
  AddressSpace space;
  Decoder::Address address;
  uint32_t arrivals = 0; ///< 0: as sources[1] says, else 1
  bool arrives = false, expects = false, completes = false, drops = false;
  bool hasParity = false, suspends = false;
  bool isRemote = false; ///< .shared::cluster
};

/// Addresses of lanes and where they lie.
struct Located {
  uint64_t addresses[kLanes];
  uint8_t *memory[kLanes];
};
} // namespace

/// What reads an mbarrier's state, or sets it, needs one of its own block.
static bool isOwn(Warp &warp, const uint64_t *addresses, LaneMask mask) {
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    if (addresses[lane] >> kRankShift != warp.cta.rank) {
      warp.fail(FindingKind::Invalid,
                "waits for or sets an mbarrier of another block, where it can only arrive", lane);
      return false;
    }
  }
  return true;
}

/// Accesses of mbarriers do not race with each other, but with the initialisation.
static bool locate(Warp &warp, const MbarrierDetails &details, Use use, LaneMask mask,
                   Located &located) {
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                located.addresses);
  if (!warp.resolve(details.space, use, 8, located.addresses, mask, located.memory))
    return false;
  forEachLane(mask, [&](unsigned lane) {
    located.addresses[lane] = mbarrierAddress(located.addresses[lane]);
  });
  return true;
}

static Outcome runInit(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const MbarrierDetails *>(operation.details);
  Located located;
  if (!locate(warp, details, Use::Write, mask, located) || !isOwn(warp, located.addresses, mask))
    return Outcome::Fault;
  const uint32_t *count =
      operation.sources[0] == kNoRegister ? nullptr : warp.lanes<uint32_t>(operation.sources[0]);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t bits = 0; // of inval
    if (count) {
      if (count[lane] < 1 || count[lane] > Mbarrier::kMaxCount)
        return warp.fail(
            FindingKind::Invalid,
            "expects " + std::to_string(count[lane]) + " arrivals, 1 to 1048575 are allowed", lane);
      bits = Mbarrier{count[lane], count[lane], false, 0}.encode();
    }
    std::memcpy(located.memory[lane], &bits, 8);
    warp.cta.cluster.mbarriers.erase(located.addresses[lane]);
  }
  return Outcome::Next;
}

static Outcome runArrive(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const MbarrierDetails *>(operation.details);
  Cluster &cluster = warp.cta.cluster;
  Located located;
  if (!locate(warp, details, Use::Read, mask, located))
    return Outcome::Fault;
  const uint32_t *value =
      operation.sources[0] == kNoRegister ? nullptr : warp.lanes<uint32_t>(operation.sources[0]);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    bool counts = details.arrives && !details.expects && value;
    uint32_t arrivals = !details.arrives ? 0 : counts ? value[lane] : 1;
    int32_t bytes = details.expects     ? int32_t(value[lane])
                    : details.completes ? -int32_t(value[lane])
                                        : 0;
    uint64_t before;
    std::memcpy(&before, located.memory[lane], 8);
    if (details.arrives)
      cluster.races.release(warp.number(), cluster.mbarriers[located.addresses[lane]].now);
    if (!cluster.update(located.addresses[lane], located.memory[lane], arrivals, bytes,
                        details.drops))
      return warp.fail(FindingKind::Invalid,
                       before & Mbarrier::kValid
                           ? "arrives " + std::to_string(arrivals) +
                                 " times where the mbarrier misses " +
                                 std::to_string(Mbarrier::decode(before).pending)
                           : std::string("uses memory that is no mbarrier"),
                       lane);
    if (bytes)
      cluster.mbarriers[located.addresses[lane]].operation = warp.pc();
    if (operation.results[0] != kNoRegister)
      warp.lanes<uint64_t>(operation.results[0])[lane] = before;
  }
  return Outcome::Next;
}

static Outcome runWait(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const MbarrierDetails *>(operation.details);
  Cluster &cluster = warp.cta.cluster;
  warp.group().granted = false;
  Located located;
  if (!locate(warp, details, Use::Read, mask, located) || !isOwn(warp, located.addresses, mask))
    return Outcome::Fault;
  LaneMask complete = 0;
  bool isOne = true;
  unsigned first = unsigned(std::countr_zero(mask));
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t bits;
    std::memcpy(&bits, located.memory[lane], 8);
    if (!(bits & Mbarrier::kValid))
      return warp.fail(FindingKind::Invalid, "uses memory that is no mbarrier", lane);
    bool waited = details.hasParity
                      ? warp.lanes<uint32_t>(operation.sources[0])[lane] & 1
                      : Mbarrier::decode(warp.lanes<uint64_t>(operation.sources[0])[lane]).phase;
    bool isComplete = Mbarrier::decode(bits).phase != waited;
    complete |= LaneMask(isComplete) << lane;
    isOne &= located.addresses[lane] == located.addresses[first];
    if (isComplete)
      cluster.races.acquire(warp.number(), cluster.mbarriers[located.addresses[lane]].done);
  }
  if (details.suspends && isOne && !complete)
    return warp.wait(mask, WaitKind::Phase, located.addresses[first]);
  LaneMask &result = warp.predicate(operation.results[0]);
  result = (result & ~mask) | complete;
  return Outcome::Next;
}

static bool decodeWaitOf(Decoder &d, MbarrierDetails &details) {
  if (!d.expectOperands(3, 4)) // then a hint for how long to wait
    return false;
  details.hasParity = d.take("parity");
  d.operation->results[0] = d.result(0, 1);
  details.address = d.address(d.operand(1), details.space);
  d.operation->sources[0] = d.source(2, details.hasParity ? 32 : 64);
  d.keep(details);
  d.operation->handler = runWait;
  return true;
}

static bool decodeArriveOf(Decoder &d, MbarrierDetails &details) {
  // expect_tx and complete_tx alone have no state.
  size_t first = details.arrives ? 1 : 0;
  if (!d.expectOperands(first + 1, first + 2))
    return false;
  bool hasState = details.arrives && d.operand(0).kind != ptx::Operand::Kind::Sink;
  if (hasState && details.isRemote)
    return d.fail("expected _ as the result: the state of another block's mbarrier is not known");
  if (hasState)
    d.operation->results[0] = d.result(0, 64);
  details.address = d.address(d.operand(first), details.space);
  if (d.numOperands() > first + 1)
    d.operation->sources[0] = d.source(first + 1, 32);
  else if (details.expects || details.completes)
    return d.fail("expected a number of bytes");
  d.keep(details);
  d.operation->handler = runArrive;
  return true;
}

static bool decodeMbarrier(Decoder &d) {
  MbarrierDetails details{};
  bool isInit = d.take("init"), isInval = d.take("inval");
  details.drops = d.take("arrive_drop");
  details.arrives = d.take("arrive") || details.drops;
  details.expects = d.take("expect_tx");
  details.completes = d.take("complete_tx");
  details.suspends = d.take("try_wait");
  bool waits = d.take("test_wait") || details.suspends;
  bool counts = d.take("pending_count");
  d.take("noComplete");
  for (const char *known : {"release", "acquire", "relaxed", "cta", "cluster"})
    d.take(known);
  details.isRemote = d.take("shared::cluster");
  details.space = details.isRemote ? AddressSpace::Shared : takeSpace(d);
  if (!d.take("b64"))
    return d.fail("expected .b64");
  if (waits)
    return decodeWaitOf(d, details);
  if (counts)
    return lanewise<uint32_t, uint64_t>(
        d, [](uint64_t state) { return Mbarrier::decode(state).pending; });
  if (details.arrives || details.expects || details.completes)
    return decodeArriveOf(d, details);
  if (!isInit && !isInval)
    return d.fail("expected an operation such as .arrive");
  if (!d.expectOperands(isInit ? 2 : 1, isInit ? 2 : 1))
    return false;
  details.address = d.address(d.operand(0), details.space);
  if (isInit)
    d.operation->sources[0] = d.source(1, 32);
  d.keep(details);
  d.operation->handler = runInit;
  return true;
}

void addMbarriers(Registry &registry) { registry["mbarrier"] = decodeMbarrier; }

} // namespace mla::sim
