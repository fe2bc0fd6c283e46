//===- Arguments.h - what a kernel is launched with -----------------------===//
// "x=*fp32:1,2,nan", "x=*bf16:64?" and so on, as --help of mla-interpret lists them.
#pragma once

#include "mla/Interpreter/Interpreter.h"
#include "llvm/Support/Error.h"

namespace mla::interpret {

/// The arguments of `kernel` in order, made from `specs`; arrays are allocated in `memory` and
/// misaligned as far as the kernel's promises allow. `names`: the kernel's arguments.
llvm::Expected<std::vector<interp::Tile>>
makeArguments(mlir::func::FuncOp kernel, llvm::ArrayRef<std::string> specs, interp::Memory &memory);

/// "x = [1, 2, nan]".
void printArray(llvm::raw_ostream &os, const interp::Allocation &array);

} // namespace mla::interpret
