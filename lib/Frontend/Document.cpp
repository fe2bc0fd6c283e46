//===- Document.cpp - what names in a kernel file mean --------------------===//
#include "DocumentImpl.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mla::frontend;

/// The tokens of a text, whether it is well-formed or not.
static std::vector<Token> tokensOf(const Source &source) {
  ScopedDiagnosticHandler silence(source.context(), [](mlir::Diagnostic &) { return success(); });
  auto tokens = Lexer(source).run();
  return succeeded(tokens) ? std::move(*tokens) : Lexer(source).runLeniently();
}

Document::Impl::Impl(StringRef text)
    : context(MLIRContext::Threading::DISABLED), source(text, "", &context),
      tokens(tokensOf(source)), globals(source, tokens),
      functions(outlineFunctions(source, tokens)) {
  ScopedDiagnosticHandler silence(&context, [](mlir::Diagnostic &) { return success(); });
  (void)globals.scan();
}

Document::Document(StringRef text) : impl(std::make_unique<Impl>(text)) {}
Document::~Document() = default;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

std::optional<size_t> Document::Impl::tokenBefore(size_t offset) const {
  std::optional<size_t> found;
  for (auto [i, token] : llvm::enumerate(tokens)) {
    if (token.offset >= offset)
      break;
    if (!token.text.empty() && token.kind != TokenKind::Newline)
      found = i;
  }
  return found;
}

bool Document::Impl::isInText(size_t offset) const {
  std::optional<size_t> before = tokenBefore(offset);
  size_t end = before ? spanOf(*before).end : 0;
  if (before && tokens[*before].kind == TokenKind::String && end > offset)
    return true;
  return end < offset && source.slice(end, offset).rsplit('\n').second.contains('#');
}

const Outline *Document::Impl::functionAt(size_t token) const {
  auto found = llvm::find_if(
      functions, [&](const Outline &each) { return each.begin <= token && token <= each.end; });
  return found == functions.end() ? nullptr : &*found;
}

const Outline *Document::Impl::functionNamed(StringRef name) const {
  // The last definition counts.
  for (const Outline &function : llvm::reverse(functions))
    if (function.name == name)
      return &function;
  return nullptr;
}

const Binding *Document::Impl::bindingAt(size_t token, StringRef name) const {
  const Outline *function = functionAt(token);
  const Binding *found = nullptr;
  if (function)
    for (const Binding &binding : function->bindings)
      if (binding.name == name && (!found || binding.token <= token))
        found = &binding;
  return found;
}

StringRef Document::Impl::lineOf(size_t token) const {
  StringRef text = source.text();
  size_t offset = tokens[token].offset;
  size_t begin = text.take_front(offset).rfind('\n');
  begin = begin == StringRef::npos ? 0 : begin + 1;
  return text.substr(begin).split('\n').first.trim();
}

//===----------------------------------------------------------------------===//
// Meanings
//===----------------------------------------------------------------------===//

/// Guesses from the annotation or from the call that makes the value.
ValueKind Document::Impl::kindOf(const Binding &binding) const {
  if (binding.kind == Binding::Kind::Parameter)
    return binding.value.contains("tensor[")       ? ValueKind::View
           : binding.value.contains("tensordesc<") ? ValueKind::Descriptor
                                                   : ValueKind::Tile;
  StringRef callee = binding.value.split('(').first;
  if (callee.ends_with("make_tensor_descriptor"))
    return ValueKind::Descriptor;
  if (callee.ends_with("make_block_ptr") || callee.ends_with("advance"))
    return ValueKind::BlockPointer;
  return callee.ends_with(".dtype") ? ValueKind::Type : ValueKind::Tile;
}

Document::Impl::Resolved Document::Impl::member(const Resolved &base, StringRef name) const {
  Resolved result;
  std::string problem;
  if (auto module = base.object ? moduleOf(*base.object) : std::nullopt) {
    result.object = findMember(*module, name, problem);
    return result;
  }
  std::optional<ValueKind> kind = base.value;
  if (base.object && base.object->get<DType>())
    kind = ValueKind::Type;
  if (base.property)
    kind = base.property->type == "_dtype" ? ValueKind::Type : ValueKind::Tile;
  if (!kind)
    return result;
  const MemberContents &contents = membersOf(*kind);
  for (const Property &property : contents.properties)
    if (property.name == name)
      result.property = &property;
  if (!result.property)
    if (const BuiltinInfo *info = findBuiltin(name, contents.homes))
      result.object = BuiltinObject{info, std::make_shared<const Object>()};
  return result;
}

Document::Impl::Resolved Document::Impl::resolveName(size_t token) const {
  StringRef name = tokens[token].text;
  Resolved result;
  if (const Binding *binding = bindingAt(token, name)) {
    result.binding = binding;
    result.value = kindOf(*binding);
    return result;
  }
  std::string problem;
  if (const Global *global = globals.find(name)) {
    result.global = global;
    if (global->kind == Global::Kind::Import)
      result.object = findImport(name, global->path, problem);
    if (global->kind == Global::Kind::Function)
      result.object = FunctionObject{name, global};
    return result;
  }
  if (const BuiltinInfo *info = findBuiltin(name, BuiltinHome::Python))
    result.object = BuiltinObject{info, nullptr};
  return result;
}

