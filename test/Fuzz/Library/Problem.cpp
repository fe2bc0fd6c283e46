//===- Problem.cpp - legal argument structs ----------------------------------===//
// Shapes are small and odd, strides padded; tensors lie one behind the other where no memory is.
// SPDX-License-Identifier: Apache-2.0

#include "Problem.h"

#include <algorithm>

using namespace mla::fuzz;

static constexpr int64_t kKeyDims[] = {576, 512};
static constexpr int64_t kHeads[] = {1, 3, 16, 17, 64, 65, 128};
static constexpr int64_t kPages[] = {1, 2, 16, 48, 61, 64, 128, 576};
static constexpr int32_t kHalves[] = {MLA_DTYPE_BF16, MLA_DTYPE_FP16};
static constexpr int32_t kFloats[] = {MLA_DTYPE_BF16, MLA_DTYPE_FP16, MLA_DTYPE_FP32};

#define TENSOR(Struct, field) {#field, offsetof(Struct, field)}
#define NUMBER(Struct, field) {#field, offsetof(Struct, field), sizeof(Struct::field), false}
#define REAL(Struct, field) {#field, offsetof(Struct, field), sizeof(Struct::field), true}

const char *mla::fuzz::nameOf(Operation operation) {
  static constexpr const char *kNames[kOperations] = {"dense_decode",    "sparse_decode",
                                                      "convert_indices", "filter_indices",
                                                      "write_cache",     "merge_lse"};
  return kNames[int(operation)];
}

int64_t Problem::number(const char *name) const {
  for (const NumberField &field : numbers)
    if (std::strcmp(field.name, name) == 0) {
      int32_t narrow;
      int64_t wide;
      std::memcpy(&narrow, bytes.data() + field.offset, 4);
      if (field.bytes == 4)
        return narrow;
      std::memcpy(&wide, bytes.data() + field.offset, 8);
      return wide;
    }
  return 0;
}

std::string Problem::text() const {
  std::string text = std::string(nameOf(operation)) + ": struct_size " + std::to_string(givenSize);
  for (const NumberField &field : numbers) {
    float real;
    std::memcpy(&real, bytes.data() + field.offset, 4);
    text += std::string(" ") + field.name + " " +
            (field.isFloat ? std::to_string(real) : std::to_string(number(field.name)));
  }
  for (size_t i = 0; i < tensors.size(); ++i) {
    mla_tensor tensor = this->tensor(i);
    char address[32];
    std::snprintf(address, sizeof(address), "%p", tensor.data);
    text += std::string("\n  ") + tensors[i].name + " " + address + " dtype " +
            std::to_string(tensor.dtype) + " rank " + std::to_string(tensor.rank) + " [";
    for (int dim = 0; dim < MLA_MAX_RANK; ++dim)
      text += std::to_string(tensor.shape[dim]) + ":" + std::to_string(tensor.strides[dim]) + " ";
    text.back() = ']';
  }
  for (const std::string &change : changes)
    text += "\n  changed: " + change;
  return text;
}

namespace {
/// Places tensors in an address space of their own.
class Layout {
public:
  explicit Layout(Random &random) : random(random) {}

  /// A tensor with the last dimension contiguous and, sometimes, numbers between the others.
  mla_tensor tensor(int32_t dtype, std::initializer_list<int64_t> shape, int64_t padding = 16) {
    mla_tensor tensor{};
    tensor.data = reinterpret_cast<void *>(address);
    tensor.dtype = dtype;
    for (int64_t extent : shape)
      tensor.shape[tensor.rank++] = extent;
    int64_t stride = 1;
    for (int dim = tensor.rank - 1; dim >= 0; --dim) {
      tensor.strides[dim] = stride;
      stride *= std::max<int64_t>(tensor.shape[dim], 1);
      if (dim > 0 && random.once(4))
        stride += padding * random.between(1, 3);
      // What is aligned stays aligned.
      if (padding == 16 && dim == tensor.rank - 1)
        stride = (stride + 15) / 16 * 16;
    }
    address += uint64_t(stride) * 8 / 256 * 256 + 4096;
    return tensor;
  }
  /// Contiguous integers.
  mla_tensor list(int64_t count, int32_t dtype = MLA_DTYPE_I32) {
    return tensor(dtype, {count}, 1);
  }
  /// Rows of integers.
  mla_tensor lists(int64_t rows, int64_t count) { return tensor(MLA_DTYPE_I32, {rows, count}, 1); }

private:
  Random &random;
  uint64_t address = 0x700000000000;
};

/// A struct under construction.
template <typename Struct>
Problem finish(Operation operation, Struct args, std::vector<TensorField> tensors,
               std::vector<NumberField> numbers) {
  args.struct_size = sizeof(args);
  Problem problem{operation, {}, std::move(tensors), std::move(numbers), sizeof(args), {}, false};
  problem.bytes.resize(sizeof(args));
  std::memcpy(problem.bytes.data(), &args, sizeof(args));
  return problem;
}
} // namespace

