//===- PadExtents.cpp - rounds every tile extent up to a storable one -----===//
// Types are rewritten in place: an elementwise op, a loop or a branch needs nothing else, since
// whatever the added elements hold never reaches an original one. Only the ops at which it could
// are guarded, each by a comparison of a range with the original extent:
//   load, store, atomics   masked off
//   assert           true
//   print            not printed
//   reduce           the neutral element along the reduced dimension
//   generic_reduce   passed over (ValidElements.h), as in a reverse scan; other scans meet added
//                    elements last
//   dot              zero along K, in both operands (0 · NaN would be NaN)
//   integer division divisor 1 (dividing by the 0 of a masked load is undefined)
//   reshape          counts original elements only
//   gather           an index past the original extent is past every extent
//   histogram        masked off
//   sort             the element that comes last
// Elements added to a part of a tile are what follows it there.

#include "ValidElements.h"
#include "mla/Layout/TileLayout.h"
#include "mla/Transforms/Passes.h"

#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mla {
#define GEN_PASS_DEF_PADEXTENTS
#include "mla/Transforms/Passes.h.inc"
} // namespace mla

using namespace mlir;
using namespace mla;

/// The storable type that holds a tile of `type`; other types stay.
static Type paddedType(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  if (!tile)
    return type;
  SmallVector<int64_t> shape = llvm::map_to_vector(tile.getShape(), paddedExtent);
  return RankedTensorType::get(shape, tile.getElementType(), tile.getEncoding());
}

static bool isPadded(Type type) { return paddedType(type) != type; }

/// Ops whose added elements are computed from added elements only, once their types are rewritten.
static bool needsOnlyTypes(Operation *op) {
  return op->hasTrait<OpTrait::Elementwise>() ||
         isa<tile::SplatOp, tile::ExpandDimsOp, tile::BroadcastOp, tile::TransOp, tile::JoinOp,
             tile::SplitOp, tile::AddPtrOp, tile::PtrCastOp, tile::AxisHintOp, scf::ForOp,
             scf::IfOp, scf::WhileOp, scf::YieldOp, scf::ConditionOp, ub::PoisonOp>(op);
}

static bool canPad(Operation *op) {
  return needsOnlyTypes(op) ||
         isa<tile::RangeOp, arith::ConstantOp, tile::LoadOp, tile::StoreOp, tile::AtomicRmwOp,
             tile::AtomicCasOp, tile::AssertOp, tile::PrintOp, tile::ReduceOp,
             tile::GenericReduceOp, tile::ScanOp, tile::DotOp, tile::SliceOp, tile::ReshapeOp,
             tile::GatherOp, tile::HistogramOp, tile::SortOp>(op);
}

namespace {
/// Pads one function.
class Padder {
public:
  explicit Padder(func::FuncOp function) : function(function) {}

  LogicalResult run();

private:
  LogicalResult check();
  void rewriteTypes();
  LogicalResult guard(Operation *op);

  LogicalResult padRange(tile::RangeOp range);
  LogicalResult padConstant(arith::ConstantOp constant);
  LogicalResult checkSlice(tile::SliceOp slice);
  void padReshape(tile::ReshapeOp reshape);
  void guardGather(tile::GatherOp gather);
  void guardHistogram(tile::HistogramOp histogram);
  void guardSort(tile::SortOp sort);
  template <typename Access>
  void guardAccess(Access access);
  void guardAssert(tile::AssertOp assertion);
  void guardPrint(tile::PrintOp print);
  void guardReduce(tile::ReduceOp reduce);
  void guardCombine(Operation *combine, unsigned axis, bool meetsAddedLast);
  void guardDot(tile::DotOp dot);
  void guardDivision(Operation *division);

  bool isPaddedAlong(Value value, int64_t dim) const;
  Value inRange(OpBuilder &builder, Location loc, Value tile, int64_t dim) const;
  Value selectInRange(OpBuilder &builder, Location loc, Value tile, int64_t dim,
                      Attribute elsewhere) const;
  bool holdsAlong(Value tile, int64_t dim, Attribute elsewhere) const;

  func::FuncOp function;
  /// Types that values had before, of those that changed.
  DenseMap<Value, RankedTensorType> original;
};
} // namespace

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

