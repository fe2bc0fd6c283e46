//===- GlobalAccess.h - elements in global memory -------------------------===//
// What every op that reads or writes global memory has in common: checks with the element that is
// concerned, then bytes.
#pragma once

#include "Machine.h"
#include "Races.h"
#include "mla/Dialect/Tile/Tile.h"

namespace mla::interp {

/// A tile's worth of addresses that `op` accesses.
class GlobalAccess {
public:
  /// `element`: of the tile and of memory alike. `isAtomic`: may meet atomic accesses of other
  /// programs.
  GlobalAccess(Machine &machine, mlir::Operation *op, Element element,
               llvm::ArrayRef<int64_t> shape, bool isAtomic = false)
      : machine(machine), memory(*machine.program.launch.memory),
        races(isAtomic ? nullptr : machine.program.races), op(op), shape(shape),
        bytes(bytesOf(element)) {}

  /// Reads or writes the element of the tile with this index. False after an error.
  bool read(size_t index, int64_t address, uint8_t overflow, uint64_t &bits);
  bool write(size_t index, int64_t address, uint8_t overflow, uint64_t bits);

private:
  uint8_t *locate(size_t index, int64_t address, uint8_t overflow, bool isRead);
  std::string where(size_t index, bool isRead) const;
  bool reportRace(size_t index, int64_t address, const std::string &race, bool isRead);

  Machine &machine;
  Memory &memory;
  Races *races; ///< null: nobody asks
  mlir::Operation *op;
  llvm::ArrayRef<int64_t> shape;
  unsigned bytes;
  Allocation *last = nullptr; ///< that was accessed, likely the next one too
};

/// Reads the elements at the addresses in `pointers` where `mask` (null: everywhere) is true, and
/// takes those of `other` (null: 0) elsewhere.
std::optional<Tile> readPointers(Machine &machine, mlir::Operation *op, Element element,
                                 const Tile &pointers, const Tile *mask, const Tile *other);

/// Whether every group of `promise.elems` elements is consecutive, aligned and masked alike; false
/// after an error. Without a promise there is nothing to keep.
bool keepsPromise(Machine &machine, mlir::Operation *op, tile::AccessAttr promise,
                  const Tile &pointers, const Tile *mask, Element element);

/// Reads a tile of a view: see tile.load_view. `indices` has one number for each dimension, `dims`
/// those along which the tile of `shape` runs.
std::optional<Tile> readView(Machine &machine, mlir::Operation *op, mlir::Type viewType,
                             const Tile &view, llvm::ArrayRef<int64_t> indices,
                             llvm::ArrayRef<int32_t> dims, llvm::ArrayRef<int64_t> shape,
                             std::optional<int64_t> valid);

} // namespace mla::interp
