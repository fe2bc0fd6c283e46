//===- Outline.cpp - functions and variables of a file, from its tokens ---===//
#include "Outline.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mla::frontend;

namespace {
class Outliner {
public:
  Outliner(const Source &source, ArrayRef<Token> tokens) : source(source), tokens(tokens) {}

  std::vector<Outline> run();

private:
  size_t endOfToken(size_t at) const { return tokens[at].offset + tokens[at].text.size(); }
  /// The text from one token to another, which is not part of it, without the space around.
  StringRef textBetween(size_t begin, size_t end) const {
    return begin < end ? source.slice(tokens[begin].offset, endOfToken(end - 1)).trim()
                       : StringRef();
  }
  bool isLineEnd(size_t at) const {
    return tokens[at].kind == TokenKind::Newline || tokens[at].kind == TokenKind::End;
  }
  static bool opens(const Token &token) { return token.is("(") || token.is("[") || token.is("{"); }
  static bool closes(const Token &token) { return token.is(")") || token.is("]") || token.is("}"); }

  Outline outline(size_t def);
  size_t addParameters(Outline &function, size_t open);
  void addBindings(Outline &function, size_t statement);
  void addDocstring(Outline &function, size_t at);

  const Source &source;
  ArrayRef<Token> tokens;
};
} // namespace

/// Adds the parameters behind the token `open`, "("; the result is the token behind ")".
size_t Outliner::addParameters(Outline &function, size_t open) {
  size_t at = open + 1;
  while (tokens[at].kind != TokenKind::End && !tokens[at].is(")")) {
    size_t begin = at, colon = 0, equals = 0;
    for (int depth = 0; tokens[at].kind != TokenKind::End; ++at) {
      if (depth == 0 && (tokens[at].is(",") || tokens[at].is(")")))
        break;
      depth += opens(tokens[at]);
      depth -= closes(tokens[at]);
      if (depth == 0 && tokens[at].is(":") && !colon)
        colon = at;
      if (depth == 0 && tokens[at].is("=") && !equals)
        equals = at;
    }
    while (tokens[begin].is("*") || tokens[begin].is("**") || tokens[begin].is("/"))
      ++begin;
    if (begin < at && tokens[begin].kind == TokenKind::Name)
      function.bindings.push_back(
          {tokens[begin].text, Binding::Kind::Parameter, begin, textBetween(begin, at),
           colon ? textBetween(colon + 1, equals ? equals : at) : StringRef()});
    at += tokens[at].is(",");
  }
  return tokens[at].is(")") ? at + 1 : at;
}

/// Adds what the statement that begins at a token assigns.
void Outliner::addBindings(Outline &function, size_t statement) {
  size_t end = statement;
  while (!isLineEnd(end) && !tokens[end].is(";"))
    ++end;
  StringRef text = textBetween(statement, end).split('\n').first.rtrim();
  if (tokens[statement].is("for")) {
    for (size_t at = statement + 1; at < end && !tokens[at].is("in"); ++at)
      if (tokens[at].kind == TokenKind::Name)
        function.bindings.push_back({tokens[at].text, Binding::Kind::Loop, at, text, {}});
    return;
  }
  if (isKeyword(tokens[statement].text))
    return;
  SmallVector<size_t> names;
  for (size_t at = statement; at < end; ++at) {
    const Token &token = tokens[at];
    bool isTarget = token.kind == TokenKind::Name && !isKeyword(token.text);
    if (isTarget) {
      names.push_back(at);
    } else if (token.is("=") || token.is(":") ||
               (token.kind == TokenKind::Operator && token.text.size() > 1 &&
                token.text.ends_with("=") && token.text != "==")) {
      // An annotation is no target, but what follows it may be a value.
      size_t value = at + 1;
      if (token.is(":"))
        while (value < end && !tokens[value - 1].is("="))
          ++value;
      for (size_t name : names)
        function.bindings.push_back(
            {tokens[name].text, Binding::Kind::Assigned, name, text, textBetween(value, end)});
      names.clear();
      if (!token.is("="))
        return;
    } else if (!token.is(",") && !token.is("(") && !token.is(")") && !token.is("[") &&
               !token.is("]")) {
      return;
    }
    // a(b) = … and a[b] = … assign no variable.
    if (isTarget && at + 1 < end && (opens(tokens[at + 1]) || tokens[at + 1].is(".")))
      return;
  }
}

void Outliner::addDocstring(Outline &function, size_t at) {
  while (tokens[at].kind == TokenKind::Newline || tokens[at].kind == TokenKind::Indent)
    ++at;
  if (tokens[at].kind != TokenKind::String)
    return;
  StringRef text = tokens[at].text.drop_while([](char c) { return c != '"' && c != '\''; });
  size_t quotes = text.starts_with("\"\"\"") || text.starts_with("'''") ? 3 : 1;
  function.docstring =
      text.drop_front(quotes).drop_back(std::min(quotes, text.size() - quotes)).trim();
}

/// The function whose `def` is a token.
Outline Outliner::outline(size_t def) {
  Outline function{tokens[def + 1].text, def, def + 2, tokens[def + 1].text, {}, {}};
  size_t at = def + 2;
  if (tokens[at].is("(")) {
    at = addParameters(function, at);
    function.signature = textBetween(def + 1, at);
  }
  while (!isLineEnd(at) && !tokens[at].is(":"))
    ++at;
  if (tokens[at].is(":"))
    addDocstring(function, ++at);
  bool begins = true;
  for (int depth = 0; tokens[at].kind != TokenKind::End; ++at) {
    TokenKind kind = tokens[at].kind;
    depth += kind == TokenKind::Indent;
    if (kind == TokenKind::Dedent && --depth == 0)
      break;
    // A function on one line, or one without a body.
    if (kind == TokenKind::Newline && depth == 0 && tokens[at + 1].kind != TokenKind::Indent)
      break;
    bool isLayout = kind == TokenKind::Newline || kind == TokenKind::Indent ||
                    kind == TokenKind::Dedent || tokens[at].is(";");
    if (begins && !isLayout)
      addBindings(function, at);
    begins = isLayout;
  }
  function.end = at;
  return function;
}

std::vector<Outline> Outliner::run() {
  std::vector<Outline> functions;
  int depth = 0;
  for (size_t at = 0; tokens[at].kind != TokenKind::End; ++at) {
    depth += tokens[at].kind == TokenKind::Indent;
    depth -= tokens[at].kind == TokenKind::Dedent;
    bool beginsLine = at == 0 || tokens[at - 1].kind == TokenKind::Newline ||
                      tokens[at - 1].kind == TokenKind::Dedent;
    if (depth == 0 && beginsLine && tokens[at].is("def") &&
        tokens[at + 1].kind == TokenKind::Name) {
      functions.push_back(outline(at));
      at = functions.back().end;
      if (tokens[at].kind == TokenKind::End)
        break;
    }
  }
  return functions;
}

std::vector<Outline> mla::frontend::outlineFunctions(const Source &source, ArrayRef<Token> tokens) {
  return Outliner(source, tokens).run();
}
