//===- StubDriver.cpp - a driver that records launches -----------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "StubDriver.h"
#include "TestDriver.h"

#include <cstring>

extern "C" StubState *stubState() {
  static StubState state;
  return &state;
}

namespace {

struct Image {
  std::string entry;
  int number = -1;
};

thread_local CUcontext current = nullptr;

CUresult deviceAttribute(int *value, CUdevice_attribute attribute, CUdevice) {
  StubState &state = *stubState();
  switch (attribute) {
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
    *value = state.major;
    break;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
    *value = state.minor;
    break;
  case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
    *value = state.multiprocessors;
    break;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    *value = state.sharedBytes;
    break;
  default:
    *value = 0;
  }
  return CUDA_SUCCESS;
}

CUresult launch(const CUlaunchConfig *config, CUfunction function, void **parameters, void **) {
  StubState &state = *stubState();
  StubLaunch record{reinterpret_cast<Image *>(function)->entry, *config, {}};
  for (int i = 0; i < state.wordCount; ++i) {
    uint64_t word = 0;
    std::memcpy(&word, parameters[i], sizeof(word));
    record.words.push_back(word);
  }
  std::lock_guard lock(state.mutex);
  if (state.onLaunch)
    state.onLaunch(reinterpret_cast<Image *>(function)->number, *config, parameters);
  state.launches.push_back(std::move(record));
  return CUDA_SUCCESS;
}

void *find(const std::string &name) {
  auto is = [&](const char *wanted) { return name == wanted; };
  if (is("cuDeviceGetAttribute"))
    return asAddress(&deviceAttribute);
  if (is("cuDevicePrimaryCtxRetain"))
    return asAddress(+[](CUcontext *context, CUdevice) {
      *context = reinterpret_cast<CUcontext>(stubState());
      return CUDA_SUCCESS;
    });
  if (is("cuCtxGetCurrent"))
    return asAddress(+[](CUcontext *context) { return *context = current, CUDA_SUCCESS; });
  if (is("cuCtxSetCurrent"))
    return asAddress(+[](CUcontext context) { return current = context, CUDA_SUCCESS; });
  if (is("cuStreamIsCapturing"))
    return asAddress(+[](CUstream, CUstreamCaptureStatus *status) {
      *status = stubState()->isCapturing ? CU_STREAM_CAPTURE_STATUS_ACTIVE
                                         : CU_STREAM_CAPTURE_STATUS_NONE;
      return CUDA_SUCCESS;
    });
  if (is("cuLibraryLoadData"))
    return asAddress(+[](CUlibrary *library, const void *code, CUjit_option *, void **, unsigned,
                         CUlibraryOption *, void **, unsigned) {
      ++stubState()->loads;
      auto *image = new Image;
      if (stubState()->onLoad)
        image->number = stubState()->onLoad(code);
      *library = reinterpret_cast<CUlibrary>(image);
      return CUDA_SUCCESS;
    });
  if (is("cuLibraryGetKernel"))
    return asAddress(+[](CUkernel *kernel, CUlibrary library, const char *entry) {
      reinterpret_cast<Image *>(library)->entry = entry;
      *kernel = reinterpret_cast<CUkernel>(library);
      return CUDA_SUCCESS;
    });
  if (is("cuLaunchKernelEx"))
    return asAddress(&launch);
  return commonFunction<Image>(name);
}

} // namespace

extern "C" CUresult cuGetProcAddress_v2(const char *name, void **address, int, cuuint64_t,
                                        CUdriverProcAddressQueryResult *) {
  *address = find(name);
  return CUDA_SUCCESS;
}
