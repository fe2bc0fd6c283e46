//===- Parser.h - tokens to syntax trees ----------------------------------===//
#pragma once

#include "Ast.h"
#include "Lexer.h"

namespace mla::frontend {

/// Parses pieces of a token sequence on demand: functions when they are compiled, constants when
/// they are used.
class Parser {
public:
  Parser(const Source &source, const std::vector<Token> &tokens, Ast &ast)
      : source(source), tokens(tokens), ast(ast) {}

  /// The function whose `def` is token `at`.
  mlir::FailureOr<FunctionDef *> parseFunction(size_t at);
  /// The expression list that begins at token `at` and ends its line.
  mlir::FailureOr<Expr *> parseValue(size_t at);
  /// The value of the keyword argument `name` in the call whose '(' is token `at`, or null; other
  /// arguments are not parsed.
  mlir::FailureOr<Expr *> parseKeyword(size_t at, llvm::StringRef name);

private:
  using ExprResult = mlir::FailureOr<Expr *>;
  using StmtResult = mlir::FailureOr<Stmt *>;

  // ParseStatements.cpp
  mlir::LogicalResult parseParameters(std::vector<Parameter> &parameters);
  mlir::LogicalResult parseBlock(Body &block);
  mlir::LogicalResult parseLine(Body &block);
  StmtResult parseSimpleStatement();
  StmtResult parseIf();
  StmtResult parseFor();
  StmtResult parseWhile();
  StmtResult parseAssert();
  StmtResult parseReturn();
  StmtResult parseAssignment();
  mlir::LogicalResult checkTarget(const Expr *target);
  mlir::LogicalResult checkSupportedStatement();

  // ParseExpressions.cpp
  /// Sets `hasComma` if the list is a tuple by its commas rather than by brackets of its own.
  ExprResult parseExpressionList(bool inSubscript = false, bool *hasComma = nullptr);
  ExprResult parseExpression();
  ExprResult parseDisjunction();
  ExprResult parseConjunction();
  ExprResult parseInversion();
  ExprResult parseComparison();
  ExprResult parseBinary(unsigned minPrecedence);
  ExprResult parseUnary();
  ExprResult parsePrimary();
  ExprResult parseCallSuffix(Expr *callee);
  ExprResult parseSubscriptItem();
  mlir::LogicalResult parseCallArguments(CallExpr &call);

  // ParseAtoms.cpp
  ExprResult parseAtom();
  ExprResult parseBracketed();
  /// What follows the element of a list comprehension that opened at `offset`.
  ExprResult parseComprehension(Expr *element, size_t offset);
  ExprResult parseNumber();
  ExprResult parseStrings();
  mlir::LogicalResult appendString(const Token &token, FormatStringExpr &parts);
  mlir::LogicalResult appendFormatBody(llvm::StringRef body, size_t offset, bool raw,
                                       FormatStringExpr &parts);
  mlir::LogicalResult appendField(llvm::StringRef body, size_t offset, size_t &at,
                                  FormatStringExpr &parts);

  const Token &peek(size_t ahead = 0) const {
    return tokens[std::min(position + ahead, tokens.size() - 1)];
  }
  bool at(llvm::StringRef text) const { return peek().is(text); }
  /// Moves past the operator or keyword `text` if it is next.
  bool consume(llvm::StringRef text);
  mlir::LogicalResult expect(llvm::StringRef text, llvm::StringRef where);
  mlir::FailureOr<Token> expectName(llvm::StringRef what);
  /// "expected <what>, got <next token>".
  mlir::InFlightDiagnostic unexpected(llvm::StringRef what);
  mlir::InFlightDiagnostic unsupported(size_t offset, llvm::StringRef what);

  /// Counts one more level of nesting, up to the limit.
  mlir::LogicalResult nest();

  /// Links a child into `node` and bounds the depth.
  template <typename NodeT>
  ExprResult finish(NodeT *node, llvm::ArrayRef<Expr *> children);

  const Source &source;
  const std::vector<Token> &tokens;
  Ast &ast;
  size_t position = 0;
  /// Parser frames in use for nested expressions and blocks.
  unsigned nesting = 0;
};

/// Deepest nesting of expressions, and longest chain such as a + b + … or x.a.b….
inline constexpr unsigned kMaxNesting = 200, kMaxDepth = 500;

template <typename NodeT>
mlir::FailureOr<Expr *> Parser::finish(NodeT *node, llvm::ArrayRef<Expr *> children) {
  for (Expr *child : children)
    if (child)
      node->depth = std::max(node->depth, child->depth + 1);
  if (node->depth > kMaxDepth)
    return source.error(node->offset)
           << "the expression is more than " << kMaxDepth << " levels deep";
  return static_cast<Expr *>(node);
}

} // namespace mla::frontend
