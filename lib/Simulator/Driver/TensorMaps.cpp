//===- TensorMaps.cpp - cuTensorMapEncodeTiled ----------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "State.h"
#include "mla/Simulator/TensorMapEncoding.h"

using namespace mla::sim;
using namespace mla::sim::driver;

CUresult CUDAAPI cuTensorMapEncodeTiled(CUtensorMap *result, CUtensorMapDataType type,
                                        cuuint32_t rank, void *address, const cuuint64_t *extents,
                                        const cuuint64_t *strides, const cuuint32_t *box,
                                        const cuuint32_t *steps, CUtensorMapInterleave interleave,
                                        CUtensorMapSwizzle swizzle, CUtensorMapL2promotion,
                                        CUtensorMapFloatOOBfill fill) {
  std::string problem = encodeTiled(result, type, rank, address, extents, strides, box, steps,
                                    interleave, swizzle, fill);
  if (problem.empty())
    return CUDA_SUCCESS;
  complain("cuTensorMapEncodeTiled: " + problem);
  return CUDA_ERROR_INVALID_VALUE;
}
