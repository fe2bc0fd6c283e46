//===- DenseDecodeFamily.cpp - conformance of decode and of its plan -------===//
// SPDX-License-Identifier: Apache-2.0

#include "CapturedGraph.h"
#include "DenseDecodeCheck.h"

#include <memory>

using namespace mla::conformance;
using namespace mla::runtime;

/// Elements behind a page above which a pool is a matter of gigabytes, and memory that has room.
static constexpr int64_t kWidePadding = int64_t(1) << 20, kWideDevice = int64_t(64) << 30;

/// Where a request is the only one, it must have the bits that it has among others.
static void checkAlone(const Subject &subject, Tally &tally, const DecodeKernels &kernels,
                       const DecodeCall &call, uint64_t seed) {
  for (size_t r = 0; r < call.shape.lengths.size(); ++r) {
    DecodeShape shape = call.shape;
    shape.lengths = {call.shape.lengths[r]};
    shape.firstRequest = int64_t(r);
    DecodeCall alone(subject.gpu, kernels, call.out.element(), shape, seed);
    alone.upload(seed);
    alone.run();
    for (int64_t row = 0; row < shape.rows(); ++row) {
      auto same = [&](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
      bool equal = same(alone.lse.get(0, 0, row), call.lse.get(int64_t(r), 0, row));
      for (int64_t col = 0; col < kValueDim; ++col)
        equal &= same(alone.out.get(0, row, col), call.out.get(int64_t(r), row, col));
      if (!equal)
        return tally.fail("request " + std::to_string(r) +
                          " has other bits when it is alone, row " + std::to_string(row));
    }
  }
}

/// A graph of the launches, replayed with other lengths.
static void checkReplay(const Subject &subject, Tally &tally, const DecodeKernels &kernels,
                        Element element, uint64_t seed) {
  DecodeShape shape{{640, 129, 0, 64}, 2, 5, 64, true, 0.05, 3};
  shape.keyDim = kernels.keyDim();
  DecodeCall call(subject.gpu, kernels, element, shape, seed);
  if (std::string reason = call.refusal(); !reason.empty())
    return tally.skip(reason);
  call.upload(seed);
  std::unique_ptr<CapturedGraph> graph;
  try {
    graph = std::make_unique<CapturedGraph>(subject.gpu, [&] {
      call.enqueuePlan();
      call.enqueueDecode();
    });
  } catch (const std::exception &error) {
    return tally.skip(std::string("no graphs: ") + error.what());
  }
  tally.begin(shape.name() + " as a graph");
  checkDecodeCall(tally, call, 1, [&] { graph->launch(); });
  for (std::vector<int32_t> lengths :
       {std::vector<int32_t>{1, 129, 0, 0}, std::vector<int32_t>{577, 3, 0, 63}}) {
    call.shorten(lengths);
    tally.begin(call.shape.name() + " as the same graph");
    checkDecodeCall(tally, call, 1, [&] { graph->launch(); });
  }
}

void mla::conformance::checkDenseDecode(const Subject &subject, Tally &tally) {
  Kernel plan = subject.loadCompanion("plan"), merge = subject.loadCompanion("merge");
  DecodeKernels kernels{plan, subject.kernel, merge};
  Element element = subject.elementOf("q");
  uint64_t seed = subject.seed * 1000;
  for (DecodeShape shape :
       decodeLattice(kernels.refusesPage(1).empty(), subject.seed, subject.small)) {
    if (shape.pagePadding > kWidePadding && subject.gpu.device.totalBytes < kWideDevice) {
      tally.skip("a pool of more than 2^31 elements does not fit the device");
      continue;
    }
    if (std::string reason = kernels.refusesPage(shape.page); !reason.empty()) {
      tally.skip(reason);
      continue;
    }
    shape.keyDim = kernels.keyDim();
    DecodeCall call(subject.gpu, kernels, element, shape, ++seed);
    if (std::string reason = call.refusal(); !reason.empty()) {
      tally.skip(reason);
      continue;
    }
    tally.begin(shape.name());
    call.upload(seed);
    checkDecodeCall(tally, call);
    if (shape.pieces.most > 0)
      checkAlone(subject, tally, kernels, call, seed);
  }
  checkReplay(subject, tally, kernels, element, ++seed);
}

static void checkPlanCase(const Subject &subject, Tally &tally, const std::vector<int32_t> &lengths,
                          int64_t numParts, DecodePieces pieces = {}) {
  int64_t requests = int64_t(lengths.size());
  GuardedTensor input(subject.gpu, Element::Int32, {1, 1, requests});
  GuardedTensor starts(subject.gpu, Element::Int32, {1, 1, requests + 1});
  GuardedTensor parts(subject.gpu, Element::Int32, {numParts, 1, 2});
  NamedValues values = {
      {"lengths", Value::pointer(input.address())}, {"starts", Value::pointer(starts.address())},
      {"parts", Value::pointer(parts.address())},   {"B", Value::integer(requests)},
      {"STARTS", Value::integer(requests + 1)},     {"PARTS", Value::integer(numParts)},
      {"parts.stride0", Value::integer(2)},         {"most", Value::integer(pieces.most)},
      {"least", Value::integer(pieces.least)}};
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);
  tally.begin("b=" + std::to_string(requests) + " parts=" + std::to_string(numParts) +
              " most=" + std::to_string(pieces.most) + " least=" + std::to_string(pieces.least));
  std::memcpy(input.at(0, 0), lengths.data(), lengths.size() * sizeof(int32_t));
  input.upload();
  DecodePlan expected = planDecode(lengths, numParts, pieces);
  for (int run = 0; run < 2; ++run) {
    starts.poison();
    parts.poison();
    subject.launch({numParts}, values);
    subject.gpu.synchronize();
    starts.download();
    parts.download();
    for (size_t i = 0; i < expected.starts.size(); ++i)
      tally.compare({double(expected.starts[i]), 0}, starts.get(0, 0, int64_t(i)), 0, int64_t(i));
    for (size_t i = 0; i < expected.parts.size(); ++i)
      tally.compare({double(expected.parts[i]), 0}, parts.get(int64_t(i / 2), 0, int64_t(i % 2)),
                    int64_t(i / 2), int64_t(i % 2));
    for (const GuardedTensor *output : {&starts, &parts})
      if (std::string damage = output->damage(); !damage.empty())
        tally.fail(damage);
  }
}

