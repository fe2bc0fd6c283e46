//===- Arguments.h - what a kernel is launched with -----------------------===//
// "x=*fp32:1,2,nan", "x=*bf16:64?" and so on, as --help of mla-interpret lists them; the same for
// every tool that runs kernels on the CPU.
#pragma once

#include "mla/Interpreter/Memory.h"
#include "mla/Interpreter/Tile.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <array>
#include <optional>

namespace mla::arguments {

/// A parameter of the kernel.
struct Parameter {
  std::string name;
  bool isPointer = false;
  /// Of what a pointer points to; none if no argument can have the type.
  std::optional<interp::Element> element;
  int64_t divisibility = 1; ///< of a pointer's address
};

/// The type of this name in the language, if there is one.
std::optional<interp::Element> findType(llvm::StringRef name);

/// The arguments in the parameters' order, made from `specs`; arrays are allocated in `memory` and
/// misaligned as far as the kernel's promises allow.
llvm::Expected<std::vector<interp::Tile>> makeArguments(llvm::ArrayRef<Parameter> parameters,
                                                        llvm::ArrayRef<std::string> specs,
                                                        interp::Memory &memory);

/// "2,3": blocks or programs along x, y and z.
llvm::Expected<std::array<int64_t, 3>> parseGrid(llvm::StringRef text);

/// An error if one of `names`, which --print gives, is no array's name and not "all".
llvm::Error checkNames(llvm::ArrayRef<std::string> names, const interp::Memory &memory);

/// Writes each array to NAME.bin.
llvm::Error saveArrays(llvm::StringRef folder, const interp::Memory &memory);

/// The arrays of `names`, or all: "x = [1, 2, nan]".
void printArrays(llvm::raw_ostream &os, llvm::ArrayRef<std::string> names,
                 const interp::Memory &memory);

} // namespace mla::arguments
