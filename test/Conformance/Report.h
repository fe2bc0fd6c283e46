//===- Report.h - what became of kernels and cases, as a table and as JSON -===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Conformance.h"

#include <string>
#include <vector>

namespace mla::conformance {

/// One row of the report: a compiled kernel, or a case of the C interface.
struct Outcome {
  std::string name;    ///< of the kernel's file, or "family: case"
  std::string image;   ///< what ran: "sm_90a cubin", "sm_80 jit"; "-" if nothing did
  std::string verdict; ///< "pass", "FAIL" or "skipped"
  int registers = -1;  ///< of a kernel
  double seconds = 0;  ///< wall time
  Tally tally;         ///< calls, outputs, errors, failures
};

/// Prints aligned columns.
void printOutcomes(const std::vector<Outcome> &outcomes);
/// Writes the same to a file.
void writeJson(const std::string &path, const Gpu &gpu, const std::vector<Outcome> &outcomes);

} // namespace mla::conformance
