//===- LibraryFuzzer.cpp - argument structs of the C interface --------------===//
// Fills the struct of an operation from the input, mostly with numbers that matter (legal ones and
// their neighbours, the ends of the integers), and calls query, plan and run over a driver that
// records launches (test/Unit/Runtime/StubDriver.h). A call must not crash; when it is refused
// nothing may be launched and there must be a message; when it is accepted, its launches' grids are
// within CUDA's limits, and tensors lie in the address space. Run: mla-fuzz-library [corpus]
// [libFuzzer options]. SPDX-License-Identifier: Apache-2.0

#include "StubDriver.h"
#include "mla/Runtime/mla.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <limits>

namespace {
/// Takes numbers from the input; zeros behind its end.
class Input {
public:
  Input(const uint8_t *data, size_t size) : data(data), size(size) {}

  template <typename T>
  T take() {
    T value{};
    size_t count = std::min(sizeof(T), size);
    std::memcpy(&value, data, count);
    data += count;
    size -= count;
    return value;
  }

  /// One of the numbers that matter, the legal one most of the time.
  int64_t number(int64_t legal) {
    static constexpr int64_t kNumbers[] = {0,
                                           1,
                                           -1,
                                           2,
                                           3,
                                           15,
                                           16,
                                           17,
                                           63,
                                           64,
                                           65,
                                           127,
                                           128,
                                           129,
                                           511,
                                           512,
                                           513,
                                           575,
                                           576,
                                           577,
                                           584,
                                           656,
                                           657,
                                           65535,
                                           65536,
                                           1 << 20,
                                           std::numeric_limits<int32_t>::max(),
                                           std::numeric_limits<int32_t>::min(),
                                           int64_t(1) << 31,
                                           int64_t(1) << 32,
                                           int64_t(1) << 40,
                                           (int64_t(1) << 40) + 1,
                                           int64_t(1) << 57,
                                           std::numeric_limits<int64_t>::max(),
                                           std::numeric_limits<int64_t>::min()};
    auto choice = take<uint8_t>();
    if (choice < 200)
      return legal;
    if (choice < 250)
      return kNumbers[take<uint8_t>() % std::size(kNumbers)];
    return take<int64_t>();
  }

  /// A tensor that is almost what `shape` says.
  void tensor(mla_tensor &tensor, int32_t dtype, std::initializer_list<int64_t> shape) {
    auto kind = take<uint8_t>();
    if (kind < 8)
      return;
    tensor.data = reinterpret_cast<void *>(number(0x100000));
    tensor.dtype = int32_t(number(dtype));
    tensor.rank = int32_t(number(int64_t(shape.size())));
    int64_t stride = 1, extents[MLA_MAX_RANK];
    int rank = 0;
    for (int64_t extent : shape)
      tensor.shape[rank] = extents[rank] = number(extent), ++rank;
    for (int dim = rank - 1; dim >= 0; --dim) {
      tensor.strides[dim] = number(stride);
      if (__builtin_mul_overflow(stride, extents[dim], &stride))
        stride = 0;
    }
  }

private:
  const uint8_t *data;
  size_t size;
};

StubState *stub = nullptr;
mla_device *devices[3] = {};

[[noreturn]] void fail(const char *what) {
  std::fprintf(stderr, "%s: %s\n", what, mla_last_error());
  std::abort();
}

/// What every call must keep.
void check(mla_status status, size_t launchesBefore, const char *function) {
  if (status < MLA_STATUS_OK || status >= MLA_STATUS_INTERNAL)
    fail(function);
  if (status != MLA_STATUS_OK && stub->launches.size() != launchesBefore)
    fail("a refused call launched something");
  if (status != MLA_STATUS_OK && std::strncmp(mla_last_error(), "mla_", 4) != 0)
    fail("a refusal without its function");
  for (size_t i = launchesBefore; i < stub->launches.size(); ++i) {
    const CUlaunchConfig &config = stub->launches[i].config;
    if (config.gridDimX == 0 || config.gridDimX > 0x7fffffff || config.gridDimY == 0 ||
        config.gridDimY > 65535 || config.gridDimZ == 0 || config.gridDimZ > 65535)
      fail("a grid that CUDA does not take");
  }
}

template <typename Call>
void expectKept(const char *function, Call &&call) {
  size_t before = stub->launches.size();
  check(call(), before, function);
}

int64_t rows(Input &input) { return 1 + input.take<uint8_t>() % 5; }
} // namespace

