//===- ExactCase.h - outputs of which every byte is known -----------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Case.h"

#include <span>

namespace mla::conformance {

/// An output whose host image is what has to come out: elements that are not set there must not be
/// written.
struct ExactOutput {
  std::string name;      ///< of the argument
  GuardedTensor &tensor; ///< with its expectation in the host image
};

/// Makes a call twice into poison and compares every byte of the outputs, guards included. The
/// host images are lost.
void runExact(Library &library, std::span<const ExactOutput> outputs,
              const std::function<mla_status()> &call);
/// The same with an output that holds numbers before the call: `fill` puts them there.
void runExact(Library &library, std::span<const ExactOutput> outputs,
              const std::function<mla_status()> &call, const std::function<void()> &fill);

/// Of the shapes of a lattice at most as many as the library is asked for, evenly spread.
template <typename Shape>
std::vector<Shape> spread(Library &library, std::vector<Shape> shapes) {
  auto size = int64_t(shapes.size());
  if (size <= library.samples)
    return shapes;
  std::vector<Shape> chosen;
  for (int64_t i = 0; i < library.samples; ++i)
    chosen.push_back(std::move(shapes[size_t(i * size / library.samples)]));
  for (int64_t i = library.samples; i < size; ++i)
    library.skip("more shapes than samples");
  return chosen;
}

} // namespace mla::conformance
