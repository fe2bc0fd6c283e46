//===- DenseDecode.cpp - dense decode through the C interface ----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecode.h"
#include "Case.h"

#include <array>
#include <cstring>
#include <optional>

using namespace mla::conformance;

namespace {
/// A call with its operands: NaN wherever a kernel must not look.
class Call {
public:
  Call(Library &library, const DecodeShape &shape, Element element = Element::Bf16,
       bool isBatchInvariant = false, uint64_t seed = 5);

  /// Puts other lengths and keys in place; the table has room for them.
  void setLengths(const std::vector<int32_t> &lengths);
  /// Poisons the results.
  void poison();
  /// Runs it and downloads the results; with `plan` through a plan.
  void run(bool plan = false);
  /// Waits, downloads the results and checks the canaries.
  void collect();
  /// Compares everything with fp64.
  void check();
  /// Enqueues, without waiting.
  mla_status enqueue(bool plan);
  /// The results' bits.
  std::vector<uint8_t> bits() const {
    std::vector<uint8_t> all = out.image();
    all.insert(all.end(), lse.image().begin(), lse.image().end());
    return all;
  }
  /// A row of `out`.
  const uint8_t *row(int64_t request, int64_t i) { return out.at(request, i); }

  mla_dense_decode_args args{};
  DecodeShape shape;

private:
  Library &library;
  uint64_t seed;
  PageTable pages;
  GuardedTensor q, cache, table, lengths, out, lse;
  std::optional<GuardedTensor> workspace, plan;
  mla_query_result sizes{};
};

/// Row i of a request's queries or keys, in [-1, 1).
void fillRow(uint64_t seed, int64_t request, int64_t i, std::span<float> values) {
  for (size_t col = 0; col < values.size(); ++col)
    values[col] = randomUnit(seed, uint64_t(request) << 40 | uint64_t(i) << 10 | col);
}

int32_t dtypeOf(Element element) {
  return element == Element::Fp16 ? MLA_DTYPE_FP16 : MLA_DTYPE_BF16;
}

/// [B, S, H, cols] over [B, S * H, cols].
mla_tensor byToken(const GuardedTensor &tensor, int32_t dtype, int64_t tokens, int64_t heads) {
  mla_tensor flat = viewOf(tensor, dtype), view = flat;
  view.rank = 4;
  const int64_t extents[] = {flat.shape[0], tokens, heads, flat.shape[2]};
  const int64_t strides[] = {flat.strides[0], heads * flat.strides[1], flat.strides[1], 1};
  std::copy(extents, extents + 4, view.shape);
  std::copy(strides, strides + 4, view.strides);
  return view;
}

mla_query_result sizesOf(Library &library, const mla_dense_decode_args &args) {
  mla_query_result result{};
  result.struct_size = sizeof(result);
  library.require(mla_query_dense_decode(library.device, &args, &result));
  return result;
}
} // namespace

Call::Call(Library &library, const DecodeShape &of, Element element, bool isBatchInvariant,
           uint64_t seed)
    : shape(of), library(library), seed(seed), pages(of, seed),
      q(library.gpu, element,
        {int64_t(of.lengths.size()), of.rows(), kKeyDim, of.queryPadding, of.requestPadding}),
      cache(library.gpu, element, {pages.pages, of.page, kKeyDim, 0, of.pagePadding}),
      table(library.gpu, Element::Int32, {int64_t(of.lengths.size()), 1, pages.width}),
      lengths(library.gpu, Element::Int32, {1, 1, int64_t(of.lengths.size())}),
      out(library.gpu, element,
          {int64_t(of.lengths.size()), of.rows(), kValueDim, of.outPadding, of.requestPadding}),
      lse(library.gpu, Element::Fp32,
          {int64_t(of.lengths.size()), 1, of.rows(), 0, of.requestPadding}) {
  args.struct_size = sizeof(args);
  args.causal = shape.causal;
  args.q = byToken(q, dtypeOf(element), shape.tokens, shape.heads);
  args.cache = viewOf(cache, dtypeOf(element));
  args.block_table = viewOf(table, MLA_DTYPE_I32);
  args.block_table.rank = 2;
  args.block_table.shape[1] = pages.width;
  args.block_table.strides[1] = 1;
  args.lengths = viewOf(lengths, MLA_DTYPE_I32, 1);
  args.out = byToken(out, dtypeOf(element), shape.tokens, shape.heads);
  args.lse = viewOf(lse, MLA_DTYPE_FP32);
  args.lse.shape[1] = shape.tokens;
  args.lse.shape[2] = shape.heads;
  args.lse.strides[1] = shape.heads;
  args.scale = float(shape.scale);
  args.num_splits = int32_t(shape.parts);
  args.batch_invariant = isBatchInvariant;
  sizes = sizesOf(library, args);
  // Exactly as many bytes as were asked for, between canaries.
  workspace.emplace(library.gpu, Element::Int32,
                    TensorShape{1, 1, int64_t(std::max<size_t>(sizes.workspace_bytes, 4)) / 4});
  plan.emplace(library.gpu, Element::Int32,
               TensorShape{1, 1, int64_t(std::max<size_t>(sizes.plan_bytes, 4)) / 4});
  int64_t bytes = elementBytes(element);
  std::memcpy(table.at(0, 0), pages.entries.data(), pages.entries.size() * sizeof(int32_t));
  table.upload();
  for (int64_t r = 0; r < q.shape().blocks; ++r)
    for (int64_t i = 0; i < shape.rows(); ++i) {
      std::array<float, kKeyDim> numbers;
      fillRow(seed, r, i, numbers);
      for (int64_t col = 0; col < kKeyDim; ++col)
        encode(element, q.at(r, i) + col * bytes, numbers[size_t(col)]);
    }
  q.upload();
  setLengths(shape.lengths);
}

