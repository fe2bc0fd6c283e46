//===- Addressing.cpp - which part of an index a thread, a register decides ===//

#include "Addressing.h"

#include <numeric>

using namespace mlir;

namespace mla {

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

LinearIndex::Constant LinearIndex::constantOf(int64_t reg) const {
  int64_t blockRegisters = int64_t(1) << registerImages.size();
  int64_t threadBits = 0, value = 0;
  for (int64_t image : threadImages)
    threadBits |= image;
  for (auto [bit, image] : llvm::enumerate(registerImages))
    if (reg >> bit & 1)
      value ^= image;
  return {value & threadBits, (value & ~threadBits) + segmentOffsets[reg / blockRegisters]};
}

/// The images of all input bits under `imageOf`; segments are left to the caller.
template <typename ImageOf>
static LinearIndex mapBases(const TileLayout &layout, ImageOf imageOf) {
  LinearIndex index;
  for (const LinearLayout::Coords &basis : layout.block.bases(kRegister))
    index.registerImages.push_back(imageOf(basis));
  for (std::string_view threads : {kLane, kWarp})
    for (const LinearLayout::Coords &basis : layout.block.bases(threads))
      index.threadImages.push_back(imageOf(basis));
  return index;
}

/// Row-major index in the block.
static int64_t flatten(const LinearLayout &block, const LinearLayout::Coords &coords) {
  int64_t flat = 0;
  for (unsigned dim = 0; dim < block.rank(); ++dim)
    flat = flat * block.outSizes()[dim] + coords[dim];
  return flat;
}

static int64_t blockElements(const LinearLayout &block) {
  int64_t elements = 1;
  for (int32_t size : block.outSizes())
    elements *= size;
  return elements;
}

LinearIndex coordinateIndex(const TileLayout &layout, unsigned dim) {
  LinearIndex index =
      mapBases(layout, [&](const LinearLayout::Coords &basis) { return int64_t(basis[dim]); });
  int64_t blockRegisters = layout.block.inSize(kRegister);
  for (int64_t segment = 0; segment < layout.numSegments(); ++segment)
    index.segmentOffsets.push_back(layout.coords(segment * blockRegisters, 0, 0)[dim]);
  return index;
}

std::optional<LinearIndex> sharedIndex(const TileLayout &registers, const TileLayout &shared,
                                       int64_t elemBytes) {
  if (registers.segments != shared.segments)
    return std::nullopt;
  LinearIndex index = mapBases(registers, [&](const LinearLayout::Coords &basis) {
    return shared.block.preimage(basis)->front() * elemBytes;
  });
  for (int64_t segment = 0; segment < registers.numSegments(); ++segment)
    index.segmentOffsets.push_back(segment * shared.block.inSize(kOffset) * elemBytes);
  return index;
}

LinearIndex denseIndex(const TileLayout &layout, int64_t elemBytes) {
  LinearIndex index = mapBases(layout, [&](const LinearLayout::Coords &basis) {
    return flatten(layout.block, basis) * elemBytes;
  });
  for (int64_t segment = 0; segment < layout.numSegments(); ++segment)
    index.segmentOffsets.push_back(segment * blockElements(layout.block) * elemBytes);
  return index;
}

//===----------------------------------------------------------------------===//
// Shared-memory addresses
//===----------------------------------------------------------------------===//

SharedAddresses::Address SharedAddresses::split(int64_t reg) {
  LinearIndex::Constant constant = index.constantOf(reg);
  Value &pointer = pointers[constant.flipped];
  if (!pointer) {
    OpBuilder &b = emitter.builder();
    Value offset = emitter.threadPart(index.threadImages);
    if (constant.flipped)
      offset = arith::XOrIOp::create(b, loc, offset, emitter.i32(constant.flipped));
    pointer = emitter.sharedPointer(loc, arith::AddIOp::create(b, loc, base, offset));
  }
  return {pointer, constant.added};
}

Value SharedAddresses::pointer(int64_t reg, int64_t extraBytes) {
  Address address = split(reg);
  address.immediate += extraBytes;
  if (!address.immediate)
    return address.pointer;
  OpBuilder &b = emitter.builder();
  return LLVM::GEPOp::create(b, loc, address.pointer.getType(), b.getI8Type(), address.pointer,
                             ArrayRef<LLVM::GEPArg>{int32_t(address.immediate)});
}

//===----------------------------------------------------------------------===//
// Replicas
//===----------------------------------------------------------------------===//

UniqueRegisters::UniqueRegisters(TileLayout layout, int64_t numRegisters)
    : layout(std::move(layout)), representative(numRegisters), unique(numRegisters) {
  std::iota(representative.begin(), representative.end(), 0);
  std::iota(unique.begin(), unique.end(), 0);
}

UniqueRegisters UniqueRegisters::all(const TileLayout &tile) {
  return UniqueRegisters(tile, tile.numRegisters());
}

UniqueRegisters::UniqueRegisters(const TileLayout &tile) : UniqueRegisters(all(tile)) {
  layout = dropReplicatedRegisters(tile);
  if (layout.numRegisters() == tile.numRegisters())
    return;
  std::vector<int> identity(tile.rank());
  std::iota(identity.begin(), identity.end(), 0);
  // Dropping registers keeps lanes and warps, so every register has its match.
  llvm::copy(*matchRegisters(layout, tile, identity), unique.begin());
  representative.assign(layout.numRegisters(), -1);
  for (auto [reg, held] : llvm::enumerate(unique))
    if (representative[held] < 0)
      representative[held] = int32_t(reg);
}

SmallVector<Value> UniqueRegisters::select(ArrayRef<Value> registers) const {
  return llvm::map_to_vector(representative, [&](int32_t reg) { return registers[reg]; });
}

SmallVector<Value> UniqueRegisters::expand(ArrayRef<Value> registers) const {
  return llvm::map_to_vector(unique, [&](int32_t reg) { return registers[reg]; });
}

/// Adds `vector` to the span of `rows` (each with a leading bit that no other row has). False if it
/// was in it.
static bool addToSpan(SmallVectorImpl<uint64_t> &rows, uint64_t vector) {
  for (uint64_t row : rows)
    vector = std::min(vector, vector ^ row);
  if (vector)
    rows.push_back(vector);
  return vector != 0;
}

uint32_t replicaThreadBits(const TileLayout &layout) {
  SmallVector<uint64_t> rows;
  for (const LinearLayout::Coords &basis : layout.block.bases(kRegister))
    addToSpan(rows, flatten(layout.block, basis));
  uint32_t replicas = 0, bit = 1;
  for (std::string_view threads : {kLane, kWarp})
    for (const LinearLayout::Coords &basis : layout.block.bases(threads)) {
      if (!addToSpan(rows, flatten(layout.block, basis)))
        replicas |= bit;
      bit <<= 1;
    }
  return replicas;
}

} // namespace mla
