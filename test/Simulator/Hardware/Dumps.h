//===- Dumps.h - what the special function unit answers -------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <string>

namespace mla::hardware {

/// The kernels of dump().
std::string dumpModule();

/// Writes the results of approximate instructions over whole binades, for fitting models.
void dump(const conformance::Gpu &gpu, const std::string &folder);

} // namespace mla::hardware
