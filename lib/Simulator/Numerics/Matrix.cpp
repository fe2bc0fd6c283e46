//===- Matrix.cpp - tensor-core products, bit by bit ----------------------===//
// Operands are taken apart once per instruction; the loops over K are plain integer arithmetic on
// flat arrays, which the compiler turns into vector code.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Matrix.h"
#include "mla/Simulator/Numerics/Arithmetic.h"
#include "mla/Simulator/Numerics/Fragments.h"
#include "mla/Simulator/Numerics/Integers.h"

#include <algorithm>
#include <array>

using namespace mla::sim;

/// Below every exponent that can occur, so that a zero never is the largest.
static constexpr int kNoExponent = -10000;

static FloatFormat formatOf(MatrixType type) {
  switch (type) {
  case MatrixType::F16:
    return kF16;
  case MatrixType::BF16:
    return kBF16;
  case MatrixType::TF32:
    return kTF32;
  case MatrixType::E4M3:
    return kE4M3;
  case MatrixType::E5M2:
    return kE5M2;
  default:
    return kF32;
  }
}

/// A finite number as significand and exponent of its unit; subnormal numbers have the smallest
/// normal exponent, zero has none.
static void takeApart(const FloatFormat &format, uint32_t bits, int32_t &significand,
                      int32_t &exponent) {
  Unpacked number = unpack(format, bits);
  significand = number.negative ? -int32_t(number.significand) : int32_t(number.significand);
  exponent = number.significand ? number.exponent + int(format.fractionBits) : kNoExponent;
}

Elements mla::sim::takeApart(MatrixType type, const uint32_t *raw, unsigned count) {
  FloatFormat format = formatOf(type);
  // The low bits of a tf32 register are ignored.
  unsigned unused = type == MatrixType::TF32 ? 13 : 0;
  Elements elements;
  elements.fractionBits = int(format.fractionBits);
  elements.significand.resize(count);
  elements.exponent.resize(count);
  bool special = false;
  for (unsigned i = 0; i < count; ++i) {
    uint32_t bits = raw[i] >> unused;
    special |= (bits & (format.signBit() - 1)) > format.maxFinite();
    ::takeApart(format, bits, elements.significand[i], elements.exponent[i]);
  }
  if (special)
    for (unsigned i = 0; i < count; ++i)
      elements.special.push_back(asFloat(uint32_t(convert(format, kF32, raw[i] >> unused))));
  return elements;
}

/// Cuts towards zero: value × 2^-shift.
static inline int64_t cut(int64_t value, int shift) {
  if (shift <= 0)
    return value << -shift;
  if (shift > 62)
    return 0;
  int64_t bias = (value >> 63) & ((int64_t(1) << shift) - 1);
  return (value + bias) >> shift;
}

// The two loops of a step, for processors with wide vectors and for all others.
#if defined(__x86_64__)
#define MLA_WIDE_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define MLA_WIDE_VECTORS
#endif

/// The largest exponent of `k` products, and of c.
MLA_WIDE_VECTORS
static int32_t largestExponent(const int32_t *expA, const int32_t *expB, unsigned k,
                               int32_t largest) {
  for (unsigned i = 0; i < k; ++i)
    largest = std::max(largest, expA[i] + expB[i]);
  return largest;
}

/// The sum of `k` products, each raised by `raise` bits and then cut where the largest exponent
/// says.
MLA_WIDE_VECTORS
static int64_t sumOfCuts(const int32_t *sigA, const int32_t *expA, const int32_t *sigB,
                         const int32_t *expB, unsigned k, int32_t largest, int raise) {
  int64_t sum = 0;
  for (unsigned i = 0; i < k; ++i) {
    int32_t product = sigA[i] * sigB[i] * (1 << raise);
    int32_t shift = std::min(largest - expA[i] - expB[i], 31);
    int32_t bias = (product >> 31) & int32_t((uint32_t(1) << shift) - 1);
    sum += (product + bias) >> shift;
  }
  return sum;
}

