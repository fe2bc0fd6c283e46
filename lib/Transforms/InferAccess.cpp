//===- InferAccess.cpp - how contiguous each global access is -------------===//
// Turns what is known about a tile of pointers and its mask into `#tile.access`: the dimension that
// runs through memory and the widest vector of it that one instruction may move.

#include "mla/Analysis/AxisInfo.h"
#include "mla/Transforms/Passes.h"

#include <numeric>

namespace mla {
#define GEN_PASS_DEF_INFERACCESS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// Bytes of the widest global access of one thread.
static constexpr int64_t kMaxAccessBytes = 16;

/// The access of `pointers` under `mask` (may be null), or null if no dimension is contiguous.
static tile::AccessAttr inferAccess(Value pointers, Value mask, const AxisInfoAnalysis &axes) {
  auto type = dyn_cast<RankedTensorType>(pointers.getType());
  if (!type)
    return {};
  AxisInfo info = axes.lookup(pointers);
  std::optional<AxisInfo> maskInfo;
  if (mask)
    maskInfo = axes.lookup(mask);

  int64_t bestElems = 0, bestRun = 1, bestDim = 0;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    int64_t run = info.dims[dim].contiguity;
    if (run == 1)
      continue;
    int64_t elems =
        std::gcd(info.alignedRun(dim), std::max<int64_t>(kMaxAccessBytes / info.unit, 1));
    if (maskInfo)
      elems = std::gcd(elems, maskInfo->dims[dim].constancy);
    // Of equals the longest run, of those the last dimension: it says along which dimension threads
    // coalesce even where each moves one element.
    if (std::tie(elems, run) >= std::tie(bestElems, bestRun))
      std::tie(bestElems, bestRun, bestDim) = std::tuple(elems, run, dim);
  }
  return bestElems ? tile::AccessAttr::get(pointers.getContext(), bestDim, bestElems)
                   : tile::AccessAttr();
}

namespace {
struct InferAccess : mla::impl::InferAccessBase<InferAccess> {
  void runOnOperation() override {
    const auto &axes = getAnalysis<AxisInfoAnalysis>();
    auto annotate = [&](auto access) {
      if (tile::AccessAttr attr = inferAccess(access.getPtr(), access.getMask(), axes))
        access.setAccessAttr(attr);
      else
        access.removeAccessAttr();
    };
    getOperation().walk([&](Operation *op) {
      if (auto load = dyn_cast<tile::LoadOp>(op))
        annotate(load);
      else if (auto store = dyn_cast<tile::StoreOp>(op))
        annotate(store);
    });
    // What the author promised is in the attributes now.
    getOperation().walk([](tile::AxisHintOp hint) {
      hint.getResult().replaceAllUsesWith(hint.getSource());
      hint.erase();
    });
  }
};
} // namespace
