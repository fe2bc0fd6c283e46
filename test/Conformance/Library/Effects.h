//===- Effects.h - what a call does to the host besides its work -------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace mla::conformance {

/// Counts since the start of this thread or, of reads, of the process.
struct Effects {
  int64_t allocations = 0; ///< of C++ by this thread
  int64_t reads = 0;       ///< calls of read() and its kin; -1 where the kernel does not count them

  /// As they are now.
  static Effects now();
};

} // namespace mla::conformance
