//===- RecordTypes.h - numbers of cache records in the language -----------===//
#pragma once

#include "Types.h"
#include "mla/Dialect/Gather/Gather.h"
#include "llvm/Support/ErrorHandling.h"

namespace mla::frontend {

/// The language's type of a record's numbers; ue8m0 as bytes.
inline DType dtypeOf(RecordNumber number) {
  switch (number) {
  case RecordNumber::E4M3:
    return Scalar::Float8e4nv;
  case RecordNumber::E5M2:
    return Scalar::Float8e5;
  case RecordNumber::BF16:
    return Scalar::Bfloat16;
  case RecordNumber::FP16:
    return Scalar::Float16;
  case RecordNumber::FP32:
    return Scalar::Float32;
  case RecordNumber::UE8M0:
    return Scalar::Uint8;
  }
  llvm_unreachable("all numbers of records are listed");
}

/// How many numbers of dtypeOf hold the scales of a record, which has some of its own.
inline int64_t scaleColumns(mlir::MLIRContext *context, const RecordFormat &format) {
  mlir::Type row = gather::scalesType(context, format, /*rows=*/1);
  return llvm::cast<mlir::RankedTensorType>(row).getDimSize(1);
}

inline bool isByte(DType type) { return type == Scalar::Int8 || type == Scalar::Uint8; }

} // namespace mla::frontend
