//===- LinearLayout.h - linear maps over GF(2) ----------------------------===//
// The one representation of "who holds what": which register of which lane of which warp holds
// which element of a tile, and which byte of shared memory does. Pure maths, no MLIR.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mla {

/// Names of the input dimensions. A register layout maps (register, lane, warp), a shared-memory
/// layout maps (offset), counted in elements.
inline constexpr std::string_view kRegister = "register";
inline constexpr std::string_view kLane = "lane";
inline constexpr std::string_view kWarp = "warp";
inline constexpr std::string_view kOffset = "offset";

/// A linear map over GF(2) from named input dimensions to the `rank()` coordinates of a block whose
/// extents are powers of two.
///
/// **Definition.** Write every input value in binary. Each bit of each input dimension has a
/// *basis*: the coordinates of the element that the input with only this bit set holds. The image
/// of an input is the XOR, coordinate by coordinate, of the bases of its set bits; input 0 holds
/// the element at the origin. The bases are the whole description.
///
/// **Worked table.** A 4×4 block on 2 registers × 4 lanes × 2 warps:
///
///     register = [[0, 1]]           bit 0 of the register moves one column
///     lane     = [[0, 2], [1, 0]]   bit 0 of the lane moves two columns, bit 1 one row
///     warp     = [[2, 0]]           bit 0 of the warp moves two rows
///
///              column 0    column 1    column 2    column 3
///     row 0    w0 l0 r0    w0 l0 r1    w0 l1 r0    w0 l1 r1
///     row 1    w0 l2 r0    w0 l2 r1    w0 l3 r0    w0 l3 r1
///     row 2    w1 l0 r0    w1 l0 r1    w1 l1 r0    w1 l1 r1
///     row 3    w1 l2 r0    w1 l2 r1    w1 l3 r0    w1 l3 r1
///
/// Register 1 of lane 3 of warp 1 holds [0, 1] ^ [0, 2] ^ [1, 0] ^ [2, 0] = row 3, column 3.
///
/// **Rule.** f(a ^ b) = f(a) ^ f(b). So a property of all inputs is a property of the few bases:
/// - every element is held by someone: the bases span the block (isSurjective);
/// - nobody holds a copy: they are independent as well (isInvertible);
/// - who holds an element: solve one linear system (preimage);
/// - a wider vector: the lowest register bases are 1, 2, 4, … along one dimension.
///
/// **Examples, small to large.**
/// - One basis [0, 0] in `warp`: both warps hold the same elements (replication).
/// - Swizzled shared memory, offset = [[0, 1], [0, 2], [1, 1], [2, 2]]: a step of one row changes
///   the column too, so that offset 4·r + c holds row r, column c ^ r.
///
///              +0      +1      +2      +3
///     0        (0,0)   (0,1)   (0,2)   (0,3)
///     4        (1,1)   (1,0)   (1,3)   (1,2)
///     8        (2,2)   (2,3)   (2,0)   (2,1)
///     12       (3,3)   (3,2)   (3,1)   (3,0)
///
///   With four banks, column 0 (offsets 0, 5, 10, 15) now lies in four different ones; without the
///   XOR it is all in the first.
/// - The accumulator of a matrix instruction m16n8: register = [[0, 1], [8, 0]],
///   lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]]. A larger tile is a product with a layout of
///   further registers and warps (operator*).
///
/// **Why not shapes and strides.** Strides add, and sums carry from bit to bit; a swizzle does not.
/// With XOR, swizzles, fragments and replication are the same kind of object, and composition and
/// inverse need no case analysis. The price is that extents are powers of two; TileLayout lifts
/// that.
class LinearLayout {
public:
  /// One coordinate per output dimension.
  using Coords = std::vector<int32_t>;
  /// Image of bit 0, bit 1, … of an input dimension. An all-zero image means that both values of
  /// that bit hold the same element (replication).
  using Bases = std::vector<Coords>;
  /// One input dimension of 2^bases.size() values.
  struct InDim {
    std::string name;
    Bases bases;
    bool operator==(const InDim &) const = default;
  };

  LinearLayout() = default;
  /// Asserts that the description is valid; see `validate` for untrusted input.
  LinearLayout(std::vector<InDim> inDims, std::vector<int32_t> outSizes);
  /// Reason why (inDims, outSizes) is not a layout, or nothing: sizes are powers of two ≥ 1, every
  /// basis has one coordinate per output dimension, 0 ≤ coordinate < size, names are distinct and
  /// not empty, the numbers of input and of output bits fit machine words (62 in total, 30 per
  /// input dimension).
  static std::optional<std::string> validate(const std::vector<InDim> &inDims,
                                             const std::vector<int32_t> &outSizes);

  /// Input `name` counts the `size` (a power of two) elements of output `dim`; the other extents
  /// are 1.
  static LinearLayout identity1D(std::string_view name, int32_t size, unsigned dim, unsigned rank);

  /// Number of output dimensions.
  unsigned rank() const { return outSizes_.size(); }
  /// Extents of the block.
  const std::vector<int32_t> &outSizes() const { return outSizes_; }
  /// Input dimensions in the order of their declaration.
  const std::vector<InDim> &inDims() const { return inDims_; }
  /// True if the layout has an input dimension of this name.
  bool hasIn(std::string_view name) const;
  /// Bases of an input dimension; empty when the layout lacks it.
  const Bases &bases(std::string_view name) const;
  /// Bits of an input dimension; 0 when the layout lacks it.
  unsigned inBits(std::string_view name) const { return bases(name).size(); }
  /// Values of an input dimension; 1 when the layout lacks it.
  int32_t inSize(std::string_view name) const { return int32_t(1) << inBits(name); }

  /// Image of one input point; inputs that are not named are 0.
  Coords apply(const std::vector<std::pair<std::string_view, int32_t>> &inputs) const;

  /// Product: the inputs of `outer` run over copies of `*this`. Inputs of the same name are
  /// concatenated, this one's bits lowest; output sizes multiply per dimension.
  LinearLayout operator*(const LinearLayout &outer) const;

  /// Every element is hit (the images span the block).
  bool isSurjective() const;
  /// Surjective and no two inputs share an element.
  bool isInvertible() const;
  /// The inverse of an invertible layout with one input dimension, as the position of every
  /// element: entry [rowMajorIndex] = input value.
  std::vector<int32_t> invert() const;

  /// Some input point whose image is `target` (free bits 0), in the order of inDims(); nothing if
  /// unreachable.
  std::optional<std::vector<int32_t>> preimage(const Coords &target) const;

  bool operator==(const LinearLayout &) const = default;
  /// {register = [[0, 1], [8, 0]], lane = …}
  std::string str() const;

private:
  std::vector<InDim> inDims_;
  std::vector<int32_t> outSizes_;
};

} // namespace mla
