//===- CacheWriter.cpp - conformance of the cache writers -----------------===//
// Exact: codes, scales and copies are known to the bit.
// SPDX-License-Identifier: Apache-2.0

#include "CacheWriterInput.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

using namespace mla::conformance;
using namespace mla::runtime;

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

/// A row as the cache has to hold it.
static void storeRow(WriterInput &input, int64_t row, Element stored, const WriterShape &shape,
                     uint8_t *target) {
  Element element = input.latent.element();
  for (int64_t col = 0; col < shape.rank + shape.rope; ++col, target += elementBytes(stored)) {
    bool isLatent = col < shape.rank;
    const uint8_t *source =
        isLatent ? input.latent.at(0, row, col) : input.rope.at(0, row, col - shape.rank);
    if (stored == element)
      std::memcpy(target, source, size_t(elementBytes(element)));
    else
      encode(stored, target, float(decode(element, source)) / (shape.scale != 0 ? shape.scale : 1));
  }
}

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
    storeRow(input, int64_t(t), stored, shape, cache.at(page, place));
  }
  runWriter(subject, tally, cache, shape.slots, values);
}

/// Pages more than 2^31 elements apart; only what is written is looked at.
static void checkFarRows(const Subject &subject, Tally &tally, uint64_t seed) {
  constexpr int64_t kStride = (int64_t(1) << 31) + 64;
  const WriterShape shape{.rows = 9, .slots = 9, .pages = 2, .page = 4};
  Element stored = subject.elementOf("cache");
  const int64_t width = shape.rank + shape.rope, bytes = elementBytes(stored);
  WriterInput input(subject.gpu, subject.elementOf("latent"), shape, seed);
  std::unique_ptr<DeviceMemory> cache;
  try {
    cache = std::make_unique<DeviceMemory>(subject.gpu, (kStride + shape.page * width) * bytes);
  } catch (const std::runtime_error &error) {
    return tally.skip("no memory for a pool beyond 2^31 elements");
  }
  NamedValues values = input.values("RANK", "ROPE");
  values.insert({{"cache", Value::pointer(cache->address)},
                 {"PAGES", Value::integer(shape.pages)},
                 {"PAGE", Value::integer(shape.page)},
                 {"WIDTH", Value::integer(width)},
                 {"cache.stride0", Value::integer(kStride)},
                 {"cache.stride1", Value::integer(width)},
                 {"scale", Value::pointer(0)},
                 {"SCALED", Value::integer(0)}});
  tally.begin("pages 2^31 + 64 elements apart");
  int64_t block = subject.kernel.variant().constant("BLOCK_T", 1);
  subject.launch({(shape.slots + block - 1) / block}, values);
  subject.gpu.synchronize();
  std::vector<uint8_t> wanted(size_t(width * bytes)), got(wanted.size());
  for (size_t t = 0; t < input.targets.size(); ++t) {
    if (input.targets[t] < 0)
      continue;
    int64_t page = input.targets[t] / shape.page, place = input.targets[t] % shape.page;
    storeRow(input, int64_t(t), stored, shape, wanted.data());
    cache->download(got.data(), (page * kStride + place * width) * bytes, width * bytes);
    tally.elements += width;
    if (got != wanted)
      tally.fail("slot " + std::to_string(input.targets[t]) + " has another row");
  }
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
  checkFarRows(subject, tally, seed);
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
