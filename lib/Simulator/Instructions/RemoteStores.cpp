//===- RemoteStores.cpp - st.async and red.async --------------------------===//
// PTX ISA, "st.async", "red.async": each lane writes to another block of the cluster some time
// later; the bytes count as a transaction of an mbarrier of that block.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "BulkCopies.h"
#include "Updates.h"

#include <cstring>

namespace mla::sim {

namespace {
struct RemoteDetails {
  Decoder::Address address, mbarrier;
  unsigned bytes;               ///< of an element
  std::vector<uint32_t> values; ///< registers of an element each
  Update update;                ///< of red.async
};
} // namespace

/// Writes, or updates, and completes the transaction; in the end.
static void arriveAt(Warp &warp, const RemoteDetails &details, Cta &block, uint64_t offset,
                     const std::array<uint64_t, 4> &values, uint64_t mbarrier, unsigned lane) {
  Cluster &cluster = warp.cta.cluster;
  unsigned count = unsigned(details.values.size()), total = count * details.bytes;
  uint8_t *data = warp.resolveAsync(block, details.update ? Use::Atomic : Use::Copy, offset, total);
  if (!data)
    return;
  for (unsigned i = 0; i < count; ++i) {
    uint64_t value = values[i];
    if (details.update) {
      uint64_t before = 0;
      std::memcpy(&before, data, details.bytes);
      value = details.update(before, value, 0);
    }
    std::memcpy(data + i * details.bytes, &value, details.bytes);
  }
  uint64_t inBlock;
  Cta *owner = blockOf(warp, mbarrier, inBlock);
  uint8_t *memory = warp.resolveAsync(*owner, Use::Read, inBlock, 8);
  if (memory && !cluster.update(mbarrier, memory, 0, -int32_t(total), false))
    warp.fail(FindingKind::Invalid, "completes at memory that is no mbarrier", lane);
}

static Outcome runRemote(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const RemoteDetails *>(operation.details);
  Cluster &cluster = warp.cta.cluster;
  unsigned total = unsigned(details.values.size()) * details.bytes;
  uint64_t addresses[kLanes], mbarriers[kLanes];
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                addresses);
  readAddresses(warp, details.mbarrier.base, details.mbarrier.isWide, details.mbarrier.offset, mask,
                mbarriers);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t offset, ignored, mbarrier = mbarrierAddress(mbarriers[lane]);
    Cta *block = blockOf(warp, addresses[lane], offset);
    if (!block || blockOf(warp, mbarrier, ignored) != block)
      return warp.fail(FindingKind::Invalid,
                       block ? "completes at an mbarrier of another block than it writes to"
                             : "writes to a block that the cluster has not",
                       lane);
    if (offset % total)
      return warp.fail(FindingKind::Misaligned,
                       "writes " + std::to_string(total) +
                           " bytes at an address that is no multiple of that",
                       lane);
    if (!warp.reaches(*block, lane))
      return Outcome::Fault;
    std::array<uint64_t, 4> values = {};
    for (size_t i = 0; i < details.values.size(); ++i)
      std::memcpy(&values[i], warp.lanes<uint8_t>(details.values[i]) + lane * details.bytes,
                  details.bytes);
    Races::Work work = cluster.races.begin(Races::Kind::Bulk, warp.number());
    // Those of red.async are atomic: they do not race with each other, and nothing else is asked.
    if (!details.update)
      warp.checkRace(*block, offset, total, true, work);
    block->noteRemote(warp, work);
    uint32_t at = warp.pc();
    cluster.begin([&warp, &details, &cluster, block, offset, values, mbarrier, work, lane, at] {
      Warp::ReportAt report(warp, at);
      cluster.races.release(work, cluster.mbarriers[mbarrier].now);
      arriveAt(warp, details, *block, offset, values, mbarrier, lane);
    });
  }
  return warp.cta.grid.isStopped() ? Outcome::Fault : Outcome::Next;
}

bool decodeRemoteStore(Decoder &d) {
  RemoteDetails details{};
  bool reduces = d.opcode() == "red";
  for (const char *known : {"weak", "relaxed", "cluster", "shared::cluster"})
    d.take(known);
  if (!d.take("mbarrier::complete_tx::bytes"))
    return d.fail("expected .mbarrier::complete_tx::bytes");
  std::optional<std::string_view> name = reduces ? takeUpdateName(d) : std::nullopt;
  size_t count = reduces ? 1 : d.take("v2") ? 2 : d.take("v4") ? 4 : 1;
  ElementType type = d.takeType();
  if (type.bits != 32 && type.bits != 64)
    return d.fail("expected a type of 32 or 64 bits");
  if (reduces && (!name || *name == "exch" || *name == "cas" || type.isFloat()))
    return d.fail("expected an operation such as .add on integers");
  if (reduces)
    details.update = makeUpdate(*name, type, false);
  if (!d.expectOperands(3, 3))
    return false;
  details.bytes = type.bits / 8;
  details.address = d.address(d.operand(0), AddressSpace::Shared);
  const ptx::Operand &value = d.operand(1);
  bool isVector = value.kind == ptx::Operand::Kind::Vector;
  if (isVector ? value.elements.size() != count : count != 1)
    return d.fail("expected " + std::to_string(count) + " registers");
  for (size_t i = 0; i < count; ++i)
    details.values.push_back(d.source(isVector ? value.elements[i] : value, type.bits));
  details.mbarrier = d.address(d.operand(2), AddressSpace::Shared);
  d.keep(details);
  d.operation->handler = runRemote;
  return true;
}

} // namespace mla::sim
