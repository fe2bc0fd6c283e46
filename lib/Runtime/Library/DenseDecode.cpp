//===- DenseDecode.cpp - dense decode over a paged cache -------------------===//
// Three launches: plan, decode, merge (kernels/dense_decode). SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

using namespace mla::runtime;

static constexpr int64_t kKeyDim = 576, kValueDim = 512;
static constexpr int64_t kMaxHeads = 128;
/// Of grid.y: requests in merge, parts in decode.
static constexpr int64_t kMaxGridY = 65535;
static constexpr int64_t kMaxRows = std::numeric_limits<int32_t>::max();
static constexpr int64_t kMaxMultiprocessors = 1024;

namespace {
/// One call, checked.
class DenseDecode {
public:
  DenseDecode(mla_device *device, bool readsPointers) : device(device), arguments(readsPointers) {}

  /// Checks the arguments and picks the kernels.
  Status read(const mla_dense_decode_args *given);
  /// Workspace of a run with a plan, behind which one without has its plan.
  size_t runBytes() const { return workspace.bytes(); }
  size_t planBytes() const { return planLayout.bytes(); }
  bool isEmpty() const { return requests == 0 || rows == 0; }
  Status query(mla_query_result *result);
  Status enqueuePlan(void *plan, size_t planBytes, void *stream);
  Status run(const void *plan, size_t planBytes, void *buffer, size_t bytes, void *stream);

private:
  void readShapes();
  Status chooseKernels();
  void layOut();
  /// The launches of a run; with `plansHere` the plan is the first.
  size_t launches(uint64_t plan, uint64_t buffer, bool plansHere, std::array<Launch, 3> &list);
  void fill(Operands &operands, uint64_t plan, uint64_t buffer) const;

  mla_device *device;
  Arguments arguments;
  mla_dense_decode_args args{};
  TensorView q, cache, table, lengths, out, lse;
  int64_t requests = 0, tokens = 0, heads = 0, rows = 0, numParts = 1, blockRows = 1, blocks = 0;
  LibraryKernel *plan = nullptr, *decode = nullptr, *merge = nullptr;
  Layout planLayout, workspace;
  size_t startsAt = 0, partsAt = 0, partialOutAt = 0, partialLseAt = 0, lseAt = 0;
};
} // namespace

void DenseDecode::readShapes() {
  Arguments &a = arguments;
  a.tensor("q", args.q, {{MLA_DTYPE_BF16, MLA_DTYPE_FP16}, 4, 4}, q);
  a.tensor("cache", args.cache, {{args.q.dtype}, 3, 4}, cache);
  a.tensor("block_table", args.block_table, {{MLA_DTYPE_I32}, 2, 2}, table);
  a.tensor("lengths", args.lengths, {{MLA_DTYPE_I32}, 1, 1}, lengths);
  a.tensor("out", args.out, {{args.q.dtype}, 4, 4, false, true}, out);
  a.tensor("lse", args.lse, {{MLA_DTYPE_FP32}, 3, 3, true, true}, lse);
  if (!a.ok())
    return;
  requests = q.shape[0], tokens = q.shape[1], heads = q.shape[2];
  a.extent("q", q, 0, 0, kMaxGridY);
  a.extent("q", q, 1, 0, kMaxRows);
  a.extent("q", q, 2, 0, kMaxHeads);
  a.extent("q", q, 3, kKeyDim, kKeyDim);
  if (!a.ok())
    return;
  rows = tokens * heads;
  if (rows > kMaxRows)
    a.refuse("q.shape[1]", std::to_string(tokens),
             "at most " + std::to_string(kMaxRows / heads) + " with this many heads");
  a.flat("q", q, 1, 2);
  a.extent("cache", cache, 0, 0, kMaxRows);
  a.extent("cache", cache, 1, 1, kMaxRows);
  if (cache.rank == 4)
    a.extent("cache", cache, 2, 1, 1);
  a.extent("cache", cache, cache.rank - 1, kKeyDim, kKeyDim);
  a.sameExtent("block_table", table, 0, requests, "q.shape[0]");
  a.sameExtent("lengths", lengths, 0, requests, "q.shape[0]");
  a.sameExtent("out", out, 0, requests, "q.shape[0]");
  a.sameExtent("out", out, 1, tokens, "q.shape[1]");
  a.sameExtent("out", out, 2, heads, "q.shape[2]");
  a.extent("out", out, 3, kValueDim, kValueDim);
  a.flat("out", out, 1, 2);
  if (!lse.present)
    return;
  a.sameExtent("lse", lse, 0, requests, "q.shape[0]");
  a.sameExtent("lse", lse, 1, tokens, "q.shape[1]");
  a.sameExtent("lse", lse, 2, heads, "q.shape[2]");
  a.flat("lse", lse, 1, 2);
}

