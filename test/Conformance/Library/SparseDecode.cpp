//===- SparseDecode.cpp - lists of cache rows through the C interface --------===//
// SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

using namespace mla::conformance;

static constexpr int64_t kTokens = 4, kKey = 576, kValue = 512;
static constexpr double kScale = 0.06;
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {
/// A pool of rows, lists into it, and a length for each token.
struct Pool {
  Pool(Library &library, int64_t pages, int64_t page, int64_t places, uint64_t seed)
      : cache(library.gpu, Element::Bf16, {pages, page, kKey, 0, 32}),
        indices(library.gpu, Element::Int32, {1, kTokens, places, 3}),
        lengths(library.gpu, Element::Int32, {1, 1, kTokens}) {
    const int32_t special[] = {-1, std::numeric_limits<int32_t>::min(), int32_t(pages * page),
                               std::numeric_limits<int32_t>::max()};
    std::vector<bool> used(size_t(pages * page));
    for (int64_t t = 0; t < kTokens; ++t) {
      // The last token has no rows, the one before it a list that ends early, in garbage.
      int32_t length = t == kTokens - 1   ? 0
                       : t == kTokens - 2 ? int32_t(places / 2)
                                          : int32_t(places);
      std::memcpy(lengths.at(0, 0, t), &length, sizeof(length));
      for (int64_t i = 0; i < places; ++i) {
        uint64_t bits = randomBits(seed, uint64_t(t * places + i));
        int32_t slot = bits % 5 == 0 ? special[bits / 5 % 4] : int32_t(bits / 64 % used.size());
        std::memcpy(indices.at(0, t, i), &slot, sizeof(slot));
        if (i < length && slot >= 0 && slot < int64_t(used.size()))
          used[size_t(slot)] = true;
      }
    }
    for (size_t slot = 0; slot < used.size(); ++slot)
      for (int64_t c = 0; used[slot] && c < kKey; ++c)
        encode(Element::Bf16, cache.at(int64_t(slot) / page, int64_t(slot) % page, c),
               randomUnit(seed + 1, slot * kKey + uint64_t(c)));
    for (GuardedTensor *tensor : {&cache, &indices, &lengths})
      tensor->upload();
  }

  GuardedTensor cache, indices, lengths;
};

struct Options {
  int64_t heads = 20;
  int32_t splits = 0;
  bool hasExtra = false, hasSink = false, otherLse = false;
};
} // namespace

static void checkRow(Library &library, const GuardedTensor &q,
                     const std::vector<const Pool *> &pools, const std::vector<float> &sinks,
                     const Options &options, int64_t t, int64_t h, const GuardedTensor &out,
                     const GuardedTensor &lse) {
  std::vector<double> scores;
  std::vector<std::pair<const Pool *, int64_t>> rows;
  for (const Pool *pool : pools) {
    int64_t page = pool->cache.shape().rows, all = pool->cache.shape().blocks * page;
    for (int64_t i = 0; i < int64_t(pool->lengths.get(0, 0, t)); ++i) {
      auto slot = int64_t(pool->indices.get(0, t, i));
      if (slot < 0 || slot >= all)
        continue;
      double score = 0;
      for (int64_t c = 0; c < kKey; ++c)
        score += q.get(t, h, c) * pool->cache.get(slot / page, slot % page, c);
      scores.push_back(score * kScale);
      rows.push_back({pool, slot});
    }
  }
  double top = -kInfinity, total = 0;
  for (double score : scores)
    top = std::max(top, score);
  for (double score : scores)
    total += std::exp(score - top);
  double own = total == 0 ? -kInfinity : top + std::log(total);
  double sink = options.hasSink ? double(sinks[size_t(h)]) : -kInfinity;
  double all = total == 0 ? sink : own + std::log1p(std::exp(sink - own));
  std::string place = "[" + std::to_string(t) + ", " + std::to_string(h) + "]";
  double wanted = options.otherLse ? all == -kInfinity ? kInfinity : all / std::log(2.0) : own;
  library.compare({wanted, 1e-3}, lse.get(0, t, h), "lse" + place);
  for (int64_t c = 0; c < kValue; ++c) {
    double sum = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      int64_t page = rows[i].first->cache.shape().rows;
      sum += std::exp(scores[i] - all) *
             rows[i].first->cache.get(rows[i].second / page, rows[i].second % page, c);
    }
    library.compare({scores.empty() ? 0 : sum, 1e-2}, out.get(t, h, c), "out" + place);
  }
}

