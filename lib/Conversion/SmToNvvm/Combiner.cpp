//===- Combiner.cpp - how two groups of elements become one ---------------===//
// Known operations and regions, shuffles, and the exchange of warps through scratch memory.

#include "Combiner.h"

#include "Addressing.h"
#include "MemoryWords.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

Combiner::Combiner(ThreadEmitter &emitter, Operation *op, ValueRange sources, unsigned axis)
    : emitter(emitter), b(emitter.builder()), op(op), loc(op->getLoc()), sources(sources),
      axis(axis), layout(emitter.layoutOf(sources.front().getType())) {}

LogicalResult Combiner::plan(bool ordered) {
  auto steps = axisSteps(layout, axis, ordered);
  if (!steps)
    return op->emitOpError("cannot be lowered: threads do not hold whole runs along dimension ")
           << axis << " of " << sources.front().getType();
  allSteps = std::move(*steps);
  return success();
}

Elements Combiner::element(int32_t reg) {
  Elements element;
  for (auto [component, source] : llvm::enumerate(sources))
    element.push_back(widen(emitter.registers(source)[reg], component));
  return element;
}

Elements Combiner::combineAll(SmallVector<Elements> groups) {
  while (groups.size() > 1) {
    size_t pairs = groups.size() / 2;
    for (size_t i = 0; i < pairs; ++i)
      groups[i] = combine(groups[2 * i], groups[2 * i + 1]);
    if (groups.size() % 2)
      groups[pairs++] = groups.back();
    groups.truncate(pairs);
  }
  return groups.front();
}

Elements Combiner::combineRegisters(ArrayRef<Elements> groups) {
  mayContract = true;
  SmallVector<Elements> chains;
  for (; !groups.empty(); groups = groups.drop_front(std::min(kChain, groups.size()))) {
    Elements chain = groups.front();
    for (const Elements &group : groups.take_front(kChain).drop_front())
      chain = combine(chain, group);
    chains.push_back(std::move(chain));
  }
  mayContract = false;
  return combineAll(std::move(chains));
}

Elements Combiner::select(Value condition, const Elements &whenTrue, const Elements &whenFalse) {
  Elements result;
  for (auto [left, right] : llvm::zip_equal(whenTrue, whenFalse))
    result.push_back(arith::SelectOp::create(b, loc, condition, left, right));
  return result;
}

//===----------------------------------------------------------------------===//
// Shuffles
//===----------------------------------------------------------------------===//

Value Combiner::shuffle(Value word, int32_t laneBits) {
  return NVVM::ShflOp::create(b, loc, word.getType(), emitter.i32(-1), word, emitter.i32(laneBits),
                              emitter.i32(kWarpThreads - 1), NVVM::ShflKind::bfly,
                              /*return_value_and_is_valid=*/UnitAttr());
}

Value Combiner::exchange(Value value, int32_t laneBits) {
  Type type = value.getType();
  unsigned width = type.getIntOrFloatBitWidth();
  if (width == 32)
    return shuffle(value, laneBits);
  if (width < 32) {
    Type bits = b.getIntegerType(width);
    if (type != bits)
      value = arith::BitcastOp::create(b, loc, bits, value);
    value = shuffle(arith::ExtUIOp::create(b, loc, b.getI32Type(), value), laneBits);
    value = arith::TruncIOp::create(b, loc, bits, value);
    return type == bits ? value : Value(arith::BitcastOp::create(b, loc, type, value));
  }
  auto words = VectorType::get(2, b.getI32Type());
  Value source = LLVM::BitcastOp::create(b, loc, words, value);
  Value result = LLVM::UndefOp::create(b, loc, words);
  for (int64_t half = 0; half < 2; ++half) {
    Value word = LLVM::ExtractElementOp::create(b, loc, source, emitter.i32(half));
    result =
        LLVM::InsertElementOp::create(b, loc, result, shuffle(word, laneBits), emitter.i32(half));
  }
  return LLVM::BitcastOp::create(b, loc, type, result);
}

Elements Combiner::exchange(const Elements &value, int32_t laneBits) {
  Elements result;
  for (Value component : value)
    result.push_back(exchange(component, laneBits));
  return result;
}

