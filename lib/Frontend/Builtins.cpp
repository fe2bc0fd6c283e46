//===- Builtins.cpp - lookup and argument binding -------------------------===//
#include "Builtins.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mla::frontend;

namespace mla::frontend {
#define GET_BuiltinTable_IMPL
#include "Builtins.inc"
} // namespace mla::frontend

ArrayRef<BuiltinInfo> mla::frontend::builtins() { return BuiltinTable; }

const BuiltinInfo *mla::frontend::findBuiltin(StringRef name, ArrayRef<BuiltinHome> homes) {
  for (const BuiltinInfo &info : BuiltinTable)
    if (info.name == name && llvm::is_contained(homes, info.home))
      return &info;
  return nullptr;
}

StringRef mla::frontend::similarName(StringRef name, ArrayRef<StringRef> candidates) {
  StringRef best;
  unsigned bestDistance = 3;
  for (StringRef candidate : candidates) {
    unsigned distance = name.edit_distance(candidate, /*AllowReplacements=*/true, bestDistance);
    if (distance < bestDistance && distance < name.size()) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

/// Reads "a, b=None, *rest". Defaults contain no comma except the empty tuple.
static SmallVector<Formal> parseParameters(const BuiltinInfo &info) {
  SmallVector<Formal> formals;
  SmallVector<StringRef> parts;
  StringRef(info.parameters).split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    auto [name, value] = part.trim().split('=');
    Formal formal;
    formal.variadic = name.consume_front("*");
    formal.name = name;
    formal.keywordOnly =
        !formals.empty() && (formals.back().variadic || formals.back().keywordOnly);
    formal.hasDefault = !value.empty();
    if (value == "()")
      formal.defaultValue = Object::tuple({});
    else if (formal.hasDefault)
      formal.defaultValue = *parseConstant(value);
    formals.push_back(std::move(formal));
  }
  return formals;
}

ArrayRef<Formal> mla::frontend::parametersOf(const BuiltinInfo &info) {
  static const std::vector<SmallVector<Formal>> all = [] {
    std::vector<SmallVector<Formal>> result;
    for (const BuiltinInfo &entry : BuiltinTable)
      result.push_back(parseParameters(entry));
    return result;
  }();
  return all[&info - BuiltinTable];
}

SmallVector<Formal> mla::frontend::formalsOf(const FunctionDef &function) {
  return llvm::map_to_vector(function.parameters, [](const Parameter &parameter) {
    return Formal{parameter.name,           parameter.defaultValue != nullptr,
                  parameter.positionalOnly, parameter.keywordOnly,
                  /*variadic=*/false,       Object()};
  });
}

/// "'a', 'b' and 'c'"
static std::string quotedList(ArrayRef<Formal> formals) {
  std::string text;
  for (auto [i, formal] : llvm::enumerate(formals)) {
    if (i)
      text += i + 1 == formals.size() ? " and " : ", ";
    text += "'" + formal.name.str() + "'";
  }
  return text;
}

FailureOr<SmallVector<int>> mla::frontend::bindArguments(ErrorAt errorAt, StringRef callee,
                                                         ArrayRef<Formal> formals,
                                                         ArrayRef<Actual> actuals,
                                                         uint32_t callOffset) {
  SmallVector<int> bound(formals.size(), -1);
  size_t positional = llvm::count_if(
      formals, [](const Formal &formal) { return !formal.keywordOnly && !formal.variadic; });
  bool variadic = llvm::any_of(formals, [](const Formal &formal) { return formal.variadic; });
  for (auto [i, actual] : llvm::enumerate(actuals)) {
    if (actual.keyword.empty()) {
      if (i < positional) {
        bound[i] = i;
      } else if (!variadic) {
        return errorAt(actual.offset)
               << callee << " takes " << (positional ? "at most " : "no ")
               << (positional ? std::to_string(positional) + " " : "") << "positional argument"
               << (positional == 1 ? "" : "s") << ", got "
               << llvm::count_if(actuals, [](const Actual &a) { return a.keyword.empty(); });
      }
      continue;
    }
    auto *formal = llvm::find_if(formals, [&](const Formal &candidate) {
      return candidate.name == actual.keyword && !candidate.variadic;
    });
    if (formal == formals.end()) {
      auto error = errorAt(actual.offset);
      error << callee << " has no parameter '" << actual.keyword << "'";
      if (!formals.empty())
        error << "; it has " << quotedList(formals);
      return error;
    }
    if (formal->positionalOnly)
      return errorAt(actual.offset) << "parameter '" << actual.keyword << "' of " << callee
                                    << " cannot be given by keyword";
    int &slot = bound[formal - formals.begin()];
    if (slot >= 0)
      return errorAt(actual.offset)
             << "argument '" << actual.keyword << "' of " << callee << " is given twice";
    slot = i;
  }
  for (auto [formal, index] : llvm::zip(formals, bound))
    if (index < 0 && !formal.hasDefault && !formal.variadic)
      return errorAt(callOffset) << callee << " is missing the argument '" << formal.name << "'";
  return bound;
}
