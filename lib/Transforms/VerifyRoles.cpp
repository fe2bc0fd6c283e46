//===- VerifyRoles.cpp - several roles neither wait for ever nor overwrite -===//
// Holds for every trip count, 0 included, without running anything:
//   1. budgets: warps, registers, shared memory, named barriers;
//   2. no copy depends on memory that the kernel writes, no role on what another one writes
//      (VerifyRolesRaces.cpp);
//   3. each role releases the tiles that it got once, behind their readers, and holds none of a
//      channel when a loop that uses the channel begins (VerifyRolesTiles.cpp);
//   4. all roles that use a channel run alike round it, and each tile is put by one of them and got
//      by all others (VerifyRolesLoops.cpp): every run of a loop leaves its channels as it found
//      them, and every role knows the number of each tile;
//   5. so one run of each loop shows whether roles wait for each other in a circle
//      (VerifyRolesDeadlocks.cpp; the argument is in mla/Analysis/ScheduleProgram.h);
//   6. slots and parities, once assigned, follow the number of tiles (VerifyRolesPhases.cpp): a put
//      then never meets a slot that is still read, nor a get one that is not full.
#include "VerifyRoles.h"

#include "ChannelBytes.h"
#include "mla/Arch/Arch.h"

namespace mla {
#define GEN_PASS_DEF_VERIFYROLES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

//===----------------------------------------------------------------------===//
// Budgets
//===----------------------------------------------------------------------===//

/// Roles (whose ranges are disjoint, role C2) share out the kernel's warps and registers.
static LogicalResult verifyWarps(func::FuncOp func, ArrayRef<ws::RoleOp> roles, const Arch &arch) {
  auto numWarps = func->getAttrOfType<IntegerAttr>(tile::kNumWarpsAttr);
  if (!numWarps || numWarps.getInt() < 1)
    return func.emitError("kernel has no `tile.num_warps`");
  int64_t atLaunch = sm::launchRegisters(int32_t(numWarps.getInt()));
  int64_t warps = 0, registers = 0;
  bool movesRegisters = false;
  if (int64_t(roles.size()) > sm::kMaxRoleBarriers) {
    ws::RoleOp role = roles[sm::kMaxRoleBarriers];
    return role.emitOpError("\"") << role.getRole() << "\" has no named barrier: expected at most "
                                  << sm::kMaxRoleBarriers << " roles, found " << roles.size();
  }
  for (ws::RoleOp role : roles) {
    int64_t first = role.getFirstWarp(), count = role.getNumWarps();
    if (first + count > numWarps.getInt())
      return role.emitOpError("\"") << role.getRole() << "\" has warps up to " << first + count
                                    << ", the kernel has " << numWarps.getInt();
    if (role.getRegisters() && (first % sm::kWarpgroupWarps || count % sm::kWarpgroupWarps))
      return role.emitOpError("\"")
             << role.getRole() << "\" sets its registers: expected whole warpgroups of "
             << sm::kWarpgroupWarps << ", found " << count << " warps from warp " << first << " on";
    movesRegisters |= role.getRegisters().has_value();
    registers += count * kWarpThreads * int64_t(role.getRegisters().value_or(atLaunch));
    warps += count;
  }
  if (warps != numWarps.getInt())
    return func.emitError("roles have ")
           << warps << " warps together, the kernel has " << numWarps.getInt();
  int64_t pool = std::min<int64_t>(atLaunch * warps * kWarpThreads, arch.registersPerSm);
  if (!movesRegisters || registers <= pool)
    return success();
  InFlightDiagnostic error = func.emitError("roles need ")
                             << registers << " registers, a launch of " << warps << " warps gets "
                             << pool << ": the last to take theirs would wait "
                             << "for ever";
  for (ws::RoleOp role : roles)
    error.attachNote(role.getLoc())
        << "role \"" << role.getRole() << "\": " << role.getNumWarps() << " warps of "
        << int64_t(role.getRegisters().value_or(atLaunch)) << " registers per thread";
  return failure();
}

/// Tiles of all channels, and the two barriers of each slot, fit into the target's shared memory.
static LogicalResult verifyShared(func::FuncOp func, ArrayRef<ws::ChannelOp> channels,
                                  const Arch &arch) {
  int64_t total = 0, limit = sm::sharedLimit(func, arch);
  for (ws::ChannelOp channel : channels)
    total += channelAndBarrierBytes(channel);
  if (total <= limit)
    return success();
  InFlightDiagnostic error = func.emitError("the kernel's channels and their barriers need ")
                             << total << " bytes of shared memory, " << arch.name << " allows "
                             << limit << ": reduce num_stages or the tiles";
  for (ws::ChannelOp channel : channels) {
    auto type = cast<ws::ChannelType>(channel.getChannel().getType());
    error.attachNote(channel.getLoc())
        << "channel \"" << channel.getLabel() << "\": " << type.getDepth() << " x "
        << type.getValueType() << " = " << channelAndBarrierBytes(channel) << " bytes";
  }
  return failure();
}

//===----------------------------------------------------------------------===//
// Roles of a channel
//===----------------------------------------------------------------------===//

/// `op` stands where roles can be compared: in loops and branches of a role.
static LogicalResult verifyPlace(Operation *op, StringRef label) {
  auto role = op->getParentOfType<ws::RoleOp>();
  if (!role)
    return op->emitOpError("of channel \"") << label << "\": expected it inside a role";
  for (Operation *parent = op->getParentOp(); parent != role; parent = parent->getParentOp())
    if (!isa<scf::ForOp, scf::IfOp>(parent))
      return op->emitOpError("of channel \"")
             << label << "\" in role \"" << role.getRole()
             << "\": expected it in for loops and branches only, which roles can compare, found '"
             << parent->getName() << '\'';
  return success();
}

static FailureOr<RoleChannel> findRoles(ws::ChannelOp channel, ArrayRef<ws::RoleOp> roles) {
  SmallVector<Operation *> users(llvm::reverse(SmallVector<Operation *>(channel->getUsers())));
  for (Operation *user : users)
    if (failed(verifyPlace(user, channel.getLabel())))
      return failure();
  auto error = [&] { return channel.emitOpError("\"") << channel.getLabel() << "\": "; };
  if (llvm::none_of(users, isPut))
    return error() << "expected a role with puts, found none";
  if (llvm::none_of(users, [](Operation *user) { return isa<ws::GetOp>(user); }))
    return error() << "expected a role with gets, found none";
  RoleChannel found{channel, {}};
  llvm::copy_if(roles, std::back_inserter(found.roles),
                [&](ws::RoleOp role) { return usesChannel(role, channel.getChannel()); });
  if (found.roles.size() < 2)
    return error() << "expected two roles or more that use it, found one, \""
                   << found.roles[0].getRole() << '"';
  return found;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static LogicalResult verifyRoles(func::FuncOp func) {
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  if (roles.size() < 2)
    return success(); // one role: ws-verify-schedule
  const Arch *arch = sm::targetArch(func);
  SmallVector<ws::ChannelOp> declared(func.getOps<ws::ChannelOp>());
  if (!arch || failed(verifyWarps(func, roles, *arch)) ||
      failed(verifyShared(func, declared, *arch)))
    return failure();
  SmallVector<RoleChannel> channels;
  for (ws::ChannelOp channel : declared) {
    FailureOr<RoleChannel> found = findRoles(channel, roles);
    if (failed(found))
      return failure();
    channels.push_back(*found);
  }
  if (failed(verifyNoRaces(func)))
    return failure();
  auto forEachRole = [&](auto verify) {
    for (const RoleChannel &channel : channels)
      for (ws::RoleOp role : channel.roles)
        if (failed(verify(channel, role)))
          return failure();
    return success();
  };
  if (failed(forEachRole(verifyReleases)))
    return failure();
  JointRegions regions;
  for (const RoleChannel &channel : channels)
    if (failed(verifyRunAlike(channel, regions)))
      return failure();
  if (failed(verifyNoDeadlock(roles, channels, regions)))
    return failure();
  return forEachRole(verifyPhases);
}

namespace {
struct VerifyRoles : mla::impl::VerifyRolesBase<VerifyRoles> {
  using VerifyRolesBase::VerifyRolesBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr(tile::kKernelAttr) && failed(verifyRoles(func)))
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
