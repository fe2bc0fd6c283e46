//===- LowerSort.cpp - sorting networks over registers and lanes -----------===//
// A line of 2^n positions is sorted by Batcher's bitonic network: for k = 0 … n - 1, for j = k … 0,
// the elements at positions p and p ^ 2^j are put in order, ascending where bit k + 1 of p is
// clear. Of a line that is bitonic already the last k sorts. Each bit of the position is a bit of
// the register or of the lane (sortLayout), so that partners are two registers of a thread, or the
// same register of two lanes. Segments are the highest bits; the positions that their number lacks
// hold what comes last, and end up where they began.
//
// Elements are compared as integers: the bits of a float, all but the sign flipped if that is set,
// NaN made the largest.

#include "Addressing.h"
#include "Lower.h"
#include "MemoryWords.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

namespace {
/// Elements as integers of 32 or 64 bits that have their order.
class Keys {
public:
  Keys(ThreadEmitter &emitter, tile::SortOp op)
      : emitter(emitter), b(emitter.builder()), loc(op.getLoc()),
        element(tile::elementTypeOf(op.getType())), width(element.getIntOrFloatBitWidth()),
        isUnsigned(op.getIsUnsigned() || element.isInteger(1)),
        type(b.getIntegerType(width == 64 ? 64 : 32)) {}

  Value fromElement(Value value);
  Value toElement(Value key);
  /// The key that comes after, or with all others.
  Value last(bool descending);
  Value min(Value x, Value y);
  Value max(Value x, Value y);
  Value isGreater(Value x, Value y);
  /// The key of the lane whose index differs in `laneBits`.
  Value exchange(Value key, int32_t laneBits);

private:
  int64_t keyWidth() const { return type.getIntOrFloatBitWidth(); }
  Value shuffle(Value word, int32_t laneBits);
  /// Flips all bits but the sign if that is set; the inverse of itself.
  Value flipNegative(Value bits);

  ThreadEmitter &emitter;
  OpBuilder &b;
  Location loc;
  Type element;
  unsigned width;
  bool isUnsigned;
  Type type;
};
} // namespace

Value Keys::flipNegative(Value bits) {
  Value sign = arith::ShRSIOp::create(b, loc, bits, emitter.constant(type, keyWidth() - 1));
  Value others = arith::ShRUIOp::create(b, loc, sign, emitter.constant(type, 1));
  return arith::XOrIOp::create(b, loc, bits, others);
}

Value Keys::fromElement(Value value) {
  if (!isa<FloatType>(element)) {
    if (int64_t(width) == keyWidth())
      return value;
    return isUnsigned ? Value(arith::ExtUIOp::create(b, loc, type, value))
                      : Value(arith::ExtSIOp::create(b, loc, type, value));
  }
  Value isNan = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, value, value);
  Value bits = arith::BitcastOp::create(b, loc, b.getIntegerType(width), value);
  if (int64_t(width) < keyWidth()) {
    bits = arith::ExtUIOp::create(b, loc, type, bits);
    bits = arith::ShLIOp::create(b, loc, bits, emitter.constant(type, keyWidth() - width));
  }
  Value largest = emitter.constant(type, APInt::getSignedMaxValue(keyWidth()).getSExtValue());
  return arith::SelectOp::create(b, loc, isNan, largest, flipNegative(bits));
}

Value Keys::toElement(Value key) {
  if (!isa<FloatType>(element))
    return int64_t(width) == keyWidth() ? key
                                        : Value(arith::TruncIOp::create(b, loc, element, key));
  Value bits = flipNegative(key);
  if (int64_t(width) < keyWidth()) {
    bits = arith::ShRUIOp::create(b, loc, bits, emitter.constant(type, keyWidth() - width));
    bits = arith::TruncIOp::create(b, loc, b.getIntegerType(width), bits);
  }
  return arith::BitcastOp::create(b, loc, element, bits);
}

Value Keys::last(bool descending) {
  unsigned bits = unsigned(keyWidth());
  APInt low = isUnsigned ? APInt::getMinValue(bits) : APInt::getSignedMinValue(bits);
  APInt high = isUnsigned ? APInt::getMaxValue(bits) : APInt::getSignedMaxValue(bits);
  return emitter.constant(cast<TypedAttr>(IntegerAttr::get(type, descending ? low : high)));
}

