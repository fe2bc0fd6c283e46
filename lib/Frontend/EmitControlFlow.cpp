//===- EmitControlFlow.cpp - conditions and branches ----------------------===//
// A condition known at compile time selects a side, and the other is not looked at. A run-time
// condition becomes scf.if; variables whose values differ between the sides become its results.
#include "Emitter.h"

#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mla::frontend;

/// Regions around the insertion point; MLIR's verifier and printer recurse over them.
static constexpr unsigned kMaxRegions = 100;

LogicalResult Emitter::enterRegion(uint32_t offset) {
  if (++runtimeDepth > kMaxRegions)
    return error(offset) << "run-time loops and branches are nested more than " << kMaxRegions
                         << " deep";
  // Both sides of a branch, and a loop, copy and compare all variables.
  uint64_t size = 0;
  for (const auto &[name, variable] : frame->variables)
    size += variable.value.size();
  return charge(offset, size / kSizePerWork);
}

//===----------------------------------------------------------------------===//
// Run-time values inside objects
//===----------------------------------------------------------------------===//

void Emitter::flatten(const Object &object, SmallVectorImpl<Tensor> &tensors) {
  if (auto *tensor = object.tensor())
    tensors.push_back(*tensor);
  else if (auto *block = object.get<BlockPointerObject>())
    llvm::append_range(tensors, block->offsets);
  else if (auto *elements = object.elements())
    for (const Object &element : *elements)
      flatten(element, tensors);
}

Object Emitter::withValues(const Object &object, ValueRange values, size_t &next) {
  if (auto *tensor = object.tensor())
    return Tensor{values[next++], tensor->type};
  if (auto *block = object.get<BlockPointerObject>()) {
    BlockPointerObject replaced = *block;
    for (Tensor &offset : replaced.offsets)
      offset.value = values[next++];
    return replaced;
  }
  auto *elements = object.elements();
  if (!elements)
    return object;
  std::vector<Object> replaced;
  for (const Object &element : *elements)
    replaced.push_back(withValues(element, values, next));
  return Object::tuple(std::move(replaced));
}

bool Emitter::sameStructure(const Object &lhs, const Object &rhs) {
  if (lhs.tensor() && rhs.tensor())
    return lhs.tensor()->type == rhs.tensor()->type;
  auto *block = lhs.get<BlockPointerObject>(), *other = rhs.get<BlockPointerObject>();
  if (block && other)
    return block->array == other->array;
  if (lhs.elements() && rhs.elements())
    return llvm::equal(*lhs.elements(), *rhs.elements(), sameStructure);
  return lhs.data.index() == rhs.data.index() && !lhs.tensor() && equal(lhs, rhs);
}

bool Emitter::sameValues(const Object &lhs, const Object &rhs) {
  SmallVector<Tensor> values, others;
  flatten(lhs, values);
  flatten(rhs, others);
  return sameStructure(lhs, rhs) &&
         llvm::equal(values, others,
                     [](const Tensor &a, const Tensor &b) { return a.value == b.value; });
}

//===----------------------------------------------------------------------===//
// Conditions
//===----------------------------------------------------------------------===//

FailureOr<std::optional<bool>> Emitter::emitCondition(const Expr *expr, Value &runtime) {
  auto value = evaluate(expr);
  if (failed(value))
    return failure();
  if (std::optional<bool> known = truth(*value))
    return known;
  const Tensor &tensor = *value->tensor();
  if (tensor.type.isTile)
    return error(expr->offset) << "expected a scalar condition, got " << tensor.type.name()
                               << "; use where to select elements";
  auto flag = convertTo(tensor, Scalar::Int1, expr->offset);
  if (failed(flag))
    return failure();
  runtime = flag->value;
  return std::optional<bool>();
}

