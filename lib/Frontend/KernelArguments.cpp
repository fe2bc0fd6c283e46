//===- KernelArguments.cpp - signatures, annotations, defaults ------------===//
// Options::constants win over the signature, which wins over annotations and defaults.
#include "KernelArguments.h"
#include "Emitter.h"

#include "mla/Dialect/Tile/Tile.h"
#include "llvm/ADT/StringExtras.h"

#include <limits>

using namespace mlir;
using namespace mla::frontend;

SmallVector<StringRef> mla::frontend::splitSignature(StringRef signature) {
  SmallVector<StringRef> entries;
  if (signature.trim().empty())
    return entries;
  size_t begin = 0;
  unsigned depth = 0;
  char quote = 0;
  for (size_t i = 0; i <= signature.size(); ++i) {
    char c = i < signature.size() ? signature[i] : ',';
    if (quote) {
      if (c == quote)
        quote = 0;
      if (i < signature.size())
        continue;
    }
    if (c == '\'' || c == '"') {
      quote = c;
    } else if (i < signature.size() && StringRef("[<").contains(c)) {
      ++depth;
    } else if (depth && StringRef("]>").contains(c)) {
      --depth;
    } else if (c == ',' && (!depth || i == signature.size())) {
      entries.push_back(signature.slice(begin, i).trim());
      begin = i + 1;
    }
  }
  return entries;
}

static constexpr StringLiteral kValueForms =
    "an integer, a float, True, False, None, a quoted string or a type name";

/// Reads "bf16[64, 32]" of a tensor descriptor. Returns what is wrong with it, or an empty text.
static std::string readDescriptor(StringRef blocks, KernelArgument &argument) {
  static constexpr StringLiteral kExpected =
      "expected a descriptor such as 'tensordesc<bf16[64, 32]>' with 1 to 5 extents";
  auto [name, rest] = blocks.split('[');
  std::optional<DType> element = dtypeFromShortName(name.trim());
  if (!element || element->isPointer || element->isBool() || !rest.consume_back("]"))
    return kExpected.str();
  SmallVector<StringRef> parts;
  rest.split(parts, ',');
  SmallVector<int64_t, 2> block;
  for (StringRef part : parts) {
    int64_t extent;
    if (part.trim().getAsInteger(10, extent) || extent < 1)
      return kExpected.str();
    block.push_back(extent);
  }
  if (block.size() > mla::tile::ViewType::kMaxRank)
    return kExpected.str();
  if (!tileElements(block))
    return "a block has at most " + std::to_string(kMaxTileElements) + " elements";
  // The copy engine takes no other addresses.
  argument.divisibility = 16;
  argument.type = DType::pointerTo(element->scalar);
  argument.block = std::move(block);
  argument.view.emplace();
  for (size_t dim = 0; dim < argument.block->size(); ++dim)
    argument.view->push_back({(argument.name + ".shape" + Twine(dim)).str()});
  return "";
}

std::string mla::frontend::readSignatureEntry(StringRef entry, bool isConstexpr,
                                              KernelArgument &argument) {
  if (isConstexpr) {
    argument.constant = parseConstant(entry);
    return argument.constant ? "" : ("expected " + kValueForms + " for a constexpr").str();
  }
  if (StringRef blocks = entry; blocks.consume_front("tensordesc<") && blocks.consume_back(">")) {
    if (argument.view)
      return "the annotation says that it is a view";
    return readDescriptor(blocks, argument);
  }
  auto [base, hint] = entry.split(':');
  std::optional<DType> type = dtypeFromShortName(base.trim());
  if (!type) {
    argument.constant = parseConstant(entry);
    if (argument.constant && argument.constant->get<DType>())
      argument.constant.reset();
    return argument.constant
               ? ""
               : ("expected a type such as '*bf16:16', 'i32' or 'fp32', or a constant: " +
                  kValueForms)
                     .str();
  }
  hint = hint.trim();
  if (type->isFloat() && entry.contains(':'))
    return "floats take no ':" + hint.str() + "'";
  if (hint == "16") {
    argument.divisibility = 16;
  } else if (hint == "1" && !type->isPointer) {
    argument.constant = Object(Integer(1));
    return "";
  } else if (entry.contains(':')) {
    return type->isPointer ? "expected ':16' behind a pointer type"
                           : "expected ':16' or ':1' behind a type";
  }
  argument.type = *type;
  return "";
}

std::string mla::frontend::strideName(StringRef view, size_t dim) {
  return (view + ".stride" + Twine(dim)).str();
}

