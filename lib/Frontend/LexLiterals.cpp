//===- LexLiterals.cpp - extents of numbers and strings -------------------===//
// Finds where a literal ends and whether it is well formed; values are made in Literals.cpp.
#include "Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mla::frontend;

/// How deep strings may sit inside the expressions of f-strings.
static constexpr unsigned kMaxStringDepth = 50;

unsigned mla::frontend::stringPrefixLength(StringRef text, size_t at) {
  unsigned length = 0;
  while (length < 3 && at + length < text.size() && llvm::isAlpha(text[at + length]))
    ++length;
  if (at + length >= text.size() || (text[at + length] != '"' && text[at + length] != '\''))
    return ~0u;
  bool known = llvm::StringSwitch<bool>(text.substr(at, length).lower())
                   .Cases({"", "r", "u", "b", "f", "br", "rb", "fr", "rf"}, true)
                   .Default(false);
  return known ? length : ~0u;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// Digits with single underscores between them; at least one.
LogicalResult Lexer::skipDigits(size_t &at, unsigned base) {
  auto isDigit = [&](size_t i) { return i < text.size() && llvm::hexDigitValue(text[i]) < base; };
  if (!isDigit(at))
    return source.error(at) << "expected a digit of base " << base;
  while (isDigit(at) || (at < text.size() && text[at] == '_')) {
    if (text[at] == '_' && !isDigit(at + 1))
      return source.error(at) << "expected a digit after '_' in a number";
    ++at;
  }
  return success();
}

LogicalResult Lexer::lexNumber() {
  size_t begin = pos;
  unsigned base = llvm::StringSwitch<unsigned>(text.substr(pos, 2).lower())
                      .Case("0x", 16)
                      .Case("0o", 8)
                      .Case("0b", 2)
                      .Default(10);
  bool isInteger = true;
  if (base != 10) {
    pos += 2;
    if (peek() == '_')
      ++pos;
    if (failed(skipDigits(pos, base)))
      return failure();
  } else {
    if (peek() != '.' && failed(skipDigits(pos, 10)))
      return failure();
    size_t integerEnd = pos;
    if (peek() == '.') {
      isInteger = false;
      ++pos;
      if (llvm::isDigit(peek()) && failed(skipDigits(pos, 10)))
        return failure();
    }
    bool hasSign = peek(1) == '+' || peek(1) == '-';
    if ((peek() == 'e' || peek() == 'E') && llvm::isDigit(peek(hasSign ? 2 : 1))) {
      isInteger = false;
      pos += hasSign ? 2 : 1;
      if (failed(skipDigits(pos, 10)))
        return failure();
    }
    bool isImaginary = peek() == 'j' || peek() == 'J';
    if (isImaginary)
      ++pos;
    StringRef digits = text.slice(begin, integerEnd);
    if (isInteger && !isImaginary && digits.size() > 1 && digits.starts_with("0") &&
        digits.find_first_not_of("0_") != StringRef::npos)
      return source.error(begin) << "leading zeros in decimal integers are not permitted; "
                                    "use 0o for octal";
  }
  if (llvm::isAlnum(peek()) || peek() == '_') {
    // `1if x else y` is Python; `12abc` is not.
    size_t end = pos;
    while (end < text.size() && (llvm::isAlnum(text[end]) || text[end] == '_'))
      ++end;
    StringRef word = text.slice(pos, end);
    if (word != "if" && word != "else" && word != "and" && word != "or" && word != "in" &&
        word != "is" && word != "not" && word != "for")
      return source.error(begin) << "invalid number '" << text.slice(begin, end) << "'";
  }
  push(TokenKind::Number, begin, pos);
  return success();
}

//===----------------------------------------------------------------------===//
// Strings
//===----------------------------------------------------------------------===//

LogicalResult Lexer::skipString(size_t &at, bool format, bool raw, unsigned depth) {
  size_t begin = at;
  if (depth > kMaxStringDepth)
    return source.error(at) << "strings nested more than " << kMaxStringDepth
                            << " deep inside f-strings";
  StringRef rest = text.substr(at);
  StringRef quote = rest.starts_with("\"\"\"") || rest.starts_with("'''") ? rest.take_front(3)
                                                                          : rest.take_front(1);
  at += quote.size();
  while (at < text.size()) {
    if (text.substr(at).starts_with(quote)) {
      at += quote.size();
      return success();
    }
    if (quote.size() == 1 && newlineLength(at))
      break;
    if (text[at] == '\\') {
      bool beforeBrace =
          format && at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '}');
      if (format && !raw && text.substr(at).starts_with("\\N{")) {
        size_t close = text.find('}', at);
        if (close == StringRef::npos)
          break;
        at = close + 1;
        continue;
      }
      size_t newline = newlineLength(at + 1);
      at += beforeBrace ? 1 : 1 + std::max<size_t>(newline, 1);
      continue;
    }
    if (format && (text[at] == '{' || text[at] == '}')) {
      if (at + 1 < text.size() && text[at + 1] == text[at]) {
        at += 2;
        continue;
      }
      if (text[at] == '}')
        return source.error(at) << "f-string: single '}' is not allowed";
      ++at;
      if (failed(skipField(at, quote, begin, depth)))
        return failure();
      continue;
    }
    ++at;
  }
  return source.error(begin) << "unterminated string literal";
}

