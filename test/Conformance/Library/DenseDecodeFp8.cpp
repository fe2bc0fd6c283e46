//===- DenseDecodeFp8.cpp - dense decode of codes through the C interface ----===//
// Caches of e4m3 with queries of 16 bits or of e4m3, and scales on the device. The reference takes
// the codes as they are; what they mean is in the scale of the scores and of the result.
// SPDX-License-Identifier: Apache-2.0

#include "CapturedGraph.h"
#include "Case.h"
#include "DenseDecode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

using namespace mla::conformance;

/// How far results may be from the reference's direction: vLLM's limits.
static constexpr double kMaxCosine = 1e-4, kMaxLseCosine = 1e-5;

namespace {
/// Types of a call and what its codes are multiplied by; 0: no scale is given.
struct Codes {
  Element query = Element::E4m3;
  float queryScale = 0.0113f, keyScale = 0.0371f;
  int64_t keyDim = kKeyDim;
  bool asBytes = false;     ///< the cache is u8
  bool isInvariant = false; ///< batch_invariant
};

/// 1 - 2 a.b / (a.a + b.b) of everything that was compared.
struct Similarity {
  double product = 0, squares = 0;
  void add(double a, double b) {
    if (std::isfinite(a) && std::isfinite(b)) {
      product += a * b;
      squares += a * a + b * b;
    }
  }
  double difference() const { return squares == 0 ? 0 : 1 - 2 * product / squares; }
};

/// A call with its operands: NaN wherever a kernel must not look.
class CodesCall {
public:
  CodesCall(Library &library, const DecodeShape &shape, const Codes &codes, uint64_t seed);

  /// Puts other lengths, keys and scales in place.
  void change(const std::vector<int32_t> &lengths, float queryScale, float keyScale);
  void poison();
  mla_status enqueue(bool withPlan);
  void collect();
  void run(bool withPlan = false);
  void check();
  std::vector<uint8_t> bits() const;
  /// Bytes of a request's results.
  std::vector<uint8_t> rows(int64_t request);

  mla_dense_decode_args args{};
  DecodeShape shape;
  GuardedTensor q, cache;

private:
  void describe(bool isInvariant);
  void makeKeys();
  void setScales();
  void keysOf(int64_t request, int64_t kvHead, std::vector<float> &keys);

  Library &library;
  Codes codes;
  uint64_t seed;
  PageTable pages;
  GuardedTensor table, lengths, scales, out, lse;
  mla_query_result sizes{};
  std::optional<GuardedTensor> workspace, plan;
};
} // namespace

static Element resultOf(Element query) { return query == Element::E4m3 ? Element::Bf16 : query; }

static int32_t dtypeOf(Element element) {
  return element == Element::E4m3   ? MLA_DTYPE_E4M3
         : element == Element::Fp16 ? MLA_DTYPE_FP16
                                    : MLA_DTYPE_BF16;
}

static TensorShape rowsOf(const DecodeShape &shape, int64_t cols, int64_t padding) {
  return {int64_t(shape.lengths.size()), shape.rows(), cols, padding, shape.requestPadding};
}

CodesCall::CodesCall(Library &library, const DecodeShape &of, const Codes &codes, uint64_t seed)
    : shape(of), q(library.gpu, codes.query, rowsOf(of, codes.keyDim, of.queryPadding)),
      cache(library.gpu, Element::E4m3,
            {PageTable(of, seed).pages, of.page * of.kvHeads, codes.keyDim, 0, of.pagePadding}),
      library(library), codes(codes), seed(seed), pages(of, seed),
      table(library.gpu, Element::Int32, {int64_t(of.lengths.size()), 1, pages.width}),
      lengths(library.gpu, Element::Int32, {1, 1, int64_t(of.lengths.size())}),
      scales(library.gpu, Element::Fp32, {1, 2, 1, 3}),
      out(library.gpu, resultOf(codes.query), rowsOf(of, kValueDim, of.outPadding)),
      lse(library.gpu, Element::Fp32,
          {int64_t(of.lengths.size()), 1, of.rows(), 0, of.requestPadding}) {
  shape.keyDim = codes.keyDim;
  describe(codes.isInvariant);
  for (int64_t r = 0; r < q.shape().blocks; ++r)
    for (int64_t i = 0; i < shape.rows(); ++i) {
      std::array<float, kKeyDim> numbers;
      queryRow(seed, shape, r, i, numbers);
      float scale = codes.query == Element::E4m3 && codes.queryScale != 0 ? codes.queryScale : 1;
      for (int64_t col = 0; col < codes.keyDim; ++col)
        encode(codes.query, q.at(r, i, col), numbers[size_t(col)] / scale);
    }
  q.upload();
  std::memcpy(table.at(0, 0), pages.entries.data(), pages.entries.size() * sizeof(int32_t));
  table.upload();
  change(shape.lengths, codes.queryScale, codes.keyScale);
}

