//===- RecordCoding.h - expansions of the coding of records ---------------===//
#pragma once

#include "TileBuilder.h"
#include "mla/Dialect/Gather/Gather.h"

namespace mla {

/// What a tile of records holds: the numbers of each field in their own type, and scales as they
/// lie in the records or were given, null if there are none.
struct RecordParts {
  llvm::SmallVector<mlir::Value, RecordFormat::kMaxFields> fields;
  mlir::Value scales;
};

/// Codes that are decoded of a record's first field, of which `count` are numbers: groups of scales
/// are as many as a power of two, where the record has bytes there, since registers then repeat a
/// scale without exchanging anything.
int64_t codesOf(const RecordFormat &format, int64_t count);
/// The parts of the op's record, out of its bytes.
RecordParts takeParts(TileBuilder &b, gather::DecodeRecordOp op);
/// The results of the op, as tile and arith ops.
llvm::SmallVector<mlir::Value> emitDecode(TileBuilder &b, gather::DecodeRecordOp op,
                                          RecordParts parts);
llvm::SmallVector<mlir::Value> emitEncode(TileBuilder &b, gather::EncodeRecordOp op);

} // namespace mla
