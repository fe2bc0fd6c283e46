//===- Images.cpp - which PTX of an image a device runs -------------------===//
// The choice of a real driver: machine code of this capability, else of a lower minor one, else the
// highest PTX. Machine code cannot be simulated; the PTX that it was made from lies beside it where
// the fatbin was made for that (mla-translate --fatbin-ptx). SPDX-License-Identifier: Apache-2.0
#include "State.h"

#include <cstring>
#include <optional>

namespace mla::sim::driver {

namespace {
/// Of a fatbin, and of the record that points to one in a program of nvcc.
constexpr uint32_t kMagic = 0xba55ed50, kWrapperMagic = 0x466243b1;
/// Offsets in the header of an entry.
constexpr size_t kHeaderSizeAt = 4, kPayloadSizeAt = 8, kCapabilityAt = 28, kFlagsAt = 40;
constexpr size_t kMinEntryBytes = 64;
constexpr uint16_t kPtxKind = 1, kMachineCodeKind = 2;
/// Compressed in one of two ways.
constexpr uint64_t kCompressedFlags = 0xa000;

template <typename T>
T load(const uint8_t *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

struct Entry {
  bool isPtx = false, isCompressed = false;
  int capability = 0; ///< 90 of 9.0
  std::string_view text;
};
} // namespace

/// The name behind `.target`.
static std::string_view targetOf(std::string_view ptx) {
  size_t at = ptx.find(".target");
  if (at == std::string_view::npos)
    return {};
  size_t begin = ptx.find_first_not_of(" \t", at + std::strlen(".target"));
  if (begin == std::string_view::npos)
    return {};
  return ptx.substr(begin, ptx.find_first_of(" \t\r\n,", begin) - begin);
}

/// Whether PTX for a target runs on a device: for "sm_90a" only on 9.0, for "sm_100f" on 10.x, for
/// "sm_80" on everything since. A target that is none is the parser's to refuse.
static bool runsOn(std::string_view target, const Arch &arch) {
  if (target.substr(0, 3) != "sm_")
    return true;
  int number = 0;
  size_t at = 3;
  for (; at < target.size() && target[at] >= '0' && target[at] <= '9'; ++at)
    number = number * 10 + (target[at] - '0');
  int device = arch.major * 10 + arch.minor;
  if (at == target.size())
    return number <= device;
  return target[at] == 'f' ? number / 10 == arch.major && number <= device : number == device;
}

/// The entries of a fatbin; nothing if it is malformed.
static std::optional<std::vector<Entry>> readEntries(const uint8_t *bytes) {
  const uint8_t *at = bytes + load<uint16_t>(bytes + 6);
  const uint8_t *end = at + load<uint64_t>(bytes + 8);
  std::vector<Entry> entries;
  while (at < end) {
    if (size_t(end - at) < kMinEntryBytes)
      return std::nullopt;
    auto kind = load<uint16_t>(at);
    auto header = load<uint32_t>(at + kHeaderSizeAt);
    auto size = load<uint64_t>(at + kPayloadSizeAt);
    if (header < kMinEntryBytes || header > size_t(end - at) || size > size_t(end - at) - header)
      return std::nullopt;
    Entry entry;
    entry.isPtx = kind == kPtxKind;
    entry.isCompressed = load<uint64_t>(at + kFlagsAt) & kCompressedFlags;
    entry.capability = load<int32_t>(at + kCapabilityAt);
    if (entry.isPtx && !entry.isCompressed) {
      std::string_view text(reinterpret_cast<const char *>(at + header), size);
      entry.text = text.substr(0, text.find('\0'));
    }
    if (entry.isPtx || kind == kMachineCodeKind)
      entries.push_back(entry);
    at += header + size;
  }
  return entries;
}

/// What a driver would take: the machine code, or the PTX if there is none that fits.
static const Entry *choose(const std::vector<Entry> &entries, const Arch &arch) {
  int device = arch.major * 10 + arch.minor;
  const Entry *code = nullptr, *ptx = nullptr;
  for (const Entry &entry : entries) {
    // Of compressed PTX the target is not seen: its capability must do.
    bool runs =
        entry.text.empty() ? entry.capability <= device : runsOn(targetOf(entry.text), arch);
    if (entry.isPtx && runs && (!ptx || ptx->capability < entry.capability))
      ptx = &entry;
  }
  for (const Entry &entry : entries) {
    if (entry.isPtx || entry.capability / 10 != arch.major || entry.capability > device)
      continue;
    // Code for "sm_100a" says 100 and does not run on 10.3; its PTX says so.
    bool isForOthers = false;
    for (const Entry &source : entries)
      isForOthers |= source.isPtx && source.capability == entry.capability &&
                     !source.text.empty() && !runsOn(targetOf(source.text), arch);
    if (!isForOthers && (!code || code->capability < entry.capability))
      code = &entry;
  }
  return code ? code : ptx;
}

CUresult choosePtx(const void *image, const Arch &arch, std::string_view &ptx, std::string &error) {
  const auto *bytes = static_cast<const uint8_t *>(image);
  if (std::memcmp(bytes, &kWrapperMagic, sizeof(kWrapperMagic)) == 0)
    bytes = load<const uint8_t *>(bytes + 8);
  std::string device(arch.name);
  if (std::memcmp(bytes,
                  "\x7f"
                  "ELF",
                  4) == 0) {
    error = "a cubin has only machine code, which cannot be simulated: load its PTX";
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  if (std::memcmp(bytes, &kMagic, sizeof(kMagic)) != 0) {
    ptx = reinterpret_cast<const char *>(bytes);
    std::string target(targetOf(ptx));
    if (runsOn(target, arch))
      return CUDA_SUCCESS;
    error = "PTX for " + target + " does not run on " + device;
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  std::optional<std::vector<Entry>> entries = readEntries(bytes);
  if (!entries) {
    error = "the fatbin is malformed";
    return CUDA_ERROR_INVALID_IMAGE;
  }
  const Entry *chosen = choose(*entries, arch);
  if (!chosen) {
    error = "the fatbin has nothing for " + device;
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  bool isCompressed = false;
  for (const Entry &entry : *entries)
    if (entry.isPtx && entry.capability == chosen->capability) {
      isCompressed |= entry.isCompressed;
      if (!entry.isCompressed)
        ptx = entry.text;
    }
  if (!ptx.empty())
    return CUDA_SUCCESS;
  error = "of what the fatbin has for " + device + " (capability " +
          std::to_string(chosen->capability / 10) + "." + std::to_string(chosen->capability % 10) +
          ") there is " + (isCompressed ? "only compressed PTX" : "machine code without its PTX") +
          "; make it with mla-translate --fatbin-ptx";
  return CUDA_ERROR_NO_BINARY_FOR_GPU;
}

} // namespace mla::sim::driver