void CodesCall::describe(bool isInvariant) {
  auto byToken = [&](const GuardedTensor &tensor) {
    mla_tensor flat = viewOf(tensor, dtypeOf(tensor.element())), view = flat;
    int64_t heads = shape.heads * shape.kvHeads;
    view.rank = 4;
    const int64_t extents[] = {flat.shape[0], shape.tokens, heads, flat.shape[2]};
    const int64_t strides[] = {flat.strides[0], heads * flat.strides[1], flat.strides[1], 1};
    std::copy(extents, extents + 4, view.shape);
    std::copy(strides, strides + 4, view.strides);
    return view;
  };
  args.struct_size = sizeof(args);
  args.causal = shape.causal;
  args.q = byToken(q);
  args.cache = viewOf(cache, codes.asBytes ? MLA_DTYPE_U8 : MLA_DTYPE_E4M3);
  args.cache.rank = 4;
  args.cache.shape[3] = args.cache.shape[2];
  args.cache.shape[1] = shape.page;
  args.cache.shape[2] = shape.kvHeads;
  args.cache.strides[3] = 1;
  args.cache.strides[2] = args.cache.strides[1];
  args.cache.strides[1] *= shape.kvHeads;
  args.block_table = viewOf(table, MLA_DTYPE_I32);
  args.block_table.rank = 2;
  args.block_table.shape[1] = pages.width;
  args.block_table.strides[1] = 1;
  args.lengths = viewOf(lengths, MLA_DTYPE_I32, 1);
  args.out = byToken(out);
  args.lse = viewOf(lse, MLA_DTYPE_FP32);
  args.lse.shape[1] = shape.tokens;
  args.lse.shape[2] = args.q.shape[2];
  args.lse.strides[1] = args.q.shape[2];
  args.scale = float(shape.scale);
  args.num_splits = int32_t(shape.parts);
  args.batch_invariant = isInvariant;
  auto scaleAt = [&](int64_t row) {
    mla_tensor view = viewOf(scales, MLA_DTYPE_FP32, 1);
    view.data = static_cast<float *>(view.data) + row * scales.shape().rowStride();
    return view;
  };
  if (codes.query == Element::E4m3 && codes.queryScale != 0)
    args.descale_q = scaleAt(0);
  if (codes.keyScale != 0)
    args.descale_k = scaleAt(1);
  sizes.struct_size = sizeof(sizes);
  library.require(mla_query_dense_decode(library.device, &args, &sizes));
  library.use(sizes);
  auto words = [](size_t bytes) {
    return TensorShape{1, 1, int64_t(std::max<size_t>(bytes, 4)) / 4};
  };
  workspace.emplace(library.gpu, Element::Int32, words(sizes.workspace_bytes));
  plan.emplace(library.gpu, Element::Int32, words(sizes.plan_bytes));
}

void CodesCall::change(const std::vector<int32_t> &given, float queryScale, float keyScale) {
  shape.lengths = given;
  codes.queryScale = queryScale;
  codes.keyScale = keyScale;
  std::memcpy(lengths.at(0, 0), given.data(), given.size() * sizeof(int32_t));
  lengths.upload();
  encode(Element::Fp32, scales.at(0, 0), queryScale);
  encode(Element::Fp32, scales.at(0, 1), keyScale);
  scales.upload();
  makeKeys();
}

