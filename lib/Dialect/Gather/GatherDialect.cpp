//===- GatherDialect.cpp - registration, formats and the types they imply -===//
#include "mla/Dialect/Gather/Gather.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mla;
using namespace mla::gather;

/// The name of a format as a keyword.
static ParseResult parseFormatName(AsmParser &parser, std::string &name) {
  return parser.parseKeywordOrString(&name);
}
static void printFormatName(AsmPrinter &printer, StringRef name) {
  printer.printKeywordOrString(name);
}

#include "mla/Dialect/Gather/GatherDialect.cpp.inc"
#include "mla/Dialect/Gather/GatherEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "mla/Dialect/Gather/GatherAttrs.cpp.inc"

void GatherDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mla/Dialect/Gather/GatherAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mla/Dialect/Gather/GatherOps.cpp.inc"
      >();
}

LogicalResult FormatAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef name) {
  if (findRecordFormat(name))
    return success();
  return emitError() << "there is no record format '" << name << "'; expected one of "
                     << recordFormatNames();
}

const RecordFormat &FormatAttr::format() const { return *findRecordFormat(getName()); }

//===----------------------------------------------------------------------===//
// Types that follow from a format
//===----------------------------------------------------------------------===//

Type gather::elementType(MLIRContext *context, RecordNumber number) {
  switch (number) {
  case RecordNumber::E4M3:
    return Float8E4M3FNType::get(context);
  case RecordNumber::E5M2:
    return Float8E5M2Type::get(context);
  case RecordNumber::BF16:
    return BFloat16Type::get(context);
  case RecordNumber::FP16:
    return Float16Type::get(context);
  case RecordNumber::FP32:
    return Float32Type::get(context);
  case RecordNumber::UE8M0:
    return IntegerType::get(context, 8);
  }
  llvm_unreachable("all numbers of records are listed");
}

RankedTensorType gather::recordType(MLIRContext *context, const RecordFormat &format, int64_t rows,
                                    int64_t width) {
  Type element = format.isPlain() ? elementType(context, format.fields[0].number)
                                  : IntegerType::get(context, 8);
  return RankedTensorType::get({rows, format.recordBytes ? format.recordBytes : width}, element);
}

int64_t gather::fieldWidth(const RecordFormat &format, int32_t field, int64_t width) {
  int32_t count = format.fields[field].count;
  return count ? count : width;
}

Type gather::scalesType(MLIRContext *context, const RecordFormat &format, int64_t rows) {
  const RecordScales &scales = format.scales;
  if (scales.place == ScalePlace::None)
    return nullptr;
  if (scales.place == ScalePlace::Tensor)
    return Float32Type::get(context);
  bool isBytes = scales.number == RecordNumber::UE8M0;
  return RankedTensorType::get({rows, isBytes ? format.scaleBytes : scales.count},
                               elementType(context, scales.number));
}

RankedTensorType gather::scaleBytesType(MLIRContext *context, const RecordFormat &format,
                                        int64_t rows) {
  return RankedTensorType::get({rows, format.scaleBytes}, IntegerType::get(context, 8));
}

SmallVector<Type> gather::encodedTypes(MLIRContext *context, const RecordFormat &format,
                                       int64_t rows, int64_t width) {
  SmallVector<Type> types;
  for (int32_t i = 0; i < format.numFields; ++i) {
    Type element = elementType(context, format.fields[i].number);
    types.push_back(RankedTensorType::get({rows, fieldWidth(format, i, width)}, element));
    Type scales = scalesType(context, format, rows);
    if (i == 0 && isa_and_nonnull<RankedTensorType>(scales))
      types.push_back(scales);
  }
  return types;
}
