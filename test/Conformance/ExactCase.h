//===- ExactCase.h - outputs of which every byte is known -----------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Conformance.h"
#include "GuardedTensor.h"

#include <span>
#include <string>

namespace mla::conformance {

/// An output whose host image is what has to come out: elements that are not set there must not be
/// written.
struct ExactOutput {
  std::string name;      ///< of the argument
  GuardedTensor &tensor; ///< with its expectation in the host image
};

/// Runs `launch` twice into poison and compares every byte of the outputs, guards included. The
/// host images are lost.
void runExact(Tally &tally, const Gpu &gpu, std::span<const ExactOutput> outputs,
              const std::function<void()> &launch);

/// Adds the pointer, the extents that have a name and the strides of a tensor to `values`. A
/// matrix has one block, a vector one row; `rank` says how many dimensions the kernel sees.
/// `extents` has a name for each of them, "" if it is known.
void addTensor(NamedValues &values, const std::string &name, const GuardedTensor &tensor, int rank,
               std::span<const std::string_view> extents);

} // namespace mla::conformance
