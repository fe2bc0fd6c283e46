//===- Mutations.cpp - argument structs that are almost legal ---------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Problem.h"

#include <cmath>
#include <limits>

using namespace mla::fuzz;

/// Extents, strides and numbers at the borders of what is legal somewhere.
static int64_t absurd(Random &random) {
  static constexpr int64_t kNumbers[] = {0,
                                         1,
                                         -1,
                                         2,
                                         3,
                                         7,
                                         15,
                                         16,
                                         17,
                                         63,
                                         64,
                                         65,
                                         127,
                                         128,
                                         129,
                                         255,
                                         256,
                                         257,
                                         511,
                                         512,
                                         513,
                                         575,
                                         576,
                                         577,
                                         584,
                                         656,
                                         1023,
                                         1024,
                                         1025,
                                         65535,
                                         65536,
                                         1 << 20,
                                         1 << 30,
                                         (1 << 30) + 1,
                                         std::numeric_limits<int32_t>::max() - 2047,
                                         std::numeric_limits<int32_t>::max() - 255,
                                         std::numeric_limits<int32_t>::max(),
                                         std::numeric_limits<int32_t>::min(),
                                         int64_t(1) << 31,
                                         int64_t(1) << 32,
                                         int64_t(1) << 40,
                                         (int64_t(1) << 40) + 1,
                                         int64_t(1) << 56,
                                         int64_t(1) << 57,
                                         std::numeric_limits<int64_t>::max(),
                                         std::numeric_limits<int64_t>::min()};
  return random.once(8) ? int64_t(random.bits()) >> random.below(64) : random.pick(kNumbers);
}

static float absurdReal(Random &random) {
  static const float kNumbers[] = {0.0f,   -0.0f,  -1.0f, NAN,   INFINITY,  -INFINITY,
                                   1e-45f, 1e-38f, 3e38f, 1e37f, 0x1p-126f, 1.0f};
  return random.pick(kNumbers);
}

static std::string mutateTensor(mla_tensor &tensor, Random &random, bool &changesPointers) {
  int dim = int(random.below(MLA_MAX_RANK));
  auto set = [&](const char *what, auto &field, int64_t value) {
    field = std::remove_reference_t<decltype(field)>(value);
    return std::string(what) + " = " + std::to_string(value);
  };
  switch (random.below(8)) {
  case 0: {
    static constexpr uint64_t kAddresses[] = {0,
                                              1,
                                              0xffffffffffffffff,
                                              0x8000000000000000,
                                              (uint64_t(1) << 57) - 16,
                                              uint64_t(1) << 57,
                                              0x700000000010,
                                              0x700000000002,
                                              0x700000000001};
    changesPointers = true;
    uint64_t address = random.pick(kAddresses);
    tensor.data = reinterpret_cast<void *>(address);
    return "data = " + std::to_string(address);
  }
  case 1:
    changesPointers = true;
    tensor.data = static_cast<char *>(tensor.data) + random.between(1, 16);
    return "data moved";
  case 2:
    return set("dtype", tensor.dtype, random.between(-1, 9));
  case 3:
    return set("rank", tensor.rank, random.between(-1, MLA_MAX_RANK + 1));
  case 4:
    changesPointers = true;
    tensor = {};
    return "absent";
  case 5:
    std::swap(tensor.shape[dim], tensor.shape[random.below(MLA_MAX_RANK)]);
    return "extents swapped";
  case 6:
    return set("stride", tensor.strides[dim], absurd(random));
  default:
    return set("extent", tensor.shape[dim], absurd(random));
  }
}

static uint32_t otherSize(const Problem &problem, Random &random) {
  auto size = uint32_t(problem.bytes.size());
  const uint32_t sizes[] = {0,
                            1,
                            3,
                            4,
                            8,
                            size - 1,
                            size - 4,
                            size / 2,
                            size + 1,
                            size + 4,
                            size + 100,
                            4096,
                            4097,
                            1u << 31,
                            ~0u,
                            size - 16,
                            uint32_t(random.below(size + 8))};
  return random.pick(sizes);
}

/// Another number of tokens or requests, everywhere: what one tensor alone would contradict.
static std::string resize(Problem &problem, Random &random) {
  int64_t old = problem.tensor(0).shape[0], count = absurd(random);
  for (size_t i = 0; i < problem.tensors.size(); ++i) {
    mla_tensor tensor = problem.tensor(i);
    // Extents of 1 may be anything's.
    int dim = old != 1 && tensor.shape[0] != old && tensor.shape[1] == old;
    if (tensor.rank > dim && tensor.shape[dim] == old)
      tensor.shape[dim] = count;
    problem.setTensor(i, tensor);
  }
  return "extents " + std::to_string(old) + " are " + std::to_string(count);
}

void mla::fuzz::mutate(Problem &problem, Random &random) {
  uint64_t kind = random.below(17);
  if (kind == 0) {
    problem.givenSize = otherSize(problem, random);
    problem.changes.push_back("struct_size = " + std::to_string(problem.givenSize));
  } else if (kind == 1) {
    size_t at = size_t(random.between(4, int64_t(problem.bytes.size()) - 1));
    problem.bytes[at] ^= uint8_t(1 << random.below(8));
    problem.changesPointers = true;
    problem.changes.push_back("a bit of byte " + std::to_string(at));
  } else if (kind == 2) {
    // Any tensor in the place of another.
    size_t from = random.below(problem.tensors.size()), to = random.below(problem.tensors.size());
    problem.setTensor(to, problem.tensor(from));
    problem.changesPointers = true;
    problem.changes.push_back(std::string(problem.tensors[to].name) + " is " +
                              problem.tensors[from].name);
  } else if (kind == 16) {
    problem.changes.push_back(resize(problem, random));
  } else if (kind < 6) {
    const NumberField &field = problem.numbers[random.below(problem.numbers.size())];
    if (field.isFloat) {
      float value = absurdReal(random);
      std::memcpy(problem.bytes.data() + field.offset, &value, 4);
    } else {
      int64_t value = absurd(random);
      std::memcpy(problem.bytes.data() + field.offset, &value, size_t(field.bytes));
    }
    problem.changes.push_back(field.name);
  } else {
    size_t index = random.below(problem.tensors.size());
    mla_tensor tensor = problem.tensor(index);
    std::string what = mutateTensor(tensor, random, problem.changesPointers);
    problem.setTensor(index, tensor);
    problem.changes.push_back(std::string(problem.tensors[index].name) + ": " + what);
  }
}
