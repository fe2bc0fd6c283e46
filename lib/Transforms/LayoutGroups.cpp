//===- LayoutGroups.cpp - tiles that must share one layout ------------------===//
#include "LayoutGroups.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;

namespace mla {

bool isElementwiseOnTiles(Operation *op) {
  return isa<tile::AddPtrOp, tile::PtrCastOp>(op) ||
         (isa_and_nonnull<arith::ArithDialect, math::MathDialect>(op->getDialect()) &&
          !isa<arith::ConstantOp>(op));
}

/// Values that a loop carries or a branch gives.
static void uniteRegions(Operation *op, UniteTiles unite) {
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    for (auto [init, arg, yielded, result] : llvm::zip(loop.getInitArgs(), loop.getRegionIterArgs(),
                                                       loop.getYieldedValues(), loop.getResults()))
      unite({init, arg, yielded, result});
  } else if (auto loop = dyn_cast<scf::WhileOp>(op)) {
    for (auto [init, arg, yielded] :
         llvm::zip(loop.getInits(), loop.getBeforeArguments(), loop.getYieldOp().getResults()))
      unite({init, arg, yielded});
    for (auto [passed, arg, result] :
         llvm::zip(loop.getConditionOp().getArgs(), loop.getAfterArguments(), loop.getResults()))
      unite({passed, arg, result});
  } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
    for (auto [index, result] : llvm::enumerate(branch.getResults())) {
      unite({result, branch.thenYield().getOperand(index)});
      unite({result, branch.elseYield().getOperand(index)});
    }
  }
}

void forEachLayoutGroup(Operation *op, llvm::function_ref<bool(Value)> isCheap, UniteTiles unite) {
  uniteRegions(op, unite);
  if (isElementwiseOnTiles(op) || isa<tile::AtomicRmwOp, tile::AtomicCasOp>(op)) {
    SmallVector<Value> values(op->getOperands());
    llvm::append_range(values, op->getResults());
    unite(values);
  } else if (auto load = dyn_cast<tile::LoadOp>(op)) {
    unite({load.getPtr(), load.getMask(), load.getOther(), load.getResult()});
  } else if (auto store = dyn_cast<tile::StoreOp>(op)) {
    // With cheap pointers the store picks its own layout.
    if (isa<RankedTensorType>(store.getPtr().getType()) && !isCheap(store.getPtr()))
      unite({store.getPtr(), store.getMask(), store.getValue()});
  } else if (auto copy = dyn_cast<sm::AsyncCopyOp>(op)) {
    unite({copy.getPtr(), copy.getMask()});
  } else if (isa<tile::JoinOp>(op)) {
    unite(op->getOperands());
  } else if (isa<tile::SplitOp>(op)) {
    unite(op->getResults());
  } else if (auto reduce = dyn_cast<tile::GenericReduceOp>(op)) {
    unite(reduce.getSources());
  } else if (auto scan = dyn_cast<tile::ScanOp>(op)) {
    SmallVector<Value> values(scan.getSources());
    llvm::append_range(values, scan.getResults());
    unite(values);
  } else if (auto gather = dyn_cast<tile::GatherOp>(op)) {
    unite({gather.getIndex(), gather.getResult()});
  } else if (auto histogram = dyn_cast<tile::HistogramOp>(op)) {
    unite({histogram.getSource(), histogram.getMask()});
  } else if (auto mma = dyn_cast<sm::MmaOp>(op)) {
    unite({mma.getAcc(), mma.getResult()});
  } else if (auto mma = dyn_cast<sm::WgmmaOp>(op)) {
    unite({mma.getAcc(), mma.getResult()});
  } else if (auto wait = dyn_cast<sm::WgmmaWaitOp>(op)) {
    for (auto [acc, result] : llvm::zip(wait.getAccs(), wait.getResults()))
      unite({acc, result});
  }
}

unsigned loopsRound(Block *block) {
  unsigned loops = 0;
  for (Operation *op = block->getParentOp(); op; op = op->getParentOp())
    loops += isa<LoopLikeOpInterface>(op);
  return loops;
}

} // namespace mla