Value Keys::min(Value x, Value y) {
  return isUnsigned ? Value(arith::MinUIOp::create(b, loc, x, y))
                    : Value(arith::MinSIOp::create(b, loc, x, y));
}

Value Keys::max(Value x, Value y) {
  return isUnsigned ? Value(arith::MaxUIOp::create(b, loc, x, y))
                    : Value(arith::MaxSIOp::create(b, loc, x, y));
}

Value Keys::isGreater(Value x, Value y) {
  return arith::CmpIOp::create(
      b, loc, isUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt, x, y);
}

Value Keys::shuffle(Value word, int32_t laneBits) {
  return NVVM::ShflOp::create(b, loc, word.getType(), emitter.i32(-1), word, emitter.i32(laneBits),
                              emitter.i32(kWarpThreads - 1), NVVM::ShflKind::bfly,
                              /*return_value_and_is_valid=*/UnitAttr());
}

Value Keys::exchange(Value key, int32_t laneBits) {
  if (keyWidth() == 32)
    return shuffle(key, laneBits);
  Type word = b.getI32Type();
  Value shift = emitter.constant(type, 32);
  Value low = arith::TruncIOp::create(b, loc, word, key);
  Value high = arith::TruncIOp::create(b, loc, word, arith::ShRUIOp::create(b, loc, key, shift));
  low = arith::ExtUIOp::create(b, loc, type, shuffle(low, laneBits));
  high = arith::ExtUIOp::create(b, loc, type, shuffle(high, laneBits));
  return arith::OrIOp::create(b, loc, low, arith::ShLIOp::create(b, loc, high, shift));
}

//===----------------------------------------------------------------------===//
// The network
//===----------------------------------------------------------------------===//

namespace {
/// Sorts the lines that a thread has a part of.
class Network {
public:
  Network(ThreadEmitter &emitter, tile::SortOp op, Keys &keys)
      : emitter(emitter), b(emitter.builder()), loc(op.getLoc()), keys(keys),
        descending(op.getDescending()), bitonic(op.getBitonic()) {}

  /// The bits of the position, from `layout`. Reports one that is no bit of a thread's own.
  LogicalResult readBits(tile::SortOp op, const TileLayout &layout);
  /// `line`: the keys at the positions whose lane bits are clear.
  void sort(std::map<int64_t, Value> &line);
  unsigned numBits() const { return laneOf.size(); }
  bool isInLane(int64_t position) const { return position & laneMask; }

private:
  void orderRegisters(std::map<int64_t, Value> &line, unsigned k, unsigned j);
  void orderLanes(std::map<int64_t, Value> &line, unsigned k, unsigned j);
  /// Whether lane bit `bit` is clear (i1).
  Value isClear(int bit) { return emitter.threadsWithout(uint32_t(1) << bit); }
  /// Bit `bit` of the position, of a register's part: a constant or what the lane decides.
  bool isAscending(int64_t position, unsigned k) const {
    return k + 1 >= numBits() || (position >> (k + 1) & 1) == 0;
  }
  int directionLane(unsigned k) const { return k + 1 < numBits() ? laneOf[k + 1] : -1; }

  ThreadEmitter &emitter;
  OpBuilder &b;
  Location loc;
  Keys &keys;
  bool descending, bitonic;
  /// For each bit of the position its lane bit, or -1 for registers.
  SmallVector<int> laneOf;
  int64_t laneMask = 0;
  /// Whether two lane bits are equal (i1).
  std::map<std::pair<int, int>, Value> sameSide;
};
} // namespace

LogicalResult Network::readBits(tile::SortOp op, const TileLayout &layout) {
  unsigned axis = op.getAxis();
  unsigned blockBits = llvm::Log2_32(layout.block.outSizes()[axis]);
  laneOf.assign(blockBits + llvm::Log2_32_Ceil(layout.segments[axis]), -1);
  SmallVector<bool> found(blockBits, false);
  for (std::string_view in : {kRegister, kLane, kWarp})
    for (auto [bit, basis] : llvm::enumerate(layout.block.bases(in))) {
      int64_t moved = basis[axis];
      if (moved == 0)
        continue;
      bool isStep = llvm::isPowerOf2_64(moved) && in != kWarp;
      for (unsigned dim = 0; dim < layout.rank(); ++dim)
        isStep &= dim == axis || basis[dim] == 0;
      if (!isStep || std::exchange(found[llvm::Log2_64(moved)], true))
        return op.emitOpError("expects steps along the axis in single bits of register and lane, "
                              "got ")
               << op.getType();
      if (in == kLane) {
        laneOf[llvm::Log2_64(moved)] = int(bit);
        laneMask |= moved;
      }
    }
  return success();
}

