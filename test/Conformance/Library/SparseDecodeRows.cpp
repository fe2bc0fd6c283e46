//===- SparseDecodeRows.cpp - rows of caches, lists into pools ---------------===//
// SPDX-License-Identifier: Apache-2.0

#include "SparseDecode.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace mla::conformance;

static constexpr int64_t kMaxImageBytes = int64_t(1) << 28, kGuardBytes = 4096;
static constexpr uint8_t kPoison = 0xff;

int64_t SparseShape::width() const {
  return format == MLA_CACHE_DS_MLA ? 656 : format == MLA_CACHE_DSV4 ? 584 : keyDim;
}

int64_t SparseShape::rowBytes(const PoolShape &pool) const {
  if (format == MLA_CACHE_DSV4)
    return 576;
  return (width() + pool.rowPadding) * (format == MLA_CACHE_ROWS ? elementBytes(element) : 1);
}

int64_t SparseShape::pageBytes(const PoolShape &pool) const {
  if (format == MLA_CACHE_DSV4)
    return (pool.page * 584 + 575) / 576 * 576 + pool.pagePadding;
  return pool.page * rowBytes(pool) +
         pool.pagePadding * (format == MLA_CACHE_ROWS ? elementBytes(element) : 1);
}

/// An e4m3 code of a number below 128 in magnitude; small ones as often as large ones.
static uint8_t codeAt(uint64_t seed, uint64_t index) {
  return encodeE4m3(std::ldexp(randomUnit(seed, index), int(randomBits(seed + 1, index) % 16) - 8));
}

/// Appends the bytes of a bf16 number and returns what they mean.
static float addBf16(std::vector<uint8_t> &bytes, float value) {
  bytes.resize(bytes.size() + 2);
  encode(Element::Bf16, &bytes[bytes.size() - 2], value);
  return float(decode(Element::Bf16, &bytes[bytes.size() - 2]));
}

static float roundedToBf16(float value) {
  std::vector<uint8_t> bytes;
  return addBf16(bytes, value);
}

CacheRow mla::conformance::cacheRow(const SparseShape &shape, uint64_t seed, int64_t slot) {
  CacheRow row;
  row.numbers.assign(size_t(kSparseKey), 0);
  uint64_t base = uint64_t(slot) * 1024;
  auto addCode = [&](int64_t col) {
    row.bytes.push_back(codeAt(seed, base + uint64_t(col)));
    return float(decode(Element::E4m3, &row.bytes.back()));
  };
  auto addRope = [&](int64_t first) {
    for (int64_t col = first; col < first + 64; ++col)
      row.numbers[size_t(col)] = addBf16(row.bytes, randomUnit(seed, base + uint64_t(col)));
  };
  if (shape.format == MLA_CACHE_ROWS) {
    int64_t bytes = elementBytes(shape.element);
    row.bytes.resize(size_t(shape.keyDim * bytes));
    for (int64_t col = 0; col < shape.keyDim; ++col) {
      uint8_t *at = &row.bytes[size_t(col * bytes)];
      encode(shape.element, at, randomUnit(seed, base + uint64_t(col)));
      row.numbers[size_t(col)] = float(decode(shape.element, at));
    }
  } else if (shape.format == MLA_CACHE_E4M3) {
    for (int64_t col = 0; col < shape.keyDim; ++col)
      row.numbers[size_t(col)] = addCode(col) * (shape.cacheScale == 0 ? 1 : shape.cacheScale);
  } else if (shape.format == MLA_CACHE_DS_MLA) {
    // Any fp32 is a legal scale. The product is rounded to fp32, then to bf16.
    std::array<float, 4> scales;
    for (size_t tile = 0; tile < scales.size(); ++tile)
      scales[tile] = (1.5f + randomUnit(seed, base + 600 + tile)) / 64;
    for (int64_t col = 0; col < 512; ++col)
      row.numbers[size_t(col)] = roundedToBf16(addCode(col) * scales[size_t(col) / 128]);
    auto *bytes = reinterpret_cast<const uint8_t *>(scales.data());
    row.bytes.insert(row.bytes.end(), bytes, bytes + sizeof(scales));
    addRope(512);
  } else {
    for (uint64_t tile = 0; tile < 7; ++tile)
      row.scales.push_back(uint8_t(119 + randomBits(seed, base + 700 + tile) % 4));
    row.scales.push_back(kPoison); // the eighth byte means nothing
    for (int64_t col = 0; col < 448; ++col)
      row.numbers[size_t(col)] =
          roundedToBf16(std::ldexp(addCode(col), row.scales[size_t(col) / 64] - 127));
    addRope(448);
  }
  return row;
}

SparsePool::SparsePool(Library &library, const SparseShape &shape, const PoolShape &pool,
                       uint64_t seed)
    : library(library), shape(shape), pool(pool), seed(seed),
      indices(library.gpu, Element::Int32, {1, shape.tokens, pool.places, shape.placePadding}),
      lengths(library.gpu, Element::Int32,
              {1, 1, (shape.tokens + shape.tokensPerLength - 1) / shape.tokensPerLength}),
      memory(library.gpu, 2 * kGuardBytes + pool.pages * shape.pageBytes(pool)) {
  if (memory.bytes <= kMaxImageBytes)
    image.assign(size_t(memory.bytes), kPoison);
}

