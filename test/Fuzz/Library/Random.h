//===- Random.h - repeatable choices -----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iterator>

namespace mla::fuzz {

/// A stream of numbers that a seed decides (splitmix64).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t bits() {
    uint64_t x = state += 0x9e3779b97f4a7c15ull;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ x >> 27) * 0x94d049bb133111ebull;
    return x ^ x >> 31;
  }
  /// From 0 to `count` - 1.
  uint64_t below(uint64_t count) { return bits() % count; }
  /// From low to high.
  int64_t between(int64_t low, int64_t high) {
    return low + int64_t(below(uint64_t(high - low) + 1));
  }
  /// True once in `of` times.
  bool once(uint64_t of) { return below(of) == 0; }
  /// One of an array.
  template <typename T, size_t N>
  const T &pick(const T (&values)[N]) {
    return values[below(N)];
  }

private:
  uint64_t state;
};

} // namespace mla::fuzz
