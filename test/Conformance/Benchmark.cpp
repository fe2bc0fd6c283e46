//===- Benchmark.cpp - mla-benchmark: times compiled kernels on large shapes -===//
// Every launch is timed alone with CUDA events after the caches were flushed, and a sample of its
// output is compared with the fp64 reference first: a wrong kernel has no time. The ceiling is a
// device copy in the same run; times of others come from a file, for the same shapes.
// SPDX-License-Identifier: Apache-2.0

#include "Benchmark.h"
#include "Baselines.h"
#include "Kernels.h"
#include "References.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr int kExitSkipped = 77;
static constexpr int64_t kFlushBytes = int64_t(256) << 20;
static constexpr int64_t kCopyBytes = int64_t(2) << 30;
static constexpr int kWarmUps = 3;

Times Bench::time(const std::function<void()> &work) {
  const Driver &driver = gpu.driver();
  std::vector<CUevent> events(size_t(repetitions) * 2);
  for (CUevent &event : events)
    require(driver.check(driver.cuEventCreateFn(&event, CU_EVENT_DEFAULT), "cuEventCreate"));
  for (int i = -kWarmUps; i < repetitions; ++i) {
    // The memset also keeps the GPU busy while the launch is enqueued, so that no host time is
    // measured.
    flush.fill(uint8_t(i));
    if (i >= 0)
      require(
          driver.check(driver.cuEventRecordFn(events[size_t(i) * 2], gpu.stream), "cuEventRecord"));
    work();
    if (i >= 0)
      require(driver.check(driver.cuEventRecordFn(events[size_t(i) * 2 + 1], gpu.stream),
                           "cuEventRecord"));
  }
  gpu.synchronize();
  Times times;
  for (int i = 0; i < repetitions; ++i) {
    float milliseconds = 0;
    require(driver.check(driver.cuEventElapsedTimeFn(&milliseconds, events[size_t(i) * 2],
                                                     events[size_t(i) * 2 + 1]),
                         "cuEventElapsedTime"));
    times.micros.push_back(milliseconds * 1e3);
  }
  for (CUevent event : events)
    driver.cuEventDestroyFn(event);
  std::sort(times.micros.begin(), times.micros.end());
  return times;
}

/// A matrix of random numbers on host and device.
struct Operand {
  Operand(const Gpu &gpu, Element element, int64_t rows, int64_t cols, uint64_t seed)
      : element(element), cols(cols), host(size_t(rows * cols * elementBytes(element))),
        memory(gpu, int64_t(host.size())) {
    parallelFor(rows, [&](int64_t row) {
      for (int64_t col = 0; col < cols; ++col)
        encode(element, &host[size_t((row * cols + col) * elementBytes(element))],
               randomUnit(seed, uint64_t(row * cols + col)));
    });
    memory.upload(host.data(), memory.bytes);
  }
  double get(int64_t row, int64_t col) const {
    return decode(element, &host[size_t((row * cols + col) * elementBytes(element))]);
  }

  Element element;
  int64_t cols;
  std::vector<uint8_t> host;
  DeviceMemory memory;
};

static double readOutput(const DeviceMemory &memory, Element element, int64_t index) {
  uint8_t bytes[4];
  memory.download(bytes, index * elementBytes(element), elementBytes(element));
  return decode(element, bytes);
}

static void checkSample(Result &result, const Expected &expected, double actual, int64_t row,
                        int64_t col) {
  ++result.checked;
  if (!(std::fabs(actual - expected.value) <= expected.bound))
    throw std::runtime_error("output[" + std::to_string(row) + ", " + std::to_string(col) +
                             "] is " + significant(actual, 9) + ", expected " +
                             significant(expected.value, 9) + " within " +
                             significant(expected.bound));
}

