//===- Reductions.h - combining the elements along a dimension ------------===//
// Always in the order of a tree over neighbours: (0 1) (2 3) …, then (01 23) …, a left-over one
// last; the order in which a device combines is not defined, this one is as exact as most.
#pragma once

#include "mla/Interpreter/Tile.h"

namespace mla::interp {

/// Combines `count` values in place; the result is values[0].
template <typename T, typename Fn>
T combineTree(T *values, size_t count, Fn fn) {
  for (; count > 1; count = (count + 1) / 2) {
    for (size_t i = 0; i + 1 < count; i += 2)
      values[i / 2] = fn(values[i], values[i + 1]);
    if (count % 2)
      values[count / 2] = values[count - 1];
  }
  return values[0];
}

/// The position of line `line` along `axis` in a row-major tile of `shape`: its first element, and
/// the distance of its elements.
struct Line {
  size_t first, stride;
};
inline Line lineAt(llvm::ArrayRef<int64_t> shape, size_t axis, size_t line) {
  size_t stride = sizeOf(shape.drop_front(axis + 1));
  return {line / stride * stride * size_t(shape[axis]) + line % stride, stride};
}

} // namespace mla::interp
