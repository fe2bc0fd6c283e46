//===- Assemble.h - PTX text to machine code ------------------------------===//
// Runs ptxas as a child process and reads what it says about registers, spills and serialised
// matrix chains.
#pragma once

#include "mla/Arch/Arch.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace mla {

/// Function attribute (dictionary): what ptxas said of the kernel.
inline constexpr llvm::StringLiteral kReportAttr = "mla.report";

/// A numbered remark of ptxas on how it had to compile matrix chains (C7508 … C7519).
struct AssemblerNote {
  int code;         ///< 7511
  std::string text; ///< without the code

  /// Whether matrix instructions that should overlap run one after another.
  bool serialises() const { return code >= 7509 && code <= 7518; }
};

/// What ptxas said of one function. All amounts are per thread, in bytes, except where named.
struct FunctionReport {
  int64_t registers = 0;         ///< 32-bit registers
  int64_t staticSharedBytes = 0; ///< of a block, known at assembly time
  int64_t stackBytes = 0;
  int64_t spillStoreBytes = 0;
  int64_t spillLoadBytes = 0;
  std::vector<AssemblerNote> notes;
  std::vector<std::string> warnings; ///< other warnings

  bool spills() const { return spillStoreBytes > 0 || spillLoadBytes > 0; }
};

/// What ptxas gives for one PTX text.
struct Assembly {
  std::string cubin;
  llvm::StringMap<FunctionReport> functions; ///< by name
  double milliseconds = 0;                   ///< wall time of ptxas

  /// All zero if ptxas said nothing of `function`.
  FunctionReport reportOf(llvm::StringRef function) const { return functions.lookup(function); }
};

/// Which of ptxas's remarks fail the compilation.
struct Strictness {
  bool spill = false;     ///< registers spilled to local memory
  bool serialise = false; ///< C7509 … C7518
};

/// The assembler to run: `explicitPath` if given, else $MLA_PTXAS, else "ptxas" in PATH or the
/// toolkit's usual place. The error says how to get one.
llvm::Expected<std::string> findPtxas(llvm::StringRef explicitPath);

/// A program that the CUDA toolkit installs beside ptxas ("fatbinary").
llvm::Expected<std::string> findBesidePtxas(llvm::StringRef name, llvm::StringRef ptxas);

/// Assembles `ptx` for `arch`; if registers spill because it asks for several CTAs per SM (more
/// than two, unless spills are errors), then without asking. Errors carry ptxas's own words and the
/// PTX line that they are about.
llvm::Expected<Assembly> assemble(llvm::StringRef ptx, const Arch &arch, llvm::StringRef ptxas,
                                  Strictness strictness);

/// Reads the output of `ptxas -v`. A remark that names no function belongs to all.
llvm::StringMap<FunctionReport> parseAssemblerLog(llvm::StringRef log);

/// Spills, serialised chains and warnings as sentences for users.
std::vector<std::string> warningTexts(const FunctionReport &report, const Arch &arch);

/// Attaches `report` to `kernel` as `mla.report` and emits its warnings at the kernel; fails, with
/// errors instead of warnings, where `strictness` asks for it.
llvm::LogicalResult attachReport(mlir::LLVM::LLVMFuncOp kernel, const FunctionReport &report,
                                 const Arch &arch, Strictness strictness);

} // namespace mla
