//===- KernelArguments.h - types and values of kernel parameters ----------===//
#pragma once

#include "Object.h"

namespace mla::frontend {

/// What a kernel parameter was bound to: a run-time argument or a constant.
struct KernelArgument {
  llvm::StringRef name;
  uint32_t offset = 0;
  /// Type of a run-time argument.
  std::optional<DType> type;
  int32_t divisibility = 1;
  /// Value of a parameter that is no argument.
  std::optional<Object> constant;

  bool isConstant() const { return constant.has_value(); }
};

/// Splits a signature at its commas; those inside quotes do not count.
llvm::SmallVector<llvm::StringRef> splitSignature(llvm::StringRef signature);

/// Reads an entry such as "*bf16:16", "i64:1" or a literal into `argument`. `isConstexpr` entries
/// are values only. Returns what is wrong with it, or an empty text.
std::string readSignatureEntry(llvm::StringRef entry, bool isConstexpr, KernelArgument &argument);

} // namespace mla::frontend
