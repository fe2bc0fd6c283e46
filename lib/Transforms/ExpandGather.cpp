//===- ExpandGather.cpp - rows by index, and records, to tile ops ---------===//
// A row is selected by a mask that is computed before its address is used, from the index itself:
// an index that selects nothing may have any address. Row offsets have 64 bits, those inside a row
// 32; the division by the page size has as many as the index.

#include "RecordCoding.h"
#include "mla/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

namespace mla {
#define GEN_PASS_DEF_EXPANDGATHER
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

using arith::CmpIPredicate;

namespace {
/// Makes the loads of one op.
class RowLoads {
public:
  explicit RowLoads(Operation *op) : b(op->getLoc(), op), op(op) {}

  FailureOr<Value> rows(gather::RowsOp rows);
  FailureOr<Value> pagedRows(gather::PagedRowsOp rows);

private:
  FailureOr<tile::ViewOp> viewOf(Value view);
  /// The extent of a dimension as i64.
  Value extent(tile::ViewOp view, unsigned dim) {
    OpFoldResult extent = view.getMixedExtent(dim);
    auto constant = dyn_cast<Attribute>(extent);
    return constant ? b.integer(b.getI64Type(), cast<IntegerAttr>(constant).getInt())
                    : cast<Value>(extent);
  }
  Value repeat(Value scalar, Value like) {
    return b.splat(scalar, cast<RankedTensorType>(like.getType()).getShape());
  }
  Value multiply(Value lhs, Value scalar) {
    return arith::MulIOp::create(b, lhs, repeat(scalar, lhs));
  }
  /// `value`, not negative, with 64 bits.
  Value wide(Value value) {
    return tile::elementTypeOf(value.getType()).isInteger(64)
               ? value
               : b.convert<arith::ExtUIOp>(value, b.getI64Type());
  }
  /// A row's place among pages.
  struct Place {
    Value page, slot;
  };
  Place placeOf(Value row, Value pageSize);
  Value load(tile::ViewOp view, Value offsets, Value valid, int64_t column, StringAttr label);

  TileBuilder b;
  Operation *op;
};
} // namespace

FailureOr<tile::ViewOp> RowLoads::viewOf(Value view) {
  if (auto made = view.getDefiningOp<tile::ViewOp>())
    return made;
  return op->emitOpError("reads a view that is no result of tile.view: views cannot be passed into "
                         "functions, loops or branches");
}

/// Page and slot of rows that lie in the view. Pages of no rows have none: any divisor will do.
RowLoads::Place RowLoads::placeOf(Value row, Value pageSize) {
  Type type = tile::elementTypeOf(row.getType());
  pageSize = arith::MaxSIOp::create(b, pageSize, b.integer(b.getI64Type(), 1));
  if (!type.isInteger(64)) {
    // Unsigned: more than any row that lies in the view.
    Value most = b.integer(b.getI64Type(), int64_t(1) << 31);
    pageSize = arith::MinSIOp::create(b, pageSize, most);
    pageSize = arith::TruncIOp::create(b, type, pageSize);
  }
  Value divisor = repeat(pageSize, row);
  Value page = arith::DivUIOp::create(b, row, divisor);
  return {wide(page), wide(arith::RemUIOp::create(b, row, divisor))};
}

/// The rows that lie `offsets` elements behind the view's first, where `valid`.
Value RowLoads::load(tile::ViewOp view, Value offsets, Value valid, int64_t column,
                     StringAttr label) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  int64_t width = type.getDimSize(1);
  Value base = view.getPtr();
  if (column)
    base = tile::AddPtrOp::create(b, base, b.integer(b.getI64Type(), column));
  Value starts = tile::AddPtrOp::create(b, repeat(base, offsets), offsets);
  Value range = b.broadcast(b.expand(b.range(0, width), 0), type.getShape());
  Value pointers =
      tile::AddPtrOp::create(b, b.broadcast(b.expand(starts, 1), type.getShape()), range);
  Value mask = b.broadcast(b.expand(valid, 1), type.getShape());
  if (ShapedType::isDynamic(view.getResult().getType().getShape().back())) {
    unsigned last = view.getResult().getType().getRank() - 1;
    Value left = arith::SubIOp::create(b, extent(view, last), b.integer(b.getI64Type(), column));
    left = arith::MaxSIOp::create(b, left, b.integer(b.getI64Type(), 0));
    left = arith::MinSIOp::create(b, left, b.integer(b.getI64Type(), width));
    left = arith::TruncIOp::create(b, b.getI32Type(), left);
    Value inside = b.compare(CmpIPredicate::slt, b.range(0, width), b.splat(left, {width}));
    inside = b.broadcast(b.expand(inside, 0), type.getShape());
    mask = arith::AndIOp::create(b, mask, inside);
  }
  return tile::LoadOp::create(b, type, pointers, mask, /*other=*/Value(), tile::AccessAttr(), label,
                              tile::CacheKindAttr(), tile::EvictKindAttr(), /*is_volatile=*/false);
}