static void fuzzDenseDecode(mla_device *device, Input &input) {
  int64_t b = rows(input), s = rows(input), h = 1 + input.take<uint8_t>() % 128, page = 64;
  mla_dense_decode_args args{};
  args.struct_size = uint32_t(input.number(sizeof(args)));
  args.causal = int32_t(input.number(1));
  int32_t type = input.take<uint8_t>() % 2 ? MLA_DTYPE_BF16 : MLA_DTYPE_FP16;
  input.tensor(args.q, type, {b, s, h, 576});
  input.tensor(args.cache, type, {7, page, 576});
  input.tensor(args.block_table, MLA_DTYPE_I32, {b, 5});
  input.tensor(args.lengths, MLA_DTYPE_I32, {b});
  input.tensor(args.out, type, {b, s, h, 512});
  input.tensor(args.lse, MLA_DTYPE_FP32, {b, s, h});
  args.scale = input.take<uint8_t>() < 240 ? 0.04f : input.take<float>();
  args.num_splits = int32_t(input.number(0));
  args.sm_count = int32_t(input.number(0));
  args.batch_invariant = int32_t(input.number(0));
  args.lse_convention = {int32_t(input.number(0)), int32_t(input.number(0)),
                         int32_t(input.number(0))};
  if (args.struct_size > sizeof(args))
    args.struct_size = 0;
  mla_query_result result{};
  result.struct_size = sizeof(result);
  expectKept("query", [&] { return mla_query_dense_decode(device, &args, &result); });
  auto *workspace = reinterpret_cast<void *>(input.number(0x40000000));
  auto *plan = reinterpret_cast<void *>(input.number(0));
  auto workspaceBytes = size_t(input.number(int64_t(result.workspace_bytes)));
  auto planBytes = size_t(input.number(int64_t(result.plan_bytes)));
  expectKept("plan",
             [&] { return mla_plan_dense_decode(device, &args, plan, planBytes, nullptr); });
  expectKept("run", [&] {
    return mla_run_dense_decode(device, &args, plan, planBytes, workspace, workspaceBytes, nullptr);
  });
}

static void fuzzIndices(mla_device *device, Input &input) {
  int64_t t = rows(input), k = 1 + input.take<uint8_t>(), r = rows(input);
  mla_convert_indices_args args{};
  args.struct_size = uint32_t(input.number(sizeof(args)));
  args.compact = int32_t(input.number(0));
  input.tensor(args.requests, MLA_DTYPE_I32, {t});
  input.tensor(args.block_table, MLA_DTYPE_I32, {r, 9});
  input.tensor(args.tokens, MLA_DTYPE_I32, {t, k});
  input.tensor(args.out, MLA_DTYPE_I32, {t, k});
  input.tensor(args.counts, MLA_DTYPE_I32, {t});
  input.tensor(args.workspace_requests, MLA_DTYPE_I32, {t});
  input.tensor(args.workspace_starts, MLA_DTYPE_I32, {r});
  args.page_size = int32_t(input.number(64));
  args.page_stride = input.number(0);
  args.world_size = int32_t(input.number(1));
  args.rank = int32_t(input.number(0));
  args.interleave = int32_t(input.number(1));
  if (args.struct_size > sizeof(args))
    args.struct_size = 0;
  expectKept("convert", [&] { return mla_run_convert_indices(device, &args, nullptr); });

  mla_filter_indices_args filter{};
  filter.struct_size = sizeof(filter);
  filter.compact = int32_t(input.number(1));
  filter.tokens = args.tokens;
  filter.requests = args.requests;
  input.tensor(filter.lengths, MLA_DTYPE_I32, {r});
  input.tensor(filter.context, MLA_DTYPE_I32, {t, k});
  input.tensor(filter.new_tokens, MLA_DTYPE_I32, {t, k});
  input.tensor(filter.context_counts, MLA_DTYPE_I32, {t});
  input.tensor(filter.new_counts, MLA_DTYPE_I32, {t});
  expectKept("filter", [&] { return mla_run_filter_indices(device, &filter, nullptr); });
}

