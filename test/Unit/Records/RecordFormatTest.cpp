//===- RecordFormatTest.cpp - the table of cache record formats -----------===//
// Sizes and offsets as the systems that write these caches document them.
#include "mla/Records/RecordFormat.h"

#include <gtest/gtest.h>

using namespace mla;

namespace {

const RecordFormat &format(std::string_view name) {
  const RecordFormat *found = findRecordFormat(name);
  EXPECT_NE(found, nullptr) << name;
  return found ? *found : records::kFormats[0];
}

TEST(RecordFormat, DsMlaRecordHoldsItsScales) {
  const RecordFormat &ds = format("fp8_ds_mla");
  EXPECT_EQ(ds.recordBytes, 656);
  EXPECT_EQ(ds.scaleBytes, 0);
  EXPECT_EQ(ds.scales.offset, 512);
  EXPECT_EQ(ds.fields[1].offset, 528);
  EXPECT_EQ(ds.pageBytes(64), 64 * 656);
}

TEST(RecordFormat, Dsv4PageEndsWithItsScales) {
  const RecordFormat &v4 = format("fp8_dsv4");
  EXPECT_EQ(v4.recordBytes + v4.scaleBytes, 584);
  EXPECT_EQ(v4.scalesOffset(64), 64 * 576);
  EXPECT_EQ(v4.pageBytes(64), 65 * 576); // 64 * 584 = 37376, rounded up
  EXPECT_EQ(v4.pageBytes(72), 73 * 576); // 72 * 8 = 576: nothing to round
}

TEST(RecordFormat, Dsv41PagesAreMultiplesOf512Bytes) {
  EXPECT_EQ(format("fp8_dsv41").pageBytes(1), 1024);
  EXPECT_EQ(format("fp8_dsv41").pageBytes(64), 64 * 528);
}

TEST(RecordFormat, IndexerKeysHaveOneScaleEach) {
  for (auto [name, dims] : {std::pair("indexer_fp8", 128), std::pair("indexer_fp8_64", 64),
                            std::pair("indexer_fp8_32", 32)}) {
    EXPECT_EQ(format(name).pageBytes(64), 64 * (dims + 4));
    EXPECT_EQ(format(name).scalesOffset(64), 64 * dims);
  }
}

TEST(RecordFormat, UniformRecordsHaveAnyWidth) {
  for (const char *name : {"fp8_e4m3", "fp8_e5m2", "bf16", "fp16"}) {
    EXPECT_EQ(format(name).fields[0].count, 0) << name;
    EXPECT_EQ(format(name).recordBytes, 0) << name;
  }
  EXPECT_TRUE(format("bf16").isPlain());
  EXPECT_FALSE(format("fp8_e4m3").isPlain());
}

TEST(RecordFormat, OnlyFp32ScalesMayBeLinear) {
  EXPECT_TRUE(format("fp8_ds_mla").hasRule(ScaleRule::Linear));
  EXPECT_FALSE(format("fp8_dsv4").hasRule(ScaleRule::Linear));
  EXPECT_TRUE(format("fp8_dsv4").hasRule(ScaleRule::Pow2));
  EXPECT_FALSE(format("bf16").hasRule(ScaleRule::Pow2));
}

TEST(RecordFormat, UnknownNamesAreNotFound) {
  EXPECT_EQ(findRecordFormat("fp8"), nullptr);
  EXPECT_EQ(findRecordFormat(""), nullptr);
  EXPECT_NE(recordFormatNames().find("fp8_ds_mla, fp8_dsv4, "), std::string::npos);
}

} // namespace
