//===- DocumentImpl.h - what the answers about a document share -----------===//
#pragma once

#include "Describe.h"
#include "Globals.h"
#include "Members.h"
#include "Outline.h"
#include "mla/Frontend/Document.h"
#include "mlir/IR/MLIRContext.h"

namespace mla::frontend {

class Document::Impl {
public:
  explicit Impl(llvm::StringRef text);

  /// What a name or a chain of them, a.b.c, stands for.
  struct Resolved {
    /// A module, built-in, type, class or function of the file.
    std::optional<Object> object;
    /// Or a value.
    std::optional<ValueKind> value;
    /// Or a member of a value.
    const Property *property = nullptr;
    /// What binds it in the file, if something does.
    const Binding *binding = nullptr;
    const Global *global = nullptr;
  };
  /// What the name at a token means, with what stands before its dot.
  Resolved resolve(size_t token) const;
  /// What the token before a dot is; a value if it ends an expression.
  Resolved resolveBase(size_t dot) const;

  /// The last token that begins before `offset`, or none.
  std::optional<size_t> tokenBefore(size_t offset) const;
  /// Whether `offset` is in a string or a comment.
  bool isInText(size_t offset) const;
  /// Whether the name at a token is that of an argument: `name` in f(name=1).
  bool isKeywordArgument(size_t token) const;
  /// The function that a token is in, or null.
  const Outline *functionAt(size_t token) const;
  const Outline *functionNamed(llvm::StringRef name) const;
  /// The variable `name` as a token sees it: its last binding before, or else the first; or null.
  const Binding *bindingAt(size_t token, llvm::StringRef name) const;
  Span spanOf(size_t token) const {
    return {tokens[token].offset, tokens[token].offset + tokens[token].text.size()};
  }
  /// The line that a token is on.
  llvm::StringRef lineOf(size_t token) const;

  mlir::MLIRContext context;
  Source source;
  std::vector<Token> tokens;
  Globals globals;
  std::vector<Outline> functions;

private:
  Resolved resolveName(size_t token) const;
  Resolved member(const Resolved &base, llvm::StringRef name) const;
  ValueKind kindOf(const Binding &binding) const;
};

} // namespace mla::frontend
