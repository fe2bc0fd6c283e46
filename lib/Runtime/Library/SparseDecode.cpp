//===- SparseDecode.cpp - decode and prefill over lists of cache rows ------===//
// One launch where the tokens fill the GPU, else decode over parts of each list, and merge
// (kernels/sparse_decode, merge of kernels/dense_decode). SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace mla::runtime;

static constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();
static constexpr int64_t kMaxPlaces = int64_t(1) << 30;
/// Of both lists: a block of keys behind their end is still an int32.
static constexpr int64_t kMaxSumOfPlaces = (int64_t(1) << 31) - 256;
static constexpr int64_t kMaxHeads = 128, kMaxSplits = 256, kMaxMultiprocessors = 1024;
static constexpr int64_t kWideKey = 576, kNarrowKey = 512, kValueDim = 512;
static constexpr int64_t kDsMlaBytes = 656, kDsv4Bytes = 584, kDsv4RowBytes = 576;
/// Positions of a list that are not divided.
static constexpr int64_t kUnit = 64;
/// CTAs of decode for each multiprocessor beyond which lists are not cut, so that partial results
/// stay few.
static constexpr int64_t kMostLoad = 2;
/// What parts cost in times of one unit, measured on an H200 (kernels/sparse_decode/README.md): to
/// begin and end one; two at a time on a multiprocessor, compared with one; to merge; and how many
/// rows are merged in the time of a unit.
static constexpr double kPartCost = 1.2, kPairCost = 1.4, kMergeCost = 0.7, kMergedRows = 3500;
/// More parts must be so much faster.
static constexpr double kWorthwhile = 0.99;
/// Heads up to which the kernel with small tiles is the faster one, and those of a large tile.
static constexpr int64_t kFewHeads = 16, kTileHeads = 64;
/// Rows below which several programs of merge share the columns.
static constexpr int64_t kFewMergedRows = 2048, kColumnSlices = 4;

namespace {
/// A pool of rows and the lists into it.
struct Pool {
  TensorView cache, indices, lengths;
  int64_t places() const { return indices.shape[size_t(std::max(indices.rank - 1, 0))]; }
};

class SparseDecode {
public:
  SparseDecode(mla_device *device, bool readsPointers) : device(device), arguments(readsPointers) {}
  Status read(const mla_sparse_decode_args *given);
  Status query(mla_query_result *result);
  Status run(void *buffer, size_t bytes, void *stream);

private:
  struct PoolNames {
    const char *cache, *indices, *lengths;
  };
  void readQueries();
  void readPool(const PoolNames &names, const mla_tensor &cache, const mla_tensor &indices,
                const mla_tensor &lengths, Pool &pool);
  void readResults();
  void readOptions();
  Status chooseKernels();
  int64_t fastestSplits(int64_t multiprocessors) const;
  void chooseSplits();
  bool isEmpty() const { return tokens == 0 || heads == 0; }
  double cacheScale() const { return args.cache_scale == 0 ? 1 : double(args.cache_scale); }
  size_t launches(uint64_t buffer, std::array<Launch, 2> &list) const;
  void fillDecode(Operands &o, uint64_t buffer) const;
  void fillMerge(Operands &o, uint64_t buffer) const;
  void fillConvention(Operands &o) const;

  mla_device *device;
  Arguments arguments;
  mla_sparse_decode_args args{};
  TensorView q, out, lse, maxLogits, sink;
  Pool main, extra;
  int64_t tokens = 0, heads = 0, keyDim = 0, rowWidth = 0, splits = 1, blocks = 0;
  LibraryKernel *decode = nullptr, *merge = nullptr;
  Layout workspace;
  size_t partialOutAt = 0, partialLseAt = 0, lseAt = 0;
};
} // namespace

