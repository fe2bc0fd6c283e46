//===- LinearLayout.cpp - linear maps over GF(2) --------------------------===//

#include "mla/Layout/LinearLayout.h"

#include "Gf2.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace mla {

/// Input values and row-major indices stay within 62 bits, one input dimension within an int32_t.
static constexpr unsigned kMaxTotalBits = 62;
static constexpr unsigned kMaxInDimBits = 30;

static bool isPowerOfTwo(int32_t value) {
  return value > 0 && std::has_single_bit(uint32_t(value));
}

/// Row-major index of `coords` in a block of `sizes`. XOR-linear, since sizes are powers of two.
static uint64_t flatten(const LinearLayout::Coords &coords, const std::vector<int32_t> &sizes) {
  uint64_t index = 0;
  for (size_t dim = 0; dim < sizes.size(); ++dim)
    index = index * uint64_t(sizes[dim]) + uint64_t(coords[dim]);
  return index;
}

/// The images of all input bits in order of the input dimensions.
static std::vector<uint64_t> flatBases(const LinearLayout &layout) {
  std::vector<uint64_t> images;
  for (const LinearLayout::InDim &in : layout.inDims())
    for (const LinearLayout::Coords &basis : in.bases)
      images.push_back(flatten(basis, layout.outSizes()));
  return images;
}

static unsigned outBits(const LinearLayout &layout) {
  unsigned count = 0;
  for (int32_t size : layout.outSizes())
    count += std::countr_zero(uint32_t(size));
  return count;
}

LinearLayout::LinearLayout(std::vector<InDim> inDims, std::vector<int32_t> outSizes)
    : inDims_(std::move(inDims)), outSizes_(std::move(outSizes)) {
  assert(!validate(inDims_, outSizes_) && "not a linear layout");
}

/// Reason why `basis` is not a point of a block of `outSizes`.
static std::optional<std::string> validateBasis(const LinearLayout::Coords &basis,
                                                const std::vector<int32_t> &outSizes) {
  if (basis.size() != outSizes.size())
    return "has a basis of " + std::to_string(basis.size()) + " coordinates, expected " +
           std::to_string(outSizes.size());
  for (size_t dim = 0; dim < basis.size(); ++dim)
    if (basis[dim] < 0 || basis[dim] >= outSizes[dim])
      return "has basis coordinate " + std::to_string(basis[dim]) + " in output dimension " +
             std::to_string(dim) + ", expected 0 to " + std::to_string(outSizes[dim] - 1);
  return std::nullopt;
}

std::optional<std::string> LinearLayout::validate(const std::vector<InDim> &inDims,
                                                  const std::vector<int32_t> &outSizes) {
  unsigned sizeBits = 0;
  for (size_t dim = 0; dim < outSizes.size(); ++dim) {
    if (!isPowerOfTwo(outSizes[dim]))
      return "output dimension " + std::to_string(dim) + " has size " +
             std::to_string(outSizes[dim]) + ", expected a power of two";
    sizeBits += std::countr_zero(uint32_t(outSizes[dim]));
  }
  if (sizeBits > kMaxTotalBits)
    return "block has 2^" + std::to_string(sizeBits) + " elements, expected at most 2^" +
           std::to_string(kMaxTotalBits);
  size_t totalBits = 0;
  for (size_t i = 0; i < inDims.size(); ++i) {
    const InDim &in = inDims[i];
    if (in.name.empty())
      return "input dimension " + std::to_string(i) + " has no name";
    for (size_t j = 0; j < i; ++j)
      if (inDims[j].name == in.name)
        return "input dimension '" + in.name + "' appears twice";
    if (in.bases.size() > kMaxInDimBits)
      return "input dimension '" + in.name + "' has " + std::to_string(in.bases.size()) +
             " bits, expected at most " + std::to_string(kMaxInDimBits);
    totalBits += in.bases.size();
    for (const Coords &basis : in.bases)
      if (std::optional<std::string> reason = validateBasis(basis, outSizes))
        return "input dimension '" + in.name + "' " + *reason;
  }
  if (totalBits > kMaxTotalBits)
    return "layout has " + std::to_string(totalBits) + " input bits, expected at most " +
           std::to_string(kMaxTotalBits);
  return std::nullopt;
}

LinearLayout LinearLayout::identity1D(std::string_view name, int32_t size, unsigned dim,
                                      unsigned rank) {
  assert(isPowerOfTwo(size) && dim < rank && "identity of a power of two along one dimension");
  std::vector<int32_t> outSizes(rank, 1);
  outSizes[dim] = size;
  Bases bases;
  for (int32_t stride = 1; stride < size; stride *= 2) {
    Coords basis(rank, 0);
    basis[dim] = stride;
    bases.push_back(std::move(basis));
  }
  return LinearLayout({{std::string(name), std::move(bases)}}, std::move(outSizes));
}

