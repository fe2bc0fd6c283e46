//===- GuardedTensor.h - a strided tensor on the device with a poisoned surrounding -===//
// Everything that is no element (before, after, behind rows and behind blocks of rows) is poison: a
// NaN if it is read, a broken canary if it is written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"

#include <functional>

namespace mla::conformance {

/// Extents and strides of `blocks` x `rows` x `cols` elements.
struct TensorShape {
  int64_t blocks = 1;       ///< outermost extent
  int64_t rows = 1;         ///< rows of a block
  int64_t cols = 1;         ///< contiguous elements of a row
  int64_t rowPadding = 0;   ///< elements behind each row
  int64_t blockPadding = 0; ///< elements behind each block

  /// Elements from row to row.
  int64_t rowStride() const { return cols + rowPadding; }
  /// Elements from block to block.
  int64_t blockStride() const { return rows * rowStride() + blockPadding; }
};

/// A tensor of up to three dimensions on the device with its image on the host.
class GuardedTensor {
public:
  GuardedTensor(const Gpu &gpu, Element element, TensorShape shape);

  /// Address of an element in the host image.
  uint8_t *at(int64_t block, int64_t row, int64_t col = 0) {
    return host.data() + offset(block, row, col);
  }
  /// Reads an element of the host image.
  double get(int64_t block, int64_t row, int64_t col) const {
    return decode(type, host.data() + offset(block, row, col));
  }
  /// Host image to device.
  void upload() { memory.upload(host.data(), memory.bytes); }
  /// Device to host image.
  void download() { memory.download(host.data(), 0, memory.bytes); }
  /// Poisons every byte on the device; the host image stays.
  void poison();
  /// Puts the elements of a tensor of the same extents on the device; the host image stays.
  void copy(GuardedTensor &from);
  /// Empty, or where a byte was changed that is no element of a block that `written` accepts; looks
  /// at the host image. Without `written` every block counts.
  std::string damage(const std::function<bool(int64_t block)> &written = {}) const;

  /// Device address of the first element.
  uint64_t address() const { return memory.address + uint64_t(offset(0, 0, 0)); }
  /// Every byte, guards included.
  const std::vector<uint8_t> &image() const { return host; }
  /// Extents and strides.
  const TensorShape &shape() const { return layout; }
  /// The element type.
  Element element() const { return type; }

private:
  int64_t offset(int64_t block, int64_t row, int64_t col) const;

  Element type;
  TensorShape layout;
  std::vector<uint8_t> host;
  DeviceMemory memory;
};

} // namespace mla::conformance
