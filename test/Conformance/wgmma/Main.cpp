//===- Main.cpp - mla-wgmma: bulk copies and wgmma on a GPU ---------------===//
// Operands are small integers, so that every product is exact and a single misplaced element shows.
// Exit 0: everything passed. 1: a failure. 77: nothing could run, with the reason printed.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"
#include "Kernels.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr int kExitSkipped = 77;
/// Elements to which rows are padded: bulk copies want 16 bytes.
static constexpr int64_t kStridePadding = 8;

namespace {
struct Problem {
  int64_t m, n, k;
};
} // namespace

static int64_t padded(int64_t extent) {
  return std::max<int64_t>((extent + kStridePadding - 1) / kStridePadding, 1) * kStridePadding;
}

namespace {
/// A rows × columns operand, in memory as it is or transposed.
struct Operand {
  Operand(const Gpu &gpu, Element element, int64_t rows, int64_t columns, bool transposed,
          uint64_t seed);

  GuardedMatrix matrix;
  std::vector<int8_t> values; ///< row-major
};
} // namespace

static Shape shapeOf(int64_t rows, int64_t columns) {
  return {rows, columns, padded(columns), /*misalign=*/0};
}

Operand::Operand(const Gpu &gpu, Element element, int64_t rows, int64_t columns, bool transposed,
                 uint64_t seed)
    : matrix(gpu, element, transposed ? shapeOf(columns, rows) : shapeOf(rows, columns)),
      values(size_t(rows * columns)) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      uint64_t index = uint64_t(row * columns + column);
      values[index] = int8_t(int64_t(randomBits(seed, index) >> 32) % 9 - 4);
      matrix.set(transposed ? column : row, transposed ? row : column, values[index]);
    }
  matrix.upload();
}

static Grid gridOf(const Variant &variant, const Problem &problem) {
  int64_t blockM = variant.constant("BLOCK_M", 1), blockN = variant.constant("BLOCK_N", 1);
  return {(problem.m + blockM - 1) / blockM, (problem.n + blockN - 1) / blockN, 1};
}

/// One problem, twice.
static void check(const Gpu &gpu, const Kernel &kernel, const Problem &problem, uint64_t seed,
                  Tally &tally) {
  const Variant &variant = kernel.variant();
  tally.begin("M=" + std::to_string(problem.m) + " N=" + std::to_string(problem.n) +
              " K=" + std::to_string(problem.k));
  Element element = Subject{gpu, kernel, 0, seed}.elementOf("a_ptr");
  Operand a(gpu, element, problem.m, problem.k, variant.constant("A_MAJOR_K", 1) == 0, 2 * seed);
  Operand b(gpu, element, problem.k, problem.n, variant.constant("B_MAJOR_K", 1) == 1,
            2 * seed + 1);
  GuardedMatrix result(gpu, Element::Fp32, shapeOf(problem.m, problem.n));
  std::vector<Value> values =
      inOrder(variant, {{"a_ptr", Value::pointer(a.matrix.address())},
                        {"b_ptr", Value::pointer(b.matrix.address())},
                        {"c_ptr", Value::pointer(result.address())},
                        {"M", Value::integer(problem.m)},
                        {"N", Value::integer(problem.n)},
                        {"K", Value::integer(problem.k)},
                        {"stride_a", Value::integer(a.matrix.shape().stride)},
                        {"stride_b", Value::integer(b.matrix.shape().stride)},
                        {"stride_c", Value::integer(result.shape().stride)}});
  auto expected = [&](int64_t row, std::span<Expected> line) {
    std::vector<int32_t> sums(line.size(), 0);
    for (int64_t k = 0; k < problem.k; ++k)
      for (int64_t column = 0; column < problem.n; ++column)
        sums[size_t(column)] += int32_t(a.values[size_t(row * problem.k + k)]) *
                                b.values[size_t(k * problem.n + column)];
    for (size_t column = 0; column < line.size(); ++column)
      line[column] = {double(sums[column]), 0};
  };
  runCase(
      tally, gpu, result,
      [&] { require(kernel.launch(gridOf(variant, problem), values, gpu.stream)); }, expected);
}

/// Shapes of one tile, of parts of tiles, and of so many steps that slots are used again.
static std::vector<Problem> problemsOf(const Variant &variant) {
  int64_t m = variant.constant("BLOCK_M", 1), n = variant.constant("BLOCK_N", 1),
          k = variant.constant("BLOCK_K", 1), stages = variant.numStages;
  std::vector<Problem> problems = {{m, n, k},
                                   {m, n, 16},
                                   {m, n, stages * k},
                                   {m, n, (2 * stages + 1) * k},
                                   {m - 3, n - 1, stages * k + 1},
                                   {2 * m + 5, 2 * n + 3, (2 * stages + 1) * k - 3},
                                   {1, 1, 1},
                                   {m, n, 0}};
  // Rows that bulk copies write are multiples of 16 bytes.
  bool stores = std::any_of(variant.tensorMaps.begin(), variant.tensorMaps.end(),
                            [](const TensorMap &map) { return map.stores; });
  for (Problem &problem : problems)
    problem.n = stores ? (problem.n + 3) / 4 * 4 : problem.n;
  return problems;
}

