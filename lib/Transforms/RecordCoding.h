//===- RecordCoding.h - expansions of the coding of records ---------------===//
#pragma once

#include "TileBuilder.h"
#include "mla/Dialect/Gather/Gather.h"

namespace mla {

/// The results of the op, as tile and arith ops.
llvm::SmallVector<mlir::Value> emitDecode(TileBuilder &b, gather::DecodeRecordOp op);
llvm::SmallVector<mlir::Value> emitEncode(TileBuilder &b, gather::EncodeRecordOp op);

} // namespace mla
