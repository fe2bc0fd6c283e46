//===- Check.h - errors of a kernel file, for editors ---------------------===//
#pragma once

#include "mla/Frontend/Frontend.h"

namespace mla::frontend {

/// Checks all kernels and helpers of the main buffer of `sources`, and emits what it finds through
/// the context's diagnostics:
/// 1. One error of the whole file, or one of syntax in each decorated function.
/// 2. Names, members of the language and arguments of calls, as far as they can be told without
///    types; warnings in code under a condition.
/// 3. Everything else where types are known: functions are compiled as the `launches` that name
/// them
///    say; kernels without any (@mla.kernel) with the types and values in their text, if all
///    parameters have some. The same error may come once for each launch.
/// `onVariable` is as in Options.
void check(llvm::SourceMgr &sources, llvm::ArrayRef<Options> launches,
           std::function<void(size_t offset, std::string description)> onVariable,
           mlir::MLIRContext &context);

} // namespace mla::frontend
