//===- InsertBarriers.cpp - CTA barriers between conflicting accesses -----===//
// A forward walk over structured control flow carries the byte ranges of shared memory that some
// thread may have read or written since the last barrier. An access that conflicts with them gets a
// barrier before it. Loops are walked until the state at their head stops growing, then once more
// to insert. Of one buffer a slot and the one before it are told apart within an iteration. Ranges
// of warps run at the same time, ordered by mbarriers that the schedule put; they begin with
// nothing pending.
#include "mla/Transforms/Passes.h"

#include "mlir/IR/Matchers.h"

#include <set>
#include <tuple>

namespace mla {
#define GEN_PASS_DEF_INSERTBARRIERS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {

/// Bytes [begin, end) of shared memory; of a buffer with slots, those of `slot` in this iteration
/// (null: of any).
struct ByteRange {
  int64_t begin, end;
  Value slot;

  bool operator==(const ByteRange &) const = default;
  bool operator<(const ByteRange &other) const {
    auto key = [](const ByteRange &range) {
      return std::tuple(range.begin, range.end, range.slot.getAsOpaquePointer());
    };
    return key(*this) < key(other);
  }
};
using ByteRanges = std::set<ByteRange>;

/// What is under way at a place of the program.
struct State {
  /// Accesses since the last barrier.
  ByteRanges reads, writes;
  /// What products of warpgroups may still read, whatever barriers the warps have met at since.
  ByteRanges inFlight;

  void join(const State &other) {
    reads.insert(other.reads.begin(), other.reads.end());
    writes.insert(other.writes.begin(), other.writes.end());
    inFlight.insert(other.inFlight.begin(), other.inFlight.end());
  }
  /// Behind a barrier.
  void meet() { reads = writes = {}; }
  /// In another iteration the same values name other slots.
  void forgetSlots() {
    for (ByteRanges *ranges : {&reads, &writes, &inFlight}) {
      ByteRanges whole;
      for (const ByteRange &range : *ranges)
        whole.insert({range.begin, range.end, {}});
      *ranges = std::move(whole);
    }
  }
  bool operator==(const State &) const = default;
};

/// What one op does to shared memory. A copy's bytes must be free of earlier accesses when it is
/// issued, but it counts as a write only where its group is waited for.
struct Access {
  ByteRanges reads, writes, copies;
  bool hasInnerBarrier = false; ///< writes, barrier, reads
};

class BarrierInserter {
public:
  /// Returns the state after `block`; changes IR only if `insert`.
  State walk(Block &block, State state, bool insert);

private:
  State walkRegions(Operation *op, State state, bool insert);
  State walkWarps(Operation *first, State state, bool insert);
  Access accessOf(Operation *op);
  void addBuffer(Value buffer, ByteRanges &ranges);
};

} // namespace

/// Whether `before` is the slot before `slot` in a ring of several, as ws-pipeline-loops says it:
/// `slot == 0 ? last : slot - 1`.
static bool isSlotBefore(Value before, Value slot) {
  auto select = before ? before.getDefiningOp<arith::SelectOp>() : arith::SelectOp();
  auto isFirst = select ? select.getCondition().getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  auto less = select ? select.getFalseValue().getDefiningOp<arith::SubIOp>() : arith::SubIOp();
  APInt last;
  return isFirst && less && isFirst.getPredicate() == arith::CmpIPredicate::eq &&
         isFirst.getLhs() == slot && matchPattern(isFirst.getRhs(), m_Zero()) &&
         less.getLhs() == slot && matchPattern(less.getRhs(), m_One()) &&
         matchPattern(select.getTrueValue(), m_ConstantInt(&last)) && last.sgt(0);
}

static bool overlaps(const ByteRange &x, const ByteRange &y) {
  return x.begin < y.end && y.begin < x.end &&
         !(x.slot && y.slot && (isSlotBefore(x.slot, y.slot) || isSlotBefore(y.slot, x.slot)));
}

static bool overlaps(const ByteRanges &a, const ByteRanges &b) {
  return llvm::any_of(a, [&](const ByteRange &x) {
    return llvm::any_of(b, [&](const ByteRange &y) { return overlaps(x, y); });
  });
}

/// The bytes of the whole allocation, and which slot of it.
void BarrierInserter::addBuffer(Value buffer, ByteRanges &ranges) {
  if (!isa<sm::BufferType>(buffer.getType()))
    return;
  Value slot;
  while (isa<sm::SlotOp, sm::TransOp, sm::SubslotOp>(buffer.getDefiningOp())) {
    if (auto named = buffer.getDefiningOp<sm::SlotOp>())
      slot = named.getIndex();
    buffer = buffer.getDefiningOp()->getOperand(0);
  }
  auto alloc = buffer.getDefiningOp<sm::AllocOp>();
  int64_t begin = alloc.getOffset().value_or(0);
  ranges.insert({begin, begin + cast<sm::BufferType>(buffer.getType()).getBytes(), slot});
}

