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
/// Of grid.y: parts in a layer of decode; and of num_splits.
static constexpr int64_t kMaxGridY = 65535;
/// Rows up to which the schedule for few of them is the better one.
static constexpr int64_t kFewRows = 16;
/// Rows of merge below which its columns are shared, and by how many CTAs.
static constexpr int64_t kFewMergedRows = 2048, kColumnSlices = 4;
/// Pieces of a request in batch-invariant mode: one for each 16 * 64 keys, at most as many as give
/// partial results of 512 rows, and 16.
static constexpr int64_t kPieceUnits = 16, kPieceRows = 512, kMaxPieces = 16;
/// Rows of the largest tile.
static constexpr int64_t kMostBlockRows = 64;
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
  void readTypes();
  void readShapes();
  void readScale(const char *name, const mla_tensor &given, bool isOfCodes, TensorView &scale);
  bool hasCodes() const { return cache.dtype != q.dtype || q.dtype == MLA_DTYPE_E4M3; }
  Status chooseKernels();
  /// The kernel for groups of so many rows.
  Status findDecode(int64_t group, LibraryKernel *&found);
  /// CTAs that such a kernel takes for the rows of a request.
  int64_t blocksOf(const Variant &variant, int64_t group) const;
  void chooseParts(const Variant &variant, int64_t planBlocks);
  void layOut();
  /// The launches of a run; with `plansHere` the plan is the first.
  size_t launches(uint64_t plan, uint64_t buffer, bool plansHere, std::array<Launch, 3> &list);
  void fill(Operands &operands, uint64_t plan, uint64_t buffer) const;

  mla_device *device;
  Arguments arguments;
  mla_dense_decode_args args{};
  TensorView q, cache, table, lengths, out, lse, queryScale, keyScale;
  int64_t requests = 0, tokens = 0, heads = 0, kvHeads = 1, numParts = 1, blocks = 0;
  /// Rows of a request, and of a group of them with one stride.
  int64_t rows = 0, groupRows = 0;
  /// Most pieces of a request that are computed by themselves; 0: requests are cut anywhere.
  int64_t pieces = 0;
  LibraryKernel *plan = nullptr, *decode = nullptr, *merge = nullptr;
  Layout planLayout, workspace;
  size_t startsAt = 0, partsAt = 0, partialOutAt = 0, partialLseAt = 0, lseAt = 0;
};
} // namespace

void DenseDecode::readScale(const char *name, const mla_tensor &given, bool isOfCodes,
                            TensorView &scale) {
  arguments.tensor(name, given, {{MLA_DTYPE_FP32}, 1, 1, true}, scale);
  if (!scale.present)
    return;
  arguments.extent(name, scale, 0, 1, 1);
  if (!isOfCodes)
    arguments.refuse(name, "a tensor",
                     &scale == &keyScale ? "absent unless cache is e4m3 or u8"
                                         : "absent unless q is e4m3");
}

void DenseDecode::readTypes() {
  Arguments &a = arguments;
  a.tensor("q", args.q, {{MLA_DTYPE_BF16, MLA_DTYPE_FP16, MLA_DTYPE_E4M3}, 4, 4}, q);
  bool isCode = args.q.dtype == MLA_DTYPE_E4M3;
  if (isCode)
    a.tensor("cache", args.cache, {{MLA_DTYPE_E4M3, MLA_DTYPE_U8}, 3, 4}, cache);
  else
    a.tensor("cache", args.cache, {{args.q.dtype, MLA_DTYPE_E4M3, MLA_DTYPE_U8}, 3, 4}, cache);
  a.tensor("block_table", args.block_table, {{MLA_DTYPE_I32}, 2, 2}, table);
  a.tensor("lengths", args.lengths, {{MLA_DTYPE_I32}, 1, 1}, lengths);
  a.tensor("out", args.out, {{isCode ? int32_t(MLA_DTYPE_BF16) : args.q.dtype}, 4, 4, false, true},
           out);
  a.tensor("lse", args.lse, {{MLA_DTYPE_FP32}, 3, 3, true, true, true}, lse);
  readScale("descale_q", args.descale_q, isCode, queryScale);
  readScale("descale_k", args.descale_k, hasCodes(), keyScale);
}

