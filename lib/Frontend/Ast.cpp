//===- Ast.cpp - spellings of operators -----------------------------------===//
#include "Ast.h"

using namespace mla::frontend;

llvm::StringRef mla::frontend::spelling(UnaryOp op) {
  static constexpr llvm::StringLiteral kSpellings[] = {"-", "+", "~", "not"};
  return kSpellings[unsigned(op)];
}

llvm::StringRef mla::frontend::spelling(BinaryOp op) {
  static constexpr llvm::StringLiteral kSpellings[] = {"+",  "-",  "*",  "/", "//", "%",
                                                       "**", "<<", ">>", "&", "|",  "^"};
  return kSpellings[unsigned(op)];
}

llvm::StringRef mla::frontend::spelling(CompareOp op) {
  static constexpr llvm::StringLiteral kSpellings[] = {"==", "!=", "<",      "<=", ">",
                                                       ">=", "is", "is not", "in", "not in"};
  return kSpellings[unsigned(op)];
}