/// One step: `k` products and c.
static uint32_t step(const DotModel &model, const Elements &a, size_t firstA, const Elements &b,
                     size_t firstB, unsigned k, uint32_t c, bool half) {
  const FloatFormat &format = half ? kF16 : kF32;
  const int32_t *sigA = a.significand.data() + firstA, *expA = a.exponent.data() + firstA;
  const int32_t *sigB = b.significand.data() + firstB, *expB = b.exponent.data() + firstB;

  Unpacked added = unpack(format, c);
  if (added.nan || added.infinite || !a.special.empty() || !b.special.empty()) {
    // The sum of the values decides among NaN and the infinities; in double nothing else can become
    // one.
    double sum = half ? f16ToFloat(uint16_t(c)) : asFloat(c);
    for (unsigned i = 0; i < k; ++i) {
      auto value = [](const Elements &from, size_t at) {
        return from.special.empty()
                   ? std::ldexp(double(from.significand[at]),
                                std::max(from.exponent[at] - from.fractionBits, -2000))
                   : double(from.special[at]);
      };
      sum += value(a, firstA + i) * value(b, firstB + i);
    }
    if (sum != sum)
      return half ? kNanHalf : kNanF32;
    if (std::isinf(sum))
      return uint32_t((sum < 0 ? format.signBit() : 0) | format.infinity());
  }

  int32_t sigC, expC;
  takeApart(format, c, sigC, expC);
  int32_t largest = largestExponent(expA, expB, k, expC);

  // Products have 2 f fraction bits, all of them above the cut of an unshifted one.
  int raise = model.fractionBits - a.fractionBits - b.fractionBits;
  int64_t sum = cut(sigC, int(format.fractionBits) - model.fractionBits + (largest - expC)) +
                sumOfCuts(sigA, expA, sigB, expB, k, largest, raise);

  Unpacked result;
  result.negative = sum < 0;
  result.significand = sum < 0 ? uint64_t(-sum) : uint64_t(sum);
  result.exponent = largest - model.fractionBits;
  if (half) {
    uint32_t bits = uint32_t(pack(kF16, result));
    return bits == 0x8000 ? 0 : bits; // What rounds to zero has no sign.
  }
  FloatFormat kept{8, unsigned(model.resultBits)};
  uint64_t bits = pack(kept, result, Rounding::Zero);
  if ((bits & ~kept.signBit()) == kept.maxFinite() &&
      result.exponent + 64 - std::countl_zero(result.significand) > 128)
    ++bits; // Too large is infinity, although the fraction is cut.
  return uint32_t(bits << (23 - model.resultBits));
}

uint32_t mla::sim::dot(const DotModel &model, const Elements &a, size_t firstA, const Elements &b,
                       size_t firstB, unsigned k, uint32_t c, bool half) {
  for (unsigned from = 0; from < k; from += model.block)
    c = step(model, a, firstA + from, b, firstB + from, std::min(model.block, k - from), c, half);
  return c;
}

DotModel mla::sim::mmaModel(MatrixArch arch, MatrixType type, unsigned k) {
  DotModel model;
  bool byte = widthOf(type) == 8;
  if (arch == MatrixArch::Hopper) {
    model.block = 16;
    model.throughHalves = byte;
    if (byte)
      model.block = k / 2;
    return model;
  }
  model.fractionBits = byte ? 13 : 24;
  model.resultBits = byte ? 13 : 23;
  model.block = type == MatrixType::TF32 ? 4 : byte ? 16 : 8;
  return model;
}

DotModel mla::sim::wgmmaModel(MatrixType type) {
  DotModel model;
  model.block = 32;
  if (widthOf(type) == 8)
    model.fractionBits = model.resultBits = 13;
  return model;
}

//===-- Fragments to rows and back ----------------------------------------===//

/// Rows of A, or columns of B.
static std::vector<uint32_t> gather(const MmaInstruction &instruction, bool isA,
                                    ConstFragment registers) {
  unsigned width = widthOf(isA ? instruction.a : instruction.b), per = 32 / width;
  unsigned count = isA ? instruction.registersA() : instruction.registersB();
  uint32_t mask = width == 32 ? ~0u : (1u << width) - 1;
  std::vector<uint32_t> rows((isA ? instruction.m : instruction.n) * instruction.k);
  for (unsigned reg = 0; reg < count; ++reg)
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned element = 0; element < per; ++element) {
        Place at = isA ? placeOfA(instruction.m, per, lane, reg, element)
                       : placeOfB(per, lane, reg, element);
        unsigned row = isA ? at.row : at.column, k = isA ? at.column : at.row;
        rows[row * instruction.k + k] = registers[reg][lane] >> (element * width) & mask;
      }
  return rows;
}

std::vector<uint32_t> mla::sim::rowsOfA(const MmaInstruction &instruction, ConstFragment a) {
  return gather(instruction, true, a);
}
std::vector<uint32_t> mla::sim::columnsOfB(const MmaInstruction &instruction, ConstFragment b) {
  return gather(instruction, false, b);
}

/// Stores element(row, column, C) for every accumulator: one or two in a register.
template <typename Word, typename F>
static void forAccumulators(const MmaInstruction &instruction, const Word *const *c, Word *const *d,
                            F &&element) {
  bool pairs = instruction.accumulator == MatrixType::F16;
  for (unsigned reg = 0; reg < instruction.registersC(); ++reg)
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      Word word = c[reg][lane];
      if (!pairs) {
        Place at = placeOfC(instruction.m, lane, reg);
        d[reg][lane] = element(at.row, at.column, word);
        continue;
      }
      Place low = placeOfC(instruction.m, lane, 2 * reg);
      d[reg][lane] = element(low.row, low.column, word & 0xffff) |
                     element(low.row, low.column + 1, word >> 16) << 16;
    }
}

