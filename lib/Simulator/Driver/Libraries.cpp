//===- Libraries.cpp - modules and their kernels --------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "State.h"

#include <algorithm>
#include <cstring>

using namespace mla::sim;
using namespace mla::sim::driver;

std::shared_ptr<driver::Kernel> State::findKernel(const void *handle) const {
  auto found = kernels.find(handle);
  return found == kernels.end() ? nullptr : found->second;
}

/// Writes the reason where the caller wants the log of the compilation.
static void log(const std::string &text, CUjit_option *options, void **values, unsigned count) {
  char *buffer = nullptr;
  size_t bytes = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER)
      buffer = static_cast<char *>(values[i]);
    if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
      bytes = uint32_t(reinterpret_cast<uintptr_t>(values[i]));
  }
  if (!buffer || bytes == 0)
    return;
  size_t length = std::min(bytes - 1, text.size());
  std::memcpy(buffer, text.data(), length);
  buffer[length] = 0;
}

CUresult CUDAAPI cuLibraryLoadData(CUlibrary *handle, const void *code, CUjit_option *options,
                                   void **values, unsigned count, CUlibraryOption *, void **,
                                   unsigned) {
  return call(false, [&](State &state) {
    if (!handle || !code)
      return CUDA_ERROR_INVALID_VALUE;
    if (CUresult result = state.allowUnsafeCall("cuLibraryLoadData"))
      return result;
    std::string_view ptx;
    std::string error;
    CUresult result = choosePtx(code, *state.settings.arch, ptx, error);
    auto library = std::make_unique<Library>();
    library->module = ++state.modules;
    Diagnostic diagnostic;
    if (result == CUDA_SUCCESS && !state.device.load(ptx, diagnostic, library->module)) {
      error = "line " + std::to_string(diagnostic.line) + " of the PTX: " + diagnostic.text;
      result = CUDA_ERROR_INVALID_PTX;
    }
    if (result != CUDA_SUCCESS) {
      complain(error);
      log(error, options, values, count);
      return result;
    }
    for (const std::string &name : state.device.kernels(library->module)) {
      auto kernel = std::make_shared<driver::Kernel>();
      kernel->name = name;
      kernel->module = library->module;
      kernel->facts = state.device.facts(name, library->module);
      kernel->parameters = state.device.parameters(name, library->module);
      state.kernels[kernel.get()] = kernel;
      library->kernels[name] = std::move(kernel);
    }
    *handle = state.libraries.add(std::move(library));
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuLibraryUnload(CUlibrary handle) {
  return call(false, [&](State &state) {
    Library *library = state.libraries.find(handle);
    if (!library)
      return CUDA_ERROR_INVALID_HANDLE;
    if (CUresult result = state.allowUnsafeCall("cuLibraryUnload"))
      return result;
    for (const auto &[name, kernel] : library->kernels) {
      kernel->isLoaded = false;
      state.kernels.erase(kernel.get());
    }
    state.device.unload(library->module);
    state.libraries.remove(handle);
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuLibraryGetKernel(CUkernel *kernel, CUlibrary handle, const char *name) {
  return call(false, [&](State &state) {
    Library *library = state.libraries.find(handle);
    if (!library)
      return CUDA_ERROR_INVALID_HANDLE;
    auto found = library->kernels.find(name);
    if (found == library->kernels.end())
      return CUDA_ERROR_NOT_FOUND;
    *kernel = reinterpret_cast<CUkernel>(found->second.get());
    return CUDA_SUCCESS;
  });
}

CUresult CUDAAPI cuKernelGetFunction(CUfunction *function, CUkernel kernel) {
  return call(true, [&](State &state) {
    *function = reinterpret_cast<CUfunction>(kernel);
    return state.findKernel(kernel) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
  });
}

static bool attributeOf(const driver::Kernel &kernel, const mla::Arch &arch,
                        CUfunction_attribute attribute, int &value) {
  int capability = arch.major * 10 + arch.minor;
  switch (attribute) {
  case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
    value = int(kernel.facts.maxThreads);
    return true;
  case CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES:
    value = int(kernel.facts.sharedBytes);
    return true;
  case CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES:
    value = int(kernel.facts.localBytes);
    return true;
  case CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES:
    value = 0;
    return true;
  case CU_FUNC_ATTRIBUTE_NUM_REGS:
    value = 0; // PTX has as many as it likes
    return true;
  case CU_FUNC_ATTRIBUTE_PTX_VERSION:
  case CU_FUNC_ATTRIBUTE_BINARY_VERSION:
    value = capability;
    return true;
  case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
    value = int(kernel.maxDynamicBytes);
    return true;
  default:
    return false;
  }
}

CUresult CUDAAPI cuKernelGetAttribute(int *value, CUfunction_attribute attribute, CUkernel handle,
                                      CUdevice device) {
  return call(false, [&](State &state) {
    std::shared_ptr<driver::Kernel> kernel = state.findKernel(handle);
    if (!kernel || device != 0)
      return CUDA_ERROR_INVALID_HANDLE;
    return attributeOf(*kernel, *state.settings.arch, attribute, *value) ? CUDA_SUCCESS
                                                                         : CUDA_ERROR_INVALID_VALUE;
  });
}

CUresult CUDAAPI cuKernelSetAttribute(CUfunction_attribute attribute, int value, CUkernel handle,
                                      CUdevice device) {
  return call(false, [&](State &state) {
    std::shared_ptr<driver::Kernel> kernel = state.findKernel(handle);
    if (!kernel || device != 0)
      return CUDA_ERROR_INVALID_HANDLE;
    switch (attribute) {
    case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
      if (value < 0 || kernel->facts.sharedBytes + uint64_t(value) >
                           uint64_t(state.settings.arch->maxSharedBytesPerBlock))
        return CUDA_ERROR_INVALID_VALUE;
      kernel->maxDynamicBytes = unsigned(value);
      return CUDA_SUCCESS;
    case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT:
    case CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED:
      return CUDA_SUCCESS;
    default:
      return CUDA_ERROR_INVALID_VALUE;
    }
  });
}
