//===- TransformKinds.h - the transforms that a recipe may name -----------===//
// One table: what a recipe calls a transform, which options it takes and which pass it is. The
// recipe reader, the attribute `tile.transforms` and tile-apply-transforms all check against it.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/Error.h"
#include <map>
#include <variant>

namespace mla {

/// Value of an option: an integer, a number, or a label or word.
using TransformValue = std::variant<int64_t, double, std::string>;

/// The value as it is written behind an option of a pass.
std::string textOf(const TransformValue &value);

/// An option of a transform.
struct TransformOption {
  enum class Kind { Label, Word, Integer, Number };

  llvm::StringLiteral name;
  Kind kind;
  bool isRequired;
  double minimum = 0, maximum = 0;                ///< of Integer and Number
  llvm::ArrayRef<llvm::StringLiteral> words = {}; ///< of Word
};

/// A transform, the pass of the same name behind "tile-" or "attn-".
struct TransformKind {
  llvm::StringLiteral name;
  bool isBelowDomain; ///< domain ops are expanded first
  llvm::ArrayRef<TransformOption> options;
  std::unique_ptr<mlir::Pass> (*create)();
};

/// One step of a recipe: {"unroll": {"loop": "keys", "factor": 2}}.
struct TransformStep {
  std::string name;
  std::map<std::string, TransformValue> options;

  /// "unroll(factor=2, loop=keys)".
  std::string text() const;
  /// The element of `tile.transforms`: {unroll = {factor = 2 : i32, loop = "keys"}}.
  mlir::DictionaryAttr attribute(mlir::MLIRContext *context) const;
};

/// Every transform.
llvm::ArrayRef<TransformKind> transformKinds();
/// The transform of this name, or nullptr.
const TransformKind *findTransform(llvm::StringRef name);

/// Whether `step` names a transform and gives it options that it knows, all that it needs, with
/// values in range; the error starts with the place, `where` and what follows it in quotes, and
/// says what is allowed.
llvm::Error checkTransform(const TransformStep &step, const llvm::Twine &where);
/// The step that an element of `tile.transforms` says, unchecked; nullopt if it is not of that
/// form.
std::optional<TransformStep> transformFromAttribute(mlir::Attribute attribute);

/// Whether `label` consists of letters, digits, '_' and '.' and is not empty, as labels in recipes
/// must.
bool isLabel(llvm::StringRef label);

} // namespace mla
