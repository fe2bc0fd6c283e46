//===- Report.cpp - statuses and messages at the C interface ---------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Report.h"

#include <string>

using namespace mla::runtime;

namespace {
/// The last failure of a thread: `text` if it is set, else `message`.
struct LastError {
  std::string message;
  const char *text = "";
};
} // namespace

static LastError &lastError() noexcept {
  thread_local LastError error;
  return error;
}

static mla_status statusOf(StatusCode code) {
  switch (code) {
  case StatusCode::Ok:
    return MLA_STATUS_OK;
  case StatusCode::NoDriver:
    return MLA_STATUS_NO_DRIVER;
  case StatusCode::NoDevice:
    return MLA_STATUS_NO_DEVICE;
  case StatusCode::NotFound:
  case StatusCode::Unsupported:
    return MLA_STATUS_UNSUPPORTED;
  case StatusCode::InvalidArgument:
    return MLA_STATUS_INVALID_ARGUMENT;
  case StatusCode::NotLoaded:
    return MLA_STATUS_NOT_LOADED;
  case StatusCode::TooSmall:
    return MLA_STATUS_WORKSPACE_TOO_SMALL;
  case StatusCode::DriverError:
    return MLA_STATUS_DRIVER_ERROR;
  case StatusCode::InvalidManifest:
  case StatusCode::Internal:
    return MLA_STATUS_INTERNAL;
  }
  return MLA_STATUS_INTERNAL;
}

mla_status mla::runtime::report(const char *function, const Status &status) noexcept {
  try {
    LastError &error = lastError();
    error.message = std::string(function) + ": " + status.message;
    error.text = nullptr;
  } catch (const std::bad_alloc &) {
    return report(MLA_STATUS_OUT_OF_MEMORY, "out of host memory");
  }
  return statusOf(status.code);
}

mla_status mla::runtime::report(mla_status status, const char *text) noexcept {
  lastError().text = text;
  return status;
}

extern "C" {

int32_t mla_version(void) { return MLA_VERSION_MAJOR * 1000 + MLA_VERSION_MINOR; }

const char *mla_last_error(void) {
  const LastError &error = lastError();
  return error.text ? error.text : error.message.c_str();
}

const char *mla_status_name(mla_status status) {
  switch (status) {
  case MLA_STATUS_OK:
    return "MLA_STATUS_OK";
  case MLA_STATUS_INVALID_ARGUMENT:
    return "MLA_STATUS_INVALID_ARGUMENT";
  case MLA_STATUS_UNSUPPORTED:
    return "MLA_STATUS_UNSUPPORTED";
  case MLA_STATUS_NOT_LOADED:
    return "MLA_STATUS_NOT_LOADED";
  case MLA_STATUS_WORKSPACE_TOO_SMALL:
    return "MLA_STATUS_WORKSPACE_TOO_SMALL";
  case MLA_STATUS_NO_DRIVER:
    return "MLA_STATUS_NO_DRIVER";
  case MLA_STATUS_NO_DEVICE:
    return "MLA_STATUS_NO_DEVICE";
  case MLA_STATUS_DRIVER_ERROR:
    return "MLA_STATUS_DRIVER_ERROR";
  case MLA_STATUS_OUT_OF_MEMORY:
    return "MLA_STATUS_OUT_OF_MEMORY";
  case MLA_STATUS_INTERNAL:
    return "MLA_STATUS_INTERNAL";
  }
  return "no mla_status";
}

} // extern "C"
