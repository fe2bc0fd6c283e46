//===- Call.cpp - what query, plan and run of every operation share --------===//
// SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace mla::runtime;

/// What a multiprocessor has, and the shared memory that the driver takes for each CTA.
static constexpr int64_t kSharedBytes = 232448, kRegisters = 65536, kThreads = 1536,
                         kDriverBytes = 1024;

Status mla::runtime::answer(const mla_query_result &known, mla_query_result *result) {
  Arguments arguments(false);
  if (!result)
    arguments.refuse("result", "NULL", "a struct");
  else
    // What stands in it is overwritten, and need not be zero.
    arguments.structSize(result->struct_size, sizeof(known));
  if (!arguments.ok())
    return arguments.status;
  uint32_t size = result->struct_size;
  std::memcpy(result, &known, std::min<size_t>(size, sizeof(known)));
  result->struct_size = size;
  return {};
}

void mla::runtime::checkConvention(Arguments &arguments, const mla_lse_convention &convention) {
  arguments.integer("lse_convention.base", convention.base, MLA_LSE_NATURAL, MLA_LSE_BASE2);
  arguments.integer("lse_convention.empty", convention.empty, MLA_LSE_EMPTY_NEGATIVE,
                    MLA_LSE_EMPTY_POSITIVE);
  arguments.integer("lse_convention.sink", convention.sink, MLA_LSE_SINK_EXCLUDED,
                    MLA_LSE_SINK_INCLUDED);
}

void mla::runtime::checkScale(Arguments &arguments, float scale, double factor) {
  if (!(scale > 0) || std::isinf(scale))
    return arguments.refuse("scale", std::to_string(scale), "positive and finite");
  // Kernels multiply by it and may flush what is not normal to 0.
  double product = double(scale) * factor * std::numbers::log2e;
  if (product < double(std::numeric_limits<float>::min()) ||
      product > double(std::numeric_limits<float>::max()))
    arguments.refuse("scale", std::to_string(scale),
                     factor == 1 ? "such that scale * log2(e) is a normal fp32"
                                 : "such that scale * cache_scale * log2(e) is a normal fp32");
}

int64_t mla::runtime::residentBlocks(const Variant &variant) {
  // Registers that only the driver knows are taken to be many; warps get them in units of 8.
  int64_t threads = std::max(variant.threads, 1);
  int64_t registers = ((variant.registers > 0 ? variant.registers : 255) + 7) / 8 * 8;
  return std::clamp<int64_t>(
      std::min({(kSharedBytes + kDriverBytes) / (variant.sharedBytes + kDriverBytes),
                kRegisters / (registers * threads), kThreads / threads}),
      1, kMaxResident);
}
