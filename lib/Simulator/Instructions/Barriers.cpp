//===- Barriers.cpp - barriers of warps and blocks ------------------------===//
// PTX ISA, "bar, barrier", "bar.warp.sync", "barrier.cluster".
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

namespace mla::sim {

namespace {
enum class Vote { None, Population, And, Or };
struct BarrierDetails {
  bool isAligned;
  bool waits; ///< not .arrive
  Vote vote = Vote::None;
  LaneMask flip = 0;
  bool isRelaxed = false; ///< barrier.cluster.arrive.relaxed
};
} // namespace

static void answer(Warp &warp, const Operation &operation, LaneMask mask, Vote vote) {
  uint32_t population = uint32_t(warp.group().answer), voters = uint32_t(warp.group().answer >> 32);
  if (vote == Vote::Population) {
    uint32_t *result = warp.lanes<uint32_t>(operation.results[0]);
    forEachLane(mask, [&](unsigned lane) { result[lane] = population; });
  } else if (vote != Vote::None) {
    bool holds = vote == Vote::And ? population == voters : population != 0;
    LaneMask &result = warp.predicate(operation.results[0]);
    result = (result & ~mask) | (holds ? mask : 0);
  }
}

static Outcome runBarrier(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const BarrierDetails *>(operation.details);
  Group &group = warp.group();
  if (group.granted) {
    group.granted = false;
    answer(warp, operation, mask, details.vote);
    return Outcome::Next;
  }
  if (details.isAligned && !warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  unsigned first = unsigned(std::countr_zero(mask));
  uint32_t number = warp.lanes<uint32_t>(operation.sources[0])[first];
  uint32_t expected =
      operation.sources[1] == kNoRegister ? 0 : warp.lanes<uint32_t>(operation.sources[1])[first];
  if (number >= kNumBarriers)
    return warp.fail(FindingKind::Invalid,
                     "uses barrier " + std::to_string(number) + ", there are 16", first);
  if (expected % kLanes)
    return warp.fail(FindingKind::Invalid,
                     "expects " + std::to_string(expected) + " threads, which is no multiple of 32",
                     first);
  Barrier &barrier = warp.cta.barriers[number];
  if (barrier.isUsed() && barrier.expected != expected)
    return warp.fail(FindingKind::Invalid,
                     "expects " + std::to_string(expected) + " threads at barrier " +
                         std::to_string(number) + ", where others expect " +
                         std::to_string(barrier.expected),
                     first);
  if (barrier.lanes[warp.index] & mask)
    return warp.fail(FindingKind::Invalid, "arrives twice at barrier " + std::to_string(number),
                     first);
  if (details.vote != Vote::None) {
    LaneMask yes = (warp.predicate(operation.sources[2]) ^ details.flip) & mask;
    barrier.population += unsigned(std::popcount(yes));
    barrier.voters += unsigned(std::popcount(mask));
  }
  if (!details.waits) {
    warp.cta.arrive(number, expected, warp, mask);
    return Outcome::Next;
  }
  // Waits first, so that the last to arrive is woken like the others.
  Outcome outcome = warp.wait(mask, WaitKind::Barrier, number);
  warp.cta.arrive(number, expected, warp, mask);
  return outcome;
}

static Outcome runWarpBarrier(Warp &warp, const Operation &operation, LaneMask mask) {
  Group &group = warp.group();
  if (group.granted) {
    group.granted = false;
    return Outcome::Next;
  }
  // Lanes with another mask execute this apart.
  const uint32_t *masks = warp.lanes<uint32_t>(operation.sources[0]);
  LaneMask members = masks[std::countr_zero(mask)], same = 0;
  forEachLane(mask, [&](unsigned lane) { same |= LaneMask(masks[lane] == members) << lane; });
  if (same != mask)
    warp.stay(mask & ~same);
  mask = same;
  if (mask & ~members)
    return warp.fail(FindingKind::Invalid, "executes this and is not in the member mask",
                     unsigned(std::countr_zero(mask & ~members)));
  // Others may wait at another bar.warp.sync with the same mask.
  LaneMask here = mask;
  for (const Group &other : warp.groups)
    if (other.waits == WaitKind::WarpBarrier && other.key == members)
      here |= other.mask;
  if (!warp.hasAll(here, members))
    return warp.wait(mask, WaitKind::WarpBarrier, members);
  warp.wake(WaitKind::WarpBarrier, members);
  return Outcome::Next;
}

static bool decodeWarpBarrier(Decoder &d) {
  if (!d.take("sync") || !d.expectOperands(1, 1))
    return d.fail("expected .sync and a member mask");
  d.operation->sources[0] = d.source(0, 32);
  d.operation->handler = runWarpBarrier;
  return true;
}

static Outcome runClusterBarrier(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const BarrierDetails *>(operation.details);
  // Woken or not: the question is whether the barrier has been passed.
  warp.group().granted = false;
  if (details.isAligned && !warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  Cluster &cluster = warp.cta.cluster;
  if (!details.waits) {
    if (!cluster.arrive(warp, mask, details.isRelaxed))
      return warp.fail(FindingKind::Invalid,
                       "arrives twice at the barrier of the cluster without a wait between",
                       unsigned(std::countr_zero(mask)));
    return Outcome::Next;
  }
  if (cluster.hasPassed(warp, mask))
    return Outcome::Next;
  return warp.wait(mask, WaitKind::ClusterBarrier, 0);
}

static bool decodeClusterBarrier(Decoder &d) {
  bool arrives = d.take("arrive");
  if (!arrives && !d.take("wait"))
    return d.fail("expected .arrive or .wait");
  BarrierDetails details{d.take("aligned"), !arrives};
  details.isRelaxed = arrives && d.take("relaxed");
  d.take(arrives ? "release" : "acquire");
  d.keep(details);
  d.operation->handler = runClusterBarrier;
  return d.expectOperands(0, 0);
}

/// `bar` is `barrier.aligned`.
static bool decodeBarrier(Decoder &d) {
  if (d.take("warp"))
    return decodeWarpBarrier(d);
  if (d.take("cluster"))
    return decodeClusterBarrier(d);
  d.take("cta");
  bool isAligned = d.take("aligned") || d.opcode() == "bar";
  bool syncs = d.take("sync"), arrives = d.take("arrive"), reduces = d.take("red");
  if (syncs + arrives + reduces != 1)
    return d.fail("expected one of .sync, .arrive and .red");
  BarrierDetails details{isAligned, !arrives};
  Operation &operation = *d.operation;
  size_t next = 0;
  if (reduces) {
    static constexpr std::pair<std::string_view, Vote> kVotes[] = {
        {"popc", Vote::Population}, {"and", Vote::And}, {"or", Vote::Or}};
    details.vote = d.takeOf(kVotes).value_or(Vote::None);
    bool counts = details.vote == Vote::Population;
    if (details.vote == Vote::None || !d.take(counts ? "u32" : "pred") || !d.expectOperands(3, 4))
      return d.fail("expected .popc.u32, .and.pred or .or.pred");
    operation.results[0] = d.result(0, counts ? 32 : 1);
    operation.sources[2] = d.predicate(d.operand(d.numOperands() - 1), details.flip);
    next = 1;
  }
  if (!d.expectOperands(next + 1 + reduces, next + 2 + reduces))
    return false;
  operation.sources[0] = d.source(next, 32);
  if (d.numOperands() - reduces > next + 1)
    operation.sources[1] = d.source(next + 1, 32);
  else if (arrives)
    return d.fail("expected a number of threads");
  d.keep(details);
  operation.handler = runBarrier;
  return true;
}

void addBarriers(Registry &registry) { registry["bar"] = registry["barrier"] = decodeBarrier; }

} // namespace mla::sim
