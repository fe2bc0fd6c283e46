//===- Lexer.h - words of PTX ---------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mla::sim::ptx {

enum class Word {
  Name,      ///< foo, $foo, _foo, %foo
  Directive, ///< .foo, also modifiers; `text` has no dot. A component may follow "::"
  Integer,
  Float32,
  Float64,
  String,
  Symbol, ///< one character, "::" or an operator of two characters
  End,
  Error ///< `text` says what is wrong
};

struct Token {
  Word word = Word::End;
  std::string_view text;
  uint64_t bits = 0; ///< of numbers
  unsigned line = 0;

  bool is(std::string_view symbol) const { return word == Word::Symbol && text == symbol; }
  bool isDirective(std::string_view name) const { return word == Word::Directive && text == name; }
};

/// Splits PTX into tokens. Comments and white space separate them.
class Lexer {
public:
  explicit Lexer(std::string_view text) : rest(text) {}
  Token next();

private:
  bool skipSpace();
  Token take(Word word, size_t length);
  Token number();
  Token fail(std::string_view message);

  std::string_view rest;
  unsigned line = 1;
};

} // namespace mla::sim::ptx