/// Moves past a replacement field; `at` is behind its '{'.
LogicalResult Lexer::skipField(size_t &at, StringRef quote, size_t stringBegin, unsigned depth) {
  SmallVector<char> open;
  if (depth > kMaxStringDepth)
    return source.error(at) << "fields nested more than " << kMaxStringDepth
                            << " deep inside f-strings";
  size_t begin = at;
  while (at < text.size()) {
    char c = text[at];
    bool afterName = at > begin && (llvm::isAlnum(text[at - 1]) || text[at - 1] == '_');
    unsigned prefix = afterName && llvm::isAlpha(c) ? ~0u : stringPrefixLength(text, at);
    if (prefix != ~0u) {
      // A quote like the enclosing one is a nested string only since Python 3.12, which is what we
      // take.
      StringRef letters = text.substr(at, prefix);
      at += prefix;
      if (failed(skipString(at, letters.contains_insensitive('f'),
                            letters.contains_insensitive('r'), depth + 1)))
        return failure();
      continue;
    }
    if (c == '#') {
      while (at < text.size() && !newlineLength(at))
        ++at;
      continue;
    }
    if (c == '(' || c == '[' || c == '{') {
      if (open.size() >= 200)
        return source.error(at) << "more than 200 nested brackets";
      open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    } else if (open.empty()) {
      if (c == '}') {
        if (text.slice(begin, at).trim().empty())
          return source.error(at) << "f-string: expected an expression before '}'";
        ++at;
        return success();
      }
      if (c == ':') {
        ++at;
        return skipFormatSpec(at, quote, stringBegin, depth);
      }
    } else if (c == ')' || c == ']' || c == '}') {
      if (c != open.back())
        return source.error(at) << "f-string: unmatched '" << text.substr(at, 1) << "'";
      open.pop_back();
    }
    ++at;
  }
  return source.error(stringBegin) << "f-string: expected '}'";
}

/// Moves past a format specification and the '}' behind it.
LogicalResult Lexer::skipFormatSpec(size_t &at, StringRef quote, size_t stringBegin,
                                    unsigned depth) {
  while (at < text.size() && !text.substr(at).starts_with(quote)) {
    if (text[at] == '}') {
      ++at;
      return success();
    }
    if (quote.size() == 1 && newlineLength(at))
      break;
    if (text[at++] == '{' && failed(skipField(at, quote, stringBegin, depth + 1)))
      return failure();
  }
  return source.error(stringBegin) << "f-string: expected '}'";
}
