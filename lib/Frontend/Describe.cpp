//===- Describe.cpp - what to tell people about a built-in ----------------===//
#include "Describe.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mla::frontend;

bool mla::frontend::takesReceiver(BuiltinHome home) {
  return llvm::is_contained({BuiltinHome::Both, BuiltinHome::Math, BuiltinHome::BlockMember}, home);
}

std::string mla::frontend::parametersWithoutReceiver(const BuiltinInfo &info) {
  return StringRef(info.parameters).split(',').second.trim().str();
}

/// Names of the modules that hold built-ins of `home`, as written before a built-in's name.
static void modulesWith(BuiltinHome home, ModuleObject::Which module,
                        llvm::SmallDenseSet<unsigned> &seen, SmallVectorImpl<std::string> &found) {
  if (!seen.insert(module).second)
    return;
  ModuleContents contents = contentsOf(module);
  if (llvm::is_contained(contents.homes, home))
    found.push_back(("ml." + contents.name).str());
  for (auto [name, inner] : contents.modules)
    modulesWith(home, inner, seen, found);
}

SmallVector<Spelling> mla::frontend::spellings(const BuiltinInfo &info) {
  SmallVector<std::string> modules;
  llvm::SmallDenseSet<unsigned> seen;
  modulesWith(info.home, ModuleObject::Language, seen, modules);
  SmallVector<Spelling> all;
  for (std::string &module : modules)
    all.push_back({std::move(module), info.name, info.parameters});
  if (takesReceiver(info.home))
    all.push_back({(parametersOf(info).front().name + ".").str(), info.name,
                   parametersWithoutReceiver(info)});
  else if (all.empty())
    all.push_back({info.home == BuiltinHome::Python             ? ""
                   : info.home == BuiltinHome::TypeMember       ? "T."
                   : info.home == BuiltinHome::DescriptorMember ? "desc."
                                                                : "x.",
                   info.name, info.parameters});
  return all;
}

std::string mla::frontend::describe(const BuiltinInfo &info) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "```python\n";
  for (const Spelling &spelling : spellings(info))
    os << spelling.text() << '\n';
  os << "```\n\nResult: " << info.result << ".\n\n";
  SmallVector<StringRef> paragraphs;
  StringRef(info.doc).split(paragraphs, '\n');
  for (StringRef paragraph : paragraphs)
    os << paragraph << "\n\n";
  os << "```python\n" << info.example << "\n```\n";
  return text;
}
