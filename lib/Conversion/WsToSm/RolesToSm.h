//===- RolesToSm.h - kernels with several roles ---------------------------===//
#pragma once

#include "mla/Conversion/Passes.h"

namespace mla {

/// Turns ws IR with several roles and assigned phases into sm IR: sm.warps regions, mbarriers, bulk
/// copies, wgmma.
mlir::LogicalResult convertRolesToSm(mlir::func::FuncOp func);

} // namespace mla
