//===- Modules.h - what mla.language and its modules contain --------------===//
// The one account of it: kernels, the reference, the stubs and editors look names up here. A new
// module is a home of built-ins (Builtins.td), a ModuleObject and a case of contentsOf; the rest
// follows, and test/Frontend/Inputs/check_stubs.py says where its stubs are.
#pragma once

#include "Builtins.h"

namespace mla::frontend {

/// Value of PropagateNan.ALL; NONE is 0.
inline constexpr int64_t kPropagateNan = 0xffff;

/// Built-ins and modules in a module.
struct ModuleContents {
  /// As it is written behind "ml.", with a dot at its end; empty for the language itself.
  llvm::StringRef name;
  llvm::SmallVector<std::pair<llvm::StringRef, ModuleObject::Which>> modules;
  llvm::SmallVector<BuiltinHome> homes;
};
ModuleContents contentsOf(ModuleObject::Which module);
/// Names of the members of a module, each once: types, classes, modules, built-ins.
llvm::SmallVector<llvm::StringRef> memberNames(ModuleObject::Which module);

/// The module that an object is. One is a function too, ml.gather, and as an object is that.
std::optional<ModuleObject::Which> moduleOf(const Object &object);

/// The member `name` of a module. If it has none, `problem` says so.
std::optional<Object> findMember(ModuleObject::Which module, llvm::StringRef name,
                                 std::string &problem);
/// What `path` ("triton.language.extra.libdevice"), imported as `name`, stands for.
std::optional<Object> findImport(llvm::StringRef name, llvm::StringRef path, std::string &problem);
/// What to say of a name that nobody defines; `variables` are those that there are.
std::string unknownName(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> variables);

} // namespace mla::frontend
