//===- Lexer.cpp - lines, names and operators -----------------------------===//
// Indentation, line joining, names, operators. Strings and numbers are in LexLiterals.cpp.
#include "Lexer.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

using namespace mlir;
using namespace mla::frontend;

/// Python's own limits.
static constexpr unsigned kMaxBrackets = 200;
static constexpr unsigned kMaxIndents = 100;

bool mla::frontend::isKeyword(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"False", "None", "True", "and", "as", "assert", "async", "await", "break"}, true)
      .Cases({"class", "continue", "def", "del", "elif", "else", "except", "finally", "for"}, true)
      .Cases({"from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not"}, true)
      .Cases({"or", "pass", "raise", "return", "try", "while", "with", "yield"}, true)
      .Default(false);
}

void Lexer::push(TokenKind kind, size_t begin, size_t end) {
  tokens.push_back({kind, uint32_t(begin), text.slice(begin, end)});
}

size_t Lexer::newlineLength(size_t at) const {
  if (at >= text.size())
    return 0;
  if (text[at] == '\r')
    return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
  return text[at] == '\n' ? 1 : 0;
}

LogicalResult Lexer::checkEncoding() {
  if (text.size() >= (uint64_t(1) << 31))
    return source.error(0) << "the file is larger than 2 GiB";
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\0')
      return source.error(i) << "null bytes are not allowed in a kernel file";
    size_t length = llvm::getNumBytesForUTF8(uint8_t(text[i]));
    auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data() + i);
    if (i + length > text.size() || !llvm::isLegalUTF8Sequence(begin, begin + length))
      return source.error(i) << "expected UTF-8 text, got byte 0x"
                             << llvm::utohexstr(uint8_t(text[i]));
    i += length;
  }
  return success();
}

FailureOr<std::vector<Token>> Lexer::run() {
  if (!fragment) {
    if (failed(checkEncoding()))
      return failure();
    text.starts_with("\xEF\xBB\xBF") ? pos = 3 : pos = 0;
  }
  atLineStart = !fragment;
  while (pos < text.size())
    if (failed(atLineStart ? lexLineStart() : lexToken()))
      return failure();
  if (failed(closeFile()))
    return failure();
  return std::move(tokens);
}

