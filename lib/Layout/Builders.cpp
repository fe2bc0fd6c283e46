//===- Builders.cpp - layouts for memory and for matrix instructions ------===//
// Every builder writes the bases of one block; segments repeat it.

#include "mla/Layout/TileLayout.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace mla {

static constexpr int32_t kLaneBits = 5;
static constexpr int32_t kChunkBytes = 16;
static constexpr int32_t kMaxColumnBlockBytes = 128;
/// Extents of the mma.sync atom m16n8.
static constexpr int32_t kAtomM = 16;
static constexpr int32_t kAtomN = 8;

[[maybe_unused]] static bool isPowerOfTwo(int64_t value) {
  return value > 0 && std::has_single_bit(uint64_t(value));
}
static int32_t log2(int64_t powerOfTwo) { return std::countr_zero(uint64_t(powerOfTwo)); }

namespace {
/// Segments and block extents of a storable shape.
struct Segmentation {
  std::vector<int32_t> segments;
  std::vector<int32_t> blocks;
};
} // namespace

static Segmentation segmentShape(const std::vector<int64_t> &shape) {
  Segmentation result;
  for (int64_t extent : shape) {
    std::optional<SegmentedExtent> segmented = segmentExtent(extent);
    assert(segmented && "pad the shape first (paddedExtent)");
    result.segments.push_back(int32_t(segmented->segments));
    result.blocks.push_back(int32_t(segmented->block));
  }
  return result;
}

/// All dimensions, `fastest` first, then from the last to the first.
static std::vector<unsigned> fastestFirst(unsigned rank, unsigned fastest) {
  assert((rank == 0 || fastest < rank) && "no such dimension");
  std::vector<unsigned> order;
  if (rank > 0)
    order.push_back(fastest);
  for (unsigned dim = rank; dim-- > 0;)
    if (dim != fastest)
      order.push_back(dim);
  return order;
}

namespace {
/// Collects the bases of one input dimension; a stride outside the block becomes a zero basis.
class BasisList {
public:
  explicit BasisList(const std::vector<int32_t> &blocks) : blocks_(blocks) {}

  BasisList &add(unsigned dim, int64_t stride) {
    LinearLayout::Coords basis(blocks_.size(), 0);
    if (stride < blocks_[dim])
      basis[dim] = int32_t(stride);
    bases_.push_back(std::move(basis));
    return *this;
  }
  BasisList &addZero() {
    bases_.emplace_back(blocks_.size(), 0);
    return *this;
  }
  /// Strides from, 2 * from, … below `to`.
  BasisList &addRange(unsigned dim, int64_t from, int64_t to) {
    for (int64_t stride = from; stride < to; stride *= 2)
      add(dim, stride);
    return *this;
  }
  LinearLayout::Bases take() { return std::move(bases_); }

private:
  const std::vector<int32_t> &blocks_;
  LinearLayout::Bases bases_;
};
} // namespace

static TileLayout makeRegisterLayout(Segmentation tile, LinearLayout::Bases registers,
                                     LinearLayout::Bases lanes, LinearLayout::Bases warps) {
  return {std::move(tile.segments), LinearLayout({{std::string(kRegister), std::move(registers)},
                                                  {std::string(kLane), std::move(lanes)},
                                                  {std::string(kWarp), std::move(warps)}},
                                                 std::move(tile.blocks))};
}

TileLayout coalescedLayout(const std::vector<int64_t> &shape, unsigned fastest, int32_t vectorElems,
                           int32_t numWarps) {
  assert(isPowerOfTwo(numWarps) && vectorElems >= 1 && "a power of two of warps, a vector ≥ 1");
  Segmentation tile = segmentShape(shape);
  const std::vector<int32_t> &blocks = tile.blocks;
  unsigned rank = blocks.size();
  std::vector<unsigned> order = fastestFirst(rank, fastest);

  int32_t blockBits = 0;
  for (int32_t block : blocks)
    blockBits += log2(block);
  int32_t warpBits = log2(numWarps);
  int32_t vectorBits = log2(std::bit_floor(uint32_t(vectorElems)));
  vectorBits = std::min(vectorBits, std::max(0, blockBits - kLaneBits - warpBits));
  vectorBits = std::min(vectorBits, rank ? log2(blocks[fastest]) : 0);

  // Walks over the block's coordinate bits, fastest dimension first; past the end come zeros.
  unsigned position = 0;
  int64_t stride = 1;
  auto takeBits = [&](BasisList &list, int32_t count) {
    for (; count > 0; --count) {
      while (position < rank && stride >= blocks[order[position]]) {
        ++position;
        stride = 1;
      }
      if (position == rank) {
        list.addZero();
        continue;
      }
      list.add(order[position], stride);
      stride *= 2;
    }
  };
  BasisList registers(blocks), lanes(blocks), warps(blocks);
  takeBits(registers, vectorBits);
  takeBits(lanes, kLaneBits);
  takeBits(warps, warpBits);
  takeBits(registers, blockBits - vectorBits - kLaneBits - warpBits);
  LinearLayout::Bases registerBases = registers.take(), laneBases = lanes.take(),
                      warpBases = warps.take();
  return makeRegisterLayout(std::move(tile), std::move(registerBases), std::move(laneBases),
                            std::move(warpBases));
}

