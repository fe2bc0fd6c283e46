//===- EmitCombine.cpp - reductions and scans by a function ---------------===//
// The function becomes the region of a tile.generic_reduce or tile.scan: a helper is evaluated once
// with scalars for its arguments.
#include "Emitter.h"

#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::emitCombination(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::Reduce:
    return emitReduce(call);
  case BuiltinId::AssociativeScan:
    return emitScan(call);
  case BuiltinId::Cumsum:
  case BuiltinId::Cumprod:
    return emitCumulative(call);
  case BuiltinId::Softmax:
    return emitSoftmax(call);
  case BuiltinId::Sigmoid:
    return emitSigmoid(call);
  default: // argmax, argmin
    return emitArgExtremum(call);
  }
}

//===----------------------------------------------------------------------===//
// Inputs and functions
//===----------------------------------------------------------------------===//

/// A tile of numbers, or a tuple of such tiles of one shape.
FailureOr<Emitter::Tensors> Emitter::combineInputs(const BuiltinCall &call) {
  const Object &input = call["input"];
  ArrayRef<Object> objects = input;
  if (input.elements())
    objects = *input.elements();
  Tensors tiles;
  for (const Object &object : objects) {
    const Tensor *tile = object.tensor();
    if (!tile || !tile->type.isTile || tile->type.element.isPointer ||
        tile->type.element.isFloat8())
      return error(call.offsetOf("input"))
             << call.info->name << " expects tiles of numbers (not 8-bit floats), got "
             << input.describe();
    if (!tiles.empty() && tile->type.shape != tiles.front().type.shape)
      return error(call.offsetOf("input"))
             << call.info->name << " expects tiles of one shape, got " << input.describe();
    tiles.push_back(*tile);
  }
  if (tiles.empty())
    return error(call.offsetOf("input")) << call.info->name << " expects at least one tile";
  return tiles;
}

LogicalResult Emitter::emitCombineRegion(Operation *op, const Tensors &inputs, uint32_t offset,
                                         CombineFn combine) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types;
  for (unsigned side = 0; side < 2; ++side)
    for (const Tensor &input : inputs)
      types.push_back(input.type.element.irType(context));
  mlir::Block *block = builder.createBlock(&op->getRegion(0), {}, types,
                                           SmallVector<Location>(types.size(), at(offset)));
  Tensors left, right;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    left.push_back({block->getArgument(index), input.type.element});
    right.push_back({block->getArgument(inputs.size() + index), input.type.element});
  }
  auto results = combine(left, right);
  if (failed(results))
    return failure();
  SmallVector<Value> values =
      llvm::map_to_vector(*results, [](const Tensor &result) { return result.value; });
  mla::tile::YieldOp::create(builder, at(offset), values);
  // Nobody can say how often and for which elements a function is evaluated.
  WalkResult isFunction = block->walk([&](Operation *inner) -> WalkResult {
    auto isScalar = [](Type type) { return type.isIntOrIndexOrFloat(); };
    if (llvm::all_of(inner->getOperandTypes(), isScalar) &&
        llvm::all_of(inner->getResultTypes(), isScalar) &&
        (isMemoryEffectFree(inner) || inner->hasTrait<OpTrait::IsTerminator>()))
      return WalkResult::advance();
    return mlir::emitError(inner->getLoc())
           << "a combine function only computes on scalars: it has no tiles and no memory";
  });
  return failure(isFunction.wasInterrupted());
}

