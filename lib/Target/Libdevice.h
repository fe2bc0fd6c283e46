//===- Libdevice.h - NVIDIA's library of mathematical functions -----------===//
// Bitcode that the CUDA toolkit installs. Kernels call its functions (__nv_logf) where the hardware
// has no instruction; what they call becomes part of them.
#pragma once

#include "mla/Arch/Arch.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mla {

/// Whether `module` calls functions of libdevice that it does not define.
bool needsLibdevice(const llvm::Module &module);

/// The bitcode file of the toolkit that `ptxas` belongs to; if it is empty, of the one that findPtxas
/// finds, else of the newest that is installed.
llvm::Expected<std::string> findLibdevice(llvm::StringRef ptxas);

/// Adds the functions that `module` calls from the file at `path`, to be inlined everywhere, with
/// results for subnormal numbers and square roots as IEEE 754 has them.
llvm::Error linkLibdevice(llvm::Module &module, llvm::StringRef path, const Arch &arch);

} // namespace mla
