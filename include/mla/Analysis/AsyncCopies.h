//===- AsyncCopies.h - which copies cp.async makes ------------------------===//
// A tile whose copies are too small for cp.async is loaded into registers and stored from there.
#pragma once

#include "mla/Dialect/Tile/Tile.h"

namespace mla {

/// The fewest bytes that cp.async copies (PTX ISA §9.7.9.25.3.1).
inline constexpr int64_t kMinAsyncCopyBytes = 4;

/// Whether cp.async can copy what `pointers` name if it is found like `access` says.
inline bool canCopyAsync(mlir::Type pointers, std::optional<tile::AccessAttr> access) {
  int64_t elems = access ? access->getElems() & -access->getElems() : 1;
  return elems * tile::elementBytes(tile::pointeeOf(pointers)) >= kMinAsyncCopyBytes;
}

} // namespace mla