Status DenseDecode::read(const mla_dense_decode_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  if (!a.ok())
    return a.status;
  readShapes();
  a.integer("causal", args.causal, 0, 1);
  if (!(args.scale > 0) || std::isinf(args.scale))
    a.refuse("scale", std::to_string(args.scale), "positive and finite");
  a.integer("num_splits", args.num_splits, 0, kMaxGridY);
  a.integer("sm_count", args.sm_count, 0, kMaxMultiprocessors);
  a.integer("batch_invariant", args.batch_invariant, 0, 1);
  checkConvention(a, args.lse_convention);
  if (args.lse_convention.base != MLA_LSE_NATURAL)
    a.unsupported("lse_convention.base", "MLA_LSE_BASE2", "MLA_LSE_NATURAL");
  if (args.lse_convention.empty != MLA_LSE_EMPTY_NEGATIVE)
    a.unsupported("lse_convention.empty", "MLA_LSE_EMPTY_POSITIVE", "MLA_LSE_EMPTY_NEGATIVE");
  if (!a.ok())
    return a.status;
  if (Status status = chooseKernels(); !status.ok())
    return status;
  layOut();
  return {};
}

Status DenseDecode::chooseKernels() {
  std::string_view type = dtypeName(q.dtype);
  if (Status status = device->find("dense_decode_plan", {}, plan); !status.ok())
    return status;
  const Property byType[] = {{"type", type}};
  if (Status status = device->find("dense_decode_merge", byType, merge); !status.ok())
    return status;
  // A tile of BLOCK_N keys is copied from one page where pages hold whole tiles.
  const Property tiles[] = {{"type", type}, {"pages", "tiles"}};
  if (Status status = device->find("dense_decode_decode", tiles, decode); !status.ok())
    return status;
  if (cache.shape[1] % decode->variant().constant("BLOCK_N", 64) != 0) {
    const Property gather[] = {{"type", type}, {"pages", "gather"}};
    if (Status status = device->find("dense_decode_decode", gather, decode); !status.ok())
      return status;
  }
  blockRows = std::max<int64_t>(decode->variant().constant("BLOCK_H", 1), 1);
  int64_t cluster = decode->variant().cluster;
  int64_t tilesOfRows = (rows + blockRows - 1) / blockRows;
  blocks = (tilesOfRows + cluster - 1) / cluster * cluster;
  // With one part nothing is cut, so that a request's bits depend on its own inputs alone.
  int64_t multiprocessors = args.sm_count ? args.sm_count : device->numMultiprocessors;
  numParts = args.batch_invariant ? 1
             : args.num_splits
                 ? args.num_splits
                 : std::max<int64_t>(multiprocessors / std::max<int64_t>(blocks, 1), 1);
  return {};
}

void DenseDecode::layOut() {
  // Sizes grow with every extent, although the number of parts shrinks with the rows: a slot for
  // each request, and no more slots of parts than the multiprocessors hold blocks of rows.
  int64_t multiprocessors = args.sm_count ? args.sm_count : device->numMultiprocessors;
  int64_t mostParts = std::max(numParts, multiprocessors);
  int64_t partRows = args.num_splits ? args.num_splits * rows
                                     : std::min(multiprocessors * rows,
                                                std::max(multiprocessors * blockRows, rows));
  auto slotRows = size_t(requests * rows + partRows);
  startsAt = planLayout.take(size_t(requests + 1) * sizeof(int32_t));
  partsAt = planLayout.take(size_t(mostParts) * 2 * sizeof(int32_t));
  partialOutAt = workspace.take(slotRows * kValueDim * sizeof(float));
  partialLseAt = workspace.take(slotRows * sizeof(float));
  lseAt = workspace.take(lse.present ? 0 : size_t(requests * rows) * sizeof(float));
}

void DenseDecode::fill(Operands &operands, uint64_t planAddress, uint64_t buffer) const {
  // In the order of decode's manifest, so that each name is found at the first look.
  operands.tensor("q", q.address, {q.strides[0], q.strides[2]});
  operands.integer("B", requests);
  operands.integer("ROWS", rows);
  operands.tensor("cache", cache.address, {cache.strides[0], cache.strides[1]});
  operands.integer("PAGES", cache.shape[0]);
  operands.integer("PAGE", cache.shape[1]);
  operands.tensor("table", table.address, {table.strides[0]});
  operands.integer("MAX_PAGES", table.shape[1]);
  operands.pointer("lengths", lengths.address);
  operands.pointer("starts", planAddress + startsAt);
  operands.integer("STARTS", requests + 1);
  operands.tensor("parts", planAddress + partsAt, {2});
  operands.integer("PARTS", numParts);
  operands.tensor("out", out.address, {out.strides[0], out.strides[2]});
  operands.tensor("lse", lse.present ? lse.address : buffer + lseAt,
                  {lse.present ? lse.strides[0] : rows});
  operands.tensor("partial_out", buffer + partialOutAt, {rows * kValueDim, kValueDim});
  operands.integer("SLOTS", requests + numParts);
  operands.tensor("partial_lse", buffer + partialLseAt, {rows});
  operands.integer("heads", heads);
  operands.integer("causal", args.causal);
  operands.number("scale_log2", double(args.scale) * std::numbers::log2e);
  operands.integer("num_parts", numParts);
}

