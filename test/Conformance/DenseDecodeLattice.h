//===- DenseDecodeLattice.h - the calls that dense MLA decode is checked with -===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "DenseDecode.h"

namespace mla::conformance {

/// Calls of one kind; a few at the edges, or with values of all kinds on a GPU.
struct DecodeLattice {
  const char *name; ///< after the rows of the list of capabilities
  std::vector<DecodeShape> (*shapes)(bool small, uint64_t seed);
};

/// All kinds.
std::span<const DecodeLattice> decodeLattices();

/// A set of calls in which each pair of values of any two dimensions occurs that is not too large.
std::vector<DecodeShape> decodePairs(uint64_t seed);

} // namespace mla::conformance
