//===- Fatbin.h - what images a fatbin holds -------------------------------===//
// The container: a 16-byte header (magic, version, header size, payload size), then per image an
// entry header (kind, version, header size, payload size, …) followed by its payload.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mla {

/// The first four bytes of a fatbin.
inline constexpr uint32_t kFatbinMagic = 0xba55ed50;

/// One image.
struct FatbinImage {
  bool isPtx;              ///< else machine code
  bool isCompressed;       ///< `stored` is
  int32_t capability;      ///< 90 for sm_90 and sm_90a
  std::string_view stored; ///< its bytes in the fatbin
};

/// Bytes of the fatbin that begins here, as its header says; 0 if it is none.
uint64_t fatbinBytes(const void *bytes);

/// Lists the images; returns what is wrong with the bytes, or nothing.
std::string readFatbin(std::string_view bytes, std::vector<FatbinImage> &images);

} // namespace mla
