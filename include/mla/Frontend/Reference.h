//===- Reference.h - the language as documents ----------------------------===//
// Everything here is made from the table of built-ins (lib/Frontend/Builtins.td) and its chapters.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace mla::frontend {

/// Writes the language reference: Markdown, chapter by chapter.
void printReference(llvm::raw_ostream &os);

/// The entries of the reference that `name` means ("load": ml.load and desc.load; "attn.mask",
/// "ml.attn.mask": one). Otherwise an empty text, and in `similar` a name like it, if there is one.
std::string referenceOf(llvm::StringRef name, std::string &similar);

/// A file that describes a Python module to editors and type checkers.
struct StubFile {
  /// Relative to the folder of packages: "mla/language/__init__.pyi".
  std::string path;
  std::string text;
};
/// Stubs of the package mla as far as kernels see it.
std::vector<StubFile> stubFiles();

} // namespace mla::frontend
