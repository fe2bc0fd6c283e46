//===- Recipe.h - a kernel's choices per architecture ---------------------===//
// JSON: {"recipes": [{"archs": ["sm_80"], "num_warps": 8, "num_stages": 3, "constants": {"BLOCK_M":
// 128}}]}. The first entry that lists an arch, or lists none, applies to it. kernels/RECIPES.md
// explains every key.
#pragma once

#include "mla/Arch/Arch.h"
#include "mla/Transforms/RolePlan.h"
#include "mla/Transforms/TransformKinds.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <optional>

namespace mla {

/// The choices for some architectures.
struct RecipeEntry {
  std::vector<const Arch *> archs; ///< empty: every arch
  std::optional<int64_t> numWarps;
  std::optional<int64_t> numStages;
  std::optional<int64_t> cluster;   ///< CTAs along x
  std::vector<std::string> overlap; ///< "previous", "next": kernels that run at the same time
  std::vector<std::string> without; ///< features of the arch that the kernel does without
  std::map<std::string, std::string>
      constants; ///< values as they are written in the kernel language
  std::map<std::string, int64_t> channelDepths; ///< by label
  std::map<std::string, int64_t> registers;     ///< per thread, by role
  std::vector<RolePlan> roles;                  ///< that compute; empty: one
  std::map<std::string, std::string> l2Hints;   ///< by label
  std::optional<std::vector<TransformStep>> transforms;
};

/// A recipe file.
struct Recipe {
  std::vector<RecipeEntry> entries;

  /// The entry for `arch`, or nullptr if none applies.
  const RecipeEntry *find(const Arch &arch) const;
};

/// CTAs of a cluster are a power of two from 1 to this, what every GPU with clusters supports.
inline constexpr int64_t kMaxCluster = 8;
/// Warps per block are a power of two from 1 to this.
inline constexpr int64_t kMaxWarps = 32;
/// Upper bound of pipeline stages, and of a channel's depth.
inline constexpr int64_t kMaxStages = 64;
/// A role's registers per thread are a multiple of 8 in this range, as setmaxnreg takes them.
inline constexpr int64_t kMinRegisters = 24;
inline constexpr int64_t kMaxRegisters = 256;
/// A computing role has whole warpgroups, at most so many warps, and at most so many registers per
/// thread if the recipe names roles.
inline constexpr int64_t kWarpgroup = 4;
inline constexpr int64_t kMaxRoleWarps = 16;
inline constexpr int64_t kMaxRoleRegisters = 240;

/// Whether a kernel can run with so many warps or stages; the error names `what` ("--num-warps")
/// and the range.
llvm::Error checkNumWarps(int64_t numWarps, llvm::StringRef what);
llvm::Error checkNumStages(int64_t numStages, llvm::StringRef what);

/// Parses `text`; errors start with `origin` (a file name) and name the line or the path of the
/// key.
llvm::Expected<Recipe> parseRecipe(llvm::StringRef text, llvm::StringRef origin);

} // namespace mla
