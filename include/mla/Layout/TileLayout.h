//===- TileLayout.h - layouts of tiles with segmented extents -------------===//
// An extent that is not a power of two is stored as equal segments of 2^k (576 = 9 × 64). The
// segment index is a plain dimension outside the GF(2) layout: it multiplies registers or
// shared-memory blocks.
#pragma once

#include "mla/Layout/LinearLayout.h"

namespace mla {

/// extent = segments * block, block a power of two.
struct SegmentedExtent {
  int64_t segments = 1;
  int64_t block = 1;
  bool operator==(const SegmentedExtent &) const = default;
};

/// Most segments per dimension. More would unroll too much code.
inline constexpr int64_t kMaxSegments = 16;
/// Smallest block of an extent that is not itself a power of two.
inline constexpr int64_t kMinSegmentBlock = 16;

/// The segmentation of `extent`: a power of two is one segment; else the largest 2^k ≥ 16 that
/// divides it with at most 16 segments. Nothing if it must be padded first. 576 → 9×64, 192 → 3×64,
/// 100 → nothing. Blocks are at most 2^30.
std::optional<SegmentedExtent> segmentExtent(int64_t extent);
/// The smallest storable extent ≥ `extent` (extent ≥ 1). 5 → 8, 17 → 32, 100 → 112, 528 → 576.
int64_t paddedExtent(int64_t extent);

/// A layout of a whole tile: `block` repeated `segments[d]` times along each dimension d.
///
/// Register layouts: register index = segment index (row-major over `segments`) * block registers +
/// block register. Shared layouts: element offset = segment index * block elements + block offset.
struct TileLayout {
  std::vector<int32_t> segments;
  LinearLayout block;

