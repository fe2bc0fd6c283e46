//===- LowerMbarrier.cpp - barriers in shared memory ----------------------===//
// PTX ISA §9.7.13.15. What one thread does is predicated, not branched round, so that the warp
// stays together.

#include "Lower.h"
#include "MemoryWords.h"
#include "SharedAddress.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;

namespace mla {

Value mbarrierAddress(ThreadEmitter &emitter, Location loc, Value ring, Value index) {
  OpBuilder &b = emitter.builder();
  Value distance =
      arith::MulIOp::create(b, loc, emitter.scalar(index), emitter.i32(sm::MbarrierType::kBytes));
  Value offset = arith::AddIOp::create(b, loc, emitter.scalar(ring), distance);
  return sharedRegister(emitter, loc, emitter.sharedPointer(loc, offset));
}

LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierAllocOp op) {
  if (!op.getOffset())
    return op.emitOpError("cannot be lowered: it has no offset (run sm-plan-memory)");
  emitter.define(op.getBarrier(), emitter.i32(*op.getOffset()));
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierInitOp op) {
  Location loc = op.getLoc();
  Value first = emitter.elected();
  for (Value ring : op.getBarriers()) {
    Value start = sharedRegister(emitter, loc, emitter.sharedPointer(loc, emitter.scalar(ring)));
    Value arrivals = emitter.i32(sm::ringOf(ring).getArrivals());
    for (int32_t i = 0; i < cast<sm::MbarrierType>(ring.getType()).getDepth(); ++i)
      emitAsmIf(emitter, loc, first, {start, arrivals},
                "mbarrier.init.shared::cta.b64 [$0 + " + Twine(i * sm::MbarrierType::kBytes) +
                    "], $1;",
                "r,r");
  }
  emitAsmIf(emitter, loc, first, {}, "fence.mbarrier_init.release.cluster;", "");
  return success();
}

/// Arrives at the mbarrier at `address` of every CTA of the cluster, for a whole warp.
static LogicalResult arriveInCluster(ThreadEmitter &emitter, sm::MbarrierArriveOp op,
                                     Value address) {
  if (op.getBy() != sm::Arrivers::Warp)
    return op.emitOpError("cannot be lowered: in a cluster warps arrive");
  Location loc = op.getLoc();
  NVVM::SyncWarpOp::create(emitter.builder(), loc, emitter.i32(-1));
  for (int32_t cta = 0; cta < sm::clusterSize(op); ++cta) {
    Value remote =
        emitAsm(emitter, loc, emitter.builder().getI32Type(), {address, emitter.i32(cta)},
                "mapa.shared::cluster.u32 $0, $1, $2;", "=r,r,r")
            .getRes();
    emitAsmIf(emitter, loc, emitter.electedInWarp(), remote,
              "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [$0];", "r");
  }
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::ClusterBarrierOp op) {
  emitAsm(emitter, op.getLoc(), {}, {},
          "barrier.cluster.arrive.release.aligned; barrier.cluster.wait.acquire.aligned;",
          "~{memory}");
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierArriveOp op) {
  Location loc = op.getLoc();
  Value address = mbarrierAddress(emitter, loc, op.getBarrier(), op.getIndex());
  if (op.getCluster())
    return arriveInCluster(emitter, op, address);
  StringRef text = "mbarrier.arrive.release.cta.shared::cta.b64 _, [$0];";
  switch (op.getBy()) {
  case sm::Arrivers::Thread:
    emitAsm(emitter, loc, {}, address, text, "r,~{memory}");
    break;
  case sm::Arrivers::Warp:
    NVVM::SyncWarpOp::create(emitter.builder(), loc, emitter.i32(-1));
    emitAsmIf(emitter, loc, emitter.electedInWarp(), address, text, "r");
    break;
  case sm::Arrivers::Role:
    emitAsmIf(emitter, loc, emitter.elected(), address, text, "r");
    break;
  }
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierExpectTxOp op) {
  Location loc = op.getLoc();
  Value address = mbarrierAddress(emitter, loc, op.getBarrier(), op.getIndex());
  emitAsmIf(emitter, loc, emitter.elected(), {address, emitter.i32(op.getBytes())},
            "mbarrier.arrive.expect_tx.release.cta.shared::cta.b64 _, [$0], $1;", "r,r");
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierWaitOp op) {
  Location loc = op.getLoc();
  Value address = mbarrierAddress(emitter, loc, op.getBarrier(), op.getIndex());
  SmallVector<Value> operands = {address, emitter.scalar(op.getParity())};
  StringRef skip, rest, constraints = "r,r,~{memory}";
  if (op.getElected()) {
    // A whole warp: where a lane waits alone, the copies behind it are issued late (matmul on an
    // H200: 660 instead of 778 TFLOP/s).
    operands.push_back(arith::CmpIOp::create(emitter.builder(), loc, arith::CmpIPredicate::eq,
                                             emitter.warpIndex(), emitter.i32(0)));
    skip = "@!$2 bra done; ", rest = "done: ", constraints = "r,r,b,~{memory}";
  }
  std::string text = (Twine("{ .reg .pred complete; ") + skip +
                      "again: mbarrier.try_wait.parity.shared::cta.b64 complete, [$0], $1; "
                      "@!complete bra again; " +
                      rest + "}")
                         .str();
  emitAsm(emitter, loc, {}, operands, text, constraints);
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::FenceProxyAsyncOp op) {
  emitAsm(emitter, op.getLoc(), {}, {}, "fence.proxy.async.shared::cta;", "~{memory}");
  return success();
}

} // namespace mla
