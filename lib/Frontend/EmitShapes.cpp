//===- EmitShapes.cpp - parts of tiles --------------------------------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;

/// A bound of a slice of `extent` positions; `otherwise` if it is left out.
FailureOr<int64_t> Emitter::tileBound(const Expr *bound, int64_t extent, int64_t otherwise) {
  if (!bound)
    return otherwise;
  auto value = evaluate(bound);
  if (failed(value))
    return failure();
  std::optional<Integer> position = value->integer();
  if (!position)
    return error(bound->offset)
           << "expected a compile-time integer as a bound of a tile's part, got "
           << value->describe();
  if (*position < 0 || *position > extent)
    return error(bound->offset) << "expected a bound between 0 and " << extent
                                << ", the extent of the tile, got " << toString(*position);
  return int64_t(*position);
}

Tensor Emitter::part(const Tensor &tile, ArrayRef<int64_t> offsets, ArrayRef<int64_t> shape,
                     uint32_t offset) {
  ValueType type(tile.type.element, shape);
  return {mla::tile::SliceOp::create(builder, at(offset), type.irType(context), tile.value,
                                     SmallVector<int64_t>(offsets)),
          type};
}

/// x[:, None] and x[:, 64:128]: a slice keeps a dimension or a part of it, None inserts one.
FailureOr<Object> Emitter::indexTile(const Tensor &tile, const SubscriptExpr &expr) {
  SmallVector<const Expr *> items;
  if (auto *tuple = dyn_cast<TupleExpr>(expr.index))
    llvm::append_range(items, tuple->elements);
  else
    items.push_back(expr.index);
  ArrayRef<int64_t> extents = tile.type.shape;
  SmallVector<int64_t> inserted, offsets, shape;
  for (auto [axis, item] : llvm::enumerate(items)) {
    auto *slice = dyn_cast<SliceExpr>(item);
    auto *constant = dyn_cast<ConstantExpr>(item);
    if (constant && constant->value == ConstantExpr::None) {
      inserted.push_back(axis);
      continue;
    }
    if (!slice)
      return error(item->offset) << "expected a slice or None as an index of " << tile.type.name()
                                 << "; elements of tiles cannot be selected";
    if (slice->step)
      return error(slice->step->offset) << "a slice of a tile takes no step";
    if (shape.size() == extents.size())
      return error(expr.offset) << "too many indices for " << tile.type.name() << ": more than "
                                << extents.size() << " slices";
    int64_t extent = extents[shape.size()];
    auto lower = tileBound(slice->lower, extent, 0);
    if (failed(lower))
      return failure();
    auto upper = tileBound(slice->upper, extent, extent);
    if (failed(upper))
      return failure();
    if (*lower >= *upper)
      return error(item->offset) << "expected a slice of at least one element, got " << *lower
                                 << ":" << *upper;
    offsets.push_back(*lower);
    shape.push_back(*upper - *lower);
  }
  // Dimensions that are not mentioned stay whole.
  for (int64_t extent : extents.drop_front(shape.size())) {
    offsets.push_back(0);
    shape.push_back(extent);
  }
  if (shape.size() + inserted.size() > 8)
    return error(expr.offset) << "a tile has at most 8 dimensions";
  Tensor result = tile;
  if (ArrayRef<int64_t>(shape) != extents)
    result = part(tile, offsets, shape, expr.offset);
  for (int64_t axis : inserted)
    result = expandDims(result, axis, expr.offset);
  return Object(result);
}
