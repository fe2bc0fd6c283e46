//===- Main.cpp - mla-conformance: kernels and the library against fp64 references -===//
// Exit 0: everything that ran passed. 1: a failure. 77: nothing could run, with the reason printed.
// SPDX-License-Identifier: Apache-2.0

#include "Kernels.h"
#include "Library/Run.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <unistd.h>

using namespace mla::conformance;
using namespace mla::runtime;

/// What CTest and Automake call a skipped test.
static constexpr int kExitSkipped = 77;

namespace {
struct Options {
  LibraryOptions library;
  std::string device = "cuda", lattice, jsonPath;
  bool list = false;
};

/// Everything that was run, reported as it comes.
class Run {
public:
  explicit Run(bool failed) : failed(failed) {}

  /// Takes one outcome and prints what went wrong with it.
  bool add(Outcome outcome) {
    for (const std::string &failure : outcome.tally.failures)
      std::printf("%s: %s\n", outcome.name.c_str(), failure.c_str());
    failed |= outcome.verdict == "FAIL";
    const std::string &reason = outcome.tally.firstSkip;
    if (outcome.verdict == "skipped" && reason != lastReason)
      std::printf("%s: skipped: %s\n", outcome.name.c_str(), reason.c_str());
    if (outcome.verdict == "skipped")
      lastReason = reason;
    showProgress(outcome);
    std::fflush(stdout);
    outcomes.push_back(std::move(outcome));
    return true;
  }
  /// Whether anything was not skipped.
  bool ranAny() const {
    return std::any_of(outcomes.begin(), outcomes.end(),
                       [](const Outcome &outcome) { return outcome.verdict != "skipped"; });
  }

  std::vector<Outcome> outcomes;
  bool failed;

private:
  /// A line for each outcome on a terminal, else one from time to time.
  void showProgress(const Outcome &outcome) {
    constexpr auto kPause = std::chrono::seconds(10);
    auto now = std::chrono::steady_clock::now();
    if (!isTerminal && now - lastShown < kPause)
      return;
    lastShown = now;
    std::fprintf(stderr, "%zu: %s: %s, %.1f s\n", outcomes.size() + 1, outcome.name.c_str(),
                 outcome.verdict.c_str(), outcome.seconds);
  }

  const bool isTerminal = isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point lastShown = std::chrono::steady_clock::now();
  std::string lastReason;
};
} // namespace

/// Where the simulating driver lies: beside this program, or in the lib folder beside its folder.
static bool useSimulator() {
  std::error_code error;
  std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const char *folder : {"", "../lib"}) {
    std::filesystem::path library = here / folder / "libmla-sim-cuda.so";
    if (std::filesystem::exists(library, error))
      return setenv("MLA_LIBCUDA", library.c_str(), 1) == 0;
  }
  std::printf("error: --device sim: libmla-sim-cuda.so is neither in %s nor in %s\n", here.c_str(),
              (here / "../lib").lexically_normal().c_str());
  return false;
}

static Outcome runKernel(const Gpu &gpu, const KernelFile &file, const LibraryOptions &options) {
  Outcome outcome{file.name, "-", "", -1, 0, {}};
  auto fail = [&](const std::string &why) {
    outcome.verdict = "FAIL";
    outcome.tally.failures.push_back(why);
  };
  Kernel kernel;
  Status status =
      kernel.loadFile(gpu.device, file.stem, options.forbidJit ? Jit::Forbid : Jit::Allow);
  if (!status.ok()) {
    fail(status.message);
    return outcome;
  }
  outcome.image = kernel.variant().arch + (kernel.jit() ? " jit" : " cubin");
  outcome.registers = kernel.registers();
  auto start = std::chrono::steady_clock::now();
  findFamily(file.manifest.kernel)({gpu, kernel, options.samples, options.seed, options.small},
                                   outcome.tally);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  outcome.verdict = outcome.tally.failedCases ? "FAIL" : "pass";
  if (outcome.tally.cases == 0)
    fail("no case fits this variant: " + outcome.tally.firstSkip);
  return outcome;
}

/// Runs kernels by their manifests; false after a fault of a GPU.
static bool runKernels(const Gpu &gpu, const std::vector<KernelFile> &kernels,
                       const LibraryOptions &options, Run &run) {
  for (const KernelFile &file : kernels) {
    try {
      run.add(runKernel(gpu, file, options));
    } catch (const std::exception &error) {
      Outcome broken{file.name, "-", "FAIL", -1, 0, {}};
      broken.tally.failures.push_back(std::string(error.what()) +
                                      (options.simulated ? "" : " (run ended here)"));
      run.add(std::move(broken));
      if (!options.simulated)
        return false;
    }
  }
  return true;
}

