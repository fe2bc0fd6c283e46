//===- Main.cpp - mla-library: the C interface on a device -------------------===//
// Calls what servers call and compares with references on the host. Exit 0: all passed, 1: a
// failure, 77: no device. SPDX-License-Identifier: Apache-2.0

#include "Case.h"
#include "Kernels.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cmath>
#include <cstdio>

using namespace mla::conformance;

void Library::compare(const Expected &expected, double actual, const std::string &place) {
  ++compared;
  double error = expected.value == actual ? 0 : std::fabs(actual - expected.value);
  if (error == 0)
    return;
  if (std::isfinite(error) && expected.bound > 0)
    worstRatio = std::max(worstRatio, error / expected.bound);
  if (std::isfinite(expected.value) && error <= expected.bound)
    return;
  char text[96];
  std::snprintf(text, sizeof(text), " is %.9g, expected %.9g within %.3g", actual, expected.value,
                expected.bound);
  fail(place + text);
}

mla_tensor mla::conformance::viewOf(const GuardedTensor &tensor, int32_t dtype, int32_t rank) {
  const TensorShape &shape = tensor.shape();
  const int64_t extents[] = {shape.blocks, shape.rows, shape.cols};
  const int64_t strides[] = {shape.blockStride(), shape.rowStride(), 1};
  mla_tensor view{};
  view.data = reinterpret_cast<void *>(tensor.address());
  view.dtype = dtype;
  view.rank = rank;
  for (int dim = 0; dim < rank; ++dim) {
    view.shape[dim] = extents[3 - rank + dim];
    view.strides[dim] = strides[3 - rank + dim];
  }
  return view;
}

static int runCases(const Gpu &gpu, mla_device *device, const std::string &folder,
                    const std::string &filter) {
  std::vector<Case> cases = denseDecodeCases();
  for (const std::vector<Case> &more :
       {sparseDecodeCases(), indexCases(), cacheCases(), mergeCases()})
    cases.insert(cases.end(), more.begin(), more.end());
  std::vector<std::vector<std::string>> rows = {{"case", "outputs", "seconds", "verdict"}};
  int failures = 0;
  Library library{gpu, device, folder};
  for (const Case &each : cases) {
    if (each.name.find(filter) == std::string::npos)
      continue;
    library.failure.clear();
    library.skipped.clear();
    library.compared = 0;
    auto start = std::chrono::steady_clock::now();
    try {
      each.run(library);
      gpu.synchronize();
    } catch (const std::exception &error) {
      library.fail(error.what());
    }
    double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    bool failed = !library.failure.empty();
    failures += failed;
    if (failed)
      std::printf("%s: %s\n", each.name.c_str(), library.failure.c_str());
    if (!library.skipped.empty())
      std::printf("%s: skipped: %s\n", each.name.c_str(), library.skipped.c_str());
    rows.push_back({each.name, std::to_string(library.compared), significant(seconds),
                    failed                    ? "FAIL"
                    : library.skipped.empty() ? "pass"
                                              : "skipped"});
    std::fflush(stdout);
  }
  printTable(rows);
  std::printf("error/bound %s; %s\n", significant(library.worstRatio).c_str(),
              failures ? "FAILED" : "all passed");
  return failures ? 1 : 0;
}

int main(int argc, char **argv) {
  std::string folder, filter;
  int ordinal = 0;
  CLI::App app{
      "Calls the library's C interface on a GPU and compares with references on the host.\n"
      "MLA_LIBCUDA=build/lib/libmla-sim-cuda.so with --kernels of fatbins with PTX\n"
      "(tools/kernels --with-ptx) runs it without one.\n\nexit: 0 all passed, 1 a failure, "
      "77 skipped (no GPU; the reason is printed)"};
  app.add_option("--kernels", folder, "folder of compiled kernels in place of the embedded ones");
  app.add_option("--filter", filter, "only cases whose name contains this");
  app.add_option("--ordinal", ordinal, "number of the GPU");
  CLI11_PARSE(app, argc, argv);
  Gpu gpu;
  if (mla::runtime::Status status = gpu.open(ordinal); !status.ok()) {
    std::printf("skipped: %s\n", status.message.c_str());
    return 77;
  }
  std::printf("%s\n", gpu.description().c_str());
  mla_device_options options{};
  options.struct_size = sizeof(options);
  options.ordinal = ordinal;
  options.kernel_folder = folder.empty() ? nullptr : folder.c_str();
  mla_device *device = nullptr;
  if (mla_open(&options, &device) != MLA_STATUS_OK) {
    std::printf("%s\n", mla_last_error());
    return 1;
  }
  int result = runCases(gpu, device, folder, filter);
  mla_close(device);
  return result;
}