bool LinearLayout::hasIn(std::string_view name) const {
  return std::ranges::any_of(inDims_, [&](const InDim &in) { return in.name == name; });
}

const LinearLayout::Bases &LinearLayout::bases(std::string_view name) const {
  static const Bases none;
  for (const InDim &in : inDims_)
    if (in.name == name)
      return in.bases;
  return none;
}

LinearLayout::Coords
LinearLayout::apply(const std::vector<std::pair<std::string_view, int32_t>> &inputs) const {
  Coords coords(rank(), 0);
  for (const auto &[name, value] : inputs) {
    const Bases &images = bases(name);
    assert(value >= 0 && (uint64_t(value) >> images.size()) == 0 && "input out of range");
    for (size_t bit = 0; bit < images.size(); ++bit)
      if (value >> bit & 1)
        for (unsigned dim = 0; dim < rank(); ++dim)
          coords[dim] ^= images[bit][dim];
  }
  return coords;
}

LinearLayout LinearLayout::operator*(const LinearLayout &outer) const {
  assert(rank() == outer.rank() && "product of layouts of different rank");
  std::vector<InDim> inDims = inDims_;
  std::vector<int32_t> outSizes = outSizes_;
  for (unsigned dim = 0; dim < rank(); ++dim)
    outSizes[dim] *= outer.outSizes_[dim];
  for (const InDim &in : outer.inDims_) {
    auto it = std::ranges::find_if(inDims, [&](const InDim &mine) { return mine.name == in.name; });
    if (it == inDims.end())
      it = inDims.insert(inDims.end(), InDim{in.name, {}});
    for (Coords basis : in.bases) {
      for (unsigned dim = 0; dim < rank(); ++dim)
        basis[dim] *= outSizes_[dim];
      it->bases.push_back(std::move(basis));
    }
  }
  return LinearLayout(std::move(inDims), std::move(outSizes));
}

bool LinearLayout::isSurjective() const {
  return gf2::Span(flatBases(*this)).dimension() == outBits(*this);
}

bool LinearLayout::isInvertible() const {
  return isSurjective() && flatBases(*this).size() == outBits(*this);
}

std::vector<int32_t> LinearLayout::invert() const {
  assert(isInvertible() && inDims_.size() <= 1 && "only one input dimension has an inverse table");
  std::vector<uint64_t> images = flatBases(*this);
  std::vector<int32_t> positions(size_t(1) << images.size(), 0);
  std::vector<uint64_t> indices(positions.size(), 0);
  // Gray-like doubling: the image of an input is that of its lower bits plus its top bit's basis.
  for (size_t bit = 0; bit < images.size(); ++bit)
    for (size_t low = 0; low < size_t(1) << bit; ++low)
      indices[low | size_t(1) << bit] = indices[low] ^ images[bit];
  for (size_t input = 0; input < indices.size(); ++input)
    positions[indices[input]] = int32_t(input);
  return positions;
}

std::optional<std::vector<int32_t>> LinearLayout::preimage(const Coords &target) const {
  assert(target.size() == rank() && "target of another rank");
  for (unsigned dim = 0; dim < rank(); ++dim)
    if (target[dim] < 0 || target[dim] >= outSizes_[dim])
      return std::nullopt;
  std::optional<uint64_t> mask = gf2::Span(flatBases(*this)).express(flatten(target, outSizes_));
  if (!mask)
    return std::nullopt;
  std::vector<int32_t> values;
  for (const InDim &in : inDims_) {
    values.push_back(int32_t(*mask & ((uint64_t(1) << in.bases.size()) - 1)));
    *mask >>= in.bases.size();
  }
  return values;
}

std::string LinearLayout::str() const {
  std::string text = "{";
  for (size_t i = 0; i < inDims_.size(); ++i) {
    text += (i ? ", " : "") + inDims_[i].name + " = [";
    for (size_t bit = 0; bit < inDims_[i].bases.size(); ++bit) {
      text += bit ? ", [" : "[";
      const Coords &basis = inDims_[i].bases[bit];
      for (size_t dim = 0; dim < basis.size(); ++dim)
        text += (dim ? ", " : "") + std::to_string(basis[dim]);
      text += "]";
    }
    text += "]";
  }
  return text + "}";
}

} // namespace mla
