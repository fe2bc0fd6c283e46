//===- ScheduleText.h - a schedule as people read it ----------------------===//
// What ws-print-schedule writes into its columns.
#pragma once

#include "mla/Dialect/Ws/Ws.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace mla {

/// Short texts of values and ops: arguments by name, loop variables as i, j, k, counters of slots
/// by what they count, expressions to a small depth.
class ScheduleText {
public:
  explicit ScheduleText(mlir::func::FuncOp func);

  /// What `value` is, as deep as fits a column.
  std::string value(mlir::Value value) const;
  /// What an op does, or empty for one that a reader of a schedule passes over.
  std::string op(mlir::Operation *op) const;
  /// What an op that computes a matrix element by element is part of: its shape; else empty.
  static std::string elementwise(mlir::Operation *op);
  /// The first line of a loop or branch: "for i = 0 to n step 64", "if i < n".
  std::string heading(mlir::Operation *op) const;

  /// "128x64 bf16".
  static std::string tile(mlir::Type type);

private:
  std::string channelAccess(llvm::StringRef verb, mlir::Value channel, mlir::Value slot,
                            mlir::Value parity) const;
  std::string expression(mlir::Value value, unsigned depth) const;
  std::string binary(mlir::Operation *op, unsigned depth) const;
  std::string loaded(mlir::Operation *load) const;

  llvm::DenseMap<mlir::Value, std::string> names;
};

} // namespace mla
