//===- BulkCopies.cpp - cp.async.bulk and tensor maps ---------------------===//
// PTX ISA, "Data Movement and Conversion Instructions: Bulk copy" and "Tensor copy". Each lane
// issues a copy of its own; it reads and writes at one time between its issue and its completion.
// SPDX-License-Identifier: Apache-2.0
#include "BulkCopies.h"
#include "Addresses.h"
#include "mla/Simulator/TensorMap.h"

#include <cstring>

namespace mla::sim {

namespace {
struct BulkDetails {
  bool isLoad = false; ///< into shared memory, completing at an mbarrier; else out of it, in groups
  bool isTensor = false;
  bool fromShared = false; ///< of loads: from shared memory of this block
  unsigned rank = 0;
  Decoder::Address shared, other, mbarrier;
  AddressSpace otherSpace = AddressSpace::Global;
  std::vector<uint32_t> coordinates;
  uint32_t bytes = kNoRegister;     ///< of plain copies
  uint32_t multicast = kNoRegister; ///< a mask of blocks, 16 bits
};

/// A piece of a copy: consecutive bytes on both sides.
struct Piece {
  uint64_t shared; ///< offset in its block
  uint64_t global;
  unsigned bytes;       ///< of shared memory
  unsigned skip, valid; ///< bytes that have no counterpart at the front, and bytes that have one
};
} // namespace

static uint64_t addressOf(Warp &warp, const Decoder::Address &address, unsigned lane) {
  uint64_t addresses[kLanes];
  readAddresses(warp, address.base, address.isWide, address.offset, LaneMask(1) << lane, addresses);
  return addresses[lane];
}

/// Calls `body(piece)` for each chunk of 16 bytes of a box.
template <typename Body>
static void forEachChunk(const TensorMap &map, const std::array<int64_t, 5> &start, uint64_t shared,
                         Body body) {
  uint64_t rowBytes = uint64_t(map.box[0]) * map.elementBytes, rows = 1;
  for (unsigned dim = 1; dim < map.rank; ++dim)
    rows *= map.box[dim];
  for (uint64_t row = 0; row < rows; ++row) {
    uint64_t rest = row, global = map.address;
    bool isInside = true;
    for (unsigned dim = 1; dim < map.rank; ++dim) {
      int64_t at = start[dim] + int64_t(rest % map.box[dim]);
      rest /= map.box[dim];
      isInside &= at >= 0 && uint64_t(at) < map.extents[dim];
      global += uint64_t(at) * map.strideBytes[dim - 1];
    }
    int64_t low = start[0] * int64_t(map.elementBytes);
    int64_t extent = int64_t(map.extents[0] * map.elementBytes);
    for (uint64_t x = 0; x < rowBytes; x += 16) {
      auto bytes = unsigned(std::min<uint64_t>(16, rowBytes - x));
      int64_t first = low + int64_t(x);
      int64_t from = std::max<int64_t>(first, 0), to = std::min(first + bytes, extent);
      bool any = isInside && from < to;
      body(Piece{swizzled(shared + row * rowBytes + x, map.swizzleBytes), global + uint64_t(from),
                 bytes, any ? unsigned(from - first) : 0, any ? unsigned(to - from) : 0});
    }
  }
}

/// Moves one piece; false after a finding.
static bool move(Warp &warp, Cta &block, bool isLoad, AddressSpace space, const Piece &piece,
                 unsigned lane) {
  uint8_t *shared =
      warp.resolveAsync(block, isLoad ? Use::Copy : Use::Read, piece.shared, piece.bytes);
  if (!shared)
    return false;
  uint8_t *global = nullptr;
  if (piece.valid) {
    global =
        warp.resolveLane(space, isLoad ? Use::Read : Use::Write, piece.valid, piece.global, lane);
    if (!global)
      return false;
  }
  if (!isLoad) {
    if (piece.valid && space == AddressSpace::Global)
      warp.checkGlobalWrite(piece.global, global, shared + piece.skip, piece.valid,
                            /*isStrong=*/false, lane);
    if (piece.valid)
      std::memcpy(global, shared + piece.skip, piece.valid);
    return true;
  }
  std::memset(shared, 0, piece.bytes);
  if (piece.valid)
    std::memcpy(shared + piece.skip, global, piece.valid);
  return true;
}

static bool readMap(Warp &warp, uint64_t address, unsigned lane, unsigned rank, TensorMap &map) {
  const uint8_t *bytes =
      warp.resolveLane(AddressSpace::Generic, Use::Read, kTensorMapBytes, address, lane);
  if (!bytes)
    return false;
  std::memcpy(&map, bytes, sizeof(map));
  if (map.magic == TensorMap::kMagic && map.rank == rank)
    return true;
  warp.fail(FindingKind::Invalid,
            map.magic == TensorMap::kMagic
                ? "copies " + std::to_string(rank) + " dimensions of a tensor map of " +
                      std::to_string(map.rank)
                : std::string("uses memory that is no tensor map"),
            lane);
  return false;
}

/// More than any architecture has for a block.
static constexpr uint32_t kMaxSharedBytes = 1 << 20;

/// The pieces of a copy of a lane; false after a finding.
static bool planCopy(Warp &warp, const BulkDetails &details, unsigned lane, uint64_t shared,
                     std::vector<Piece> &pieces) {
  uint64_t offset = mbarrierAddress(shared) & ((uint64_t(1) << kRankShift) - 1);
  uint64_t other = addressOf(warp, details.other, lane);
  if (offset % (details.isTensor ? 128 : 16)) {
    warp.fail(FindingKind::Misaligned,
              "copies to or from shared memory at an address that is no multiple of " +
                  std::to_string(details.isTensor ? 128 : 16),
              lane);
    return false;
  }
  if (!details.isTensor) {
    uint32_t bytes = warp.lanes<uint32_t>(details.bytes)[lane];
    if (bytes % 16 || other % 16) {
      warp.fail(FindingKind::Misaligned, "copies a size or an address that is no multiple of 16",
                lane);
      return false;
    }
    if (bytes > kMaxSharedBytes) {
      warp.fail(FindingKind::OutOfBounds,
                "copies " + std::to_string(bytes) + " bytes: no block has as much shared memory",
                lane);
      return false;
    }
    for (uint32_t at = 0; at < bytes; at += 16)
      pieces.push_back({offset + at, other + at, 16, 0, 16});
    return true;
  }
  TensorMap map;
  if (!readMap(warp, other, lane, details.rank, map))
    return false;
  std::array<int64_t, 5> start = {};
  for (unsigned dim = 0; dim < details.rank; ++dim)
    start[dim] = int32_t(warp.lanes<uint32_t>(details.coordinates[dim])[lane]);
  forEachChunk(map, start, offset, [&](const Piece &piece) { pieces.push_back(piece); });
  return true;
}

static uint64_t sizeOf(const std::vector<Piece> &pieces) {
  uint64_t bytes = 0;
  for (const Piece &piece : pieces)
    bytes += piece.bytes;
  return bytes;
}

/// Bytes of shared memory and sectors of global memory.
static void countPieces(Warp &warp, const BulkDetails &details, const std::vector<Piece> &pieces) {
  Count &count = warp.counts[warp.pc()];
  count.bytes += sizeOf(pieces);
  if (details.otherSpace != AddressSpace::Global)
    return;
  uint64_t last = ~uint64_t(0);
  for (const Piece &piece : pieces) {
    // Pieces of 16 bytes follow each other.
    uint64_t sector = piece.global / 32;
    count.sectors += piece.valid && sector != last;
    last = piece.valid ? sector : last;
  }
}

/// One block that a load writes: the data, then the bytes of the transaction.
static void issueLoad(Warp &warp, const BulkDetails &details, unsigned lane,
                      std::shared_ptr<std::vector<Piece>> pieces, Cta &block, uint64_t mbarrier) {
  Cluster &cluster = warp.cta.cluster;
  Races::Work work = cluster.races.begin(Races::Kind::Bulk, warp.number());
  for (const Piece &piece : *pieces)
    warp.checkRace(block, piece.shared, piece.bytes, true, work);
  uint32_t operation = warp.pc();
  cluster.begin([&warp, &details, &cluster, &block, lane, pieces, mbarrier, work, operation] {
    Warp::ReportAt report(warp, operation);
    for (const Piece &piece : *pieces)
      if (!move(warp, block, true, details.otherSpace, piece, lane))
        return;
    uint64_t offset;
    Cta *owner = blockOf(warp, mbarrier, offset);
    uint8_t *memory = owner ? warp.resolveAsync(*owner, Use::Read, offset, 8) : nullptr;
    if (!memory)
      return;
    cluster.races.release(work, cluster.mbarriers[mbarrier].now);
    cluster.mbarriers[mbarrier].operation = operation;
    if (!cluster.update(mbarrier, memory, 0, -int32_t(sizeOf(*pieces)), false))
      warp.fail(FindingKind::Invalid, "completes at memory that is no mbarrier", lane);
  });
}

static Outcome runBulk(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const BulkDetails *>(operation.details);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t shared = addressOf(warp, details.shared, lane), offset;
    Cta *block = blockOf(warp, shared, offset);
    auto pieces = std::make_shared<std::vector<Piece>>();
    if (!block)
      return warp.fail(FindingKind::OutOfBounds, "copies to a block that the cluster has not",
                       lane);
    if (!planCopy(warp, details, lane, shared, *pieces))
      return Outcome::Fault;
    if (warp.cta.grid.launch.countLines)
      countPieces(warp, details, *pieces);
    if (!details.isLoad) {
      Races::Work work = warp.cta.cluster.races.begin(Races::Kind::Bulk, warp.number());
      for (const Piece &piece : *pieces)
        warp.checkRace(*block, piece.shared, piece.bytes, false, work);
      uint32_t at = warp.pc();
      warp.issueWork(false, lane,
                     warp.cta.cluster.begin([&warp, &details, block, lane, pieces, at] {
                       Warp::ReportAt report(warp, at);
                       for (const Piece &piece : *pieces)
                         if (!move(warp, *block, false, details.otherSpace, piece, lane))
                           return;
                     }),
                     work);
      continue;
    }
    if (warp.cta.grid.globalRaces && details.otherSpace == AddressSpace::Global)
      for (const Piece &piece : *pieces)
        warp.checkGlobal({piece.global, piece.valid, /*writes=*/false, /*isStrong=*/false}, lane);
    uint64_t mbarrier = mbarrierAddress(addressOf(warp, details.mbarrier, lane));
    if (details.multicast == kNoRegister) {
      issueLoad(warp, details, lane, pieces, *block, mbarrier);
      continue;
    }
    // The same place in each block, and the same mbarrier.
    uint16_t blocks = warp.lanes<uint16_t>(details.multicast)[lane];
    uint64_t inBlock = mbarrier & ((uint64_t(1) << kRankShift) - 1);
    for (auto &each : warp.cta.cluster.ctas)
      if (blocks >> each->rank & 1)
        issueLoad(warp, details, lane, pieces, *each, uint64_t(each->rank) << kRankShift | inBlock);
  }
  return warp.cta.grid.isStopped() ? Outcome::Fault : Outcome::Next;
}

