//===- CacheWriter.cpp - conformance of the cache writers -----------------===//
// Exact: codes, scales and copies are known to the bit. Rows cycle through what breaks careless
// writers: NaN, infinities, -0, subnormals, ties between codes, zeros, groups of one magnitude.
// SPDX-License-Identifier: Apache-2.0

#include "ExactCase.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;
using namespace mla::runtime;

namespace {
/// The extents of one call.
struct WriterShape {
  int64_t rows = 1, slots = 1, rank = 512, rope = 64;
  int64_t pages = 1, page = 64;
  int64_t inputPadding = 0, recordPadding = 0, pagePadding = 0; ///< elements
  float scale = 0;                                              ///< 0: absent
  bool legacy = false;

  std::string name() const {
    return "T=" + std::to_string(rows) + " slots=" + std::to_string(slots) +
           " numbers=" + std::to_string(rank) + "+" + std::to_string(rope) +
           " pool=" + std::to_string(pages) + "x" + std::to_string(page) +
           " paddings=" + std::to_string(inputPadding) + "," + std::to_string(recordPadding) + "," +
           std::to_string(pagePadding) + " scale=" + std::to_string(scale) +
           (legacy ? " legacy" : "");
  }
};

/// What both writers read, and where each row goes.
struct WriterInput {
  WriterInput(const Gpu &gpu, Element element, const WriterShape &shape, uint64_t seed);
  NamedValues values(std::string_view rank, std::string_view rope) const;

  GuardedTensor latent, rope, slots;
  std::vector<int64_t> targets; ///< of each row; -1: nowhere
};
} // namespace

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

NamedValues WriterInput::values(std::string_view rank, std::string_view rope) const {
  NamedValues values;
  const std::string_view latents[] = {"T", rank}, ropes[] = {"T", rope}, listed[] = {"N"};
  addTensor(values, "latent", latent, 2, latents);
  addTensor(values, "rope", this->rope, 2, ropes);
  addTensor(values, "slots", slots, 1, listed);
  return values;
}

/// Runs a writer whose cache's host image is what has to come out.
static void runWriter(const Subject &subject, Tally &tally, GuardedTensor &cache, int64_t slots,
                      const NamedValues &values) {
  int64_t block = subject.kernel.variant().constant("BLOCK_T", 1);
  const ExactOutput outputs[] = {{"cache", cache}};
  runExact(tally, subject.gpu, outputs,
           [&] { subject.launch({(slots + block - 1) / block}, values); });
}

//===----------------------------------------------------------------------===//
// write_rows
//===----------------------------------------------------------------------===//

static void checkRows(const Subject &subject, Tally &tally, const WriterShape &shape,
                      uint64_t seed) {
  Element element = subject.elementOf("latent"), stored = subject.elementOf("cache");
  WriterInput input(subject.gpu, element, shape, seed);
  GuardedTensor cache(
      subject.gpu, stored,
      {shape.pages, shape.page, shape.rank + shape.rope, shape.recordPadding, shape.pagePadding});
  GuardedTensor scale(subject.gpu, Element::Fp32, {1, 1, shape.scale != 0 ? 1 : 0});
  NamedValues values = input.values("RANK", "ROPE");
  const std::string_view pool[] = {"PAGES", "PAGE", "WIDTH"}, scaled[] = {"SCALED"};
  addTensor(values, "cache", cache, 3, pool);
  addTensor(values, "scale", scale, 1, scaled);
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);
  tally.begin(shape.name());
  if (shape.scale != 0)
    encode(Element::Fp32, scale.at(0, 0), shape.scale);
  scale.upload();
  for (size_t t = 0; t < input.targets.size(); ++t) {
    if (input.targets[t] < 0)
      continue;
    int64_t page = input.targets[t] / shape.page, place = input.targets[t] % shape.page;
    for (int64_t col = 0; col < shape.rank + shape.rope; ++col) {
      GuardedTensor &from = col < shape.rank ? input.latent : input.rope;
      const uint8_t *source = from.at(0, int64_t(t), col < shape.rank ? col : col - shape.rank);
      uint8_t *target = cache.at(page, place, col);
      if (stored == element)
        std::memcpy(target, source, size_t(elementBytes(element)));
      else
        encode(stored, target,
               float(decode(element, source)) / (shape.scale != 0 ? shape.scale : 1));
    }
  }
  runWriter(subject, tally, cache, shape.slots, values);
}