static void fuzzWriteCache(mla_device *device, Input &input) {
  int64_t t = rows(input);
  mla_write_cache_args args{};
  args.struct_size = uint32_t(input.number(sizeof(args)));
  int32_t format = input.take<uint8_t>() % 4, type = 1 + input.take<uint8_t>() % 3;
  args.format = int32_t(input.number(format));
  input.tensor(args.latent, type, {t, 512});
  input.tensor(args.rope, type, {t, 64});
  input.tensor(args.slots, MLA_DTYPE_I64, {t});
  input.tensor(args.cache, format == MLA_CACHE_ROWS ? type : MLA_DTYPE_U8,
               {3, 64, format == MLA_CACHE_DS_MLA ? 656 : 576});
  input.tensor(args.scale, MLA_DTYPE_FP32, {1});
  args.scale_rule = int32_t(input.number(0));
  if (args.struct_size > sizeof(args))
    args.struct_size = 0;
  expectKept("write", [&] { return mla_run_write_cache(device, &args, nullptr); });
}

static void fuzzMergeLse(mla_device *device, Input &input) {
  int64_t t = rows(input), h = rows(input), n = rows(input), d = 16 * rows(input);
  int32_t type = 1 + input.take<uint8_t>() % 3;
  mla_merge_lse_args args{};
  args.struct_size = uint32_t(input.number(sizeof(args)));
  args.input_base = int32_t(input.number(0));
  input.tensor(args.first, type, {t, h, d});
  input.tensor(args.first_lse, MLA_DTYPE_FP32, {t, h});
  input.tensor(args.others, type, {n, t, h, d});
  input.tensor(args.others_lse, MLA_DTYPE_FP32, {n, t, h});
  input.tensor(args.out, input.take<uint8_t>() % 2 ? type : MLA_DTYPE_U8, {t, h, d});
  input.tensor(args.lse, MLA_DTYPE_FP32, {t, h});
  input.tensor(args.scale, MLA_DTYPE_FP32, {1});
  args.missing_first = input.number(0);
  args.lse_convention = {int32_t(input.number(0)), int32_t(input.number(0)),
                         int32_t(input.number(0))};
  if (args.struct_size > sizeof(args))
    args.struct_size = 0;
  expectKept("merge", [&] { return mla_run_merge_lse(device, &args, nullptr); });
}

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  setenv("MLA_LIBCUDA", MLA_STUB_DRIVER, 1);
  void *module = dlopen(MLA_STUB_DRIVER, RTLD_NOW | RTLD_LOCAL);
  if (!module)
    fail(dlerror());
  stub = reinterpret_cast<StubState *(*)()>(dlsym(module, "stubState"))();
  mla_device_options options{};
  options.struct_size = sizeof(options);
  if (mla_open(&options, &devices[0]) != MLA_STATUS_OK)
    fail("mla_open");
  stub->major = 8;
  if (mla_open(&options, &devices[1]) != MLA_STATUS_OK)
    fail("mla_open");
  options.ordinal = -1;
  options.compute_capability = 90;
  options.sm_count = 132;
  if (mla_open(&options, &devices[2]) != MLA_STATUS_OK)
    fail("mla_open");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  Input input(data, size);
  mla_device *device = devices[input.take<uint8_t>() % 3];
  stub->launches.clear();
  switch (input.take<uint8_t>() % 4) {
  case 0:
    fuzzDenseDecode(device, input);
    break;
  case 1:
    fuzzIndices(device, input);
    break;
  case 2:
    fuzzMergeLse(device, input);
    break;
  default:
    fuzzWriteCache(device, input);
  }
  return 0;
}
