//===- LowerShared.cpp - shared memory ------------------------------------===//
// Buffers, barriers, and tiles that move between registers and shared memory.

#include "Lower.h"
#include "SharedTile.h"
#include "mla/Layout/LaneMoves.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

static constexpr int64_t kMaxAccessBytes = 16;

//===----------------------------------------------------------------------===//
// Reading and writing tiles
//===----------------------------------------------------------------------===//

static int64_t sharedElems(const TileLayout &layout, const TileLayout &shared, int64_t elemBytes) {
  return std::min<int64_t>(sharedVector(layout, shared), kMaxAccessBytes / elemBytes);
}

/// The index of what `ldMatrix` addresses: each lane supplies the row that its bits select.
static LinearIndex rowIndex(const LinearIndex &elements, const LdMatrix &ldMatrix) {
  LinearIndex rows = elements;
  for (auto [bit, source] : llvm::enumerate(ldMatrix.rowSource))
    rows.threadImages[bit] =
        source >= 0 ? elements.threadImages[source] : elements.registerImages[~source];
  return rows;
}

SharedReader::SharedReader(ThreadEmitter &emitter, Location loc, UniqueRegisters registers,
                           std::optional<LdMatrix> ldMatrix, WordFormat format,
                           SharedAddresses addresses)
    : emitter(emitter), loc(loc), registers(std::move(registers)), ldMatrix(std::move(ldMatrix)),
      format(format), groupElems(format.numWords * format.elemsPerWord),
      addresses(std::move(addresses)) {
  int64_t numGroups = int64_t(this->registers.representative.size()) / groupElems;
  words.resize(numGroups);
  unpacked.resize(numGroups);
}

FailureOr<SharedReader> SharedReader::create(ThreadEmitter &emitter, Operation *op,
                                             const TileLayout &registers, const TileLayout &shared,
                                             Type element, Value base) {
  int64_t elemBytes = tile::elementBytes(element);
  UniqueRegisters unique(registers);
  // ldmatrix wants the fragment's bits where they are, also those that repeat an element.
  std::optional<LdMatrix> ldMatrix = matchLdMatrix(registers, shared, elemBytes);
  if (ldMatrix)
    unique = UniqueRegisters::all(registers);
  std::optional<LinearIndex> index = sharedIndex(unique.layout, shared, elemBytes);
  if (!index) {
    op->emitOpError("expects registers and shared memory with the same segments");
    return failure();
  }
  int64_t elems =
      ldMatrix ? ldMatrix->count * (4 / elemBytes) : sharedElems(unique.layout, shared, elemBytes);
  if (ldMatrix)
    index = rowIndex(*index, *ldMatrix);
  SharedAddresses addresses(emitter, op->getLoc(), std::move(*index), base);
  return SharedReader(emitter, op->getLoc(), std::move(unique), std::move(ldMatrix),
                      WordFormat(element, elems), std::move(addresses));
}

/// ldmatrix of format.numWords 8×8 matrices (PTX ISA §9.7.14.5.15).
static SmallVector<Value> emitLdMatrix(ThreadEmitter &emitter, Location loc,
                                       const WordFormat &format, bool transposed, Value pointer) {
  OpBuilder &b = emitter.builder();
  int64_t count = format.numWords;
  Type result = b.getI32Type();
  if (count > 1)
    result = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(count, result));
  Value read = NVVM::LdMatrixOp::create(b, loc, result, pointer, uint32_t(count),
                                        transposed ? NVVM::MMALayout::col : NVVM::MMALayout::row,
                                        NVVM::LdStMatrixShapeAttr::get(b.getContext(), 8, 8),
                                        NVVM::LdStMatrixEltType::B16);
  if (count == 1)
    return {read};
  SmallVector<Value> words;
  for (int64_t word = 0; word < count; ++word)
    words.push_back(LLVM::ExtractValueOp::create(b, loc, read, word));
  return words;
}

ArrayRef<Value> SharedReader::groupWords(int64_t reg) {
  auto &group = words[reg / groupElems];
  if (group.empty()) {
    Value pointer = addresses.pointer(reg / groupElems * groupElems);
    group = ldMatrix ? emitLdMatrix(emitter, loc, format, ldMatrix->transposed, pointer)
                     : loadWords(emitter, loc, format, pointer);
  }
  return group;
}

Value SharedReader::element(int64_t uniqueReg) {
  auto &group = unpacked[uniqueReg / groupElems];
  if (group.empty())
    group = unpackWords(emitter, loc, format, groupWords(uniqueReg));
  return group[uniqueReg % groupElems];
}

Value SharedReader::word(int64_t index, int64_t count) {
  ArrayRef<int32_t> regs = ArrayRef<int32_t>(registers.unique).slice(count * index, count);
  int32_t first = regs.front();
  bool isWord = format.elemsPerWord == count && first % count == 0;
  for (auto [position, reg] : llvm::enumerate(regs))
    isWord &= reg == first + int32_t(position);
  if (isWord)
    return groupWords(first)[first % groupElems / count];
  SmallVector<Value> elements =
      llvm::map_to_vector(regs, [&](int32_t reg) { return element(reg); });
  return packWords(emitter, loc, WordFormat(format.element, count), elements).front();
}

