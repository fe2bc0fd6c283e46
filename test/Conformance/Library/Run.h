//===- Run.h - runs the cases of the C interface ----------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Report.h"

#include <functional>

namespace mla::conformance {

/// Which cases to run, and how.
struct LibraryOptions {
  std::string folder;     ///< of kernels in place of those inside the program; empty: inside
  std::string filter;     ///< part of "family: case"
  int ordinal = 0;        ///< of the GPU
  bool forbidJit = false; ///< fail where only PTX fits the device
  bool small = false;     ///< a few calls at the edges
  bool simulated = false; ///< the device is the simulator
  int64_t samples = 100;  ///< calls of a large lattice
  uint64_t seed = 1;      ///< of shapes and data
};

/// Whether the library has a kernel of this name in library.json.
bool isInLibrary(const std::string &kernel);

/// "family: case" of all cases that the filter takes.
std::vector<std::string> libraryCases(const std::string &filter);

/// Runs them and hands over what became of each. Ends early where `report` returns false, and after
/// a fault of a GPU, since nothing on it can be trusted then.
void runLibrary(const Gpu &gpu, const LibraryOptions &options,
                const std::function<bool(Outcome)> &report);

} // namespace mla::conformance
