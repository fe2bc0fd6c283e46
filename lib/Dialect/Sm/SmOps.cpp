//===- SmOps.cpp - verifiers of sm ops and their scratch memory -----------===//
#include "mla/Dialect/Sm/Sm.h"

#include "mla/Layout/AxisSteps.h"
#include "mla/Layout/LaneMoves.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mla;
using namespace mla::sm;
using tile::OptionalOperand;
using tile::parseMaskType;
using tile::printMaskType;

/// A slot is a buffer of depth 1 with the tile of its ring.
static ParseResult parseSlotType(OpAsmParser &, Type buffer, Type &slot) {
  slot = BufferType::get(buffer.getContext(), 1, cast<BufferType>(buffer).getTile());
  return success();
}
static void printSlotType(OpAsmPrinter &, Operation *, Type, Type) {}

#define GET_OP_CLASSES
#include "mla/Dialect/Sm/SmOps.cpp.inc"

LogicalResult SlotOp::verify() {
  auto buffer = cast<BufferType>(getBuffer().getType()),
       slot = cast<BufferType>(getResult().getType());
  if (slot.getDepth() != 1 || slot.getTile() != buffer.getTile()) // slot C1
    return emitOpError("expects a result of depth 1 with tile ")
           << buffer.getTile() << ", got " << slot;
  return success();
}

/// Slot and result of an op that reinterprets bytes: depth 1, one element type.
static LogicalResult verifySlots(Operation *op, BufferType slot, BufferType result) {
  if (slot.getDepth() == 1 && result.getDepth() == 1 &&
      slot.getTile().getElementType() == result.getTile().getElementType())
    return success();
  return op->emitOpError("expects slots of depth 1 and one element type, got ")
         << slot << " and " << result;
}

LogicalResult TransOp::verify() {
  auto slot = cast<BufferType>(getSlot().getType()),
       result = cast<BufferType>(getResult().getType());
  if (failed(verifySlots(*this, slot, result))) // trans C1
    return failure();
  if (slot.getTile().getRank() != 2) // trans C1
    return emitOpError("expects a matrix, got ") << slot;
  std::optional<TileLayout> layout = transposeSharedLayout(slot.getLayout().getLayout());
  if (!layout) // trans C1
    return emitOpError("cannot transpose a tile with several segments in both dimensions: ")
           << slot;
  if (result.getLayout().getLayout() != *layout) // trans C1
    return emitOpError("expects the layout ")
           << LayoutAttr::get(getContext(), *layout) << ", got " << result;
  return success();
}

LogicalResult SubslotOp::verify() {
  auto slot = cast<BufferType>(getSlot().getType()),
       result = cast<BufferType>(getResult().getType());
  if (failed(verifySlots(*this, slot, result))) // subslot C1
    return failure();
  ArrayRef<int64_t> shape = slot.getTile().getShape(), part = result.getTile().getShape();
  if (shape.size() != part.size() || getOffsets().size() != shape.size()) // subslot C1
    return emitOpError("expects rank ") << shape.size() << " and as many offsets, got " << result
                                        << " at [" << getOffsets() << "]";
  for (auto [dim, offset] : llvm::enumerate(getOffsets()))
    if (offset < 0 || offset > shape[dim] - part[dim]) // subslot C2
      return emitOpError("expects a part of the tile, got ")
             << part[dim] << " positions from " << offset << " of the " << shape[dim]
             << " of dimension " << dim;
  std::optional<SharedSubtile> subtile =
      sharedSubtile(slot.getLayout().getLayout(), getOffsets().vec(), part.vec(),
                    tile::elementBytes(slot.getTile().getElementType()));
  if (!subtile) // subslot C2
    return emitOpError("has no layout of shape [")
           << part << "] for the bytes at [" << getOffsets() << "] of " << slot;
  if (result.getLayout().getLayout() != subtile->layout) // subslot C2
    return emitOpError("expects the layout ")
           << LayoutAttr::get(getContext(), subtile->layout) << ", got " << result;
  return success();
}

/// A slot of depth 1 that holds tiles of `shape` and `element`.
static LogicalResult verifySlot(Operation *op, BufferType slot, ArrayRef<int64_t> shape,
                                Type element) {
  if (slot.getDepth() != 1)
    return op->emitOpError("expects a slot of depth 1, got ") << slot;
  if (slot.getTile().getShape() != shape || slot.getTile().getElementType() != element)
    return op->emitOpError("expects a slot of shape [")
           << shape << "] and element type " << element << ", got " << slot;
  return success();
}

