//===- Tile.h - a value of the interpreter --------------------------------===//
// A scalar or a tile of one program instance, held as flat arrays in row-major order. Values do not
// change once they are made, so that copies share their elements.
#pragma once

#include "mla/Interpreter/Element.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace mla::interp {

/// What is known of an integer element besides its value: that computing it overflowed, as a signed
/// or as an unsigned number. Extension to 64 bits decides which of the two counts; a pointer that
/// an overflowed number reached must not be dereferenced.
enum Overflow : uint8_t { kNoOverflow = 0, kSignedOverflow = 1, kUnsignedOverflow = 2 };

/// Says whether memory that a value was read from still holds it (see Channels.h).
struct Lease {
  bool isValid = true;
  std::string ended; ///< what ended it, for messages
};

/// A scalar (no extents) or a tile.
class Tile {
public:
  Tile() = default;
  Tile(Element element, llvm::ArrayRef<int64_t> shape);
  static Tile integer(Element element, int64_t value);
  /// From and to what stands in memory: one element in the low bits of each number.
  static Tile fromBits(Element element, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<uint64_t> bits);
  std::vector<uint64_t> toBits() const;

  Element element = Element::I32;
  llvm::SmallVector<int64_t, 4> shape;
  /// Set if the elements lie in memory that may be given to another tile.
  std::shared_ptr<Lease> lease;

  size_t size() const;
  bool isFloat32() const { return isFloat(element) && element != Element::F64; }

  /// Integers, sign-extended (i1: 0 or 1), addresses, and the parts of a view: address, extents,
  /// strides.
  llvm::ArrayRef<int64_t> integers() const { return data->integers; }
  /// f32 and narrower floats.
  llvm::ArrayRef<float> floats() const { return data->floats; }
  llvm::ArrayRef<double> doubles() const { return data->doubles; }
  /// By element; empty if no element overflowed.
  llvm::ArrayRef<uint8_t> overflow() const { return data->overflow; }
  uint8_t overflowAt(size_t index) const {
    return data->overflow.empty() ? kNoOverflow : data->overflow[index];
  }

  /// For the one who makes the tile.
  std::vector<int64_t> &makeIntegers() { return data->integers; }
  std::vector<float> &makeFloats() { return data->floats; }
  std::vector<double> &makeDoubles() { return data->doubles; }
  /// Notes an overflow of one element.
  void setOverflow(size_t index, uint8_t kind);

  /// The value of an integer scalar.
  int64_t scalar() const { return integers()[0]; }
  /// Element `index` as a double, whatever the type.
  double number(size_t index) const;
  /// The same elements in another shape of the same size.
  Tile reshaped(llvm::ArrayRef<int64_t> newShape) const;
  /// The elements at `sources`, in that order, in a tile of `newShape`. -1 gives 0.
  Tile gathered(llvm::ArrayRef<int64_t> newShape, llvm::ArrayRef<int64_t> sources) const;

  /// "1.5", "-inf", "7": as a literal.
  std::string elementText(size_t index) const;

private:
  struct Data {
    std::vector<int64_t> integers;
    std::vector<float> floats;
    std::vector<double> doubles;
    std::vector<uint8_t> overflow;
  };
  std::shared_ptr<Data> data = std::make_shared<Data>();
};

/// Product of extents.
inline int64_t sizeOf(llvm::ArrayRef<int64_t> shape) {
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  return size;
}

/// Distances in elements of a row-major tile.
llvm::SmallVector<int64_t, 4> rowMajorStrides(llvm::ArrayRef<int64_t> shape);
/// "[2, 5]": where element `index` of a tile stands; "" for a scalar.
std::string coordinatesText(llvm::ArrayRef<int64_t> shape, size_t index);

} // namespace mla::interp
