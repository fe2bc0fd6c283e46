//===- ExpandGather.cpp - rows by index, and records, to tile ops ---------===//
// A row is selected by a mask that is computed before its address is used, from the index itself:
// an index that selects nothing may have any address. Row offsets have 64 bits, those inside a row
// 32; the division by the page size has as many as the index.
// Records that are decoded as soon as they are read never are one tile: each field is loaded as
// numbers of its own type, so that copies and conversions concern no bytes of other fields.

#include "RecordCoding.h"
#include "mla/Analysis/Aliasing.h"
#include "mla/Analysis/AxisInfo.h"
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

/// The first column that gather.rows or gather.paged_rows takes.
static int64_t columnOf(Operation *rows) {
  return rows->getAttrOfType<IntegerAttr>("column").getInt();
}

namespace {
/// Rows of a view: where they begin, in elements behind its first, and which are there.
struct RowPlaces {
  tile::ViewOp view;
  Value offsets, valid;
};

/// Makes the loads of rows, gather.rows or gather.paged_rows, in front of `place`.
class RowLoads {
public:
  RowLoads(Operation *rows, Operation *place) : b(place->getLoc(), place), op(rows) {}

  /// The rows as they lie in the view.
  FailureOr<Value> rows();
  /// The rows as numbers of a record, and its scales if it has them.
  FailureOr<RecordParts> fields(const RecordFormat &format);

private:
  FailureOr<RowPlaces> find() {
    if (auto rows = dyn_cast<gather::RowsOp>(op))
      return find(rows);
    return find(cast<gather::PagedRowsOp>(op));
  }
  FailureOr<RowPlaces> find(gather::RowsOp rows);
  FailureOr<RowPlaces> find(gather::PagedRowsOp rows);
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
  Value loadRun(Value starts, Value mask, Type element, int64_t count, StringAttr label);
  Value loadField(RowPlaces rows, RecordNumber number, int64_t offset, int64_t count,
                  StringRef name);

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

/// `count` elements from each pointer of `starts` on, where `mask` [N] or [N, count].
Value RowLoads::loadRun(Value starts, Value mask, Type element, int64_t count, StringAttr label) {
  SmallVector<int64_t> shape{cast<RankedTensorType>(starts.getType()).getDimSize(0), count};
  Value range = b.broadcast(b.expand(b.range(0, count), 0), shape);
  Value pointers = tile::AddPtrOp::create(b, b.broadcast(b.expand(starts, 1), shape), range);
  if (cast<RankedTensorType>(mask.getType()).getRank() == 1)
    mask = b.broadcast(b.expand(mask, 1), shape);
  return tile::LoadOp::create(b, RankedTensorType::get(shape, element), pointers, mask,
                              /*other=*/Value(), tile::AccessAttr(), label, tile::CacheKindAttr(),
                              tile::EvictKindAttr(), /*is_volatile=*/false);
}

FailureOr<Value> RowLoads::rows() {
  FailureOr<RowPlaces> rows = find();
  if (failed(rows))
    return failure();
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  int64_t width = type.getDimSize(1), column = columnOf(op);
  Value base = rows->view.getPtr();
  if (column)
    base = tile::AddPtrOp::create(b, base, b.integer(b.getI64Type(), column));
  Value starts = tile::AddPtrOp::create(b, repeat(base, rows->offsets), rows->offsets);
  Value mask = rows->valid;
  if (ShapedType::isDynamic(rows->view.getResult().getType().getShape().back())) {
    unsigned last = rows->view.getResult().getType().getRank() - 1;
    Value left =
        arith::SubIOp::create(b, extent(rows->view, last), b.integer(b.getI64Type(), column));
    left = arith::MaxSIOp::create(b, left, b.integer(b.getI64Type(), 0));
    left = arith::MinSIOp::create(b, left, b.integer(b.getI64Type(), width));
    left = arith::TruncIOp::create(b, b.getI32Type(), left);
    Value inside = b.compare(CmpIPredicate::slt, b.range(0, width), b.splat(left, {width}));
    inside = b.broadcast(b.expand(inside, 0), type.getShape());
    mask = arith::AndIOp::create(b, b.broadcast(b.expand(mask, 1), type.getShape()), inside);
  }
  return loadRun(starts, mask, type.getElementType(), width,
                 op->getAttrOfType<StringAttr>("label"));
}

/// `count` numbers from byte `offset` of each record on.
Value RowLoads::loadField(RowPlaces rows, RecordNumber number, int64_t offset, int64_t count,
                          StringRef name) {
  Value base = rows.view.getPtr();
  if (offset)
    base = tile::AddPtrOp::create(b, base, b.integer(b.getI64Type(), offset));
  Type element = gather::elementType(b.getContext(), number);
  Value starts = tile::AddPtrOp::create(b, repeat(base, rows.offsets), rows.offsets);
  auto type = RankedTensorType::get(cast<RankedTensorType>(starts.getType()).getShape(),
                                    tile::PtrType::get(b.getContext(), element));
  starts = tile::PtrCastOp::create(b, type, starts);
  auto label = op->getAttrOfType<StringAttr>("label");
  if (label && !name.empty())
    label = b.getStringAttr(label.getValue() + "." + name);
  return loadRun(starts, rows.valid, element, count, label);
}

FailureOr<RecordParts> RowLoads::fields(const RecordFormat &format) {
  FailureOr<RowPlaces> rows = find();
  if (failed(rows))
    return failure();
  RecordParts parts;
  for (int32_t i = 0; i < format.numFields; ++i) {
    const RecordField &field = format.fields[i];
    int64_t count = field.count ? field.count
                                : cast<RankedTensorType>(op->getResult(0).getType()).getDimSize(1);
    if (i == 0)
      count = codesOf(format, count);
    parts.fields.push_back(loadField(*rows, field.number, field.offset, count,
                                     i ? StringRef(field.name) : StringRef()));
  }
  const RecordScales &scales = format.scales;
  if (scales.place == ScalePlace::Record)
    parts.scales = loadField(*rows, scales.number, scales.offset, scales.count, "scales");
  return parts;
}

FailureOr<RowPlaces> RowLoads::find(gather::RowsOp rows) {
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
  return RowPlaces{*view, offsets, valid};
}

FailureOr<RowPlaces> RowLoads::find(gather::PagedRowsOp rows) {
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
  return RowPlaces{*view, offsets, valid};
}

//===----------------------------------------------------------------------===//
// Records that are read and decoded at once
//===----------------------------------------------------------------------===//

/// The rows whose fields `decode` can load by itself, or null: nothing else reads the rows, no
/// write stands between, and all numbers are known to lie at multiples of their bytes.
static Operation *decodedRows(gather::DecodeRecordOp decode, const AxisInfoAnalysis &axes) {
  Operation *rows = decode.getRecord().getDefiningOp();
  const RecordFormat &format = decode.getFormat().format();
  if (!isa_and_nonnull<gather::RowsOp, gather::PagedRowsOp>(rows) || format.isPlain() ||
      !rows->hasOneUse() || rows->getBlock() != decode->getBlock() || columnOf(rows) != 0)
    return nullptr;
  for (Operation *op = rows; op != decode; op = op->getNextNode())
    if (op->getNumRegions() != 0 || writesMemory(op) || ordersLaterReads(op))
      return nullptr;
  auto view = rows->getOperand(0).getDefiningOp<tile::ViewOp>();
  auto last = view ? view.getResult().getType().getShape().back() : ShapedType::kDynamic;
  if (!view || ShapedType::isDynamic(last))
    return nullptr;
  int64_t bytes = format.scales.place == ScalePlace::Record ? bytesOf(format.scales.number) : 1;
  for (int32_t i = 0; i < format.numFields; ++i)
    bytes = std::max<int64_t>(bytes, bytesOf(format.fields[i].number));
  auto isAligned = [&](Value value) { return axes.lookup(value).elementDivisor() % bytes == 0; };
  return isAligned(view.getPtr()) && llvm::all_of(view.getStrides(), isAligned) ? rows : nullptr;
}

/// The values that replace the results of `op`; none if it is no op of gather, or becomes part of
/// a decoding.
static FailureOr<SmallVector<Value>> expand(Operation *op, const AxisInfoAnalysis &axes) {
  if (isa<gather::RowsOp, gather::PagedRowsOp>(op)) {
    for (Operation *user : op->getUsers())
      if (auto decode = dyn_cast<gather::DecodeRecordOp>(user);
          decode && decodedRows(decode, axes) == op)
        return SmallVector<Value>();
    FailureOr<Value> value = RowLoads(op, op).rows();
    if (failed(value))
      return failure();
    return SmallVector<Value>{*value};
  }
  TileBuilder builder(op->getLoc(), op);
  if (auto decode = dyn_cast<gather::DecodeRecordOp>(op)) {
    Operation *rows = decodedRows(decode, axes);
    if (!rows)
      return emitDecode(builder, decode, takeParts(builder, decode));
    FailureOr<RecordParts> parts = RowLoads(rows, op).fields(decode.getFormat().format());
    if (failed(parts))
      return failure();
    return emitDecode(builder, decode, *parts);
  }
  if (auto encode = dyn_cast<gather::EncodeRecordOp>(op))
    return emitEncode(builder, encode);
  return SmallVector<Value>();
}

namespace {
struct ExpandGather : mla::impl::ExpandGatherBase<ExpandGather> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation().walk([&](Operation *op) {
      if (isa<gather::GatherDialect>(op->getDialect()))
        ops.push_back(op);
    });
    if (ops.empty())
      return;
    const auto &axes = getAnalysis<AxisInfoAnalysis>();
    for (Operation *op : ops) {
      FailureOr<SmallVector<Value>> values = expand(op, axes);
      if (failed(values))
        return signalPassFailure();
      if (!values->empty())
        op->replaceAllUsesWith(*values);
    }
    for (Operation *op : llvm::reverse(ops))
      op->erase();
  }
};
} // namespace
