//===- Split.cpp - a matrix product in parts ------------------------------===//
// The tiles that are split are the product and all that it flows into (TileForms); the form of a
// value is the dimension that is split. Their other operands are cut: computed in parts where that
// is free, else sliced.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "TileForms.h"
#include "mlir/IR/Matchers.h"

namespace mla {
#define GEN_PASS_DEF_SPLIT
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

static bool isTile(Value value) { return isa<RankedTensorType>(value.getType()); }

/// Dimension of operand `index` that makes dimension `dim` of the results of `op`; nullopt if the
/// operand is whole in every part.
static std::optional<unsigned> operandDim(Operation *op, unsigned index, unsigned dim) {
  if (!isTile(op->getOperand(index)))
    return std::nullopt;
  if (isa<tile::DotOp>(op)) {
    bool isWhole = (index == 0 && dim == 1) || (index == 1 && dim == 0);
    return isWhole ? std::nullopt : std::optional(dim);
  }
  if (isa<tile::BroadcastOp>(op)) {
    auto source = cast<RankedTensorType>(op->getOperand(0).getType());
    return source.getDimSize(dim) == 1 ? std::nullopt : std::optional(dim);
  }
  if (auto expand = dyn_cast<tile::ExpandDimsOp>(op))
    return dim < expand.getAxis() ? dim : dim - 1;
  if (auto reduce = dyn_cast<tile::ReduceOp>(op))
    return dim < reduce.getAxis() ? dim : dim + 1;
  if (auto trans = dyn_cast<tile::TransOp>(op))
    return trans.sourceDim(dim);
  return dim;
}

/// Whether parts of `value` cost together what the whole costs, and the whole next to nothing.
static bool isFree(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (DenseElementsAttr elements; matchPattern(op, m_Constant(&elements)))
    return elements.isSplat();
  if (isa<tile::SplatOp, tile::RangeOp, tile::BroadcastOp, tile::ExpandDimsOp>(op))
    return true;
  return isElementwise(op) && llvm::all_of(op->getOperands(), [](Value operand) {
           return !isTile(operand) || isFree(operand);
         });
}

namespace {
class Splitter : TileForms {
public:
  Splitter(unsigned parts, StringRef passName) : parts(parts), passName(passName) {}

  LogicalResult run(func::FuncOp func, ArrayRef<Operation *> dots, unsigned dim) {
    for (Operation *dot : dots)
      if (failed(mark(dot->getResult(0), dim, dot)) || failed(propagate()))
        return failure();
    rewrite(func);
    return success();
  }

private:
  LogicalResult check(Value value, unsigned dim, Operation *because) override;
  LogicalResult follow(OpOperand &use, unsigned dim) override;
  SmallVector<Type> typesOf(Type type, unsigned dim) override {
    return SmallVector<Type>(parts, partType(type, dim));
  }
  SmallVector<Value> make(Value value, unsigned dim, OpBuilder &builder) override;
  void rewriteOp(Operation *op) override;

  InFlightDiagnostic fail(Operation *op) {
    return op->emitError() << passName << ": cannot split '" << op->getName() << "': ";
  }
  Type partType(Type type, unsigned dim);
  int64_t partExtent(Value value, unsigned dim) {
    return cast<RankedTensorType>(value.getType()).getDimSize(dim) / parts;
  }
  std::string suffix(unsigned part) const;
  Value slice(Value value, unsigned dim, int64_t offset, int64_t extent, OpBuilder &builder);
  SmallVector<Value> slices(Value value, unsigned dim, OpBuilder &builder);
  SmallVector<Value> cloneParts(Operation *op, unsigned dim, OpBuilder &builder);
  void shiftIndex(Operation *op, unsigned dim, int64_t offset);
  void rewriteSlice(tile::SliceOp op);

