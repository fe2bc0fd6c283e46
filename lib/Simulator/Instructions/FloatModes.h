//===- FloatModes.h - modifiers of floating-point instructions ------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Decoder.h"
#include "mla/Simulator/Numerics/Arithmetic.h"

namespace mla::sim {

/// Takes rounding, .ftz, .sat and .relu. `hasRounding` says whether a rounding was given.
inline FloatMode takeFloatMode(Decoder &d, bool *hasRounding = nullptr) {
  static constexpr std::pair<std::string_view, Rounding> kRoundings[] = {{"rn", Rounding::Nearest},
                                                                         {"rz", Rounding::Zero},
                                                                         {"rm", Rounding::Down},
                                                                         {"rp", Rounding::Up}};
  FloatMode mode;
  std::optional<Rounding> rounding = d.takeOf(kRoundings);
  if (hasRounding)
    *hasRounding = rounding.has_value();
  mode.rounding = rounding.value_or(Rounding::Nearest);
  mode.flush = d.take("ftz");
  mode.saturate = d.take("sat");
  mode.relu = d.take("relu");
  return mode;
}

/// Of one number of a type: the format of its halves if packed.
inline const FloatFormat &formatOf(ElementType type) {
  if (type.kind == ElementType::Kind::BFloat)
    return kBF16;
  unsigned bits = type.isPacked ? type.bits / 2 : type.bits;
  return bits == 64 ? kF64 : bits == 32 ? kF32 : kF16;
}

} // namespace mla::sim
