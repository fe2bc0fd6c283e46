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

/// True if `numWarps` warps (whole warpgroups, a power of two) can share `rows` rows: every segment
/// is a multiple of 64 rows per warpgroup.
bool wgmmaRowsFit(int64_t rows, int32_t numWarps);

/// Accumulator [M, N] of `numWarps` warps: register bit 0 → column 1, bit 1 → row 8, then columns
/// 8, 16, …, then rows beyond the 64 of each warpgroup; lane bits 0-1 → columns 2, 4; lane bits 2-4
/// → rows 1, 2, 4; warps → rows 16, 32 and, from warpgroup to warpgroup, 64, 128, … Where every
/// warp has 16 rows of each segment this is mmaAccumulatorLayout of {numWarps, 1} warps.
TileLayout wgmmaAccumulatorLayout(const std::vector<int64_t> &shape, int32_t numWarps);

/// Operand A [M, K] in registers, elements of 16 bits: register bit 0 → k 1, bit 1 → row 8, bit 2 →
/// k 8, then k 16, 32, …, then rows; lanes and warps as in the accumulator.
TileLayout wgmmaOperandLayout(const std::vector<int64_t> &shape, int32_t numWarps);

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

/// Operand A shared by `warpgroups`: piece p · warpgroups + g belongs to warpgroup g. The bytes
/// from the piece of one warpgroup to that of the next, the same everywhere; nothing if they
/// differ.
std::optional<int64_t> warpgroupDistance(const WgmmaOperand &operand, int32_t warpgroups);

/// The constant part of a matrix descriptor: everything but the start address (its bits 4-17 go to
/// bits 0-13).
uint64_t wgmmaDescriptorBits(const WgmmaOperand &operand, const WgmmaOperand::Piece &piece);

} // namespace mla