/// Whether a return stands in `block` outside of loops.
static bool mayReturn(ArrayRef<Stmt *> block) {
  return llvm::any_of(block, [](const Stmt *statement) {
    auto *branches = dyn_cast<IfStmt>(statement);
    return isa<ReturnStmt>(statement) ||
           (branches && (mayReturn(branches->otherwise) ||
                         llvm::any_of(branches->branches, [](const IfStmt::Branch &branch) {
                           return mayReturn(branch.body);
                         })));
  });
}

LogicalResult Emitter::emitIf(const IfStmt &statement, size_t branch, const Rest *rest) {
  if (branch == statement.branches.size())
    return emitBlock(statement.otherwise, rest);
  Value runtime;
  auto known = emitCondition(statement.branches[branch].condition, runtime);
  if (failed(known))
    return failure();
  if (!*known) {
    bool returns = mayReturn(statement.otherwise);
    for (const IfStmt::Branch &each : ArrayRef(statement.branches).drop_front(branch))
      returns |= mayReturn(each.body);
    return rest && returns ? emitReturningIf(statement, branch, runtime, rest)
                           : emitRuntimeIf(statement, branch, runtime);
  }
  return **known ? emitBlock(statement.branches[branch].body, rest)
                 : emitIf(statement, branch + 1, rest);
}

/// Outcome of joining the variables of two sides.
struct Emitter::Merge {
  Scope variables;
  /// Variables with different values, and these on either side.
  std::vector<StringRef> names;
  SmallVector<Tensor> whenTrue, whenFalse;
};

void Emitter::mergeScopes(const Scope &before, const Scope &whenTrue, const Scope &whenFalse,
                          Merge &merge) {
  Scope all = whenTrue;
  all.insert(whenFalse.begin(), whenFalse.end());
  for (auto &[name, variable] : all) {
    auto trueSide = whenTrue.find(name), falseSide = whenFalse.find(name);
    bool onBoth = trueSide != whenTrue.end() && falseSide != whenFalse.end();
    if (!onBoth) {
      variable.problem =
          ("'" + name + "' is defined on only one side of a run-time condition").str();
    } else if (!trueSide->second.problem.empty() || !falseSide->second.problem.empty()) {
      variable = trueSide->second.problem.empty() ? falseSide->second : trueSide->second;
    } else if (!sameValues(trueSide->second.value, falseSide->second.value)) {
      if (sameStructure(trueSide->second.value, falseSide->second.value)) {
        merge.names.push_back(name);
        flatten(trueSide->second.value, merge.whenTrue);
        flatten(falseSide->second.value, merge.whenFalse);
      } else {
        variable.problem =
            ("'" + name + "' is " + trueSide->second.value.describe() + " or " +
             falseSide->second.value.describe() + ", depending on a run-time condition")
                .str();
      }
      // Point at the side that changed it.
      auto old = before.find(name);
      if (old != before.end() && sameValues(old->second.value, trueSide->second.value))
        variable.location = falseSide->second.location;
    }
  }
  merge.variables = std::move(all);
}

