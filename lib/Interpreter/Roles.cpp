//===- Roles.cpp - roles of a program, one step of one of them at a time ---===//
// Which role goes on and which copy arrives is drawn from a seeded generator: another seed gives
// another order, the same seed the same one. With seed 0 copies arrive as late as they may.
#include "Channels.h"

using namespace mlir;

namespace mla::interp {

namespace {
/// The roles of one program.
class Scheduler {
public:
  Scheduler(Program &program, func::FuncOp kernel, ArrayRef<ws::RoleOp> roles, Machine &outer)
      : program(program), kernel(kernel) {
    for (auto [index, role] : llvm::enumerate(roles)) {
      ws::RoleOp op = role;
      machines.push_back(std::make_unique<Machine>(program, op.getBody().front(), &outer));
      machines.back()->role = index;
    }
    isBlocked.assign(roles.size(), false);
  }

  LogicalResult run();

private:
  LogicalResult reportDeadlock();

  Program &program;
  func::FuncOp kernel;
  std::vector<std::unique_ptr<Machine>> machines;
  std::vector<bool> isBlocked; ///< by role: nothing has happened since it was
};
} // namespace

LogicalResult Scheduler::run() {
  Channels &channels = *program.channels;
  while (llvm::any_of(machines, [](auto &machine) { return !machine->isDone(); })) {
    SmallVector<unsigned> ready;
    for (auto [index, machine] : llvm::enumerate(machines))
      if (!machine->isDone() && !isBlocked[index])
        ready.push_back(index);
    bool mayArrive = channels.numUnderWay() && (program.launch.seed != 0 || ready.empty());
    size_t choices = ready.size() + mayArrive;
    if (choices == 0)
      return reportDeadlock();
    size_t choice = channels.random() % choices;
    if (choice == ready.size()) {
      if (!channels.completeAny())
        return failure();
      isBlocked.assign(isBlocked.size(), false);
      continue;
    }
    Outcome outcome = machines[ready[choice]]->run();
    if (outcome == Outcome::Failed)
      return failure();
    if (outcome == Outcome::Blocked)
      isBlocked[ready[choice]] = true;
    else
      isBlocked.assign(isBlocked.size(), false);
  }
  if (std::string left = channels.leftOver(); !left.empty()) {
    machines.front()->fail(kernel, "at the end " + left);
    return failure();
  }
  return success();
}

LogicalResult Scheduler::reportDeadlock() {
  InFlightDiagnostic diagnostic = machines.front()->error(kernel);
  diagnostic << "deadlock: no role can go on";
  for (auto [index, machine] : llvm::enumerate(machines)) {
    const std::string &name = program.channels->roleNames()[index];
    if (machine->isDone()) {
      diagnostic.attachNote(kernel.getLoc()) << "role \"" << name << "\" is done";
      continue;
    }
    Operation *op = machine->position();
    std::string where = machine->iterations();
    diagnostic.attachNote(op->getLoc()) << "role \"" << name << "\" " << waitReason(*machine, op)
                                        << (where.empty() ? "" : ", ") << where;
  }
  return diagnostic;
}

LogicalResult runRoles(Program &program, func::FuncOp kernel, ArrayRef<ws::RoleOp> roles,
                       Machine &outer) {
  Channels channels(kernel, roles, program.launch.seed);
  program.channels = &channels;
  return Scheduler(program, kernel, roles, outer).run();
}

} // namespace mla::interp
