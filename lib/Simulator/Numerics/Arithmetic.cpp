//===- Arithmetic.cpp - directed roundings and halves ---------------------===//
// The host rounds as the mode of its floating-point unit says. Operands and result pass through
// volatile variables between the two changes of the mode, so that no compiler moves the operation.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Simulator/Numerics/Arithmetic.h"

#include <cfenv>

using namespace mla::sim;

namespace {
class RoundingScope {
public:
  explicit RoundingScope(Rounding rounding) : before(std::fegetround()) {
    std::fesetround(rounding == Rounding::Zero   ? FE_TOWARDZERO
                    : rounding == Rounding::Down ? FE_DOWNWARD
                    : rounding == Rounding::Up   ? FE_UPWARD
                                                 : FE_TONEAREST);
  }
  ~RoundingScope() { std::fesetround(before); }

private:
  int before;
};
} // namespace

template <typename T>
static T basic(Rounding rounding, detail::Basic operation, T a, T b) {
  RoundingScope scope(rounding);
  volatile T x = a, y = b, result;
  switch (operation) {
  case detail::Basic::Add:
    result = x + y;
    break;
  case detail::Basic::Subtract:
    result = x - y;
    break;
  case detail::Basic::Multiply:
    result = x * y;
    break;
  case detail::Basic::Divide:
    result = x / y;
    break;
  case detail::Basic::SquareRoot:
    result = std::sqrt(T(x));
    break;
  }
  return result;
}

template <typename T>
static T fused(Rounding rounding, T a, T b, T c) {
  RoundingScope scope(rounding);
  volatile T x = a, y = b, z = c;
  volatile T result = std::fma(T(x), T(y), T(z));
  return result;
}

float detail::directed(Rounding rounding, Basic operation, float a, float b) {
  return basic(rounding, operation, a, b);
}
double detail::directed(Rounding rounding, Basic operation, double a, double b) {
  return basic(rounding, operation, a, b);
}
float detail::directedFma(Rounding rounding, float a, float b, float c) {
  return fused(rounding, a, b, c);
}
double detail::directedFma(Rounding rounding, double a, double b, double c) {
  return fused(rounding, a, b, c);
}

uint16_t mla::sim::doubleToHalf(const FloatFormat &half, double value, FloatMode mode) {
  if (value != value)
    return mode.saturate ? 0 : kNanHalf;
  if ((mode.relu || mode.saturate) && !(value > 0))
    return 0;
  if (mode.saturate && value > 1)
    value = 1;
  if (mode.flush && isTiny(half, value, mode.rounding))
    value = std::copysign(0.0, value);
  return uint16_t(convert(kF64, half, bitsOf(value), mode.rounding));
}
