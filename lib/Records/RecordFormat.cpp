//===- RecordFormat.cpp - checks of the table, and names ------------------===//
#include "mla/Records/RecordFormat.h"

namespace mla {

/// Fields and scales lie inside the record, at multiples of their numbers' bytes, and groups make
/// up the first field.
static constexpr bool isSound(const RecordFormat &format) {
  const RecordScales &scales = format.scales;
  for (int32_t i = 0; i < format.numFields; ++i) {
    const RecordField &field = format.fields[i];
    int32_t bytes = bytesOf(field.number);
    if (field.offset % bytes || field.offset + field.count * bytes > format.recordBytes)
      return false;
  }
  if (scales.group * scales.count != (scales.count ? format.fields[0].count : 0))
    return false;
  int32_t bytes = bytesOf(scales.number);
  int32_t room = scales.place == ScalePlace::Page ? format.scaleBytes : format.recordBytes;
  return scales.offset % bytes == 0 && scales.offset + scales.count * bytes <= room;
}

static constexpr bool areSound() {
  for (const RecordFormat &format : records::kFormats)
    if (!isSound(format))
      return false;
  return true;
}
static_assert(areSound(), "a row of the table contradicts itself");

const RecordFormat *findRecordFormat(std::string_view name) {
  for (const RecordFormat &format : records::kFormats)
    if (format.name == name)
      return &format;
  return nullptr;
}

std::string recordFormatNames() {
  std::string names;
  for (const RecordFormat &format : records::kFormats)
    names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

} // namespace mla
