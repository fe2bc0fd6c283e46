//===- EmitExpressions.cpp - names, attributes, subscripts ----------------===//
#include "Emitter.h"
#include "Members.h"
#include "Modules.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Object> Emitter::evaluate(const Expr *expr) {
  llvm::scope_exit leave([this, outer = nesting] { nesting = outer; });
  if (failed(charge(expr->offset)) || failed(nest(expr->offset)))
    return failure();
  auto value = evaluateKind(expr);
  if (failed(value) || failed(chargeSize(*value, expr->offset)))
    return failure();
  return value;
}

FailureOr<Object> Emitter::evaluateKind(const Expr *expr) {
  switch (expr->kind) {
  case Expr::Kind::Name:
    return evaluateName(*cast<NameExpr>(expr));
  case Expr::Kind::Integer:
    return Object(cast<IntegerExpr>(expr)->value);
  case Expr::Kind::Float:
    return Object(cast<FloatExpr>(expr)->value);
  case Expr::Kind::String:
    return Object(cast<StringExpr>(expr)->value);
  case Expr::Kind::FormatString:
    return evaluateFormatString(*cast<FormatStringExpr>(expr));
  case Expr::Kind::Constant: {
    auto value = cast<ConstantExpr>(expr)->value;
    return value == ConstantExpr::None ? Object() : Object(value == ConstantExpr::True);
  }
  case Expr::Kind::Unary: {
    auto *unary = cast<UnaryExpr>(expr);
    auto operand = evaluate(unary->operand);
    return failed(operand) ? operand : emitUnary(unary->op, *operand, expr->offset);
  }
  case Expr::Kind::Binary: {
    auto *binary = cast<BinaryExpr>(expr);
    auto lhs = evaluate(binary->lhs);
    if (failed(lhs))
      return failure();
    auto rhs = evaluate(binary->rhs);
    return failed(rhs) ? rhs : emitBinary(binary->op, *lhs, *rhs, expr->offset);
  }
  case Expr::Kind::Compare:
    return evaluateCompare(*cast<CompareExpr>(expr));
  case Expr::Kind::Logical:
    return evaluateLogical(*cast<LogicalExpr>(expr));
  case Expr::Kind::Conditional:
    return emitConditional(*cast<ConditionalExpr>(expr));
  case Expr::Kind::Call:
    return evaluateCall(*cast<CallExpr>(expr));
  case Expr::Kind::Attribute:
    return evaluateAttribute(*cast<AttributeExpr>(expr));
  case Expr::Kind::Subscript:
    return evaluateSubscript(*cast<SubscriptExpr>(expr));
  case Expr::Kind::Comprehension:
    return evaluateComprehension(*cast<ComprehensionExpr>(expr));
  case Expr::Kind::Slice:
    return error(expr->offset) << "a slice is only allowed as an index";
  case Expr::Kind::Tuple: {
    std::vector<Object> elements;
    for (const Expr *element : cast<TupleExpr>(expr)->elements) {
      auto value = evaluate(element);
      if (failed(value))
        return failure();
      elements.push_back(std::move(*value));
    }
    return Object::tuple(std::move(elements));
  }
  }
  llvm_unreachable("all expressions are handled");
}

/// A tuple; its variables are its own, and constants stay constant.
FailureOr<Object> Emitter::evaluateComprehension(const ComprehensionExpr &expr) {
  Object callee;
  auto builtin = rangeOf(expr.iterable, callee);
  if (failed(builtin))
    return failure();
  std::vector<Object> values;
  if (*builtin) {
    auto range = bindRange(*cast<CallExpr>(expr.iterable), **builtin);
    auto integers =
        failed(range) ? FailureOr<SmallVector<Integer>>(failure()) : staticValues(*range);
    if (failed(integers))
      return failure();
    values.assign(integers->begin(), integers->end());
  } else {
    auto iterable = evaluate(expr.iterable);
    if (failed(iterable))
      return failure();
    auto *elements = iterable->elements();
    if (!elements)
      return error(expr.iterable->offset)
             << "a list comprehension runs over a tuple or a range of compile-time bounds, got "
             << iterable->describe();
    values = *elements;
  }
  Scope outer = frame->variables;
  llvm::scope_exit leave([&] { frame->variables = std::move(outer); });
  std::vector<Object> results;
  for (const Object &value : values) {
    if (failed(assign(expr.target, value)))
      return failure();
    bool isKept = true;
    for (const Expr *condition : expr.conditions) {
      auto object = isKept ? evaluate(condition) : ObjectResult(Object(false));
      if (failed(object))
        return failure();
      std::optional<bool> known = truth(*object);
      if (!known)
        return error(condition->offset)
               << "expected a compile-time condition in a list comprehension, got "
               << object->describe();
      isKept &= *known;
    }
    auto result = isKept ? evaluate(expr.element) : ObjectResult(Object());
    if (failed(result))
      return failure();
    if (isKept)
      results.push_back(std::move(*result));
  }
  return Object::tuple(std::move(results));
}