/// Evaluates the parameter combine_fn.
FailureOr<Emitter::Tensors> Emitter::callCombine(const BuiltinCall &call, const Tensors &left,
                                                 const Tensors &right) {
  uint32_t offset = call.offsetOf("combine_fn");
  SmallVector<Actual> actuals;
  for (const Tensors *side : {&left, &right})
    for (const Tensor &tensor : *side)
      actuals.push_back({"", offset, Object(tensor)});
  auto result = this->call(call["combine_fn"], std::move(actuals), offset);
  if (failed(result))
    return failure();
  ArrayRef<Object> parts = *result;
  if (result->elements())
    parts = *result->elements();
  std::string expected;
  for (const Tensor &tensor : left)
    expected += (expected.empty() ? "" : ", ") + tensor.type.name();
  Tensors values;
  for (auto [index, part] : llvm::enumerate(parts)) {
    if (!part.tensor() && !part.isNumber())
      break;
    auto value = part.isNumber() && index < left.size()
                     ? toTensorOf(part, left[index].type.element, offset)
                     : toTensor(part, offset);
    if (failed(value))
      return failure();
    values.push_back(*value);
  }
  bool fits = values.size() == parts.size() && values.size() == left.size();
  for (auto [value, like] : llvm::zip(values, left))
    fits &= value.type == like.type;
  if (!fits)
    return error(offset) << "expected a combine function that returns " << expected << ", got "
                         << result->describe();
  return values;
}

FailureOr<Emitter::Tensors> Emitter::genericReduce(const Tensors &inputs, int64_t axis,
                                                   bool commutative, uint32_t offset,
                                                   CombineFn combine) {
  SmallVector<int64_t> shape(ArrayRef<int64_t>(inputs.front().type.shape));
  shape.erase(shape.begin() + axis);
  SmallVector<Type> types;
  SmallVector<Value> values;
  Tensors results;
  for (const Tensor &input : inputs) {
    DType element = input.type.element;
    ValueType type = shape.empty() ? ValueType(element) : ValueType(element, shape);
    types.push_back(type.irType(context));
    values.push_back(input.value);
    results.push_back({Value(), type});
  }
  auto op = mla::tile::GenericReduceOp::create(builder, at(offset), types, values, uint32_t(axis),
                                               commutative);
  if (failed(emitCombineRegion(op, inputs, offset, combine)))
    return failure();
  for (auto [tensor, value] : llvm::zip_equal(results, op.getResults()))
    tensor.value = value;
  return results;
}

FailureOr<Emitter::Tensors> Emitter::scan(const Tensors &inputs, int64_t axis, bool reverse,
                                          uint32_t offset, CombineFn combine) {
  SmallVector<Value> values =
      llvm::map_to_vector(inputs, [](const Tensor &input) { return input.value; });
  auto op = mla::tile::ScanOp::create(builder, at(offset), ValueRange(values).getTypes(), values,
                                      uint32_t(axis), reverse);
  if (failed(emitCombineRegion(op, inputs, offset, combine)))
    return failure();
  Tensors results = inputs;
  for (auto [tensor, value] : llvm::zip_equal(results, op.getResults()))
    tensor.value = value;
  return results;
}

//===----------------------------------------------------------------------===//
// reduce, associative_scan, cumsum, cumprod
//===----------------------------------------------------------------------===//

/// One value for one input, a tuple for a tuple.
static Object resultOf(const BuiltinCall &call, ArrayRef<Tensor> results) {
  if (!call["input"].elements())
    return Object(results.front());
  std::vector<Object> parts;
  for (const Tensor &result : results)
    parts.push_back(Object(result));
  return Object::tuple(std::move(parts));
}

FailureOr<Object> Emitter::emitReduce(const BuiltinCall &call) {
  auto keepDims = boolArgument(call, "keep_dims");
  auto inputs = failed(keepDims) ? FailureOr<Tensors>(failure()) : combineInputs(call);
  if (failed(inputs))
    return failure();
  auto axis = reductionAxis(call, inputs->front().type);
  if (failed(axis))
    return failure();
  auto combine = [&](const Tensors &left, const Tensors &right) {
    return callCombine(call, left, right);
  };
  // All elements in row-major order: rows first, then their results.
  size_t rank = inputs->front().type.shape.size();
  FailureOr<Tensors> results = *inputs;
  do {
    int64_t along = *axis ? **axis : int64_t(results->front().type.shape.size()) - 1;
    results = genericReduce(*results, along, /*commutative=*/false, call.offset, combine);
    if (failed(results))
      return failure();
  } while (!*axis && results->front().type.isTile);
  if (*keepDims)
    for (Tensor &result : *results)
      result = *axis ? expandDims(result, **axis, call.offset)
                     : splat(result, SmallVector<int64_t>(rank, 1), call.offset);
  return resultOf(call, *results);
}

