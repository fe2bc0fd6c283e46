//===- LayoutTestUtils.h - enumeration helpers of the layout tests --------===//
// The tests compare the library with tables over all threads, registers and offsets.
#pragma once

#include "mla/Layout/TileLayout.h"

#include <map>

namespace mla::test {

using Shape = std::vector<int64_t>;
using Element = std::vector<int64_t>;

/// Product of the extents.
inline int64_t numElements(const Shape &shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

/// Row-major number of an element.
inline int64_t elementIndex(const Element &element, const Shape &shape) {
  int64_t index = 0;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    index = index * shape[dim] + element[dim];
  return index;
}

/// Calls visit(reg, lane, warp, element) for all registers of all threads.
template <typename Visit>
void forEachHolder(const TileLayout &layout, Visit visit) {
  for (int64_t reg = 0; reg < layout.numRegisters(); ++reg)
    for (int32_t lane = 0; lane < layout.block.inSize(kLane); ++lane)
      for (int32_t warp = 0; warp < layout.numWarps(); ++warp)
        visit(reg, lane, warp, layout.coords(reg, lane, warp));
}

/// How many (register, lane, warp) hold each element, by row-major number.
inline std::vector<int64_t> holderCounts(const TileLayout &layout) {
  Shape shape = layout.shape();
  std::vector<int64_t> counts(size_t(numElements(shape)), 0);
  forEachHolder(layout, [&](int64_t, int32_t, int32_t, const Element &element) {
    ++counts.at(size_t(elementIndex(element, shape)));
  });
  return counts;
}

/// Offset of each element of a shared layout, by row-major number; -1 where no offset holds it.
inline std::vector<int64_t> offsetTable(const TileLayout &shared) {
  Shape shape = shared.shape();
  std::vector<int64_t> offsets(size_t(numElements(shape)), -1);
  for (int64_t offset = 0; offset < numElements(shape); ++offset)
    offsets.at(size_t(elementIndex(shared.coordsAt(offset), shape))) = offset;
  return offsets;
}

} // namespace mla::test
