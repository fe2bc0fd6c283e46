//===- Main.cpp - mla-conformance: compiled kernels against fp64 references -===//
// Exit 0: everything that ran passed. 1: a failure. 77: nothing could run, with the reason printed.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"
#include "Kernels.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>

using namespace mla::conformance;
using namespace mla::runtime;

/// What CTest and Automake call a skipped test.
static constexpr int kExitSkipped = 77;

struct Options {
  std::string folder;
  std::string device = "cuda";
  std::string filter;
  std::string jsonPath;
  int ordinal = 0;
  std::string lattice;
  int64_t samples = 100;
  uint64_t seed = 1;
  bool list = false;
  bool forbidJit = false;
};

struct Outcome {
  std::string name, image, verdict;
  int registers = -1;
  double seconds = 0;
  Tally tally;
};

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

static std::string imageName(const Kernel &kernel) {
  return kernel.variant().arch + (kernel.jit() ? " jit" : " cubin");
}

static Outcome runKernel(const Gpu &gpu, const KernelFile &file, const Options &options) {
  Outcome outcome{file.name, "-", "", -1, 0, {}};
  auto fail = [&](const std::string &why) {
    outcome.verdict = "FAIL";
    outcome.tally.failures.push_back(why);
  };
  Family family = findFamily(file.manifest.kernel);
  if (!family) {
    fail("no reference for kernel '" + file.manifest.kernel + "'");
    return outcome;
  }
  Kernel kernel;
  Status status =
      kernel.loadFile(gpu.device, file.stem, options.forbidJit ? Jit::Forbid : Jit::Allow);
  if (!status.ok()) {
    fail(status.message);
    return outcome;
  }
  outcome.image = imageName(kernel);
  outcome.registers = kernel.registers();
  auto start = std::chrono::steady_clock::now();
  bool small = options.lattice == "small";
  family({gpu, kernel, options.samples, options.seed, options.folder, small}, outcome.tally);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  outcome.verdict = outcome.tally.failedCases ? "FAIL" : "pass";
  if (outcome.tally.cases == 0)
    fail("no case fits this variant: " + outcome.tally.firstSkip);
  return outcome;
}

static void printOutcomes(const std::vector<Outcome> &outcomes) {
  std::vector<std::vector<std::string>> rows = {{"kernel", "image", "regs", "cases", "not for it",
                                                 "outputs", "max error", "error/bound", "seconds",
                                                 "verdict"}};
  for (const Outcome &outcome : outcomes)
    rows.push_back({outcome.name, outcome.image, std::to_string(outcome.registers),
                    std::to_string(outcome.tally.cases), std::to_string(outcome.tally.skipped),
                    std::to_string(outcome.tally.elements), significant(outcome.tally.maxError),
                    significant(outcome.tally.worstRatio), significant(outcome.seconds),
                    outcome.verdict});
  printTable(rows);
}

static void writeJson(const std::string &path, const Gpu &gpu,
                      const std::vector<Outcome> &outcomes) {
  nlohmann::json results = nlohmann::json::array();
  for (const Outcome &outcome : outcomes)
    results.push_back({{"kernel", outcome.name},
                       {"image", outcome.image},
                       {"registers", outcome.registers},
                       {"cases", outcome.tally.cases},
                       {"failed_cases", outcome.tally.failedCases},
                       {"skipped_cases", outcome.tally.skipped},
                       {"outputs", outcome.tally.elements},
                       {"max_error", outcome.tally.maxError},
                       {"error_over_bound", outcome.tally.worstRatio},
                       {"failures", outcome.tally.failures},
                       {"verdict", outcome.verdict}});
  std::ofstream(path) << nlohmann::json{{"device", gpu.description()}, {"results", results}}.dump(2)
                      << "\n";
}

