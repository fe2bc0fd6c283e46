//===- LowerMma.cpp - matrix products by mma.sync -------------------------===//
// mma.sync.m16n8k32, k16 or k8 for elements of 1, 2 or 4 bytes (PTX ISA §9.7.14.5): a fragment of A
// is four words, one of B two, whatever the elements. K is the outermost loop; the fragments of the
// next step are fetched before the products of the current one are issued, so that reading shared
// memory and multiplying overlap.

#include "Lower.h"
#include "Products.h"
#include "SharedTile.h"

using namespace mlir;

namespace mla {

/// Register bits of a fragment of the accumulator.
static constexpr unsigned kFragmentBitsAcc = 2;

namespace {
/// The fragments of A or B that a warp needs, as words.
class OperandFragments {
public:
  static FailureOr<OperandFragments> create(ThreadEmitter &emitter, sm::MmaOp op, MmaOperand which);

  /// Steps of an atom along K, and atoms along M (N).
  int64_t numSteps() const { return kSegments << kBits; }
  int64_t numAtoms() const { return outerSegments << outerBits; }
  /// Elements of an atom along K, and those of them that the tile has.
  int64_t atomK() const { return 2 * kLanesAlongK * packed; }
  int64_t presentK() const { return std::min(atomK(), blockK); }
  /// The words of one fragment; those of f32 and f64 are the elements. Reads shared memory at the
  /// first call that needs it.
  SmallVector<Value, 4> fetch(int64_t step, int64_t atom);

private:
  OperandFragments(ThreadEmitter &emitter, Location loc, MmaOperand which, Type element)
      : emitter(emitter), loc(loc), which(which), element(element),
        elemBytes(sm::mmaElementBytes(element)), packed(4 / elemBytes),
        fragmentBits(unsigned(llvm::Log2_64(packed)) + (which == MmaOperand::A ? 2 : 1)) {}

  /// A block along K shorter than an atom (48 = 3 × 16 of 8 bits too): zero instead of the copies
  /// that the layout holds.
  Value clearReplicas(Value word, int64_t wordInFragment);

  ThreadEmitter &emitter;
  Location loc;
  MmaOperand which;
  Type element;
  int32_t elemBytes;
  /// Elements in a word.
  int64_t packed;
  unsigned fragmentBits, kBits = 0, outerBits = 0;
  int64_t extentK = 0, blockK = 0, kSegments = 1, outerSegments = 1;
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
  OperandFragments fragments(emitter, op.getLoc(), which, tile.getElementType());
  TileLayout layout =
      mmaOperandLayout(which, tile.getShape(), acc.getShape(), grid, fragments.elemBytes);
  unsigned k = which == MmaOperand::A ? 1 : 0;
  fragments.extentK = tile.getDimSize(k);
  fragments.blockK = layout.block.outSizes()[k];
  fragments.kSegments = layout.segments[k];
  fragments.outerSegments = layout.segments[1 - k];
  fragments.kBits = llvm::Log2_64(std::max<int64_t>(1, fragments.blockK / fragments.atomK()));
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
  // Blocks along K are powers of two: the first few lanes hold real elements, all of them the
  // same ones of their word.
  int32_t lanes = 0;
  uint32_t mask = 0;
  for (int32_t lane = 0; lane < kLanesAlongK; ++lane) {
    uint32_t real = 0;
    for (int64_t i = 0; i < packed; ++i)
      if (!isReplicaOfK(which, extentK, elemBytes, packed * wordInFragment + i, lane))
        real |= uint32_t((uint64_t(1) << (8 * elemBytes)) - 1) << (8 * elemBytes * i);
    lanes += real != 0;
    mask |= real;
  }
  Value zero = emitter.constant(b.getZeroAttr(word.getType()));
  if (lanes == 0)
    return zero;
  if (mask != UINT32_MAX)
    word = arith::AndIOp::create(b, loc, word, emitter.i32(int32_t(mask)));
  if (lanes == kLanesAlongK)
    return word;
  Value holds = emitter.threadsWithout(uint32_t(kLanesAlongK - lanes));
  return arith::SelectOp::create(b, loc, holds, word, zero);
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

