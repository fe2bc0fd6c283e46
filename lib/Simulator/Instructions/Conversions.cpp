//===- Conversions.cpp - cvt ----------------------------------------------===//
// PTX ISA, "Data Movement and Conversion Instructions: cvt". What each gives stands in
// Numerics/Conversions.h; registers may be wider than the types, which cvta, ld and st share.
// SPDX-License-Identifier: Apache-2.0
#include "mla/Simulator/Numerics/Conversions.h"
#include "Decoder.h"

namespace mla::sim {

namespace {
/// A type of cvt.
struct CvtType {
  enum class Kind { Integer, Float, Pair, TF32, UE8M0Pair } kind;
  const FloatFormat *format; ///< of floats, and of each half of pairs
  unsigned bits;
  bool isSigned = false;
};
} // namespace

static std::optional<CvtType> takeCvtType(Decoder &d) {
  using Kind = CvtType::Kind;
  static const std::pair<std::string_view, CvtType> kTypes[] = {
      {"u8", {Kind::Integer, nullptr, 8}},         {"u16", {Kind::Integer, nullptr, 16}},
      {"u32", {Kind::Integer, nullptr, 32}},       {"u64", {Kind::Integer, nullptr, 64}},
      {"s8", {Kind::Integer, nullptr, 8, true}},   {"s16", {Kind::Integer, nullptr, 16, true}},
      {"s32", {Kind::Integer, nullptr, 32, true}}, {"s64", {Kind::Integer, nullptr, 64, true}},
      {"f16", {Kind::Float, &kF16, 16}},           {"bf16", {Kind::Float, &kBF16, 16}},
      {"f32", {Kind::Float, &kF32, 32}},           {"f64", {Kind::Float, &kF64, 64}},
      {"tf32", {Kind::TF32, &kTF32, 32}},          {"f16x2", {Kind::Pair, &kF16, 32}},
      {"bf16x2", {Kind::Pair, &kBF16, 32}},        {"e4m3x2", {Kind::Pair, &kE4M3, 16}},
      {"e5m2x2", {Kind::Pair, &kE5M2, 16}},        {"e2m3x2", {Kind::Pair, &kE2M3, 16}},
      {"e3m2x2", {Kind::Pair, &kE3M2, 16}},        {"e2m1x2", {Kind::Pair, &kE2M1, 8}},
      {"ue8m0x2", {Kind::UE8M0Pair, nullptr, 16}}};
  // In the order in which they are written: the result's type first.
  for (const std::string &modifier : d.rest())
    for (const auto &[name, type] : kTypes)
      if (name == modifier) {
        d.take(name);
        return type;
      }
  return std::nullopt;
}

/// The operand's bits as its type says, extended to 64.
static uint64_t extended(uint64_t bits, const CvtType &type) {
  unsigned drop = 64 - type.bits;
  return type.isSigned ? uint64_t(int64_t(bits << drop) >> drop) : bits << drop >> drop;
}

static uint64_t convertOne(const CvtType &to, const CvtType &from, const ConvertMode &mode,
                           bool isIntegral, uint64_t bits) {
  using Kind = CvtType::Kind;
  bits = extended(bits, from);
  if (from.kind == Kind::Integer && to.kind == Kind::Integer)
    return mode.saturate ? intToIntSat(int64_t(bits), from.isSigned, to.bits, to.isSigned)
                         : extended(bits, to);
  if (from.kind == Kind::Integer)
    return intToFloat(*to.format, int64_t(bits), from.isSigned, mode);
  if (to.kind == Kind::Integer)
    return floatToInt(*from.format, bits, to.bits, to.isSigned, mode);
  if (to.kind == Kind::TF32)
    return toTF32(uint32_t(bits), mode);
  if (isIntegral && to.format == from.format)
    return roundToIntegral(*to.format, bits, mode);
  return floatToFloat(*from.format, *to.format, bits, mode);
}

namespace {
/// Reads and writes lanes of any width.
struct CvtDetails {
  CvtType to, from;
  ConvertMode mode;
  bool isIntegral = false;
};
} // namespace

template <typename R, typename A>
static Outcome runCvt(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CvtDetails *>(operation.details);
  R *result = warp.lanes<R>(operation.results[0]);
  const A *a = warp.lanes<A>(operation.sources[0]);
  forEachLane(mask, [&](unsigned lane) {
    result[lane] =
        R(convertOne(details.to, details.from, details.mode, details.isIntegral, a[lane]));
  });
  return Outcome::Next;
}

template <typename A>
static Handler cvtTo(unsigned bits) {
  return bits == 64 ? runCvt<uint64_t, A> : bits == 32 ? runCvt<uint32_t, A> : runCvt<uint16_t, A>;
}

/// Two numbers to a pair, or a pair to two halves.
static bool decodePair(Decoder &d, const CvtType &to, const CvtType &from, ConvertMode mode) {
  using Kind = CvtType::Kind;
  bool toScale = to.kind == Kind::UE8M0Pair, fromScale = from.kind == Kind::UE8M0Pair;
  if (from.kind == Kind::Float && from.bits == 32) {
    if (to.bits == 32)
      return lanewise<uint32_t, uint32_t, uint32_t>(d, [to, mode](uint32_t high, uint32_t low) {
        return packPair(*to.format, high, low, mode);
      });
    return lanewise<uint16_t, uint32_t, uint32_t>(d, [=](uint32_t high, uint32_t low) {
      return uint16_t(toScale ? packUE8M0(high, low, mode) : packPair(*to.format, high, low, mode));
    });
  }
  if (from.kind == Kind::Pair && from.bits == 32 && to.kind == Kind::Pair && to.bits < 32)
    return lanewise<uint16_t, uint32_t>(d, [to, from, mode](uint32_t halves) {
      return packHalves(*from.format, *to.format, halves, mode);
    });
  if (fromScale)
    return lanewise<uint32_t, uint16_t>(d, unpackUE8M0);
  if (from.kind == Kind::Pair && from.bits < 32 && to.format == &kF16)
    return lanewise<uint32_t, uint16_t>(
        d, [from, mode](uint16_t pair) { return unpackPair(*from.format, pair, mode); });
  return d.fail("cannot convert between these types");
}

static bool decodeCvt(Decoder &d) {
  static constexpr std::pair<std::string_view, Rounding> kRoundings[] = {
      {"rn", Rounding::Nearest},
      {"rna", Rounding::NearestAway},
      {"rz", Rounding::Zero},
      {"rm", Rounding::Down},
      {"rp", Rounding::Up}};
  static constexpr std::pair<std::string_view, Rounding> kIntegral[] = {{"rni", Rounding::Nearest},
                                                                        {"rzi", Rounding::Zero},
                                                                        {"rmi", Rounding::Down},
                                                                        {"rpi", Rounding::Up}};
  CvtDetails details{};
  std::optional<Rounding> rounding = d.takeOf(kRoundings), integral = d.takeOf(kIntegral);
  details.isIntegral = integral.has_value();
  details.mode.rounding = integral ? *integral : rounding.value_or(Rounding::Nearest);
  details.mode.flush = d.take("ftz");
  details.mode.saturate = d.take("sat");
  details.mode.satfinite = d.take("satfinite");
  details.mode.relu = d.take("relu");
  std::optional<CvtType> to = takeCvtType(d), from = takeCvtType(d);
  if (!to || !from)
    return d.fail("expected two types");
  details.to = *to;
  details.from = *from;
  using Kind = CvtType::Kind;
  if (to->kind == Kind::Pair || to->kind == Kind::UE8M0Pair || from->kind == Kind::Pair ||
      from->kind == Kind::UE8M0Pair)
    return decodePair(d, *to, *from, details.mode);
  if (!d.expectOperands(2, 2))
    return false;
  unsigned toBits, fromBits;
  d.operation->results[0] = d.anyResult(d.operand(0), std::max(to->bits, 16u), toBits);
  d.operation->sources[0] = d.anySource(d.operand(1), std::max(from->bits, 16u), fromBits);
  if (toBits < to->bits || fromBits < from->bits)
    return d.fail("an operand is narrower than its type");
  d.keep(details);
  d.operation->handler = fromBits == 64   ? cvtTo<uint64_t>(toBits)
                         : fromBits == 32 ? cvtTo<uint32_t>(toBits)
                                          : cvtTo<uint16_t>(toBits);
  return true;
}

void addConversions(Registry &registry) {
  registry["cvt"] = decodeCvt;
  registry["cvt.f"] = decodeCvt;
}

} // namespace mla::sim
