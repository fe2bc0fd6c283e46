//===- mla-translate.cpp - the command-line compiler ----------------------===//
// Kernel text or IR in; IR of any level, PTX, machine code, a fatbin or a report out. LLVM's fatal
// errors are diagnostics (mla/Target/Ptx.h); a crash anywhere else names the stage and leaves no
// output.

#include "Artifacts.h"
#include "Output.h"

#include "mla/Pipelines/Pipelines.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/PrettyStackTrace.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/WithColor.h"

using namespace mla;
using namespace mla::translate;
using llvm::StringRef;

static int fail(const llvm::Twine &text) {
  llvm::WithColor::error(llvm::errs(), "mla-translate") << text << '\n';
  return EXIT_FAILURE;
}

/// One image per arch; a fatbin also carries PTX that future architectures can run.
static std::vector<Job> planJobs(const Options &options) {
  std::vector<Job> jobs;
  for (const Arch *arch : options.archs)
    jobs.push_back({arch});
  if (jobs.empty())
    jobs.push_back({nullptr});
  bool printsIr = options.emit <= Emit::Llvm;
  if (printsIr && pathForArch(options.output, "") == options.output)
    jobs.resize(1);
  if (options.emit == Emit::Fatbin || options.emit == Emit::Manifest)
    jobs.push_back({&allArchs().front(), ImageKind::Ptx});
  return jobs;
}

static std::vector<Result> runJobs(const Options &options, llvm::ArrayRef<Job> jobs,
                                   StringRef ptxas) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  std::vector<Result> results(jobs.size());
  // Times are honest only if nothing else runs.
  bool alone = options.time || options.emit == Emit::Report;
  llvm::DefaultThreadPool pool(llvm::hardware_concurrency(alone ? 1 : 0));
  for (size_t i = 0; i < jobs.size(); ++i)
    pool.async([&, i] { results[i] = compile(options, jobs[i], ptxas, registry); });
  pool.wait();
  return results;
}

/// Prints what the compilations said, the same text once; false if one failed.
static bool printDiagnostics(llvm::ArrayRef<Job> jobs, llvm::ArrayRef<Result> results) {
  llvm::StringMap<bool> printed;
  std::vector<std::string> failed;
  bool allSucceeded = llvm::all_of(results, [](const Result &result) { return result.succeeded; });
  for (auto [job, result] : llvm::zip_equal(jobs, results)) {
    // Why there is no fallback beside images that are not made either would say the same twice.
    if (!allSucceeded && !result.leftOut.empty())
      continue;
    if (printed.try_emplace(result.diagnostics).second)
      llvm::errs() << result.diagnostics;
    if (!result.succeeded && job.arch)
      failed.push_back(std::string(job.arch->name));
  }
  if (jobs.size() > 1 && !failed.empty())
    fail("failed for " + llvm::join(failed, ", "));
  return allSucceeded;
}

int main(int argc, char **argv) {
  llvm::setBugReportMsg("mla-translate crashed; this is an error in the compiler, not in the "
                        "kernel.\n");
  llvm::InitLLVM init(argc, argv);
  llvm::cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "mla-translate " MLA_VERSION ", LLVM " LLVM_VERSION_STRING "\n";
  });
  llvm::Expected<Options> options = parseCommandLine(argc, argv);
  if (!options)
    return fail(llvm::toString(options.takeError()));
  std::string ptxas;
  if (options->assembles()) {
    llvm::Expected<std::string> found = findPtxas(options->ptxas);
    if (!found)
      return fail(llvm::toString(found.takeError()));
    ptxas = *found;
  }
  std::vector<Job> jobs = planJobs(*options);
  std::vector<Result> results = runJobs(*options, jobs, ptxas);
  if (!printDiagnostics(jobs, results))
    return EXIT_FAILURE;
  std::vector<LeftOutImage> leftOut;
  for (size_t i = jobs.size(); i-- > 0;)
    if (!results[i].leftOut.empty()) {
      leftOut.push_back({std::string(jobs[i].arch->name), jobs[i].kind, results[i].leftOut});
      jobs.erase(jobs.begin() + i);
      results.erase(results.begin() + i);
    }
  llvm::Expected<std::vector<OutputFile>> files =
      makeFiles(*options, jobs, results, leftOut, ptxas);
  if (!files)
    return fail(llvm::toString(files.takeError()));
  if (llvm::Error error = writeFiles(*files))
    return fail(llvm::toString(std::move(error)));
  if (options->time)
    printTimes(jobs, results);
  return EXIT_SUCCESS;
}