//===-- Matrix products ------------------------------------------------------===//

/// Extent of one warp's tile within a block: an atom at least, unless the block is smaller.
static int32_t warpTileExtent(int32_t block, int32_t numWarps, int32_t atom) {
  return std::max(block / numWarps, std::min(block, atom));
}

/// An element that warps write for the next product counts like so many that they read: all of them
/// wait at a barrier.
static constexpr int64_t kExchangeCost = 2;

/// Elements that go through shared memory for a product on `grid`, of which a warp computes rows ×
/// columns.
static int64_t sharedTraffic(const std::vector<int64_t> &shape, WarpGrid grid, int64_t rows,
                             int64_t columns, const ProductSetting &setting) {
  int64_t numWarps = int64_t(grid.m) * grid.n;
  int64_t elems = numWarps * setting.k * columns;
  // Warps that own whole rows of one product own them in the next one too.
  bool keepsA = setting.producer && setting.producer->n == 1 && grid.n == 1;
  if (!keepsA)
    elems += numWarps * setting.k * rows;
  if (setting.producer && !keepsA)
    elems += kExchangeCost * shape[0] * setting.k;
  if (setting.feedsA && grid.n > 1)
    elems += shape[0] * shape[1] * (kExchangeCost + grid.n);
  return elems;
}

WarpGrid chooseWarpGrid(const std::vector<int64_t> &shape, int32_t numWarps,
                        const ProductSetting &setting) {
  assert(shape.size() == 2 && isPowerOfTwo(numWarps) && "an M×N tile, a power of two of warps");
  Segmentation tile = segmentShape(shape);
  WarpGrid best;
  int64_t bestTileElems = 0, bestTraffic = 0;
  // From many warps along M to few, so that ties keep rows, and with them row reductions, within
  // one warp.
  for (int32_t m = numWarps; m >= 1; m /= 2) {
    WarpGrid grid = {m, numWarps / m};
    // A warp computes whole atoms, also where the block is smaller than one.
    int64_t rows =
        int64_t(tile.segments[0]) * std::max(warpTileExtent(tile.blocks[0], m, kAtomM), kAtomM);
    int64_t columns = int64_t(tile.segments[1]) *
                      std::max(warpTileExtent(tile.blocks[1], grid.n, kAtomN), kAtomN);
    int64_t tileElems = rows * columns;
    int64_t traffic = sharedTraffic(shape, grid, rows, columns, setting);
    if (m == numWarps || tileElems < bestTileElems ||
        (tileElems == bestTileElems && traffic < bestTraffic)) {
      best = grid;
      bestTileElems = tileElems;
      bestTraffic = traffic;
    }
  }
  return best;
}

TileLayout mmaAccumulatorLayout(const std::vector<int64_t> &shape, WarpGrid warps) {
  assert(shape.size() == 2 && isPowerOfTwo(warps.m) && isPowerOfTwo(warps.n) && "an M×N tile");
  constexpr unsigned kRow = 0, kColumn = 1;
  Segmentation tile = segmentShape(shape);
  int32_t warpRows = warpTileExtent(tile.blocks[kRow], warps.m, kAtomM);
  int32_t warpColumns = warpTileExtent(tile.blocks[kColumn], warps.n, kAtomN);
  LinearLayout::Bases registers = BasisList(tile.blocks)
                                      .add(kColumn, 1)
                                      .add(kRow, 8)
                                      .addRange(kColumn, kAtomN, warpColumns)
                                      .addRange(kRow, kAtomM, warpRows)
                                      .take();
  LinearLayout::Bases lanes =
      BasisList(tile.blocks).addRange(kColumn, 2, kAtomN).addRange(kRow, 1, 8).take();
  LinearLayout::Bases warpBases =
      BasisList(tile.blocks)
          .addRange(kColumn, warpColumns, int64_t(warpColumns) * warps.n)
          .addRange(kRow, warpRows, int64_t(warpRows) * warps.m)
          .take();
  return makeRegisterLayout(std::move(tile), std::move(registers), std::move(lanes),
                            std::move(warpBases));
}

