//===- ParseExpressions.cpp - operators by precedence ---------------------===//
#include "Parser.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mla::frontend;

//===----------------------------------------------------------------------===//
// Tokens
//===----------------------------------------------------------------------===//

bool Parser::consume(StringRef text) {
  if (!at(text))
    return false;
  ++position;
  return true;
}

LogicalResult Parser::expect(StringRef text, StringRef where) {
  if (consume(text))
    return success();
  return unexpected(("'" + text + "' " + where).str());
}

FailureOr<Token> Parser::expectName(StringRef what) {
  if (peek().kind != TokenKind::Name || isKeyword(peek().text))
    return unexpected(what);
  return tokens[position++];
}

InFlightDiagnostic Parser::unexpected(StringRef what) {
  auto error = source.error(peek().offset);
  error << "expected " << what << ", got ";
  switch (peek().kind) {
  case TokenKind::Newline:
    return std::move(error << "the end of the line");
  case TokenKind::End:
    return std::move(error << "the end of the file");
  case TokenKind::Indent:
    return std::move(error << "an indented line");
  case TokenKind::Dedent:
    return std::move(error << "the end of the block");
  case TokenKind::String:
    return std::move(error << "a string");
  default:
    return std::move(error << "'" << peek().text << "'");
  }
}

InFlightDiagnostic Parser::unsupported(size_t offset, StringRef what) {
  return std::move(source.error(offset) << what << " are not supported in kernels");
}

LogicalResult Parser::nest() {
  if (++nesting <= kMaxNesting)
    return success();
  return source.error(peek().offset)
         << "more than " << kMaxNesting << " levels of nested expressions or blocks";
}

//===----------------------------------------------------------------------===//
// Expressions from weak to strong operators
//===----------------------------------------------------------------------===//

/// expression [',' expression …] makes a tuple; a single expression stays itself.
FailureOr<Expr *> Parser::parseExpressionList(bool inSubscript, bool *hasComma) {
  auto parseItem = [&] { return inSubscript ? parseSubscriptItem() : parseExpression(); };
  size_t offset = peek().offset;
  auto first = parseItem();
  if (failed(first) || !at(","))
    return first;
  if (hasComma)
    *hasComma = true;
  auto *tuple = ast.make<TupleExpr>(offset);
  tuple->elements.push_back(*first);
  while (consume(",")) {
    // A trailing comma.
    if (peek().kind == TokenKind::Newline || peek().kind == TokenKind::End || at("=") || at(")") ||
        at("]") || at(";") || (at(":") && !inSubscript))
      break;
    auto item = parseItem();
    if (failed(item))
      return failure();
    tuple->elements.push_back(*item);
  }
  return finish(tuple, tuple->elements);
}

FailureOr<Expr *> Parser::parseExpression() {
  llvm::scope_exit leave([this, outer = nesting] { nesting = outer; });
  if (failed(nest()))
    return failure();
  if (at("lambda"))
    return unsupported(peek().offset, "lambda expressions");
  if (at("*") || at("**"))
    return unsupported(peek().offset, "starred expressions");
  if (at("yield"))
    return unsupported(peek().offset, "yield expressions");
  auto value = parseDisjunction();
  if (failed(value))
    return failure();
  if (at(":="))
    return unsupported(peek().offset, "assignment expressions (':=')");
  if (!at("if"))
    return value;
  auto *conditional = ast.make<ConditionalExpr>((*value)->offset);
  ++position;
  auto condition = parseDisjunction();
  if (failed(condition) || failed(expect("else", "after the condition of an if-expression")))
    return failure();
  auto whenFalse = parseExpression();
  if (failed(whenFalse))
    return failure();
  conditional->whenTrue = *value;
  conditional->condition = *condition;
  conditional->whenFalse = *whenFalse;
  return finish(conditional, {*value, *condition, *whenFalse});
}

FailureOr<Expr *> Parser::parseDisjunction() {
  auto first = parseConjunction();
  if (failed(first) || !at("or"))
    return first;
  auto *logical = ast.make<LogicalExpr>(peek().offset);
  logical->isAnd = false;
  logical->operands.push_back(*first);
  while (consume("or")) {
    auto next = parseConjunction();
    if (failed(next))
      return failure();
    logical->operands.push_back(*next);
  }
  return finish(logical, logical->operands);
}

FailureOr<Expr *> Parser::parseConjunction() {
  auto first = parseInversion();
  if (failed(first) || !at("and"))
    return first;
  auto *logical = ast.make<LogicalExpr>(peek().offset);
  logical->operands.push_back(*first);
  while (consume("and")) {
    auto next = parseInversion();
    if (failed(next))
      return failure();
    logical->operands.push_back(*next);
  }
  return finish(logical, logical->operands);
}

