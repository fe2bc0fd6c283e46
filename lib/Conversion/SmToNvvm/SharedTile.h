//===- SharedTile.h - a tile in shared memory and its registers -----------===//
#pragma once

#include "Addressing.h"
#include "MemoryWords.h"

namespace mla {

/// Reads the registers of a tile from shared memory on demand, with ldmatrix where the layouts
/// allow it. Groups of registers that one instruction reads are read once, at the first use of one
/// of them.
class SharedReader {
public:
  /// `base` is the byte offset of the tile. Reports layouts that do not fit.
  static mlir::FailureOr<SharedReader> create(ThreadEmitter &emitter, Operation *op,
                                              const TileLayout &registers, const TileLayout &shared,
                                              Type element, Value base);

  /// Registers count * `index` to count * `index` + count - 1 as one word of 32 bits, or of the
  /// element if that is wider.
  Value word(int64_t index, int64_t count);
  /// All registers of the tile.
  llvm::SmallVector<Value> elements();

private:
  SharedReader(ThreadEmitter &emitter, Location loc, UniqueRegisters registers,
               std::optional<LdMatrix> ldMatrix, WordFormat format, SharedAddresses addresses);

  /// Words of the group of the unique register `reg`.
  ArrayRef<Value> groupWords(int64_t reg);
  Value element(int64_t uniqueReg);

  ThreadEmitter &emitter;
  Location loc;
  UniqueRegisters registers;
  std::optional<LdMatrix> ldMatrix;
  /// Of one group.
  WordFormat format;
  int64_t groupElems;
  SharedAddresses addresses;
  /// Words and elements of each group, empty before the first use.
  std::vector<llvm::SmallVector<Value, 4>> words, unpacked;
};

/// Gives the elements of `count` unique registers of a tile from register `first` on.
using ElementSource = llvm::function_ref<llvm::SmallVector<Value>(int64_t first, int64_t count)>;

/// Writes a tile to shared memory where `predicate` (may be null) holds, each element once. Asks
/// `source` for the elements of one store at a time, just before it.
LogicalResult storeShared(ThreadEmitter &emitter, Operation *op, const UniqueRegisters &registers,
                          const TileLayout &shared, Type element, Value base, Value predicate,
                          ElementSource source);

} // namespace mla
