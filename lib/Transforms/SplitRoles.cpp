//===- SplitRoles.cpp - one role that copies, one that computes -----------===//
// Both roles start as copies of the whole body and are cut down to what they need: the copying role
// to its puts, the computing role to everything else.
#include "RoleReducer.h"
#include "mla/Transforms/Passes.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mla {
#define GEN_PASS_DEF_SPLITROLES
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Registers of a thread that only computes coordinates and issues copies.
static constexpr int32_t kCopyRegisters = 40;
/// setmaxnreg accepts multiples of 8 up to this; ptxas spills nothing of use into more.
static constexpr int32_t kMaxRegisters = 240;

/// Registers per thread of the computing role: the launch gives all threads the same number, and
/// what the copying role hands back is what there is to take.
static int32_t computeRegisters(int32_t computeWarps) {
  int32_t warps = computeWarps + sm::kWarpgroupWarps;
  int32_t pool = sm::launchRegisters(warps) * warps - kCopyRegisters * sm::kWarpgroupWarps;
  return std::min(pool / computeWarps / 8 * 8, kMaxRegisters);
}

/// Registers that the recipe gives to a role, else `fallback`.
static int32_t roleRegisters(func::FuncOp func, StringRef role, int32_t fallback) {
  auto registers = func->getAttrOfType<DictionaryAttr>(tile::kRegistersAttr);
  auto given = registers ? registers.getAs<IntegerAttr>(role) : IntegerAttr();
  return given ? given.getInt() : fallback;
}

static LogicalResult splitRoles(func::FuncOp func) {
  SmallVector<ws::RoleOp> roles(func.getOps<ws::RoleOp>());
  auto hasBulkPut = [](ws::RoleOp role) {
    return role.walk([](ws::PutViewOp) { return WalkResult::interrupt(); }).wasInterrupted();
  };
  if (roles.size() != 1 || !hasBulkPut(roles[0]))
    return success();
  ws::RoleOp compute = roles[0];
  int32_t computeWarps = compute.getNumWarps();
  if (computeWarps % sm::kWarpgroupWarps != 0)
    return func.emitError("a kernel with bulk copies needs whole warpgroups: tile.num_warps must "
                          "be a multiple of ")
           << sm::kWarpgroupWarps << ", got " << computeWarps;

  OpBuilder builder(func.getContext());
  builder.setInsertionPointAfter(compute);
  auto copy = cast<ws::RoleOp>(builder.clone(*compute));
  copy.setRole("copy");
  copy.setFirstWarp(computeWarps);
  copy.setNumWarps(sm::kWarpgroupWarps);
  copy.setRegisters(roleRegisters(func, "copy", kCopyRegisters));
  compute.setRole("compute");
  compute.setRegisters(roleRegisters(func, "compute", computeRegisters(computeWarps)));
  RoleReducer(copy).run([](Operation *op) { return isa<ws::PutViewOp>(op); });
  RoleReducer(compute).run([](Operation *op) {
    bool isLoop = isa<scf::ForOp>(op) || op->hasTrait<OpTrait::IsTerminator>();
    return !isLoop && !isa<ws::PutViewOp>(op) && !isMemoryEffectFree(op);
  });
  WalkResult computes = copy.walk([](Operation *op) {
    return isa<ws::GetOp, ws::PutOp, tile::DotOp>(op) ? WalkResult::interrupt()
                                                      : WalkResult::advance();
  });
  if (computes.wasInterrupted())
    return func.emitError(
        "the address of a bulk copy depends on what the kernel computes from another channel");
  func->setAttr(tile::kNumWarpsAttr, builder.getI32IntegerAttr(computeWarps + sm::kWarpgroupWarps));
  return success();
}

namespace {
struct SplitRoles : mla::impl::SplitRolesBase<SplitRoles> {
  using SplitRolesBase::SplitRolesBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr(tile::kKernelAttr) && failed(splitRoles(func)))
      signalPassFailure();
  }
};
} // namespace