void SparseDecode::readQueries() {
  Arguments &a = arguments;
  a.integer("format", args.format, MLA_CACHE_ROWS, MLA_CACHE_DSV4);
  a.tensor("q", args.q, {{MLA_DTYPE_BF16, MLA_DTYPE_FP16}, 3, 3}, q);
  if (!a.ok())
    return;
  tokens = q.shape[0], heads = q.shape[1], keyDim = q.shape[2];
  a.extent("q", q, 0, 0, kMaxInt);
  a.extent("q", q, 1, 0, kMaxHeads);
  int64_t low = args.format == MLA_CACHE_DS_MLA ? kWideKey : kNarrowKey;
  int64_t high = args.format == MLA_CACHE_DSV4 ? kNarrowKey : kWideKey;
  if (keyDim != low && keyDim != high)
    a.refuse("q.shape[2]", std::to_string(keyDim),
             low == high ? std::to_string(low) : "576 or 512");
  rowWidth = args.format == MLA_CACHE_DS_MLA ? kDsMlaBytes
             : args.format == MLA_CACHE_DSV4 ? kDsv4Bytes
                                             : keyDim;
}

void SparseDecode::readPool(const PoolNames &names, const mla_tensor &cache,
                            const mla_tensor &indices, const mla_tensor &lengths, Pool &pool) {
  Arguments &a = arguments;
  if (args.format == MLA_CACHE_ROWS)
    a.tensor(names.cache, cache, {{args.q.dtype}, 3, 4}, pool.cache);
  else
    a.tensor(names.cache, cache, {{MLA_DTYPE_U8, MLA_DTYPE_E4M3}, 3, 4}, pool.cache);
  a.tensor(names.indices, indices, {{MLA_DTYPE_I32}, 2, 3}, pool.indices);
  a.tensor(names.lengths, lengths, {{MLA_DTYPE_I32}, 1, 1, true}, pool.lengths);
  if (!a.ok())
    return;
  a.extent(names.cache, pool.cache, 0, 0, kMaxInt);
  a.extent(names.cache, pool.cache, 1, 1, kMaxInt);
  if (pool.cache.rank == 4)
    a.extent(names.cache, pool.cache, 2, 1, 1);
  a.extent(names.cache, pool.cache, pool.cache.rank - 1, rowWidth, rowWidth);
  a.sameExtent(names.indices, pool.indices, 0, tokens, "q.shape[0]");
  if (pool.indices.rank == 3)
    a.extent(names.indices, pool.indices, 1, 1, 1);
  a.extent(names.indices, pool.indices, pool.indices.rank - 1, 0, kMaxPlaces);
  if (pool.lengths.present)
    a.sameExtent(names.lengths, pool.lengths, 0,
                 (tokens + args.tokens_per_length - 1) / args.tokens_per_length,
                 "ceil(q.shape[0] / tokens_per_length)");
}

void SparseDecode::readResults() {
  Arguments &a = arguments;
  a.tensor("sink", args.sink, {{MLA_DTYPE_FP32}, 1, 1, true}, sink);
  if (sink.present)
    a.sameExtent("sink", sink, 0, heads, "q.shape[1]");
  a.tensor("out", args.out, {{args.q.dtype}, 3, 3, false, true}, out);
  a.extent("out", out, 2, kValueDim, kValueDim);
  a.tensor("lse", args.lse, {{MLA_DTYPE_FP32}, 2, 2, true, true}, lse);
  a.tensor("max_logits", args.max_logits, {{MLA_DTYPE_FP32}, 2, 2, true, true}, maxLogits);
  for (auto [name, view] :
       {std::pair("out", &out), std::pair("lse", &lse), std::pair("max_logits", &maxLogits)})
    if (view->present) {
      a.sameExtent(name, *view, 0, tokens, "q.shape[0]");
      a.sameExtent(name, *view, 1, heads, "q.shape[1]");
    }
}

void SparseDecode::readOptions() {
  Arguments &a = arguments;
  // Kernels multiply by it and may flush what is not normal to 0.
  bool isScale = std::isnormal(args.cache_scale) && args.cache_scale > 0;
  if (args.cache_scale != 0 && (!isScale || args.format != MLA_CACHE_E4M3))
    a.refuse("cache_scale", std::to_string(args.cache_scale),
             args.format == MLA_CACHE_E4M3 ? "0, or positive and a normal fp32"
                                           : "0 unless format is MLA_CACHE_E4M3");
  checkScale(a, args.scale, cacheScale());
  a.integer("num_splits", args.num_splits, 0, kMaxSplits);
  a.integer("sm_count", args.sm_count, 0, kMaxMultiprocessors);
  a.integer("batch_invariant", args.batch_invariant, 0, 1);
  checkConvention(a, args.lse_convention);
}