LogicalResult Padder::check() {
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(), function.getResultTypes()))
    if (isPadded(type))
      return function.emitError("has a tile of type ")
             << type << " in its signature, which cannot be stored: expected the extents of "
             << paddedType(type);
  WalkResult result = function.walk([&](Operation *op) {
    auto types = llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes());
    for (Type type : types)
      if (isPadded(type) && !canPad(op)) {
        op->emitError("cannot pad the tile of type ") << type << " of this op";
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void Padder::rewriteTypes() {
  auto rewrite = [&](Value value) {
    if (!isPadded(value.getType()))
      return;
    original[value] = cast<RankedTensorType>(value.getType());
    value.setType(paddedType(value.getType()));
  };
  function.walk([&](Operation *op) {
    llvm::for_each(op->getResults(), rewrite);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), rewrite);
  });
}

//===----------------------------------------------------------------------===//
// Guards
//===----------------------------------------------------------------------===//

bool Padder::isPaddedAlong(Value value, int64_t dim) const {
  auto it = original.find(value);
  return it != original.end() &&
         it->second.getDimSize(dim) != cast<RankedTensorType>(value.getType()).getDimSize(dim);
}

/// i1 tile in the shape of `tile`: the coordinate along `dim` is below the original extent.
Value Padder::inRange(OpBuilder &builder, Location loc, Value tile, int64_t dim) const {
  auto type = cast<RankedTensorType>(tile.getType());
  int64_t extent = type.getDimSize(dim);
  auto rowType = RankedTensorType::get({extent}, builder.getI32Type());
  Value index = tile::RangeOp::create(builder, loc, rowType, 0, int32_t(extent));
  auto limit = DenseElementsAttr::get(rowType, int32_t(original.at(tile).getDimSize(dim)));
  Value mask = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, index,
                                     arith::ConstantOp::create(builder, loc, limit));
  SmallVector<int64_t> shape{extent};
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    if (axis == dim)
      continue;
    shape.insert(shape.begin() + axis, 1);
    mask = tile::ExpandDimsOp::create(
        builder, loc, RankedTensorType::get(shape, builder.getI1Type()), mask, int32_t(axis));
  }
  Type full = tile::withElementType(type, builder.getI1Type());
  return mask.getType() == full ? mask : Value(tile::BroadcastOp::create(builder, loc, full, mask));
}

/// `tile` with `elsewhere` in the elements added along `dim`.
Value Padder::selectInRange(OpBuilder &builder, Location loc, Value tile, int64_t dim,
                            Attribute elsewhere) const {
  auto fill = SplatElementsAttr::get(cast<RankedTensorType>(tile.getType()), elsewhere);
  Value mask = inRange(builder, loc, tile, dim);
  return arith::SelectOp::create(builder, loc, mask, tile,
                                 arith::ConstantOp::create(builder, loc, fill));
}

/// `tile` is known to hold `elsewhere` in the elements added along `dim`: a load whose masked
/// elements do.
bool Padder::holdsAlong(Value tile, int64_t dim, Attribute elsewhere) const {
  if (auto trans = tile.getDefiningOp<tile::TransOp>())
    return holdsAlong(trans.getSource(), trans.sourceDim(dim), elsewhere);
  auto load = tile.getDefiningOp<tile::LoadOp>();
  if (!load || !isPaddedAlong(load.getPtr(), dim))
    return false;
  if (!load.getOther())
    return elsewhere == Builder(load.getContext()).getZeroAttr(tile::elementTypeOf(tile.getType()));
  SplatElementsAttr other;
  if (matchPattern(load.getOther(), m_Constant(&other)))
    return other.getSplatValue<Attribute>() == elsewhere;
  Attribute scalar;
  auto splat = load.getOther().getDefiningOp<tile::SplatOp>();
  return splat && matchPattern(splat.getSource(), m_Constant(&scalar)) && scalar == elsewhere;
}

template <typename Access>
void Padder::guardAccess(Access access) {
  Value pointers = access.getPtr();
  if (!original.contains(pointers))
    return;
  OpBuilder builder(access);
  Value mask = access.getMask();
  for (int64_t dim = 0; dim < cast<RankedTensorType>(pointers.getType()).getRank(); ++dim) {
    if (!isPaddedAlong(pointers, dim))
      continue;
    Value valid = inRange(builder, access.getLoc(), pointers, dim);
    mask = mask ? Value(arith::AndIOp::create(builder, access.getLoc(), mask, valid)) : valid;
  }
  access.getMaskMutable().assign(mask);
}

