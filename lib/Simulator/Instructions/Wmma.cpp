//===- Wmma.cpp - wmma.load, wmma.mma and wmma.store ----------------------===//
// PTX ISA, "Warp-level Matrix Load, Matrix Multiply-and-Accumulate and Store Instructions: wmma".
// Which lane holds which element is nobody's business but the hardware's. Here a fragment holds the
// matrix row by row, as many elements to a lane as its registers have room for; where that is more
// than the matrix has, as of f16 on every chip, it begins anew.
// SPDX-License-Identifier: Apache-2.0
#include "Addresses.h"
#include "MatrixTypes.h"
#include "mla/Simulator/Numerics/Arithmetic.h"
#include "mla/Simulator/Numerics/Conversions.h"
#include "mla/Simulator/Numerics/Integers.h"

#include <cstring>

namespace mla::sim {

namespace {
/// Registers of one operand.
struct WmmaFragment {
  MatrixType type;
  unsigned rows, columns;
  std::vector<uint32_t> registers;

  unsigned registerBits() const { return type == MatrixType::F64 ? 64 : 32; }
  unsigned perRegister() const { return registerBits() / widthOf(type); }
  unsigned perLane() const { return unsigned(registers.size()) * perRegister(); }
  unsigned elements() const { return rows * columns; }
};

struct AccessDetails {
  WmmaFragment fragment;
  bool isLoad, isRowMajor;
  Decoder::Address address;
  AddressSpace space;
  uint32_t stride = kNoRegister; ///< elements from one row, or column, to the next
};

struct ProductDetails {
  WmmaFragment d, a, b, c;
  DotModel model;
  bool saturates, andPopc;
};
} // namespace

/// All lanes of the warp, or what happens instead.
static bool isWhole(Warp &warp, LaneMask mask, Outcome &outcome) {
  if (!warp.hasAll(mask, warp.live))
    outcome = warp.wait(mask, WaitKind::Converge, warp.live);
  else if (mask != kAllLanes)
    outcome = warp.fail(FindingKind::Invalid, "executes this without all lanes of its warp",
                        unsigned(std::countr_zero(mask)));
  else
    return true;
  return false;
}

/// Element `index` of a lane, which bits of which register.
static uint64_t readElement(Warp &warp, const WmmaFragment &fragment, unsigned lane,
                            unsigned index) {
  unsigned per = fragment.perRegister(), width = widthOf(fragment.type);
  uint32_t place = fragment.registers[index / per];
  if (width == 64)
    return warp.lanes<uint64_t>(place)[lane];
  uint32_t mask = width == 32 ? ~0u : (1u << width) - 1;
  return warp.lanes<uint32_t>(place)[lane] >> (index % per * width) & mask;
}

static void writeElement(Warp &warp, const WmmaFragment &fragment, unsigned lane, unsigned index,
                         uint64_t value) {
  unsigned per = fragment.perRegister(), width = widthOf(fragment.type);
  uint32_t place = fragment.registers[index / per];
  if (width == 64) {
    warp.lanes<uint64_t>(place)[lane] = value;
    return;
  }
  uint32_t mask = (width == 32 ? ~0u : (1u << width) - 1) << (index % per * width);
  uint32_t &word = warp.lanes<uint32_t>(place)[lane];
  word = (word & ~mask) | (uint32_t(value) << (index % per * width) & mask);
}

/// The elements of a matrix, row by row.
static std::vector<uint64_t> readMatrix(Warp &warp, const WmmaFragment &fragment) {
  std::vector<uint64_t> values(fragment.elements());
  for (unsigned at = 0; at < values.size(); ++at)
    values[at] = readElement(warp, fragment, at / fragment.perLane(), at % fragment.perLane());
  return values;
}

static void writeMatrix(Warp &warp, const WmmaFragment &fragment,
                        const std::vector<uint64_t> &values) {
  for (unsigned at = 0; at < kLanes * fragment.perLane(); ++at)
    writeElement(warp, fragment, at / fragment.perLane(), at % fragment.perLane(),
                 values[at % values.size()]);
}

//===-- Loads and stores --------------------------------------------------===//

static Outcome runAccess(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const AccessDetails *>(operation.details);
  const WmmaFragment &fragment = details.fragment;
  Outcome outcome;
  if (!isWhole(warp, mask, outcome))
    return outcome;
  uint64_t starts[kLanes], addresses[kLanes];
  uint8_t *pointers[kLanes];
  readAddresses(warp, details.address.base, details.address.isWide, details.address.offset, mask,
                starts);
  unsigned least = details.isRowMajor ? fragment.columns : fragment.rows;
  uint32_t stride = details.stride == kNoRegister ? least : warp.lanes<uint32_t>(details.stride)[0];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    if (starts[lane] != starts[0] ||
        (details.stride != kNoRegister && warp.lanes<uint32_t>(details.stride)[lane] != stride))
      return warp.fail(FindingKind::Invalid, "has another address or stride than lane 0", lane);
  unsigned width = widthOf(fragment.type), bytes = std::max(width / 8, 1u);
  for (unsigned index = 0; index < fragment.perLane(); ++index) {
    uint64_t bits[kLanes];
    LaneMask first = 0; // lanes with an element that no other lane has
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      unsigned slot = lane * fragment.perLane() + index, at = slot % fragment.elements();
      unsigned row = at / fragment.columns, column = at % fragment.columns;
      uint64_t place =
          details.isRowMajor ? uint64_t(row) * stride + column : uint64_t(column) * stride + row;
      bits[lane] = place * width;
      addresses[lane] = starts[lane] + bits[lane] / 8;
      first |= LaneMask(slot < fragment.elements()) << lane;
    }
    if (!details.isLoad && !first)
      break;
    if (!warp.resolve(details.space, details.isLoad ? Use::Read : Use::Write, bytes, addresses,
                      details.isLoad ? mask : first, pointers))
      return Outcome::Fault;
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      uint64_t value = 0;
      if (details.isLoad) {
        std::memcpy(&value, pointers[lane], bytes);
        writeElement(warp, fragment, lane, index, value >> (bits[lane] % 8));
      } else if (first >> lane & 1) {
        value = readElement(warp, fragment, lane, index);
        std::memcpy(pointers[lane], &value, bytes);
      }
    }
  }
  return Outcome::Next;
}

