//===- Shapes.cpp - ops that move elements --------------------------------===//
// Each says for every element of the result where it comes from.
#include "Registry.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;

namespace mla::interp {

static ArrayRef<int64_t> resultShape(Operation *op) {
  return cast<RankedTensorType>(op->getResult(0).getType()).getShape();
}

/// Visits the elements of a tile of `shape` in row-major order with their coordinates.
template <typename Fn>
static void forEachCoordinate(ArrayRef<int64_t> shape, Fn fn) {
  SmallVector<int64_t, 4> at(shape.size(), 0);
  for (int64_t index = 0, size = sizeOf(shape); index < size; ++index) {
    fn(size_t(index), ArrayRef<int64_t>(at));
    for (size_t dim = shape.size(); dim-- > 0;) {
      if (++at[dim] < shape[dim])
        break;
      at[dim] = 0;
    }
  }
}

/// The result of `shape` whose element at x is the source's at Σ x[d] · strides[d] + offset.
static Tile stridedCopy(const Tile &source, ArrayRef<int64_t> shape, ArrayRef<int64_t> strides,
                        int64_t offset) {
  std::vector<int64_t> sources(sizeOf(shape));
  forEachCoordinate(shape, [&](size_t index, ArrayRef<int64_t> at) {
    int64_t from = offset;
    for (size_t dim = 0; dim < at.size(); ++dim)
      from += at[dim] * strides[dim];
    sources[index] = from;
  });
  return source.gathered(shape, sources);
}

static Outcome splatOp(Machine &machine, Operation *op) {
  const Tile &source = machine[op->getOperand(0)];
  std::vector<int64_t> sources(sizeOf(resultShape(op)), 0);
  machine.set(op->getResult(0), source.gathered(resultShape(op), sources));
  return Outcome::Next;
}

static Outcome expandDimsOp(Machine &machine, Operation *op) {
  machine.set(op->getResult(0), machine[op->getOperand(0)].reshaped(resultShape(op)));
  return Outcome::Next;
}

static Outcome broadcastOp(Machine &machine, Operation *op) {
  const Tile &source = machine[op->getOperand(0)];
  SmallVector<int64_t, 4> strides = rowMajorStrides(source.shape);
  for (size_t dim = 0; dim < strides.size(); ++dim)
    if (source.shape[dim] == 1)
      strides[dim] = 0;
  machine.set(op->getResult(0), stridedCopy(source, resultShape(op), strides, 0));
  return Outcome::Next;
}

static Outcome transOp(Machine &machine, Operation *op) {
  const Tile &source = machine[op->getOperand(0)];
  auto trans = cast<tile::TransOp>(op);
  SmallVector<int64_t, 4> strides;
  for (size_t dim = 0; dim < source.shape.size(); ++dim)
    strides.push_back(rowMajorStrides(source.shape)[trans.sourceDim(dim)]);
  machine.set(op->getResult(0), stridedCopy(source, resultShape(op), strides, 0));
  return Outcome::Next;
}

/// The flat index in `whole` of element `index` of the array of extents `part` in its corner.
static int64_t indexInWhole(int64_t index, ArrayRef<int64_t> part, ArrayRef<int64_t> whole) {
  int64_t result = 0;
  for (auto [stride, wholeStride] :
       llvm::zip_equal(rowMajorStrides(part), rowMajorStrides(whole))) {
    result += index / stride * wholeStride;
    index %= stride;
  }
  return result;
}

/// Elements that do not count repeat the first one: whatever they are must not matter.
static Outcome reshapeOp(Machine &machine, Operation *op) {
  auto reshape = cast<tile::ReshapeOp>(op);
  const Tile &source = machine[reshape.getSource()];
  std::vector<int64_t> sources(sizeOf(resultShape(op)), 0);
  for (int64_t index = 0, size = sizeOf(reshape.fromShape()); index < size; ++index)
    sources[indexInWhole(index, reshape.toShape(), resultShape(op))] =
        indexInWhole(index, reshape.fromShape(), source.shape);
  machine.set(op->getResult(0), source.gathered(resultShape(op), sources));
  return Outcome::Next;
}

static Outcome joinOp(Machine &machine, Operation *op) {
  const Tile &lhs = machine[op->getOperand(0)], &rhs = machine[op->getOperand(1)];
  std::vector<uint64_t> bits;
  for (auto [a, b] : llvm::zip_equal(lhs.toBits(), rhs.toBits())) {
    bits.push_back(a);
    bits.push_back(b);
  }
  Tile result = Tile::fromBits(lhs.element, resultShape(op), bits);
  for (size_t index = 0; index < lhs.size(); ++index)
    for (size_t side : {0, 1})
      if (uint8_t kind = (side ? rhs : lhs).overflowAt(index))
        result.setOverflow(2 * index + side, kind);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

static Outcome splitOp(Machine &machine, Operation *op) {
  const Tile &source = machine[op->getOperand(0)];
  for (int64_t side : {0, 1}) {
    std::vector<int64_t> sources(sizeOf(resultShape(op)));
    for (auto [index, from] : llvm::enumerate(sources))
      from = 2 * int64_t(index) + side;
    machine.set(op->getResult(side), source.gathered(resultShape(op), sources));
  }
  return Outcome::Next;
}

static Outcome unsplatOp(Machine &machine, Operation *op) {
  machine.set(op->getResult(0), machine[op->getOperand(0)].reshaped({}));
  return Outcome::Next;
}

static Outcome sliceOp(Machine &machine, Operation *op) {
  const Tile &source = machine[op->getOperand(0)];
  SmallVector<int64_t, 4> strides = rowMajorStrides(source.shape);
  int64_t offset = 0;
  for (auto [stride, first] : llvm::zip_equal(strides, cast<tile::SliceOp>(op).getOffsets()))
    offset += stride * first;
  machine.set(op->getResult(0), stridedCopy(source, resultShape(op), strides, offset));
  return Outcome::Next;
}

void addShapes(Registry &registry) {
  registry.add<tile::SplatOp>(splatOp);
  registry.add<tile::ExpandDimsOp>(expandDimsOp);
  registry.add<tile::BroadcastOp>(broadcastOp);
  registry.add<tile::TransOp>(transOp);
  registry.add<tile::SliceOp>(sliceOp);
  registry.add<tile::ReshapeOp>(reshapeOp);
  registry.add<tile::JoinOp>(joinOp);
  registry.add<tile::SplitOp>(splitOp);
  registry.add<tile::UnsplatOp>(unsplatOp);
}

} // namespace mla::interp
