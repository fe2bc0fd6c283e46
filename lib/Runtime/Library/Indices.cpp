//===- Indices.cpp - lists of token positions ------------------------------===//
// Conversion to rows of a cache, and the split in context and new tokens
// (kernels/index_conversion). SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <algorithm>
#include <limits>

using namespace mla::runtime;

static constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();
/// Places of a list: kernels count in steps of blocks with 32 bits.
static constexpr int64_t kMaxPlaces = int64_t(1) << 30;

/// An optional int32 [T] of one number for each list.
static void perList(Arguments &arguments, const char *name, const mla_tensor &given, int64_t lists,
                    bool isWritten, TensorView &view) {
  arguments.tensor(name, given, {{MLA_DTYPE_I32}, 1, 1, true, isWritten}, view);
  if (view.present)
    arguments.sameExtent(name, view, 0, lists, "tokens.shape[0]");
}

/// An int32 [T, K] like `tokens`.
static void likeTokens(Arguments &arguments, const char *name, const mla_tensor &given,
                       const TensorView &tokens, bool isOptional, TensorView &view) {
  arguments.tensor(name, given, {{MLA_DTYPE_I32}, 2, 2, isOptional, true}, view);
  if (!view.present)
    return;
  arguments.sameExtent(name, view, 0, tokens.shape[0], "tokens.shape[0]");
  arguments.sameExtent(name, view, 1, tokens.shape[1], "tokens.shape[1]");
}

static void readTokens(Arguments &arguments, const mla_tensor &given, TensorView &tokens) {
  arguments.tensor("tokens", given, {{MLA_DTYPE_I32}, 2, 2}, tokens);
  arguments.extent("tokens", tokens, 0, 0, kMaxInt);
  arguments.extent("tokens", tokens, 1, 0, kMaxPlaces);
}

namespace {
class ConvertIndices : public OneLaunch<mla_convert_indices_args> {
public:
  using OneLaunch::OneLaunch;
  Status read(const mla_convert_indices_args *given);
  void fill(Launch &launch) const;

private:
  TensorView requests, table, tokens, out, counts, spaces, starts;
};

class FilterIndices : public OneLaunch<mla_filter_indices_args> {
public:
  using OneLaunch::OneLaunch;
  Status read(const mla_filter_indices_args *given);
  void fill(Launch &launch) const;

private:
  TensorView tokens, requests, lengths, context, fresh, contextCounts, freshCounts;
};
} // namespace

Status ConvertIndices::read(const mla_convert_indices_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  readTokens(a, args.tokens, tokens);
  a.tensor("requests", args.requests, {{MLA_DTYPE_I32}, 1, 1}, requests);
  a.sameExtent("requests", requests, 0, tokens.shape[0], "tokens.shape[0]");
  a.tensor("block_table", args.block_table, {{MLA_DTYPE_I32}, 2, 2}, table);
  a.extent("block_table", table, 0, 0, kMaxInt);
  a.extent("block_table", table, 1, 0, kMaxInt);
  likeTokens(a, "out", args.out, tokens, false, out);
  perList(a, "counts", args.counts, tokens.shape[0], true, counts);
  perList(a, "workspace_requests", args.workspace_requests, tokens.shape[0], false, spaces);
  a.tensor("workspace_starts", args.workspace_starts, {{MLA_DTYPE_I32}, 1, 1, !spaces.present},
           starts);
  a.extent("workspace_starts", starts, 0, 0, kMaxInt);
  a.integer("compact", args.compact, 0, 1);
  a.integer("page_size", args.page_size, 1, kMaxInt);
  a.integer("page_stride", args.page_stride, 0, kMaxInt);
  a.integer("world_size", args.world_size, 0, kMaxInt);
  args.world_size = std::max(args.world_size, 1);
  a.integer("rank", args.rank, 0, args.world_size - 1);
  a.integer("interleave", args.interleave, 0, kMaxInt / args.world_size);
  args.interleave = std::max(args.interleave, 1);
  if (args.page_stride == 0)
    args.page_stride = args.page_size;
  if (a.ok() && args.compact && out.address == tokens.address && out.address != 0)
    a.refuse("out.data", "tokens.data", "elsewhere if compact is 1");
  return a.ok() ? device->find("convert_indices", {}, kernel) : a.status;
}

