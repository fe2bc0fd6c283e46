//===- TensorMapEncoding.h - cuTensorMapEncodeTiled for the simulator -----===//
// What a driver does with the arguments of that function, with the simulator's encoding.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda.h>

#include <string>

namespace mla::sim {

/// Encodes a tensor map as TensorMap.h describes it; what is wrong with the arguments, as a driver
/// would refuse them or because it is not simulated, or nothing.
std::string encodeTiled(CUtensorMap *result, CUtensorMapDataType type, cuuint32_t rank,
                        void *address, const cuuint64_t *extents, const cuuint64_t *strides,
                        const cuuint32_t *box, const cuuint32_t *steps,
                        CUtensorMapInterleave interleave, CUtensorMapSwizzle swizzle,
                        CUtensorMapFloatOOBfill fill);

} // namespace mla::sim
