//===- EmitViews.cpp - slices of views, their loads and stores ------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mla::frontend;

Object Emitter::makeView(const KernelArgument &parameter,
                         llvm::function_ref<Value(StringRef)> valueOf) {
  auto view = std::make_shared<View>();
  view->name = parameter.name;
  view->element = parameter.type->scalar;
  SmallVector<int64_t> shape;
  SmallVector<Value> extents, strides;
  llvm::raw_string_ostream text(view->shapeText);
  text << "[";
  for (auto [dim, extent] : llvm::enumerate(*parameter.view)) {
    text << (dim ? ", " : "");
    if (extent.isConstant()) {
      text << extent.constant;
      shape.push_back(extent.constant);
      view->shape.push_back(Integer(extent.constant));
    } else {
      text << extent.name;
      shape.push_back(ShapedType::kDynamic);
      extents.push_back(valueOf(extent.name));
      view->shape.push_back(Tensor{extents.back(), DType(Scalar::Int64)});
    }
    if (dim + 1 == parameter.view->size()) {
      view->strides.push_back(Integer(1));
      continue;
    }
    strides.push_back(valueOf(strideName(parameter.name, dim)));
    view->strides.push_back(Tensor{strides.back(), DType(Scalar::Int64)});
  }
  text << "]";
  auto type = mla::tile::ViewType::get(context, shape, view->element.inMemory().irType(context));
  view->pointer = {valueOf(parameter.name), DType::pointerTo(view->element.scalar)};
  view->value = mla::tile::ViewOp::create(builder, at(parameter.offset), type, view->pointer.value,
                                          extents, strides);
  return ViewObject{std::move(view)};
}

//===----------------------------------------------------------------------===//
// Lengths of slices
//===----------------------------------------------------------------------===//

namespace {
/// A sum of multiples of values, and a constant. Overflow is disregarded: a slice whose end
/// overflows is as long as one whose end does not.
class LinearForm {
public:
  /// Adds `factor` times `value`.
  void add(Value value, int64_t factor);
  /// The sum, if all values cancel out.
  std::optional<int64_t> constantValue() const;

private:
  static int64_t product(int64_t a, int64_t b) { return int64_t(uint64_t(a) * uint64_t(b)); }
  static int64_t sum(int64_t a, int64_t b) { return int64_t(uint64_t(a) + uint64_t(b)); }
  bool isSame(Value a, Value b);

  SmallVector<std::pair<Value, int64_t>> terms;
  int64_t constant = 0;
  /// Values that may still be looked at: sums that use one value often would take long.
  unsigned budget = 1024;
};
} // namespace

/// Whether two values are computed in the same way.
bool LinearForm::isSame(Value a, Value b) {
  if (a == b)
    return true;
  Operation *defA = a.getDefiningOp(), *defB = b.getDefiningOp();
  if (!defA || !defB || defA->getNumRegions() || !isMemoryEffectFree(defA) || !budget)
    return false;
  --budget;
  return cast<OpResult>(a).getResultNumber() == cast<OpResult>(b).getResultNumber() &&
         OperationEquivalence::isEquivalentTo(
             defA, defB, [&](Value lhs, Value rhs) { return success(isSame(lhs, rhs)); },
             /*markEquivalent=*/nullptr, OperationEquivalence::IgnoreLocations);
}

void LinearForm::add(Value value, int64_t factor) {
  IntegerAttr number;
  if (matchPattern(value, m_Constant(&number))) {
    constant = sum(constant, product(factor, number.getValue().getSExtValue()));
    return;
  }
  Operation *def = budget ? value.getDefiningOp() : nullptr;
  budget -= def != nullptr;
  if (isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(def))
    return add(def->getOperand(0), factor);
  if (isa_and_nonnull<arith::AddIOp, arith::SubIOp>(def)) {
    add(def->getOperand(0), factor);
    return add(def->getOperand(1), isa<arith::AddIOp>(def) ? factor : product(factor, -1));
  }
  if (isa_and_nonnull<arith::MulIOp>(def))
    for (unsigned operand : {0, 1})
      if (matchPattern(def->getOperand(operand), m_Constant(&number)))
        return add(def->getOperand(1 - operand), product(factor, number.getValue().getSExtValue()));
  for (auto &[term, multiple] : terms)
    if (isSame(term, value)) {
      multiple = sum(multiple, factor);
      return;
    }
  terms.push_back({value, factor});
}

