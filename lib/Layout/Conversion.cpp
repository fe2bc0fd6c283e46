//===- Conversion.cpp - moving a tile from one layout to another ----------===//
// In registers if every thread already holds what it needs, else through shared memory in a layout
// that is made for the two sides.

#include "Gf2.h"
#include "mla/Layout/TileLayout.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

namespace mla {

using gf2::Span;
using Vectors = std::vector<uint64_t>;

static constexpr int32_t kBankLineBytes = 128;
static constexpr int32_t kWordBytes = 4;
static constexpr int32_t kMaxVectorBytes = 16;

static unsigned log2(int64_t powerOfTwo) { return std::countr_zero(uint64_t(powerOfTwo)); }

namespace {
/// Bases of one side as row-major indices in the scratch block.
struct Side {
  const TileLayout *layout;
  Vectors registers, lanes, warps;
};
} // namespace

static Vectors flatten(const LinearLayout::Bases &bases, const std::vector<int32_t> &blocks) {
  Vectors flat;
  for (const LinearLayout::Coords &basis : bases) {
    uint64_t index = 0;
    for (size_t dim = 0; dim < blocks.size(); ++dim)
      index = index * uint64_t(blocks[dim]) + uint64_t(basis[dim]);
    flat.push_back(index);
  }
  return flat;
}

static Side makeSide(const TileLayout &layout, const std::vector<int32_t> &blocks) {
  return {&layout, flatten(layout.block.bases(kRegister), blocks),
          flatten(layout.block.bases(kLane), blocks), flatten(layout.block.bases(kWarp), blocks)};
}

/// Lanes whose accesses of 2^vectorBits elements share a wavefront.
static Vectors phaseLanes(const Side &side, unsigned vectorBits, int32_t elemBytes) {
  int64_t laneBytes = std::max<int64_t>(kWordBytes, int64_t(elemBytes) << vectorBits);
  size_t count = std::min<size_t>(side.lanes.size(), log2(kBankLineBytes / laneBytes));
  return {side.lanes.begin(), side.lanes.begin() + count};
}

/// Basis of the sum of the spans, from the vectors themselves in order.
static Vectors independent(const Vectors &vectors) {
  Span span;
  Vectors basis;
  for (uint64_t vector : vectors)
    if (span.insert(vector))
      basis.push_back(vector);
  return basis;
}

/// Basis of span(a) ∩ span(b): a vector of b that is already in span(a, earlier b) gives the sum of
/// b's that lies in span(a).
static Vectors intersect(const Vectors &a, const Vectors &b) {
  Vectors all = independent(a);
  size_t numA = all.size();
  Span span(all);
  Vectors result;
  for (uint64_t vector : independent(b)) {
    if (std::optional<uint64_t> mask = span.express(vector)) {
      uint64_t common = 0;
      for (size_t i = 0; i < numA; ++i)
        if (*mask >> i & 1)
          common ^= all[i];
      result.push_back(common);
      continue;
    }
    span.insert(vector);
    all.push_back(vector);
  }
  return independent(result);
}

/// `count` independent vectors of span(`space`) whose span meets span(a) and span(b) only in zero,
/// as far as that is possible.
///
/// With I = a ∩ b, E1 = a without I and E2 = b without I: vectors outside a + b, and the sums e1 +
/// e2 of pairs, lie in neither. What is still missing must collide with one side.
static Vectors avoid(const Vectors &space, const Vectors &a, const Vectors &b, size_t count) {
  Vectors common = intersect(a, b);
  auto without = [](Span span, const Vectors &vectors) {
    Vectors rest;
    for (uint64_t vector : vectors)
      if (span.insert(vector))
        rest.push_back(vector);
    return rest;
  };
  Vectors onlyA = without(Span(common), a), onlyB = without(Span(common), b);
  Span sum(common);
  for (uint64_t vector : onlyA)
    sum.insert(vector);
  for (uint64_t vector : onlyB)
    sum.insert(vector);
  Vectors candidates = without(sum, space);
  size_t pairs = std::min(onlyA.size(), onlyB.size());
  for (size_t i = 0; i < pairs; ++i)
    candidates.push_back(onlyA[i] ^ onlyB[i]);
  candidates.insert(candidates.end(), onlyA.begin(), onlyA.end());
  candidates.insert(candidates.end(), onlyB.begin() + pairs, onlyB.end());
  candidates.insert(candidates.end(), common.begin(), common.end());
  candidates = independent(candidates);
  candidates.resize(std::min(candidates.size(), count));
  return candidates;
}

static void append(Vectors &to, const Vectors &from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Scratch layout in which `owner` moves 2^vectorBits elements per access. Offset bits from the
/// lowest:
/// 1. the owner's lowest register bits: its vector;
/// 2. bits that choose the bank within a line of 128 bytes;
/// 3. bits that choose the line. Two lanes of one wavefront whose elements differ only here
/// conflict, so these are chosen
///    to avoid what the lanes of either side reach.
/// Steps 2 and 3 stay within a complement of the vector that holds the owner's other bases, which
/// keeps the owner's accesses aligned.
static TileLayout makeScratch(const std::vector<int32_t> &segments,
                              const std::vector<int32_t> &blocks, const Side &owner,
                              const Side &other, unsigned vectorBits, int32_t elemBytes) {
  unsigned blockBits = 0;
  for (int32_t block : blocks)
    blockBits += log2(block);
  Vectors vector(owner.registers.begin(), owner.registers.begin() + vectorBits);

  // The complement of the vector, lanes first so that neighbouring lanes meet neighbouring banks.
  Span span(vector);
  Vectors complement;
  auto complete = [&](const Vectors &vectors) {
    for (uint64_t v : vectors)
      if (span.insert(v))
        complement.push_back(v);
  };
  complete(owner.lanes);
  complete({owner.registers.begin() + vectorBits, owner.registers.end()});
  complete(owner.warps);
  for (unsigned bit = 0; bit < blockBits; ++bit)
    complete({uint64_t(1) << bit});

  unsigned otherVectorBits = 0;
  while (otherVectorBits < vectorBits && otherVectorBits < other.registers.size() &&
         other.registers[otherVectorBits] == vector[otherVectorBits])
    ++otherVectorBits;
  Vectors otherReach(other.registers.begin(), other.registers.begin() + otherVectorBits);
  append(otherReach, phaseLanes(other, otherVectorBits, elemBytes));
  Vectors ownerReach = phaseLanes(owner, vectorBits, elemBytes);

  unsigned lineElemBits = log2(kBankLineBytes / elemBytes);
  size_t numLineBits = blockBits > lineElemBits ? blockBits - lineElemBits : 0;
  numLineBits = std::min(numLineBits, complement.size());
  Vectors lines = avoid(complement, intersect(complement, ownerReach),
                        intersect(complement, otherReach), numLineBits);

  Vectors offsets = vector;
  Span chosen(vector);
  for (uint64_t v : lines)
    chosen.insert(v);
  for (uint64_t v : complement)
    if (chosen.insert(v))
      offsets.push_back(v);
  append(offsets, lines);

  LinearLayout::Bases bases;
  for (uint64_t flat : offsets) {
    LinearLayout::Coords basis(blocks.size(), 0);
    for (size_t dim = blocks.size(); dim-- > 0; flat /= uint64_t(blocks[dim]))
      basis[dim] = int32_t(flat % uint64_t(blocks[dim]));
    bases.push_back(std::move(basis));
  }
  return {segments, LinearLayout({{std::string(kOffset), std::move(bases)}}, blocks)};
}

/// Instructions plus wavefronts per warp for moving the whole tile between `reg` and `scratch`.
static int64_t accessCost(const TileLayout &reg, const TileLayout &scratch, int32_t elemBytes) {
  int32_t vector = std::min(sharedVector(reg, scratch), std::max(1, kMaxVectorBytes / elemBytes));
  // By linearity every register and warp has as many conflicts as the first.
  return reg.numRegisters() / vector * (1 + sharedWavefronts(reg, scratch, 0, vector, elemBytes));
}

LayoutConversion planConversion(const TileLayout &src, const TileLayout &dst, int32_t elemBytes) {
  assert(src.shape() == dst.shape() && "a conversion keeps the shape");
  LayoutConversion plan;
  std::vector<int> identity(dst.rank());
  std::iota(identity.begin(), identity.end(), 0);
  if (std::optional<std::vector<int32_t>> source = matchRegisters(src, dst, identity)) {
    plan.source = std::move(*source);
    return plan;
  }

  plan.kind = LayoutConversion::SharedMemory;
  // Segmentations may differ. In the larger blocks the bases of both sides are in range.
  std::vector<int32_t> segments, blocks;
  for (unsigned dim = 0; dim < src.rank(); ++dim) {
    bool srcIsLarger = src.block.outSizes()[dim] >= dst.block.outSizes()[dim];
    const TileLayout &larger = srcIsLarger ? src : dst;
    segments.push_back(larger.segments[dim]);
    blocks.push_back(larger.block.outSizes()[dim]);
  }
  // Only stored copies count: registers that repeat an element are written once.
  TileLayout srcOnce = dropReplicatedRegisters(src), dstOnce = dropReplicatedRegisters(dst);
  Side sides[] = {makeSide(srcOnce, blocks), makeSide(dstOnce, blocks)};
  std::optional<int64_t> bestCost;
  for (int owner : {1, 0}) {
    const Vectors &registers = sides[owner].registers;
    for (unsigned vectorBits = 0;
         vectorBits <= registers.size() && elemBytes << vectorBits <= kMaxVectorBytes;
         ++vectorBits) {
      Vectors vector(registers.begin(), registers.begin() + vectorBits);
      if (independent(vector).size() != vectorBits)
        break;
      TileLayout scratch =
          makeScratch(segments, blocks, sides[owner], sides[1 - owner], vectorBits, elemBytes);
      int64_t cost =
          accessCost(srcOnce, scratch, elemBytes) + accessCost(dstOnce, scratch, elemBytes);
      if (!bestCost || cost < *bestCost) {
        bestCost = cost;
        plan.scratch = std::move(scratch);
      }
    }
  }
  return plan;
}

} // namespace mla
