//===- FakeDecode.h - dense MLA decode as plain C++ for the fake driver ----===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

/// lengths starts parts | B parts.stride0 most least
void fakePlan(const std::string &fault, int64_t numParts, void **parameters);

/// q cache table lengths starts parts out lse partial_out partial_lse | B ROWS PAGE | strides of
/// requests (pages, slots) and of rows: q (2), cache (2), table, out (2), lse, partial_out (2),
/// partial_lse | heads causal scale_log2
void fakeDecode(const std::string &fault, int launches, int64_t numParts, void **parameters);

/// starts partial_out partial_lse out lse | B ROWS | strides of partial_out (2), partial_lse, out
/// (2), lse | num_parts
void fakeMerge(const std::string &fault, void **parameters);
