//===- ChannelBytes.h - shared memory of a kernel's channels --------------===//
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mla {

/// Bytes of the channels that are in use at the same time: one role is done with a channel behind
/// the outermost loop or op that uses it last, several roles run at the same time.
int64_t neededChannelBytes(mlir::func::FuncOp func);

} // namespace mla
