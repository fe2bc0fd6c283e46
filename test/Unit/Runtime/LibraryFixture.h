//===- LibraryFixture.h - the C interface over a driver that records --------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "StubDriver.h"
#include "mla/Runtime/mla.h"

#include <gtest/gtest.h>

#include <initializer_list>

/// A contiguous tensor at an address that nothing reads.
mla_tensor tensorAt(uint64_t address, int32_t dtype, std::initializer_list<int64_t> shape);

/// Opens the stub's device anew for each test.
class LibraryTest : public testing::Test {
protected:
  void SetUp() override;
  void TearDown() override;
  /// Opens a device of another arch.
  void reopen(int major, int minor, bool forbidJit = false);
  /// Expects a refusal whose message holds `text`, and that nothing was launched.
  void expectRefusal(mla_status status, mla_status expected, const std::string &text);

  StubState *stub = nullptr;
  mla_device *device = nullptr;
};
