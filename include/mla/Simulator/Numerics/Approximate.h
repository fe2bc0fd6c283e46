//===- Approximate.h - approximate functions of PTX -----------------------===//
// ex2, lg2, rcp, rsqrt, sqrt, sin, cos, tanh, div .approx and .full. Each is a function of the
// chip's special function unit, which takes and gives no subnormal numbers, between scalings that
// ptxas adds where .ftz is not asked for; both are modelled. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace mla::sim {

/// A function of the special function unit.
enum class SpecialFunction : uint8_t {
  Exp2,
  Log2,
  Reciprocal,
  ReciprocalRoot,
  Root,
  Sine,
  Cosine,
  Tanh
};

/// The unit itself: f32 to f32. Sine and Cosine take turns, not radians.
uint32_t specialFunction(SpecialFunction function, uint32_t bits);

/// The PTX instructions on f32; `flush` is .ftz.
uint32_t exp2Approx(uint32_t a, bool flush);
uint32_t log2Approx(uint32_t a, bool flush);
uint32_t rcpApprox(uint32_t a, bool flush);
uint32_t rsqrtApprox(uint32_t a, bool flush);
uint32_t sqrtApprox(uint32_t a, bool flush);
uint32_t sinApprox(uint32_t a);
uint32_t cosApprox(uint32_t a);
uint32_t tanhApprox(uint32_t a);
uint32_t divApprox(uint32_t a, uint32_t b, bool flush);
uint32_t divFull(uint32_t a, uint32_t b, bool flush);

/// ex2 and tanh of halves; bf16 of ex2 flushes subnormal numbers.
uint16_t exp2ApproxF16(uint16_t a);
uint16_t exp2ApproxBF16(uint16_t a);
uint16_t tanhApproxF16(uint16_t a);
uint16_t tanhApproxBF16(uint16_t a);

/// rcp and rsqrt .approx.ftz.f64: the upper half of the operand gives the upper half of the result.
uint64_t rcpApproxUpperF64(uint64_t a);
uint64_t rsqrtApproxUpperF64(uint64_t a);
/// rsqrt.approx.f64: the same, improved once.
uint64_t rsqrtApproxF64(uint64_t a);

} // namespace mla::sim
