//===- LoopSlice.h - what values of a loop's body depend on ---------------===//
// Ops of the loop body that some roots depend on, and the loop-carried values among their inputs.
#pragma once

#include "mla/Dialect/Ws/Ws.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

namespace mla {

class LoopSlice {
public:
  /// The slice ends at `known` values, which somebody else provides.
  explicit LoopSlice(mlir::scf::ForOp loop, mlir::DenseSet<mlir::Value> known = {})
      : loop(loop), known(std::move(known)) {}

  void addOp(mlir::Operation *op) {
    mlir::Operation *inBody = loop.getBody()->findAncestorOpInBlock(*op);
    if (!inBody || !ops.insert(inBody).second)
      return;
    inBody->walk([&](mlir::Operation *nested) {
      for (mlir::Value operand : nested->getOperands())
        addValue(operand);
    });
  }
  void addValue(mlir::Value value) {
    if (known.contains(value)) {
      met.insert(value);
    } else if (auto arg = mlir::dyn_cast<mlir::BlockArgument>(value)) {
      if (arg.getOwner() == loop.getBody() && arg.getArgNumber() > 0)
        addArg(arg.getArgNumber() - 1);
    } else {
      addOp(value.getDefiningOp());
    }
  }
  /// The loop-carried value `index` is needed in the next iteration too.
  void addArg(unsigned index) {
    if (args.insert(index))
      addValue(loop.getYieldedValues()[index]);
  }
  bool contains(mlir::Operation *op) const { return ops.contains(op); }
  /// Indices of loop-carried values, in the order found.
  llvm::ArrayRef<unsigned> carried() const { return args.getArrayRef(); }
  /// Whether the slice needs this one of the known values.
  bool needs(mlir::Value value) const { return met.contains(value); }

private:
  mlir::scf::ForOp loop;
  mlir::DenseSet<mlir::Value> known, met;
  llvm::SmallPtrSet<mlir::Operation *, 32> ops;
  llvm::SetVector<unsigned> args;
};

} // namespace mla