void Padder::guardAssert(tile::AssertOp assertion) {
  Value condition = assertion.getCondition();
  auto it = original.find(condition);
  if (it == original.end())
    return;
  OpBuilder builder(assertion);
  RankedTensorType before = it->second;
  for (int64_t dim = 0; dim < before.getRank(); ++dim) {
    if (!isPaddedAlong(condition, dim))
      continue;
    condition =
        selectInRange(builder, assertion.getLoc(), condition, dim, builder.getBoolAttr(true));
    original[condition] = before;
  }
  assertion.getConditionMutable().assign(condition);
}

void Padder::guardPrint(tile::PrintOp print) {
  if (llvm::none_of(print.getValues(), [&](Value value) { return original.contains(value); }))
    return;
  OpBuilder builder(print);
  SmallVector<Attribute> extents;
  for (Value value : print.getValues()) {
    auto it = original.find(value);
    auto tile = dyn_cast<RankedTensorType>(value.getType());
    extents.push_back(builder.getDenseI64ArrayAttr(it != original.end() ? it->second.getShape()
                                                   : tile               ? tile.getShape()
                                                                        : ArrayRef<int64_t>()));
  }
  print.setExtentsAttr(builder.getArrayAttr(extents));
}

/// The element that changes no result bit: also not the sign of a sum of negative zeros, nor NaN as
/// the maximum of a row of NaN (maximumNumber ignores NaN otherwise).
static TypedAttr neutralElement(tile::ReduceOp reduce) {
  Type element = tile::elementTypeOf(reduce.getSource().getType());
  tile::ReduceKind kind = reduce.getKind();
  if (auto type = dyn_cast<FloatType>(element)) {
    const llvm::fltSemantics &semantics = type.getFloatSemantics();
    return FloatAttr::get(type, kind == tile::ReduceKind::Sum
                                    ? APFloat::getZero(semantics, /*Negative=*/true)
                                : kind == tile::ReduceKind::Prod ? APFloat::getOne(semantics)
                                                                 : APFloat::getQNaN(semantics));
  }
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = reduce.getIsUnsigned() || width == 1;
  switch (kind) {
  case tile::ReduceKind::Sum:
  case tile::ReduceKind::Xor:
  case tile::ReduceKind::Or:
    return IntegerAttr::get(element, APInt::getZero(width));
  case tile::ReduceKind::Prod:
    return IntegerAttr::get(element, APInt(width, 1));
  case tile::ReduceKind::And:
    return IntegerAttr::get(element, APInt::getAllOnes(width));
  case tile::ReduceKind::Max:
    return IntegerAttr::get(element, isUnsigned ? APInt::getMinValue(width)
                                                : APInt::getSignedMinValue(width));
  case tile::ReduceKind::Min:
    return IntegerAttr::get(element, isUnsigned ? APInt::getMaxValue(width)
                                                : APInt::getSignedMaxValue(width));
  }
  llvm_unreachable("all kinds of reduction are listed");
}

void Padder::guardReduce(tile::ReduceOp reduce) {
  Value source = reduce.getSource();
  TypedAttr neutral = neutralElement(reduce);
  if (!isPaddedAlong(source, reduce.getAxis()) || holdsAlong(source, reduce.getAxis(), neutral))
    return;
  OpBuilder builder(reduce);
  reduce.getSourceMutable().assign(
      selectInRange(builder, reduce.getLoc(), source, reduce.getAxis(), neutral));
}

void Padder::guardCombine(Operation *combine, unsigned axis, bool meetsAddedLast) {
  Value source = combine->getOperand(0);
  if (!isPaddedAlong(source, axis) || (meetsAddedLast && !dividesIntegers(combine)))
    return;
  OpBuilder builder(combine);
  SmallVector<RankedTensorType> before = llvm::map_to_vector(
      combine->getResults(), [&](Value result) { return original.lookup(result); });
  for (Value result : combine->getResults())
    original.erase(result);
  Operation *guarded = skipInvalid(combine, inRange(builder, combine->getLoc(), source, axis));
  for (auto [type, result] : llvm::zip(before, guarded->getResults()))
    if (type)
      original[result] = type;
}

