//===- LowerReduce.cpp - reductions ---------------------------------------===//
// Within the thread, then across lanes by shuffles, then across warps through scratch memory. The
// order is fixed, and every thread that holds a result computes the same bits.

#include "Addressing.h"
#include "Lower.h"
#include "MemoryWords.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

namespace {
/// One reduction: how two values combine, and in which type.
class Combiner {
public:
  Combiner(ThreadEmitter &emitter, tile::ReduceOp op);

  /// Small types are combined in 32 bits and rounded once at the end.
  Type type() const { return accumulator; }
  Value widen(Value element);
  Value narrow(Value value);
  Value combine(Value left, Value right);
  /// The value of the lane whose index differs in `laneBits`.
  Value exchange(Value value, int32_t laneBits);

private:
  Value shuffle(Value word, int32_t laneBits);

  ThreadEmitter &emitter;
  OpBuilder &b;
  Location loc;
  tile::ReduceKind kind;
  bool isUnsigned;
  Type element, accumulator;
};
} // namespace

Combiner::Combiner(ThreadEmitter &emitter, tile::ReduceOp op)
    : emitter(emitter), b(emitter.builder()), loc(op.getLoc()), kind(op.getKind()),
      isUnsigned(op.getIsUnsigned()), element(tile::elementTypeOf(op.getSource().getType())),
      accumulator(element) {
  isUnsigned |= element.isInteger(1);
  if (element.isF16() || element.isBF16())
    accumulator = b.getF32Type();
  else if (element.isIntOrIndex() && element.getIntOrFloatBitWidth() < 32)
    accumulator = b.getI32Type();
}

Value Combiner::widen(Value value) {
  if (element == accumulator)
    return value;
  if (isa<FloatType>(element))
    return arith::ExtFOp::create(b, loc, accumulator, value);
  if (isUnsigned)
    return arith::ExtUIOp::create(b, loc, accumulator, value);
  return arith::ExtSIOp::create(b, loc, accumulator, value);
}

Value Combiner::narrow(Value value) {
  if (element == accumulator)
    return value;
  if (isa<FloatType>(element))
    return arith::TruncFOp::create(b, loc, element, value);
  return arith::TruncIOp::create(b, loc, element, value);
}

Value Combiner::combine(Value left, Value right) {
  bool isFloat = isa<FloatType>(accumulator);
  switch (kind) {
  case tile::ReduceKind::Sum:
    return isFloat ? Value(arith::AddFOp::create(b, loc, left, right))
                   : Value(arith::AddIOp::create(b, loc, left, right));
  case tile::ReduceKind::Max:
    if (isFloat)
      return arith::MaxNumFOp::create(b, loc, left, right);
    return isUnsigned ? Value(arith::MaxUIOp::create(b, loc, left, right))
                      : Value(arith::MaxSIOp::create(b, loc, left, right));
  case tile::ReduceKind::Min:
    if (isFloat)
      return arith::MinNumFOp::create(b, loc, left, right);
    return isUnsigned ? Value(arith::MinUIOp::create(b, loc, left, right))
                      : Value(arith::MinSIOp::create(b, loc, left, right));
  }
  llvm_unreachable("every kind is handled");
}

Value Combiner::shuffle(Value word, int32_t laneBits) {
  return NVVM::ShflOp::create(b, loc, word.getType(), emitter.i32(-1), word, emitter.i32(laneBits),
                              emitter.i32(kWarpThreads - 1), NVVM::ShflKind::bfly,
                              /*return_value_and_is_valid=*/UnitAttr());
}

