//===- EmitDebug.cpp - barriers, assertions, prints, hints ----------------===//
#include "Emitter.h"
#include "Literals.h"

#include "mla/Dialect/Tile/Tile.h"
#include "llvm/ADT/StringExtras.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

namespace tile = mla::tile;

FailureOr<Object> Emitter::emitDebug(const BuiltinCall &call) {
  switch (call.info->id) {
  case BuiltinId::DebugBarrier:
    tile::BarrierOp::create(builder, at(call.offset));
    return Object();
  case BuiltinId::DeviceAssert:
    return emitDeviceAssert(call["cond"], call["msg"], call["mask"], call.offset);
  case BuiltinId::DevicePrint:
    return emitDevicePrint(call);
  case BuiltinId::Assume: {
    const Object &condition = call["cond"];
    if (truth(condition) == true)
      return Object();
    const Tensor *tensor = condition.tensor();
    if (!tensor || tensor->type.isTile || !tensor->type.element.isBool())
      return error(call.offsetOf("cond"))
             << "expected a condition that is a scalar, got " << condition.describe();
    tile::AssumeOp::create(builder, at(call.offset), tensor->value);
    return Object();
  }
  default:
    return emitAxisHint(call);
  }
}

//===----------------------------------------------------------------------===//
// Assertions and prints
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitDeviceAssert(const Object &condition, const Object &message,
                                            const Object &mask, uint32_t offset) {
  auto *text = message.get<std::string>();
  if (!text)
    return error(offset) << "expected a string as the message of an assertion, got "
                         << message.describe();
  auto asFlag = [&](const Object &object) -> TensorResult {
    auto tensor = toTensor(object, offset);
    return failed(tensor) ? tensor : convertTo(*tensor, Scalar::Int1, offset);
  };
  auto flag = asFlag(condition);
  if (failed(flag))
    return failure();
  if (!mask.isNone()) {
    auto selected = asFlag(mask);
    if (failed(selected))
      return failure();
    Tensor operands[] = {*flag, *selected};
    if (failed(broadcastAll(operands, offset)))
      return failure();
    auto one = constant(Object(Integer(1)), operands[1].type, offset);
    Value unselected = integerOp<arith::XOrIOp>(operands[1].value, one->value, offset);
    flag = Tensor{integerOp<arith::OrIOp>(operands[0].value, unselected, offset), operands[0].type};
  }
  if (!options.debug)
    return Object();
  auto place = dyn_cast<FileLineColLoc>(source.location(offset));
  tile::AssertOp::create(builder, at(offset), flag->value, *text,
                         place ? place.getFilename().getValue() : StringRef(),
                         place ? place.getLine() : 0, frame->function);
  return Object();
}

FailureOr<Object> Emitter::emitDevicePrint(const BuiltinCall &call) {
  auto prefix = stringArgument(call, "prefix");
  auto hex = failed(prefix) ? FailureOr<bool>(failure()) : boolArgument(call, "hex");
  if (failed(hex))
    return failure();
  if (!llvm::all_of(*prefix, [](char c) { return llvm::isPrint(c) || llvm::isSpace(c); }))
    return error(call.offsetOf("prefix")) << "expected a prefix of printable ASCII characters";
  SmallVector<Value> values;
  SmallVector<int32_t> isSigned;
  for (const Object &argument : *call["args"].elements()) {
    auto value = toTensor(argument, call.offsetOf("args"));
    if (failed(value))
      return failure();
    values.push_back(value->value);
    DType element = value->type.element;
    isSigned.push_back(element.isInteger() && !element.isBool() && element.isSigned());
  }
  // As Triton prints it: values stand behind "prefix: ", and a space before it.
  std::string text = *prefix;
  if (!values.empty()) {
    if (!StringRef(text).ends_with(" "))
      text += " ";
    if (!StringRef(text).ends_with(": "))
      text.replace(text.size() - 1, 1, ": ");
  }
  if (text.size() > 2 && text.front() != ' ')
    text = " " + text;
  tile::PrintOp::create(builder, at(call.offset), text, values, isSigned, *hex,
                        /*extents=*/ArrayAttr());
  return Object();
}

//===----------------------------------------------------------------------===//
// Hints
//===----------------------------------------------------------------------===//

/// multiple_of, max_contiguous, max_constancy
FailureOr<Object> Emitter::emitAxisHint(const BuiltinCall &call) {
  auto input = toTensor(call["input"], call.offsetOf("input"));
  if (failed(input))
    return failure();
  auto given = scalarsArgument(call, "values");
  if (failed(given))
    return failure();
  SmallVector<int64_t> values;
  for (const Object &each : *given) {
    auto *constant = each.get<Integer>();
    if (!constant || *constant < 1 || *constant > std::numeric_limits<int32_t>::max())
      return error(call.offsetOf("values"))
             << "expected positive constants for 'values', got " << each.describe();
    values.push_back(int64_t(*constant));
  }
  size_t rank = std::max<size_t>(input->type.shape.size(), 1);
  if (values.size() != rank)
    return error(call.offsetOf("values")) << "expected " << rank << " constants for 'values', one "
                                          << "for each dimension, got " << values.size();
  BuiltinId id = call.info->id;
  auto hint = builder.getDenseI64ArrayAttr(values);
  auto only = [&](BuiltinId wanted) { return id == wanted ? hint : DenseI64ArrayAttr(); };
  Value result = tile::AxisHintOp::create(
      builder, at(call.offset), input->value.getType(), input->value, only(BuiltinId::MultipleOf),
      only(BuiltinId::MaxContiguous), only(BuiltinId::MaxConstancy));
  return Object(Tensor{result, input->type});
}
