//===- NameCheck.h - names and arguments of a function, without types -----===//
#pragma once

#include "Globals.h"
#include "Parser.h"

namespace mla::frontend {

/// Functions of a file that could be parsed.
using Definitions = std::map<const Global *, const FunctionDef *>;

/// Reports names in a function that mean nothing, members that a module of the language does not
/// have, and calls of built-ins and helpers that their parameters do not allow: what can be said
/// without values. Under a condition, which may never hold, these are warnings, for the compiler
/// does not look at such code. Says whether there was no error.
mlir::LogicalResult checkNames(const Source &source, const Globals &globals,
                               const Definitions &definitions, const FunctionDef &function);

} // namespace mla::frontend