/// [map, {coordinates}].
static bool decodeTensor(Decoder &d, const ptx::Operand &operand, BulkDetails &details) {
  details.other = d.address(operand, AddressSpace::Generic);
  if (operand.elements.size() != 2 || operand.elements[1].elements.size() != details.rank)
    return d.fail("expected a tensor map and " + std::to_string(details.rank) + " coordinates");
  for (const ptx::Operand &coordinate : operand.elements[1].elements)
    details.coordinates.push_back(d.source(coordinate, 32));
  return true;
}

static bool decodeGroups(Decoder &d) {
  if (d.take("commit_group")) {
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      warp.commitWork(false, mask);
      return Outcome::Next;
    };
    return d.expectOperands(0, 0);
  }
  // .read waits for the reads alone; here they end together with the writes.
  d.take("read");
  std::optional<int64_t> count = d.numOperands() == 1 ? d.constant(d.operand(0)) : std::nullopt;
  if (!d.take("wait_group") || !count || *count < 0)
    return d.fail("expected a number of groups");
  d.keep(unsigned(*count));
  d.operation->handler = [](Warp &warp, const Operation &operation, LaneMask mask) {
    warp.finishWork(false, mask, *static_cast<const unsigned *>(operation.details));
    return warp.cta.grid.isStopped() ? Outcome::Fault : Outcome::Next;
  };
  return true;
}

