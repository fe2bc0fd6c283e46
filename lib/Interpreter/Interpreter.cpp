//===- Interpreter.cpp - a grid of programs -------------------------------===//
// See Interpreter.h. A program is one machine that runs the kernel's body; at ws level the body
// only declares channels and roles, which then run as machines of their own.
#include "mla/Interpreter/Interpreter.h"

#include "Channels.h"
#include "Machine.h"
#include "Races.h"
#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"

#include <algorithm>
#include <numeric>
#include <random>

using namespace mlir;

namespace mla::interp {

/// Checks what the compiler takes for granted of arguments.
static LogicalResult checkArguments(func::FuncOp kernel, const Launch &launch) {
  for (auto [index, tile] : llvm::enumerate(launch.arguments)) {
    auto divisor = kernel.getArgAttrOfType<IntegerAttr>(index, tile::kDivisibilityAttr);
    if (divisor && tile.scalar() % divisor.getInt() != 0)
      return kernel.emitError("argument ") << index << " promises divisibility by "
                                           << divisor.getInt() << ", got " << tile.scalar();
  }
  return success();
}

/// Checks that every value is one that a Tile can hold, so that evaluators need not.
static LogicalResult checkTypes(func::FuncOp kernel) {
  auto isKnown = [](Type type) { return elementOf(type) || isa<ws::ChannelType>(type); };
  auto check = [&](Operation *op, Type type) {
    return isKnown(type) ? WalkResult::advance()
                         : WalkResult(op->emitError("has a value of type ")
                                      << type << ", which the interpreter does not know");
  };
  WalkResult result = kernel.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      if (check(op, type).wasInterrupted())
        return WalkResult::interrupt();
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Type type : block.getArgumentTypes())
          if (check(op, type).wasInterrupted())
            return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Programs in the order in which they run.
static std::vector<int64_t> programOrder(int64_t total, uint64_t seed) {
  std::vector<int64_t> order(total);
  std::iota(order.begin(), order.end(), 0);
  if (seed != 0)
    std::shuffle(order.begin(), order.end(), std::mt19937_64(seed));
  return order;
}

LogicalResult run(func::FuncOp kernel, const Launch &launch) {
  if (kernel.isExternal())
    return kernel.emitError("has no body");
  if (launch.arguments.size() != kernel.getNumArguments())
    return kernel.emitError("has ")
           << kernel.getNumArguments() << " arguments, got " << launch.arguments.size();
  if (failed(checkTypes(kernel)) || failed(checkArguments(kernel, launch)))
    return failure();
  Constants constants;
  Races races;
  SmallVector<ws::RoleOp> roles(kernel.getOps<ws::RoleOp>());
  auto [width, height, depth] = launch.grid;
  int64_t total = width * height * depth;
  for (auto [done, index] : llvm::enumerate(programOrder(total, launch.seed))) {
    if (launch.progress)
      launch.progress(done, total);
    Program program{launch,         Registry::get(),
                    constants,      {index % width, index / width % height, index / width / height},
                    int32_t(index), launch.reportsRaces ? &races : nullptr};
    Machine machine(program, kernel.getBody().front(), nullptr);
    if (machine.run() != Outcome::Next)
      return failure();
    if (!roles.empty() && failed(runRoles(program, kernel, roles, machine)))
      return failure();
  }
  return success();
}

} // namespace mla::interp