/// Microseconds of one launch on squares; data does not matter.
static double timeOf(const Gpu &gpu, const Kernel &kernel, int64_t extent) {
  constexpr int kRuns = 10;
  DeviceMemory a(gpu, extent * extent * 2), b(gpu, extent * extent * 2),
      c(gpu, extent * extent * 4);
  a.fill(0);
  b.fill(0);
  std::vector<Value> values = inOrder(kernel.variant(), {{"a_ptr", Value::pointer(a.address)},
                                                         {"b_ptr", Value::pointer(b.address)},
                                                         {"c_ptr", Value::pointer(c.address)},
                                                         {"M", Value::integer(extent)},
                                                         {"N", Value::integer(extent)},
                                                         {"K", Value::integer(extent)},
                                                         {"stride_a", Value::integer(extent)},
                                                         {"stride_b", Value::integer(extent)},
                                                         {"stride_c", Value::integer(extent)}});
  Grid grid = gridOf(kernel.variant(), {extent, extent, extent});
  const Driver &driver = gpu.driver();
  CUevent begin, end;
  require(driver.check(driver.cuEventCreateFn(&begin, CU_EVENT_DEFAULT), "cuEventCreate"));
  require(driver.check(driver.cuEventCreateFn(&end, CU_EVENT_DEFAULT), "cuEventCreate"));
  require(kernel.launch(grid, values, gpu.stream));
  require(driver.check(driver.cuEventRecordFn(begin, gpu.stream), "cuEventRecord"));
  for (int run = 0; run < kRuns; ++run)
    require(kernel.launch(grid, values, gpu.stream));
  require(driver.check(driver.cuEventRecordFn(end, gpu.stream), "cuEventRecord"));
  gpu.synchronize();
  float milliseconds = 0;
  require(
      driver.check(driver.cuEventElapsedTimeFn(&milliseconds, begin, end), "cuEventElapsedTime"));
  driver.cuEventDestroyFn(begin);
  driver.cuEventDestroyFn(end);
  return milliseconds * 1e3 / kRuns;
}

/// False if the device can no longer be used.
static bool runKernel(const Gpu &gpu, const KernelFile &file, uint64_t seed, int64_t timedExtent,
                      bool &passed) {
  std::printf("%-14s", file.name.c_str());
  std::fflush(stdout);
  try {
    Kernel kernel;
    require(kernel.loadFile(gpu.device, file.stem));
    if (timedExtent > 0) {
      double us = timeOf(gpu, kernel, timedExtent);
      double flops = 2.0 * double(timedExtent) * double(timedExtent) * double(timedExtent);
      std::printf("%10.1f us  %6.1f TFLOP/s\n", us, flops / us * 1e-6);
      return true;
    }
    Tally tally;
    for (const Problem &problem : problemsOf(kernel.variant()))
      check(gpu, kernel, problem, seed, tally);
    std::printf("%3lld problems, %s\n", (long long)tally.cases,
                tally.failedCases ? "FAILED" : "exact");
    for (const std::string &failure : tally.failures)
      std::printf("    %s\n", failure.c_str());
    passed &= tally.failedCases == 0;
    return true;
  } catch (const std::exception &error) {
    std::printf("FAILED: %s\n", error.what());
    passed = false;
    return false;
  }
}

int main(int argc, char **argv) {
  std::string folder, filter;
  int ordinal = 0;
  uint64_t seed = 1;
  int64_t timedExtent = 0;
  CLI::App app{
      "Runs the matrix products that test/Conformance/wgmma/build.py compiled and compares "
      "them with exact ones.\n\nexamples:\n"
      "  mla-wgmma build/wgmma\n"
      "  mla-wgmma build/wgmma --filter kk_wide --time 4096\n\n"
      "exit: 0 all passed, 1 a failure, 77 skipped (no GPU or nothing compiled; the reason "
      "is printed)"};
  app.add_option("folder", folder, "folder of NAME.fatbin with NAME.json")->required();
  app.add_option("--filter", filter, "only kernels whose name contains this");
  app.add_option("--ordinal", ordinal, "number of the GPU");
  app.add_option("--seed", seed, "seed of the data");
  app.add_option("--time", timedExtent, "instead, time products of squares of this extent");
  CLI11_PARSE(app, argc, argv);

  std::vector<std::string> problems;
  std::vector<KernelFile> kernels = findKernels(folder, filter, problems);
  bool passed = problems.empty();
  for (const std::string &problem : problems)
    std::printf("%s\n", problem.c_str());
  if (kernels.empty() && passed) {
    std::printf("skipped: '%s' holds no compiled kernel\n", folder.c_str());
    return kExitSkipped;
  }
  Gpu gpu;
  if (Status status = gpu.open(ordinal); !status.ok()) {
    std::printf("skipped: %s\n", status.message.c_str());
    return kExitSkipped;
  }
  if (gpu.device.major != 9) {
    std::printf("skipped: %s has no wgmma\n", gpu.description().c_str());
    return kExitSkipped;
  }
  std::printf("%s; %zu kernels\n", gpu.description().c_str(), kernels.size());
  for (const KernelFile &file : kernels)
    if (!runKernel(gpu, file, seed, timedExtent, passed))
      break;
  std::printf("%s\n", passed ? "all passed" : "FAILED");
  return passed ? 0 : 1;
}
