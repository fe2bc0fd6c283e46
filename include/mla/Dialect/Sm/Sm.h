//===- Sm.h - the hardware dialect ----------------------------------------===//
// Layouts, shared memory, asynchronous copies, matrix instructions. The ODS in dialects/Sm is the
// manual.
#pragma once

#include "mla/Dialect/Tile/Tile.h"
#include "mla/Layout/TileLayout.h"
#include "llvm/ADT/Hashing.h"

namespace mla {
/// For uniquing `#sm.layout`.
llvm::hash_code hash_value(const TileLayout &layout);

struct Arch;
} // namespace mla

#include "mla/Dialect/Sm/SmDialect.h.inc"
#include "mla/Dialect/Sm/SmEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "mla/Dialect/Sm/SmAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "mla/Dialect/Sm/SmTypes.h.inc"
#define GET_OP_CLASSES
#include "mla/Dialect/Sm/SmOps.h.inc"

namespace mla::sm {

/// Names of the attributes documented in the dialect.
inline constexpr llvm::StringLiteral kArchAttr = "sm.arch";
inline constexpr llvm::StringLiteral kSharedLimitAttr = "sm.shared_limit";
inline constexpr llvm::StringLiteral kWithoutAttr = "sm.without";
inline constexpr llvm::StringLiteral kSharedBytesAttr = "sm.shared_bytes";
inline constexpr llvm::StringLiteral kScratchOffsetAttr = "sm.scratch_offset";
/// Of a kernel: "previous", it is launched while the one before it ends, and "next", it lets such a
/// one be launched at once.
inline constexpr llvm::StringLiteral kOverlapAttr = "sm.overlap";
inline constexpr llvm::StringLiteral kTensorMapsAttr = "sm.tensor_maps";

/// Warps that share a wgmma and a setmaxnreg.
inline constexpr int32_t kWarpgroupWarps = 4;
/// Named barriers of a CTA besides the one that all threads share.
inline constexpr int32_t kMaxRoleBarriers = 15;

/// The register layout of a tile, or null for scalars and tiles without one.
LayoutAttr layoutOf(mlir::Type type);
/// `type` (a tile) with `layout` as encoding.
mlir::RankedTensorType withLayout(mlir::RankedTensorType type, LayoutAttr layout);

/// The target of the module around `op`, less what `sm.without` names; emits an error and returns
/// null if `sm.arch` is absent or unknown, or a feature is.
const Arch *targetArch(mlir::Operation *op);
/// Shared memory per block that the kernel may use: the arch's limit, or `sm.shared_limit` if
/// lower.
int64_t sharedLimit(mlir::Operation *op, const Arch &arch);

/// CTAs of the cluster that the kernel around `op` runs in: `tile.cluster`, or 1.
int32_t clusterSize(mlir::Operation *op);

/// Registers per thread that a kernel of `numWarps` warps starts with if it redistributes them
/// (sm.warps with `registers`): all of the SM's, evenly.
int32_t launchRegisters(int32_t numWarps);

/// The ring of mbarriers that `barrier` is, or null if it is no result of sm.mbarrier_alloc.
MbarrierAllocOp ringOf(mlir::Value barrier);

/// Whether products of sm.wgmma may still be writing `accumulator`: no wait stands behind them,
/// also where loops carry it.
bool isInFlight(mlir::Value accumulator);

/// Bytes of an element that operand layouts of sm.mma count with: f64 lies as f32 does.
int32_t mmaElementBytes(mlir::Type element);

/// Bytes of scratch memory `op` (sm.convert_layout, a reduction or a scan) exchanges data through;
/// 0 if it needs none.
int64_t scratchBytes(mlir::Operation *op);

} // namespace mla::sm
