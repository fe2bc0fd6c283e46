//===- DenseDecodeBenchmark.cpp - times of dense MLA decode ----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Benchmark.h"
#include "CapturedGraph.h"
#include "DenseDecodeCheck.h"

#include <stdexcept>

using namespace mla::conformance;
using namespace mla::runtime;

/// Requests between two that are compared with the reference.
static constexpr int64_t kCheckStep = 32;

namespace {
/// A shape by its published name.
struct Point {
  int64_t batch, tokens, heads;
  int32_t keys;

  std::string name() const {
    return "b" + std::to_string(batch) + " s_q" + std::to_string(tokens) + " h" +
           std::to_string(heads) + " s_k" + std::to_string(keys);
  }
};
} // namespace

static constexpr Point kPoints[] = {{64, 1, 128, 8192}, {128, 2, 128, 8192}, {128, 1, 64, 8192},
                                    {64, 1, 16, 8192},  {1, 1, 128, 4096},   {1, 1, 16, 32768}};

std::vector<Result> mla::conformance::benchDenseDecode(Bench &bench, const Kernel &kernel,
                                                       const std::string &folder,
                                                       const Result &row) {
  Subject subject{bench.gpu, kernel, 0, 1, folder};
  Kernel plan = subject.loadCompanion("plan"), merge = subject.loadCompanion("merge");
  DecodeKernels kernels{plan, kernel, merge};
  Element element = subject.elementOf("q");
  bool all =
      element == Element::Bf16 && !kernels.refusesPage(1).empty() && kernels.keyDim() == kKeyDim;
  std::vector<Result> results;
  for (const Point &point : all ? std::span(kPoints) : std::span(kPoints).first(1)) {
    if (point.name().find(bench.shapes) == std::string::npos)
      continue;
    DecodeShape shape{std::vector<int32_t>(size_t(point.batch), point.keys), point.tokens,
                      point.heads, 64, point.tokens > 1};
    shape.repeats = 0;
    shape.keyDim = kernels.keyDim();
    DecodeCall call(bench.gpu, kernels, element, shape, 1);
    if (std::string reason = call.refusal(); !reason.empty())
      throw std::runtime_error(point.name() + ": " + reason);
    call.upload(1);
    Tally tally;
    tally.begin(point.name());
    checkDecodeCall(tally, call, kCheckStep);
    if (!tally.failures.empty())
      throw std::runtime_error(tally.failures.front());

    Result result = row;
    result.family = "dense_decode";
    result.shape = point.name();
    result.checked = tally.elements;
    double pairs = double(point.batch * point.tokens * point.heads) * point.keys;
    result.flops = 2 * pairs * double(shape.keyDim + kValueDim);
    result.bytes = double(point.batch) * point.keys * double(shape.keyDim * elementBytes(element));
    CapturedGraph graph(bench.gpu, [&] { call.enqueueDecode(); });
    result.times = bench.time([&] { graph.launch(); });
    results.push_back(result);

    result.shape += " plan";
    result.flops = result.bytes = 0;
    result.registers = plan.registers();
    result.times = bench.time([&] { call.enqueuePlan(); });
    results.push_back(result);
  }
  return results;
}
