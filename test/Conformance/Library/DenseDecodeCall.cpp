//===- DenseDecodeCall.cpp - one call of dense decode through the C interface -===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeCall.h"

#include <array>
#include <cstring>

using namespace mla::conformance;

/// Elements between the rows of two tokens that have no common stride.
static constexpr int64_t kTokenGap = 16;
/// Requests from which on each is work for one core.
static constexpr int64_t kManyRequests = 16;

static int64_t requestsOf(const DecodeShape &shape) { return int64_t(shape.lengths.size()); }

/// A block for each request, or for each token where tokens lie apart.
static TensorShape rowsOf(const DecodeShape &shape, int64_t cols, int64_t padding) {
  if (shape.apart)
    return {requestsOf(shape) * shape.tokens, shape.rows() / shape.tokens, cols, padding,
            kTokenGap};
  return {requestsOf(shape), shape.rows(), cols, padding, shape.requestPadding};
}

static TensorShape lseShapeOf(const DecodeShape &shape) {
  int64_t heads = shape.rows() / shape.tokens;
  if (shape.lseByHead)
    return {requestsOf(shape), heads, shape.tokens, 3, shape.requestPadding};
  return {requestsOf(shape), shape.tokens, heads, shape.apart ? 5 : 0, shape.requestPadding};
}

/// [B, S, H, cols] over rows.
static mla_tensor byToken(const GuardedTensor &tensor, int32_t dtype, const DecodeShape &shape) {
  const TensorShape &rows = tensor.shape();
  int64_t heads = shape.rows() / shape.tokens;
  mla_tensor view = viewOf(tensor, dtype);
  view.rank = 4;
  int64_t token = shape.apart ? rows.blockStride() : heads * rows.rowStride();
  int64_t request = shape.apart ? shape.tokens * rows.blockStride() : rows.blockStride();
  const int64_t extents[] = {requestsOf(shape), shape.tokens, heads, rows.cols};
  const int64_t strides[] = {request, token, rows.rowStride(), 1};
  std::copy(extents, extents + 4, view.shape);
  std::copy(strides, strides + 4, view.strides);
  return view;
}

void mla::conformance::forRequests(int64_t requests, const std::function<void(int64_t)> &work) {
  if (requests >= kManyRequests)
    return parallelFor(requests, work);
  for (int64_t r = 0; r < requests; ++r)
    work(r);
}

std::string DenseTypes::name() const {
  std::string text = query == Element::Fp16 ? "fp16" : query == Element::Bf16 ? "bf16" : "codes";
  return cache == Element::E4m3 && query != Element::E4m3 ? text + " of codes" : text;
}

static int32_t dtypeOf(Element element) {
  return element == Element::E4m3   ? MLA_DTYPE_E4M3
         : element == Element::Fp16 ? MLA_DTYPE_FP16
                                    : MLA_DTYPE_BF16;
}

DenseCall::DenseCall(Library &library, const DecodeShape &of, const DenseTypes &types,
                     uint64_t seed)
    : shape(of), types(types),
      cache(library.gpu, types.cache,
            {PageTable(of, seed).pages, of.page * of.kvHeads, of.keyDim, 0, of.pagePadding}),
      library(library), seed(seed), pages(of, seed),
      q(library.gpu, types.query, rowsOf(of, of.keyDim, of.queryPadding)),
      table(library.gpu, Element::Int32, {1, requestsOf(of), pages.width, 3}),
      lengths(library.gpu, Element::Int32, {1, 1, requestsOf(of)}),
      scales(library.gpu, Element::Fp32, {1, 2, 1, 3}),
      out(library.gpu, types.result, rowsOf(of, kValueDim, of.outPadding)),
      lse(library.gpu, Element::Fp32, lseShapeOf(of)) {
  describe();
  sizes.struct_size = sizeof(sizes);
  library.require(mla_query_dense_decode(library.device, &args, &sizes));
  if (sizes.arch)
    library.use(sizes);
  workspace.emplace(library.gpu, sizes.workspace_bytes);
  plan.emplace(library.gpu, sizes.plan_bytes);
}

