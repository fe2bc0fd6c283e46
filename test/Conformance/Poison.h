//===- Poison.h - bytes of memory that nothing has written -------------------===//
// A NaN of bf16, fp16 and fp32 that no arithmetic gives, in every second byte also one of e4m3; as
// an integer no row of any pool, and neither 0 nor -1. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace mla::conformance {

/// The byte at an offset; numbers of 0x7fa5, lowest byte first.
constexpr uint8_t poisonAt(int64_t offset) { return offset % 2 == 0 ? 0xa5 : 0x7f; }

/// So many bytes, from an even offset on.
inline std::vector<uint8_t> poisonedBytes(int64_t count) {
  std::vector<uint8_t> bytes(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i)
    bytes[size_t(i)] = poisonAt(i);
  return bytes;
}

/// How many bytes of an image, from `begin` on, are still poison.
inline int64_t poisonedFrom(const std::vector<uint8_t> &image, int64_t begin, int64_t end) {
  const uint8_t *first = image.data() + begin;
  auto count = size_t(end - begin);
  // Equal to itself two bytes on: as the first two.
  if (count >= 2 && first[0] == poisonAt(begin) && first[1] == poisonAt(begin + 1) &&
      std::memcmp(first, first + 2, count - 2) == 0)
    return end - begin;
  int64_t at = begin;
  while (at < end && image[size_t(at)] == poisonAt(at))
    ++at;
  return at - begin;
}

/// Whether all of it is.
inline bool isPoisoned(const std::vector<uint8_t> &image) {
  auto end = int64_t(image.size());
  return poisonedFrom(image, 0, end) == end;
}

} // namespace mla::conformance
