//===- Gather.h - the gather dialect --------------------------------------===//
// Rows of caches by index, and cache records. The ODS in dialects/Gather is the manual.
#pragma once

#include "mla/Dialect/Tile/Tile.h"
#include "mla/Records/RecordFormat.h"

#include "mla/Dialect/Gather/GatherDialect.h.inc"
#include "mla/Dialect/Gather/GatherEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "mla/Dialect/Gather/GatherAttrs.h.inc"
#define GET_OP_CLASSES
#include "mla/Dialect/Gather/GatherOps.h.inc"

namespace mla::gather {

/// The type of numbers of a record as tiles hold them: ue8m0 as bytes.
mlir::Type elementType(mlir::MLIRContext *context, RecordNumber number);

/// The record as it lies in memory, `rows` of them; `width`: numbers of one whose format leaves
/// that open.
mlir::RankedTensorType recordType(mlir::MLIRContext *context, const RecordFormat &format,
                                  int64_t rows, int64_t width);
/// Numbers of a field of such a record.
int64_t fieldWidth(const RecordFormat &format, int32_t field, int64_t width);
/// A tile of the scales of `rows` records; f32 for one scale per cache, null without scales.
mlir::Type scalesType(mlir::MLIRContext *context, const RecordFormat &format, int64_t rows);
/// The same of formats with scales behind the page, as they lie there.
mlir::RankedTensorType scaleBytesType(mlir::MLIRContext *context, const RecordFormat &format,
                                      int64_t rows);
/// What encode_record gives.
llvm::SmallVector<mlir::Type> encodedTypes(mlir::MLIRContext *context, const RecordFormat &format,
                                           int64_t rows, int64_t width);

} // namespace mla::gather