void Network::sort(std::map<int64_t, Value> &line) {
  for (unsigned k = bitonic && numBits() ? numBits() - 1 : 0; k < numBits(); ++k)
    for (unsigned j = k + 1; j-- > 0;) {
      if (laneOf[j] < 0)
        orderRegisters(line, k, j);
      else
        orderLanes(line, k, j);
    }
}

void Network::orderRegisters(std::map<int64_t, Value> &line, unsigned k, unsigned j) {
  int direction = directionLane(k);
  for (auto &[position, low] : line) {
    if (position >> j & 1)
      continue;
    Value &high = line.at(position | int64_t(1) << j);
    Value x = low, y = high;
    if (direction < 0) {
      bool ascending = isAscending(position, k) != descending;
      low = ascending ? keys.min(x, y) : keys.max(x, y);
      high = ascending ? keys.max(x, y) : keys.min(x, y);
      continue;
    }
    // The lane decides the direction. Equal keys may change places.
    Value swaps = keys.isGreater(x, y);
    Value ascends = isClear(direction);
    swaps = arith::CmpIOp::create(
        b, loc, descending ? arith::CmpIPredicate::ne : arith::CmpIPredicate::eq, swaps, ascends);
    low = arith::SelectOp::create(b, loc, swaps, y, x);
    high = arith::SelectOp::create(b, loc, swaps, x, y);
  }
}

void Network::orderLanes(std::map<int64_t, Value> &line, unsigned k, unsigned j) {
  int direction = directionLane(k);
  Value isLower = isClear(laneOf[j]), takesMin = isLower;
  if (direction >= 0) {
    Value &same = sameSide[{laneOf[j], direction}];
    if (!same)
      same = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, isLower, isClear(direction));
    takesMin = same;
  }
  for (auto &[position, key] : line) {
    Value other = keys.exchange(key, int32_t(1) << laneOf[j]);
    Value low = keys.min(key, other), high = keys.max(key, other);
    bool ascending = (direction >= 0 || isAscending(position, k)) != descending;
    if (!ascending)
      std::swap(low, high);
    key = arith::SelectOp::create(b, loc, takesMin, low, high);
  }
}

LogicalResult lower(ThreadEmitter &emitter, tile::SortOp op) {
  UniqueRegisters unique(emitter.layoutOf(op.getSource().getType()));
  if (emitter.layoutOf(op.getType()) != emitter.layoutOf(op.getSource().getType()))
    return op.emitOpError("expects source and result in one layout");
  const TileLayout &layout = unique.layout;
  Keys keys(emitter, op);
  Network network(emitter, op, keys);
  if (failed(network.readBits(op, layout)))
    return failure();

  // The lines of the thread, by the coordinates other than the axis.
  unsigned axis = op.getAxis();
  struct Place {
    std::vector<int64_t> line;
    int64_t position;
  };
  SmallVector<Place> places;
  std::map<std::vector<int64_t>, std::map<int64_t, Value>> lines;
  for (auto [reg, value] : llvm::enumerate(unique.select(emitter.registers(op.getSource())))) {
    std::vector<int64_t> coords = layout.coords(int64_t(reg), 0, 0);
    int64_t position = std::exchange(coords[axis], 0);
    lines[coords][position] = keys.fromElement(value);
    places.push_back({std::move(coords), position});
  }
  int64_t present = layout.shape()[axis], positions = int64_t(1) << network.numBits();
  for (auto &[coords, line] : lines) {
    for (int64_t position = present; position < positions; ++position)
      if (!network.isInLane(position))
        line[position] = keys.last(op.getDescending());
    network.sort(line);
  }
  SmallVector<Value> sorted = llvm::map_to_vector(places, [&](const Place &place) {
    return keys.toElement(lines[place.line][place.position]);
  });
  emitter.define(op.getResult(), unique.expand(sorted));
  return success();
}

} // namespace mla
