//===- Main.cpp - mla-extents: every op on every extent, on a GPU ---------===//
// Exit 0: everything passed. 1: a failure. 77: nothing could run, with the reason printed.
// SPDX-License-Identifier: Apache-2.0

#include "Extents.h"
#include "Kernels.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>

using namespace mla::conformance;
using namespace mla::conformance::extents;
using namespace mla::runtime;

static constexpr int kExitSkipped = 77;

static ExtentFamily findExtentFamily(const std::string &kernel) {
  if (kernel == "extent_1d")
    return checkExtent1d;
  if (kernel == "extent_2d")
    return checkExtent2d;
  if (kernel == "extent_dot")
    return checkExtentDot;
  return kernel == "extent_dot_sides" ? checkExtentDotSides : nullptr;
}

/// False if the device can no longer be used.
static bool runKernel(const Gpu &gpu, const KernelFile &file, uint64_t seed, Report &report) {
  ExtentFamily family = findExtentFamily(file.manifest.kernel);
  if (!family) {
    report.fail(file.name + ": no reference for kernel '" + file.manifest.kernel + "'");
    return true;
  }
  Kernel kernel;
  if (Status status = kernel.loadFile(gpu.device, file.stem); !status.ok()) {
    report.fail(file.name + ": " + status.message);
    return true;
  }
  try {
    family({gpu, kernel, 0, seed}, report);
    return true;
  } catch (const std::exception &error) {
    report.fail(file.name + ": " + error.what() + " (run ended here)");
    return false;
  }
}

int main(int argc, char **argv) {
  std::string folder, filter;
  int ordinal = 0;
  uint64_t seed = 1;
  CLI::App app{"Runs the kernels that test/Conformance/extents/build.py compiled, and compares "
               "every op on every tile "
               "extent (1-70, 96, 100, 192, 528, 576) with references.\n\nexamples:\n"
               "  mla-extents build/extents\n"
               "  mla-extents build/extents --filter 1d_n17\n\n"
               "exit: 0 all passed, 1 a failure, 77 skipped (no GPU or nothing compiled; the "
               "reason is printed)"};
  app.add_option("folder", folder, "folder of NAME.fatbin with NAME.json")->required();
  app.add_option(
      "--filter", filter,
      "only kernels whose name contains this; extents that are missing then are no failure");
  app.add_option("--ordinal", ordinal, "number of the GPU");
  app.add_option("--seed", seed, "seed of the data");
  CLI11_PARSE(app, argc, argv);

  std::vector<std::string> problems;
  std::vector<KernelFile> kernels = findKernels(folder, filter, problems);
  Report report;
  for (const std::string &problem : problems)
    report.fail(problem);
  if (kernels.empty() && problems.empty()) {
    std::printf("skipped: '%s' holds no compiled kernel\n", folder.c_str());
    return kExitSkipped;
  }
  Gpu gpu;
  if (Status status = gpu.open(ordinal); !status.ok()) {
    std::printf("skipped: %s\n", status.message.c_str());
    return kExitSkipped;
  }
  std::printf("%s; %zu kernels\n", gpu.description().c_str(), kernels.size());
  for (const KernelFile &file : kernels)
    if (!runKernel(gpu, file, seed, report))
      break;
  bool passed = report.print(/*complete=*/filter.empty());
  std::printf("%s\n", passed ? "all passed" : "FAILED");
  return passed ? 0 : 1;
}