FailureOr<Object> Emitter::emitScan(const BuiltinCall &call) {
  auto reverse = boolArgument(call, "reverse");
  auto inputs = failed(reverse) ? FailureOr<Tensors>(failure()) : combineInputs(call);
  if (failed(inputs))
    return failure();
  auto axis = reductionAxis(call, inputs->front().type);
  if (failed(axis))
    return failure();
  if (!*axis)
    return error(call.offsetOf("axis")) << "associative_scan needs an axis";
  auto results =
      scan(*inputs, **axis, *reverse, call.offset, [&](const Tensors &left, const Tensors &right) {
        return callCombine(call, left, right);
      });
  return failed(results) ? ObjectResult(failure()) : ObjectResult(resultOf(call, *results));
}

/// cumsum, cumprod
FailureOr<Object> Emitter::emitCumulative(const BuiltinCall &call) {
  bool isSum = call.info->id == BuiltinId::Cumsum;
  auto reverse = boolArgument(call, "reverse");
  auto inputs = failed(reverse) ? FailureOr<Tensors>(failure()) : combineInputs(call);
  if (failed(inputs))
    return failure();
  auto axis = reductionAxis(call, inputs->front().type);
  if (failed(axis))
    return failure();
  if (!*axis || inputs->size() != 1)
    return error(call.offset) << call.info->name << " expects one tile and an axis";
  DType type = inputs->front().type.element;
  if (type == DType(Scalar::Bfloat16))
    type = Scalar::Float32;
  if (isSum && type.isInteger() && type.bits() < 32)
    type = type.isSigned() ? Scalar::Int32 : Scalar::Uint32;
  if (isSum && !call["dtype"].isNone()) {
    auto given = dtypeArgument(call, "dtype");
    if (failed(given))
      return failure();
    type = *given;
  }
  auto input = convertTo(inputs->front(), type, call.offset);
  if (failed(input))
    return failure();
  auto results = scan({*input}, **axis, *reverse, call.offset,
                      [&](const Tensors &left, const Tensors &right) -> FailureOr<Tensors> {
                        auto result =
                            emitBinary(isSum ? BinaryOp::Add : BinaryOp::Mul, Object(left.front()),
                                       Object(right.front()), call.offset);
                        if (failed(result))
                          return failure();
                        return Tensors{*result->tensor()};
                      });
  return failed(results) ? ObjectResult(failure()) : ObjectResult(Object(results->front()));
}

//===----------------------------------------------------------------------===//
// argmax, argmin
//===----------------------------------------------------------------------===//

FailureOr<Emitter::Tensors> Emitter::extremumAndIndex(Tensor input, int64_t axis, bool isMax,
                                                      bool tieBreakLeft, uint32_t offset) {
  int64_t extent = input.type.shape[axis];
  ValueType rowType(Scalar::Int32, extent);
  Tensor index{
      mla::tile::RangeOp::create(builder, at(offset), rowType.irType(context), 0, int32_t(extent)),
      rowType};
  for (int64_t dim = 0, rank = input.type.shape.size(); dim < rank; ++dim)
    if (dim != axis)
      index = expandDims(index, dim, offset);
  index = broadcastTo(index, input.type.shape, offset);
  // The left element if it is more extreme, or as extreme and earlier.
  auto combine = [&](const Tensors &left, const Tensors &right) -> FailureOr<Tensors> {
    auto compare = [&](CompareOp op, unsigned component) {
      return emitCompare(op, Object(left[component]), Object(right[component]), offset);
    };
    auto takesLeft = compare(isMax ? CompareOp::Gt : CompareOp::Lt, 0);
    if (succeeded(takesLeft) && tieBreakLeft) {
      auto equal = compare(CompareOp::Eq, 0);
      auto earlier = compare(CompareOp::Lt, 1);
      if (failed(equal) || failed(earlier))
        return failure();
      auto tie = emitBinary(BinaryOp::And, *equal, *earlier, offset);
      takesLeft = failed(tie) ? tie : emitBinary(BinaryOp::Or, *takesLeft, *tie, offset);
    }
    if (failed(takesLeft))
      return failure();
    Tensors results = left;
    for (auto [result, other] : llvm::zip_equal(results, right))
      result.value = arith::SelectOp::create(builder, at(offset), takesLeft->tensor()->value,
                                             result.value, other.value);
    return results;
  };
  return genericReduce({input, index}, axis, /*commutative=*/true, offset, combine);
}

