//===- MmaProducts.h - products of warps ----------------------------------===//
#pragma once

#include "mla/Dialect/Sm/Sm.h"

namespace mla {

/// Replaces `dot` by sm.mma of `a` and `b`, tiles or slots, shared by `numWarps` warps so that as
/// little as possible goes through shared memory.
void makeMma(tile::DotOp dot, mlir::Value a, mlir::Value b, int32_t numWarps);

} // namespace mla