void CodesCall::makeKeys() {
  std::memset(cache.at(0, 0), 0xff, size_t(cache.shape().blocks * cache.shape().blockStride()));
  float scale = codes.keyScale != 0 ? codes.keyScale : 1;
  for (size_t r = 0; r < shape.lengths.size(); ++r)
    for (int64_t j = 0; j < shape.lengths[r]; ++j)
      for (int64_t kvHead = 0; kvHead < shape.kvHeads; ++kvHead) {
        std::array<float, kKeyDim> numbers;
        keyRow(seed, shape, int64_t(r), kvHead, j, numbers);
        int64_t page = pages.entries[r * size_t(pages.width) + size_t(j / shape.page)];
        uint8_t *row = cache.at(page, j % shape.page * shape.kvHeads + kvHead);
        for (int64_t col = 0; col < codes.keyDim; ++col)
          encode(Element::E4m3, row + col, numbers[size_t(col)] / scale);
      }
  cache.upload();
}

void CodesCall::poison() {
  for (GuardedTensor *tensor : {&out, &lse, &*workspace, &*plan})
    tensor->poison();
}

mla_status CodesCall::enqueue(bool withPlan) {
  auto pointer = [](const std::optional<GuardedTensor> &tensor) {
    return reinterpret_cast<void *>(tensor->address());
  };
  if (withPlan)
    if (mla_status status = mla_plan_dense_decode(library.device, &args, pointer(plan),
                                                  sizes.plan_bytes, library.gpu.stream);
        status != MLA_STATUS_OK)
      return status;
  return mla_run_dense_decode(
      library.device, &args, withPlan ? pointer(plan) : nullptr, withPlan ? sizes.plan_bytes : 0,
      pointer(workspace), withPlan ? sizes.run_bytes : sizes.workspace_bytes, library.gpu.stream);
}

void CodesCall::collect() {
  library.gpu.synchronize();
  for (auto [name, tensor] : {std::pair("out", &out), std::pair("lse", &lse),
                              std::pair("workspace", &*workspace), std::pair("plan", &*plan)}) {
    tensor->download();
    if (std::string where = tensor->damage(); !where.empty())
      library.fail(std::string(name) + ": " + where);
  }
}

void CodesCall::run(bool withPlan) {
  poison();
  library.require(enqueue(withPlan));
  collect();
}

std::vector<uint8_t> CodesCall::bits() const {
  std::vector<uint8_t> all = out.image();
  all.insert(all.end(), lse.image().begin(), lse.image().end());
  return all;
}

std::vector<uint8_t> CodesCall::rows(int64_t request) {
  const uint8_t *first = out.at(request, 0), *rowLse = lse.at(request, 0);
  std::vector<uint8_t> all(first, first + out.shape().rowStride() * shape.rows() * 2);
  all.insert(all.end(), rowLse, rowLse + shape.rows() * 4);
  return all;
}

void CodesCall::keysOf(int64_t request, int64_t kvHead, std::vector<float> &keys) {
  int64_t count = shape.lengths[size_t(request)];
  keys.assign(size_t(count * kKeyDim), 0);
  for (int64_t j = 0; j < count; ++j) {
    int64_t page = pages.entries[size_t(request) * size_t(pages.width) + size_t(j / shape.page)];
    for (int64_t col = 0; col < codes.keyDim; ++col)
      keys[size_t(j * kKeyDim + col)] =
          float(cache.get(page, j % shape.page * shape.kvHeads + kvHead, col));
  }
}

