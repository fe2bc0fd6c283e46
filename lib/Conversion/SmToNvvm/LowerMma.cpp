//===- LowerMma.cpp - matrix products by mma.sync -------------------------===//
// mma.sync.m16n8k16 (PTX ISA §9.7.14.5.8). K is the outermost loop; the fragments of the next step
// of 16 are fetched before the products of the current one are issued, so that reading shared
// memory and multiplying overlap.

#include "Lower.h"
#include "SharedTile.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

static constexpr int64_t kAtomK = 16;
static constexpr int64_t kOperandBytes = 2;
/// Register bits of a fragment: A has 8 elements, B 4, the accumulator 4 per thread.
static constexpr unsigned kFragmentBitsA = 3;
static constexpr unsigned kFragmentBitsB = 2;
static constexpr unsigned kFragmentBitsAcc = 2;

namespace {
/// The fragments of A or B that a warp needs, as words of two elements.
class OperandFragments {
public:
  static FailureOr<OperandFragments> create(ThreadEmitter &emitter, sm::MmaOp op, MmaOperand which);

  /// Steps of 16 along K, and atoms along M (N).
  int64_t numSteps() const { return kSegments << kBits; }
  int64_t numAtoms() const { return outerSegments << outerBits; }
  /// The operands of mma.sync for one fragment. Reads shared memory at the first call that needs
  /// it.
  SmallVector<Value, 4> fetch(int64_t step, int64_t atom);

private:
  OperandFragments(ThreadEmitter &emitter, Location loc, MmaOperand which)
      : emitter(emitter), loc(loc), which(which),
        fragmentBits(which == MmaOperand::A ? kFragmentBitsA : kFragmentBitsB) {}

  /// K shorter than an atom: zero instead of the copies that the layout holds.
  Value clearReplicas(Value word, int64_t wordInFragment);

  ThreadEmitter &emitter;
  Location loc;
  MmaOperand which;
  unsigned fragmentBits, kBits = 0, outerBits = 0;
  int64_t extentK = 0, kSegments = 1, outerSegments = 1;
  Type element;
  /// Registers that hold the operand, in the order of its layout; else `reader`.
  ArrayRef<Value> registers;
  std::optional<SharedReader> reader;
};
} // namespace

/// `layout` with the register bits along K last, so that one ldmatrix reads what one step needs.
static TileLayout stepByStep(const TileLayout &layout, unsigned fragmentBits, unsigned kBits) {
  std::vector<LinearLayout::InDim> inDims = layout.block.inDims();
  for (LinearLayout::InDim &in : inDims)
    if (in.name == kRegister) {
      auto afterFragment = in.bases.begin() + fragmentBits;
      std::rotate(afterFragment, afterFragment + kBits, in.bases.end());
    }
  return {layout.segments, LinearLayout(std::move(inDims), layout.block.outSizes())};
}

FailureOr<OperandFragments> OperandFragments::create(ThreadEmitter &emitter, sm::MmaOp op,
                                                     MmaOperand which) {
  Value operand = which == MmaOperand::A ? op.getA() : op.getB();
  auto buffer = dyn_cast<sm::BufferType>(operand.getType());
  auto tile = buffer ? buffer.getTile() : cast<RankedTensorType>(operand.getType());
  auto acc = cast<RankedTensorType>(op.getAcc().getType());
  WarpGrid grid{op.getWarps()[0], op.getWarps()[1]};
  TileLayout layout = mmaOperandLayout(which, tile.getShape(), acc.getShape(), grid, kOperandBytes);

  OperandFragments fragments(emitter, op.getLoc(), which);
  unsigned k = which == MmaOperand::A ? 1 : 0;
  fragments.extentK = tile.getDimSize(k);
  fragments.element = tile.getElementType();
  fragments.kSegments = layout.segments[k];
  fragments.outerSegments = layout.segments[1 - k];
  fragments.kBits = llvm::Log2_64(std::max<int64_t>(1, layout.block.outSizes()[k] / kAtomK));
  fragments.outerBits = layout.block.inBits(kRegister) - fragments.fragmentBits - fragments.kBits;
  if (!buffer) {
    fragments.registers = emitter.registers(operand);
    return fragments;
  }
  FailureOr<SharedReader> reader = SharedReader::create(
      emitter, op, stepByStep(layout, fragments.fragmentBits, fragments.kBits),
      buffer.getLayout().getLayout(), fragments.element, emitter.scalar(operand));
  if (failed(reader))
    return failure();
  fragments.reader.emplace(std::move(*reader));
  return fragments;
}

Value OperandFragments::clearReplicas(Value word, int64_t wordInFragment) {
  OpBuilder &b = emitter.builder();
  constexpr int32_t kLanesAlongK = 4;
  // Of each element, the first few lanes along K hold the real one.
  int32_t kept[2] = {0, 0};
  for (int32_t half = 0; half < 2; ++half)
    while (kept[half] < kLanesAlongK &&
           !isReplicaOfK(which, extentK, kOperandBytes, 2 * wordInFragment + half, kept[half]))
      ++kept[half];
  if (kept[0] == kLanesAlongK && kept[1] == kLanesAlongK)
    return word;
  if (kept[0] == 0)
    return emitter.i32(0);
  if (kept[1] == 0)
    word = arith::AndIOp::create(b, loc, word, emitter.i32(0xffff));
  if (kept[0] == kLanesAlongK)
    return word;
  // Extents along K are powers of two here, so the lanes to clear have one of these bits set.
  Value holds = emitter.threadsWithout(uint32_t(kLanesAlongK - kept[0]));
  return arith::SelectOp::create(b, loc, holds, word, emitter.i32(0));
}

