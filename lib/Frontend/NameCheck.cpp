//===- NameCheck.cpp - names and arguments of a function, without types ---===//
#include "NameCheck.h"

#include "Modules.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace mla::frontend;

namespace {
class NameCheck {
public:
  NameCheck(const Source &source, const Globals &globals, const Definitions &definitions)
      : source(source), globals(globals), definitions(definitions) {}

  LogicalResult run(const FunctionDef &function);

private:
  /// What an expression is if it is a module, a built-in or the like; nothing if only values can
  /// tell.
  using Meaning = std::optional<Object>;

  void noteTarget(const Expr *target);
  void noteTargets(const Body &body);
  void visit(const Body &body);
  void visit(const Stmt &statement);
  Meaning visit(const Expr *expr);
  Meaning visitName(const NameExpr &expr);
  Meaning visitAttribute(const AttributeExpr &expr);
  void visitCall(const CallExpr &expr);
  void visitConditional(llvm::function_ref<void()> visitSides);

  InFlightDiagnostic report(size_t offset) {
    failedOnce |= !conditional;
    Location location = source.location(offset);
    return conditional ? emitWarning(location) : emitError(location);
  }
  Meaning checked(Meaning meaning, StringRef problem, uint32_t offset) {
    if (!meaning)
      report(offset) << problem;
    return meaning;
  }

  const Source &source;
  const Globals &globals;
  const Definitions &definitions;
  /// Names that the function assigns anywhere.
  llvm::SmallSetVector<StringRef, 16> locals;
  bool conditional = false, failedOnce = false;
};
} // namespace

//===----------------------------------------------------------------------===//
// Local variables
//===----------------------------------------------------------------------===//

void NameCheck::noteTarget(const Expr *target) {
  if (auto *name = dyn_cast<NameExpr>(target))
    locals.insert(name->name);
  else if (auto *tuple = dyn_cast<TupleExpr>(target))
    for (const Expr *element : tuple->elements)
      noteTarget(element);
}