void mla::conformance::checkWriteRows(const Subject &subject, Tally &tally) {
  bool isScaled = subject.elementOf("cache") == Element::E4m3;
  std::vector<WriterShape> shapes;
  for (float scale : {0.0f, 1.0f, 0.37f, 0x1p-6f}) {
    if (!isScaled && scale != 0)
      continue;
    for (int64_t rows : {1, 2, 7, 8, 9, 42, 100})
      for (int64_t page : {1, 16, 61, 64})
        shapes.push_back(
            {.rows = rows, .slots = rows, .pages = 1 + 128 / page, .page = page, .scale = scale});
    // Rows without slots, slots without rows, no slots at all.
    for (int64_t slots : {0, 1, 20, 60})
      shapes.push_back({.rows = 42, .slots = slots, .pages = 8, .page = 16, .scale = scale});
    for (int64_t rank : {256, 512, 16, 1, 700, 1024})
      for (int64_t rope : {64, 16, 1, 100})
        shapes.push_back({.rows = 11,
                          .slots = 11,
                          .rank = rank,
                          .rope = rope,
                          .pages = 2,
                          .page = 16,
                          .scale = scale});
    for (int64_t padding : {16, 48, 1})
      shapes.push_back({.rows = 42,
                        .slots = 40,
                        .pages = 5,
                        .page = 16,
                        .inputPadding = padding,
                        .recordPadding = 3 * padding,
                        .pagePadding = 16 * padding,
                        .scale = scale});
  }
  shapes.push_back({.rows = 70000, .slots = 70000, .rank = 16, .rope = 16, .pages = 1100});
  uint64_t seed = subject.seed * 100;
  for (const WriterShape &shape : spread(std::move(shapes), subject.samples, tally))
    checkRows(subject, tally, shape, seed += 10);
}

//===----------------------------------------------------------------------===//
// write_records
//===----------------------------------------------------------------------===//

/// The scale of a group, from its definition.
static float scaleOf(std::span<const float> group, bool legacy) {
  float amax = 0;
  for (float value : group)
    amax = std::fabs(value) > amax ? std::fabs(value) : amax;
  float scale = amax / 448.0f;
  if (legacy)
    return std::max(scale, std::numeric_limits<float>::min());
  scale = std::max(scale, 1e-4f);
  float power = 0x1p-13f;
  while (power < scale)
    power *= 2;
  return power;
}

static void encodeRow(GuardedTensor &latent, int64_t row, bool legacy, uint8_t *record) {
  constexpr int64_t kGroup = 128, kGroups = 4, kScales = 512;
  for (int64_t group = 0; group < kGroups; ++group) {
    std::vector<float> numbers;
    for (int64_t i = 0; i < kGroup; ++i)
      numbers.push_back(float(latent.get(0, row, group * kGroup + i)));
    float scale = scaleOf(numbers, legacy);
    encode(Element::Fp32, record + kScales + 4 * group, scale);
    for (int64_t i = 0; i < kGroup; ++i)
      record[group * kGroup + i] = encodeE4m3(numbers[size_t(i)] / scale);
  }
}

static void checkRecords(const Subject &subject, Tally &tally, const WriterShape &shape,
                         uint64_t seed) {
  constexpr int64_t kRecord = 656, kRope = 528;
  WriterInput input(subject.gpu, subject.elementOf("latent"), shape, seed);
  GuardedTensor cache(subject.gpu, Element::Uint8,
                      {shape.pages, shape.page, kRecord, shape.recordPadding, shape.pagePadding});
  NamedValues values = input.values("COLUMNS", "");
  values["legacy_scales"] = Value::integer(shape.legacy);
  const std::string_view pool[] = {"PAGES", "PAGE", "BYTES"};
  addTensor(values, "cache", cache, 3, pool);
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);
  tally.begin(shape.name());
  for (size_t t = 0; t < input.targets.size(); ++t) {
    if (input.targets[t] < 0)
      continue;
    uint8_t *record = cache.at(input.targets[t] / shape.page, input.targets[t] % shape.page);
    encodeRow(input.latent, int64_t(t), shape.legacy, record);
    std::memcpy(record + kRope, input.rope.at(0, int64_t(t)), size_t(kRecord - kRope));
  }
  runWriter(subject, tally, cache, shape.slots, values);
}

void mla::conformance::checkWriteRecords(const Subject &subject, Tally &tally) {
  std::vector<WriterShape> shapes;
  for (bool legacy : {false, true}) {
    for (int64_t rows : {1, 2, 7, 8, 9, 42, 300})
      for (int64_t page : {1, 16, 61, 64})
        shapes.push_back(
            {.rows = rows, .slots = rows, .pages = 1 + 320 / page, .page = page, .legacy = legacy});
    for (int64_t slots : {0, 1, 20, 60})
      shapes.push_back({.rows = 42, .slots = slots, .pages = 8, .page = 16, .legacy = legacy});
    for (int64_t padding : {16, 64})
      shapes.push_back({.rows = 42,
                        .slots = 40,
                        .pages = 5,
                        .page = 16,
                        .inputPadding = padding,
                        .recordPadding = padding,
                        .pagePadding = 656 * padding,
                        .legacy = legacy});
    shapes.push_back({.rows = 20000, .slots = 20000, .pages = 320, .legacy = legacy});
  }
  uint64_t seed = subject.seed * 100;
  for (const WriterShape &shape : spread(std::move(shapes), subject.samples, tally))
    checkRecords(subject, tally, shape, seed += 10);
}
