//===- Tile.cpp - a value of the interpreter ------------------------------===//
// See Tile.h.
#include "mla/Interpreter/Tile.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <bit>
#include <cmath>

namespace mla::interp {

Tile::Tile(Element element, llvm::ArrayRef<int64_t> shape)
    : element(element), shape(shape.begin(), shape.end()) {
  size_t count = sizeOf(shape);
  if (element == Element::F64)
    data->doubles.resize(count);
  else if (isFloat(element))
    data->floats.resize(count);
  else
    data->integers.resize(count);
}

Tile Tile::integer(Element element, int64_t value) {
  Tile result(element, {});
  result.makeIntegers()[0] = value;
  return result;
}

size_t Tile::size() const {
  if (element == Element::F64)
    return data->doubles.size();
  return isFloat(element) ? data->floats.size() : data->integers.size();
}

Tile Tile::fromBits(Element element, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<uint64_t> bits) {
  Tile result(element, shape);
  if (element == Element::F64) {
    for (size_t i = 0; i < bits.size(); ++i)
      result.makeDoubles()[i] = std::bit_cast<double>(bits[i]);
  } else if (isFloat(element)) {
    for (size_t i = 0; i < bits.size(); ++i)
      result.makeFloats()[i] = decodeFloat(element, uint32_t(bits[i]));
  } else {
    unsigned width = bitsOf(element);
    for (size_t i = 0; i < bits.size(); ++i)
      result.makeIntegers()[i] = wrapInteger(int64_t(bits[i]), width);
  }
  return result;
}

std::vector<uint64_t> Tile::toBits() const {
  std::vector<uint64_t> bits(size());
  if (element == Element::F64) {
    for (size_t i = 0; i < bits.size(); ++i)
      bits[i] = std::bit_cast<uint64_t>(doubles()[i]);
  } else if (isFloat(element)) {
    for (size_t i = 0; i < bits.size(); ++i)
      bits[i] = encodeFloat(element, floats()[i]);
  } else {
    unsigned width = bitsOf(element);
    for (size_t i = 0; i < bits.size(); ++i)
      bits[i] = unsignedInteger(integers()[i], width);
  }
  return bits;
}

void Tile::setOverflow(size_t index, uint8_t kind) {
  if (data->overflow.empty())
    data->overflow.resize(size());
  data->overflow[index] |= kind;
}

double Tile::number(size_t index) const {
  if (element == Element::F64)
    return doubles()[index];
  return isFloat(element) ? double(floats()[index]) : double(integers()[index]);
}

Tile Tile::reshaped(llvm::ArrayRef<int64_t> newShape) const {
  Tile result = *this;
  result.shape.assign(newShape.begin(), newShape.end());
  return result;
}

template <typename T>
static void gather(llvm::ArrayRef<T> from, std::vector<T> &to, llvm::ArrayRef<int64_t> sources) {
  for (size_t i = 0; i < sources.size(); ++i)
    to[i] = sources[i] < 0 ? T(0) : from[sources[i]];
}

Tile Tile::gathered(llvm::ArrayRef<int64_t> newShape, llvm::ArrayRef<int64_t> sources) const {
  Tile result(element, newShape);
  result.lease = lease;
  if (element == Element::F64)
    gather(doubles(), result.makeDoubles(), sources);
  else if (isFloat(element))
    gather(floats(), result.makeFloats(), sources);
  else
    gather(integers(), result.makeIntegers(), sources);
  if (!overflow().empty())
    for (size_t i = 0; i < sources.size(); ++i)
      if (sources[i] >= 0 && overflowAt(sources[i]))
        result.setOverflow(i, overflowAt(sources[i]));
  return result;
}

std::string Tile::elementText(size_t index) const {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (!isFloat(element)) {
    os << integers()[index];
    return text;
  }
  double value = number(index);
  if (std::isnan(value))
    os << "nan";
  else if (std::isinf(value))
    os << (value < 0 ? "-inf" : "inf");
  else
    os << llvm::format(element == Element::F64 ? "%.17g" : "%.9g", value);
  return text;
}

llvm::SmallVector<int64_t, 4> rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t, 4> strides(shape.size(), 1);
  for (size_t dim = shape.size(); dim-- > 1;)
    strides[dim - 1] = strides[dim] * shape[dim];
  return strides;
}

std::string coordinatesText(llvm::ArrayRef<int64_t> shape, size_t index) {
  if (shape.empty())
    return "";
  llvm::SmallVector<int64_t, 4> strides = rowMajorStrides(shape);
  std::string text = "[";
  for (size_t dim = 0; dim < shape.size(); ++dim)
    text += (dim ? ", " : "") + std::to_string(int64_t(index) / strides[dim] % shape[dim]);
  return text + "]";
}

} // namespace mla::interp
