//===- CacheWriter.cpp - conformance of the cache writers -----------------===//
// Exact: codes, scales and copies are known to the bit.
// SPDX-License-Identifier: Apache-2.0

#include "CacheWriterInput.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

using namespace mla::conformance;

static std::string nameOf(Element element) {
  return element == Element::Fp32 ? "fp32" : element == Element::Fp16 ? "fp16" : "bf16";
}

/// Runs a writer whose cache's host image is what has to come out.
static void runWriter(Library &library, GuardedTensor &cache, const mla_write_cache_args &args) {
  mla_query_result answer{};
  answer.struct_size = sizeof(answer);
  library.require(mla_query_write_cache(library.device, &args, &answer));
  if (answer.arch)
    library.use(answer);
  const ExactOutput outputs[] = {{"cache", cache}};
  runExact(library, outputs,
           [&] { return mla_run_write_cache(library.device, &args, library.gpu.stream); });
}

//===----------------------------------------------------------------------===//
// Rows
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

static void checkRows(Library &library, Element element, bool isScaled, const WriterShape &shape,
                      uint64_t seed) {
  Element stored = isScaled ? Element::E4m3 : element;
  library.begin(nameOf(element) + (isScaled ? " as e4m3 " : " ") + shape.name());
  WriterInput input(library.gpu, element, shape, seed);
  GuardedTensor cache(
      library.gpu, stored,
      {shape.pages, shape.page, shape.rank + shape.rope, shape.recordPadding, shape.pagePadding});
  GuardedTensor scale(library.gpu, Element::Fp32, {1, 1, 1});
  mla_write_cache_args args = input.args(isScaled ? MLA_CACHE_E4M3 : MLA_CACHE_ROWS);
  args.cache = viewOf(cache, isScaled ? MLA_DTYPE_E4M3 : args.latent.dtype);
  if (shape.scale != 0) {
    encode(Element::Fp32, scale.at(0, 0), shape.scale);
    args.scale = viewOf(scale, MLA_DTYPE_FP32, 1);
  }
  scale.upload();
  for (size_t t = 0; t < input.targets.size(); ++t) {
    if (input.targets[t] < 0)
      continue;
    int64_t page = input.targets[t] / shape.page, place = input.targets[t] % shape.page;
    storeRow(input, int64_t(t), stored, shape, cache.at(page, place));
  }
  runWriter(library, cache, args);
}

/// Pages more than 2^31 elements apart; only what is written is looked at.
static void checkFarRows(Library &library) {
  constexpr int64_t kStride = (int64_t(1) << 31) + 64;
  const WriterShape shape{.rows = 9, .slots = 9, .pages = 2, .page = 4};
  const int64_t width = shape.rank + shape.rope, bytes = 2;
  WriterInput input(library.gpu, Element::Bf16, shape, library.seed);
  std::unique_ptr<DeviceMemory> cache;
  try {
    cache = std::make_unique<DeviceMemory>(library.gpu, (kStride + shape.page * width) * bytes);
  } catch (const std::runtime_error &error) {
    library.skipped = "no memory for a pool beyond 2^31 numbers";
    return;
  }
  mla_write_cache_args args = input.args(MLA_CACHE_ROWS);
  args.cache.data = reinterpret_cast<void *>(cache->address);
  args.cache.dtype = MLA_DTYPE_BF16;
  args.cache.rank = 3;
  const int64_t extents[] = {shape.pages, shape.page, width}, strides[] = {kStride, width, 1};
  std::copy(extents, extents + 3, args.cache.shape);
  std::copy(strides, strides + 3, args.cache.strides);
  library.require(mla_run_write_cache(library.device, &args, library.gpu.stream));
  library.gpu.synchronize();
  std::vector<uint8_t> wanted(size_t(width * bytes)), got(wanted.size());
  for (size_t t = 0; t < input.targets.size(); ++t) {
    if (input.targets[t] < 0)
      continue;
    int64_t page = input.targets[t] / shape.page, place = input.targets[t] % shape.page;
    storeRow(input, int64_t(t), Element::Bf16, shape, wanted.data());
    cache->download(got.data(), (page * kStride + place * width) * bytes, width * bytes);
    library.compared += width;
    if (got != wanted)
      library.fail("slot " + std::to_string(input.targets[t]) + " has another row");
  }
}

