//===- ParseAtoms.cpp - names, literals, brackets -------------------------===//
#include "Lexer.h"
#include "Literals.h"
#include "Parser.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mla::frontend;

FailureOr<Expr *> Parser::parseAtom() {
  const Token &token = peek();
  switch (token.kind) {
  case TokenKind::Number:
    return parseNumber();
  case TokenKind::String:
    return parseStrings();
  case TokenKind::Operator:
    if (token.text == "(" || token.text == "[")
      return parseBracketed();
    if (token.text == "{")
      return unsupported(token.offset, "dictionaries and sets");
    if (token.text == "...")
      return unsupported(token.offset, "ellipses ('...')");
    return unexpected("an expression");
  case TokenKind::Name:
    break;
  default:
    return unexpected("an expression");
  }
  if (token.text == "None" || token.text == "True" || token.text == "False") {
    auto *constant = ast.make<ConstantExpr>(token.offset);
    constant->value = token.text == "None"   ? ConstantExpr::None
                      : token.text == "True" ? ConstantExpr::True
                                             : ConstantExpr::False;
    ++position;
    return constant;
  }
  if (token.text == "await")
    return unsupported(token.offset, "await expressions");
  if (isKeyword(token.text))
    return unexpected("an expression");
  auto *name = ast.make<NameExpr>(token.offset);
  name->name = token.text;
  ++position;
  return name;
}

/// (…) groups or makes a tuple; […] is taken as a tuple.
FailureOr<Expr *> Parser::parseBracketed() {
  bool isList = at("[");
  StringRef close = isList ? "]" : ")";
  size_t offset = tokens[position++].offset;
  if (consume(close))
    return ast.make<TupleExpr>(offset);
  bool hasComma = false;
  auto value = parseExpressionList(/*inSubscript=*/false, &hasComma);
  if (failed(value))
    return failure();
  if (isList && !hasComma && at("for"))
    return parseComprehension(*value, offset);
  if (at("for") || at("async"))
    return unsupported(peek().offset,
                       isList ? "asynchronous comprehensions" : "generator expressions");
  if (failed(expect(close, isList ? "after a list" : "after an expression")))
    return failure();
  if (hasComma)
    (*value)->offset = offset;
  if (!isList || hasComma)
    return value;
  auto *list = ast.make<TupleExpr>(offset);
  list->elements.push_back(*value);
  return finish(list, list->elements);
}

FailureOr<Expr *> Parser::parseComprehension(Expr *element, size_t offset) {
  auto *comprehension = ast.make<ComprehensionExpr>(offset);
  comprehension->element = element;
  ++position; // 'for'
  auto *targets = ast.make<TupleExpr>(peek().offset);
  do {
    auto name = expectName("a variable of the comprehension");
    if (failed(name))
      return failure();
    auto *target = ast.make<NameExpr>(name->offset);
    target->name = name->text;
    targets->elements.push_back(target);
  } while (consume(","));
  comprehension->target = targets->elements.size() == 1 ? targets->elements.front() : targets;
  if (failed(expect("in", "after the variables of a comprehension")))
    return failure();
  auto iterable = parseDisjunction();
  if (failed(iterable))
    return failure();
  comprehension->iterable = *iterable;
  SmallVector<Expr *> children{element, *iterable};
  while (consume("if")) {
    auto condition = parseDisjunction();
    if (failed(condition))
      return failure();
    comprehension->conditions.push_back(*condition);
    children.push_back(*condition);
  }
  if (at("for") || at("async"))
    return unsupported(peek().offset, "comprehensions over several ranges");
  if (failed(expect("]", "after a list comprehension")))
    return failure();
  return finish(comprehension, children);
}

