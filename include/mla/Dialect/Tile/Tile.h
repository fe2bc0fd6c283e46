//===- Tile.h - the tile dialect ------------------------------------------===//
// Value-semantic tiles of one program instance. The ODS in dialects/Tile is the manual.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferIntRangeInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "mla/Dialect/Tile/TileDialect.h.inc"

#include "mla/Dialect/Tile/TileEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "mla/Dialect/Tile/TileAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "mla/Dialect/Tile/TileTypes.h.inc"
namespace mla::tile {
/// What a kernel says while it runs, apart from what it writes to memory.
struct OutputResource : mlir::SideEffects::Resource::Base<OutputResource> {
  llvm::StringRef getName() final { return "output"; }
};
} // namespace mla::tile

#define GET_OP_CLASSES
#include "mla/Dialect/Tile/TileOps.h.inc"

namespace mla::tile {

/// Names of the function and argument attributes documented in the dialect.
inline constexpr llvm::StringLiteral kKernelAttr = "tile.kernel";
inline constexpr llvm::StringLiteral kNumWarpsAttr = "tile.num_warps";
inline constexpr llvm::StringLiteral kNumStagesAttr = "tile.num_stages";
inline constexpr llvm::StringLiteral kArgumentsAttr = "tile.arguments";
inline constexpr llvm::StringLiteral kConstantsAttr = "tile.constants";
inline constexpr llvm::StringLiteral kProvenanceAttr = "tile.provenance";
inline constexpr llvm::StringLiteral kDivisibilityAttr = "tile.divisibility";
inline constexpr llvm::StringLiteral kChannelDepthsAttr = "tile.channel_depths";
inline constexpr llvm::StringLiteral kRegistersAttr = "tile.registers";
inline constexpr llvm::StringLiteral kRolesAttr = "tile.roles";
inline constexpr llvm::StringLiteral kClusterAttr = "tile.cluster";
inline constexpr llvm::StringLiteral kL2HintsAttr = "tile.l2_hints";
inline constexpr llvm::StringLiteral kTransformsAttr = "tile.transforms";
inline constexpr llvm::StringLiteral kAppliedTransformsAttr = "tile.applied_transforms";
inline constexpr llvm::StringLiteral kLoopLabelAttr = "tile.label";
inline constexpr llvm::StringLiteral kUnrollAttr = "tile.unroll_factor";

/// `type` with element type `element`: a tile keeps its shape and encoding, a scalar becomes
/// `element`.
mlir::Type withElementType(mlir::Type type, mlir::Type element);
/// Element type of a tile, or the scalar itself.
mlir::Type elementTypeOf(mlir::Type type);
/// Pointee of a pointer or of a tile of pointers; null for other types.
mlir::Type pointeeOf(mlir::Type type);
/// Whether `op` is a reduction or scan by a region, which is a function and no control flow.
bool hasCombineRegion(mlir::Operation *op);
/// The integer of which `value` is an extension, or `value` itself.
mlir::Value unextended(mlir::Value value);
/// Whether `type` is one of the 8-bit floats, e4m3 and e5m2.
bool isFloat8(mlir::Type type);
/// Checks C2 to C4 of tile.dot, which hold for the matrix instructions too.
llvm::LogicalResult verifyDotTypes(mlir::Operation *op, mlir::Type a, mlir::Type b, mlir::Type acc,
                                   std::optional<DotPrecision> precision);
/// Bytes of one element in memory: 8 for a pointer, 1 for i1.
int64_t elementBytes(mlir::Type element);

/// The constant `source` as one of type `result` if all its elements are equal; else nothing.
mlir::OpFoldResult foldSplatConstant(mlir::Attribute source, mlir::Type result);
/// Whether a load or a store may use the caches like this; reports it if not.
mlir::LogicalResult verifyLoadCache(mlir::Operation *op, std::optional<CacheKind> cache);
mlir::LogicalResult verifyStoreCache(mlir::Operation *op, std::optional<CacheKind> cache);

/// Parser and printer of the type of an optional mask, which follows from the pointers' type
/// (custom<MaskType>).
using OptionalOperand = std::optional<mlir::OpAsmParser::UnresolvedOperand>;
mlir::ParseResult parseMaskType(mlir::OpAsmParser &parser, const OptionalOperand &mask,
                                mlir::Type ptr, mlir::Type &maskType);
void printMaskType(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Value mask,
                   mlir::Type ptr, mlir::Type maskType);
/// Parser of the type that pointers point to, in their shape.
mlir::ParseResult parsePointeeType(mlir::OpAsmParser &parser, mlir::Type ptr, mlir::Type &value);
/// The same of the types of atomics, which all follow from the pointers' (custom<AtomicTypes>,
/// custom<CasTypes>).
mlir::ParseResult parseAtomicTypes(mlir::OpAsmParser &parser, const OptionalOperand &mask,
                                   mlir::Type ptr, mlir::Type &value, mlir::Type &maskType,
                                   mlir::Type &result);
void printAtomicTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Value mask,
                      mlir::Type ptr, mlir::Type value, mlir::Type maskType, mlir::Type result);
mlir::ParseResult parseCasTypes(mlir::OpAsmParser &parser, const OptionalOperand &mask,
                                mlir::Type ptr, mlir::Type &cmp, mlir::Type &value,
                                mlir::Type &maskType, mlir::Type &result);
void printCasTypes(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::Value mask,
                   mlir::Type ptr, mlir::Type cmp, mlir::Type value, mlir::Type maskType,
                   mlir::Type result);

} // namespace mla::tile
