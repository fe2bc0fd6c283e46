//===- CacheWriterInput.cpp - what cache writers read, and where it goes --===//
// Rows cycle through what breaks careless writers: NaN, infinities, -0, subnormals, ties between
// codes, zeros, groups of one magnitude.
// SPDX-License-Identifier: Apache-2.0

#include "CacheWriterInput.h"

#include <limits>

using namespace mla::conformance;

static float specialNumber(uint64_t bits) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float numbers[] = {0.0f,  -0.0f,   kInfinity, -kInfinity, NAN,   448.0f, 464.0f,   -465.0f,
                           1e30f, -1e-30f, 0x1p-9f,   0x1p-10f,   17.0f, -19.0f, 0x3p-11f, 1e-40f};
  return numbers[bits % std::size(numbers)];
}

/// Number `col` of row `row`.
static float numberOf(uint64_t seed, int64_t row, int64_t col) {
  uint64_t index = uint64_t(row) << 32 | uint64_t(col);
  float unit = randomUnit(seed, index);
  switch (row % 8) {
  case 0:
    return 4 * unit;
  case 1: // magnitudes from 2^-20 to 2^19: small groups beside large ones
    return std::ldexp(unit, int(randomBits(~seed, uint64_t(col) / 128) % 40) - 20);
  case 2:
    return specialNumber(randomBits(~seed, index));
  case 3: // scales of exactly 1, 1, 2 and 2^-13
    return col < 128 ? 336 : col < 256 ? -448 : col < 384 ? 449 : 0;
  case 4: // ties between codes
    return float(int(randomBits(~seed, index) % 257) - 128) / 8;
  case 5:
    return std::ldexp(unit, -30);
  case 6: // a NaN alone in a group of numbers
    return col % 128 == 77 ? NAN : 100 * unit;
  default:
    return 1e37f * unit;
  }
}

WriterInput::WriterInput(const Gpu &gpu, Element element, const WriterShape &shape, uint64_t seed)
    : latent(gpu, element, {1, shape.rows, shape.rank, shape.inputPadding}),
      rope(gpu, element, {1, shape.rows, shape.rope, shape.inputPadding}),
      slots(gpu, Element::Int64, {1, 1, shape.slots}) {
  for (int64_t row = 0; row < shape.rows; ++row) {
    for (int64_t col = 0; col < shape.rank; ++col)
      encode(element, latent.at(0, row, col), numberOf(seed, row, col));
    // Any bits: NaN keep their payloads.
    for (int64_t col = 0; col < shape.rope; ++col) {
      uint64_t bits = randomBits(seed + 1, uint64_t(row << 32 | col));
      std::memcpy(rope.at(0, row, col), &bits, size_t(elementBytes(element)));
    }
  }
  // A permutation of the pool's slots with some that are none.
  int64_t size = shape.pages * shape.page;
  std::vector<int64_t> order;
  for (int64_t i = 0; i < size; ++i)
    order.push_back(i);
  for (int64_t i = size - 1; i > 0; --i)
    std::swap(order[size_t(i)], order[randomBits(seed + 2, uint64_t(i)) % uint64_t(i + 1)]);
  const int64_t none[] = {-1,
                          -1,
                          size,
                          size + 1,
                          int64_t(1) << 32,
                          -(int64_t(1) << 62),
                          std::numeric_limits<int64_t>::max(),
                          std::numeric_limits<int64_t>::min()};
  for (int64_t i = 0; i < shape.slots; ++i) {
    uint64_t bits = randomBits(seed + 3, uint64_t(i));
    int64_t slot =
        i >= size || bits % 6 == 0 ? none[(bits >> 8) % std::size(none)] : order[size_t(i)];
    std::memcpy(slots.at(0, 0, i), &slot, sizeof(slot));
    if (i < shape.rows)
      targets.push_back(slot >= 0 && slot < size ? slot : -1);
  }
  for (GuardedTensor *tensor : {&latent, &rope, &slots})
    tensor->upload();
}

/// The interface's type of numbers.
static int32_t dtypeOf(Element element) {
  return element == Element::Fp32   ? MLA_DTYPE_FP32
         : element == Element::Fp16 ? MLA_DTYPE_FP16
                                    : MLA_DTYPE_BF16;
}

mla_write_cache_args WriterInput::args(int32_t format) const {
  mla_write_cache_args args{};
  args.struct_size = sizeof(args);
  args.format = format;
  args.latent = viewOf(latent, dtypeOf(latent.element()), 2);
  args.rope = viewOf(rope, dtypeOf(rope.element()), 2);
  args.slots = viewOf(slots, MLA_DTYPE_I64, 1);
  return args;
}