TileLayout mmaOperandLayout(MmaOperand operand, const std::vector<int64_t> &shape,
                            const std::vector<int64_t> &accumulatorShape, WarpGrid warps,
                            int32_t elemBytes) {
  assert(shape.size() == 2 && accumulatorShape.size() == 2 && "matrices");
  assert((elemBytes == 1 || elemBytes == 2 || elemBytes == 4) && "8, 16 or 32-bit elements");
  bool isA = operand == MmaOperand::A;
  // `outer` is the dimension that the operand shares with the accumulator.
  unsigned outer = isA ? 0 : 1, k = 1 - outer;
  assert(shape[outer] == accumulatorShape[outer] && "operand and accumulator disagree");
  Segmentation tile = segmentShape(shape);
  int32_t atomOuter = isA ? kAtomM : kAtomN;
  int32_t warpsOuter = isA ? warps.m : warps.n;
  int32_t warpOuter = warpTileExtent(tile.blocks[outer], warpsOuter, atomOuter);
  // One 32-bit register holds `packed` consecutive k; four lanes hold half of the atom's k extent.
  int32_t packed = 4 / elemBytes, halfK = 4 * packed, atomK = 2 * halfK;

  BasisList registers(tile.blocks);
  registers.addRange(k, 1, packed);
  if (isA)
    registers.add(outer, 8);
  registers.add(k, halfK).addRange(k, atomK, tile.blocks[k]).addRange(outer, atomOuter, warpOuter);
  LinearLayout::Bases registerBases = registers.take();
  LinearLayout::Bases lanes =
      BasisList(tile.blocks).addRange(k, packed, halfK).addRange(outer, 1, 8).take();

  BasisList warpList(tile.blocks);
  auto addShared = [&](int32_t count) {
    for (; count > 1; count /= 2)
      warpList.addZero();
  };
  if (isA)
    addShared(warps.n);
  warpList.addRange(outer, warpOuter, int64_t(warpOuter) * warpsOuter);
  if (!isA)
    addShared(warps.m);
  LinearLayout::Bases warpBases = warpList.take();
  return makeRegisterLayout(std::move(tile), std::move(registerBases), std::move(lanes),
                            std::move(warpBases));
}

bool isReplicaOfK(MmaOperand operand, int64_t extentK, int32_t elemBytes, int64_t reg,
                  int32_t lane) {
  std::optional<SegmentedExtent> segmented = segmentExtent(extentK);
  assert(segmented && "pad the extent first (paddedExtent)");
  int32_t packed = 4 / elemBytes, halfK = 4 * packed;
  // A's row bit lies between the two k parts of the register index.
  int32_t highBit = log2(packed) + (operand == MmaOperand::A ? 1 : 0);
  int64_t kInAtom = reg % packed + int64_t(lane % 4) * packed + (reg >> highBit & 1) * halfK;
  return kInAtom >= segmented->block;
}

//===-- Shared memory --------------------------------------------------------===//

TileLayout swizzledSharedLayout(const std::vector<int64_t> &shape, unsigned fastest,
                                int32_t elemBytes) {
  assert(isPowerOfTwo(elemBytes) && elemBytes <= kChunkBytes && "elements of 1 to 16 bytes");
  Segmentation tile = segmentShape(shape);
  const std::vector<int32_t> &blocks = tile.blocks;
  unsigned rank = blocks.size();
  std::vector<unsigned> order = fastestFirst(rank, fastest);
  int32_t columns = rank ? std::min(blocks[fastest], kMaxColumnBlockBytes / elemBytes) : 1;
  int32_t chunkElems = kChunkBytes / elemBytes;
  int32_t chunks = rank >= 2 ? std::max(1, columns / chunkElems) : 1;
  // Eight 16-byte chunks span all 32 banks. Rows shorter than that share a bank line, so the XOR
  // changes with every (8 / chunks)-th row.
  int32_t rowsPerLine = kMaxColumnBlockBytes / kChunkBytes / chunks;

  LinearLayout::Bases offsets;
  auto add = [&](unsigned dim, int32_t stride) -> LinearLayout::Coords & {
    LinearLayout::Coords &basis = offsets.emplace_back(rank, 0);
    basis[dim] = stride;
    return basis;
  };
  for (int32_t stride = 1; stride < columns; stride *= 2)
    add(fastest, stride);
  int64_t row = 1;
  for (unsigned position = 1; position < rank; ++position)
    for (int32_t stride = 1; stride < blocks[order[position]]; stride *= 2, row *= 2) {
      LinearLayout::Coords &basis = add(order[position], stride);
      if (row >= rowsPerLine && row / rowsPerLine < chunks)
        basis[fastest] = int32_t(row / rowsPerLine) * chunkElems;
    }
  for (int32_t stride = columns; rank && stride < blocks[fastest]; stride *= 2)
    add(fastest, stride);
  return {std::move(tile.segments),
          LinearLayout({{std::string(kOffset), std::move(offsets)}}, std::move(tile.blocks))};
}

} // namespace mla