void DenseDecode::readShapes() {
  Arguments &a = arguments;
  requests = q.shape[0], tokens = q.shape[1], heads = q.shape[2];
  a.extent("q", q, 0, 0, kMaxRows);
  a.extent("q", q, 1, 0, kMaxRows);
  a.extent("q", q, 2, 0, kMaxHeads);
  int64_t dim = q.shape[3];
  if (dim != kValueDim)
    a.extent("q", q, 3, kKeyDim, kKeyDim);
  if (!a.ok())
    return;
  rows = tokens * heads;
  if (int64_t most = kMaxRows / std::max<int64_t>(requests, 1); rows > most)
    a.refuse("q.shape[1]", std::to_string(tokens),
             "at most " + std::to_string(most / heads) + " with this many heads and requests");
  a.extent("cache", cache, 0, 0, kMaxRows);
  a.extent("cache", cache, 1, 1, kMaxRows);
  a.extent("cache", cache, cache.rank - 1, dim, dim);
  if (cache.rank == 4) {
    a.extent("cache", cache, 2, 1, std::max<int64_t>(heads, 1));
    kvHeads = std::max<int64_t>(cache.shape[2], 1);
    if (a.ok() && heads % kvHeads != 0)
      a.refuse("cache.shape[2]", std::to_string(kvHeads),
               "a divisor of q.shape[2] = " + std::to_string(heads));
  }
  a.sameExtent("block_table", table, 0, requests, "q.shape[0]");
  a.sameExtent("lengths", lengths, 0, requests, "q.shape[0]");
  a.sameExtent("out", out, 0, requests, "q.shape[0]");
  a.sameExtent("out", out, 1, tokens, "q.shape[1]");
  a.sameExtent("out", out, 2, heads, "q.shape[2]");
  a.extent("out", out, 3, kValueDim, kValueDim);
  if (lse.present) {
    a.sameExtent("lse", lse, 0, requests, "q.shape[0]");
    a.sameExtent("lse", lse, 1, tokens, "q.shape[1]");
    a.sameExtent("lse", lse, 2, heads, "q.shape[2]");
  }
  // All rows of a request are one group where they have one stride.
  auto isFlat = [&](const TensorView &view) {
    return tokens == 1 || view.strides[1] == view.strides[2] * heads;
  };
  bool together = kvHeads == 1 && isFlat(q) && isFlat(out) && (!lse.present || isFlat(lse));
  groupRows = together ? rows : heads / kvHeads;
}

Status DenseDecode::read(const mla_dense_decode_args *given) {
  Arguments &a = arguments;
  if (!hasDevice(a, device))
    return a.status;
  a.adopt(given, args);
  if (!a.ok())
    return a.status;
  readTypes();
  if (!a.ok())
    return a.status;
  readShapes();
  a.integer("causal", args.causal, 0, 1);
  checkScale(a, args.scale, 1);
  a.integer("num_splits", args.num_splits, 0, kMaxGridY);
  a.integer("sm_count", args.sm_count, 0, kMaxMultiprocessors);
  a.integer("batch_invariant", args.batch_invariant, 0, 1);
  checkConvention(a, args.lse_convention);
  if (!a.ok())
    return a.status;
  if (Status status = chooseKernels(); !status.ok())
    return status;
  layOut();
  return {};
}

Status DenseDecode::chooseKernels() {
  std::string_view type = dtypeName(out.dtype);
  if (Status status = device->find("dense_decode_plan", {}, plan); !status.ok())
    return status;
  const Property byType[] = {{"type", type}};
  if (Status status = device->find("dense_decode_merge", byType, merge); !status.ok())
    return status;
  if (Status status = findDecode(groupRows, decode); !status.ok())
    return status;
  blocks = blocksOf(decode->variant(), groupRows);
  if (blocks > kMaxRows)
    return Status::error(StatusCode::InvalidArgument,
                         "argument 'q.shape[1]' = " + std::to_string(tokens) +
                             " gives more blocks of rows than a grid has");
  // A plan serves runs of other strides, too: its parts are those of rows that lie together.
  int64_t planRows = kvHeads == 1 ? rows : heads / kvHeads;
  LibraryKernel *planned = decode;
  if (planRows != groupRows)
    if (Status status = findDecode(planRows, planned); !status.ok())
      return status;
  chooseParts(planned->variant(), blocksOf(planned->variant(), planRows));
  // Slots of partial results, one for each request and part, are counted with 32 bits.
  if (requests + numParts > kMaxRows)
    return Status::error(
        StatusCode::InvalidArgument,
        "argument 'q.shape[0]' = " + std::to_string(requests) + " must be at most " +
            std::to_string(pieces > 0 ? kMaxRows / (pieces + 1) : kMaxRows - numParts) + " with " +
            (pieces > 0 ? "batch_invariant and this many rows" : "this many parts"));
  return {};
}