std::vector<RuntimeArgument> mla::frontend::runtimeArguments(ArrayRef<KernelArgument> parameters) {
  std::vector<RuntimeArgument> arguments;
  for (const KernelArgument &parameter : parameters) {
    if (parameter.isConstant())
      continue;
    auto add = [&](std::string name, DType type, int32_t divisibility) {
      arguments.push_back({std::move(name), type, divisibility, parameter.offset});
    };
    add(parameter.name.str(), *parameter.type, parameter.divisibility);
    if (!parameter.view)
      continue;
    for (const ViewExtent &extent : *parameter.view) {
      if (extent.isConstant())
        continue;
      bool isLast = &extent == &parameter.view->back();
      int32_t divisibility = isLast && !parameter.block ? parameter.divisibility : 1;
      auto known = llvm::find_if(
          arguments, [&](const RuntimeArgument &argument) { return argument.name == extent.name; });
      if (known == arguments.end())
        add(extent.name, Scalar::Int64, divisibility);
      else
        known->divisibility = std::max(known->divisibility, divisibility);
    }
    int32_t elemBytes = int32_t(DType(parameter.type->scalar).bits() / 8);
    int32_t divisibility = parameter.divisibility / (parameter.block ? elemBytes : 1);
    for (size_t dim = 0; dim + 1 < parameter.view->size(); ++dim)
      add(strideName(parameter.name, dim), Scalar::Int64, divisibility);
  }
  return arguments;
}

/// An extent with the name of a constexpr parameter is its value. Returns what is wrong with it, or
/// an empty text.
static std::string bindExtent(ViewExtent &extent, ArrayRef<KernelArgument> parameters) {
  auto parameter = llvm::find_if(parameters, [&](const KernelArgument &each) {
    return !extent.isConstant() && each.name == extent.name;
  });
  if (parameter == parameters.end())
    return "";
  if (!parameter->isConstant())
    return "has the name of a parameter that is no constexpr";
  std::optional<Integer> value = parameter->constant->integer();
  if (!value || *value < 1 || *value > std::numeric_limits<int64_t>::max())
    return "expects a positive integer as value of that constexpr, got " +
           parameter->constant->describe();
  extent = {"", int64_t(*value)};
  return "";
}

FailureOr<std::vector<KernelArgument>> Emitter::bindParameters(const FunctionDef &function) {
  SmallVector<StringRef> entries = splitSignature(options.signature);
  if (entries.size() > function.parameters.size())
    return error(function.offset) << "the signature has " << entries.size() << " entries, but '"
                                  << function.name << "' has " << function.parameters.size()
                                  << " parameters";
  for (const auto &[name, text] : options.constants) {
    bool known = llvm::any_of(function.parameters,
                              [&](const Parameter &parameter) { return parameter.name == name; });
    if (known)
      continue;
    auto failure = error(function.offset)
                   << "'" << function.name << "' has no parameter '" << name << "'";
    SmallVector<StringRef> names = llvm::map_to_vector(
        function.parameters, [](const Parameter &parameter) { return parameter.name; });
    if (StringRef similar = similarName(name, names); !similar.empty())
      failure << "; did you mean '" << similar << "'?";
    return failure;
  }
  std::vector<KernelArgument> arguments;
  for (auto [i, parameter] : llvm::enumerate(function.parameters)) {
    auto argument = bindParameter(parameter, i < entries.size() ? entries[i] : StringRef(), i);
    if (failed(argument) || failed(checkViewBinding(*argument)))
      return failure();
    arguments.push_back(std::move(*argument));
  }
  for (KernelArgument &argument : arguments) {
    if (!argument.view)
      continue;
    for (ViewExtent &extent : *argument.view) {
      std::string name = extent.name, problem = bindExtent(extent, arguments);
      if (!problem.empty())
        return error(argument.offset)
               << "the extent '" << name << "' of '" << argument.name << "' " << problem;
    }
  }
  return arguments;
}

FailureOr<KernelArgument> Emitter::bindParameter(const Parameter &parameter, StringRef entry,
                                                 size_t position) {
  KernelArgument argument;
  argument.name = parameter.name;
  argument.offset = parameter.offset;
  auto isConstexpr = isConstexprAnnotation(parameter.annotation);
  if (failed(isConstexpr) || failed(readViewAnnotation(argument, parameter.annotation)))
    return failure();
  if (auto it = options.constants.find(parameter.name.str()); it != options.constants.end()) {
    argument.constant = parseConstant(it->second);
    if (!argument.constant)
      return error(parameter.offset)
             << "the value '" << it->second << "' given for '" << parameter.name
             << "' is not understood: expected " << kValueForms;
    return argument;
  }
  if (!entry.empty()) {
    std::string problem = readSignatureEntry(entry, *isConstexpr, argument);
    if (!problem.empty())
      return error(parameter.offset) << "signature entry " << position + 1 << " ('" << entry
                                     << "') for parameter '" << parameter.name << "': " << problem;
    return argument;
  }
  // A view that may be absent is, unless the signature has it.
  bool isAbsentView = argument.view && parameter.defaultValue;
  if (!*isConstexpr && !isAbsentView) {
    if (failed(readAnnotation(argument, parameter.annotation)))
      return failure();
    if (argument.type || argument.isConstant())
      return argument;
  }
  if (parameter.defaultValue) {
    auto value = evaluate(parameter.defaultValue);
    if (failed(value))
      return failure();
    if (!value->isCompileTime())
      return error(parameter.offset) << "expected a compile-time default for '" << parameter.name
                                     << "', got " << value->describe();
    argument.constant = std::move(*value);
    return argument;
  }
  if (options.skipUntyped)
    return failure();
  if (*isConstexpr)
    return error(parameter.offset) << "the constexpr parameter '" << parameter.name
                                   << "' has no value: give it in the signature or as a constant";
  return error(parameter.offset)
         << "the parameter '" << parameter.name
         << "' has no type: give one in the signature, such as '*fp32' or 'i32'";
}

