//===- Launches.h - how the kernels of a file are launched ----------------===//
#pragma once

#include "mla/Frontend/Frontend.h"

namespace mla::lsp {

/// How the library compiles kernels of the file at `path`: from the library.json in its folder or
/// in the nearest folder above that has one. Empty without one, or if it does not list the file.
std::vector<frontend::Options> findLaunches(llvm::StringRef path);

} // namespace mla::lsp
