//===- Options.h - what the command line asks for -------------------------===//
// Everything is checked here, before any work: the rest of the tool sees only values that make
// sense.
#pragma once

#include "mla/Target/Assemble.h"
#include "mla/Target/Recipe.h"
#include "llvm/Support/MemoryBuffer.h"

namespace mla::translate {

/// What is written, in the order in which it is produced.
enum class Emit { SourceTile, Tile, Ws, Sm, Llvm, Ptx, Cubin, Fatbin, Manifest, Report };

/// A checked command line.
struct Options {
  std::string inputPath;
  std::unique_ptr<llvm::MemoryBuffer> input;
  bool isKernelText = false; ///< a .py file, not IR
  std::string kernel;
  std::string signature;
  std::map<std::string, std::string> constants; ///< --set
  bool debug = false;                           ///< assertions of kernels stay
  std::vector<const Arch *> archs;              ///< empty: the input's own
  std::optional<int64_t> numWarps;
  std::optional<int64_t> numStages;
  std::optional<Recipe> recipe;
  std::optional<int64_t> sharedLimitBytes;
  std::vector<std::string> without; ///< features that the arch is taken not to have
  Emit emit = Emit::Ptx;
  bool time = false;
  bool locations = false; ///< in printed IR and PTX
  Strictness strictness;
  std::string ptxas; ///< empty: not given
  std::string output;
  std::string manifest;   ///< beside PTX; empty: none
  bool fatbinPtx = false; ///< PTX of every arch in the fatbin, as text

  /// Whether machine code is needed.
  bool assembles() const { return emit >= Emit::Cubin; }
};

/// Parses the command line; ends the process on --help and on syntax errors, as LLVM's tools do.
llvm::Expected<Options> parseCommandLine(int argc, char **argv);

/// "ws" and so on, as after --emit.
llvm::StringRef emitName(Emit emit);

} // namespace mla::translate
