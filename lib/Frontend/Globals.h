//===- Globals.h - what a kernel file defines at its top level ------------===//
// A pass over the tokens notes imports, functions and assignments; all other statements are skipped
// unparsed.
#pragma once

#include "Lexer.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <optional>
#include <string>

namespace mla::frontend {

/// A decorator's dotted name with imports resolved ("mla.kernel"), and its call arguments.
struct Decorator {
  std::string path;
  uint32_t offset;
  /// Token of the '(' of the arguments, or 0.
  size_t arguments = 0;
};

/// One top-level name. A later definition replaces an earlier one.
struct Global {
  enum class Kind : uint8_t { Import, Function, Constant } kind;
  uint32_t offset;
  /// Token of `def`, or the first token of a constant's value.
  size_t token = 0;
  /// Full name of what is imported ("mla.language", "triton.language.load").
  std::string path = {};
  std::vector<Decorator> decorators = {};

  /// The decorator that makes a function callable from kernels (@mla.kernel, @mla.jit,
  /// @triton.jit), or null.
  const Decorator *compiled() const;
  /// Why a function, called as `name`, cannot be called from kernels, or an empty text.
  std::string callProblem(llvm::StringRef name) const;
  /// Whether it is a constexpr_function, which is run at compile time.
  bool isCompileTime() const;
};

class Globals {
public:
  Globals(const Source &source, const std::vector<Token> &tokens)
      : source(source), tokens(tokens) {}

  /// Notes all top-level names.
  mlir::LogicalResult scan();
  /// All globals, by name.
  const std::map<llvm::StringRef, Global> &all() const { return globals; }
  /// The global `name`, or null.
  const Global *find(llvm::StringRef name) const;
  /// The kernel called `name`, or the only one of the file if `name` is empty; on failure an error
  /// has been emitted.
  mlir::FailureOr<llvm::StringRef> selectKernel(llvm::StringRef name) const;

private:
  void scanImport(size_t at);
  void scanFromImport(size_t at);
  mlir::LogicalResult scanDecorators(size_t &at);
  void scanAssignment(size_t at);
  /// Moves past the statement that begins at token `at`, with its block.
  void skipStatement(size_t &at) const;
  /// Dotted name at token `at`, moved behind it.
  std::string dottedName(size_t &at) const;
  /// Replaces the first part of a dotted name by what it imports.
  std::string resolve(llvm::StringRef dotted) const;

  const Source &source;
  const std::vector<Token> &tokens;
  std::map<llvm::StringRef, Global> globals;
};

/// Splits a path below "mla" or "triton": "mla.language.load" gives "language.load"; nothing for
/// other packages.
std::optional<llvm::StringRef> insidePackage(llvm::StringRef path);

} // namespace mla::frontend
