//===- Modules.cpp - names of the language --------------------------------===//
#include "Modules.h"

#include "Globals.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace mla::frontend;

static constexpr std::pair<StringLiteral, ClassObject::Which> kClasses[] = {
    {"tensor", ClassObject::Tensor},
    {"tensor_descriptor", ClassObject::TensorDescriptor},
    {"tuple", ClassObject::Tuple},
    {"dtype", ClassObject::Dtype}};

/// What Triton's language has and this one does not, with the reason.
static constexpr std::pair<StringLiteral, StringLiteral> kRefused[] = {
    {"dot_scaled", "scaled products of small floats are not supported: convert the factors to "
                   "fp16 or bf16, multiply them by their scales and use ml.dot"},
    {"inline_asm_elementwise", "inline assembly is not supported, for it would bind the kernel to "
                               "one architecture: use ml's functions or ml.extra.libdevice"}};

ModuleContents mla::frontend::contentsOf(ModuleObject::Which module) {
  using enum BuiltinHome;
  switch (module) {
  case ModuleObject::Package:
    return {"", {{"language", ModuleObject::Language}}, {}};
  case ModuleObject::Attention:
    return {"attn.", {}, {BuiltinHome::Attention}};
  case ModuleObject::Indexer:
    return {"indexer.", {}, {BuiltinHome::Indexer}};
  case ModuleObject::Gather:
    return {"gather.", {}, {GatherModule}};
  case ModuleObject::Math:
    return {"math.", {}, {BuiltinHome::Math, MathFunction}};
  case ModuleObject::Extra: // extra.cuda has the same functions
    return {"extra.", {{"cuda", ModuleObject::Extra}, {"libdevice", ModuleObject::Libdevice}}, {}};
  case ModuleObject::Libdevice:
    return {"extra.libdevice.", {}, {BuiltinHome::Libdevice}};
  case ModuleObject::PropagateNan:
    return {"PropagateNan.", {}, {}};
  case ModuleObject::Language:
    return {"",
            {{"attn", ModuleObject::Attention},
             {"indexer", ModuleObject::Indexer},
             {"gather", ModuleObject::Gather},
             {"math", ModuleObject::Math},
             {"extra", ModuleObject::Extra},
             {"PropagateNan", ModuleObject::PropagateNan}},
            {Language, Both, BuiltinHome::Math, MathFunction, BlockMember}};
  }
  llvm_unreachable("all modules have contents");
}

SmallVector<StringRef> mla::frontend::memberNames(ModuleObject::Which module) {
  llvm::SmallSetVector<StringRef, 32> names;
  if (module == ModuleObject::Language) {
    names.insert_range(dtypeNames());
    names.insert_range(llvm::make_first_range(kClasses));
  }
  if (module == ModuleObject::Package)
    names.insert("cdiv");
  if (module == ModuleObject::PropagateNan)
    names.insert_range(ArrayRef<StringRef>{"NONE", "ALL"});
  ModuleContents contents = contentsOf(module);
  names.insert_range(llvm::make_first_range(contents.modules));
  for (const BuiltinInfo &info : builtins())
    if (llvm::is_contained(contents.homes, info.home))
      names.insert(info.name);
  return names.takeVector();
}

static std::optional<Object> memberOf(ModuleObject::Which module, StringRef name) {
  if (module == ModuleObject::PropagateNan && (name == "NONE" || name == "ALL"))
    return Object(Integer(name == "ALL" ? kPropagateNan : 0));
  if (module == ModuleObject::Package && name == "cdiv")
    return memberOf(ModuleObject::Language, name);
  if (module == ModuleObject::Language) {
    if (auto type = dtypeFromName(name))
      return Object(*type);
    for (auto [className, which] : kClasses)
      if (className == name)
        return Object(ClassObject{which});
  }
  ModuleContents contents = contentsOf(module);
  if (const BuiltinInfo *info = findBuiltin(name, contents.homes))
    return Object(BuiltinObject{info, nullptr});
  for (auto [inner, which] : contents.modules)
    if (inner == name)
      return Object(ModuleObject{which});
  return std::nullopt;
}

std::optional<ModuleObject::Which> mla::frontend::moduleOf(const Object &object) {
  if (auto *module = object.get<ModuleObject>())
    return module->which;
  auto *builtin = object.get<BuiltinObject>();
  if (builtin && builtin->info->id == BuiltinId::Gather && !builtin->receiver)
    return ModuleObject::Gather;
  return std::nullopt;
}

/// "; did you mean 'load'?"
static std::string suggestion(StringRef name, ArrayRef<StringRef> candidates) {
  StringRef similar = similarName(name, candidates);
  return similar.empty() ? "" : ("; did you mean '" + similar + "'?").str();
}

std::optional<Object> mla::frontend::findMember(ModuleObject::Which module, StringRef name,
                                                std::string &problem) {
  if (std::optional<Object> member = memberOf(module, name))
    return member;
  if (module == ModuleObject::PropagateNan) {
    problem = ("PropagateNan has NONE and ALL, no '" + name + "'").str();
    return std::nullopt;
  }
  for (auto [refused, reason] : kRefused)
    if (module == ModuleObject::Language && name == refused) {
      problem = ("'" + name + "': " + reason).str();
      return std::nullopt;
    }
  StringRef whose = module == ModuleObject::Package ? "package" : "language";
  problem = ("the " + whose + " has no '" + contentsOf(module).name + name + "'" +
             suggestion(name, memberNames(module)))
                .str();
  return std::nullopt;
}

std::optional<Object> mla::frontend::findImport(StringRef name, StringRef path,
                                                std::string &problem) {
  auto inside = insidePackage(path);
  if (inside && (inside->empty() || *inside == "cdiv" || *inside == "language" ||
                 inside->starts_with("language."))) {
    Object found = ModuleObject{ModuleObject::Package};
    while (!inside->empty() && moduleOf(found)) {
      auto [member, rest] = inside->split('.');
      std::optional<Object> next = findMember(*moduleOf(found), member, problem);
      if (!next)
        return std::nullopt;
      found = std::move(*next);
      inside = rest;
    }
    if (inside->empty())
      return found;
  }
  problem = ("'" + name + "' is '" + path + "', which kernels cannot use").str();
  return std::nullopt;
}

std::string mla::frontend::unknownName(StringRef name, ArrayRef<StringRef> variables) {
  static constexpr StringLiteral kPythonOnly[] = {
      "print", "abs", "sum", "list",      "tuple", "str", "dict", "set",    "type",
      "round", "zip", "map", "enumerate", "any",   "all", "pow",  "getattr"};
  if (llvm::is_contained(kPythonOnly, name))
    return ("Python's '" + name + "' is not supported in kernels").str();
  return ("name '" + name + "' is not defined" + suggestion(name, variables)).str();
}
