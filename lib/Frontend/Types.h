//===- Types.h - types of the kernel language -----------------------------===//
// The language knows signedness, which MLIR's integers do not, so types are tracked here and
// translated.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <string>

namespace mla::frontend {

enum class Scalar : uint8_t {
  Int1,
  Int8,
  Int16,
  Int32,
  Int64,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Float8e4nv,
  Float8e5,
  Float16,
  Bfloat16,
  Float32,
  Float64
};

/// Type of one element: a number, or a pointer to numbers.
struct DType {
  Scalar scalar = Scalar::Int32;
  bool isPointer = false;

  DType() = default;
  DType(Scalar scalar, bool isPointer = false) : scalar(scalar), isPointer(isPointer) {}
  static DType pointerTo(Scalar scalar) { return DType(scalar, /*isPointer=*/true); }

  bool operator==(const DType &other) const {
    return scalar == other.scalar && isPointer == other.isPointer;
  }
  bool operator!=(const DType &other) const { return !(*this == other); }

  bool isBool() const { return !isPointer && scalar == Scalar::Int1; }
  /// Integers of any width, bool included.
  bool isInteger() const { return !isPointer && scalar <= Scalar::Uint64; }
  bool isFloat() const { return !isPointer && scalar > Scalar::Uint64; }
  bool isFloat8() const {
    return *this == DType(Scalar::Float8e4nv) || *this == DType(Scalar::Float8e5);
  }
  /// bool counts as unsigned.
  bool isSigned() const { return isInteger() && scalar >= Scalar::Int8 && scalar <= Scalar::Int64; }
  /// As it lies in memory, where a bool takes a byte.
  DType inMemory() const { return isBool() ? DType(Scalar::Int8) : *this; }
  /// Bits of a value; 64 for pointers.
  unsigned bits() const;
  /// Name in the language ("float32").
  std::string name() const;
  /// Name in signatures and messages ("fp32", "*bf16").
  std::string shortName() const;

  /// How the value is held in IR.
  mlir::Type irType(mlir::MLIRContext *context) const;
};

/// Element type by its name in the language ("bfloat16", or for short "bf16", "f32") or in
/// signatures
/// ("bf16", "*fp32").
std::optional<DType> dtypeFromName(llvm::StringRef name);
std::optional<DType> dtypeFromShortName(llvm::StringRef name);
/// Names of all number types in the language, for messages.
llvm::ArrayRef<llvm::StringRef> dtypeNames();
/// The short name of a number type in the language ("f32").
llvm::StringRef dtypeAlias(DType type);

/// Type of a value: one element, or a tile of them.
struct ValueType {
  DType element;
  bool isTile = false;
  llvm::SmallVector<int64_t, 2> shape;

  ValueType(DType element) : element(element) {}
  ValueType(DType element, llvm::ArrayRef<int64_t> shape)
      : element(element), isTile(true), shape(shape) {}

  bool operator==(const ValueType &other) const {
    return element == other.element && isTile == other.isTile && shape == other.shape;
  }
  bool operator!=(const ValueType &other) const { return !(*this == other); }
  /// The same shape with other elements.
  ValueType withElement(DType other) const;
  /// "fp32[64, 32]", "int32".
  std::string name() const;
  mlir::Type irType(mlir::MLIRContext *context) const;
};

/// "[64, 32]"
std::string shapeName(llvm::ArrayRef<int64_t> shape);

/// Most elements of a tile.
inline constexpr int64_t kMaxTileElements = int64_t(1) << 20;
/// Product of extents, or nothing if it exceeds `kMaxTileElements` or an extent is below 1.
std::optional<int64_t> tileElements(llvm::ArrayRef<int64_t> shape);

/// Type two integers compute in: the wider one; of equal width the unsigned one (C's usual
/// conversions).
DType promoteIntegers(DType a, DType b);

/// Type in which Triton 3.6 computes a binary operation. `aIsLiteral` and `bIsLiteral` mark
/// compile-time numbers, which adapt to the other operand unless they are of a higher kind (bool <
/// integer < float). Nothing for operands that have no common type.
std::optional<DType> computationType(DType a, bool aIsLiteral, DType b, bool bIsLiteral,
                                     bool isDivision);

} // namespace mla::frontend