bool decodeBulkCopy(Decoder &d) {
  for (const std::string &modifier : d.rest())
    if (modifier == "commit_group" || modifier == "wait_group")
      return decodeGroups(d);
  BulkDetails details;
  details.isTensor = d.take("tensor");
  static constexpr std::pair<std::string_view, unsigned> kRanks[] = {
      {"1d", 1}, {"2d", 2}, {"3d", 3}, {"4d", 4}, {"5d", 5}};
  if (details.isTensor)
    details.rank = d.takeOf(kRanks).value_or(0);
  details.isLoad = d.take("mbarrier::complete_tx::bytes");
  if (details.isTensor && !details.rank)
    return d.fail("expected a number of dimensions such as .2d");
  if (!details.isLoad && !d.take("bulk_group"))
    return d.fail("expected .mbarrier::complete_tx::bytes or .bulk_group");
  bool hasGlobal = d.take("global");
  d.take("shared::cluster");
  details.fromShared = d.take("shared::cta") && !hasGlobal;
  details.otherSpace = details.fromShared ? AddressSpace::Shared : AddressSpace::Global;
  d.take("tile");
  bool isMulticast = d.take("multicast::cluster"), hasPolicy = d.take("L2::cache_hint");
  size_t least = (details.isTensor ? 2 : 3) + details.isLoad + isMulticast + hasPolicy;
  if (!d.expectOperands(least, least))
    return false;
  size_t sharedAt = details.isLoad ? 0 : 1, otherAt = 1 - sharedAt, next = 2;
  details.shared = d.address(d.operand(sharedAt), AddressSpace::Shared);
  if (details.isTensor) {
    if (!decodeTensor(d, d.operand(otherAt), details))
      return false;
  } else {
    details.other = d.address(d.operand(otherAt), details.otherSpace);
    details.bytes = d.source(next++, 32);
  }
  if (details.isLoad)
    details.mbarrier = d.address(d.operand(next++), AddressSpace::Shared);
  if (isMulticast)
    details.multicast = d.source(next++, 16);
  d.keep(details);
  d.operation->handler = runBulk;
  return true;
}

//===-- cp.async.mbarrier.arrive ------------------------------------------===//

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
