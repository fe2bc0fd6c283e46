//===- Case.h - cases of the C interface on a device ------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "GuardedTensor.h"
#include "References.h"
#include "mla/Runtime/mla.h"

#include <string>
#include <vector>

namespace mla::conformance {

/// Where cases run and what became of the current one.
struct Library {
  const Gpu &gpu;           ///< memory and a stream
  mla_device *device;       ///< of the library
  std::string kernelFolder; ///< whence the library has its kernels; empty: inside
  std::string failure = {}; ///< of the current case; the first
  std::string skipped = {}; ///< why the current case was not run
  int64_t compared = 0;     ///< outputs of the current case
  double worstRatio = 0;    ///< largest error divided by its bound, of all cases

  /// Keeps the first failure.
  void fail(const std::string &what) {
    if (failure.empty())
      failure = what;
  }
  /// A status that must be OK.
  void require(mla_status status) {
    if (status != MLA_STATUS_OK)
      fail(std::string(mla_status_name(status)) + ": " + mla_last_error());
  }
  /// Compares one output.
  void compare(const Expected &expected, double actual, const std::string &place);
};

/// One case.
struct Case {
  std::string name;
  void (*run)(Library &library);
};

/// Cases of the operations.
std::vector<Case> denseDecodeCases();
std::vector<Case> sparseDecodeCases();
std::vector<Case> indexCases();
std::vector<Case> cacheCases();
std::vector<Case> mergeCases();

/// A tensor of the interface over a guarded one: [blocks, rows, cols], or without the outer ones.
mla_tensor viewOf(const GuardedTensor &tensor, int32_t dtype, int32_t rank = 3);

} // namespace mla::conformance
