//===- TileOps.cpp - verifiers, printers and folds of tile ops ------------===//
#include "mla/Dialect/Tile/Tile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mla::tile;

//===----------------------------------------------------------------------===//
// Types that follow from the pointers' type
//===----------------------------------------------------------------------===//

ParseResult mla::tile::parseMaskType(OpAsmParser &parser, const OptionalOperand &mask, Type ptr,
                                     Type &maskType) {
  if (mask)
    maskType = withElementType(ptr, parser.getBuilder().getI1Type());
  return success();
}
void mla::tile::printMaskType(OpAsmPrinter &, Operation *, Value, Type, Type) {}

static ParseResult parseLoadTypes(OpAsmParser &parser, const OptionalOperand &mask,
                                  const OptionalOperand &other, Type ptr, Type &maskType,
                                  Type &otherType, Type &result) {
  if (parsePointeeType(parser, ptr, result))
    return failure();
  if (other)
    otherType = result;
  return parseMaskType(parser, mask, ptr, maskType);
}
static void printLoadTypes(OpAsmPrinter &, Operation *, Value, Value, Type, Type, Type, Type) {}

static ParseResult parseStoreTypes(OpAsmParser &parser, const OptionalOperand &mask, Type ptr,
                                   Type &value, Type &maskType) {
  if (parsePointeeType(parser, ptr, value))
    return failure();
  return parseMaskType(parser, mask, ptr, maskType);
}
static void printStoreTypes(OpAsmPrinter &, Operation *, Value, Type, Type, Type) {}

#define GET_OP_CLASSES
#include "mla/Dialect/Tile/TileOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

/// Shapes are equal, or both are scalars. Encodings must agree once they exist.
static bool sameShape(Type a, Type b) {
  auto ta = dyn_cast<RankedTensorType>(a), tb = dyn_cast<RankedTensorType>(b);
  if (!ta || !tb)
    return !ta && !tb;
  return ta.getShape() == tb.getShape() && ta.getEncoding() == tb.getEncoding();
}

LogicalResult RangeOp::verify() {
  int64_t extent = getResult().getType().getDimSize(0);
  int64_t start = int32_t(getStart()), end = int32_t(getEnd()), expected = end - start;
  if (expected < 1) // range C1
    return emitOpError("expects end > start, got start ") << start << " and end " << end;
  if (extent != expected) // range C1
    return emitOpError("expects a result of ") << expected << " elements, got " << extent;
  return success();
}

LogicalResult SplatOp::verify() {
  Type element = elementTypeOf(getResult().getType()); // splat C1
  if (element != getSource().getType())
    return emitOpError("expects result elements of type ")
           << getSource().getType() << ", got " << element;
  return success();
}

LogicalResult ExpandDimsOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  int64_t axis = int32_t(getAxis());
  if (axis < 0 || axis > source.getRank()) // expand_dims C1
    return emitOpError("expects an axis in [0, ") << source.getRank() << "], got " << axis;
  SmallVector<int64_t> expected(source.getShape());
  expected.insert(expected.begin() + axis, 1);
  if (result.getShape() != ArrayRef(expected)) // expand_dims C1
    return emitOpError("expects result shape [")
           << expected << "], got [" << result.getShape() << "]";
  if (source.getElementType() != result.getElementType()) // expand_dims C2
    return emitOpError("expects element type ")
           << source.getElementType() << ", got " << result.getElementType();
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (source.getRank() != result.getRank() || source.getElementType() != result.getElementType())
    return emitOpError("expects rank ") // broadcast C1
           << source.getRank() << " and element type " << source.getElementType() << ", got "
           << result;
  for (auto [dim, from, to] : llvm::enumerate(source.getShape(), result.getShape()))
    if (from != to && from != 1) // broadcast C2
      return emitOpError("cannot repeat dimension ")
             << dim << " of extent " << from << " to " << to;
  return success();
}

LogicalResult SliceOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  auto result = cast<RankedTensorType>(getResult().getType());
  if (source.getRank() != result.getRank() || source.getElementType() != result.getElementType())
    return emitOpError("expects rank ") // slice C1
           << source.getRank() << " and element type " << source.getElementType() << ", got "
           << result;
  ArrayRef<int64_t> offsets = getOffsets();
  if (int64_t(offsets.size()) != source.getRank()) // slice C1
    return emitOpError("expects ") << source.getRank() << " offsets, got " << offsets.size();
  for (auto [dim, offset] : llvm::enumerate(offsets)) {
    int64_t extent = result.getDimSize(dim), room = source.getDimSize(dim) - extent;
    if (room < 0) // slice C2
      return emitOpError("cannot take ")
             << extent << " of the " << source.getDimSize(dim) << " positions of dimension " << dim;
    if (offset < 0 || offset > room) // slice C2
      return emitOpError("expects an offset in [0, ")
             << room << "] for dimension " << dim << ", got " << offset;
  }
  return success();
}

