//===- ParseStatements.cpp - functions and statements ---------------------===//
#include "Parser.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mla::frontend;

/// Most `elif`s of one `if`: each nests a region.
static constexpr unsigned kMaxBranches = 100;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

FailureOr<FunctionDef *> Parser::parseFunction(size_t at) {
  position = at + 1; // behind `def`
  auto name = expectName("a function name");
  if (failed(name))
    return failure();
  auto *function = ast.make<FunctionDef>(name->offset);
  function->name = name->text;
  if (this->at("["))
    return unsupported(peek().offset, "type parameters");
  if (failed(expect("(", "after the function name")) ||
      failed(parseParameters(function->parameters)))
    return failure();
  if (consume("->") && failed(parseExpression()))
    return failure();
  if (failed(parseBlock(function->body)))
    return failure();
  return function;
}

LogicalResult Parser::parseParameters(std::vector<Parameter> &parameters) {
  bool keywordOnly = false;
  while (!consume(")")) {
    if (at("/") && !parameters.empty()) {
      ++position;
      for (Parameter &parameter : parameters)
        parameter.positionalOnly = true;
    } else if (at("*") && peek(1).is(",") && !keywordOnly) {
      ++position;
      keywordOnly = true;
    } else if (at("*") || at("**")) {
      return unsupported(peek().offset, "variadic parameters ('*', '**')");
    } else {
      auto name = expectName("a parameter name");
      if (failed(name))
        return failure();
      Parameter parameter;
      parameter.name = name->text;
      parameter.offset = name->offset;
      parameter.keywordOnly = keywordOnly;
      for (const Parameter &other : parameters)
        if (other.name == parameter.name)
          return source.error(name->offset) << "parameter '" << name->text << "' is repeated";
      if (consume(":")) {
        auto annotation = parseExpression();
        if (failed(annotation))
          return failure();
        parameter.annotation = *annotation;
      }
      if (consume("=")) {
        auto value = parseExpression();
        if (failed(value))
          return failure();
        parameter.defaultValue = *value;
      } else if (!keywordOnly && !parameters.empty() && parameters.back().defaultValue) {
        return source.error(name->offset)
               << "parameter '" << name->text << "' without a default follows one with a default";
      }
      parameters.push_back(parameter);
    }
    if (!at(")") && failed(expect(",", "or ')' after a parameter")))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// ':' then statements on the same line, or an indented block.
LogicalResult Parser::parseBlock(Body &block) {
  if (failed(expect(":", "before a block")))
    return failure();
  if (peek().kind != TokenKind::Newline)
    return parseLine(block);
  ++position;
  if (peek().kind != TokenKind::Indent)
    return unexpected("an indented block");
  ++position;
  while (peek().kind != TokenKind::Dedent) {
    if (peek().kind == TokenKind::Indent)
      return source.error(peek().offset) << "unexpected indent";
    if (failed(parseLine(block)))
      return failure();
  }
  ++position;
  return success();
}

/// One compound statement, or simple statements separated by ';'.
LogicalResult Parser::parseLine(Body &block) {
  llvm::scope_exit leave([this, outer = nesting] { nesting = outer; });
  if (failed(nest()))
    return failure();
  if (failed(checkSupportedStatement()))
    return failure();
  bool compound = at("if") || at("for") || at("while");
  if (compound) {
    auto statement = at("if") ? parseIf() : at("for") ? parseFor() : parseWhile();
    if (failed(statement))
      return failure();
    block.push_back(*statement);
    return success();
  }
  while (true) {
    auto statement = parseSimpleStatement();
    if (failed(statement))
      return failure();
    block.push_back(*statement);
    bool more = consume(";");
    if (peek().kind == TokenKind::Newline)
      break;
    if (!more)
      return unexpected("the end of the statement");
    if (failed(checkSupportedStatement()))
      return failure();
  }
  ++position;
  return success();
}

/// Names statements that kernels cannot contain.
LogicalResult Parser::checkSupportedStatement() {
  const Token &token = peek();
  if (token.is("@") && token.kind == TokenKind::Operator)
    return unsupported(token.offset, "decorators inside functions");
  if (token.kind != TokenKind::Name)
    return success();
  StringRef what = llvm::StringSwitch<StringRef>(token.text)
                       .Case("def", "nested functions")
                       .Case("class", "classes")
                       .Case("try", "'try' statements")
                       .Case("with", "'with' statements")
                       .Case("raise", "'raise' statements")
                       .Case("del", "'del' statements")
                       .Case("global", "'global' statements")
                       .Case("nonlocal", "'nonlocal' statements")
                       .Case("import", "'import' statements inside functions")
                       .Case("from", "'import' statements inside functions")
                       .Case("async", "'async' statements")
                       .Case("break", "'break' statements")
                       .Case("continue", "'continue' statements")
                       .Case("yield", "'yield' statements")
                       .Default("");
  // `match` and `type` are keywords only where a subject or a name follows.
  bool subject = peek(1).kind == TokenKind::Name && !isKeyword(peek(1).text);
  if (token.text == "match" && (subject || peek(1).is("("))) {
    size_t end = position;
    while (tokens[end].kind != TokenKind::Newline && tokens[end].kind != TokenKind::End)
      ++end;
    if (tokens[end - 1].is(":"))
      what = "'match' statements";
  }
  if (token.text == "type" && subject)
    what = "'type' statements";
  if (what.empty())
    return success();
  return unsupported(token.offset, what);
}

FailureOr<Stmt *> Parser::parseIf() {
  auto *statement = ast.make<IfStmt>(peek().offset);
  do {
    if (statement->branches.size() >= kMaxBranches)
      return source.error(peek().offset)
             << "an 'if' with more than " << kMaxBranches << " branches";
    IfStmt::Branch branch{tokens[position++].offset, nullptr, {}};
    auto condition = parseExpression();
    if (failed(condition) || failed(parseBlock(branch.body)))
      return failure();
    branch.condition = *condition;
    statement->branches.push_back(std::move(branch));
  } while (at("elif"));
  if (consume("else") && failed(parseBlock(statement->otherwise)))
    return failure();
  return statement;
}

FailureOr<Stmt *> Parser::parseFor() {
  auto *statement = ast.make<ForStmt>(tokens[position++].offset);
  auto name = expectName("a loop variable name");
  if (failed(name))
    return failure();
  if (at(","))
    return unsupported(peek().offset, "loops over several variables");
  statement->target = ast.make<NameExpr>(name->offset);
  statement->target->name = name->text;
  if (failed(expect("in", "after the loop variable")))
    return failure();
  auto iterable = parseExpressionList();
  if (failed(iterable) || failed(parseBlock(statement->body)))
    return failure();
  statement->iterable = *iterable;
  if (at("else"))
    return unsupported(peek().offset, "'else' blocks of loops");
  return statement;
}

FailureOr<Stmt *> Parser::parseWhile() {
  auto *statement = ast.make<WhileStmt>(tokens[position++].offset);
  auto condition = parseExpression();
  if (failed(condition) || failed(parseBlock(statement->body)))
    return failure();
  statement->condition = *condition;
  if (at("else"))
    return unsupported(peek().offset, "'else' blocks of loops");
  return statement;
}

//===----------------------------------------------------------------------===//
// Simple statements
//===----------------------------------------------------------------------===//

FailureOr<Stmt *> Parser::parseSimpleStatement() {
  if (at("pass"))
    return ast.make<PassStmt>(tokens[position++].offset);
  if (at("return"))
    return parseReturn();
  if (at("assert"))
    return parseAssert();
  return parseAssignment();
}

FailureOr<Stmt *> Parser::parseReturn() {
  auto *statement = ast.make<ReturnStmt>(tokens[position++].offset);
  if (peek().kind == TokenKind::Newline || at(";"))
    return statement;
  auto value = parseExpressionList();
  if (failed(value))
    return failure();
  statement->value = *value;
  return statement;
}

FailureOr<Stmt *> Parser::parseAssert() {
  auto *statement = ast.make<AssertStmt>(tokens[position++].offset);
  auto condition = parseExpression();
  if (failed(condition))
    return failure();
  statement->condition = *condition;
  if (consume(",")) {
    auto message = parseExpression();
    if (failed(message))
      return failure();
    statement->message = *message;
  }
  return statement;
}

LogicalResult Parser::checkTarget(const Expr *target) {
  if (isa<NameExpr>(target))
    return success();
  if (auto *tuple = dyn_cast<TupleExpr>(target)) {
    for (const Expr *element : tuple->elements)
      if (failed(checkTarget(element)))
        return failure();
    return success();
  }
  if (isa<SubscriptExpr>(target))
    return source.error(target->offset)
           << "tiles are values: assignment to elements is not supported in kernels";
  if (isa<AttributeExpr>(target))
    return unsupported(target->offset, "assignments to attributes");
  return source.error(target->offset) << "expected a variable to assign to";
}

static std::optional<BinaryOp> augmentedOperator(const Token &token) {
  if (token.kind != TokenKind::Operator)
    return std::nullopt;
  return llvm::StringSwitch<std::optional<BinaryOp>>(token.text)
      .Case("+=", BinaryOp::Add)
      .Case("-=", BinaryOp::Sub)
      .Case("*=", BinaryOp::Mul)
      .Case("/=", BinaryOp::Div)
      .Case("//=", BinaryOp::FloorDiv)
      .Case("%=", BinaryOp::Mod)
      .Case("**=", BinaryOp::Pow)
      .Case("<<=", BinaryOp::Shl)
      .Case(">>=", BinaryOp::Shr)
      .Case("&=", BinaryOp::And)
      .Case("|=", BinaryOp::Or)
      .Case("^=", BinaryOp::Xor)
      .Default(std::nullopt);
}

FailureOr<Stmt *> Parser::parseAssignment() {
  size_t offset = peek().offset;
  auto first = parseExpressionList();
  if (failed(first))
    return failure();
  if (at(":")) {
    auto *statement = ast.make<AnnotatedStmt>(offset);
    statement->target = dyn_cast<NameExpr>(*first);
    if (!statement->target)
      return source.error(offset) << "expected a single variable before an annotation";
    ++position;
    auto annotation = parseExpression();
    if (failed(annotation))
      return failure();
    statement->annotation = *annotation;
    if (!consume("="))
      return statement;
    auto value = parseExpressionList();
    if (failed(value))
      return failure();
    statement->value = *value;
    return statement;
  }
  if (auto op = augmentedOperator(peek())) {
    auto *statement = ast.make<AugmentedStmt>(peek().offset);
    if (failed(checkTarget(*first)))
      return failure();
    statement->target = dyn_cast<NameExpr>(*first);
    if (!statement->target)
      return source.error(offset) << "expected a single variable before '" << peek().text << "'";
    statement->op = *op;
    ++position;
    auto value = parseExpressionList();
    if (failed(value))
      return failure();
    statement->value = *value;
    return statement;
  }
  if (!at("=")) {
    auto *statement = ast.make<ExpressionStmt>(offset);
    statement->value = *first;
    return statement;
  }
  auto *statement = ast.make<AssignStmt>(offset);
  statement->value = *first;
  while (consume("=")) {
    if (failed(checkTarget(statement->value)))
      return failure();
    statement->targets.push_back(statement->value);
    auto next = parseExpressionList();
    if (failed(next))
      return failure();
    statement->value = *next;
  }
  return statement;
}

FailureOr<Expr *> Parser::parseValue(size_t at) {
  position = at;
  auto value = parseExpressionList();
  if (failed(value))
    return failure();
  if (peek().kind != TokenKind::Newline && !this->at(";"))
    return unexpected("the end of the statement");
  return value;
}
