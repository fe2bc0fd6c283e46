//===- EmitLoops.cpp - for and while --------------------------------------===//
// A variable is carried by a loop if its body assigns it and it holds a run-time value before; its
// type must not change. Variables first assigned in a body are local to it.
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mla::frontend;

/// Most iterations of a static_range.
static constexpr int64_t kMaxUnrolled = 4096;

//===----------------------------------------------------------------------===//
// Carried variables
//===----------------------------------------------------------------------===//

using Names = llvm::SetVector<StringRef>;

static void collectTarget(const Expr *target, Names &names) {
  if (auto *name = dyn_cast<NameExpr>(target))
    names.insert(name->name);
  else
    for (const Expr *element : cast<TupleExpr>(target)->elements)
      collectTarget(element, names);
}

/// Names that a block assigns, in order.
static void collectAssigned(const Body &block, Names &names) {
  for (const Stmt *statement : block) {
    if (auto *assign = dyn_cast<AssignStmt>(statement)) {
      for (const Expr *target : assign->targets)
        collectTarget(target, names);
    } else if (auto *augmented = dyn_cast<AugmentedStmt>(statement)) {
      names.insert(augmented->target->name);
    } else if (auto *annotated = dyn_cast<AnnotatedStmt>(statement)) {
      if (annotated->value)
        names.insert(annotated->target->name);
    } else if (auto *branch = dyn_cast<IfStmt>(statement)) {
      for (const IfStmt::Branch &each : branch->branches)
        collectAssigned(each.body, names);
      collectAssigned(branch->otherwise, names);
    } else if (auto *loop = dyn_cast<ForStmt>(statement)) {
      names.insert(loop->target->name);
      collectAssigned(loop->body, names);
    } else if (auto *loop = dyn_cast<WhileStmt>(statement)) {
      collectAssigned(loop->body, names);
    }
  }
}

struct Emitter::Carried {
  StringRef name;
  /// The variable before the loop, and its run-time values.
  Variable before;
  SmallVector<Tensor> tensors;
};

std::vector<Emitter::Carried> Emitter::carriedVariables(const Body &body, StringRef loopVariable) {
  Names names;
  collectAssigned(body, names);
  std::vector<Carried> carried;
  for (StringRef name : names) {
    auto it = frame->variables.find(name);
    if (name == loopVariable || it == frame->variables.end() || !it->second.problem.empty())
      continue;
    SmallVector<Tensor> tensors;
    flatten(it->second.value, tensors);
    if (!tensors.empty())
      carried.push_back({name, it->second, std::move(tensors)});
  }
  return carried;
}

/// Initial values of the carried variables, as operands of the loop.
template <typename CarriedT>
static SmallVector<Value> initialValues(ArrayRef<CarriedT> carried) {
  SmallVector<Value> values;
  for (const CarriedT &each : carried)
    for (const Tensor &tensor : each.tensors)
      values.push_back(tensor.value);
  return values;
}

/// Binds the carried variables to block arguments or results.
template <typename CarriedT, typename ScopeT>
static void bindCarried(ArrayRef<CarriedT> carried, ValueRange values, ScopeT &variables,
                        llvm::function_ref<Object(const Object &, size_t &)> replace) {
  size_t next = 0;
  for (const CarriedT &each : carried) {
    auto bound = each.before;
    bound.value = replace(each.before.value, next);
    variables.insert_or_assign(each.name, std::move(bound));
  }
}

