//===- TileForms.h - other forms of connected tiles -----------------------===//
// What tile-split and tile-swap-operands share: some values are to be held in another form (in
// parts, transposed), and with a value everything that it flows into, through loops and branches.
// First all these values are marked, which may fail; then the function is rewritten, which cannot.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mla {

/// Whether `op` computes each element of its results from the same element of its tiles.
bool isElementwise(mlir::Operation *op);

class TileForms {
public:
  virtual ~TileForms() = default;

protected:
  /// Marks `value` for `form`, and what it flows into. The error is at `because`.
  mlir::LogicalResult mark(mlir::Value value, unsigned form, mlir::Operation *because);
  /// Marks until nothing more follows.
  mlir::LogicalResult propagate();
  /// Rewrites all of `func`.
  void rewrite(mlir::func::FuncOp func);

  bool isMarked(mlir::Value value) const { return marks.contains(value); }
  unsigned formOf(mlir::Value value) const { return marks.lookup(value); }
  /// The values that hold `value` in `form`; made behind its definition if it is not marked.
  llvm::SmallVector<mlir::Value> held(mlir::Value value, unsigned form);
  void setHeld(mlir::Value value, unsigned form, llvm::SmallVector<mlir::Value> values) {
    replacements[{value, form}] = std::move(values);
  }
  /// Erases `op` when all is rewritten.
  void replace(mlir::Operation *op) { replaced.push_back(op); }

  /// Whether `value` can take `form`; an error at `because` if not.
  virtual mlir::LogicalResult check(mlir::Value value, unsigned form, mlir::Operation *because) = 0;
  /// Marks what follows from a use of a marked value by an op without regions; an error if that use
  /// is impossible.
  virtual mlir::LogicalResult follow(mlir::OpOperand &use, unsigned form) = 0;
  /// Types of the values that hold a value of type `type`.
  virtual llvm::SmallVector<mlir::Type> typesOf(mlir::Type type, unsigned form) = 0;
  /// Makes the values that hold `value`, which is not marked, at `builder`.
  virtual llvm::SmallVector<mlir::Value> make(mlir::Value value, unsigned form,
                                              mlir::OpBuilder &builder) = 0;
  /// Rewrites an op without regions that uses or makes marked values.
  virtual void rewriteOp(mlir::Operation *op) = 0;

private:
  mlir::LogicalResult followUses(mlir::Value value);
  void rewriteBlock(mlir::Block &block);
  void rewriteLoop(mlir::scf::ForOp loop);
  void rewriteBranch(mlir::scf::IfOp branch);
  llvm::SmallVector<mlir::Value> heldYields(mlir::Operation *yield, mlir::ValueRange results);
  void bind(mlir::ValueRange before, mlir::ValueRange after);

  llvm::DenseMap<mlir::Value, unsigned> marks;
  llvm::SmallVector<mlir::Value> worklist;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, llvm::SmallVector<mlir::Value>> replacements;
  llvm::SmallVector<mlir::Operation *> replaced;
};

} // namespace mla
