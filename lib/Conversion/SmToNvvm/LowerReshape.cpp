//===- LowerReshape.cpp - reshapes -----------------------------------------===//
// Every thread has what it needs where row-major order before and after differ by coordinate bits
// only and the layouts agree. Else all write the elements to a dense array, and read them back as
// the result wants them.

#include "ArrayAddresses.h"
#include "Lower.h"
#include "MemoryWords.h"

using namespace mlir;

namespace mla {

LogicalResult lower(ThreadEmitter &emitter, tile::ReshapeOp op) {
  TileLayout source = emitter.layoutOf(op.getSource().getType());
  TileLayout result = emitter.layoutOf(op.getType());
  if (!op.getFrom())
    if (auto match = matchReshape(source, result))
      return renameRegisters(emitter, op, match);

  auto scratch = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
  if (!scratch)
    return op.emitOpError("cannot be lowered: it has no `")
           << sm::kScratchOffsetAttr << "` (run sm-plan-memory)";
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  WordFormat format(tile::elementTypeOf(op.getType()), 1);
  auto pointerAt = [&](Value offset) {
    offset = arith::AddIOp::create(b, loc, offset, emitter.i32(scratch.getInt()));
    return emitter.sharedPointer(loc, offset);
  };

  UniqueRegisters unique(source);
  ArrayAddresses from(emitter, loc, unique.layout, rowMajorStrides(op.fromShape(), format.bytes()));
  Value writer = emitter.threadsWithout(replicaThreadBits(unique.layout));
  SmallVector<Value> held = unique.select(emitter.registers(op.getSource()));
  for (auto [reg, value] : llvm::enumerate(held)) {
    Value condition =
        conjunction(emitter, loc, writer, from.isInside(int64_t(reg), op.fromShape()));
    SmallVector<Value> words = packWords(emitter, loc, format, value);
    Value pointer = pointerAt(from.offset(int64_t(reg)));
    if (condition)
      storeWordsIf(emitter, loc, format, pointer, condition, words);
    else
      storeWords(emitter, loc, format, pointer, words);
  }
  emitter.barrier(loc);

  UniqueRegisters wanted(result);
  ArrayAddresses to(emitter, loc, wanted.layout, rowMajorStrides(op.toShape(), format.bytes()));
  Value last = emitter.i32(sm::scratchBytes(op) - format.bytes());
  bool isPadded = op.toShape() != ArrayRef<int64_t>(wanted.layout.shape());
  SmallVector<Value> read;
  for (int64_t reg = 0; reg < wanted.layout.numRegisters(); ++reg) {
    Value offset = to.offset(reg);
    // What is added may hold any element, but its offset may lie behind the array.
    if (isPadded)
      offset = arith::MinUIOp::create(b, loc, offset, last);
    SmallVector<Value> words = loadWords(emitter, loc, format, pointerAt(offset));
    read.push_back(unpackWords(emitter, loc, format, words).front());
  }
  emitter.define(op.getResult(), wanted.expand(read));
  return success();
}

} // namespace mla