/// Values of the carried variables at the end of the body; checks that types are stable and
/// constants untouched.
FailureOr<SmallVector<Value>> Emitter::loopResults(ArrayRef<Carried> carried, const Scope &before) {
  SmallVector<Value> results;
  for (const Carried &each : carried) {
    const Variable &after = frame->variables.find(each.name)->second;
    SmallVector<Tensor> tensors;
    flatten(after.value, tensors);
    if (!after.problem.empty() || !sameStructure(each.before.value, after.value)) {
      auto failure = mlir::emitError(after.location);
      if (after.problem.empty())
        failure << "'" << each.name << "' changes in the loop: it is "
                << each.before.value.describe() << " before the loop and " << after.value.describe()
                << " after an iteration; its type must stay the same";
      else
        failure << "'" << each.name
                << "' has no single value after an iteration: " << after.problem;
      failure.attachNote(each.before.location) << "the value before the loop is assigned here";
      return failure;
    }
    for (const Tensor &tensor : tensors)
      results.push_back(tensor.value);
  }
  for (const auto &[name, variable] : before) {
    auto it = frame->variables.find(name);
    bool isCarried = llvm::any_of(carried, [&](const Carried &each) { return each.name == name; });
    if (isCarried || it == frame->variables.end() || !variable.problem.empty() ||
        (it->second.problem.empty() && sameValues(variable.value, it->second.value)))
      continue;
    auto failure = mlir::emitError(it->second.location)
                   << "'" << name << "' is " << variable.value.describe()
                   << " before the loop and cannot be assigned in it";
    failure.attachNote(variable.location) << "the value before the loop is assigned here";
    return failure;
  }
  return results;
}

/// Restores the variables around a loop; those that only its body defines cannot be used behind it.
void Emitter::leaveLoop(ArrayRef<Carried> carried, Scope before, ValueRange results,
                        const Stmt &loop) {
  Scope after = std::move(before);
  for (auto &[name, variable] : frame->variables) {
    auto [it, isNew] = after.insert({name, variable});
    if (isNew && it->second.problem.empty())
      it->second.problem = ("'" + name + "' is only defined inside the loop of line " +
                            Twine(source.line(loop.offset)))
                               .str();
  }
  bindCarried<Carried, Scope>(carried, results, after, [&](const Object &object, size_t &next) {
    return withValues(object, results, next);
  });
  frame->variables = std::move(after);
}

//===----------------------------------------------------------------------===//
// For
//===----------------------------------------------------------------------===//

FailureOr<const BuiltinObject *> Emitter::rangeOf(const Expr *iterable, Object &callee) {
  auto *call = dyn_cast<CallExpr>(iterable);
  if (!call)
    return static_cast<const BuiltinObject *>(nullptr);
  auto value = evaluate(call->callee);
  if (failed(value))
    return failure();
  callee = std::move(*value);
  auto *builtin = callee.get<BuiltinObject>();
  bool isRange = builtin && llvm::is_contained(
                                {BuiltinId::Range, BuiltinId::PythonRange, BuiltinId::StaticRange},
                                builtin->info->id);
  return isRange ? builtin : nullptr;
}

FailureOr<BuiltinCall> Emitter::bindRange(const CallExpr &iterable, const BuiltinObject &builtin) {
  SmallVector<Actual> actuals;
  if (failed(evaluateArguments(iterable, actuals)))
    return failure();
  auto range = bindBuiltin(builtin, std::move(actuals), iterable.offset);
  if (failed(range))
    return failure();
  // range(end): the first argument is the end.
  if ((*range)["arg2"].isNone()) {
    std::swap(range->arguments[0], range->arguments[1]);
    std::swap(range->offsets[0], range->offsets[1]);
    range->arguments[0] = Integer(0);
  }
  if ((*range)["step"].isNone())
    range->arguments[range->index("step")] = Integer(1);
  if (std::optional<Integer> step = (*range)["step"].integer(); step && *step == 0)
    return error(range->offsetOf("step")) << "the step of a range must not be zero";
  return range;
}

LogicalResult Emitter::emitFor(const ForStmt &statement) {
  Object callee;
  auto builtin = rangeOf(statement.iterable, callee);
  if (failed(builtin))
    return failure();
  if (!*builtin)
    return error(statement.iterable->offset)
           << "expected range, ml.range or ml.static_range in a 'for' loop";
  auto range = bindRange(*cast<CallExpr>(statement.iterable), **builtin);
  if (failed(range))
    return failure();
  return frame->isCompileTime || range->info->id == BuiltinId::StaticRange
             ? emitStaticFor(statement, *range)
             : emitRuntimeFor(statement, *range);
}

