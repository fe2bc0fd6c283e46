//===- Wgmma.cpp - asynchronous products of warpgroups --------------------===//
// PTX ISA, "Asynchronous Warpgroup Level Matrix Instructions". Each of the four warps computes 16
// rows on its own: as tiles of 16 × 8 by Numerics/Matrix.h. A product reads its operands and writes
// its registers at some time between its issue and the end of the wait for its group, in the order
// of the warp's products. SPDX-License-Identifier: Apache-2.0
#include "MatrixTypes.h"
#include "mla/Simulator/Numerics/Fragments.h"
#include "mla/Simulator/TensorMap.h"

#include <cstring>

namespace mla::sim {

namespace {
/// A matrix in shared memory, as a descriptor says ("Matrix Descriptor Format").
struct SharedMatrix {
  uint64_t start, leadingBytes, strideBytes;
  unsigned swizzleBytes;
  bool isMajorOther; ///< rows of M or N are contiguous, not of K

  static SharedMatrix decode(uint64_t bits, bool isMajorOther) {
    static constexpr unsigned kSwizzles[] = {0, 128, 64, 32};
    return {(bits & 0x3fff) << 4, (bits >> 16 & 0x3fff) << 4, (bits >> 32 & 0x3fff) << 4,
            kSwizzles[bits >> 62], isMajorOther};
  }
  /// Offset of an element of `bytes` bytes in shared memory: row `mn` of M or N, column `k`.
  uint64_t addressOf(uint64_t mn, uint64_t k, unsigned bytes) const {
    if (!isMajorOther) {
      uint64_t inRow = k * bytes;
      if (!swizzleBytes)
        return start + inRow / 16 * leadingBytes + mn / 8 * strideBytes + mn % 8 * 16 + inRow % 16;
      return swizzled(start + mn / 8 * strideBytes + mn % 8 * swizzleBytes + inRow, swizzleBytes);
    }
    if (!swizzleBytes)
      return start + mn / 8 * strideBytes + k / 8 * leadingBytes + k % 8 * 16 + mn % 8 * bytes;
    uint64_t perRow = swizzleBytes / bytes;
    return swizzled(start + mn / perRow * leadingBytes + k / 8 * strideBytes +
                        k % 8 * swizzleBytes + mn % perRow * bytes,
                    swizzleBytes);
  }
};

struct WgmmaDetails {
  MmaInstruction tile; ///< 16 × 8 × k
  unsigned n;
  std::vector<uint32_t> result, a; ///< `a` is empty if it lies in shared memory
  bool negatesA = false, negatesB = false, isMajorOtherA = false, isMajorOtherB = false;
  LaneMask scaleFlip = 0;
};

/// Registers of 32 lanes in host memory.
template <unsigned N>
struct Registers {
  uint32_t lanes[N][kLanes];
  uint32_t *pointers[N];
  Registers() {
    for (unsigned i = 0; i < N; ++i)
      pointers[i] = lanes[i];
  }
};
} // namespace

static unsigned bytesOf(MatrixType type) { return widthOf(type) / 8; }

/// The sign bits of the elements in a register.
static uint32_t signsOf(MatrixType type) {
  return bytesOf(type) == 4 ? 0x80000000u : bytesOf(type) == 2 ? 0x80008000u : 0x80808080u;
}

/// One register: elements of one row along K.
static bool loadRegister(Warp &warp, const SharedMatrix &matrix, MatrixType type, uint64_t mn,
                         uint64_t k, uint32_t &value) {
  unsigned bytes = bytesOf(type);
  // Along K four bytes lie together.
  unsigned step = matrix.isMajorOther ? bytes : 4;
  value = 0;
  for (unsigned at = 0; at < 4; at += step) {
    const uint8_t *memory = warp.resolveAsync(
        warp.cta, Use::Read,
        matrix.addressOf(mn, k + at / bytes, bytes) & ((uint64_t(1) << kRankShift) - 1), step);
    if (!memory)
      return false;
    uint32_t part = 0;
    std::memcpy(&part, memory, step);
    value |= part << (8 * at);
  }
  return true;
}

/// Whatever the product reads of shared memory, in pieces of an element or four bytes.
template <typename Body>
static void forEachRead(const SharedMatrix &matrix, MatrixType type, unsigned firstRow,
                        unsigned rows, unsigned k, Body body) {
  unsigned bytes = bytesOf(type), step = matrix.isMajorOther ? bytes : 4;
  for (unsigned row = firstRow; row < firstRow + rows; ++row)
    for (unsigned column = 0; column < k; column += step / bytes)
      body(matrix.addressOf(row, column, bytes) & ((uint64_t(1) << kRankShift) - 1), step);
}

/// Core matrices of 8 rows with 16 bytes each, as ldmatrix reads them.
static void countReads(Warp &warp, const SharedMatrix &matrix, MatrixType type, unsigned firstRow,
                       unsigned rows, unsigned k) {
  unsigned bytes = bytesOf(type), perRow = 16 / bytes;
  unsigned lengths = matrix.isMajorOther ? rows : k, heights = matrix.isMajorOther ? k : rows;
  for (unsigned height = 0; height < heights; height += 8)
    for (unsigned length = 0; length < lengths; length += perRow) {
      std::array<uint64_t, 8> addresses;
      for (unsigned row = 0; row < 8; ++row)
        addresses[row] = matrix.isMajorOther
                             ? matrix.addressOf(firstRow + length, height + row, bytes)
                             : matrix.addressOf(firstRow + height + row, length, bytes);
      warp.countRows(addresses);
    }
}

static void multiply(Warp &warp, const WgmmaDetails &details, const SharedMatrix &matrixA,
                     const SharedMatrix &matrixB, bool accumulates) {
  const MmaInstruction &tile = details.tile;
  unsigned perRegister = 4 / bytesOf(tile.a), firstRow = warp.index % 4 * 16;
  Registers<4> a;
  for (unsigned reg = 0; reg < 4; ++reg)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      Place place = placeOfA(16, perRegister, lane, reg, 0);
      if (!details.a.empty())
        a.lanes[reg][lane] = warp.lanes<uint32_t>(details.a[reg])[lane];
      else if (!loadRegister(warp, matrixA, tile.a, firstRow + place.row, place.column,
                             a.lanes[reg][lane]))
        return;
      if (details.negatesA)
        a.lanes[reg][lane] ^= signsOf(tile.a);
    }
  unsigned perTile = tile.registersC();
  Registers<4> zeros;
  std::memset(zeros.lanes, 0, sizeof(zeros.lanes));
  for (unsigned column = 0; column < details.n; column += 8) {
    Registers<2> b;
    for (unsigned reg = 0; reg < 2; ++reg)
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        Place place = placeOfB(perRegister, lane, reg, 0);
        if (!loadRegister(warp, matrixB, tile.b, column + place.column, place.row,
                          b.lanes[reg][lane]))
          return;
        if (details.negatesB)
          b.lanes[reg][lane] ^= signsOf(tile.b);
      }
    uint32_t *d[4];
    for (unsigned i = 0; i < perTile; ++i)
      d[i] = warp.lanes<uint32_t>(details.result[column / 8 * perTile + i]);
    mma(tile, a.pointers, b.pointers, accumulates ? d : zeros.pointers, d);
  }
}