std::optional<int64_t> LinearForm::constantValue() const {
  bool cancels = llvm::all_of(terms, [](const auto &term) { return term.second == 0; });
  return cancels ? std::optional(constant) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

FailureOr<Value> Emitter::viewIndex(const Object &index, uint32_t offset) {
  const Tensor *tensor = index.tensor();
  bool isScalar = tensor && !tensor->type.isTile && tensor->type.element.isInteger();
  const Integer *constant = index.get<Integer>();
  if (!isScalar && !constant)
    return error(offset) << "expected an integer or a slice as index of a view, got "
                         << index.describe();
  if (constant && *constant < 0)
    return error(offset) << "the index " << toString(*constant)
                         << " is negative: views do not count from their end";
  auto value = toTensorOf(index, Scalar::Int64, offset);
  return failed(value) ? FailureOr<Value>(failure()) : FailureOr<Value>(value->value);
}

FailureOr<std::pair<Value, int64_t>> Emitter::sliceBounds(const View &view, size_t dim,
                                                          const SliceExpr &expr) {
  if (expr.step)
    return error(expr.step->offset) << "a slice of a view takes no step";
  auto lower = expr.lower ? evaluate(expr.lower) : ObjectResult(Object(Integer(0)));
  if (failed(lower))
    return failure();
  auto start = viewIndex(*lower, expr.lower ? expr.lower->offset : expr.offset);
  if (failed(start))
    return failure();
  auto upper = expr.upper ? evaluate(expr.upper) : ObjectResult(view.shape[dim]);
  if (failed(upper))
    return failure();
  if (!expr.upper && upper->tensor())
    return error(expr.offset) << "dimension " << dim << " of '" << view.name << "' ("
                              << view.shapeText << ") has a run-time extent: expected a slice "
                              << "with an end, such as start:start + 64";
  uint32_t endOffset = expr.upper ? expr.upper->offset : expr.offset;
  auto end = viewIndex(*upper, endOffset);
  if (failed(end))
    return failure();
  LinearForm length;
  length.add(*end, 1);
  length.add(*start, -1);
  std::optional<int64_t> extent = length.constantValue();
  if (!extent)
    return error(expr.offset)
           << "the length of this slice is not known at compile time: expected start:start + N "
           << "with a constant N";
  if (*extent < 1 || *extent > kMaxTileElements)
    return error(expr.offset) << "expected a slice of 1 to " << kMaxTileElements
                              << " elements, got " << *extent;
  return std::pair(*start, *extent);
}

FailureOr<Object> Emitter::indexView(const std::shared_ptr<const View> &view,
                                     const SubscriptExpr &expr) {
  SmallVector<const Expr *> items;
  if (auto *tuple = dyn_cast<TupleExpr>(expr.index))
    llvm::append_range(items, tuple->elements);
  else
    items.push_back(expr.index);
  if (items.size() != view->shape.size())
    return error(expr.offset) << "expected " << view->shape.size() << " indices for '" << view->name
                              << "' (" << view->shapeText << "), got " << items.size();
  auto slice = std::make_shared<ViewSlice>();
  slice->view = view;
  for (auto [dim, item] : llvm::enumerate(items)) {
    if (auto *range = dyn_cast<SliceExpr>(item)) {
      auto bounds = sliceBounds(*view, dim, *range);
      if (failed(bounds))
        return failure();
      slice->indices.push_back(bounds->first);
      slice->dims.push_back(int32_t(dim));
      slice->shape.push_back(bounds->second);
      continue;
    }
    auto value = evaluate(item);
    if (failed(value))
      return failure();
    auto index = viewIndex(*value, item->offset);
    if (failed(index))
      return failure();
    slice->indices.push_back(*index);
  }
  if (!tileElements(slice->shape))
    return error(expr.offset) << "a tile of shape " << shapeName(slice->shape) << " has more than "
                              << kMaxTileElements << " elements";
  return Object(SliceObject{std::move(slice)});
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

LogicalResult Emitter::checkSliceOptions(const BuiltinCall &call) {
  for (const Formal &formal : parametersOf(*call.info))
    if ((formal.name == "mask" || formal.name == "other") && !call[formal.name].isNone())
      return error(call.offsetOf(formal.name))
             << "'" << formal.name
             << "' does not apply to a slice of a view: what lies outside the "
             << "view reads as zero and is not stored";
  return success();
}

FailureOr<Value> Emitter::validRows(const BuiltinCall &call, const ViewSlice &slice) {
  const Object &valid = call["valid"];
  if (valid.isNone())
    return Value();
  uint32_t offset = call.offsetOf("valid");
  if (slice.dims.empty())
    return error(offset) << "'valid' counts rows of a slice, but this one is a single element";
  const Tensor *tensor = valid.tensor();
  bool isScalar = tensor && !tensor->type.isTile && tensor->type.element.isInteger();
  if (!isScalar && !valid.get<Integer>())
    return error(offset) << "expected an integer for 'valid', got " << valid.describe();
  auto rows = toTensorOf(valid, Scalar::Int64, offset);
  return failed(rows) ? FailureOr<Value>(failure()) : FailureOr<Value>(rows->value);
}

FailureOr<Object> Emitter::loadSlice(const BuiltinCall &call, const ViewSlice &slice,
                                     const AccessOptions &options) {
  if (failed(checkSliceOptions(call)))
    return failure();
  auto valid = validRows(call, slice);
  if (failed(valid))
    return failure();
  ValueType type = slice.type().withElement(slice.view->element.inMemory());
  Value result = mla::tile::LoadViewOp::create(
      builder, at(call.offset), type.irType(context), slice.view->value, slice.indices, *valid,
      slice.dims, options.label, /*bulk_copy=*/false, /*unchecked=*/DenseI32ArrayAttr(),
      /*pad_nan=*/false, options.cache, options.evict, options.isVolatile);
  return asObject(convertTo(Tensor{result, type}, slice.view->element, call.offset));
}

FailureOr<Object> Emitter::storeSlice(const BuiltinCall &call, const ViewSlice &slice,
                                      const AccessOptions &options) {
  if (failed(checkSliceOptions(call)))
    return failure();
  uint32_t offset = call.offsetOf("value");
  auto value = toTensorOf(call["value"], slice.view->element, offset);
  if (failed(value))
    return failure();
  value = convertTo(*value, slice.view->element.inMemory(), offset);
  if (failed(value))
    return failure();
  ValueType type = slice.type().withElement(value->type.element);
  // The slice's shape decides: the value may be repeated to it, but not the other way round.
  auto shape = commonShape({*value, Tensor{Value(), type}}, offset);
  if (failed(shape))
    return failure();
  if (ArrayRef<int64_t>(*shape) != ArrayRef<int64_t>(type.shape))
    return error(offset) << "a value " << value->type.name() << " cannot be stored to "
                         << call["pointer"].describe();
  Value stored = broadcastTo(*value, type.shape, offset).value;
  mla::tile::StoreViewOp::create(builder, at(call.offset), stored, slice.view->value, slice.indices,
                                 slice.dims, /*unchecked=*/DenseI32ArrayAttr(), options.cache,
                                 options.evict);
  return Object();
}
