//===- Devices.cpp - opening, loading, closing -----------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Arguments.h"
#include "DeviceState.h"
#include "Report.h"
#include "mla/Arch/Arch.h"

#include <algorithm>

using namespace mla::runtime;

static constexpr int64_t kMaxMultiprocessors = 1024;

/// Families that have kernels.
static uint32_t knownFamilies() {
  uint32_t families = 0;
  for (const CatalogueKernel &kernel : catalogue())
    families |= kernel.families;
  return families;
}

static Status openGpu(const mla_device_options &options, mla_device &device) {
  const Driver *driver = nullptr;
  if (Status status = Driver::get(driver); !status.ok())
    return status;
  CurrentContext context;
  if (Status status = context.remember(*driver); !status.ok())
    return status;
  if (Status status = device.gpu.open(*driver, options.ordinal); !status.ok())
    return status;
  device.major = device.gpu.major;
  device.minor = device.gpu.minor;
  device.numMultiprocessors = device.gpu.numMultiprocessors;
  device.maxSharedBytes = device.gpu.maxSharedBytesPerBlock;
  return {};
}

static Status openDevice(const mla_device_options *given, mla_device **result) {
  Arguments arguments(true);
  if (!result)
    arguments.refuse("device", "NULL", "a place for the handle");
  else
    *result = nullptr;
  mla_device_options options{};
  arguments.adopt(given, options);
  bool isOffline = options.ordinal == -1;
  arguments.integer("ordinal", options.ordinal, -1, INT32_MAX);
  arguments.integer("forbid_jit", options.forbid_jit, 0, 1);
  const mla::Arch *arch = nullptr;
  if (isOffline) {
    arguments.integer("compute_capability", options.compute_capability, 80, 121);
    arch = mla::archForDevice(options.compute_capability / 10, options.compute_capability % 10);
    if (!arch)
      arguments.refuse("compute_capability", std::to_string(options.compute_capability),
                       "that of a target: " + mla::archNames());
    arguments.integer("sm_count", options.sm_count, 1, kMaxMultiprocessors);
  } else {
    arguments.integer("compute_capability", options.compute_capability, 0, 0);
    arguments.integer("sm_count", options.sm_count, 0, 0);
  }
  if (!arguments.ok())
    return arguments.status;
  auto device = std::make_unique<mla_device>();
  device->isOffline = isOffline;
  device->forbidJit = options.forbid_jit != 0;
  device->folder = options.kernel_folder ? options.kernel_folder : "";
  if (isOffline) {
    device->major = options.compute_capability / 10;
    device->minor = options.compute_capability % 10;
    device->numMultiprocessors = options.sm_count;
    device->maxSharedBytes = arch->maxSharedBytesPerBlock;
  } else if (Status status = openGpu(options, *device); !status.ok()) {
    return status;
  }
  for (const CatalogueKernel &kernel : catalogue()) {
    auto &variants = device->kernels.emplace_back();
    for (const CatalogueVariant &variant : kernel.variants)
      variants.emplace_back(*device, variant);
  }
  *result = device.release();
  return {};
}

static Status loadFamilies(mla_device *device, uint32_t families) {
  Arguments arguments(true);
  if (!device)
    arguments.refuse("device", "NULL", "an open device");
  uint32_t known = knownFamilies();
  if (families == MLA_FAMILY_ALL)
    families = known;
  if (uint32_t unknown = families & ~known)
    arguments.refuse("families", std::to_string(families),
                     "of families that have kernels: " + std::to_string(unknown) + " has none");
  if (!arguments.ok())
    return arguments.status;
  if (Status status = device->requireGpu(); !status.ok())
    return status;
  CurrentContext context;
  if (Status status = context.enter(device->gpu); !status.ok())
    return status;
  std::span<const CatalogueKernel> kernels = catalogue();
  // A kernel that the device cannot run keeps no other one from being loaded.
  Status unsupported;
  for (size_t i = 0; i < kernels.size(); ++i)
    for (LibraryKernel &kernel : device->kernels[i])
      if (kernels[i].families & families) {
        Status status = kernel.loadNow();
        if (!status.ok() && status.code != StatusCode::Unsupported)
          return status;
        if (unsupported.ok())
          unsupported = std::move(status);
      }
  return unsupported;
}

extern "C" {

mla_status mla_open(const mla_device_options *options, mla_device **device) {
  return guarded("mla_open", [&] { return openDevice(options, device); });
}

mla_status mla_load(mla_device *device, uint32_t families) {
  return guarded("mla_load", [&] { return loadFamilies(device, families); });
}

void mla_close(mla_device *device) {
  if (!device)
    return;
  guarded("mla_close", [&] {
    CurrentContext context;
    Status status = device->isOffline ? Status() : context.enter(device->gpu);
    device->kernels.clear();
    return status;
  });
  delete device;
}

} // extern "C"
