//===- Driver.cpp - opens libcuda and fills the function table ------------===//
// The only place that names the library and the only place that reads the environment.
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Driver.h"

#include <cstdlib>
#include <dlfcn.h>

using namespace mla::runtime;

/// The oldest interface that has cuLibraryLoadData; asked for by version so that a newer driver
/// answers with the functions whose types this file was compiled with.
static constexpr int kDriverInterface = 12000;

Status Driver::check(CUresult result, const char *call) const {
  if (result == CUDA_SUCCESS)
    return {};
  const char *name = nullptr;
  const char *text = nullptr;
  if (cuGetErrorNameFn)
    cuGetErrorNameFn(result, &name);
  if (cuGetErrorStringFn)
    cuGetErrorStringFn(result, &text);
  return Status::error(StatusCode::DriverError,
                       std::string(call) +
                           " failed: " + (name ? name : "error " + std::to_string(int(result))) +
                           " (" + (text ? text : "the driver has no text for it") + ")");
}

Status Driver::open(const char *libraryName, Driver &driver) {
  // Never closed: the driver keeps threads and state for the life of the process.
  void *library = dlopen(libraryName, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *why = dlerror();
    return Status::error(StatusCode::NoDriver, std::string("cannot open the CUDA driver '") +
                                                   libraryName + "': " + (why ? why : "no reason"));
  }
  using GetProcAddress =
      CUresult (*)(const char *, void **, int, cuuint64_t, CUdriverProcAddressQueryResult *);
  auto getProcAddress = reinterpret_cast<GetProcAddress>(dlsym(library, "cuGetProcAddress_v2"));
  if (!getProcAddress)
    return Status::error(
        StatusCode::NoDriver,
        std::string("'") + libraryName +
            "' has no cuGetProcAddress_v2: a driver of CUDA 12.0 or later is needed");

  // `symbol` is the versioned name that the header maps `name` to; a toolkit's link stub knows only
  // those.
  auto resolve = [&](const char *name, const char *symbol) -> void * {
    void *address = nullptr;
    CUdriverProcAddressQueryResult found{};
    CUresult result =
        getProcAddress(name, &address, kDriverInterface, CU_GET_PROC_ADDRESS_DEFAULT, &found);
    return result == CUDA_SUCCESS && address ? address : dlsym(library, symbol);
  };
#define MLA_TEXT(name) #name
#define MLA_EXPANDED_TEXT(name) MLA_TEXT(name)
#define MLA_DRIVER_RESOLVE(name)                                                                   \
  driver.name##Fn = reinterpret_cast<decltype(&::name)>(resolve(#name, MLA_EXPANDED_TEXT(name)));  \
  if (!driver.name##Fn)                                                                            \
    return Status::error(StatusCode::NoDriver, std::string("'") + libraryName +                    \
                                                   "' has no " #name                               \
                                                   ": a driver of CUDA 12.0 or later is needed");
  MLA_DRIVER_FUNCTIONS(MLA_DRIVER_RESOLVE)
#undef MLA_DRIVER_RESOLVE
#undef MLA_EXPANDED_TEXT
#undef MLA_TEXT

  if (Status status = driver.check(driver.cuInitFn(0), "cuInit"); !status.ok())
    return Status::error(StatusCode::NoDevice, status.message);
  return driver.check(driver.cuDriverGetVersionFn(&driver.version), "cuDriverGetVersion");
}

Status Driver::get(const Driver *&driver) {
  static Driver table;
  static const Status status = [] {
    const char *name = std::getenv("MLA_LIBCUDA");
    return open(name && *name ? name : "libcuda.so.1", table);
  }();
  driver = status.ok() ? &table : nullptr;
  return status;
}

Device::~Device() {
  if (context)
    table->cuDevicePrimaryCtxReleaseFn(handle);
}

Status Device::open(const Driver &driver, int ordinal) {
  int count = 0;
  if (Status status = driver.check(driver.cuDeviceGetCountFn(&count), "cuDeviceGetCount");
      !status.ok())
    return status;
  if (ordinal < 0 || ordinal >= count)
    return Status::error(StatusCode::NoDevice, "device " + std::to_string(ordinal) +
                                                   " does not exist: this machine has " +
                                                   std::to_string(count));
  table = &driver;
  if (Status status = driver.check(driver.cuDeviceGetFn(&handle, ordinal), "cuDeviceGet");
      !status.ok())
    return status;

  char text[256] = {};
  driver.cuDeviceGetNameFn(text, sizeof(text) - 1, handle);
  name = text;
  size_t bytes = 0;
  driver.cuDeviceTotalMemFn(&bytes, handle);
  totalBytes = bytes;
  const std::pair<int *, CUdevice_attribute> wanted[] = {
      {&major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR},
      {&minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR},
      {&numMultiprocessors, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT},
      {&l2Bytes, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE},
      {&maxSharedBytesPerBlock, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN}};
  for (auto [value, attribute] : wanted) {
    if (Status status = driver.check(driver.cuDeviceGetAttributeFn(value, attribute, handle),
                                     "cuDeviceGetAttribute");
        !status.ok())
      return status;
  }
  if (Status status = driver.check(driver.cuDevicePrimaryCtxRetainFn(&context, handle),
                                   "cuDevicePrimaryCtxRetain");
      !status.ok())
    return status;
  return makeCurrent();
}

Status Device::makeCurrent() const {
  return table->check(table->cuCtxSetCurrentFn(context), "cuCtxSetCurrent");
}
