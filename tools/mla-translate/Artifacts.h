//===- Artifacts.h - from compilations to files ---------------------------===//
#pragma once

#include "Compile.h"
#include "Output.h"

namespace mla::translate {

/// The files that `options.emit` asks for. All `results` have images, manifests name those
/// `leftOut` too; `ptxas` is used to find fatbinary.
llvm::Expected<std::vector<OutputFile>> makeFiles(const Options &options, llvm::ArrayRef<Job> jobs,
                                                  llvm::ArrayRef<Result> results,
                                                  llvm::ArrayRef<LeftOutImage> leftOut,
                                                  llvm::StringRef ptxas);

/// Prints a table of the time per stage to stderr.
void printTimes(llvm::ArrayRef<Job> jobs, llvm::ArrayRef<Result> results);

} // namespace mla::translate
