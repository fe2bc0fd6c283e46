//===- Operands.h - a call's tensors and numbers by the kernel's names -----===//
// The binder between the structs of mla.h and kernels: a family names its operands once, and each
// kernel takes those that its manifest lists, in its order. Nothing is allocated.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Runtime/Launcher.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace mla::runtime {

/// Continues a hash of names (FNV-1a) over `text`.
constexpr uint64_t hashName(std::string_view text, uint64_t hash = 0xcbf29ce484222325) {
  for (char c : text)
    hash = (hash ^ uint8_t(c)) * 0x100000001b3;
  return hash;
}

/// A name that is hashed while compiling.
struct OperandName {
  uint64_t hash;
  template <size_t N>
  consteval OperandName(const char (&text)[N]) : hash(hashName({text, N - 1})) {}
};

/// Most dimensions of a tensor.
inline constexpr int kMaxRank = 5;

/// A checked tensor as kernels take it: strides are usable numbers also where extents are 0 or 1.
struct TensorView {
  uint64_t address = 0;                    ///< 0 if absent
  bool present = false;                    ///< the caller gave one
  int dtype = 0;                           ///< an mla_dtype
  int rank = 0;                            ///< dimensions
  std::array<int64_t, kMaxRank> shape{};   ///< extents
  std::array<int64_t, kMaxRank> strides{}; ///< in elements
};

/// Values by name.
class Operands {
public:
  /// A device address.
  void pointer(OperandName name, uint64_t address) { add(name.hash, Value::pointer(address)); }
  /// An integer of any width.
  void integer(OperandName name, int64_t value) { add(name.hash, Value::integer(value)); }
  /// A floating-point number.
  void number(OperandName name, double value) { add(name.hash, Value::number(value)); }
  /// A pointer and the strides `name.stride0`, … of all dimensions but the last.
  void tensor(OperandName name, uint64_t address, std::initializer_list<int64_t> strides) {
    pointer(name, address);
    uint64_t prefix = hashName(".stride", name.hash);
    char digit = '0';
    for (int64_t stride : strides)
      add(hashName({&digit, 1}, prefix), Value::integer(stride)), ++digit;
  }

  /// The value of a name, or nullptr. `hint` is where to look first, and is moved on.
  const Value *find(uint64_t hash, size_t &hint) const {
    for (size_t i = 0; i < count; ++i) {
      size_t at = hint + i < count ? hint + i : hint + i - count;
      if (hashes[at] == hash) {
        hint = at + 1 == count ? 0 : at + 1;
        return &values[at];
      }
    }
    return nullptr;
  }

private:
  static constexpr size_t kMaxOperands = 128;

  void add(uint64_t hash, const Value &value) {
    if (count == kMaxOperands)
      return; // the kernel that misses it says so
    hashes[count] = hash;
    values[count++] = value;
  }

  std::array<uint64_t, kMaxOperands> hashes;
  std::array<Value, kMaxOperands> values;
  size_t count = 0;
};

} // namespace mla::runtime