Value Combiner::exchange(Value value, int32_t laneBits) {
  if (accumulator.getIntOrFloatBitWidth() == 32)
    return shuffle(value, laneBits);
  auto words = VectorType::get(2, b.getI32Type());
  Value source = LLVM::BitcastOp::create(b, loc, words, value);
  Value result = LLVM::UndefOp::create(b, loc, words);
  for (int64_t half = 0; half < 2; ++half) {
    Value word = LLVM::ExtractElementOp::create(b, loc, source, emitter.i32(half));
    result =
        LLVM::InsertElementOp::create(b, loc, result, shuffle(word, laneBits), emitter.i32(half));
  }
  return LLVM::BitcastOp::create(b, loc, accumulator, result);
}

//===----------------------------------------------------------------------===//
// Who holds what
//===----------------------------------------------------------------------===//

namespace {
/// Thread bits along the reduced dimension, and the layout of what remains.
struct ReducePlan {
  /// Layout of the partial results: registers of the source merged, lanes and warps as they were.
  TileLayout slice;
  /// Source registers (none twice) that each register of the slice combines.
  SmallVector<SmallVector<int32_t>> inputs;
  SmallVector<unsigned> laneBits, warpBits;
};
} // namespace

/// Reports layouts in which one thread bit moves along the axis and along another dimension.
static FailureOr<ReducePlan> planReduce(ThreadEmitter &emitter, tile::ReduceOp op) {
  TileLayout source = emitter.layoutOf(op.getSource().getType());
  unsigned axis = op.getAxis();
  ReducePlan plan;
  plan.slice = sliceLayout(source, axis);

  for (std::string_view threads : {kLane, kWarp})
    for (auto [bit, basis] : llvm::enumerate(source.block.bases(threads))) {
      if (basis[axis] == 0)
        continue;
      for (unsigned dim = 0; dim < source.rank(); ++dim)
        if (dim != axis && basis[dim] != 0)
          return op.emitOpError("cannot be lowered: a thread bit moves along the reduced and "
                                "another dimension in ")
                 << op.getSource().getType();
      (threads == kLane ? plan.laneBits : plan.warpBits).push_back(unsigned(bit));
    }
  // A thread bit along the axis that repeats elements would count them twice.
  UniqueRegisters unique(source);
  uint32_t replicas = replicaThreadBits(source), along = 0;
  for (unsigned bit : plan.laneBits)
    along |= uint32_t(1) << bit;
  for (unsigned bit : plan.warpBits)
    along |= uint32_t(1) << (kLaneBits + bit);
  if (replicas & along)
    return op.emitOpError(
               "cannot be lowered: threads repeat elements along the reduced dimension in ")
           << op.getSource().getType();

  std::map<std::vector<int64_t>, int32_t> results;
  auto sliceCoords = [&](const TileLayout &layout, int64_t reg, bool drop) {
    std::vector<int64_t> coords = layout.coords(reg, 0, 0);
    if (drop)
      coords.erase(coords.begin() + axis);
    return coords;
  };
  for (int64_t reg = 0; reg < plan.slice.numRegisters(); ++reg)
    results[sliceCoords(plan.slice, reg, false)] = int32_t(reg);
  plan.inputs.resize(results.size());
  for (int32_t reg : unique.representative)
    plan.inputs[results.at(sliceCoords(source, reg, true))].push_back(reg);
  return plan;
}

//===----------------------------------------------------------------------===//
// The steps
//===----------------------------------------------------------------------===//

/// Combines neighbours until one value is left.
static Value combineTree(Combiner &combiner, SmallVector<Value> values) {
  while (values.size() > 1) {
    size_t pairs = values.size() / 2;
    for (size_t i = 0; i < pairs; ++i)
      values[i] = combiner.combine(values[2 * i], values[2 * i + 1]);
    if (values.size() % 2)
      values[pairs++] = values.back();
    values.truncate(pairs);
  }
  return values.front();
}

