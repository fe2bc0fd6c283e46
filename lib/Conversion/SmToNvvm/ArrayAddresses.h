//===- ArrayAddresses.h - elements of a row-major array in scratch memory --===//
// Where extents are no powers of two, or a coordinate is data, an element's offset is no XOR of
// bits: coordinates are multiplied by strides and added.
#pragma once

#include "Addressing.h"

namespace mla {

/// Coordinates of the elements that a thread holds, and byte offsets in an array that has a stride
/// for each dimension. Values that registers share are emitted once.
class ArrayAddresses {
public:
  /// `byteStrides[d]`: bytes between neighbours along dimension d; 0 leaves a dimension out.
  ArrayAddresses(ThreadEmitter &emitter, Location loc, const TileLayout &layout,
                 ArrayRef<int64_t> byteStrides);

  /// Coordinate along `dim` of the element in register `reg` (i32).
  Value coordinate(int64_t reg, unsigned dim);
  /// Byte offset of the element in register `reg` from the array's start (i32).
  Value offset(int64_t reg);
  /// True (i1) if the coordinates of register `reg` lie inside `extents`; null if they always do.
  Value isInside(int64_t reg, ArrayRef<int64_t> extents);

private:
  /// (thread part ^ `flipped`) along `dim`, times `factor`.
  Value threadTerm(unsigned dim, int64_t flipped, int64_t factor);

  ThreadEmitter &emitter;
  Location loc;
  TileLayout layout;
  llvm::SmallVector<int64_t> strides;
  llvm::SmallVector<LinearIndex> indices;
  std::map<std::vector<int64_t>, Value> terms, offsets, inside;
};

/// Byte strides of a row-major array of `extents`.
llvm::SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> extents, int64_t elemBytes);

} // namespace mla
