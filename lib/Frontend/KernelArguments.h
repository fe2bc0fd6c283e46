//===- KernelArguments.h - types and values of kernel parameters ----------===//
#pragma once

#include "Object.h"

namespace mla::frontend {

/// One extent of a view: a run-time argument by its name, or a constant.
struct ViewExtent {
  std::string name;
  int64_t constant = 0;

  bool isConstant() const { return name.empty(); }
};

/// What a kernel parameter was bound to: a run-time argument, a view or a constant.
struct KernelArgument {
  llvm::StringRef name;
  uint32_t offset = 0;
  /// Type of a run-time argument; of a view, the pointer.
  std::optional<DType> type;
  int32_t divisibility = 1;
  /// Extents of a view.
  std::optional<llvm::SmallVector<ViewExtent>> view;
  /// Shape of the blocks of a tensor descriptor, which is a view too.
  std::optional<llvm::SmallVector<int64_t, 2>> block;
  /// Value of a parameter that is no argument.
  std::optional<Object> constant;

  bool isConstant() const { return constant.has_value(); }
};

/// One argument of the launch.
struct RuntimeArgument {
  std::string name;
  DType type;
  int32_t divisibility = 1;
  uint32_t offset = 0;
};

/// The arguments of a launch in order: those of each parameter in turn. A view takes its pointer
/// ("a"), those of its named extents ("M", int64) that no parameter before it has, and the strides
/// of all dimensions but the last ("a.stride0", int64). A view's divisibility holds for its
/// pointer, in bytes, and for its last extent and its strides, in elements. A tensor descriptor is
/// a view whose extents are named after it ("a.shape0"), with nothing known of them, and strides
/// that are multiples of 16 bytes.
std::vector<RuntimeArgument> runtimeArguments(llvm::ArrayRef<KernelArgument> parameters);
/// Name of a view's stride.
std::string strideName(llvm::StringRef view, size_t dim);

/// Splits a signature at its commas; those inside quotes and brackets do not count.
llvm::SmallVector<llvm::StringRef> splitSignature(llvm::StringRef signature);

/// Reads an entry such as "*bf16:16", "i64:1", "tensordesc<bf16[64, 32]>" or a literal into
/// `argument`. `isConstexpr` entries are values only. Returns what is wrong with it, or an empty
/// text.
std::string readSignatureEntry(llvm::StringRef entry, bool isConstexpr, KernelArgument &argument);

} // namespace mla::frontend
