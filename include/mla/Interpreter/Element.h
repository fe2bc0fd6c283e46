//===- Element.h - the types of a tile's elements -------------------------===//
// What the interpreter knows of each element type: its bytes in memory and its rounding.
#pragma once

#include "mlir/IR/Types.h"
#include <cstdint>
#include <optional>

namespace mla::interp {

/// Type of the elements of a tile. A view is a scalar of its own kind (see Tile.h).
enum class Element : uint8_t { I1, I8, I16, I32, I64, F16, BF16, F32, F64, E4M3, E5M2, Ptr, View };

/// The element type of an IR type, a tile's or a scalar's; nothing if the interpreter has none.
std::optional<Element> elementOf(mlir::Type type);

inline bool isFloat(Element element) { return element >= Element::F16 && element <= Element::E5M2; }
inline bool isInteger(Element element) { return element <= Element::I64; }
/// Bits of the value, 1 for i1 and 64 for pointers.
unsigned bitsOf(Element element);
/// Bytes in memory.
unsigned bytesOf(Element element);

/// The number that the low bits of `bits` hold, for types narrower than f64.
float decodeFloat(Element element, uint32_t bits);
/// The bits of `value`, rounded to nearest, ties to even. The 8-bit types saturate: what lies
/// beyond the greatest finite number, infinity included, becomes that number, as the hardware's
/// conversion does.
uint32_t encodeFloat(Element element, float value);
/// `value` as the type can hold it.
float roundFloat(Element element, float value);
/// Rounds `count` values in place; nothing to do for f32.
void roundFloats(Element element, float *values, size_t count);
/// `value` rounded once to f32 or narrower: not by way of f32, which would round twice.
float roundFromDouble(Element element, double value);

/// `value` cut to `bits` bits and sign-extended; one bit is 0 or 1.
inline int64_t wrapInteger(int64_t value, unsigned bits) {
  if (bits == 1)
    return value & 1;
  unsigned unused = 64 - bits;
  return int64_t(uint64_t(value) << unused) >> unused;
}
/// The low `bits` bits of a wrapped integer as an unsigned number.
inline uint64_t unsignedInteger(int64_t value, unsigned bits) {
  return bits >= 64 ? uint64_t(value) : uint64_t(value) & ((uint64_t(1) << bits) - 1);
}

} // namespace mla::interp
