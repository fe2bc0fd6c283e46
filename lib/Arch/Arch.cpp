//===- Arch.cpp - the one table of architecture facts ---------------------===//
// Limits: CUDA Programming Guide, "Compute Capabilities"; features: PTX ISA 9.0, each confirmed by
// ptxas 13.0. sm_88 is in no public table and takes the numbers of its neighbours 86 and 89.

#include "mla/Arch/Arch.h"

#include <algorithm>
#include <deque>
#include <mutex>

namespace mla {

static constexpr uint32_t bits(std::initializer_list<Feature> features) {
  uint32_t mask = 0;
  for (Feature feature : features)
    mask |= uint32_t(1) << unsigned(feature);
  return mask;
}

static constexpr uint32_t kAmpere =
    bits({Feature::CpAsync, Feature::LdMatrix, Feature::MmaSyncBf16});
static constexpr uint32_t kAda = kAmpere | bits({Feature::MmaSyncFp8, Feature::CvtFp8});
/// What every architecture since Hopper has.
static constexpr uint32_t kSinceHopper =
    kAda | bits({Feature::StMatrix, Feature::Tma, Feature::MbarrierTx, Feature::Cluster,
                 Feature::SetMaxNReg, Feature::GridControl});
static constexpr uint32_t kHopper = kSinceHopper | bits({Feature::Wgmma});
static constexpr uint32_t kDatacenter = kSinceHopper | bits({Feature::Tcgen05});

static constexpr int64_t kKilobyte = 1024;
/// The system keeps 1 KB of shared memory per block for itself.
static constexpr int64_t kReservedSharedBytes = kKilobyte;

static constexpr Arch makeArch(std::string_view name, ArchClass archClass, int32_t major,
                               int32_t minor, int64_t sharedKilobytesPerSm, int32_t maxWarpsPerSm,
                               uint32_t features) {
  Arch arch{};
  arch.name = name;
  arch.archClass = archClass;
  arch.major = major;
  arch.minor = minor;
  arch.archSpecific = name.back() == 'a';
  arch.ptxFeature = "+ptx90";
  arch.maxSharedBytesPerBlock = sharedKilobytesPerSm * kKilobyte - kReservedSharedBytes;
  arch.sharedBytesPerSm = sharedKilobytesPerSm * kKilobyte;
  arch.registersPerSm = 65536;
  arch.maxRegistersPerThread = 255;
  arch.maxWarpsPerSm = maxWarpsPerSm;
  arch.maxThreadsPerBlock = 1024;
  arch.features = features;
  return arch;
}

const std::vector<Arch> &allArchs() {
  using enum ArchClass;
  static const std::vector<Arch> table = {
      makeArch("sm_80", Portable, 8, 0, 164, 64, kAmpere),
      makeArch("sm_86", Portable, 8, 6, 100, 48, kAmpere),
      makeArch("sm_87", Portable, 8, 7, 164, 48, kAmpere),
      makeArch("sm_88", Portable, 8, 8, 100, 48, kAmpere),
      makeArch("sm_89", Portable, 8, 9, 100, 48, kAda),
      makeArch("sm_90a", Hopper, 9, 0, 228, 64, kHopper),
      makeArch("sm_100a", BlackwellDatacenter, 10, 0, 228, 64, kDatacenter),
      makeArch("sm_103a", BlackwellDatacenter, 10, 3, 228, 64, kDatacenter),
      makeArch("sm_110a", BlackwellDatacenter, 11, 0, 228, 48, kDatacenter),
      makeArch("sm_120a", BlackwellWorkstation, 12, 0, 100, 48, kSinceHopper),
      makeArch("sm_121a", BlackwellWorkstation, 12, 1, 100, 48, kSinceHopper),
  };
  return table;
}

std::optional<Feature> namedFeature(std::string_view name) {
  if (name == "wgmma")
    return Feature::Wgmma;
  if (name == "tma")
    return Feature::Tma;
  return std::nullopt;
}

const Arch *archWithout(const Arch &arch, const std::vector<Feature> &features) {
  static std::mutex mutex;
  static std::deque<Arch> known; // elements stay where they are
  Arch reduced = arch;
  for (Feature feature : features)
    reduced.features &= ~(uint32_t(1) << unsigned(feature));
  std::scoped_lock lock(mutex);
  for (const Arch &other : known)
    if (other.name == reduced.name && other.features == reduced.features)
      return &other;
  return &known.emplace_back(reduced);
}

const Arch *findArch(std::string_view name) {
  for (const Arch &arch : allArchs())
    if (arch.name == name)
      return &arch;
  return nullptr;
}

const Arch *archForDevice(int32_t major, int32_t minor) {
  const Arch *best = nullptr;
  // Ascending order, so that the last one that fits is the closest.
  for (const Arch &arch : allArchs()) {
    bool runs =
        arch.major == major && (arch.archSpecific ? arch.minor == minor : arch.minor <= minor);
    if (runs)
      best = &arch;
  }
  return best;
}

std::string archNames() {
  std::string names;
  for (const Arch &arch : allArchs()) {
    if (!names.empty())
      names += ", ";
    names += arch.name;
  }
  return names;
}

static std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool parseArchList(std::string_view text, std::vector<const Arch *> &archs, std::string &error) {
  archs.clear();
  if (trim(text) == "all") {
    for (const Arch &arch : allArchs())
      archs.push_back(&arch);
    return true;
  }
  for (bool more = true; more;) {
    size_t comma = text.find(',');
    more = comma != std::string_view::npos;
    std::string_view name = trim(text.substr(0, comma));
    const Arch *arch = findArch(name);
    if (!arch) {
      archs.clear();
      error = name.empty() ? "empty architecture name"
                           : "unknown architecture '" + std::string(name) + "'";
      error += "; expected 'all' or a comma-separated list of " + archNames();
      return false;
    }
    if (std::ranges::find(archs, arch) == archs.end())
      archs.push_back(arch);
    if (more)
      text.remove_prefix(comma + 1);
  }
  return true;
}

} // namespace mla
