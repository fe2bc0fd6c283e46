//===- TileDialect.cpp - registration, types and attributes of tile --------===//
#include "mla/Dialect/Tile/Tile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mla::tile;

/// The extents of a view's type: "?x576x".
static ParseResult parseViewShape(AsmParser &parser, SmallVectorImpl<int64_t> &shape,
                                  Type &elementType) {
  return failure(parser.parseDimensionList(shape) || parser.parseType(elementType));
}
static void printViewShape(AsmPrinter &printer, ArrayRef<int64_t> shape, Type elementType) {
  printer.printDimensionList(shape);
  printer << 'x' << elementType;
}

#include "mla/Dialect/Tile/TileDialect.cpp.inc"
#include "mla/Dialect/Tile/TileEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "mla/Dialect/Tile/TileAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "mla/Dialect/Tile/TileTypes.cpp.inc"

void TileDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "mla/Dialect/Tile/TileTypes.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mla/Dialect/Tile/TileAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mla/Dialect/Tile/TileOps.cpp.inc"
      >();
}

Operation *TileDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                            Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

LogicalResult PtrType::verify(function_ref<InFlightDiagnostic()> emitError, Type pointee) {
  if (pointee.isIntOrFloat())
    return success();
  return emitError() << "a pointer's pointee must be an integer or a float, got " << pointee;
}

LogicalResult ViewType::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> shape, Type elementType) {
  if (shape.empty() || shape.size() > kMaxRank)
    return emitError() << "a view has 1 to " << kMaxRank << " dimensions, got " << shape.size();
  for (auto [dim, extent] : llvm::enumerate(shape))
    if (!ShapedType::isDynamic(extent) && extent < 1)
      return emitError() << "a view's extents must be at least 1, got " << extent
                         << " for dimension " << dim;
  if (elementType.isIntOrFloat())
    return success();
  return emitError() << "a view's elements must be integers or floats, got " << elementType;
}

Type mla::tile::elementTypeOf(Type type) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile ? tile.getElementType() : type;
}

Type mla::tile::withElementType(Type type, Type element) {
  auto tile = dyn_cast<RankedTensorType>(type);
  return tile ? RankedTensorType::get(tile.getShape(), element, tile.getEncoding()) : element;
}

Type mla::tile::pointeeOf(Type type) {
  auto ptr = dyn_cast<PtrType>(elementTypeOf(type));
  return ptr ? ptr.getPointee() : Type();
}

Value mla::tile::unextended(Value value) {
  while (isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

bool mla::tile::isFloat8(Type type) { return isa<Float8E4M3FNType, Float8E5M2Type>(type); }

int64_t mla::tile::elementBytes(Type element) {
  if (isa<PtrType>(element))
    return 8;
  return (element.getIntOrFloatBitWidth() + 7) / 8;
}
