//===- FrontendFuzzer.cpp - kernel files that no one would write ----------===//
// A libFuzzer target: each input is a kernel file with a line that says what to compile (Input.h).
// Whatever the file is, the front end must end with a module that verifies, survives printing and
// parsing and canonicalises, or with an error that names a place in the file.
//
// With clang and its runtime library (Debian: libclang-rt-22-dev):
//   cmake -S . -B build-fuzz -G Ninja -DMLA_BUILD_FUZZERS=ON
//   ninja -C build-fuzz mla-fuzz-frontend
//   python3 test/Fuzz/seeds.py build-fuzz/seeds     # with build-fuzz/seeds.dict beside it
//   mkdir build-fuzz/corpus
//   export ASAN_OPTIONS=detect_container_overflow=0:allow_user_poisoning=0
//   build-fuzz/bin/mla-fuzz-frontend build-fuzz/corpus build-fuzz/seeds -dict=build-fuzz/seeds.dict
//   \
//     -timeout=5 -rss_limit_mb=2048 -max_len=8192
// LLVM and MLIR are not instrumented: what they do to containers and arenas that inline code
// watches would be reported, hence the two options.
// A finding is a file crash-*, timeout-* or oom-*: give it as the only argument to see it again,
// add -minimize_crash=1 -runs=10000 to make it small. It ends up as a test in test/Frontend.

#include "Input.h"

#include "mla/Dialect/Attn/Attn.h"
#include "mla/Dialect/Tile/Tile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using llvm::StringRef;

/// A context keeps what it has uniqued; a fresh one now and then keeps the process small.
static constexpr unsigned kRunsPerContext = 256;

[[noreturn]] static void report(const llvm::Twine &what) {
  llvm::errs() << "mla-fuzz-frontend: " << what << '\n';
  abort();
}

/// Counts errors, and reports those that tell a user nothing.
static LogicalResult checkDiagnostic(Diagnostic &diagnostic, unsigned &errors) {
  if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
    return success();
  ++errors;
  std::string message = diagnostic.str();
  if (!diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    report("an error without a place: " + message);
  // The front end checks what the verifier would refuse, in terms of the text.
  if (message.front() == '\'' && StringRef(message).contains("' op "))
    report("an error about IR: " + message);
  return success();
}

static std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  return text;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static std::unique_ptr<MLIRContext> context;
  static unsigned runs = 0;
  if (runs++ % kRunsPerContext == 0) {
    context = std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
    context->loadDialect<mla::attn::AttnDialect, mla::tile::TileDialect, arith::ArithDialect,
                         func::FuncDialect, math::MathDialect, scf::SCFDialect>();
  }
  StringRef text(reinterpret_cast<const char *>(data), size);
  unsigned errors = 0;
  ScopedDiagnosticHandler handler(
      context.get(), [&](Diagnostic &diagnostic) { return checkDiagnostic(diagnostic, errors); });
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(text, "kernel.py"),
                             llvm::SMLoc());
  OwningOpRef<ModuleOp> module = mla::frontend::compile(sources, fuzz::readOptions(text), *context);
  if (bool(module) == bool(errors))
    report(module ? "an error, and yet a module" : "no module, and no error");
  if (!module)
    return 0;

  std::string printed = print(*module);
  OwningOpRef<ModuleOp> parsed = parseSourceString<ModuleOp>(printed, context.get());
  if (!parsed)
    report("the module cannot be parsed:\n" + printed);
  if (print(*parsed) != printed)
    report("parsing changes the module:\n" + printed + "\n" + print(*parsed));
  PassManager passes(context.get());
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
  if (failed(passes.run(*module)) || errors)
    report("canonicalising fails:\n" + printed);
  return 0;
}
