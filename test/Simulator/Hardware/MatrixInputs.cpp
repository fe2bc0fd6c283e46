//===- MatrixInputs.cpp - operands that tell models apart -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "MatrixOp.h"
#include "mla/Simulator/Numerics/Arithmetic.h"

#include <cstring>
#include <string_view>

using namespace mla::sim;

namespace mla::hardware {

namespace {
struct Random {
  uint64_t state;
  uint64_t operator()() {
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t bound) { return (*this)() % bound; }
};

FloatFormat formatOf(MatrixType type) {
  switch (type) {
  case MatrixType::F16:
    return kF16;
  case MatrixType::BF16:
    return kBF16;
  case MatrixType::E4M3:
    return kE4M3;
  case MatrixType::E5M2:
    return kE5M2;
  case MatrixType::F64:
    return kF64;
  default:
    return kF32; // tf32 too: its low bits shall be there and be ignored
  }
}

/// A finite number whose exponent lies around `center`, `spread` wide.
uint64_t around(const FloatFormat &format, Random &random, int center, int spread) {
  uint64_t bits = random();
  int field = center + format.bias() + int(random.below(uint64_t(spread))) - spread / 2;
  int most = int(format.maxFinite() >> format.fractionBits);
  field = field < 0 ? 0 : field > most ? most : field;
  uint64_t value =
      uint64_t(field) << format.fractionBits | (bits & ((uint64_t(1) << format.fractionBits) - 1));
  if (value > format.maxFinite())
    value = format.maxFinite();
  return value | (bits >> 63 ? format.signBit() : 0);
}

uint64_t element(MatrixType type, Random &random, std::string_view style, bool isC) {
  FloatFormat format = formatOf(type);
  int range = format.bias() > 200 ? 200 : format.bias();
  if (isC)
    range = range > 60 ? 60 : range;
  if (style == "near one" || style == "cancelling")
    return around(format, random, 0, 5);
  if (style == "wide")
    return around(format, random, 0, range > 40 ? 40 : 2 * range);
  if (style == "zeros")
    return random.below(3) ? (random() & 1 ? format.signBit() : 0)
                           : around(format, random, isC ? -10 : 0, range > 60 ? 60 : 2 * range);
  if (style == "subnormal")
    return around(
        format, random,
        isC && format.bias() > 100 ? -14 - int(random.below(2)) * 112 : format.minExponent(), 8);
  if (style == "infinities") {
    if (random.below(40))
      return around(format, random, 0, 6);
    return format.maxFinite() + random.below(3) - 1 + (random() & 1 ? format.signBit() : 0);
  }
  if (style == "aligning") // few numbers, far apart
    return isC || random.below(5) == 0 ? around(format, random, 0,
                                                isC          ? 60
                                                : range > 30 ? 30
                                                             : 2 * range)
                                       : 0;
  if (style == "large")
    return around(format, random, isC ? format.bias() - 2 : format.bias() / 2, 6);
  return random() & (format.signBit() * 2 - 1);
}
} // namespace

std::vector<uint32_t> matrixInputs(const MatrixOp &op, size_t vectors, unsigned seed) {
  const MmaInstruction &mma = op.instruction;
  unsigned words = op.registerWords();
  unsigned counts[] = {mma.registersA(), mma.registersB(), mma.registersC()};
  MatrixType types[] = {mma.a, mma.b, mma.accumulator};
  std::vector<uint32_t> inputs(vectors * op.registers() * words);
  Random random{seed * 0x100000001b3u + 99};
  for (char letter : op.name)
    random.state = random.state * 31 + uint64_t(letter);
  for (size_t vector = 0; vector < vectors; ++vector) {
    uint32_t *at = inputs.data() + vector * op.registers() * words;
    std::string_view style = kStyles[styleOf(vector)];
    for (int operand = 0; operand < 3; ++operand) {
      unsigned width = widthOf(types[operand]);
      for (unsigned word = 0; word < counts[operand] * words; ++word, ++at) {
        if (!isFloat(mma.a)) {
          // Sums at both ends of the range too.
          *at = uint32_t(random());
          if (operand == 2 && random.below(2))
            *at = (random() & 1 ? 0x7fffffffu : 0x80000000u) ^ uint32_t(random() & 0x7ff);
          continue;
        }
        *at = 0;
        if (width == 64) {
          uint64_t bits = element(types[operand], random, style, operand == 2);
          std::memcpy(at, &bits, 8);
          ++word, ++at;
          continue;
        }
        for (unsigned shift = 0; shift < 32; shift += width)
          *at |= uint32_t(element(types[operand], random, style, operand == 2)) << shift;
      }
    }
    uint32_t *first = inputs.data() + vector * op.registers() * words;
    if (isFloat(mma.a) && style == "cancelling") {
      // The second half of every row is the first with its sign changed, nearly.
      uint32_t signs = mma.a == MatrixType::F64 ? 0
                       : widthOf(mma.a) == 32   ? 0x80000000u
                       : widthOf(mma.a) == 16   ? 0x80008000u
                                                : 0x80808080u;
      for (unsigned word = 0; word < counts[0] * words / 2; ++word)
        first[counts[0] * words / 2 + word] =
            first[word] ^ signs ^ (random.below(4) == 0 ? 1u : 0u);
      uint32_t *b = first + counts[0] * words;
      for (unsigned word = 0; word < counts[1] * words / 2; ++word)
        b[counts[1] * words / 2 + word] = b[word];
    }
    if (op.wgmma && vector % 4)
      std::memcpy(first + counts[0] * words,
                  first - (vector % 4) * op.registers() * words + counts[0] * words,
                  counts[1] * words * 4);
  }
  return inputs;
}

} // namespace mla::hardware
