//===- Devices.cpp - cuInit, the device and its context -------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "State.h"

#include <cstdio>

using namespace mla::sim::driver;

/// CUDA 13.0: what the interface was written for.
static constexpr int kDriverVersion = 13000;
/// There is no cache; programs that flush one write this much.
static constexpr int kL2Bytes = 4 << 20;

thread_local CUcontext mla::sim::driver::currentContext = nullptr;

CUcontext mla::sim::driver::primaryContext() {
  static char context;
  return reinterpret_cast<CUcontext>(&context);
}

State &mla::sim::driver::state() {
  // Never destroyed: a program may call the driver while it ends.
  static State *instance = new State;
  return *instance;
}

void mla::sim::driver::complain(const std::string &text) {
  std::fprintf(stderr, "mla-sim: %s\n", text.c_str());
}

void State::reset() {
  for (auto [address, bytes] : allocations)
    device.free(address);
  allocations.clear();
  usedBytes = 0;
  streams.clear();
  events.clear();
  legacy = perThread = {};
}

CUresult CUDAAPI cuInit(unsigned flags) {
  State &driver = state();
  std::lock_guard lock(driver.mutex);
  if (flags)
    return CUDA_ERROR_INVALID_VALUE;
  std::string error;
  if (!driver.isInitialised && !driver.settings.read(error)) {
    complain(error);
    return CUDA_ERROR_INVALID_DEVICE;
  }
  driver.isInitialised = true;
  return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDriverGetVersion(int *version) {
  if (!version)
    return CUDA_ERROR_INVALID_VALUE;
  *version = kDriverVersion;
  return CUDA_SUCCESS;
}

CUresult CUDAAPI cuDeviceGetCount(int *count) {
  return call(false, [&](State &) {
    *count = 1;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuDeviceGet(CUdevice *device, int ordinal) {
  return call(false, [&](State &) {
    *device = 0;
    return ordinal == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
  });
}

CUresult CUDAAPI cuDeviceGetName(char *name, int length, CUdevice device) {
  return call(false, [&](State &driver) {
    if (device != 0 || !name || length < 1)
      return CUDA_ERROR_INVALID_VALUE;
    std::snprintf(name, size_t(length), "simulated %s",
                  std::string(driver.settings.arch->name).c_str());
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuDeviceTotalMem(size_t *bytes, CUdevice device) {
  return call(false, [&](State &driver) {
    *bytes = driver.settings.memoryBytes;
    return device == 0 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_DEVICE;
  });
}

static bool attributeOf(const Settings &settings, CUdevice_attribute attribute, int64_t &value) {
  const mla::Arch &arch = *settings.arch;
  switch (attribute) {
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
    value = arch.major;
    return true;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
    value = arch.minor;
    return true;
  case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
    value = settings.multiprocessors;
    return true;
  case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
    value = kL2Bytes;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK:
    value = 48 << 10;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    value = arch.maxSharedBytesPerBlock;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR:
    value = arch.sharedBytesPerSm;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK:
  case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR:
    value = arch.registersPerSm;
    return true;
  case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
    value = 32;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X:
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y:
    value = arch.maxThreadsPerBlock;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z:
    value = 64;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X:
    value = INT32_MAX;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y:
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z:
    value = 65535;
    return true;
  case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR:
    value = arch.maxWarpsPerSm * 32;
    return true;
  case CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH:
    value = arch.has(mla::Feature::Cluster);
    return true;
  case CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED:
    value = arch.has(mla::Feature::Tma);
    return true;
  case CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH:
  case CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING:
    value = 1;
    return true;
  case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
  case CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE:
  case CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH:
  case CU_DEVICE_ATTRIBUTE_INTEGRATED:
    value = 0; // there is no time
    return true;
  default:
    return false;
  }
}

CUresult CUDAAPI cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  return call(false, [&](State &driver) {
    int64_t found = 0;
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    if (!attributeOf(driver.settings, attribute, found)) {
      complain("device attribute " + std::to_string(int(attribute)) + " is not known here");
      return CUDA_ERROR_INVALID_VALUE;
    }
    *value = int(found);
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  return call(false, [&](State &driver) {
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    ++driver.retained;
    *context = primaryContext();
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuDevicePrimaryCtxRelease(CUdevice device) {
  return call(false, [&](State &driver) {
    if (device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    if (driver.retained == 0)
      return CUDA_ERROR_INVALID_CONTEXT;
    if (--driver.retained == 0)
      driver.reset();
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuCtxSetCurrent(CUcontext context) {
  return call(false, [&](State &driver) {
    if (context && (context != primaryContext() || driver.retained == 0))
      return CUDA_ERROR_INVALID_CONTEXT;
    currentContext = context;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuCtxGetCurrent(CUcontext *context) {
  return call(false, [&](State &) {
    *context = currentContext;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuCtxGetDevice(CUdevice *device) {
  return call(true, [&](State &) {
    *device = 0;
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuCtxSynchronize() {
  return call(true, [&](State &driver) { return driver.allowUnsafeCall("cuCtxSynchronize"); });
}
