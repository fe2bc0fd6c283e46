//===- Element.cpp - the types of a tile's elements -----------------------===//
// See Element.h. Narrow floats are held as f32 whose value the type can represent; bits go back and
// forth without changing a NaN's payload.
#include "mla/Interpreter/Element.h"

#include "mla/Dialect/Tile/Tile.h"

#include <bit>
#include <cmath>

using namespace mlir;

namespace mla::interp {

std::optional<Element> elementOf(Type type) {
  type = tile::elementTypeOf(type);
  if (auto integer = dyn_cast<IntegerType>(type)) {
    switch (integer.getWidth()) {
    case 1:
      return Element::I1;
    case 8:
      return Element::I8;
    case 16:
      return Element::I16;
    case 32:
      return Element::I32;
    case 64:
      return Element::I64;
    }
    return std::nullopt;
  }
  if (type.isIndex())
    return Element::I64;
  if (type.isF16())
    return Element::F16;
  if (type.isBF16())
    return Element::BF16;
  if (type.isF32())
    return Element::F32;
  if (type.isF64())
    return Element::F64;
  if (isa<Float8E4M3FNType>(type))
    return Element::E4M3;
  if (isa<Float8E5M2Type>(type))
    return Element::E5M2;
  if (isa<tile::PtrType>(type))
    return Element::Ptr;
  if (isa<tile::ViewType>(type))
    return Element::View;
  return std::nullopt;
}

unsigned bitsOf(Element element) {
  switch (element) {
  case Element::I1:
    return 1;
  case Element::I8:
  case Element::E4M3:
  case Element::E5M2:
    return 8;
  case Element::I16:
  case Element::F16:
  case Element::BF16:
    return 16;
  case Element::I32:
  case Element::F32:
    return 32;
  default:
    return 64;
  }
}

unsigned bytesOf(Element element) { return element == Element::I1 ? 1 : bitsOf(element) / 8; }

namespace {
/// A floating-point format narrower than f32.
struct Format {
  unsigned exponentBits, mantissaBits;
  bool hasInfinity; ///< false: the greatest exponent holds numbers too, all ones is NaN
  bool saturates;

  int bias() const { return (1 << (exponentBits - 1)) - 1; }
  uint32_t signBit() const { return 1u << (exponentBits + mantissaBits); }
  uint32_t infinity() const { return ((1u << exponentBits) - 1) << mantissaBits; }
  uint32_t greatest() const { return hasInfinity ? infinity() - 1 : signBit() - 2; }
};
} // namespace

static Format formatOf(Element element) {
  switch (element) {
  case Element::F16:
    return {5, 10, true, false};
  case Element::BF16:
    return {8, 7, true, false};
  case Element::E4M3:
    return {4, 3, false, true};
  default:
    return {5, 2, true, true};
  }
}

float decodeFloat(Element element, uint32_t bits) {
  if (element == Element::F32)
    return std::bit_cast<float>(bits);
  if (element == Element::BF16)
    return std::bit_cast<float>(bits << 16);
  Format format = formatOf(element);
  uint32_t sign = bits & format.signBit() ? 0x80000000u : 0;
  uint32_t magnitude = bits & (format.signBit() - 1);
  uint32_t mantissa = magnitude & ((1u << format.mantissaBits) - 1);
  uint32_t exponent = magnitude >> format.mantissaBits;
  if (format.hasInfinity && magnitude >= format.infinity())
    return std::bit_cast<float>(sign | 0x7f800000u | mantissa << (23 - format.mantissaBits));
  if (!format.hasInfinity && magnitude == format.signBit() - 1)
    return std::bit_cast<float>(sign | 0x7fc00000u);
  if (exponent == 0) {
    float value = std::ldexp(float(mantissa), 1 - format.bias() - int(format.mantissaBits));
    return sign ? -value : value;
  }
  return std::bit_cast<float>(sign | (exponent + 127 - format.bias()) << 23 |
                              mantissa << (23 - format.mantissaBits));
}

/// Rounds the magnitude of a finite number; the result may be infinity or beyond.
static uint32_t roundMagnitude(const Format &format, uint32_t magnitude) {
  int exponent = int(magnitude >> 23) - 127 + format.bias();
  uint32_t mantissa = magnitude & 0x7fffff;
  unsigned dropped = 23 - format.mantissaBits;
  if (exponent <= 0) {
    // Subnormal: the leading one becomes explicit and moves down.
    if (magnitude >> 23)
      mantissa |= 0x800000;
    dropped += 1 - exponent;
    if (dropped > 24)
      return 0;
    exponent = 0;
  }
  uint32_t kept = uint32_t(exponent) << format.mantissaBits | mantissa >> dropped;
  uint32_t rest = mantissa & ((1u << dropped) - 1), half = 1u << (dropped - 1);
  return kept + (rest > half || (rest == half && (kept & 1)));
}

uint32_t encodeFloat(Element element, float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if (element == Element::F32)
    return bits;
  Format format = formatOf(element);
  uint32_t sign = bits >> 31 ? format.signBit() : 0, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    if (!format.hasInfinity)
      return sign | (format.signBit() - 1);
    uint32_t payload = (magnitude & 0x7fffff) >> (23 - format.mantissaBits);
    return sign | format.infinity() | (payload ? payload : 1u << (format.mantissaBits - 1));
  }
  // bf16 has the exponents of f32, subnormals included.
  uint32_t rounded = magnitude == 0x7f800000 ? UINT32_MAX
                     : element == Element::BF16
                         ? (magnitude + 0x7fff + ((magnitude >> 16) & 1)) >> 16
                         : roundMagnitude(format, magnitude);
  return sign | std::min(rounded, format.saturates ? format.greatest() : format.infinity());
}

float roundFloat(Element element, float value) {
  // Conversions to 8 bits have one NaN.
  if (std::isnan(value) && (element == Element::E4M3 || element == Element::E5M2))
    return decodeFloat(element, 0x7f);
  return decodeFloat(element, encodeFloat(element, value));
}

void roundFloats(Element element, float *values, size_t count) {
  if (element == Element::F32)
    return;
  if (element == Element::BF16) {
    // The common case, without a branch on the value's size.
    for (size_t i = 0; i < count; ++i) {
      uint32_t bits = std::bit_cast<uint32_t>(values[i]);
      uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u;
      uint32_t quiet = (bits & 0xffff0000u) | 0x400000u;
      bool isNan = (bits & 0x7fffffff) > 0x7f800000;
      values[i] = std::bit_cast<float>(isNan ? quiet : rounded);
    }
    return;
  }
  for (size_t i = 0; i < count; ++i)
    values[i] = roundFloat(element, values[i]);
}

float roundFromDouble(Element element, double value) {
  float nearest = float(value);
  if (element == Element::F32 || std::isnan(value) || double(nearest) == value)
    return roundFloat(element, nearest);
  // Round to odd first: the second rounding then sees on which side of a tie the value lies.
  if ((std::bit_cast<uint32_t>(nearest) & 1) == 0)
    nearest = std::nextafter(nearest, value > double(nearest) ? INFINITY : -INFINITY);
  return roundFloat(element, nearest);
}

} // namespace mla::interp
