//===- Builtins.h - the table of built-ins and argument binding -----------===//
#pragma once

#include "Object.h"

namespace mla::frontend {

namespace ids {
#define GET_BuiltinId_DECL
#include "Builtins.inc"
} // namespace ids
using BuiltinId = ids::BuiltinId;

/// Where a built-in is found: ml.f, ml.attn.f, ml.indexer.f, ml.gather.f, ml.f and x.f, ml.f and
/// ml.math.f and x.f, ml.f and ml.math.f, ml.extra.libdevice.f, x.f of a value, T.f of a type, ml.f
/// and x.f of a block pointer, x.f of a tensor descriptor, or plain f.
enum class BuiltinHome : uint8_t {
  Language,
  Attention,
  Indexer,
  GatherModule,
  Both,
  Math,
  MathFunction,
  Libdevice,
  Member,
  TypeMember,
  BlockMember,
  DescriptorMember,
  Python
};

/// One entry of Builtins.td.
struct BuiltinInfo {
  BuiltinId id;
  const char *name;
  /// As Python would declare them.
  const char *parameters;
  BuiltinHome home;
  /// Type of the result, meaning, and a kernel body that uses the built-in.
  const char *result, *doc, *example;
  /// Position of its chapter in the reference.
  uint16_t chapter;
};

/// All built-ins.
llvm::ArrayRef<BuiltinInfo> builtins();
/// The built-in `name` of one of the homes, or null.
const BuiltinInfo *findBuiltin(llvm::StringRef name, llvm::ArrayRef<BuiltinHome> homes);
/// A name close to a misspelt one, or empty.
llvm::StringRef similarName(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> candidates);

/// A parameter that arguments are bound to.
struct Formal {
  llvm::StringRef name;
  bool hasDefault = false, positionalOnly = false, keywordOnly = false;
  /// Takes all further positional arguments; what follows it is keyword-only.
  bool variadic = false;
  /// Default of a built-in's parameter.
  Object defaultValue;
};
/// Parameters of a built-in; those of members include no receiver except for `Both`.
llvm::ArrayRef<Formal> parametersOf(const BuiltinInfo &info);
/// Parameters of a helper. Their defaults are not evaluated.
llvm::SmallVector<Formal> formalsOf(const FunctionDef &function);

/// An argument of a call; `keyword` is empty for positional ones.
struct Actual {
  llvm::StringRef keyword;
  uint32_t offset;
  Object value;
};

/// For each formal the index of its argument, or -1 if it takes its default. A variadic formal
/// takes the positional arguments from its own index on, and has -1.
mlir::FailureOr<llvm::SmallVector<int>> bindArguments(ErrorAt errorAt, llvm::StringRef callee,
                                                      llvm::ArrayRef<Formal> formals,
                                                      llvm::ArrayRef<Actual> actuals,
                                                      uint32_t callOffset);

} // namespace mla::frontend