void ConvertIndices::fill(Launch &launch) const {
  launch.kernel = kernel;
  launch.grid = {tokens.shape[1] == 0 && !counts.present ? 0 : tokens.shape[0], 1, 1};
  Operands &o = launch.operands;
  o.pointer("requests", requests.address);
  o.integer("T", tokens.shape[0]);
  o.tensor("table", table.address, {table.strides[0]});
  o.integer("R", table.shape[0]);
  o.integer("LISTED", table.shape[1]);
  o.tensor("tokens", tokens.address, {tokens.strides[0]});
  o.integer("K", tokens.shape[1]);
  o.tensor("out", out.address, {out.strides[0]});
  o.pointer("counts", counts.address);
  o.integer("COUNTED", counts.shape[0]);
  o.pointer("spaces", spaces.address);
  o.integer("SPACED", spaces.shape[0]);
  o.pointer("starts", starts.address);
  o.integer("STARTS", starts.shape[0]);
  o.integer("page", args.page_size);
  o.integer("page_stride", args.page_stride);
  o.integer("world", args.world_size);
  o.integer("rank", args.rank);
  o.integer("interleave", args.interleave);
  o.integer("compact", args.compact);
}

Status FilterIndices::read(const mla_filter_indices_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  readTokens(a, args.tokens, tokens);
  perList(a, "requests", args.requests, tokens.shape[0], false, requests);
  a.tensor("lengths", args.lengths, {{MLA_DTYPE_I32}, 1, 1}, lengths);
  a.extent("lengths", lengths, 0, 0, kMaxInt);
  likeTokens(a, "context", args.context, tokens, true, context);
  likeTokens(a, "new_tokens", args.new_tokens, tokens, true, fresh);
  perList(a, "context_counts", args.context_counts, tokens.shape[0], true, contextCounts);
  perList(a, "new_counts", args.new_counts, tokens.shape[0], true, freshCounts);
  a.integer("compact", args.compact, 0, 1);
  return a.ok() ? device->find("filter_indices", {}, kernel) : a.status;
}

void FilterIndices::fill(Launch &launch) const {
  bool counts = contextCounts.present || freshCounts.present;
  launch.kernel = kernel;
  launch.grid = {tokens.shape[1] == 0 && !counts ? 0 : tokens.shape[0], 1, 1};
  Operands &o = launch.operands;
  o.tensor("tokens", tokens.address, {tokens.strides[0]});
  o.integer("T", tokens.shape[0]);
  o.integer("K", tokens.shape[1]);
  o.pointer("requests", requests.address);
  o.integer("NAMED", requests.shape[0]);
  o.pointer("lengths", lengths.address);
  o.integer("R", lengths.shape[0]);
  o.tensor("context", context.address, {context.strides[0]});
  o.integer("CONTEXT", context.shape[0]);
  o.tensor("new", fresh.address, {fresh.strides[0]});
  o.integer("NEW", fresh.shape[0]);
  o.pointer("context_counts", contextCounts.address);
  o.integer("CONTEXT_COUNTED", contextCounts.shape[0]);
  o.pointer("new_counts", freshCounts.address);
  o.integer("NEW_COUNTED", freshCounts.shape[0]);
  o.integer("compact", args.compact);
}

extern "C" {

mla_status mla_query_convert_indices(mla_device *device, const mla_convert_indices_args *args,
                                     mla_query_result *result) {
  return queryOne<ConvertIndices>("mla_query_convert_indices", device, args, result);
}

mla_status mla_run_convert_indices(mla_device *device, const mla_convert_indices_args *args,
                                   void *stream) {
  return runOne<ConvertIndices>("mla_run_convert_indices", device, args, stream);
}

mla_status mla_query_filter_indices(mla_device *device, const mla_filter_indices_args *args,
                                    mla_query_result *result) {
  return queryOne<FilterIndices>("mla_query_filter_indices", device, args, result);
}

mla_status mla_run_filter_indices(mla_device *device, const mla_filter_indices_args *args,
                                  void *stream) {
  return runOne<FilterIndices>("mla_run_filter_indices", device, args, stream);
}

} // extern "C"
