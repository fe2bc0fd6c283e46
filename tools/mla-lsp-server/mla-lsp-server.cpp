//===- mla-lsp-server.cpp - the language server for editors ---------------===//
// Speaks the language server protocol over stdin and stdout: about kernel files, or with --ir about
// IR, for which MLIR's own server is given the compiler's dialects.

#include "KernelServer.h"

#include "mla/Pipelines/Pipelines.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/LSP/Logging.h"
#include "llvm/Support/Program.h"

namespace cl = llvm::cl;
using llvm::lsp::JSONStreamStyle;
using llvm::lsp::Logger;

static cl::OptionCategory kCategory("mla-lsp-server options");
static cl::opt<bool> irFlag("ir", cl::cat(kCategory),
                            cl::desc("Serve IR (.mlir) instead of kernel files (.py)"));
static cl::extrahelp kExamples(R"(
EXAMPLES:
  Commands for an editor to start:
    mla-lsp-server           for Python files that hold kernels
    mla-lsp-server --ir      for MLIR files, with the dialects of the compiler
)");

/// Options as MLIR's server has them.
static int serveKernels(int argc, char **argv) {
  cl::opt<bool> litTest("lit-test", cl::cat(kCategory),
                        cl::desc("Abbreviation for --input-style=delimited --pretty "
                                 "--log=verbose, for tests"));
  cl::opt<JSONStreamStyle> inputStyle(
      "input-style", cl::cat(kCategory), cl::desc("Input JSON stream encoding"),
      cl::init(JSONStreamStyle::Standard),
      cl::values(clEnumValN(JSONStreamStyle::Standard, "standard", "usual LSP protocol"),
                 clEnumValN(JSONStreamStyle::Delimited, "delimited",
                            "messages delimited by `// -----` lines, with // comment support")));
  cl::opt<bool> pretty("pretty", cl::cat(kCategory), cl::desc("Pretty-print JSON output"));
  cl::opt<Logger::Level> logLevel(
      "log", cl::cat(kCategory), cl::desc("Verbosity of log messages written to stderr"),
      cl::init(Logger::Level::Info),
      cl::values(clEnumValN(Logger::Level::Error, "error", "Error messages only"),
                 clEnumValN(Logger::Level::Info, "info", "High level execution tracing"),
                 clEnumValN(Logger::Level::Debug, "verbose", "Low level details")));
  cl::HideUnrelatedOptions(kCategory);
  cl::ParseCommandLineOptions(argc, argv, "mla-lsp-server: kernels and IR in editors\n");
  if (litTest) {
    inputStyle = JSONStreamStyle::Delimited;
    pretty = true;
    logLevel = Logger::Level::Debug;
  }
  Logger::setLogLevel(logLevel);
  llvm::sys::ChangeStdinToBinary();
  llvm::lsp::JSONTransport transport(stdin, llvm::outs(), inputStyle, pretty);
  return mla::lsp::runKernelServer(transport);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  auto isIrFlag = [](llvm::StringRef argument) { return argument == "--ir" || argument == "-ir"; };
  if (llvm::none_of(llvm::ArrayRef(argv + 1, argc - 1), isIrFlag))
    return serveKernels(argc, argv);
  mlir::DialectRegistry registry;
  mla::registerAllDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
