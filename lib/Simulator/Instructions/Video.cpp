//===- Video.cpp - integers of two or four to a register ------------------===//
// PTX ISA, "Video Instructions: SIMD Video Instructions", without masks and selectors, which no
// compiler here emits.
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

#include <algorithm>
#include <cstdlib>

namespace mla::sim {

namespace {
struct VideoOp {
  int (*compute)(int a, int b);
  unsigned count; ///< elements of a register
  bool isSignedA, isSignedB, isSignedResult;
  bool saturates, sums;
};
} // namespace

static int average(int a, int b) {
  int sum = a + b;
  return (sum + (sum >= 0)) >> 1;
}

static uint32_t apply(const VideoOp &op, uint32_t a, uint32_t b, uint32_t c) {
  unsigned bits = 32 / op.count, drop = 32 - bits;
  auto extract = [&](uint32_t word, unsigned index, bool isSigned) {
    uint32_t high = word << (drop - index * bits);
    return isSigned ? int32_t(high) >> drop : int32_t(high >> drop);
  };
  int low = op.isSignedResult ? -(1 << (bits - 1)) : 0,
      high = (1 << (bits - op.isSignedResult)) - 1;
  uint32_t packed = 0, sum = c;
  for (unsigned i = 0; i < op.count; ++i) {
    int value = op.compute(extract(a, i, op.isSignedA), extract(b, i, op.isSignedB));
    if (op.saturates)
      value = std::clamp(value, low, high);
    sum += uint32_t(value);
    packed |= (uint32_t(value) & ((uint32_t(1) << bits) - 1)) << (i * bits);
  }
  return op.sums ? sum : packed;
}

static bool decodeVideo(Decoder &d) {
  using Compute = int (*)(int, int);
  static constexpr std::pair<std::string_view, Compute> kOps[] = {
      {"vadd", [](int a, int b) { return a + b; }},
      {"vsub", [](int a, int b) { return a - b; }},
      {"vavrg", average},
      {"vabsdiff", [](int a, int b) { return std::abs(a - b); }},
      {"vmin", [](int a, int b) { return std::min(a, b); }},
      {"vmax", [](int a, int b) { return std::max(a, b); }}};
  static constexpr std::pair<std::string_view, Compute> kComparisons[] = {
      {"eq", [](int a, int b) { return int(a == b); }},
      {"ne", [](int a, int b) { return int(a != b); }},
      {"lt", [](int a, int b) { return int(a < b); }},
      {"le", [](int a, int b) { return int(a <= b); }},
      {"gt", [](int a, int b) { return int(a > b); }},
      {"ge", [](int a, int b) { return int(a >= b); }}};
  VideoOp op{};
  std::string_view name = d.opcode();
  op.count = unsigned(name.back() - '0');
  name.remove_suffix(1);
  bool isSet = name == "vset";
  ElementType result = isSet ? ElementType{ElementType::Kind::Unsigned, 32} : d.takeType();
  ElementType a = d.takeType(), b = d.takeType();
  for (ElementType type : {result, a, b})
    if (type.bits != 32 || type.isFloat() || type.isPacked)
      return d.fail("expected .u32 or .s32");
  op.isSignedResult = result.isSigned();
  op.isSignedA = a.isSigned();
  op.isSignedB = b.isSigned();
  op.saturates = d.take("sat");
  op.sums = d.take("add");
  if (isSet)
    op.compute = d.takeOf(kComparisons).value_or(nullptr);
  for (const auto &[known, compute] : kOps)
    if (known == name)
      op.compute = compute;
  if (!op.compute)
    return d.fail("expected a comparison such as .lt");
  return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
      d, [op](uint32_t a, uint32_t b, uint32_t c) { return apply(op, a, b, c); });
}

void addVideo(Registry &registry) {
  for (const char *opcode : {"vadd2", "vadd4", "vsub2", "vsub4", "vavrg2", "vavrg4", "vabsdiff2",
                             "vabsdiff4", "vmin2", "vmin4", "vmax2", "vmax4", "vset2", "vset4"})
    registry[opcode] = decodeVideo;
}

} // namespace mla::sim
