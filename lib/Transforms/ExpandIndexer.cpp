//===- ExpandIndexer.cpp - steps of choosing keys to tile ops -------------===//
// The default expansion of each op of indexer.
//
// A step of a choice sorts its own N logits, descending, cuts or fills them up to the S places of
// the state, which is ascending, and takes the greater of both, place by place: these are the S
// first of all, and bitonic, so that one pass of a network sorts them: 16 thousand comparisons of
// two entries for S = 2048 and N = 256, where sorting both together would take 160 thousand.

#include "TileBuilder.h"
#include "mla/Transforms/Passes.h"

#include "mla/Dialect/Indexer/Indexer.h"

namespace mla {
#define GEN_PASS_DEF_EXPANDINDEXER
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

using arith::CmpIPredicate;

namespace {
/// Makes the ops of one expansion.
class Expansion : public TileBuilder {
public:
  explicit Expansion(Operation *op) : TileBuilder(op->getLoc(), op) {}

  Value headReduce(indexer::HeadReduceOp op);
  Value topkInit(indexer::TopkInitOp op);
  Value topkStep(indexer::TopkStepOp op);
  SmallVector<Value> topkFinish(indexer::TopkFinishOp op);

private:
  Value equals(Value value, int64_t number) {
    return compare(CmpIPredicate::eq, value, integer(value.getType(), number));
  }
  /// The bits of a float as an integer of its order, and the other way round.
  Value orderedBits(Value bits);
  Value ranks(Value logits);
  Value sort(Value tile, bool descending, bool bitonic) {
    return tile::SortOp::create(*this, tile, /*axis=*/1, descending, /*is_unsigned=*/false,
                                bitonic);
  }
  Value filledUp(Value entries, int64_t count);
};
} // namespace

//===----------------------------------------------------------------------===//
// Logits
//===----------------------------------------------------------------------===//

Value Expansion::headReduce(indexer::HeadReduceOp op) {
  Value scores = op.getScores(), weights = op.getWeights();
  auto type = cast<RankedTensorType>(weights.getType());
  int64_t keys = cast<RankedTensorType>(scores.getType()).getDimSize(1);
  Value positive =
      arith::MaximumFOp::create(*this, scores, number(scores.getType(), 0)); // keeps NaN
  positive = reshape(positive, {type.getDimSize(0), type.getDimSize(1), keys});
  Value parts = contracted<arith::MulFOp>(positive, broadcastLike(expand(weights, 2), positive));
  Value sums = reduce(tile::ReduceKind::Sum, parts, /*axis=*/1);
  if (Value scale = op.getKeyScale())
    sums = contracted<arith::MulFOp>(sums, repeat(scale, /*axis=*/1, sums));
  return sums;
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// Flips all bits but the sign if that is set; the inverse of itself.
Value Expansion::orderedBits(Value bits) {
  Value sign = arith::ShRSIOp::create(*this, bits, integer(bits.getType(), 31));
  Value others = arith::ShRUIOp::create(*this, sign, integer(bits.getType(), 1));
  return arith::XOrIOp::create(*this, bits, others);
}

Value Expansion::ranks(Value logits) {
  Value isNan = arith::CmpFOp::create(*this, arith::CmpFPredicate::UNO, logits, logits);
  // -0 + 0 is +0.
  Value sum = arith::AddFOp::create(*this, logits, number(logits.getType(), 0));
  Value bits = convert<arith::BitcastOp>(sum, getI32Type());
  return select(isNan, integer(bits.getType(), indexer::kNanRank), orderedBits(bits));
}

/// `entries` [M, N] with unused places behind them, [M, count]. `count` is a power of two.
Value Expansion::filledUp(Value entries, int64_t count) {
  auto type = cast<RankedTensorType>(entries.getType());
  int64_t rows = type.getDimSize(0), present = type.getDimSize(1);
  Value index = broadcast(expand(range(0, count), 0), {rows, count});
  Value repeated;
  if (llvm::isPowerOf2_64(uint64_t(present)))
    repeated =
        reshape(broadcast(expand(entries, 1), {rows, count / present, present}), {rows, count});
  else
    repeated = tile::GatherOp::create(*this, type.clone({rows, count}), entries, index, /*axis=*/1);
  Value isPresent = compare(CmpIPredicate::slt, index, integer(index.getType(), present));
  return select(isPresent, repeated, integer(repeated.getType(), indexer::kUnused));
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

Value Expansion::topkInit(indexer::TopkInitOp op) {
  return integer(op.getState().getType(), indexer::kUnused);
}

Value Expansion::topkStep(indexer::TopkStepOp op) {
  Value logits = op.getLogits(), limit = op.getLimit();
  int64_t places = cast<RankedTensorType>(op.getState().getType()).getDimSize(1);
  int64_t count = cast<RankedTensorType>(logits.getType()).getDimSize(1);
  Value index = arith::AddIOp::create(*this, repeat(op.getFirst(), 0, logits),
                                      repeat(range(0, count), 1, logits));
  // As unsigned numbers, negative indices and sums past the largest i32 lie beyond every limit.
  Value end = arith::MaxSIOp::create(*this, limit, integer(limit.getType(), 0));
  Value takesPart = compare(CmpIPredicate::ult, index, repeat(end, 0, logits));

  Value rank = convert<arith::ExtSIOp>(ranks(logits), getI64Type());
  Value high = arith::ShLIOp::create(*this, rank, integer(rank.getType(), 32));
  Value complement = arith::XOrIOp::create(*this, index, integer(index.getType(), -1));
  Value low = convert<arith::ExtUIOp>(complement, getI64Type());
  Value entries = select(takesPart, arith::OrIOp::create(*this, high, low),
                         integer(rank.getType(), indexer::kUnused));

  Value sorted = sort(entries, /*descending=*/true, /*bitonic=*/false);
  sorted = count < places ? filledUp(sorted, places) : columns(sorted, 0, places);
  Value first = arith::MaxSIOp::create(*this, op.getState(), sorted);
  return sort(first, /*descending=*/false, /*bitonic=*/true);
}

SmallVector<Value> Expansion::topkFinish(indexer::TopkFinishOp op) {
  Type type = op.getValues().getType();
  // What ascends is bitonic.
  Value entries = sort(op.getState(), /*descending=*/true, /*bitonic=*/true);
  entries = columns(entries, 0, cast<RankedTensorType>(type).getDimSize(1));
  Value rank = arith::ShRUIOp::create(*this, entries, integer(entries.getType(), 32));
  rank = convert<arith::TruncIOp>(rank, getI32Type());
  Value value = convert<arith::BitcastOp>(orderedBits(rank), getF32Type());
  value = select(equals(rank, indexer::kNanRank),
                 number(type, std::numeric_limits<double>::quiet_NaN()), value);
  value = select(equals(rank, indexer::kUnusedRank),
                 number(type, -std::numeric_limits<double>::infinity()), value);
  Value complement = convert<arith::TruncIOp>(entries, getI32Type());
  Value index = arith::XOrIOp::create(*this, complement, integer(complement.getType(), -1));
  return {value, index};
}

namespace {
struct ExpandIndexer : mla::impl::ExpandIndexerBase<ExpandIndexer> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      Expansion expansion(op);
      SmallVector<Value> results;
      if (auto reduce = dyn_cast<indexer::HeadReduceOp>(op))
        results = {expansion.headReduce(reduce)};
      else if (auto init = dyn_cast<indexer::TopkInitOp>(op))
        results = {expansion.topkInit(init)};
      else if (auto step = dyn_cast<indexer::TopkStepOp>(op))
        results = {expansion.topkStep(step)};
      else if (auto finish = dyn_cast<indexer::TopkFinishOp>(op))
        results = expansion.topkFinish(finish);
      else
        return;
      op->replaceAllUsesWith(results);
      op->erase();
    });
  }
};
} // namespace