/// The registers of an operand, which have room for the matrix a whole number of times.
static bool takeFragment(Decoder &d, size_t index, bool isResult, WmmaFragment &fragment) {
  const ptx::Operand &operand = d.operand(index);
  bool isVector = operand.kind == ptx::Operand::Kind::Vector;
  size_t count = isVector ? operand.elements.size() : 1;
  for (size_t i = 0; i < count; ++i) {
    const ptx::Operand &each = isVector ? operand.elements[i] : operand;
    unsigned bits = fragment.registerBits();
    fragment.registers.push_back(isResult ? d.result(each, bits) : d.source(each, bits));
  }
  unsigned room = kLanes * fragment.perLane();
  return room && room % fragment.elements() == 0
             ? true
             : d.fail("operand " + std::to_string(index) + " has " + std::to_string(count) +
                      " registers, which is not what the matrix needs");
}

static bool takeLayout(Decoder &d, bool &isRowMajor) {
  isRowMajor = d.take("row");
  return isRowMajor || d.take("col") || d.fail("expected .row or .col");
}

static bool decodeAccess(Decoder &d, bool isLoad) {
  AccessDetails details{};
  details.isLoad = isLoad;
  char which = d.take("a") ? 'a' : d.take("b") ? 'b' : d.take("c") ? 'c' : d.take("d") ? 'd' : 0;
  MmaInstruction shape{};
  if (!which || isLoad == (which == 'd') || !d.take("sync") || !d.take("aligned") ||
      !takeLayout(d, details.isRowMajor) || !takeShape(d, shape))
    return d.fail("expected a matrix, .sync.aligned, a layout and a shape");
  details.space = takeSpace(d);
  std::optional<MatrixType> type = takeMatrixType(d);
  if (!type || !d.expectOperands(2, 3))
    return d.fail("expected a type and 2 or 3 operands");
  WmmaFragment &fragment = details.fragment;
  fragment.type = *type;
  fragment.rows = which == 'b' ? shape.k : shape.m;
  fragment.columns = which == 'a' ? shape.k : shape.n;
  if (!takeFragment(d, isLoad ? 0 : 1, isLoad, fragment))
    return false;
  details.address = d.address(d.operand(isLoad ? 1 : 0), details.space);
  if (d.numOperands() > 2)
    details.stride = d.source(2, 32);
  d.keep(details);
  d.operation->handler = runAccess;
  return true;
}

//===-- Products ----------------------------------------------------------===//

/// Rows of A and columns of B as words, one element in each.
static std::vector<uint32_t> wordsOf(const std::vector<uint64_t> &matrix, unsigned rows,
                                     unsigned columns, bool transposes) {
  std::vector<uint32_t> words(matrix.size());
  for (unsigned row = 0; row < rows; ++row)
    for (unsigned column = 0; column < columns; ++column)
      words[transposes ? column * rows + row : row * columns + column] =
          uint32_t(matrix[row * columns + column]);
  return words;
}