void Padder::guardDot(tile::DotOp dot) {
  OpBuilder builder(dot);
  for (auto [operand, dim] : {std::pair(&dot.getAMutable(), 1), std::pair(&dot.getBMutable(), 0)}) {
    Value tile = operand->get();
    TypedAttr zero = builder.getZeroAttr(tile::elementTypeOf(tile.getType()));
    if (isPaddedAlong(tile, dim) && !holdsAlong(tile, dim, zero))
      operand->assign(selectInRange(builder, dot.getLoc(), tile, dim, zero));
  }
}

void Padder::guardDivision(Operation *division) {
  OpOperand &divisor = division->getOpOperand(1);
  auto it = original.find(divisor.get());
  Operation *source = divisor.get().getDefiningOp();
  // A uniform divisor is as good outside as inside.
  if (it == original.end() || isa_and_nonnull<tile::SplatOp>(source) ||
      matchPattern(divisor.get(), m_Constant()))
    return;
  OpBuilder builder(division);
  RankedTensorType before = it->second;
  auto one = builder.getIntegerAttr(before.getElementType(), 1);
  for (int64_t dim = 0; dim < before.getRank(); ++dim) {
    if (before.getDimSize(dim) == cast<RankedTensorType>(divisor.get().getType()).getDimSize(dim))
      continue;
    Value guarded = selectInRange(builder, division->getLoc(), divisor.get(), dim, one);
    original[guarded] = before;
    divisor.set(guarded);
  }
}

/// An index that the original extent does not allow becomes -1, which no extent does.
void Padder::guardGather(tile::GatherOp gather) {
  Value index = gather.getIndex();
  if (!isPaddedAlong(gather.getSource(), gather.getAxis()))
    return;
  OpBuilder builder(gather);
  Location loc = gather.getLoc();
  auto type = cast<RankedTensorType>(index.getType());
  auto constant = [&](int64_t value) -> Value {
    auto element = builder.getIntegerAttr(type.getElementType(), value);
    return arith::ConstantOp::create(builder, loc, SplatElementsAttr::get(type, element));
  };
  int64_t extent = original.at(gather.getSource()).getDimSize(gather.getAxis());
  Value valid =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, index, constant(extent));
  gather.getIndexMutable().assign(
      arith::SelectOp::create(builder, loc, valid, index, constant(-1)));
}

void Padder::guardHistogram(tile::HistogramOp histogram) {
  if (!isPaddedAlong(histogram.getSource(), 0))
    return;
  OpBuilder builder(histogram);
  Value mask = inRange(builder, histogram.getLoc(), histogram.getSource(), 0);
  if (Value given = histogram.getMask())
    mask = arith::AndIOp::create(builder, histogram.getLoc(), given, mask);
  histogram.getMaskMutable().assign(mask);
}

/// What comes last: NaN or the largest integer, descending -inf or the smallest. Original elements
/// like it cannot be told from it.
void Padder::guardSort(tile::SortOp sort) {
  if (!isPaddedAlong(sort.getSource(), sort.getAxis()))
    return;
  OpBuilder builder(sort);
  Type element = tile::elementTypeOf(sort.getType());
  TypedAttr last;
  if (auto type = dyn_cast<FloatType>(element)) {
    const llvm::fltSemantics &semantics = type.getFloatSemantics();
    last = FloatAttr::get(type, sort.getDescending() ? APFloat::getInf(semantics, /*Negative=*/true)
                                                     : APFloat::getQNaN(semantics));
  } else {
    unsigned width = element.getIntOrFloatBitWidth();
    bool isUnsigned = sort.getIsUnsigned();
    APInt low = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
    APInt high = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
    last = IntegerAttr::get(element, sort.getDescending() ? low : high);
  }
  sort.getSourceMutable().assign(
      selectInRange(builder, sort.getLoc(), sort.getSource(), sort.getAxis(), last));
}

LogicalResult Padder::padRange(tile::RangeOp range) {
  int64_t end = int64_t(int32_t(range.getStart())) + range.getType().getDimSize(0);
  if (end > std::numeric_limits<int32_t>::max())
    return range.emitError("cannot pad the range from ")
           << int32_t(range.getStart()) << " to " << int32_t(range.getEnd())
           << ": its end would be " << end << ", past the largest i32";
  range.setEnd(int32_t(end));
  return success();
}

