//===- EmitCompileTime.cpp - built-ins and arguments known at compile time ===//
#include "Emitter.h"

#include "Literals.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mla::frontend;

//===----------------------------------------------------------------------===//
// Built-ins that make no IR
//===----------------------------------------------------------------------===//

FailureOr<Object> Emitter::emitStaticAssert(const Object &condition, const Object &message,
                                            uint32_t offset) {
  std::optional<bool> holds = truth(condition);
  if (!holds)
    return error(offset) << "expected a compile-time condition, got " << condition.describe();
  if (*holds)
    return Object();
  std::string text = toText(message);
  auto failure = error(offset) << "static assertion failed";
  if (!text.empty())
    failure << ": " << text;
  return failure;
}

/// T.is_NAME() of an element type.
static bool testType(StringRef test, DType type) {
  return llvm::StringSwitch<bool>(test)
      .Case("is_block", false)
      .Case("is_ptr", type.isPointer)
      .Case("is_floating", type.isFloat())
      .Case("is_standard_floating", type.isFloat() && !type.isFloat8())
      .Case("is_fp8", type.isFloat8())
      .Case("is_int", type.isInteger())
      .Case("is_int_signed", type.isSigned())
      .Case("is_int_unsigned", type.isInteger() && !type.isSigned())
      .Case("is_bool", type.isBool())
      .Default(!type.isPointer &&
               (test.drop_front(3) == type.shortName() || test.drop_front(3) == type.name()));
}

FailureOr<Object> Emitter::emitCompileTimeBuiltin(const BuiltinCall &call) {
  if (call.info->home == BuiltinHome::TypeMember) {
    auto *type = call.receiver.get<DType>(); // else a tile's, which is none of the others
    return Object(type ? testType(call.info->name, *type) : call.info->id == BuiltinId::IsBlock);
  }
  switch (call.info->id) {
  case BuiltinId::StaticAssert:
    return emitStaticAssert(call["cond"], call["msg"], call.offset);
  case BuiltinId::StaticPrint: {
    std::string text;
    for (const Object &value : *call["values"].elements())
      text +=
          (text.empty() ? "" : " ") + (value.isCompileTime() ? toText(value) : value.describe());
    mlir::emitRemark(at(call.offset)) << text;
    return Object();
  }
  case BuiltinId::Constexpr:
    if (!call["value"].isCompileTime())
      return error(call.offsetOf("value"))
             << "expected a compile-time value, got " << call["value"].describe();
    return call["value"];
  case BuiltinId::Pointer:
  case BuiltinId::PointerType: {
    auto type = dtypeArgument(call, "element_ty");
    if (failed(type))
      return failure();
    if (type->isPointer)
      return error(call.offsetOf("element_ty")) << "pointers to pointers are not supported";
    return Object(DType::pointerTo(type->scalar));
  }
  case BuiltinId::Range:
  case BuiltinId::PythonRange:
  case BuiltinId::StaticRange:
    return error(call.offset) << "'" << call.info->name
                              << "' is only supported as what a 'for' loop runs over";
  default:
    return emitPythonBuiltin(call);
  }
}

FailureOr<bool> Emitter::isInstance(const Object &value, const Object &kind, uint32_t offset) {
  if (auto *kinds = kind.elements()) {
    for (const Object &each : *kinds) {
      auto is = isInstance(value, each, offset);
      if (failed(is) || *is)
        return is;
    }
    return false;
  }
  if (auto *builtin = kind.get<BuiltinObject>();
      builtin && builtin->info->id == BuiltinId::Constexpr)
    return value.isCompileTime() && !value.elements();
  auto *known = kind.get<ClassObject>();
  if (!known)
    return error(offset) << "isinstance expects ml.tensor, ml.constexpr, ml.tuple, ml.dtype, "
                            "ml.tensor_descriptor or a tuple of these, got "
                         << kind.describe();
  switch (known->which) {
  case ClassObject::Tensor:
    return value.tensor() != nullptr;
  case ClassObject::TensorDescriptor:
    return value.get<DescriptorObject>() != nullptr;
  case ClassObject::Tuple:
    return value.elements() != nullptr;
  case ClassObject::Dtype:
    return value.get<DType>() || value.get<TileTypeObject>();
  }
  llvm_unreachable("all classes are handled");
}

