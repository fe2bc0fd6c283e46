//===- LaneMoves.cpp - moving a tile between the lanes of each warp --------===//
#include "mla/Layout/LaneMoves.h"

#include "Gf2.h"

#include <algorithm>

namespace mla {

static constexpr int32_t kWordBytes = 4;
static constexpr int32_t kSourceBit = 5;
/// Shuffles that take about as long as two barriers and the accesses between them.
static constexpr int64_t kMaxShuffles = 24;

static uint64_t flatten(const LinearLayout::Coords &basis, const std::vector<int32_t> &blocks) {
  uint64_t index = 0;
  for (size_t dim = 0; dim < blocks.size(); ++dim)
    index = index * uint64_t(blocks[dim]) + uint64_t(basis[dim]);
  return index;
}

std::optional<LaneMoves> matchLanes(const TileLayout &src, const TileLayout &dst,
                                    int32_t elemBytes) {
  const std::vector<int32_t> &blocks = src.block.outSizes();
  if (src.numSegments() != 1 || dst.numSegments() != 1 || dst.block.outSizes() != blocks ||
      src.block.inSize(kLane) != 1 << kSourceBit || dst.block.inSize(kLane) != 1 << kSourceBit ||
      src.numWarps() != dst.numWarps())
    return std::nullopt;
  // All warps hold the same.
  for (const LinearLayout::Coords &basis : src.block.bases(kWarp))
    if (flatten(basis, blocks) != 0)
      return std::nullopt;

  // Lanes first, so that a register counts only for what no lane has.
  gf2::Span span;
  for (const LinearLayout::Coords &basis : src.block.bases(kLane))
    span.insert(flatten(basis, blocks));
  LaneMoves moves;
  moves.sources = {0};
  int32_t numInserted = kSourceBit, sourceInserted = -1;
  for (const LinearLayout::Coords &basis : src.block.bases(kRegister)) {
    int32_t reg = int32_t(1) << (numInserted - kSourceBit);
    if (span.insert(flatten(basis, blocks))) {
      if (moves.sources.size() > 1)
        return std::nullopt;
      moves.sources.push_back(reg);
      sourceInserted = numInserted;
    }
    ++numInserted;
  }
  auto imageOf = [&](const LinearLayout::Coords &basis) -> std::optional<int32_t> {
    std::optional<uint64_t> mask = span.express(flatten(basis, blocks));
    if (!mask)
      return std::nullopt;
    uint64_t source = sourceInserted < 0 ? 0 : *mask >> sourceInserted & 1;
    return int32_t(*mask & ((1 << kSourceBit) - 1)) | int32_t(source << kSourceBit);
  };
  for (const LinearLayout::Coords &basis : dst.block.bases(kRegister)) {
    std::optional<int32_t> image = imageOf(basis);
    if (!image)
      return std::nullopt;
    moves.registerImages.push_back(*image);
  }
  for (std::string_view threads : {kLane, kWarp})
    for (const LinearLayout::Coords &basis : dst.block.bases(threads)) {
      std::optional<int32_t> image = imageOf(basis);
      if (!image)
        return std::nullopt;
      moves.threadImages.push_back(*image);
    }
  int64_t words = std::max<int64_t>(1, elemBytes / kWordBytes) * int64_t(moves.sources.size());
  return dropReplicatedRegisters(dst).numRegisters() * words <= kMaxShuffles
             ? std::optional(std::move(moves))
             : std::nullopt;
}

} // namespace mla