static bool benchVectorAdd(Bench &bench, const Kernel &kernel, Result &result,
                           std::string &reason) {
  constexpr int64_t n = int64_t(1) << 27;
  Operand x(bench.gpu, Element::Fp32, n >> 16, 1 << 16, 1),
      y(bench.gpu, Element::Fp32, n >> 16, 1 << 16, 2);
  DeviceMemory out(bench.gpu, n * 4);
  NamedValues values = {{"x_ptr", Value::pointer(x.memory.address)},
                        {"y_ptr", Value::pointer(y.memory.address)},
                        {"out_ptr", Value::pointer(out.address)},
                        {"n", Value::integer(n)}};
  if (!fits(kernel.variant(), values, reason))
    return false;
  int64_t block = kernel.variant().constant("BLOCK", 1);
  auto launch = [&] {
    require(kernel.launch({(n + block - 1) / block, 1, 1}, inOrder(kernel.variant(), values),
                          bench.gpu.stream));
  };
  launch();
  for (int64_t i = 0; i < 256; ++i) {
    int64_t at = int64_t(randomBits(3, uint64_t(i)) % uint64_t(n));
    checkSample(result, {double(float(x.get(0, at) + y.get(0, at))), 0},
                readOutput(out, Element::Fp32, at), 0, at);
  }
  result.shape = "n=2^27";
  result.bytes = 12.0 * n;
  result.times = bench.time(launch);
  return true;
}

static bool benchRowSoftmax(Bench &bench, const Kernel &kernel, Result &result,
                            std::string &reason) {
  constexpr int64_t kRows = 8192, kCols = 8192;
  Element element = Element::Fp32;
  parseElement(kernel.variant().arguments.front().elementType(), element);
  if (kCols > kernel.variant().constant("BLOCK", 0)) {
    reason = "8192 columns are more than BLOCK";
    return false;
  }
  Operand x(bench.gpu, element, kRows, kCols, 1);
  DeviceMemory y(bench.gpu, kRows * kCols * elementBytes(element));
  NamedValues values = {{"x_ptr", Value::pointer(x.memory.address)},
                        {"y_ptr", Value::pointer(y.address)},
                        {"n_cols", Value::integer(kCols)},
                        {"x_stride", Value::integer(kCols)},
                        {"y_stride", Value::integer(kCols)}};
  if (!fits(kernel.variant(), values, reason))
    return false;
  auto launch = [&] {
    require(kernel.launch({kRows, 1, 1}, inOrder(kernel.variant(), values), bench.gpu.stream));
  };
  launch();
  std::vector<double> row(kCols);
  std::vector<Expected> expected(kCols);
  for (int64_t r = 0; r < kRows; r += kRows / 8 + 1) {
    for (int64_t col = 0; col < kCols; ++col)
      row[size_t(col)] = x.get(r, col);
    softmaxRow(row, element, expected);
    for (int64_t col = 0; col < kCols; col += 97)
      checkSample(result, expected[size_t(col)], readOutput(y, element, r * kCols + col), r, col);
  }
  result.shape = "8192x8192";
  result.bytes = 2.0 * double(kRows * kCols * elementBytes(element));
  result.times = bench.time(launch);
  return true;
}

static bool benchMatmul(Bench &bench, const Kernel &kernel, Result &result, std::string &reason) {
  constexpr int64_t kSize = 8192;
  Element element = Element::Bf16;
  parseElement(kernel.variant().arguments.front().elementType(), element);
  Operand a(bench.gpu, element, kSize, kSize, 1), b(bench.gpu, element, kSize, kSize, 2),
      bias(bench.gpu, element, 1, kSize, 3);
  DeviceMemory c(bench.gpu, kSize * kSize * elementBytes(element));
  NamedValues values = {{"a", Value::pointer(a.memory.address)},
                        {"b", Value::pointer(b.memory.address)},
                        {"bias", Value::pointer(bias.memory.address)},
                        {"c", Value::pointer(c.address)},
                        {"alpha", Value::number(1.0)}};
  for (const char *name : {"M", "N", "K", "a.stride0", "b.stride0", "c.stride0"})
    values[name] = Value::integer(kSize);
  if (!fits(kernel.variant(), values, reason))
    return false;
  const Variant &variant = kernel.variant();
  int64_t blockM = variant.constant("BLOCK_M", 1), blockN = variant.constant("BLOCK_N", 1);
  int64_t blocks = ((kSize + blockM - 1) / blockM) * ((kSize + blockN - 1) / blockN);
  auto launch = [&] {
    require(kernel.launch({blocks, 1, 1}, inOrder(variant, values), bench.gpu.stream));
  };
  launch();
  std::vector<double> row(kSize), column(kSize), oneBias(variant.constant("HAS_BIAS", 0) ? 1 : 0);
  for (int64_t i = 0; i < 512; ++i) {
    int64_t m = int64_t(randomBits(4, uint64_t(i)) % kSize),
            n = int64_t(randomBits(5, uint64_t(i)) % kSize);
    for (int64_t k = 0; k < kSize; ++k) {
      row[size_t(k)] = a.get(m, k);
      column[size_t(k)] = b.get(k, n);
    }
    if (!oneBias.empty())
      oneBias[0] = bias.get(0, n);
    Expected expected;
    matmulRow({row, column, oneBias, 1.0, variant.constant("RELU", 0) != 0}, element,
              {&expected, 1});
    checkSample(result, expected, readOutput(c, element, m * kSize + n), m, n);
  }
  result.shape = "8192^3";
  result.flops = 2.0 * kSize * kSize * kSize;
  result.times = bench.time(launch);
  return true;
}

