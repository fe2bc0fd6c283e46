//===- LibraryIndicesTest.cpp - conversion of indices through the C interface ===//
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <functional>

namespace {
mla_convert_indices_args convertArgs() {
  mla_convert_indices_args args{};
  args.struct_size = sizeof(args);
  args.requests = tensorAt(0x1000, MLA_DTYPE_I32, {5});
  args.block_table = tensorAt(0x2000, MLA_DTYPE_I32, {4, 10});
  args.tokens = tensorAt(0x3000, MLA_DTYPE_I32, {5, 33});
  args.out = tensorAt(0x4000, MLA_DTYPE_I32, {5, 33});
  args.page_size = 64;
  return args;
}

mla_filter_indices_args filterArgs() {
  mla_filter_indices_args args{};
  args.struct_size = sizeof(args);
  args.tokens = tensorAt(0x3000, MLA_DTYPE_I32, {5, 33});
  args.lengths = tensorAt(0x5000, MLA_DTYPE_I32, {5});
  args.context = tensorAt(0x6000, MLA_DTYPE_I32, {5, 33});
  return args;
}

using LibraryIndices = LibraryTest;
} // namespace

TEST_F(LibraryIndices, ConvertsInOneLaunch) {
  mla_convert_indices_args args = convertArgs();
  stub->wordCount = 23;
  ASSERT_EQ(mla_run_convert_indices(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  ASSERT_EQ(stub->launches.size(), 1u);
  const StubLaunch &launch = stub->launches[0];
  EXPECT_EQ(launch.entry, "convert_indices");
  EXPECT_EQ(launch.config.gridDimX, 5u);
  // requests, T, table, R, LISTED, table.stride0, tokens, K, tokens.stride0
  const uint64_t expected[] = {0x1000, 5, 0x2000, 4, 10, 10, 0x3000, 33, 33};
  for (size_t i = 0; i < std::size(expected); ++i)
    EXPECT_EQ(launch.words[i], expected[i]) << i;
  // page, page_stride, world, rank, interleave, compact; zero stands for the default.
  const uint64_t numbers[] = {64, 64, 1, 0, 1, 0};
  for (size_t i = 0; i < std::size(numbers); ++i)
    EXPECT_EQ(uint32_t(launch.words[17 + i]), numbers[i]) << i;
  mla_query_result result{};
  result.struct_size = sizeof(result);
  ASSERT_EQ(mla_query_convert_indices(device, &args, &result), MLA_STATUS_OK);
  EXPECT_STREQ(result.kernel, "convert_indices");
  EXPECT_EQ(result.num_kernels, 1);
  EXPECT_EQ(result.workspace_bytes, 0u);
}

TEST_F(LibraryIndices, RefusesWrongConversions) {
  struct Case {
    std::function<void(mla_convert_indices_args &)> change;
    const char *message;
  };
  const Case cases[] = {
      {[](auto &a) { a.tokens = {}; }, "argument 'tokens' = absent must be a tensor"},
      {[](auto &a) { a.tokens.dtype = MLA_DTYPE_I64; },
       "argument 'tokens.dtype' = i64 must be i32"},
      {[](auto &a) { a.tokens.strides[1] = 2; }, "argument 'tokens.strides[1]' = 2 must be 1"},
      {[](auto &a) { a.requests.shape[0] = 4; },
       "argument 'requests.shape[0]' = 4 must be 5, as tokens.shape[0]"},
      {[](auto &a) { a.out.shape[1] = 32; }, "argument 'out.shape[1]' = 32 must be 33"},
      {[](auto &a) { a.out.strides[0] = 32; },
       "argument 'out.strides[0]' = 32 must be at least 33"},
      {[](auto &a) { a.counts = tensorAt(0x7000, MLA_DTYPE_I32, {4}); },
       "argument 'counts.shape[0]' = 4 must be 5"},
      {[](auto &a) { a.workspace_requests = tensorAt(0x7000, MLA_DTYPE_I32, {5}); },
       "argument 'workspace_starts' = absent must be a tensor"},
      {[](auto &a) { a.page_size = 0; }, "argument 'page_size' = 0 must be from 1 to 2147483647"},
      {[](auto &a) { a.page_stride = -1; }, "argument 'page_stride' = -1 must be"},
      {[](auto &a) { a.world_size = -2; }, "argument 'world_size' = -2 must be"},
      {[](auto &a) { a.rank = 1; }, "argument 'rank' = 1 must be 0"},
      {[](auto &a) { a.world_size = 1 << 20, a.interleave = 1 << 11; },
       "argument 'interleave' = 2048 must be from 0 to 2047"},
      {[](auto &a) { a.compact = 7; }, "argument 'compact' = 7 must be from 0 to 1"},
      {[](auto &a) { a.compact = 1, a.out = a.tokens; },
       "argument 'out.data' = tokens.data must be elsewhere if compact is 1"},
      {[](auto &a) { a.struct_size = 2; }, "argument 'struct_size' = 2 must be"},
  };
  for (const Case &wrong : cases) {
    mla_convert_indices_args args = convertArgs();
    wrong.change(args);
    expectRefusal(mla_run_convert_indices(device, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                  wrong.message);
  }
}

TEST_F(LibraryIndices, FiltersInOneLaunchWithAbsentOutputs) {
  mla_filter_indices_args args = filterArgs();
  stub->wordCount = 13;
  ASSERT_EQ(mla_run_filter_indices(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  ASSERT_EQ(stub->launches.size(), 1u);
  // tokens, T, K, stride, requests, NAMED, lengths, R, context, CONTEXT, stride, new, NEW
  const uint64_t expected[] = {0x3000, 5, 33, 33, 0, 0, 0x5000, 5, 0x6000, 5, 33, 0, 0};
  for (size_t i = 0; i < std::size(expected); ++i)
    EXPECT_EQ(stub->launches[0].words[i], expected[i]) << i;
  stub->launches.clear();
  args.new_tokens = tensorAt(0x7000, MLA_DTYPE_I32, {5, 34});
  expectRefusal(mla_run_filter_indices(device, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'new_tokens.shape[1]' = 34 must be 33, as tokens.shape[1]");
}

TEST_F(LibraryIndices, HasNothingToDoForNoLists) {
  mla_filter_indices_args args = filterArgs();
  args.tokens = tensorAt(0, MLA_DTYPE_I32, {0, 33});
  args.context = tensorAt(0, MLA_DTYPE_I32, {0, 33});
  EXPECT_EQ(mla_run_filter_indices(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  EXPECT_TRUE(stub->launches.empty());
}
