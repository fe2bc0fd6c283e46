//===- Problem.h - an argument struct of the C interface --------------------===//
// A struct as bytes, with what is known about its fields, so that one set of mutations serves all
// operations. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Random.h"
#include "mla/Runtime/mla.h"

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace mla::fuzz {

/// Operations with a struct of their own.
enum class Operation {
  DenseDecode,
  SparseDecode,
  ConvertIndices,
  FilterIndices,
  WriteCache,
  MergeLse
};
inline constexpr int kOperations = 6;

/// "dense_decode".
const char *nameOf(Operation operation);

/// A tensor of a struct.
struct TensorField {
  const char *name;
  size_t offset;
};

/// A number of a struct.
struct NumberField {
  const char *name;
  size_t offset;
  int bytes;
  bool isFloat;
};

/// A struct and its fields.
struct Problem {
  Operation operation;
  std::vector<uint8_t> bytes; ///< of the struct as this header knows it
  std::vector<TensorField> tensors;
  std::vector<NumberField> numbers;
  uint32_t givenSize = 0;           ///< what struct_size says
  std::vector<std::string> changes; ///< in words
  bool changesPointers = false;     ///< an address was changed

  /// A tensor by position.
  mla_tensor tensor(size_t index) const {
    mla_tensor value;
    std::memcpy(&value, bytes.data() + tensors[index].offset, sizeof(value));
    return value;
  }
  void setTensor(size_t index, const mla_tensor &value) {
    std::memcpy(bytes.data() + tensors[index].offset, &value, sizeof(value));
  }
  /// A number by name.
  int64_t number(const char *name) const;
  /// Every field in words.
  std::string text() const;
};

/// A legal struct.
Problem makeProblem(Operation operation, Random &random);
/// Changes something.
void mutate(Problem &problem, Random &random);

} // namespace mla::fuzz
