//===- BulkCopies.cpp - cp.async.bulk and cp.reduce.async.bulk ------------===//
// PTX ISA, "Data Movement and Conversion Instructions: Bulk copy" and "Tensor copy". Each lane
// issues a copy of its own; it reads and writes at one time between its issue and its completion.
// SPDX-License-Identifier: Apache-2.0
#include "BulkCopies.h"
#include "Tensors.h"
#include "Updates.h"

#include <cstring>

namespace mla::sim {

namespace {
struct BulkDetails {
  bool isLoad = false; ///< into shared memory, completing at an mbarrier; else out of it, in groups
  bool isTensor = false;
  bool fromShared = false; ///< of loads: from shared memory of this block
  unsigned rank = 0;
  TensorMode mode = TensorMode::Tile;
  Decoder::Address shared, other, mbarrier;
  AddressSpace otherSpace = AddressSpace::Global;
  std::vector<uint32_t> coordinates;
  uint32_t bytes = kNoRegister;     ///< of plain copies
  uint32_t multicast = kNoRegister; ///< a mask of blocks, 16 bits
  std::string_view reduction;       ///< "add" and so on; empty of copies
  ElementType type;                 ///< of a reduction without tensor map

  uint64_t alignment() const { return isTensor ? 128 : 16; }
};

/// A copy that a lane has issued.
struct Issued {
  const BulkDetails &details;
  std::vector<Piece> pieces;
  Update update; ///< empty of copies
  unsigned elementBytes = 1;
  unsigned lane;
  Cta *source = nullptr; ///< of loads from shared memory
};
} // namespace

/// Copies `bytes` bytes, or updates elements with them.
static void transfer(Warp &warp, const Issued &copy, uint8_t *to, const uint8_t *from,
                     unsigned bytes) {
  if (!copy.update) {
    std::memcpy(to, from, bytes);
    return;
  }
  std::lock_guard lock(warp.cta.grid.atomics);
  for (unsigned at = 0; at + copy.elementBytes <= bytes; at += copy.elementBytes) {
    uint64_t before = 0, value = 0;
    std::memcpy(&before, to + at, copy.elementBytes);
    std::memcpy(&value, from + at, copy.elementBytes);
    value = copy.update(before, value, 0);
    std::memcpy(to + at, &value, copy.elementBytes);
  }
}

/// Moves one piece; false after a finding.
static bool move(Warp &warp, Cta &block, const Issued &copy, const Piece &piece) {
  const BulkDetails &details = copy.details;
  bool isLoad = details.isLoad;
  Use write = copy.update ? Use::Atomic : isLoad ? Use::Copy : Use::Write;
  uint8_t *shared = warp.resolveAsync(block, isLoad ? write : Use::Read, piece.shared, piece.bytes);
  if (!shared)
    return false;
  uint8_t *other = nullptr;
  if (piece.valid) {
    other = copy.source ? warp.resolveAsync(*copy.source, Use::Read, piece.global, piece.valid)
                        : warp.resolveLane(details.otherSpace, isLoad ? Use::Read : write,
                                           piece.valid, piece.global, copy.lane);
    if (!other)
      return false;
  }
  if (isLoad && !copy.update)
    std::memset(shared, 0, piece.bytes);
  if (piece.valid && isLoad) {
    transfer(warp, copy, shared + piece.skip, other, piece.valid);
  } else if (piece.valid) {
    if (copy.update)
      warp.checkGlobal({piece.global, piece.valid, /*writes=*/true, /*isStrong=*/true}, copy.lane);
    else
      warp.checkGlobalWrite(piece.global, other, shared + piece.skip, piece.valid,
                            /*isStrong=*/false, copy.lane);
    transfer(warp, copy, other, shared + piece.skip, piece.valid);
  }
  return true;
}

/// More than any architecture has for a block.
static constexpr uint32_t kMaxSharedBytes = 1 << 20;

/// The type of a tensor map's elements, by TensorMap::elementType.
static std::optional<ElementType> typeOf(const TensorMap &map) {
  using Kind = ElementType::Kind;
  static constexpr ElementType kTypes[] = {
      {Kind::Unsigned, 8},  {Kind::Unsigned, 16}, {Kind::Unsigned, 32}, {Kind::Signed, 32},
      {Kind::Unsigned, 64}, {Kind::Signed, 64},   {Kind::Float, 16},    {Kind::Float, 32},
      {Kind::Float, 32},    {Kind::Float, 64},    {Kind::BFloat, 16}};
  if (map.elementType < 1 || map.elementType > std::size(kTypes))
    return std::nullopt;
  return kTypes[map.elementType - 1];
}

static bool refuse(Warp &warp, FindingKind kind, unsigned lane, const std::string &text) {
  warp.fail(kind, text, lane);
  return false;
}

/// The pieces of a copy; false after a finding.
static bool plan(Warp &warp, Issued &copy, uint64_t shared) {
  const BulkDetails &details = copy.details;
  unsigned lane = copy.lane;
  uint64_t offset = mbarrierAddress(shared) & ((uint64_t(1) << kRankShift) - 1);
  uint64_t other = addressOf(warp, details.other, lane);
  ElementType type = details.type;
  if (offset % details.alignment())
    return refuse(warp, FindingKind::Misaligned, lane,
                  "copies to or from shared memory at an address that is no multiple of " +
                      std::to_string(details.alignment()));
  if (details.isTensor) {
    std::vector<int32_t> coordinates;
    for (uint32_t place : details.coordinates)
      coordinates.push_back(int32_t(warp.lanes<uint32_t>(place)[lane]));
    TensorMap map;
    if (!planTensor(warp, other, lane, details.rank, details.mode, coordinates, offset, map,
                    copy.pieces))
      return false;
    std::optional<ElementType> known = typeOf(map);
    if (!details.reduction.empty() && !known)
      return refuse(warp, FindingKind::Invalid, lane,
                    "reduces through a tensor map that does not say the type of its elements");
    type = known.value_or(type);
  } else {
    uint32_t bytes = warp.lanes<uint32_t>(details.bytes)[lane];
    if (bytes % 16 || other % 16)
      return refuse(warp, FindingKind::Misaligned, lane,
                    "copies a size or an address that is no multiple of 16");
    if (bytes > kMaxSharedBytes)
      return refuse(warp, FindingKind::OutOfBounds, lane,
                    "copies " + std::to_string(bytes) +
                        " bytes: no block has as much shared memory");
    if (details.fromShared && !(copy.source = blockOf(warp, other, other)))
      return refuse(warp, FindingKind::OutOfBounds, lane,
                    "copies from a block that the cluster has not");
    for (uint32_t at = 0; at < bytes; at += 16)
      copy.pieces.push_back({offset + at, other + at, 16, 0, 16});
  }
  if (details.reduction.empty())
    return true;
  copy.elementBytes = type.bits / 8;
  copy.update = makeUpdate(details.reduction, type, !details.isLoad);
  return copy.update ? true
                     : refuse(warp, FindingKind::Invalid, lane,
                              "has no such operation for the type of the tensor map");
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
static bool issueLoad(Warp &warp, std::shared_ptr<Issued> copy, Cta &block, uint64_t mbarrier) {
  Cluster &cluster = warp.cta.cluster;
  unsigned lane = copy->lane;
  if (!warp.reaches(block, lane))
    return false;
  Races::Work work = cluster.races.begin(Races::Kind::Bulk, warp.number());
  block.noteRemote(warp, work);
  for (const Piece &piece : copy->pieces) {
    if (!copy->update)
      warp.checkRace(block, piece.shared, piece.bytes, true, work);
    if (copy->source)
      warp.checkRace(*copy->source, piece.global, piece.valid, false, work);
  }
  uint32_t operation = warp.pc();
  cluster.begin([&warp, copy, &cluster, &block, lane, mbarrier, work, operation] {
    Warp::ReportAt report(warp, operation);
    for (const Piece &piece : copy->pieces)
      if (!move(warp, block, *copy, piece))
        return;
    uint64_t offset;
    Cta *owner = blockOf(warp, mbarrier, offset);
    uint8_t *memory = owner ? warp.resolveAsync(*owner, Use::Read, offset, 8) : nullptr;
    if (!memory)
      return;
    cluster.races.release(work, cluster.mbarriers[mbarrier].now);
    cluster.mbarriers[mbarrier].operation = operation;
    if (!cluster.update(mbarrier, memory, 0, -int32_t(sizeOf(copy->pieces)), false))
      warp.fail(FindingKind::Invalid, "completes at memory that is no mbarrier", lane);
  });
  return true;
}

static void issueStore(Warp &warp, std::shared_ptr<Issued> copy, Cta &block) {
  Races::Work work = warp.cta.cluster.races.begin(Races::Kind::Bulk, warp.number());
  for (const Piece &piece : copy->pieces)
    warp.checkRace(block, piece.shared, piece.bytes, false, work);
  uint32_t at = warp.pc();
  unsigned lane = copy->lane;
  warp.issueWork(false, lane, warp.cta.cluster.begin([&warp, copy, &block, at] {
    Warp::ReportAt report(warp, at);
    for (const Piece &piece : copy->pieces)
      if (!move(warp, block, *copy, piece))
        return;
  }),
                 work);
}

/// The same place in each block of a mask, and the same mbarrier.
static bool issueMulticast(Warp &warp, std::shared_ptr<Issued> copy, uint64_t mbarrier) {
  auto &ctas = warp.cta.cluster.ctas;
  uint16_t blocks = warp.lanes<uint16_t>(copy->details.multicast)[copy->lane];
  if (blocks >> ctas.size())
    return refuse(warp, FindingKind::Invalid, copy->lane,
                  "copies to block " + std::to_string(std::bit_width(blocks) - 1) +
                      " of a cluster of " + std::to_string(ctas.size()));
  uint64_t inBlock = mbarrier & ((uint64_t(1) << kRankShift) - 1);
  for (auto &each : ctas)
    if (blocks >> each->rank & 1 &&
        !issueLoad(warp, copy, *each, uint64_t(each->rank) << kRankShift | inBlock))
      return false;
  return true;
}

static Outcome runBulk(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const BulkDetails *>(operation.details);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t shared = addressOf(warp, details.shared, lane), offset;
    Cta *block = blockOf(warp, shared, offset);
    if (!block)
      return warp.fail(FindingKind::OutOfBounds, "copies to a block that the cluster has not",
                       lane);
    auto copy = std::make_shared<Issued>(Issued{details, {}, {}, 1, lane});
    if (!plan(warp, *copy, shared))
      return Outcome::Fault;
    if (warp.cta.grid.launch.countLines)
      countPieces(warp, details, copy->pieces);
    if (!details.isLoad) {
      issueStore(warp, copy, *block);
      continue;
    }
    if (warp.cta.grid.globalRaces && details.otherSpace == AddressSpace::Global)
      for (const Piece &piece : copy->pieces)
        warp.checkGlobal({piece.global, piece.valid, /*writes=*/false, /*isStrong=*/false}, lane);
    uint64_t mbarrier = mbarrierAddress(addressOf(warp, details.mbarrier, lane)), ignored;
    if (details.multicast != kNoRegister) {
      if (!issueMulticast(warp, copy, mbarrier))
        return Outcome::Fault;
      continue;
    }
    if (blockOf(warp, mbarrier, ignored) != block)
      return warp.fail(FindingKind::Invalid,
                       "completes at an mbarrier of another block than it writes to", lane);
    if (!issueLoad(warp, copy, *block, mbarrier))
      return Outcome::Fault;
  }
  return warp.cta.grid.isStopped() ? Outcome::Fault : Outcome::Next;
}

/// [map, {coordinates}].
static bool decodeTensor(Decoder &d, const ptx::Operand &operand, BulkDetails &details) {
  details.other = d.address(operand, AddressSpace::Generic);
  unsigned count = details.mode == TensorMode::Rows ? 5 : details.rank;
  if (operand.elements.size() != 2 || operand.elements[1].elements.size() != count)
    return d.fail("expected a tensor map and " + std::to_string(count) + " coordinates");
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

/// What .tile and its relatives and the number of dimensions say.
static bool decodeShape(Decoder &d, BulkDetails &details) {
  static constexpr std::pair<std::string_view, unsigned> kRanks[] = {
      {"1d", 1}, {"2d", 2}, {"3d", 3}, {"4d", 4}, {"5d", 5}};
  details.rank = d.takeOf(kRanks).value_or(0);
  if (!details.rank)
    return d.fail("expected a number of dimensions such as .2d");
  if (d.take(details.isLoad ? "tile::gather4" : "tile::scatter4")) {
    details.mode = TensorMode::Rows;
    return details.rank == 2 || d.fail("expected .2d");
  }
  d.take("tile");
  return true;
}

/// The operation and, without tensor map, the type.
static bool decodeReduction(Decoder &d, BulkDetails &details) {
  std::optional<std::string_view> name = takeUpdateName(d);
  if (!name || *name == "exch" || *name == "cas")
    return d.fail("expected an operation such as .add");
  details.reduction = *name;
  d.take("noftz");
  if (details.isTensor)
    return true;
  details.type = d.takeType();
  return makeUpdate(*name, details.type, !details.isLoad)
             ? true
             : d.fail("the operation expects another type");
}

bool decodeBulkCopy(Decoder &d) {
  for (const std::string &modifier : d.rest())
    if (modifier == "commit_group" || modifier == "wait_group")
      return decodeGroups(d);
  if (d.take("prefetch")) {
    // Caches are not simulated.
    for (const std::string &modifier : d.rest())
      d.take(modifier);
    d.operation->handler = [](Warp &, const Operation &, LaneMask) { return Outcome::Next; };
    return true;
  }
  BulkDetails details;
  bool reduces = d.take("reduce");
  details.isTensor = d.take("tensor");
  details.isLoad = d.take("mbarrier::complete_tx::bytes");
  if (details.isTensor && !decodeShape(d, details))
    return false;
  if (!details.isLoad && !d.take("bulk_group"))
    return d.fail("expected .mbarrier::complete_tx::bytes or .bulk_group");
  bool hasGlobal = d.take("global");
  d.take("shared::cluster");
  details.fromShared = d.take("shared::cta") && !hasGlobal;
  details.otherSpace = details.fromShared ? AddressSpace::Shared : AddressSpace::Global;
  if (reduces && !decodeReduction(d, details))
    return false;
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

} // namespace mla::sim
