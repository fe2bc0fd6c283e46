//===- LowerTma.cpp - bulk copies of tiles --------------------------------===//
// cp.async.bulk.tensor (PTX ISA §9.7.9.27.1): one copy per box of the tile, all issued by one
// thread.

#include "Lower.h"
#include "MemoryWords.h"
#include "SharedAddress.h"
#include "mla/Layout/Tma.h"

using namespace mlir;

namespace mla {

/// Cache policies as createpolicy makes them for all of an access.
static int64_t cachePolicy(sm::L2Hint hint) {
  switch (hint) {
  case sm::L2Hint::EvictNormal:
    return 0x1000000000000000;
  case sm::L2Hint::EvictFirst:
    return 0x12F0000000000000;
  case sm::L2Hint::EvictLast:
    return 0x14F0000000000000;
  }
  llvm_unreachable("every hint is handled");
}

namespace {
/// What loads and stores of a tile have in common.
class TileCopies {
public:
  TileCopies(ThreadEmitter &emitter, Location loc, Value slot, ValueRange coords);

  const std::vector<TmaTile::Copy> &list() const { return tile.copies; }
  int64_t rank() const { return int64_t(origin.size()); }
  /// 32-bit address of the box in shared memory.
  Value address(const TmaTile::Copy &copy) const;
  /// Coordinates of the box, contiguous dimension first.
  SmallVector<Value> coords(const TmaTile::Copy &copy) const;

private:
  ThreadEmitter &emitter;
  Location loc;
  TmaTile tile;
  Value start;
  /// Registers of the coordinates, as the op has them.
  SmallVector<Value> origin;
};
} // namespace

TileCopies::TileCopies(ThreadEmitter &emitter, Location loc, Value slot, ValueRange coords)
    : emitter(emitter), loc(loc) {
  auto type = cast<sm::BufferType>(slot.getType());
  tile =
      *matchTma(type.getLayout().getLayout(), tile::elementBytes(type.getTile().getElementType()));
  start = sharedRegister(emitter, loc, emitter.sharedPointer(loc, emitter.scalar(slot)));
  for (Value coord : coords)
    origin.push_back(emitter.scalar(coord));
}

static Value addConstant(ThreadEmitter &emitter, Location loc, Value value, int64_t addend) {
  if (addend == 0)
    return value;
  return arith::AddIOp::create(emitter.builder(), loc, value, emitter.i32(addend));
}

Value TileCopies::address(const TmaTile::Copy &copy) const {
  return addConstant(emitter, loc, start, copy.offsetBytes);
}

SmallVector<Value> TileCopies::coords(const TmaTile::Copy &copy) const {
  // Dimensions in front of the tile's are the outermost ones of the tensor.
  size_t front = origin.size() - tile.dims.size();
  SmallVector<Value> result;
  for (unsigned dim : tile.dims)
    result.push_back(addConstant(emitter, loc, origin[front + dim], copy.coords[dim]));
  for (size_t i = front; i-- > 0;)
    result.push_back(origin[i]);
  return result;
}

/// "{$first, $(first + 1), …}", and as many register constraints.
static std::string coordList(int64_t first, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return "{" + text + "}";
}
static std::string registerConstraints(int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += ",r";
  return text;
}

/// The thread (i1) that issues every n-th of the copies that the CTAs of a cluster share: the
/// elected one of CTA n.
static SmallVector<Value> issuersOf(ThreadEmitter &emitter, Location loc, int32_t cluster) {
  if (cluster == 1)
    return {emitter.elected()};
  OpBuilder &b = emitter.builder();
  Value rank =
      emitAsm(emitter, loc, b.getI32Type(), {}, "mov.u32 $0, %cluster_ctarank;", "=r").getRes();
  SmallVector<Value> issuers;
  for (int32_t cta = 0; cta < cluster; ++cta) {
    Value isHere = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rank, emitter.i32(cta));
    issuers.push_back(arith::AndIOp::create(b, loc, isHere, emitter.elected()));
  }
  return issuers;
}

LogicalResult lower(ThreadEmitter &emitter, sm::TmaPrefetchOp op) {
  emitAsmIf(emitter, op.getLoc(), emitter.elected(), emitter.scalar(op.getMap()),
            "prefetch.tensormap [$0];", "l");
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::TmaLoadOp op) {
  Location loc = op.getLoc();
  TileCopies copies(emitter, loc, op.getSlot(), op.getCoords());
  Value barrier = mbarrierAddress(emitter, loc, op.getBarrier(), op.getIndex());
  int64_t rank = copies.rank();
  int32_t cluster = op.getMulticast() ? sm::clusterSize(op) : 1;
  SmallVector<Value> issuers = issuersOf(emitter, loc, cluster);
  for (auto [number, copy] : llvm::enumerate(copies.list())) {
    // Operands: destination, map, barrier, coordinates, CTAs, cache policy.
    SmallVector<Value> operands = {copies.address(copy), emitter.scalar(op.getMap()), barrier};
    llvm::append_range(operands, copies.coords(copy));
    // To the CTA itself, unless it is for others too: ptxas calls a function for the wider space on
    // archs without multicast, and ignores setmaxnreg then.
    std::string text = "cp.async.bulk.tensor." + std::to_string(rank) +
                       (cluster > 1 ? "d.shared::cluster" : "d.shared::cta") +
                       ".global.tile.mbarrier::complete_tx::bytes";
    std::string constraints = "r,l,r" + registerConstraints(rank);
    std::string policy;
    if (cluster > 1) {
      text += ".multicast::cluster";
      policy = ", $" + std::to_string(operands.size());
      operands.push_back(emitter.constant(emitter.builder().getI16Type(), (1 << cluster) - 1));
      constraints += ",h";
    }
    if (auto hint = op.getL2Hint()) {
      text += ".L2::cache_hint";
      policy += ", $" + std::to_string(operands.size());
      operands.push_back(emitter.constant(emitter.builder().getI64Type(), cachePolicy(*hint)));
      constraints += ",l";
    }
    emitAsmIf(emitter, loc, issuers[number % cluster], operands,
              text + " [$0], [$1, " + coordList(3, rank) + "], [$2]" + policy + ";", constraints);
  }
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::TmaStoreOp op) {
  Location loc = op.getLoc();
  TileCopies copies(emitter, loc, op.getSlot(), op.getCoords());
  int64_t rank = copies.rank();
  for (const TmaTile::Copy &copy : copies.list()) {
    SmallVector<Value> operands = {copies.address(copy), emitter.scalar(op.getMap())};
    llvm::append_range(operands, copies.coords(copy));
    emitAsmIf(emitter, loc, emitter.elected(), operands,
              "cp.async.bulk.tensor." + Twine(rank) + "d.global.shared::cta.tile.bulk_group [$1, " +
                  coordList(2, rank) + "], [$0];",
              "r,l" + registerConstraints(rank));
  }
  emitAsmIf(emitter, loc, emitter.elected(), {}, "cp.async.bulk.commit_group;", "");
  return success();
}

LogicalResult lower(ThreadEmitter &emitter, sm::TmaStoreWaitOp op) {
  emitAsmIf(emitter, op.getLoc(), emitter.elected(), {},
            "cp.async.bulk.wait_group" + Twine(op.getRead() ? ".read " : " ") +
                Twine(op.getPending()) + ";",
            "");
  return success();
}

} // namespace mla
