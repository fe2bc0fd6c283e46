//===- Updates.cpp - what atomics compute ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Updates.h"
#include "FloatModes.h"

namespace mla::sim {

std::optional<std::string_view> takeUpdateName(Decoder &d) {
  for (std::string_view name :
       {"add", "and", "or", "xor", "exch", "cas", "inc", "dec", "min", "max"})
    if (d.take(name))
      return name;
  return std::nullopt;
}

static int64_t signExtend(uint64_t value, unsigned bits) {
  return int64_t(value << (64 - bits)) >> (64 - bits);
}

/// `isGlobal`: whether the units of global memory add, which have rules of their own.
static Update floatUpdate(std::string_view name, ElementType type, bool isGlobal) {
  const FloatFormat &format = formatOf(type);
  if (name == "add") {
    if (type.bits == 64)
      return [=](uint64_t a, uint64_t b, uint64_t) { return atomicAddF64(a, b, isGlobal); };
    if (type.bits == 32 && !type.isPacked)
      return [=](uint64_t a, uint64_t b, uint64_t) {
        return atomicAddF32(uint32_t(a), uint32_t(b), isGlobal);
      };
    auto one = [&format](uint16_t a, uint16_t b) { return addHalf(format, a, b); };
    if (type.isPacked)
      return [one](uint64_t a, uint64_t b, uint64_t) {
        return packed2(one, uint32_t(a), uint32_t(b));
      };
    return [one](uint64_t a, uint64_t b, uint64_t) { return one(uint16_t(a), uint16_t(b)); };
  }
  if (name != "min" && name != "max")
    return {};
  bool wantMax = name == "max";
  if (type.isPacked)
    return [&format, wantMax](uint64_t a, uint64_t b, uint64_t) {
      return minMax(format, wantMax, a & 0xffff, b & 0xffff) |
             minMax(format, wantMax, a >> 16, b >> 16) << 16;
    };
  return [&format, wantMax](uint64_t a, uint64_t b, uint64_t) {
    return minMax(format, wantMax, a, b);
  };
}

static Update integerUpdate(std::string_view name, ElementType type) {
  unsigned bits = type.bits;
  if (name == "add")
    return [](uint64_t a, uint64_t b, uint64_t) { return a + b; };
  if (name == "and")
    return [](uint64_t a, uint64_t b, uint64_t) { return a & b; };
  if (name == "or")
    return [](uint64_t a, uint64_t b, uint64_t) { return a | b; };
  if (name == "xor")
    return [](uint64_t a, uint64_t b, uint64_t) { return a ^ b; };
  if (name == "exch")
    return [](uint64_t, uint64_t b, uint64_t) { return b; };
  if (name == "cas")
    return [](uint64_t a, uint64_t b, uint64_t c) { return a == b ? c : a; };
  if (name == "inc")
    return [](uint64_t a, uint64_t b, uint64_t) { return a >= b ? 0 : a + 1; };
  if (name == "dec")
    return [](uint64_t a, uint64_t b, uint64_t) { return a == 0 || a > b ? b : a - 1; };
  bool wantMax = name == "max";
  if (type.isSigned())
    return [=](uint64_t a, uint64_t b, uint64_t) {
      return (signExtend(a, bits) < signExtend(b, bits)) == wantMax ? b : a;
    };
  return [=](uint64_t a, uint64_t b, uint64_t) { return (a < b) == wantMax ? b : a; };
}

Update makeUpdate(std::string_view name, ElementType type, bool isGlobal) {
  return type.isFloat() ? floatUpdate(name, type, isGlobal) : integerUpdate(name, type);
}

} // namespace mla::sim
