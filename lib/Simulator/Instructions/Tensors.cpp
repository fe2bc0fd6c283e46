//===- Tensors.cpp - tensor maps ------------------------------------------===//
// PTX ISA, "Tensors": where the elements of a box lie; "tensormap.replace",
// "tensormap.cp_fenceproxy".
// SPDX-License-Identifier: Apache-2.0
#include "Tensors.h"
#include "Addresses.h"

#include <cstring>

namespace mla::sim {

/// Calls `body(piece)` for each chunk of 16 bytes of `rows` rows from `start` on.
static void addRows(const TensorMap &map, const std::array<int64_t, 5> &start, uint64_t rows,
                    uint64_t shared, std::vector<Piece> &pieces) {
  uint64_t rowBytes = uint64_t(map.box[0]) * map.elementBytes;
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
      pieces.push_back({swizzled(shared + row * rowBytes + x, map.swizzleBytes),
                        global + uint64_t(from), bytes, any ? unsigned(from - first) : 0,
                        any ? unsigned(to - from) : 0});
    }
  }
}

static bool readMap(Warp &warp, uint64_t address, unsigned lane, TensorMap &map) {
  const uint8_t *bytes =
      warp.resolveLane(AddressSpace::Generic, Use::Read, kTensorMapBytes, address, lane);
  if (!bytes)
    return false;
  std::memcpy(&map, bytes, sizeof(map));
  if (map.magic == TensorMap::kMagic && map.rank >= 1 && map.rank <= map.extents.size())
    return true;
  warp.fail(FindingKind::Invalid, "uses memory that is no tensor map", lane);
  return false;
}

bool planTensor(Warp &warp, uint64_t address, unsigned lane, unsigned rank, TensorMode mode,
                const std::vector<int32_t> &coordinates, uint64_t shared, TensorMap &map,
                std::vector<Piece> &pieces) {
  if (!readMap(warp, address, lane, map))
    return false;
  auto refuse = [&](const std::string &text) {
    warp.fail(FindingKind::Invalid, text, lane);
    return false;
  };
  if (map.rank != rank)
    return refuse("copies " + std::to_string(rank) + " dimensions of a tensor map of " +
                  std::to_string(map.rank));
  std::array<int64_t, 5> start = {};
  if (mode == TensorMode::Rows) {
    if (map.box[1] != 1)
      return refuse("copies four rows through a tensor map whose boxes have " +
                    std::to_string(map.box[1]) + " rows, expected 1");
    uint64_t rowBytes = uint64_t(map.box[0]) * map.elementBytes;
    for (unsigned row = 0; row < 4; ++row) {
      start = {coordinates[0], coordinates[1 + row]};
      addRows(map, start, 1, shared + row * rowBytes, pieces);
    }
    return true;
  }
  uint64_t rows = 1;
  for (unsigned dim = 0; dim < rank; ++dim)
    start[dim] = coordinates[dim];
  for (unsigned dim = 1; dim < rank; ++dim)
    rows *= map.box[dim];
  addRows(map, start, rows, shared, pieces);
  return true;
}

//===-- tensormap.replace and tensormap.cp_fenceproxy ---------------------===//

namespace {
enum class Field : uint8_t {
  Address,
  Rank,
  Box,
  Extent,
  Stride,
  Step,
  Element,
  Interleave,
  Swizzle,
  Fill
};
struct ReplaceDetails {
  Decoder::Address address;
  AddressSpace space;
  Field field;
  unsigned dimension = 0;
  uint32_t value = kNoRegister;
  unsigned valueBytes = 4;
};
struct CopyMapDetails {
  Decoder::Address to, from;
};
} // namespace

/// Bytes of an element by .elemtype, of PTX ISA's "tensormap.replace: encodings".
static constexpr uint8_t kElementBytes[] = {1, 2, 4, 4, 8, 8, 2, 4, 4, 8, 2, 4, 4};

static std::string replace(TensorMap &map, const ReplaceDetails &details, uint64_t value) {
  unsigned dimension = details.dimension;
  auto expect = [&](bool holds, const char *what) {
    return holds ? std::string() : "sets " + std::string(what) + " to " + std::to_string(value);
  };
  switch (details.field) {
  case Field::Address:
    map.address = value;
    return expect(value % 16 == 0, "an address that is no multiple of 16:");
  case Field::Rank:
    map.rank = uint32_t(value) + 1;
    return expect(value < 5, "the number of dimensions less 1, below 5,");
  case Field::Box:
    map.box[dimension] = uint32_t(value);
    return expect(value >= 1 && value <= 256, "the extent of a box, 1 to 256,");
  case Field::Extent:
    map.extents[dimension] = value;
    return expect(value >= 1, "an extent");
  case Field::Stride:
    map.strideBytes[dimension] = value;
    return expect(value % 16 == 0, "a stride that is no multiple of 16:");
  case Field::Step:
    return expect(value == 1, "the step between elements, of which only 1 is simulated,");
  case Field::Element:
    if (value < std::size(kElementBytes)) {
      map.elementBytes = kElementBytes[value];
      map.elementType = uint32_t(value) + 1;
    }
    return expect(value < std::size(kElementBytes), "a type of elements that is not simulated:");
  case Field::Interleave:
    return expect(value == 0, "an interleaved layout, of which none is simulated:");
  case Field::Swizzle:
    map.swizzleBytes = value ? 16u << value : 0;
    return expect(value < 4, "a swizzle that is not simulated:");
  case Field::Fill:
    return expect(value == 0, "what fills places outside, of which only zeros are simulated,");
  }
  return "";
}

