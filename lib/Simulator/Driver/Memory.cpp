//===- Memory.cpp - device memory and copies ------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "State.h"

using namespace mla::sim::driver;

/// What cuMemAlloc promises. The address is no multiple of twice that, so that a kernel that counts
/// on more is found.
static constexpr uint64_t kAlignment = 256;

static std::string hexadecimal(uint64_t address) {
  char text[24];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(address));
  return text;
}

/// The verdict on a copy whose device addresses were, or were not, inside one allocation.
static CUresult done(bool isInside, const char *what, CUdeviceptr address, uint64_t bytes) {
  if (isInside || bytes == 0)
    return CUDA_SUCCESS;
  complain(std::string(what) + " of " + std::to_string(bytes) + " bytes at " +
           hexadecimal(address) + ": not inside one allocation");
  return CUDA_ERROR_INVALID_VALUE;
}

CUresult CUDAAPI cuMemAlloc(CUdeviceptr *address, size_t bytes) {
  return call(true, [&](State &driver) {
    if (!address || bytes == 0)
      return CUDA_ERROR_INVALID_VALUE;
    if (CUresult result = driver.allowUnsafeCall("cuMemAlloc"))
      return result;
    if (bytes > driver.settings.memoryBytes - driver.usedBytes)
      return CUDA_ERROR_OUT_OF_MEMORY;
    *address =
        driver.device.allocate(bytes, kAlignment, "allocation " + std::to_string(++driver.named));
    driver.allocations[*address] = bytes;
    driver.usedBytes += bytes;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuMemFree(CUdeviceptr address) {
  return call(true, [&](State &driver) {
    if (address == 0)
      return CUDA_SUCCESS;
    if (CUresult result = driver.allowUnsafeCall("cuMemFree"))
      return result;
    auto found = driver.allocations.find(address);
    if (found == driver.allocations.end()) {
      complain("cuMemFree of " + hexadecimal(address) + ", which is no allocation");
      return CUDA_ERROR_INVALID_VALUE;
    }
    driver.usedBytes -= found->second;
    driver.allocations.erase(found);
    driver.device.free(address);
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuMemGetInfo(size_t *freeBytes, size_t *totalBytes) {
  return call(true, [&](State &driver) {
    *totalBytes = driver.settings.memoryBytes;
    *freeBytes = driver.settings.memoryBytes - driver.usedBytes;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuMemcpyHtoDAsync(CUdeviceptr to, const void *from, size_t bytes,
                                   CUstream stream) {
  return call(true, [&](State &driver) {
    return driver.enqueue(stream, [&driver, to, from, bytes] {
      return done(driver.device.write(to, from, bytes), "copy to the device", to, bytes);
    });
  });
}

CUresult CUDAAPI cuMemcpyDtoHAsync(void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return call(true, [&](State &driver) {
    return driver.enqueue(stream, [&driver, to, from, bytes] {
      return done(driver.device.read(from, to, bytes), "copy from the device", from, bytes);
    });
  });
}

CUresult CUDAAPI cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes,
                                   CUstream stream) {
  return call(true, [&](State &driver) {
    return driver.enqueue(stream, [&driver, to, from, bytes] {
      return done(driver.device.copy(to, from, bytes),
                  ("copy to " + hexadecimal(to) + " on the device").c_str(), from, bytes);
    });
  });
}

CUresult CUDAAPI cuMemsetD8Async(CUdeviceptr to, unsigned char byte, size_t bytes,
                                 CUstream stream) {
  return call(true, [&](State &driver) {
    return driver.enqueue(stream, [&driver, to, byte, bytes] {
      return done(driver.device.fill(to, byte, bytes), "fill", to, bytes);
    });
  });
}

CUresult CUDAAPI cuMemcpyHtoD(CUdeviceptr to, const void *from, size_t bytes) {
  return cuMemcpyHtoDAsync(to, from, bytes, nullptr);
}

CUresult CUDAAPI cuMemcpyDtoH(void *to, CUdeviceptr from, size_t bytes) {
  return cuMemcpyDtoHAsync(to, from, bytes, nullptr);
}