/// Combines the partial results of the warps through scratch memory: part after part, each a dense
/// array of results.
static LogicalResult combineWarps(ThreadEmitter &emitter, tile::ReduceOp op, Combiner &combiner,
                                  const ReducePlan &plan, MutableArrayRef<Value> values) {
  OpBuilder &b = emitter.builder();
  Location loc = op.getLoc();
  auto scratch = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
  if (!scratch)
    return op.emitOpError("cannot be lowered: it has no `")
           << sm::kScratchOffsetAttr << "` (run sm-plan-memory)";
  WordFormat format(combiner.type(), 1);
  auto source = cast<RankedTensorType>(op.getSource().getType());
  int64_t partBytes = source.getNumElements() / source.getDimSize(op.getAxis()) * format.bytes();
  int64_t numParts = int64_t(1) << plan.warpBits.size();
  if (sm::scratchBytes(op) < numParts * partBytes)
    return op.emitOpError("needs ")
           << numParts * partBytes << " bytes of scratch memory for " << combiner.type()
           << " partial results, got " << sm::scratchBytes(op);

  // Lanes and warps that hold the same partial result agree; one writes it.
  LinearIndex index = denseIndex(plan.slice, format.bytes());
  uint32_t silent = replicaThreadBits(plan.slice);
  SmallVector<int64_t> partImages(index.threadImages.size(), 0);
  for (auto [part, bit] : llvm::enumerate(plan.warpBits)) {
    silent &= ~(uint32_t(1) << (kLaneBits + bit));
    partImages[kLaneBits + bit] = int64_t(1) << part;
  }
  // A part need not be a power of two long, so that its start is added.
  Value base = emitter.i32(scratch.getInt());
  Value start =
      arith::MulIOp::create(b, loc, emitter.threadPart(partImages), emitter.i32(partBytes));
  Value writer = emitter.threadsWithout(silent);
  SharedAddresses writes(emitter, loc, index, arith::AddIOp::create(b, loc, base, start));
  for (auto [reg, value] : llvm::enumerate(values)) {
    if (writer)
      storeWordsIf(emitter, loc, format, writes.pointer(reg), writer, value);
    else
      storeWords(emitter, loc, format, writes.pointer(reg), value);
  }
  emitter.barrier(loc);
  SharedAddresses reads(emitter, loc, std::move(index), base);
  for (auto [reg, value] : llvm::enumerate(values)) {
    SmallVector<Value> parts;
    for (int64_t i = 0; i < numParts; ++i)
      parts.push_back(loadWords(emitter, loc, format, reads.pointer(reg, i * partBytes)).front());
    value = combineTree(combiner, std::move(parts));
  }
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, tile::ReduceOp op) {
  FailureOr<ReducePlan> plan = planReduce(emitter, op);
  if (failed(plan))
    return failure();
  Combiner combiner(emitter, op);
  ArrayRef<Value> source = emitter.registers(op.getSource());
  SmallVector<Value> values;
  for (ArrayRef<int32_t> inputs : plan->inputs) {
    SmallVector<Value> elements =
        llvm::map_to_vector(inputs, [&](int32_t reg) { return combiner.widen(source[reg]); });
    values.push_back(combineTree(combiner, std::move(elements)));
  }
  for (unsigned bit : llvm::reverse(plan->laneBits))
    for (Value &value : values)
      value = combiner.combine(value, combiner.exchange(value, int32_t(1) << bit));
  if (!plan->warpBits.empty() && failed(combineWarps(emitter, op, combiner, *plan, values)))
    return failure();
  for (Value &value : values)
    value = combiner.narrow(value);

  TileLayout result = emitter.layoutOf(op.getResult().getType());
  std::vector<int> identity;
  for (unsigned dim = 0; dim < result.rank(); ++dim)
    identity.push_back(int(dim));
  auto match = matchRegisters(plan->slice, result, identity);
  if (!match)
    return op.emitOpError("expects a result in the layout that is left of the source's, got ")
           << op.getSource().getType() << " and " << op.getResult().getType();
  emitter.define(op.getResult(),
                 llvm::map_to_vector(*match, [&](int32_t reg) { return values[reg]; }));
  return success();
}

} // namespace mla
