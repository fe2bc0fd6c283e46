//===- EmitStatements.cpp - assignments, returns, assertions --------------===//
#include "Emitter.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mla::frontend;

const Emitter::Rest Emitter::kEnd{};

LogicalResult Emitter::emitBlock(ArrayRef<Stmt *> block, const Rest *rest) {
  for (auto [index, statement] : llvm::enumerate(block)) {
    Rest after{block.drop_front(index + 1), rest};
    if (failed(emitStatement(*statement, rest ? &after : nullptr)))
      return failure();
    if (frame->returned)
      break;
  }
  return success();
}

LogicalResult Emitter::emitStatement(const Stmt &statement, const Rest *rest) {
  llvm::scope_exit leave([this, outer = nesting] { nesting = outer; });
  if (failed(charge(statement.offset)) || failed(nest(statement.offset)))
    return failure();
  switch (statement.kind) {
  case Stmt::Kind::Expression:
    return success(succeeded(evaluate(cast<ExpressionStmt>(statement).value)));
  case Stmt::Kind::Assign:
    return emitAssign(cast<AssignStmt>(statement));
  case Stmt::Kind::Augmented:
    return emitAugmented(cast<AugmentedStmt>(statement));
  case Stmt::Kind::Annotated:
    return emitAnnotated(cast<AnnotatedStmt>(statement));
  case Stmt::Kind::If:
    return emitIf(cast<IfStmt>(statement), /*branch=*/0, rest);
  case Stmt::Kind::For:
    return emitFor(cast<ForStmt>(statement));
  case Stmt::Kind::While:
    return emitWhile(cast<WhileStmt>(statement));
  case Stmt::Kind::Return:
    return emitReturn(cast<ReturnStmt>(statement));
  case Stmt::Kind::Assert:
    return emitAssert(cast<AssertStmt>(statement));
  case Stmt::Kind::Pass:
    return success();
  }
  llvm_unreachable("all statements are handled");
}

//===----------------------------------------------------------------------===//
// Assignments
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::decay(const Object &value, uint32_t offset) {
  if (frame->isCompileTime)
    return value;
  if (auto *elements = value.elements()) {
    std::vector<Object> decayed;
    for (const Object &element : *elements) {
      auto each = decay(element, offset);
      if (failed(each))
        return failure();
      decayed.push_back(std::move(*each));
    }
    return Object::tuple(std::move(decayed));
  }
  if (!value.isNumber())
    return value;
  auto tensor = toTensor(value, offset);
  if (failed(tensor))
    return failure();
  return Object(*tensor);
}

void Emitter::setVariable(StringRef name, Object value, uint32_t offset) {
  if (options.onVariable)
    options.onVariable(offset, value.describe());
  frame->variables.insert_or_assign(name, Variable{std::move(value), at(offset), "", nullptr});
}

LogicalResult Emitter::assign(const Expr *target, const Object &value) {
  if (auto *name = dyn_cast<NameExpr>(target)) {
    setVariable(name->name, value, name->offset);
    return success();
  }
  auto *tuple = cast<TupleExpr>(target);
  auto *elements = value.elements();
  if (!elements)
    return error(target->offset) << "cannot unpack " << value.describe() << " into "
                                 << tuple->elements.size() << " variables";
  if (elements->size() != tuple->elements.size())
    return error(target->offset) << "expected " << tuple->elements.size()
                                 << " values to unpack, got " << elements->size();
  for (auto [each, element] : llvm::zip(tuple->elements, *elements))
    if (failed(assign(each, element)))
      return failure();
  return success();
}

LogicalResult Emitter::emitAssign(const AssignStmt &statement) {
  auto value = evaluate(statement.value);
  if (failed(value))
    return failure();
  auto decayed = decay(*value, statement.value->offset);
  if (failed(decayed))
    return failure();
  for (const Expr *target : statement.targets)
    if (failed(assign(target, *decayed)))
      return failure();
  return success();
}

