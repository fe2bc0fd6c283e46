//===- RolePlan.h - the computing roles that a recipe names ---------------===//
// What the recipe key `roles` says, and `tile.roles` on the kernel: who computes what, in warp
// order. The role that copies is implied, its name taken.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include <optional>
#include <string>
#include <vector>

namespace mla {

/// Name of the role that copies.
inline constexpr llvm::StringLiteral kCopyRole = "copy";

/// A computing role.
struct RolePlan {
  std::string name;
  int64_t warps = 0;
  std::optional<int64_t> registers; ///< per thread
  std::vector<std::string> ops;     ///< labels of matrix products, or patterns of labels

  /// "left: 4 warps, 240 registers, qk.0 pv.*.left".
  std::string text() const;
  /// The element of `tile.roles`: {name = "left", ops = ["qk.0"], registers = 240 : i32, warps = 4
  /// : i32}.
  mlir::DictionaryAttr attribute(mlir::MLIRContext *context) const;
};

/// The role that an element of `tile.roles` says; nullopt if it is not of that form.
std::optional<RolePlan> rolePlanFromAttribute(mlir::Attribute attribute);

/// Whether `pattern` consists of components that are labels or `*`, with dots in between.
bool isLabelPattern(llvm::StringRef pattern);
/// Whether `pattern` fits `label`; `*` stands for one component, whatever it is.
bool fitsLabel(llvm::StringRef pattern, llvm::StringRef label);

} // namespace mla
