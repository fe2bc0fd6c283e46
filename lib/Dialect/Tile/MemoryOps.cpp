//===- MemoryOps.cpp - verifiers and effects of atomics and hints ---------===//
#include "mla/Dialect/Tile/Tile.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mla::tile;

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

static LogicalResult verifyCache(Operation *op, std::optional<CacheKind> cache,
                                 ArrayRef<CacheKind> allowed) {
  if (!cache || llvm::is_contained(allowed, *cache))
    return success();
  InFlightDiagnostic error = op->emitOpError("expects `cache` to be one of ");
  llvm::interleaveComma(allowed, error, [&](CacheKind kind) { error << stringifyCacheKind(kind); });
  return error << ", got " << stringifyCacheKind(*cache);
}

LogicalResult mla::tile::verifyLoadCache(Operation *op, std::optional<CacheKind> cache) {
  return verifyCache(op, cache, {CacheKind::Ca, CacheKind::Cg, CacheKind::Cv});
}
LogicalResult mla::tile::verifyStoreCache(Operation *op, std::optional<CacheKind> cache) {
  return verifyCache(op, cache, {CacheKind::Wb, CacheKind::Cg, CacheKind::Cs, CacheKind::Wt});
}

//===----------------------------------------------------------------------===//
// Atomics
//===----------------------------------------------------------------------===//

/// Types of an atomic's operands (atomic_rmw C1 and C2, atomic_cas C1 and C2).
static LogicalResult verifyValue(Operation *op, StringRef name, Type ptr, Type value, Type result) {
  Type expected = withElementType(ptr, pointeeOf(ptr));
  if (value != expected)
    return op->emitOpError("expects `") << name << "` of type " << expected << ", got " << value;
  if (result != expected)
    return op->emitOpError("expects a result of type ") << expected << ", got " << result;
  return success();
}

static LogicalResult verifyMask(Operation *op, Type ptr, Value mask) {
  Type expected = withElementType(ptr, Builder(op->getContext()).getI1Type());
  if (mask && mask.getType() != expected)
    return op->emitOpError("expects a mask of type ") << expected << ", got " << mask.getType();
  return success();
}

/// Whether the hardware, or a loop around it, does `kind` for elements of this type.
static bool isSupported(AtomicKind kind, Type element) {
  bool isWide = element.isInteger(32) || element.isInteger(64);
  bool isWideFloat = element.isF32() || element.isF64();
  switch (kind) {
  case AtomicKind::Add:
    return isWide || isWideFloat || element.isF16() || element.isBF16();
  case AtomicKind::Max:
  case AtomicKind::Min:
  case AtomicKind::Xchg:
    return isWide || isWideFloat;
  case AtomicKind::And:
  case AtomicKind::Or:
  case AtomicKind::Xor:
    return isWide;
  }
  llvm_unreachable("all kinds are listed");
}

LogicalResult AtomicRmwOp::verify() {
  Type ptr = getPtr().getType();
  if (failed(verifyValue(*this, "value", ptr, getValue().getType(), getResult().getType())) ||
      failed(verifyMask(*this, ptr, getMask())))
    return failure();
  if (!isSupported(getKind(), pointeeOf(ptr))) // atomic_rmw C3
    return emitOpError("cannot do ")
           << stringifyAtomicKind(getKind()) << " with elements of type " << pointeeOf(ptr);
  return success();
}

LogicalResult AtomicCasOp::verify() {
  Type ptr = getPtr().getType();
  for (auto [name, value] : {std::pair("cmp", getCmp()), std::pair("value", getValue())})
    if (failed(verifyValue(*this, name, ptr, value.getType(), getResult().getType())))
      return failure();
  if (failed(verifyMask(*this, ptr, getMask())))
    return failure();
  unsigned bits = pointeeOf(ptr).getIntOrFloatBitWidth();
  if (bits != 16 && bits != 32 && bits != 64) // atomic_cas C3
    return emitOpError("expects elements of 16, 32 or 64 bits, got ") << pointeeOf(ptr);
  return success();
}

using Effects = SmallVectorImpl<MemoryEffects::EffectInstance>;

void AtomicRmwOp::getEffects(Effects &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getPtrMutable());
  effects.emplace_back(MemoryEffects::Write::get(), &getPtrMutable());
}
void AtomicCasOp::getEffects(Effects &effects) {
  effects.emplace_back(MemoryEffects::Read::get(), &getPtrMutable());
  effects.emplace_back(MemoryEffects::Write::get(), &getPtrMutable());
}

//===----------------------------------------------------------------------===//
// Types of atomics, which follow from the pointers' type
//===----------------------------------------------------------------------===//

ParseResult mla::tile::parsePointeeType(OpAsmParser &parser, Type ptr, Type &value) {
  Type pointee = pointeeOf(ptr);
  if (!pointee)
    return parser.emitError(parser.getNameLoc(), "expected a pointer or a tile of pointers, got ")
           << ptr;
  value = withElementType(ptr, pointee);
  return success();
}

ParseResult mla::tile::parseAtomicTypes(OpAsmParser &parser, const OptionalOperand &mask, Type ptr,
                                        Type &value, Type &maskType, Type &result) {
  if (parsePointeeType(parser, ptr, value))
    return failure();
  result = value;
  return parseMaskType(parser, mask, ptr, maskType);
}
void mla::tile::printAtomicTypes(OpAsmPrinter &, Operation *, Value, Type, Type, Type, Type) {}

ParseResult mla::tile::parseCasTypes(OpAsmParser &parser, const OptionalOperand &mask, Type ptr,
                                     Type &cmp, Type &value, Type &maskType, Type &result) {
  if (parseAtomicTypes(parser, mask, ptr, value, maskType, result))
    return failure();
  cmp = value;
  return success();
}
void mla::tile::printCasTypes(OpAsmPrinter &, Operation *, Value, Type, Type, Type, Type, Type) {}

//===----------------------------------------------------------------------===//
// Debugging and hints
//===----------------------------------------------------------------------===//

LogicalResult PrintOp::verify() {
  if (getIsSigned().size() != getValues().size()) // print C1
    return emitOpError("expects one entry of `is_signed` for each of ")
           << getValues().size() << " values, got " << getIsSigned().size();
  if (!getExtents())
    return success();
  bool fits = getExtents()->size() == getValues().size();
  for (size_t i = 0; fits && i < getValues().size(); ++i) {
    auto tile = dyn_cast<RankedTensorType>(getValues()[i].getType());
    fits = cast<DenseI64ArrayAttr>((*getExtents())[i]).size() == (tile ? tile.getRank() : 0);
  }
  if (!fits) // print C2
    return emitOpError("expects `extents` in the form of its values, got ") << *getExtents();
  return success();
}

LogicalResult AxisHintOp::verify() {
  auto tile = dyn_cast<RankedTensorType>(getSource().getType());
  size_t rank = tile ? tile.getRank() : 1;
  using Hint = std::pair<StringRef, std::optional<ArrayRef<int64_t>>>;
  for (auto [name, values] :
       {Hint("divisibility", getDivisibility()), Hint("contiguity", getContiguity()),
        Hint("constancy", getConstancy())}) {
    if (!values)
      continue;
    if (values->size() != rank) // axis_hint C1
      return emitOpError("expects ")
             << rank << " entries of `" << name << "`, got " << values->size();
    for (int64_t value : *values)
      if (value < 1) // axis_hint C2
        return emitOpError("expects entries of `") << name << "` of at least 1, got " << value;
  }
  return success();
}

/// What holds for a constant can be seen.
OpFoldResult AxisHintOp::fold(FoldAdaptor adaptor) { return adaptor.getSource(); }
