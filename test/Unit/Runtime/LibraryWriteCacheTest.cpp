//===- LibraryWriteCacheTest.cpp - cache writers through the C interface -----===//
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <functional>

namespace {
mla_write_cache_args rowsOf(int32_t format = MLA_CACHE_ROWS) {
  mla_write_cache_args args{};
  args.struct_size = sizeof(args);
  args.format = format;
  args.latent = tensorAt(0x1000, MLA_DTYPE_BF16, {9, 512});
  args.rope = tensorAt(0x8000, MLA_DTYPE_BF16, {9, 64});
  args.slots = tensorAt(0x9000, MLA_DTYPE_I64, {7});
  if (format == MLA_CACHE_DSV4) {
    args.latent = tensorAt(0x1000, MLA_DTYPE_BF16, {9, 448});
    args.cache = tensorAt(0x10000, MLA_DTYPE_U8, {4, 64, 584});
    args.cache.strides[0] = 65 * 576;
  } else if (format == MLA_CACHE_DS_MLA)
    args.cache = tensorAt(0x10000, MLA_DTYPE_U8, {4, 64, 1, 656});
  else if (format == MLA_CACHE_E4M3)
    args.cache = tensorAt(0x10000, MLA_DTYPE_U8, {4, 64, 576});
  else
    args.cache = tensorAt(0x10000, MLA_DTYPE_BF16, {4, 64, 576});
  return args;
}

class LibraryWriteCache : public LibraryTest {
protected:
  std::string kernelOf(const mla_write_cache_args &args) {
    mla_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(mla_query_write_cache(device, &args, &result), MLA_STATUS_OK) << mla_last_error();
    return result.kernel ? result.kernel : "";
  }
};
} // namespace

