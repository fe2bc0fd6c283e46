//===- LibraryDenseDecodeTest.cpp - dense decode through the C interface -----===//
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <cmath>
#include <functional>
#include <limits>
#include <thread>

namespace {
/// Arguments of B = 3, S = 2, H = 16, pages of 64.
mla_dense_decode_args goodArgs(int64_t requests = 3, int64_t tokens = 2, int64_t heads = 16,
                               int64_t page = 64) {
  mla_dense_decode_args args{};
  args.struct_size = sizeof(args);
  args.causal = 1;
  args.q = tensorAt(0x100000, MLA_DTYPE_BF16, {requests, tokens, heads, 576});
  args.cache = tensorAt(0x900000, MLA_DTYPE_BF16, {40, page, 576});
  args.block_table = tensorAt(0x200000, MLA_DTYPE_I32, {requests, 7});
  args.lengths = tensorAt(0x300000, MLA_DTYPE_I32, {requests});
  args.out = tensorAt(0x400000, MLA_DTYPE_BF16, {requests, tokens, heads, 512});
  args.lse = tensorAt(0x600000, MLA_DTYPE_FP32, {requests, tokens, heads});
  args.scale = 0.04f;
  return args;
}

void *const kWorkspace = reinterpret_cast<void *>(0x40000000);
void *const kPlan = reinterpret_cast<void *>(0x30000000);
constexpr size_t kPlenty = size_t(1) << 40;

class LibraryDenseDecode : public LibraryTest {
protected:
  mla_status run(const mla_dense_decode_args &args) {
    return mla_run_dense_decode(device, &args, nullptr, 0, kWorkspace, kPlenty, nullptr);
  }
  mla_query_result query(const mla_dense_decode_args &args) {
    mla_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(mla_query_dense_decode(device, &args, &result), MLA_STATUS_OK) << mla_last_error();
    return result;
  }
  std::string entries() {
    std::string text;
    for (const StubLaunch &launch : stub->launches)
      text += launch.entry + " ";
    return text;
  }
};
} // namespace

TEST_F(LibraryDenseDecode, LaunchesPlanDecodeMerge) {
  stub->wordCount = 5;
  ASSERT_EQ(run(goodArgs()), MLA_STATUS_OK) << mla_last_error();
  ASSERT_EQ(entries(), "plan decode merge ");
  const StubLaunch &decode = stub->launches[1];
  EXPECT_EQ(decode.config.gridDimX, 1u); // 32 rows in tiles of 64
  EXPECT_EQ(decode.config.gridDimY, 132u);
  EXPECT_EQ(decode.words[0], 0x100000u); // q
  EXPECT_EQ(decode.words[1], 3u);        // B
  EXPECT_EQ(decode.words[2], 1u);        // T
  EXPECT_EQ(decode.words[3], 1u);        // KV_HEADS
  EXPECT_EQ(decode.words[4], 32u);       // ROWS
  EXPECT_EQ(stub->launches[2].config.gridDimX, 96u);
  EXPECT_EQ(stub->launches[2].config.gridDimY, 4u);
}

TEST_F(LibraryDenseDecode, TakesAPlanThatWasMadeBefore) {
  mla_dense_decode_args args = goodArgs();
  mla_query_result sizes = query(args);
  EXPECT_EQ(sizes.num_kernels, 3);
  // Planning needs lengths alone.
  args.q.data = args.out.data = args.lse.data = args.cache.data = nullptr;
  ASSERT_EQ(mla_plan_dense_decode(device, &args, kPlan, sizes.plan_bytes, nullptr), MLA_STATUS_OK)
      << mla_last_error();
  EXPECT_EQ(entries(), "plan ");
  args = goodArgs();
  ASSERT_EQ(mla_run_dense_decode(device, &args, kPlan, sizes.plan_bytes, kWorkspace,
                                 sizes.run_bytes, nullptr),
            MLA_STATUS_OK)
      << mla_last_error();
  EXPECT_EQ(entries(), "plan decode merge ");
}

