//===- Members.h - what stands behind the dot of a value ------------------===//
#pragma once

#include "Builtins.h"

namespace mla::frontend {

/// Kinds of values that have members.
enum class ValueKind : uint8_t { Tile, View, Descriptor, BlockPointer, Type };

/// A member that is no function.
struct Property {
  llvm::StringRef name;
  /// The type of its value, as stubs call it.
  llvm::StringRef type;
  llvm::StringRef doc;
};
struct MemberContents {
  /// The class of such values in stubs, and what they are.
  llvm::StringRef className, doc;
  llvm::SmallVector<BuiltinHome> homes;
  llvm::ArrayRef<Property> properties;
};
const MemberContents &membersOf(ValueKind kind);

} // namespace mla::frontend
