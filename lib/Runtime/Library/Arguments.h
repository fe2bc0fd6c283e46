//===- Arguments.h - checks of what a caller passes ------------------------===//
// Every refusal names the argument, its value and what is legal; the first one is kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Operands.h"
#include "mla/Runtime/mla.h"

#include <cstring>
#include <initializer_list>
#include <string>

namespace mla::runtime {

/// "bf16" of MLA_DTYPE_BF16; empty if there is no such type.
std::string_view dtypeName(int32_t dtype);
/// Bytes of an element; 0 if there is no such type.
int64_t dtypeBytes(int32_t dtype);

/// What a tensor must be.
struct TensorRule {
  std::initializer_list<int32_t> dtypes; ///< legal element types
  int minRank = 1;                       ///< fewest dimensions
  int maxRank = 1;                       ///< most dimensions
  bool optional = false;                 ///< may be absent
  bool written = false;                  ///< its elements must not overlap
  bool anyInner = false;                 ///< the last dimension need not be contiguous
};

/// Checks the arguments of one call.
class Arguments {
public:
  /// Without `readsPointers` addresses may be NULL (queries).
  explicit Arguments(bool readsPointers) : readsPointers(readsPointers) {}

  /// The first refusal.
  Status status;
  /// Whether all was legal so far.
  bool ok() const { return status.ok(); }
  /// "argument 'NAME' = VALUE must be LEGAL".
  void refuse(std::string_view name, const std::string &value, const std::string &legal);
  /// The same for something legal that no kernel does.
  void unsupported(std::string_view name, const std::string &value, const std::string &supported);

  /// Copies a struct of the interface, whatever its version.
  template <typename Struct>
  void adopt(const Struct *given, Struct &known) {
    known = Struct{};
    if (!given)
      return refuse("args", "NULL", "a struct");
    uint32_t size = 0;
    std::memcpy(&size, given, sizeof(size));
    adoptBytes(given, size, &known, sizeof(known));
  }
  /// That the size of a struct can be that of a version of it.
  void structSize(size_t givenBytes, size_t knownBytes);
  /// Checks one tensor and takes it over.
  void tensor(const char *name, const mla_tensor &given, const TensorRule &rule, TensorView &view);
  /// That there is an address.
  void address(const char *name, const TensorView &view);
  /// An integer within bounds.
  void integer(std::string_view name, int64_t value, int64_t low, int64_t high);
  /// An extent of a tensor within bounds.
  void extent(const char *name, const TensorView &view, int dim, int64_t low, int64_t high);
  /// An extent that another argument fixes: "B, as of 'q'".
  void sameExtent(const char *name, const TensorView &view, int dim, int64_t wanted,
                  const char *because);
  /// A buffer of bytes: present if any are needed, aligned, large enough.
  void buffer(const char *name, const void *address, size_t bytes, size_t needed);

private:
  void adoptBytes(const void *given, size_t givenBytes, void *known, size_t knownBytes);
  /// Checks strides and returns the offset of the last element.
  int64_t strides(const char *name, TensorView &view, const TensorRule &rule);

  bool readsPointers;
};

} // namespace mla::runtime