/// argmax, argmin; max and min with return_indices
FailureOr<Object> Emitter::emitArgExtremum(const BuiltinCall &call) {
  BuiltinId id = call.info->id;
  bool isArg = id == BuiltinId::Argmax || id == BuiltinId::Argmin;
  auto tieBreak = boolArgument(call, isArg ? "tie_break_left" : "return_indices_tie_break_left");
  auto keepDims = failed(tieBreak) ? FailureOr<bool>(failure()) : boolArgument(call, "keep_dims");
  auto inputs = failed(keepDims) ? FailureOr<Tensors>(failure()) : combineInputs(call);
  if (failed(inputs))
    return failure();
  auto axis = reductionAxis(call, inputs->front().type);
  if (failed(axis))
    return failure();
  if (!*axis || inputs->size() != 1)
    return error(call.offset) << call.info->name << " with indices expects one tile and an axis";
  Tensor input = inputs->front();
  if (input.type.element == DType(Scalar::Bfloat16)) {
    auto wide = convertTo(input, Scalar::Float32, call.offset);
    if (failed(wide))
      return failure();
    input = *wide;
  }
  bool isMax = id == BuiltinId::Argmax || id == BuiltinId::Max;
  auto results = extremumAndIndex(input, **axis, isMax, *tieBreak, call.offset);
  if (failed(results))
    return failure();
  if (*keepDims)
    for (Tensor &result : *results)
      result = expandDims(result, **axis, call.offset);
  if (isArg)
    return Object((*results)[1]);
  return Object::tuple({Object((*results)[0]), Object((*results)[1])});
}

//===----------------------------------------------------------------------===//
// softmax, sigmoid
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitSoftmax(const BuiltinCall &call) {
  const Object &x = call["x"];
  uint32_t offset = call.offset;
  auto keepDims = boolArgument(call, "keep_dims");
  if (failed(keepDims))
    return failure();
  Object dim = call["dim"].isNone() ? Object(Integer(0)) : call["dim"];
  auto greatest = callLanguage("max", {x, dim, Object(false), Object(true), Object(true)}, offset);
  if (failed(greatest))
    return failure();
  auto difference = emitBinary(BinaryOp::Sub, x, *greatest, offset);
  if (failed(difference))
    return failure();
  auto weights = callLanguage("exp", {*difference}, offset);
  if (failed(weights))
    return failure();
  auto total = callLanguage("sum", {*weights, dim, Object(true)}, offset);
  if (failed(total))
    return failure();
  return callLanguage("fdiv", {*weights, *total, call["ieee_rounding"]}, offset);
}

FailureOr<Object> Emitter::emitSigmoid(const BuiltinCall &call) {
  auto negative = emitUnary(UnaryOp::Negate, call["x"], call.offset);
  if (failed(negative))
    return failure();
  auto weight = callLanguage("exp", {*negative}, call.offset);
  if (failed(weight))
    return failure();
  auto sum = emitBinary(BinaryOp::Add, Object(Integer(1)), *weight, call.offset);
  if (failed(sum))
    return failure();
  return emitBinary(BinaryOp::Div, Object(Integer(1)), *sum, call.offset);
}
