//===- Types.cpp - names, IR types and promotion --------------------------===//
#include "Types.h"

#include "mla/Dialect/Tile/Tile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mla::frontend;

namespace {
struct ScalarInfo {
  /// In the language, its alias there, and in signatures.
  StringRef name, alias, shortName;
  unsigned bits;
};
} // namespace

/// In the order of `Scalar`.
static constexpr ScalarInfo kScalars[] = {
    {"int1", "i1", "i1", 1},          {"int8", "i8", "i8", 8},
    {"int16", "i16", "i16", 16},      {"int32", "i32", "i32", 32},
    {"int64", "i64", "i64", 64},      {"uint8", "u8", "u8", 8},
    {"uint16", "u16", "u16", 16},     {"uint32", "u32", "u32", 32},
    {"uint64", "u64", "u64", 64},     {"float8e4nv", "e4m3fn", "fp8e4nv", 8},
    {"float8e5", "e5m2", "fp8e5", 8}, {"float16", "f16", "fp16", 16},
    {"bfloat16", "bf16", "bf16", 16}, {"float32", "f32", "fp32", 32},
    {"float64", "f64", "fp64", 64},
};

static const ScalarInfo &info(Scalar scalar) { return kScalars[unsigned(scalar)]; }

unsigned DType::bits() const { return isPointer ? 64 : info(scalar).bits; }
std::string DType::name() const {
  return isPointer ? "pointer<" + info(scalar).name.str() + ">" : info(scalar).name.str();
}
std::string DType::shortName() const {
  return (isPointer ? "*" : "") + info(scalar).shortName.str();
}

Type DType::irType(MLIRContext *context) const {
  if (isPointer) {
    // A bool takes a byte in memory.
    DType pointee = scalar == Scalar::Int1 ? Scalar::Int8 : scalar;
    return tile::PtrType::get(context, pointee.irType(context));
  }
  switch (scalar) {
  case Scalar::Float8e4nv:
    return Float8E4M3FNType::get(context);
  case Scalar::Float8e5:
    return Float8E5M2Type::get(context);
  case Scalar::Float16:
    return Float16Type::get(context);
  case Scalar::Bfloat16:
    return BFloat16Type::get(context);
  case Scalar::Float32:
    return Float32Type::get(context);
  case Scalar::Float64:
    return Float64Type::get(context);
  default:
    return IntegerType::get(context, bits());
  }
}

std::optional<DType> mla::frontend::dtypeFromName(StringRef name) {
  for (auto [i, entry] : llvm::enumerate(kScalars))
    if (entry.name == name || entry.alias == name)
      return DType(Scalar(i));
  return std::nullopt;
}

std::optional<DType> mla::frontend::dtypeFromShortName(StringRef name) {
  bool isPointer = name.consume_front("*");
  for (auto [i, entry] : llvm::enumerate(kScalars))
    if (entry.shortName == name)
      return DType(Scalar(i), isPointer);
  return std::nullopt;
}

ArrayRef<StringRef> mla::frontend::dtypeNames() {
  static const SmallVector<StringRef> names =
      llvm::map_to_vector(kScalars, [](const ScalarInfo &entry) { return entry.name; });
  return names;
}

StringRef mla::frontend::dtypeAlias(DType type) { return info(type.scalar).alias; }

std::string mla::frontend::shapeName(ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "[";
  llvm::interleaveComma(shape, stream);
  stream << "]";
  return text;
}

ValueType ValueType::withElement(DType other) const {
  ValueType result = *this;
  result.element = other;
  return result;
}

std::string ValueType::name() const {
  return isTile ? element.shortName() + shapeName(shape) : element.shortName();
}

Type ValueType::irType(MLIRContext *context) const {
  Type elementType = element.irType(context);
  return isTile ? RankedTensorType::get(shape, elementType) : elementType;
}

std::optional<int64_t> mla::frontend::tileElements(ArrayRef<int64_t> shape) {
  int64_t elements = 1;
  for (int64_t extent : shape) {
    if (extent < 1 || extent > kMaxTileElements / elements)
      return std::nullopt;
    elements *= extent;
  }
  return elements;
}

//===----------------------------------------------------------------------===//
// Promotion
//===----------------------------------------------------------------------===//

DType mla::frontend::promoteIntegers(DType a, DType b) {
  if (a.isSigned() == b.isSigned())
    return a.bits() > b.bits() ? a : b;
  DType unsignedType = a.isSigned() ? b : a, signedType = a.isSigned() ? a : b;
  return unsignedType.bits() >= signedType.bits() ? unsignedType : signedType;
}

/// bool < integer < float
static unsigned kind(DType type) { return type.isBool() ? 0 : type.isInteger() ? 1 : 2; }

std::optional<DType> mla::frontend::computationType(DType a, bool aIsLiteral, DType b,
                                                    bool bIsLiteral, bool isDivision) {
  auto is = [](DType type, Scalar scalar) { return type == DType(scalar); };
  auto either = [&](Scalar scalar) { return is(a, scalar) || is(b, scalar); };
  if (aIsLiteral != bIsLiteral) {
    DType literal = aIsLiteral ? a : b, other = aIsLiteral ? b : a;
    if (kind(literal) <= kind(other)) {
      // PTX has no 16-bit division.
      bool isHalf = is(other, Scalar::Float16) || is(other, Scalar::Bfloat16);
      return isDivision && isHalf ? DType(Scalar::Float32) : other;
    }
  }
  if (either(Scalar::Float64))
    return Scalar::Float64;
  if (either(Scalar::Float32))
    return Scalar::Float32;
  if (either(Scalar::Float16))
    return isDivision ? Scalar::Float32 : Scalar::Float16;
  if (either(Scalar::Bfloat16)) {
    bool both = is(a, Scalar::Bfloat16) && is(b, Scalar::Bfloat16);
    return both && !isDivision ? Scalar::Bfloat16 : Scalar::Float32;
  }
  if (a.isFloat8() && b.isFloat8())
    return a == b ? a : DType(Scalar::Float16);
  if (!a.isInteger() || !b.isInteger())
    return std::nullopt;
  if (isDivision && a.isSigned() != b.isSigned())
    return std::nullopt;
  return promoteIntegers(a, b);
}
