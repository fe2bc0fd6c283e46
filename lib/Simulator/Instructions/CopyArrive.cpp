//===- CopyArrive.cpp - cp.async.mbarrier.arrive --------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "BulkCopies.h"

#include <cstring>

namespace mla::sim {

namespace {
struct CopyArriveDetails {
  Decoder::Address address;
  bool increments;
};
} // namespace

/// Arrives when all copies that the lane has issued have ended.
static Outcome runCopyArrive(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CopyArriveDetails *>(operation.details);
  Cluster &cluster = warp.cta.cluster;
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t address = mbarrierAddress(addressOf(warp, details.address, lane));
    uint8_t *memory = warp.resolveLane(AddressSpace::Shared, Use::Read, 8, address, lane);
    if (!memory)
      return Outcome::Fault;
    if (details.increments) {
      uint64_t bits;
      std::memcpy(&bits, memory, 8);
      Mbarrier barrier = Mbarrier::decode(bits);
      ++barrier.pending;
      bits = barrier.encode();
      std::memcpy(memory, &bits, 8);
    }
    Races::Work last = warp.lastCopy(lane);
    uint32_t at = warp.pc();
    cluster.begin([&warp, &cluster, lane, address, memory, last, at] {
      Warp::ReportAt report(warp, at);
      warp.endCopiesOf(lane, last.time);
      if (last.time)
        cluster.races.release(last, cluster.mbarriers[address].now);
      if (!cluster.update(address, memory, 1, 0, false))
        warp.fail(FindingKind::Invalid, "arrives at memory that is no mbarrier, or too often",
                  lane);
    });
  }
  return Outcome::Next;
}

bool decodeCopyArrive(Decoder &d) {
  if (!d.take("arrive") || !d.expectOperands(1, 1))
    return d.fail("expected .arrive and an address");
  bool increments = !d.take("noinc");
  AddressSpace space = takeSpace(d);
  if (!d.take("b64"))
    return d.fail("expected .b64");
  d.keep(CopyArriveDetails{d.address(d.operand(0), space), increments});
  d.operation->handler = runCopyArrive;
  return true;
}

} // namespace mla::sim