//===----------------------------------------------------------------------===//
// Warps
//===----------------------------------------------------------------------===//

Type Combiner::registerGroupType(Value source) const {
  return groupType(registerType(tile::elementTypeOf(source.getType())));
}

FailureOr<Combiner::Parts> Combiner::exchangeWarps(const AxisStep &step,
                                                   ArrayRef<SmallVector<Elements>> groups) {
  auto scratch = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr);
  if (!scratch)
    return op->emitOpError("cannot be lowered: it has no `")
           << sm::kScratchOffsetAttr << "` (run sm-plan-memory)";
  WarpExchange exchange = *warpExchange(layout, axis, allSteps);
  int64_t numParts = exchange.parts, numRows = exchange.laneSlots * numParts;

  // Lanes and warps that hold the same group agree; one writes it.
  TileLayout slice = sliceLayout(layout, axis);
  uint32_t silent = replicaThreadBits(slice);
  SmallVector<int64_t> rowImages(kLaneBits + slice.block.inBits(kWarp), 0);
  for (auto [index, bit] : llvm::enumerate(exchange.laterLaneBits))
    rowImages[bit] = numParts << index;
  for (auto [index, bit] : llvm::enumerate(exchange.laterLaneBits))
    silent &= ~(uint32_t(1) << bit);
  Value lanePart = exchange.laterLaneBits.empty() ? Value() : emitter.threadPart(rowImages);
  for (auto [index, bit] : llvm::enumerate(step.bits)) {
    rowImages[kLaneBits + bit] = int64_t(1) << index;
    silent &= ~(uint32_t(1) << (kLaneBits + bit));
  }
  Value ownPart = emitter.threadPart(rowImages);
  Value writer = emitter.threadsWithout(silent);

  // One area for each component. A slot need not be a power of two long, so that starts are added.
  Parts parts(groups.size());
  std::vector<std::pair<SharedAddresses, WordFormat>> areas;
  int64_t areaStart = scratch.getInt();
  for (auto [component, source] : llvm::enumerate(sources)) {
    WordFormat format(registerGroupType(source), 1);
    int64_t slotBytes = exchange.slotElems * format.bytes();
    LinearIndex index = denseIndex(slice, format.bytes());
    auto addresses = [&](Value part) {
      Value start = emitter.i32(areaStart);
      if (part)
        start = arith::AddIOp::create(b, loc, start,
                                      arith::MulIOp::create(b, loc, part, emitter.i32(slotBytes)));
      return SharedAddresses(emitter, loc, index, start);
    };
    SharedAddresses writes = addresses(ownPart);
    for (auto [reg, row] : llvm::enumerate(groups))
      for (auto [group, elements] : llvm::enumerate(row)) {
        Value pointer = writes.pointer(reg, int64_t(group) * numRows * slotBytes);
        SmallVector<Value> words = packWords(emitter, loc, format, elements[component]);
        if (writer)
          storeWordsIf(emitter, loc, format, pointer, writer, words);
        else
          storeWords(emitter, loc, format, pointer, words);
      }
    areas.emplace_back(addresses(lanePart), format);
    areaStart += exchange.areaBytes(format.bytes());
  }
  if (sm::scratchBytes(op) < areaStart - scratch.getInt())
    return op->emitOpError("needs ")
           << areaStart - scratch.getInt()
           << " bytes of scratch memory for what warps exchange, got " << sm::scratchBytes(op);
  emitter.barrier(loc);
  for (auto [reg, row] : llvm::enumerate(groups))
    for (size_t group = 0; group < row.size(); ++group) {
      SmallVector<Elements> &all = parts[reg].emplace_back(numParts);
      for (auto &[reads, format] : areas)
        for (int64_t part = 0; part < numParts; ++part) {
          int64_t offset = (int64_t(group) * numRows + part) * exchange.slotElems * format.bytes();
          SmallVector<Value> words = loadWords(emitter, loc, format, reads.pointer(reg, offset));
          all[part].push_back(unpackWords(emitter, loc, format, words).front());
        }
    }
  return parts;
}

//===----------------------------------------------------------------------===//
// Known operations
//===----------------------------------------------------------------------===//

