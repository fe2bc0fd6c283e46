//===- Launch.cpp - the launcher behind plain C functions -----------------===//
// For Python's ctypes, so that one process can run our kernels, numpy's and Triton's answers side
// by side. SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Launcher.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

using namespace mla::runtime;

namespace {
struct Loaded {
  Kernel kernel;
  std::vector<std::string> names; ///< of the arguments, in launch order
};
} // namespace

static void say(const std::string &message, char *buffer, size_t bytes) {
  std::strncpy(buffer, message.c_str(), bytes);
  if (bytes)
    buffer[bytes - 1] = 0;
}

/// The first GPU, whose primary context torch uses too.
static Status theDevice(const Device *&device) {
  static Device theOne;
  static Status opened = [] {
    const Driver *driver = nullptr;
    Status status = Driver::get(driver);
    return status.ok() ? theOne.open(*driver, 0) : status;
  }();
  device = &theOne;
  return opened;
}

extern "C" {

/// Loads `<stem>.fatbin`, .cubin or .ptx with its manifest; null and a message if that fails.
void *mlaLaunchLoad(const char *stem, char *message, size_t bytes) {
  auto loaded = std::make_unique<Loaded>();
  const Device *device = nullptr;
  Status status = theDevice(device);
  if (status.ok())
    status = loaded->kernel.loadFile(*device, stem);
  if (!status.ok()) {
    say(status.message, message, bytes);
    return nullptr;
  }
  for (const Argument &argument : loaded->kernel.variant().arguments)
    loaded->names.push_back(argument.name);
  return loaded.release();
}

/// Name of a run-time argument, or null behind the last.
const char *mlaLaunchArgument(const void *handle, size_t index) {
  const auto &names = static_cast<const Loaded *>(handle)->names;
  return index < names.size() ? names[index].c_str() : nullptr;
}

/// Enqueues one launch. For each argument `kinds` says what it is: 'p' a device address in `bits`,
/// 'i' an integer in `bits`, 'f' a number in `reals`. 0 if that worked.
int mlaLaunch(const void *handle, const int64_t *grid, size_t count, const char *kinds,
              const uint64_t *bits, const double *reals, void *stream, char *message,
              size_t bytes) {
  std::vector<Value> values;
  for (size_t index = 0; index < count; ++index)
    values.push_back(kinds[index] == 'p'   ? Value::pointer(bits[index])
                     : kinds[index] == 'i' ? Value::integer(int64_t(bits[index]))
                                           : Value::number(reals[index]));
  Status status = static_cast<const Loaded *>(handle)->kernel.launch(
      {grid[0], grid[1], grid[2]}, values, static_cast<CUstream>(stream));
  if (!status.ok())
    say(status.message, message, bytes);
  return status.ok() ? 0 : 1;
}

void mlaLaunchUnload(void *handle) { delete static_cast<Loaded *>(handle); }

} // extern "C"
