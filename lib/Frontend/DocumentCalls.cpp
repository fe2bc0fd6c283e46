//===- DocumentCalls.cpp - completion and help with calls -----------------===//
#include "DocumentImpl.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mla::frontend;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// A form with a label "name(a, b=1)".
static CallForm makeForm(const Twine &name, StringRef parameters, std::string text) {
  CallForm form;
  form.label = (name + "(").str();
  int depth = 0;
  size_t begin = form.label.size();
  form.label += parameters;
  auto add = [&](size_t end) {
    StringRef parameter = StringRef(form.label).slice(begin, end);
    size_t skipped = parameter.size() - parameter.ltrim().size();
    if (!parameter.trim().empty())
      form.parameters.push_back({begin + skipped, begin + parameter.rtrim().size()});
    begin = end + 1;
  };
  for (size_t i = begin; i < form.label.size(); ++i) {
    char c = form.label[i];
    depth += c == '(' || c == '[' || c == '{';
    depth -= c == ')' || c == ']' || c == '}';
    if (c == ',' && depth == 0)
      add(i);
  }
  add(form.label.size());
  form.label += ")";
  form.text = std::move(text);
  return form;
}

/// How a built-in is called: behind a value's dot without the parameter that the value is.
static CallForm formOf(const BuiltinObject &builtin) {
  bool isMember = builtin.receiver && takesReceiver(builtin.info->home);
  for (const Spelling &spelling : spellings(*builtin.info))
    if (!isMember || spelling.prefix == parametersOf(*builtin.info).front().name.str() + ".")
      return makeForm(spelling.prefix + spelling.name, spelling.parameters,
                      describe(*builtin.info));
  llvm_unreachable("a built-in has a spelling for each of its homes");
}

/// How an object is called, if it can be.
static std::optional<CallForm> formOf(const Document::Impl &impl, const Object &object) {
  if (auto *builtin = object.get<BuiltinObject>())
    return formOf(*builtin);
  auto *function = object.get<FunctionObject>();
  const Outline *outline = function ? impl.functionNamed(function->name) : nullptr;
  if (!outline)
    return std::nullopt;
  auto [name, rest] = outline->signature.split('(');
  rest.consume_back(")");
  // Line breaks of the source are no part of a label.
  std::string parameters;
  for (StringRef part; !rest.empty();) {
    std::tie(part, rest) = llvm::getToken(rest, " \t\r\n");
    parameters += (parameters.empty() ? "" : " ") + part.str();
  }
  StringRef trimmed(parameters);
  trimmed.consume_back(",");
  return makeForm(name, trimmed, outline->docstring.str());
}

/// The token "(" of the innermost call around a place behind the token `before`, and what it calls.
static std::optional<std::pair<size_t, CallForm>> enclosingCall(const Document::Impl &impl,
                                                                size_t before) {
  int depth = 0;
  for (size_t at = before + 1; at-- > 0;) {
    const Token &token = impl.tokens[at];
    if (token.kind == TokenKind::Newline)
      return std::nullopt;
    depth += token.is(")") || token.is("]") || token.is("}");
    depth -= token.is("(") || token.is("[") || token.is("{");
    if (depth >= 0)
      continue;
    depth = 0;
    if (!token.is("(") || at == 0 || impl.tokens[at - 1].kind != TokenKind::Name)
      continue;
    // A definition is no call.
    if (at >= 2 && impl.tokens[at - 2].is("def"))
      return std::nullopt;
    Document::Impl::Resolved callee = impl.resolve(at - 1);
    std::optional<CallForm> form =
        callee.object ? formOf(impl, *callee.object) : std::optional<CallForm>();
    if (!form)
      return std::nullopt;
    return std::pair(at, std::move(*form));
  }
  return std::nullopt;
}

/// The name of a parameter, without its default, annotation or star.
static StringRef parameterName(const CallForm &form, size_t index) {
  Span span = form.parameters[index];
  return StringRef(form.label).slice(span.begin, span.end).ltrim('*').take_until([](char c) {
    return c == '=' || c == ':' || c == ' ';
  });
}

bool Document::Impl::isKeywordArgument(size_t token) const {
  // tokens end with End, which is no "=".
  if (token == 0 || !tokens[token + 1].is("=") ||
      !(tokens[token - 1].is("(") || tokens[token - 1].is(",")))
    return false;
  return enclosingCall(*this, token - 1).has_value();
}

std::optional<Meaning> Document::meaningOfKeyword(size_t token) const {
  StringRef name = impl->tokens[token].text;
  CallForm form = std::move(enclosingCall(*impl, token - 1)->second);
  for (size_t i = 0; i < form.parameters.size(); ++i)
    if (parameterName(form, i) == name) {
      Span span = form.parameters[i];
      StringRef parameter = StringRef(form.label).slice(span.begin, span.end);
      return Meaning{impl->spanOf(token),
                     ("```python\n" + parameter + "\n```\n\nParameter of `" +
                      StringRef(form.label).split('(').first + "`.\n\n" + form.text)
                         .str(),
                     std::nullopt};
    }
  return std::nullopt;
}