LogicalResult AsyncCopyOp::verify() {
  auto ptr = cast<RankedTensorType>(getPtr().getType());
  if (failed(verifySlot(*this, cast<BufferType>(getSlot().getType()), ptr.getShape(),
                        tile::pointeeOf(ptr))))
    return failure(); // async_copy C1
  if (getMask() &&
      getMask().getType() != tile::withElementType(ptr, IntegerType::get(getContext(), 1)))
    return emitOpError("expects a mask in the shape and layout of the pointers ") // async_copy C2
           << ptr << ", got " << getMask().getType();
  return success();
}

LogicalResult LoadSharedOp::verify() {
  auto result = cast<RankedTensorType>(getResult().getType());
  return verifySlot(*this, cast<BufferType>(getSlot().getType()), result.getShape(),
                    result.getElementType()); // load_shared C1
}

LogicalResult StoreSharedOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  return verifySlot(*this, cast<BufferType>(getSlot().getType()), source.getShape(),
                    source.getElementType()); // store_shared C1
}

LogicalResult ConvertLayoutOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (source.getShape() != result.getShape() || source.getElementType() != result.getElementType())
    return emitOpError(
               "expects source and result that differ only in layout, got ") // convert_layout C1
           << source << " and " << result;
  for (RankedTensorType type : {source, result})
    if (!layoutOf(type) || layoutOf(type).isShared()) // convert_layout C1
      return emitOpError("expects register layouts, got ") << type;
  return success();
}

/// The tile an mma operand holds, in registers or in shared memory.
static RankedTensorType tileOf(Type type) {
  if (auto buffer = dyn_cast<BufferType>(type))
    return buffer.getTile();
  return cast<RankedTensorType>(type);
}

int32_t mla::sm::mmaElementBytes(Type element) {
  return int32_t(std::min<int64_t>(4, tile::elementBytes(element)));
}