void Call::setLengths(const std::vector<int32_t> &given) {
  shape.lengths = given;
  std::memcpy(lengths.at(0, 0), given.data(), given.size() * sizeof(int32_t));
  lengths.upload();
  int64_t bytes = elementBytes(cache.element());
  std::memset(cache.at(0, 0), 0xff,
              size_t(cache.shape().blocks * cache.shape().blockStride() * bytes));
  for (size_t r = 0; r < given.size(); ++r)
    for (int64_t j = 0; j < given[r]; ++j) {
      std::array<float, kKeyDim> numbers;
      fillRow(~seed, int64_t(r), j, numbers);
      int64_t page = pages.entries[r * size_t(pages.width) + size_t(j / shape.page)];
      for (int64_t col = 0; col < kKeyDim; ++col)
        encode(cache.element(), cache.at(page, j % shape.page) + col * bytes, numbers[size_t(col)]);
    }
  cache.upload();
}

void Call::poison() {
  for (GuardedTensor *tensor : {&out, &lse, &*workspace, &*plan})
    tensor->poison();
}

mla_status Call::enqueue(bool withPlan) {
  auto pointer = [](const std::optional<GuardedTensor> &tensor) {
    return reinterpret_cast<void *>(tensor->address());
  };
  if (!withPlan)
    return mla_run_dense_decode(library.device, &args, nullptr, 0, pointer(workspace),
                                sizes.workspace_bytes, library.gpu.stream);
  if (mla_status status = mla_plan_dense_decode(library.device, &args, pointer(plan),
                                                sizes.plan_bytes, library.gpu.stream);
      status != MLA_STATUS_OK)
    return status;
  return mla_run_dense_decode(library.device, &args, pointer(plan), sizes.plan_bytes,
                              pointer(workspace), sizes.run_bytes, library.gpu.stream);
}

void Call::run(bool withPlan) {
  poison();
  library.require(enqueue(withPlan));
  collect();
}

void Call::collect() {
  library.gpu.synchronize();
  for (auto [name, tensor] : {std::pair("out", &out), std::pair("lse", &lse),
                              std::pair("workspace", &*workspace), std::pair("plan", &*plan)}) {
    tensor->download();
    if (std::string where = tensor->damage(); !where.empty())
      library.fail(std::string(name) + ": " + where);
  }
}

void Call::check() {
  for (size_t r = 0; r < shape.lengths.size(); ++r) {
    std::vector<float> keys(size_t(shape.lengths[r] * kKeyDim));
    for (int64_t j = 0; j < shape.lengths[r]; ++j) {
      int64_t page = pages.entries[r * size_t(pages.width) + size_t(j / shape.page)];
      for (int64_t col = 0; col < kKeyDim; ++col)
        keys[size_t(j * kKeyDim + col)] = float(cache.get(page, j % shape.page, col));
    }
    for (int64_t i = 0; i < shape.rows(); ++i) {
      std::array<float, kKeyDim> query;
      for (int64_t col = 0; col < kKeyDim; ++col)
        query[size_t(col)] = float(q.get(int64_t(r), i, col));
      std::array<Expected, kValueDim> expected;
      Expected sum;
      decodeRow(
          {query, std::span(keys).first(size_t(shape.limit(int64_t(r), i) * kKeyDim)), shape.scale},
          out.element(), expected, sum);
      std::string place = "[request " + std::to_string(r) + ", row " + std::to_string(i) + "]";
      if (args.lse.data)
        library.compare(sum, lse.get(int64_t(r), 0, i), "lse" + place);
      for (int64_t col = 0; col < kValueDim; ++col)
        library.compare(expected[size_t(col)], out.get(int64_t(r), i, col), "out" + place);
    }
  }
}

