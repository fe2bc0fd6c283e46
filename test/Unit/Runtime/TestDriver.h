//===- TestDriver.h - what the drivers of tests have in common --------------===//
// A driver is looked up function by function. Those that matter to a test are its own; the rest
// succeeds and does nothing. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda.h>

#include <string>

/// A function as cuGetProcAddress hands it over.
template <typename Function>
void *asAddress(Function function) {
  return reinterpret_cast<void *>(function);
}

/// The functions that all drivers of tests answer alike; `Image` is what their handles point to.
template <typename Image>
void *commonFunction(const std::string &name) {
  if (name == "cuDriverGetVersion")
    return asAddress(+[](int *version) { return *version = 13000, CUDA_SUCCESS; });
  if (name == "cuDeviceGetCount")
    return asAddress(+[](int *count) { return *count = 1, CUDA_SUCCESS; });
  if (name == "cuLibraryUnload")
    return asAddress(+[](CUlibrary library) {
      delete reinterpret_cast<Image *>(library);
      return CUDA_SUCCESS;
    });
  // On the platforms of the driver a callee may ignore its arguments, so one function serves all.
  return asAddress(+[] { return CUDA_SUCCESS; });
}
