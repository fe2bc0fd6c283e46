//===- ExactCase.cpp - outputs of which every byte is known ---------------===//
// SPDX-License-Identifier: Apache-2.0

#include "ExactCase.h"

#include <algorithm>
#include <cstdio>

using namespace mla::conformance;

/// Where two images of a tensor differ first: the element, or that it is none.
static std::string firstDifference(GuardedTensor &tensor, const std::vector<uint8_t> &wanted) {
  const std::vector<uint8_t> &got = tensor.image();
  auto place = std::mismatch(got.begin(), got.end(), wanted.begin()).first;
  const uint8_t *address = got.data() + (place - got.begin());
  const TensorShape &shape = tensor.shape();
  const int64_t bytes = elementBytes(tensor.element());
  char text[160];
  for (int64_t block = 0; block < shape.blocks; ++block)
    for (int64_t row = 0; row < shape.rows; ++row) {
      const uint8_t *first = tensor.at(block, row);
      if (address < first || address >= first + shape.cols * bytes)
        continue;
      std::snprintf(text, sizeof(text), "[%lld, %lld, %lld] has byte %lld 0x%02x, expected 0x%02x",
                    static_cast<long long>(block), static_cast<long long>(row),
                    static_cast<long long>((address - first) / bytes),
                    static_cast<long long>((address - first) % bytes), unsigned(*address),
                    unsigned(wanted[size_t(place - got.begin())]));
      return text;
    }
  return "wrote outside its elements";
}

void mla::conformance::runExact(Library &library, std::span<const ExactOutput> outputs,
                                const std::function<mla_status()> &call,
                                const std::function<void()> &fill) {
  std::vector<std::vector<uint8_t>> wanted;
  for (const ExactOutput &output : outputs)
    wanted.push_back(output.tensor.image());
  for (int run = 0; run < 2; ++run) {
    for (const ExactOutput &output : outputs)
      output.tensor.poison();
    if (fill)
      fill();
    library.require(call());
    library.gpu.synchronize();
    for (size_t i = 0; i < outputs.size(); ++i) {
      GuardedTensor &tensor = outputs[i].tensor;
      tensor.download();
      const TensorShape &shape = tensor.shape();
      library.compared += shape.blocks * shape.rows * shape.cols;
      if (tensor.image() != wanted[i])
        library.fail(outputs[i].name + firstDifference(tensor, wanted[i]));
    }
  }
}

void mla::conformance::runExact(Library &library, std::span<const ExactOutput> outputs,
                                const std::function<mla_status()> &call) {
  runExact(library, outputs, call, {});
}
