//===- Output.h - files and tables ----------------------------------------===//
// Files appear whole or not at all.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace mla::translate {

/// Stands for an arch's name in an output path.
inline constexpr llvm::StringLiteral kArchPattern = "{arch}";

/// `output` with `arch` for the pattern.
std::string pathForArch(llvm::StringRef output, llvm::StringRef arch);
/// Where the manifest of a fatbin goes: the same name with extension .json.
std::string manifestPath(llvm::StringRef fatbinPath);

/// Whether a file could be created at `path`, found out before the work is done.
llvm::Error checkWritable(llvm::StringRef path);

/// A file to write; "-" is stdout.
struct OutputFile {
  std::string path;
  std::string content;
};

/// Writes all files: each into a temporary neighbour first, renamed only when all are complete.
llvm::Error writeFiles(llvm::ArrayRef<OutputFile> files);

/// Prints rows in columns; the first row is the heading, the first column is left-aligned.
void printTable(llvm::raw_ostream &os, llvm::ArrayRef<std::vector<std::string>> rows);

/// "12.3".
std::string formatMilliseconds(double milliseconds);

} // namespace mla::translate