TEST_F(LibraryDenseDecode, PicksTheKernelOfTypeAndPages) {
  EXPECT_STREQ(query(goodArgs()).kernel, "dense_decode_bf16");
  EXPECT_STREQ(query(goodArgs()).arch, "sm_90a");
  EXPECT_EQ(query(goodArgs()).jit, 0);
  EXPECT_STREQ(query(goodArgs(3, 2, 16, 1)).kernel, "dense_decode_bf16_gather");
  EXPECT_STREQ(query(goodArgs(3, 2, 16, 128)).kernel, "dense_decode_bf16");
  EXPECT_STREQ(query(goodArgs(3, 1, 16)).kernel, "dense_decode_bf16_h16");
  EXPECT_STREQ(query(goodArgs(3, 2, 8, 16)).kernel, "dense_decode_bf16_h16_gather");
  EXPECT_STREQ(query(goodArgs(3, 2, 9)).kernel, "dense_decode_bf16");
  mla_dense_decode_args args = goodArgs();
  args.q.dtype = args.cache.dtype = args.out.dtype = MLA_DTYPE_FP16;
  EXPECT_STREQ(query(args).kernel, "dense_decode_fp16");
  reopen(8, 0);
  EXPECT_STREQ(query(args).arch, "sm_80");
}

TEST_F(LibraryDenseDecode, SaysWhenTheDriverCompiles) {
  reopen(13, 0);
  EXPECT_EQ(query(goodArgs()).jit, 1);
  reopen(13, 0, true);
  mla_query_result result{};
  result.struct_size = sizeof(result);
  mla_dense_decode_args args = goodArgs();
  expectRefusal(mla_query_dense_decode(device, &args, &result), MLA_STATUS_UNSUPPORTED,
                "has only PTX for compute capability 13.0, and JIT is forbidden");
  reopen(7, 5);
  expectRefusal(run(args), MLA_STATUS_UNSUPPORTED, "has no image for compute capability 7.5");
}

TEST_F(LibraryDenseDecode, RefusesWhatSharedMemoryDoesNotHold) {
  stub->sharedBytes = 64 * 1024;
  reopen(8, 0);
  expectRefusal(run(goodArgs()), MLA_STATUS_UNSUPPORTED,
                "bytes of shared memory per block, compute capability 8.0 has 65536");
  EXPECT_EQ(stub->loads, 0);
}

TEST_F(LibraryDenseDecode, RunsWithTheSharedMemoryOfSmallDevices) {
  stub->sharedBytes = 101376;
  for (auto [major, minor, jit] : {std::tuple(8, 6, 0), {8, 9, 0}, {12, 0, 1}, {12, 1, 1}}) {
    reopen(major, minor);
    mla_dense_decode_args args = goodArgs();
    mla_query_result result = query(args);
    EXPECT_STREQ(result.kernel, "dense_decode_bf16");
    EXPECT_STREQ(result.arch, "sm_80");
    EXPECT_EQ(result.jit, jit);
    ASSERT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
    const CUlaunchConfig &decode = stub->launches.at(1).config;
    EXPECT_LE(decode.sharedMemBytes, 101376u);
    EXPECT_EQ(decode.gridDimX, 1u); // 32 rows in a tile of 32
    EXPECT_EQ(mla_load(device, MLA_FAMILY_ALL), MLA_STATUS_OK) << mla_last_error();
    // A GPU of this capability with more shared memory takes the schedule of sm_80 itself.
    stub->sharedBytes = 232448;
    reopen(major, minor);
    ASSERT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
    EXPECT_GT(stub->launches.at(1).config.sharedMemBytes, 101376u);
    stub->sharedBytes = 101376;
  }
  // Only where machine code is.
  reopen(8, 9, true);
  EXPECT_EQ(query(goodArgs()).jit, 0);
  reopen(12, 0, true);
  mla_query_result result{};
  result.struct_size = sizeof(result);
  mla_dense_decode_args args = goodArgs();
  expectRefusal(mla_query_dense_decode(device, &args, &result), MLA_STATUS_UNSUPPORTED,
                "has only PTX for compute capability 12.0, and JIT is forbidden");
}

