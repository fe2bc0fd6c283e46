//===- Parser.cpp - PTX text to a module ----------------------------------===//
// The entry point, and what directives and instructions share.
// SPDX-License-Identifier: Apache-2.0
#include "ParserState.h"

namespace mla::sim::ptx {

ParserState::ParserState(std::string_view text, Module &module, Diagnostic &error)
    : lexer(text), module(module), error(error) {
  module.locations.emplace_back();
  advance();
}

void ParserState::advance() {
  token = lexer.next();
  if (token.word == Word::Error)
    failAt(token.line, std::string(token.text));
}

bool ParserState::failAt(unsigned line, const std::string &text) {
  if (error.text.empty())
    error = {line, text};
  return false;
}

bool ParserState::fail(const std::string &text) { return failAt(token.line, text); }

std::string ParserState::found() const {
  if (token.word == Word::End)
    return std::string(token.text);
  return std::string("'") + (token.word == Word::Directive ? "." : "") + std::string(token.text) +
         "'";
}

bool ParserState::take(std::string_view symbol) {
  if (!token.is(symbol))
    return false;
  advance();
  return true;
}

bool ParserState::expect(std::string_view symbol) {
  return take(symbol) || fail("expected '" + std::string(symbol) + "', found " + found());
}

bool ParserState::expectName(std::string &name, const char *what) {
  if (token.word != Word::Name)
    return fail(std::string("expected ") + what + ", found " + found());
  name = token.text;
  advance();
  return true;
}

bool ParserState::parseModule() {
  if (!parseHeader())
    return false;
  while (token.word != Word::End)
    if (!parseModuleDirective())
      return false;
  return error.text.empty();
}

std::optional<Module> parse(std::string_view text, Diagnostic &error) {
  error = {};
  Module module;
  if (!ParserState(text, module, error).parseModule())
    return std::nullopt;
  return module;
}

} // namespace mla::sim::ptx
