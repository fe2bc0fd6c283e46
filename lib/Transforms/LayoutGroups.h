//===- LayoutGroups.h - tiles that must share one layout --------------------===//
#pragma once

#include "mla/Dialect/Sm/Sm.h"

namespace mla {

/// Ops on tiles whose operands and results share shape and layout.
bool isElementwiseOnTiles(mlir::Operation *op);

/// Takes values of which the tiles must share a layout; some may be null.
using UniteTiles = llvm::function_ref<void(mlir::ValueRange)>;
/// Calls `unite` for each set of values that `op` wants in one layout.
void forEachLayoutGroup(mlir::Operation *op, llvm::function_ref<bool(mlir::Value)> isCheap,
                        UniteTiles unite);

/// Where a group's layout comes from, weakest first.
enum class Anchor { None, Memory, Shared, Mma };

/// Tiles of one layout.
struct LayoutGroup {
  Anchor anchor = Anchor::None;
  int32_t elems = 0; ///< of the widest access in the group
  sm::LayoutAttr layout;
  mlir::RankedTensorType type; ///< of some member
  unsigned depth = 0;          ///< loops round the member that most stand round
  bool isAddress = false;      ///< some member is a pointer
  /// What accesses would like that should rather follow their users: they happen once outside of
  /// these loops, or are so small that threads load the same numbers anyway.
  sm::LayoutAttr fallback;
};

/// Loops round the ops of `block`.
unsigned loopsRound(mlir::Block *block);

} // namespace mla
