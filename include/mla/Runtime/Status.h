//===- Status.h - how the runtime says that something did not work --------===//
// The runtime throws nothing across its interface and never ends the process: a call returns a
// Status. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace mla::runtime {

/// What kind of thing went wrong; the message says which one.
enum class StatusCode {
  Ok,
  NoDriver,        ///< libcuda is absent or too old
  NoDevice,        ///< the driver is there, a usable GPU is not
  NotFound,        ///< a file, a kernel or a variant is missing
  InvalidManifest, ///< the manifest is not what version 1 of the format allows
  InvalidArgument, ///< the caller's arguments do not fit the kernel
  Unsupported,     ///< legal, but no kernel does it
  NotLoaded,       ///< a stream is being captured and the kernel is not loaded
  TooSmall,        ///< the caller's workspace or plan
  DriverError,     ///< a driver call failed
  Internal,        ///< a defect of the library
};

/// The result of a runtime call: Ok, or a code and a message that names the offender and its value.
struct [[nodiscard]] Status {
  StatusCode code = StatusCode::Ok; ///< what kind of failure
  std::string message;              ///< empty when ok

  /// True when the call did what it promises.
  bool ok() const { return code == StatusCode::Ok; }
  /// A failure with its message.
  static Status error(StatusCode code, std::string message) { return {code, std::move(message)}; }
};

} // namespace mla::runtime
