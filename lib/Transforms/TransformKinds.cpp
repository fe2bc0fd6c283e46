//===- TransformKinds.cpp - the transforms that a recipe may name ---------===//
#include "mla/Transforms/TransformKinds.h"

#include "mla/Transforms/Passes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using llvm::Twine;

namespace mla {

using Kind = TransformOption::Kind;

static constexpr llvm::StringLiteral kPeelWords[] = {"tail"};
static constexpr llvm::StringLiteral kSplitWords[] = {"m", "n"};

static constexpr TransformOption kUnrollOptions[] = {
    {"loop", Kind::Label, /*isRequired=*/true},
    {"factor", Kind::Integer, /*isRequired=*/true, 2, 16},
};
static constexpr TransformOption kPeelOptions[] = {
    {"loop", Kind::Label, /*isRequired=*/true},
    {"which", Kind::Word, /*isRequired=*/false, 0, 0, kPeelWords},
};
static constexpr TransformOption kSplitOptions[] = {
    {"op", Kind::Label, /*isRequired=*/true},
    {"dim", Kind::Word, /*isRequired=*/false, 0, 0, kSplitWords},
    {"parts", Kind::Integer, /*isRequired=*/true, 2, 16},
};
static constexpr TransformOption kSplitLoadOptions[] = {
    {"op", Kind::Label, /*isRequired=*/true},
    {"at", Kind::Integer, /*isRequired=*/true, 1, 1 << 20},
};
static constexpr TransformOption kSwapOptions[] = {
    {"op", Kind::Label, /*isRequired=*/true},
};
static constexpr TransformOption kMoveOptions[] = {
    {"op", Kind::Label, /*isRequired=*/true},
    {"after", Kind::Label, /*isRequired=*/true},
};
static constexpr TransformOption kLazyOptions[] = {
    {"op", Kind::Label, /*isRequired=*/true},
    {"threshold", Kind::Number, /*isRequired=*/false, 0, 15},
};
static constexpr TransformOption kPairOptions[] = {
    {"loop", Kind::Label, /*isRequired=*/true},
    {"threshold", Kind::Number, /*isRequired=*/false, 0, 15},
};

static const TransformKind kKinds[] = {
    {"unroll", /*isBelowDomain=*/false, kUnrollOptions, [] { return createUnroll(); }},
    {"peel", /*isBelowDomain=*/false, kPeelOptions, [] { return createPeel(); }},
    {"split", /*isBelowDomain=*/true, kSplitOptions, [] { return createSplit(); }},
    {"split_load", /*isBelowDomain=*/false, kSplitLoadOptions, [] { return createSplitLoad(); }},
    {"move", /*isBelowDomain=*/false, kMoveOptions, [] { return createMove(); }},
    {"lazy_rescale", /*isBelowDomain=*/false, kLazyOptions, [] { return createLazyRescale(); }},
    {"pair_softmax", /*isBelowDomain=*/false, kPairOptions, [] { return createPairSoftmax(); }},
    {"swap_operands", /*isBelowDomain=*/true, kSwapOptions, [] { return createSwapOperands(); }},
};

ArrayRef<TransformKind> transformKinds() { return kKinds; }

const TransformKind *findTransform(StringRef name) {
  const auto *found =
      llvm::find_if(kKinds, [&](const TransformKind &kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

bool isLabel(StringRef label) {
  return !label.empty() &&
         llvm::all_of(label, [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; });
}

//===----------------------------------------------------------------------===//
// Text and attributes
//===----------------------------------------------------------------------===//

std::string textOf(const TransformValue &value) {
  if (auto *integer = std::get_if<int64_t>(&value))
    return std::to_string(*integer);
  if (auto *number = std::get_if<double>(&value))
    return llvm::formatv("{0}", llvm::format("%g", *number));
  return std::get<std::string>(value);
}

std::string TransformStep::text() const {
  std::string text = name + "(";
  for (const auto &[option, value] : options)
    text += (text.back() == '(' ? "" : ", ") + option + "=" + textOf(value);
  return text + ")";
}

DictionaryAttr TransformStep::attribute(MLIRContext *context) const {
  Builder builder(context);
  NamedAttrList values;
  for (const auto &[option, value] : options) {
    if (auto *integer = std::get_if<int64_t>(&value))
      values.set(option, builder.getI32IntegerAttr(*integer));
    else if (auto *number = std::get_if<double>(&value))
      values.set(option, builder.getF64FloatAttr(*number));
    else
      values.set(option, builder.getStringAttr(std::get<std::string>(value)));
  }
  return builder.getDictionaryAttr(builder.getNamedAttr(name, values.getDictionary(context)));
}

std::optional<TransformStep> transformFromAttribute(Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  if (!entry || entry.size() != 1)
    return std::nullopt;
  TransformStep step;
  step.name = entry.begin()->getName().str();
  auto options = dyn_cast<DictionaryAttr>(entry.begin()->getValue());
  if (!options)
    return std::nullopt;
  for (NamedAttribute option : options) {
    TransformValue &value = step.options[option.getName().str()];
    if (auto integer = dyn_cast<IntegerAttr>(option.getValue()))
      value = integer.getValue().getSExtValue();
    else if (auto number = dyn_cast<FloatAttr>(option.getValue()))
      value = number.getValueAsDouble();
    else if (auto word = dyn_cast<StringAttr>(option.getValue()))
      value = word.str();
    else
      return std::nullopt;
  }
  return step;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static llvm::Error makeError(const Twine &text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), text);
}

template <typename RangeT>
static std::string namesOf(const RangeT &range) {
  return llvm::join(llvm::map_range(range, [](const auto &each) { return each.name.str(); }), ", ");
}

/// What values an option allows.
static std::string allowedValues(const TransformOption &option) {
  switch (option.kind) {
  case Kind::Label:
    return "a label (letters, digits, '_' and '.')";
  case Kind::Word:
    return "one of " + llvm::join(option.words, ", ");
  case Kind::Integer:
    return llvm::formatv("an integer from {0} to {1}", int64_t(option.minimum),
                         int64_t(option.maximum));
  case Kind::Number:
    return llvm::formatv("a number from {0} to {1}", llvm::format("%g", option.minimum),
                         llvm::format("%g", option.maximum));
  }
  llvm_unreachable("all kinds are covered");
}

static bool isAllowed(const TransformOption &option, const TransformValue &value) {
  auto *word = std::get_if<std::string>(&value);
  auto *integer = std::get_if<int64_t>(&value);
  auto *number = std::get_if<double>(&value);
  switch (option.kind) {
  case Kind::Label:
    return word && isLabel(*word);
  case Kind::Word:
    return word && llvm::is_contained(option.words, StringRef(*word));
  case Kind::Integer:
    return integer && *integer >= option.minimum && *integer <= option.maximum;
  case Kind::Number: {
    double given = integer ? double(*integer) : number ? *number : 0;
    return !word && given >= option.minimum && given <= option.maximum;
  }
  }
  llvm_unreachable("all kinds are covered");
}

llvm::Error checkTransform(const TransformStep &step, const Twine &where) {
  const TransformKind *kind = findTransform(step.name);
  if (!kind)
    return makeError("'" + where + "' names the unknown transform '" + step.name +
                     "', allowed: " + namesOf(transformKinds()));
  std::string named = (where + "." + step.name).str();
  for (const auto &[name, value] : step.options) {
    const auto *option = llvm::find_if(
        kind->options, [&, name = StringRef(name)](const auto &each) { return each.name == name; });
    if (option == kind->options.end())
      return makeError("'" + named + "' has the unknown key '" + name +
                       "', allowed: " + namesOf(kind->options));
    if (!isAllowed(*option, value))
      return makeError("'" + named + "." + name + "' must be " + allowedValues(*option) +
                       ", got '" + textOf(value) + "'");
  }
  for (const TransformOption &option : kind->options)
    if (option.isRequired && !step.options.contains(option.name.str()))
      return makeError("'" + named + "' lacks the key '" + option.name + "', " +
                       allowedValues(option));
  return llvm::Error::success();
}

} // namespace mla
