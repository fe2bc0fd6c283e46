//===- Describe.h - what to tell people about a built-in ------------------===//
#pragma once

#include "Modules.h"

namespace mla::frontend {

/// One way to write a call: "ml.attn." "mask" "(scores, first_key, …)".
struct Spelling {
  /// What stands before the name: a module, or a value, type, …, and a dot.
  std::string prefix;
  llvm::StringRef name;
  /// As Python would declare them, without the receiver.
  std::string parameters;

  /// "ml.attn.mask(scores, first_key, …)"
  std::string text() const { return prefix + name.str() + "(" + parameters + ")"; }
};

/// Whether the value before the dot is the first parameter.
bool takesReceiver(BuiltinHome home);
/// The parameters without the first, which is the receiver.
std::string parametersWithoutReceiver(const BuiltinInfo &info);
/// All ways to call a built-in, the one to prefer first.
llvm::SmallVector<Spelling> spellings(const BuiltinInfo &info);

/// Markdown: the calls with the result, the text and the example.
std::string describe(const BuiltinInfo &info);

} // namespace mla::frontend
