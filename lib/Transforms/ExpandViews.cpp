//===- ExpandViews.cpp - views to tiles of pointers -----------------------===//
// The address of a tile's element is the sum of
//   pointer and in-tile offsets   range · stride in 64 bits, and the range along the last dimension
//                                 in 32 bits
//   positions                     index · stride, scalars
// A position is added where the innermost loop that changes it stands: before the in-tile offsets
// if no loop does, so that it costs one scalar, else behind them, outer loops first. Loop-invariant
// code motion then leaves nothing in a loop but the scalars that move and their addition. Masks
// compare 32-bit ranges with limits that are scalars, in the same order.

#include "mla/Transforms/Passes.h"

#include "mlir/Analysis/DataFlow/IntegerRangeAnalysis.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

#include <map>

namespace mla {
#define GEN_PASS_DEF_EXPANDVIEWS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Limits of a tile's indices are clamped to this: above every extent, and a power of two, so that
/// the limits stay as divisible as what they are computed from.
static constexpr int64_t kMaxLimit = int64_t(1) << 30;

//===----------------------------------------------------------------------===//
// What is known about positions
//===----------------------------------------------------------------------===//

namespace {
/// How many loops change a value, counted from the outermost.
class LoopDepths {
public:
  unsigned of(Value value) {
    if (auto it = known.find(value); it != known.end())
      return it->second;
    Operation *def = value.getDefiningOp();
    unsigned depth = 0;
    if (def && isPure(def) && def->getNumRegions() == 0) {
      for (Value operand : def->getOperands())
        depth = std::max(depth, of(operand));
    } else {
      Operation *around = def ? def->getParentOp() : value.getParentBlock()->getParentOp();
      for (; around; around = around->getParentOp())
        depth += isa<LoopLikeOpInterface>(around);
    }
    return known[value] = depth;
  }

private:
  DenseMap<Value, unsigned> known;
};

/// Least and greatest value of a signed integer.
struct Bounds {
  int64_t min = std::numeric_limits<int64_t>::min(), max = std::numeric_limits<int64_t>::max();
};

/// Pointers and mask of a tile or scalar of a view; without mask all of it is inside.
struct Access {
  Value pointers, mask;
};

/// Expands the accesses of one function.
class Expander {
public:
  explicit Expander(func::FuncOp function) : function(function) {}

  LogicalResult run();

private:
  template <typename Op>
  FailureOr<Access> expand(Op op, Type tile);
  LogicalResult replace(tile::LoadViewOp load);
  LogicalResult replace(tile::StoreViewOp store);
  Bounds boundsOf(OpFoldResult value) const;

  func::FuncOp function;
  DataFlowSolver solver;
  LoopDepths depths;
};
} // namespace

Bounds Expander::boundsOf(OpFoldResult value) const {
  if (auto constant = dyn_cast<Attribute>(value)) {
    int64_t number = cast<IntegerAttr>(constant).getInt();
    return {number, number};
  }
  const auto *lattice = solver.lookupState<dataflow::IntegerValueRangeLattice>(cast<Value>(value));
  if (!lattice || lattice->getValue().isUninitialized())
    return {};
  const ConstantIntRanges &range = lattice->getValue().getValue();
  return {range.smin().getSExtValue(), range.smax().getSExtValue()};
}

//===----------------------------------------------------------------------===//
// One access
//===----------------------------------------------------------------------===//

namespace {
/// Emits the pointers and the mask of one access.
class AccessBuilder {
public:
  /// `tile` is the type of the value; a scalar if it has no shape. Positions of its first dimension
  /// from `valid` (may be null) on are outside; along `unchecked` dimensions of the view none is.
  AccessBuilder(Operation *op, tile::ViewOp view, ValueRange indices, ArrayRef<int32_t> dims,
                Value valid, ArrayRef<int32_t> unchecked, Type tile, LoopDepths &depths)
      : builder(op), loc(op->getLoc()), view(view), indices(indices), dims(dims), valid(valid),
        unchecked(unchecked), depths(depths) {
    if (auto type = dyn_cast<RankedTensorType>(tile))
      shape = llvm::to_vector(type.getShape());
  }