  OpBuilder &b = emitter.builder();
  SmallVector<Value, 4> words;
  for (int64_t word = 0; word < (int64_t(1) << fragmentBits) / packed; ++word) {
    int64_t reg = firstReg + packed * word;
    Value value =
        reader ? reader->word(reg / packed, packed)
               : packWords(emitter, loc, WordFormat(element, packed), registers.slice(reg, packed))
                     .front();
    // ldmatrix gives plain words.
    Type type = packed > 1 ? Type(b.getI32Type()) : element;
    if (value.getType() != type)
      value = LLVM::BitcastOp::create(b, loc, type, value);
    words.push_back(blockK < atomK() ? clearReplicas(value, word) : value);
  }
  return words;
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

static void addTo(ThreadEmitter &emitter, Location loc, MutableArrayRef<Value> sums,
                  ArrayRef<Value> values) {
  OpBuilder &b = emitter.builder();
  for (auto [sum, value] : llvm::zip_equal(sums, values))
    sum = value.getType().isInteger() ? Value(arith::AddIOp::create(b, loc, sum, value))
                                      : Value(arith::AddFOp::create(b, loc, sum, value));
}

/// Products in flight at which a warp no longer waits for the result of the one before.
static constexpr int64_t kIndependentProducts = 4;
/// Steps along K that an accumulator of its own must be worth.
static constexpr int64_t kMinStepsPerChain = 4;

/// Accumulators per element: a warp with few atoms would wait for each product before the next.
static int64_t chainCount(int64_t numAtoms, int64_t numSteps) {
  return std::max<int64_t>(std::min(kIndependentProducts / numAtoms, numSteps / kMinStepsPerChain),
                           1);
}

LogicalResult lower(ThreadEmitter &emitter, sm::MmaOp op) {
  FailureOr<OperandFragments> a = OperandFragments::create(emitter, op, MmaOperand::A);
  if (failed(a))
    return failure();
  FailureOr<OperandFragments> b = OperandFragments::create(emitter, op, MmaOperand::B);
  if (failed(b))
    return failure();
  AccumulatorAtoms atoms(emitter.layoutOf(op.getAcc().getType()));
  std::unique_ptr<Products> products = Products::create(emitter, op, a->presentK());
  SmallVector<SmallVector<Value>> chains = {SmallVector<Value>(emitter.registers(op.getAcc()))};
  if (products->reassociates()) {
    Value first = chains.front().front();
    Value zero = emitter.constant(emitter.builder().getZeroAttr(first.getType()));
    chains.resize(chainCount(a->numAtoms() * b->numAtoms(), a->numSteps()),
                  SmallVector<Value>(chains.front().size(), zero));
  }

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
    MutableArrayRef<Value> acc = chains[step % chains.size()];
    SmallVector<Factor> left, right;
    for (ArrayRef<Value> words : currentA)
      left.push_back(products->prepare(MmaOperand::A, words));
    for (ArrayRef<Value> words : currentB)
      right.push_back(products->prepare(MmaOperand::B, words));
    for (int64_t row = 0; row < a->numAtoms(); ++row)
      for (int64_t i = 0; i < b->numAtoms(); ++i) {
        // Back and forth, so that neighbouring products share an operand.
        int64_t column = row % 2 ? b->numAtoms() - 1 - i : i;
        products->multiply(left[row], right[column], acc.slice(atoms.firstRegister(row, column), 4),
                           atoms.firstRegister(row, column));
      }
  }
  SmallVector<Value> &acc = chains.front();
  for (ArrayRef<Value> chain : ArrayRef(chains).drop_front())
    addTo(emitter, op.getLoc(), acc, chain);
  products->finish(acc);
  emitter.define(op.getResult(), acc);
  return success();
}

} // namespace mla