Status DenseDecode::findDecode(int64_t group, LibraryKernel *&found) {
  Property wanted[] = {{"type", dtypeName(q.dtype)},
                       {"dim", q.shape[3] == kKeyDim ? "576" : "512"},
                       {"rows", group <= kFewRows ? "16" : "64"},
                       {"pages", "tiles"}};
  // Codes are gathered from any page.
  if (hasCodes())
    return device->find("dense_decode_e4m3", std::span(wanted).first(3), found);
  if (Status status = device->find("dense_decode_decode", wanted, found); !status.ok())
    return status;
  // A tile of BLOCK_N keys is copied from one page where pages hold whole tiles.
  if (cache.shape[1] % found->variant().constant("BLOCK_N", 64) == 0)
    return {};
  wanted[3].value = "gather";
  return device->find("dense_decode_decode", wanted, found);
}

int64_t DenseDecode::blocksOf(const Variant &variant, int64_t group) const {
  int64_t blockRows = std::max<int64_t>(variant.constant("BLOCK_H", 1), 1);
  int64_t tiles = (group + blockRows - 1) / blockRows;
  if (group > 0)
    tiles *= rows / group;
  return (tiles + variant.cluster - 1) / variant.cluster * variant.cluster;
}

void DenseDecode::chooseParts(const Variant &variant, int64_t planBlocks) {
  // CTAs of decode that run at a time.
  int64_t programs =
      (args.sm_count ? args.sm_count : device->numMultiprocessors) * residentBlocks(variant);
  // Each piece of a request is a part of its own, so that its bits depend on its own inputs alone.
  if (args.batch_invariant)
    pieces = std::clamp<int64_t>(kPieceRows / std::max<int64_t>(rows, 1), 1, kMaxPieces);
  numParts = args.batch_invariant ? pieces * std::max<int64_t>(requests, 1)
             : args.num_splits ? args.num_splits
                               : std::max<int64_t>(programs / std::max<int64_t>(planBlocks, 1), 1);
}

void DenseDecode::layOut() {
  // Sizes grow with every extent, although the number of parts shrinks with the rows: a slot for
  // each request, and no more slots of parts than the multiprocessors hold blocks of rows.
  // Which kernel runs depends on the rows too: as many parts as any would have.
  int64_t most = (args.sm_count ? args.sm_count : device->numMultiprocessors) * kMaxResident;
  int64_t mostParts = std::max(pieces > 0 ? kMaxPieces * requests : numParts, most);
  int64_t partRows = pieces > 0 ? requests * std::min(kMaxPieces * rows, std::max(kPieceRows, rows))
                     : args.num_splits
                         ? numParts * rows
                         : std::min(most * rows, std::max(most * kMostBlockRows, rows));
  auto slotRows = size_t(requests * rows + partRows);
  startsAt = planLayout.take(size_t(requests + 1) * sizeof(int32_t));
  partsAt = planLayout.take(size_t(mostParts) * 2 * sizeof(int32_t));
  partialOutAt = workspace.take(slotRows * kValueDim * sizeof(float));
  partialLseAt = workspace.take(slotRows * sizeof(float));
  lseAt = workspace.take(lse.present ? 0 : size_t(requests * rows) * sizeof(float));
}