SmallVector<Value> SharedReader::elements() {
  return llvm::map_to_vector(registers.unique, [&](int32_t reg) { return element(reg); });
}

LogicalResult storeShared(ThreadEmitter &emitter, Operation *op, const UniqueRegisters &registers,
                          const TileLayout &shared, Type element, Value base, Value predicate,
                          ElementSource source) {
  Location loc = op->getLoc();
  const TileLayout &layout = registers.layout;
  int64_t elemBytes = tile::elementBytes(element);
  std::optional<LinearIndex> index = sharedIndex(layout, shared, elemBytes);
  if (!index)
    return op->emitOpError("expects registers and shared memory with the same segments");
  int64_t elems = sharedElems(layout, shared, elemBytes);
  WordFormat format(element, elems);
  Value condition =
      conjunction(emitter, loc, predicate, emitter.threadsWithout(replicaThreadBits(layout)));
  SharedAddresses addresses(emitter, loc, std::move(*index), base);
  for (int64_t first = 0; first < layout.numRegisters(); first += elems) {
    SmallVector<Value> words = packWords(emitter, loc, format, source(first, elems));
    if (condition)
      storeWordsIf(emitter, loc, format, addresses.pointer(first), condition, words);
    else
      storeWords(emitter, loc, format, addresses.pointer(first), words);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

LogicalResult lower(ThreadEmitter &emitter, sm::AllocOp op) {
  if (!op.getOffset())
    return op.emitOpError("cannot be lowered: it has no offset (run sm-plan-memory)");
  emitter.define(op.getBuffer(), emitter.i32(*op.getOffset()));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::SlotOp op) {
  OpBuilder &b = emitter.builder();
  int64_t tileBytes = cast<sm::BufferType>(op.getResult().getType()).getTileBytes();
  Value distance =
      arith::MulIOp::create(b, op.getLoc(), emitter.scalar(op.getIndex()), emitter.i32(tileBytes));
  Value start = emitter.scalar(op.getBuffer());
  emitter.define(op.getResult(), Value(arith::AddIOp::create(b, op.getLoc(), start, distance)));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::TransOp op) {
  emitter.define(op.getResult(), emitter.scalar(op.getSlot()));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::SubslotOp op) {
  auto slot = cast<sm::BufferType>(op.getSlot().getType());
  auto part = cast<sm::BufferType>(op.getResult().getType());
  // The verifier has found it.
  SharedSubtile subtile = *sharedSubtile(slot.getLayout().getLayout(), op.getOffsets().vec(),
                                         part.getTile().getShape().vec(),
                                         tile::elementBytes(slot.getTile().getElementType()));
  Value start = emitter.scalar(op.getSlot());
  if (subtile.byteOffset)
    start = arith::AddIOp::create(emitter.builder(), op.getLoc(), start,
                                  emitter.i32(subtile.byteOffset));
  emitter.define(op.getResult(), start);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::LoadSharedOp op) {
  auto slot = cast<sm::BufferType>(op.getSlot().getType());
  FailureOr<SharedReader> reader = SharedReader::create(
      emitter, op, emitter.layoutOf(op.getType()), slot.getLayout().getLayout(),
      slot.getTile().getElementType(), emitter.scalar(op.getSlot()));
  if (failed(reader))
    return failure();
  emitter.define(op.getResult(), reader->elements());
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::StoreSharedOp op) {
  auto slot = cast<sm::BufferType>(op.getSlot().getType());
  UniqueRegisters unique(emitter.layoutOf(op.getSource().getType()));
  SmallVector<Value> held = unique.select(emitter.registers(op.getSource()));
  auto elementsOf = [&](int64_t first, int64_t count) {
    return SmallVector<Value>(ArrayRef<Value>(held).slice(first, count));
  };
  return storeShared(emitter, op, unique, slot.getLayout().getLayout(),
                     slot.getTile().getElementType(), emitter.scalar(op.getSlot()),
                     /*predicate=*/{}, elementsOf);
}

//===----------------------------------------------------------------------===//
// Synchronisation
//===----------------------------------------------------------------------===//

LogicalResult lower(ThreadEmitter &emitter, sm::CommitGroupOp op) {
  NVVM::CpAsyncCommitGroupOp::create(emitter.builder(), op.getLoc());
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::WaitGroupOp op) {
  NVVM::CpAsyncWaitGroupOp::create(emitter.builder(), op.getLoc(), op.getPending());
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::BarrierOp op) {
  emitter.barrier(op.getLoc());
  return success();
}

//===----------------------------------------------------------------------===//
// Layout conversions
//===----------------------------------------------------------------------===//

/// What `value` is in lane `lane` of the warp.
static Value takeFromLane(ThreadEmitter &emitter, Location loc, Value value, Value lane) {
  OpBuilder &b = emitter.builder();
  auto shuffle = [&](Value word) -> Value {
    return NVVM::ShflOp::create(b, loc, b.getI32Type(), emitter.i32(-1), word, lane,
                                emitter.i32(kWarpThreads - 1), NVVM::ShflKind::idx,
                                /*return_value_and_is_valid=*/UnitAttr());
  };
  Type type = value.getType();
  unsigned width = type.getIntOrFloatBitWidth();
  Type bits = b.getIntegerType(width);
  if (type != bits)
    value = arith::BitcastOp::create(b, loc, bits, value);
  if (width <= 32) {
    if (width < 32)
      value = arith::ExtUIOp::create(b, loc, b.getI32Type(), value);
    value = shuffle(value);
    if (width < 32)
      value = arith::TruncIOp::create(b, loc, bits, value);
  } else {
    Value shift = emitter.constant(bits, 32);
    Value low = shuffle(arith::TruncIOp::create(b, loc, b.getI32Type(), value));
    value = arith::ShRUIOp::create(b, loc, value, shift);
    Value high = shuffle(arith::TruncIOp::create(b, loc, b.getI32Type(), value));
    high = arith::ShLIOp::create(b, loc, arith::ExtUIOp::create(b, loc, bits, high), shift);
    value = arith::OrIOp::create(b, loc, high, arith::ExtUIOp::create(b, loc, bits, low));
  }
  return type == bits ? value : Value(arith::BitcastOp::create(b, loc, type, value));
}

/// Each thread takes what it needs from the lanes of its warp that hold it.
static void shuffleTile(ThreadEmitter &emitter, sm::ConvertLayoutOp op, const LaneMoves &moves) {
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  LinearIndex index;
  index.registerImages.assign(moves.registerImages.begin(), moves.registerImages.end());
  index.threadImages.assign(moves.threadImages.begin(), moves.threadImages.end());
  index.segmentOffsets = {0};
  WordFormat format(tile::elementTypeOf(op.getType()), 1);
  SmallVector<Value> sources;
  for (int32_t source : moves.sources) {
    Value element = emitter.registers(op.getSource())[source];
    sources.push_back(packWords(emitter, loc, format, element).front());
  }
  UniqueRegisters unique(emitter.layoutOf(op.getType()));
  Value thread = emitter.threadPart(index.threadImages);
  SmallVector<Value> taken;
  for (int32_t reg : unique.representative) {
    // Shuffles look at the lowest five bits only.
    LinearIndex::Constant constant = index.constantOf(reg);
    Value place = arith::XOrIOp::create(b, loc, thread, emitter.i32(constant.flipped));
    place = arith::AddIOp::create(b, loc, place, emitter.i32(constant.added));
    Value word = takeFromLane(emitter, loc, sources.front(), place);
    if (sources.size() > 1) {
      Value other = takeFromLane(emitter, loc, sources.back(), place);
      Value bit = arith::AndIOp::create(b, loc, place, emitter.i32(kWarpThreads));
      Value isOther = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bit, emitter.i32(0));
      word = arith::SelectOp::create(b, loc, isOther, other, word);
    }
    taken.push_back(unpackWords(emitter, loc, format, word).front());
  }
  emitter.define(op.getResult(), unique.expand(taken));
}

LogicalResult lower(ThreadEmitter &emitter, sm::ConvertLayoutOp op) {
  TileLayout source = emitter.layoutOf(op.getSource().getType());
  TileLayout result = emitter.layoutOf(op.getType());
  Type element = tile::elementTypeOf(op.getType());
  LayoutConversion plan = planConversion(source, result, tile::elementBytes(element));
  ArrayRef<Value> registers = emitter.registers(op.getSource());
  if (plan.kind == LayoutConversion::Registers) {
    emitter.define(op.getResult(),
                   llvm::map_to_vector(plan.source, [&](int32_t reg) { return registers[reg]; }));
    return success();
  }
  if (auto moves = matchLanes(source, result, int32_t(tile::elementBytes(element)))) {
    shuffleTile(emitter, op, *moves);
    return success();
  }
  auto offset = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
  if (!offset)
    return op.emitOpError("cannot be lowered: it has no `")
           << sm::kScratchOffsetAttr << "` (run sm-plan-memory)";
  Value base = emitter.i32(offset.getInt());
  UniqueRegisters unique(source);
  SmallVector<Value> held = unique.select(registers);
  auto elementsOf = [&](int64_t first, int64_t count) {
    return SmallVector<Value>(ArrayRef<Value>(held).slice(first, count));
  };
  if (failed(storeShared(emitter, op, unique, plan.scratch, element, base, /*predicate=*/{},
                         elementsOf)))
    return failure();
  emitter.barrier(op.getLoc());
  FailureOr<SharedReader> reader =
      SharedReader::create(emitter, op, result, plan.scratch, element, base);
  if (failed(reader))
    return failure();
  emitter.define(op.getResult(), reader->elements());
  return success();
}

} // namespace mla
