//===- decode.cpp - one step of dense and of sparse decode on a GPU ----------===//
// A request with 100 keys in pages of 64 and one query token of 16 heads: all of its keys, then
// those that a list names. All keys are alike, so that the result is their value. A server has its
// memory from CUDA; here the driver's own functions do, so that the example needs no toolkit.
// Without a GPU it says so. SPDX-License-Identifier: Apache-2.0
#include <mla/Runtime/mla.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

void require(mla_status status) {
  if (status != MLA_STATUS_OK)
    throw std::runtime_error(std::string(mla_status_name(status)) + ": " + mla_last_error());
}

/// The functions of the driver that hold memory, in the context that mla_open retained.
class Driver {
public:
  Driver() {
    const char *name = std::getenv("MLA_LIBCUDA");
    library = dlopen(name ? name : "libcuda.so.1", RTLD_NOW);
    if (!library)
      throw std::runtime_error(dlerror());
    void *context = nullptr;
    call<int *, int>("cuDeviceGet", &device, 0);
    call<void **, int>("cuDevicePrimaryCtxRetain", &context, device);
    call<void *>("cuCtxSetCurrent", context);
  }
  ~Driver() { call<int>("cuDevicePrimaryCtxRelease_v2", device); }

  uint64_t allocate(size_t bytes) {
    uint64_t address = 0;
    call<uint64_t *, size_t>("cuMemAlloc_v2", &address, bytes);
    return address;
  }
  void upload(uint64_t to, const void *from, size_t bytes) {
    call<uint64_t, const void *, size_t>("cuMemcpyHtoD_v2", to, from, bytes);
  }
  /// Waits for what was enqueued before.
  void download(void *to, uint64_t from, size_t bytes) {
    call<void *, uint64_t, size_t>("cuMemcpyDtoH_v2", to, from, bytes);
  }

private:
  template <typename... Parameters>
  void call(const char *name, Parameters... parameters) {
    auto *function = reinterpret_cast<int (*)(Parameters...)>(dlsym(library, name));
    int result = function ? function(parameters...) : -1;
    if (result != 0)
      throw std::runtime_error(std::string(name) + " failed: " + std::to_string(result));
  }

  void *library = nullptr;
  int device = 0;
};

mla_tensor contiguous(uint64_t address, int32_t dtype, std::initializer_list<int64_t> shape) {
  mla_tensor tensor{};
  tensor.data = reinterpret_cast<void *>(address);
  tensor.dtype = dtype;
  for (int64_t extent : shape)
    tensor.shape[tensor.rank++] = extent;
  int64_t stride = 1;
  for (int dim = tensor.rank - 1; dim >= 0; stride *= tensor.shape[dim--])
    tensor.strides[dim] = stride;
  return tensor;
}

uint16_t bf16(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return uint16_t(bits >> 16);
}

float number(uint16_t bits) {
  uint32_t wide = uint32_t(bits) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof(value));
  return value;
}

constexpr int64_t kHeads = 16, kPage = 64, kPages = 3;
constexpr float kScale = 1.0f / 24;

/// Queries, a cache and results on the GPU.
struct Step {
  Driver driver;
  uint64_t query, cache, out, lse;

  Step() {
    std::vector<uint16_t> queries(kHeads * 576, bf16(0.25f)),
        rows(kPages * kPage * 576, bf16(0.5f));
    query = place(queries.data(), queries.size() * 2);
    cache = place(rows.data(), rows.size() * 2);
    out = driver.allocate(kHeads * 512 * 2);
    lse = driver.allocate(kHeads * 4);
  }
  uint64_t place(const void *data, size_t bytes) {
    uint64_t address = driver.allocate(bytes);
    driver.upload(address, data, bytes);
    return address;
  }
  bool isRight(const mla_query_result &sizes, int keys);
};

