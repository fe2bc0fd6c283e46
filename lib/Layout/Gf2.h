//===- Gf2.h - subspaces of GF(2)^64 --------------------------------------===//
// Private to this room: vectors are 64-bit words, addition is XOR.
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <optional>
#include <vector>

namespace mla::gf2 {

/// The span of the vectors inserted so far, in echelon form. Remembers each row as a sum of
/// inserted vectors (counting dependent ones too), so that members can be expressed in them.
class Span {
public:
  Span() = default;
  explicit Span(const std::vector<uint64_t> &vectors) {
    for (uint64_t vector : vectors)
      insert(vector);
  }

  /// True if `vector` was not yet in the span.
  bool insert(uint64_t vector) {
    assert(inserted_ < 64 && "more vectors than bits of a mask");
    uint64_t mask = uint64_t(1) << inserted_++;
    reduce(vector, mask);
    if (!vector)
      return false;
    unsigned top = topBit(vector);
    rows_[top] = {vector, mask};
    ++dimension_;
    return true;
  }
  bool contains(uint64_t vector) const {
    uint64_t mask = 0;
    reduce(vector, mask);
    return vector == 0;
  }
  /// Which inserted vectors sum to `vector` (bit i = the i-th); dependent ones are never used.
  std::optional<uint64_t> express(uint64_t vector) const {
    uint64_t mask = 0;
    reduce(vector, mask);
    if (vector)
      return std::nullopt;
    return mask;
  }
  unsigned dimension() const { return dimension_; }

private:
  struct Row {
    uint64_t vector = 0;
    uint64_t mask = 0;
  };

  static unsigned topBit(uint64_t vector) { return 63 - std::countl_zero(vector); }

  /// Clears every bit of `vector` that is a leading bit of a row, from the top.
  void reduce(uint64_t &vector, uint64_t &mask) const {
    for (uint64_t rest = vector; rest;) {
      unsigned top = topBit(rest);
      const Row &row = rows_[top];
      if (row.vector) {
        vector ^= row.vector;
        mask ^= row.mask;
      }
      rest = vector & ((uint64_t(1) << top) - 1);
    }
  }

  std::array<Row, 64> rows_{};
  unsigned inserted_ = 0;
  unsigned dimension_ = 0;
};

} // namespace mla::gf2
