//===- SplitLoad.cpp - one tile loaded as two ------------------------------===//
// Columns that arrive by themselves can be used, and their place taken by the next tile, by
// themselves. A product that sums over the columns becomes two in a row, the second adding to the
// first.
#include "mla/Transforms/Passes.h"

#include "Labels.h"

namespace mla {
#define GEN_PASS_DEF_SPLITLOAD
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

namespace {
/// Columns [first, first + width) of the tile.
struct Part {
  StringRef name;
  int64_t first, width;
  Value load; ///< once it is made
};

class LoadSplitter {
public:
  LoadSplitter(tile::LoadViewOp load, int64_t at) : load(load) {
    int64_t columns = type().getDimSize(1);
    parts = {Part{"left", 0, at, {}}, Part{"right", at, columns - at, {}}};
  }

  /// Every reader can do with the parts; else an error at the one that cannot.
  LogicalResult check();
  void rewrite();

private:
  RankedTensorType type() { return cast<RankedTensorType>(load.getResult().getType()); }
  LogicalResult checkProducts(tile::TransOp transposed);
  Part *partOf(tile::SliceOp slice);
  Value makeLoad(OpBuilder &builder, const Part &part);
  void rewriteProduct(tile::DotOp dot);

  tile::LoadViewOp load;
  SmallVector<Part, 2> parts;
};
} // namespace

static RankedTensorType withShape(RankedTensorType type, ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, type.getElementType());
}

/// The part that a slice lies in; null if it lies in both.
Part *LoadSplitter::partOf(tile::SliceOp slice) {
  int64_t first = slice.getOffsets()[1];
  int64_t last = first + cast<RankedTensorType>(slice.getType()).getDimSize(1);
  for (Part &part : parts)
    if (first >= part.first && last <= part.first + part.width)
      return &part;
  return nullptr;
}

LogicalResult LoadSplitter::checkProducts(tile::TransOp transposed) {
  for (OpOperand &use : transposed.getResult().getUses()) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    if (!dot || use.getOperandNumber() != 1 || dot.getA() == transposed.getResult())
      return use.getOwner()->emitError("tile-split-load: cannot split '")
             << labelOf(load)
             << "': this op reads the transposed tile otherwise than as the right "
                "operand of a matrix product";
  }
  return success();
}

LogicalResult LoadSplitter::check() {
  for (Operation *user : load->getUsers()) {
    if (auto transposed = dyn_cast<tile::TransOp>(user)) {
      if (failed(checkProducts(transposed)))
        return failure();
      continue;
    }
    auto slice = dyn_cast<tile::SliceOp>(user);
    if (slice && partOf(slice))
      continue;
    return user->emitError("tile-split-load: cannot split '")
           << labelOf(load) << "' at column " << parts[1].first
           << ": this op reads columns of both parts";
  }
  return success();
}

Value LoadSplitter::makeLoad(OpBuilder &builder, const Part &part) {
  SmallVector<Value> indices(load.getIndices());
  if (part.first != 0) {
    Value moved =
        arith::ConstantOp::create(builder, load.getLoc(), builder.getI64IntegerAttr(part.first));
    indices.back() = arith::AddIOp::create(builder, load.getLoc(), indices.back(), moved);
  }
  auto partLoad = cast<tile::LoadViewOp>(builder.clone(*load));
  partLoad.getIndicesMutable().assign(indices);
  partLoad.getResult().setType(withShape(type(), {type().getDimSize(0), part.width}));
  if (!labelOf(load).empty())
    setLabel(partLoad, labelOf(load) + "." + part.name);
  return partLoad.getResult();
}

/// a · bᵀ over all columns as the sum over the parts, in order.
void LoadSplitter::rewriteProduct(tile::DotOp dot) {
  OpBuilder builder(dot);
  Location loc = dot.getLoc();
  auto left = cast<RankedTensorType>(dot.getA().getType());
  Value sum = dot.getAcc();
  for (const Part &part : parts) {
    auto sliceType = withShape(left, {left.getDimSize(0), part.width});
    Value a = tile::SliceOp::create(builder, loc, sliceType, dot.getA(),
                                    ArrayRef<int64_t>{0, part.first});
    auto transposed = withShape(type(), {part.width, type().getDimSize(0)});
    Value b = tile::TransOp::create(builder, loc, transposed, part.load);
    auto product = tile::DotOp::create(builder, loc, dot.getType(), a, b, sum, StringAttr(),
                                       dot.getPrecisionAttr());
    if (!labelOf(dot).empty())
      setLabel(product, labelOf(dot) + "." + part.name);
    sum = product.getResult();
  }
  dot.getResult().replaceAllUsesWith(sum);
  dot.erase();
}

void LoadSplitter::rewrite() {
  OpBuilder builder(load);
  for (Part &part : parts)
    part.load = makeLoad(builder, part);
  for (Operation *user : llvm::make_early_inc_range(load->getUsers())) {
    if (auto slice = dyn_cast<tile::SliceOp>(user)) {
      Part *part = partOf(slice);
      SmallVector<int64_t> offsets(slice.getOffsets());
      offsets[1] -= part->first;
      slice.getSourceMutable().assign(part->load);
      slice.setOffsets(offsets);
      continue;
    }
    for (Operation *dot : llvm::make_early_inc_range(user->getUsers()))
      rewriteProduct(cast<tile::DotOp>(dot));
    user->erase();
  }
  load.erase();
}

namespace {
struct SplitLoad : mla::impl::SplitLoadBase<SplitLoad> {
  using SplitLoadBase::SplitLoadBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    auto isMatrixLoad = [](Operation *each) {
      auto tile = isa<tile::LoadViewOp>(each)
                      ? dyn_cast<RankedTensorType>(each->getResult(0).getType())
                      : RankedTensorType();
      auto view = dyn_cast<tile::LoadViewOp>(each);
      return tile && tile.getRank() == 2 &&
             view.getDims().back() + 1 == int32_t(view.getIndices().size());
    };
    auto load = cast_or_null<tile::LoadViewOp>(
        findLabelled(func, *this, "op", op, "matrices of views", isMatrixLoad));
    if (!load)
      return signalPassFailure();
    int64_t columns = cast<RankedTensorType>(load.getResult().getType()).getDimSize(1);
    if (at < 1 || at >= columns) {
      load.emitError("tile-split-load: option 'at' must be from 1 to ")
          << columns - 1 << " for '" << op << "', got " << at.getValue();
      return signalPassFailure();
    }
    LoadSplitter splitter(load, at);
    if (failed(splitter.check()))
      return signalPassFailure();
    splitter.rewrite();
  }
};
} // namespace
