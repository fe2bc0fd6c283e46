//===- Races.h - programs that touch the same memory ----------------------===//
// Programs run at the same time on a device: what one writes without an atomic op, no other one may
// read or write, except that several may write the same bits.
#pragma once

#include "mla/Interpreter/Memory.h"
#include "llvm/ADT/DenseMap.h"

namespace mla::interp {

class Races {
public:
  /// Notes that `program` reads `bytes` bytes at `offset` of `array`; if that is a race, "which
  /// program number 3 has written", else "".
  std::string read(const Allocation &array, int64_t offset, unsigned bytes, int32_t program);
  /// The same for writing; `changes`: other bits than were there.
  std::string write(const Allocation &array, int64_t offset, unsigned bytes, int32_t program,
                    bool changes);

private:
  static constexpr int32_t kNobody = -1, kSeveral = -2;
  /// By byte of an array.
  struct Users {
    std::vector<int32_t> writer, reader;
  };
  Users &usersOf(const Allocation &array);

  llvm::DenseMap<const Allocation *, Users> users;
};

} // namespace mla::interp