SmallVector<Value, 4> OperandFragments::fetch(int64_t step, int64_t atom) {
  int64_t kSegment = step >> kBits, outerSegment = atom >> outerBits;
  int64_t kInBlock = step & ((int64_t(1) << kBits) - 1);
  int64_t outerInBlock = atom & ((int64_t(1) << outerBits) - 1);
  int64_t segment = which == MmaOperand::A ? outerSegment * kSegments + kSegment
                                           : kSegment * outerSegments + outerSegment;
  int64_t inBlock =
      reader ? kInBlock << outerBits | outerInBlock : outerInBlock << kBits | kInBlock;
  int64_t firstReg = ((segment << (kBits + outerBits)) | inBlock) << fragmentBits;

  WordFormat pair(element, 2);
  SmallVector<Value, 4> words;
  for (int64_t word = 0; word < int64_t(1) << (fragmentBits - 1); ++word) {
    int64_t reg = firstReg + 2 * word;
    Value value = reader ? reader->word(reg / 2)
                         : packWords(emitter, loc, pair, registers.slice(reg, 2)).front();
    if (extentK < kAtomK)
      value = clearReplicas(value, word);
    // f16 operands are vectors, bf16 operands plain words.
    if (element.isF16())
      value = LLVM::BitcastOp::create(emitter.builder(), loc, VectorType::get(2, element), value);
    words.push_back(value);
  }
  return words;
}

/// One mma.sync; `acc` holds the four accumulators of the thread.
static void emitMma(ThreadEmitter &emitter, Location loc, Type element, ArrayRef<Value> a,
                    ArrayRef<Value> b, MutableArrayRef<Value> acc) {
  OpBuilder &builder = emitter.builder();
  MLIRContext *context = builder.getContext();
  bool isHalf = element.isF16();
  Type result =
      LLVM::LLVMStructType::getLiteral(context, SmallVector<Type>(4, builder.getF32Type()));
  NVVM::MMATypes type = isHalf ? NVVM::MMATypes::f16 : NVVM::MMATypes::bf16;
  Value products = NVVM::MmaOp::create(
      builder, loc, result, a, b, acc, ArrayRef<int64_t>{16, 8, kAtomK},
      /*b1Op=*/std::nullopt, /*intOverflow=*/std::nullopt, std::array{type, type},
      std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
  for (auto [position, value] : llvm::enumerate(acc))
    value = LLVM::ExtractValueOp::create(builder, loc, products, position);
}

namespace {
/// Where the accumulators of an atom are in the accumulator's registers.
struct AccumulatorAtoms {
  unsigned columnBits = 0, rowBits = 0;
  int64_t rowSegments, columnSegments;

  explicit AccumulatorAtoms(const TileLayout &layout)
      : rowSegments(layout.segments[0]), columnSegments(layout.segments[1]) {
    const LinearLayout::Bases &registers = layout.block.bases(kRegister);
    for (size_t bit = kFragmentBitsAcc; bit < registers.size(); ++bit)
      ++(registers[bit][1] != 0 ? columnBits : rowBits);
  }
  int64_t firstRegister(int64_t rowAtom, int64_t columnAtom) const {
    int64_t segment = (rowAtom >> rowBits) * columnSegments + (columnAtom >> columnBits);
    int64_t row = rowAtom & ((int64_t(1) << rowBits) - 1);
    int64_t column = columnAtom & ((int64_t(1) << columnBits) - 1);
    return ((segment << rowBits | row) << columnBits | column) << kFragmentBitsAcc;
  }
};
} // namespace

LogicalResult lower(ThreadEmitter &emitter, sm::MmaOp op) {
  FailureOr<OperandFragments> a = OperandFragments::create(emitter, op, MmaOperand::A);
  if (failed(a))
    return failure();
  FailureOr<OperandFragments> b = OperandFragments::create(emitter, op, MmaOperand::B);
  if (failed(b))
    return failure();
  AccumulatorAtoms atoms(emitter.layoutOf(op.getAcc().getType()));
  SmallVector<Value> acc(emitter.registers(op.getAcc()));
  Type element = isa<sm::BufferType>(op.getA().getType())
                     ? cast<sm::BufferType>(op.getA().getType()).getTile().getElementType()
                     : tile::elementTypeOf(op.getA().getType());

  using Fragments = SmallVector<SmallVector<Value, 4>>;
  auto fetch = [](OperandFragments &operand, int64_t step) {
    Fragments fragments;
    for (int64_t atom = 0; atom < operand.numAtoms(); ++atom)
      fragments.push_back(operand.fetch(step, atom));
    return fragments;
  };
  Fragments nextA = fetch(*a, 0), nextB = fetch(*b, 0);
  for (int64_t step = 0; step < a->numSteps(); ++step) {
    Fragments currentA = std::move(nextA), currentB = std::move(nextB);
    if (step + 1 < a->numSteps()) {
      nextA = fetch(*a, step + 1);
      nextB = fetch(*b, step + 1);
    }
    for (int64_t row = 0; row < a->numAtoms(); ++row)
      for (int64_t i = 0; i < b->numAtoms(); ++i) {
        // Back and forth, so that neighbouring products share an operand.
        int64_t column = row % 2 ? b->numAtoms() - 1 - i : i;
        emitMma(emitter, op.getLoc(), element, currentA[row], currentB[column],
                MutableArrayRef<Value>(acc).slice(atoms.firstRegister(row, column), 4));
      }
  }
  emitter.define(op.getResult(), acc);
  return success();
}

} // namespace mla