void DenseCall::describe() {
  args.struct_size = sizeof(args);
  args.causal = shape.causal;
  args.q = byToken(q, dtypeOf(types.query), shape);
  args.out = byToken(out, dtypeOf(types.result), shape);
  args.cache = viewOf(cache, types.asBytes ? int32_t(MLA_DTYPE_U8) : dtypeOf(types.cache));
  if (shape.kvHeads > 1) {
    args.cache.rank = 4;
    args.cache.shape[1] = shape.page;
    args.cache.shape[2] = shape.kvHeads;
    args.cache.shape[3] = shape.keyDim;
    args.cache.strides[2] = args.cache.strides[1];
    args.cache.strides[1] *= shape.kvHeads;
    args.cache.strides[3] = 1;
  }
  args.block_table = viewOf(table, MLA_DTYPE_I32, 2);
  args.lengths = viewOf(lengths, MLA_DTYPE_I32, 1);
  if (shape.hasLse)
    args.lse = viewOf(lse, MLA_DTYPE_FP32);
  if (shape.hasLse && shape.lseByHead) {
    std::swap(args.lse.shape[1], args.lse.shape[2]);
    std::swap(args.lse.strides[1], args.lse.strides[2]);
  }
  args.scale = float(shape.scale);
  args.num_splits = int32_t(shape.parts);
  args.batch_invariant = shape.invariant;
  if (shape.otherLse)
    args.lse_convention = {MLA_LSE_BASE2, MLA_LSE_EMPTY_POSITIVE, 0};
  auto scaleAt = [&](int64_t row) {
    mla_tensor view = viewOf(scales, MLA_DTYPE_FP32, 1);
    view.data = static_cast<float *>(view.data) + row * scales.shape().rowStride();
    return view;
  };
  if (types.query == Element::E4m3 && types.queryScale != 0)
    args.descale_q = scaleAt(0);
  if (types.cache == Element::E4m3 && types.keyScale != 0)
    args.descale_k = scaleAt(1);
}

void DenseCall::upload() {
  makeQueries();
  makeKeys();
}

void DenseCall::makeQueries() {
  int64_t rows = shape.rows(), bytes = elementBytes(types.query);
  auto scale = float(types.queryFactor());
  parallelFor(requestsOf(shape) * rows, [&](int64_t i) {
    std::array<float, kKeyDim> numbers;
    queryRow(seed, shape, i / rows, i % rows, numbers);
    int64_t perBlock = q.shape().rows;
    for (int64_t col = 0; col < shape.keyDim; ++col)
      encode(types.query, q.at(i / perBlock, i % perBlock) + col * bytes,
             numbers[size_t(col)] / scale);
  });
  q.upload();
  encode(Element::Fp32, scales.at(0, 0), types.queryScale);
  encode(Element::Fp32, scales.at(0, 1), types.keyScale);
  scales.upload();
}

void DenseCall::makeKeys() {
  int64_t bytes = elementBytes(types.cache);
  auto scale = float(types.keyFactor());
  for (int64_t r = 0; r < requestsOf(shape); ++r)
    std::memcpy(table.at(0, r), pages.entries.data() + r * pages.width,
                size_t(pages.width) * sizeof(int32_t));
  table.upload();
  std::memcpy(lengths.at(0, 0), shape.lengths.data(), shape.lengths.size() * sizeof(int32_t));
  lengths.upload();
  // Rows past the length and pages without a reference keep the poison.
  forRequests(requestsOf(shape), [&](int64_t r) {
    parallelFor(shape.lengths[size_t(r)] * shape.kvHeads, [&](int64_t i) {
      std::array<float, kKeyDim> numbers;
      int64_t j = i / shape.kvHeads, kvHead = i % shape.kvHeads;
      keyRow(seed, shape, r, kvHead, j, numbers);
      int64_t page = pages.entries[size_t(r * pages.width + j / shape.page)];
      uint8_t *row = cache.at(page, j % shape.page * shape.kvHeads + kvHead);
      for (int64_t col = 0; col < shape.keyDim; ++col)
        encode(types.cache, row + col * bytes, numbers[size_t(col)] / scale);
    });
  });
  cache.upload();
}

void DenseCall::change(const std::vector<int32_t> &given, uint64_t newSeed) {
  int64_t oldPages = pages.pages, width = pages.width;
  shape.lengths = given;
  seed = newSeed;
  PageTable fewer(shape, seed);
  // In the table that is there, which has room for more; pages that are not named are poison.
  for (int64_t r = 0; r < requestsOf(shape); ++r)
    for (int64_t i = 0; i < width; ++i)
      pages.entries[size_t(r * width + i)] =
          i < fewer.width ? fewer.entries[size_t(r * fewer.width + i)] : -1;
  if (fewer.pages > oldPages || fewer.width > width)
    library.fail("the harness was asked for more keys than a call has room for");
  const std::vector<uint8_t> untouched =
      poisonedBytes(cache.shape().rows * cache.shape().rowStride() * elementBytes(types.cache));
  for (int64_t block = 0; block < cache.shape().blocks; ++block)
    std::memcpy(cache.at(block, 0), untouched.data(), untouched.size());
  makeKeys();
}