TEST_F(LibraryDenseDecode, HasNothingToDoForNoRows) {
  for (auto [requests, tokens, heads] : {std::tuple(0, 2, 16), {3, 0, 16}, {3, 2, 0}}) {
    mla_dense_decode_args args = goodArgs(requests, tokens, heads);
    args.q.data = args.out.data = args.lse.data = nullptr;
    if (requests == 0)
      args.lengths.data = args.block_table.data = nullptr;
    EXPECT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
    EXPECT_EQ(query(args).num_kernels, 0);
  }
  EXPECT_TRUE(stub->launches.empty());
}

TEST_F(LibraryDenseDecode, RefusesWrongArguments) {
  struct Case {
    std::function<void(mla_dense_decode_args &)> change;
    mla_status status;
    const char *message;
  };
  constexpr mla_status kInvalid = MLA_STATUS_INVALID_ARGUMENT;
  auto address = [](uint64_t value) { return reinterpret_cast<void *>(value); };
  const Case cases[] = {
      {[](auto &a) { a.q = {}; }, kInvalid, "argument 'q' = absent must be a tensor"},
      {[](auto &a) { a.q.data = nullptr; }, kInvalid, "argument 'q.data' = NULL must be"},
      {[&](auto &a) { a.q.data = address(0x100001); }, kInvalid, "argument 'q.data' = 0x100001"},
      {[&](auto &a) { a.q.data = address(0x100002); }, kInvalid, "must be a multiple of 16 bytes"},
      {[&](auto &a) { a.q.data = address(~uint64_t(0) - 15); }, kInvalid,
       "argument 'q.data' = 0xf"},
      {[](auto &a) { a.q.dtype = MLA_DTYPE_FP32; }, kInvalid,
       "argument 'q.dtype' = fp32 must be bf16 or fp16 or e4m3"},
      {[](auto &a) { a.q.dtype = 77; }, kInvalid, "argument 'q.dtype' = 77 must be bf16 or fp16"},
      {[](auto &a) { a.q.dtype = MLA_DTYPE_E4M3; }, kInvalid,
       "argument 'cache.dtype' = bf16 must be e4m3 or u8"},
      {[](auto &a) { a.q.dtype = a.cache.dtype = a.out.dtype = MLA_DTYPE_E4M3; }, kInvalid,
       "argument 'out.dtype' = e4m3 must be bf16"},
      {[](auto &a) { a.descale_k = tensorAt(0x5000, MLA_DTYPE_FP32, {1}); }, kInvalid,
       "argument 'descale_k' = a tensor must be absent unless cache is e4m3 or u8"},
      {[](auto &a) {
         a.cache.dtype = MLA_DTYPE_E4M3;
         a.descale_q = tensorAt(0x5000, MLA_DTYPE_FP32, {1});
       },
       kInvalid, "argument 'descale_q' = a tensor must be absent unless q is e4m3"},
      {[](auto &a) {
         a.cache.dtype = MLA_DTYPE_U8;
         a.descale_k = tensorAt(0x5000, MLA_DTYPE_FP32, {2});
       },
       kInvalid, "argument 'descale_k.shape[0]' = 2 must be 1"},
      {[](auto &a) {
         a.cache.dtype = MLA_DTYPE_U8;
         a.descale_k = tensorAt(0x5000, MLA_DTYPE_BF16, {1});
       },
       kInvalid, "argument 'descale_k.dtype' = bf16 must be fp32"},
      {[](auto &a) {
         a.cache.dtype = MLA_DTYPE_U8;
         a.descale_k = tensorAt(0, MLA_DTYPE_FP32, {1});
       },
       kInvalid, "argument 'descale_k.data' = NULL must be a device address"},
      {[](auto &a) {
         a.cache.dtype = MLA_DTYPE_E4M3;
         a.cache.strides[1] += 8;
       },
       kInvalid, "argument 'cache.stride1' (i64) = 584 must be a multiple of 16"},
      {[](auto &a) { a.q.rank = 3; }, kInvalid, "argument 'q.rank' = 3 must be 4"},
      {[](auto &a) { a.q.rank = -1; }, kInvalid, "argument 'q.rank' = -1"},
      {[](auto &a) { a.q.rank = 1000; }, kInvalid, "argument 'q.rank' = 1000"},
      {[](auto &a) { a.q.shape[3] = 575; }, kInvalid, "argument 'q.shape[3]' = 575 must be 576"},
      {[](auto &a) { a.q.shape[2] = 129; }, kInvalid, "argument 'q.shape[2]' = 129 must be from 0"},
      {[](auto &a) { a.q.shape[0] = -1; }, kInvalid, "argument 'q.shape[0]' = -1 must be from 0"},
      {[](auto &a) { a.q.shape[0] = 65536; }, kInvalid,
       "argument 'block_table.shape[0]' = 3 must be 65536, as q.shape[0]"},
      {[](auto &a) { a.q.shape[0] = int64_t(1) << 31; }, kInvalid,
       "argument 'q.shape[0]' = 2147483648 must be from 0 to 2147483647"},
      {[](auto &a) { a.q.shape[1] = int64_t(1) << 30; }, kInvalid, "argument 'q.shape[1]' ="},
      {[](auto &a) { a.q.strides[3] = 2; }, kInvalid, "argument 'q.strides[3]' = 2 must be 1"},
      {[](auto &a) { a.q.strides[0] = -1; }, kInvalid, "argument 'q.strides[0]' = -1"},
      {[](auto &a) { a.q.strides[0] += 1; }, kInvalid, "argument 'q.stride0'"},
      {[](auto &a) { a.q.strides[0] = INT64_MAX; }, kInvalid, "argument 'q.strides[0]' ="},
      {[](auto &a) { a.cache.dtype = MLA_DTYPE_FP16; }, kInvalid,
       "argument 'cache.dtype' = fp16 must be bf16 or e4m3 or u8"},
      {[](auto &a) { a.cache.shape[1] = 0; }, kInvalid, "argument 'cache.shape[1]' = 0 must be"},
      {[](auto &a) { a.cache.shape[0] = int64_t(1) << 31; }, kInvalid, "argument 'cache.shape[0]'"},
      {[](auto &a) { a.block_table.shape[0] = 2; }, kInvalid,
       "argument 'block_table.shape[0]' = 2 must be 3, as q.shape[0]"},
      {[](auto &a) { a.lengths.dtype = MLA_DTYPE_I64; }, kInvalid,
       "argument 'lengths.dtype' = i64 must be i32"},
      {[](auto &a) { a.lengths.shape[0] = 4; }, kInvalid,
       "argument 'lengths.shape[0]' = 4 must be"},
      {[](auto &a) { a.out.shape[3] = 256; }, kInvalid,
       "argument 'out.shape[3]' = 256 must be 512"},
      {[](auto &a) { a.out.strides[0] = 0; }, kInvalid,
       "argument 'out.strides[0]' = 0 must be at least"},
      {[](auto &a) { a.lse.shape[2] = 15; }, kInvalid, "argument 'lse.shape[2]' = 15 must be 16"},
      {[](auto &a) { a.scale = 0; }, kInvalid, "argument 'scale' = 0.000000 must be positive"},
      {[](auto &a) { a.scale = 3e38f; }, kInvalid, "such that scale * log2(e) is a normal fp32"},
      {[](auto &a) { a.scale = NAN; }, kInvalid, "argument 'scale' = nan must be positive"},
      {[](auto &a) { a.scale = INFINITY; }, kInvalid, "argument 'scale' = inf must be positive"},
      {[](auto &a) { a.causal = 2; }, kInvalid, "argument 'causal' = 2 must be from 0 to 1"},
      {[](auto &a) { a.num_splits = -1; }, kInvalid, "argument 'num_splits' = -1 must be"},
      {[](auto &a) { a.num_splits = 65536; }, kInvalid, "argument 'num_splits' = 65536 must be"},
      {[](auto &a) { a.sm_count = 1025; }, kInvalid, "argument 'sm_count' = 1025 must be"},
      {[](auto &a) { a.batch_invariant = 3; }, kInvalid, "argument 'batch_invariant' = 3 must be"},
      {[](auto &a) { a.lse_convention.base = 2; }, kInvalid, "argument 'lse_convention.base' = 2"},
      {[](auto &a) { a.lse_convention.sink = -1; }, kInvalid,
       "argument 'lse_convention.sink' = -1"},
      {[](auto &a) { a.cache = tensorAt(0x900000, MLA_DTYPE_BF16, {40, 64, 3, 576}); }, kInvalid,
       "argument 'cache.shape[2]' = 3 must be a divisor of q.shape[2] = 16"},
      {[](auto &a) { a.cache = tensorAt(0x900000, MLA_DTYPE_BF16, {40, 64, 17, 576}); }, kInvalid,
       "argument 'cache.shape[2]' = 17 must be from 1 to 16"},
      {[](auto &a) { a.cache = tensorAt(0x900000, MLA_DTYPE_BF16, {40, 64, 512}); }, kInvalid,
       "argument 'cache.shape[2]' = 512 must be 576"},
      {[](auto &a) { a.struct_size = 0; }, kInvalid, "argument 'struct_size' = 0 must be"},
      {[](auto &a) { a.struct_size = 1 << 20; }, kInvalid, "argument 'struct_size' = 1048576"},
  };
  for (const Case &wrong : cases) {
    mla_dense_decode_args args = goodArgs();
    wrong.change(args);
    expectRefusal(run(args), wrong.status, wrong.message);
  }
  expectRefusal(mla_run_dense_decode(device, nullptr, nullptr, 0, kWorkspace, kPlenty, nullptr),
                MLA_STATUS_INVALID_ARGUMENT, "argument 'args' = NULL");
  mla_dense_decode_args args = goodArgs();
  expectRefusal(mla_run_dense_decode(nullptr, &args, nullptr, 0, kWorkspace, kPlenty, nullptr),
                MLA_STATUS_INVALID_ARGUMENT, "argument 'device' = NULL");
  expectRefusal(mla_query_dense_decode(device, &args, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'result' = NULL");
}

TEST_F(LibraryDenseDecode, RefusesSmallOrMisplacedBuffers) {
  mla_dense_decode_args args = goodArgs();
  mla_query_result sizes = query(args);
  auto runWith = [&](void *plan, size_t planBytes, void *workspace, size_t bytes) {
    return mla_run_dense_decode(device, &args, plan, planBytes, workspace, bytes, nullptr);
  };
  expectRefusal(runWith(nullptr, 0, kWorkspace, sizes.workspace_bytes - 1),
                MLA_STATUS_WORKSPACE_TOO_SMALL,
                "argument 'workspace_bytes' = " + std::to_string(sizes.workspace_bytes - 1) +
                    " must be at least " + std::to_string(sizes.workspace_bytes));
  expectRefusal(runWith(kPlan, sizes.plan_bytes, kWorkspace, sizes.run_bytes - 1),
                MLA_STATUS_WORKSPACE_TOO_SMALL, "argument 'workspace_bytes'");
  expectRefusal(runWith(kPlan, sizes.plan_bytes - 1, kWorkspace, sizes.run_bytes),
                MLA_STATUS_WORKSPACE_TOO_SMALL, "argument 'plan_bytes'");
  expectRefusal(runWith(nullptr, 0, nullptr, kPlenty), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'workspace' = 0x0 must be a device address");
  expectRefusal(runWith(nullptr, 0, reinterpret_cast<void *>(0x40000080), kPlenty),
                MLA_STATUS_INVALID_ARGUMENT, "a multiple of 256");
  expectRefusal(mla_plan_dense_decode(device, &args, kPlan, sizes.plan_bytes - 1, nullptr),
                MLA_STATUS_WORKSPACE_TOO_SMALL, "argument 'plan_bytes'");
  args.lengths.data = nullptr;
  expectRefusal(mla_plan_dense_decode(device, &args, kPlan, kPlenty, nullptr),
                MLA_STATUS_INVALID_ARGUMENT, "argument 'lengths.data' = NULL");
}

TEST_F(LibraryDenseDecode, TakesOlderAndNewerStructs) {
  mla_dense_decode_args args = goodArgs();
  // Before lse_convention was known.
  args.struct_size = offsetof(mla_dense_decode_args, lse_convention);
  args.lse_convention.base = 99;
  EXPECT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
  stub->launches.clear();
  struct {
    mla_dense_decode_args known = goodArgs();
    uint64_t added = 0;
  } newer;
  newer.known.struct_size = sizeof(newer);
  EXPECT_EQ(run(newer.known), MLA_STATUS_OK) << mla_last_error();
  stub->launches.clear();
  newer.added = 1;
  expectRefusal(run(newer.known), MLA_STATUS_INVALID_ARGUMENT,
                "fields that this version does not know are not zero");
  // A query answers in the caller's version, and writes nothing behind it.
  mla_query_result result{};
  result.struct_size = offsetof(mla_query_result, plan_bytes);
  result.plan_bytes = 4711;
  EXPECT_EQ(mla_query_dense_decode(device, &(args = goodArgs()), &result), MLA_STATUS_OK);
  EXPECT_GT(result.workspace_bytes, 0u);
  EXPECT_EQ(result.plan_bytes, 4711u);
  EXPECT_EQ(result.struct_size, offsetof(mla_query_result, plan_bytes));
}

TEST_F(LibraryDenseDecode, IsNotLoadedInsideACapture) {
  stub->isCapturing = true;
  expectRefusal(run(goodArgs()), MLA_STATUS_NOT_LOADED, "call mla_load first");
  EXPECT_EQ(stub->loads, 0);
  ASSERT_EQ(mla_load(device, MLA_FAMILY_DENSE_DECODE), MLA_STATUS_OK) << mla_last_error();
  int loads = stub->loads;
  EXPECT_GT(loads, 3);
  EXPECT_EQ(run(goodArgs()), MLA_STATUS_OK) << mla_last_error();
  EXPECT_EQ(mla_load(device, MLA_FAMILY_ALL), MLA_STATUS_OK) << mla_last_error();
  EXPECT_GE(stub->loads, loads);
}

TEST_F(LibraryDenseDecode, LoadsOnceFromManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j)
        failures += run(goodArgs()) != MLA_STATUS_OK;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(stub->loads, 3);
  EXPECT_EQ(stub->launches.size(), 8u * 50 * 3);
}

TEST_F(LibraryDenseDecode, QueriesWithoutAGpu) {
  mla_device_options options{};
  options.struct_size = sizeof(options);
  options.ordinal = -1;
  options.compute_capability = 90;
  options.sm_count = 132;
  mla_device *offline = nullptr;
  ASSERT_EQ(mla_open(&options, &offline), MLA_STATUS_OK) << mla_last_error();
  mla_dense_decode_args args = goodArgs();
  mla_query_result here = query(args), there{};
  there.struct_size = sizeof(there);
  ASSERT_EQ(mla_query_dense_decode(offline, &args, &there), MLA_STATUS_OK) << mla_last_error();
  EXPECT_EQ(there.workspace_bytes, here.workspace_bytes);
  EXPECT_EQ(there.num_parts, here.num_parts);
  expectRefusal(mla_run_dense_decode(offline, &args, nullptr, 0, kWorkspace, kPlenty, nullptr),
                MLA_STATUS_NO_DEVICE, "was opened with ordinal -1");
  expectRefusal(mla_load(offline, MLA_FAMILY_ALL), MLA_STATUS_NO_DEVICE, "ordinal -1");
  mla_close(offline);
}

TEST_F(LibraryDenseDecode, PlansForOtherMultiprocessors) {
  mla_dense_decode_args args = goodArgs();
  EXPECT_EQ(query(args).num_parts, 132);
  args.sm_count = 78;
  EXPECT_EQ(query(args).num_parts, 78);
  args.num_splits = 5;
  EXPECT_EQ(query(args).num_parts, 5);
}

TEST_F(LibraryDenseDecode, TakesNarrowRowsAndHeadsOfKeys) {
  mla_dense_decode_args args = goodArgs();
  args.q = tensorAt(0x100000, MLA_DTYPE_BF16, {3, 2, 16, 512});
  args.cache = tensorAt(0x900000, MLA_DTYPE_BF16, {40, 64, 4, 512});
  EXPECT_STREQ(query(args).kernel, "dense_decode_bf16_d512_h16");
  stub->wordCount = 5;
  ASSERT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
  const StubLaunch &decode = stub->launches[1];
  EXPECT_EQ(decode.words[2], 2u); // T
  EXPECT_EQ(decode.words[3], 4u); // KV_HEADS
  EXPECT_EQ(decode.words[4], 4u); // ROWS
  EXPECT_EQ(decode.config.gridDimX, 8u);
}

TEST_F(LibraryDenseDecode, PutsTokensApartThatHaveNoCommonStride) {
  for (auto change : {+[](mla_dense_decode_args &a) { a.q.strides[1] += 576; },
                      +[](mla_dense_decode_args &a) {
                        a.out.strides[0] += 1024;
                        a.out.strides[1] += 512;
                      },
                      +[](mla_dense_decode_args &a) {
                        a.lse.strides[1] = 1; // [B, H, S]
                        a.lse.strides[2] = 2;
                      }}) {
    mla_dense_decode_args args = goodArgs();
    change(args);
    stub->launches.clear();
    stub->wordCount = 5;
    ASSERT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
    EXPECT_EQ(stub->launches[1].words[2], 2u);  // T
    EXPECT_EQ(stub->launches[1].words[4], 16u); // ROWS
  }
}

TEST_F(LibraryDenseDecode, PlansForAllStrides) {
  // Three tokens of 16 heads: one tile of 64 rows together, three of 16 apart.
  mla_dense_decode_args args = goodArgs(3, 3, 16);
  mla_query_result together = query(args);
  EXPECT_STREQ(together.kernel, "dense_decode_bf16");
  args.q.strides[1] += 576;
  mla_query_result apart = query(args);
  EXPECT_STREQ(apart.kernel, "dense_decode_bf16_h16");
  EXPECT_EQ(apart.num_parts, together.num_parts);
  EXPECT_EQ(apart.plan_bytes, together.plan_bytes);
  EXPECT_EQ(apart.run_bytes, together.run_bytes);
  args.lse = {};
  EXPECT_EQ(query(args).num_parts, together.num_parts);
}

TEST_F(LibraryDenseDecode, MakesEachPieceAPartForBatchInvariance) {
  mla_dense_decode_args args = goodArgs();
  args.batch_invariant = 1;
  EXPECT_EQ(query(args).num_parts, 16 * 3);
  args.sm_count = 7;
  EXPECT_EQ(query(args).num_parts, 16 * 3);
  args = goodArgs(3, 2, 128);
  args.batch_invariant = 1;
  EXPECT_EQ(query(args).num_parts, 2 * 3);
}

TEST_F(LibraryDenseDecode, TakesMoreRequestsThanAGridHasPlacesAlongY) {
  // 16 parts of each request; a layer of decode's grid has 65535 at most.
  for (auto [requests, y, z] :
       {std::tuple(4095, 65520, 1), {4096, 32768, 2}, {100000, 64000, 25}}) {
    mla_dense_decode_args args = goodArgs(requests);
    args.batch_invariant = 1;
    EXPECT_EQ(query(args).num_parts, 16 * requests);
    stub->launches.clear();
    ASSERT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
    const CUlaunchConfig &decode = stub->launches.at(1).config;
    EXPECT_EQ(decode.gridDimX, 1u);
    EXPECT_EQ(int(decode.gridDimY), y);
    EXPECT_EQ(int(decode.gridDimZ), z);
    EXPECT_GE(decode.gridDimY * decode.gridDimZ, unsigned(16 * requests));
  }
  stub->launches.clear();
  mla_dense_decode_args args = goodArgs(1 << 20, 1, 1);
  EXPECT_EQ(query(args).num_parts, 264);
  args.batch_invariant = 1;
  EXPECT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
  stub->launches.clear();
  args = goodArgs(int64_t(1) << 27, 1, 16);
  args.lse = {};
  expectRefusal(run(args), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'q.shape[1]' = 1 must be at most");
  args = goodArgs(int64_t(1) << 27, 1, 8);
  args.batch_invariant = 1;
  expectRefusal(run(args), MLA_STATUS_INVALID_ARGUMENT,
                "argument 'q.shape[0]' = 134217728 must be at most 126322567 with batch_invariant");
}

TEST_F(LibraryDenseDecode, ReadsCachesOfCodes) {
  mla_dense_decode_args args = goodArgs();
  args.cache.dtype = MLA_DTYPE_U8;
  EXPECT_STREQ(query(args).kernel, "dense_decode_bf16_e4m3");
  args.cache.dtype = MLA_DTYPE_E4M3;
  EXPECT_STREQ(query(args).kernel, "dense_decode_bf16_e4m3");
  args.q.dtype = args.out.dtype = MLA_DTYPE_FP16;
  EXPECT_STREQ(query(args).kernel, "dense_decode_fp16_e4m3");
  args.q.dtype = MLA_DTYPE_E4M3;
  args.out.dtype = MLA_DTYPE_BF16;
  EXPECT_STREQ(query(args).kernel, "dense_decode_e4m3");
  args.batch_invariant = 1;
  EXPECT_EQ(query(args).num_parts, 16 * 3);
  args = goodArgs(3, 1, 16, 1);
  args.q = tensorAt(0x100000, MLA_DTYPE_E4M3, {3, 1, 16, 512});
  args.cache = tensorAt(0x900000, MLA_DTYPE_U8, {40, 1, 512});
  EXPECT_STREQ(query(args).kernel, "dense_decode_e4m3_d512_h16");
  ASSERT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
  EXPECT_EQ(entries(), "plan decode merge ");
  reopen(8, 0);
  EXPECT_STREQ(query(args).kernel, "dense_decode_e4m3_d512_h16");
}

TEST_F(LibraryDenseDecode, PassesScalesOfCodes) {
  mla_dense_decode_args args = goodArgs();
  args.q.dtype = args.cache.dtype = MLA_DTYPE_E4M3;
  args.num_splits = 1;
  // The launch of decode alone, since others have fewer arguments.
  auto lastWords = [&] {
    stub->launches.clear();
    stub->wordCount = 52;
    EXPECT_EQ(mla_run_dense_decode(device, &args, kPlan, kPlenty, kWorkspace, kPlenty, nullptr),
              MLA_STATUS_OK)
        << mla_last_error();
    const std::vector<uint64_t> &words = stub->launches.at(0).words;
    return std::vector<uint64_t>(words.begin() + 48, words.end());
  };
  EXPECT_EQ(lastWords(), (std::vector<uint64_t>{0, 0, 0, 0}));
  args.descale_q = tensorAt(0x5000, MLA_DTYPE_FP32, {1});
  EXPECT_EQ(lastWords(), (std::vector<uint64_t>{0x5000, 1, 0, 0}));
  args.descale_k = tensorAt(0x6000, MLA_DTYPE_FP32, {1});
  EXPECT_EQ(lastWords(), (std::vector<uint64_t>{0x5000, 1, 0x6000, 1}));
  // Before they were known.
  args.struct_size = offsetof(mla_dense_decode_args, descale_q);
  EXPECT_EQ(lastWords(), (std::vector<uint64_t>{0, 0, 0, 0}));
}

TEST_F(LibraryDenseDecode, NeverShrinksBuffersOfBatchInvariance) {
  size_t workspace = 0, plan = 0;
  for (int64_t tokens = 1; tokens <= 40; ++tokens) {
    mla_dense_decode_args args = goodArgs(300, tokens, 16);
    args.batch_invariant = 1;
    mla_query_result sizes = query(args);
    EXPECT_GE(sizes.workspace_bytes, workspace) << tokens << " tokens";
    EXPECT_GE(sizes.plan_bytes, plan) << tokens << " tokens";
    workspace = sizes.workspace_bytes;
    plan = sizes.plan_bytes;
  }
}

TEST_F(LibraryDenseDecode, NeverShrinksItsBuffers) {
  size_t workspace = 0, plan = 0;
  for (int64_t tokens = 1; tokens <= 8; ++tokens)
    for (int64_t heads : {1, 8, 16, 17, 63, 64, 65, 128}) {
      if (tokens > 1 && heads < 128)
        continue;
      mla_query_result sizes = query(goodArgs(5, tokens, heads));
      EXPECT_GE(sizes.workspace_bytes, workspace) << tokens << " tokens, " << heads << " heads";
      EXPECT_GE(sizes.plan_bytes, plan);
      workspace = sizes.workspace_bytes;
      plan = sizes.plan_bytes;
    }
  for (int64_t requests : {6, 64, 65, 1000}) {
    mla_query_result sizes = query(goodArgs(requests, 8, 128));
    EXPECT_GE(sizes.workspace_bytes, workspace);
    EXPECT_GE(sizes.plan_bytes, plan);
    workspace = sizes.workspace_bytes;
    plan = sizes.plan_bytes;
  }
}