LogicalResult Emitter::emitAugmented(const AugmentedStmt &statement) {
  auto before = evaluateName(*statement.target);
  if (failed(before))
    return failure();
  auto value = evaluate(statement.value);
  if (failed(value))
    return failure();
  auto result = emitBinary(statement.op, *before, *value, statement.offset);
  if (failed(result))
    return failure();
  auto decayed = decay(*result, statement.offset);
  if (failed(decayed))
    return failure();
  return assign(statement.target, *decayed);
}

FailureOr<bool> Emitter::isConstexprAnnotation(const Expr *annotation) {
  if (auto *text = dyn_cast_or_null<StringExpr>(annotation)) {
    StringRef name = StringRef(text->value).trim();
    return name == "constexpr" || name.ends_with(".constexpr");
  }
  if (!isa_and_nonnull<NameExpr, AttributeExpr>(annotation))
    return false;
  StringRef name = isa<NameExpr>(annotation) ? cast<NameExpr>(annotation)->name
                                             : cast<AttributeExpr>(annotation)->name;
  // `from mla.language import constexpr as C` is the one other spelling.
  const Global *global = globals.find(name);
  if (name != "constexpr" && !(global && StringRef(global->path).ends_with(".constexpr")))
    return false;
  auto value = evaluate(annotation);
  if (failed(value))
    return failure();
  auto *builtin = value->get<BuiltinObject>();
  return builtin && builtin->info->id == BuiltinId::Constexpr;
}

LogicalResult Emitter::emitAnnotated(const AnnotatedStmt &statement) {
  if (!statement.value)
    return success();
  auto value = evaluate(statement.value);
  if (failed(value))
    return failure();
  StringRef name = statement.target->name;
  auto isConstexpr = isConstexprAnnotation(statement.annotation);
  if (failed(isConstexpr))
    return failure();
  if (!*isConstexpr) {
    auto decayed = decay(*value, statement.value->offset);
    return failed(decayed) ? failure() : assign(statement.target, *decayed);
  }
  if (!value->isCompileTime())
    return error(statement.value->offset) << "expected a compile-time value for the constexpr '"
                                          << name << "', got " << value->describe();
  // An unrolled loop runs the same statement again.
  auto it = frame->variables.find(name);
  if (it != frame->variables.end() && it->second.constexprBy != &statement) {
    auto failure = error(statement.offset)
                   << "'" << name << "' is already defined; a constexpr cannot be assigned again";
    failure.attachNote(it->second.location) << "it is defined here";
    return failure;
  }
  setVariable(name, std::move(*value), statement.offset);
  frame->variables.find(name)->second.constexprBy = &statement;
  return success();
}

//===----------------------------------------------------------------------===//
// Return, assert
//===----------------------------------------------------------------------===//

LogicalResult Emitter::emitReturn(const ReturnStmt &statement) {
  if (runtimeDepth != frame->entryDepth)
    return error(statement.offset) << "'return' inside a loop under a run-time condition, or "
                                      "inside a run-time loop, is not "
                                      "supported in kernels";
  frame->returned = true;
  if (!statement.value)
    return success();
  auto value = evaluate(statement.value);
  if (failed(value))
    return failure();
  if (!frame->caller) {
    if (value->isNone())
      return success();
    return error(statement.value->offset) << "a kernel returns no value, got " << value->describe();
  }
  auto decayed = decay(*value, statement.value->offset);
  if (failed(decayed))
    return failure();
  frame->result = *decayed;
  return success();
}

LogicalResult Emitter::emitAssert(const AssertStmt &statement) {
  auto condition = evaluate(statement.condition);
  if (failed(condition))
    return failure();
  Object message = std::string();
  if (statement.message) {
    auto text = evaluate(statement.message);
    if (failed(text))
      return failure();
    message = *text;
  }
  if (!condition->isCompileTime())
    return success(
        succeeded(emitDeviceAssert(*condition, message, /*mask=*/Object(), statement.offset)));
  return success(succeeded(emitStaticAssert(*condition, message, statement.offset)));
}