static Problem makeDense(Random &random) {
  using Args = mla_dense_decode_args;
  Layout layout(random);
  Args args{};
  int64_t b = random.between(0, 5), s = random.between(1, 4), h = random.pick(kHeads),
          page = random.pick(kPages), dim = random.pick(kKeyDims), pages = random.between(1, 9);
  int32_t type = random.pick(kHalves), queries = type, stored = type;
  if (random.once(3)) {
    stored = random.below(2) ? MLA_DTYPE_U8 : MLA_DTYPE_E4M3;
    if (random.below(2)) {
      queries = MLA_DTYPE_E4M3;
      type = MLA_DTYPE_BF16;
    }
    if (queries == MLA_DTYPE_E4M3 && random.below(2))
      args.descale_q = layout.list(1, MLA_DTYPE_FP32);
    if (random.below(2))
      args.descale_k = layout.list(1, MLA_DTYPE_FP32);
  }
  args.causal = int32_t(random.below(2));
  args.q = layout.tensor(queries, {b, s, h, dim});
  args.cache = h % 2 == 0 && random.once(4) ? layout.tensor(stored, {pages, page, 2, dim})
                                            : layout.tensor(stored, {pages, page, dim});
  args.block_table = layout.lists(b, random.between(1, 40));
  args.lengths = layout.list(b);
  args.out = layout.tensor(type, {b, s, h, 512});
  if (random.below(4))
    args.lse = layout.tensor(MLA_DTYPE_FP32, {b, s, h}, 1);
  args.scale = 0.04f;
  args.num_splits = random.below(2) ? 0 : int32_t(random.between(1, 40));
  args.sm_count = random.below(2) ? 0 : int32_t(random.between(1, 1024));
  args.batch_invariant = random.once(4);
  args.lse_convention = {int32_t(random.below(2)), int32_t(random.below(2)), 0};
  return finish(
      Operation::DenseDecode, args,
      {TENSOR(Args, q), TENSOR(Args, cache), TENSOR(Args, block_table), TENSOR(Args, lengths),
       TENSOR(Args, out), TENSOR(Args, lse), TENSOR(Args, descale_q), TENSOR(Args, descale_k)},
      {NUMBER(Args, causal), REAL(Args, scale), NUMBER(Args, num_splits), NUMBER(Args, sm_count),
       NUMBER(Args, batch_invariant), NUMBER(Args, lse_convention.base),
       NUMBER(Args, lse_convention.empty), NUMBER(Args, lse_convention.sink)});
}

static mla_tensor sparsePool(Layout &layout, Random &random, int32_t format, int32_t type,
                             int64_t dim, int64_t page) {
  int64_t pages = random.between(1, 9);
  if (format == MLA_CACHE_ROWS)
    return layout.tensor(type, {pages, page, dim});
  int32_t bytes = random.below(2) ? MLA_DTYPE_U8 : MLA_DTYPE_E4M3;
  if (format == MLA_CACHE_E4M3)
    return layout.tensor(bytes, {pages, page, dim});
  if (format == MLA_CACHE_DS_MLA)
    return random.below(2) ? layout.tensor(bytes, {pages, page, 656})
                           : layout.tensor(bytes, {pages, page, 1, 656});
  // Rows of 576 bytes, the scales behind them.
  mla_tensor pool = layout.tensor(bytes, {pages, page, 584}, 16);
  pool.strides[0] = (page * 584 + 575) / 576 * 576;
  pool.strides[1] = 584;
  return pool;
}

