//===- Call.h - what query, plan and run of every operation share ----------===//
// A family reads its struct into a problem and lists its launches; this checks all of them before
// the first one is enqueued. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Arguments.h"
#include "DeviceState.h"
#include "Report.h"

namespace mla::runtime {

/// One kernel with its operands.
struct Launch {
  LibraryKernel *kernel = nullptr; ///< with its image chosen
  Grid grid;                       ///< blocks
  Operands operands;               ///< by the kernel's names
};

/// Checks what a query checks: all promises but those of addresses that are not known.
template <size_t N>
Status checkLaunches(const std::array<Launch, N> &launches, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (Status status = launches[i].kernel->check(launches[i].operands); !status.ok())
      return status;
  return {};
}

/// Enqueues launches in order; none of them if one is refused or, inside a capture, not loaded.
template <size_t N>
Status enqueue(mla_device &device, const std::array<Launch, N> &launches, size_t count,
               void *stream) {
  auto *cuStream = static_cast<CUstream>(stream);
  CurrentContext context;
  if (Status status = context.enter(device.gpu); !status.ok())
    return status;
  for (size_t i = 0; i < count; ++i)
    if (Status status = launches[i].kernel->load(cuStream); !status.ok())
      return status;
  std::array<PreparedLaunch, N> prepared;
  for (size_t i = 0; i < count; ++i)
    if (Status status =
            launches[i].kernel->prepare(launches[i].grid, launches[i].operands, prepared[i]);
        !status.ok())
      return status;
  for (size_t i = 0; i < count; ++i)
    if (Status status = launches[i].kernel->launch(prepared[i], cuStream); !status.ok())
      return status;
  return {};
}

/// Refuses a NULL handle.
inline bool hasDevice(Arguments &arguments, const mla_device *device) {
  if (!device)
    arguments.refuse("device", "NULL", "an open device");
  return arguments.ok();
}

/// Writes a query's answer in the caller's version of the struct.
Status answer(const mla_query_result &known, mla_query_result *result);

/// Checks an mla_lse_convention.
void checkConvention(Arguments &arguments, const mla_lse_convention &convention);

/// Checks the scale of scores that kernels take times `factor` and log2(e).
void checkScale(Arguments &arguments, float scale, double factor);

/// CTAs that a multiprocessor is given of one kernel, at most.
inline constexpr int64_t kMaxResident = 2;
/// How many of them run on it at a time.
int64_t residentBlocks(const Variant &variant);

/// One call of the interface: `Operation` checks its struct with read(), `body` does the rest.
template <typename Operation, typename Args, typename Body>
mla_status callOf(const char *function, mla_device *device, const Args *args, bool readsPointers,
                  Body &&body) {
  return guarded(function, [&] {
    Operation operation(device, readsPointers);
    Status status = operation.read(args);
    return status.ok() ? body(operation) : status;
  });
}

/// An operation that is one launch without a workspace.
template <typename Args>
class OneLaunch {
public:
  OneLaunch(mla_device *device, bool readsPointers) : device(device), arguments(readsPointers) {}

protected:
  mla_device *device;
  Arguments arguments;
  Args args{};
  LibraryKernel *kernel = nullptr;
};

/// The query of such an operation, which fills a launch with fill(), empty if there is nothing to
/// do.
template <typename Operation, typename Args>
mla_status queryOne(const char *function, mla_device *device, const Args *args,
                    mla_query_result *result) {
  return callOf<Operation>(function, device, args, false, [&](Operation &operation) {
    std::array<Launch, 1> launch;
    operation.fill(launch[0]);
    // Where there is nothing to do, a run refuses nothing more.
    size_t count = launch[0].grid.x == 0 ? 0 : 1;
    if (Status status = checkLaunches(launch, count); !status.ok())
      return status;
    mla_query_result known{};
    known.jit = launch[0].kernel->jit();
    known.num_kernels = int32_t(count);
    known.kernel = launch[0].kernel->name().data();
    known.arch = launch[0].kernel->variant().arch.c_str();
    return answer(known, result);
  });
}

/// The run of such an operation.
template <typename Operation, typename Args>
mla_status runOne(const char *function, mla_device *device, const Args *args, void *stream) {
  return callOf<Operation>(function, device, args, true, [&](Operation &operation) {
    if (Status status = device->requireGpu(); !status.ok())
      return status;
    std::array<Launch, 1> launch;
    operation.fill(launch[0]);
    return launch[0].grid.x == 0 ? Status() : enqueue(*device, launch, 1, stream);
  });
}

/// Bytes of parts of a workspace, each 256-byte aligned.
class Layout {
public:
  /// Takes `bytes` more and returns where they begin.
  size_t take(size_t bytes) {
    size_t at = used;
    used += (bytes + kAlignment - 1) / kAlignment * kAlignment;
    return at;
  }
  /// Of all parts.
  size_t bytes() const { return used; }

private:
  static constexpr size_t kAlignment = 256;
  size_t used = 0;
};

} // namespace mla::runtime