void mla::conformance::checkDensePlan(const Subject &subject, Tally &tally) {
  const std::vector<int64_t> fewRequests = {1, 3, 33, 129}, fewParts = {1, 7, 33};
  const std::vector<int64_t> manyRequests = {1,  2,  3,   5,   31,  32,  33,  63,
                                             64, 65, 127, 128, 129, 256, 300, 1000};
  const std::vector<int64_t> manyParts = {1, 2, 7, 33, 132, 300};
  for (int64_t requests : subject.small ? fewRequests : manyRequests)
    for (int64_t parts : subject.small ? fewParts : manyParts) {
      std::vector<int32_t> lengths;
      for (int64_t i = 0; i < requests; ++i) {
        uint64_t bits = randomBits(subject.seed, uint64_t(requests * 1000 + i));
        lengths.push_back(int32_t(bits >> 32) & (bits % 3 == 0 ? 127 : bits % 3 == 1 ? 8191 : 0));
      }
      checkPlanCase(subject, tally, lengths, parts);
    }
  checkPlanCase(subject, tally, {0, 0, 0}, 2);
  checkPlanCase(subject, tally, {64, 1, 65}, 4);
  checkPlanCase(subject, tally, {1 << 30}, 132);
  for (DecodePieces pieces : {DecodePieces{1, 1}, {8, 1}, {8, 16}, {300, 2}})
    checkPlanCase(subject, tally, {0, 1, 64, 65, 4096, 32768, 1 << 30}, 7 * pieces.most, pieces);
}
