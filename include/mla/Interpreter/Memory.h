//===- Memory.h - global memory of the interpreter ------------------------===//
// Named allocations far apart from each other: an address outside of all of them is an error, as is
// reading what nobody has written.
#pragma once

#include "mla/Interpreter/Element.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace mla::interp {

/// An array in global memory.
struct Allocation {
  std::string name;
  Element element;
  int64_t address; ///< of the first byte
  std::vector<uint8_t> bytes;
  /// By byte: has been written. Empty if all of them hold something.
  std::vector<uint8_t> written;

  int64_t numElements() const { return int64_t(bytes.size()) / bytesOf(element); }
};

class Memory {
public:
  /// Allocates `size` bytes. Their address is divisible by `alignment` (a power of two) and not by
  /// twice as much, so that a kernel that relies on more finds out.
  Allocation &allocate(llvm::StringRef name, Element element, int64_t size, int64_t alignment,
                       bool isInitialised);

  /// The allocation whose range of addresses `address` lies in or, by less than the distance of
  /// allocations, misses; null for other addresses.
  Allocation *find(int64_t address);
  llvm::ArrayRef<Allocation> all() const { return allocations; }

  /// What is wrong with an access of `bytes` bytes, "" if nothing: "number 64 of 'x', which
  /// has 64 elements of 4 bytes". `isRead`: they must have been written.
  std::string problem(int64_t address, unsigned bytes, bool isRead);

private:
  std::vector<Allocation> allocations;
};

} // namespace mla::interp
