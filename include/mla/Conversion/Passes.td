//===- Passes.td - conversions between levels -----------------------------===//
#ifndef MLA_CONVERSION_PASSES
#define MLA_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

def ConvertWsToSm : Pass<"convert-ws-to-sm", "::mlir::func::FuncOp"> {
  let summary = "turns channels into shared buffers and asynchronous copies";
  let description = [{
    Needs: ws IR with slots (after ws-pipeline-loops). Gives: sm IR without register layouts: one sm.alloc per channel, sm.async_copy and
    one sm.commit_group per run of puts, sm.wait_group before a get; tile.dot becomes sm.mma that reads channel
    tiles straight from shared memory; any other reader gets an sm.load_shared. The role is inlined.
    With several roles (after ws-assign-phases): one sm.warps per role; a channel is a buffer with a full and an empty mbarrier per
    slot, a put an sm.tma_load from a tensor map that becomes a kernel argument (`sm.tensor_maps` says how a launcher encodes
    it), a matrix product sm.wgmma and its wait.
    Changes bits: no.
  }];
  let dependentDialects = ["::mla::sm::SmDialect", "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def ConvertSmToNvvm : Pass<"convert-sm-to-nvvm", "::mlir::ModuleOp"> {
  let summary = "writes out what one thread does";
  let description = [{
    Needs: sm IR that passes sm-verify-hardware. Gives: an `llvm.func` kernel per function in which every tile has become its
    registers, as scalar `arith`, `math`, `scf`, `llvm` and `nvvm` ops; function attributes `tile.*` and `sm.*` are kept. Changes bits: no.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"];
}

#endif
