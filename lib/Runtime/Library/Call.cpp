//===- Call.cpp - what query, plan and run of every operation share --------===//
// SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <algorithm>

using namespace mla::runtime;

Status mla::runtime::answer(const mla_query_result &known, mla_query_result *result) {
  Arguments arguments(false);
  mla_query_result given{};
  if (!result)
    arguments.refuse("result", "NULL", "a struct");
  else
    arguments.adopt(result, given);
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
