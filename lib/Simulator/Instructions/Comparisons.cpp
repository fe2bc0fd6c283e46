//===- Comparisons.cpp - setp, set, selp, slct, testp ---------------------===//
// PTX ISA, "Comparison and Selection Instructions".
// SPDX-License-Identifier: Apache-2.0
#include "FloatModes.h"

namespace mla::sim {

static constexpr std::pair<std::string_view, Compare> kComparisons[] = {
    {"eq", Compare::Eq},
    {"ne", Compare::Ne},
    {"lt", Compare::Lt},
    {"le", Compare::Le},
    {"gt", Compare::Gt},
    {"ge", Compare::Ge},
    {"equ", Compare::Equ},
    {"neu", Compare::Neu},
    {"ltu", Compare::Ltu},
    {"leu", Compare::Leu},
    {"gtu", Compare::Gtu},
    {"geu", Compare::Geu},
    {"num", Compare::Num},
    {"nan", Compare::Nan},
    // Of unsigned integers: lower, lower or same, higher, higher or same.
    {"lo", Compare::Lt},
    {"ls", Compare::Le},
    {"hi", Compare::Gt},
    {"hs", Compare::Ge}};

namespace {
/// Bits of a register as numbers that compare.
template <typename T>
struct AsIs {
  using Bits = T;
  T operator()(T bits, bool) const { return bits; }
};
struct AsFloat {
  using Bits = uint32_t;
  float operator()(uint32_t bits, bool flush) const {
    return asFloat(flush ? uint32_t(flushed(kF32, bits)) : bits);
  }
};
struct AsDouble {
  using Bits = uint64_t;
  double operator()(uint64_t bits, bool) const { return asDouble(bits); }
};
struct AsF16 {
  using Bits = uint16_t;
  float operator()(uint16_t bits, bool flush) const {
    return f16ToFloat(flush ? uint16_t(flushed(kF16, bits)) : bits);
  }
};
struct AsBF16 {
  using Bits = uint16_t;
  float operator()(uint16_t bits, bool) const { return bf16ToFloat(bits); }
};

/// How the comparison and a third operand become one predicate.
enum class Combine : uint8_t { None, And, Or, Xor };

struct CompareDetails {
  Compare comparison;
  bool flush = false;
  Combine combine = Combine::None;
  LaneMask flip = 0; ///< of the third operand
};
} // namespace

static LaneMask combined(Combine combine, LaneMask value, LaneMask third) {
  switch (combine) {
  case Combine::None:
    return value;
  case Combine::And:
    return value & third;
  case Combine::Or:
    return value | third;
  case Combine::Xor:
    return value ^ third;
  }
  return value;
}

static void assign(LaneMask &predicate, LaneMask mask, LaneMask value) {
  predicate = (predicate & ~mask) | (value & mask);
}

template <typename Read>
static Outcome runSetp(Warp &warp, const Operation &operation, LaneMask mask) {
  using Bits = typename Read::Bits;
  const auto &details = *static_cast<const CompareDetails *>(operation.details);
  const Bits *a = warp.lanes<Bits>(operation.sources[0]);
  const Bits *b = warp.lanes<Bits>(operation.sources[1]);
  LaneMask value = 0;
  forEachLane(mask, [&](unsigned lane) {
    bool holds =
        compare(details.comparison, Read()(a[lane], details.flush), Read()(b[lane], details.flush));
    value |= LaneMask(holds) << lane;
  });
  LaneMask third =
      details.combine == Combine::None ? 0 : warp.predicate(operation.sources[2]) ^ details.flip;
  assign(warp.predicate(operation.results[0]), mask, combined(details.combine, value, third));
  if (operation.results[1] != kNoRegister)
    assign(warp.predicate(operation.results[1]), mask, combined(details.combine, ~value, third));
  return Outcome::Next;
}

/// setp.f16x2: one predicate for each half.
template <typename Read>
static Outcome runSetp2(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CompareDetails *>(operation.details);
  const uint32_t *a = warp.lanes<uint32_t>(operation.sources[0]);
  const uint32_t *b = warp.lanes<uint32_t>(operation.sources[1]);
  LaneMask third =
      details.combine == Combine::None ? 0 : warp.predicate(operation.sources[2]) ^ details.flip;
  LaneMask values[2] = {};
  forEachLane(mask, [&](unsigned lane) {
    for (unsigned half = 0; half < 2; ++half) {
      bool holds =
          compare(details.comparison, Read()(uint16_t(a[lane] >> (16 * half)), details.flush),
                  Read()(uint16_t(b[lane] >> (16 * half)), details.flush));
      values[half] |= LaneMask(holds) << lane;
    }
  });
  for (unsigned half = 0; half < 2; ++half)
    if (operation.results[half] != kNoRegister)
      assign(warp.predicate(operation.results[half]), mask,
             combined(details.combine, values[half], third));
  return Outcome::Next;
}

/// Calls `body` with the way to read a type.
template <typename Body>
static bool withReader(Decoder &d, ElementType type, Body body) {
  if (type.kind == ElementType::Kind::BFloat)
    return body(AsBF16());
  if (type.isFloat())
    return type.bits == 64                     ? body(AsDouble())
           : type.bits == 32 && !type.isPacked ? body(AsFloat())
                                               : body(AsF16());
  return withInteger(d, type, [&](auto zero) { return body(AsIs<decltype(zero)>()); });
}

static bool takeComparison(Decoder &d, CompareDetails &details) {
  static constexpr std::pair<std::string_view, Combine> kCombines[] = {
      {"and", Combine::And}, {"or", Combine::Or}, {"xor", Combine::Xor}};
  std::optional<Compare> comparison = d.takeOf(kComparisons);
  if (!comparison)
    return d.fail("expected a comparison such as .lt");
  details.comparison = *comparison;
  details.combine = d.takeOf(kCombines).value_or(Combine::None);
  details.flush = d.take("ftz");
  return true;
}

static bool decodeSetp(Decoder &d) {
  CompareDetails details{};
  if (!takeComparison(d, details))
    return false;
  ElementType type = d.takeType();
  size_t count = details.combine == Combine::None ? 3 : 4;
  if (!d.expectOperands(count, count))
    return false;
  Operation &operation = *d.operation;
  const ptx::Operand &target = d.operand(0);
  if (target.kind == ptx::Operand::Kind::Pair) {
    operation.results[0] = d.result(target.elements[0], 1);
    operation.results[1] = d.result(target.elements[1], 1);
  } else {
    operation.results[0] = d.result(target, 1);
  }
  operation.sources[0] = d.source(1, type.bits);
  operation.sources[1] = d.source(2, type.bits);
  if (count == 4)
    operation.sources[2] = d.predicate(d.operand(3), details.flip);
  d.keep(details);
  if (type.isPacked) {
    operation.handler = type.kind == ElementType::Kind::BFloat ? runSetp2<AsBF16> : runSetp2<AsF16>;
    return type.isFloat() || d.fail("expected f16x2 or bf16x2");
  }
  return withReader(d, type, [&](auto reader) {
    operation.handler = runSetp<decltype(reader)>;
    return true;
  });
}

/// set: all ones (or 1.0) where it holds.
template <typename Read, typename R>
static Outcome runSet(Warp &warp, const Operation &operation, LaneMask mask) {
  using Bits = typename Read::Bits;
  const auto &[details, yes] =
      *static_cast<const std::pair<CompareDetails, uint32_t> *>(operation.details);
  const Bits *a = warp.lanes<Bits>(operation.sources[0]);
  const Bits *b = warp.lanes<Bits>(operation.sources[1]);
  R *result = warp.lanes<R>(operation.results[0]);
  LaneMask third =
      details.combine == Combine::None ? 0 : warp.predicate(operation.sources[2]) ^ details.flip;
  forEachLane(mask, [&](unsigned lane) {
    LaneMask holds =
        compare(details.comparison, Read()(a[lane], details.flush), Read()(b[lane], details.flush));
    result[lane] = combined(details.combine, holds, third >> lane & 1) & 1 ? R(yes) : R(0);
  });
  return Outcome::Next;
}

static bool decodeSet(Decoder &d) {
  CompareDetails details{};
  if (!takeComparison(d, details))
    return false;
  ElementType to = d.takeType(), from = d.takeType();
  size_t count = details.combine == Combine::None ? 3 : 4;
  if (!d.expectOperands(count, count))
    return false;
  if (to.isPacked || from.isPacked)
    return d.fail("expected types that are not packed");
  Operation &operation = *d.operation;
  operation.results[0] = d.result(0, to.bits);
  operation.sources[0] = d.source(1, from.bits);
  operation.sources[1] = d.source(2, from.bits);
  if (count == 4)
    operation.sources[2] = d.predicate(d.operand(3), details.flip);
  uint32_t one = to.isFloat() ? uint32_t(convert(kF32, formatOf(to), bitsOf(1.0f))) : ~0u;
  d.keep(std::pair(details, one));
  return withReader(d, from, [&](auto reader) {
    using Read = decltype(reader);
    operation.handler = to.bits == 16 ? runSet<Read, uint16_t> : runSet<Read, uint32_t>;
    return to.bits == 16 || to.bits == 32 || d.fail("expected a result of 16 or 32 bits");
  });
}

template <typename T>
static Outcome runSelp(Warp &warp, const Operation &operation, LaneMask mask) {
  const T *a = warp.lanes<T>(operation.sources[0]), *b = warp.lanes<T>(operation.sources[1]);
  LaneMask chooses = warp.predicate(operation.sources[2]);
  if (operation.details)
    chooses = ~chooses;
  T *result = warp.lanes<T>(operation.results[0]);
  forEachLane(mask, [&](unsigned lane) { result[lane] = chooses >> lane & 1 ? a[lane] : b[lane]; });
  return Outcome::Next;
}

static bool decodeSelp(Decoder &d) {
  ElementType type = d.takeType();
  if (!d.expectOperands(4, 4))
    return false;
  Operation &operation = *d.operation;
  operation.results[0] = d.result(0, type.bits);
  operation.sources[0] = d.source(1, type.bits);
  operation.sources[1] = d.source(2, type.bits);
  LaneMask flip;
  operation.sources[2] = d.predicate(d.operand(3), flip);
  if (flip)
    d.keep(flip);
  operation.handler = type.bits == 64   ? runSelp<uint64_t>
                      : type.bits == 32 ? runSelp<uint32_t>
                                        : runSelp<uint16_t>;
  return type.bits >= 16 || d.fail("expected a type of 16, 32 or 64 bits");
}

/// slct: a where c is not negative.
static bool decodeSlct(Decoder &d) {
  bool flush = d.take("ftz");
  ElementType type = d.takeType(), by = d.takeType();
  auto with = [&](auto zero) {
    using T = decltype(zero);
    if (by.isFloat())
      return lanewise<T, T, T, uint32_t>(d, [flush](T a, T b, uint32_t c) {
        return asFloat(flush ? uint32_t(flushed(kF32, c)) : c) >= 0 ? a : b;
      });
    return lanewise<T, T, T, int32_t>(d, [](T a, T b, int32_t c) { return c >= 0 ? a : b; });
  };
  return type.bits == 64 ? with(uint64_t()) : type.bits == 32 ? with(uint32_t()) : with(uint16_t());
}

template <typename T>
static Outcome runTestp(Warp &warp, const Operation &operation, LaneMask mask) {
  Property property = *static_cast<const Property *>(operation.details);
  const T *a = warp.lanes<T>(operation.sources[0]);
  LaneMask value = 0;
  forEachLane(mask, [&](unsigned lane) {
    value |= LaneMask(hasProperty(sizeof(T) == 8 ? kF64 : kF32, property, a[lane])) << lane;
  });
  assign(warp.predicate(operation.results[0]), mask, value);
  return Outcome::Next;
}

static bool decodeTestp(Decoder &d) {
  static constexpr std::pair<std::string_view, Property> kProperties[] = {
      {"finite", Property::Finite}, {"infinite", Property::Infinite},
      {"number", Property::Number}, {"notanumber", Property::NotANumber},
      {"normal", Property::Normal}, {"subnormal", Property::Subnormal}};
  std::optional<Property> property = d.takeOf(kProperties);
  if (!property || !d.expectOperands(2, 2))
    return d.fail("expected a property such as .finite");
  ElementType type = d.takeType();
  d.keep(*property);
  d.operation->results[0] = d.result(0, 1);
  d.operation->sources[0] = d.source(1, type.bits);
  d.operation->handler = type.bits == 64 ? runTestp<uint64_t> : runTestp<uint32_t>;
  return true;
}

void addComparisons(Registry &registry) {
  registry["setp"] = decodeSetp;
  registry["set"] = decodeSet;
  registry["selp"] = decodeSelp;
  registry["slct"] = decodeSlct;
  registry["testp"] = decodeTestp;
}

} // namespace mla::sim