static double copyCeiling(Bench &bench) {
  DeviceMemory from(bench.gpu, kCopyBytes), to(bench.gpu, kCopyBytes);
  from.fill(1);
  const Driver &driver = bench.gpu.driver();
  Times times = bench.time([&] {
    require(driver.check(
        driver.cuMemcpyDtoDAsyncFn(to.address, from.address, size_t(kCopyBytes), bench.gpu.stream),
        "cuMemcpyDtoDAsync"));
  });
  return 2.0 * kCopyBytes / times.median() * 1e-3;
}

static const Baseline *baselineOf(const std::vector<Baseline> &baselines, const Result &result) {
  return findBaseline(baselines, result.family, result.type, result.shape);
}

static nlohmann::json toJson(const Result &result, double ceiling, const Baseline *baseline) {
  double median = result.times.median();
  nlohmann::json row = {{"kernel", result.name},
                        {"image", result.image},
                        {"family", result.family},
                        {"type", result.type},
                        {"shape", result.shape},
                        {"registers", result.registers},
                        {"median_us", median},
                        {"min_us", result.times.micros.front()},
                        {"p10_us", result.times.quantile(0.1)},
                        {"p90_us", result.times.quantile(0.9)},
                        {"repetitions", result.times.micros.size()},
                        {"outputs_checked", result.checked}};
  if (result.flops > 0)
    row["tflops"] = result.flops / median * 1e-6;
  if (result.bytes > 0) {
    row["gbps"] = result.bytes / median * 1e-3;
    row["of_copy"] = result.bytes / median * 1e-3 / ceiling;
  }
  if (baseline) {
    row["peer"] = baseline->peer;
    row["peer_us"] = baseline->micros;
  }
  return row;
}

static std::string rateOf(const Result &result) {
  double median = result.times.median();
  std::string text;
  if (result.flops > 0)
    text = significant(result.flops / median * 1e-6, 4) + " TFLOP/s";
  if (result.bytes > 0)
    text += (text.empty() ? "" : ", ") + significant(result.bytes / median * 1e-3, 4) + " GB/s";
  return text.empty() ? "-" : text;
}

static std::vector<std::string> toRow(const Result &result, double ceiling,
                                      const Baseline *baseline) {
  double median = result.times.median();
  double spread = (result.times.quantile(0.9) - result.times.quantile(0.1)) / median * 100;
  return {result.name,
          result.image,
          result.shape,
          std::to_string(result.registers),
          significant(median, 4),
          significant(spread, 2) + " %",
          rateOf(result),
          result.bytes > 0 ? significant(result.bytes / median * 1e-3 / ceiling * 100, 3) + " %"
                           : "-",
          baseline ? baseline->peer + " " + significant(baseline->micros, 4) : "-",
          baseline ? significant(median / baseline->micros, 3) : "-"};
}

using Runner = bool (*)(Bench &, const Kernel &, Result &, std::string &);

static Runner findRunner(const std::string &kernel) {
  if (kernel == "vector_add")
    return benchVectorAdd;
  if (kernel == "row_softmax")
    return benchRowSoftmax;
  return kernel == "matmul" ? benchMatmul : nullptr;
}

/// The rows of one kernel; none if it has no benchmark of its own.
static std::vector<Result> benchKernel(Bench &bench, const KernelFile &file,
                                       const std::string &folder) {
  Runner runner = findRunner(file.manifest.kernel);
  bool decodes = file.manifest.kernel == "decode";
  if (!runner && !decodes && !isServing(file.manifest.kernel))
    return {};
  Kernel kernel;
  require(kernel.loadFile(bench.gpu.device, file.stem));
  Result result;
  result.name = file.name;
  result.image = kernel.variant().arch + (kernel.jit() ? " jit" : " cubin");
  result.registers = kernel.registers();
  result.family = file.manifest.kernel;
  result.type = kernel.variant().arguments.front().elementType();
  if (decodes)
    return benchDenseDecode(bench, kernel, folder, result);
  if (isServing(kernel.name()))
    return benchServing(bench, kernel, result);
  std::string reason;
  if (runner(bench, kernel, result, reason))
    return {result};
  std::printf("skipped %s: %s\n", file.name.c_str(), reason.c_str());
  return {};
}