/// Whether all lanes have the same valid descriptor.
static bool checkDescriptor(Warp &warp, const uint64_t *descriptors) {
  static constexpr uint64_t kBaseOffset = uint64_t(7) << 49;
  static constexpr uint64_t kFields =
      0x3fff | uint64_t(0x3fff) << 16 | uint64_t(0x3fff) << 32 | kBaseOffset | uint64_t(3) << 62;
  uint64_t bits = descriptors[0];
  SharedMatrix matrix = SharedMatrix::decode(bits, false);
  auto fail = [&](FindingKind kind, const std::string &text) {
    warp.fail(kind, text, 0);
    return false;
  };
  for (unsigned lane = 1; lane < kLanes; ++lane)
    if (descriptors[lane] != bits)
      return fail(FindingKind::Invalid, "has other descriptors of matrices in other lanes");
  if (bits & ~kFields)
    return fail(FindingKind::Invalid, "has a descriptor with bits that mean nothing");
  if (bits & kBaseOffset)
    return fail(FindingKind::Invalid,
                "has a descriptor with a base offset, which is not simulated");
  // Eight rows repeat; a matrix begins at the first of them.
  if (matrix.swizzleBytes && matrix.start % (8 * matrix.swizzleBytes) >= matrix.swizzleBytes)
    return fail(FindingKind::Misaligned,
                "has a matrix at offset " + std::to_string(matrix.start) +
                    " of shared memory, which is not in the first of the 8 rows in which the "
                    "swizzle of " +
                    std::to_string(matrix.swizzleBytes) + " bytes repeats");
  return true;
}

