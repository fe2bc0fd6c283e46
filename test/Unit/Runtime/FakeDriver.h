//===- FakeDriver.h - what the fake driver writes instead of a tensor map -===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Driver.h"

/// The arguments of cuTensorMapEncodeTiled.
struct FakeTensorMap {
  uint32_t type, swizzle, rank;
  uint16_t box[5];
  uint64_t address, extents[5], strides[4];
};
static_assert(sizeof(FakeTensorMap) <= sizeof(CUtensorMap));
