//===- Wgmma.cpp - layouts of warpgroup matrix products -------------------===//
// Matrix descriptors are guessed from a few elements of the layout and then proven on all of them.

#include "mla/Layout/Wgmma.h"

#include "SharedBytes.h"
#include <algorithm>
#include <bit>
#include <cassert>

namespace mla {

static constexpr int32_t kWarpsPerGroup = 4;
static constexpr int32_t kLaneRows = 8;
/// Rows and columns of a core matrix, and bytes of one of its rows.
static constexpr int64_t kCoreRows = 8;
static constexpr int32_t kChunkBytes = 16;

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

std::optional<WarpGrid> chooseWgmmaGrid(const std::vector<int64_t> &shape, int32_t numWarps) {
  if (numWarps < kWarpsPerGroup || !std::has_single_bit(uint32_t(numWarps)))
    return std::nullopt;
  for (int32_t m = numWarps; m >= kWarpsPerGroup; m /= 2)
    if (wgmmaGridFits(shape, {m, numWarps / m}))
      return WarpGrid{m, numWarps / m};
  return std::nullopt;
}

bool wgmmaGridFits(const std::vector<int64_t> &shape, WarpGrid grid) {
  std::optional<SegmentedExtent> rows = segmentExtent(shape[0]), columns = segmentExtent(shape[1]);
  auto isPower = [](int32_t warps) { return warps > 0 && std::has_single_bit(uint32_t(warps)); };
  return rows && columns && isPower(grid.m) && isPower(grid.n) && grid.m >= kWarpsPerGroup &&
         rows->block % (grid.m / kWarpsPerGroup * kWgmmaRows) == 0 &&
         columns->block % (grid.n * kWgmmaColumnStep) == 0;
}

namespace {
/// Bases of one input dimension of a rank-2 layout.
class Bases {
public:
  Bases &range(unsigned dim, int64_t from, int64_t to) {
    for (int64_t stride = from; stride < to; stride *= 2) {
      LinearLayout::Coords basis(2, 0);
      basis[dim] = int32_t(stride);
      bases.push_back(std::move(basis));
    }
    return *this;
  }
  LinearLayout::Bases bases;
};
} // namespace

/// Rows as wgmma has them; `registers` lists the bits up to the rows of one instruction, and
/// `columnsPerGroup` is what a warpgroup has of a block of columns (0: all of it).
static TileLayout makeLayout(const std::vector<int64_t> &shape, WarpGrid grid, Bases registers,
                             int64_t columnsPerGroup) {
  SegmentedExtent rows = *segmentExtent(shape[0]), columns = *segmentExtent(shape[1]);
  int64_t sharedRows = grid.m / kWarpsPerGroup * kWgmmaRows;
  registers.range(0, sharedRows, rows.block);
  Bases lanes = Bases().range(1, 2, 8).range(0, 1, kLaneRows);
  Bases warps = Bases().range(0, 2 * kLaneRows, sharedRows);
  if (columnsPerGroup != 0)
    warps.range(1, columnsPerGroup, columns.block);
  else
    for (int32_t n = 1; n < grid.n; n *= 2)
      warps.bases.push_back({0, 0});
  return {{int32_t(rows.segments), int32_t(columns.segments)},
          LinearLayout({{std::string(kRegister), std::move(registers.bases)},
                        {std::string(kLane), std::move(lanes.bases)},
                        {std::string(kWarp), std::move(warps.bases)}},
                       {int32_t(rows.block), int32_t(columns.block)})};
}

TileLayout wgmmaAccumulatorLayout(const std::vector<int64_t> &shape, WarpGrid grid) {
  assert(wgmmaGridFits(shape, grid) && "warpgroups that do not fit the tile");
  int64_t columns = segmentExtent(shape[1])->block / grid.n;
  return makeLayout(shape, grid,
                    Bases().range(1, 1, 2).range(0, 8, 16).range(1, kWgmmaColumnStep, columns),
                    columns);
}

TileLayout wgmmaOperandLayout(const std::vector<int64_t> &shape, WarpGrid grid) {
  int64_t depth = segmentExtent(shape[1])->block;
  assert(depth >= 16 && "shallower than an instruction");
  return makeLayout(shape, grid, Bases().range(1, 1, 2).range(0, 8, 16).range(1, 8, depth),
                    /*columnsPerGroup=*/0);
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

namespace {
/// Tries to describe one tile with one swizzle.
class Matcher {
public:
  Matcher(const SharedBytes &tile, unsigned kDim, int32_t elemBytes, bool transposed, int32_t width)
      : tile(tile), kDim(kDim), elemBytes(elemBytes), transposed(transposed), width(width) {}

  /// Fills `piece`, whose first and extent are given; false if no descriptor fits.
  bool describe(WgmmaOperand::Piece &piece) const;

private:
  int64_t extentK() const { return tile.shape()[kDim]; }
  /// Byte of the element before the swizzle.
  int64_t plain(int64_t outer, int64_t k) const {
    int64_t byte = kDim == 0 ? tile.at(k, outer) : tile.at(outer, k);
    return swizzleAddress(byte, width);
  }
  /// Where the hardware looks for an element, from the start of the instruction's operand.
  int64_t expected(const WgmmaOperand::Piece &piece, int64_t outer, int64_t k) const;
  bool holds(const WgmmaOperand::Piece &piece, int64_t firstK, int64_t start) const;

  const SharedBytes &tile;
  unsigned kDim;
  int32_t elemBytes;
  bool transposed;
  int32_t width;
};
} // namespace

int64_t Matcher::expected(const WgmmaOperand::Piece &piece, int64_t outer, int64_t k) const {
  int64_t leading = piece.leadingBytes, stride = piece.strideBytes;
  if (!transposed)
    return outer / kCoreRows * stride + outer % kCoreRows * width + k * elemBytes;
  int64_t rowElems = width / elemBytes;
  int64_t inRow = outer % rowElems * elemBytes + k % kCoreRows * width;
  if (width == kChunkBytes)
    return inRow + outer / rowElems * stride + k / kCoreRows * leading;
  return inRow + outer / rowElems * leading + k / kCoreRows * stride;
}

bool Matcher::holds(const WgmmaOperand::Piece &piece, int64_t firstK, int64_t start) const {
  int64_t period = kCoreRows * width;
  // A step along K may start inside a swizzled row, but only in the pattern's first one.
  if (start % kChunkBytes != 0 || start % period >= (transposed ? 1 : width))
    return false;
  for (int64_t outer = 0; outer < piece.extent; ++outer)
    for (int64_t k = 0; k < kWgmmaStepBytes / elemBytes; ++k)
      if (plain(piece.first + outer, firstK + k) != start + expected(piece, outer, k))
        return false;
  return true;
}

bool Matcher::describe(WgmmaOperand::Piece &piece) const {
  int64_t origin = plain(piece.first, 0);
  // Distances to what lies one block further along K and along the other dimension; where there is
  // no such block any value does.
  int64_t blockElems = transposed ? width / elemBytes : kCoreRows;
  int64_t outerDistance =
      blockElems < piece.extent ? plain(piece.first + blockElems, 0) - origin : kCoreRows * width;
  int64_t depthDistance = plain(piece.first, kCoreRows) - origin;
  if (!transposed) {
    piece.leadingBytes = kChunkBytes; // Not used.
    piece.strideBytes = outerDistance;
  } else if (width == kChunkBytes) {
    piece.leadingBytes = depthDistance;
    piece.strideBytes = outerDistance;
  } else {
    piece.leadingBytes = outerDistance;
    piece.strideBytes = depthDistance;
  }
  constexpr int64_t kFieldBytes = int64_t(1) << 18;
  for (int64_t distance : {piece.leadingBytes, piece.strideBytes})
    if (distance < 0 || distance >= kFieldBytes || distance % kChunkBytes != 0)
      return false;
  piece.startBytes.clear();
  for (int64_t k = 0; k < extentK(); k += kWgmmaStepBytes / elemBytes) {
    int64_t start = plain(piece.first, k);
    if (!holds(piece, k, start))
      return false;
    piece.startBytes.push_back(start);
  }
  return true;
}

/// Covers the operand with pieces; nothing if some part has none.
static std::vector<WgmmaOperand::Piece> cover(const Matcher &matcher, int64_t extent,
                                              int64_t maxExtent) {
  std::vector<WgmmaOperand::Piece> pieces;
  int64_t smallest = maxExtent == kWgmmaRows ? kWgmmaRows : kWgmmaColumnStep;
  for (int64_t first = 0; first < extent;) {
    WgmmaOperand::Piece piece;
    piece.first = first;
    piece.extent = std::min(maxExtent, extent - first) / smallest * smallest;
    while (piece.extent > 0 && !matcher.describe(piece))
      piece.extent -= smallest;
    if (piece.extent <= 0)
      return {};
    first += piece.extent;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

std::optional<WgmmaOperand> matchWgmma(const TileLayout &shared, unsigned kDim, int32_t elemBytes,
                                       int64_t maxExtent) {
  if (shared.rank() != 2 || elemBytes != 2)
    return std::nullopt;
  SharedBytes tile(shared, elemBytes);
  int64_t extentK = tile.shape()[kDim], extent = tile.shape()[1 - kDim];
  if (extentK % (kWgmmaStepBytes / elemBytes) != 0 || extent % kWgmmaColumnStep != 0)
    return std::nullopt;
  bool transposed = (kDim == 0 ? tile.at(0, 1) : tile.at(1, 0)) == tile.at(0, 0) + elemBytes;
  for (int32_t width : {128, 64, 32, kChunkBytes}) {
    if (tile.totalBytes() % (kCoreRows * width) != 0)
      continue;
    WgmmaOperand operand;
    operand.transposed = transposed;
    operand.swizzleBytes = width == kChunkBytes ? 0 : width;
    operand.pieces = cover(Matcher(tile, kDim, elemBytes, transposed, width), extent, maxExtent);
    if (!operand.pieces.empty())
      return operand;
  }
  return std::nullopt;
}

int64_t wgmmaColumnsPerPiece(int64_t columns, WarpGrid grid) {
  if (grid.n == 1)
    return kWgmmaMaxColumns;
  return std::min(segmentExtent(columns)->block / grid.n, kWgmmaMaxColumns);
}

std::optional<int64_t> warpgroupDistance(const WgmmaOperand &operand, int32_t warpgroups,
                                         int64_t adjacent) {
  if (warpgroups == 1)
    return 0;
  const std::vector<WgmmaOperand::Piece> &pieces = operand.pieces;
  int64_t numPieces = int64_t(pieces.size()), period = warpgroups * adjacent;
  if (numPieces % period != 0)
    return std::nullopt;
  int64_t distance = pieces[adjacent].startBytes[0] - pieces[0].startBytes[0];
  for (int64_t i = 0; i < numPieces; ++i) {
    const WgmmaOperand::Piece &base = pieces[i / period * period + i % adjacent];
    int64_t group = i % period / adjacent;
    if (pieces[i].extent != base.extent || pieces[i].leadingBytes != base.leadingBytes ||
        pieces[i].strideBytes != base.strideBytes)
      return std::nullopt;
    for (size_t step = 0; step < base.startBytes.size(); ++step)
      if (pieces[i].startBytes[step] != base.startBytes[step] + group * distance)
        return std::nullopt;
  }
  return distance;
}

uint64_t wgmmaDescriptorBits(const WgmmaOperand &operand, const WgmmaOperand::Piece &piece) {
  uint64_t mode = operand.swizzleBytes == 128  ? 1
                  : operand.swizzleBytes == 64 ? 2
                  : operand.swizzleBytes == 32 ? 3
                                               : 0;
  return uint64_t(piece.leadingBytes / kChunkBytes) << 16 |
         uint64_t(piece.strideBytes / kChunkBytes) << 32 | mode << 62;
}

} // namespace mla
