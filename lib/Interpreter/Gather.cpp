//===- Gather.cpp - rows of caches by index -------------------------------===//
// What dialects/Gather/GatherOps.td says of rows and paged_rows, element by element.
#include "GlobalAccess.h"
#include "Registry.h"

#include "mla/Dialect/Gather/Gather.h"

using namespace mlir;
using llvm::Twine;

namespace mla::interp {

namespace {
/// A view as the interpreter holds it: its address, extents and strides.
struct Array {
  Array(Machine &machine, Value view) : type(cast<tile::ViewType>(view.getType())) {
    const Tile &parts = machine[view];
    address = parts.integers()[0];
    extents.assign(parts.integers().slice(1, type.getRank()));
    strides.assign(parts.integers().drop_front(1 + type.getRank()));
    strides.push_back(1);
    overflow = parts.overflowAt(0);
  }

  /// The address of an element, nothing if it lies outside.
  std::optional<int64_t> locate(ArrayRef<int64_t> at) const {
    int64_t result = address;
    for (auto [position, extent, stride] : llvm::zip(at, extents, strides)) {
      if (position < 0 || position >= extent)
        return std::nullopt;
      result += position * stride * tile::elementBytes(type.getElementType());
    }
    return result;
  }

  tile::ViewType type;
  int64_t address;
  SmallVector<int64_t, 5> extents, strides;
  uint8_t overflow;
};

/// Reads rows of an array, one after the other.
class RowReader {
public:
  RowReader(Machine &machine, Operation *op, Value view, int64_t column)
      : array(machine, view), type(cast<RankedTensorType>(op->getResult(0).getType())),
        access(machine, op, *elementOf(type.getElementType()), type.getShape()), column(column),
        bits(sizeOf(type.getShape()), 0) {}

  /// Row `row` of the tile is the row of the array at `position`. False after an error.
  bool read(int64_t row, ArrayRef<int64_t> position) {
    SmallVector<int64_t, 5> at(position);
    at.push_back(0);
    int64_t width = type.getDimSize(1);
    for (int64_t j = 0; j < width; ++j) {
      at.back() = column + j;
      std::optional<int64_t> address = array.locate(at);
      size_t index = size_t(row * width + j);
      if (address && !access.read(index, *address, array.overflow, bits[index]))
        return false;
    }
    return true;
  }
  Tile result() const {
    return Tile::fromBits(*elementOf(type.getElementType()), type.getShape(), bits);
  }

  Array array;

private:
  RankedTensorType type;
  GlobalAccess access;
  int64_t column;
  std::vector<uint64_t> bits;
};
} // namespace

/// Whether the index `number` of `indices` can be trusted; an error if not. One that overflowed is
/// wrong even where it selects nothing.
static bool checkIndex(Machine &machine, Operation *op, const Tile &indices, size_t number,
                       const Twine &what) {
  if (!(indices.overflowAt(number) & kSignedOverflow))
    return true;
  machine.fail(op, what + " comes from an integer that overflowed");
  return false;
}

static Outcome rowsOp(Machine &machine, Operation *op) {
  auto rows = cast<gather::RowsOp>(op);
  RowReader reader(machine, op, rows.getView(), rows.getColumn());
  const Tile &index = machine[rows.getIndex()];
  bool hasPages = reader.array.extents.size() == 3;
  for (size_t i = 0; i < index.size(); ++i) {
    if (!checkIndex(machine, op, index, i, "index " + Twine(i)))
      return Outcome::Failed;
    int64_t row = index.integers()[i], pageSize = hasPages ? reader.array.extents[1] : 1;
    if (row < 0 || pageSize < 1)
      continue;
    SmallVector<int64_t, 2> position{row / pageSize, row % pageSize};
    if (!hasPages)
      position.pop_back();
    if (!reader.read(int64_t(i), position))
      return Outcome::Failed;
  }
  machine.set(op->getResult(0), reader.result());
  return Outcome::Next;
}

static Outcome pagedRowsOp(Machine &machine, Operation *op) {
  auto rows = cast<gather::PagedRowsOp>(op);
  RowReader reader(machine, op, rows.getView(), rows.getColumn());
  Array table(machine, rows.getTable());
  GlobalAccess entries(machine, op, Element::I32, machine[rows.getPositions()].shape);
  const Tile &positions = machine[rows.getPositions()];
  int64_t sequence = machine[rows.getSequence()].scalar();
  if (!checkIndex(machine, op, machine[rows.getSequence()], 0, "the sequence") ||
      !checkIndex(machine, op, machine[rows.getLength()], 0, "the length"))
    return Outcome::Failed;
  int64_t length = machine[rows.getLength()].scalar(), pageSize = reader.array.extents[1];
  for (size_t i = 0; i < positions.size(); ++i) {
    if (!checkIndex(machine, op, positions, i, "position " + Twine(i)))
      return Outcome::Failed;
    int64_t position = positions.integers()[i];
    if (position < 0 || position >= length || pageSize < 1)
      continue;
    std::optional<int64_t> address = table.locate({sequence, position / pageSize});
    if (!address)
      continue;
    uint64_t page = 0;
    if (!entries.read(i, *address, table.overflow, page) ||
        !reader.read(int64_t(i), {int64_t(int32_t(page)), position % pageSize}))
      return Outcome::Failed;
  }
  machine.set(op->getResult(0), reader.result());
  return Outcome::Next;
}

void addGather(Registry &registry) {
  registry.add<gather::RowsOp>(rowsOp);
  registry.add<gather::PagedRowsOp>(pagedRowsOp);
}

} // namespace mla::interp