/// Attends to all keys of the request.
bool decodeDense(mla_device *device, Step &step) {
  const int32_t table[] = {2, 0}; // the request's pages; page 1 is nobody's
  const int32_t length = 100;
  mla_dense_decode_args args{};
  args.struct_size = sizeof(args);
  args.q = contiguous(step.query, MLA_DTYPE_BF16, {1, 1, kHeads, 576});
  args.cache = contiguous(step.cache, MLA_DTYPE_BF16, {kPages, kPage, 576});
  args.block_table = contiguous(step.place(table, sizeof(table)), MLA_DTYPE_I32, {1, 2});
  args.lengths = contiguous(step.place(&length, sizeof(length)), MLA_DTYPE_I32, {1});
  args.out = contiguous(step.out, MLA_DTYPE_BF16, {1, 1, kHeads, 512});
  args.lse = contiguous(step.lse, MLA_DTYPE_FP32, {1, 1, kHeads});
  args.scale = kScale;
  args.num_splits = 2;

  mla_query_result sizes{};
  sizes.struct_size = sizeof(sizes);
  require(mla_query_dense_decode(device, &args, &sizes));
  uint64_t workspace = step.driver.allocate(sizes.workspace_bytes);
  require(mla_run_dense_decode(device, &args, nullptr, 0, reinterpret_cast<void *>(workspace),
                               sizes.workspace_bytes, nullptr));
  return step.isRight(sizes, length);
}

/// Attends to the keys of a list, as an indexer selects them: page * kPage + row, -1 is none.
bool decodeSparse(mla_device *device, Step &step) {
  const int32_t list[] = {2 * kPage + 5, -1, 3, 35, -1, 2 * kPage};
  mla_sparse_decode_args args{};
  args.struct_size = sizeof(args);
  args.format = MLA_CACHE_ROWS;
  args.q = contiguous(step.query, MLA_DTYPE_BF16, {1, kHeads, 576});
  args.cache = contiguous(step.cache, MLA_DTYPE_BF16, {kPages, kPage, 576});
  args.indices = contiguous(step.place(list, sizeof(list)), MLA_DTYPE_I32, {1, 6});
  args.out = contiguous(step.out, MLA_DTYPE_BF16, {1, kHeads, 512});
  args.lse = contiguous(step.lse, MLA_DTYPE_FP32, {1, kHeads});
  args.scale = kScale;

  mla_query_result sizes{};
  sizes.struct_size = sizeof(sizes);
  require(mla_query_sparse_decode(device, &args, &sizes));
  // Nothing is needed where one launch does it all.
  uint64_t workspace = sizes.workspace_bytes ? step.driver.allocate(sizes.workspace_bytes) : 0;
  require(mla_run_sparse_decode(device, &args, reinterpret_cast<void *>(workspace),
                                sizes.workspace_bytes, nullptr));
  return step.isRight(sizes, 4);
}

bool Step::isRight(const mla_query_result &sizes, int keys) {
  std::vector<uint16_t> values(kHeads * 512);
  std::vector<float> sums(kHeads);
  driver.download(values.data(), out, values.size() * 2);
  driver.download(sums.data(), lse, sums.size() * 4);
  float expected = 576 * 0.25f * 0.5f * kScale + std::log(float(keys));
  std::printf("%s for %s: out %g (0.5), lse %g (%g)\n", sizes.kernel, sizes.arch, number(values[0]),
              sums[0], expected);
  for (uint16_t bits : values)
    if (number(bits) != 0.5f)
      return false;
  for (float value : sums)
    if (!(std::fabs(value - expected) < 1e-4f))
      return false;
  return true;
}

} // namespace

int main() {
  mla_device_options options{};
  options.struct_size = sizeof(options);
  mla_device *device = nullptr;
  mla_status status = mla_open(&options, &device);
  if (status == MLA_STATUS_NO_DRIVER || status == MLA_STATUS_NO_DEVICE) {
    std::printf("skipped: %s\n", mla_last_error());
    return 0;
  }
  try {
    require(status);
    require(mla_load(device, MLA_FAMILY_DENSE_DECODE | MLA_FAMILY_SPARSE_DECODE));
    Step step;
    bool right = decodeDense(device, step);
    right = decodeSparse(device, step) && right;
    mla_close(device);
    return right ? 0 : 1;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
