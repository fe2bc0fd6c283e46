//===- Kernels.h - runs kernels of a PTX module ---------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <cstring>
#include <string>

namespace mla::hardware {

/// A PTX module, assembled by the driver.
class Module {
public:
  Module(const conformance::Gpu &gpu, const std::string &ptx) : gpu(gpu) {
    check(gpu.driver().cuLibraryLoadDataFn(&library, ptx.c_str(), nullptr, nullptr, 0, nullptr,
                                           nullptr, 0),
          "cuLibraryLoadData");
  }
  ~Module() { gpu.driver().cuLibraryUnloadFn(library); }
  Module(const Module &) = delete;
  Module &operator=(const Module &) = delete;

  /// Runs an entry of two pointers with `threads` threads in blocks of 128.
  void run(const std::string &entry, uint64_t in, uint64_t out, size_t threads) const {
    CUkernel kernel;
    check(gpu.driver().cuLibraryGetKernelFn(&kernel, library, entry.c_str()), "cuLibraryGetKernel");
    CUlaunchConfig config{};
    config.gridDimX = unsigned(threads / 128);
    config.gridDimY = config.gridDimZ = config.blockDimY = config.blockDimZ = 1;
    config.blockDimX = 128;
    config.hStream = gpu.stream;
    void *arguments[] = {&in, &out};
    check(gpu.driver().cuLaunchKernelExFn(&config, reinterpret_cast<CUfunction>(kernel), arguments,
                                          nullptr),
          "cuLaunchKernelEx");
    gpu.synchronize();
  }

private:
  void check(CUresult result, const char *call) const {
    conformance::require(gpu.driver().check(result, call));
  }
  const conformance::Gpu &gpu;
  CUlibrary library = nullptr;
};

} // namespace mla::hardware