static Problem makeSparse(Random &random) {
  using Args = mla_sparse_decode_args;
  Layout layout(random);
  Args args{};
  int64_t t = random.between(0, 9), h = random.pick(kHeads), k = random.between(0, 300);
  args.format = int32_t(random.below(4));
  int64_t dim = args.format == MLA_CACHE_DS_MLA ? 576
                : args.format == MLA_CACHE_DSV4 ? 512
                                                : random.pick(kKeyDims);
  int32_t type = args.format >= MLA_CACHE_DS_MLA ? MLA_DTYPE_BF16 : random.pick(kHalves);
  args.q = layout.tensor(type, {t, h, dim});
  args.cache = sparsePool(layout, random, args.format, type, dim, random.pick(kPages));
  args.indices = layout.lists(t, k);
  args.tokens_per_length = int32_t(random.between(0, 3));
  int64_t share = std::max(args.tokens_per_length, 1), counts = (t + share - 1) / share;
  if (random.below(2))
    args.lengths = layout.list(counts);
  if (random.below(2)) {
    args.extra_cache = sparsePool(layout, random, args.format, type, dim, random.pick(kPages));
    args.extra_indices = layout.lists(t, random.between(0, 100));
    if (random.below(2))
      args.extra_lengths = layout.list(counts);
  }
  if (random.below(2))
    args.sink = layout.list(h, MLA_DTYPE_FP32);
  args.out = layout.tensor(type, {t, h, 512});
  if (random.below(2))
    args.lse = layout.tensor(MLA_DTYPE_FP32, {t, h}, 1);
  args.num_splits = random.below(2) ? 0 : int32_t(random.between(1, 256));
  if (args.num_splits <= 1 && random.below(2))
    args.max_logits = layout.tensor(MLA_DTYPE_FP32, {t, h}, 1);
  args.scale = 0.04f;
  args.cache_scale = args.format == MLA_CACHE_E4M3 && random.below(2) ? 0.5f : 0.0f;
  args.sm_count = random.below(2) ? 0 : int32_t(random.between(1, 1024));
  args.batch_invariant = random.once(4);
  args.lse_convention = {int32_t(random.below(2)), int32_t(random.below(2)),
                         int32_t(random.below(2))};
  return finish(Operation::SparseDecode, args,
                {TENSOR(Args, q), TENSOR(Args, cache), TENSOR(Args, indices), TENSOR(Args, lengths),
                 TENSOR(Args, extra_cache), TENSOR(Args, extra_indices),
                 TENSOR(Args, extra_lengths), TENSOR(Args, sink), TENSOR(Args, out),
                 TENSOR(Args, lse), TENSOR(Args, max_logits)},
                {NUMBER(Args, format), REAL(Args, scale), REAL(Args, cache_scale),
                 NUMBER(Args, tokens_per_length), NUMBER(Args, num_splits), NUMBER(Args, sm_count),
                 NUMBER(Args, batch_invariant), NUMBER(Args, lse_convention.base),
                 NUMBER(Args, lse_convention.empty), NUMBER(Args, lse_convention.sink)});
}

static Problem makeConvert(Random &random) {
  using Args = mla_convert_indices_args;
  Layout layout(random);
  Args args{};
  int64_t t = random.between(0, 9), k = random.between(0, 300), r = random.between(0, 5);
  args.compact = int32_t(random.below(2));
  args.requests = layout.list(t);
  args.block_table = layout.lists(r, random.between(0, 40));
  args.tokens = layout.lists(t, k);
  args.out = args.compact || random.below(4) ? layout.lists(t, k) : args.tokens;
  if (random.below(2))
    args.counts = layout.list(t);
  if (random.below(2)) {
    args.workspace_requests = layout.list(t);
    args.workspace_starts = layout.list(random.between(0, 5));
  }
  args.page_size = int32_t(random.pick(kPages));
  args.page_stride = random.below(2) ? 0 : args.page_size + random.between(0, 64);
  args.world_size = int32_t(random.between(0, 8));
  args.rank = int32_t(random.below(uint64_t(std::max(args.world_size, 1))));
  args.interleave = int32_t(random.between(0, 64));
  return finish(Operation::ConvertIndices, args,
                {TENSOR(Args, requests), TENSOR(Args, block_table), TENSOR(Args, tokens),
                 TENSOR(Args, out), TENSOR(Args, counts), TENSOR(Args, workspace_requests),
                 TENSOR(Args, workspace_starts)},
                {NUMBER(Args, compact), NUMBER(Args, page_size), NUMBER(Args, world_size),
                 NUMBER(Args, page_stride), NUMBER(Args, rank), NUMBER(Args, interleave)});
}

static Problem makeFilter(Random &random) {
  using Args = mla_filter_indices_args;
  Layout layout(random);
  Args args{};
  int64_t t = random.between(0, 9), k = random.between(0, 300);
  args.compact = int32_t(random.below(2));
  args.tokens = layout.lists(t, k);
  bool named = random.below(2);
  if (named)
    args.requests = layout.list(t);
  args.lengths = layout.list(named ? random.between(0, 5) : random.below(2) ? 1 : t);
  if (random.below(4))
    args.context = layout.lists(t, k);
  if (random.below(4))
    args.new_tokens = layout.lists(t, k);
  if (random.below(2))
    args.context_counts = layout.list(t);
  if (random.below(2))
    args.new_counts = layout.list(t);
  return finish(Operation::FilterIndices, args,
                {TENSOR(Args, tokens), TENSOR(Args, requests), TENSOR(Args, lengths),
                 TENSOR(Args, context), TENSOR(Args, new_tokens), TENSOR(Args, context_counts),
                 TENSOR(Args, new_counts)},
                {NUMBER(Args, compact)});
}

