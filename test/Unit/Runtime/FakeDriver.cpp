//===- FakeDriver.cpp - a driver whose "GPU" is the host, with faults on demand ===//
// Answers the functions of mla/Runtime/Driver.h with host memory and runs the library's kernels as
// plain C++, so that launcher and conformance harness are tested without a GPU. The image is text:
// `.entry <kernel>` picks the kernel, `.fault <name>` breaks it in a way that the harness has to
// notice. SPDX-License-Identifier: Apache-2.0

#include "FakeDriver.h"

#include "Element.h"
#include "FakeDecode.h"
#include "TestDriver.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>

using namespace mla::conformance;

namespace {

/// A loaded image; library and kernel handles both point to it.
struct Image {
  std::string entry, fault;
  int launches = 0;
};

std::string word(const std::string &text, const std::string &key) {
  size_t at = text.find(key + " ");
  if (at == std::string::npos)
    return {};
  size_t begin = at + key.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

template <typename T>
T argument(void **parameters, int index) {
  return *static_cast<T *>(parameters[index]);
}

void vectorAdd(Image &image, void **parameters) {
  auto *x = argument<float *>(parameters, 0), *y = argument<float *>(parameters, 1),
       *out = argument<float *>(parameters, 2);
  auto n = argument<int64_t>(parameters, 3);
  for (int64_t i = 0; i < n - (image.fault == "lost_tail" ? 1 : 0); ++i)
    out[i] = x[i] + y[i];
  if (image.fault == "overrun")
    out[n] = 0;
  if (image.fault == "unstable" && n > 0)
    out[0] = image.launches % 2 ? 0.0f : std::numeric_limits<float>::denorm_min();
}

void rowSoftmax(Image &image, int64_t rows, void **parameters) {
  auto *x = argument<float *>(parameters, 0), *y = argument<float *>(parameters, 1);
  int64_t cols = argument<int32_t>(parameters, 2), xStride = argument<int64_t>(parameters, 3),
          yStride = argument<int64_t>(parameters, 4);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (int64_t row = 0; row < rows; ++row, x += xStride, y += yStride) {
    float largest = -infinity, sum = 0;
    for (int64_t i = 0; i < cols; ++i)
      largest = std::max(largest, x[i]);
    if (largest == -infinity && image.fault != "nan_of_empty")
      largest = 0;
    if (image.fault == "no_shift")
      largest = 0;
    for (int64_t i = 0; i < cols; ++i)
      sum += y[i] = std::exp(x[i] - largest);
    for (int64_t i = 0; i < cols; ++i)
      y[i] = sum == 0 ? 0 : y[i] / sum;
    if (image.fault == "padding")
      y[cols] = 0;
  }
}

void matmul(Image &image, void **p) {
  auto *a = argument<uint16_t *>(p, 0), *b = argument<uint16_t *>(p, 1),
       *bias = argument<uint16_t *>(p, 2), *c = argument<uint16_t *>(p, 3);
  int64_t m = argument<int32_t>(p, 4), n = argument<int32_t>(p, 5), k = argument<int32_t>(p, 6);
  auto alpha = argument<float>(p, 7);
  auto strideA = argument<int64_t>(p, 8), strideB = argument<int64_t>(p, 9),
       strideC = argument<int64_t>(p, 10);
  auto at = [](const uint16_t *address) { return float(decode(Element::Bf16, address)); };
  int64_t last = image.fault == "lost_tail" ? k / 16 * 16 : image.fault == "leak" ? k + 1 : k;
  for (int64_t row = 0; row < m; ++row)
    for (int64_t col = 0; col < n; ++col) {
      float sum = 0;
      for (int64_t i = 0; i < last; ++i)
        sum += at(a + row * strideA + i) * at(b + i * strideB + col);
      float value = alpha * sum + at(bias + col);
      encode(Element::Bf16, c + row * strideC + col,
             image.fault == "no_relu" ? value : std::max(value, 0.0f));
    }
}

CUresult launch(const CUlaunchConfig *config, CUfunction function, void **parameters, void **) {
  auto &image = *reinterpret_cast<Image *>(function);
  ++image.launches;
  if (config->blockDimX != 128 || config->sharedMemBytes != 1024)
    return CUDA_ERROR_INVALID_VALUE;
  if (image.entry == "copy_map") {
    // What the launch passed behind the pointer and the three integers.
    std::memcpy(argument<void *>(parameters, 0), parameters[4], sizeof(CUtensorMap));
    return CUDA_SUCCESS;
  }
  if (image.entry == "vector_add")
    vectorAdd(image, parameters);
  else if (image.entry == "row_softmax")
    rowSoftmax(image, config->gridDimX, parameters);
  else if (image.entry == "plan")
    fakePlan(image.fault, config->gridDimX, parameters);
  else if (image.entry == "decode")
    fakeDecode(image.fault, image.launches, config->gridDimY, parameters);
  else if (image.entry == "merge")
    fakeMerge(image.fault, parameters);
  else
    matmul(image, parameters);
  return CUDA_SUCCESS;
}

CUresult attributeOfDevice(int *value, CUdevice_attribute attribute, CUdevice) {
  switch (attribute) {
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
    *value = 9;
    break;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    *value = 232448;
    break;
  default:
    *value = 0;
  }
  return CUDA_SUCCESS;
}

CUresult loadImage(CUlibrary *library, const void *code, CUjit_option *, void **, unsigned,
                   CUlibraryOption *, void **, unsigned) {
  std::string text = static_cast<const char *>(code);
  if (word(text, ".entry").empty())
    return CUDA_ERROR_INVALID_IMAGE;
  *library = reinterpret_cast<CUlibrary>(new Image{word(text, ".entry"), word(text, ".fault")});
  return CUDA_SUCCESS;
}

CUresult findKernel(CUkernel *kernel, CUlibrary library, const char *name) {
  *kernel = reinterpret_cast<CUkernel>(library);
  return reinterpret_cast<Image *>(library)->entry == name ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

CUresult allocate(CUdeviceptr *address, size_t bytes) {
  *address = reinterpret_cast<CUdeviceptr>(std::aligned_alloc(256, (bytes + 255) / 256 * 256));
  return CUDA_SUCCESS;
}

CUresult encodeTiled(CUtensorMap *map, CUtensorMapDataType type, cuuint32_t rank, void *address,
                     const cuuint64_t *extents, const cuuint64_t *strides, const cuuint32_t *box,
                     const cuuint32_t *, CUtensorMapInterleave, CUtensorMapSwizzle swizzle,
                     CUtensorMapL2promotion, CUtensorMapFloatOOBfill) {
  FakeTensorMap fake{};
  fake.type = type;
  fake.swizzle = swizzle;
  fake.rank = rank;
  fake.address = reinterpret_cast<uint64_t>(address);
  for (cuuint32_t dim = 0; dim < rank; ++dim) {
    fake.extents[dim] = extents[dim];
    fake.box[dim] = uint16_t(box[dim]);
    if (dim > 0)
      fake.strides[dim - 1] = strides[dim - 1];
    if (box[dim] > 256)
      return CUDA_ERROR_INVALID_VALUE;
  }
  // What the real one refuses: a row longer than the swizzle.
  if (swizzle == CU_TENSOR_MAP_SWIZZLE_32B && box[0] > 32)
    return CUDA_ERROR_INVALID_VALUE;
  std::memcpy(map, &fake, sizeof(fake));
  return CUDA_SUCCESS;
}

void *find(const std::string &name) {
  auto is = [&](const char *wanted) { return name == wanted; };
  if (is("cuDeviceGetAttribute"))
    return asAddress(&attributeOfDevice);
  if (is("cuMemAlloc"))
    return asAddress(&allocate);
  if (is("cuMemFree"))
    return asAddress(+[](CUdeviceptr address) {
      std::free(reinterpret_cast<void *>(address));
      return CUDA_SUCCESS;
    });
  if (is("cuMemcpyHtoDAsync"))
    return asAddress(+[](CUdeviceptr to, const void *from, size_t bytes, CUstream) {
      std::memcpy(reinterpret_cast<void *>(to), from, bytes);
      return CUDA_SUCCESS;
    });
  if (is("cuMemcpyDtoHAsync"))
    return asAddress(+[](void *to, CUdeviceptr from, size_t bytes, CUstream) {
      std::memcpy(to, reinterpret_cast<const void *>(from), bytes);
      return CUDA_SUCCESS;
    });
  if (is("cuMemsetD8Async"))
    return asAddress(+[](CUdeviceptr to, unsigned char byte, size_t bytes, CUstream) {
      std::memset(reinterpret_cast<void *>(to), byte, bytes);
      return CUDA_SUCCESS;
    });
  if (is("cuLibraryLoadData"))
    return asAddress(&loadImage);
  if (is("cuLibraryGetKernel"))
    return asAddress(&findKernel);
  if (is("cuKernelGetAttribute"))
    return asAddress(+[](int *value, CUfunction_attribute, CUkernel, CUdevice) {
      return *value = 40, CUDA_SUCCESS;
    });
  if (is("cuTensorMapEncodeTiled"))
    return asAddress(&encodeTiled);
  if (is("cuLaunchKernelEx"))
    return asAddress(&launch);
  return commonFunction<Image>(name);
}

} // namespace

extern "C" CUresult cuGetProcAddress_v2(const char *name, void **address, int, cuuint64_t,
                                        CUdriverProcAddressQueryResult *) {
  *address = find(name);
  return CUDA_SUCCESS;
}
