//===- Views.cpp - tiles of arrays in global memory -----------------------===//
// A view is held as its address, extents and strides, in that order.
#include "GlobalAccess.h"
#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;

namespace mla::interp {

namespace {
/// Where each element of a tile lies in a view.
class Positions {
public:
  Positions(tile::ViewType type, const Tile &view, ArrayRef<int64_t> indices,
            ArrayRef<int32_t> dims, ArrayRef<int64_t> shape, ArrayRef<int32_t> unchecked = {})
      : bytes(tile::elementBytes(type.getElementType())), address(view.integers()[0]),
        extents(view.integers().slice(1, type.getRank())),
        strides(view.integers().drop_front(1 + type.getRank())), indices(indices), dims(dims),
        shape(shape), unchecked(unchecked), steps(rowMajorStrides(shape)),
        overflow(view.overflowAt(0)) {}

  /// Whether element `index` of the tile is inside the view, and its address. `broken` becomes the
  /// dimension along which it is outside although the program promised that it is not.
  bool locate(size_t index, int64_t &result, std::optional<size_t> &broken) const {
    SmallVector<int64_t, 5> at(indices);
    for (size_t k = 0; k < dims.size(); ++k)
      at[dims[k]] += int64_t(index) / steps[k] % shape[k];
    result = address;
    for (size_t dim = 0; dim < at.size(); ++dim) {
      if (at[dim] < 0 || at[dim] >= extents[dim]) {
        if (llvm::is_contained(unchecked, int32_t(dim)))
          broken = dim;
        return false;
      }
      result += at[dim] * (dim < strides.size() ? strides[dim] : 1) * bytes;
    }
    return true;
  }
  /// Position along the tile's first dimension.
  int64_t row(size_t index) const { return int64_t(index) / steps[0]; }
  uint8_t overflowed() const { return overflow; }

private:
  int64_t bytes, address;
  ArrayRef<int64_t> extents, strides, indices;
  ArrayRef<int32_t> dims;
  ArrayRef<int64_t> shape;
  ArrayRef<int32_t> unchecked;
  SmallVector<int64_t, 4> steps;
  uint8_t overflow;
};

/// How a load reads a view, beyond where.
struct ReadOptions {
  std::optional<int64_t> valid;
  ArrayRef<int32_t> unchecked;
  bool padsNan = false;
};
} // namespace

static Outcome failOutside(Machine &machine, Operation *op, ArrayRef<int64_t> shape, size_t index,
                           size_t dim) {
  return machine.fail(op, "promises that it stays inside its view along dimension " + Twine(dim) +
                              ", but element " + coordinatesText(shape, index) + " is outside");
}

static std::optional<Tile> readTile(Machine &machine, Operation *op, Type viewType,
                                    const Tile &view, ArrayRef<int64_t> indices,
                                    ArrayRef<int32_t> dims, ArrayRef<int64_t> shape,
                                    const ReadOptions &options) {
  auto type = cast<tile::ViewType>(viewType);
  Element element = *elementOf(type.getElementType());
  Positions positions(type, view, indices, dims, shape, options.unchecked);
  GlobalAccess access(machine, op, element, shape);
  uint64_t padding = 0;
  if (options.padsNan)
    padding = llvm::APFloat::getQNaN(cast<FloatType>(type.getElementType()).getFloatSemantics())
                  .bitcastToAPInt()
                  .getZExtValue();
  std::vector<uint64_t> bits(sizeOf(shape), padding);
  for (size_t i = 0; i < bits.size(); ++i) {
    int64_t address;
    std::optional<size_t> broken;
    if ((!options.valid || positions.row(i) < *options.valid) &&
        positions.locate(i, address, broken)) {
      if (!access.read(i, address, positions.overflowed(), bits[i]))
        return std::nullopt;
    } else if (broken) {
      failOutside(machine, op, shape, i, *broken);
      return std::nullopt;
    }
  }
  return Tile::fromBits(element, shape, bits);
}

std::optional<Tile> readView(Machine &machine, Operation *op, Type viewType, const Tile &view,
                             ArrayRef<int64_t> indices, ArrayRef<int32_t> dims,
                             ArrayRef<int64_t> shape, std::optional<int64_t> valid) {
  ReadOptions options;
  options.valid = valid;
  return readTile(machine, op, viewType, view, indices, dims, shape, options);
}

static ArrayRef<int64_t> shapeOf(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile ? tile.getShape() : ArrayRef<int64_t>();
}

/// The indices of an access; nothing after an error: one of them overflowed.
static std::optional<SmallVector<int64_t>> readIndices(Machine &machine, Operation *op,
                                                       ValueRange operands) {
  SmallVector<int64_t> indices;
  for (Value operand : operands) {
    const Tile &index = machine[operand];
    if (index.overflowAt(0) & kSignedOverflow) {
      machine.fail(op, "index " + Twine(indices.size()) + " comes from an integer that overflowed");
      return std::nullopt;
    }
    indices.push_back(index.scalar());
  }
  return indices;
}

static Outcome viewOp(Machine &machine, Operation *op) {
  auto view = cast<tile::ViewOp>(op);
  auto type = cast<tile::ViewType>(view.getType());
  Tile result(Element::View, {});
  std::vector<int64_t> &parts = result.makeIntegers();
  parts = {machine[view.getPtr()].scalar()};
  auto extents = view.getExtents().begin();
  for (int64_t extent : type.getShape())
    parts.push_back(ShapedType::isDynamic(extent) ? machine[*extents++].scalar() : extent);
  for (Value stride : view.getStrides())
    parts.push_back(machine[stride].scalar());
  if (uint8_t overflow = machine[view.getPtr()].overflowAt(0))
    result.setOverflow(0, overflow);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

static Outcome loadViewOp(Machine &machine, Operation *op) {
  auto load = cast<tile::LoadViewOp>(op);
  std::optional<SmallVector<int64_t>> indices = readIndices(machine, op, load.getIndices());
  if (!indices)
    return Outcome::Failed;
  ReadOptions options;
  if (load.getValid())
    options.valid = machine[load.getValid()].scalar();
  options.unchecked = load.getUnchecked().value_or(ArrayRef<int32_t>());
  options.padsNan = load.getPadNan();
  std::optional<Tile> result =
      readTile(machine, op, load.getView().getType(), machine[load.getView()], *indices,
               load.getDims(), shapeOf(load.getType()), options);
  if (!result)
    return Outcome::Failed;
  machine.set(op->getResult(0), std::move(*result));
  return Outcome::Next;
}

static Outcome storeViewOp(Machine &machine, Operation *op) {
  auto store = cast<tile::StoreViewOp>(op);
  std::optional<SmallVector<int64_t>> indices = readIndices(machine, op, store.getIndices());
  if (!indices)
    return Outcome::Failed;
  const Tile &value = machine[store.getValue()];
  Positions positions(cast<tile::ViewType>(store.getView().getType()), machine[store.getView()],
                      *indices, store.getDims(), value.shape,
                      store.getUnchecked().value_or(ArrayRef<int32_t>()));
  GlobalAccess access(machine, op, value.element, value.shape);
  std::vector<uint64_t> bits = value.toBits();
  for (size_t i = 0; i < bits.size(); ++i) {
    int64_t address;
    std::optional<size_t> broken;
    if (positions.locate(i, address, broken)) {
      if (!access.write(i, address, positions.overflowed(), bits[i]))
        return Outcome::Failed;
    } else if (broken) {
      return failOutside(machine, op, value.shape, i, *broken);
    }
  }
  return Outcome::Next;
}

void addViews(Registry &registry) {
  registry.add<tile::ViewOp>(viewOp);
  registry.add<tile::LoadViewOp>(loadViewOp);
  registry.add<tile::StoreViewOp>(storeViewOp);
}

} // namespace mla::interp
