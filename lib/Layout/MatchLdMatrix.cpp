//===- MatchLdMatrix.cpp - reading fragments with ldmatrix ----------------===//
// ldmatrix fixes which bits of (register, lane) select an element within a 16-byte row, a row
// within an 8×8 matrix, and a matrix. The register layout decides whether the rows lie in memory
// that way.

#include "OffsetMap.h"

#include <algorithm>
#include <cassert>

namespace mla {

static constexpr int32_t kMatrixRowElems = 8;

/// One input bit of a register layout, as in LdMatrix::rowSource.
static int32_t laneBit(int32_t bit) { return bit; }
static int32_t registerBit(int32_t bit) { return ~bit; }

static LinearLayout::Coords basisOf(const TileLayout &reg, int32_t source) {
  return source >= 0 ? reg.block.bases(kLane)[source] : reg.block.bases(kRegister)[~source];
}

std::optional<LdMatrix> matchLdMatrix(const TileLayout &reg, const TileLayout &shared,
                                      int32_t elemBytes) {
  const LinearLayout::Bases &registers = reg.block.bases(kRegister);
  if (elemBytes != 2 || reg.block.inBits(kLane) != 5 || registers.empty())
    return std::nullopt;
  // The fragment: register bit 0 and lanes 0-1 count elements of a row, lanes 2-4 count rows;
  // transposed, the other way round.
  const std::vector<int32_t> pairs = {registerBit(0), laneBit(0), laneBit(1)};
  const std::vector<int32_t> groups = {laneBit(2), laneBit(3), laneBit(4)};

  OffsetMap offsets(shared);
  for (bool transposed : {false, true}) {
    const std::vector<int32_t> &alongRow = transposed ? groups : pairs;
    const std::vector<int32_t> &acrossRows = transposed ? pairs : groups;
    bool contiguous = true;
    for (size_t bit = 0; bit < alongRow.size(); ++bit)
      contiguous &= offsets.atBasis(basisOf(reg, alongRow[bit])) == int64_t(1) << bit;
    if (!contiguous)
      continue;
    // Rows start at multiples of 16 bytes, wherever the other bits move them.
    std::vector<int64_t> moves;
    for (const LinearLayout::InDim &in : reg.block.inDims())
      for (size_t bit = 0; bit < in.bases.size(); ++bit) {
        bool isRegister = in.name == kRegister, isLane = in.name == kLane;
        int32_t source = isRegister ? registerBit(int32_t(bit)) : laneBit(int32_t(bit));
        if ((isRegister || isLane) && std::ranges::find(alongRow, source) != alongRow.end())
          continue;
        moves.push_back(offsets.atBasis(in.bases[bit]));
      }
    for (int64_t move : offsets.segmentMoves(reg))
      moves.push_back(move);
    if (std::ranges::any_of(moves, [](int64_t move) { return move % kMatrixRowElems != 0; }))
      continue;

    LdMatrix match;
    match.transposed = transposed;
    match.count = registers.size() >= 3 ? 4 : registers.size() == 2 ? 2 : 1;
    match.rowSource = acrossRows;
    for (int32_t bit = 1; bit <= 2; ++bit)
      match.rowSource.push_back(bit < int32_t(registers.size()) ? registerBit(bit)
                                                                : acrossRows.front());
    return match;
  }
  return std::nullopt;
}

} // namespace mla