LogicalResult Emitter::emitRuntimeIf(const IfStmt &statement, size_t branch, Value condition) {
  uint32_t offset = statement.branches[branch].offset;
  Location loc = at(offset);
  if (failed(enterRegion(offset)))
    return failure();
  // The sides are built in an op without results, which come to be known only then.
  auto sides = scf::IfOp::create(builder, loc, TypeRange(), condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  Scope before = frame->variables;
  builder.setInsertionPointToStart(sides.thenBlock());
  if (failed(emitBlock(statement.branches[branch].body)))
    return failure();
  Scope whenTrue = std::exchange(frame->variables, before);
  builder.setInsertionPointToStart(sides.elseBlock());
  if (failed(emitIf(statement, branch + 1, /*rest=*/nullptr)))
    return failure();
  Scope whenFalse = std::move(frame->variables);
  --runtimeDepth;

  Merge merge;
  mergeScopes(before, whenTrue, whenFalse, merge);
  SmallVector<Type> types;
  SmallVector<Value> trueValues, falseValues;
  for (auto [trueSide, falseSide] : llvm::zip(merge.whenTrue, merge.whenFalse)) {
    types.push_back(trueSide.value.getType());
    trueValues.push_back(trueSide.value);
    falseValues.push_back(falseSide.value);
  }
  builder.setInsertionPoint(sides);
  bool elseIsEmpty = sides.elseBlock()->without_terminator().empty();
  auto result = scf::IfOp::create(builder, loc, types, condition, /*withElseRegion=*/false);
  result.getThenRegion().takeBody(sides.getThenRegion());
  if (!types.empty() || !elseIsEmpty)
    result.getElseRegion().takeBody(sides.getElseRegion());
  sides.erase();
  if (!types.empty()) {
    result.thenYield()->setOperands(trueValues);
    result.elseYield()->setOperands(falseValues);
  }
  frame->variables = std::move(merge.variables);
  size_t next = 0;
  for (StringRef name : merge.names) {
    Variable &variable = frame->variables.find(name)->second;
    variable.value = withValues(variable.value, result.getResults(), next);
  }
  return success();
}

/// What follows the branch is emitted on both sides, so that each ends the function by itself: no
/// flag has to say later whether it has ended.
LogicalResult Emitter::emitReturningIf(const IfStmt &statement, size_t branch, Value condition,
                                       const Rest *rest) {
  uint32_t offset = statement.branches[branch].offset;
  if (failed(enterRegion(offset)))
    return failure();
  auto sides =
      scf::IfOp::create(builder, at(offset), TypeRange(), condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  Scope before = frame->variables;
  unsigned outerDepth = std::exchange(frame->entryDepth, runtimeDepth);
  auto emitSide = [&](mlir::Block *block, bool isTrue) -> ObjectResult {
    builder.setInsertionPointToStart(block);
    frame->variables = before;
    frame->returned = false;
    frame->result = Object();
    if (failed(isTrue ? emitBlock(statement.branches[branch].body, rest)
                      : emitIf(statement, branch + 1, rest)))
      return failure();
    for (const Rest *next = rest; next && !frame->returned; next = next->outer)
      if (failed(emitBlock(next->statements, next->outer)))
        return failure();
    return frame->result;
  };
  auto whenTrue = emitSide(sides.thenBlock(), /*isTrue=*/true);
  if (failed(whenTrue))
    return failure();
  auto whenFalse = emitSide(sides.elseBlock(), /*isTrue=*/false);
  if (failed(whenFalse))
    return failure();
  --runtimeDepth;
  frame->entryDepth = outerDepth;
  frame->returned = true;
  if (!sameStructure(*whenTrue, *whenFalse))
    return error(offset) << "'" << frame->function << "' returns " << whenTrue->describe() << " or "
                         << whenFalse->describe() << ", depending on a run-time condition";
  frame->result = joinSides(sides, *whenTrue, *whenFalse);
  return success();
}

Object Emitter::joinSides(Operation *op, const Object &whenTrue, const Object &whenFalse) {
  auto sides = cast<scf::IfOp>(op);
  SmallVector<Tensor> trueTensors, falseTensors;
  flatten(whenTrue, trueTensors);
  flatten(whenFalse, falseTensors);
  auto values = [](ArrayRef<Tensor> tensors) {
    return llvm::map_to_vector(tensors, [](const Tensor &tensor) { return tensor.value; });
  };
  SmallVector<Value> trueValues = values(trueTensors), falseValues = values(falseTensors);
  builder.setInsertionPoint(sides);
  auto result = scf::IfOp::create(builder, sides.getLoc(), ValueRange(trueValues).getTypes(),
                                  sides.getCondition(), /*withElseRegion=*/false);
  result.getThenRegion().takeBody(sides.getThenRegion());
  result.getElseRegion().takeBody(sides.getElseRegion());
  sides.erase();
  result.thenYield()->setOperands(trueValues);
  result.elseYield()->setOperands(falseValues);
  size_t next = 0;
  return withValues(whenTrue, result.getResults(), next);
}

/// Whether two views differ in run-time values only.
static bool sameForm(const View &lhs, const View &rhs) {
  auto sameConstants = [](const Object &a, const Object &b) {
    return a.tensor() ? b.tensor() != nullptr : !b.tensor() && equal(a, b);
  };
  return lhs.element == rhs.element && llvm::equal(lhs.shape, rhs.shape, sameConstants) &&
         llvm::equal(lhs.strides, rhs.strides, sameConstants);
}

/// One of two views: its pointer, extents and strides are selected one by one.
static Object selectView(OpBuilder &builder, Location loc, Value condition, const View &whenTrue,
                         const View &whenFalse) {
  auto view = std::make_shared<View>(whenTrue);
  auto select = [&](Tensor &value, const Tensor &other) {
    if (value.value != other.value)
      value.value = arith::SelectOp::create(builder, loc, condition, value.value, other.value);
    return value.value;
  };
  auto selectAll = [&](std::vector<Object> &objects, const std::vector<Object> &others) {
    SmallVector<Value> values;
    for (auto [object, other] : llvm::zip(objects, others))
      if (const Tensor *tensor = object.tensor()) {
        Tensor selected = *tensor;
        values.push_back(select(selected, *other.tensor()));
        object = selected;
      }
    return values;
  };
  Value pointer = select(view->pointer, whenFalse.pointer);
  SmallVector<Value> extents = selectAll(view->shape, whenFalse.shape);
  SmallVector<Value> strides = selectAll(view->strides, whenFalse.strides);
  view->value =
      mla::tile::ViewOp::create(builder, loc, whenTrue.value.getType(), pointer, extents, strides);
  return ViewObject{std::move(view)};
}

/// Moves what a side of `sides` computes in front of it; false if that may touch memory or, like a
/// division, must not run where the other side was chosen.
static bool hoistSides(scf::IfOp sides) {
  for (mlir::Block *side : {sides.thenBlock(), sides.elseBlock()})
    for (Operation &op : side->without_terminator())
      if (!isPure(&op) || op.getNumRegions() != 0)
        return false;
  for (mlir::Block *side : {sides.thenBlock(), sides.elseBlock()})
    for (Operation &op : llvm::make_early_inc_range(side->without_terminator()))
      op.moveBefore(sides);
  return true;
}

/// `a if c else b`: only the chosen side is evaluated. Of two views the pointer, extents and strides
/// are selected; what computes them cannot be observed and is done for both.
FailureOr<Object> Emitter::emitConditional(const ConditionalExpr &expr) {
  Value condition;
  auto known = emitCondition(expr.condition, condition);
  if (failed(known))
    return failure();
  if (*known)
    return evaluate(**known ? expr.whenTrue : expr.whenFalse);
  Location loc = at(expr.offset);
  if (failed(enterRegion(expr.offset)))
    return failure();
  auto sides = scf::IfOp::create(builder, loc, TypeRange(), condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  auto emitSide = [&](const Expr *side, mlir::Block *block) -> ObjectResult {
    builder.setInsertionPointToStart(block);
    auto value = evaluate(side);
    return failed(value) ? value : decay(*value, side->offset);
  };
  auto whenTrue = emitSide(expr.whenTrue, sides.thenBlock());
  if (failed(whenTrue))
    return failure();
  auto whenFalse = emitSide(expr.whenFalse, sides.elseBlock());
  if (failed(whenFalse))
    return failure();
  --runtimeDepth;
  auto *view = whenTrue->get<ViewObject>(), *other = whenFalse->get<ViewObject>();
  if (view && other && sameForm(*view->view, *other->view) && hoistSides(sides)) {
    builder.setInsertionPoint(sides);
    Object selected = selectView(builder, loc, condition, *view->view, *other->view);
    sides.erase();
    return selected;
  }
  if (!sameStructure(*whenTrue, *whenFalse))
    return error(expr.offset) << "the sides of an if-expression with a run-time condition differ: "
                              << whenTrue->describe() << " and " << whenFalse->describe();
  return joinSides(sides, *whenTrue, *whenFalse);
}