FailureOr<Expr *> Parser::parseNumber() {
  const Token &token = tokens[position++];
  StringRef text = token.text;
  bool prefixed = text.size() > 1 && text[0] == '0' && StringRef("xXoObB").contains(text[1]);
  if (!prefixed && (text.ends_with("j") || text.ends_with("J")))
    return unsupported(token.offset, "complex numbers");
  if (!prefixed && text.find_first_of(".eE") != StringRef::npos) {
    auto *number = ast.make<FloatExpr>(token.offset);
    number->value = floatValue(text);
    return number;
  }
  std::optional<__int128> value = integerValue(text);
  if (!value)
    return source.error(token.offset) << "the integer does not fit in 128 bits";
  auto *number = ast.make<IntegerExpr>(token.offset);
  number->value = *value;
  return number;
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

/// Adjacent strings are one.
FailureOr<Expr *> Parser::parseStrings() {
  auto *parts = ast.make<FormatStringExpr>(peek().offset);
  parts->texts.emplace_back();
  while (peek().kind == TokenKind::String)
    if (failed(appendString(tokens[position++], *parts)))
      return failure();
  if (!parts->values.empty())
    return finish(parts, parts->values);
  auto *string = ast.make<StringExpr>(parts->offset);
  string->value = std::move(parts->texts.front());
  return string;
}

LogicalResult Parser::appendString(const Token &token, FormatStringExpr &parts) {
  unsigned prefixLength = stringPrefixLength(token.text, 0);
  std::string prefix = token.text.take_front(prefixLength).lower();
  StringRef body = token.text.drop_front(prefixLength);
  if (StringRef(prefix).contains('b'))
    return unsupported(token.offset, "bytes literals");
  size_t quotes =
      body.size() >= 6 && (body.starts_with("\"\"\"") || body.starts_with("'''")) ? 3 : 1;
  body = body.drop_front(quotes).drop_back(quotes);
  size_t offset = token.offset + prefixLength + quotes;
  bool raw = StringRef(prefix).contains('r');
  if (StringRef(prefix).contains('f'))
    return appendFormatBody(body, offset, raw, parts);
  auto text = raw ? FailureOr<std::string>(body.str()) : unescape(source, body, offset);
  if (failed(text))
    return failure();
  parts.texts.back() += *text;
  return success();
}

/// Splits an f-string into text and fields. The lexer has checked its form.
LogicalResult Parser::appendFormatBody(StringRef body, size_t offset, bool raw,
                                       FormatStringExpr &parts) {
  for (size_t i = 0; i < body.size();) {
    if (body[i] == '{' && !body.substr(i).starts_with("{{")) {
      ++i;
      if (failed(appendField(body, offset, i, parts)))
        return failure();
      continue;
    }
    size_t end = i;
    while (end < body.size() && body[end] != '{' && body[end] != '}')
      end += body[end] == '\\' && end + 1 < body.size() && body[end + 1] != '{' ? 2 : 1;
    end = std::min(end, body.size());
    StringRef text = body.slice(i, end);
    auto decoded = raw ? FailureOr<std::string>(text.str()) : unescape(source, text, offset + i);
    if (failed(decoded))
      return failure();
    parts.texts.back() += *decoded;
    i = end;
    if (body.substr(i).starts_with("{{") || body.substr(i).starts_with("}}")) {
      parts.texts.back().push_back(body[i]);
      i += 2;
    }
  }
  return success();
}

/// Parses the expression of a field; `at` is behind its '{' and is moved behind its '}'.
LogicalResult Parser::appendField(StringRef body, size_t offset, size_t &at,
                                  FormatStringExpr &parts) {
  size_t begin = at, depth = 0;
  for (; at < body.size(); ++at) {
    char c = body[at];
    unsigned prefix = stringPrefixLength(body, at);
    if (prefix != ~0u)
      return unsupported(offset + at, "strings inside f-strings");
    if (c == '(' || c == '[' || c == '{')
      ++depth;
    else if (depth && (c == ')' || c == ']' || c == '}'))
      --depth;
    else if (!depth && (c == '}' || c == ':' || (c == '!' && !body.substr(at).starts_with("!="))))
      break;
  }
  if (at >= body.size() || body[at] != '}')
    return unsupported(offset + at, "conversions and format specifications in f-strings");
  auto fieldTokens = Lexer(source, offset + begin, offset + at).run();
  ++at;
  if (failed(fieldTokens))
    return failure();
  Parser field(source, *fieldTokens, ast);
  field.nesting = nesting;
  auto value = field.parseExpression();
  if (failed(value))
    return failure();
  if (field.peek().kind != TokenKind::End)
    return field.unexpected("'}' after the expression");
  parts.values.push_back(*value);
  parts.texts.emplace_back();
  return success();
}