  unsigned parts;
  StringRef passName;
};
} // namespace

/// Copies of two parts read as in a drawing.
std::string Splitter::suffix(unsigned part) const {
  if (parts == 2)
    return part == 0 ? ".left" : ".right";
  return "." + std::to_string(part);
}

Type Splitter::partType(Type type, unsigned dim) {
  auto tile = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape(tile.getShape());
  shape[dim] /= parts;
  return RankedTensorType::get(shape, tile.getElementType());
}

LogicalResult Splitter::check(Value value, unsigned dim, Operation *because) {
  int64_t extent = cast<RankedTensorType>(value.getType()).getDimSize(dim);
  if (extent % parts == 0)
    return success();
  return fail(because) << "its tile has " << extent << " elements along dimension " << dim
                       << ", which " << parts << " parts do not divide";
}

//===----------------------------------------------------------------------===//
// What follows from a split operand
//===----------------------------------------------------------------------===//

LogicalResult Splitter::follow(OpOperand &use, unsigned dim) {
  Operation *op = use.getOwner();
  if (isa<tile::StoreOp, tile::StoreViewOp>(op))
    return success();
  if (auto slice = dyn_cast<tile::SliceOp>(op)) {
    int64_t begin = slice.getOffsets()[dim], extent = slice.getType().getDimSize(dim);
    int64_t part = partExtent(use.get(), dim);
    if (begin == 0 && extent == part * parts)
      return mark(slice, dim, op);
    if (begin / part == (begin + extent - 1) / part)
      return success();
    return fail(op) << "it takes elements " << begin << " to " << begin + extent
                    << " of a dimension in parts of " << part;
  }
  if (auto reduce = dyn_cast<tile::ReduceOp>(op)) {
    if (reduce.getAxis() == dim)
      return fail(op) << "it combines the elements along the dimension that is split";
    return mark(reduce.getResult(), dim < reduce.getAxis() ? dim : dim - 1, op);
  }
  if (isa<tile::DotOp>(op)) {
    if (use.getOperandNumber() + dim == 1)
      return fail(op) << "it sums along the dimension of its operand that is split";
    return mark(op->getResult(0), dim, op);
  }
  if (auto trans = dyn_cast<tile::TransOp>(op))
    return mark(trans, trans.resultDim(dim), op);
  if (auto expand = dyn_cast<tile::ExpandDimsOp>(op))
    return mark(expand, dim < expand.getAxis() ? dim : dim + 1, op);
  if (op->getNumResults() != 1 || (!isElementwise(op) && !isa<tile::BroadcastOp>(op)))
    return fail(op) << "it needs the whole of a tile that is split";
  return mark(op->getResult(0), dim, op);
}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

Value Splitter::slice(Value value, unsigned dim, int64_t offset, int64_t extent,
                      OpBuilder &builder) {
  auto type = cast<RankedTensorType>(value.getType());
  if (auto trans = value.getDefiningOp<tile::TransOp>()) {
    Value source = slice(trans.getSource(), trans.sourceDim(dim), offset, extent, builder);
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] = extent;
    return tile::TransOp::create(builder, value.getLoc(), type.clone(shape), source,
                                 trans.getOrderAttr());
  }
  SmallVector<int64_t> offsets(type.getRank(), 0), shape(type.getShape());
  if (auto inner = value.getDefiningOp<tile::SliceOp>()) {
    offsets.assign(inner.getOffsets().begin(), inner.getOffsets().end());
    value = inner.getSource();
  }
  offsets[dim] += offset;
  shape[dim] = extent;
  return tile::SliceOp::create(builder, value.getLoc(), type.clone(shape), value, offsets);
}

SmallVector<Value> Splitter::slices(Value value, unsigned dim, OpBuilder &builder) {
  SmallVector<Value> made;
  int64_t extent = partExtent(value, dim);
  for (unsigned part = 0; part < parts; ++part)
    made.push_back(slice(value, dim, part * extent, extent, builder));
  return made;
}

SmallVector<Value> Splitter::make(Value value, unsigned dim, OpBuilder &builder) {
  Operation *op = value.getDefiningOp();
  bool isLoad = op && isa<tile::LoadOp, tile::LoadViewOp>(op);
  bool onlyHere = value.hasOneUse() && op &&
                  (isLoad || isElementwise(op) || isa<tile::TransOp, tile::DotOp>(op));
  if (!onlyHere && !isFree(value))
    return slices(value, dim, builder);
  builder.setInsertionPoint(op);
  SmallVector<Value> made = cloneParts(op, dim, builder);
  if (isLoad)
    replace(op);
  return made;
}

/// Moves the position of an access to a view along dimension `dim` of its tile.
void Splitter::shiftIndex(Operation *op, unsigned dim, int64_t offset) {
  if (offset == 0)
    return;
  OpBuilder builder(op);
  auto shift = [&](OpOperand &position, int64_t distance) {
    Value by = arith::ConstantIntOp::create(builder, op->getLoc(), distance, 64);
    position.set(arith::AddIOp::create(builder, op->getLoc(), position.get(), by));
  };
  if (auto store = dyn_cast<tile::StoreViewOp>(op)) {
    shift(store.getIndicesMutable()[store.getDims()[dim]], offset);
  } else if (auto load = dyn_cast<tile::LoadViewOp>(op)) {
    shift(load.getIndicesMutable()[load.getDims()[dim]], offset);
    if (load.getValid() && dim == 0)
      shift(load.getValidMutable()[0], -offset);
  }
}

