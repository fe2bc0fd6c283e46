//===- Frontend.h - kernel text to tile IR --------------------------------===//
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class SourceMgr;
}

namespace mla::frontend {

/// What to compile out of a kernel file.
struct Options {
  /// Name of the decorated function; may stay empty if the file has exactly one.
  std::string kernel;
  /// Entries in parameter order, comma-separated as Triton's ahead-of-time compiler takes them: a
  /// type ("*bf16:16", "i32", "fp32"), with ":16" (aligned to / divisible by 16) or ":1" (equal to
  /// 1), or a constexpr's value. The entry of a view (a parameter annotated ml.tensor[…]) is that
  /// of its pointer, or None, or empty; its type wins over the annotation's, and ":16" also
  /// promises that the view's last extent and its strides are divisible by 16.
  std::string signature;
  /// Constexpr values by name; they win over `signature`, which wins over defaults in the text.
  std::map<std::string, std::string> constants;
  /// Keep device_assert, and assertions whose condition is not known.
  bool debug = false;
  /// For checks of a file whose launch is not known: a parameter without type or value ends the
  /// compilation without an error.
  bool skipUntyped = false;
  /// Told of every use of a variable: where it stands in the text, and what it is ("fp32[64]").
  std::function<void(size_t offset, std::string description)> onVariable = nullptr;
};

/// Parses the main buffer of `sources` and emits a module with one kernel function (attributes
/// `tile.*` as documented in the tile dialect, except num_warps and num_stages, which the caller
/// sets unless the text hints at them). Errors are emitted through the context's diagnostics with
/// file, line and column; the result is then null.
mlir::OwningOpRef<mlir::ModuleOp> compile(llvm::SourceMgr &sources, const Options &options,
                                          mlir::MLIRContext &context);

} // namespace mla::frontend