FailureOr<Expr *> Parser::parseInversion() {
  SmallVector<size_t> nots;
  while (at("not"))
    nots.push_back(tokens[position++].offset);
  auto value = parseComparison();
  while (!nots.empty() && succeeded(value)) {
    auto *inversion = ast.make<UnaryExpr>(nots.pop_back_val());
    inversion->op = UnaryOp::Not;
    inversion->operand = *value;
    value = finish(inversion, {*value});
  }
  return value;
}

FailureOr<Expr *> Parser::parseComparison() {
  auto first = parseBinary(0);
  if (failed(first))
    return failure();
  CompareExpr *comparison = nullptr;
  while (true) {
    size_t offset = peek().offset;
    std::optional<CompareOp> op;
    if (peek().kind == TokenKind::Operator)
      op = llvm::StringSwitch<std::optional<CompareOp>>(peek().text)
               .Case("==", CompareOp::Eq)
               .Case("!=", CompareOp::Ne)
               .Case("<", CompareOp::Lt)
               .Case("<=", CompareOp::Le)
               .Case(">", CompareOp::Gt)
               .Case(">=", CompareOp::Ge)
               .Default(std::nullopt);
    else if (at("is"))
      op = peek(1).is("not") ? CompareOp::IsNot : CompareOp::Is;
    else if (at("in"))
      op = CompareOp::In;
    else if (at("not") && peek(1).is("in"))
      op = CompareOp::NotIn;
    if (!op)
      break;
    position += *op == CompareOp::IsNot || *op == CompareOp::NotIn ? 2 : 1;
    auto next = parseBinary(0);
    if (failed(next))
      return failure();
    if (!comparison) {
      comparison = ast.make<CompareExpr>(offset);
      comparison->operands.push_back(*first);
    }
    comparison->ops.push_back(*op);
    comparison->operands.push_back(*next);
  }
  if (!comparison)
    return first;
  return finish(comparison, comparison->operands);
}

/// Precedence of a binary operator above comparisons: | 1, ^ 2, & 3, shifts 4, sums 5, products 6.
static std::pair<unsigned, BinaryOp> binaryOperator(const Token &token) {
  using Entry = std::pair<unsigned, BinaryOp>;
  if (token.kind != TokenKind::Operator)
    return {0, BinaryOp::Add};
  return llvm::StringSwitch<Entry>(token.text)
      .Case("|", Entry(1, BinaryOp::Or))
      .Case("^", Entry(2, BinaryOp::Xor))
      .Case("&", Entry(3, BinaryOp::And))
      .Case("<<", Entry(4, BinaryOp::Shl))
      .Case(">>", Entry(4, BinaryOp::Shr))
      .Case("+", Entry(5, BinaryOp::Add))
      .Case("-", Entry(5, BinaryOp::Sub))
      .Case("*", Entry(6, BinaryOp::Mul))
      .Case("/", Entry(6, BinaryOp::Div))
      .Case("//", Entry(6, BinaryOp::FloorDiv))
      .Case("%", Entry(6, BinaryOp::Mod))
      .Default(Entry(0, BinaryOp::Add));
}

FailureOr<Expr *> Parser::parseBinary(unsigned minPrecedence) {
  auto lhs = parseUnary();
  while (succeeded(lhs)) {
    if (at("@"))
      return source.error(peek().offset)
             << "the operator '@' is not supported in kernels; use dot for matrix products";
    auto [precedence, op] = binaryOperator(peek());
    if (precedence <= minPrecedence)
      break;
    size_t offset = tokens[position++].offset;
    auto rhs = parseBinary(precedence);
    if (failed(rhs))
      return failure();
    auto *binary = ast.make<BinaryExpr>(offset);
    binary->op = op;
    binary->lhs = *lhs;
    binary->rhs = *rhs;
    lhs = finish(binary, {*lhs, *rhs});
  }
  return lhs;
}

/// Signs and powers: -a ** -b is -(a ** (-b)).
FailureOr<Expr *> Parser::parseUnary() {
  llvm::scope_exit leave([this, outer = nesting] { nesting = outer; });
  if (at("-") || at("+") || at("~")) {
    auto *unary = ast.make<UnaryExpr>(peek().offset);
    unary->op = at("-") ? UnaryOp::Negate : at("+") ? UnaryOp::Plus : UnaryOp::Invert;
    ++position;
    auto operand = failed(nest()) ? ExprResult(failure()) : parseUnary();
    if (failed(operand))
      return failure();
    unary->operand = *operand;
    return finish(unary, {*operand});
  }
  auto base = parsePrimary();
  if (failed(base) || !at("**"))
    return base;
  auto *power = ast.make<BinaryExpr>(tokens[position++].offset);
  power->op = BinaryOp::Pow;
  auto exponent = failed(nest()) ? ExprResult(failure()) : parseUnary();
  if (failed(exponent))
    return failure();
  power->lhs = *base;
  power->rhs = *exponent;
  return finish(power, {*base, *exponent});
}