static Outcome runProduct(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const WgmmaDetails *>(operation.details);
  if (!warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  if (mask != kAllLanes)
    return warp.fail(FindingKind::Invalid, "executes this without all lanes of its warp",
                     unsigned(std::countr_zero(mask)));
  for (unsigned source : {0, 1})
    if (operation.sources[source] != kNoRegister &&
        !checkDescriptor(warp, warp.lanes<uint64_t>(operation.sources[source])))
      return Outcome::Fault;
  SharedMatrix a{}, b = SharedMatrix::decode(warp.lanes<uint64_t>(operation.sources[1])[0],
                                             details.isMajorOtherB);
  if (details.a.empty())
    a = SharedMatrix::decode(warp.lanes<uint64_t>(operation.sources[0])[0], details.isMajorOtherA);
  warp.alignWarpgroup({warp.pc(),
                       {details.a.empty() ? warp.lanes<uint64_t>(operation.sources[0])[0] : 0,
                        warp.lanes<uint64_t>(operation.sources[1])[0]}});
  bool accumulates = (warp.predicate(operation.sources[2]) ^ details.scaleFlip) & 1;
  Races::Work work = warp.cta.cluster.races.begin(Races::Kind::Product, warp.number());
  auto check = [&](uint64_t offset, unsigned bytes) {
    warp.checkRace(warp.cta, offset, bytes, false, work);
  };
  if (warp.cta.grid.launch.checkRaces) {
    if (details.a.empty())
      forEachRead(a, details.tile.a, warp.index % 4 * 16, 16, details.tile.k, check);
    forEachRead(b, details.tile.b, 0, details.n, details.tile.k, check);
  }
  if (warp.cta.grid.launch.countLines) {
    if (details.a.empty())
      countReads(warp, a, details.tile.a, warp.index % 4 * 16, 16, details.tile.k);
    // The warpgroup reads B once.
    if (warp.index % 4 == 0)
      countReads(warp, b, details.tile.b, 0, details.n, details.tile.k);
  }
  auto handle = std::make_shared<AsyncWork>();
  uint32_t at = warp.pc();
  handle->run = [&warp, &details, a, b, accumulates, at] {
    Warp::ReportAt report(warp, at);
    multiply(warp, details, a, b, accumulates);
  };
  warp.issueProduct(std::move(handle), work, details.n);
  return Outcome::Next;
}

/// `d, a, b, scale-d, negate-a, negate-b, transpose-a, transpose-b`: the last two of 16-bit types,
/// the last one alone if a lies in registers; none of the last four for integers.
static bool decodeProduct(Decoder &d) {
  using Kind = ptx::Operand::Kind;
  WgmmaDetails details{};
  if (!takeShape(d, details.tile))
    return false;
  std::optional<MatrixType> result = takeMatrixType(d), a = takeMatrixType(d),
                            b = takeMatrixType(d);
  if (!result || !a || !b || details.tile.m != 64)
    return d.fail("expected .m64 and 3 types");
  details.n = details.tile.n;
  details.tile.m = 16;
  details.tile.n = 8;
  details.tile.a = *a;
  details.tile.b = *b;
  details.tile.accumulator = *result;
  details.tile.satfinite = d.take("satfinite");
  if (widthOf(*a) * details.tile.k != 256 || widthOf(*a) < 8 || widthOf(*a) != widthOf(*b) ||
      details.n % 8 || details.n > 256)
    return d.fail("unknown shape for these types");
  if (isFloat(*a))
    details.tile.model = wgmmaModel(*a);
  if (d.numOperands() < 4)
    return d.fail("expected at least 4 operands");
  bool inRegisters = d.operand(1).kind == Kind::Vector;
  size_t scales = isFloat(*a) ? 2 : 0, transposes = widthOf(*a) == 16 ? (inRegisters ? 1 : 2) : 0;
  if (!d.expectOperands(4 + scales + transposes, 4 + scales + transposes))
    return false;
  size_t count = details.n / 8 * details.tile.registersC();
  if (d.operand(0).elements.size() != count || (inRegisters && d.operand(1).elements.size() != 4))
    return d.fail("expected " + std::to_string(count) + " registers of the result, 4 of a");
  for (const ptx::Operand &each : d.operand(0).elements)
    details.result.push_back(d.result(each, 32));
  if (inRegisters)
    for (const ptx::Operand &each : d.operand(1).elements)
      details.a.push_back(d.source(each, 32));
  else
    d.operation->sources[0] = d.source(1, 64);
  d.operation->sources[1] = d.source(2, 64);
  d.operation->sources[2] = d.predicate(d.operand(3), details.scaleFlip);
  auto number = [&](size_t index) { return d.constant(d.operand(index)).value_or(0); };
  if (scales) {
    details.negatesA = number(4) == -1;
    details.negatesB = number(5) == -1;
  }
  if (transposes == 2)
    details.isMajorOtherA = number(6) == 1;
  if (transposes)
    details.isMajorOtherB = number(5 + transposes) == 1;
  d.keep(details);
  d.operation->handler = runProduct;
  d.operation->isProduct = true;
  return true;
}

static Outcome runWaitProducts(Warp &warp, const Operation &operation, LaneMask mask) {
  if (!warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  warp.alignWarpgroup({warp.pc(), {}});
  warp.finishWork(true, mask, *static_cast<const unsigned *>(operation.details));
  return warp.cta.grid.isStopped() ? Outcome::Fault : Outcome::Next;
}

static bool decodeWgmma(Decoder &d) {
  if (!d.take("sync") || !d.take("aligned"))
    return d.fail("expected .sync.aligned");
  if (d.take("mma_async"))
    return decodeProduct(d);
  if (d.take("fence")) {
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      if (!warp.hasAll(mask, warp.live))
        return warp.wait(mask, WaitKind::Converge, warp.live);
      warp.alignWarpgroup({warp.pc(), {}});
      warp.products.fence();
      return Outcome::Next;
    };
    return d.expectOperands(0, 0);
  }
  if (d.take("commit_group")) {
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      if (!warp.hasAll(mask, warp.live))
        return warp.wait(mask, WaitKind::Converge, warp.live);
      warp.alignWarpgroup({warp.pc(), {}});
      warp.commitWork(true, mask);
      return Outcome::Next;
    };
    return d.expectOperands(0, 0);
  }
  std::optional<int64_t> count = d.numOperands() == 1 ? d.constant(d.operand(0)) : std::nullopt;
  if (!d.take("wait_group") || !count || *count < 0)
    return d.fail("expected .mma_async, .fence, .commit_group or .wait_group");
  d.keep(unsigned(*count));
  d.operation->handler = runWaitProducts;
  return true;
}

void addWgmma(Registry &registry) { registry["wgmma"] = registry["wgmma.f"] = decodeWgmma; }

} // namespace mla::sim