void SparsePool::write(int64_t slot) {
  CacheRow row = cacheRow(shape, seed, slot);
  int64_t page = kGuardBytes + slot / pool.page * shape.pageBytes(pool), at = slot % pool.page;
  const std::pair<int64_t, const std::vector<uint8_t> *> places[] = {
      {page + at * shape.rowBytes(pool), &row.bytes},
      {page + pool.page * 576 + at * 8, &row.scales}};
  for (auto [offset, bytes] : places) {
    if (bytes->empty())
      continue;
    if (!image.empty()) {
      std::copy(bytes->begin(), bytes->end(), image.begin() + offset);
      continue;
    }
    const runtime::Driver &driver = library.gpu.driver();
    require(
        driver.check(driver.cuMemcpyHtoDAsyncFn(memory.address + uint64_t(offset), bytes->data(),
                                                bytes->size(), library.gpu.stream),
                     "cuMemcpyHtoDAsync"));
    library.gpu.synchronize();
  }
}

void SparsePool::fill(uint64_t listSeed) {
  auto random = [&](uint64_t what, int64_t index) {
    return randomBits(seed * 7 + listSeed * 1000 + what, uint64_t(index));
  };
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  const int64_t invalid[] = {-1,          std::numeric_limits<int32_t>::min(),   -123456,
                             pool.rows(), std::min(pool.rows() + 114514, kMost), kMost};
  for (int64_t entry = 0; entry < lengths.shape().cols; ++entry) {
    const int64_t some[] = {pool.places,
                            0,
                            1,
                            int64_t(random(1, entry) % uint64_t(pool.places + 1)),
                            pool.places + 7,
                            -3,
                            pool.places - 1};
    auto length = int32_t(some[(uint64_t(entry) + listSeed) % std::size(some)]);
    std::memcpy(lengths.at(0, 0, entry), &length, sizeof(length));
  }
  std::fill(image.begin(), image.end(), kPoison);
  std::vector<bool> used(size_t(pool.rows()));
  for (int64_t token = 0; token < shape.tokens; ++token) {
    // Each fifth list has nothing valid.
    bool isEmpty = shape.allInvalid || pool.rows() == 0 || (shape.tokens > 1 && token % 5 == 1);
    double length =
        shape.hasLengths ? lengths.get(0, 0, token / shape.tokensPerLength) : double(pool.places);
    for (int64_t i = 0; i < pool.places; ++i) {
      uint64_t bits = random(2, token * pool.places + i);
      auto slot = isEmpty || bits % 6 == 0 ? invalid[bits / 6 % std::size(invalid)]
                                           : int64_t(bits / 64 % uint64_t(pool.rows()));
      if (double(i) >= length)
        slot = int32_t(bits >> 7); // garbage
      auto index = int32_t(slot);
      std::memcpy(indices.at(0, token, i), &index, sizeof(index));
    }
    for (int64_t slot : slotsOf(token))
      if (!used[size_t(slot)]) {
        used[size_t(slot)] = true;
        if (!image.empty())
          write(slot);
      }
  }
  if (image.empty()) {
    memory.fill(kPoison);
    for (size_t slot = 0; slot < used.size(); ++slot)
      if (used[slot])
        write(int64_t(slot));
  } else {
    memory.upload(image.data(), memory.bytes);
  }
  indices.upload();
  lengths.upload();
}

std::vector<int64_t> SparsePool::slotsOf(int64_t token) const {
  std::vector<int64_t> slots;
  auto length = double(pool.places);
  if (shape.hasLengths)
    length = std::min(length, lengths.get(0, 0, token / shape.tokensPerLength));
  for (int64_t i = 0; double(i) < length; ++i) {
    auto slot = int64_t(indices.get(0, token, i));
    if (slot >= 0 && slot < pool.rows())
      slots.push_back(slot);
  }
  return slots;
}

mla_tensor SparsePool::cache() const {
  bool isRows = shape.format == MLA_CACHE_ROWS;
  int64_t bytes = isRows ? elementBytes(shape.element) : 1;
  mla_tensor view{};
  view.data = reinterpret_cast<void *>(memory.address + kGuardBytes);
  view.dtype = !isRows                          ? (shape.seed % 2 ? MLA_DTYPE_U8 : MLA_DTYPE_E4M3)
               : shape.element == Element::Fp16 ? MLA_DTYPE_FP16
                                                : MLA_DTYPE_BF16;
  // Servers have both forms.
  view.rank = shape.seed % 3 == 0 ? 4 : 3;
  const int64_t extents[] = {pool.pages, pool.page, 1, shape.width()};
  // What the format says of dsv4's rows is not read.
  int64_t row = shape.format == MLA_CACHE_DSV4 ? shape.width() : shape.rowBytes(pool) / bytes;
  const int64_t strides[] = {shape.pageBytes(pool) / bytes, row, row, 1};
  for (int dim = 0, from = 0; dim < view.rank; ++dim, ++from) {
    from += view.rank == 3 && from == 2;
    view.shape[dim] = extents[from];
    view.strides[dim] = strides[from];
  }
  return view;
}

mla_tensor SparsePool::lists() const {
  mla_tensor view = viewOf(indices, MLA_DTYPE_I32, 2);
  if (shape.seed % 2)
    return view;
  view.rank = 3;
  view.shape[2] = view.shape[1], view.shape[1] = 1;
  view.strides[2] = 1, view.strides[1] = view.strides[0];
  return view;
}
