//===- Access.cpp - widths and conflicts of memory accesses ---------------===//
// All answers follow from the bases: an access moves by the XOR of the offsets of its input bits.

#include "OffsetMap.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <set>

namespace mla {

OffsetMap::OffsetMap(const TileLayout &shared) : shared_(shared) {
  assert(shared.block.isInvertible() && shared.block.inDims().size() == 1 &&
         shared.block.hasIn(kOffset) && "a shared layout maps offsets, one per element");
  for (const LinearLayout::Coords &basis : shared.block.bases(kOffset)) {
    uint64_t flat = 0;
    for (unsigned dim = 0; dim < shared.rank(); ++dim)
      flat = flat * uint64_t(shared.block.outSizes()[dim]) + uint64_t(basis[dim]);
    offsets_.insert(flat);
  }
}

int64_t OffsetMap::at(const std::vector<int64_t> &coords) const {
  assert(coords.size() == shared_.rank() && "coordinates of another rank");
  int64_t segment = 0;
  uint64_t inBlock = 0;
  for (unsigned dim = 0; dim < shared_.rank(); ++dim) {
    int64_t block = shared_.block.outSizes()[dim];
    assert(coords[dim] < block * shared_.segments[dim] && "element outside the shared tile");
    segment = segment * shared_.segments[dim] + coords[dim] / block;
    inBlock = inBlock * uint64_t(block) + uint64_t(coords[dim] % block);
  }
  return segment * shared_.block.inSize(kOffset) + int64_t(*offsets_.express(inBlock));
}

int64_t OffsetMap::atBasis(const LinearLayout::Coords &basis) const {
  return at({basis.begin(), basis.end()});
}

std::vector<int64_t> OffsetMap::segmentMoves(const TileLayout &reg) const {
  std::vector<int64_t> offsets;
  for (unsigned dim = 0; dim < reg.rank(); ++dim)
    for (int64_t stride = reg.block.outSizes()[dim];
         stride < int64_t(reg.segments[dim]) * reg.block.outSizes()[dim]; stride *= 2) {
      std::vector<int64_t> origin(reg.rank(), 0);
      origin[dim] = stride;
      offsets.push_back(at(origin));
    }
  return offsets;
}

int32_t contiguousRegisters(const TileLayout &layout, unsigned dim) {
  assert(dim < layout.rank() && "no such dimension");
  const LinearLayout::Bases &registers = layout.block.bases(kRegister);
  unsigned bits = 0;
  for (; bits < registers.size(); ++bits) {
    LinearLayout::Coords next(layout.rank(), 0);
    next[dim] = int32_t(1) << bits;
    if (next[dim] >= layout.block.outSizes()[dim] || registers[bits] != next)
      break;
  }
  // Whatever else moves the access along `dim` must keep it aligned.
  int32_t others = 0;
  for (const LinearLayout::InDim &in : layout.block.inDims())
    for (size_t bit = in.name == kRegister ? bits : 0; bit < in.bases.size(); ++bit)
      others |= in.bases[bit][dim];
  int32_t vector = int32_t(1) << bits;
  while (others & (vector - 1))
    vector /= 2;
  return vector;
}

int32_t sharedVector(const TileLayout &reg, const TileLayout &shared) {
  OffsetMap offsets(shared);
  const LinearLayout::Bases &registers = reg.block.bases(kRegister);
  unsigned bits = 0;
  while (bits < registers.size() && offsets.atBasis(registers[bits]) == int64_t(1) << bits)
    ++bits;
  // Whatever else moves the access must keep it aligned.
  int64_t others = 0;
  for (const LinearLayout::InDim &in : reg.block.inDims())
    for (size_t bit = in.name == kRegister ? bits : 0; bit < in.bases.size(); ++bit)
      others |= offsets.atBasis(in.bases[bit]);
  for (int64_t move : offsets.segmentMoves(reg))
    others |= move;
  int32_t vector = int32_t(1) << bits;
  while (others & (vector - 1))
    vector /= 2;
  return vector;
}

static void sortUnique(std::vector<int64_t> &values) {
  std::ranges::sort(values);
  auto repeated = std::ranges::unique(values);
  values.erase(repeated.begin(), repeated.end());
}

int32_t sharedWavefronts(const TileLayout &reg, const TileLayout &shared, int32_t firstReg,
                         int32_t vectorElems, int32_t elemBytes, int32_t warp) {
  constexpr int64_t kWordBytes = 4, kBanks = 32;
  OffsetMap offsets(shared);
  int32_t numLanes = reg.block.inSize(kLane);
  // Wider accesses run in phases: all lanes for 4 bytes each, half of a warp for 8, a quarter
  // for 16.
  int64_t laneBytes = int64_t(vectorElems) * elemBytes;
  int32_t lanesPerPhase =
      int32_t(std::max<int64_t>(1, kBanks * kWordBytes / std::max(laneBytes, kWordBytes)));

  std::set<std::vector<int64_t>> served;
  int32_t wavefronts = 0;
  for (int32_t firstLane = 0; firstLane < numLanes; firstLane += lanesPerPhase) {
    std::vector<int64_t> words;
    for (int32_t lane = firstLane; lane < std::min(firstLane + lanesPerPhase, numLanes); ++lane) {
      std::vector<int64_t> laneWords;
      for (int32_t elem = 0; elem < vectorElems; ++elem) {
        int64_t byte = offsets.at(reg.coords(firstReg + elem, lane, warp)) * elemBytes;
        for (int64_t word = byte / kWordBytes; word * kWordBytes < byte + elemBytes; ++word)
          laneWords.push_back(word);
      }
      sortUnique(laneWords);
      if (served.insert(laneWords).second)
        words.insert(words.end(), laneWords.begin(), laneWords.end());
    }
    sortUnique(words);
    std::array<int32_t, kBanks> wordsInBank{};
    for (int64_t word : words)
      ++wordsInBank[word % kBanks];
    wavefronts += *std::ranges::max_element(wordsInBank);
  }
  return wavefronts;
}

} // namespace mla
