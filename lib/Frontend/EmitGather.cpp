//===- EmitGather.cpp - ml.gather: rows by index --------------------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Gather/Gather.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

FailureOr<const View *> Emitter::viewArgument(const BuiltinCall &call, StringRef name,
                                              ArrayRef<size_t> ranks, StringRef what) {
  auto *object = call[name].get<ViewObject>();
  if (object && llvm::is_contained(ranks, object->view->shape.size()))
    return object->view.get();
  return error(call.offsetOf(name)) << call.info->name << " expects a view " << what << " as '"
                                    << name << "', got " << call[name].describe();
}

FailureOr<std::pair<int64_t, int64_t>> Emitter::columnsArgument(const BuiltinCall &call,
                                                                const View &view) {
  auto first = integerArgument(call, "first");
  if (failed(first))
    return failure();
  if (*first < 0 || *first > std::numeric_limits<int64_t>::max())
    return error(call.offsetOf("first"))
           << "expected 'first' to be at least 0, got " << toString(*first);
  std::optional<Integer> columns = view.shape.back().integer();
  if (columns && *first >= *columns)
    return error(call.offsetOf("first"))
           << "expected 'first' to be a column of '" << view.name << "' (" << view.shapeText
           << "), at most " << toString(*columns - 1) << ", got " << toString(*first);
  Integer width = columns ? *columns - *first : 0;
  uint32_t offset = call.offset;
  if (!call["width"].isNone()) {
    auto given = integerArgument(call, "width");
    if (failed(given))
      return failure();
    width = *given;
    offset = call.offsetOf("width");
  } else if (!columns) {
    return error(offset) << "the columns of '" << view.name << "' (" << view.shapeText
                         << ") are known at run time only: expected a 'width'";
  }
  if (width < 1 || width > kMaxTileElements)
    return error(offset) << "expected a width of 1 to " << kMaxTileElements << " columns, got "
                         << toString(width);
  if (columns && *first + width > *columns)
    return error(offset) << "expected columns inside '" << view.name << "' (" << view.shapeText
                         << "), got " << toString(*first) << " to " << toString(*first + width);
  return std::pair(int64_t(*first), int64_t(width));
}

/// The rows of a view at `indices`, one of ml.gather's loads.
struct Emitter::RowsCall {
  const View *view;
  Tensor indices;
  int64_t column;
  ValueType type; ///< of the tile as it lies in memory
  StringAttr label;
};

FailureOr<Emitter::RowsCall> Emitter::rowsCall(const BuiltinCall &call, const View *view,
                                               StringRef indices, ArrayRef<Scalar> types) {
  const Tensor *index = call[indices].tensor();
  bool isRow = index && index->type.isTile && index->type.shape.size() == 1;
  if (!isRow || !llvm::is_contained(types, index->type.element.scalar) ||
      index->type.element.isPointer)
    return error(call.offsetOf(indices))
           << call.info->name << " expects a 1-D tile of "
           << llvm::join(llvm::map_range(types, [](Scalar each) { return DType(each).name(); }),
                         " or ")
           << " as '" << indices << "', got " << call[indices].describe();
  auto columns = columnsArgument(call, *view);
  if (failed(columns))
    return failure();
  SmallVector<int64_t, 2> shape{index->type.shape[0], columns->second};
  if (!tileElements(shape))
    return error(call.offset) << "a tile of shape " << shapeName(shape) << " has more than "
                              << kMaxTileElements << " elements";
  auto label = labelArgument(call);
  if (failed(label))
    return failure();
  return RowsCall{view, *index, columns->first, ValueType(view->element.inMemory(), shape), *label};
}

FailureOr<Object> Emitter::emitRows(const BuiltinCall &call) {
  bool isPaged = call.info->id == BuiltinId::GatherPagedRows;
  auto view = isPaged
                  ? viewArgument(call, "view", {3}, "[PAGES, PAGE, COLUMNS]")
                  : viewArgument(call, "view", {2, 3}, "[ROWS, COLUMNS] or [PAGES, PAGE, COLUMNS]");
  if (failed(view))
    return failure();
  if (!isPaged) {
    auto rows = rowsCall(call, *view, "index", {Scalar::Int32, Scalar::Int64});
    if (failed(rows))
      return failure();
    Value result = gather::RowsOp::create(builder, at(call.offset), rows->type.irType(context),
                                          rows->view->value, rows->indices.value,
                                          uint64_t(rows->column), rows->label);
    return asObject(convertTo(Tensor{result, rows->type}, (*view)->element, call.offset));
  }
  auto table = viewArgument(call, "table", {2}, "[SEQUENCES, LISTED] of int32");
  if (failed(table))
    return failure();
  if ((*table)->element != DType(Scalar::Int32))
    return error(call.offsetOf("table"))
           << "paged_rows expects a table of int32, got " << call["table"].describe();
  auto sequence = viewIndex(call["sequence"], call.offsetOf("sequence"));
  if (failed(sequence))
    return failure();
  auto rows = rowsCall(call, *view, "positions", {Scalar::Int32});
  if (failed(rows))
    return failure();
  auto length = int32Argument(call, "length");
  if (failed(length))
    return failure();
  Value result = gather::PagedRowsOp::create(
      builder, at(call.offset), rows->type.irType(context), rows->view->value, (*table)->value,
      *sequence, rows->indices.value, length->value, uint64_t(rows->column), rows->label);
  return asObject(convertTo(Tensor{result, rows->type}, (*view)->element, call.offset));
}