static int runAll(const std::vector<KernelFile> &kernels, const Options &options, bool failed) {
  Gpu gpu;
  if (Status status = gpu.open(options.ordinal); !status.ok()) {
    bool isSimulated = options.device == "sim";
    std::printf("%s: %s\n", isSimulated ? "error" : "skipped", status.message.c_str());
    return failed || isSimulated ? 1 : kExitSkipped;
  }
  std::printf("%s\n", gpu.description().c_str());
  std::vector<Outcome> outcomes;
  bool deviceLost = false;
  for (const KernelFile &file : kernels) {
    try {
      outcomes.push_back(runKernel(gpu, file, options));
    } catch (const std::exception &error) {
      // A fault poisons the device for the whole process: report what there is and stop.
      Outcome broken{file.name, "-", "FAIL", -1, 0, {}};
      broken.tally.failures.push_back(std::string(error.what()) +
                                      (options.device == "cuda" ? " (run ended here)" : ""));
      outcomes.push_back(std::move(broken));
      deviceLost = options.device == "cuda";
    }
    const Outcome &last = outcomes.back();
    for (const std::string &failure : last.tally.failures)
      std::printf("%s: %s\n", last.name.c_str(), failure.c_str());
    failed |= last.verdict == "FAIL";
    std::fflush(stdout);
    if (deviceLost)
      break;
  }
  printOutcomes(outcomes);
  if (!options.jsonPath.empty())
    writeJson(options.jsonPath, gpu, outcomes);
  std::printf("%s\n", failed ? "FAILED" : "all passed");
  return failed ? 1 : 0;
}

int main(int argc, char **argv) {
  Options options;
  CLI::App app{"Runs every compiled kernel of a folder on a GPU and compares all outputs with fp64 "
               "references "
               "over a lattice of shapes: tails, strides, NaN in the padding, canaries round the "
               "output, and a "
               "second run that must give the same bits.\n\nexamples:\n"
               "  mla-conformance build/kernels\n"
               "  mla-conformance build/kernels --filter matmul_bf16 --samples 500 --seed 7\n"
               "  mla-conformance build/kernels --list\n"
               "  MLA_SIM_ARCH=sm_80 mla-conformance build/kernels --device sim --filter vector\n\n"
               "exit: 0 all passed, 1 a failure, 77 skipped (no GPU or nothing compiled; the "
               "reason is printed)"};
  app.add_option("folder", options.folder, "folder of NAME.fatbin|.cubin|.ptx with NAME.json")
      ->required();
  app.add_option("--device", options.device,
                 "where to run: a GPU, or the simulator (MLA_SIM_ARCH, MLA_SIM_SEED)")
      ->check(CLI::IsMember({"cuda", "sim"}));
  app.add_option("--ordinal", options.ordinal, "number of the GPU");
  app.add_option("--filter", options.filter, "only kernels whose name contains this");
  app.add_option("--lattice", options.lattice,
                 "shapes: full (default of --device cuda), or small, a few at the edges (of sim)")
      ->check(CLI::IsMember({"full", "small"}));
  app.add_option("--samples", options.samples, "random shapes per large lattice")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--seed", options.seed, "seed of shapes and data");
  app.add_option("--json", options.jsonPath, "also write the results to this file");
  app.add_flag("--forbid-jit", options.forbidJit, "fail where only PTX fits the device");
  app.add_flag("--list", options.list, "list the kernels and their images, run nothing");
  CLI11_PARSE(app, argc, argv);

  if (options.lattice.empty())
    options.lattice = options.device == "sim" ? "small" : "full";
  std::vector<std::string> problems;
  std::vector<KernelFile> kernels = findKernels(options.folder, options.filter, problems);
  for (const std::string &problem : problems)
    std::printf("error: %s\n", problem.c_str());
  if (options.list) {
    for (const KernelFile &file : kernels)
      std::printf("%-32s %-12s %s\n", file.name.c_str(), file.manifest.kernel.c_str(),
                  file.manifest.variantNames().c_str());
    return problems.empty() ? 0 : 1;
  }
  if (kernels.empty()) {
    std::printf("skipped: '%s' holds no compiled kernel%s\n", options.folder.c_str(),
                options.filter.empty() ? ""
                                       : (" with '" + options.filter + "' in its name").c_str());
    return problems.empty() ? kExitSkipped : 1;
  }
  if (options.device == "sim" && !useSimulator())
    return 1;
  return runAll(kernels, options, !problems.empty());
}