Access BarrierInserter::accessOf(Operation *op) {
  Access access;
  if (auto copy = dyn_cast<sm::AsyncCopyOp>(op)) {
    addBuffer(copy.getSlot(), access.copies);
  } else if (auto wait = dyn_cast<sm::WaitGroupOp>(op)) {
    for (Value buffer : wait.getBuffers())
      addBuffer(buffer, access.writes);
  } else if (auto load = dyn_cast<sm::LoadSharedOp>(op)) {
    if (!load.getOrdered())
      addBuffer(load.getSlot(), access.reads);
  } else if (auto mma = dyn_cast<sm::MmaOp>(op)) {
    addBuffer(mma.getA(), access.reads);
    addBuffer(mma.getB(), access.reads);
  } else if (auto store = dyn_cast<sm::StoreSharedOp>(op)) {
    if (!store.getOrdered())
      addBuffer(store.getSlot(), access.writes);
  } else if (auto store = dyn_cast<sm::TmaStoreOp>(op)) {
    addBuffer(store.getSlot(), access.reads);
  } else if (auto wgmma = dyn_cast<sm::WgmmaOp>(op)) {
    addBuffer(wgmma.getA(), access.reads);
    addBuffer(wgmma.getB(), access.reads);
  } else if (auto offset = op->getAttrOfType<IntegerAttr>(sm::kScratchOffsetAttr)) {
    ByteRange range{offset.getInt(), offset.getInt() + sm::scratchBytes(op), {}};
    access.writes.insert(range);
    access.reads.insert(range);
    access.hasInnerBarrier = true;
  }
  return access;
}

State BarrierInserter::walk(Block &block, State state, bool insert) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (isa<sm::BarrierOp, sm::ClusterBarrierOp, tile::BarrierOp>(op)) {
      state.meet();
      continue;
    }
    if (auto wait = dyn_cast<sm::WgmmaWaitOp>(op)) {
      state.reads.insert(state.inFlight.begin(), state.inFlight.end());
      if (wait.getPending() == 0)
        state.inFlight.clear();
      continue;
    }
    if (isa<sm::WarpsOp>(op)) {
      if (!isa_and_nonnull<sm::WarpsOp>(op.getPrevNode()))
        state = walkWarps(&op, std::move(state), insert);
      continue;
    }
    if (op.getNumRegions() != 0 && !tile::hasCombineRegion(&op)) {
      state = walkRegions(&op, std::move(state), insert);
      continue;
    }
    Access access = accessOf(&op);
    // A wait only makes this thread's own copies arrive: it conflicts with nothing itself.
    bool isWait = isa<sm::WaitGroupOp>(op);
    bool readsWritten = !access.hasInnerBarrier && overlaps(access.reads, state.writes);
    bool writesUsed =
        !isWait && (overlaps(access.writes, state.reads) || overlaps(access.writes, state.writes) ||
                    overlaps(access.copies, state.reads) || overlaps(access.copies, state.writes));
    if (readsWritten || writesUsed) {
      if (insert) {
        OpBuilder builder(&op);
        sm::BarrierOp::create(builder, op.getLoc());
      }
      state.meet();
    }
    if (access.hasInnerBarrier) {
      state.meet();
      state.reads = access.reads;
    } else {
      state.join({access.reads, access.writes, {}});
    }
    if (isa<sm::WgmmaOp>(op))
      state.inFlight.insert(access.reads.begin(), access.reads.end());
  }
  return state;
}

/// `first` and the ranges of warps that follow it immediately. What the CTA did before concerns all
/// of them, and a barrier inside would be for one range only.
State BarrierInserter::walkWarps(Operation *first, State state, bool insert) {
  if (insert && state != State()) {
    OpBuilder builder(first);
    sm::BarrierOp::create(builder, first->getLoc());
  }
  State after;
  for (Operation *op = first; isa_and_nonnull<sm::WarpsOp>(op); op = op->getNextNode())
    after.join(walk(cast<sm::WarpsOp>(op).getBody().front(), {}, insert));
  return after;
}

State BarrierInserter::walkRegions(Operation *op, State state, bool insert) {
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    State after = walk(*branch.thenBlock(), state, insert);
    after.join(branch.elseBlock() ? walk(*branch.elseBlock(), state, insert) : state);
    return after;
  }
  // Loops: every region may follow every other, and the whole may not run at all.
  auto once = [&](State in, bool doInsert) {
    for (Region &region : op->getRegions())
      for (Block &block : region) {
        in.forgetSlots();
        in = walk(block, std::move(in), doInsert);
      }
    in.forgetSlots();
    return in;
  };
  state.forgetSlots();
  State head = state;
  while (true) {
    State next = head;
    next.join(once(head, false));
    if (next == head)
      break;
    head = std::move(next);
  }
  State after = once(head, insert);
  after.join(head);
  return after;
}

namespace {
struct InsertBarriers : mla::impl::InsertBarriersBase<InsertBarriers> {
  using InsertBarriersBase::InsertBarriersBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr(tile::kKernelAttr))
      BarrierInserter().walk(func.getBody().front(), {}, /*insert=*/true);
  }
};
} // namespace
