//===- SharedBytes.h - where the elements of a tile in shared memory lie --===//
#pragma once

#include "mla/Layout/TileLayout.h"

namespace mla {

/// Byte offsets of all elements of a tile.
class SharedBytes {
public:
  SharedBytes(const TileLayout &shared, int32_t elemBytes);

  const std::vector<int64_t> &shape() const { return shape_; }
  int64_t totalBytes() const { return int64_t(offsets.size()) * elemBytes_; }
  int64_t at(const std::vector<int64_t> &coords) const;
  /// Of a matrix.
  int64_t at(int64_t row, int64_t column) const { return offsets[row * shape_[1] + column]; }

private:
  std::vector<int64_t> shape_;
  int32_t elemBytes_;
  /// Row-major over the whole tile.
  std::vector<int64_t> offsets;
};

/// The hardware's swizzle of a byte address: the 16-byte chunk of a row of `width` bytes is XORed
/// with address bits 7 and up. Its own inverse; the identity for a width of 16.
inline int64_t swizzleAddress(int64_t byte, int32_t width) {
  constexpr int32_t kChunkBytes = 16;
  int64_t mask = int64_t(width / kChunkBytes - 1) * kChunkBytes;
  return byte ^ (byte >> 3 & mask);
}

} // namespace mla