/// Whether a line begins here that goes on with no expression.
bool Lexer::atStatement() const {
  if (pos == 0 || !newlineLength(pos - 1))
    return false;
  StringRef line = text.substr(pos).split('\n').first;
  StringRef rest = line.ltrim(" \t");
  StringRef word = rest.take_while([](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (rest.size() == line.size() && (!word.empty() || rest.starts_with("@")))
    return true;
  // A comprehension has `for` inside of brackets.
  if (word == "for")
    return line.rtrim().ends_with(":");
  return llvm::StringSwitch<bool>(word)
      .Cases({"assert", "break", "class", "continue", "def", "del", "elif"}, true)
      .Cases({"global", "import", "pass", "raise", "return", "try", "while", "with"}, true)
      .Default(false);
}

std::vector<Token> Lexer::runLeniently() {
  if (succeeded(checkEncoding())) {
    pos = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    atLineStart = true;
    while (pos < text.size()) {
      if (!brackets.empty() && atStatement()) {
        brackets.clear();
        push(TokenKind::Newline, pos, pos);
        atLineStart = true;
      }
      size_t begin = pos;
      bool isRead = succeeded(atLineStart ? lexLineStart() : lexToken());
      pos += !isRead && pos == begin;
    }
  }
  brackets.clear();
  (void)closeFile();
  return std::move(tokens);
}

LogicalResult Lexer::closeFile() {
  if (!brackets.empty())
    return source.error(brackets.back())
           << "'" << text.substr(brackets.back(), 1) << "' is never closed";
  if (!fragment) {
    if (!tokens.empty() && tokens.back().kind != TokenKind::Newline &&
        tokens.back().kind != TokenKind::Dedent)
      push(TokenKind::Newline, pos, pos);
    for (size_t i = indents.size(); i > 1; --i)
      push(TokenKind::Dedent, pos, pos);
  }
  push(TokenKind::End, pos, pos);
  return success();
}

/// Measures a line's indentation; blank lines and lines with only a comment do not count.
LogicalResult Lexer::lexLineStart() {
  size_t begin = pos;
  unsigned column = 0, alternative = 0;
  for (;; ++pos) {
    if (peek() == ' ') {
      ++column, ++alternative;
    } else if (peek() == '\t') {
      column = (column / 8 + 1) * 8;
      ++alternative;
    } else if (peek() == '\f') {
      column = alternative = 0;
    } else {
      break;
    }
  }
  if (peek() == '#')
    while (pos < text.size() && !newlineLength(pos))
      ++pos;
  if (size_t length = newlineLength(pos)) {
    pos += length;
    return success();
  }
  if (pos >= text.size())
    return success();
  atLineStart = false;
  return indentTo(begin, column, alternative);
}

LogicalResult Lexer::indentTo(size_t lineBegin, unsigned column, unsigned alternative) {
  auto inconsistent = [&]() -> LogicalResult {
    return source.error(lineBegin) << "inconsistent use of tabs and spaces in indentation";
  };
  auto [top, topAlternative] = indents.back();
  if (column == top)
    return alternative == topAlternative ? success() : inconsistent();
  if (column > top) {
    if (alternative <= topAlternative)
      return inconsistent();
    if (indents.size() >= kMaxIndents)
      return source.error(pos) << "more than " << kMaxIndents << " levels of indentation";
    indents.push_back({column, alternative});
    push(TokenKind::Indent, lineBegin, pos);
    return success();
  }
  while (column < indents.back().first) {
    indents.pop_back();
    push(TokenKind::Dedent, pos, pos);
  }
  if (column != indents.back().first)
    return source.error(pos) << "unindent does not match any outer indentation level";
  return alternative == indents.back().second ? success() : inconsistent();
}

static bool isNameStart(char c) { return llvm::isAlpha(c) || c == '_' || uint8_t(c) >= 0x80; }

LogicalResult Lexer::lexToken() {
  char c = peek();
  if (c == ' ' || c == '\t' || c == '\f') {
    ++pos;
    return success();
  }
  if (c == '#') {
    while (pos < text.size() && !newlineLength(pos))
      ++pos;
    return success();
  }
  if (size_t length = newlineLength(pos)) {
    if (brackets.empty() && !fragment) {
      push(TokenKind::Newline, pos, pos + length);
      atLineStart = true;
    }
    pos += length;
    return success();
  }
  if (c == '\\') {
    size_t length = newlineLength(pos + 1);
    if (!length)
      return source.error(pos) << "unexpected character after line continuation character";
    if (pos + 1 + length >= text.size())
      return source.error(pos) << "unexpected end of file after line continuation character";
    pos += 1 + length;
    return success();
  }
  unsigned prefix = stringPrefixLength(text, pos);
  if (prefix != ~0u) {
    size_t begin = pos;
    StringRef letters = text.substr(pos, prefix);
    pos += prefix;
    if (failed(skipString(pos, letters.contains_insensitive('f'), letters.contains_insensitive('r'),
                          /*depth=*/0)))
      return failure();
    push(TokenKind::String, begin, pos);
    return success();
  }
  if (llvm::isDigit(c) || (c == '.' && llvm::isDigit(peek(1))))
    return lexNumber();
  if (isNameStart(c))
    return lexName();
  return lexOperator();
}

LogicalResult Lexer::lexName() {
  size_t begin = pos;
  while (pos < text.size() && (isNameStart(peek()) || llvm::isDigit(peek()))) {
    if (uint8_t(peek()) < 0x80) {
      ++pos;
      continue;
    }
    auto *bytes = reinterpret_cast<const llvm::UTF8 *>(text.data() + pos);
    llvm::UTF32 character = 0;
    llvm::convertUTF8Sequence(&bytes, reinterpret_cast<const llvm::UTF8 *>(text.end()), &character,
                              llvm::strictConversion);
    bool isSpaceOrPunctuation = character < 0xAA || (character >= 0x2000 && character <= 0x203E) ||
                                character == 0x3000 || character == 0xD7 || character == 0xF7;
    if (isSpaceOrPunctuation || !llvm::sys::unicode::isPrintable(character))
      return source.error(pos) << "invalid character U+"
                               << llvm::utohexstr(character, /*LowerCase=*/false, /*Width=*/4);
    pos += llvm::getNumBytesForUTF8(uint8_t(peek()));
  }
  push(TokenKind::Name, begin, pos);
  return success();
}

LogicalResult Lexer::openBracket() {
  if (brackets.size() >= kMaxBrackets)
    return source.error(pos) << "more than " << kMaxBrackets << " nested brackets";
  brackets.push_back(pos);
  return success();
}

LogicalResult Lexer::closeBracket() {
  if (brackets.empty())
    return source.error(pos) << "unmatched '" << text.substr(pos, 1) << "'";
  char open = text[brackets.back()];
  char expected = open == '(' ? ')' : open == '[' ? ']' : '}';
  if (text[pos] != expected)
    return source.error(pos) << "expected '" << StringRef(&expected, 1) << "' to close '"
                             << StringRef(&open, 1) << "' of line " << source.line(brackets.back())
                             << ", got '" << text.substr(pos, 1) << "'";
  brackets.pop_back();
  return success();
}

LogicalResult Lexer::lexOperator() {
  // Longest first.
  static constexpr StringLiteral kOperators[] = {"**=", "//=", ">>=", "<<=", "...", "!=", "**",
                                                 "//",  ">>",  "<<",  "<=",  ">=",  "==", "->",
                                                 "+=",  "-=",  "*=",  "/=",  "%=",  "@=", "&=",
                                                 "|=",  "^=",  ":=",  "+",   "-",   "*",  "/",
                                                 "%",   "@",   "&",   "|",   "^",   "~",  "<",
                                                 ">",   "(",   ")",   "[",   "]",   "{",  "}",
                                                 ",",   ":",   ".",   ";",   "="};
  StringRef rest = text.substr(pos);
  for (StringRef spelling : kOperators) {
    if (!rest.starts_with(spelling))
      continue;
    if (StringRef("([{").contains(spelling) && failed(openBracket()))
      return failure();
    if (StringRef(")]}").contains(spelling) && failed(closeBracket()))
      return failure();
    push(TokenKind::Operator, pos, pos + spelling.size());
    pos += spelling.size();
    return success();
  }
  return source.error(pos) << "invalid character '" << rest.take_front(1) << "'";
}
