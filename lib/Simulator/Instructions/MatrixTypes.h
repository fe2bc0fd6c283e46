//===- MatrixTypes.h - types and shapes of matrix products ----------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Decoder.h"
#include "mla/Simulator/Numerics/Matrix.h"

#include <cstdio>

namespace mla::sim {

/// The first matrix type of the modifiers that were not taken.
inline std::optional<MatrixType> takeMatrixType(Decoder &d) {
  static constexpr std::pair<std::string_view, MatrixType> kTypes[] = {
      {"f16", MatrixType::F16},   {"bf16", MatrixType::BF16}, {"tf32", MatrixType::TF32},
      {"e4m3", MatrixType::E4M3}, {"e5m2", MatrixType::E5M2}, {"f32", MatrixType::F32},
      {"f64", MatrixType::F64},   {"s32", MatrixType::S32},   {"s8", MatrixType::S8},
      {"u8", MatrixType::U8},     {"s4", MatrixType::S4},     {"u4", MatrixType::U4},
      {"b1", MatrixType::B1}};
  for (const std::string &modifier : d.rest())
    for (const auto &[name, type] : kTypes)
      if (name == modifier) {
        d.take(name);
        return type;
      }
  return std::nullopt;
}

/// The chip whose model fits a target.
inline MatrixArch archOf(const std::string &target) {
  return target.starts_with("sm_8") || target.starts_with("sm_7") ? MatrixArch::Ampere
                                                                  : MatrixArch::Hopper;
}

/// m16n8k16.
inline bool takeShape(Decoder &d, MmaInstruction &instruction) {
  for (const std::string &modifier : d.rest()) {
    unsigned m, n, k;
    int end = 0;
    if (std::sscanf(modifier.c_str(), "m%un%uk%u%n", &m, &n, &k, &end) == 3 &&
        size_t(end) == modifier.size()) {
      d.take(modifier);
      instruction.m = m;
      instruction.n = n;
      instruction.k = k;
      return true;
    }
  }
  return d.fail("expected a shape such as .m16n8k16");
}

} // namespace mla::sim