void CodesCall::check() {
  bool isCode = codes.query == Element::E4m3;
  double queryScale = isCode && codes.queryScale != 0 ? double(codes.queryScale) : 1;
  double keyScale = codes.keyScale != 0 ? double(codes.keyScale) : 1;
  Similarity results, sums;
  std::vector<float> keys;
  for (int64_t r = 0; r < int64_t(shape.lengths.size()); ++r)
    for (int64_t kvHead = 0; kvHead < shape.kvHeads; ++kvHead) {
      keysOf(r, kvHead, keys);
      float largest = 0;
      for (float number : keys)
        largest = std::max(largest, std::fabs(number));
      for (int64_t i = 0; i < shape.rows(); ++i) {
        if (shape.kvHeadOf(i) != kvHead)
          continue;
        std::array<float, kKeyDim> query{};
        for (int64_t col = 0; col < codes.keyDim; ++col)
          query[size_t(col)] = float(q.get(r, i, col));
        std::array<Expected, kValueDim> expected;
        Expected sum;
        decodeRow({query, std::span(keys).first(size_t(shape.limit(r, i) * kKeyDim)),
                   double(args.scale) * queryScale * keyScale, largest},
                  out.element(), expected, sum);
        std::string place = "[request " + std::to_string(r) + ", row " + std::to_string(i) + "]";
        library.compare(sum, lse.get(r, 0, i), "lse" + place);
        sums.add(sum.value, lse.get(r, 0, i));
        for (int64_t col = 0; col < kValueDim; ++col) {
          // The last product, by the scale of the values, rounds once more.
          const Expected &codeSum = expected[size_t(col)];
          double value = codeSum.value * keyScale;
          double bound = codeSum.bound * keyScale + std::ldexp(std::fabs(value), -23) +
                         roundingBound(out.element(), std::fabs(value));
          library.compare({value, bound}, out.get(r, i, col), "out" + place);
          results.add(value, out.get(r, i, col));
        }
      }
    }
  if (results.difference() > kMaxCosine || sums.difference() > kMaxLseCosine)
    library.fail("cosine differences of out and lse " + std::to_string(results.difference()) +
                 ", " + std::to_string(sums.difference()));
}

static void checkOne(Library &library, const DecodeShape &shape, const Codes &codes) {
  library.begin(shape.name() + (codes.keyDim == kValueDim ? " d=512" : ""));
  CodesCall call(library, shape, codes, library.seed + 5);
  call.run();
  call.check();
  std::vector<uint8_t> first = call.bits();
  call.run(/*withPlan=*/true);
  if (first != call.bits())
    library.fail("a run with a plan gave other bits");
}

/// Shapes of the whole lattice that every type is checked with.
static std::vector<DecodeShape> lattice() {
  std::vector<DecodeShape> shapes;
  for (int64_t heads : {1, 3, 8, 16, 17, 63, 64, 65, 128})
    shapes.push_back({.lengths = {65, 0, 1000}, .heads = heads, .page = 64});
  for (int64_t page : {1, 16, 61, 64, 100, 256})
    shapes.push_back({.lengths = {300, 63, 1}, .heads = 20, .page = page, .parts = 3});
  for (int64_t tokens : {2, 4, 16})
    shapes.push_back({.lengths = {130, 1, 0, 64}, .tokens = tokens, .heads = 9, .causal = true});
  for (int64_t parts : {1, 7, 300})
    shapes.push_back({.lengths = {4096, 65}, .tokens = 2, .heads = 16, .parts = parts});
  for (int64_t kvHeads : {2, 3, 8})
    shapes.push_back({.lengths = {65, 130}, .tokens = 2, .heads = 3, .kvHeads = kvHeads});
  shapes.push_back({.lengths = {32768, 5}, .heads = 16});
  shapes.push_back({.lengths = std::vector<int32_t>(64, 700), .heads = 32, .page = 32});
  shapes.push_back({.lengths = {129, 4},
                    .heads = 5,
                    .pagePadding = 48,
                    .queryPadding = 64,
                    .outPadding = 32,
                    .requestPadding = 160});
  return shapes;
}

static void checkLattice(Library &library, Element query) {
  if (library.small) {
    library.skipped = "a large lattice, left to --lattice full";
    return;
  }
  for (int64_t keyDim : {576, 512})
    for (const DecodeShape &shape : lattice())
      checkOne(library, shape, {.query = query, .keyDim = keyDim});
}

