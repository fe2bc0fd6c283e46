//===- Check.cpp - errors of a kernel file, for editors -------------------===//
#include "mla/Frontend/Check.h"

#include "Emitter.h"
#include "NameCheck.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mla::frontend;

/// Whether nothing but a launch uses the function: @mla.kernel says so; @jit marks helpers as well,
/// so that files without @mla.kernel say it only by signatures.
static bool isKernel(const Global &global) {
  const Decorator *decorator = global.compiled();
  return decorator && StringRef(decorator->path).ends_with(".kernel");
}

void mla::frontend::check(llvm::SourceMgr &sources, ArrayRef<Options> launches,
                          std::function<void(size_t, std::string)> onVariable,
                          MLIRContext &context) {
  loadDialects(context);
  const llvm::MemoryBuffer *buffer = sources.getMemoryBuffer(sources.getMainFileID());
  Source source(buffer->getBuffer(), buffer->getBufferIdentifier(), &context);
  auto tokens = Lexer(source).run();
  if (failed(tokens))
    return;
  Globals globals(source, *tokens);
  if (failed(globals.scan()))
    return;

  Ast ast;
  Definitions definitions;
  bool valid = true;
  for (const auto &[name, global] : globals.all()) {
    if (global.kind != Global::Kind::Function || !global.compiled())
      continue;
    auto function = Parser(source, *tokens, ast).parseFunction(global.token);
    if (succeeded(function))
      definitions[&global] = *function;
    else
      valid = false;
  }
  for (auto [global, function] : definitions)
    valid &= succeeded(checkNames(source, globals, definitions, *function));
  if (!valid)
    return;

  // Only what the compiler says is of interest.
  auto compileKernel = [&](Options options) {
    options.onVariable = onVariable;
    Parser parser(source, *tokens, ast);
    Emitter(source, globals, parser, options).run();
  };
  for (auto [global, function] : definitions) {
    bool launched = false;
    for (const Options &launch : launches)
      if (launch.kernel == function->name) {
        compileKernel(launch);
        launched = true;
      }
    if (launched || !isKernel(*global))
      continue;
    Options options;
    options.kernel = function->name.str();
    options.skipUntyped = true;
    compileKernel(options);
  }
}
