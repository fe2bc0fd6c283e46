//===- Answers.cpp - what the hardware answered, recorded -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Answers.h"

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace mla::hardware {

std::vector<uint64_t> scalarAnswers(const ScalarOp &op, const std::vector<uint64_t> &inputs) {
  std::vector<uint64_t> answers(kVectors);
  for (size_t i = 0; i < kVectors; ++i) {
    uint64_t words[4] = {};
    for (size_t k = 0; k < op.operands.size(); ++k)
      words[k] = inputs[k * kVectors + i];
    answers[i] = op.model(words);
  }
  return answers;
}

std::vector<uint32_t> warpInputs() {
  std::vector<uint32_t> inputs(kWarps * 128);
  for (size_t i = 0; i < inputs.size(); ++i)
    inputs[i] = uint32_t((i + 1) * 0x9e3779b97f4a7c15u >> 32);
  return inputs;
}

std::vector<uint32_t> warpAnswers(const WarpOp &op, const std::vector<uint32_t> &inputs) {
  std::vector<uint32_t> answers(inputs.size());
  for (size_t at = 0; at < inputs.size(); at += 128)
    op.model(inputs.data() + at, answers.data() + at);
  return answers;
}

int checkAnswers(const std::string &path) {
  std::ifstream file(path);
  nlohmann::json recorded = nlohmann::json::parse(file, nullptr, false);
  if (recorded.is_discarded() || !recorded.contains("answers")) {
    std::fprintf(stderr, "%s holds no answers\n", path.c_str());
    return 1;
  }
  size_t same = 0, wrong = 0, off = 0;
  auto compare = [&](const std::string &name, auto hash) {
    auto found = recorded["answers"].find(name);
    if (found == recorded["answers"].end()) {
      std::printf("%s: no answer is recorded; run mla-numerics on a GPU\n", name.c_str());
      ++wrong;
    } else if (!found->is_string()) {
      ++off; // The model was off by the number of last places that stands there.
    } else {
      char text[20];
      std::snprintf(text, sizeof text, "%016" PRIx64, uint64_t(hash()));
      bool equal = *found == text;
      same += equal;
      wrong += !equal;
      if (!equal)
        std::printf("%s: the model no longer answers as the hardware did\n", name.c_str());
    }
  };
  for (const ScalarOp &op : scalarOps())
    compare(op.name, [&] { return hashOf(scalarAnswers(op, scalarInputs(op, kSeed)), kVectors); });
  for (const MatrixOp &op : matrixOps())
    compare(op.name, [&] {
      std::vector<uint32_t> inputs = matrixInputs(op, kRecordedMatrices, kSeed);
      std::vector<uint32_t> answers = matrixAnswers(op, inputs, kRecordedMatrices);
      return hashOf(answers, answers.size());
    });
  for (const WarpOp &op : warpOps())
    compare(op.name, [&] { return hashOf(warpAnswers(op, warpInputs()), kWarps * 128); });
  std::printf(
      "%zu instructions answer as the hardware did, %zu are known to be off, %zu are wrong\n", same,
      off, wrong);
  return wrong != 0;
}

} // namespace mla::hardware
