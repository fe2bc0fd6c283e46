//===- Ptx.h - LLVM dialect to PTX text -----------------------------------===//
// In process, with the project's own LLVM pipeline: no loop-invariant code motion, unrolling or
// vectorising.
#pragma once

#include "mla/Arch/Arch.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mla {

/// LLVM feature of the oldest PTX version that every kernel of `sm_80` is valid in; fallback images
/// use it so that older drivers can compile them.
inline constexpr llvm::StringLiteral kFallbackPtxFeature = "+ptx70";

/// The functions of `module` that are entry points (attribute `nvvm.kernel`).
llvm::SmallVector<mlir::LLVM::LLVMFuncOp> kernelsOf(mlir::ModuleOp module);

/// PTX of all functions of `module` (LLVM and NVVM dialects) for `arch`. `ptxFeature` ("+ptx90")
/// selects the PTX version. Functions of libdevice that it calls come from the CUDA toolkit that
/// `ptxas` belongs to (empty: any that is found). `module` is prepared in place: remaining NVVM ops
/// without an LLVM intrinsic become inline PTX, parameter attributes of other dialects go. A fatal
/// error of LLVM (an intrinsic that `arch` lacks) becomes a diagnostic at the kernel; the memory
/// that LLVM held is lost then. The first call sets process-wide options of LLVM (32-bit shared
/// pointers, unless the command line said otherwise) and a fatal-error handler. Several threads may
/// call it with modules of their own contexts. With `sourceLines` the PTX says where each
/// instruction comes from (`.file`, `.loc`).
mlir::FailureOr<std::string> emitPtx(mlir::ModuleOp module, const Arch &arch,
                                     llvm::StringRef ptxFeature, llvm::StringRef ptxas = "",
                                     bool sourceLines = false);

/// Version that a PTX text declares: "9.0" of ".version 9.0"; empty if there is none.
llvm::StringRef ptxVersion(llvm::StringRef ptx);

} // namespace mla
