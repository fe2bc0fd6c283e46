//===- LibrarySparseDecodeTest.cpp - sparse decode through the C interface ---===//
// What is launched for which arguments, and what is refused; mla-conformance runs the kernels.
// SPDX-License-Identifier: Apache-2.0

#include "LibraryFixture.h"

#include <cmath>
#include <functional>

namespace {
mla_sparse_decode_args listsOf(int32_t format = MLA_CACHE_ROWS) {
  int64_t key = format == MLA_CACHE_DSV4 ? 512 : 576;
  int64_t width = format == MLA_CACHE_DSV4 ? 584 : format == MLA_CACHE_DS_MLA ? 656 : key;
  mla_sparse_decode_args args{};
  args.struct_size = sizeof(args);
  args.format = format;
  args.q = tensorAt(0x100000, MLA_DTYPE_BF16, {6, 20, key});
  args.cache =
      tensorAt(0x900000, format == MLA_CACHE_ROWS ? MLA_DTYPE_BF16 : MLA_DTYPE_U8, {40, 61, width});
  if (format == MLA_CACHE_DSV4)
    args.cache.strides[0] = 62 * 576; // pages are a multiple of 576 apart
  args.indices = tensorAt(0x200000, MLA_DTYPE_I32, {6, 1, 37});
  args.out = tensorAt(0x400000, MLA_DTYPE_BF16, {6, 20, 512});
  args.scale = 0.04f;
  return args;
}

class LibrarySparseDecode : public LibraryTest {
protected:
  mla_query_result query(const mla_sparse_decode_args &args) {
    mla_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(mla_query_sparse_decode(device, &args, &result), MLA_STATUS_OK) << mla_last_error();
    return result;
  }
  mla_status run(const mla_sparse_decode_args &args, size_t bytes = size_t(1) << 40) {
    return mla_run_sparse_decode(device, &args, reinterpret_cast<void *>(0x1000000000), bytes,
                                 nullptr);
  }
};
} // namespace

TEST_F(LibrarySparseDecode, PicksTheKernelOfFormatTypeWidthAndHeads) {
  EXPECT_STREQ(query(listsOf()).kernel, "sparse_decode_rows_bf16");
  EXPECT_STREQ(query(listsOf(MLA_CACHE_E4M3)).kernel, "sparse_decode_e4m3_bf16");
  EXPECT_STREQ(query(listsOf(MLA_CACHE_DS_MLA)).kernel, "sparse_decode_ds_mla");
  EXPECT_STREQ(query(listsOf(MLA_CACHE_DSV4)).kernel, "sparse_decode_dsv4");
  for (int64_t heads : {1, 16, 17, 128}) {
    mla_sparse_decode_args args = listsOf();
    args.q = tensorAt(0x100000, MLA_DTYPE_FP16, {6, heads, 512});
    args.cache = tensorAt(0x900000, MLA_DTYPE_FP16, {40, 61, 512});
    args.out = tensorAt(0x400000, MLA_DTYPE_FP16, {6, heads, 512});
    EXPECT_STREQ(query(args).kernel,
                 heads <= 16 ? "sparse_decode_rows_fp16_d512_h16" : "sparse_decode_rows_fp16_d512");
  }
  reopen(8, 0);
  EXPECT_STREQ(query(listsOf()).arch, "sm_80");
}

