//===- Report.h - statuses and messages at the C interface -----------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Status.h"
#include "mla/Runtime/mla.h"

#include <exception>
#include <new>

namespace mla::runtime {

/// Keeps the message of a failure for mla_last_error() of this thread, behind the function's name.
mla_status report(const char *function, const Status &status) noexcept;
/// The same for a text that needs no memory.
mla_status report(mla_status status, const char *text) noexcept;

/// Runs the body of a function of the interface: no exception leaves it.
template <typename Body>
mla_status guarded(const char *function, Body &&body) noexcept {
  try {
    Status status = body();
    return status.ok() ? MLA_STATUS_OK : report(function, status);
  } catch (const std::bad_alloc &) {
    return report(MLA_STATUS_OUT_OF_MEMORY, "out of host memory");
  } catch (const std::exception &) {
    return report(MLA_STATUS_INTERNAL, "an exception inside the library");
  }
}

} // namespace mla::runtime
