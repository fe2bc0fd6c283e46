//===- ChannelBytes.h - shared memory of a kernel's channels --------------===//
#pragma once

#include "mla/Dialect/Ws/Ws.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mla {

/// Bytes of the channels that are in use at the same time: one role is done with a channel behind
/// the outermost loop or op that uses it last, several roles run at the same time.
int64_t neededChannelBytes(mlir::func::FuncOp func);

/// Bytes of a channel and of the two mbarriers of each slot, if several roles use it.
int64_t channelAndBarrierBytes(ws::ChannelOp channel);

/// Whether a recipe chose `tile.num_stages`, which then stays as it is.
bool isStagesFixed(mlir::func::FuncOp func);

} // namespace mla
