//===- Memory.cpp - global memory of the interpreter ----------------------===//
// See Memory.h.
#include "mla/Interpreter/Memory.h"

#include "llvm/ADT/STLExtras.h"

namespace mla::interp {

/// Allocation n begins just behind (n + 1) · 2^40.
static constexpr unsigned kDistanceLog2 = 40;

Allocation &Memory::allocate(llvm::StringRef name, Element element, int64_t size, int64_t alignment,
                             bool isInitialised) {
  Allocation allocation{name.str(), element,
                        (int64_t(allocations.size() + 1) << kDistanceLog2) + alignment,
                        std::vector<uint8_t>(size), std::vector<uint8_t>(isInitialised ? 0 : size)};
  allocations.push_back(std::move(allocation));
  return allocations.back();
}

Allocation *Memory::find(int64_t address) {
  // An address just in front of an allocation belongs to it too.
  uint64_t index = (uint64_t(address) + (uint64_t(1) << (kDistanceLog2 - 1))) >> kDistanceLog2;
  return index == 0 || index > allocations.size() ? nullptr : &allocations[index - 1];
}

std::string Memory::problem(int64_t address, unsigned bytes, bool isRead) {
  Allocation *allocation = find(address);
  if (!allocation)
    return "address " + std::to_string(address) + ", which lies in no argument";
  int64_t first = address - allocation->address;
  int64_t last = first + int64_t(bytes), size = allocation->bytes.size();
  unsigned width = bytesOf(allocation->element);
  std::string whose = "'" + allocation->name + "', which has " +
                      std::to_string(allocation->numElements()) + " elements of " +
                      std::to_string(width) + (width == 1 ? " byte" : " bytes");
  if (first < 0 || last > size)
    return "number " + std::to_string((first - (first < 0 ? width - 1 : 0)) / int64_t(width)) +
           " of " + whose;
  if (address % bytes != 0)
    return "the misaligned byte " + std::to_string(first) + " of " + whose;
  if (isRead && !allocation->written.empty() &&
      llvm::any_of(llvm::ArrayRef(allocation->written).slice(first, bytes),
                   [](uint8_t written) { return !written; }))
    return "number " + std::to_string(first / width) + ", which nobody has written, of " + whose;
  return "";
}

} // namespace mla::interp