static Problem makeWrite(Random &random) {
  using Args = mla_write_cache_args;
  Layout layout(random);
  Args args{};
  args.format = int32_t(random.below(4));
  bool isDsv4 = args.format == MLA_CACHE_DSV4;
  bool isRecord = args.format == MLA_CACHE_DS_MLA || isDsv4;
  int32_t type = isRecord ? random.pick(kHalves) : random.pick(kFloats);
  int64_t t = random.between(0, 40),
          rank = isDsv4     ? 448
                 : isRecord ? 512
                            : random.between(1, 700),
          rope = isRecord ? 64 : random.between(1, 100), page = random.pick(kPages);
  int64_t padding = isRecord || random.below(2) ? 16 : 1;
  args.latent = layout.tensor(type, {t, rank}, padding);
  args.rope = layout.tensor(type, {t, rope}, padding);
  args.slots = layout.list(random.between(0, 40), MLA_DTYPE_I64);
  int32_t bytes = random.below(2) ? MLA_DTYPE_U8 : MLA_DTYPE_E4M3;
  int64_t width = isDsv4 ? 584 : isRecord ? 656 : rank + rope + random.between(0, 1) * 16;
  args.cache = layout.tensor(args.format == MLA_CACHE_ROWS ? type : bytes,
                             {random.between(0, 9), page, width}, padding);
  if (args.format == MLA_CACHE_E4M3 && random.below(2))
    args.scale = layout.list(1, MLA_DTYPE_FP32);
  args.scale_rule = args.format == MLA_CACHE_DS_MLA ? int32_t(random.below(2)) : 0;
  return finish(Operation::WriteCache, args,
                {TENSOR(Args, latent), TENSOR(Args, rope), TENSOR(Args, slots), TENSOR(Args, cache),
                 TENSOR(Args, scale)},
                {NUMBER(Args, format), NUMBER(Args, scale_rule)});
}

static Problem makeMerge(Random &random) {
  using Args = mla_merge_lse_args;
  Layout layout(random);
  Args args{};
  int64_t t = random.between(0, 9), h = random.pick(kHeads), d = random.between(1, 600),
          n = random.between(0, 5);
  int32_t type = random.pick(kFloats);
  int64_t padding = random.below(2) ? 16 : 1;
  args.input_base = int32_t(random.below(2));
  args.first = layout.tensor(type, {t, h, d}, padding);
  args.first_lse = layout.tensor(MLA_DTYPE_FP32, {t, h}, 1);
  if (n > 0) {
    args.others = layout.tensor(type, {n, t, h, d}, padding);
    args.others_lse = layout.tensor(MLA_DTYPE_FP32, {n, t, h}, 1);
  }
  bool isCode = random.below(2);
  args.out = layout.tensor(isCode ? MLA_DTYPE_U8 : type, {t, h, d}, padding);
  if (random.below(2))
    args.lse = layout.tensor(MLA_DTYPE_FP32, {t, h}, 1);
  if (isCode && random.below(2))
    args.scale = layout.list(1, MLA_DTYPE_FP32);
  args.missing_first = random.between(0, t);
  args.lse_convention = {int32_t(random.below(2)), int32_t(random.below(2)), 0};
  return finish(
      Operation::MergeLse, args,
      {TENSOR(Args, first), TENSOR(Args, first_lse), TENSOR(Args, others), TENSOR(Args, others_lse),
       TENSOR(Args, out), TENSOR(Args, lse), TENSOR(Args, scale)},
      {NUMBER(Args, input_base), NUMBER(Args, missing_first), NUMBER(Args, lse_convention.base),
       NUMBER(Args, lse_convention.empty), NUMBER(Args, lse_convention.sink)});
}

Problem mla::fuzz::makeProblem(Operation operation, Random &random) {
  switch (operation) {
  case Operation::DenseDecode:
    return makeDense(random);
  case Operation::SparseDecode:
    return makeSparse(random);
  case Operation::ConvertIndices:
    return makeConvert(random);
  case Operation::FilterIndices:
    return makeFilter(random);
  case Operation::WriteCache:
    return makeWrite(random);
  case Operation::MergeLse:
    break;
  }
  return makeMerge(random);
}
