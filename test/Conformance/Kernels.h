//===- Kernels.h - the compiled kernels of a folder -----------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Manifest.h"

#include <string>
#include <vector>

namespace mla::conformance {

/// A kernel on disk: an image and its manifest with the same stem.
struct KernelFile {
  std::string stem;           ///< path without extension
  std::string name;           ///< file name without extension
  runtime::Manifest manifest; ///< parsed
};

/// What a folder holds, sorted by name; `problems` lists manifests that cannot be used and why.
std::vector<KernelFile> findKernels(const std::string &folder, const std::string &filter,
                                    std::vector<std::string> &problems);

/// Prints rows below a header with aligned columns, the first left-aligned.
void printTable(const std::vector<std::vector<std::string>> &rows);

/// A number with `digits` significant digits.
std::string significant(double value, int digits = 3);

} // namespace mla::conformance
