//===- CombineOps.cpp - verifiers of reductions and scans with a region ---===//
// And the canonical form of a reduction by a known operation.
#include "mla/Dialect/Tile/Tile.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mla::tile;

bool mla::tile::hasCombineRegion(Operation *op) { return isa<GenericReduceOp, ScanOp>(op); }

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

/// The sources of `op` are tiles of one type but for their elements, with a dimension `axis`.
static LogicalResult verifySources(Operation *op, ValueRange sources, int64_t axis) {
  if (sources.empty()) // generic_reduce C1, scan C1
    return op->emitOpError("expects at least one source");
  auto first = cast<RankedTensorType>(sources.front().getType());
  for (Value source : sources.drop_front()) {
    auto type = cast<RankedTensorType>(source.getType());
    if (type.getShape() != first.getShape() || type.getEncoding() != first.getEncoding())
      return op->emitOpError(
                 "expects sources of one shape and layout, got ") // generic_reduce C1, scan C1
             << first << " and " << type;
  }
  if (axis < 0 || axis >= first.getRank()) // generic_reduce C1, scan C1
    return op->emitOpError("expects an axis in [0, ") << first.getRank() - 1 << "], got " << axis;
  return success();
}

/// The region takes two groups of elements of `sources`, yields one, and is a function of scalars.
static LogicalResult verifyCombine(Operation *op, ValueRange sources, Region &combine) {
  SmallVector<Type> components =
      llvm::map_to_vector(sources, [](Value source) { return elementTypeOf(source.getType()); });
  SmallVector<Type> expected(components);
  llvm::append_range(expected, components);
  Block &block = combine.front();
  if (block.getArgumentTypes() != TypeRange(expected)) // generic_reduce C3, scan C3
    return op->emitOpError("expects a region with arguments (")
           << expected << "), got (" << block.getArgumentTypes() << ")";
  Operation *yield = block.empty() ? nullptr : &block.back();
  if (!isa_and_nonnull<YieldOp>(yield)) // generic_reduce C3, scan C3
    return op->emitOpError("expects a region that ends with tile.yield");
  if (yield->getOperandTypes() != TypeRange(components)) // generic_reduce C3, scan C3
    return op->emitOpError("expects a region that yields (")
           << components << "), got (" << yield->getOperandTypes() << ")";
  WalkResult result = combine.walk([&](Operation *inner) -> WalkResult {
    auto types = llvm::concat<const Type>(inner->getOperandTypes(), inner->getResultTypes());
    for (Type type : types)
      if (!type.isIntOrIndexOrFloat()) // generic_reduce C4, scan C4
        return inner->emitOpError("works on a value of type ")
               << type << " in the region of a reduction or scan, which is a function of numbers";
    bool hasEffects = !isMemoryEffectFree(inner) && !inner->hasTrait<OpTrait::IsTerminator>();
    if (hasEffects) // generic_reduce C4, scan C4
      return inner->emitOpError("has side effects in the region of a reduction or scan");
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult GenericReduceOp::verify() {
  int64_t axis = int32_t(getAxis());
  if (failed(verifySources(*this, getSources(), axis)))
    return failure();
  if (getNumResults() != getSources().size()) // generic_reduce C2
    return emitOpError("expects ") << getSources().size() << " results, got " << getNumResults();
  for (auto [source, result] : llvm::zip_equal(getSources(), getResults())) {
    auto type = cast<RankedTensorType>(source.getType());
    SmallVector<int64_t> expected(type.getShape());
    expected.erase(expected.begin() + axis);
    auto tile = dyn_cast<RankedTensorType>(result.getType());
    ArrayRef<int64_t> shape = tile ? tile.getShape() : ArrayRef<int64_t>();
    if (shape != ArrayRef(expected) || bool(tile) != !expected.empty() ||
        elementTypeOf(result.getType()) != type.getElementType()) // generic_reduce C2
      return emitOpError("expects a result of shape [")
             << expected << "] and element type " << type.getElementType() << ", got "
             << result.getType();
  }
  return verifyCombine(*this, getSources(), getCombine());
}

LogicalResult ScanOp::verify() {
  if (failed(verifySources(*this, getSources(), int32_t(getAxis()))))
    return failure();
  if (getResultTypes() != getSources().getTypes()) // scan C2
    return emitOpError("expects results of types (")
           << getSources().getTypes() << "), got (" << getResultTypes() << ")";
  return verifyCombine(*this, getSources(), getCombine());
}

//===----------------------------------------------------------------------===//
// Reductions by a known operation
//===----------------------------------------------------------------------===//

/// The kind of reduction that combines by `op`, and whether its integers are unsigned. Narrow
/// floats are none: tile.reduce rounds their sums once, a region at each step.
static std::optional<std::pair<ReduceKind, bool>> knownKind(Operation *op) {
  auto type = op->getNumResults() == 1 ? op->getResult(0).getType() : Type();
  bool isExact = isa_and_nonnull<IntegerType, Float32Type, Float64Type>(type);
  if (isExact && isa<arith::AddIOp, arith::AddFOp>(op))
    return std::pair(ReduceKind::Sum, false);
  if (isExact && isa<arith::MulIOp, arith::MulFOp>(op))
    return std::pair(ReduceKind::Prod, false);
  if (isa<arith::MaxNumFOp, arith::MaxSIOp, arith::MaxUIOp>(op))
    return std::pair(ReduceKind::Max, isa<arith::MaxUIOp>(op));
  if (isa<arith::MinNumFOp, arith::MinSIOp, arith::MinUIOp>(op))
    return std::pair(ReduceKind::Min, isa<arith::MinUIOp>(op));
  if (isa<arith::XOrIOp>(op))
    return std::pair(ReduceKind::Xor, false);
  if (isa<arith::OrIOp>(op))
    return std::pair(ReduceKind::Or, false);
  if (isa<arith::AndIOp>(op))
    return std::pair(ReduceKind::And, false);
  return std::nullopt;
}

namespace {
/// A region that is one known operation of its two arguments. Changes bits of floating-point sums
/// and products: their elements come in another order.
struct UseKnownReduction : OpRewritePattern<GenericReduceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(GenericReduceOp op, PatternRewriter &rewriter) const override {
    Block &block = op.getCombine().front();
    if (op.getSources().size() != 1 || block.getOperations().size() != 2)
      return rewriter.notifyMatchFailure(op, "combines by more than one operation");
    Operation &inner = block.front();
    auto known = knownKind(&inner);
    bool takesBoth = inner.getNumOperands() == 2 && inner.getOperand(0) != inner.getOperand(1) &&
                     llvm::all_of(inner.getOperands(), llvm::IsaPred<BlockArgument>);
    if (!known || !takesBoth || block.back().getOperand(0) != inner.getResult(0))
      return rewriter.notifyMatchFailure(op, "is no reduction of a known kind");
    rewriter.replaceOpWithNewOp<ReduceOp>(op, op.getResultTypes().front(), known->first,
                                          op.getSources().front(), op.getAxis(), known->second);
    return success();
  }
};
} // namespace

void GenericReduceOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                                  MLIRContext *context) {
  patterns.add<UseKnownReduction>(context);
}