  /// Number of dimensions.
  unsigned rank() const { return block.rank(); }
  /// Extents of the whole tile.
  std::vector<int64_t> shape() const;
  /// Blocks of the tile.
  int64_t numSegments() const;
  /// Registers per thread (elements per thread), replication included.
  int64_t numRegisters() const { return numSegments() * block.inSize(kRegister); }
  /// Warps over which a register layout spreads the tile.
  int32_t numWarps() const { return block.inSize(kWarp); }
  /// Coordinates of the element held by register `reg` of (lane, warp).
  std::vector<int64_t> coords(int64_t reg, int32_t lane, int32_t warp) const;
  /// Coordinates of element offset `offset` of a shared layout.
  std::vector<int64_t> coordsAt(int64_t offset) const;
  bool operator==(const TileLayout &) const = default;
};

//===-- Derived layouts ----------------------------------------------------===//

/// Without dimension `dim` (the result of a reduction, the operand of expand_dims): its coordinates
/// are dropped, then registers that differ only in dropped coordinates are merged. Lanes and warps
/// stay.
TileLayout sliceLayout(const TileLayout &layout, unsigned dim);
/// `layout` with dimension `dim` shrunk to extent 1 (the operand of a broadcast), registers merged
/// likewise.
TileLayout shrinkLayout(const TileLayout &layout, unsigned dim);
/// Registers that hold the same element as an earlier register of the thread are removed: register
/// bases that are zero or a sum of earlier ones.
TileLayout dropReplicatedRegisters(const TileLayout &layout);

/// For each register of `dst`, the register of `src` in the same thread that holds the element
/// `dst` wants, where dst coordinate vectors are first mapped through `project` (project[d] = src
/// dimension that takes dst dimension d, or -1 to drop it; src dimensions that nobody feeds are 0).
/// Nothing if some thread would need another thread's register, or the numbers of lanes or warps
/// differ. Covers register permutations, expand_dims, broadcast and slices.
std::optional<std::vector<int32_t>> matchRegisters(const TileLayout &src, const TileLayout &dst,
                                                   const std::vector<int> &project);

/// The layout of a tile with its dimensions in another order: dimension d of the result is
/// dimension `order[d]` of `layout`. Every thread keeps its elements (a segmented tile's registers
/// come in another order).
TileLayout permuteLayout(const TileLayout &layout, const std::vector<unsigned> &order);

/// Whether row-major order of `from` and of `to`, storable shapes of equally many elements, differ
/// by bits of the coordinates only, so that every layout of one has a reshaped layout. So it is
/// unless segments move: the two shapes fall into groups of neighbouring dimensions with equal
/// products ([4, 16, 8] → [64, 8] into {4, 16} → {64} and {8} → {8}), in which only the first
/// extent above 1 may have segments, equally many on both sides.
bool canReshapeLayouts(const std::vector<int64_t> &from, const std::vector<int64_t> &to);
/// The layout of the reshaped tile (row-major order kept) in which every thread keeps its elements
/// in the same registers. Nothing if segments move.
std::optional<TileLayout> reshapeLayout(const TileLayout &layout,
                                        const std::vector<int64_t> &shape);

/// For each register of `dst`, the layout of a reshaped tile, the register of `src` in the same
/// thread that holds the element. Nothing if segments move or some thread would need another
/// thread's register.
std::optional<std::vector<int32_t>> matchReshape(const TileLayout &src, const TileLayout &dst);

/// Whether threads hold all of dimension `dim` of what they hold: only registers move along it.
bool isInRegisters(const TileLayout &layout, unsigned dim);
/// The layout of two tiles of `layout` joined along a new last dimension of extent 2: every thread
/// holds both elements of each pair, in neighbouring registers.
TileLayout joinLayout(const TileLayout &layout);

/// For each register of `dst`, a part of the tile of `src` that starts at `offsets`, the register
/// of `src` in the same thread that holds the element. Nothing if some thread would need another
/// thread's register.
std::optional<std::vector<int32_t>> matchPart(const TileLayout &src, const TileLayout &dst,
                                              const std::vector<int64_t> &offsets);

/// Register layouts of a tile and of a part of it.
struct PartLayouts {
  TileLayout whole, part;
};
/// Layouts for which matchPart finds the part that starts at `offsets`: those `wanted` if it does,
/// else one of them, the tile's if possible, and one that follows from it, else two others.
PartLayouts choosePartLayouts(const PartLayouts &wanted, const std::vector<int64_t> &offsets);

//===-- Builders -------------------------------------------------------------===//

/// Coalesced layout for global memory: `vectorElems` consecutive elements of dimension `fastest`
/// per thread and access, lanes then warps along the remaining elements, fastest dimension first;
/// what is left goes to registers, and threads that find no element replicate. The vector shrinks
/// (power of two) before a thread stays idle. There are always 5 lane bits and log2(numWarps) warp
/// bits. `shape` must be storable (segmentExtent of each extent).
TileLayout coalescedLayout(const std::vector<int64_t> &shape, unsigned fastest, int32_t vectorElems,
                           int32_t numWarps);

/// Layout in which each warp holds whole lines along `axis`, each step along it a bit of the
/// register or of the lane: other dimensions spread over warps, then lanes; what lanes are left
/// take the longest steps along `axis`. Warps and lanes that find no element replicate. `shape`
/// must be storable.
TileLayout sortLayout(const std::vector<int64_t> &shape, unsigned axis, int32_t numWarps);

/// Warps of a matrix product along M and N.
struct WarpGrid {
  int32_t m = 1;
  int32_t n = 1;
};
/// Where the factors of a matrix product lie that is computed by warps, and where its result goes.
struct ProductSetting {
  /// Extent that is summed.
  int64_t k = 1;
  /// A is in registers, computed element by element from a product on this grid; without, in shared
  /// memory, as B always.
  std::optional<WarpGrid> producer;
  /// The result becomes, element by element, A of another product.
  bool feedsA = false;
};
/// Splits `numWarps` (a power of two) over an M×N tile: first so that warps replicate as little as
/// possible (no warp tile is smaller than an m16n8 atom), then so that as few elements as possible
/// go through shared memory, counting fragments that warps read and factors that change hands
/// between products (warps that own whole rows keep them), then with as many warps along M as
/// possible. Segments count: warps divide a block.
WarpGrid chooseWarpGrid(const std::vector<int64_t> &shape, int32_t numWarps,
                        const ProductSetting &setting = {});
/// Accumulator of mma.sync m16n8 (PTX ISA §9.7.14, m16n8k16 fragments): register bit 0 → column 1,
/// bit 1 → row 8; lane bits 0-1 → columns 2, 4; lane bits 2-4 → rows 1, 2, 4; then registers over
/// the warp tile (columns first), then warps: column bits first, then row bits, each warp owning a
/// contiguous warp tile within the block. Extents below the atom, and warps for which the block has
/// no atom left, give zero bases: these elements are computed more than once, to the same value.
TileLayout mmaAccumulatorLayout(const std::vector<int64_t> &shape, WarpGrid warps);
/// Side of a matrix product.
enum class MmaOperand { A, B };
/// Operands of m16n8kK, K = 32 bytes / elemBytes (16 for 16-bit types; elemBytes is 1, 2 or 4). A:
/// [M, K] tile, B: [K, N] tile; the warps that share an operand hold copies (zero warp bases). Atom
/// fragments per PTX ISA: A (16-bit): register bit 0 → k 1, bit 1 → row 8, bit 2 → k 8; lanes 0-1 →
/// k 2, 4; lanes 2-4 → rows 1, 2, 4. B: register bit 0 → k 1, bit 1 → k 8; lanes 0-1 → k 2, 4;
/// lanes 2-4 → columns 1, 2, 4. For 8-bit (32-bit) types the k steps double (halve): a 32-bit
/// register holds 4 (1) of them. Then registers over k, then over the warp tile's rows (columns),
/// consistent with mmaAccumulatorLayout for the same warps. K extents below the atom give zero
/// bases: the lowering must replace those copies by zeros (see isReplicaOfK).
TileLayout mmaOperandLayout(MmaOperand operand, const std::vector<int64_t> &shape,
                            const std::vector<int64_t> &accumulatorShape, WarpGrid warps,
                            int32_t elemBytes);
/// True if register `reg` of `lane` of an operand with K extent `extentK` sits at a k position of
/// the atom that the extent lacks, so that it repeats a smaller k and must be zero for the product
/// to be right. Happens where the block of `extentK` is smaller than 32 bytes.
bool isReplicaOfK(MmaOperand operand, int64_t extentK, int32_t elemBytes, int64_t reg,
                  int32_t lane);

/// Shared-memory layout of a tile whose dimension `fastest` is contiguous: column blocks of at most
/// 128 bytes, each stored row after row with 16-byte chunks XORed by the row (the 128-, 64- and
/// 32-byte swizzles of PTX ISA §5.5.6, so that TMA and wgmma can use the same bytes): of rows of
/// 128 bytes chunk c of row r is stored at c ^ (r mod 8), of 64 bytes at c ^ (r/2 mod 4), of 32
/// bytes at c ^ (r/4 mod 2); shorter rows are not swizzled. Rows are all other dimensions, the last
/// one fastest, and start again in every column block and segment. Rank 1 is plain.
TileLayout swizzledSharedLayout(const std::vector<int64_t> &shape, unsigned fastest,
                                int32_t elemBytes);

/// The shared layout of a matrix as that of the transposed matrix in the same bytes. Nothing if
/// both dimensions have several segments, whose order would change.
std::optional<TileLayout> transposeSharedLayout(const TileLayout &shared);

/// Where a part of a tile in shared memory lies.
struct SharedSubtile {
  TileLayout layout;
  /// From the start of the tile.
  int64_t byteOffset = 0;
};
/// The part of `shape` at `offsets`, inside the tile, as a tile of its own in the same bytes: a
/// swizzled layout that was compared with `shared` at every element. Nothing if there is none, if
/// `shape` is not storable, or if the part starts at no multiple of 16 bytes.
std::optional<SharedSubtile> sharedSubtile(const TileLayout &shared,
                                           const std::vector<int64_t> &offsets,
                                           const std::vector<int64_t> &shape, int32_t elemBytes);

//===-- Access analysis -------------------------------------------------------===//

/// Consecutive elements along dimension `dim` (starting at a multiple of the result) that one
/// thread holds in consecutive registers starting at a multiple of the result: the widest vector of
/// a memory access.
int32_t contiguousRegisters(const TileLayout &layout, unsigned dim);

/// Widest run of register bits of `reg` (from bit 0) whose images are consecutive offsets of
/// `shared`: the vector, in elements, of a load or store between them.
int32_t sharedVector(const TileLayout &reg, const TileLayout &shared);

/// How to read registers `reg` from `shared` with ldmatrix (PTX ISA §9.7.14.5.15, 8×8 matrices of
/// 16-bit elements).
///
/// One instruction fills registers 0 … 2·count − 1 of every thread (relative to a register whose
/// lowest 1 + log2(count) bits are 0). Lane a passes the address of row a mod 8 of matrix a / 8, 16
/// bytes each; matrix i goes to register bits 1-2 = i, register bit 0 selects within the 32-bit
/// register.
///
///                     elements of a row       rows of a matrix        matrices
///     not transposed  reg 0, lanes 0, 1       lanes 2, 3, 4           reg 1, 2
///     transposed      lanes 2, 3, 4           reg 0, lanes 0, 1       reg 1, 2
///
/// The first column must be offsets 1, 2, 4 of `shared`, and every other bit must move by multiples
/// of 8 elements. The other two columns are the sources of the address: lane bits 0-2 of the
/// address take the rows, bits 3-4 the matrices.
struct LdMatrix {
  bool transposed = false;
  /// Matrices per instruction: 1, 2 or 4.
  int32_t count = 4;
  /// For each of the 5 lane bits, the register-or-lane bit of `reg` whose image it addresses:
  /// rowSource[i] >= 0 is lane bit rowSource[i], < 0 is register bit ~rowSource[i]. Lanes from
  /// 8·count on pass addresses that the instruction ignores; their sources repeat a row and stay
  /// inside the tile.
  std::vector<int32_t> rowSource;
};
/// Nothing if the rows are not contiguous that way, or elements are not 16 bits wide.
std::optional<LdMatrix> matchLdMatrix(const TileLayout &reg, const TileLayout &shared,
                                      int32_t elemBytes);

/// Shared-memory wavefronts of one warp access: each lane of `warp` touches the `vectorElems`
/// elements of registers firstReg, firstReg + 1, …. A wavefront serves 32 banks of 4 bytes, so 1
/// per 128 bytes is free of conflicts ("Shared Memory" in the CUDA programming guide). Accesses of
/// 8 (16) bytes run per half (quarter) of the warp; a lane that repeats another lane's words costs
/// nothing.
int32_t sharedWavefronts(const TileLayout &reg, const TileLayout &shared, int32_t firstReg,
                         int32_t vectorElems, int32_t elemBytes, int32_t warp = 0);

/// How a tile moves from layout `src` to layout `dst`.
struct LayoutConversion {
  enum Kind {
    Registers,   ///< each thread already holds what it needs: `source` permutes registers
    SharedMemory ///< through scratch memory laid out as `scratch`
  } kind = Registers;
  std::vector<int32_t> source; ///< Registers: dst register → src register
  TileLayout scratch; ///< SharedMemory: offset layout with few bank conflicts for both sides
};
/// Plans a conversion between layouts of one shape and number of warps. The scratch layout holds
/// every element once (shape elements * elemBytes bytes); vector widths follow from it by
/// sharedVector, at most 16 bytes.
LayoutConversion planConversion(const TileLayout &src, const TileLayout &dst, int32_t elemBytes);

} // namespace mla
