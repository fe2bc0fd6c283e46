//===- Input.h - what an input of the fuzzers asks for --------------------===//
// An input is a kernel file, whose first line that names the tool says what to compile, as the RUN
// lines of the lit tests do:
//   # mla-translate --kernel k --signature "*fp32, i32" --set BLOCK=64
#pragma once

#include "mla/Frontend/Frontend.h"

namespace fuzz {

/// The options in that line; none without it.
mla::frontend::Options readOptions(llvm::StringRef text);

} // namespace fuzz
