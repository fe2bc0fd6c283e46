//===- Addressing.h - which part of an index a thread, a register decides -===//
// Coordinates and shared-memory offsets are linear over GF(2) in the bits of (register, thread), so
// an index is (what the thread contributes, computed once) XOR (a constant per register).
#pragma once

#include "ThreadEmitter.h"

namespace mla {

/// An integer that is XOR-linear in the bits of a block register and of the thread index (lane
/// bits, then warp bits), plus an offset per segment.
struct LinearIndex {
  llvm::SmallVector<int64_t> registerImages;
  llvm::SmallVector<int64_t> threadImages;
  /// Added for each segment (row-major, as in TileLayout); one entry at least.
  llvm::SmallVector<int64_t> segmentOffsets;

  /// The index at `reg` is (thread part ^ flipped) + added.
  struct Constant {
    int64_t flipped;
    int64_t added;
  };
  Constant constantOf(int64_t reg) const;
};

/// Coordinate along `dim` of the element that a thread holds in a register.
LinearIndex coordinateIndex(const TileLayout &layout, unsigned dim);
/// Byte offset in a tile laid out as `shared` of the element that a thread holds in a register.
/// Nothing if the two layouts divide the tile into different segments.
std::optional<LinearIndex> sharedIndex(const TileLayout &registers, const TileLayout &shared,
                                       int64_t elemBytes);
/// Byte offset in a dense array of the tile's elements, segment after segment, row-major within a
/// segment.
LinearIndex denseIndex(const TileLayout &layout, int64_t elemBytes);

/// Emits shared-memory addresses of one op. Addresses whose registers flip the same bits share one
/// value and differ by an immediate offset.
class SharedAddresses {
public:
  /// `base` is the byte offset of the tile from the start of shared memory.
  SharedAddresses(ThreadEmitter &emitter, Location loc, LinearIndex index, Value base)
      : emitter(emitter), loc(loc), index(std::move(index)), base(base) {}

  struct Address {
    Value pointer;
    int64_t immediate;
  };
  /// Pointer and immediate byte offset of register `reg`.
  Address split(int64_t reg);
  /// The same as one pointer, `extraBytes` further on.
  Value pointer(int64_t reg, int64_t extraBytes = 0);

private:
  ThreadEmitter &emitter;
  Location loc;
  LinearIndex index;
  Value base;
  llvm::DenseMap<int64_t, Value> pointers;
};

/// A tile's registers without those that repeat an element of the same thread.
struct UniqueRegisters {
  TileLayout layout;
  /// Register of `layout` → one register of the tile that holds it.
  llvm::SmallVector<int32_t> representative;
  /// Register of the tile → register of `layout`.
  llvm::SmallVector<int32_t> unique;

  explicit UniqueRegisters(const TileLayout &tile);
  /// Every register of `tile`, also those that repeat an element.
  static UniqueRegisters all(const TileLayout &tile);
  /// The unique ones among the tile's registers, and back.
  llvm::SmallVector<Value> select(ArrayRef<Value> registers) const;
  llvm::SmallVector<Value> expand(ArrayRef<Value> registers) const;

private:
  UniqueRegisters(TileLayout layout, int64_t numRegisters);
};

/// Bits of the thread index that repeat elements of other threads: threads with all of them 0 hold
/// everything.
uint32_t replicaThreadBits(const TileLayout &layout);

} // namespace mla