LogicalResult AddPtrOp::verify() {
  if (!sameShape(getPtr().getType(), getOffset().getType())) // addptr C1
    return emitOpError("expects pointers and offsets of one shape, got ")
           << getPtr().getType() << " and " << getOffset().getType();
  return success();
}

LogicalResult PtrCastOp::verify() {
  if (!sameShape(getSource().getType(), getResult().getType())) // ptr_cast C1
    return emitOpError("expects pointers of one shape, got ")
           << getSource().getType() << " and " << getResult().getType();
  return success();
}

/// Common rules of load and store (C1, C2).
static LogicalResult verifyAccess(Operation *op, Type ptr, Type value, Value mask) {
  Type pointee = pointeeOf(ptr);
  if (!sameShape(ptr, value) || elementTypeOf(value) != pointee) // load C1, store C1
    return op->emitOpError("expects a value of type ")
           << withElementType(ptr, pointee) << ", got " << value;
  if (mask && !sameShape(ptr, mask.getType())) // load C2, store C2
    return op->emitOpError("expects a mask in the shape of the pointers ")
           << ptr << ", got " << mask.getType();
  return success();
}

LogicalResult LoadOp::verify() {
  if (failed(verifyAccess(*this, getPtr().getType(), getResult().getType(), getMask())))
    return failure();
  if (getOther() && !getMask()) // load C2
    return emitOpError("has a value for masked elements but no mask");
  if (getOther() && getOther().getType() != getResult().getType()) // load C2
    return emitOpError("expects `other` of type ")
           << getResult().getType() << ", got " << getOther().getType();
  return verifyLoadCache(*this, getCache()); // load C3
}

LogicalResult StoreOp::verify() {
  if (failed(verifyAccess(*this, getPtr().getType(), getValue().getType(), getMask())))
    return failure();
  return verifyStoreCache(*this, getCache()); // store C3
}

LogicalResult mla::tile::verifyDotTypes(Operation *op, Type a, Type b, Type acc,
                                        std::optional<DotPrecision> precision) {
  bool isOne = a == b && (a.isF16() || a.isBF16() || a.isF32() || a.isF64() || a.isInteger(8));
  if (!isOne && !(isFloat8(a) && isFloat8(b))) // dot C2
    return op->emitOpError("expects operands of one type, f16, bf16, f32, f64 or i8, or two 8-bit "
                           "floats, got ")
           << a << " and " << b;
  Builder builder(op->getContext());
  Type wanted = a.isF64()        ? a
                : a.isInteger(8) ? Type(builder.getI32Type())
                                 : Type(builder.getF32Type());
  if (acc != wanted) // dot C3
    return op->emitOpError("expects an accumulator of ")
           << wanted << " for " << a << ", got " << acc;
  if (precision.has_value() != a.isF32()) // dot C4
    return op->emitOpError("expects a precision exactly for operands of f32, got ") << a;
  return success();
}

LogicalResult DotOp::verify() {
  auto a = cast<RankedTensorType>(getA().getType()), b = cast<RankedTensorType>(getB().getType());
  auto acc = cast<RankedTensorType>(getAcc().getType());
  if (a.getDimSize(1) != b.getDimSize(0) || a.getDimSize(0) != acc.getDimSize(0) ||
      b.getDimSize(1) != acc.getDimSize(1)) // dot C1
    return emitOpError("expects shapes [M, K], [K, N] and [M, N], got [")
           << a.getShape() << "], [" << b.getShape() << "] and [" << acc.getShape() << "]";
  return verifyDotTypes(*this, a.getElementType(), b.getElementType(), acc.getElementType(),
                        getPrecision());
}