TEST_F(LibraryWriteCache, WritesInOneLaunch) {
  mla_write_cache_args args = rowsOf();
  stub->wordCount = 3;
  ASSERT_EQ(mla_run_write_cache(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  ASSERT_EQ(stub->launches.size(), 1u);
  EXPECT_EQ(stub->launches[0].entry, "write_rows");
  EXPECT_EQ(stub->launches[0].words[0], 0x1000u);
  EXPECT_EQ(stub->launches[0].words[1], 9u);
  EXPECT_EQ(stub->launches[0].words[2], 512u);
}

TEST_F(LibraryWriteCache, PicksTheKernelOfFormatTypeAndAlignment) {
  EXPECT_EQ(kernelOf(rowsOf()), "write_rows_bf16");
  EXPECT_EQ(kernelOf(rowsOf(MLA_CACHE_E4M3)), "write_rows_bf16_e4m3");
  EXPECT_EQ(kernelOf(rowsOf(MLA_CACHE_DS_MLA)), "write_records_bf16_ds_mla");
  EXPECT_EQ(kernelOf(rowsOf(MLA_CACHE_DSV4)), "write_records_bf16_dsv4");
  mla_write_cache_args args = rowsOf();
  args.latent.data = reinterpret_cast<void *>(0x1002);
  EXPECT_EQ(kernelOf(args), "write_rows_bf16_any");
  args = rowsOf();
  args.cache.strides[0] += 1;
  EXPECT_EQ(kernelOf(args), "write_rows_bf16_any");
  args = rowsOf(MLA_CACHE_E4M3);
  args.latent.dtype = args.rope.dtype = MLA_DTYPE_FP32;
  args.cache.dtype = MLA_DTYPE_E4M3;
  args.scale = tensorAt(0x3000, MLA_DTYPE_FP32, {1});
  EXPECT_EQ(kernelOf(args), "write_rows_fp32_e4m3");
}

TEST_F(LibraryWriteCache, ReadsNoStrideOfRowsOfDsv4) {
  // Any stride of rows, and any of one page, whose 3 * 584 bytes are no multiple of 16.
  for (int64_t pages : {1, 4})
    for (int64_t stride : {576, 584, 0}) {
      mla_write_cache_args args = rowsOf(MLA_CACHE_DSV4);
      args.cache = tensorAt(0x10000, MLA_DTYPE_U8, {pages, 3, 1, 584});
      args.cache.strides[0] = pages == 1 ? 1 : 4 * 576;
      args.cache.strides[1] = stride;
      stub->launches.clear();
      stub->wordCount = 13;
      ASSERT_EQ(mla_run_write_cache(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
      const StubLaunch &launch = stub->launches.at(0);
      EXPECT_EQ(launch.words[9], uint64_t(pages)) << "PAGES";
      EXPECT_EQ(launch.words[10], 3u) << "PAGE";
      EXPECT_EQ(launch.words[11], pages == 1 ? 1760u : 4u * 576) << "from page to page";
      EXPECT_EQ(launch.words[12], 576u) << "from row to row";
    }
}

TEST_F(LibraryWriteCache, HasNothingToDoForNoSlots) {
  mla_write_cache_args args = rowsOf();
  args.slots = tensorAt(0, MLA_DTYPE_I64, {0});
  EXPECT_EQ(mla_run_write_cache(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  args = rowsOf();
  args.cache = tensorAt(0, MLA_DTYPE_BF16, {0, 64, 576});
  EXPECT_EQ(mla_run_write_cache(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  EXPECT_TRUE(stub->launches.empty());
}

TEST_F(LibraryWriteCache, RefusesWrongArguments) {
  struct Case {
    int32_t format;
    std::function<void(mla_write_cache_args &)> change;
    mla_status status;
    const char *message;
  };
  constexpr mla_status kInvalid = MLA_STATUS_INVALID_ARGUMENT;
  const Case cases[] = {
      {MLA_CACHE_ROWS, [](auto &a) { a.format = 4; }, kInvalid, "argument 'format' = 4 must be"},
      {MLA_CACHE_ROWS, [](auto &a) { a.format = MLA_CACHE_DSV4; }, kInvalid,
       "argument 'latent.shape[1]' = 512 must be 448"},
      {MLA_CACHE_DSV4, [](auto &a) { a.scale_rule = MLA_SCALE_LINEAR; }, kInvalid,
       "argument 'scale_rule' = MLA_SCALE_LINEAR must be MLA_SCALE_POW2 for MLA_CACHE_DSV4"},
      {MLA_CACHE_DSV4, [](auto &a) { a.rope.shape[1] = 32; }, kInvalid,
       "argument 'rope.shape[1]' = 32 must be 64"},
      {MLA_CACHE_DSV4, [](auto &a) { a.cache.shape[2] = 576; }, kInvalid,
       "argument 'cache.shape[2]' = 576 must be 584"},
      {MLA_CACHE_DSV4, [](auto &a) { a.cache.dtype = MLA_DTYPE_BF16; }, kInvalid,
       "argument 'cache.dtype' = bf16 must be u8 or e4m3"},
      {MLA_CACHE_DSV4, [](auto &a) { a.cache.strides[0] = 64 * 576; }, kInvalid,
       "argument 'cache.strides[0]' = 36864 must be at least 37376"},
      {MLA_CACHE_DSV4, [](auto &a) { a.cache.strides[0] += 8; }, kInvalid,
       "argument 'cache.stride0'"},
      {MLA_CACHE_DSV4, [](auto &a) { a.scale = tensorAt(0x3000, MLA_DTYPE_FP32, {1}); }, kInvalid,
       "argument 'scale' = a tensor must be absent unless format is MLA_CACHE_E4M3"},
      {MLA_CACHE_ROWS, [](auto &a) { a.cache.dtype = MLA_DTYPE_FP16; }, kInvalid,
       "argument 'cache.dtype' = fp16 must be bf16"},
      {MLA_CACHE_ROWS, [](auto &a) { a.cache.shape[2] = 575; }, kInvalid,
       "argument 'cache.shape[2]' = 575 must be from 576 to"},
      {MLA_CACHE_ROWS, [](auto &a) { a.cache.strides[1] = 575; }, kInvalid,
       "argument 'cache.strides[1]' = 575 must be at least 576"},
      {MLA_CACHE_ROWS, [](auto &a) { a.rope.shape[0] = 8; }, kInvalid,
       "argument 'rope.shape[0]' = 8 must be 9, as latent.shape[0]"},
      {MLA_CACHE_ROWS, [](auto &a) { a.rope.dtype = MLA_DTYPE_FP16; }, kInvalid,
       "argument 'rope.dtype' = fp16 must be bf16"},
      {MLA_CACHE_ROWS, [](auto &a) { a.slots.dtype = MLA_DTYPE_I32; }, kInvalid,
       "argument 'slots.dtype' = i32 must be i64"},
      {MLA_CACHE_ROWS, [](auto &a) { a.scale = tensorAt(0x3000, MLA_DTYPE_FP32, {1}); }, kInvalid,
       "argument 'scale' = a tensor must be absent unless format is MLA_CACHE_E4M3"},
      {MLA_CACHE_E4M3, [](auto &a) { a.scale = tensorAt(0x3000, MLA_DTYPE_FP32, {2}); }, kInvalid,
       "argument 'scale.shape[0]' = 2 must be 1"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.latent.shape[1] = 448; }, kInvalid,
       "argument 'latent.shape[1]' = 448 must be 512"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.latent.dtype = MLA_DTYPE_FP32; }, kInvalid,
       "argument 'latent.dtype' = fp32 must be bf16 or fp16"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.cache.shape[2] = 2; }, kInvalid,
       "because elements that are written must not overlap"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.cache.shape[3] = 584; }, kInvalid,
       "argument 'cache.shape[3]' = 584 must be 656"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.cache.strides[0] += 8; }, kInvalid,
       "argument 'cache.stride0'"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.scale_rule = 2; }, kInvalid,
       "argument 'scale_rule' = 2 must be from 0 to 1"},
  };
  for (const Case &wrong : cases) {
    mla_write_cache_args args = rowsOf(wrong.format);
    wrong.change(args);
    expectRefusal(mla_run_write_cache(device, &args, nullptr), wrong.status, wrong.message);
  }
}
