//===- GatherOps.cpp - verifiers, effects and folds of the gather dialect -===//
#include "mla/Dialect/Gather/Gather.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mla;
using namespace mla::gather;

#define GET_OP_CLASSES
#include "mla/Dialect/Gather/GatherOps.cpp.inc"

static RankedTensorType tileType(Value value) { return cast<RankedTensorType>(value.getType()); }

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// Whether the result has a row for each index and fits the view.
template <typename Op>
static LogicalResult verifyResult(Op op, Value indices) {
  auto type = tileType(op.getResult());
  int64_t rows = tileType(indices).getDimSize(0);
  Type element = op.getView().getType().getElementType();
  if (type.getRank() != 2 || type.getDimSize(0) != rows || type.getElementType() != element)
    return op.emitOpError("expects a result [")
           << rows << ", W] of " << element << ", got " << type; // rows C2, paged_rows C3
  return success();
}

template <typename Op>
static LogicalResult verifyColumns(Op op) {
  int64_t first = op.getColumn(), width = tileType(op.getResult()).getDimSize(1);
  int64_t columns = op.getView().getType().getShape().back();
  bool isInside = ShapedType::isDynamic(columns) || first <= columns - width;
  if (first >= 0 && isInside) // rows C3, paged_rows C4
    return success();
  auto diagnostic = op.emitOpError("expects ")
                    << width << " columns from column " << first << " on to lie inside the view";
  if (!ShapedType::isDynamic(columns))
    diagnostic << ", which has " << columns;
  return diagnostic;
}

LogicalResult RowsOp::verify() {
  unsigned rank = getView().getType().getRank();
  if (rank != 2 && rank != 3) // rows C1
    return emitOpError("expects a view of 2 or 3 dimensions, got ") << rank;
  if (failed(verifyResult(*this, getIndex())))
    return failure();
  return verifyColumns(*this);
}

void RowsOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getViewMutable());
}

LogicalResult PagedRowsOp::verify() {
  if (unsigned rank = getView().getType().getRank(); rank != 3) // paged_rows C1
    return emitOpError("expects a view of 3 dimensions, got ") << rank;
  tile::ViewType table = getTable().getType();
  if (table.getRank() != 2 || !table.getElementType().isInteger(32)) // paged_rows C2
    return emitOpError("expects a table of 2 dimensions of i32, got ") << table;
  if (failed(verifyResult(*this, getPositions())))
    return failure();
  return verifyColumns(*this);
}

void PagedRowsOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getViewMutable());
  effects.emplace_back(MemoryEffects::Read::get(), &getTableMutable());
}

//===----------------------------------------------------------------------===//
// Records
//===----------------------------------------------------------------------===//

/// Whether `tiles` are the fields of `rows` records. `what` they are, for the message.
static LogicalResult verifyFields(Operation *op, ValueRange tiles, const RecordFormat &format,
                                  int64_t rows, int64_t width, StringRef what) {
  bool matches = int64_t(tiles.size()) == format.numFields;
  for (auto [i, tile] : llvm::enumerate(tiles))
    matches = matches &&
              tileType(tile).getShape() == ArrayRef({rows, fieldWidth(format, int32_t(i), width)});
  if (matches)
    return success();
  auto diagnostic = op->emitOpError("expects ") << what << " of shapes ";
  for (int32_t i = 0; i < format.numFields; ++i)
    diagnostic << (i ? " and [" : "[") << rows << ", " << fieldWidth(format, i, width) << "]";
  return diagnostic << " for the format " << format.name << ", got " << TypeRange(tiles.getTypes());
}

LogicalResult DecodeRecordOp::verify() {
  const RecordFormat &format = getFormat().format();
  RankedTensorType record = getRecord().getType();
  int64_t rows = record.getDimSize(0), width = record.getDimSize(1);
  RankedTensorType expected = recordType(getContext(), format, rows, width);
  if (record != expected) // decode_record C1
    return emitOpError("expects records ")
           << expected << " for the format " << format.name << ", got " << record;
  bool isOutside =
      format.scales.place == ScalePlace::Page || format.scales.place == ScalePlace::Tensor;
  Type scales = isOutside ? scalesType(getContext(), format, rows) : Type();
  Type given = getScales() ? getScales().getType() : Type();
  Type bytes = scales;
  if (format.scales.place == ScalePlace::Page)
    bytes = scaleBytesType(getContext(), format, rows);
  if (given != scales && given != bytes) { // decode_record C2
    auto diagnostic = emitOpError("expects ");
    scales ? diagnostic << "scales " << scales : diagnostic << "no scales";
    if (bytes != scales)
      diagnostic << " or " << bytes;
    diagnostic << " for the format " << format.name << ", got ";
    return given ? diagnostic << given : diagnostic << "none";
  }
  // decode_record C3
  return verifyFields(*this, getFields(), format, rows, width, "results");
}

LogicalResult DecodeRecordOp::fold(FoldAdaptor, SmallVectorImpl<OpFoldResult> &results) {
  // Numbers that are not coded, in their own type.
  if (!getFormat().format().isPlain() || getFields()[0].getType() != getRecord().getType())
    return failure();
  results.push_back(getRecord());
  return success();
}

LogicalResult EncodeRecordOp::verify() {
  const RecordFormat &format = getFormat().format();
  if (getValues().empty()) // encode_record C1
    return emitOpError("expects ") << format.numFields << " values, got none";
  int64_t rows = tileType(getValues()[0]).getDimSize(0);
  int64_t width = tileType(getValues()[0]).getDimSize(1);
  // encode_record C1
  if (failed(verifyFields(*this, getValues(), format, rows, width, "values")))
    return failure();
  bool takesScale = format.scales.place == ScalePlace::Tensor;
  if (takesScale != bool(getScale())) // encode_record C2
    return emitOpError("expects ")
           << (takesScale ? "a scale" : "no scale") << " for the format " << format.name;
  bool takesRule = format.hasRule(ScaleRule::Pow2);
  if (takesRule != getRule().has_value()) // encode_record C3
    return emitOpError("expects ")
           << (takesRule ? "a rule" : "no rule") << " for the format " << format.name;
  if (getRule() == ScaleRuleKind::Linear && !format.hasRule(ScaleRule::Linear)) // encode_record C3
    return emitOpError("expects the rule pow2 for the format ")
           << format.name << ", whose scales are powers of two";
  SmallVector<Type> types = encodedTypes(getContext(), format, rows, width);
  if (TypeRange(types) != TypeRange(getParts().getTypes())) // encode_record C4
    return emitOpError("expects results ") << TypeRange(types) << " for the format " << format.name
                                           << ", got " << TypeRange(getParts().getTypes());
  return success();
}