static int runAll(Gpu &gpu, const std::vector<KernelFile> &kernels, const std::string &folder,
                  const std::string &shapes, int repetitions,
                  const std::vector<Baseline> &baselines, const std::string &jsonPath) {
  Bench bench{gpu, repetitions, DeviceMemory(gpu, kFlushBytes), shapes};
  double ceiling = copyCeiling(bench);
  std::printf("%s; device copy, read + write: %s GB/s\n", gpu.description().c_str(),
              significant(ceiling, 4).c_str());
  nlohmann::json rows = nlohmann::json::array();
  std::vector<std::vector<std::string>> table = {{"kernel", "image", "shape", "regs", "median us",
                                                  "p10-p90", "rate", "of copy", "baseline us",
                                                  "of baseline"}};
  bool failed = false;
  for (const KernelFile &file : kernels) {
    try {
      for (const Result &result : benchKernel(bench, file, folder)) {
        const Baseline *baseline = baselineOf(baselines, result);
        rows.push_back(toJson(result, ceiling, baseline));
        table.push_back(toRow(result, ceiling, baseline));
      }
    } catch (const std::exception &error) {
      std::printf("FAIL %s: %s\n", file.name.c_str(), error.what());
      failed = true;
    }
  }
  printTable(table);
  if (!jsonPath.empty())
    std::ofstream(jsonPath) << nlohmann::json{{"device", gpu.description()},
                                              {"copy_gbps", ceiling},
                                              {"results", rows}}
                                   .dump(2)
                            << "\n";
  return failed ? 1 : 0;
}

int main(int argc, char **argv) {
  std::string folder, filter, shapes, jsonPath, baselinesPath;
  int repetitions = 50, ordinal = 0;
  CLI::App app{
      "Times compiled kernels on large shapes: one launch at a time, L2 flushed before each, "
      "medians of "
      "CUDA-event times, next to a device copy measured in the same run.\n\nexamples:\n"
      "  mla-benchmark build/kernels\n"
      "  mla-benchmark build/kernels --baselines kernels/baselines/h200.json\n"
      "  mla-benchmark build/kernels --filter matmul --repetitions 100 --json matmul.json\n\n"
      "exit: 0 timed, 1 a wrong result, 77 skipped (no GPU or nothing compiled; the reason is "
      "printed)"};
  app.add_option("folder", folder, "folder of NAME.fatbin|.cubin|.ptx with NAME.json")->required();
  app.add_option("--filter", filter, "only kernels whose name contains this");
  app.add_option("--shape", shapes, "only decode shapes whose name contains this, as \"h16\"");
  app.add_option("--repetitions", repetitions, "timed launches per kernel")
      ->check(CLI::Range(1, 100000));
  app.add_option("--ordinal", ordinal, "number of the GPU");
  app.add_option("--baselines", baselinesPath,
                 "file of times of others, from runs of their own (kernels/baselines)");
  app.add_option("--json", jsonPath, "also write the results to this file");
  CLI11_PARSE(app, argc, argv);

  std::vector<std::string> problems;
  std::vector<KernelFile> kernels = findKernels(folder, filter, problems);
  for (const std::string &problem : problems)
    std::printf("error: %s\n", problem.c_str());
  if (kernels.empty()) {
    std::printf("skipped: '%s' holds no compiled kernel\n", folder.c_str());
    return problems.empty() ? kExitSkipped : 1;
  }
  std::vector<Baseline> baselines;
  try {
    if (!baselinesPath.empty())
      baselines = readBaselines(baselinesPath);
  } catch (const std::exception &error) {
    std::printf("error: --baselines: %s\n", error.what());
    return 1;
  }
  Gpu gpu;
  if (Status status = gpu.open(ordinal); !status.ok()) {
    std::printf("skipped: %s\n", status.message.c_str());
    return kExitSkipped;
  }
  try {
    return runAll(gpu, kernels, folder, shapes, repetitions, baselines, jsonPath);
  } catch (const std::exception &error) {
    std::printf("FAIL: %s\n", error.what());
    return 1;
  }
}