Status SparseDecode::read(const mla_sparse_decode_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  a.integer("tokens_per_length", args.tokens_per_length, 0, kMaxInt);
  args.tokens_per_length = std::max(args.tokens_per_length, 1);
  readQueries();
  readPool({"cache", "indices", "lengths"}, args.cache, args.indices, args.lengths, main);
  auto isGiven = [](const mla_tensor &tensor) { return tensor.rank != 0 || tensor.data; };
  if (isGiven(args.extra_cache) || isGiven(args.extra_indices) || isGiven(args.extra_lengths))
    readPool({"extra_cache", "extra_indices", "extra_lengths"}, args.extra_cache,
             args.extra_indices, args.extra_lengths, extra);
  if (main.places() + extra.places() > kMaxSumOfPlaces)
    a.refuse("extra_indices", std::to_string(extra.places()) + " places",
             "at most " + std::to_string(kMaxSumOfPlaces - main.places()) +
                 " with this many in indices");
  readResults();
  readOptions();
  if (!a.ok())
    return a.status;
  if (Status status = chooseKernels(); !status.ok())
    return status;
  chooseSplits();
  return a.status;
}

Status SparseDecode::chooseKernels() {
  std::string_view type = dtypeName(q.dtype);
  const Property byType[] = {{"type", type}};
  if (Status status = device->find("dense_decode_merge", byType, merge); !status.ok())
    return status;
  const Property heads16or64 = {"heads", heads <= kFewHeads ? "16" : "64"};
  if (args.format == MLA_CACHE_DS_MLA || args.format == MLA_CACHE_DSV4) {
    bool isDsMla = args.format == MLA_CACHE_DS_MLA;
    // The numbers of rope are bf16 in these records.
    if (q.dtype != MLA_DTYPE_BF16)
      arguments.unsupported("q.dtype", std::string(type),
                            std::string("bf16 with ") +
                                (isDsMla ? "MLA_CACHE_DS_MLA" : "MLA_CACHE_DSV4"));
    if (!arguments.ok())
      return arguments.status;
    return device->find(isDsMla ? "sparse_decode_ds_mla" : "sparse_decode_dsv4", {&heads16or64, 1},
                        decode);
  }
  const Property wanted[] = {
      {"type", type}, {"dim", keyDim == kWideKey ? "576" : "512"}, heads16or64};
  return device->find(args.format == MLA_CACHE_ROWS ? "sparse_decode_rows" : "sparse_decode_e4m3",
                      wanted, decode);
}

int64_t SparseDecode::fastestSplits(int64_t multiprocessors) const {
  int64_t units = (main.places() + kUnit - 1) / kUnit + (extra.places() + kUnit - 1) / kUnit;
  int64_t resident = residentBlocks(decode->variant());
  auto cost = [&](int64_t count, int64_t perPart) {
    int64_t load = (tokens * blocks * count + multiprocessors - 1) / multiprocessors;
    double turns = resident < 2 ? double(load) : double(load / 2) * kPairCost + double(load % 2);
    double merging = count > 1 ? kMergeCost + double(tokens * heads * count) / kMergedRows : 0;
    return turns * (double(perPart) + kPartCost) + merging;
  };
  int64_t best = 1;
  double bestCost = cost(1, units);
  int64_t most = std::min(
      {kMostLoad * multiprocessors / std::max<int64_t>(tokens * blocks, 1), units, kMaxSplits});
  for (int64_t count = 2; count <= most; ++count) {
    int64_t perPart = (units + count - 1) / count;
    if ((units + perPart - 1) / perPart != count)
      continue; // the last parts would be empty
    if (double now = cost(count, perPart); now < bestCost * kWorthwhile) {
      best = count;
      bestCost = now;
    }
  }
  return best;
}