  Value pointers();
  Value mask(llvm::function_ref<Bounds(OpFoldResult)> boundsOf);

private:
  unsigned rank() { return view.getResult().getType().getRank(); }
  /// The stride of a dimension, null for 1.
  Value strideOf(unsigned dim) { return dim + 1 < rank() ? view.getStrides()[dim] : Value(); }
  Value i64(int64_t value) {
    return arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(value));
  }
  Value valueOf(OpFoldResult extent) {
    auto constant = dyn_cast<Attribute>(extent);
    return constant ? i64(cast<IntegerAttr>(constant).getInt()) : cast<Value>(extent);
  }
  Value splat(Value scalar, ArrayRef<int64_t> to) {
    return tile::SplatOp::create(builder, loc, RankedTensorType::get(to, scalar.getType()), scalar);
  }
  Value addPtr(Value ptr, Value offset) {
    return tile::AddPtrOp::create(builder, loc, ptr, offset);
  }
  Value broadcast(Value tile, ArrayRef<int64_t> to) {
    auto type = cast<RankedTensorType>(tile.getType()).clone(to);
    return tile.getType() == type ? tile : tile::BroadcastOp::create(builder, loc, type, tile);
  }
  Value range(unsigned k);
  Value alongDim(Value row, unsigned k, ArrayRef<int64_t> to);
  Value inTileOffsets(ArrayRef<int64_t> rows);
  Value limit(Value distance);
  Value compareRange(unsigned k, arith::CmpIPredicate predicate, Value limit);

  OpBuilder builder;
  Location loc;
  tile::ViewOp view;
  ValueRange indices;
  ArrayRef<int32_t> dims;
  Value valid;
  ArrayRef<int32_t> unchecked;
  LoopDepths &depths;
  SmallVector<int64_t> shape;
};
} // namespace

/// 0, 1, … along dimension `k` of the tile.
Value AccessBuilder::range(unsigned k) {
  auto type = RankedTensorType::get({shape[k]}, builder.getI32Type());
  return tile::RangeOp::create(builder, loc, type, 0, int32_t(shape[k]));
}

/// The 1-D tile `row` along dimension `k`, repeated to the shape `to`.
Value AccessBuilder::alongDim(Value row, unsigned k, ArrayRef<int64_t> to) {
  auto type = cast<RankedTensorType>(row.getType());
  SmallVector<int64_t> expanded(type.getShape());
  for (unsigned axis = 0; axis < shape.size(); ++axis) {
    if (axis == k)
      continue;
    expanded.insert(expanded.begin() + axis, 1);
    row = tile::ExpandDimsOp::create(builder, loc, type.clone(expanded), row, int32_t(axis));
  }
  return broadcast(row, to);
}

/// 64-bit offsets of the tile's elements in the shape `rows`, without those along the view's last
/// dimension; null if there are none.
Value AccessBuilder::inTileOffsets(ArrayRef<int64_t> rows) {
  Value sum;
  for (auto [k, dim] : llvm::enumerate(dims)) {
    Value stride = strideOf(dim);
    if (!stride)
      continue;
    auto wide = RankedTensorType::get({shape[k]}, builder.getI64Type());
    Value row = arith::ExtSIOp::create(builder, loc, wide, range(k));
    row = arith::MulIOp::create(builder, loc, row, splat(stride, wide.getShape()));
    Value offsets = alongDim(row, k, rows);
    sum = sum ? Value(arith::AddIOp::create(builder, loc, sum, offsets)) : offsets;
  }
  return sum;
}

