//===- GuardedTensor.cpp - a strided tensor on the device with a poisoned surrounding -===//
// SPDX-License-Identifier: Apache-2.0

#include "GuardedTensor.h"

#include <cstring>

using namespace mla::conformance;

/// Bytes of guard on either side; a multiple of every alignment that kernels may be promised.
static constexpr int64_t kGuardBytes = 16384;

static int64_t imageBytes(Element element, const TensorShape &shape) {
  return 2 * kGuardBytes + shape.blocks * shape.blockStride() * elementBytes(element);
}

GuardedTensor::GuardedTensor(const Gpu &gpu, Element element, TensorShape shape)
    : type(element), layout(shape), host(poisonedBytes(imageBytes(element, shape))),
      memory(gpu, imageBytes(element, shape)) {}

int64_t GuardedTensor::offset(int64_t block, int64_t row, int64_t col) const {
  return kGuardBytes +
         (block * layout.blockStride() + row * layout.rowStride() + col) * elementBytes(type);
}

void GuardedTensor::poison() { memory.poison(); }

void GuardedTensor::copy(GuardedTensor &from) {
  std::vector<uint8_t> image = poisonedBytes(int64_t(host.size()));
  for (int64_t block = 0; block < layout.blocks; ++block)
    for (int64_t row = 0; row < layout.rows; ++row)
      std::memcpy(image.data() + offset(block, row, 0), from.at(block, row),
                  size_t(layout.cols * elementBytes(type)));
  memory.upload(image.data(), memory.bytes);
}

std::string GuardedTensor::damage(const std::function<bool(int64_t block)> &written) const {
  int64_t cursor = 0;
  auto intact = [&](int64_t end) { return poisonedFrom(host, cursor, end) == end - cursor; };
  for (int64_t block = 0; block < layout.blocks; ++block) {
    if (written && !written(block))
      continue;
    for (int64_t row = 0; row < layout.rows; ++row) {
      int64_t begin = offset(block, row, 0);
      if (!intact(begin))
        return "wrote outside its elements, before block " + std::to_string(block) + " row " +
               std::to_string(row);
      cursor = begin + layout.cols * elementBytes(type);
    }
  }
  return intact(int64_t(host.size())) ? "" : "wrote outside its elements, after the last row";
}
