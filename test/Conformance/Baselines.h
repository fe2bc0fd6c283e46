//===- Baselines.h - published times of others, beside ours ----------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace mla::conformance {

/// What somebody else's kernel reached on a shape, in a run of its own.
struct Baseline {
  std::string family; ///< as in kernels/library.json, e.g. "dense_decode"
  std::string type;   ///< of elements or records; empty: any
  std::string shape;  ///< as a row of mla-benchmark names it
  std::string peer;   ///< who, e.g. "FlashMLA"
  double micros = 0;  ///< median
};

/// The baselines of a file (kernels/baselines); throws what is wrong with it.
std::vector<Baseline> readBaselines(const std::string &path);

/// The fastest one for this row, or nullptr.
const Baseline *findBaseline(const std::vector<Baseline> &baselines, const std::string &family,
                             const std::string &type, const std::string &shape);

} // namespace mla::conformance
