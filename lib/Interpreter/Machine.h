//===- Machine.h - one thread of control ----------------------------------===//
// Executes the ops of a kernel, or of one of its roles, for one program. Control flow is a stack of
// frames and not recursion, so that a role can stop at any op, let others run, and go on.
#pragma once

#include "mla/Interpreter/Interpreter.h"
#include "llvm/ADT/DenseMap.h"

namespace mla::interp {

class Channels;
class Races;
class Registry;

/// What an op did.
enum class Outcome {
  Next,    ///< done: the next op follows
  Jumped,  ///< has set the position itself
  Paused,  ///< as Next; others may run in between
  Blocked, ///< cannot run yet: try again when others have run
  Failed,  ///< has emitted an error
};

/// Constants, which are the same in every program.
using Constants = llvm::DenseMap<mlir::Operation *, Tile>;

/// What the roles of a program have in common.
struct Program {
  const Launch &launch;
  const Registry &registry;
  Constants &constants;
  std::array<int64_t, 3> id;
  int32_t number;               ///< in the grid, x first
  Races *races = nullptr;       ///< null: nobody asks
  Channels *channels = nullptr; ///< null at tile level
};

class Machine {
public:
  /// `outer`: where values that `body` takes from outside are looked up.
  Machine(Program &program, mlir::Block &body, Machine *outer) : program(program), outer(outer) {
    enter(body, nullptr);
  }

  /// Runs until everything is done (Next), or an op pauses, is blocked or has failed.
  Outcome run();
  bool isDone() const { return frames.empty(); }
  /// The op that is executed next, or now.
  mlir::Operation *position() const { return &*frames.back().next; }
  /// "in iteration 3 of "keys", 0 of a loop": where the loops round the position are; "" without.
  std::string iterations() const;

  //===------------------------------------------------------------------===//
  // For evaluators
  //===------------------------------------------------------------------===//

  /// Stays where it is until `value` is set again.
  const Tile &operator[](mlir::Value value);
  void set(mlir::Value value, Tile tile);
  /// False after an operand could not be read: its memory belongs to another tile by now.
  bool operandsAreValid(mlir::Operation *op);

  /// An error at `op` that names the program.
  mlir::InFlightDiagnostic error(mlir::Operation *op);
  Outcome fail(mlir::Operation *op, const llvm::Twine &text);

  /// A block that is being executed.
  struct Frame {
    mlir::Block *block;
    mlir::Block::iterator next;
    mlir::Operation *owner; ///< whose region it is; null for the body of the kernel or role
    int64_t iteration = 0;  ///< of a loop: done so far
    int64_t trips = 0;      ///< of a counted loop: in all
  };
  Frame &frame() { return frames.back(); }
  void enter(mlir::Block &block, mlir::Operation *owner);
  /// Ends the innermost frame; its owner is done.
  void leave() { frames.pop_back(); }
  /// Executes the only block of `region` with `arguments` and gives what its terminator yields.
  /// Arguments may be tiles where the region computes on scalars: it is then evaluated for all
  /// elements at once, which needs a region without control flow. Empty after an error.
  std::optional<llvm::SmallVector<Tile>> evaluate(mlir::Region &region,
                                                  llvm::ArrayRef<Tile> arguments);
  /// Terminators that hand their operands to the op that called `evaluate`.
  Outcome yieldToEvaluate(mlir::Operation *terminator);

  Program &program;
  unsigned role = 0; ///< at ws level: which of the kernel's roles this is

private:
  Machine *outer;
  std::vector<Frame> frames;
  llvm::DenseMap<mlir::Value, std::unique_ptr<Tile>> values;
  llvm::SmallVector<Tile> yielded;
  int64_t steps = 0;
};

} // namespace mla::interp