/// One key, which has every finite code: its weight is 1, and a power of two as scale is exact.
static void checkEveryCode(Library &library) {
  for (Element query : {Element::E4m3, Element::Bf16, Element::Fp16}) {
    CodesCall call(library, {.lengths = {1}, .heads = 4, .page = 1},
                   {.query = query, .queryScale = 1, .keyScale = 0.25f}, 1);
    int64_t page = 0;
    while (*call.cache.at(page, 0) == 0xff)
      ++page;
    for (int64_t col = 0; col < kKeyDim; ++col)
      *call.cache.at(page, 0, col) = (col & 127) == 127 ? 0x80 : uint8_t(col);
    call.cache.upload();
    call.run();
    std::vector<uint8_t> bits = call.rows(0);
    for (int64_t col = 0; col < kValueDim; ++col) {
      double value = 0.25 * decode(Element::E4m3, call.cache.at(page, 0, col));
      // All scores are finite, so that no product but that of the weight 1 matters.
      library.compare({value, 0}, decode(resultOf(query), bits.data() + 2 * col),
                      "code " + std::to_string(col));
    }
  }
}

/// A request has the bits that it has among others.
static void checkAlone(Library &library, Element query) {
  DecodeShape shape{.lengths = {200, 65, 1}, .heads = 16, .page = 16};
  Codes codes{.query = query, .isInvariant = true};
  CodesCall batch(library, shape, codes, 7);
  batch.run();
  batch.check();
  shape.lengths = {200};
  CodesCall alone(library, shape, codes, 7);
  alone.run();
  alone.check();
  if (alone.rows(0) != batch.rows(0))
    library.fail("a request has other bits when it is alone");
}

/// A graph reads lengths, keys and scales when it is replayed.
static void checkReplay(Library &library) {
  library.require(mla_load(library.device, MLA_FAMILY_DENSE_DECODE));
  CodesCall call(library, {.lengths = {130, 65}, .heads = 8, .page = 16}, {}, 3);
  CapturedGraph graph(library.gpu, [&] { library.require(call.enqueue(true)); });
  for (auto [first, second, queryScale, keyScale] :
       {std::tuple(130, 65, 0.02f, 0.03f), {1, 64, 0.5f, 0.125f}, {0, 65, 0.0113f, 0.0371f}}) {
    call.change({first, second}, queryScale, keyScale);
    call.poison();
    graph.launch();
    call.collect();
    call.check();
  }
}

std::vector<Case> mla::conformance::denseDecodeFp8Cases() {
  using L = Library;
  return {
      {"C5 queries of codes, causal, strides",
       [](L &library) {
         checkOne(library,
                  {.lengths = {0, 1, 35},
                   .tokens = 2,
                   .heads = 16,
                   .causal = true,
                   .pagePadding = 48,
                   .queryPadding = 64,
                   .outPadding = 32,
                   .requestPadding = 160},
                  {});
       }},
      {"C5 few rows, 512 wide, no scales, bytes",
       [](L &library) {
         checkOne(library, {.lengths = {40, 3}, .heads = 9, .page = 5, .parts = 3},
                  {.queryScale = 0, .keyScale = 0, .keyDim = 512, .asBytes = true});
       }},
      {"C5 replayed with other lengths and scales", checkReplay},
      {"C6 bf16 queries, heads of keys",
       [](L &library) {
         checkOne(library, {.lengths = {70, 0}, .tokens = 2, .heads = 2, .kvHeads = 2},
                  {.query = Element::Bf16, .asBytes = true});
       }},
      {"C6 bf16 queries, page 1, 5 parts",
       [](L &library) {
         checkOne(library, {.lengths = {97}, .heads = 18, .page = 1, .parts = 5},
                  {.query = Element::Bf16});
       }},
      {"C6 fp16 queries, 512 wide, no scale",
       [](L &library) {
         checkOne(library, {.lengths = {65}, .heads = 17},
                  {.query = Element::Fp16, .keyScale = 0, .keyDim = 512});
       }},
      {"C6 G11 bf16 queries, a request alone and among others",
       [](L &library) { checkAlone(library, Element::Bf16); }},
      {"C5 G11 queries of codes, a request alone and among others",
       [](L &library) { checkAlone(library, Element::E4m3); }},
      {"C5 C6 every code", checkEveryCode},
      {"C5 lattice", [](L &library) { checkLattice(library, Element::E4m3); }},
      {"C6 lattice, bf16 queries", [](L &library) { checkLattice(library, Element::Bf16); }},
      {"C6 lattice, fp16 queries", [](L &library) { checkLattice(library, Element::Fp16); }},
  };
}