void NameCheck::noteTargets(const Body &body) {
  for (const Stmt *statement : body)
    llvm::TypeSwitch<const Stmt *>(statement)
        .Case([&](const AssignStmt *assign) {
          for (const Expr *target : assign->targets)
            noteTarget(target);
        })
        .Case([&](const AnnotatedStmt *annotated) { noteTarget(annotated->target); })
        .Case([&](const IfStmt *branch) {
          for (const IfStmt::Branch &each : branch->branches)
            noteTargets(each.body);
          noteTargets(branch->otherwise);
        })
        .Case([&](const ForStmt *loop) {
          noteTarget(loop->target);
          noteTargets(loop->body);
        })
        .Case([&](const WhileStmt *loop) { noteTargets(loop->body); })
        .Default([](const Stmt *) {});
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void NameCheck::visitConditional(llvm::function_ref<void()> visitSides) {
  llvm::SaveAndRestore<bool> saved(conditional, true);
  visitSides();
}

void NameCheck::visit(const Body &body) {
  for (const Stmt *statement : body)
    visit(*statement);
}

void NameCheck::visit(const Stmt &statement) {
  auto optional = [&](const Expr *expr) {
    if (expr)
      visit(expr);
  };
  llvm::TypeSwitch<const Stmt *>(&statement)
      .Case([&](const ExpressionStmt *expression) { visit(expression->value); })
      .Case([&](const AssignStmt *assign) { visit(assign->value); })
      .Case([&](const AugmentedStmt *augmented) {
        visit(augmented->target);
        visit(augmented->value);
      })
      .Case([&](const AnnotatedStmt *annotated) { optional(annotated->value); })
      .Case([&](const IfStmt *branch) {
        visit(branch->branches.front().condition);
        visitConditional([&] {
          for (auto [i, each] : llvm::enumerate(branch->branches)) {
            if (i)
              visit(each.condition);
            visit(each.body);
          }
          visit(branch->otherwise);
        });
      })
      .Case([&](const ForStmt *loop) {
        visit(loop->iterable);
        visit(loop->body);
      })
      .Case([&](const WhileStmt *loop) {
        visit(loop->condition);
        visit(loop->body);
      })
      .Case([&](const ReturnStmt *result) { optional(result->value); })
      .Case([&](const AssertStmt *assertion) {
        visit(assertion->condition);
        optional(assertion->message);
      })
      .Default([](const Stmt *) {});
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

NameCheck::Meaning NameCheck::visitName(const NameExpr &expr) {
  if (locals.contains(expr.name))
    return std::nullopt;
  if (const Global *global = globals.find(expr.name)) {
    if (global->kind == Global::Kind::Constant)
      return std::nullopt;
    if (global->kind == Global::Kind::Function)
      return FunctionObject{expr.name, global};
    std::string problem;
    Meaning imported = findImport(expr.name, global->path, problem);
    return checked(std::move(imported), problem, expr.offset);
  }
  Meaning builtin;
  if (const BuiltinInfo *info = findBuiltin(expr.name, BuiltinHome::Python))
    builtin = BuiltinObject{info, nullptr};
  return checked(std::move(builtin), unknownName(expr.name, locals.getArrayRef()), expr.offset);
}

NameCheck::Meaning NameCheck::visitAttribute(const AttributeExpr &expr) {
  Meaning base = visit(expr.base);
  auto module = base ? moduleOf(*base) : std::nullopt;
  if (!module)
    return std::nullopt;
  std::string problem;
  Meaning member = findMember(*module, expr.name, problem);
  return checked(std::move(member), problem, expr.offset);
}

void NameCheck::visitCall(const CallExpr &expr) {
  Meaning callee = visit(expr.callee);
  SmallVector<Actual> actuals;
  for (const Expr *argument : expr.arguments) {
    visit(argument);
    actuals.push_back({"", argument->offset, Object()});
  }
  for (const KeywordArgument &keyword : expr.keywords) {
    visit(keyword.value);
    actuals.push_back({keyword.name, keyword.offset, Object()});
  }
  if (!callee)
    return;
  auto errorAt = [this](size_t offset) { return report(offset); };
  if (auto *builtin = callee->get<BuiltinObject>()) {
    (void)bindArguments(errorAt, builtin->info->name, parametersOf(*builtin->info), actuals,
                        expr.offset);
  } else if (auto *function = callee->get<FunctionObject>()) {
    std::string problem = function->global->callProblem(function->name);
    auto definition = definitions.find(function->global);
    if (!problem.empty())
      report(expr.offset) << problem;
    else if (definition != definitions.end())
      (void)bindArguments(errorAt, function->name, formalsOf(*definition->second), actuals,
                          expr.offset);
  } else {
    report(expr.offset) << callee->describe() << " cannot be called";
  }
}

NameCheck::Meaning NameCheck::visit(const Expr *expr) {
  auto all = [&](ArrayRef<Expr *> children) {
    for (const Expr *child : children)
      if (child)
        visit(child);
  };
  switch (expr->kind) {
  case Expr::Kind::Name:
    return visitName(*cast<NameExpr>(expr));
  case Expr::Kind::Attribute:
    return visitAttribute(*cast<AttributeExpr>(expr));
  case Expr::Kind::Call:
    visitCall(*cast<CallExpr>(expr));
    break;
  case Expr::Kind::Conditional: {
    auto *conditionalExpr = cast<ConditionalExpr>(expr);
    visit(conditionalExpr->condition);
    visitConditional([&] { all({conditionalExpr->whenTrue, conditionalExpr->whenFalse}); });
    break;
  }
  case Expr::Kind::Logical: {
    auto *logical = cast<LogicalExpr>(expr);
    visit(logical->operands.front());
    visitConditional([&] { all(ArrayRef(logical->operands).drop_front()); });
    break;
  }
  case Expr::Kind::Unary:
    visit(cast<UnaryExpr>(expr)->operand);
    break;
  case Expr::Kind::Binary:
    all({cast<BinaryExpr>(expr)->lhs, cast<BinaryExpr>(expr)->rhs});
    break;
  case Expr::Kind::Compare:
    all(cast<CompareExpr>(expr)->operands);
    break;
  case Expr::Kind::FormatString:
    all(cast<FormatStringExpr>(expr)->values);
    break;
  case Expr::Kind::Subscript:
    all({cast<SubscriptExpr>(expr)->base, cast<SubscriptExpr>(expr)->index});
    break;
  case Expr::Kind::Slice: {
    auto *slice = cast<SliceExpr>(expr);
    all({slice->lower, slice->upper, slice->step});
    break;
  }
  case Expr::Kind::Tuple:
    all(cast<TupleExpr>(expr)->elements);
    break;
  case Expr::Kind::Comprehension: {
    auto *comprehension = cast<ComprehensionExpr>(expr);
    visit(comprehension->iterable);
    // Its variables are its own.
    auto outer = locals;
    noteTarget(comprehension->target);
    visitConditional([&] {
      all(comprehension->conditions);
      visit(comprehension->element);
    });
    locals = std::move(outer);
    break;
  }
  case Expr::Kind::Integer:
  case Expr::Kind::Float:
  case Expr::Kind::String:
  case Expr::Kind::Constant:
    break;
  }
  return std::nullopt;
}

LogicalResult NameCheck::run(const FunctionDef &function) {
  // Defaults see no local variables.
  for (const Parameter &parameter : function.parameters)
    if (parameter.defaultValue)
      visit(parameter.defaultValue);
  for (const Parameter &parameter : function.parameters)
    locals.insert(parameter.name);
  noteTargets(function.body);
  visit(function.body);
  return failure(failedOnce);
}

LogicalResult mla::frontend::checkNames(const Source &source, const Globals &globals,
                                        const Definitions &definitions,
                                        const FunctionDef &function) {
  return NameCheck(source, globals, definitions).run(function);
}
