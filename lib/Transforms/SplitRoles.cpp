//===- SplitRoles.cpp - one role that copies, one that computes -----------===//
// Both roles start as copies of the whole body and are cut down to what they need: the copying role
// to its puts, the computing role to everything else. Loops and their bounds therefore agree by
// construction, which keeps puts and gets in step for every trip count.
#include "mla/Transforms/Passes.h"

#include "mlir/Dialect/UB/IR/UBOps.h"
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

namespace {
/// Cuts a role down to what some root ops depend on.
class RoleReducer {
public:
  explicit RoleReducer(ws::RoleOp role) : role(role) {}

  /// Keeps roots, everything around them, and everything that decides whether and with what they
  /// run.
  void run(llvm::function_ref<bool(Operation *)> isRoot);

private:
  void keep(Operation *op);
  void keep(Value value);
  void keepCarried(scf::ForOp loop, unsigned index);
  void dropCarried(scf::ForOp loop);
  void erase(Block &block);

  ws::RoleOp role;
  llvm::SmallPtrSet<Operation *, 32> kept;
  DenseSet<std::pair<Operation *, unsigned>> keptCarried;
};
} // namespace

void RoleReducer::keep(Operation *op) {
  if (!role->isProperAncestor(op) || !kept.insert(op).second)
    return;
  keep(op->getParentOp());
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    // Carried values are kept one by one.
    for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
      keep(bound);
    return;
  }
  if (isa<scf::YieldOp>(op) && isa<scf::ForOp>(op->getParentOp()))
    return;
  for (Value operand : op->getOperands())
    keep(operand);
  // Branches and while loops are kept whole.
  for (Region &region : op->getRegions())
    for (Operation &nested : region.getOps())
      keep(&nested);
}

void RoleReducer::keep(Value value) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *owner = arg.getOwner()->getParentOp();
    keep(owner);
    if (auto loop = dyn_cast<scf::ForOp>(owner); loop && arg.getArgNumber() > 0)
      keepCarried(loop, arg.getArgNumber() - 1);
    return;
  }
  keep(value.getDefiningOp());
  if (auto loop = value.getDefiningOp<scf::ForOp>())
    keepCarried(loop, cast<OpResult>(value).getResultNumber());
}

void RoleReducer::keepCarried(scf::ForOp loop, unsigned index) {
  if (!role->isProperAncestor(loop) || !keptCarried.insert({loop, index}).second)
    return;
  keep(loop.getInitArgs()[index]);
  keep(loop.getYieldedValues()[index]);
}

/// Rebuilds `loop` without the carried values that nobody needs. What still names them is about to
/// be erased.
void RoleReducer::dropCarried(scf::ForOp loop) {
  OpBuilder builder(loop);
  SmallVector<Value> inits, yields;
  for (auto [index, init] : llvm::enumerate(loop.getInitArgs()))
    if (keptCarried.contains({loop, index})) {
      inits.push_back(init);
      yields.push_back(loop.getYieldedValues()[index]);
    }
  if (inits.size() == loop.getInitArgs().size())
    return;
  auto reduced = scf::ForOp::create(builder, loop.getLoc(), loop.getLowerBound(),
                                    loop.getUpperBound(), loop.getStep(), inits);
  reduced.setUnsignedCmp(loop.getUnsignedCmp());
  kept.insert(reduced);
  Block &body = *reduced.getBody();
  loop.getBody()->getTerminator()->erase();
  if (inits.empty())
    body.getTerminator()->erase(); // created along with a loop that carries nothing
  body.getOperations().splice(body.end(), loop.getBody()->getOperations());
  loop.getInductionVar().replaceAllUsesWith(reduced.getInductionVar());
  OpBuilder inside = OpBuilder::atBlockBegin(&body);
  unsigned position = 0;
  for (auto [index, arg] : llvm::enumerate(loop.getRegionIterArgs())) {
    if (keptCarried.contains({loop, index})) {
      arg.replaceAllUsesWith(reduced.getRegionIterArg(position));
      loop.getResult(index).replaceAllUsesWith(reduced.getResult(position++));
    } else {
      arg.replaceAllUsesWith(ub::PoisonOp::create(inside, loop.getLoc(), arg.getType()));
      loop.getResult(index).replaceAllUsesWith(
          ub::PoisonOp::create(builder, loop.getLoc(), arg.getType()));
    }
  }
  inside.setInsertionPointToEnd(&body);
  scf::YieldOp::create(inside, loop.getLoc(), yields);
  loop.erase();
}

void RoleReducer::erase(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (op.hasTrait<OpTrait::IsTerminator>())
      continue;
    if (!kept.contains(&op))
      op.erase();
    else
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          erase(nested);
  }
}

void RoleReducer::run(llvm::function_ref<bool(Operation *)> isRoot) {
  role.walk([&](Operation *op) {
    if (op != role && isRoot(op))
      keep(op);
  });
  SmallVector<scf::ForOp> loops;
  role.walk([&](scf::ForOp loop) {
    if (kept.contains(loop))
      loops.push_back(loop);
  });
  for (scf::ForOp loop : loops)
    dropCarried(loop);
  erase(role.getBody().front());
}

/// Registers per thread of the computing role: the launch gives all threads the same number, and
/// what the copying role hands back is what there is to take.
static int32_t computeRegisters(int32_t computeWarps) {
  int32_t warps = computeWarps + sm::kWarpgroupWarps;
  int32_t pool = sm::launchRegisters(warps) * warps - kCopyRegisters * sm::kWarpgroupWarps;
  return std::min(pool / computeWarps / 8 * 8, kMaxRegisters);
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
  copy.setRegisters(kCopyRegisters);
  compute.setRole("compute");
  compute.setRegisters(computeRegisters(computeWarps));
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