FailureOr<Value> RowLoads::rows(gather::RowsOp rows) {
  FailureOr<tile::ViewOp> view = viewOf(rows.getView());
  if (failed(view))
    return failure();
  bool hasPages = rows.getView().getType().getRank() == 3;
  Value index = rows.getIndex(), count = extent(*view, 0), signedIndex = index;
  if (!tile::elementTypeOf(index.getType()).isInteger(64))
    signedIndex = b.convert<arith::ExtSIOp>(index, b.getI64Type());
  if (hasPages)
    count = arith::MulIOp::create(b, count, extent(*view, 1));
  // As unsigned numbers, negative ones are past every row.
  Value valid = b.compare(CmpIPredicate::ult, signedIndex, repeat(count, index));
  Value offsets;
  if (hasPages) {
    auto [page, slot] = placeOf(index, extent(*view, 1));
    offsets = arith::AddIOp::create(b, multiply(page, view->getStrides()[0]),
                                    multiply(slot, view->getStrides()[1]));
  } else {
    offsets = multiply(signedIndex, view->getStrides()[0]);
  }
  return load(*view, offsets, valid, rows.getColumn(), rows.getLabelAttr());
}

FailureOr<Value> RowLoads::pagedRows(gather::PagedRowsOp rows) {
  FailureOr<tile::ViewOp> view = viewOf(rows.getView()), table = viewOf(rows.getTable());
  if (failed(view) || failed(table))
    return failure();
  Value positions = rows.getPositions(), sequence = rows.getSequence();
  auto [listed, slot] = placeOf(positions, extent(*view, 1));

  // Sequences and pages outside have no entry; a pool whose pages have no rows has none at all.
  Value isThere = b.compare(CmpIPredicate::ult, sequence, extent(*table, 0));
  Value hasRows = b.compare(CmpIPredicate::sgt, extent(*view, 1), b.integer(b.getI64Type(), 0));
  isThere = arith::AndIOp::create(b, isThere, hasRows);
  Value hasEntry = b.compare(CmpIPredicate::sge, positions, b.integer(positions.getType(), 0));
  auto require = [&](Value condition) { hasEntry = arith::AndIOp::create(b, hasEntry, condition); };
  require(b.compare(CmpIPredicate::slt, positions, repeat(rows.getLength(), positions)));
  require(b.compare(CmpIPredicate::slt, listed, repeat(extent(*table, 1), positions)));
  require(repeat(isThere, positions));
  Value line = arith::MulIOp::create(b, sequence, table->getStrides()[0]);
  line = tile::AddPtrOp::create(b, table->getPtr(), line);
  Value entries = tile::AddPtrOp::create(b, repeat(line, listed), listed);
  Value none = b.integer(positions.getType(), -1);
  Value page = tile::LoadOp::create(b, positions.getType(), entries, hasEntry, none,
                                    tile::AccessAttr(), StringAttr(), tile::CacheKindAttr(),
                                    tile::EvictKindAttr(), /*is_volatile=*/false);

  page = b.convert<arith::ExtSIOp>(page, b.getI64Type());
  Value valid = b.compare(CmpIPredicate::ult, page, repeat(extent(*view, 0), page));
  Value offsets = arith::AddIOp::create(b, multiply(page, view->getStrides()[0]),
                                        multiply(slot, view->getStrides()[1]));
  return load(*view, offsets, valid, rows.getColumn(), rows.getLabelAttr());
}

/// The values that replace the results of `op`; none if it is no op of gather.
static FailureOr<SmallVector<Value>> expand(Operation *op) {
  auto single = [](FailureOr<Value> value) -> FailureOr<SmallVector<Value>> {
    if (failed(value))
      return failure();
    return SmallVector<Value>{*value};
  };
  if (auto rows = dyn_cast<gather::RowsOp>(op))
    return single(RowLoads(op).rows(rows));
  if (auto rows = dyn_cast<gather::PagedRowsOp>(op))
    return single(RowLoads(op).pagedRows(rows));
  TileBuilder builder(op->getLoc(), op);
  if (auto decode = dyn_cast<gather::DecodeRecordOp>(op))
    return emitDecode(builder, decode);
  if (auto encode = dyn_cast<gather::EncodeRecordOp>(op))
    return emitEncode(builder, encode);
  return SmallVector<Value>();
}

namespace {
struct ExpandGather : mla::impl::ExpandGatherBase<ExpandGather> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([](Operation *op) {
      FailureOr<SmallVector<Value>> values = expand(op);
      if (failed(values))
        return WalkResult::interrupt();
      if (!values->empty()) {
        op->replaceAllUsesWith(*values);
        op->erase();
      }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
