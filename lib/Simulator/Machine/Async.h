//===- Async.h - work that ends some time later ---------------------------===//
// Bulk copies and the like. With seed 0 they end as late as they may: when no warp can go on, when
// something waits for their group, or at their deadline, so that programs that poll make progress.
// With other seeds at random, in any order.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace mla::sim {

/// One asynchronous operation.
struct AsyncWork {
  std::function<void()> run;
  uint64_t deadline = 0; ///< of the cluster's count of instructions
  bool isDone = false;

  void finish() {
    if (isDone)
      return;
    isDone = true;
    run();
  }
};

using AsyncHandle = std::shared_ptr<AsyncWork>;

/// An mbarrier as it lies in memory (hardware keeps the encoding to itself).
struct Mbarrier {
  uint32_t pending = 0;  ///< arrivals of this phase that are missing
  uint32_t expected = 0; ///< arrivals of the next one
  bool phase = false;    ///< parity of the current phase
  int32_t bytes = 0;     ///< of transactions that are missing

  static constexpr uint32_t kMaxCount = (1 << 20) - 1;
  static constexpr uint64_t kValid = uint64_t(1) << 63;

  static Mbarrier decode(uint64_t bits) {
    return {uint32_t(bits & kMaxCount), uint32_t(bits >> 20 & kMaxCount), bool(bits >> 40 & 1),
            int32_t(uint32_t(bits >> 41 << 10)) >> 10};
  }
  uint64_t encode() const {
    return kValid | uint64_t(pending) | uint64_t(expected) << 20 | uint64_t(phase) << 40 |
           uint64_t(uint32_t(bytes) & 0x3fffff) << 41;
  }
};

} // namespace mla::sim