Value AccessBuilder::pointers() {
  unsigned tileDepth = depths.of(view.getPtr());
  for (int32_t dim : dims)
    if (Value stride = strideOf(dim))
      tileDepth = std::max(tileDepth, depths.of(stride));
  // Positions by the loop that changes them.
  std::map<unsigned, Value> positions;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    Value stride = strideOf(dim);
    unsigned depth = std::max(depths.of(index), stride ? depths.of(stride) : 0);
    Value offset = stride ? Value(arith::MulIOp::create(builder, loc, index, stride)) : index;
    Value &sum = positions[std::max(depth, tileDepth)];
    sum = sum ? Value(arith::AddIOp::create(builder, loc, sum, offset)) : offset;
  }

  Value result = view.getPtr();
  if (auto it = positions.find(tileDepth); it != positions.end()) {
    result = addPtr(result, it->second);
    positions.erase(it);
  }
  if (!shape.empty()) {
    // Along the view's last dimension 32 bits are enough.
    bool hasColumns = dims.back() + 1 == int32_t(rank());
    SmallVector<int64_t> rows = shape;
    if (hasColumns)
      rows.back() = 1;
    Value offsets = inTileOffsets(rows);
    result = splat(result, offsets ? ArrayRef(rows) : ArrayRef(shape));
    if (offsets)
      result = addPtr(result, offsets);
    if (hasColumns) {
      result = broadcast(result, shape);
      result = addPtr(result, alongDim(range(shape.size() - 1), shape.size() - 1, shape));
    }
  }
  for (auto [depth, position] : positions)
    result = addPtr(result, shape.empty() ? position : splat(position, shape));
  return result;
}

/// `distance` clamped to [0, kMaxLimit], as i32.
Value AccessBuilder::limit(Value distance) {
  Value limit = arith::MaxSIOp::create(builder, loc, distance, i64(0));
  limit = arith::MinSIOp::create(builder, loc, limit, i64(kMaxLimit));
  return arith::TruncIOp::create(builder, loc, builder.getI32Type(), limit);
}

/// Whether the tile's indices along `k` compare with `limit`, in the tile's shape.
Value AccessBuilder::compareRange(unsigned k, arith::CmpIPredicate predicate, Value limit) {
  Value positions = range(k);
  Value inside = arith::CmpIOp::create(builder, loc, predicate, positions, splat(limit, shape[k]));
  return alongDim(inside, k, shape);
}

Value AccessBuilder::mask(llvm::function_ref<Bounds(OpFoldResult)> boundsOf) {
  // Conditions by the loop that changes them.
  std::multimap<unsigned, Value> conditions;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    OpFoldResult extent = view.getMixedExtent(dim);
    const auto *spanned = llvm::find(dims, int32_t(dim));
    bool isSpanned = spanned != dims.end();
    unsigned k = spanned - dims.begin();
    Bounds position = boundsOf(index), end = boundsOf(extent);
    bool isInside = llvm::is_contained(unchecked, int32_t(dim));
    bool startsInside = isInside || position.min >= 0;
    bool endsInside = isInside || __int128(position.max) + (isSpanned ? shape[k] : 1) <= end.min;
    unsigned indexDepth = depths.of(index), depth = indexDepth;
    if (auto value = dyn_cast<Value>(extent))
      depth = std::max(depth, depths.of(value));
    if (!isSpanned) {
      if (startsInside && endsInside)
        continue;
      // As unsigned numbers, negative ones are past every extent.
      Value inside =
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, index, valueOf(extent));
      conditions.emplace(depth, shape.empty() ? inside : splat(inside, shape));
      continue;
    }
    Value left;
    if (!endsInside)
      left = arith::SubIOp::create(builder, loc, valueOf(extent), index);
    if (valid && k == 0) {
      left = left ? Value(arith::MinSIOp::create(builder, loc, left, valid)) : valid;
      depth = std::max(depth, depths.of(valid));
    }
    if (left)
      conditions.emplace(depth, compareRange(k, arith::CmpIPredicate::slt, limit(left)));
    if (!startsInside) {
      Value before = arith::SubIOp::create(builder, loc, i64(0), index);
      conditions.emplace(indexDepth, compareRange(k, arith::CmpIPredicate::sge, limit(before)));
    }
  }
  Value mask;
  for (auto [depth, condition] : conditions)
    mask = mask ? Value(arith::AndIOp::create(builder, loc, mask, condition)) : condition;
  return mask;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

