//===- AsyncCopies.cpp - cp.async and its groups --------------------------===//
// PTX ISA, "Data Movement and Conversion Instructions: Non-bulk copy". A copy reads and writes at
// some time between its issue and the end of the wait for its group: at the end with seed 0, at
// random otherwise, in any order.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "BulkCopies.h"

#include <cstring>

namespace mla::sim {

namespace {
struct CopyDetails {
  unsigned bytes;
  Decoder::Address to, from;
  LaneMask skipFlip = 0;
  uint32_t skips = kNoRegister; ///< a predicate: zeros instead of the copy
};
} // namespace

static Outcome runCopy(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CopyDetails *>(operation.details);
  uint64_t to[kLanes], from[kLanes];
  readAddresses(warp, details.to.base, details.to.isWide, details.to.offset, mask, to);
  readAddresses(warp, details.from.base, details.from.isWide, details.from.offset, mask, from);
  const uint32_t *sizes =
      operation.sources[0] == kNoRegister ? nullptr : warp.lanes<uint32_t>(operation.sources[0]);
  LaneMask skipped =
      details.skips == kNoRegister ? 0 : warp.predicate(details.skips) ^ details.skipFlip;
  if (warp.cta.grid.launch.countLines) {
    LaneMask reading = mask & ~skipped;
    if (sizes)
      forEachLane(mask, [&](unsigned lane) { reading &= ~(LaneMask(sizes[lane] == 0) << lane); });
    warp.counts[warp.pc()].bytes += uint64_t(details.bytes) * unsigned(std::popcount(mask));
    warp.countTraffic(AddressSpace::Global, details.bytes, from, reading);
    warp.countTraffic(AddressSpace::Shared, details.bytes, to, mask);
  }
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    unsigned source = sizes ? sizes[lane] : details.bytes;
    if (skipped >> lane & 1)
      source = 0;
    if (source > details.bytes)
      return warp.fail(FindingKind::Invalid,
                       "copies " + std::to_string(source) + " of " + std::to_string(details.bytes) +
                           " bytes",
                       lane);
    if ((to[lane] | (source ? from[lane] : 0)) % details.bytes)
      return warp.fail(FindingKind::Misaligned,
                       "copies " + std::to_string(details.bytes) +
                           " bytes from or to an address that is no multiple of that",
                       lane);
    warp.issueCopy(
        {to[lane], from[lane], uint8_t(details.bytes), uint8_t(source), uint8_t(lane), warp.pc()});
  }
  return Outcome::Next;
}

static bool decodeCopy(Decoder &d) {
  CopyDetails details{};
  d.take("ca") || d.take("cg");
  for (const char *known : {"global", "shared", "shared::cta"})
    d.take(known);
  for (const std::string &modifier : d.rest())
    if (modifier.starts_with("L2::"))
      d.take(modifier);
  if (!d.expectOperands(3, 5))
    return false;
  details.to = d.address(d.operand(0), AddressSpace::Shared);
  details.from = d.address(d.operand(1), AddressSpace::Global);
  std::optional<int64_t> bytes = d.constant(d.operand(2));
  if (!bytes || (*bytes != 4 && *bytes != 8 && *bytes != 16))
    return d.fail("expected 4, 8 or 16 bytes");
  details.bytes = unsigned(*bytes);
  // A source size, or a predicate that skips the copy; then a cache policy.
  if (d.numOperands() > 3) {
    const ptx::Operand &fourth = d.operand(3);
    bool isRegister = fourth.kind == ptx::Operand::Kind::Register;
    unsigned bits = isRegister ? d.function->registers[fourth.index].type.bits : 32;
    if (bits == 1)
      details.skips = d.predicate(fourth, details.skipFlip);
    else if (bits == 32)
      d.operation->sources[0] = d.source(fourth, 32);
  }
  d.keep(details);
  d.operation->handler = runCopy;
  return true;
}

static Outcome runCommit(Warp &warp, const Operation &, LaneMask mask) {
  warp.commitCopies(mask);
  return Outcome::Next;
}

static Outcome runWait(Warp &warp, const Operation &operation, LaneMask mask) {
  warp.finishCopies(mask, *static_cast<const unsigned *>(operation.details));
  return warp.cta.grid.isStopped() ? Outcome::Fault : Outcome::Next;
}

static bool decodeCpAsync(Decoder &d) {
  // cp.reduce.async.bulk: decodeBulkCopy takes .reduce.
  if (!d.take("async"))
    return d.fail("expected .async");
  if (d.take("bulk"))
    return decodeBulkCopy(d);
  if (d.take("mbarrier"))
    return decodeCopyArrive(d);
  if (d.take("commit_group")) {
    d.operation->handler = runCommit;
    return d.expectOperands(0, 0);
  }
  if (d.take("wait_all")) {
    d.keep(kEveryCopy);
    d.operation->handler = runWait;
    return d.expectOperands(0, 0);
  }
  if (d.take("wait_group")) {
    std::optional<int64_t> count = d.numOperands() == 1 ? d.constant(d.operand(0)) : std::nullopt;
    if (!count || *count < 0)
      return d.fail("expected a number of groups");
    d.keep(unsigned(*count));
    d.operation->handler = runWait;
    return true;
  }
  return decodeCopy(d);
}

void addAsyncCopies(Registry &registry) { registry["cp"] = decodeCpAsync; }

} // namespace mla::sim