/// The padded part must lie inside the padded tile.
LogicalResult Padder::checkSlice(tile::SliceOp slice) {
  auto source = cast<RankedTensorType>(slice.getSource().getType());
  auto result = cast<RankedTensorType>(slice.getResult().getType());
  for (auto [dim, offset] : llvm::enumerate(slice.getOffsets()))
    if (offset + result.getDimSize(dim) > source.getDimSize(dim))
      return slice.emitError("cannot pad the part of dimension ")
             << dim << " from " << offset << " to " << offset + result.getDimSize(dim)
             << ": the tile ends at " << source.getDimSize(dim);
  return success();
}

/// Row-major order counts the original elements only.
void Padder::padReshape(tile::ReshapeOp reshape) {
  Value source = reshape.getSource(), result = reshape.getResult();
  if (!original.contains(source) && !original.contains(result))
    return;
  auto shapeBefore = [&](Value tile) {
    RankedTensorType before = original.lookup(tile);
    return (before ? before : cast<RankedTensorType>(tile.getType())).getShape();
  };
  if (!reshape.getFrom()) {
    reshape.setFrom(shapeBefore(source));
    reshape.setTo(shapeBefore(result));
  }
}

/// Added elements repeat the first one: any value that the kernel can cope with.
LogicalResult Padder::padConstant(arith::ConstantOp constant) {
  auto type = cast<RankedTensorType>(constant.getType());
  RankedTensorType before = original.lookup(constant);
  auto elements = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!elements)
    return constant.emitError("cannot pad a constant that is not a list of elements");
  if (elements.isSplat()) {
    constant.setValueAttr(elements.resizeSplat(type));
    return success();
  }
  auto values = llvm::to_vector(elements.getValues<Attribute>());
  SmallVector<Attribute> padded(type.getNumElements(), values.front());
  for (auto [index, value] : llvm::enumerate(values)) {
    int64_t rest = index, position = 0, stride = 1;
    for (int64_t dim = type.getRank(); dim-- > 0;
         rest /= before.getDimSize(dim), stride *= type.getDimSize(dim))
      position += rest % before.getDimSize(dim) * stride;
    padded[position] = value;
  }
  constant.setValueAttr(DenseElementsAttr::get(type, padded));
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

LogicalResult Padder::guard(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](tile::RangeOp range) {
        return original.contains(range) ? padRange(range) : success();
      })
      .Case([&](arith::ConstantOp constant) {
        return original.contains(constant) ? padConstant(constant) : success();
      })
      .Case<tile::LoadOp, tile::StoreOp, tile::AtomicRmwOp, tile::AtomicCasOp>(
          [&](auto access) { return guardAccess(access), success(); })
      .Case([&](tile::AssertOp assertion) { return guardAssert(assertion), success(); })
      .Case([&](tile::PrintOp print) { return guardPrint(print), success(); })
      .Case([&](tile::ReduceOp reduce) { return guardReduce(reduce), success(); })
      .Case([&](tile::GenericReduceOp reduce) {
        return guardCombine(reduce, reduce.getAxis(), /*meetsAddedLast=*/false), success();
      })
      .Case([&](tile::ScanOp scan) {
        return guardCombine(scan, scan.getAxis(), !scan.getReverse()), success();
      })
      .Case([&](tile::DotOp dot) { return guardDot(dot), success(); })
      .Case([&](tile::SliceOp slice) { return checkSlice(slice); })
      .Case([&](tile::ReshapeOp reshape) { return padReshape(reshape), success(); })
      .Case([&](tile::GatherOp gather) { return guardGather(gather), success(); })
      .Case([&](tile::HistogramOp histogram) { return guardHistogram(histogram), success(); })
      .Case([&](tile::SortOp sort) { return guardSort(sort), success(); })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::CeilDivSIOp,
            arith::CeilDivUIOp, arith::FloorDivSIOp>(
          [&](Operation *division) { return guardDivision(division), success(); })
      .Default([](Operation *) { return success(); });
}

LogicalResult Padder::run() {
  if (failed(check()))
    return failure();
  rewriteTypes();
  if (original.empty())
    return success();
  // The guards add ops, which need no guards themselves.
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops)
    if (failed(guard(op)))
      return failure();
  return success();
}

namespace {
struct PadExtents : mla::impl::PadExtentsBase<PadExtents> {
  void runOnOperation() override {
    if (failed(Padder(getOperation()).run()))
      signalPassFailure();
  }
};
} // namespace
