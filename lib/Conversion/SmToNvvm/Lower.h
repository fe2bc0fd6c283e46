//===- Lower.h - one lowering per op --------------------------------------===//
// Each emits what a thread does for one op and defines the registers of its results.
#pragma once

#include "ThreadEmitter.h"

namespace mla {

// LowerGlobal.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::LoadOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::StoreOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::AsyncCopyOp op);

// LowerAtomics.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::AtomicRmwOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::AtomicCasOp op);

// LowerDebug.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::BarrierOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::AssertOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::PrintOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::AssumeOp op);

// LowerShape.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::ProgramIdOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::NumProgramsOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::RangeOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::SplatOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::ExpandDimsOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::BroadcastOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::TransOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::SliceOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::JoinOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::SplitOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::UnsplatOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::AddPtrOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::PtrCastOp op);
/// The registers of the result of `op` are the registers `match` of its first operand; reports that
/// there is no match.
LogicalResult renameRegisters(ThreadEmitter &emitter, Operation *op,
                              const std::optional<std::vector<int32_t>> &match);

// LowerGather.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::GatherOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::HistogramOp op);

// LowerSort.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::SortOp op);

// LowerReshape.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::ReshapeOp op);

// LowerShared.cpp
LogicalResult lower(ThreadEmitter &emitter, sm::AllocOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::SlotOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::TransOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::SubslotOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::CommitGroupOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::WaitGroupOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::BarrierOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::LoadSharedOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::StoreSharedOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::ConvertLayoutOp op);

// LowerMbarrier.cpp
LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierAllocOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierInitOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierArriveOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierExpectTxOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::MbarrierWaitOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::FenceProxyAsyncOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::ClusterBarrierOp op);

// LowerTma.cpp
LogicalResult lower(ThreadEmitter &emitter, sm::TmaPrefetchOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::TmaLoadOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::TmaStoreOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::TmaStoreWaitOp op);

// LowerWgmma.cpp
LogicalResult lower(ThreadEmitter &emitter, sm::WgmmaOp op);
LogicalResult lower(ThreadEmitter &emitter, sm::WgmmaWaitOp op);

// LowerZeroRows.cpp
LogicalResult lower(ThreadEmitter &emitter, sm::ZeroRowsOp op);

// LowerReduce.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::ReduceOp op);
LogicalResult lower(ThreadEmitter &emitter, tile::GenericReduceOp op);

// LowerScan.cpp
LogicalResult lower(ThreadEmitter &emitter, tile::ScanOp op);

// LowerMma.cpp
LogicalResult lower(ThreadEmitter &emitter, sm::MmaOp op);

// LowerMath.cpp
LogicalResult lower(ThreadEmitter &emitter, mlir::arith::ConstantOp op);
/// Any elementwise op of `arith` or `math`.
LogicalResult lowerElementwise(ThreadEmitter &emitter, Operation *op);

// LowerFloat8.cpp
/// Whether an operand or result of `op` has elements of 8-bit floats.
bool involvesFloat8(Operation *op);
/// A conversion of `arith` from or to 8-bit floats.
LogicalResult lowerFloat8Conversion(ThreadEmitter &emitter, Operation *op);

} // namespace mla
