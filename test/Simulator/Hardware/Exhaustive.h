//===- Exhaustive.h - functions of one f32 on every f32 -------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <cstdio>

namespace mla::hardware {

/// The kernels of checkEveryFloat().
std::string everyFloatModule();

/// Compares each approximate function with its model on all 2^32 operands; writes a line for each
/// and returns the number of functions that differ.
size_t checkEveryFloat(const conformance::Gpu &gpu, std::FILE *table);

} // namespace mla::hardware
