//===- Interpreter.cpp - a grid of programs -------------------------------===//
// See Interpreter.h. A program is one machine that runs the kernel's body; at ws level the body
// only declares channels and roles, which then run as machines of their own.
#include "mla/Interpreter/Interpreter.h"

#include "Channels.h"
#include "Machine.h"
#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"

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

LogicalResult run(func::FuncOp kernel, const Launch &launch) {
  if (launch.arguments.size() != kernel.getNumArguments())
    return kernel.emitError("has ")
           << kernel.getNumArguments() << " arguments, got " << launch.arguments.size();
  if (failed(checkArguments(kernel, launch)))
    return failure();
  Constants constants;
  SmallVector<ws::RoleOp> roles(kernel.getOps<ws::RoleOp>());
  auto [width, height, depth] = launch.grid;
  int64_t total = width * height * depth;
  for (int64_t index = 0; index < total; ++index) {
    if (launch.progress)
      launch.progress(index, total);
    Program program{launch,
                    Registry::get(),
                    constants,
                    {index % width, index / width % height, index / width / height}};
    Machine machine(program, kernel.getBody().front(), nullptr);
    if (machine.run() != Outcome::Next)
      return failure();
    if (!roles.empty() && failed(runRoles(program, kernel, roles, machine)))
      return failure();
  }
  return success();
}

} // namespace mla::interp
