//===- VerifyRolesDeadlocks.cpp - roles do not wait in a circle -----------===//
// Each role becomes a program of its channel ops, loops and branches; findDeadlock decides.
#include "VerifyRoles.h"

#include "mla/Analysis/ScheduleProgram.h"

using namespace mlir;
using namespace mla;

namespace {
/// Builds the programs of roles and says where they get stuck.
class DeadlockFinder {
public:
  DeadlockFinder(ArrayRef<ws::RoleOp> roles, ArrayRef<RoleChannel> channels,
                 const JointRegions &regions)
      : roles(roles), channels(channels), regions(regions) {}
  LogicalResult run();

private:
  ScheduleBlock programOf(Block &block);
  LogicalResult verifySingle();
  LogicalResult report(const Deadlock &deadlock);
  void explain(Diagnostic &note, unsigned role, const ScheduleStep &step, const Deadlock &deadlock);

  ArrayRef<ws::RoleOp> roles;
  ArrayRef<RoleChannel> channels;
  const JointRegions &regions;
  DenseMap<Operation *, unsigned> numbers; ///< leaders of joint regions
};
} // namespace

ScheduleBlock DeadlockFinder::programOf(Block &block) {
  using Kind = ScheduleStep::Kind;
  ScheduleBlock program;
  for (Operation &op : block) {
    if (Value value = channelOf(&op)) {
      const RoleChannel *channel =
          llvm::find_if(channels, [&](const RoleChannel &other) { return other.value() == value; });
      Kind kind = isPut(&op) ? Kind::Put : isa<ws::GetOp>(op) ? Kind::Get : Kind::Release;
      program.push_back({kind, unsigned(channel - channels.begin()), &op, {}});
    } else if (auto leader = regions.findLeader(&op); leader != regions.member_end()) {
      unsigned number = numbers.insert({*leader, numbers.size()}).first->second;
      ScheduleStep step{Kind::Region, number, &op, {}};
      for (Region &region : op.getRegions()) // the absent side of a branch is empty
        step.bodies.push_back(region.empty() ? ScheduleBlock() : programOf(region.front()));
      program.push_back(std::move(step));
    }
  }
  return program;
}

/// No two regions of one role run alike with one of another role.
LogicalResult DeadlockFinder::verifySingle() {
  for (ws::RoleOp role : roles) {
    DenseMap<Operation *, Operation *> seen; // by leader
    WalkResult result = role.walk([&](Operation *op) {
      auto leader = regions.findLeader(op);
      if (leader == regions.member_end())
        return WalkResult::advance();
      auto [first, isNew] = seen.insert({*leader, op});
      if (isNew)
        return WalkResult::advance();
      InFlightDiagnostic error =
          op->emitOpError("of role \"")
          << role.getRole() << "\" works on channels that another role "
          << "serves in one loop or branch: expected one here too, found two";
      error.attachNote(first->second->getLoc()) << "the other one";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return failure();
  }
  return success();
}

void DeadlockFinder::explain(Diagnostic &note, unsigned role, const ScheduleStep &step,
                             const Deadlock &deadlock) {
  note << "role \"" << ws::RoleOp(roles[role]).getRole() << "\" ";
  if (step.kind == ScheduleStep::Kind::Region) {
    note << "comes to this " << (isa<scf::ForOp>(step.op) ? "loop" : "branch")
         << " and waits in it, as soon as its channels are full or empty, for roles that never "
            "reach "
            "theirs";
    return;
  }
  const ChannelState &state = deadlock.channels[step.index];
  const RoleChannel &channel = channels[step.index];
  int64_t number = state.ends[role].passed;
  if (step.kind == ScheduleStep::Kind::Get) {
    note << "waits for tile " << number << " of channel \"" << channel.label()
         << "\": " << state.put << " put";
    return;
  }
  int64_t before = number - channel.depth();
  unsigned keeper =
      llvm::find_if(state.ends, [&](const ChannelEnd &end) { return !end.isThroughWith(before); }) -
      state.ends.begin();
  note << "waits to put tile " << number << " into channel \"" << channel.label() << "\", of depth "
       << channel.depth() << ": role \"" << ws::RoleOp(roles[keeper]).getRole() << "\" has not "
       << (state.ends[keeper].passed > before ? "released" : "taken") << " tile " << before
       << ", of the same slot";
}

/// The error stands at the first role that waits at a channel; every other waiting role is a note.
LogicalResult DeadlockFinder::report(const Deadlock &deadlock) {
  auto waitsAtChannel = [](const ScheduleStep *step) {
    return step && step->kind != ScheduleStep::Kind::Region;
  };
  auto found = llvm::find_if(deadlock.waiting, waitsAtChannel);
  if (found == deadlock.waiting.end())
    found = llvm::find_if(deadlock.waiting, [](const ScheduleStep *step) { return step; });
  unsigned first = found - deadlock.waiting.begin();
  InFlightDiagnostic error = deadlock.waiting[first]->op->emitOpError("deadlocks: ");
  explain(*error.getUnderlyingDiagnostic(), first, *deadlock.waiting[first], deadlock);
  for (unsigned role = 0; role < roles.size(); ++role)
    if (const ScheduleStep *step = deadlock.waiting[role]; step && role != first)
      explain(error.attachNote(step->op->getLoc()), role, *step, deadlock);
  return failure();
}

LogicalResult DeadlockFinder::run() {
  if (failed(verifySingle()))
    return failure();
  std::vector<ScheduleBlock> programs;
  for (ws::RoleOp role : roles)
    programs.push_back(programOf(role.getBody().front()));
  std::vector<int64_t> depths;
  for (const RoleChannel &channel : channels)
    depths.push_back(channel.depth());
  std::optional<Deadlock> deadlock = findDeadlock(programs, depths);
  return deadlock ? report(*deadlock) : success();
}

LogicalResult mla::verifyNoDeadlock(ArrayRef<ws::RoleOp> roles, ArrayRef<RoleChannel> channels,
                                    const JointRegions &regions) {
  return DeadlockFinder(roles, channels, regions).run();
}
