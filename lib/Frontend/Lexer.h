//===- Lexer.h - Python 3.12 text to tokens -------------------------------===//
#pragma once

#include "Source.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <vector>

namespace mla::frontend {

enum class TokenKind : uint8_t { Name, Number, String, Operator, Newline, Indent, Dedent, End };

/// One token. Keywords are names; an f-string with all it contains is one String.
struct Token {
  TokenKind kind;
  uint32_t offset;
  llvm::StringRef text;

  /// Whether this is the operator or the name (keyword) `spelling`.
  bool is(llvm::StringRef spelling) const {
    return (kind == TokenKind::Operator || kind == TokenKind::Name) && text == spelling;
  }
};

/// Splits a file into tokens: the whole language, also what kernels may not use, because statements
/// outside kernels are skipped token by token.
class Lexer {
public:
  explicit Lexer(const Source &source) : source(source), text(source.text()) {}
  /// Splits the part [begin, end) only, as if inside parentheses (an f-string's expression).
  Lexer(const Source &source, size_t begin, size_t end)
      : source(source), text(source.text().take_front(end)), pos(begin), fragment(true) {}

  /// All tokens, the last one End. On a malformed file one error has been emitted.
  mlir::FailureOr<std::vector<Token>> run();
  /// For editors: tokens of a file that may be malformed, the last one End. What cannot be read is
  /// left out, with an error each, and open brackets end where a line can only be a statement.
  std::vector<Token> runLeniently();

private:
  mlir::LogicalResult checkEncoding();
  mlir::LogicalResult lexLineStart();
  mlir::LogicalResult indentTo(size_t lineBegin, unsigned column, unsigned alternative);
  mlir::LogicalResult lexToken();
  mlir::LogicalResult lexNumber();
  mlir::LogicalResult lexName();
  mlir::LogicalResult lexOperator();
  mlir::LogicalResult openBracket();
  mlir::LogicalResult closeBracket();
  mlir::LogicalResult closeFile();
  bool atStatement() const;

  /// Moves `at` from a string's opening quote past its closing quote. `depth` counts strings inside
  /// f-strings.
  mlir::LogicalResult skipString(size_t &at, bool format, bool raw, unsigned depth);
  mlir::LogicalResult skipField(size_t &at, llvm::StringRef quote, size_t stringBegin,
                                unsigned depth);
  mlir::LogicalResult skipFormatSpec(size_t &at, llvm::StringRef quote, size_t stringBegin,
                                     unsigned depth);
  mlir::LogicalResult skipDigits(size_t &at, unsigned base);

  char peek(size_t ahead = 0) const { return pos + ahead < text.size() ? text[pos + ahead] : '\0'; }
  void push(TokenKind kind, size_t begin, size_t end);
  /// Length of the line ending at `at`, 0 if there is none.
  size_t newlineLength(size_t at) const;

  const Source &source;
  llvm::StringRef text;
  size_t pos = 0;
  /// A fragment has no lines.
  bool fragment = false;
  bool atLineStart = true;
  std::vector<Token> tokens;
  /// Offsets of the open brackets.
  llvm::SmallVector<size_t> brackets;
  /// Columns of the open blocks, with tabs to multiples of 8 and with tabs of 1: both must order
  /// lines alike.
  llvm::SmallVector<std::pair<unsigned, unsigned>> indents{{0, 0}};
};

/// Length of a string prefix ("rb", "F", …) that is followed by a quote at text[at], or ~0u if none
/// is.
unsigned stringPrefixLength(llvm::StringRef text, size_t at);
/// Whether `name` is a reserved word of Python.
bool isKeyword(llvm::StringRef name);

} // namespace mla::frontend
