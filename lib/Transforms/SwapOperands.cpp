//===- SwapOperands.cpp - a matrix product the other way round ------------===//
// a · b = (bᵀ · aᵀ)ᵀ. What the product flows into elementwise, and what loops carry of it, stays
// transposed (TileForms); a tile.trans stands only where something else reads it.
#include "mla/Transforms/Passes.h"

#include "Labels.h"
#include "TileForms.h"
#include "mlir/IR/Matchers.h"

namespace mla {
#define GEN_PASS_DEF_SWAPOPERANDS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

static constexpr unsigned kTransposed = 0;

/// The type of the transposed tile; a scalar is its own.
static Type transposedType(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  if (!tile)
    return type;
  return RankedTensorType::get({tile.getDimSize(1), tile.getDimSize(0)}, tile.getElementType());
}

namespace {
class Transposer : TileForms {
public:
  explicit Transposer(tile::DotOp dot) : dot(dot) {}

  LogicalResult run() {
    if (failed(mark(dot.getResult(), kTransposed, dot)) || failed(propagate()))
      return failure();
    rewrite(dot->getParentOfType<func::FuncOp>());
    return success();
  }

private:
  LogicalResult check(Value, unsigned, Operation *) override { return success(); }
  LogicalResult follow(OpOperand &use, unsigned) override {
    Operation *op = use.getOwner();
    if (staysTransposed(op))
      return mark(op->getResult(0), kTransposed, op);
    return success();
  }
  SmallVector<Type> typesOf(Type type, unsigned) override { return {transposedType(type)}; }
  SmallVector<Value> make(Value value, unsigned, OpBuilder &builder) override;
  void rewriteOp(Operation *op) override;

  bool staysTransposed(Operation *op) {
    return op == dot || (isElementwise(op) && op->getNumResults() == 1);
  }
  Value transposed(Value value) {
    return isa<RankedTensorType>(value.getType()) ? held(value, kTransposed).front() : value;
  }
  Operation *cloneTransposed(Operation *op, OpBuilder &builder);

  tile::DotOp dot;
};
} // namespace

/// A copy of an elementwise op, a splat or a broadcast on transposed tiles.
Operation *Transposer::cloneTransposed(Operation *op, OpBuilder &builder) {
  SmallVector<Value> operands =
      llvm::map_to_vector(op->getOperands(), [&](Value operand) { return transposed(operand); });
  Operation *copy = builder.clone(*op);
  copy->setOperands(operands);
  copy->getResult(0).setType(transposedType(op->getResult(0).getType()));
  return copy;
}

SmallVector<Value> Transposer::make(Value value, unsigned, OpBuilder &builder) {
  Operation *op = value.getDefiningOp();
  if (auto trans = value.getDefiningOp<tile::TransOp>())
    return {trans.getSource()};
  if (auto expand = value.getDefiningOp<tile::ExpandDimsOp>())
    return {tile::ExpandDimsOp::create(builder, value.getLoc(), transposedType(value.getType()),
                                       expand.getSource(), 1 - expand.getAxis())};
  if (DenseElementsAttr elements;
      op && matchPattern(op, m_Constant(&elements)) && elements.isSplat())
    return {arith::ConstantOp::create(
        builder, value.getLoc(),
        elements.resizeSplat(cast<RankedTensorType>(transposedType(value.getType()))))};
  if (op && (isa<tile::SplatOp, tile::BroadcastOp>(op) ||
             (isElementwise(op) && op->getNumResults() == 1 && value.hasOneUse())))
    return {cloneTransposed(op, builder)->getResult(0)};
  return {tile::TransOp::create(builder, value.getLoc(), transposedType(value.getType()), value)};
}

void Transposer::rewriteOp(Operation *op) {
  OpBuilder builder(op);
  if (op == dot) {
    // aᵀ and bᵀ are folded where the factors are transposed already.
    Value a = transposed(dot.getB());
    Value b = transposed(dot.getA());
    Value acc = transposed(dot.getAcc());
    Value swapped = tile::DotOp::create(builder, dot.getLoc(), acc.getType(), a, b, acc,
                                        dot.getLabelAttr(), dot.getPrecisionAttr());
    setHeld(dot.getResult(), kTransposed, {swapped});
    return replace(op);
  }
  if (staysTransposed(op)) {
    setHeld(op->getResult(0), kTransposed, {cloneTransposed(op, builder)->getResult(0)});
    return replace(op);
  }
  if (auto reduce = dyn_cast<tile::ReduceOp>(op)) {
    reduce.getSourceMutable().assign(transposed(reduce.getSource()));
    reduce.setAxis(1 - reduce.getAxis());
    return;
  }
  if (auto trans = dyn_cast<tile::TransOp>(op)) {
    trans.replaceAllUsesWith(transposed(trans.getSource()));
    return replace(op);
  }
  for (OpOperand &operand : op->getOpOperands())
    if (isMarked(operand.get()))
      operand.set(tile::TransOp::create(builder, op->getLoc(), operand.get().getType(),
                                        transposed(operand.get())));
}

namespace {
struct SwapOperands : mla::impl::SwapOperandsBase<SwapOperands> {
  using SwapOperandsBase::SwapOperandsBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func->hasAttr(tile::kKernelAttr))
      return;
    Operation *found = findLabelled(func, *this, "op", op, "matrix products",
                                    [](Operation *each) { return isa<tile::DotOp>(each); });
    if (!found || failed(Transposer(cast<tile::DotOp>(found)).run()))
      signalPassFailure();
  }
};
} // namespace
