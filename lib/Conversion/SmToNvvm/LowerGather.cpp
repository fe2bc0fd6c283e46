//===- LowerGather.cpp - elements that data selects -------------------------===//
// A gather writes its source to a dense array, from which every thread reads what its indices name.
// A histogram counts in an array.

#include "ArrayAddresses.h"
#include "Lower.h"
#include "MemoryWords.h"

using namespace mlir;

namespace mla {

/// Where the scratch memory of `op` starts (i32), or failure with a diagnostic.
static FailureOr<Value> scratchStart(ThreadEmitter &emitter, Operation *op) {
  auto scratch = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
  if (!scratch)
    return op->emitOpError("cannot be lowered: it has no `")
           << sm::kScratchOffsetAttr << "` (run sm-plan-memory)";
  return emitter.i32(scratch.getInt());
}

/// `index` is a position below `extent`; negative ones are not, as unsigned numbers.
static Value isBelow(ThreadEmitter &emitter, Location loc, Value index, int64_t extent) {
  return arith::CmpIOp::create(emitter.builder(), loc, arith::CmpIPredicate::ult, index,
                               emitter.constant(index.getType(), extent));
}

/// Byte offset of position `index` (i32 or i64), 0 unless `isValid`.
static Value scaledIndex(ThreadEmitter &emitter, Location loc, Value index, Value isValid,
                         int64_t stride) {
  OpBuilder &b = emitter.builder();
  if (!index.getType().isInteger(32))
    index = arith::TruncIOp::create(b, loc, b.getI32Type(), index);
  index = arith::SelectOp::create(b, loc, isValid, index, emitter.i32(0));
  return stride == 1 ? index : Value(arith::MulIOp::create(b, loc, index, emitter.i32(stride)));
}

LogicalResult lower(ThreadEmitter &emitter, tile::GatherOp op) {
  FailureOr<Value> start = scratchStart(emitter, op);
  if (failed(start))
    return failure();
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  WordFormat format(tile::elementTypeOf(op.getType()), 1);
  auto pointerAt = [&](Value offset) {
    return emitter.sharedPointer(loc, arith::AddIOp::create(b, loc, offset, *start));
  };

  UniqueRegisters held(emitter.layoutOf(op.getSource().getType()));
  SmallVector<int64_t> strides = rowMajorStrides(held.layout.shape(), format.bytes());
  ArrayAddresses writes(emitter, loc, held.layout, strides);
  Value writer = emitter.threadsWithout(replicaThreadBits(held.layout));
  for (auto [reg, value] : llvm::enumerate(held.select(emitter.registers(op.getSource())))) {
    SmallVector<Value> words = packWords(emitter, loc, format, value);
    Value pointer = pointerAt(writes.offset(int64_t(reg)));
    if (writer)
      storeWordsIf(emitter, loc, format, pointer, writer, words);
    else
      storeWords(emitter, loc, format, pointer, words);
  }
  emitter.barrier(loc);

  // The index takes the place of the coordinate along the axis.
  unsigned axis = op.getAxis();
  int64_t stride = std::exchange(strides[axis], 0);
  UniqueRegisters wanted(emitter.layoutOf(op.getType()));
  ArrayAddresses reads(emitter, loc, wanted.layout, strides);
  SmallVector<Value> result;
  for (auto [reg, index] : llvm::enumerate(wanted.select(emitter.registers(op.getIndex())))) {
    Value isValid = isBelow(emitter, loc, index, held.layout.shape()[axis]);
    Value offset = arith::AddIOp::create(b, loc, reads.offset(int64_t(reg)),
                                         scaledIndex(emitter, loc, index, isValid, stride));
    SmallVector<Value> words = loadWords(emitter, loc, format, pointerAt(offset));
    Value element = unpackWords(emitter, loc, format, words).front();
    result.push_back(
        arith::SelectOp::create(b, loc, isValid, element, zeroOf(emitter, element.getType())));
  }
  emitter.define(op.getResult(), wanted.expand(result));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::HistogramOp op) {
  FailureOr<Value> start = scratchStart(emitter, op);
  if (failed(start))
    return failure();
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  WordFormat format(b.getI32Type(), 1);
  UniqueRegisters bins(emitter.layoutOf(op.getType()));
  ArrayAddresses addresses(emitter, loc, bins.layout, {format.bytes()});
  SmallVector<Value> pointers;
  for (int64_t reg = 0; reg < bins.layout.numRegisters(); ++reg)
    pointers.push_back(
        emitter.sharedPointer(loc, arith::AddIOp::create(b, loc, addresses.offset(reg), *start)));
  Value writer = emitter.threadsWithout(replicaThreadBits(bins.layout));
  for (Value pointer : pointers) {
    if (writer)
      storeWordsIf(emitter, loc, format, pointer, writer, emitter.i32(0));
    else
      storeWords(emitter, loc, format, pointer, emitter.i32(0));
  }
  emitter.barrier(loc);

  UniqueRegisters held(emitter.layoutOf(op.getSource().getType()));
  Value counter = emitter.threadsWithout(replicaThreadBits(held.layout));
  SmallVector<Value> masks;
  if (op.getMask())
    masks = held.select(emitter.registers(op.getMask()));
  int64_t numBins = cast<RankedTensorType>(op.getType()).getDimSize(0);
  for (auto [reg, value] : llvm::enumerate(held.select(emitter.registers(op.getSource())))) {
    Value isBin = isBelow(emitter, loc, value, numBins);
    Value offset = scaledIndex(emitter, loc, value, isBin, format.bytes());
    Value pointer = emitter.sharedPointer(loc, arith::AddIOp::create(b, loc, offset, *start));
    Value counts = conjunction(emitter, loc, isBin, counter);
    if (!masks.empty())
      counts = conjunction(emitter, loc, counts, masks[reg]);
    emitAsmIf(emitter, loc, counts ? counts : emitter.constant(b.getI1Type(), 1),
              {sharedRegister(emitter, loc, pointer)}, "red.shared.add.u32 [$0], 1;", "r");
  }
  emitter.barrier(loc);

  SmallVector<Value> result = llvm::map_to_vector(
      pointers, [&](Value pointer) { return loadWords(emitter, loc, format, pointer).front(); });
  emitter.define(op.getResult(), bins.expand(result));
  return success();
}

} // namespace mla
