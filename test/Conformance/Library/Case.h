//===- Case.h - cases of the C interface on a device ------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "GuardedTensor.h"
#include "References.h"
#include "mla/Runtime/mla.h"

#include <functional>
#include <string>
#include <vector>

namespace mla::conformance {

/// Where cases run and what became of the current one.
struct Library {
  const Gpu &gpu;             ///< memory and a stream
  mla_device *device;         ///< of the library
  std::string kernelFolder;   ///< whence the library has its kernels; empty: inside
  std::string failure = {};   ///< of the current case: the first of each call, a line each
  std::string skipped = {};   ///< why the current case was not run
  int64_t compared = 0;       ///< outputs of the current case
  double worstRatio = 0;      ///< largest error divided by its bound
  double maxError = 0;        ///< largest error of a finite output
  bool small = false;         ///< a few calls at the edges: the case takes seconds on the simulator
  bool simulated = false;     ///< the device is the simulator
  uint64_t seed = 1;          ///< of shapes and data
  int ordinal = 0;            ///< of the device
  bool forbidJit = false;     ///< the library was opened so
  int64_t samples = 100;      ///< calls of a large lattice, at most
  int64_t calls = 0;          ///< calls begun
  int64_t failedCalls = 0;    ///< of which have failed
  int64_t callsSkipped = 0;   ///< calls of a lattice that cannot be made here
  std::string firstSkip = {}; ///< why the first of them cannot
  std::string image = {};     ///< of the kernel that ran last

  /// Starts a call of a lattice; its text stands in front of failures: "b=3 h_q=16 page=64".
  void begin(std::string call);
  /// Counts a call of a lattice that cannot be made here.
  void skip(const std::string &reason);
  /// Keeps the first failure of each call.
  void fail(const std::string &what);
  /// A status that must be OK.
  void require(mla_status status) {
    if (status != MLA_STATUS_OK)
      fail(std::string(mla_status_name(status)) + ": " + mla_last_error());
  }
  /// Remembers which image a query has named.
  void use(const mla_query_result &answer) {
    image = std::string(answer.arch) + (answer.jit ? " jit" : " cubin");
  }
  /// Compares one output.
  void compare(const Expected &expected, double actual, const std::string &place);
  /// Makes the next case the current one.
  void reset();

  std::string current = {};   ///< the call begun last
  bool currentFailed = false; ///< whether it has failed
};

/// One case. Names begin with the rows of the list of capabilities that it shows: "C1 C4 pages".
struct Case {
  std::string name;
  std::function<void(Library &library)> run;
};

/// Cases of the operations.
std::vector<Case> denseDecodeCases();
std::vector<Case> denseDecodeFp8Cases();
std::vector<Case> sparseDecodeCases();
std::vector<Case> convertCases();
std::vector<Case> filterCases();
std::vector<Case> cacheCases();
std::vector<Case> cacheDsv4Cases();
std::vector<Case> mergeCases();
/// Cases of the library as a whole.
std::vector<Case> serverCases();

/// A tensor of the interface over a guarded one: [blocks, rows, cols], or without the outer ones.
mla_tensor viewOf(const GuardedTensor &tensor, int32_t dtype, int32_t rank = 3);

} // namespace mla::conformance