void SparseDecode::chooseSplits() {
  int64_t blockHeads = std::max<int64_t>(decode->variant().constant("BLOCK_H", 1), 1);
  int64_t multiprocessors = args.sm_count ? args.sm_count : device->numMultiprocessors;
  blocks = (heads + blockHeads - 1) / blockHeads;
  splits = 1;
  if (args.num_splits)
    splits = args.num_splits;
  else if (!args.batch_invariant && !maxLogits.present)
    splits = fastestSplits(multiprocessors);
  if (maxLogits.present && splits > 1)
    arguments.unsupported("max_logits", "a tensor", "without parts: num_splits 0 or 1");
  // Blocks of the decoding kernel, and of the merging one, which has one for each row.
  int64_t perToken = std::max<int64_t>({blocks * splits, splits > 1 ? heads : 1, 1});
  if (tokens > kMaxInt / perToken)
    arguments.refuse("q.shape[0]", std::to_string(tokens),
                     "at most " + std::to_string(kMaxInt / perToken) +
                         " with these heads and parts");
  // Sizes grow with T, although fewer parts are made of more tokens: as many rows of parts as the
  // multiprocessors hold at most.
  int64_t partRows = tokens * heads * splits;
  if (!args.num_splits)
    partRows = args.batch_invariant || maxLogits.present
                   ? 0
                   : std::min(tokens * heads * kMaxSplits,
                              kMostLoad * multiprocessors * std::max(kTileHeads, blockHeads));
  else if (splits == 1)
    partRows = 0;
  partialOutAt = workspace.take(size_t(partRows) * kValueDim * sizeof(float));
  partialLseAt = workspace.take(size_t(partRows) * sizeof(float));
  lseAt = workspace.take(lse.present ? 0 : size_t(tokens * heads) * sizeof(float));
}

void SparseDecode::fillDecode(Operands &o, uint64_t buffer) const {
  auto stride = [](const TensorView &view) { return view.strides[0]; };
  // Rows of dsv4 lie as the format says; their stride is not read, but promised to be aligned.
  auto rowStride = [&](const TensorView &cache) {
    return args.format == MLA_CACHE_DSV4 ? kDsv4RowBytes : cache.strides[1];
  };
  o.tensor("q", q.address, {q.strides[0], q.strides[1]});
  o.integer("T", tokens);
  o.integer("H", heads);
  o.tensor("cache", main.cache.address, {main.cache.strides[0], rowStride(main.cache)});
  o.integer("PAGES", main.cache.shape[0]);
  o.integer("PAGE", main.cache.shape[1]);
  o.tensor("index", main.indices.address, {stride(main.indices)});
  o.integer("K", main.places());
  o.pointer("lengths", main.lengths.address);
  o.integer("LENGTHS", main.lengths.shape[0]);
  // An absent pool has no pages, of one row each.
  o.tensor("extra", extra.cache.address, {extra.cache.strides[0], rowStride(extra.cache)});
  o.integer("EXTRA_PAGES", extra.cache.shape[0]);
  o.integer("EXTRA_PAGE", std::max<int64_t>(extra.cache.shape[1], 1));
  o.tensor("extra_index", extra.indices.address, {stride(extra.indices)});
  o.integer("EXTRA_K", extra.places());
  o.pointer("extra_lengths", extra.lengths.address);
  o.integer("EXTRA_LENGTHS", extra.lengths.shape[0]);
  o.pointer("sink", sink.address);
  o.integer("SINKS", sink.shape[0]);
  o.tensor("out", out.address, {out.strides[0], out.strides[1]});
  o.tensor("lse", lse.present ? lse.address : buffer + lseAt, {lse.present ? stride(lse) : heads});
  o.tensor("max_logits", maxLogits.address, {stride(maxLogits)});
  o.integer("MAX_T", maxLogits.shape[0]);
  o.tensor("partial_out", buffer + partialOutAt, {heads * kValueDim, kValueDim});
  o.integer("SLOTS", splits > 1 ? tokens * splits : 0);
  o.tensor("partial_lse", buffer + partialLseAt, {heads});
  o.integer("tokens_per_length", args.tokens_per_length);
  o.integer("splits", splits);
  o.number("scale_log2", double(args.scale) * cacheScale() * std::numbers::log2e);
  o.number("kv_scale", cacheScale());
  fillConvention(o);
}