static std::vector<WriterShape> rowLattice(bool small, float scale) {
  std::vector<WriterShape> shapes;
  using Numbers = std::vector<int64_t>;
  for (int64_t rows : small ? Numbers{1, 9} : Numbers{1, 2, 7, 8, 9, 42, 100})
    for (int64_t page : small ? Numbers{1, 61} : Numbers{1, 16, 61, 64})
      shapes.push_back(
          {.rows = rows, .slots = rows, .pages = 1 + 128 / page, .page = page, .scale = scale});
  // Rows without slots, slots without rows, no slots at all.
  for (int64_t slots : small ? Numbers{0, 12} : Numbers{0, 1, 20, 60})
    shapes.push_back(
        {.rows = small ? 9 : 42, .slots = slots, .pages = 8, .page = 16, .scale = scale});
  for (int64_t rank : small ? Numbers{1, 700} : Numbers{256, 512, 16, 1, 700, 1024})
    for (int64_t rope : small ? Numbers{1, 64} : Numbers{64, 16, 1, 100})
      shapes.push_back({.rows = 11,
                        .slots = 11,
                        .rank = rank,
                        .rope = rope,
                        .pages = 2,
                        .page = 16,
                        .scale = scale});
  for (int64_t padding : small ? Numbers{16, 1} : Numbers{16, 48, 1})
    shapes.push_back({.rows = 42,
                      .slots = 40,
                      .pages = 5,
                      .page = 16,
                      .inputPadding = padding,
                      .recordPadding = 3 * padding,
                      .pagePadding = 16 * padding,
                      .scale = scale});
  if (!small)
    shapes.push_back({.rows = 70000, .slots = 70000, .rank = 16, .rope = 16, .pages = 1100});
  return shapes;
}

static void writeRows(Library &library, bool isScaled) {
  uint64_t seed = library.seed * 100;
  const float scales[] = {0.0f, 1.0f, 0.37f, 0x1p-6f};
  for (Element element : {Element::Bf16, Element::Fp16, Element::Fp32})
    for (float scale : std::span(scales).first(isScaled ? library.small ? 3 : 4 : 1))
      for (const WriterShape &shape : spread(library, rowLattice(library.small, scale)))
        checkRows(library, element, isScaled, shape, seed += 10);
}

//===----------------------------------------------------------------------===//
// Records
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

static void checkRecords(Library &library, Element element, const WriterShape &shape,
                         uint64_t seed) {
  constexpr int64_t kRecord = 656, kRope = 528;
  library.begin(nameOf(element) + " " + shape.name());
  WriterInput input(library.gpu, element, shape, seed);
  GuardedTensor cache(library.gpu, Element::Uint8,
                      {shape.pages, shape.page, kRecord, shape.recordPadding, shape.pagePadding});
  mla_write_cache_args args = input.args(MLA_CACHE_DS_MLA);
  // Either type of bytes, with and without a head.
  args.cache = viewOf(cache, seed % 20 ? MLA_DTYPE_U8 : MLA_DTYPE_E4M3);
  if (seed % 30 == 0) {
    args.cache.rank = 4;
    args.cache.shape[3] = args.cache.shape[2];
    args.cache.shape[2] = 1;
    args.cache.strides[2] = args.cache.strides[1];
    args.cache.strides[3] = 1;
  }
  args.scale_rule = shape.legacy ? MLA_SCALE_LINEAR : MLA_SCALE_POW2;
  for (size_t t = 0; t < input.targets.size(); ++t) {
    if (input.targets[t] < 0)
      continue;
    uint8_t *record = cache.at(input.targets[t] / shape.page, input.targets[t] % shape.page);
    encodeRow(input.latent, int64_t(t), shape.legacy, record);
    std::memcpy(record + kRope, input.rope.at(0, int64_t(t)), size_t(kRecord - kRope));
  }
  runWriter(library, cache, args);
}

static std::vector<WriterShape> recordLattice(bool small, bool legacy) {
  std::vector<WriterShape> shapes;
  using Numbers = std::vector<int64_t>;
  for (int64_t rows : small ? Numbers{1, 9} : Numbers{1, 2, 7, 8, 9, 42, 300})
    for (int64_t page : small ? Numbers{1, 61} : Numbers{1, 16, 61, 64})
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
  if (!small)
    shapes.push_back({.rows = 20000, .slots = 20000, .pages = 320, .legacy = legacy});
  return shapes;
}

static void writeRecords(Library &library, bool legacy) {
  uint64_t seed = library.seed * 100;
  for (Element element : {Element::Bf16, Element::Fp16})
    for (const WriterShape &shape : spread(library, recordLattice(library.small, legacy)))
      checkRecords(library, element, shape, seed += 10);
}

std::vector<Case> mla::conformance::cacheCases() {
  return {{"F5 rows of bf16, fp16, fp32", [](Library &library) { writeRows(library, false); }},
          {"F6 rows as e4m3 with one scale", [](Library &library) { writeRows(library, true); }},
          {"F5 pages more than 2^31 numbers apart", checkFarRows},
          {"F7 records, scales that are powers of two",
           [](Library &library) { writeRecords(library, false); }},
          {"F7 records, scales of the older rule",
           [](Library &library) { writeRecords(library, true); }}};
}
