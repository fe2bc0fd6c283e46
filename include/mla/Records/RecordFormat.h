//===- RecordFormat.h - the one table of cache record formats -------------===//
// How one token's numbers lie in the bytes of a cache. A cache is pages of records; a record is one
// or two fields of numbers and, where they are 8-bit floats, the scales that they are multiplied
// with. The compiler, the runtime and the references read this table; nothing else knows an offset.
// No MLIR, no LLVM.
//
//   name            values                   scales                              bytes
//   fp8_ds_mla      512 e4m3, 64 bf16        4 fp32 in the record, of 128 each   656
//   fp8_dsv4        448 e4m3, 64 bf16        7 ue8m0 behind the page, of 64      576 + 8
//   fp8_dsv41       512 e4m3                 16 ue8m0 behind the page, of 32     512 + 16
//   indexer_fp8     128 e4m3 (64, 32)        1 fp32 behind the page              128 + 4
//   fp8_e4m3, _e5m2 any number of e4m3/e5m2  1 fp32 for the whole cache          n
//   bf16, fp16      any number               none                                2 n
//
// "Behind the page" means: a page of P records begins with the P records' values, one after the
// other, and goes on with their P groups of scales. The distance of pages is the caller's, and may
// be more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mla {

/// Numbers as caches hold them.
enum class RecordNumber : uint8_t { E4M3, E5M2, BF16, FP16, FP32, UE8M0 };

/// Bytes of one number.
constexpr int32_t bytesOf(RecordNumber number) {
  switch (number) {
  case RecordNumber::E4M3:
  case RecordNumber::E5M2:
  case RecordNumber::UE8M0:
    return 1;
  case RecordNumber::BF16:
  case RecordNumber::FP16:
    return 2;
  case RecordNumber::FP32:
    return 4;
  }
  return 0;
}

/// Where scales lie.
enum class ScalePlace : uint8_t {
  None,   ///< there are none
  Record, ///< in each record
  Page,   ///< behind the values of all records of a page
  Tensor, ///< one number for the cache, not in its bytes
};

/// How a writer finds the scale of a group whose greatest magnitude is amax.
enum class ScaleRule : uint8_t {
  Pow2,   ///< the least power of two that is not below amax / greatest
  Linear, ///< amax / greatest
};

/// A run of numbers in a record.
struct RecordField {
  std::string_view name;
  RecordNumber number = RecordNumber::E4M3;
  /// 0: as many as the record has.
  int32_t count = 0;
  /// Bytes from the record's first.
  int32_t offset = 0;
};

/// Scales of a record's first field.
struct RecordScales {
  ScalePlace place = ScalePlace::None;
  RecordNumber number = RecordNumber::FP32;
  /// Numbers that one scale is for, and how many scales a record has. 0 with one scale per cache.
  int32_t group = 0, count = 0;
  /// Bytes from the record's first, or from the first of the record's scales behind the page.
  int32_t offset = 0;
  /// amax is taken to be at least this, and the scale before it is rounded to a power of two at
  /// least that, by rule: they keep scales of small groups normal, and never zero.
  float leastAmax = 0, leastPow2 = 0, leastLinear = 0;
};

/// One row of the table.
struct RecordFormat {
  static constexpr int32_t kMaxFields = 2;

  std::string_view name;
  RecordField fields[kMaxFields];
  int32_t numFields = 1;
  RecordScales scales;
  /// Bytes of a record where it lies, without scales behind the page; 0: any number.
  int32_t recordBytes = 0;
  /// Bytes that a record has behind its page.
  int32_t scaleBytes = 0;
  /// The distance of pages is a multiple of this many bytes.
  int32_t pageAlignment = 1;

  /// Bytes of a page of so many records.
  constexpr int64_t pageBytes(int64_t records) const {
    int64_t bytes = records * (recordBytes + scaleBytes);
    return (bytes + pageAlignment - 1) / pageAlignment * pageAlignment;
  }
  /// Where a page's scales begin.
  constexpr int64_t scalesOffset(int64_t records) const { return records * recordBytes; }
  /// Whether records are numbers of one type, so that they are read and written as these instead of
  /// as bytes.
  constexpr bool isPlain() const {
    return fields[0].number == RecordNumber::BF16 || fields[0].number == RecordNumber::FP16;
  }
  /// Whether a writer may choose between the rules.
  constexpr bool hasRule(ScaleRule rule) const {
    bool chooses = scales.place == ScalePlace::Record || scales.place == ScalePlace::Page;
    return chooses && (rule == ScaleRule::Pow2 || scales.number == RecordNumber::FP32);
  }
};

namespace records {

inline constexpr float kLeastScale = 1e-4f;
inline constexpr float kLeastNormal = 1.17549435e-38f;

/// Keys of the indexer: one scale per key.
constexpr RecordFormat indexerKeys(std::string_view name, int32_t dims) {
  return {name, {{"key", RecordNumber::E4M3, dims, 0}},
          1,    {ScalePlace::Page, RecordNumber::FP32, dims, 1, 0, kLeastScale, 0, 0},
          dims, 4,
          1};
}
/// Numbers of one type, any number of them.
constexpr RecordFormat uniform(std::string_view name, RecordNumber number, ScalePlace place) {
  return {name, {{"row", number, 0, 0}}, 1, {place}};
}

inline constexpr RecordFormat kFormats[] = {
    {"fp8_ds_mla",
     {{"latent", RecordNumber::E4M3, 512, 0}, {"rope", RecordNumber::BF16, 64, 528}},
     2,
     {ScalePlace::Record, RecordNumber::FP32, 128, 4, 512, 0, kLeastScale, kLeastNormal},
     656},
    {"fp8_dsv4",
     {{"latent", RecordNumber::E4M3, 448, 0}, {"rope", RecordNumber::BF16, 64, 448}},
     2,
     {ScalePlace::Page, RecordNumber::UE8M0, 64, 7, 0, 0, kLeastScale, 0},
     576,
     8,
     576},
    {"fp8_dsv41",
     {{"latent", RecordNumber::E4M3, 512, 0}},
     1,
     {ScalePlace::Page, RecordNumber::UE8M0, 32, 16, 0, 0, kLeastScale, 0},
     512,
     16,
     512},
    indexerKeys("indexer_fp8", 128),
    indexerKeys("indexer_fp8_64", 64),
    indexerKeys("indexer_fp8_32", 32),
    uniform("fp8_e4m3", RecordNumber::E4M3, ScalePlace::Tensor),
    uniform("fp8_e5m2", RecordNumber::E5M2, ScalePlace::Tensor),
    uniform("bf16", RecordNumber::BF16, ScalePlace::None),
    uniform("fp16", RecordNumber::FP16, ScalePlace::None),
};

} // namespace records

/// nullptr if unknown.
const RecordFormat *findRecordFormat(std::string_view name);
/// "fp8_ds_mla, fp8_dsv4, …" for error messages.
std::string recordFormatNames();

} // namespace mla