/// What a range of compile-time bounds runs over.
FailureOr<SmallVector<Integer>> Emitter::staticValues(const BuiltinCall &range) {
  auto begin = integerArgument(range, "arg1"), end = integerArgument(range, "arg2");
  if (failed(begin) || failed(end))
    return failure();
  auto step = integerArgument(range, "step");
  if (failed(step))
    return failure();
  // Bounds are at most 127 bits; so is their distance unless they lie at opposite ends.
  Integer distance;
  bool overflow = *step > 0 ? __builtin_sub_overflow(*end, *begin, &distance)
                            : __builtin_sub_overflow(*begin, *end, &distance);
  unsigned __int128 stride = *step > 0 ? *step : -static_cast<unsigned __int128>(*step);
  Integer count = distance <= 0 ? 0 : Integer((distance - 1) / stride) + 1;
  if (overflow || count > kMaxUnrolled)
    return error(range.offset) << range.info->name << " unrolls "
                               << (overflow ? "too many" : toString(count))
                               << " iterations; at most " << kMaxUnrolled << " are allowed";
  SmallVector<Integer> values;
  for (Integer i = 0; i < count; ++i)
    values.push_back(*begin + i * *step);
  return values;
}

LogicalResult Emitter::emitStaticFor(const ForStmt &statement, const BuiltinCall &range) {
  auto values = staticValues(range);
  if (failed(values))
    return failure();
  for (Integer value : *values) {
    if (frame->returned)
      break;
    setVariable(statement.target->name, Object(value), statement.target->offset);
    if (failed(emitBlock(statement.body)))
      return failure();
  }
  return success();
}

/// What ml.range says besides its bounds, as attributes of the loop.
FailureOr<NamedAttrList> Emitter::loopOptions(const BuiltinCall &range) {
  NamedAttrList attributes;
  if (range.info->id != BuiltinId::Range)
    return attributes;
  for (StringRef name : {"num_stages", "loop_unroll_factor"}) {
    if (range[name].isNone())
      continue;
    auto count = integerArgument(range, name);
    if (failed(count))
      return failure();
    if (*count < 1 || *count > 32)
      return error(range.offsetOf(name))
             << name << " must be between 1 and 32, got " << toString(*count);
    if (name == "loop_unroll_factor") {
      if (*count > 1)
        attributes.set(mla::tile::kUnrollAttr, builder.getI32IntegerAttr(int32_t(*count)));
      continue;
    }
    int32_t &hint = hints["num_stages"];
    hint = std::max(hint, int32_t(*count));
    attributes.set(mla::tile::kNumStagesAttr, builder.getI32IntegerAttr(int32_t(*count)));
  }
  for (auto [name, remark] :
       {std::pair("flatten", "flatten has no effect: nested loops stay as they are"),
        std::pair("warp_specialize", "warp_specialize has no effect: roles come from the "
                                     "operands' copies and from recipes")}) {
    auto flag = boolArgument(range, name);
    if (failed(flag))
      return failure();
    if (*flag)
      mlir::emitRemark(at(range.offsetOf(name))) << remark;
  }
  auto label = stringArgument(range, "label");
  if (failed(label))
    return failure();
  if (!label->empty())
    attributes.set(mla::tile::kLoopLabelAttr, builder.getStringAttr(*label));
  return attributes;
}