FailureOr<Object> Emitter::evaluateFormatString(const FormatStringExpr &expr) {
  std::string text = expr.texts.front();
  for (auto [value, rest] : llvm::zip(expr.values, ArrayRef(expr.texts).drop_front())) {
    auto object = evaluate(value);
    if (failed(object))
      return failure();
    if (!object->isCompileTime())
      return error(value->offset) << "expected a compile-time value in an f-string, got "
                                  << object->describe();
    text += toText(*object) + rest;
  }
  return Object(std::move(text));
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::evaluateName(const NameExpr &expr) {
  if (auto it = frame->variables.find(expr.name); it != frame->variables.end()) {
    const Variable &variable = it->second;
    if (variable.problem.empty()) {
      if (options.onVariable)
        options.onVariable(expr.offset, variable.value.describe());
      return variable.value;
    }
    auto failure = error(expr.offset) << variable.problem;
    failure.attachNote(variable.location) << "it is assigned here";
    return failure;
  }
  if (const Global *global = globals.find(expr.name))
    return evaluateGlobal(expr.name, *global, expr.offset);
  if (const BuiltinInfo *info = findBuiltin(expr.name, BuiltinHome::Python))
    return Object(BuiltinObject{info, nullptr});
  SmallVector<StringRef> names =
      llvm::map_to_vector(frame->variables, [](const auto &variable) { return variable.first; });
  return error(expr.offset) << unknownName(expr.name, names);
}

FailureOr<Object> Emitter::evaluateGlobal(StringRef name, const Global &global, uint32_t offset) {
  if (global.kind == Global::Kind::Import) {
    std::string problem;
    if (std::optional<Object> imported = findImport(name, global.path, problem))
      return std::move(*imported);
    return error(offset) << problem;
  }
  if (global.kind == Global::Kind::Function)
    return Object(FunctionObject{name, &global});
  if (auto it = constants.find(&global); it != constants.end())
    return it->second;
  if (!constantsInProgress.insert(&global).second)
    return error(offset) << "the module-level constant '" << name << "' depends on itself";
  auto expr = parser.parseValue(global.token);
  if (failed(expr))
    return failure();
  // Its own scope: a module-level value sees no local variables.
  Frame module;
  module.function = name;
  module.caller = frame;
  module.callSite = at(offset);
  module.entryDepth = runtimeDepth;
  Frame *user = std::exchange(frame, &module);
  auto value = evaluate(*expr);
  if (succeeded(value) && !value->isCompileTime())
    value = error(global.offset) << "expected a compile-time value for the module-level constant '"
                                 << name << "', got " << value->describe();
  frame = user;
  constantsInProgress.erase(&global);
  if (failed(value))
    return failure();
  constants[&global] = *value;
  return value;
}

FailureOr<Object> Emitter::moduleMember(ModuleObject::Which module, StringRef name,
                                        uint32_t offset) {
  std::string problem;
  if (std::optional<Object> member = findMember(module, name, problem))
    return std::move(*member);
  return error(offset) << problem;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static Object shapeTuple(const ValueType &type) {
  std::vector<Object> extents;
  for (int64_t extent : type.shape)
    extents.push_back(Integer(extent));
  return Object::tuple(std::move(extents));
}

FailureOr<Object> Emitter::evaluateAttribute(const AttributeExpr &expr) {
  auto base = evaluate(expr.base);
  if (failed(base))
    return failure();
  if (auto module = moduleOf(*base))
    return moduleMember(*module, expr.name, expr.offset);
  SmallVector<BuiltinHome> homes;
  if (auto *tensor = base->tensor()) {
    homes = membersOf(ValueKind::Tile).homes;
    if (expr.name == "dtype" || (expr.name == "type" && !tensor->type.isTile))
      return Object(tensor->type.element);
    if (expr.name == "type")
      return Object(TileTypeObject{tensor->type});
    if (expr.name == "shape")
      return shapeTuple(tensor->type);
    if (expr.name == "numel")
      return Object(Integer(tensor->type.isTile ? *tileElements(tensor->type.shape) : 1));
    if (expr.name == "T")
      return transpose(*base, expr.offset);
  } else if (auto *object = base->get<ViewObject>()) {
    if (expr.name == "dtype")
      return Object(object->view->element);
    if (expr.name == "shape")
      return Object::tuple(object->view->shape);
    if (expr.name == "strides")
      return Object::tuple(object->view->strides);
    if (expr.name == "ptr")
      return Object(object->view->pointer);
  } else if (auto *descriptor = base->get<DescriptorObject>()) {
    homes = membersOf(ValueKind::Descriptor).homes;
    const BlockArray &array = *descriptor->array;
    if (expr.name == "dtype")
      return Object(array.view->element);
    if (expr.name == "shape")
      return Object::tuple(array.shape);
    if (expr.name == "strides")
      return Object::tuple(array.strides);
    if (expr.name == "block_shape")
      return shapeTuple(array.blockType());
  } else if (auto *block = base->get<BlockPointerObject>()) {
    homes = membersOf(ValueKind::BlockPointer).homes;
    if (expr.name == "dtype" || expr.name == "type")
      return Object(DType::pointerTo(block->array->view->element.scalar));
  } else if (auto *type = base->get<DType>()) {
    homes = membersOf(ValueKind::Type).homes;
    if (expr.name == "element_ty" && type->isPointer)
      return Object(DType(type->scalar));
    if (expr.name == "scalar")
      return base;
    if (expr.name == "name")
      return Object(toText(*base));
    if (expr.name == "primitive_bitwidth" || (expr.name == "int_bitwidth" && type->isInteger()))
      return Object(Integer(type->bits()));
  } else if (auto *tile = base->get<TileTypeObject>()) {
    homes = membersOf(ValueKind::Type).homes;
    if (expr.name == "element_ty" || expr.name == "scalar")
      return Object(tile->type.element);
    if (expr.name == "shape")
      return shapeTuple(tile->type);
    if (expr.name == "name")
      return Object(toText(*base));
  } else if (base->isNumber()) {
    homes = {BuiltinHome::Member};
    if (expr.name == "value")
      return base;
  }
  if (const BuiltinInfo *info = findBuiltin(expr.name, homes))
    return Object(BuiltinObject{info, std::make_shared<const Object>(std::move(*base))});
  return error(expr.offset) << base->describe() << " has no attribute '" << expr.name << "'";
}

//===----------------------------------------------------------------------===//
// Subscripts
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::evaluateSubscript(const SubscriptExpr &expr) {
  auto base = evaluate(expr.base);
  if (failed(base))
    return failure();
  if (auto *tensor = base->tensor())
    return indexTile(*tensor, expr);
  if (auto *object = base->get<ViewObject>())
    return indexView(object->view, expr);
  auto *elements = base->elements();
  if (!elements)
    return error(expr.offset) << base->describe() << " cannot be indexed";
  auto index = evaluate(expr.index);
  if (failed(index))
    return failure();
  std::optional<Integer> position = index->integer();
  if (!position)
    return error(expr.index->offset)
           << "expected a compile-time integer as the index of a tuple, got " << index->describe();
  Integer size = elements->size();
  if (*position < -size || *position >= size)
    return error(expr.index->offset)
           << "index " << toText(*index) << " is outside a tuple of " << elements->size();
  return (*elements)[size_t(*position < 0 ? *position + size : *position)];
}

//===----------------------------------------------------------------------===//
// Chains
//===----------------------------------------------------------------------===//

/// a < b < c is (a < b) and (b < c) with b evaluated once.
FailureOr<Object> Emitter::evaluateCompare(const CompareExpr &expr) {
  auto lhs = evaluate(expr.operands.front());
  if (failed(lhs))
    return failure();
  ObjectResult all = failure();
  for (auto [op, operand] : llvm::zip(expr.ops, ArrayRef(expr.operands).drop_front())) {
    auto rhs = evaluate(operand);
    if (failed(rhs))
      return failure();
    auto step = emitCompare(op, *lhs, *rhs, expr.offset);
    if (failed(step) || expr.ops.size() == 1)
      return step;
    all = failed(all) ? step : emitBinary(BinaryOp::And, *all, *step, expr.offset);
    if (failed(all))
      return failure();
    if (all->isCompileTime() && !truth(*all).value_or(true))
      return all;
    lhs = std::move(rhs);
  }
  return all;
}

/// Compile-time operands decide or drop out; run-time ones are combined bit by bit and must be
/// int1.
FailureOr<Object> Emitter::evaluateLogical(const LogicalExpr &expr) {
  std::optional<Object> combined;
  Object last;
  for (const Expr *operand : expr.operands) {
    auto value = evaluate(operand);
    if (failed(value))
      return failure();
    last = *value;
    if (std::optional<bool> known = truth(*value)) {
      if (*known != expr.isAnd)
        return combined ? emitBinary(expr.isAnd ? BinaryOp::And : BinaryOp::Or, *combined,
                                     Object(*known), expr.offset)
                        : value;
      continue;
    }
    if (!value->tensor() || !value->tensor()->type.element.isBool())
      return error(operand->offset) << "expected int1 operands of '" << (expr.isAnd ? "and" : "or")
                                    << "', got " << value->describe() << "; compare with zero";
    if (!combined) {
      combined = *value;
      continue;
    }
    auto both =
        emitBinary(expr.isAnd ? BinaryOp::And : BinaryOp::Or, *combined, *value, expr.offset);
    if (failed(both))
      return failure();
    combined = *both;
  }
  return combined ? *combined : last;
}