static Outcome runReplace(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const ReplaceDetails *>(operation.details);
  uint64_t addresses[kLanes];
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                addresses);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint8_t *memory =
        warp.resolveLane(details.space, Use::Atomic, kTensorMapBytes, addresses[lane], lane);
    if (!memory)
      return Outcome::Fault;
    uint64_t value = 0;
    std::memcpy(&value, warp.lanes<uint8_t>(details.value) + lane * details.valueBytes,
                details.valueBytes);
    TensorMap map;
    std::memcpy(&map, memory, sizeof(map));
    // Zeros become a map: kernels clear the memory first.
    map.magic = TensorMap::kMagic;
    if (std::string problem = replace(map, details, value); !problem.empty())
      return warp.fail(FindingKind::Invalid, problem, lane);
    std::memcpy(memory, &map, sizeof(map));
  }
  return Outcome::Next;
}

static bool decodeReplace(Decoder &d) {
  static constexpr std::pair<std::string_view, Field> kFields[] = {
      {"global_address", Field::Address},
      {"rank", Field::Rank},
      {"box_dim", Field::Box},
      {"global_dim", Field::Extent},
      {"global_stride", Field::Stride},
      {"element_stride", Field::Step},
      {"elemtype", Field::Element},
      {"interleave_layout", Field::Interleave},
      {"swizzle_mode", Field::Swizzle},
      {"fill_mode", Field::Fill}};
  ReplaceDetails details{};
  if (!d.take("tile"))
    return d.fail("expected .tile");
  std::optional<Field> field = d.takeOf(kFields);
  if (!field)
    return d.fail("expected a field such as .global_address");
  details.field = *field;
  details.space = takeSpace(d);
  if (!d.take("b1024"))
    return d.fail("expected .b1024");
  details.valueBytes = d.takeType().bits / 8;
  bool isWide = details.field == Field::Address || details.field == Field::Stride;
  if (details.valueBytes != (isWide ? 8u : 4u))
    return d.fail("expected ." + std::string(isWide ? "b64" : "b32"));
  bool isIndexed = details.field >= Field::Box && details.field <= Field::Step;
  if (!d.expectOperands(2 + isIndexed, 2 + isIndexed))
    return false;
  details.address = d.address(d.operand(0), details.space);
  if (isIndexed) {
    std::optional<int64_t> dimension = d.constant(d.operand(1));
    int64_t most = details.field == Field::Stride ? 3 : 4;
    if (!dimension || *dimension < 0 || *dimension > most)
      return d.fail("expected a dimension from 0 to " + std::to_string(most));
    details.dimension = unsigned(*dimension);
  }
  details.value = d.source(1 + isIndexed, 8 * details.valueBytes);
  d.keep(details);
  d.operation->handler = runReplace;
  return true;
}

/// One copy for the warp, by all its lanes.
static Outcome runCopyMap(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CopyMapDetails *>(operation.details);
  if (!warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  unsigned lane = unsigned(std::countr_zero(mask));
  uint64_t to[kLanes], from[kLanes];
  readAddresses(warp, details.to.base, details.to.isWide, details.to.offset, mask, to);
  readAddresses(warp, details.from.base, details.from.isWide, details.from.offset, mask, from);
  if ((to[lane] | from[lane]) % kTensorMapBytes)
    return warp.fail(FindingKind::Misaligned,
                     "copies a tensor map from or to an address that is no multiple of 128", lane);
  const uint8_t *source =
      warp.resolveLane(AddressSpace::Shared, Use::Read, kTensorMapBytes, from[lane], lane);
  uint8_t *result =
      source ? warp.resolveLane(AddressSpace::Global, Use::Write, kTensorMapBytes, to[lane], lane)
             : nullptr;
  if (!result)
    return Outcome::Fault;
  std::memcpy(result, source, kTensorMapBytes);
  return Outcome::Next;
}

static bool decodeTensorMap(Decoder &d) {
  if (d.take("replace"))
    return decodeReplace(d);
  if (!d.take("cp_fenceproxy") || !d.take("global") || !d.take("shared::cta") ||
      !d.take("tensormap::generic") || !d.take("release") || !d.take("sync") || !d.take("aligned"))
    return d.fail("expected .replace or .cp_fenceproxy.global.shared::cta.tensormap::generic."
                  "release.SCOPE.sync.aligned");
  for (const char *scope : {"cta", "cluster", "gpu", "sys"})
    d.take(scope);
  if (!d.expectOperands(3, 3))
    return false;
  if (d.constant(d.operand(2)) != int64_t(kTensorMapBytes))
    return d.fail("expected 128 bytes");
  d.keep(CopyMapDetails{d.address(d.operand(0), AddressSpace::Global),
                        d.address(d.operand(1), AddressSpace::Shared)});
  d.operation->handler = runCopyMap;
  return true;
}

void addTensorMaps(Registry &registry) { registry["tensormap"] = decodeTensorMap; }

} // namespace mla::sim
