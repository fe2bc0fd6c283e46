//===- Parser.h - PTX text to a module ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Ptx/Module.h"

#include <optional>
#include <string_view>

namespace mla::sim {

/// What is wrong, and where in the PTX.
struct Diagnostic {
  unsigned line = 0; ///< 0: of the whole file
  std::string text;
};

namespace ptx {

/// Parses a PTX file; nothing and the first error in `error` if it is none.
std::optional<Module> parse(std::string_view text, Diagnostic &error);

/// Prints a module as PTX that parses to the same module. Scopes are gone: names that two scopes
/// declared get a suffix.
std::string print(const Module &module);

/// One instruction as it is printed, without the semicolon.
std::string print(const Module &module, const Function &function, const Instruction &instruction);

} // namespace ptx
} // namespace mla::sim