LogicalResult MmaOp::verify() {
  RankedTensorType a = tileOf(getA().getType()), b = tileOf(getB().getType());
  auto acc = cast<RankedTensorType>(getAcc().getType());
  if (a.getRank() != 2 || b.getRank() != 2 || acc.getRank() != 2 ||
      a.getDimSize(1) != b.getDimSize(0) || a.getDimSize(0) != acc.getDimSize(0) ||
      b.getDimSize(1) != acc.getDimSize(1)) // mma C1
    return emitOpError("expects shapes [M, K], [K, N] and [M, N], got ")
           << a << ", " << b << " and " << acc;
  if (failed(tile::verifyDotTypes(*this, a.getElementType(), b.getElementType(),
                                  acc.getElementType(), getPrecision()))) // mma C1
    return failure();
  if (getWarps().size() != 2)
    return emitOpError("expects warps [M, N], got ") << getWarps().size() << " numbers"; // mma C2
  if (!llvm::all_of(getWarps(), [](int32_t count) {
        return count > 0 && llvm::isPowerOf2_32(count);
      })) // mma C2
    return emitOpError("expects positive powers of two as warps, got [") << getWarps() << ']';
  if (!layoutOf(acc))
    return success(); // before sm-solve-layouts
  for (RankedTensorType type : {acc, a, b})
    if (!llvm::all_of(type.getShape(),
                      [](int64_t extent) { return segmentExtent(extent).has_value(); })) // mma C2
      return emitOpError(
                 "expects extents that are powers of two or c * 2^k with k >= 4 and c <= 16, got ")
             << type;
  WarpGrid grid{getWarps()[0], getWarps()[1]};
  if (layoutOf(acc).getLayout() != mmaAccumulatorLayout(acc.getShape(), grid)) // mma C2
    return emitOpError("expects the accumulator layout of ")
           << grid.m << " x " << grid.n << " warps, got " << acc;
  for (auto [operand, which] :
       {std::pair(getA(), MmaOperand::A), std::pair(getB(), MmaOperand::B)}) {
    if (isa<BufferType>(operand.getType()))
      continue;
    auto type = cast<RankedTensorType>(operand.getType());
    if (!layoutOf(type) || layoutOf(type).getLayout() !=
                               mmaOperandLayout(which, type.getShape(), acc.getShape(), grid,
                                                mmaElementBytes(type.getElementType()))) // mma C2
      return emitOpError("expects operand ") << (which == MmaOperand::A ? "a" : "b")
                                             << " in its mma.sync operand layout, got " << type;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Scratch memory
//===----------------------------------------------------------------------===//

/// Bytes of the groups that warps exchange when they combine `sources` along `axis`.
static int64_t combineScratchBytes(ValueRange sources, unsigned axis, bool ordered,
                                   int64_t minElemBytes) {
  LayoutAttr layout = layoutOf(sources.front().getType());
  if (!layout)
    return 0;
  auto steps = axisSteps(layout.getLayout(), axis, ordered);
  auto exchange = steps ? warpExchange(layout.getLayout(), axis, *steps) : std::nullopt;
  if (!exchange)
    return 0;
  int64_t bytes = 0;
  for (Value source : sources)
    bytes += exchange->areaBytes(
        std::max(minElemBytes, tile::elementBytes(tile::elementTypeOf(source.getType()))));
  return bytes;
}

static int64_t reshapeScratchBytes(tile::ReshapeOp op) {
  if (!op.getFrom() && matchReshape(layoutOf(op.getSource().getType()).getLayout(),
                                    layoutOf(op.getResult().getType()).getLayout()))
    return 0;
  int64_t elements = 1;
  for (int64_t extent : op.fromShape())
    elements *= extent;
  return elements * tile::elementBytes(tile::elementTypeOf(op.getType()));
}

/// Every thread that holds a result needs it, but one thread per element has it.
static int64_t atomicScratchBytes(Value result) {
  if (result.use_empty())
    return 0;
  int64_t elemBytes = tile::elementBytes(tile::elementTypeOf(result.getType()));
  auto type = dyn_cast<RankedTensorType>(result.getType());
  if (!type)
    return elemBytes;
  TileLayout layout = mla::dropReplicatedRegisters(layoutOf(type).getLayout());
  int64_t held = layout.numRegisters() * layout.block.inSize(kLane) * layout.numWarps();
  return held > type.getNumElements() ? type.getNumElements() * elemBytes : 0;
}

int64_t mla::sm::scratchBytes(Operation *op) {
  if (isa<tile::AtomicRmwOp, tile::AtomicCasOp>(op))
    return atomicScratchBytes(op->getResult(0));
  if (auto reshape = dyn_cast<tile::ReshapeOp>(op))
    return reshapeScratchBytes(reshape);
  if (auto gather = dyn_cast<tile::GatherOp>(op)) {
    auto type = cast<RankedTensorType>(gather.getSource().getType());
    return type.getNumElements() * tile::elementBytes(type.getElementType());
  }
  if (auto histogram = dyn_cast<tile::HistogramOp>(op)) {
    auto type = cast<RankedTensorType>(histogram.getType());
    return type.getNumElements() * tile::elementBytes(type.getElementType());
  }
  // Groups of a known operation are a word at least: sums of f16 are kept as f32, i1 and i8
  // widened.
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return combineScratchBytes(reduce.getSource(), reduce.getAxis(), /*ordered=*/false, 4);
  if (auto reduce = dyn_cast<tile::GenericReduceOp>(op))
    return combineScratchBytes(reduce.getSources(), reduce.getAxis(), !reduce.getCommutative(), 1);
  if (auto scan = dyn_cast<tile::ScanOp>(op))
    return combineScratchBytes(scan.getSources(), scan.getAxis(), /*ordered=*/true, 1);
  auto convert = dyn_cast<ConvertLayoutOp>(op);
  if (!convert)
    return 0;
  auto type = cast<RankedTensorType>(convert.getSource().getType());
  int64_t elemBytes = tile::elementBytes(type.getElementType());
  const TileLayout &from = layoutOf(type).getLayout();
  const TileLayout &to = layoutOf(convert.getResult().getType()).getLayout();
  if (matchLanes(from, to, int32_t(elemBytes)))
    return 0;
  LayoutConversion plan = planConversion(from, to, elemBytes);
  return plan.kind == LayoutConversion::Registers ? 0 : type.getNumElements() * elemBytes;
}
