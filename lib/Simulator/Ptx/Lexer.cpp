//===- Lexer.cpp - words of PTX -------------------------------------------===//
// PTX ISA, "Syntax": identifiers, integer and float constants.
// SPDX-License-Identifier: Apache-2.0
#include "Lexer.h"

#include <bit>
#include <charconv>

namespace mla::sim::ptx {

static bool isDigit(char c) { return c >= '0' && c <= '9'; }
static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool isNameStart(char c) { return isLetter(c) || c == '_' || c == '$' || c == '%'; }
static bool isNamePart(char c) { return isLetter(c) || isDigit(c) || c == '_' || c == '$'; }

static size_t nameLength(std::string_view text, size_t start) {
  size_t end = start;
  while (end < text.size() && isNamePart(text[end]))
    ++end;
  return end;
}

Token Lexer::take(Word word, size_t length) {
  Token token{word, rest.substr(0, length), 0, line};
  rest.remove_prefix(length);
  return token;
}

Token Lexer::fail(std::string_view message) {
  rest = {};
  return {Word::Error, message, 0, line};
}

/// Returns false at a comment without end.
bool Lexer::skipSpace() {
  while (!rest.empty()) {
    if (rest.starts_with("//")) {
      size_t end = rest.find('\n');
      rest.remove_prefix(end == rest.npos ? rest.size() : end);
    } else if (rest.starts_with("/*")) {
      size_t end = rest.find("*/");
      if (end == rest.npos)
        return false;
      for (char c : rest.substr(0, end))
        line += c == '\n';
      rest.remove_prefix(end + 2);
    } else if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\r' || rest[0] == '\n') {
      line += rest[0] == '\n';
      rest.remove_prefix(1);
    } else {
      break;
    }
  }
  return true;
}

Token Lexer::number() {
  auto bitsOf = [&](size_t digits, Word word) {
    std::string_view text = rest.substr(2, digits);
    uint64_t bits = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits, 16);
    if (text.size() != digits || end != text.data() + digits)
      return fail("a float constant has 8 (0f) or 16 (0d) hexadecimal digits");
    Token token = take(word, 2 + digits);
    token.bits = bits;
    return token;
  };
  if (rest.starts_with("0f") || rest.starts_with("0F"))
    return bitsOf(8, Word::Float32);
  if (rest.starts_with("0d") || rest.starts_with("0D"))
    return bitsOf(16, Word::Float64);

  int base = 10;
  size_t start = 0;
  if (rest.starts_with("0x") || rest.starts_with("0X"))
    base = 16, start = 2;
  else if (rest.starts_with("0b") || rest.starts_with("0B"))
    base = 2, start = 2;
  else if (rest[0] == '0')
    base = 8;
  const char *last = rest.data() + rest.size();
  uint64_t bits = 0;
  auto [end, error] = std::from_chars(rest.data() + start, last, bits, base);
  bool isDecimalFloat = start == 0 && end != last && (*end == '.' || *end == 'e' || *end == 'E');
  if (isDecimalFloat && end + 1 != last && (isDigit(end[1]) || *end != '.')) {
    double value = 0;
    auto [floatEnd, floatError] = std::from_chars(rest.data(), last, value);
    Token token = take(Word::Float64, floatEnd - rest.data());
    token.bits = std::bit_cast<uint64_t>(value);
    return token;
  }
  if (error != std::errc() && error != std::errc::invalid_argument)
    return fail("an integer constant of more than 64 bits");
  if (end == rest.data() + start)
    return fail("an integer constant without digits");
  size_t length = end - rest.data();
  if (length < rest.size() && rest[length] == 'U')
    ++length;
  if (length < rest.size() && isNamePart(rest[length]))
    return fail("a number that runs into a name");
  Token token = take(Word::Integer, length);
  token.bits = bits;
  return token;
}

Token Lexer::next() {
  if (!skipSpace())
    return fail("a comment without end");
  if (rest.empty())
    return {Word::End, "the end of the file", 0, line};
  char first = rest[0];
  if (first == '%' && (rest.size() < 2 || !isNamePart(rest[1])))
    return take(Word::Symbol, 1);
  if (isNameStart(first))
    return take(Word::Name, nameLength(rest, 1));
  if (isDigit(first))
    return number();
  if (first == '.' && rest.size() > 1 && isNamePart(rest[1])) {
    // ".shared::cta" is one modifier.
    size_t end = nameLength(rest, 1);
    while (rest.substr(end).starts_with("::"))
      end = nameLength(rest, end + 2);
    Token token = take(Word::Directive, end);
    token.text.remove_prefix(1);
    return token;
  }
  if (first == '"') {
    size_t end = rest.find('"', 1);
    if (end == rest.npos)
      return fail("a string without end");
    Token token = take(Word::String, end + 1);
    token.text = token.text.substr(1, end - 1);
    return token;
  }
  for (std::string_view symbol : {"<<", ">>", "==", "!=", "<=", ">=", "&&", "||"})
    if (rest.starts_with(symbol))
      return take(Word::Symbol, 2);
  return take(Word::Symbol, 1);
}

} // namespace mla::sim::ptx