void DenseCall::rescale(float queryScale, float keyScale) {
  types.queryScale = queryScale;
  types.keyScale = keyScale;
  makeQueries();
}

void DenseCall::litter(uint8_t byte, int32_t entry) {
  std::vector<std::vector<bool>> used(size_t(cache.shape().blocks),
                                      std::vector<bool>(size_t(shape.page)));
  for (int64_t r = 0; r < requestsOf(shape); ++r)
    for (int64_t i = 0; i < pages.width; ++i) {
      int64_t first = i * shape.page, length = shape.lengths[size_t(r)];
      int32_t &page = pages.entries[size_t(r * pages.width + i)];
      if (first >= length)
        page = entry;
      for (int64_t j = 0; j < std::min(shape.page, length - first); ++j)
        used[size_t(page)][size_t(j)] = true;
    }
  int64_t row = shape.kvHeads * cache.shape().rowStride() * elementBytes(types.cache);
  for (int64_t page = 0; page < cache.shape().blocks; ++page)
    for (int64_t j = 0; j < shape.page; ++j)
      if (!used[size_t(page)][size_t(j)])
        std::memset(cache.at(page, j * shape.kvHeads), byte, size_t(row));
  cache.upload();
  for (int64_t r = 0; r < requestsOf(shape); ++r)
    std::memcpy(table.at(0, r), pages.entries.data() + r * pages.width,
                size_t(pages.width) * sizeof(int32_t));
  table.upload();
}

mla_status DenseCall::enqueue(bool withPlan) {
  if (!withPlan)
    return mla_run_dense_decode(library.device, &args, nullptr, 0, workspace->data(),
                                sizes.workspace_bytes, library.gpu.stream);
  if (mla_status status = mla_plan_dense_decode(library.device, &args, plan->data(),
                                                sizes.plan_bytes, library.gpu.stream);
      status != MLA_STATUS_OK)
    return status;
  return mla_run_dense_decode(library.device, &args, plan->data(), sizes.plan_bytes,
                              workspace->data(), sizes.run_bytes, library.gpu.stream);
}

void DenseCall::poison() {
  out.poison();
  lse.poison();
  workspace->poison();
  plan->poison();
}

void DenseCall::collect(bool all) {
  library.gpu.synchronize();
  out.download();
  lse.download();
  if (!all)
    return;
  auto report = [&](const char *name, const std::string &damage) {
    if (!damage.empty())
      library.fail(std::string(name) + ": " + damage);
  };
  report("out", out.damage());
  report("lse", lse.damage());
  report("workspace", workspace->damage());
  report("plan", plan->damage());
}

void DenseCall::run(bool withPlan, bool all) {
  poison();
  library.require(enqueue(withPlan));
  collect(all);
}

std::vector<uint8_t> DenseCall::bits() const {
  std::vector<uint8_t> bytes = out.image();
  bytes.insert(bytes.end(), lse.image().begin(), lse.image().end());
  return bytes;
}

void DenseCall::key(int64_t request, int64_t kvHead, int64_t j, std::span<float> numbers) const {
  int64_t page = pages.entries[size_t(request * pages.width + j / shape.page)];
  for (int64_t col = 0; col < shape.keyDim; ++col)
    numbers[size_t(col)] = float(cache.get(page, j % shape.page * shape.kvHeads + kvHead, col));
}

double DenseCall::queryAt(int64_t request, int64_t row, int64_t col) const {
  int64_t i = request * shape.rows() + row, perBlock = q.shape().rows;
  return q.get(i / perBlock, i % perBlock, col);
}

double DenseCall::outAt(int64_t request, int64_t row, int64_t col) const {
  int64_t i = request * shape.rows() + row, perBlock = out.shape().rows;
  return out.get(i / perBlock, i % perBlock, col);
}

double DenseCall::lseAt(int64_t request, int64_t row) const {
  int64_t heads = shape.rows() / shape.tokens, token = row / heads, head = row % heads;
  return shape.lseByHead ? lse.get(request, head, token) : lse.get(request, token, head);
}
