//===- TensorMapEncoding.cpp - the simulator's encoding of tensor maps ----===//
// Refuses what a driver refuses (CUDA driver API, cuTensorMapEncodeTiled).
// SPDX-License-Identifier: Apache-2.0
#include "mla/Simulator/TensorMapEncoding.h"

#include "mla/Simulator/TensorMap.h"

#include <algorithm>
#include <cstring>

namespace mla::sim {

/// Bytes of an element; 0 for those of 4 and 6 bits, which the simulator does not have.
static uint32_t elementBytes(CUtensorMapDataType type) {
  switch (type) {
  case CU_TENSOR_MAP_DATA_TYPE_UINT8:
    return 1;
  case CU_TENSOR_MAP_DATA_TYPE_UINT16:
  case CU_TENSOR_MAP_DATA_TYPE_FLOAT16:
  case CU_TENSOR_MAP_DATA_TYPE_BFLOAT16:
    return 2;
  case CU_TENSOR_MAP_DATA_TYPE_UINT32:
  case CU_TENSOR_MAP_DATA_TYPE_INT32:
  case CU_TENSOR_MAP_DATA_TYPE_FLOAT32:
  case CU_TENSOR_MAP_DATA_TYPE_FLOAT32_FTZ:
  case CU_TENSOR_MAP_DATA_TYPE_TFLOAT32:
  case CU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ:
    return 4;
  case CU_TENSOR_MAP_DATA_TYPE_UINT64:
  case CU_TENSOR_MAP_DATA_TYPE_INT64:
  case CU_TENSOR_MAP_DATA_TYPE_FLOAT64:
    return 8;
  default:
    return 0;
  }
}

/// TensorMap::elementType.
static uint32_t elementType(CUtensorMapDataType type) {
  static constexpr CUtensorMapDataType kTypes[] = {
      CU_TENSOR_MAP_DATA_TYPE_UINT8,       CU_TENSOR_MAP_DATA_TYPE_UINT16,
      CU_TENSOR_MAP_DATA_TYPE_UINT32,      CU_TENSOR_MAP_DATA_TYPE_INT32,
      CU_TENSOR_MAP_DATA_TYPE_UINT64,      CU_TENSOR_MAP_DATA_TYPE_INT64,
      CU_TENSOR_MAP_DATA_TYPE_FLOAT16,     CU_TENSOR_MAP_DATA_TYPE_FLOAT32,
      CU_TENSOR_MAP_DATA_TYPE_FLOAT32_FTZ, CU_TENSOR_MAP_DATA_TYPE_FLOAT64,
      CU_TENSOR_MAP_DATA_TYPE_BFLOAT16,    CU_TENSOR_MAP_DATA_TYPE_TFLOAT32,
      CU_TENSOR_MAP_DATA_TYPE_TFLOAT32_FTZ};
  return uint32_t(std::find(std::begin(kTypes), std::end(kTypes), type) - std::begin(kTypes)) + 1;
}

/// Bytes of a swizzled row, or -1 for a mode that the simulator does not have.
static int swizzleBytes(CUtensorMapSwizzle swizzle) {
  switch (swizzle) {
  case CU_TENSOR_MAP_SWIZZLE_NONE:
    return 0;
  case CU_TENSOR_MAP_SWIZZLE_32B:
    return 32;
  case CU_TENSOR_MAP_SWIZZLE_64B:
    return 64;
  case CU_TENSOR_MAP_SWIZZLE_128B:
    return 128;
  default:
    return -1;
  }
}

/// What is wrong with the numbers of a map, or nothing.
static std::string problemOf(const TensorMap &map, const cuuint32_t *steps) {
  auto number = [](uint64_t value) { return std::to_string(value); };
  if (map.address % 16)
    return "the address " + number(map.address) + " is no multiple of 16";
  for (uint32_t dim = 0; dim < map.rank; ++dim) {
    std::string at = " of dimension " + number(dim) + " is ";
    if (map.extents[dim] < 1 || map.extents[dim] > uint64_t(1) << 32)
      return "the extent" + at + number(map.extents[dim]) + ": from 1 to 2^32";
    if (map.box[dim] < 1 || map.box[dim] > 256)
      return "the box" + at + number(map.box[dim]) + ": from 1 to 256";
    if (steps[dim] != 1)
      return "the step" + at + number(steps[dim]) + ": only 1 is simulated";
    if (dim > 0 && (map.strideBytes[dim - 1] % 16 || map.strideBytes[dim - 1] >= uint64_t(1) << 40))
      return "the stride" + at + number(map.strideBytes[dim - 1]) + ": a multiple of 16 below 2^40";
  }
  uint64_t row = uint64_t(map.box[0]) * map.elementBytes;
  if (row % 16)
    return "rows of the box have " + number(row) + " bytes: a multiple of 16";
  if (map.swizzleBytes && row > map.swizzleBytes)
    return "rows of the box have " + number(row) + " bytes: at most those of the swizzle, " +
           number(map.swizzleBytes);
  return {};
}

std::string encodeTiled(CUtensorMap *result, CUtensorMapDataType type, cuuint32_t rank,
                        void *address, const cuuint64_t *extents, const cuuint64_t *strides,
                        const cuuint32_t *box, const cuuint32_t *steps,
                        CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                        CUtensorMapFloatOOBfill fill) {
  if (!result || reinterpret_cast<uintptr_t>(result) % 64)
    return "the map must lie at a multiple of 64 bytes";
  TensorMap map;
  if (rank < 1 || rank > map.extents.size())
    return "rank " + std::to_string(rank) + " is not from 1 to 5";
  if (elementBytes(type) == 0 || swizzleBytes(swizzle) < 0 ||
      interleave != CU_TENSOR_MAP_INTERLEAVE_NONE || fill != CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE)
    return "a type, interleave, swizzle or fill that is not simulated";
  map.rank = rank;
  map.elementBytes = elementBytes(type);
  map.elementType = elementType(type);
  map.swizzleBytes = uint32_t(swizzleBytes(swizzle));
  map.address = reinterpret_cast<uint64_t>(address);
  std::copy_n(extents, rank, map.extents.begin());
  std::copy_n(strides, rank - 1, map.strideBytes.begin());
  std::copy_n(box, rank, map.box.begin());
  if (std::string problem = problemOf(map, steps); !problem.empty())
    return problem;
  std::memset(result, 0, sizeof(*result));
  std::memcpy(result, &map, sizeof(map));
  return {};
}

} // namespace mla::sim
