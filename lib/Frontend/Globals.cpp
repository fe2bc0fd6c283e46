//===- Globals.cpp - imports, functions and constants of a file -----------===//
#include "Globals.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mla::frontend;

std::optional<StringRef> mla::frontend::insidePackage(StringRef path) {
  for (StringRef package : {"mla", "triton"}) {
    StringRef rest = path;
    if (rest.consume_front(package) && (rest.empty() || rest.consume_front(".")))
      return rest;
  }
  return std::nullopt;
}

const Decorator *Global::compiled() const {
  for (const Decorator &decorator : decorators) {
    auto inside = insidePackage(decorator.path);
    if (inside && (*inside == "kernel" || *inside == "jit"))
      return &decorator;
  }
  return nullptr;
}

std::string Global::callProblem(StringRef name) const {
  return compiled() || isCompileTime()
             ? ""
             : ("'" + name + "' is not decorated with @mla.jit (or @triton.jit)").str();
}

bool Global::isCompileTime() const {
  return llvm::any_of(decorators, [](const Decorator &decorator) {
    auto inside = insidePackage(decorator.path);
    return inside && (*inside == "constexpr_function" || *inside == "language.constexpr_function");
  });
}

const Global *Globals::find(StringRef name) const {
  auto it = globals.find(name);
  return it == globals.end() ? nullptr : &it->second;
}

std::string Globals::dottedName(size_t &at) const {
  std::string name;
  while (tokens[at].kind == TokenKind::Name) {
    name += tokens[at++].text;
    if (!tokens[at].is(".") || tokens[at + 1].kind != TokenKind::Name)
      break;
    name += ".";
    ++at;
  }
  return name;
}

std::string Globals::resolve(StringRef dotted) const {
  auto [first, rest] = dotted.split('.');
  const Global *global = find(first);
  if (!global || global->kind != Global::Kind::Import)
    return dotted.str();
  return rest.empty() ? global->path : global->path + "." + rest.str();
}

void Globals::skipStatement(size_t &at) const {
  bool isCompound =
      isKeyword(tokens[at].text) && !tokens[at].is("import") && !tokens[at].is("from");
  while (tokens[at].kind != TokenKind::Newline && tokens[at].kind != TokenKind::End) {
    // Another statement on the same line.
    if (tokens[at++].is(";") && !isCompound)
      return;
  }
  if (tokens[at].kind == TokenKind::End)
    return;
  // Only a statement that ends in ':' has a block.
  bool hasBlock = at > 0 && tokens[at - 1].is(":") && tokens[at + 1].kind == TokenKind::Indent;
  ++at;
  if (!hasBlock)
    return;
  for (unsigned depth = 0; tokens[at].kind != TokenKind::End; ++at) {
    if (tokens[at].kind == TokenKind::Indent)
      ++depth;
    if (tokens[at].kind == TokenKind::Dedent && --depth == 0) {
      ++at;
      return;
    }
  }
}

/// `import a.b as c, d`: without `as` the first part is bound.
void Globals::scanImport(size_t at) {
  do {
    size_t begin = ++at;
    std::string path = dottedName(at);
    if (path.empty())
      return;
    Global global{Global::Kind::Import, tokens[begin].offset};
    StringRef name = tokens[begin].text;
    global.path = name.str();
    if (tokens[at].is("as")) {
      name = tokens[at + 1].text;
      global.path = path;
      at += 2;
    }
    globals[name] = global;
  } while (tokens[at].is(","));
}

/// `from a.b import (c as d, e)`
void Globals::scanFromImport(size_t at) {
  size_t begin = ++at;
  bool isRelative = tokens[begin].is(".") || tokens[begin].is("...");
  while (tokens[at].is(".") || tokens[at].is("..."))
    ++at;
  std::string package = isRelative ? "." + dottedName(at) : dottedName(at);
  if (!tokens[at].is("import"))
    return;
  at += tokens[at + 1].is("(") ? 2 : 1;
  while (tokens[at].kind == TokenKind::Name) {
    Global global{Global::Kind::Import, tokens[at].offset};
    StringRef name = tokens[at].text;
    global.path = package + "." + name.str();
    if (tokens[++at].is("as")) {
      name = tokens[at + 1].text;
      at += 2;
    }
    globals[name] = global;
    if (!tokens[at].is(","))
      return;
    ++at;
  }
}