FailureOr<Object> Emitter::emitPythonBuiltin(const BuiltinCall &call) {
  const Object &value = call["value"];
  uint32_t offset = call.offsetOf("value");
  auto wrong = [&]() -> ObjectResult {
    return error(offset) << "'" << call.info->name << "' does not apply to " << value.describe()
                         << (value.tensor() ? "; use .to to convert run-time values" : "");
  };
  switch (call.info->id) {
  case BuiltinId::PythonIsinstance: {
    auto is = isInstance(value, call["kind"], call.offsetOf("kind"));
    return failed(is) ? ObjectResult(failure()) : Object(*is);
  }
  case BuiltinId::PythonBool:
    if (auto known = truth(value))
      return Object(*known);
    return wrong();
  case BuiltinId::PythonFloat:
    if (auto integer = value.integer())
      return Object(double(*integer));
    if (value.get<double>())
      return value;
    if (auto *text = value.get<std::string>())
      if (auto number = parseFloat(*text))
        return Object(*number);
    return wrong();
  case BuiltinId::PythonInt:
    if (auto integer = value.integer())
      return Object(*integer);
    if (auto *number = value.get<double>()) {
      if (!(std::fabs(*number) < 1e38))
        return error(offset) << "cannot convert " << toString(*number) << " to an integer";
      return Object(Integer(*number));
    }
    return wrong();
  default: // len
    if (auto *elements = value.elements())
      return Object(Integer(elements->size()));
    if (auto *text = value.get<std::string>())
      return Object(Integer(text->size()));
    return wrong();
  }
}

//===----------------------------------------------------------------------===//
// Arguments that must be constants
//===----------------------------------------------------------------------===//

static InFlightDiagnostic expectedConstant(InFlightDiagnostic error, const BuiltinCall &call,
                                           StringRef what, StringRef name) {
  error << "expected a compile-time " << what << " for '" << name << "' of " << call.info->name
        << ", got " << call[name].describe();
  if (call[name].tensor() && !call[name].tensor()->type.isTile)
    error << "; annotate the variable or parameter with constexpr if its value is known";
  return error;
}

FailureOr<Integer> Emitter::integerArgument(const BuiltinCall &call, StringRef name) {
  if (std::optional<Integer> value = call[name].integer())
    return *value;
  return expectedConstant(error(call.offsetOf(name)), call, "integer", name);
}

FailureOr<bool> Emitter::boolArgument(const BuiltinCall &call, StringRef name) {
  if (std::optional<Integer> value = call[name].integer(); value && (*value == 0 || *value == 1))
    return *value == 1;
  return expectedConstant(error(call.offsetOf(name)), call, "bool", name);
}

FailureOr<std::string> Emitter::stringArgument(const BuiltinCall &call, StringRef name) {
  if (auto *value = call[name].get<std::string>())
    return *value;
  return expectedConstant(error(call.offsetOf(name)), call, "string", name);
}

FailureOr<DType> Emitter::dtypeArgument(const BuiltinCall &call, StringRef name) {
  if (auto *value = call[name].get<DType>())
    return *value;
  return expectedConstant(error(call.offsetOf(name)), call, "type", name);
}

FailureOr<SmallVector<int64_t, 2>> Emitter::shapeArgument(const BuiltinCall &call, StringRef name) {
  auto *elements = call[name].elements();
  if (!elements)
    return expectedConstant(error(call.offsetOf(name)), call, "tuple of extents", name);
  return shapeOf(call, name, *elements);
}

FailureOr<SmallVector<int64_t, 2>> Emitter::shapeOf(const BuiltinCall &call, StringRef name,
                                                    ArrayRef<Object> extents) {
  SmallVector<int64_t, 2> shape;
  for (const Object &element : extents) {
    std::optional<Integer> extent = element.integer();
    if (!extent)
      return error(call.offsetOf(name))
             << "expected compile-time integers as extents, got " << element.describe();
    if (*extent < 1 || *extent > kMaxTileElements)
      return error(call.offsetOf(name)) << "expected extents between 1 and " << kMaxTileElements
                                        << ", got " << toString(*extent);
    shape.push_back(int64_t(*extent));
  }
  if (shape.size() > 8)
    return error(call.offsetOf(name)) << "a tile has at most 8 dimensions, got " << shape.size();
  if (!tileElements(shape))
    return error(call.offsetOf(name)) << "a tile of shape " << shapeName(shape) << " has more than "
                                      << kMaxTileElements << " elements";
  return shape;
}