TEST_F(LibrarySparseDecode, MakesPartsOfListsThatDoNotFillTheGpu) {
  mla_sparse_decode_args args = listsOf();
  args.indices = tensorAt(0x200000, MLA_DTYPE_I32, {6, 2048});
  args.sm_count = 132;
  mla_query_result parts = query(args);
  EXPECT_GT(parts.num_parts, 1);
  EXPECT_LE(6 * parts.num_parts, 132);
  EXPECT_EQ(parts.num_kernels, 2);
  ASSERT_EQ(run(args, parts.workspace_bytes), MLA_STATUS_OK) << mla_last_error();
  ASSERT_EQ(stub->launches.size(), 2u);
  EXPECT_EQ(stub->launches[0].config.gridDimX, unsigned(6 * parts.num_parts));
  EXPECT_EQ(stub->launches[1].config.gridDimX, 6u * 20);
  // Merge waits itself for decode.
  EXPECT_EQ(stub->launches[0].config.numAttrs, 0u);
  EXPECT_EQ(stub->launches[1].config.numAttrs, 1u);
  // As many as the caller says, on any device; none where tokens fill it, or bits must not depend
  // on T.
  for (int32_t splits : {1, 2, 4, 8, 16, 256}) {
    args.num_splits = splits;
    EXPECT_EQ(query(args).num_parts, splits);
    EXPECT_EQ(query(args).num_kernels, splits == 1 ? 1 : 2);
  }
  args.num_splits = 0;
  args.sm_count = 6;
  EXPECT_EQ(query(args).num_parts, 1);
  args.sm_count = 132;
  args.batch_invariant = 1;
  EXPECT_EQ(query(args).num_parts, 1);
}

TEST_F(LibrarySparseDecode, CountsRowsOfMergeAndOfDecode) {
  auto withTokens = [](int64_t tokens, int64_t heads, int32_t splits) {
    mla_sparse_decode_args args = listsOf();
    args.q = tensorAt(0x100000, MLA_DTYPE_BF16, {tokens, heads, 576});
    args.out = tensorAt(0x400000, MLA_DTYPE_BF16, {tokens, heads, 512});
    args.indices = tensorAt(0x200000, MLA_DTYPE_I32, {tokens, 1});
    args.num_splits = splits;
    return args;
  };
  const int64_t most = (int64_t(1) << 31) - 1;
  // A row of merge for each head, and a tile of heads for each token and part.
  struct Case {
    int64_t tokens, heads;
    int32_t splits;
    int64_t limit;
    const char *text;
  };
  for (const Case &each : {Case{1 << 25, 128, 2, most / 128, " with these heads and parts"},
                           Case{1 << 25, 128, 64, most / 128, " with these heads and parts"},
                           Case{most / 128 + 1, 128, 2, most / 128, " with these heads and parts"},
                           Case{1 << 30, 128, 1, most / 2, ""},
                           Case{1 << 27, 16, 16, most / 16, " with these heads and parts"},
                           Case{1 << 24, 1, 256, most / 256, " with these heads and parts"}}) {
    SCOPED_TRACE(std::to_string(each.tokens) + " " + std::to_string(each.heads));
    mla_sparse_decode_args args = withTokens(each.tokens, each.heads, each.splits);
    if (each.tokens > each.limit)
      expectRefusal(run(args), MLA_STATUS_INVALID_ARGUMENT,
                    "argument 'q.shape[0]' = " + std::to_string(each.tokens) + " must be at most " +
                        std::to_string(each.limit) + each.text);
    else
      EXPECT_EQ(query(args).num_parts, each.splits);
    // What a query takes runs.
    args = withTokens(each.limit, each.heads, each.splits);
    EXPECT_EQ(query(args).num_parts, each.splits);
    EXPECT_EQ(run(args, query(args).workspace_bytes), MLA_STATUS_OK) << mla_last_error();
    stub->launches.clear();
  }
}

TEST_F(LibrarySparseDecode, WritesAnyConventionInOneLaunch) {
  mla_sparse_decode_args args = listsOf();
  args.num_splits = 1;
  args.lse = tensorAt(0x500000, MLA_DTYPE_FP32, {6, 20});
  args.max_logits = tensorAt(0x600000, MLA_DTYPE_FP32, {6, 20});
  args.sink = tensorAt(0x700000, MLA_DTYPE_FP32, {20});
  args.lse_convention = {MLA_LSE_BASE2, MLA_LSE_EMPTY_POSITIVE, MLA_LSE_SINK_INCLUDED};
  EXPECT_EQ(query(args).num_kernels, 1);
  EXPECT_EQ(query(args).workspace_bytes, 0u);
  ASSERT_EQ(run(args, 0), MLA_STATUS_OK) << mla_last_error();
  EXPECT_EQ(stub->launches.size(), 1u);
}