Document::Impl::Resolved Document::Impl::resolve(size_t token) const {
  size_t first = token;
  while (first >= 2 && tokens[first - 1].is(".") && tokens[first - 2].kind == TokenKind::Name)
    first -= 2;
  Resolved result;
  if (first > 0 && tokens[first - 1].is(".")) {
    // Behind a call or an index there is most likely a tile.
    if (first >= 2 && (tokens[first - 2].is(")") || tokens[first - 2].is("]")))
      result.value = ValueKind::Tile;
    result = member(result, tokens[first].text);
  } else {
    result = resolveName(first);
  }
  for (size_t at = first + 2; at <= token; at += 2)
    result = member(result, tokens[at].text);
  return result;
}

Document::Impl::Resolved Document::Impl::resolveBase(size_t dot) const {
  Resolved result;
  if (dot > 0 && tokens[dot - 1].kind == TokenKind::Name)
    return resolve(dot - 1);
  if (dot > 0 && (tokens[dot - 1].is(")") || tokens[dot - 1].is("]")))
    result.value = ValueKind::Tile;
  return result;
}

/// A block of code in Markdown.
static std::string code(const Twine &text) { return ("```python\n" + text + "\n```\n").str(); }

/// What a module or a type is, in words.
static std::string describeObject(const Object &object) {
  if (auto *builtin = object.get<BuiltinObject>())
    return describe(*builtin->info);
  if (auto *type = object.get<DType>(); type && !type->isPointer)
    return code("ml." + type->name()) + "\nElement type, `" + type->shortName() +
           "` in signatures, " + std::to_string(type->bits()) + " bits.\n";
  std::string text = object.describe();
  text.front() = llvm::toUpper(text.front());
  return text + ".\n";
}

std::optional<Meaning> Document::meaningAt(size_t offset) const {
  // A place between two tokens belongs to the one before it, unless a name begins there.
  std::optional<size_t> at = impl->tokenBefore(offset + 1);
  if (at && impl->tokens[*at].offset == offset && impl->tokens[*at].kind != TokenKind::Name)
    at = impl->tokenBefore(offset);
  if (!at || impl->tokens[*at].kind != TokenKind::Name || impl->spanOf(*at).end < offset)
    return std::nullopt;
  size_t token = *at;
  if (impl->isKeywordArgument(token))
    return meaningOfKeyword(token);
  StringRef name = impl->tokens[token].text;
  Impl::Resolved found = impl->resolve(token);
  Meaning meaning;
  meaning.span = impl->spanOf(token);
  if (found.binding) {
    static constexpr StringLiteral kKinds[] = {"Parameter", "Variable", "Loop variable"};
    meaning.text = code(found.binding->text) + "\n" + kKinds[size_t(found.binding->kind)].str() +
                   " of `" + impl->functionAt(token)->name.str() + "`.\n";
    meaning.definition = impl->spanOf(found.binding->token);
  } else if (found.property) {
    meaning.text = code(name) + "\n" + found.property->doc.str() + "\n";
  } else if (const Outline *function = found.object && found.object->get<FunctionObject>()
                                           ? impl->functionNamed(name)
                                           : nullptr) {
    meaning.text = code("def " + function->signature);
    if (!function->docstring.empty())
      meaning.text += "\n" + function->docstring.str() + "\n";
    meaning.definition = impl->spanOf(function->begin + 1);
  } else if (found.global && found.global->kind == Global::Kind::Constant) {
    size_t value = found.global->token;
    while (impl->tokens[value].offset > found.global->offset)
      --value;
    meaning.text = code(impl->lineOf(value)) + "\nConstant of the file.\n";
    meaning.definition = impl->spanOf(value);
  } else if (found.object) {
    meaning.text = describeObject(*found.object);
  } else {
    return std::nullopt;
  }
  return meaning;
}

std::vector<Symbol> Document::symbols() const {
  std::vector<Symbol> all;
  for (const Outline &function : impl->functions) {
    const Global *global = impl->globals.find(function.name);
    const Decorator *decorator = global ? global->compiled() : nullptr;
    bool isKernel = decorator && StringRef(decorator->path).ends_with(".kernel");
    all.push_back({function.name.str(),
                   isKernel ? Symbol::Kind::Kernel : Symbol::Kind::Function,
                   impl->spanOf(function.begin + 1),
                   {impl->tokens[function.begin].offset, impl->tokens[function.end].offset}});
  }
  for (const auto &[name, global] : impl->globals.all())
    if (global.kind == Global::Kind::Constant) {
      Span span{global.offset, global.offset + name.size()};
      all.push_back({name.str(), Symbol::Kind::Constant, span, span});
    }
  llvm::sort(all, [](const Symbol &a, const Symbol &b) { return a.span.begin < b.span.begin; });
  return all;
}
