//===- WgmmaProducts.cpp - where products of warpgroups end ---------------===//
#include "WgmmaProducts.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mla;

sm::SlotOp mla::slotOfOperand(Value operand) {
  while (isa_and_nonnull<sm::TransOp, sm::SubslotOp>(operand.getDefiningOp()))
    operand = operand.getDefiningOp()->getOperand(0);
  return operand.getDefiningOp<sm::SlotOp>();
}

/// The product of the same block that takes the result of `product` on as its accumulator, if
/// nothing else uses it; else null.
static sm::WgmmaOp successorOf(sm::WgmmaOp product) {
  if (!product.getResult().hasOneUse())
    return {};
  OpOperand &use = *product.getResult().use_begin();
  auto next = dyn_cast<sm::WgmmaOp>(use.getOwner());
  return next && &use == &next.getAccMutable() && next->getBlock() == product->getBlock()
             ? next
             : sm::WgmmaOp();
}

/// Whether `op` uses the result of `product` other than as its successor, or is the block's end.
static bool usesResult(Operation *op, sm::WgmmaOp product) {
  if (op->hasTrait<OpTrait::IsTerminator>())
    return true;
  return !successorOf(product) &&
         llvm::any_of(product.getResult().getUsers(),
                      [&](Operation *user) { return op->isAncestor(user); });
}

void mla::placeWgmmaWaits(Block &block, function_ref<bool(Operation *, sm::WgmmaOp)> frees) {
  SmallVector<sm::WgmmaOp> inFlight; ///< oldest first
  for (Operation &op : llvm::make_early_inc_range(block)) {
    // The newest product that must be complete: the older ones are, then.
    size_t ended = inFlight.size();
    while (ended > 0 && !usesResult(&op, inFlight[ended - 1]) && !frees(&op, inFlight[ended - 1]))
      --ended;
    if (ended > 0) {
      SmallVector<Value> accs;
      for (sm::WgmmaOp product : ArrayRef(inFlight).take_front(ended))
        if (sm::WgmmaOp next = successorOf(product); !next || !next->isBeforeInBlock(&op))
          accs.push_back(product.getResult()); // else the next product has taken it on
      OpBuilder builder(&op);
      auto wait =
          sm::WgmmaWaitOp::create(builder, inFlight[ended - 1].getLoc(),
                                  ValueRange(accs).getTypes(), inFlight.size() - ended, accs);
      for (auto [acc, result] : llvm::zip(accs, wait.getResults()))
        acc.replaceAllUsesExcept(result, wait);
      inFlight.erase(inFlight.begin(), inFlight.begin() + ended);
    }
    if (auto product = dyn_cast<sm::WgmmaOp>(op))
      inFlight.push_back(product);
    for (Region &region : op.getRegions())
      for (Block &nested : region)
        placeWgmmaWaits(nested, frees);
  }
}

namespace {
/// The products through which a loop-carried value runs, and the wait that ends them.
struct ProductChain {
  SmallVector<sm::WgmmaOp> products;
  sm::WgmmaWaitOp wait;
};
} // namespace

/// The chain of the loop-carried value `index`, if nothing else reads it and all factors lie in
/// shared memory: registers would be overwritten by the next iteration.
static std::optional<ProductChain> productChain(scf::ForOp loop, unsigned index) {
  ProductChain chain;
  Value value = loop.getRegionIterArg(index);
  while (value.hasOneUse()) {
    OpOperand &use = *value.use_begin();
    Operation *user = use.getOwner();
    if (user->getBlock() != loop.getBody())
      break;
    if (auto wait = dyn_cast<sm::WgmmaWaitOp>(user); wait && !chain.wait) {
      chain.wait = wait;
      value = wait.getResult(use.getOperandNumber());
      continue;
    }
    if (user->hasTrait<OpTrait::IsTerminator>())
      return use.getOperandNumber() == index && chain.wait ? std::optional(chain) : std::nullopt;
    auto product = dyn_cast<sm::WgmmaOp>(user);
    if (!product || chain.wait || &use != &product.getAccMutable() ||
        !isa<sm::BufferType>(product.getA().getType()))
      break;
    chain.products.push_back(product);
    value = product.getResult();
  }
  return std::nullopt;
}

/// Adds to `moved` what must go before `place` with `op`, the address computations that it needs;
/// false if it needs more.
static bool collectMoved(Operation *op, Operation *place, SetVector<Operation *> &moved) {
  SmallVector<Operation *> worklist = {op};
  while (!worklist.empty()) {
    Operation *next = worklist.pop_back_val();
    if (next->getBlock() != place->getBlock() || next->isBeforeInBlock(place) ||
        !moved.insert(next))
      continue;
    if (!isa<sm::WgmmaOp>(next) && (!isMemoryEffectFree(next) || next->getNumRegions() != 0))
      return false;
    for (Value operand : next->getOperands())
      if (Operation *source = operand.getDefiningOp())
        worklist.push_back(source);
  }
  return true;
}

/// The first copy of an iteration if all that the iteration reads has been waited for before it;
/// else null.
static Operation *copyBehindAllWaits(scf::ForOp loop) {
  Operation *first = nullptr;
  bool ordered = true;
  loop.getBody()->walk([&](Operation *op) {
    if (!isa<sm::AsyncCopyOp, sm::WaitGroupOp>(op))
      return;
    ordered &= op->getParentOp() == loop && !(first && isa<sm::WaitGroupOp>(op));
    if (!first && isa<sm::AsyncCopyOp>(op))
      first = op;
  });
  return ordered ? first : nullptr;
}

void mla::keepProductsInFlight(scf::ForOp loop) {
  SmallVector<sm::WgmmaOp> products;
  SmallVector<unsigned> carried;
  llvm::SetVector<Operation *> waits;
  for (unsigned index = 0; index < loop.getNumRegionIterArgs(); ++index)
    if (std::optional<ProductChain> chain = productChain(loop, index)) {
      llvm::append_range(products, chain->products);
      carried.push_back(index);
      waits.insert(chain->wait);
    }
  auto all = loop.getBody()->getOps<sm::WgmmaOp>();
  Operation *firstCopy = copyBehindAllWaits(loop);
  size_t waitedFor = 0;
  for (Operation *wait : waits)
    waitedFor += wait->getNumOperands();
  if (products.empty() || !firstCopy || waitedFor != carried.size() ||
      std::distance(all.begin(), all.end()) != ptrdiff_t(products.size()))
    return;
  llvm::sort(products, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  SetVector<Operation *> needed;
  for (sm::WgmmaOp product : products)
    if (!collectMoved(product, firstCopy, needed))
      return;
  SmallVector<Operation *> moved = needed.takeVector();
  llvm::sort(moved, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  for (Operation *op : moved)
    op->moveBefore(firstCopy);
  for (Operation *wait : waits) {
    wait->replaceAllUsesWith(wait->getOperands());
    wait->erase();
  }
  OpBuilder builder(firstCopy);
  sm::WgmmaWaitOp::create(builder, products.back().getLoc(), TypeRange(), int32_t(products.size()),
                          ValueRange());
  builder.setInsertionPointAfter(loop);
  SmallVector<Value> results =
      llvm::map_to_vector(carried, [&](unsigned index) -> Value { return loop.getResult(index); });
  auto end =
      sm::WgmmaWaitOp::create(builder, loop.getLoc(), ValueRange(results).getTypes(), 0, results);
  for (auto [result, complete] : llvm::zip(results, end.getResults()))
    result.replaceAllUsesExcept(complete, end);
}
