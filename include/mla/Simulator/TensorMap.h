//===- TensorMap.h - descriptions of tensors for bulk copies --------------===//
// Hardware keeps the encoding of a tensor map to itself; the simulator has its own, of the same
// size. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace mla::sim {

/// A tiled tensor map (CUDA driver API, cuTensorMapEncodeTiled), dimensions from the contiguous one
/// outwards.
struct TensorMap {
  static constexpr uint32_t kMagic = 0x3174616du; ///< what says that these bytes are one
  uint32_t magic = kMagic;
  uint32_t rank = 0;
  uint32_t elementBytes = 0;
  uint32_t swizzleBytes = 0; ///< 0, 32, 64 or 128
  uint64_t address = 0;
  std::array<uint64_t, 5> extents = {};     ///< elements
  std::array<uint64_t, 4> strideBytes = {}; ///< of dimensions 1 and up
  std::array<uint32_t, 5> box = {};         ///< elements
  /// Number of the type in PTX ISA's "tensormap.replace", plus 1; 0: not said, which only copies
  /// allow that add.
  uint32_t elementType = 0;
};

inline constexpr unsigned kTensorMapBytes = 128;
static_assert(sizeof(TensorMap) <= kTensorMapBytes);

/// Where byte `address` of shared memory goes under a swizzle: 16-byte chunks are exchanged within
/// rows of 128 bytes (PTX ISA, "Swizzling modes").
constexpr uint64_t swizzled(uint64_t address, unsigned swizzleBytes) {
  uint64_t chunks = swizzleBytes == 128 ? 7 : swizzleBytes == 64 ? 3 : swizzleBytes == 32 ? 1 : 0;
  return address ^ (((address >> 7) & chunks) << 4);
}

} // namespace mla::sim
