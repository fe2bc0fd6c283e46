//===- Wgmma.h - layouts of warpgroup matrix products ---------------------===//
// Which registers and which bytes of shared memory wgmma.mma_async m64nNk16 (PTX ISA §9.7.15) reads
// and writes. Pure maths, no MLIR.
#pragma once

#include "mla/Layout/TileLayout.h"

namespace mla {

/// Rows of one instruction, and how many of them each warp has.
inline constexpr int64_t kWgmmaRows = 64;
/// Most columns of one instruction; they are a multiple of kWgmmaColumnStep.
inline constexpr int64_t kWgmmaMaxColumns = 256;
inline constexpr int64_t kWgmmaColumnStep = 8;
/// Bytes along K of one instruction: 16 elements of 16 bits.
inline constexpr int64_t kWgmmaStepBytes = 32;

/// How `numWarps` warps (whole warpgroups, a power of two) share an accumulator [M, N]: as many
/// warpgroups along M as leave each a multiple of 64 rows of every segment, the rest along N.
/// Nothing if that leaves a warpgroup fewer than 8 columns.
std::optional<WarpGrid> chooseWgmmaGrid(const std::vector<int64_t> &shape, int32_t numWarps);
/// True if `grid` gives each warpgroup a multiple of 64 rows, and of 8 columns, of every segment of
/// [M, N]. A grid of one warpgroup along N takes any multiple of 8 columns.
bool wgmmaGridFits(const std::vector<int64_t> &shape, WarpGrid grid);

/// Accumulator [M, N]: register bit 0 → column 1, bit 1 → row 8, then columns 8, 16, …, then rows
/// beyond those of the grid; lane bits 0-1 → columns 2, 4; lane bits 2-4 → rows 1, 2, 4; warps →
/// rows 16, 32, from warpgroup to warpgroup along M 64, 128, …, then, along N, columns: each
/// warpgroup has adjacent columns of every segment. Where every warp has 16 rows of each segment
/// this is mmaAccumulatorLayout of the same grid.
TileLayout wgmmaAccumulatorLayout(const std::vector<int64_t> &shape, WarpGrid grid);

/// Operand A [M, K] in registers, elements of 16 bits: register bit 0 → k 1, bit 1 → row 8, bit 2 →
/// k 8, then k 16, 32, …, then rows; lanes and warps along M as in the accumulator. Warpgroups
/// along N hold the same elements.
TileLayout wgmmaOperandLayout(const std::vector<int64_t> &shape, WarpGrid grid);

/// How a sequence of instructions reads one operand from shared memory.
struct WgmmaOperand {
  /// Rows of A or columns of B that one instruction reads.
  struct Piece {
    int64_t first = 0, extent = 0;
    /// Of the matrix descriptor (PTX ISA §9.7.15.5.1.2): distance between 8×8 core matrices or
    /// between swizzled blocks.
    int64_t leadingBytes = 0, strideBytes = 0;
    /// Where the instruction of each step along K starts, from the start of the tile.
    std::vector<int64_t> startBytes;
    bool operator==(const Piece &) const = default;
  };
  /// The dimension that is not K is contiguous ("MN-major").
  bool transposed = false;
  /// 128, 64 or 32; 0 without a swizzle.
  int32_t swizzleBytes = 0;
  /// They cover the operand in order.
  std::vector<Piece> pieces;
};

/// Describes the tile `shared`, whose dimension `kDim` is K, to wgmma: pieces as large as possible,
/// at most `maxExtent` (64 for A, which has pieces of exactly 64; 256 for B). Every element of
/// every piece is checked to lie where the hardware looks for it. Nothing if there is no such
/// description: a foreign layout, extents that the instruction has not, elements of more or fewer
/// than 16 bits, or a tile that is no multiple of the swizzle's period, so that the next slot of a
/// ring would be out of phase.
std::optional<WgmmaOperand> matchWgmma(const TileLayout &shared, unsigned kDim, int32_t elemBytes,
                                       int64_t maxExtent);

/// Most columns of one instruction where `grid` shares an accumulator of `columns` columns.
int64_t wgmmaColumnsPerPiece(int64_t columns, WarpGrid grid);

/// An operand shared by `warpgroups`, each with `adjacent` pieces in a row: piece (i · warpgroups +
/// g) · adjacent + j belongs to warpgroup g. The bytes from a piece of one warpgroup to the same
/// piece of the next, equal everywhere; nothing if they differ.
std::optional<int64_t> warpgroupDistance(const WgmmaOperand &operand, int32_t warpgroups,
                                         int64_t adjacent = 1);

/// The constant part of a matrix descriptor: everything but the start address (its bits 4-17 go to
/// bits 0-13).
uint64_t wgmmaDescriptorBits(const WgmmaOperand &operand, const WgmmaOperand::Piece &piece);

} // namespace mla
