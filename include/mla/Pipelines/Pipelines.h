//===- Pipelines.h - the stages of the compiler ---------------------------===//
// One function per stage; tools, tests and bindings call the same ones.
#pragma once

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

namespace mla {

/// Registers every dialect, interface and LLVM translation that any stage needs.
void registerAllDialects(mlir::DialectRegistry &registry);
/// Registers every pass and the pipelines `mla-tile`, `mla-ws`, `mla-sm`, `mla-llvm` for textual
/// use.
void registerAllPasses();

/// All stages expect the module attribute `sm.arch` and the kernel's `tile.num_warps`,
/// `tile.num_stages`.

/// Needs: tile IR as the front end emits it. Gives: tile IR with storable extents and access facts.
void addTileStage(mlir::OpPassManager &pm);
/// Needs: the tile stage. Gives: ws IR with slots assigned that passes ws-verify-schedule, and in
/// which channels leave `scratchBytes` of shared memory free.
void addWsStage(mlir::OpPassManager &pm, int64_t scratchBytes = 0);
/// Needs: the ws stage. Gives: sm IR, every tile with a layout, memory planned, barriers placed,
/// verified.
void addSmStage(mlir::OpPassManager &pm);
/// Needs: the sm stage. Gives: LLVM dialect and NVVM only.
void addLlvmStage(mlir::OpPassManager &pm);

} // namespace mla
