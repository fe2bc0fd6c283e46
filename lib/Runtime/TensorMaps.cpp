//===- TensorMaps.cpp - descriptions of tensors for bulk copies -----------===//
// SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/TensorMaps.h"

#include <algorithm>
#include <array>

using namespace mla::runtime;

/// Of addresses and strides in bytes.
static constexpr int64_t kAlignment = 16;
/// The hardware takes 2^32, but the coordinates of a copy are signed 32-bit numbers.
static constexpr int64_t kMaxExtent = int64_t(1) << 31;
static constexpr int64_t kMaxStrideBytes = int64_t(1) << 40;
/// An address that no allocation has.
static constexpr uint64_t kNowhere = 256;

static CUtensorMapDataType dataType(TensorElement element) {
  switch (element) {
  case TensorElement::Byte:
    return CU_TENSOR_MAP_DATA_TYPE_UINT8;
  case TensorElement::Fp16:
    return CU_TENSOR_MAP_DATA_TYPE_FLOAT16;
  case TensorElement::Bf16:
    return CU_TENSOR_MAP_DATA_TYPE_BFLOAT16;
  case TensorElement::Word16:
    return CU_TENSOR_MAP_DATA_TYPE_UINT16;
  case TensorElement::Fp32:
    return CU_TENSOR_MAP_DATA_TYPE_FLOAT32;
  case TensorElement::Word32:
    return CU_TENSOR_MAP_DATA_TYPE_UINT32;
  case TensorElement::Fp64:
    return CU_TENSOR_MAP_DATA_TYPE_FLOAT64;
  case TensorElement::Word64:
    return CU_TENSOR_MAP_DATA_TYPE_UINT64;
  }
  return CU_TENSOR_MAP_DATA_TYPE_UINT8;
}

static CUtensorMapSwizzle swizzleMode(int bytes) {
  switch (bytes) {
  case 32:
    return CU_TENSOR_MAP_SWIZZLE_32B;
  case 64:
    return CU_TENSOR_MAP_SWIZZLE_64B;
  case 128:
    return CU_TENSOR_MAP_SWIZZLE_128B;
  default:
    return CU_TENSOR_MAP_SWIZZLE_NONE;
  }
}

namespace {
/// Encodes one map.
class Encoder {
public:
  Encoder(const Variant &variant, const TensorMap &map, std::span<const Value> values)
      : variant(variant), map(map), values(values) {}

  Status encode(const Driver &driver, CUtensorMap &result);

private:
  int64_t valueOf(const TensorSize &size) const {
    return size.argument < 0 ? size.constant : int64_t(values[size_t(size.argument)].bits);
  }
  /// "argument 'K' = 5", or "the constant 5".
  std::string text(const TensorSize &size) const {
    std::string number = std::to_string(valueOf(size));
    return size.argument < 0
               ? "the constant " + number
               : "argument '" + variant.arguments[size_t(size.argument)].name + "' = " + number;
  }
  Status refuse(const std::string &what) const {
    return Status::error(StatusCode::InvalidArgument,
                         "kernel '" + variant.entry + "', tensor map '" + map.name + "': " + what);
  }
  Status readExtents();
  Status readStrides();

  const Variant &variant;
  const TensorMap &map;
  std::span<const Value> values;
  std::array<cuuint64_t, kMaxTensorRank> extents{};
  std::array<cuuint64_t, kMaxTensorRank> strideBytes{};
  bool isEmpty = false;
};
} // namespace

Status Encoder::readExtents() {
  for (size_t dim = 0; dim < map.extents.size(); ++dim) {
    int64_t extent = valueOf(map.extents[dim]);
    if (extent < 0 || extent > kMaxExtent)
      return refuse(text(map.extents[dim]) + " is no extent: must be from 0 to 2147483648");
    isEmpty |= extent == 0;
    extents[dim] = cuuint64_t(std::max<int64_t>(extent, 1));
  }
  // The hardware reads single elements, but writes 16 bytes at a time, also past the end of a row.
  int64_t rowBytes = int64_t(extents[0]) * map.elementBytes;
  if (map.stores && !isEmpty && rowBytes % kAlignment != 0)
    return refuse(text(map.extents[0]) + " elements are " + std::to_string(rowBytes) +
                  " bytes: rows that are written must be a multiple of " +
                  std::to_string(kAlignment));
  return {};
}

Status Encoder::readStrides() {
  int64_t least = int64_t(extents[0]) * map.elementBytes;
  for (size_t dim = 0; dim < map.strides.size(); ++dim) {
    // With one row there is no way to the next, so that any stride will do.
    if (isEmpty || extents[dim + 1] == 1) {
      strideBytes[dim] = cuuint64_t((least + kAlignment - 1) / kAlignment * kAlignment);
      continue;
    }
    int64_t stride = valueOf(map.strides[dim]);
    if (stride < 0 || stride >= kMaxStrideBytes / map.elementBytes)
      return refuse(text(map.strides[dim]) +
                    " is no stride: must be at least 0 and below 2^40 bytes");
    int64_t bytes = stride * map.elementBytes;
    if (bytes % kAlignment != 0)
      return refuse(text(map.strides[dim]) + " elements are " + std::to_string(bytes) +
                    " bytes: must be a multiple of " + std::to_string(kAlignment));
    strideBytes[dim] = cuuint64_t(bytes);
  }
  return {};
}

Status Encoder::encode(const Driver &driver, CUtensorMap &result) {
  if (Status status = readExtents(); !status.ok())
    return status;
  if (Status status = readStrides(); !status.ok())
    return status;
  uint64_t address = isEmpty ? kNowhere : values[size_t(map.pointer)].bits;
  if (address % kAlignment != 0)
    return refuse("argument '" + variant.arguments[size_t(map.pointer)].name +
                  "' = " + std::to_string(address) + " must be a multiple of " +
                  std::to_string(kAlignment) + " bytes");
  std::array<cuuint32_t, kMaxTensorRank> box{}, steps{};
  std::copy(map.box.begin(), map.box.end(), box.begin());
  steps.fill(1);
  CUresult code = driver.cuTensorMapEncodeTiledFn(
      &result, dataType(map.element), cuuint32_t(map.box.size()), reinterpret_cast<void *>(address),
      extents.data(), strideBytes.data(), box.data(), steps.data(), CU_TENSOR_MAP_INTERLEAVE_NONE,
      swizzleMode(map.swizzle), CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
      CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (Status status = driver.check(code, "cuTensorMapEncodeTiled"); !status.ok())
    return Status::error(status.code, refuse(status.message).message);
  return {};
}

Status mla::runtime::encodeTensorMaps(const Driver &driver, const Variant &variant,
                                      std::span<const Value> values, std::span<CUtensorMap> maps) {
  for (size_t i = 0; i < variant.tensorMaps.size(); ++i) {
    Encoder encoder(variant, variant.tensorMaps[i], values);
    if (Status status = encoder.encode(driver, maps[i]); !status.ok())
      return status;
  }
  return {};
}