static int runAll(const std::vector<KernelFile> &kernels, const Options &options, bool failed) {
  Gpu gpu;
  if (Status status = gpu.open(options.library.ordinal); !status.ok()) {
    bool isSimulated = options.library.simulated;
    std::printf("%s: %s\n", isSimulated ? "error" : "skipped", status.message.c_str());
    return failed || isSimulated ? 1 : kExitSkipped;
  }
  std::printf("%s\nkernels of the library: %s\n", gpu.description().c_str(),
              options.library.folder.empty() ? "inside this program"
                                             : options.library.folder.c_str());
  Run run(failed);
  if (runKernels(gpu, kernels, options.library, run))
    runLibrary(gpu, options.library, [&](Outcome outcome) { return run.add(std::move(outcome)); });
  printOutcomes(run.outcomes);
  if (!options.jsonPath.empty())
    writeJson(options.jsonPath, gpu, run.outcomes);
  if (!run.ranAny() && !run.failed) {
    std::printf("skipped: no case could run\n");
    return kExitSkipped;
  }
  std::printf("%s\n", run.failed ? "FAILED" : "all passed");
  return run.failed ? 1 : 0;
}

static void addOptions(CLI::App &app, Options &options) {
  LibraryOptions &library = options.library;
  app.add_option("folder", library.folder,
                 "folder of NAME.fatbin|.cubin|.ptx with NAME.json; without it the kernels inside "
                 "this program");
  app.add_option("--device", options.device,
                 "where to run: a GPU, or the simulator (MLA_SIM_ARCH, MLA_SIM_SEED)")
      ->check(CLI::IsMember({"cuda", "sim"}));
  app.add_option("--ordinal", library.ordinal, "number of the GPU");
  app.add_option("--filter", library.filter, "only kernels and cases whose name contains this");
  app.add_option("--lattice", options.lattice,
                 "calls: full (default of --device cuda), or small, a few at the edges (of sim)")
      ->check(CLI::IsMember({"full", "small"}));
  app.add_option("--samples", library.samples, "calls of each large lattice")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", library.seed, "seed of shapes and data");
  app.add_option("--json", options.jsonPath, "also write the results to this file");
  app.add_flag("--forbid-jit", library.forbidJit, "fail where only PTX fits the device");
  app.add_flag("--list", options.list, "list kernels and cases, run nothing");
}

/// The kernels of the folder that are launched by their manifests; those of the library are not.
static std::vector<KernelFile> kernelsOf(const Options &options,
                                         std::vector<std::string> &problems) {
  std::vector<KernelFile> kernels;
  if (options.library.folder.empty())
    return kernels;
  for (KernelFile &file : findKernels(options.library.folder, options.library.filter, problems))
    if (findFamily(file.manifest.kernel))
      kernels.push_back(std::move(file));
    else if (!isInLibrary(file.name))
      problems.push_back(file.name + ": no reference for kernel '" + file.manifest.kernel +
                         "', and the library has none of this name");
  return kernels;
}

int main(int argc, char **argv) {
  Options options;
  CLI::App app{
      "Compares kernels with fp64 references over lattices of calls: tails, strides, NaN in the "
      "padding, canaries round\noutputs and workspaces, and second runs that must give the same "
      "bits. vector_add, row_softmax and matmul are\nlaunched by their manifests, if a folder has "
      "them; everything else goes through the C interface of the library.\nNames of its cases "
      "begin with the rows of the list of capabilities that they show.\n\nexamples:\n"
      "  mla-conformance                                       the library as it is inside\n"
      "  mla-conformance build/kernels                         everything that tools/kernels made\n"
      "  mla-conformance build/kernels --filter matmul_bf16 --samples 500 --seed 7\n"
      "  mla-conformance --list --filter \"dense_decode: C\"\n"
      "  MLA_SIM_ARCH=sm_80 mla-conformance --device sim       without a GPU\n\n"
      "exit: 0 all passed, 1 a failure, 77 skipped (no GPU or nothing compiled; the reason is "
      "printed)"};
  addOptions(app, options);
  CLI11_PARSE(app, argc, argv);

  options.library.simulated = options.device == "sim";
  if (options.lattice.empty())
    options.lattice = options.library.simulated ? "small" : "full";
  options.library.small = options.lattice == "small";
  std::vector<std::string> problems;
  std::vector<KernelFile> kernels = kernelsOf(options, problems);
  for (const std::string &problem : problems)
    std::printf("error: %s\n", problem.c_str());
  std::vector<std::string> cases = libraryCases(options.library.filter);
  if (options.list) {
    for (const KernelFile &file : kernels)
      std::printf("%-32s %-12s %s\n", file.name.c_str(), file.manifest.kernel.c_str(),
                  file.manifest.variantNames().c_str());
    for (const std::string &name : cases)
      std::printf("%s\n", name.c_str());
    return problems.empty() ? 0 : 1;
  }
  if (kernels.empty() && cases.empty()) {
    std::printf("skipped: no kernel and no case has '%s' in its name\n",
                options.library.filter.c_str());
    return problems.empty() ? kExitSkipped : 1;
  }
  if (options.library.simulated && !useSimulator())
    return 1;
  return runAll(kernels, options, !problems.empty());
}
