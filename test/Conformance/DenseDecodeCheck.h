//===- DenseDecodeCheck.h - one call of dense MLA decode against fp64 ------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Conformance.h"
#include "DenseDecodeCall.h"

namespace mla::conformance {

/// Runs a call, checks the plan, the canaries and the outputs of every step-th request, and repeats
/// it for equal bits. `launches` may replace those of the call, such as by a graph of them.
void checkDecodeCall(Tally &tally, DecodeCall &call, int64_t step = 1,
                     const std::function<void()> &launches = {});

/// The calls that a kernel of decode is checked with, small ones first: one dimension at a time,
/// then a set in which each pair of values of any two dimensions occurs. `gathers` adds pages that
/// are no multiple of 64. `small`: the edges only, in a few keys.
std::vector<DecodeShape> decodeLattice(bool gathers, uint64_t seed, bool small = false);

} // namespace mla::conformance
