//===- Approximate.cpp - approximate functions of PTX ---------------------===//
// The scalings are those of ptxas for sm_80 to sm_90, read off its machine code.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Approximate.h"
#include "mla/Simulator/Numerics/Arithmetic.h"

using namespace mla::sim;

/// Whether the magnitude is below the smallest normal number; false of NaN.
static bool isSmall(uint32_t a) { return std::fabs(asFloat(a)) < 0x1p-126f; }
static bool isLarge(uint32_t a) { return std::fabs(asFloat(a)) > 0x1p126f; }
static uint32_t scaled(uint32_t a, float by) { return mulF32(a, bitsOf(by)); }

uint32_t mla::sim::exp2Approx(uint32_t a, bool flush) {
  if (flush || !(asFloat(a) < -126))
    return specialFunction(SpecialFunction::Exp2, a);
  uint32_t root = specialFunction(SpecialFunction::Exp2, scaled(a, 0.5f));
  return mulF32(root, root);
}

uint32_t mla::sim::log2Approx(uint32_t a, bool flush) {
  if (flush || !isSmall(a))
    return specialFunction(SpecialFunction::Log2, a);
  return addF32(specialFunction(SpecialFunction::Log2, scaled(a, 0x1p24f)), bitsOf(-24.0f));
}

uint32_t mla::sim::rcpApprox(uint32_t a, bool flush) {
  if (flush)
    return specialFunction(SpecialFunction::Reciprocal, a);
  float by = isLarge(a) ? 0.25f : isSmall(a) ? 0x1p24f : 1.0f;
  return scaled(specialFunction(SpecialFunction::Reciprocal, scaled(a, by)), by);
}

uint32_t mla::sim::rsqrtApprox(uint32_t a, bool flush) {
  if (flush || !isSmall(a))
    return specialFunction(SpecialFunction::ReciprocalRoot, a);
  return scaled(specialFunction(SpecialFunction::ReciprocalRoot, scaled(a, 0x1p24f)), 0x1p12f);
}

uint32_t mla::sim::sqrtApprox(uint32_t a, bool flush) {
  if (flush || !isSmall(a))
    return specialFunction(SpecialFunction::Root, a);
  return scaled(specialFunction(SpecialFunction::Root, scaled(a, 0x1p24f)), 0x1p-12f);
}

/// The angle in turns, cut.
static uint32_t turns(uint32_t a) { return mulF32(a, 0x3e22f983u, {.rounding = Rounding::Zero}); }
uint32_t mla::sim::sinApprox(uint32_t a) {
  return specialFunction(SpecialFunction::Sine, turns(a));
}
uint32_t mla::sim::cosApprox(uint32_t a) {
  return specialFunction(SpecialFunction::Cosine, turns(a));
}
uint32_t mla::sim::tanhApprox(uint32_t a) { return specialFunction(SpecialFunction::Tanh, a); }

uint32_t mla::sim::divApprox(uint32_t a, uint32_t b, bool flush) {
  if (!flush && isSmall(b)) {
    a = scaled(a, 0x1p24f);
    b = scaled(b, 0x1p24f);
  }
  return mulF32(a, specialFunction(SpecialFunction::Reciprocal, b), {.flush = flush});
}

uint32_t mla::sim::divFull(uint32_t a, uint32_t b, bool flush) {
  FloatMode mode{.flush = flush};
  float by = isLarge(b) ? 0.25f : !flush && isSmall(b) ? 0x1p24f : 1.0f;
  if (by != 1) {
    a = mulF32(a, bitsOf(by), mode);
    b = mulF32(b, bitsOf(by), mode);
  }
  return mulF32(specialFunction(SpecialFunction::Reciprocal, b), a, mode);
}

/// Halves go through the unit as f32 and are cut again; what is too large is infinity.
static uint16_t ofHalf(SpecialFunction function, const FloatFormat &half, uint16_t a) {
  uint32_t result = specialFunction(function, uint32_t(convert(half, kF32, a)));
  bool tooLarge = half.exponentBits == 5 && std::fabs(asFloat(result)) >= 0x1p16f;
  return uint16_t(convert(kF32, half, result, tooLarge ? Rounding::Nearest : Rounding::Zero));
}
uint16_t mla::sim::exp2ApproxF16(uint16_t a) { return ofHalf(SpecialFunction::Exp2, kF16, a); }
uint16_t mla::sim::exp2ApproxBF16(uint16_t a) { return ofHalf(SpecialFunction::Exp2, kBF16, a); }
uint16_t mla::sim::tanhApproxF16(uint16_t a) { return ofHalf(SpecialFunction::Tanh, kF16, a); }
uint16_t mla::sim::tanhApproxBF16(uint16_t a) { return ofHalf(SpecialFunction::Tanh, kBF16, a); }

uint64_t mla::sim::rsqrtApproxF64(uint64_t a) {
  double x = asDouble(a);
  if (x != x || x == 0)
    return bitsOf(x != x ? x + x : std::copysign(HUGE_VAL, x));
  if (x < 0)
    return 0xfff8000000000000u;
  if (std::isinf(x))
    return 0;
  bool small = x < 0x1p-1022;
  if (small)
    x *= 0x1p54;
  double seed = asDouble(rsqrtApproxUpperF64(bitsOf(x)));
  double error = std::fma(x, -(seed * seed), 1.0);
  double y = std::fma(std::fma(error, 0.375, 0.5), seed * error, seed);
  return bitsOf(small ? y * 0x1p27 : y);
}