/// The name that an annotation such as ml.pointer(ml.float32) begins with.
static StringRef rootName(const Expr *expr) {
  while (true) {
    if (auto *attribute = dyn_cast<AttributeExpr>(expr))
      expr = attribute->base;
    else if (auto *call = dyn_cast<CallExpr>(expr))
      expr = call->callee;
    else if (auto *subscript = dyn_cast<SubscriptExpr>(expr))
      expr = subscript->base;
    else
      return isa<NameExpr>(expr) ? cast<NameExpr>(expr)->name : StringRef();
  }
}

/// Takes the type of a parameter from "*fp32" or ml.int32; annotations of other packages mean
/// nothing here.
LogicalResult Emitter::readAnnotation(KernelArgument &argument, const Expr *annotation) {
  if (!annotation)
    return success();
  if (auto *text = dyn_cast<StringExpr>(annotation)) {
    StringRef value = text->value;
    if (!value.starts_with("tensordesc<") && !dtypeFromShortName(value.split(':').first.trim()))
      return success();
    std::string problem = readSignatureEntry(text->value, /*isConstexpr=*/false, argument);
    if (!problem.empty())
      return error(annotation->offset) << "annotation '" << text->value << "' of parameter '"
                                       << argument.name << "': " << problem;
    return success();
  }
  const Global *root = globals.find(rootName(annotation));
  bool isOurs = root && root->kind == Global::Kind::Import && insidePackage(root->path);
  auto *attribute = dyn_cast<AttributeExpr>(annotation);
  bool isPlainTensor = attribute && attribute->name == "tensor";
  if (!isOurs || isPlainTensor)
    return success();
  if (argument.view)
    return success();
  if (isa<SubscriptExpr>(annotation))
    return error(annotation->offset)
           << "expected a type or ml.tensor[…] as annotation of '" << argument.name << "'";
  auto value = evaluate(annotation);
  if (failed(value))
    return failure();
  auto *type = value->get<DType>();
  if (!type)
    return error(annotation->offset) << "expected a type as annotation of '" << argument.name
                                     << "', got " << value->describe();
  argument.type = *type;
  return success();
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

static bool isIdentifier(StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) &&
         llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

FailureOr<ViewExtent> Emitter::readViewExtent(const Expr *expr) {
  auto value = evaluate(expr);
  if (failed(value))
    return failure();
  if (auto *name = value->get<std::string>(); name && isIdentifier(*name))
    return ViewExtent{*name};
  if (auto *constant = value->get<Integer>();
      constant && *constant >= 1 && *constant <= std::numeric_limits<int64_t>::max())
    return ViewExtent{"", int64_t(*constant)};
  return error(expr->offset) << "expected a name in quotes or a positive integer as extent, got "
                             << value->describe();
}

LogicalResult Emitter::readViewAnnotation(KernelArgument &argument, const Expr *annotation) {
  auto *subscript = dyn_cast_or_null<SubscriptExpr>(annotation);
  if (!subscript)
    return success();
  auto *attribute = dyn_cast<AttributeExpr>(subscript->base);
  const Global *root = globals.find(rootName(annotation));
  auto inside = root && root->kind == Global::Kind::Import ? insidePackage(root->path)
                                                           : std::optional<StringRef>();
  bool isTensor = attribute ? inside && attribute->name == "tensor" : inside == "language.tensor";
  if (!isTensor)
    return success();
  SmallVector<const Expr *> parts;
  if (auto *tuple = dyn_cast<TupleExpr>(subscript->index))
    llvm::append_range(parts, tuple->elements);
  if (parts.size() < 2 || parts.size() > tile::ViewType::kMaxRank + 1)
    return error(subscript->index->offset) << "expected ml.tensor[type, extent, …] with 1 to "
                                           << tile::ViewType::kMaxRank << " extents";
  auto element = evaluate(parts.front());
  if (failed(element))
    return failure();
  auto *type = element->get<DType>();
  if (!type || type->isPointer)
    return error(parts.front()->offset)
           << "expected an element type such as ml.bfloat16, got " << element->describe();
  argument.type = DType::pointerTo(type->scalar);
  argument.view.emplace();
  for (const Expr *part : ArrayRef(parts).drop_front()) {
    auto extent = readViewExtent(part);
    if (failed(extent))
      return failure();
    argument.view->push_back(std::move(*extent));
  }
  return success();
}

LogicalResult Emitter::checkViewBinding(const KernelArgument &argument) {
  if (!argument.view ||
      (argument.isConstant() ? argument.constant->isNone() : argument.type->isPointer))
    return success();
  return error(argument.offset) << "the view '" << argument.name
                                << "' takes a pointer type such as '*bf16:16', or None, got "
                                << (argument.isConstant() ? argument.constant->describe()
                                                          : argument.type->shortName());
}
