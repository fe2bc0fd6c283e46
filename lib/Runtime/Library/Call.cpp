//===- Call.cpp - what query, plan and run of every operation share --------===//
// SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace mla::runtime;

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