namespace {
/// A kind of tile.reduce. Small types are combined in 32 bits and rounded once at the end.
class KindCombiner : public Combiner {
public:
  KindCombiner(ThreadEmitter &emitter, tile::ReduceOp op)
      : Combiner(emitter, op, op.getSource(), op.getAxis()), kind(op.getKind()),
        isUnsigned(op.getIsUnsigned()), elementType(tile::elementTypeOf(op.getSource().getType())) {
    isUnsigned |= elementType.isInteger(1);
  }

  bool isCommutative() const override { return true; }
  Elements combine(const Elements &left, const Elements &right) override {
    return {combine(left.front(), right.front())};
  }
  Value narrow(Value value, size_t) override {
    if (elementType == value.getType())
      return value;
    if (isa<FloatType>(elementType))
      return arith::TruncFOp::create(b, loc, elementType, value);
    return arith::TruncIOp::create(b, loc, elementType, value);
  }

protected:
  Type groupType(Type element) const override {
    if (element.isF16() || element.isBF16())
      return b.getF32Type();
    if (element.isIntOrIndex() && element.getIntOrFloatBitWidth() < 32)
      return b.getI32Type();
    return element;
  }
  Value widen(Value value, size_t) override {
    Type type = groupType(elementType);
    if (type == elementType)
      return value;
    if (isa<FloatType>(elementType))
      return arith::ExtFOp::create(b, loc, type, value);
    if (isUnsigned)
      return arith::ExtUIOp::create(b, loc, type, value);
    return arith::ExtSIOp::create(b, loc, type, value);
  }

private:
  Value combine(Value left, Value right);

  tile::ReduceKind kind;
  bool isUnsigned;
  Type elementType;
};
} // namespace

Value KindCombiner::combine(Value left, Value right) {
  bool isFloat = isa<FloatType>(left.getType());
  auto flags = mayContract ? arith::FastMathFlags::contract : arith::FastMathFlags::none;
  switch (kind) {
  case tile::ReduceKind::Sum:
    return isFloat ? Value(arith::AddFOp::create(b, loc, left, right, flags))
                   : Value(arith::AddIOp::create(b, loc, left, right));
  case tile::ReduceKind::Prod:
    return isFloat ? Value(arith::MulFOp::create(b, loc, left, right, flags))
                   : Value(arith::MulIOp::create(b, loc, left, right));
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
  case tile::ReduceKind::Xor:
    return arith::XOrIOp::create(b, loc, left, right);
  case tile::ReduceKind::Or:
    return arith::OrIOp::create(b, loc, left, right);
  case tile::ReduceKind::And:
    return arith::AndIOp::create(b, loc, left, right);
  }
  llvm_unreachable("every kind is handled");
}

std::unique_ptr<Combiner> createCombiner(ThreadEmitter &emitter, tile::ReduceOp op) {
  return std::make_unique<KindCombiner>(emitter, op);
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

namespace {
/// Emits the region anew for each pair of groups.
class RegionCombiner : public Combiner {
public:
  template <typename OpTy>
  RegionCombiner(ThreadEmitter &emitter, OpTy op, bool commutative)
      : Combiner(emitter, op, op.getSources(), op.getAxis()), block(op.getCombine().front()),
        commutative(commutative) {}

  bool isCommutative() const override { return commutative; }
  Elements combine(const Elements &left, const Elements &right) override {
    if (hasFailed)
      return left;
    Elements operands(left);
    llvm::append_range(operands, right);
    FailureOr<SmallVector<Value>> results = emitter.emitFunction(block, operands);
    hasFailed = mlir::failed(results);
    return hasFailed ? left : Elements(results->begin(), results->end());
  }

private:
  Block &block;
  bool commutative;
};
} // namespace

std::unique_ptr<Combiner> createCombiner(ThreadEmitter &emitter, tile::GenericReduceOp op) {
  return std::make_unique<RegionCombiner>(emitter, op, op.getCommutative());
}

std::unique_ptr<Combiner> createCombiner(ThreadEmitter &emitter, tile::ScanOp op) {
  return std::make_unique<RegionCombiner>(emitter, op, /*commutative=*/false);
}

} // namespace mla
