//===- Exports.cpp - how programs find the functions ----------------------===//
// By cuGetProcAddress, as programs of CUDA 12 do, or by the names that cuda.h maps them to.
// SPDX-License-Identifier: Apache-2.0
#include "State.h"
#include "mla/Runtime/Driver.h"

#include <cstring>

// clang-format off
/// What programs beside the runtime ask for.
#define MLA_OTHER_FUNCTIONS(X)                                                                     \
  X(cuCtxGetDevice) X(cuCtxSynchronize) X(cuMemGetInfo) X(cuMemcpyHtoD)         \
  X(cuMemcpyDtoH) X(cuStreamQuery) X(cuStreamWaitEvent) X(cuEventQuery)     \
  X(cuEventSynchronize) X(cuKernelGetFunction) X(cuLaunchKernel)
// clang-format on

#undef cuGetProcAddress
extern "C" CUresult CUDAAPI cuGetProcAddress_v2(const char *name, void **address, int, cuuint64_t,
                                                CUdriverProcAddressQueryResult *found) {
  *address = nullptr;
#define MLA_FIND(function)                                                                         \
  if (std::strcmp(name, #function) == 0)                                                           \
    *address = reinterpret_cast<void *>(&::function);
  MLA_DRIVER_FUNCTIONS(MLA_FIND)
  MLA_OTHER_FUNCTIONS(MLA_FIND)
#undef MLA_FIND
  if (std::strcmp(name, "cuGetProcAddress") == 0)
    *address = reinterpret_cast<void *>(&cuGetProcAddress_v2);
  if (found)
    *found = *address ? CU_GET_PROC_ADDRESS_SUCCESS : CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
  return *address ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

namespace {
struct ErrorText {
  CUresult code;
  const char *name, *text;
};
} // namespace

#define MLA_ERROR(code, text) {code, #code, text}
static constexpr ErrorText kErrors[] = {
    MLA_ERROR(CUDA_SUCCESS, "no error"),
    MLA_ERROR(CUDA_ERROR_INVALID_VALUE, "invalid argument"),
    MLA_ERROR(CUDA_ERROR_OUT_OF_MEMORY, "out of memory"),
    MLA_ERROR(CUDA_ERROR_NOT_INITIALIZED, "cuInit was not called"),
    MLA_ERROR(CUDA_ERROR_INVALID_DEVICE, "no such device, or a wrong MLA_SIM variable"),
    MLA_ERROR(CUDA_ERROR_INVALID_IMAGE, "the image is malformed"),
    MLA_ERROR(CUDA_ERROR_INVALID_CONTEXT, "no context is current on this thread"),
    MLA_ERROR(CUDA_ERROR_NO_BINARY_FOR_GPU, "no image of which the simulator has PTX"),
    MLA_ERROR(CUDA_ERROR_INVALID_PTX, "PTX that cannot be read or simulated"),
    MLA_ERROR(CUDA_ERROR_INVALID_HANDLE, "no such object"),
    MLA_ERROR(CUDA_ERROR_ILLEGAL_STATE, "not in this state"),
    MLA_ERROR(CUDA_ERROR_NOT_FOUND, "no such name"),
    MLA_ERROR(CUDA_ERROR_ILLEGAL_ADDRESS, "an access outside of every allocation"),
    MLA_ERROR(CUDA_ERROR_LAUNCH_TIMEOUT, "a grid without end"),
    MLA_ERROR(CUDA_ERROR_MISALIGNED_ADDRESS, "a misaligned access"),
    MLA_ERROR(CUDA_ERROR_LAUNCH_FAILED, "a trap, a race, an uninitialised read or wrong operands"),
    MLA_ERROR(CUDA_ERROR_NOT_SUPPORTED, "not simulated"),
    MLA_ERROR(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "not allowed while a stream captures"),
    MLA_ERROR(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "an earlier error broke the capture"),
    MLA_ERROR(CUDA_ERROR_STREAM_CAPTURE_MERGE, "two captures would become one"),
    MLA_ERROR(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, "the capture began in another stream"),
    MLA_ERROR(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "the default stream while a stream captures"),
    MLA_ERROR(CUDA_ERROR_CAPTURED_EVENT, "the event belongs to a capture"),
};
#undef MLA_ERROR

static const ErrorText *findError(CUresult code) {
  for (const ErrorText &error : kErrors)
    if (error.code == code)
      return &error;
  return nullptr;
}

CUresult CUDAAPI cuGetErrorName(CUresult code, const char **name) {
  const ErrorText *error = findError(code);
  *name = error ? error->name : nullptr;
  return error ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

CUresult CUDAAPI cuGetErrorString(CUresult code, const char **text) {
  const ErrorText *error = findError(code);
  *text = error ? error->text : nullptr;
  return error ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}
