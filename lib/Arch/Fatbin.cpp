//===- Fatbin.cpp - what images a fatbin holds -----------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Arch/Fatbin.h"

#include <algorithm>
#include <cstring>

using namespace mla;

static constexpr size_t kHeaderBytes = 16, kHeaderSizeAt = 6, kPayloadSizeAt = 8;
/// Offsets in an entry header.
static constexpr size_t kEntryHeaderSizeAt = 4, kEntryPayloadSizeAt = 8, kEntryArchAt = 28,
                        kEntryFlagsAt = 40;
static constexpr size_t kMinEntryBytes = 64;
static constexpr uint16_t kPtxKind = 1, kElfKind = 2;
/// Compressed in one of two ways.
static constexpr uint64_t kCompressedFlags = 0xa000;

/// A little-endian number, as all targets of CUDA have them.
template <typename T>
static T load(const void *bytes, size_t at) {
  T value;
  std::memcpy(&value, static_cast<const char *>(bytes) + at, sizeof(value));
  return value;
}

uint64_t mla::fatbinBytes(const void *bytes) {
  if (load<uint32_t>(bytes, 0) != kFatbinMagic)
    return 0;
  return load<uint16_t>(bytes, kHeaderSizeAt) + load<uint64_t>(bytes, kPayloadSizeAt);
}

std::string mla::readFatbin(std::string_view bytes, std::vector<FatbinImage> &images) {
  images.clear();
  if (bytes.size() < kHeaderBytes || fatbinBytes(bytes.data()) == 0)
    return "not a fatbin: its first bytes are not the magic number";
  size_t position = load<uint16_t>(bytes.data(), kHeaderSizeAt);
  auto payload = load<uint64_t>(bytes.data(), kPayloadSizeAt);
  if (payload > bytes.size() - std::min(position, bytes.size()))
    return "fatbin is cut off: its header promises " + std::to_string(payload) + " bytes, it has " +
           std::to_string(bytes.size());
  for (size_t end = position + payload; position < end;) {
    std::string place = "fatbin entry at byte " + std::to_string(position);
    if (end - position < kMinEntryBytes)
      return place + " is cut off";
    const char *entry = bytes.data() + position;
    auto kind = load<uint16_t>(entry, 0);
    uint64_t header = load<uint32_t>(entry, kEntryHeaderSizeAt);
    auto size = load<uint64_t>(entry, kEntryPayloadSizeAt);
    if (header < kMinEntryBytes || header > end - position || size > end - position - header)
      return place + " is malformed";
    // Later kinds (LTO) are none that we make or run.
    if (kind == kPtxKind || kind == kElfKind)
      images.push_back({kind == kPtxKind,
                        (load<uint64_t>(entry, kEntryFlagsAt) & kCompressedFlags) != 0,
                        load<int32_t>(entry, kEntryArchAt), bytes.substr(position + header, size)});
    position += header + size;
  }
  return {};
}