void DenseDecode::fill(Operands &operands, uint64_t planAddress, uint64_t buffer) const {
  // In the order of decode's manifest, so that each name is found at the first look.
  int64_t headsOfGroup = heads / kvHeads, groups = groupRows > 0 ? rows / groupRows : 0;
  int64_t kvHeadStride = cache.rank == 4 ? cache.strides[2] : cache.strides[1];
  operands.tensor("q", q.address,
                  {q.strides[0], q.strides[1], q.strides[2] * headsOfGroup, q.strides[2]});
  operands.integer("B", requests);
  operands.integer("T", groups / kvHeads);
  operands.integer("KV_HEADS", kvHeads);
  operands.integer("ROWS", groupRows);
  operands.tensor("cache", cache.address, {cache.strides[0], kvHeadStride, cache.strides[1]});
  operands.integer("PAGES", cache.shape[0]);
  operands.integer("PAGE", cache.shape[1]);
  operands.tensor("table", table.address, {table.strides[0]});
  operands.integer("MAX_PAGES", table.shape[1]);
  operands.pointer("lengths", lengths.address);
  operands.pointer("starts", planAddress + startsAt);
  operands.integer("STARTS", requests + 1);
  operands.tensor("parts", planAddress + partsAt, {2});
  operands.integer("PARTS", numParts);
  operands.tensor("out", out.address,
                  {out.strides[0], out.strides[1], out.strides[2] * headsOfGroup, out.strides[2]});
  std::array<int64_t, 3> lseStrides = {rows, heads, 1};
  if (lse.present)
    lseStrides = {lse.strides[0], lse.strides[1], lse.strides[2]};
  operands.tensor("lse", lse.present ? lse.address : buffer + lseAt,
                  {lseStrides[0], lseStrides[1], lseStrides[2] * headsOfGroup, lseStrides[2]});
  operands.tensor("partial_out", buffer + partialOutAt,
                  {rows * kValueDim, groupRows * kValueDim, kValueDim});
  operands.integer("SLOTS", requests + numParts);
  operands.integer("GROUPS", groups);
  operands.tensor("partial_lse", buffer + partialLseAt, {rows, groupRows});
  operands.integer("heads", headsOfGroup);
  operands.integer("causal", args.causal);
  operands.number("scale_log2", double(args.scale) * std::numbers::log2e);
  operands.integer("num_parts", numParts);
  operands.integer("most", pieces);
  operands.integer("least", kPieceUnits);
  operands.integer("splits", 0);
  operands.pointer("q_scale", queryScale.address);
  operands.integer("Q_SCALES", queryScale.present ? 1 : 0);
  operands.pointer("k_scale", keyScale.address);
  operands.integer("K_SCALES", keyScale.present ? 1 : 0);
  operands.pointer("sink", 0);
  operands.integer("SINKS", 0);
  operands.integer("sink_in_lse", 0);
  bool base2 = args.lse_convention.base == MLA_LSE_BASE2;
  bool positive = args.lse_convention.empty == MLA_LSE_EMPTY_POSITIVE;
  double infinity = std::numeric_limits<double>::infinity();
  operands.number("lse_scale", base2 ? std::numbers::log2e : 1.0);
  operands.number("lse_empty", positive ? infinity : -infinity);
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
  // As many layers of parts as grid.y is too small for.
  int64_t layers = (numParts + kMaxGridY - 1) / kMaxGridY;
  add(decode, {blocks, (numParts + layers - 1) / layers, layers});
  if (numParts > 1)
    add(merge, {rows * requests, rows * requests < kFewMergedRows ? kColumnSlices : 1, 1});
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
  return callOf<DenseDecode>("mla_query_dense_decode", device, args, false,
                             [&](DenseDecode &call) { return call.query(result); });
}

mla_status mla_plan_dense_decode(mla_device *device, const mla_dense_decode_args *args, void *plan,
                                 size_t plan_bytes, void *stream) {
  // Queries and outputs may not exist yet.
  return callOf<DenseDecode>("mla_plan_dense_decode", device, args, false, [&](DenseDecode &call) {
    return call.enqueuePlan(plan, plan_bytes, stream);
  });
}

mla_status mla_run_dense_decode(mla_device *device, const mla_dense_decode_args *args,
                                const void *plan, size_t plan_bytes, void *workspace,
                                size_t workspace_bytes, void *stream) {
  return callOf<DenseDecode>("mla_run_dense_decode", device, args, true, [&](DenseDecode &call) {
    return call.run(plan, plan_bytes, workspace, workspace_bytes, stream);
  });
}

} // extern "C"
