//===- VerifyRoles.h - the parts of ws-verify-roles -----------------------===//
// Each check emits one located error and fails; later checks rely on what earlier ones found right.
#pragma once

#include "mla/Transforms/Passes.h"
#include "llvm/ADT/EquivalenceClasses.h"

namespace mla {

/// A channel and the roles that use it, in the order of the kernel. Each of them takes part in
/// every tile: one puts it, all others get it.
struct RoleChannel {
  ws::ChannelOp op;
  llvm::SmallVector<ws::RoleOp> roles;

  mlir::Value value() const { return ws::ChannelOp(op).getChannel(); }
  llvm::StringRef label() const { return ws::ChannelOp(op).getLabel(); }
  int64_t depth() const { return llvm::cast<ws::ChannelType>(value().getType()).getDepth(); }
};

/// The channel that a put, get or release works on; null for other ops.
mlir::Value channelOf(mlir::Operation *op);
bool isPut(mlir::Operation *op);
/// The slot that a put, get or release names, and the parity; null if there is none (yet).
mlir::Value slotOf(mlir::Operation *op);
mlir::Value parityOf(mlir::Operation *op);
/// True if `op` is, or holds, an op on `channel`.
bool usesChannel(mlir::Operation *op, mlir::Value channel);

/// Loops and branches of different roles that run alike, as classes.
using JointRegions = llvm::EquivalenceClasses<mlir::Operation *>;

/// Decides whether values of two roles are equal in every run. Pairs under comparison count as
/// equal, so that a carried value is equal to another if both start and go on alike. The first
/// unequal pair ends the comparison.
class ValueMatcher {
public:
  explicit ValueMatcher(const JointRegions &regions) : regions(regions) {}

  bool match(mlir::Value a, mlir::Value b);
  /// Which ops of the two roles differ, after a failed match.
  std::pair<mlir::Operation *, mlir::Operation *> difference;

private:
  bool matchCarried(mlir::scf::ForOp a, unsigned indexA, mlir::scf::ForOp b, unsigned indexB);
  bool matchLoops(mlir::scf::ForOp a, mlir::scf::ForOp b);
  bool matchResults(mlir::OpResult a, mlir::OpResult b);
  bool differ(mlir::Operation *a, mlir::Operation *b) {
    difference = {a, b};
    return false;
  }

  const JointRegions &regions;
  llvm::DenseSet<std::pair<mlir::Value, mlir::Value>> assumed;
  llvm::DenseSet<std::pair<mlir::Operation *, mlir::Operation *>>
      loops; ///< compared here, not joint
};

/// Tiles got from `channel` by `role` are released once, in the block of their get, in order, and
/// behind their last reader; no put or get needs the slot of a tile that the role itself holds.
mlir::LogicalResult verifyReleases(const RoleChannel &channel, ws::RoleOp role);

/// The roles of `channel` use it in loops and branches that run alike, and each run moves the same
/// tiles in all of them; each tile is put by one role. Adds the loops and branches to `regions`.
mlir::LogicalResult verifyRunAlike(const RoleChannel &channel, JointRegions &regions);

/// Nothing reads the tile of `get` behind `release` or outside the block of both.
mlir::LogicalResult verifyReaders(ws::GetOp get, ws::ReleaseOp release, llvm::StringRef label);

/// Slots and parities of `role`'s ops on `channel` follow the number of tiles, for every trip
/// count. Fails too if only some ops name a slot; passes if none does.
mlir::LogicalResult verifyPhases(const RoleChannel &channel, ws::RoleOp role);

/// One run of each loop and branch, which `regions` compares, does not get stuck.
mlir::LogicalResult verifyNoDeadlock(llvm::ArrayRef<ws::RoleOp> roles,
                                     llvm::ArrayRef<RoleChannel> channels,
                                     const JointRegions &regions);

/// No put copies from, or depends on, memory that the kernel writes; no role reads memory that
/// another one writes.
mlir::LogicalResult verifyNoRaces(mlir::func::FuncOp func);

} // namespace mla