TEST_F(LibrarySparseDecode, SaysWhatNoKernelDoes) {
  for (int32_t format : {MLA_CACHE_DS_MLA, MLA_CACHE_DSV4}) {
    mla_sparse_decode_args args = listsOf(format);
    args.q.dtype = args.out.dtype = MLA_DTYPE_FP16;
    expectRefusal(run(args), MLA_STATUS_UNSUPPORTED,
                  "argument 'q.dtype' = fp16: no kernel does that, only bf16 with MLA_CACHE_DS");
  }
  mla_sparse_decode_args args = listsOf();
  args.max_logits = tensorAt(0x600000, MLA_DTYPE_FP32, {6, 20});
  args.num_splits = 2;
  expectRefusal(run(args), MLA_STATUS_UNSUPPORTED, "argument 'max_logits' = a tensor");
  reopen(7, 5);
  expectRefusal(run(listsOf()), MLA_STATUS_UNSUPPORTED, "has no image for compute capability 7.5");
}

TEST_F(LibrarySparseDecode, WantsTheWorkspaceOfTheQuery) {
  mla_sparse_decode_args args = listsOf();
  size_t bytes = query(args).workspace_bytes;
  ASSERT_GT(bytes, 0u);
  expectRefusal(run(args, bytes - 1), MLA_STATUS_WORKSPACE_TOO_SMALL, "argument 'workspace_bytes'");
  expectRefusal(mla_run_sparse_decode(device, &args, nullptr, bytes, nullptr),
                MLA_STATUS_INVALID_ARGUMENT, "argument 'workspace' = 0x0 must be");
  EXPECT_EQ(run(args, bytes), MLA_STATUS_OK) << mla_last_error();
}

TEST_F(LibrarySparseDecode, NeverShrinksItsWorkspace) {
  // For more tokens, heads, positions or parts; parts that are chosen are of their own.
  const std::vector<int64_t> tokens = {1, 2, 5, 33, 66, 67, 132, 264, 265, 4096},
                             heads = {1, 15, 16, 17, 64, 65, 128},
                             places = {1, 64, 65, 700, 2048, 9000}, splits = {1, 2, 3, 16, 256};
  auto bytesFor = [&](int64_t t, int64_t h, int64_t k, int64_t parts) {
    mla_sparse_decode_args args = listsOf();
    args.q = tensorAt(0x100000, MLA_DTYPE_BF16, {t, h, 576});
    args.out = tensorAt(0x400000, MLA_DTYPE_BF16, {t, h, 512});
    args.indices = tensorAt(0x200000, MLA_DTYPE_I32, {t, k});
    args.num_splits = int32_t(parts);
    return query(args).workspace_bytes;
  };
  for (int64_t parts : {0, 1, 3})
    for (size_t t = 0; t < tokens.size(); ++t)
      for (size_t h = 0; h < heads.size(); ++h)
        for (size_t k = 0; k < places.size(); ++k) {
          size_t bytes = bytesFor(tokens[t], heads[h], places[k], parts);
          SCOPED_TRACE(std::to_string(tokens[t]) + " tokens, " + std::to_string(heads[h]) +
                       " heads, " + std::to_string(places[k]) + " places, " +
                       std::to_string(parts) + " parts");
          if (t > 0)
            EXPECT_GE(bytes, bytesFor(tokens[t - 1], heads[h], places[k], parts));
          if (h > 0)
            EXPECT_GE(bytes, bytesFor(tokens[t], heads[h - 1], places[k], parts));
          if (k > 0)
            EXPECT_GE(bytes, bytesFor(tokens[t], heads[h], places[k - 1], parts));
        }
  for (int64_t t : tokens)
    for (size_t i = 1; i < splits.size(); ++i)
      EXPECT_GE(bytesFor(t, 20, 700, splits[i]), bytesFor(t, 20, 700, splits[i - 1])) << t;
}