static void multiplyFloats(const MmaInstruction &instruction, const std::vector<uint32_t> &rows,
                           const std::vector<uint32_t> &columns, ConstFragment c, Fragment d) {
  const DotModel &model = instruction.model;
  bool half = instruction.accumulator == MatrixType::F16;
  unsigned k = instruction.k;
  if (!model.throughHalves) {
    Elements left = takeApart(instruction.a, rows.data(), rows.size());
    Elements right = takeApart(instruction.b, columns.data(), columns.size());
    forAccumulators(instruction, c, d, [&](unsigned row, unsigned column, uint32_t bits) {
      return dot(model, left, row * k, right, column * k, k, bits, half);
    });
    return;
  }
  auto halvesOf = [](const FloatFormat &format) {
    std::array<uint16_t, 256> table;
    for (unsigned bits = 0; bits < 256; ++bits)
      table[bits] = uint16_t(convert(format, kF16, bits));
    return table;
  };
  static const std::array<uint16_t, 256> ofE4M3 = halvesOf(kE4M3), ofE5M2 = halvesOf(kE5M2);
  // Bytes 0 and 1 of every register first, then bytes 2 and 3.
  auto reorder = [&](MatrixType type, const std::vector<uint32_t> &from) {
    std::vector<uint32_t> halves(from.size());
    for (size_t i = 0; i < from.size(); ++i) {
      unsigned at = i % k, half = at / (k / 2), within = at % (k / 2);
      unsigned source = within / 2 * 4 + half * 2 + within % 2;
      halves[i] = (type == MatrixType::E4M3 ? ofE4M3 : ofE5M2)[from[i - at + source]];
    }
    return takeApart(MatrixType::F16, halves.data(), halves.size());
  };
  Elements left = reorder(instruction.a, rows), right = reorder(instruction.b, columns);
  forAccumulators(instruction, c, d, [&](unsigned row, unsigned column, uint32_t bits) -> uint32_t {
    uint32_t product = dot(model, left, row * k, right, column * k, k, 0, half);
    return half ? addHalf(kF16, uint16_t(bits), uint16_t(product)) : addF32(bits, product);
  });
}

void mla::sim::mmaF64(const MmaInstruction &instruction, ConstFragment64 a, ConstFragment64 b,
                      ConstFragment64 c, Fragment64 d) {
  unsigned halves = instruction.m / 8;
  // D may be an operand: keep what is still to be read.
  std::vector<uint64_t> rows(instruction.m * instruction.k), columns(instruction.n * instruction.k);
  for (unsigned row = 0; row < instruction.m; ++row)
    for (unsigned k = 0; k < instruction.k; ++k)
      rows[row * instruction.k + k] = a[k / 4 * halves + row / 8][row % 8 * 4 + k % 4];
  for (unsigned column = 0; column < instruction.n; ++column)
    for (unsigned k = 0; k < instruction.k; ++k)
      columns[column * instruction.k + k] = b[k / 4][column * 4 + k % 4];
  forAccumulators(instruction, c, d, [&](unsigned row, unsigned column, uint64_t sum) {
    for (unsigned k = 0; k < instruction.k; ++k)
      sum = fmaF64(rows[row * instruction.k + k], columns[column * instruction.k + k], sum);
    return sum;
  });
}

static int32_t integerOf(MatrixType type, uint32_t raw) {
  switch (type) {
  case MatrixType::S8:
    return int8_t(raw);
  case MatrixType::S4:
    return int32_t(raw << 28) >> 28;
  default:
    return int32_t(raw);
  }
}

/// Exact; the sum wraps or is clamped once.
static void multiplyIntegers(const MmaInstruction &instruction, std::vector<uint32_t> rows,
                             std::vector<uint32_t> columns, ConstFragment c, Fragment d) {
  unsigned depth = instruction.k;
  bool bits = instruction.a == MatrixType::B1;
  for (uint32_t &raw : rows)
    raw = uint32_t(integerOf(instruction.a, raw));
  for (uint32_t &raw : columns)
    raw = uint32_t(integerOf(instruction.b, raw));
  forAccumulators(instruction, c, d, [&](unsigned row, unsigned column, uint32_t added) {
    int64_t sum = int32_t(added);
    const uint32_t *x = rows.data() + row * depth, *y = columns.data() + column * depth;
    for (unsigned k = 0; k < depth; ++k)
      sum += !bits ? int32_t(x[k]) * int32_t(y[k])
                   : int32_t(instruction.andPopc ? x[k] & y[k] : x[k] ^ y[k]);
    return uint32_t(instruction.satfinite ? clampTo<int32_t>(sum) : int32_t(sum));
  });
}

void mla::sim::multiplyRows(const MmaInstruction &instruction, std::vector<uint32_t> rows,
                            std::vector<uint32_t> columns, ConstFragment c, Fragment d) {
  if (isFloat(instruction.a))
    multiplyFloats(instruction, rows, columns, c, d);
  else
    multiplyIntegers(instruction, std::move(rows), std::move(columns), c, d);
}

void mla::sim::mma(const MmaInstruction &instruction, ConstFragment a, ConstFragment b,
                   ConstFragment c, Fragment d) {
  multiplyRows(instruction, rowsOfA(instruction, a), columnsOfB(instruction, b), c, d);
}