template <typename Op>
FailureOr<Access> Expander::expand(Op op, Type tile) {
  auto view = op.getView().template getDefiningOp<tile::ViewOp>();
  if (!view)
    return op.emitOpError("accesses a view that is no result of tile.view: views cannot be passed "
                          "into functions, loops or branches");
  Value valid;
  if constexpr (std::is_same_v<Op, tile::LoadViewOp>)
    valid = op.getValid();
  AccessBuilder access(op, view, op.getIndices(), op.getDims(), valid,
                       op.getUnchecked().value_or(ArrayRef<int32_t>()), tile, depths);
  Value pointers = access.pointers();
  return Access{pointers, access.mask([&](OpFoldResult value) { return boundsOf(value); })};
}

/// A tile or scalar of `type` that is NaN everywhere.
static Value nanOf(OpBuilder &builder, Location loc, Type type) {
  auto element = cast<FloatType>(tile::elementTypeOf(type));
  TypedAttr nan = FloatAttr::get(element, APFloat::getQNaN(element.getFloatSemantics()));
  if (auto tile = dyn_cast<RankedTensorType>(type))
    nan = SplatElementsAttr::get(tile, Attribute(nan));
  return arith::ConstantOp::create(builder, loc, nan);
}

LogicalResult Expander::replace(tile::LoadViewOp load) {
  Type type = load.getResult().getType();
  FailureOr<Access> access = expand(load, type);
  if (failed(access))
    return failure();
  OpBuilder builder(load);
  Value other;
  if (load.getPadNan() && access->mask)
    other = nanOf(builder, load.getLoc(), type);
  auto result = tile::LoadOp::create(
      builder, load.getLoc(), type, access->pointers, access->mask, other, tile::AccessAttr(),
      load.getLabelAttr(), load.getCacheAttr(), load.getEvictAttr(), load.getIsVolatile());
  load.getResult().replaceAllUsesWith(result);
  return success();
}

LogicalResult Expander::replace(tile::StoreViewOp store) {
  FailureOr<Access> access = expand(store, store.getValue().getType());
  if (failed(access))
    return failure();
  OpBuilder builder(store);
  tile::StoreOp::create(builder, store.getLoc(), access->pointers, store.getValue(), access->mask,
                        tile::AccessAttr(), store.getCacheAttr(), store.getEvictAttr());
  return success();
}

LogicalResult Expander::run() {
  SmallVector<Operation *> accesses, views;
  function.walk([&](Operation *op) {
    auto load = dyn_cast<tile::LoadViewOp>(op);
    if (load && load.getBulkCopy())
      return; // the bulk copy engine takes the view as it is
    if (load || isa<tile::StoreViewOp>(op))
      accesses.push_back(op);
    else if (isa<tile::ViewOp>(op))
      views.push_back(op);
  });
  if (!accesses.empty()) {
    dataflow::loadBaselineAnalyses(solver);
    solver.load<dataflow::IntegerRangeAnalysis>();
    if (failed(solver.initializeAndRun(function)))
      return failure();
  }
  for (Operation *op : accesses) {
    auto load = dyn_cast<tile::LoadViewOp>(op);
    if (failed(load ? replace(load) : replace(cast<tile::StoreViewOp>(op))))
      return failure();
  }
  // Not before, since loop depths are kept by value.
  for (Operation *op : accesses)
    op->erase();
  for (Operation *view : views)
    if (view->use_empty())
      view->erase();
  return success();
}

namespace {
struct ExpandViews : mla::impl::ExpandViewsBase<ExpandViews> {
  void runOnOperation() override {
    if (failed(Expander(getOperation()).run()))
      signalPassFailure();
  }
};
} // namespace
