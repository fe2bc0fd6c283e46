//===- Arch.h - the one table of architecture facts -----------------------===//
// Passes ask for features and limits; nothing outside this room compares architecture numbers. No
// MLIR.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mla {

/// Threads of a warp, on every architecture.
inline constexpr int32_t kWarpThreads = 32;

/// Families that share one lowering (design: portable, hopper, blackwell datacentre, blackwell
/// workstation).
enum class ArchClass { Portable, Hopper, BlackwellDatacenter, BlackwellWorkstation };

/// What an architecture can do beyond the common base.
enum class Feature {
  CpAsync,     ///< cp.async, PTX ISA §9.7.9.25
  LdMatrix,    ///< ldmatrix b16
  MmaSyncBf16, ///< mma.sync m16n8k16 bf16/fp16
  MmaSyncFp8,  ///< mma.sync m16n8k32 e4m3/e5m2
  CvtFp8,      ///< hardware cvt to and from e4m3x2/e5m2x2
  StMatrix,    ///< stmatrix b16
  Tma,         ///< cp.async.bulk.tensor (without multicast on Blackwell workstation parts)
  MbarrierTx,  ///< mbarrier with transaction counts and try_wait
  Cluster,     ///< thread block clusters and distributed shared memory
  Wgmma,       ///< wgmma.mma_async
  SetMaxNReg,  ///< setmaxnreg inc/dec
  GridControl, ///< griddepcontrol: a kernel starts while the one before it ends
  Tcgen05,     ///< tcgen05 and tensor memory
};

/// One compilation target.
struct Arch {
  /// "sm_90a": the ptxas and LLVM target.
  std::string_view name;
  ArchClass archClass;
  /// Compute capability, e.g. 9 and 0, to be matched with a device.
  int32_t major, minor;
  /// "a" target: runs only on exactly this capability.
  bool archSpecific;
  /// LLVM feature that selects the PTX version of its cubins, "+ptx90".
  std::string_view ptxFeature;
  /// Opt-in dynamic shared memory per block, bytes.
  int64_t maxSharedBytesPerBlock;
  int64_t sharedBytesPerSm;
  int32_t registersPerSm;
  int32_t maxRegistersPerThread;
  int32_t maxWarpsPerSm;
  int32_t maxThreadsPerBlock;
  /// Bit per Feature.
  uint32_t features;

  /// True if instructions of this kind exist on the target.
  bool has(Feature feature) const { return features >> unsigned(feature) & 1; }
};

/// Every supported target in ascending order: sm_80 86 87 88 89 90a 100a 103a 110a 120a 121a.
const std::vector<Arch> &allArchs();
/// The feature that `--without` and `sm.without` call `name`, "wgmma" or "tma"; nothing if unknown.
std::optional<Feature> namedFeature(std::string_view name);
/// `arch` without `features`, as if it lacked them. Lives as long as the process.
const Arch *archWithout(const Arch &arch, const std::vector<Feature> &features);
/// nullptr if unknown.
const Arch *findArch(std::string_view name);
/// The best target that runs on a device of this capability (exact cubin), or nullptr.
const Arch *archForDevice(int32_t major, int32_t minor);
/// "sm_80, sm_86, …" for error messages.
std::string archNames();

/// "sm_90a,sm_80" or "all" → table entries; on failure returns false and says in `error` which name
/// is unknown and what is allowed.
bool parseArchList(std::string_view text, std::vector<const Arch *> &archs, std::string &error);

} // namespace mla
