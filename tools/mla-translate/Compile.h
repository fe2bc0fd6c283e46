//===- Compile.h - one kernel for one architecture ------------------------===//
// The stages in order, each timed. Independent of other compilations: several may run in parallel.
#pragma once

#include "Options.h"
#include "mla/Target/Manifest.h"
#include "mlir/IR/DialectRegistry.h"

namespace mla::translate {

/// One image to make.
struct Job {
  const Arch *arch;                  ///< nullptr: the input's own
  ImageKind kind = ImageKind::Cubin; ///< Ptx: the fallback image, which is not assembled
};

/// What a compilation gave.
struct Result {
  bool succeeded = false;
  std::string leftOut;     ///< why there cannot be a fallback image; else empty
  std::string diagnostics; ///< errors and warnings as users read them
  std::string text;        ///< IR or PTX
  Assembly assembly;
  VariantInfo info;
  std::vector<std::pair<std::string, double>> milliseconds; ///< per stage, in order

  /// Sum of the stages whose names are in `stages`; of all if empty.
  double millisecondsOf(llvm::ArrayRef<llvm::StringRef> stages = {}) const;
};

/// Compiles `options.input` as far as `options.emit` needs. `ptxas` is used only if machine code is
/// needed.
Result compile(const Options &options, const Job &job, llvm::StringRef ptxas,
               const mlir::DialectRegistry &registry);

} // namespace mla::translate