std::optional<CallHelp> Document::callAt(size_t offset) const {
  std::optional<size_t> before = impl->tokenBefore(offset);
  if (!before || impl->isInText(offset))
    return std::nullopt;
  auto call = enclosingCall(*impl, *before);
  if (!call)
    return std::nullopt;
  auto &[open, form] = *call;
  size_t position = 0, argument = open + 1;
  for (auto [at, depth] = std::pair(open + 1, 0); at <= *before; ++at) {
    const Token &token = impl->tokens[at];
    depth += token.is("(") || token.is("[") || token.is("{");
    depth -= token.is(")") || token.is("]") || token.is("}");
    if (depth == 0 && token.is(",")) {
      ++position;
      argument = at + 1;
    }
  }
  CallHelp help{std::move(form), position};
  bool isKeyword = impl->tokens[argument].kind == TokenKind::Name && argument + 1 <= *before &&
                   impl->tokens[argument + 1].is("=");
  for (size_t i = 0; i < help.form.parameters.size(); ++i) {
    if (isKeyword && parameterName(help.form, i) == impl->tokens[argument].text)
      help.active = i;
    // `*name` takes all that follows.
    if (!isKeyword && help.form.label[help.form.parameters[i].begin] == '*' && i < position)
      help.active = i;
  }
  help.active = std::min(help.active, help.form.parameters.size());
  return help;
}

//===----------------------------------------------------------------------===//
// Completion
//===----------------------------------------------------------------------===//

namespace {
/// Collects suggestions, each name once.
class Suggestions {
public:
  using Kind = Suggestion::Kind;

  explicit Suggestions(const Document::Impl &impl) : impl(impl) {}

  void add(StringRef name, Kind kind, std::string detail = {}, std::string text = {}) {
    if (names.insert(name).second)
      all.push_back({name.str(), kind, std::move(detail), std::move(text)});
  }
  void addObject(StringRef name, const Object &object, Kind functionKind = Kind::Function);
  void addModule(ModuleObject::Which module);
  void addMembers(ValueKind kind);
  void addVisible(size_t token);
  void addKeywordArguments(const CallForm &form);

  std::vector<Suggestion> take() { return std::move(all); }

private:
  const Document::Impl &impl;
  llvm::StringSet<> names;
  std::vector<Suggestion> all;
};
} // namespace

void Suggestions::addObject(StringRef name, const Object &object, Kind functionKind) {
  if (std::optional<CallForm> form = formOf(impl, object))
    return add(name, functionKind, std::move(form->label), std::move(form->text));
  Kind kind = object.get<ModuleObject>()                         ? Kind::Module
              : object.get<DType>() || object.get<ClassObject>() ? Kind::Type
                                                                 : Kind::Constant;
  add(name, kind, object.describe());
}

void Suggestions::addModule(ModuleObject::Which module) {
  std::string problem;
  for (StringRef name : memberNames(module))
    if (std::optional<Object> object = findMember(module, name, problem))
      addObject(name, *object);
}

void Suggestions::addMembers(ValueKind kind) {
  const MemberContents &contents = membersOf(kind);
  for (const Property &property : contents.properties)
    add(property.name, Kind::Property, property.doc.str());
  for (const BuiltinInfo &info : builtins())
    if (llvm::is_contained(contents.homes, info.home))
      addObject(info.name, BuiltinObject{&info, std::make_shared<const Object>()}, Kind::Method);
}

/// Names that can be used at a token: variables bound before it, globals, Python's.
void Suggestions::addVisible(size_t token) {
  const Outline *function = impl.functionAt(token);
  for (const Binding &binding : function ? ArrayRef(function->bindings) : ArrayRef<Binding>())
    if (binding.token < token)
      add(binding.name, binding.kind == Binding::Kind::Parameter ? Kind::Parameter : Kind::Variable,
          binding.text.str());
  std::string problem;
  for (const auto &[name, global] : impl.globals.all()) {
    if (global.kind == Global::Kind::Constant)
      add(name, Kind::Constant);
    else if (global.kind == Global::Kind::Function)
      addObject(name, FunctionObject{name, &global});
    else if (std::optional<Object> object = findImport(name, global.path, problem))
      addObject(name, *object);
  }
  for (const BuiltinInfo &info : builtins())
    if (info.home == BuiltinHome::Python)
      addObject(info.name, BuiltinObject{&info, nullptr});
  for (StringRef keyword : {"if", "elif", "else", "for", "in", "while", "return", "assert", "pass",
                            "and", "or", "not", "is", "None", "True", "False"})
    add(keyword, Kind::Keyword);
}

void Suggestions::addKeywordArguments(const CallForm &form) {
  for (size_t i = 0; i < form.parameters.size(); ++i) {
    StringRef parameter =
        StringRef(form.label).slice(form.parameters[i].begin, form.parameters[i].end);
    if (!parameter.starts_with("*"))
      add((parameterName(form, i) + "=").str(), Kind::Parameter, parameter.str());
  }
}

std::vector<Suggestion> Document::suggestionsAt(size_t offset) const {
  if (impl->isInText(offset))
    return {};
  Suggestions suggestions(*impl);
  std::optional<size_t> before = impl->tokenBefore(offset);
  // The letters that are there already are to be replaced.
  if (before && impl->tokens[*before].kind == TokenKind::Name &&
      impl->spanOf(*before).end >= offset)
    before = *before ? std::optional(*before - 1) : std::nullopt;
  if (before && impl->tokens[*before].is(".")) {
    Impl::Resolved base = impl->resolveBase(*before);
    auto module = base.object ? moduleOf(*base.object) : std::nullopt;
    if (module)
      suggestions.addModule(*module);
    else if (base.object && base.object->get<DType>())
      suggestions.addMembers(ValueKind::Type);
    else if (base.property)
      suggestions.addMembers(base.property->type == "_dtype" ? ValueKind::Type : ValueKind::Tile);
    else if (base.value)
      suggestions.addMembers(*base.value);
    return suggestions.take();
  }
  if (before)
    if (auto call = enclosingCall(*impl, *before);
        call && (impl->tokens[*before].is("(") || impl->tokens[*before].is(",")))
      suggestions.addKeywordArguments(call->second);
  suggestions.addVisible(before ? *before + 1 : 0);
  return suggestions.take();
}