static void checkOne(Library &library, const DecodeShape &shape, Element element = Element::Bf16) {
  Call call(library, shape, element);
  call.run();
  call.check();
  std::vector<uint8_t> first = call.bits();
  call.run(/*withPlan=*/true);
  if (first != call.bits())
    library.fail("a run with a plan gave other bits");
}

static void checkBatchInvariance(Library &library) {
  DecodeShape shape{.lengths = {65, 200, 1}, .heads = 16, .page = 64};
  Call batch(library, shape, Element::Bf16, /*isBatchInvariant=*/true);
  batch.run();
  batch.check();
  std::vector<uint8_t> row(batch.row(0, 3), batch.row(0, 3) + kValueDim * 2);
  shape.lengths = {65};
  Call alone(library, shape, Element::Bf16, /*isBatchInvariant=*/true);
  alone.run();
  if (std::memcmp(row.data(), alone.row(0, 3), row.size()) != 0)
    library.fail("a request's bits depend on the batch");
}

static void checkGraph(Library &library) {
  const mla::runtime::Driver &driver = library.gpu.driver();
  auto require = [&](CUresult result, const char *call) {
    mla::conformance::require(driver.check(result, call));
  };
  // A handle of its own, so that nothing is loaded.
  mla_device_options options{};
  options.struct_size = sizeof(options);
  options.kernel_folder = library.kernelFolder.empty() ? nullptr : library.kernelFolder.c_str();
  mla_device *fresh = nullptr;
  library.require(mla_open(&options, &fresh));
  Library own{library.gpu, fresh, library.kernelFolder};
  {
    Call call(own, {.lengths = {130, 65}, .heads = 8, .page = 64});
    CUgraph graph = nullptr;
    require(driver.cuStreamBeginCaptureFn(library.gpu.stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
            "cuStreamBeginCapture");
    if (mla_status status = call.enqueue(false); status != MLA_STATUS_NOT_LOADED)
      library.fail(std::string("unloaded inside a capture: ") + mla_status_name(status));
    require(driver.cuStreamEndCaptureFn(library.gpu.stream, &graph), "cuStreamEndCapture");
    require(driver.cuGraphDestroyFn(graph), "cuGraphDestroy");
    library.require(mla_load(fresh, MLA_FAMILY_DENSE_DECODE));
    require(driver.cuStreamBeginCaptureFn(library.gpu.stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
            "cuStreamBeginCapture");
    library.require(call.enqueue(true));
    require(driver.cuStreamEndCaptureFn(library.gpu.stream, &graph), "cuStreamEndCapture");
    CUgraphExec executable = nullptr;
    require(driver.cuGraphInstantiateWithFlagsFn(&executable, graph, 0), "cuGraphInstantiate");
    for (const std::vector<int32_t> &lengths :
         {std::vector<int32_t>{130, 65}, {1, 64}, {0, 130}, {129, 0}}) {
      std::vector<int32_t> fitting = lengths;
      fitting[1] = std::min(fitting[1], 65);
      call.setLengths(fitting);
      call.run(true);
      std::vector<uint8_t> expected = call.bits();
      call.poison();
      require(driver.cuGraphLaunchFn(executable, library.gpu.stream), "cuGraphLaunch");
      call.collect();
      call.check();
      if (expected != call.bits())
        own.fail("a replay with other lengths gave other bits");
    }
    require(driver.cuGraphExecDestroyFn(executable), "cuGraphExecDestroy");
    require(driver.cuGraphDestroyFn(graph), "cuGraphDestroy");
  }
  mla_close(fresh);
  library.compared += own.compared;
  if (!own.failure.empty())
    library.fail(own.failure);
}

std::vector<Case> mla::conformance::denseDecodeCases() {
  return {
      {"dense lengths 0,1,64,65 causal",
       [](Library &library) {
         checkOne(library, {.lengths = {0, 1, 64, 65}, .tokens = 2, .heads = 16, .causal = true});
       }},
      {"dense 3 heads, page 1, strides",
       [](Library &library) {
         checkOne(library, {.lengths = {3, 70},
                            .heads = 3,
                            .page = 1,
                            .pagePadding = 64,
                            .queryPadding = 16,
                            .outPadding = 32,
                            .requestPadding = 48});
       }},
      {"dense 5 parts, fp16",
       [](Library &library) {
         checkOne(library, {.lengths = {300, 10}, .heads = 16, .parts = 5}, Element::Fp16);
       }},
      {"dense without lse",
       [](Library &library) {
         Call call(library, {.lengths = {66}, .heads = 16, .parts = 2});
         call.args.lse = {};
         call.args.num_splits = 1;
         call.run();
         call.check();
       }},
      {"dense batch invariance", checkBatchInvariance},
      {"dense graph, other lengths", checkGraph},
  };
}
