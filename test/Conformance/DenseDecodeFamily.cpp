//===- DenseDecodeFamily.cpp - conformance of decode and of its plan -------===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeCheck.h"

using namespace mla::conformance;
using namespace mla::runtime;

void mla::conformance::checkDenseDecode(const Subject &subject, Tally &tally) {
  Kernel plan = subject.loadCompanion("plan"), merge = subject.loadCompanion("merge");
  DecodeKernels kernels{plan, subject.kernel, merge};
  Element element = subject.elementOf("q");
  uint64_t seed = subject.seed * 1000;
  for (const DecodeShape &shape :
       decodeLattice(kernels.refusesPage(1).empty(), subject.seed, subject.small)) {
    if (std::string reason = kernels.refusesPage(shape.page); !reason.empty()) {
      tally.skip(reason);
      continue;
    }
    DecodeCall call(subject.gpu, kernels, element, shape, ++seed);
    if (std::string reason = call.refusal(); !reason.empty()) {
      tally.skip(reason);
      continue;
    }
    tally.begin(shape.name());
    call.upload(seed);
    checkDecodeCall(tally, call);
  }
}

static void checkPlanCase(const Subject &subject, Tally &tally, const std::vector<int32_t> &lengths,
                          int64_t numParts) {
  int64_t requests = int64_t(lengths.size());
  GuardedTensor input(subject.gpu, Element::Int32, {1, 1, requests});
  GuardedTensor starts(subject.gpu, Element::Int32, {1, 1, requests + 1});
  GuardedTensor parts(subject.gpu, Element::Int32, {numParts, 1, 2});
  NamedValues values = {
      {"lengths", Value::pointer(input.address())}, {"starts", Value::pointer(starts.address())},
      {"parts", Value::pointer(parts.address())},   {"B", Value::integer(requests)},
      {"STARTS", Value::integer(requests + 1)},     {"PARTS", Value::integer(numParts)},
      {"parts.stride0", Value::integer(2)}};
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);
  tally.begin("b=" + std::to_string(requests) + " parts=" + std::to_string(numParts));
  std::memcpy(input.at(0, 0), lengths.data(), lengths.size() * sizeof(int32_t));
  input.upload();
  DecodePlan expected = planDecode(lengths, numParts);
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
}
