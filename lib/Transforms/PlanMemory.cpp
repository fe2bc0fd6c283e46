//===- PlanMemory.cpp - assign shared-memory offsets ----------------------===//
// A buffer is live from the outermost loop or op of its first use to that of its last. Buffers that
// are never live together, and scratch memory of ops outside a buffer's life, share bytes;
// sm-insert-barriers orders them. Warp ranges run at the same time, and mbarriers live always.
#include "mla/Transforms/Passes.h"

#include "mla/Arch/Arch.h"

namespace mla {
#define GEN_PASS_DEF_PLANMEMORY
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Buffers start at multiples of 1024 bytes, what the 128-byte swizzle of TMA and wgmma needs (PTX
/// ISA §5.5.6).
static constexpr int64_t kBufferAlignment = 1024;
/// Mbarriers are accessed as 8-byte words.
static constexpr int64_t kMbarrierAlignment = sm::MbarrierType::kBytes;
/// Scratch is accessed with 16-byte vectors.
static constexpr int64_t kScratchAlignment = 128;

namespace {
/// Something that needs bytes while ops first … last (of the function's top block) run.
struct Claim {
  Operation *op;
  int64_t bytes = 0, alignment = 0;
  int64_t first = 0, last = 0;
  int64_t offset = -1;

  bool overlapsInTime(const Claim &other) const {
    return first <= other.last && other.first <= last;
  }
};
} // namespace

/// Position of the ancestor of `op` in the function's top block.
static int64_t topPosition(Operation *op, const DenseMap<Operation *, int64_t> &positions) {
  while (!positions.contains(op))
    op = op->getParentOp();
  return positions.lookup(op);
}

/// Whether `op` only names bytes of a buffer.
static bool isPartOfBuffer(Operation *op) {
  return isa<sm::SlotOp, sm::TransOp, sm::SubslotOp>(op);
}

/// All uses of a buffer, through its parts.
static void collectUsers(Value buffer, SmallVectorImpl<Operation *> &users) {
  for (Operation *user : buffer.getUsers()) {
    users.push_back(user);
    if (isPartOfBuffer(user))
      collectUsers(user->getResult(0), users);
  }
}

/// When the ops of the function's top block run. From the first range of warps to the last one the
/// program counters of the warps differ, so that all of it is one moment.
static DenseMap<Operation *, int64_t> positionsOf(Block &block) {
  int64_t first = 0, last = -1, number = 0;
  for (Operation &op : block) {
    if (isa<sm::WarpsOp>(op)) {
      first = last < 0 ? number : first;
      last = number;
    }
    ++number;
  }
  DenseMap<Operation *, int64_t> positions;
  number = 0;
  for (Operation &op : block) {
    positions[&op] = number >= first && number <= last ? first : number;
    ++number;
  }
  return positions;
}

/// Buffers first (they are large and live long), then mbarriers, then scratch memory, each in
/// program order.
static SmallVector<Claim> collectClaims(func::FuncOp func) {
  DenseMap<Operation *, int64_t> positions = positionsOf(func.getBody().front());
  SmallVector<Claim> claims, mbarriers, scratch;
  func.walk([&](Operation *op) {
    if (auto alloc = dyn_cast<sm::AllocOp>(op)) {
      Claim claim{op, cast<sm::BufferType>(alloc.getBuffer().getType()).getBytes(),
                  kBufferAlignment};
      SmallVector<Operation *> users;
      collectUsers(alloc.getBuffer(), users);
      claim.first = positions.size(), claim.last = -1;
      for (Operation *user : users) {
        int64_t position = topPosition(user, positions);
        claim.first = std::min(claim.first, position);
        claim.last = std::max(claim.last, position);
      }
      claims.push_back(claim);
    } else if (auto ring = dyn_cast<sm::MbarrierAllocOp>(op)) {
      int64_t bytes = cast<sm::MbarrierType>(ring.getBarrier().getType()).getBytes();
      mbarriers.push_back({op, bytes, kMbarrierAlignment, 0, int64_t(positions.size())});
    } else if (int64_t bytes = sm::scratchBytes(op)) {
      int64_t position = topPosition(op, positions);
      scratch.push_back({op, bytes, kScratchAlignment, position, position});
    }
  });
  claims.append(mbarriers);
  claims.append(scratch);
  return claims;
}

static bool isScratch(const Claim &claim) {
  return !isa<sm::AllocOp, sm::MbarrierAllocOp>(claim.op);
}

/// True if no tile lies in `alloc` any more when `op` of a role runs: the role's own accesses are
/// over, and other roles only copy tiles into the buffer, each of which this role has taken out
/// (schedules put and get equally often).
static bool isDrained(sm::AllocOp alloc, Operation *op) {
  auto role = op->getParentOfType<sm::WarpsOp>();
  if (!role)
    return false;
  Block &body = role.getBody().front();
  Operation *now = body.findAncestorOpInBlock(*op);
  SmallVector<Operation *> users;
  collectUsers(alloc.getBuffer(), users);
  bool reads = false;
  for (Operation *user : users) {
    if (isPartOfBuffer(user))
      continue; // its users count
    if (!role->isAncestor(user)) {
      if (!isa<sm::TmaLoadOp>(user))
        return false;
      continue;
    }
    reads = true;
    if (!body.findAncestorOpInBlock(*user)->isBeforeInBlock(now))
      return false;
  }
  return reads;
}

/// Scratch claims of the same warps never run at the same time as each other, even in one loop.
static bool canShareScratch(const Claim &a, const Claim &b) {
  return isScratch(a) && isScratch(b) &&
         a.op->getParentOfType<sm::WarpsOp>() == b.op->getParentOfType<sm::WarpsOp>();
}

/// First fit, in order: the lowest aligned offset clear of every placed claim that is live at the
/// same time.
static int64_t place(const Claim &claim, ArrayRef<Claim> placed, bool shareScratch) {
  auto drained = [&](const Claim &other) {
    auto alloc = dyn_cast<sm::AllocOp>(other.op);
    return alloc && isScratch(claim) && isDrained(alloc, claim.op);
  };
  int64_t offset = 0;
  for (bool moved = true; std::exchange(moved, false);)
    for (const Claim &other : placed)
      if (other.overlapsInTime(claim) && !(shareScratch && canShareScratch(claim, other)) &&
          !drained(other) && offset < other.offset + other.bytes &&
          other.offset < offset + claim.bytes) {
        offset = llvm::alignTo(other.offset + other.bytes, claim.alignment);
        moved = true;
      }
  return offset;
}

/// Places all claims; the bytes they need together.
static int64_t placeAll(MutableArrayRef<Claim> claims, bool shareScratch) {
  int64_t total = 0;
  for (auto [index, claim] : llvm::enumerate(claims)) {
    claim.offset = place(claim, claims.take_front(index), shareScratch);
    total = std::max(total, claim.offset + claim.bytes);
  }
  return total;
}

static LogicalResult planMemory(func::FuncOp func) {
  const Arch *arch = sm::targetArch(func);
  if (!arch)
    return failure();
  SmallVector<Claim> claims = collectClaims(func); // buffers first
  OpBuilder builder(func.getContext());
  int64_t limit = sm::sharedLimit(func, *arch);
  // Where there is room, ops of one loop exchange data through bytes of their own: no barrier is
  // needed then between what one of them reads and the next one writes.
  int64_t total = placeAll(claims, /*shareScratch=*/false);
  if (total > limit)
    total = placeAll(claims, /*shareScratch=*/true);
  for (const Claim &claim : claims) {
    if (auto alloc = dyn_cast<sm::AllocOp>(claim.op))
      alloc.setOffset(claim.offset);
    else if (auto ring = dyn_cast<sm::MbarrierAllocOp>(claim.op))
      ring.setOffset(claim.offset);
    else
      claim.op->setAttr(sm::kScratchOffsetAttr, builder.getI64IntegerAttr(claim.offset));
  }
  func->setAttr(sm::kSharedBytesAttr, builder.getI64IntegerAttr(total));
  if (total <= limit)
    return success();
  InFlightDiagnostic error = func.emitError("the kernel needs ")
                             << total << " bytes of shared memory, " << arch->name << " allows "
                             << limit << ": reduce num_stages or the tiles";
  for (const Claim &claim : claims) {
    Diagnostic &note = error.attachNote(claim.op->getLoc());
    if (auto alloc = dyn_cast<sm::AllocOp>(claim.op)) {
      auto type = cast<sm::BufferType>(alloc.getBuffer().getType());
      note << "buffer \"" << alloc.getLabel() << "\": " << type.getDepth() << " x ["
           << type.getTile().getShape() << "] " << type.getTile().getElementType() << " = "
           << claim.bytes << " bytes";
    } else if (auto ring = dyn_cast<sm::MbarrierAllocOp>(claim.op)) {
      note << "mbarriers \"" << ring.getLabel() << "\": " << claim.bytes << " bytes";
    } else {
      note << "scratch memory of " << claim.op->getName() << ": " << claim.bytes << " bytes";
    }
  }
  return failure();
}

namespace {
struct PlanMemory : mla::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr(tile::kKernelAttr) && failed(planMemory(func)))
      signalPassFailure();
  }
};
} // namespace
