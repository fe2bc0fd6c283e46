//===- Approximations.cpp - quotients, roots and special functions --------===//
// PTX ISA, "Floating-Point Instructions": div, rcp, sqrt, rsqrt, sin, cos, lg2, ex2, tanh. With a
// rounding they are exact; .approx and .full are what Numerics/Approximate.h says.
// SPDX-License-Identifier: Apache-2.0
#include "FloatModes.h"
#include "mla/Simulator/Numerics/Approximate.h"

namespace mla::sim {

static bool decodeQuotient(Decoder &d) {
  bool isApproximate = d.take("approx"), isFull = d.take("full");
  FloatMode mode = takeFloatMode(d);
  ElementType type = d.takeType();
  if (type.bits == 64)
    return lanewise<uint64_t, uint64_t, uint64_t>(
        d, [mode](uint64_t a, uint64_t b) { return divF64(a, b, mode); });
  if (type.bits != 32 || type.isPacked)
    return d.fail("expected f32 or f64");
  if (isApproximate)
    return lanewise<uint32_t, uint32_t, uint32_t>(
        d, [mode](uint32_t a, uint32_t b) { return divApprox(a, b, mode.flush); });
  if (isFull)
    return lanewise<uint32_t, uint32_t, uint32_t>(
        d, [mode](uint32_t a, uint32_t b) { return divFull(a, b, mode.flush); });
  return lanewise<uint32_t, uint32_t, uint32_t>(
      d, [mode](uint32_t a, uint32_t b) { return divF32(a, b, mode); });
}

/// rcp and sqrt: with a rounding or .approx.
static bool decodeReciprocalOrRoot(Decoder &d) {
  bool isRoot = d.opcode() == "sqrt", isApproximate = d.take("approx");
  FloatMode mode = takeFloatMode(d);
  ElementType type = d.takeType();
  if (type.bits == 64) {
    if (isApproximate)
      return isRoot ? d.fail("expected f32") : lanewise<uint64_t, uint64_t>(d, rcpApproxUpperF64);
    return lanewise<uint64_t, uint64_t>(
        d, [=](uint64_t a) { return isRoot ? sqrtF64(a, mode) : rcpF64(a, mode); });
  }
  if (type.bits != 32 || type.isPacked)
    return d.fail("expected f32 or f64");
  if (isApproximate)
    return lanewise<uint32_t, uint32_t>(d, [=](uint32_t a) {
      return isRoot ? sqrtApprox(a, mode.flush) : rcpApprox(a, mode.flush);
    });
  return lanewise<uint32_t, uint32_t>(
      d, [=](uint32_t a) { return isRoot ? sqrtF32(a, mode) : rcpF32(a, mode); });
}

static bool decodeReciprocalRoot(Decoder &d) {
  d.take("approx");
  bool flush = d.take("ftz");
  if (d.takeType().bits == 64) {
    return lanewise<uint64_t, uint64_t>(d, flush ? rsqrtApproxUpperF64 : rsqrtApproxF64);
  }
  return lanewise<uint32_t, uint32_t>(d, [flush](uint32_t a) { return rsqrtApprox(a, flush); });
}

/// Functions of one number, with versions for halves.
static bool decodeFunction(Decoder &d) {
  const std::string &opcode = d.opcode();
  d.take("approx");
  bool flush = d.take("ftz");
  ElementType type = d.takeType();
  if (type.bits == 16 || type.isPacked) {
    bool isBFloat = type.kind == ElementType::Kind::BFloat;
    uint16_t (*half)(uint16_t) = nullptr;
    if (opcode == "ex2")
      half = isBFloat ? exp2ApproxBF16 : exp2ApproxF16;
    else if (opcode == "tanh")
      half = isBFloat ? tanhApproxBF16 : tanhApproxF16;
    if (!half)
      return d.fail("expected f32");
    if (type.isPacked)
      return lanewise<uint32_t, uint32_t>(d, [half](uint32_t a) {
        return uint32_t(half(uint16_t(a))) | uint32_t(half(uint16_t(a >> 16))) << 16;
      });
    return lanewise<uint16_t, uint16_t>(d, half);
  }
  if (type.bits != 32)
    return d.fail("expected f32");
  if (opcode == "ex2")
    return lanewise<uint32_t, uint32_t>(d, [flush](uint32_t a) { return exp2Approx(a, flush); });
  if (opcode == "lg2")
    return lanewise<uint32_t, uint32_t>(d, [flush](uint32_t a) { return log2Approx(a, flush); });
  auto function = opcode == "sin" ? sinApprox : opcode == "cos" ? cosApprox : tanhApprox;
  return lanewise<uint32_t, uint32_t>(d, [function, flush](uint32_t a) {
    return function(flush ? uint32_t(flushed(kF32, a)) : a);
  });
}

void addApproximations(Registry &registry) {
  registry["div.f"] = decodeQuotient;
  registry["rcp.f"] = registry["sqrt.f"] = decodeReciprocalOrRoot;
  registry["rsqrt.f"] = decodeReciprocalRoot;
  registry["ex2.f"] = registry["lg2.f"] = registry["tanh.f"] = decodeFunction;
  registry["sin.f"] = registry["cos.f"] = decodeFunction;
}

} // namespace mla::sim