TEST_F(LibrarySparseDecode, HasNothingToDoForNoTokensOrHeads) {
  for (auto [tokens, heads] : {std::pair<int64_t, int64_t>(0, 20), {6, 0}}) {
    mla_sparse_decode_args args = listsOf();
    args.q = tensorAt(0, MLA_DTYPE_BF16, {tokens, heads, 576});
    args.out = tensorAt(0, MLA_DTYPE_BF16, {tokens, heads, 512});
    args.indices.shape[0] = tokens;
    EXPECT_EQ(run(args), MLA_STATUS_OK) << mla_last_error();
    EXPECT_EQ(query(args).num_kernels, 0);
  }
  EXPECT_TRUE(stub->launches.empty());
}

TEST_F(LibrarySparseDecode, RefusesWrongArguments) {
  struct Case {
    int32_t format;
    std::function<void(mla_sparse_decode_args &)> change;
    const char *message;
  };
  const Case cases[] = {
      {0, [](auto &a) { a.format = 4; }, "argument 'format' = 4 must be from 0 to 3"},
      {0, [](auto &a) { a.q = {}; }, "argument 'q' = absent must be a tensor"},
      {0, [](auto &a) { a.q.shape[2] = 575; }, "argument 'q.shape[2]' = 575 must be 576 or 512"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.q.shape[2] = 512; },
       "argument 'q.shape[2]' = 512 must be 576"},
      {MLA_CACHE_DSV4, [](auto &a) { a.q.shape[2] = 576; },
       "argument 'q.shape[2]' = 576 must be 512"},
      {0, [](auto &a) { a.q.shape[1] = 129; }, "argument 'q.shape[1]' = 129 must be from 0 to 128"},
      {0, [](auto &a) { a.cache.dtype = MLA_DTYPE_U8; },
       "argument 'cache.dtype' = u8 must be bf16"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.cache.dtype = MLA_DTYPE_BF16; },
       "argument 'cache.dtype' = bf16 must be u8 or e4m3"},
      {MLA_CACHE_DS_MLA, [](auto &a) { a.cache.shape[2] = 584; },
       "argument 'cache.shape[2]' = 584 must be 656"},
      {0, [](auto &a) { a.indices.shape[0] = 5; },
       "argument 'indices.shape[0]' = 5 must be 6, as q.shape[0]"},
      {0, [](auto &a) { a.indices.shape[1] = 2; }, "argument 'indices.shape[1]' = 2 must be 1"},
      {0, [](auto &a) { a.indices.dtype = MLA_DTYPE_I64; },
       "argument 'indices.dtype' = i64 must be i32"},
      {0, [](auto &a) { a.lengths = tensorAt(0x300000, MLA_DTYPE_I32, {5}); },
       "argument 'lengths.shape[0]' = 5 must be 6, as ceil(q.shape[0] / tokens_per_length)"},
      {0,
       [](auto &a) {
         a.lengths = tensorAt(0x300000, MLA_DTYPE_I32, {6});
         a.tokens_per_length = 4;
       },
       "argument 'lengths.shape[0]' = 6 must be 2"},
      {0, [](auto &a) { a.tokens_per_length = -1; }, "argument 'tokens_per_length' = -1 must be"},
      {0, [](auto &a) { a.extra_cache = a.cache; },
       "argument 'extra_indices' = absent must be a tensor"},
      {0, [](auto &a) { a.extra_indices = a.indices; },
       "argument 'extra_cache' = absent must be a tensor"},
      {0, [](auto &a) { a.extra_lengths.data = a.indices.data; },
       "argument 'extra_cache' = absent must be a tensor"},
      {0,
       [](auto &a) {
         a.indices.shape[2] = int64_t(1) << 30;
         a.extra_cache = a.cache;
         a.extra_indices = a.indices;
         a.extra_indices.shape[2] = (int64_t(1) << 30) - 255;
         for (mla_tensor *lists : {&a.indices, &a.extra_indices})
           lists->strides[0] = lists->strides[1] = lists->shape[2];
       },
       "argument 'extra_indices' = 1073741569 places must be at most 1073741568"},
      {0, [](auto &a) { a.sink = tensorAt(0x500000, MLA_DTYPE_FP32, {19}); },
       "argument 'sink.shape[0]' = 19 must be 20, as q.shape[1]"},
      {0, [](auto &a) { a.out.dtype = MLA_DTYPE_FP16; },
       "argument 'out.dtype' = fp16 must be bf16"},
      {0, [](auto &a) { a.lse = tensorAt(0x600000, MLA_DTYPE_FP32, {6, 19}); },
       "argument 'lse.shape[1]' = 19 must be 20"},
      {0, [](auto &a) { a.scale = -1; }, "argument 'scale' = -1.000000 must be positive"},
      {0, [](auto &a) { a.scale = 3e38f; }, "such that scale * log2(e) is a normal fp32"},
      {0, [](auto &a) { a.scale = 1e-39f; }, "such that scale * log2(e) is a normal fp32"},
      {MLA_CACHE_E4M3,
       [](auto &a) {
         a.scale = 1e20f;
         a.cache_scale = 1e20f;
       },
       "such that scale * cache_scale * log2(e) is a normal fp32"},
      {0, [](auto &a) { a.cache_scale = 2; }, "argument 'cache_scale' = 2.000000 must be 0 unless"},
      {MLA_CACHE_E4M3, [](auto &a) { a.cache_scale = NAN; },
       "argument 'cache_scale' = nan must be"},
      {MLA_CACHE_E4M3, [](auto &a) { a.cache_scale = -0.5f; },
       "argument 'cache_scale' = -0.500000 must be 0, or positive and a normal fp32"},
      {MLA_CACHE_E4M3, [](auto &a) { a.cache_scale = INFINITY; },
       "argument 'cache_scale' = inf must be 0, or positive and a normal fp32"},
      // The product with the scale is normal.
      {MLA_CACHE_E4M3,
       [](auto &a) {
         a.scale = 1e10f;
         a.cache_scale = 1e-39f;
       },
       "argument 'cache_scale' = 0.000000 must be 0, or positive and a normal fp32"},
      {0, [](auto &a) { a.cache.shape[1] = 0; },
       "argument 'cache.shape[1]' = 0 must be from 1 to 2147483647"},
      {0, [](auto &a) { a.num_splits = 257; }, "argument 'num_splits' = 257 must be from 0 to 256"},
      {0, [](auto &a) { a.sm_count = -1; }, "argument 'sm_count' = -1 must be from 0 to 1024"},
      {0, [](auto &a) { a.batch_invariant = 2; }, "argument 'batch_invariant' = 2 must be"},
      {0, [](auto &a) { a.lse_convention.empty = 2; }, "argument 'lse_convention.empty' = 2"},
      {0, [](auto &a) { a.struct_size = 1; }, "argument 'struct_size' = 1 must be"},
  };
  for (const Case &wrong : cases) {
    mla_sparse_decode_args args = listsOf(wrong.format);
    wrong.change(args);
    expectRefusal(mla_run_sparse_decode(device, &args, nullptr, 0, nullptr),
                  MLA_STATUS_INVALID_ARGUMENT, wrong.message);
  }
  expectRefusal(mla_run_sparse_decode(device, nullptr, nullptr, 0, nullptr),
                MLA_STATUS_INVALID_ARGUMENT, "argument 'args' = NULL");
}
