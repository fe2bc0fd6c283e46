//===- ScalarOp.cpp - kernels, operands and distances ---------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "ScalarOp.h"
#include "mla/Simulator/Numerics/Formats.h"

using namespace mla::sim;

namespace mla::hardware {

unsigned widthOf(Kind kind) {
  switch (kind) {
  case 'd':
  case 'l':
    return 64;
  case 'h':
  case 'b':
  case 's':
  case 'e':
    return 16;
  default:
    return 32;
  }
}

std::vector<ScalarOp> scalarOps() {
  std::vector<ScalarOp> ops;
  addIntegerOps(ops);
  addFloatOps(ops);
  addConversionOps(ops);
  addApproximateOps(ops);
  addAtomicOps(ops);
  return ops;
}

static void replace(std::string &text, const std::string &what, const std::string &with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

std::string scalarModule(const std::vector<ScalarOp> &ops) {
  std::string text = ".version 8.7\n.target sm_90a\n.address_size 64\n";
  std::string slots = std::to_string(size_t(kVectors) * 8);
  for (size_t index = 0; index < ops.size(); ++index) {
    const ScalarOp &op = ops[index];
    text += "// " + op.name + "\n.visible .entry op" + std::to_string(index) +
            "(.param .u64 in, .param .u64 out) {\n"
            "  .reg .b64 %in, %out, %slot, %w<4>;\n  .reg .b32 %block, %size, %index, %t<4>;\n"
            "  .reg .b16 %h<4>;\n  .reg .pred %p<2>;\n";
    for (size_t i = 0; i < op.operands.size(); ++i)
      text +=
          "  .reg .b" + std::to_string(widthOf(op.operands[i])) + " %x" + std::to_string(i) + ";\n";
    text += "  .reg .b" + std::to_string(widthOf(op.result)) +
            " %y;\n"
            "  ld.param.u64 %in, [in]; ld.param.u64 %out, [out];\n"
            "  mov.u32 %block, %ctaid.x; mov.u32 %size, %ntid.x; mov.u32 %index, %tid.x;\n"
            "  mad.lo.u32 %index, %block, %size, %index; mul.wide.u32 %slot, %index, 8;\n"
            "  add.u64 %in, %in, %slot; add.u64 %out, %out, %slot;\n";
    for (size_t i = 0; i < op.operands.size(); ++i)
      text += "  ld.global.b" + std::to_string(widthOf(op.operands[i])) + " %x" +
              std::to_string(i) + ", [%in]; add.u64 %in, %in, " + slots + ";\n";
    std::string body = op.body;
    if (body.find("%cell") != std::string::npos)
      text += "  .shared .align 8 .b64 cells[128];\n  .reg .b32 %cell;\n"
              "  mov.u32 %t0, %tid.x; mov.u32 %cell, cells; mad.lo.u32 %cell, %t0, 8, %cell;\n";
    replace(body, "$d", "%y");
    for (size_t i = 0; i < op.operands.size(); ++i)
      replace(body, "$" + std::to_string(i), "%x" + std::to_string(i));
    text += "  " + body + "\n  st.global.b" + std::to_string(widthOf(op.result)) +
            " [%out], %y;\n  ret;\n}\n";
  }
  return text;
}

//===-- Operands ----------------------------------------------------------===//

namespace {
/// splitmix64: the same numbers everywhere.
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

/// Zeros, ones, the borders of every range, infinities and NaNs, of both signs.
std::vector<uint64_t> specialFloats(const FloatFormat &format) {
  uint64_t one = pack(format, Unpacked{.significand = 1}), infinity = format.infinity();
  uint64_t smallest = uint64_t(1) << format.fractionBits, quiet = smallest >> 1;
  uint64_t ulp = 1;
  std::vector<uint64_t> values = {0,
                                  1,
                                  smallest - 1,
                                  smallest,
                                  smallest + 1,
                                  smallest * 2,
                                  one - ulp,
                                  one,
                                  one + ulp,
                                  one + quiet,
                                  one - quiet,
                                  infinity - 1,
                                  infinity - quiet,
                                  infinity,
                                  infinity | 1,
                                  infinity | quiet,
                                  infinity | quiet | 5};
  // 3, half, largest / 2, and powers around those of integers.
  for (double value : {0.5, 3.0, 2.5, 127.5, 128.5, 255.5, 32767.5, 2147483520.0, 2147483648.0,
                       4294967296.0, 9223372036854775808.0, 18446744073709551616.0, 1e-3})
    values.push_back(convert(kF64, format, bitsOf(value)));
  size_t count = values.size();
  for (size_t i = 0; i < count; ++i)
    values.push_back(values[i] | format.signBit());
  return values;
}

std::vector<uint64_t> specialIntegers(unsigned width) {
  uint64_t mask = ~uint64_t(0) >> (64 - width), top = uint64_t(1) << (width - 1);
  std::vector<uint64_t> values = {0,
                                  1,
                                  2,
                                  3,
                                  5,
                                  7,
                                  31,
                                  32,
                                  33,
                                  63,
                                  64,
                                  127,
                                  128,
                                  255,
                                  256,
                                  top,
                                  top - 1,
                                  top + 1,
                                  mask,
                                  mask - 1,
                                  mask - 31,
                                  uint64_t(1) << (width / 2),
                                  0x5555555555555555u,
                                  0x8040201008040201u};
  for (uint64_t &value : values)
    value &= mask;
  return values;
}

const FloatFormat *formatOf(Kind kind) {
  switch (kind) {
  case 'f':
    return &kF32;
  case 'd':
    return &kF64;
  case 'h':
  case 'H':
    return &kF16;
  case 'b':
  case 'B':
    return &kBF16;
  default:
    return nullptr;
  }
}

std::vector<uint64_t> specials(Kind kind) {
  if (const FloatFormat *format = formatOf(kind))
    return specialFloats(*format);
  if (kind == 'n') {
    std::vector<uint64_t> values;
    for (unsigned i = 0; i <= 36; ++i)
      values.push_back(i);
    for (uint64_t value :
         {62u, 63u, 64u, 65u, 127u, 255u, 256u, 257u, 288u, 0x80000000u, 0xffffffffu})
      values.push_back(value);
    return values;
  }
  return specialIntegers(widthOf(kind));
}

/// A random value; `near` is an operand of the same instruction to come close to, if any.
uint64_t randomValue(Kind kind, Random &random, const uint64_t *near) {
  uint64_t mask = ~uint64_t(0) >> (64 - widthOf(kind));
  uint64_t bits = random();
  if (kind == 'n')
    return bits & 1 ? (bits >> 8) % 70 : (bits >> 8) & 0xffffffff;
  const FloatFormat *format = formatOf(kind);
  uint64_t style = random.below(8);
  if (!format) {
    if (style < 2) // few bits
      return (bits >> random.below(64)) & mask;
    return style == 2 && near ? (*near + random.below(9) - 4) & mask : bits & mask;
  }
  if (style == 0)
    return bits & mask;
  if (near && style < 3) // a neighbour, or its negative: sums that cancel
    return ((*near + random.below(7) - 3) ^ (style == 1 ? format->signBit() : 0)) & mask;
  uint64_t fraction = bits & ((uint64_t(1) << format->fractionBits) - 1);
  if (near && style == 4) { // products at the border of the normal numbers
    uint64_t other = (*near & format->infinity()) >> format->fractionBits;
    uint64_t field = random.below(3);
    if (other < uint64_t(format->bias()) && random.below(2))
      field += uint64_t(format->bias()) - other;
    return (bits & format->signBit()) | field << format->fractionBits | fraction;
  }
  // Exponents around that of one.
  auto moderate = [&](uint64_t from) {
    uint64_t fraction = from & ((uint64_t(1) << format->fractionBits) - 1);
    uint64_t spread = format->exponentBits > 5 ? (style < 6 ? 12 : 40) : 8;
    uint64_t field = uint64_t(format->bias()) - spread / 2 + random.below(spread);
    return (from & format->signBit()) | field << format->fractionBits | fraction;
  };
  if (format->width() < widthOf(kind))
    return moderate(bits >> 16) << 16 | moderate(bits);
  return moderate(bits & mask);
}
} // namespace

std::vector<uint64_t> scalarInputs(const ScalarOp &op, unsigned seed) {
  size_t count = op.operands.size();
  std::vector<uint64_t> inputs(count * kVectors);
  Random random{seed * 0x100000001b3u + 77};
  for (char letter : op.name)
    random.state = random.state * 31 + uint64_t(letter);
  // One narrow operand: every value.
  bool exhaustive = count == 1 && widthOf(op.operands[0]) == 16;
  std::vector<std::vector<uint64_t>> values;
  size_t combinations = 1;
  for (Kind kind : op.operands) {
    values.push_back(specials(kind));
    combinations *= values.back().size();
  }
  for (size_t vector = 0; vector < kVectors; ++vector) {
    size_t rest = vector;
    // More combinations than half the vectors: a random choice of them.
    bool special = vector < std::min<size_t>(combinations, kVectors / 2);
    if (combinations > kVectors / 2)
      rest = random();
    for (size_t i = 0; i < count; ++i) {
      uint64_t &slot = inputs[i * kVectors + vector];
      Kind kind = op.operands[i];
      if (exhaustive) {
        slot = vector;
      } else if (special) {
        slot = values[i][rest % values[i].size()];
        rest /= values[i].size();
        if (kind == 'H' || kind == 'B') // the other half: any other special value
          slot |= values[i][random.below(values[i].size())] << 16;
      } else {
        const uint64_t *near = i && op.operands[i] == op.operands[i - 1]
                                   ? &inputs[(i - 1) * kVectors + vector]
                                   : nullptr;
        slot = randomValue(kind, random, near);
      }
    }
  }
  return inputs;
}

static uint64_t distanceOf(const FloatFormat &format, uint64_t a, uint64_t b) {
  bool aNan = isNan(format, a), bNan = isNan(format, b);
  if (aNan || bNan)
    return a == b ? 0 : aNan && bNan ? 1 : ~uint64_t(0);
  auto rank = [&](uint64_t bits) {
    return bits & format.signBit() ? -int64_t(bits & ~format.signBit()) : int64_t(bits);
  };
  int64_t difference = rank(a) - rank(b);
  if (difference == 0)
    return a != b; // zeros of different signs
  return uint64_t(difference < 0 ? -difference : difference);
}

uint64_t distance(Kind kind, uint64_t a, uint64_t b) {
  const FloatFormat *format = formatOf(kind);
  if (!format)
    return a == b ? 0 : ~uint64_t(0);
  if (format->width() < widthOf(kind))
    return std::max(distanceOf(*format, a & 0xffff, b & 0xffff),
                    distanceOf(*format, a >> 16, b >> 16));
  return distanceOf(*format, a, b);
}

} // namespace mla::hardware
