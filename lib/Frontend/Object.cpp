//===- Object.cpp - descriptions and conversions of objects ---------------===//
#include "Object.h"

#include "Builtins.h"
#include "Globals.h"
#include "Literals.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mla::frontend;

std::optional<Integer> Object::integer() const {
  if (auto *flag = get<bool>())
    return Integer(*flag);
  if (auto *value = get<Integer>())
    return *value;
  return std::nullopt;
}

Object Object::tuple(std::vector<Object> elements) {
  TupleObject tuple;
  for (const Object &element : elements) {
    tuple.size = llvm::SaturatingAdd(tuple.size, element.size());
    tuple.depth = std::max(tuple.depth, element.depth() + 1);
  }
  tuple.elements = std::make_shared<const std::vector<Object>>(std::move(elements));
  return tuple;
}

uint64_t Object::size() const {
  if (auto *tuple = get<TupleObject>())
    return tuple->size;
  auto *text = get<std::string>();
  return text ? 1 + text->size() : 1;
}

uint32_t Object::depth() const {
  auto *tuple = get<TupleObject>();
  return tuple ? tuple->depth : 0;
}

bool Object::isCompileTime() const {
  if (auto *parts = elements())
    return llvm::all_of(*parts, [](const Object &part) { return part.isCompileTime(); });
  return !tensor() && !get<ViewObject>() && !get<SliceObject>() && !get<DescriptorObject>() &&
         !get<BlockPointerObject>();
}

std::string mla::frontend::toText(const Object &object) {
  if (object.isNone())
    return "None";
  if (auto *flag = object.get<bool>())
    return *flag ? "True" : "False";
  if (auto *value = object.get<Integer>())
    return toString(*value);
  if (auto *value = object.get<double>())
    return toString(*value);
  if (auto *text = object.get<std::string>())
    return *text;
  if (auto *type = object.get<DType>())
    return type->isPointer ? type->name() : type->shortName();
  if (auto *tile = object.get<TileTypeObject>())
    return tile->type.name();
  if (auto *parts = object.elements()) {
    std::string text = "(";
    for (const Object &part : *parts) {
      if (text.size() > 1)
        text += ", ";
      text += part.get<std::string>() ? "'" + toText(part) + "'" : toText(part);
    }
    return text + (parts->size() == 1 ? ",)" : ")");
  }
  return object.describe();
}

/// A text for a message, which would be lost in a long one.
static std::string shortened(std::string text) {
  constexpr size_t kMaxText = 200;
  if (text.size() <= kMaxText)
    return text;
  size_t end = kMaxText;
  while (end && (uint8_t(text[end]) & 0xC0) == 0x80) // within a character
    --end;
  return text.substr(0, end) + "…";
}

std::string Object::describe() const {
  if (auto *value = tensor())
    return value->type.name();
  if (auto *text = get<std::string>())
    return "the string '" + shortened(*text) + "'";
  if (get<DType>() || get<TileTypeObject>())
    return "the type " + toText(*this);
  if (auto *parts = elements()) {
    std::string text = "the tuple (";
    for (auto [i, part] : llvm::enumerate(*parts))
      text += (i ? ", " : "") + (part.tensor() ? part.describe() : toText(part));
    return shortened(text + ")");
  }
  if (auto *object = get<ViewObject>())
    return "the view '" + object->view->name.str() + "' of " + object->view->element.shortName() +
           object->view->shapeText;
  if (auto *object = get<SliceObject>())
    return "the unloaded slice " + object->slice->type().name() + " of '" +
           object->slice->view->name.str() + "'";
  if (auto *object = get<DescriptorObject>())
    return "a tensor descriptor of blocks " + object->array->blockType().name();
  if (auto *object = get<BlockPointerObject>())
    return "a block pointer to " + object->array->blockType().name();
  if (auto *module = get<ModuleObject>()) {
    static constexpr StringLiteral kNames[] = {"the package",
                                               "the language module",
                                               "the module 'attn' of the language",
                                               "the module 'indexer' of the language",
                                               "the module 'gather' of the language",
                                               "the module 'math' of the language",
                                               "the module 'extra' of the language",
                                               "the module 'extra.libdevice' of the language",
                                               "PropagateNan"};
    return kNames[module->which].str();
  }
  if (auto *builtin = get<BuiltinObject>())
    return "the built-in '" + std::string(builtin->info->name) + "'";
  if (auto *function = get<FunctionObject>())
    return "the function '" + function->name.str() + "'";
  if (auto *kind = get<ClassObject>()) {
    static constexpr StringLiteral kNames[] = {"tensor", "tensor_descriptor", "tuple", "dtype"};
    return "the class '" + kNames[kind->which].str() + "'";
  }
  return isNone() ? "None" : "the constant " + toText(*this);
}

std::optional<bool> mla::frontend::truth(const Object &object) {
  if (object.isNone())
    return false;
  if (auto value = object.integer())
    return *value != 0;
  if (auto *value = object.get<double>())
    return *value != 0;
  if (auto *text = object.get<std::string>())
    return !text->empty();
  if (auto *parts = object.elements())
    return !parts->empty();
  if (object.tensor())
    return std::nullopt;
  return true;
}

std::optional<DType> mla::frontend::typeOfNumber(const Object &number) {
  if (number.get<bool>())
    return Scalar::Int1;
  if (auto *value = number.get<Integer>()) {
    auto power = [](unsigned exponent) { return Integer(1) << exponent; };
    if (-power(31) <= *value && *value < power(31))
      return Scalar::Int32;
    if (0 <= *value && *value < power(32))
      return Scalar::Uint32;
    if (-power(63) <= *value && *value < power(63))
      return Scalar::Int64;
    if (0 <= *value && *value < power(64))
      return Scalar::Uint64;
    return std::nullopt;
  }
  if (auto *value = number.get<double>()) {
    double size = std::fabs(*value);
    bool isNormal =
        std::numeric_limits<float>::min() <= size && size <= std::numeric_limits<float>::max();
    return size == 0 || std::isinf(size) || std::isnan(size) || isNormal ? Scalar::Float32
                                                                         : Scalar::Float64;
  }
  return std::nullopt;
}

std::optional<Object> mla::frontend::parseConstant(StringRef text) {
  text = text.trim();
  if (text == "None")
    return Object();
  if (text == "True" || text == "False")
    return Object(text == "True");
  if (text.size() >= 2 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0] &&
      !text.drop_front().drop_back().contains(text[0]))
    return Object(text.drop_front().drop_back().str());
  StringRef digits = text;
  bool negative = digits.consume_front("-");
  if (!negative)
    digits.consume_front("+");
  unsigned base = digits.starts_with_insensitive("0x")   ? 16
                  : digits.starts_with_insensitive("0o") ? 8
                  : digits.starts_with_insensitive("0b") ? 2
                                                         : 10;
  StringRef body = base == 10 ? digits : digits.drop_front(2);
  if (!body.empty() && llvm::all_of(body, [&](char c) { return llvm::hexDigitValue(c) < base; })) {
    std::optional<Integer> value = integerValue(digits);
    if (!value)
      return std::nullopt;
    return Object(negative ? -*value : *value);
  }
  if (auto value = parseFloat(text))
    return Object(*value);
  for (StringRef package : {"ml.", "tl.", "mla.language.", "triton.language."})
    if (text.consume_front(package))
      break;
  if (auto type = dtypeFromName(text))
    return Object(*type);
  if (auto type = dtypeFromShortName(text))
    return Object(*type);
  return std::nullopt;
}
