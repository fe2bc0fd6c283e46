//===- TensorMaps.h - descriptions of tensors for bulk copies -------------===//
// A kernel with bulk tensor copies takes, behind its arguments, one tensor map per tensor: 128
// bytes that the driver's host code encodes from the arguments at every launch, without touching
// the GPU. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Driver.h"
#include "mla/Runtime/Launcher.h"

#include <span>

namespace mla::runtime {

/// Encodes the tensor maps of `variant` for the arguments `values` (in manifest order, accepted by
/// packArguments). An error names the map, the argument, its value and the rule: addresses and
/// strides are multiples of 16 bytes, so are rows of tensors that are written, strides are below
/// 2^40 bytes, extents 0 … 2^31 (coordinates of copies are signed 32-bit). A tensor with an extent
/// of 0 gets a map that no copy may use: it faults instead of reading something. `maps` has one per
/// tensor map of the variant.
Status encodeTensorMaps(const Driver &driver, const Variant &variant, std::span<const Value> values,
                        std::span<CUtensorMap> maps);

} // namespace mla::runtime
