//===- Outline.h - functions and variables of a file, from its tokens -----===//
// For text that may not parse: nothing here fails.
#pragma once

#include "Lexer.h"

namespace mla::frontend {

/// A name that a function binds: a parameter, or a variable at one of its assignments.
struct Binding {
  enum class Kind : uint8_t { Parameter, Assigned, Loop };
  llvm::StringRef name;
  Kind kind;
  /// The token of the name.
  size_t token;
  /// The parameter with annotation and default, or the statement's first line.
  llvm::StringRef text;
  /// The annotation of a parameter, or the value that is assigned.
  llvm::StringRef value;
};

/// A top-level function.
struct Outline {
  llvm::StringRef name;
  /// Tokens of `def` and behind the body.
  size_t begin, end;
  /// "clip(x, LIMIT: ml.constexpr = 1)"
  llvm::StringRef signature;
  /// The text between the quotes of its docstring, or empty.
  llvm::StringRef docstring;
  /// Parameters first, then in the order of the text.
  std::vector<Binding> bindings;
};

/// All top-level functions, in order.
std::vector<Outline> outlineFunctions(const Source &source, llvm::ArrayRef<Token> tokens);

} // namespace mla::frontend
