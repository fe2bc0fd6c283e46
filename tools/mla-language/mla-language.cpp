//===- mla-language.cpp - the kernel language as documents ----------------===//
// Prints the reference, or the entries of some built-ins, as Markdown, or writes the stubs that
// editors read. Everything comes from the compiler's table of built-ins.

#include "mla/Frontend/Reference.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

namespace cl = llvm::cl;
using llvm::StringRef;

static cl::OptionCategory kCategory("mla-language options");
static cl::list<std::string> namesFlag(cl::Positional, cl::value_desc("name"),
                                       cl::desc("[built-in ...]"), cl::cat(kCategory));
static cl::opt<std::string> outputFlag("o", cl::value_desc("file"), cl::init("-"),
                                       cl::desc("Where the Markdown goes; default stdout"),
                                       cl::cat(kCategory));
static cl::opt<std::string>
    stubsFlag("stubs", cl::value_desc("folder"),
              cl::desc("Write Python stubs of the package mla into this folder instead"),
              cl::cat(kCategory));
static cl::extrahelp kExamples(R"(
EXAMPLES:
  The language reference:
    mla-language -o language.md
  What a built-in does:
    mla-language softmax_step
    mla-language ml.math.exp desc.load
  Stubs, for an editor that searches ~/stubs:
    mla-language --stubs ~/stubs
)");

static int fail(const llvm::Twine &text) {
  llvm::WithColor::error(llvm::errs(), "mla-language") << text << '\n';
  return EXIT_FAILURE;
}

/// Writes a whole file, with the folders that it needs.
static llvm::Error write(StringRef path, StringRef text) {
  auto failure = [&](std::error_code code) {
    return llvm::createStringError(code, "cannot write '" + path + "': " + code.message());
  };
  StringRef folder = llvm::sys::path::parent_path(path);
  if (path != "-" && !folder.empty())
    if (std::error_code code = llvm::sys::fs::create_directories(folder))
      return failure(code);
  std::error_code code;
  llvm::ToolOutputFile file(path, code, llvm::sys::fs::OF_None);
  if (code)
    return failure(code);
  file.os() << text;
  file.os().flush();
  if (std::error_code failed = file.os().error()) {
    file.os().clear_error();
    return failure(failed);
  }
  file.keep();
  return llvm::Error::success();
}

static llvm::Error writeStubs(StringRef folder) {
  for (const mla::frontend::StubFile &stub : mla::frontend::stubFiles()) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, stub.path);
    if (llvm::Error error = write(path, stub.text))
      return error;
  }
  return llvm::Error::success();
}

/// The reference, or the entries that were asked for.
static llvm::Expected<std::string> makeReference() {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (namesFlag.empty())
    mla::frontend::printReference(os);
  for (auto [i, name] : llvm::enumerate(namesFlag)) {
    std::string similar;
    std::string entry = mla::frontend::referenceOf(name, similar);
    if (entry.empty())
      return llvm::createStringError("the language has no '" + name + "'" +
                                     (similar.empty() ? "" : "; did you mean '" + similar + "'?"));
    os << (i ? "\n" : "") << entry;
  }
  return text;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(kCategory);
  cl::ParseCommandLineOptions(argc, argv, "mla-language: the kernel language, from its table\n");
  if (!stubsFlag.empty()) {
    if (!namesFlag.empty() || outputFlag != "-")
      return fail("--stubs takes no names and no -o");
    llvm::Error error = writeStubs(stubsFlag);
    return error ? fail(llvm::toString(std::move(error))) : EXIT_SUCCESS;
  }
  llvm::Expected<std::string> text = makeReference();
  if (!text)
    return fail(llvm::toString(text.takeError()));
  llvm::Error error = write(outputFlag, *text);
  return error ? fail(llvm::toString(std::move(error))) : EXIT_SUCCESS;
}
