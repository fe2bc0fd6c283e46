//===- LowerZeroRows.cpp - zeroing what a bulk copy fetched too much -------===//

#include "Addressing.h"
#include "Lower.h"
#include "MemoryWords.h"

using namespace mlir;

namespace mla {

LogicalResult lower(ThreadEmitter &emitter, sm::ZeroRowsOp op) {
  Location loc = op.getLoc();
  OpBuilder &b = emitter.builder();
  auto slot = cast<sm::BufferType>(op.getSlot().getType());
  RankedTensorType tile = slot.getTile();
  const TileLayout &shared = slot.getLayout().getLayout();
  int64_t elemBytes = tile::elementBytes(tile.getElementType());
  constexpr int64_t kVectorBytes = 16;
  // Each thread writes pieces of rows.
  TileLayout layout = coalescedLayout(tile.getShape().vec(), /*fastest=*/1,
                                      kVectorBytes / elemBytes, emitter.numWarps());
  std::optional<LinearIndex> index = sharedIndex(layout, shared, elemBytes);
  int64_t elems = std::min<int64_t>(sharedVector(layout, shared), kVectorBytes / elemBytes);
  if (!index)
    return op.emitOpError("cannot be lowered: its slot has a foreign layout: ") << slot;
  LinearIndex rows = coordinateIndex(layout, 0);
  Value threadRow = emitter.threadPart(rows.threadImages);
  SharedAddresses addresses(emitter, loc, std::move(*index), emitter.scalar(op.getSlot()));
  WordFormat format(tile.getElementType(), elems);
  SmallVector<Value> zeros(elems, zeroOf(emitter, tile.getElementType()));
  zeros = packWords(emitter, loc, format, zeros);
  for (int64_t first = 0; first < layout.numRegisters(); first += elems) {
    LinearIndex::Constant constant = rows.constantOf(first);
    Value row = arith::XOrIOp::create(b, loc, threadRow, emitter.i32(constant.flipped));
    row = arith::AddIOp::create(b, loc, row, emitter.i32(constant.added));
    Value hidden = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, row,
                                         emitter.scalar(op.getFirst()));
    storeWordsIf(emitter, loc, format, addresses.pointer(first), hidden, zeros);
  }
  return success();
}

} // namespace mla
