//===- Pipelines.cpp - the stages of the compiler -------------------------===//
#include "mla/Pipelines/Pipelines.h"

#include "mla/Conversion/Passes.h"
#include "mla/Dialect/Gather/Gather.h"
#include "mla/Transforms/Passes.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

// mlir/Conversion/Passes.h costs 10 s per file; only these declarations are needed.
namespace mlir {
#define GEN_PASS_DECL_RECONCILEUNREALIZEDCASTSPASS
#include "mlir/Conversion/Passes.h.inc"
} // namespace mlir

using namespace mlir;
using namespace mla;

void mla::registerAllDialects(DialectRegistry &registry) {
  registry.insert<attn::AttnDialect, gather::GatherDialect, indexer::IndexerDialect,
                  tile::TileDialect, ws::WsDialect, sm::SmDialect, arith::ArithDialect,
                  cf::ControlFlowDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect,
                  ub::UBDialect, LLVM::LLVMDialect, NVVM::NVVMDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
  registerConvertNVVMToLLVMInterface(registry);
}

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void mla::addTileStage(OpPassManager &pm) {
  addCleanup(pm);
  pm.addNestedPass<func::FuncOp>(createApplyTransforms());
  addExpandDomains(pm.nest<func::FuncOp>());
  pm.addNestedPass<func::FuncOp>(createSelectCopies());
  pm.addNestedPass<func::FuncOp>(createExpandViews());
  addCleanup(pm);
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addNestedPass<func::FuncOp>(createPadExtents());
  addCleanup(pm);
  pm.addNestedPass<func::FuncOp>(createInferAccess());
}

void mla::addWsStage(OpPassManager &pm, int64_t scratchBytes) {
  pm.addNestedPass<func::FuncOp>(createInsertChannels());
  pm.addNestedPass<func::FuncOp>(createShareTiles());
  pm.addNestedPass<func::FuncOp>(createFitChannels({scratchBytes}));
  pm.addNestedPass<func::FuncOp>(createSelectMulticast());
  pm.addNestedPass<func::FuncOp>(createVerifySchedule());
  pm.addNestedPass<func::FuncOp>(createSplitRoles());
  pm.addNestedPass<func::FuncOp>(createPartitionRoles());
  pm.addNestedPass<func::FuncOp>(createVerifyRoles());
  pm.addNestedPass<func::FuncOp>(createAssignPhases());
  pm.addNestedPass<func::FuncOp>(createVerifyRoles()); // the phases
  pm.addNestedPass<func::FuncOp>(createPipelineLoops());
  addCleanup(pm);
}

void mla::addSmStage(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createConvertWsToSm());
  pm.addNestedPass<func::FuncOp>(createSolveLayouts());
  addCleanup(pm);
  pm.addNestedPass<func::FuncOp>(createPlanMemory());
  pm.addNestedPass<func::FuncOp>(createInsertBarriers());
  pm.addNestedPass<func::FuncOp>(createVerifyHardware());
}

void mla::addLlvmStage(OpPassManager &pm) {
  pm.addPass(createConvertSmToNvvm());
  // No canonicalizer here: its time grows with the square of a loop's carried registers.
  pm.addPass(createCSEPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertNVVMToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  addCleanup(pm);
}

void mla::registerAllPasses() {
  registerMlaTransformsPasses();
  registerMlaConversionPasses();
  registerTransformsPasses();
  PassPipelineRegistration<>("mla-tile", "tile stage: storable extents, access facts",
                             addTileStage);
  PassPipelineRegistration<>("mla-ws", "schedule stage: roles, channels, pipelined loops",
                             [](OpPassManager &pm) { addWsStage(pm); });
  PassPipelineRegistration<>("mla-sm", "hardware stage: layouts, memory plan, barriers",
                             addSmStage);
  PassPipelineRegistration<>("mla-llvm", "target stage: LLVM and NVVM", addLlvmStage);
}