LogicalResult Emitter::emitRuntimeFor(const ForStmt &statement, const BuiltinCall &range) {
  auto options = loopOptions(range);
  if (failed(options))
    return failure();
  std::optional<Integer> step = range["step"].integer();
  bool isDown = step && *step < 0;
  // The loop counts up from the end; the variable is mirrored inside.
  Object bounds[3] = {range["arg1"], range["arg2"], range["step"]};
  if (isDown)
    bounds[2] = Integer(-static_cast<unsigned __int128>(*step)); // no type holds -2^127 or 2^127
  SmallVector<Tensor> tensors;
  std::optional<DType> type;
  static constexpr StringLiteral kNames[] = {"arg1", "arg2", "step"};
  for (auto [i, name] : llvm::enumerate(kNames)) {
    auto tensor = toTensor(bounds[i], range.offsetOf(name));
    if (failed(tensor))
      return failure();
    DType element = tensor->type.element;
    if (tensor->type.isTile || !element.isInteger())
      return error(range.offsetOf(name))
             << "expected an integer as the " << (i == 2 ? "step" : "bound") << " of a range, got "
             << tensor->type.name();
    tensors.push_back(*tensor);
    type = type ? promoteIntegers(*type, element) : element;
  }
  if (type->bits() < 32)
    type = Scalar::Int32;
  for (Tensor &tensor : tensors)
    tensor = *convertTo(tensor, *type, range.offset);
  if (isDown)
    std::swap(tensors[0], tensors[1]);

  Location loc = at(statement.offset);
  StringRef name = statement.target->name;
  std::vector<Carried> carried = carriedVariables(statement.body, name);
  if (failed(enterRegion(statement.offset)))
    return failure();
  auto loop = scf::ForOp::create(
      builder, loc, tensors[0].value, tensors[1].value, tensors[2].value,
      initialValues<Carried>(carried), [](OpBuilder &, Location, Value, ValueRange) {},
      /*unsignedCmp=*/!type->isSigned());
  loop->setDiscardableAttrs(*options);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Scope before = frame->variables;
  bindCarried<Carried, Scope>(carried, loop.getRegionIterArgs(), frame->variables,
                              [&](const Object &object, size_t &next) {
                                return withValues(object, loop.getRegionIterArgs(), next);
                              });
  Value index = loop.getInductionVar();
  if (isDown) {
    index = arith::SubIOp::create(builder, loc, tensors[1].value, index);
    index = arith::AddIOp::create(builder, loc, index, tensors[0].value);
  }
  before.erase(name);
  setVariable(name, Tensor{index, *type}, statement.target->offset);
  if (failed(emitBlock(statement.body)))
    return failure();
  auto results = loopResults(carried, before);
  if (failed(results))
    return failure();
  scf::YieldOp::create(builder, loc, *results);
  --runtimeDepth;
  leaveLoop(carried, std::move(before), loop.getResults(), statement);
  return success();
}

//===----------------------------------------------------------------------===//
// While
//===----------------------------------------------------------------------===//

/// A loop of a constexpr_function: it is run.
LogicalResult Emitter::emitStaticWhile(const WhileStmt &statement) {
  while (!frame->returned) {
    auto condition = evaluate(statement.condition);
    if (failed(condition))
      return failure();
    std::optional<bool> holds = truth(*condition);
    if (!holds)
      return error(statement.condition->offset)
             << "expected a compile-time condition, got " << condition->describe();
    if (!*holds)
      break;
    if (failed(emitBlock(statement.body)))
      return failure();
  }
  return success();
}

LogicalResult Emitter::emitWhile(const WhileStmt &statement) {
  if (frame->isCompileTime)
    return emitStaticWhile(statement);
  Location loc = at(statement.offset);
  std::vector<Carried> carried = carriedVariables(statement.body, /*loopVariable=*/"");
  if (failed(enterRegion(statement.offset)))
    return failure();
  SmallVector<Value> inits = initialValues<Carried>(carried);
  auto loop = scf::WhileOp::create(
      builder, loc, ValueRange(inits).getTypes(), inits, [](OpBuilder &, Location, ValueRange) {},
      [](OpBuilder &, Location, ValueRange) {});
  OpBuilder::InsertionGuard guard(builder);
  Scope before = frame->variables;
  auto bind = [&](ValueRange values) {
    bindCarried<Carried, Scope>(
        carried, values, frame->variables,
        [&](const Object &object, size_t &next) { return withValues(object, values, next); });
  };
  builder.setInsertionPointToStart(loop.getBeforeBody());
  bind(loop.getBeforeArguments());
  Value condition;
  auto known = emitCondition(statement.condition, condition);
  if (failed(known))
    return failure();
  if (*known && **known)
    return error(statement.condition->offset)
           << "the condition of the 'while' loop is always true, so that it never ends";
  if (*known) {
    auto flag = constant(Object(false), DType(Scalar::Int1), statement.condition->offset);
    if (failed(flag))
      return failure();
    condition = flag->value;
  }
  scf::ConditionOp::create(builder, loc, condition, loop.getBeforeArguments());

  builder.setInsertionPointToStart(loop.getAfterBody());
  bind(loop.getAfterArguments());
  if (failed(emitBlock(statement.body)))
    return failure();
  auto results = loopResults(carried, before);
  if (failed(results))
    return failure();
  scf::YieldOp::create(builder, loc, *results);
  --runtimeDepth;
  leaveLoop(carried, std::move(before), loop.getResults(), statement);
  return success();
}