/// A copy of `op` for each part, and the parts of its first result.
SmallVector<Value> Splitter::cloneParts(Operation *op, unsigned dim, OpBuilder &builder) {
  SmallVector<SmallVector<Value>> operands;
  bool isView = isa<tile::LoadViewOp>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    std::optional<unsigned> along =
        isView ? std::nullopt : operandDim(op, operand.getOperandNumber(), dim);
    if (!along)
      operands.push_back(SmallVector<Value>(parts, operand.get()));
    else if (isa<tile::DotOp>(op) && operand.getOperandNumber() < 2 && !isMarked(operand.get()))
      // The factors stay where they are: one buffer, read in parts.
      operands.push_back(slices(operand.get(), *along, builder));
    else
      operands.push_back(held(operand.get(), *along));
  }
  SmallVector<Value> results;
  for (unsigned part = 0; part < parts; ++part) {
    if (auto range = dyn_cast<tile::RangeOp>(op)) {
      int64_t extent = partExtent(range, 0);
      int32_t start = int32_t(range.getStart()) + part * extent;
      results.push_back(tile::RangeOp::create(builder, op->getLoc(), partType(range.getType(), 0),
                                              start, start + extent));
      continue;
    }
    if (DenseElementsAttr elements; matchPattern(op, m_Constant(&elements)) && elements.isSplat()) {
      auto type = cast<RankedTensorType>(partType(elements.getType(), dim));
      results.push_back(
          arith::ConstantOp::create(builder, op->getLoc(), elements.resizeSplat(type)));
      continue;
    }
    Operation *copy = builder.clone(*op);
    for (auto [index, given] : llvm::enumerate(operands))
      copy->setOperand(index, given[part]);
    for (Value result : copy->getResults())
      result.setType(partType(result.getType(), dim));
    if (isView)
      shiftIndex(copy, dim, part * partExtent(op->getResult(0), dim));
    suffixLabels(copy, suffix(part));
    results.push_back(copy->getResult(0));
  }
  return results;
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

/// A slice that lies in one part.
void Splitter::rewriteSlice(tile::SliceOp op) {
  unsigned dim = formOf(op.getSource());
  int64_t extent = partExtent(op.getSource(), dim);
  int64_t part = op.getOffsets()[dim] / extent;
  SmallVector<int64_t> offsets(op.getOffsets());
  offsets[dim] -= part * extent;
  OpBuilder builder(op);
  Value source = held(op.getSource(), dim)[part];
  op.replaceAllUsesWith(
      tile::SliceOp::create(builder, op.getLoc(), op.getType(), source, offsets).getResult());
  replace(op);
}

void Splitter::rewriteOp(Operation *op) {
  OpBuilder builder(op);
  if (auto slice = dyn_cast<tile::SliceOp>(op); slice && !isMarked(slice))
    return rewriteSlice(slice);
  if (op->getNumResults() > 0) {
    unsigned dim = formOf(op->getResult(0));
    setHeld(op->getResult(0), dim, cloneParts(op, dim, builder));
    return replace(op);
  }
  // A store: its operands agree in the dimension that is split.
  unsigned dim = 0;
  for (Value operand : op->getOperands())
    if (isMarked(operand))
      dim = formOf(operand);
  for (unsigned part = 0; part < parts; ++part) {
    Operation *copy = builder.clone(*op);
    for (OpOperand &operand : copy->getOpOperands())
      if (isTile(operand.get()))
        operand.set(held(operand.get(), dim)[part]);
    if (auto store = dyn_cast<tile::StoreViewOp>(op))
      shiftIndex(copy, dim, part * partExtent(store.getValue(), dim));
  }
  replace(op);
}

namespace {
struct Split : mla::impl::SplitBase<Split> {
  using SplitBase::SplitBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    if (parts < 2) {
      func.emitError("tile-split: 'parts' must be at least 2, got ") << int64_t(parts);
      return signalPassFailure();
    }
    if (dim != "m" && dim != "n") {
      func.emitError("tile-split: 'dim' must be one of m, n, got '") << dim << "'";
      return signalPassFailure();
    }
    SmallVector<Operation *> found = findDots(func);
    if (found.empty() ||
        failed(Splitter(parts, getArgument()).run(func, found, dim == "m" ? 0 : 1)))
      signalPassFailure();
  }

private:
  /// The product with the label `op`, else all copies of one with that label.
  SmallVector<Operation *> findDots(func::FuncOp func) {
    SmallVector<Operation *> copies;
    bool isExact = false;
    func.walk([&](tile::DotOp dot) {
      isExact |= labelOf(dot) == op;
      if (!op.empty() && isCopyOf(labelOf(dot), op))
        copies.push_back(dot);
    });
    if (!isExact && !copies.empty())
      return copies;
    Operation *found = findLabelled(func, *this, "op", op, "matrix products",
                                    [](Operation *each) { return isa<tile::DotOp>(each); });
    return found ? SmallVector<Operation *>{found} : SmallVector<Operation *>();
  }
};
} // namespace
