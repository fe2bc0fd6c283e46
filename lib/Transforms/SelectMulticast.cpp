//===- SelectMulticast.cpp - tiles that a cluster copies once --------------===//
// A tile whose place in memory does not depend on which CTA of the cluster asks for it is the same
// for all of them. Where that holds for every put of a channel, and for every loop around them, the
// CTAs share the copying: each fetches a part and writes it to all.
#include "mla/Transforms/Passes.h"

namespace mla {
#define GEN_PASS_DEF_SELECTMULTICAST
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
/// Finds what may differ between the CTAs of a cluster, which lie along x.
class Variation {
public:
  bool of(Value value);
  bool ofAny(ValueRange values) {
    return llvm::any_of(values, [&](Value value) { return of(value); });
  }

private:
  DenseSet<Value> seen;
};
} // namespace

/// Values on a cycle through a loop are looked at once: what makes them vary lies elsewhere on it.
bool Variation::of(Value value) {
  if (!seen.insert(value).second)
    return false;
  auto loop = value.getDefiningOp<scf::ForOp>();
  unsigned index = loop ? cast<OpResult>(value).getResultNumber() : 0;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *owner = arg.getOwner()->getParentOp();
    if (isa<func::FuncOp>(owner))
      return false;
    loop = dyn_cast<scf::ForOp>(owner);
    if (!loop)
      return true;
    if (arg.getArgNumber() == 0)
      return of(loop.getLowerBound()) || of(loop.getStep());
    index = arg.getArgNumber() - 1;
  }
  if (loop)
    return of(loop.getInitArgs()[index]) || of(loop.getYieldedValues()[index]) ||
           ofAny({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()});
  Operation *def = value.getDefiningOp();
  if (auto id = dyn_cast<tile::ProgramIdOp>(def))
    return id.getAxis() == 0;
  return def->getNumRegions() != 0 || ofAny(def->getOperands());
}

/// Whether every CTA of a cluster executes `put` equally often, with the same tile.
static bool isSame(ws::PutViewOp put) {
  if (Variation().ofAny(put.getOffsets()))
    return false;
  for (Operation *parent = put->getParentOp(); !isa<ws::RoleOp>(parent);
       parent = parent->getParentOp()) {
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (!loop || Variation().ofAny({loop.getLowerBound(), loop.getUpperBound(), loop.getStep()}))
      return false;
  }
  return true;
}

namespace {
struct SelectMulticast : mla::impl::SelectMulticastBase<SelectMulticast> {
  using SelectMulticastBase::SelectMulticastBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr) || sm::clusterSize(func) == 1)
      return;
    bool any = false;
    for (auto channel : func.getOps<ws::ChannelOp>()) {
      SmallVector<ws::PutViewOp> puts;
      bool isBulk = true;
      for (Operation *user : channel.getChannel().getUsers()) {
        if (auto put = dyn_cast<ws::PutViewOp>(user))
          puts.push_back(put);
        isBulk &= !isa<ws::PutOp, ws::PutTileOp>(user);
      }
      if (puts.empty() || !isBulk || !llvm::all_of(puts, isSame))
        continue;
      any = true;
      for (ws::PutViewOp put : puts)
        put.setMulticast(true);
    }
    if (any)
      return;
    func.emitRemark("the CTAs of a cluster have no tile in common: the kernel has no cluster");
    func->removeAttr(tile::kClusterAttr);
  }
};
} // namespace
