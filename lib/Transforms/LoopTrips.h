//===- LoopTrips.h - arithmetic on the bounds of loops --------------------===//
// All of it is unsigned on the distance between the bounds, so that it holds for every pair of
// bounds, empty loops and loops that compare unsigned included.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mla {

/// Emits bounds of parts of a loop, in front of it.
class LoopTrips {
public:
  explicit LoopTrips(mlir::scf::ForOp loop);

  mlir::Value integer(int64_t value);
  /// The bound behind the last of as many iterations as `factor` divides.
  mlir::Value endOfWholeGroups(int64_t factor);
  /// The bound behind the last iteration whose whole step lies in the loop.
  mlir::Value endOfWholeSteps();

private:
  mlir::OpBuilder builder;
  mlir::Location loc;
  mlir::Value lower, upper, step;
  mlir::Value runs; ///< whether there is an iteration
  mlir::Value span; ///< from the lower to the upper bound, if it runs
};

} // namespace mla