static int32_t integerOf(MatrixType type, uint32_t raw) {
  return type == MatrixType::S8   ? int32_t(int8_t(raw))
         : type == MatrixType::S4 ? int32_t(raw << 28) >> 28
                                  : int32_t(raw);
}

static Outcome runProduct(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const ProductDetails *>(operation.details);
  Outcome outcome;
  if (!isWhole(warp, mask, outcome))
    return outcome;
  unsigned m = details.a.rows, n = details.b.columns, k = details.a.columns;
  std::vector<uint64_t> a = readMatrix(warp, details.a), b = readMatrix(warp, details.b),
                        c = readMatrix(warp, details.c), result(m * n);
  MatrixType type = details.a.type;
  auto forEach = [&](auto compute) {
    for (unsigned row = 0; row < m; ++row)
      for (unsigned column = 0; column < n; ++column)
        result[row * n + column] = compute(row, column, c[row * n + column]);
  };
  if (type == MatrixType::F64) {
    forEach([&](unsigned row, unsigned column, uint64_t sum) {
      for (unsigned i = 0; i < k; ++i)
        sum = fmaF64(a[row * k + i], b[i * n + column], sum);
      return sum;
    });
  } else if (isFloat(type)) {
    Elements left = takeApart(type, wordsOf(a, m, k, false).data(), m * k);
    Elements right = takeApart(type, wordsOf(b, k, n, true).data(), k * n);
    bool halfC = details.c.type == MatrixType::F16, halfD = details.d.type == MatrixType::F16;
    bool isHalf = halfC && halfD;
    forEach([&](unsigned row, unsigned column, uint64_t added) -> uint64_t {
      uint32_t start = halfC && !isHalf ? uint32_t(convert(kF16, kF32, added)) : uint32_t(added);
      uint32_t sum = dot(details.model, left, row * k, right, column * k, k, start, isHalf);
      return halfD && !isHalf ? convert(kF32, kF16, sum) : sum;
    });
  } else {
    forEach([&](unsigned row, unsigned column, uint64_t added) -> uint64_t {
      int64_t sum = int32_t(added);
      for (unsigned i = 0; i < k; ++i) {
        auto x = uint32_t(a[row * k + i]), y = uint32_t(b[i * n + column]);
        sum += type == MatrixType::B1 ? int32_t(details.andPopc ? x & y : x ^ y)
                                      : int64_t(integerOf(type, x)) * integerOf(details.b.type, y);
      }
      return uint32_t(details.saturates ? clampTo<int32_t>(sum) : int32_t(sum));
    });
  }
  writeMatrix(warp, details.d, result);
  return Outcome::Next;
}

static bool decodeProduct(Decoder &d) {
  ProductDetails details{};
  details.andPopc = d.take("and");
  bool isBits = d.take("xor") || details.andPopc;
  if (isBits && !d.take("popc"))
    return d.fail("expected .popc");
  MmaInstruction shape{};
  bool ignored;
  if (!d.take("sync") || !d.take("aligned") || !takeLayout(d, ignored) || !takeLayout(d, ignored) ||
      !takeShape(d, shape) || !d.expectOperands(4, 4))
    return d.fail("expected .sync.aligned, two layouts, a shape and 4 operands");
  details.saturates = d.take("satfinite");
  d.take("rn");
  std::vector<MatrixType> types;
  while (std::optional<MatrixType> type = takeMatrixType(d))
    types.push_back(*type);
  // Of f16 the types of the result and of C alone.
  if (types.size() == 2)
    types = {types[0], MatrixType::F16, MatrixType::F16, types[1]};
  if (types.size() != 4)
    return d.fail("expected 2 or 4 types");
  details.d = {types[0], shape.m, shape.n, {}};
  details.a = {types[1], shape.m, shape.k, {}};
  details.b = {types[2], shape.k, shape.n, {}};
  details.c = {types[3], shape.m, shape.n, {}};
  if (isFloat(types[1]) && types[1] != MatrixType::F64)
    details.model = mmaModel(archOf(d.program.module.target), types[1], shape.k);
  if (!takeFragment(d, 0, true, details.d) || !takeFragment(d, 1, false, details.a) ||
      !takeFragment(d, 2, false, details.b) || !takeFragment(d, 3, false, details.c))
    return false;
  d.keep(details);
  d.operation->handler = runProduct;
  return true;
}

static bool decodeWmma(Decoder &d) {
  if (d.take("mma"))
    return decodeProduct(d);
  bool isLoad = d.take("load");
  if (!isLoad && !d.take("store"))
    return d.fail("expected .load, .mma or .store");
  return decodeAccess(d, isLoad);
}

void addWmma(Registry &registry) { registry["wmma"] = registry["wmma.f"] = decodeWmma; }

} // namespace mla::sim