LogicalResult ReduceOp::verify() {
  auto source = cast<RankedTensorType>(getSource().getType());
  int64_t axis = int32_t(getAxis());
  if (axis < 0 || axis >= source.getRank()) // reduce C1
    return emitOpError("expects an axis in [0, ") << source.getRank() - 1 << "], got " << axis;
  SmallVector<int64_t> expected(source.getShape());
  expected.erase(expected.begin() + axis);
  auto result = dyn_cast<RankedTensorType>(getResult().getType());
  ArrayRef<int64_t> shape = result ? result.getShape() : ArrayRef<int64_t>();
  if (shape != ArrayRef(expected) || bool(result) != !expected.empty()) // reduce C2
    return emitOpError("expects a result of shape [")
           << expected << "], got " << getResult().getType();
  if (elementTypeOf(getResult().getType()) != source.getElementType()) // reduce C3
    return emitOpError("expects result elements of type ")
           << source.getElementType() << ", got " << elementTypeOf(getResult().getType());
  bool isBitwise =
      llvm::is_contained({ReduceKind::Xor, ReduceKind::Or, ReduceKind::And}, getKind());
  if (isBitwise && !isa<IntegerType>(source.getElementType())) // reduce C3
    return emitOpError("expects integers for '")
           << stringifyReduceKind(getKind()) << "', got " << source.getElementType();
  if (isFloat8(source.getElementType())) // reduce C4
    return emitOpError("cannot combine 8-bit floats: extend them first, got ") << source;
  return success();
}

//===----------------------------------------------------------------------===//
// Ranges, effects, folds, canonicalization
//===----------------------------------------------------------------------===//

/// PTX ISA: a grid has at most 2^31 - 1 programs along x and 2^16 - 1 along y and z.
static int32_t maxPrograms(uint32_t axis) { return axis == 0 ? 0x7fffffff : 0xffff; }

void ProgramIdOp::inferResultRanges(ArrayRef<ConstantIntRanges>, SetIntRangeFn setRange) {
  setRange(getResult(),
           ConstantIntRanges::fromUnsigned(APInt(32, 0), APInt(32, maxPrograms(getAxis()) - 1)));
}
void NumProgramsOp::inferResultRanges(ArrayRef<ConstantIntRanges>, SetIntRangeFn setRange) {
  setRange(getResult(),
           ConstantIntRanges::fromUnsigned(APInt(32, 1), APInt(32, maxPrograms(getAxis()))));
}

void LoadOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getPtrMutable());
}
void StoreOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Write::get(), &getPtrMutable());
}

OpFoldResult SplatOp::fold(FoldAdaptor adaptor) {
  if (auto scalar = dyn_cast_or_null<TypedAttr>(adaptor.getSource()))
    if (isa<IntegerAttr, FloatAttr>(scalar))
      return SplatElementsAttr::get(cast<RankedTensorType>(getResult().getType()), scalar);
  return {};
}

OpFoldResult PtrCastOp::fold(FoldAdaptor) {
  // Of several casts the last one counts.
  Value source = getSource();
  while (auto cast = source.getDefiningOp<PtrCastOp>())
    source = cast.getSource();
  if (source.getType() == getType())
    return source;
  if (source == getSource())
    return {};
  getSourceMutable().assign(source);
  return getResult();
}

OpFoldResult ExpandDimsOp::fold(FoldAdaptor adaptor) {
  return foldSplatConstant(adaptor.getSource(), getResult().getType());
}
OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getSource().getType() == getResult().getType())
    return getSource();
  return foldSplatConstant(adaptor.getSource(), getResult().getType());
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  if (getSource().getType() == getResult().getType())
    return getSource();
  if (OpFoldResult constant = foldSplatConstant(adaptor.getSource(), getResult().getType()))
    return constant;
  auto inner = getSource().getDefiningOp<SliceOp>();
  if (!inner)
    return {};
  // A part of a part.
  SmallVector<int64_t> offsets;
  for (auto [outer, before] : llvm::zip_equal(getOffsets(), inner.getOffsets()))
    offsets.push_back(outer + before);
  setOffsets(offsets);
  getSourceMutable().assign(inner.getSource());
  return getResult();
}

namespace {
/// dot(a, b, 0) + c → dot(a, b, c). Changes bits: the sum starts at c instead of ending there.
struct FuseAccumulator : OpRewritePattern<arith::AddFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::AddFOp add, PatternRewriter &rewriter) const override {
    for (auto [product, other] :
         {std::pair(add.getLhs(), add.getRhs()), std::pair(add.getRhs(), add.getLhs())}) {
      auto dot = product.getDefiningOp<DotOp>();
      if (!dot || !dot->hasOneUse() || !matchPattern(dot.getAcc(), m_AnyZeroFloat()))
        continue;
      auto fused = DotOp::create(rewriter, dot.getLoc(), dot.getResult().getType(), dot.getA(),
                                 dot.getB(), other, dot.getLabelAttr(), dot.getPrecisionAttr());
      rewriter.replaceOp(add, fused);
      return success();
    }
    return rewriter.notifyMatchFailure(add,
                                       "no operand is a single-use dot with a zero accumulator");
  }
};
} // namespace

void DotOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<FuseAccumulator>(context);
}
