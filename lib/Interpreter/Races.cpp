//===- Races.cpp - programs that touch the same memory --------------------===//
// See Races.h.
#include "Races.h"

namespace mla::interp {

Races::Users &Races::usersOf(const Allocation &array) {
  Users &result = users[&array];
  if (result.writer.empty()) {
    result.writer.assign(array.bytes.size(), kNobody);
    result.reader.assign(array.bytes.size(), kNobody);
  }
  return result;
}

std::string Races::read(const Allocation &array, int64_t offset, unsigned bytes, int32_t program) {
  Users &known = usersOf(array);
  for (int64_t byte = offset; byte < offset + bytes; ++byte) {
    int32_t writer = known.writer[byte];
    if (writer != kNobody && writer != program)
      return "which program number " + std::to_string(writer) + " has written";
    int32_t &reader = known.reader[byte];
    reader = reader == kNobody || reader == program ? program : kSeveral;
  }
  return "";
}

std::string Races::write(const Allocation &array, int64_t offset, unsigned bytes, int32_t program,
                         bool changes) {
  Users &known = usersOf(array);
  for (int64_t byte = offset; byte < offset + bytes; ++byte) {
    int32_t writer = known.writer[byte], reader = known.reader[byte];
    if (changes && writer != kNobody && writer != program)
      return "where program number " + std::to_string(writer) + " has written something else";
    if (changes && reader == kSeveral)
      return "which other programs have read";
    if (changes && reader != kNobody && reader != program)
      return "which program number " + std::to_string(reader) + " has read";
    known.writer[byte] = program;
  }
  return "";
}

} // namespace mla::interp
