//===- Tensors.h - the pieces of a copy through a tensor map --------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Decoder.h"
#include "mla/Simulator/TensorMap.h"

namespace mla::sim {

/// A piece of a copy: at most 16 consecutive bytes on both sides.
struct Piece {
  uint64_t shared; ///< offset in its block
  uint64_t global;
  unsigned bytes;       ///< of shared memory
  unsigned skip, valid; ///< bytes that have no counterpart at the front, and bytes that have one
};

/// How coordinates say which part of a tensor is copied.
enum class TensorMode : uint8_t {
  Tile,
  Rows ///< .tile::gather4 and .tile::scatter4: a column and four rows
};

/// Reads the tensor map at an address and gives the pieces of a copy to or from `shared`; false
/// after a finding.
bool planTensor(Warp &warp, uint64_t address, unsigned lane, unsigned rank, TensorMode mode,
                const std::vector<int32_t> &coordinates, uint64_t shared, TensorMap &map,
                std::vector<Piece> &pieces);

} // namespace mla::sim