/// `@a`, `@b(…)`, then a function, which is noted, or something else, which is skipped.
LogicalResult Globals::scanDecorators(size_t &at) {
  std::vector<Decorator> decorators;
  while (tokens[at].is("@")) {
    Decorator decorator;
    decorator.offset = tokens[++at].offset;
    std::string name = dottedName(at);
    if (name.empty())
      return source.error(tokens[at].offset) << "expected a name after '@'";
    decorator.path = resolve(name);
    if (tokens[at].is("("))
      decorator.arguments = at;
    decorators.push_back(std::move(decorator));
    while (tokens[at].kind != TokenKind::Newline && tokens[at].kind != TokenKind::End)
      ++at;
    at += tokens[at].kind == TokenKind::Newline;
  }
  if (tokens[at].is("def") && tokens[at + 1].kind == TokenKind::Name) {
    Global global{Global::Kind::Function, tokens[at + 1].offset, at};
    global.decorators = std::move(decorators);
    globals[tokens[at + 1].text] = global;
  }
  return success();
}

/// `name = value` or `name: annotation = value`; other assignments bind nothing that kernels can
/// use.
void Globals::scanAssignment(size_t at) {
  size_t value = at + 1;
  if (tokens[value].is(":"))
    while (!tokens[value].is("=") && tokens[value].kind != TokenKind::Newline &&
           tokens[value].kind != TokenKind::End)
      ++value;
  if (tokens[value].is("="))
    globals[tokens[at].text] = {Global::Kind::Constant, tokens[at].offset, value + 1};
}

LogicalResult Globals::scan() {
  for (size_t at = 0; tokens[at].kind != TokenKind::End;) {
    const Token &token = tokens[at];
    if (token.kind == TokenKind::Indent)
      return source.error(token.offset) << "unexpected indent";
    if (token.is("@")) {
      if (failed(scanDecorators(at)))
        return failure();
    } else if (token.is("def") && tokens[at + 1].kind == TokenKind::Name) {
      globals[tokens[at + 1].text] = {Global::Kind::Function, tokens[at + 1].offset, at};
    } else if (token.is("import")) {
      scanImport(at);
    } else if (token.is("from")) {
      scanFromImport(at);
    } else if (token.kind == TokenKind::Name && !isKeyword(token.text)) {
      scanAssignment(at);
    }
    skipStatement(at);
  }
  return success();
}

FailureOr<StringRef> Globals::selectKernel(StringRef name) const {
  if (!name.empty()) {
    const Global *global = find(name);
    if (global && global->kind == Global::Kind::Function) {
      if (global->compiled())
        return name;
      return source.error(global->offset)
             << "function '" << name << "' is not decorated with @mla.kernel (or @triton.jit)";
    }
  }
  // Without a name, @mla.kernel singles out kernels where the file uses it; @jit marks helpers as
  // well.
  SmallVector<StringRef> kernels, compiled;
  for (const auto &[functionName, global] : globals) {
    const Decorator *decorator =
        global.kind == Global::Kind::Function ? global.compiled() : nullptr;
    if (!decorator)
      continue;
    compiled.push_back(functionName);
    if (StringRef(decorator->path).ends_with(".kernel"))
      kernels.push_back(functionName);
  }
  if (kernels.empty())
    kernels = compiled;
  if (name.empty() && kernels.size() == 1)
    return kernels.front();
  auto error = source.error(0);
  if (!name.empty())
    error << "no kernel '" << name << "' in this file";
  else if (kernels.empty())
    error << "no kernel in this file: expected a function decorated with @mla.kernel (or "
             "@triton.jit)";
  else
    error << "the file has several kernels: name the one to compile";
  if (!kernels.empty()) {
    error << "; it has ";
    llvm::interleaveComma(kernels, error, [&](StringRef kernel) { error << "'" << kernel << "'"; });
  }
  return error;
}