static void checkSparse(Library &library, const Options &options) {
  GuardedTensor q(library.gpu, Element::Bf16, {kTokens, options.heads, kKey, 16});
  GuardedTensor out(library.gpu, Element::Bf16, {kTokens, options.heads, kValue, 16});
  GuardedTensor lse(library.gpu, Element::Fp32, {1, kTokens, options.heads, 1});
  GuardedTensor sink(library.gpu, Element::Fp32, {1, 1, options.heads});
  Pool main(library, 5, 11, 150, 7);
  std::optional<Pool> extra;
  if (options.hasExtra)
    extra.emplace(library, 3, 2, 9, 8);
  std::vector<float> sinks;
  for (int64_t h = 0; h < options.heads; ++h) {
    sinks.push_back(h == 0 ? -float(kInfinity) : 3 * randomUnit(9, uint64_t(h)));
    encode(Element::Fp32, sink.at(0, 0, h), sinks.back());
    for (int64_t t = 0; t < kTokens; ++t)
      for (int64_t c = 0; c < kKey; ++c)
        encode(Element::Bf16, q.at(t, h, c),
               randomUnit(10, uint64_t((t * options.heads + h) * kKey + c)));
  }
  q.upload();
  sink.upload();
  mla_sparse_decode_args args{};
  args.struct_size = sizeof(args);
  args.q = viewOf(q, MLA_DTYPE_BF16);
  args.cache = viewOf(main.cache, MLA_DTYPE_BF16);
  args.indices = viewOf(main.indices, MLA_DTYPE_I32, 2);
  args.lengths = viewOf(main.lengths, MLA_DTYPE_I32, 1);
  if (extra) {
    args.extra_cache = viewOf(extra->cache, MLA_DTYPE_BF16);
    args.extra_indices = viewOf(extra->indices, MLA_DTYPE_I32, 2);
    args.extra_lengths = viewOf(extra->lengths, MLA_DTYPE_I32, 1);
  }
  if (options.hasSink)
    args.sink = viewOf(sink, MLA_DTYPE_FP32, 1);
  args.out = viewOf(out, MLA_DTYPE_BF16);
  args.lse = viewOf(lse, MLA_DTYPE_FP32, 2);
  args.scale = float(kScale);
  args.num_splits = options.splits;
  if (options.otherLse)
    args.lse_convention = {MLA_LSE_BASE2, MLA_LSE_EMPTY_POSITIVE, MLA_LSE_SINK_INCLUDED};
  mla_query_result sizes{};
  sizes.struct_size = sizeof(sizes);
  mla_status status = mla_query_sparse_decode(library.device, &args, &sizes);
  if (status == MLA_STATUS_UNSUPPORTED) {
    library.skipped = mla_last_error();
    return;
  }
  library.require(status);
  GuardedTensor workspace(library.gpu, Element::Int32,
                          {1, 1, int64_t(std::max<size_t>(sizes.workspace_bytes, 4)) / 4});
  for (GuardedTensor *tensor : {&out, &lse, &workspace})
    tensor->poison();
  library.require(mla_run_sparse_decode(library.device, &args,
                                        reinterpret_cast<void *>(workspace.address()),
                                        sizes.workspace_bytes, library.gpu.stream));
  library.gpu.synchronize();
  for (GuardedTensor *tensor : {&out, &lse, &workspace}) {
    tensor->download();
    if (std::string where = tensor->damage(); !where.empty())
      library.fail(where);
  }
  std::vector<const Pool *> pools = {&main};
  if (extra)
    pools.push_back(&*extra);
  for (int64_t t = 0; t < kTokens; ++t)
    for (int64_t h = 0; h < options.heads; ++h)
      checkRow(library, q, pools, sinks, options, t, h, out, lse);
}

std::vector<Case> mla::conformance::sparseDecodeCases() {
  return {
      {"sparse 20 heads, one part", [](Library &library) { checkSparse(library, {.splits = 1}); }},
      {"sparse 3 heads, 3 parts, sink",
       [](Library &library) { checkSparse(library, {.heads = 3, .splits = 3, .hasSink = true}); }},
      {"sparse two pools, sink in lse, base 2",
       [](Library &library) {
         checkSparse(library, {.heads = 16, .hasExtra = true, .hasSink = true, .otherLse = true});
       }},
  };
}
