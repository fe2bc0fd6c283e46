//===- Driver.h - the CUDA driver API, found at run time ------------------===//
// Nothing links libcuda: it is opened on first use, so a program that never touches a GPU runs
// anywhere. One table of function pointers per process; needs a driver of CUDA 12.0 or later.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Status.h"

#include <cuda.h>

#include <cstdint>
#include <string>

namespace mla::runtime {

/// Every driver function that the runtime and its tools use.
#define MLA_DRIVER_FUNCTIONS(X)                                                                    \
  X(cuInit)                                                                                        \
  X(cuDriverGetVersion)                                                                            \
  X(cuGetErrorName)                                                                                \
  X(cuGetErrorString)                                                                              \
  X(cuDeviceGetCount)                                                                              \
  X(cuDeviceGet)                                                                                   \
  X(cuDeviceGetName)                                                                               \
  X(cuDeviceGetAttribute)                                                                          \
  X(cuDeviceTotalMem)                                                                              \
  X(cuDevicePrimaryCtxRetain)                                                                      \
  X(cuDevicePrimaryCtxRelease)                                                                     \
  X(cuCtxGetCurrent)                                                                               \
  X(cuCtxSetCurrent)                                                                               \
  X(cuMemAlloc)                                                                                    \
  X(cuMemFree)                                                                                     \
  X(cuMemcpyHtoDAsync)                                                                             \
  X(cuMemcpyDtoHAsync)                                                                             \
  X(cuMemcpyDtoDAsync)                                                                             \
  X(cuMemsetD8Async)                                                                               \
  X(cuStreamCreate)                                                                                \
  X(cuStreamDestroy)                                                                               \
  X(cuStreamSynchronize)                                                                           \
  X(cuEventCreate)                                                                                 \
  X(cuEventDestroy)                                                                                \
  X(cuEventRecord)                                                                                 \
  X(cuEventElapsedTime)                                                                            \
  X(cuStreamIsCapturing)                                                                           \
  X(cuStreamBeginCapture)                                                                          \
  X(cuStreamEndCapture)                                                                            \
  X(cuGraphInstantiateWithFlags)                                                                   \
  X(cuGraphDestroy)                                                                                \
  X(cuGraphLaunch)                                                                                 \
  X(cuGraphExecDestroy)                                                                            \
  X(cuLibraryLoadData)                                                                             \
  X(cuLibraryUnload)                                                                               \
  X(cuLibraryGetKernel)                                                                            \
  X(cuKernelGetAttribute)                                                                          \
  X(cuKernelSetAttribute)                                                                          \
  X(cuLaunchKernelEx)                                                                              \
  X(cuTensorMapEncodeTiled)

/// The driver's functions, under their own names.
struct Driver {
#define MLA_DRIVER_MEMBER(name) decltype(&::name) name##Fn = nullptr;
  MLA_DRIVER_FUNCTIONS(MLA_DRIVER_MEMBER)
#undef MLA_DRIVER_MEMBER

  /// CUDA version of the driver, e.g. 13000.
  int version = 0;

  /// Opens and initialises the driver once per process; later calls repeat the first answer.
  /// The environment variable MLA_LIBCUDA names another library than libcuda.so.1.
  static Status get(const Driver *&driver);

  /// Opens one library by name and initialises it; what get() does without the memory of it.
  static Status open(const char *libraryName, Driver &driver);

  /// Turns a driver result into a Status: "cuMemAlloc failed: CUDA_ERROR_OUT_OF_MEMORY (out of
  /// memory)".
  Status check(CUresult result, const char *call) const;
};

/// A GPU with its primary context current on the calling thread; the context is released at the
/// end.
class Device {
public:
  Device() = default;
  Device(const Device &) = delete;
  Device &operator=(const Device &) = delete;
  ~Device();

  /// Takes GPU number `ordinal` and makes its primary context current on this thread.
  Status open(const Driver &driver, int ordinal);

  /// Makes the context current on another thread.
  Status makeCurrent() const;

  /// The context, after open().
  CUcontext primaryContext() const { return context; }
  /// The driver that the device was opened with; only after open().
  const Driver &driver() const { return *table; }
  CUdevice handle = 0;            ///< the driver's handle
  std::string name;               ///< e.g. "NVIDIA H200"
  int major = 0;                  ///< compute capability, e.g. 9
  int minor = 0;                  ///< compute capability, e.g. 0
  int numMultiprocessors = 0;     ///< SMs
  int l2Bytes = 0;                ///< second-level cache
  int maxSharedBytesPerBlock = 0; ///< opt-in dynamic shared memory of one block
  uint64_t totalBytes = 0;        ///< device memory

private:
  const Driver *table = nullptr;
  CUcontext context = nullptr;
};

} // namespace mla::runtime
