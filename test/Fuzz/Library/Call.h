//===- Call.h - one struct through query, plan and run ----------------------===//
// What must hold:
// - no crash, no byte read behind struct_size, the struct stays as it is;
// - a status of mla.h, never MLA_STATUS_INTERNAL; a refusal has a message with its function;
// - a refused call launches nothing;
// - launches have grids that CUDA takes and the kernel's block, and reach only what the caller
// gave;
// - a legal struct is accepted where the library has kernels for the device;
// - a run does what its query says: as many launches, and exactly the workspace suffices.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Oracle.h"
#include "StubDriver.h"

#include <array>
#include <memory>

namespace mla::fuzz {

/// Devices, the driver that records, and counts of what became of the calls.
class Fuzzer {
public:
  Fuzzer() = default;
  Fuzzer(const Fuzzer &) = delete;
  Fuzzer &operator=(const Fuzzer &) = delete;
  ~Fuzzer();

  /// Loads the driver and opens devices; says why it cannot.
  std::string open();
  /// Makes and calls one struct; empty, or what is wrong.
  std::string run(uint64_t seed, bool verbose);
  /// Prints what became of the calls.
  void print() const;

private:
  struct Target {
    mla_device *device;
    int major, minor;
    bool isGpu;       ///< else a description of one
    bool isSupported; ///< the library has kernels for it
  };
  /// A struct where the byte behind it cannot be read.
  class Guarded;
  struct Function;

  std::string callAll(const Problem &problem, const Target &target, Random &random, bool verbose);
  /// Makes one call and checks what every call must keep.
  template <typename Call>
  std::string kept(const char *function, mla_status &status, Call &&call);

  StubState *stub = nullptr;
  std::unique_ptr<Oracle> oracle;
  std::vector<Target> targets;
  const Target *current = nullptr;
  std::vector<Region> regions;
  std::string wrongLaunch;
  size_t launches = 0;
  std::array<std::array<uint64_t, MLA_STATUS_INTERNAL + 1>, kOperations> counts{};
};

} // namespace mla::fuzz
