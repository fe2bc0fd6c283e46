//===- Images.cpp - which PTX of an image a device runs -------------------===//
// The choice of a real driver: machine code of this capability, else of a lower minor one, else the
// highest PTX. Machine code cannot be simulated; the PTX that it was made from lies beside it where
// the fatbin was made for that (mla-translate --fatbin-ptx). SPDX-License-Identifier: Apache-2.0
#include "State.h"
#include "mla/Arch/Fatbin.h"

#include <cstring>

namespace mla::sim::driver {

namespace {
/// Of the record that points to a fatbin in a program of nvcc.
constexpr uint32_t kWrapperMagic = 0x466243b1;

template <typename T>
T load(const uint8_t *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

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

/// PTX as text; empty for compressed PTX and machine code.
static std::string_view textOf(const FatbinImage &image) {
  return image.isPtx && !image.isCompressed ? image.stored.substr(0, image.stored.find('\0'))
                                            : std::string_view();
}

/// What a driver would take: the machine code, or the PTX if there is none that fits.
static const FatbinImage *choose(const std::vector<FatbinImage> &entries, const Arch &arch) {
  int device = arch.major * 10 + arch.minor;
  const FatbinImage *code = nullptr, *ptx = nullptr;
  for (const FatbinImage &entry : entries) {
    // Of compressed PTX the target is not seen: its capability must do.
    bool runs =
        textOf(entry).empty() ? entry.capability <= device : runsOn(targetOf(textOf(entry)), arch);
    if (entry.isPtx && runs && (!ptx || ptx->capability < entry.capability))
      ptx = &entry;
  }
  for (const FatbinImage &entry : entries) {
    if (entry.isPtx || entry.capability / 10 != arch.major || entry.capability > device)
      continue;
    // Code for "sm_100a" says 100 and does not run on 10.3; its PTX says so.
    bool isForOthers = false;
    for (const FatbinImage &source : entries)
      isForOthers |= source.isPtx && source.capability == entry.capability &&
                     !textOf(source).empty() && !runsOn(targetOf(textOf(source)), arch);
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
  uint64_t size = fatbinBytes(bytes);
  if (size == 0) {
    ptx = reinterpret_cast<const char *>(bytes);
    std::string target(targetOf(ptx));
    if (runsOn(target, arch))
      return CUDA_SUCCESS;
    error = "PTX for " + target + " does not run on " + device;
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  std::vector<FatbinImage> entries;
  error = readFatbin({reinterpret_cast<const char *>(bytes), size}, entries);
  if (!error.empty())
    return CUDA_ERROR_INVALID_IMAGE;
  const FatbinImage *chosen = choose(entries, arch);
  if (!chosen) {
    error = "the fatbin has nothing for " + device;
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  bool isCompressed = false;
  for (const FatbinImage &entry : entries)
    if (entry.isPtx && entry.capability == chosen->capability) {
      isCompressed |= entry.isCompressed;
      if (!entry.isCompressed)
        ptx = textOf(entry);
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
