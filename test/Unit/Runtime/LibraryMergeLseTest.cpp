//===- LibraryMergeLseTest.cpp - merging of partial results through the C interface ===//
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <functional>

namespace {
mla_merge_lse_args twoParts() {
  mla_merge_lse_args args{};
  args.struct_size = sizeof(args);
  args.first = tensorAt(0x10000, MLA_DTYPE_BF16, {9, 20, 128});
  args.first_lse = tensorAt(0x1000, MLA_DTYPE_FP32, {9, 20});
  args.others = tensorAt(0x40000, MLA_DTYPE_BF16, {1, 9, 20, 128});
  args.others_lse = tensorAt(0x2000, MLA_DTYPE_FP32, {1, 9, 20});
  args.out = tensorAt(0x80000, MLA_DTYPE_BF16, {9, 20, 128});
  args.lse = tensorAt(0x3000, MLA_DTYPE_FP32, {9, 20});
  return args;
}

class LibraryMergeLse : public LibraryTest {
protected:
  std::string kernelOf(const mla_merge_lse_args &args) {
    mla_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(mla_query_merge_lse(device, &args, &result), MLA_STATUS_OK) << mla_last_error();
    return result.kernel ? result.kernel : "";
  }
};
} // namespace

TEST_F(LibraryMergeLse, MergesInOneLaunch) {
  mla_merge_lse_args args = twoParts();
  ASSERT_EQ(mla_run_merge_lse(device, &args, nullptr), MLA_STATUS_OK) << mla_last_error();
  ASSERT_EQ(stub->launches.size(), 1u);
  EXPECT_EQ(stub->launches[0].entry, "merge_states");
  EXPECT_EQ(stub->launches[0].config.gridDimX, 9u);
}

TEST_F(LibraryMergeLse, PicksTheKernelOfTypesAndAlignment) {
  EXPECT_EQ(kernelOf(twoParts()), "merge_states_bf16");
  mla_merge_lse_args args = twoParts();
  args.out.dtype = MLA_DTYPE_U8;
  args.scale = tensorAt(0x5000, MLA_DTYPE_FP32, {1});
  EXPECT_EQ(kernelOf(args), "merge_states_bf16_e4m3");
  args = twoParts();
  args.others.strides[1] += 1;
  EXPECT_EQ(kernelOf(args), "merge_states_bf16_any");
  // [H, T], as vLLM has its sums.
  args = twoParts();
  for (mla_tensor *lse : {&args.first_lse, &args.lse})
    lse->strides[0] = 1, lse->strides[1] = 9;
  EXPECT_EQ(kernelOf(args), "merge_states_bf16");
  args.others = args.others_lse = {};
  EXPECT_EQ(kernelOf(args), "merge_states_bf16");
}

TEST_F(LibraryMergeLse, RefusesWrongArguments) {
  struct Case {
    std::function<void(mla_merge_lse_args &)> change;
    const char *message;
  };
  const Case cases[] = {
      {[](auto &a) { a.first = {}; }, "argument 'first' = absent must be a tensor"},
      {[](auto &a) { a.first.dtype = MLA_DTYPE_E4M3; },
       "argument 'first.dtype' = e4m3 must be bf16 or fp16 or fp32"},
      {[](auto &a) { a.first_lse.shape[1] = 19; },
       "argument 'first_lse.shape[1]' = 19 must be 20, as first.shape[1]"},
      {[](auto &a) { a.others.dtype = MLA_DTYPE_FP16; },
       "argument 'others.dtype' = fp16 must be bf16"},
      {[](auto &a) { a.others.shape[3] = 64; },
       "argument 'others.shape[3]' = 64 must be 128, as first.shape[2]"},
      {[](auto &a) { a.others_lse = {}; }, "argument 'others_lse' = absent must be a tensor"},
      {[](auto &a) { a.others_lse.shape[0] = 2; },
       "argument 'others_lse.shape[0]' = 2 must be 1, as others.shape[0]"},
      {[](auto &a) { a.out.dtype = MLA_DTYPE_FP32; },
       "argument 'out.dtype' = fp32 must be bf16 or e4m3 or u8"},
      {[](auto &a) { a.out.strides[1] = 64; },
       "argument 'out.strides[1]' = 64 must be at least 128"},
      {[](auto &a) { a.lse.strides[0] = 0; }, "elements that are written must not overlap"},
      {[](auto &a) { a.scale = tensorAt(0x5000, MLA_DTYPE_FP32, {1}); },
       "argument 'scale' = a tensor must be absent unless out is e4m3"},
      {[](auto &a) { a.missing_first = 10; }, "argument 'missing_first' = 10 must be from 0 to 9"},
      {[](auto &a) { a.input_base = 2; }, "argument 'input_base' = 2 must be from 0 to 1"},
      {[](auto &a) { a.lse_convention.sink = 1; }, "argument 'lse_convention.sink' ="},
  };
  for (const Case &wrong : cases) {
    mla_merge_lse_args args = twoParts();
    wrong.change(args);
    expectRefusal(mla_run_merge_lse(device, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                  wrong.message);
  }
}
