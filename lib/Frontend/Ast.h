//===- Ast.h - syntax of functions and module-level constants -------------===//
// Only what kernels may contain has a node; the parser names everything else in an error.
#pragma once

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Casting.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mla::frontend {

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

enum class UnaryOp : uint8_t { Negate, Plus, Invert, Not };
enum class BinaryOp : uint8_t { Add, Sub, Mul, Div, FloorDiv, Mod, Pow, Shl, Shr, And, Or, Xor };
enum class CompareOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge, Is, IsNot, In, NotIn };

/// The operator as it is written.
llvm::StringRef spelling(UnaryOp op);
llvm::StringRef spelling(BinaryOp op);
llvm::StringRef spelling(CompareOp op);

struct Node {
  virtual ~Node() = default;
  /// Where errors about the node point.
  uint32_t offset = 0;
};

struct Expr : Node {
  enum class Kind : uint8_t {
    Name,
    Integer,
    Float,
    String,
    FormatString,
    Constant,
    Unary,
    Binary,
    Compare,
    Logical,
    Conditional,
    Call,
    Attribute,
    Subscript,
    Slice,
    Tuple,
    Comprehension
  };
  const Kind kind;
  /// Nodes on the longest path down; the parser bounds it, so that recursion over an expression is
  /// safe.
  uint32_t depth = 1;

protected:
  explicit Expr(Kind kind) : kind(kind) {}
};

/// Gives an expression class its kind and `classof`.
template <Expr::Kind K>
struct ExprOf : Expr {
  ExprOf() : Expr(K) {}
  static bool classof(const Expr *expr) { return expr->kind == K; }
};

struct NameExpr : ExprOf<Expr::Kind::Name> {
  llvm::StringRef name;
};
struct IntegerExpr : ExprOf<Expr::Kind::Integer> {
  __int128 value = 0;
};
struct FloatExpr : ExprOf<Expr::Kind::Float> {
  double value = 0;
};
struct StringExpr : ExprOf<Expr::Kind::String> {
  std::string value;
};
/// An f-string: literal text and expressions in turn, `texts` has one element more than `values`.
struct FormatStringExpr : ExprOf<Expr::Kind::FormatString> {
  std::vector<std::string> texts;
  std::vector<Expr *> values;
};
/// None, True, False.
struct ConstantExpr : ExprOf<Expr::Kind::Constant> {
  enum Value : uint8_t { None, True, False } value = None;
};
struct UnaryExpr : ExprOf<Expr::Kind::Unary> {
  UnaryOp op = UnaryOp::Negate;
  Expr *operand = nullptr;
};
struct BinaryExpr : ExprOf<Expr::Kind::Binary> {
  BinaryOp op = BinaryOp::Add;
  Expr *lhs = nullptr, *rhs = nullptr;
};
struct CompareExpr : ExprOf<Expr::Kind::Compare> {
  /// One operator fewer than operands; several are a chain.
  llvm::SmallVector<CompareOp, 1> ops;
  llvm::SmallVector<Expr *, 2> operands;
};
/// `and` or `or`.
struct LogicalExpr : ExprOf<Expr::Kind::Logical> {
  bool isAnd = true;
  llvm::SmallVector<Expr *, 2> operands;
};
struct ConditionalExpr : ExprOf<Expr::Kind::Conditional> {
  Expr *condition = nullptr, *whenTrue = nullptr, *whenFalse = nullptr;
};
struct KeywordArgument {
  llvm::StringRef name;
  uint32_t offset;
  Expr *value;
};
struct CallExpr : ExprOf<Expr::Kind::Call> {
  Expr *callee = nullptr;
  llvm::SmallVector<Expr *> arguments;
  llvm::SmallVector<KeywordArgument> keywords;
};
struct AttributeExpr : ExprOf<Expr::Kind::Attribute> {
  Expr *base = nullptr;
  llvm::StringRef name;
};
struct SubscriptExpr : ExprOf<Expr::Kind::Subscript> {
  Expr *base = nullptr, *index = nullptr;
};
/// `lower:upper:step`; absent parts are null.
struct SliceExpr : ExprOf<Expr::Kind::Slice> {
  Expr *lower = nullptr, *upper = nullptr, *step = nullptr;
};
/// A tuple or a list, which mean the same here.
struct TupleExpr : ExprOf<Expr::Kind::Tuple> {
  llvm::SmallVector<Expr *> elements;
};
/// `[element for target in iterable if condition …]`
struct ComprehensionExpr : ExprOf<Expr::Kind::Comprehension> {
  Expr *element = nullptr, *target = nullptr, *iterable = nullptr;
  llvm::SmallVector<Expr *> conditions;
};

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

struct Stmt : Node {
  enum class Kind : uint8_t {
    Expression,
    Assign,
    Augmented,
    Annotated,
    If,
    For,
    While,
    Return,
    Assert,
    Pass
  };
  const Kind kind;

protected:
  explicit Stmt(Kind kind) : kind(kind) {}
};
template <Stmt::Kind K>
struct StmtOf : Stmt {
  StmtOf() : Stmt(K) {}
  static bool classof(const Stmt *stmt) { return stmt->kind == K; }
};
using Body = std::vector<Stmt *>;

struct ExpressionStmt : StmtOf<Stmt::Kind::Expression> {
  Expr *value = nullptr;
};
/// `a = b = value`; each target is a name or a tuple of targets.
struct AssignStmt : StmtOf<Stmt::Kind::Assign> {
  llvm::SmallVector<Expr *, 1> targets;
  Expr *value = nullptr;
};
struct AugmentedStmt : StmtOf<Stmt::Kind::Augmented> {
  NameExpr *target = nullptr;
  BinaryOp op = BinaryOp::Add;
  Expr *value = nullptr;
};
/// `target: annotation = value`; `value` may be absent.
struct AnnotatedStmt : StmtOf<Stmt::Kind::Annotated> {
  NameExpr *target = nullptr;
  Expr *annotation = nullptr, *value = nullptr;
};
/// `if` and its `elif`s in order, then `else`.
struct IfStmt : StmtOf<Stmt::Kind::If> {
  struct Branch {
    uint32_t offset;
    Expr *condition;
    Body body;
  };
  std::vector<Branch> branches;
  Body otherwise;
};
struct ForStmt : StmtOf<Stmt::Kind::For> {
  NameExpr *target = nullptr;
  Expr *iterable = nullptr;
  Body body;
};
struct WhileStmt : StmtOf<Stmt::Kind::While> {
  Expr *condition = nullptr;
  Body body;
};
struct ReturnStmt : StmtOf<Stmt::Kind::Return> {
  /// Null for a bare `return`.
  Expr *value = nullptr;
};
struct AssertStmt : StmtOf<Stmt::Kind::Assert> {
  Expr *condition = nullptr, *message = nullptr;
};
struct PassStmt : StmtOf<Stmt::Kind::Pass> {};

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

struct Parameter {
  llvm::StringRef name;
  uint32_t offset = 0;
  /// Absent parts are null.
  Expr *annotation = nullptr, *defaultValue = nullptr;
  bool positionalOnly = false, keywordOnly = false;
};

struct FunctionDef : Node {
  llvm::StringRef name;
  std::vector<Parameter> parameters;
  Body body;
};

/// Owns all nodes of a file.
class Ast {
public:
  template <typename NodeT>
  NodeT *make(size_t offset) {
    auto node = std::make_unique<NodeT>();
    NodeT *result = node.get();
    result->offset = offset;
    nodes.push_back(std::move(node));
    return result;
  }

private:
  std::vector<std::unique_ptr<Node>> nodes;
};

} // namespace mla::frontend