void SparseDecode::fillConvention(Operands &o) const {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const mla_lse_convention &wanted = args.lse_convention;
  o.number("lse_scale", wanted.base == MLA_LSE_BASE2 ? std::numbers::log2e : 1.0);
  o.number("lse_empty", wanted.empty == MLA_LSE_EMPTY_POSITIVE ? kInfinity : -kInfinity);
  o.integer("sink_in_lse", wanted.sink == MLA_LSE_SINK_INCLUDED);
}

void SparseDecode::fillMerge(Operands &o, uint64_t buffer) const {
  o.pointer("starts", 0);
  o.integer("STARTS", 0);
  o.tensor("partial_out", buffer + partialOutAt, {heads * kValueDim, heads * kValueDim, kValueDim});
  o.integer("SLOTS", tokens * splits);
  o.integer("GROUPS", 1);
  o.integer("ROWS", heads);
  o.tensor("partial_lse", buffer + partialLseAt, {heads, heads});
  o.pointer("sink", sink.address);
  o.integer("SINKS", sink.shape[0]);
  o.tensor("out", out.address, {out.strides[0], out.strides[0], out.strides[0], out.strides[1]});
  o.integer("B", tokens);
  o.integer("T", 1);
  o.integer("KV_HEADS", 1);
  int64_t row = lse.present ? lse.strides[0] : heads;
  o.tensor("lse", lse.present ? lse.address : buffer + lseAt, {row, row, row, 1});
  o.integer("num_parts", splits);
  o.integer("splits", splits);
  fillConvention(o);
}

size_t SparseDecode::launches(uint64_t buffer, std::array<Launch, 2> &list) const {
  if (isEmpty())
    return 0;
  list[0].kernel = decode;
  list[0].grid = {blocks * tokens * splits, 1, 1};
  fillDecode(list[0].operands, buffer);
  if (splits == 1)
    return 1;
  int64_t merged = tokens * heads;
  list[1].kernel = merge;
  list[1].grid = {merged, merged < kFewMergedRows ? kColumnSlices : 1, 1};
  fillMerge(list[1].operands, buffer);
  return 2;
}

Status SparseDecode::query(mla_query_result *result) {
  std::array<Launch, 2> list;
  size_t count = launches(0, list);
  if (Status status = checkLaunches(list, count); !status.ok())
    return status;
  mla_query_result known{};
  known.jit = decode->jit();
  known.num_kernels = int32_t(count);
  known.num_parts = int32_t(splits);
  known.workspace_bytes = known.run_bytes = workspace.bytes();
  known.kernel = decode->name().data();
  known.arch = decode->variant().arch.c_str();
  return answer(known, result);
}

Status SparseDecode::run(void *buffer, size_t bytes, void *stream) {
  arguments.buffer("workspace", buffer, bytes, workspace.bytes());
  if (!arguments.ok())
    return arguments.status;
  if (Status status = device->requireGpu(); !status.ok() || isEmpty())
    return status;
  std::array<Launch, 2> list;
  size_t count = launches(reinterpret_cast<uint64_t>(buffer), list);
  return enqueue(*device, list, count, stream);
}

extern "C" {

mla_status mla_query_sparse_decode(mla_device *device, const mla_sparse_decode_args *args,
                                   mla_query_result *result) {
  return callOf<SparseDecode>("mla_query_sparse_decode", device, args, false,
                              [&](SparseDecode &call) { return call.query(result); });
}

mla_status mla_run_sparse_decode(mla_device *device, const mla_sparse_decode_args *args,
                                 void *workspace, size_t workspace_bytes, void *stream) {
  return callOf<SparseDecode>("mla_run_sparse_decode", device, args, true, [&](SparseDecode &call) {
    return call.run(workspace, workspace_bytes, stream);
  });
}

} // extern "C"
