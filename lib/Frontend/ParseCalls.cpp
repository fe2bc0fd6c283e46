//===- ParseCalls.cpp - calls, attributes, subscripts ---------------------===//
#include "Parser.h"

#include "llvm/ADT/ScopeExit.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Expr *> Parser::parsePrimary() {
  auto value = parseAtom();
  while (succeeded(value)) {
    if (at("(")) {
      value = parseCallSuffix(*value);
    } else if (consume(".")) {
      auto name = expectName("an attribute name after '.'");
      if (failed(name))
        return failure();
      auto *attribute = ast.make<AttributeExpr>(name->offset);
      attribute->base = *value;
      attribute->name = name->text;
      value = finish(attribute, {*value});
    } else if (at("[")) {
      auto *subscript = ast.make<SubscriptExpr>(peek().offset);
      ++position;
      if (at("]"))
        return unexpected("an index");
      auto index = parseExpressionList(/*inSubscript=*/true);
      if (failed(index) || failed(expect("]", "after the index")))
        return failure();
      subscript->base = *value;
      subscript->index = *index;
      value = finish(subscript, {*value, *index});
    } else {
      break;
    }
  }
  return value;
}

FailureOr<Expr *> Parser::parseSubscriptItem() {
  llvm::scope_exit leave([this, outer = nesting] { nesting = outer; });
  if (failed(nest()))
    return failure();
  size_t offset = peek().offset;
  Expr *parts[3] = {nullptr, nullptr, nullptr};
  unsigned colons = 0;
  while (!at(",") && !at("]")) {
    if (at(":") && colons < 2) {
      ++colons;
      ++position;
      continue;
    }
    if (parts[colons])
      return unexpected("',' or ']'");
    auto part = parseExpression();
    if (failed(part))
      return failure();
    parts[colons] = *part;
  }
  if (colons == 0)
    return parts[0] ? ExprResult(parts[0]) : ExprResult(unexpected("an index"));
  auto *slice = ast.make<SliceExpr>(offset);
  slice->lower = parts[0];
  slice->upper = parts[1];
  slice->step = parts[2];
  return finish(slice, parts);
}

FailureOr<Expr *> Parser::parseCallSuffix(Expr *callee) {
  auto *call = ast.make<CallExpr>(callee->offset);
  call->callee = callee;
  if (failed(parseCallArguments(*call)))
    return failure();
  SmallVector<Expr *> children(call->arguments);
  children.push_back(callee);
  for (const KeywordArgument &keyword : call->keywords)
    children.push_back(keyword.value);
  return finish(call, children);
}

FailureOr<Expr *> Parser::parseKeyword(size_t at, StringRef name) {
  unsigned depth = 0;
  for (position = at; at && peek().kind != TokenKind::Newline; ++position) {
    if (peek().kind == TokenKind::Operator && StringRef("([{").contains(peek().text))
      ++depth;
    if (peek().kind == TokenKind::Operator && StringRef(")]}").contains(peek().text))
      --depth;
    if (depth == 1 && peek().is(name) && peek(1).is("=")) {
      position += 2;
      return parseExpression();
    }
  }
  return static_cast<Expr *>(nullptr);
}

LogicalResult Parser::parseCallArguments(CallExpr &call) {
  ++position; // '('
  while (!consume(")")) {
    if (at("*") || at("**"))
      return unsupported(peek().offset, "unpacked arguments ('*', '**')");
    if (peek().kind == TokenKind::Name && peek(1).is("=")) {
      KeywordArgument keyword{peek().text, peek().offset, nullptr};
      position += 2;
      auto value = parseExpression();
      if (failed(value))
        return failure();
      for (const KeywordArgument &other : call.keywords)
        if (other.name == keyword.name)
          return source.error(keyword.offset)
                 << "keyword argument '" << keyword.name << "' is repeated";
      keyword.value = *value;
      call.keywords.push_back(keyword);
    } else {
      size_t offset = peek().offset;
      auto value = parseExpression();
      if (failed(value))
        return failure();
      if (at("for") || at("async"))
        return unsupported(peek().offset, "generator expressions");
      if (!call.keywords.empty())
        return source.error(offset) << "a positional argument follows a keyword argument";
      call.arguments.push_back(*value);
    }
    if (!at(")") && failed(expect(",", "or ')' after an argument")))
      return failure();
  }
  return success();
}
