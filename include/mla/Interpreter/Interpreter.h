//===- Interpreter.h - runs a kernel on host arrays -----------------------===//
// The meaning of the language: executes tile-level and ws-level IR for every program of a grid. See
// lib/Interpreter/README.md for what is modelled.
#pragma once

#include "mla/Interpreter/Memory.h"
#include "mla/Interpreter/Tile.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <array>
#include <functional>
#include <vector>

namespace mla::interp {

/// How a kernel is run.
struct Launch {
  std::array<int64_t, 3> grid = {1, 1, 1};
  /// Scalars, and pointers as addresses in `memory`, in the order of the kernel's arguments.
  std::vector<Tile> arguments;
  Memory *memory = nullptr;
  /// Order of programs, and in which roles go on and copies complete, where several may. 0: x of
  /// the grid first, copies as late as possible.
  uint64_t seed = 0;
  /// Whether it is an error that a program touches what another one writes without an atomic op.
  bool reportsRaces = false;
  /// Ops that one program may execute: more is an endless loop.
  int64_t maxSteps = int64_t(1) << 32;
  /// Called before each program.
  std::function<void(int64_t done, int64_t total)> progress;
};

/// Runs all programs, one after the other. Errors (an access outside of an argument, an
/// overflow that reaches an address, a deadlock, an op that has no meaning here) are emitted at the
/// op's location and name the program.
mlir::LogicalResult run(mlir::func::FuncOp kernel, const Launch &launch);

/// Whether the interpreter executes ops of this name.
bool isSupported(llvm::StringRef opName);

} // namespace mla::interp