size_t DenseDecode::launches(uint64_t planAddress, uint64_t buffer, bool plansHere,
                             std::array<Launch, 3> &list) {
  size_t count = 0;
  auto add = [&](LibraryKernel *kernel, Grid grid) {
    list[count].kernel = kernel;
    list[count].grid = grid;
    fill(list[count++].operands, planAddress, buffer);
  };
  if (isEmpty())
    return 0;
  if (plansHere)
    add(plan, {numParts, 1, 1});
  add(decode, {blocks, numParts, 1});
  if (numParts > 1)
    add(merge, {rows, requests, 1});
  return count;
}

Status DenseDecode::query(mla_query_result *result) {
  std::array<Launch, 3> list;
  size_t count = launches(0, 0, true, list);
  if (Status status = checkLaunches(list, count); !status.ok())
    return status;
  mla_query_result known{};
  known.jit = decode->jit();
  known.num_kernels = int32_t(count);
  known.num_parts = int32_t(numParts);
  known.plan_bytes = planBytes();
  known.run_bytes = runBytes();
  known.workspace_bytes = runBytes() + planBytes();
  known.kernel = decode->name().data();
  known.arch = decode->variant().arch.c_str();
  return answer(known, result);
}

Status DenseDecode::enqueuePlan(void *planBuffer, size_t bytes, void *stream) {
  arguments.buffer("plan", planBuffer, bytes, planBytes());
  if (!isEmpty())
    arguments.address("lengths", lengths);
  if (!arguments.ok())
    return arguments.status;
  if (Status status = device->requireGpu(); !status.ok() || isEmpty())
    return status;
  std::array<Launch, 1> list;
  list[0].kernel = plan;
  list[0].grid = {numParts, 1, 1};
  fill(list[0].operands, reinterpret_cast<uint64_t>(planBuffer), 0);
  return enqueue(*device, list, 1, stream);
}

Status DenseDecode::run(const void *planBuffer, size_t planSize, void *buffer, size_t bytes,
                        void *stream) {
  bool plansHere = planBuffer == nullptr;
  if (!plansHere)
    arguments.buffer("plan", planBuffer, planSize, planBytes());
  arguments.buffer("workspace", buffer, bytes, runBytes() + (plansHere ? planBytes() : 0));
  if (!arguments.ok())
    return arguments.status;
  if (Status status = device->requireGpu(); !status.ok() || isEmpty())
    return status;
  auto address = reinterpret_cast<uint64_t>(buffer);
  std::array<Launch, 3> list;
  size_t count = launches(plansHere ? address + runBytes() : reinterpret_cast<uint64_t>(planBuffer),
                          address, plansHere, list);
  return enqueue(*device, list, count, stream);
}

extern "C" {

mla_status mla_query_dense_decode(mla_device *device, const mla_dense_decode_args *args,
                                  mla_query_result *result) {
  return guarded("mla_query_dense_decode", [&] {
    DenseDecode call(device, false);
    Status status = call.read(args);
    return status.ok() ? call.query(result) : status;
  });
}

mla_status mla_plan_dense_decode(mla_device *device, const mla_dense_decode_args *args, void *plan,
                                 size_t plan_bytes, void *stream) {
  return guarded("mla_plan_dense_decode", [&] {
    // Queries and outputs may not exist yet.
    DenseDecode call(device, false);
    Status status = call.read(args);
    return status.ok() ? call.enqueuePlan(plan, plan_bytes, stream) : status;
  });
}

mla_status mla_run_dense_decode(mla_device *device, const mla_dense_decode_args *args,
                                const void *plan, size_t plan_bytes, void *workspace,
                                size_t workspace_bytes, void *stream) {
  return guarded("mla_run_dense_decode", [&] {
    DenseDecode call(device, true);
    Status status = call.read(args);
    return status.ok() ? call.run(plan, plan_bytes, workspace, workspace_bytes, stream) : status;
  });
}

} // extern "C"
