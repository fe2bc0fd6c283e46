//===- GuardedBytes.h - device memory between canaries ---------------------===//
// A workspace: what is inside is nobody's business, what is beside it must stay.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <string>

namespace mla::conformance {

/// So many bytes, 256-byte aligned, with a guard right in front of and right behind them.
class GuardedBytes {
public:
  GuardedBytes(const Gpu &gpu, size_t bytes)
      : size(int64_t(bytes)), memory(gpu, 2 * kGuardBytes + int64_t(bytes)) {}

  /// Poisons every byte, guards included.
  void poison() { memory.poison(); }
  /// Empty, or which side was written to.
  std::string damage() const {
    for (bool isBehind : {false, true}) {
      std::vector<uint8_t> guard(kGuardBytes);
      memory.download(guard.data(), isBehind ? kGuardBytes + size : 0, kGuardBytes);
      // Behind an odd number of bytes the guard begins with the second byte of poison.
      int64_t phase = isBehind ? size % 2 : 0;
      guard.insert(guard.begin(), size_t(phase), poisonAt(0));
      if (!isPoisoned(guard))
        return std::string("wrote ") + (isBehind ? "behind" : "in front of") + " its " +
               std::to_string(size) + " bytes";
    }
    return {};
  }
  /// The first byte inside.
  void *data() const { return reinterpret_cast<void *>(memory.address + kGuardBytes); }

private:
  static constexpr int64_t kGuardBytes = 16384;

  int64_t size;
  DeviceMemory memory;
};

} // namespace mla::conformance
