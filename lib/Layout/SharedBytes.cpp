//===- SharedBytes.cpp - where the elements of a tile in shared memory lie ===//
#include "SharedBytes.h"

namespace mla {

SharedBytes::SharedBytes(const TileLayout &shared, int32_t elemBytes)
    : shape_(shared.shape()), elemBytes_(elemBytes) {
  std::vector<int32_t> inBlock = shared.block.invert();
  const std::vector<int32_t> &blocks = shared.block.outSizes();
  int64_t total = shared.numSegments() * int64_t(inBlock.size());
  offsets.resize(total);
  std::vector<int64_t> coords(shape_.size(), 0);
  for (int64_t &offset : offsets) {
    int64_t segment = 0, element = 0;
    for (size_t dim = 0; dim < coords.size(); ++dim) {
      segment = segment * shared.segments[dim] + coords[dim] / blocks[dim];
      element = element * blocks[dim] + coords[dim] % blocks[dim];
    }
    offset = (segment * int64_t(inBlock.size()) + inBlock[element]) * elemBytes;
    for (size_t dim = coords.size(); dim-- > 0;) {
      if (++coords[dim] < shape_[dim])
        break;
      coords[dim] = 0;
    }
  }
}

int64_t SharedBytes::at(const std::vector<int64_t> &coords) const {
  int64_t index = 0;
  for (size_t dim = 0; dim < coords.size(); ++dim)
    index = index * shape_[dim] + coords[dim];
  return offsets[index];
}

} // namespace mla
