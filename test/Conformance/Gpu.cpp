//===- Gpu.cpp - device memory with guards, launches by argument name -----===//
// SPDX-License-Identifier: Apache-2.0

#include "Gpu.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

using namespace mla::conformance;
using namespace mla::runtime;

/// Bytes of guard on either side; larger than any single tile row of a kernel could overrun by.
static constexpr int64_t kGuardBytes = 16384;
/// Bytes of poison that are uploaded at a time.
static constexpr int64_t kPoisonChunk = int64_t(1) << 22;

void mla::conformance::require(const Status &status) {
  if (!status.ok())
    throw std::runtime_error(status.message);
}

Status Gpu::open(int ordinal) {
  const Driver *table = nullptr;
  if (Status status = Driver::get(table); !status.ok())
    return status;
  if (Status status = device.open(*table, ordinal); !status.ok())
    return status;
  Status status =
      table->check(table->cuStreamCreateFn(&stream, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
  opened = status.ok();
  return status;
}

Gpu::~Gpu() {
  if (opened)
    driver().cuStreamDestroyFn(stream);
}

void Gpu::synchronize() const {
  require(driver().check(driver().cuStreamSynchronizeFn(stream), "cuStreamSynchronize"));
}

std::string Gpu::description() const {
  char text[256];
  std::snprintf(text, sizeof(text), "%s (compute capability %d.%d, %d SMs, driver CUDA %d.%d)",
                device.name.c_str(), device.major, device.minor, device.numMultiprocessors,
                driver().version / 1000, driver().version % 1000 / 10);
  return text;
}

DeviceMemory::DeviceMemory(const Gpu &gpu, int64_t bytes) : bytes(bytes), gpu(gpu) {
  CUdeviceptr pointer = 0;
  require(gpu.driver().check(
      gpu.driver().cuMemAllocFn(&pointer, size_t(std::max<int64_t>(bytes, 1))), "cuMemAlloc"));
  address = pointer;
}

DeviceMemory::~DeviceMemory() { gpu.driver().cuMemFreeFn(address); }

void DeviceMemory::fill(uint8_t byte) {
  require(gpu.driver().check(
      gpu.driver().cuMemsetD8AsyncFn(address, byte, size_t(bytes), gpu.stream), "cuMemsetD8Async"));
}

void DeviceMemory::poison() {
  static const std::vector<uint8_t> chunk = poisonedBytes(kPoisonChunk);
  for (int64_t at = 0; at < bytes; at += kPoisonChunk)
    require(gpu.driver().check(
        gpu.driver().cuMemcpyHtoDAsyncFn(address + uint64_t(at), chunk.data(),
                                         size_t(std::min(kPoisonChunk, bytes - at)), gpu.stream),
        "cuMemcpyHtoDAsync"));
  gpu.synchronize();
}

void DeviceMemory::upload(const void *source, int64_t count) {
  require(gpu.driver().check(
      gpu.driver().cuMemcpyHtoDAsyncFn(address, source, size_t(count), gpu.stream),
      "cuMemcpyHtoDAsync"));
  gpu.synchronize();
}

void DeviceMemory::download(void *target, int64_t offset, int64_t count) const {
  require(gpu.driver().check(gpu.driver().cuMemcpyDtoHAsyncFn(target, address + uint64_t(offset),
                                                              size_t(count), gpu.stream),
                             "cuMemcpyDtoHAsync"));
  gpu.synchronize();
}

static int64_t imageBytes(Element element, const Shape &shape) {
  return 2 * kGuardBytes + (shape.rows * shape.stride + shape.misalign) * elementBytes(element);
}

GuardedMatrix::GuardedMatrix(const Gpu &gpu, Element element, Shape shape)
    : type(element), layout(shape), host(poisonedBytes(imageBytes(element, shape))),
      memory(gpu, imageBytes(element, shape)) {}

int64_t GuardedMatrix::offset(int64_t row, int64_t col) const {
  return kGuardBytes + (layout.misalign + row * layout.stride + col) * elementBytes(type);
}

void GuardedMatrix::set(int64_t row, int64_t col, float value) {
  encode(type, host.data() + offset(row, col), value);
}

double GuardedMatrix::get(int64_t row, int64_t col) const {
  return decode(type, host.data() + offset(row, col));
}

std::vector<double> GuardedMatrix::values() const {
  std::vector<double> result(size_t(layout.rows * layout.cols));
  for (int64_t row = 0; row < layout.rows; ++row)
    for (int64_t col = 0; col < layout.cols; ++col)
      result[size_t(row * layout.cols + col)] = get(row, col);
  return result;
}

void GuardedMatrix::upload() { memory.upload(host.data(), memory.bytes); }

void GuardedMatrix::download() { memory.download(host.data(), 0, memory.bytes); }

void GuardedMatrix::poison() {
  host = poisonedBytes(memory.bytes);
  upload();
}

std::string GuardedMatrix::damage() const {
  auto scan = [&](int64_t begin, int64_t end, int64_t row) -> std::string {
    int64_t intact = poisonedFrom(host, begin, end);
    if (intact == end - begin)
      return {};
    std::string place = row < 0              ? "before the first row"
                        : row >= layout.rows ? "after the last row"
                                             : "behind row " + std::to_string(row);
    return "wrote outside the output: byte " + std::to_string(intact) + " " + place;
  };
  int64_t rowBytes = layout.cols * elementBytes(type);
  std::string found = scan(0, offset(0, 0), -1);
  for (int64_t row = 0; row + 1 < layout.rows && found.empty(); ++row)
    found = scan(offset(row, 0) + rowBytes, offset(row + 1, 0), row);
  int64_t end = layout.rows == 0 ? offset(0, 0) : offset(layout.rows - 1, 0) + rowBytes;
  return found.empty() ? scan(end, int64_t(host.size()), layout.rows) : found;
}

uint64_t GuardedMatrix::address() const { return memory.address + uint64_t(offset(0, 0)); }

std::vector<Value> mla::conformance::inOrder(const Variant &variant, const NamedValues &values) {
  std::vector<Value> result;
  for (const Argument &argument : variant.arguments) {
    auto found = values.find(argument.name);
    if (found == values.end())
      throw std::runtime_error("kernel '" + variant.entry + "' has an argument '" + argument.name +
                               "' that this test does not know");
    result.push_back(found->second);
  }
  return result;
}

bool mla::conformance::fits(const Variant &variant, const NamedValues &values,
                            std::string &reason) {
  std::vector<uint64_t> words(variant.arguments.size());
  Status status = packArguments(variant, inOrder(variant, values), words);
  reason = status.message;
  return status.ok();
}
