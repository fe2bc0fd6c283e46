//===- CacheWriterDsv4.cpp - 584-byte records through the C interface --------===//
// Written into pages whose stride is rounded up to 576 bytes, compared byte by byte with a writer
// on the host, and read back by sparse decode. SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <array>
#include <cmath>
#include <cstring>

using namespace mla::conformance;

/// Of a record: codes, numbers of 16 bits, codes for each scale, bytes in a page's rows and behind
/// them.
static constexpr int64_t kCodes = 448, kRope = 64, kGroup = 64, kRowBytes = 576, kBehind = 8;

namespace {
/// Sizes of a call.
struct WriterShape {
  int64_t tokens, pages, page;
  std::vector<int64_t> slots;

  int64_t pageBytes() const { return page * (kRowBytes + kBehind); }
  int64_t pageStride() const { return (pageBytes() + kRowBytes - 1) / kRowBytes * kRowBytes; }
};
} // namespace

/// The number of a token, among them groups of zeros, of amax 336, 448 and 450, and of tiny ones.
static float numberAt(uint64_t seed, int64_t token, int64_t col) {
  int64_t group = col / kGroup;
  float unit = randomUnit(seed, uint64_t(token * 1000 + col));
  switch ((token + group) % 7) {
  case 0:
    return 0;
  case 1:
    return col % kGroup == 3 ? -336.0f : unit;
  case 2:
    return col % kGroup == 5 ? 448.0f : 100 * unit;
  case 3:
    return col % kGroup == 63 ? 450.0f : unit;
  case 4:
    return std::ldexp(unit, -20);
  case 5:
    return std::ldexp(unit, 90);
  default:
    return 3 * unit;
  }
}

/// The byte of the scale 2^ceil(log2(max(amax / 448, 1e-4))).
static uint8_t scaleByte(float largest) {
  float scale = std::max(largest / 448.0f, 1e-4f);
  int exponent = 0;
  float fraction = std::frexp(scale, &exponent);
  return uint8_t((fraction == 0.5f ? exponent - 1 : exponent) + 127);
}

/// Writes a token's record into the image of a page, as the format says.
static void writeRecord(GuardedTensor &latent, GuardedTensor &rope, int64_t token, int64_t page,
                        int64_t row, uint8_t *image) {
  uint8_t *codes = image + kRowBytes * row, *scales = image + kRowBytes * page + kBehind * row;
  for (int64_t group = 0; group < kCodes / kGroup; ++group) {
    float largest = 0;
    for (int64_t i = 0; i < kGroup; ++i)
      largest = std::max(largest, std::fabs(float(latent.get(0, token, group * kGroup + i))));
    scales[group] = scaleByte(largest);
    for (int64_t i = 0; i < kGroup; ++i)
      encode(Element::E4m3, codes + group * kGroup + i,
             float(std::ldexp(latent.get(0, token, group * kGroup + i), 127 - scales[group])));
  }
  scales[kCodes / kGroup] = 0;
  std::memcpy(codes + kCodes, rope.at(0, token), kRope * 2);
}

namespace {
/// New tokens, the cache on the device, and what it must be.
struct Written {
  GuardedTensor latent, rope, slots, cache;
  std::vector<std::vector<uint8_t>> expected; ///< bytes of each page

  Written(Library &library, const WriterShape &shape, Element element);
};
} // namespace

Written::Written(Library &library, const WriterShape &shape, Element element)
    : latent(library.gpu, element, {1, shape.tokens, kCodes, 16}),
      rope(library.gpu, element, {1, shape.tokens, kRope, 32}),
      slots(library.gpu, Element::Int64, {1, 1, int64_t(shape.slots.size())}),
      cache(library.gpu, Element::Uint8,
            {shape.pages, 1, shape.pageBytes(), 0, shape.pageStride() - shape.pageBytes()}) {
  for (int64_t t = 0; t < shape.tokens; ++t) {
    for (int64_t c = 0; c < kCodes; ++c)
      encode(element, latent.at(0, t, c),
             element == Element::Fp16 ? randomUnit(4, uint64_t(t * kCodes + c))
                                      : numberAt(library.seed, t, c));
    for (int64_t c = 0; c < kRope; ++c)
      encode(element, rope.at(0, t, c), randomUnit(2, uint64_t(t * kRope + c)));
  }
  std::memcpy(slots.at(0, 0), shape.slots.data(), shape.slots.size() * sizeof(int64_t));
  for (GuardedTensor *tensor : {&latent, &rope, &slots})
    tensor->upload();
  cache.poison();
  expected.assign(size_t(shape.pages), poisonedBytes(shape.pageBytes()));
  for (size_t t = 0; t < shape.slots.size(); ++t)
    if (int64_t slot = shape.slots[t];
        slot >= 0 && slot < shape.pages * shape.page && int64_t(t) < shape.tokens)
      writeRecord(latent, rope, int64_t(t), shape.page, slot % shape.page,
                  expected[size_t(slot / shape.page)].data());

  mla_write_cache_args args{};
  args.struct_size = sizeof(args);
  args.format = MLA_CACHE_DSV4;
  int32_t dtype = element == Element::Fp16 ? MLA_DTYPE_FP16 : MLA_DTYPE_BF16;
  args.latent = viewOf(latent, dtype, 2);
  args.rope = viewOf(rope, dtype, 2);
  args.slots = viewOf(slots, MLA_DTYPE_I64, 1);
  args.cache = viewOf(cache, MLA_DTYPE_U8);
  args.cache.shape[1] = shape.page;
  args.cache.shape[2] = kRowBytes + kBehind;
  args.cache.strides[1] = kRowBytes + kBehind;
  mla_query_result sizes{};
  sizes.struct_size = sizeof(sizes);
  library.require(mla_query_write_cache(library.device, &args, &sizes));
  library.use(sizes);
  library.require(mla_run_write_cache(library.device, &args, library.gpu.stream));
  library.gpu.synchronize();
  cache.download();
}

static void checkBytes(Library &library, const WriterShape &shape, Written &written) {
  if (std::string where = written.cache.damage(); !where.empty())
    library.fail("cache: " + where);
  for (int64_t page = 0; page < shape.pages; ++page)
    for (int64_t i = 0; i < shape.pageBytes(); ++i)
      library.compare({double(written.expected[size_t(page)][size_t(i)]), 0},
                      double(*written.cache.at(page, 0, i)),
                      "page " + std::to_string(page) + ", byte " + std::to_string(i));
}

static void writeRecords(Library &library, Element element) {
  const WriterShape few{6, 3, 5, {14, -1, 3, 15, 0}};
  const WriterShape shapes[] = {few, {1, 1, 1, {0}}, {40, 2, 64, {}}, {3, 2, 7, {13, 6, 7, 1}}};
  for (WriterShape shape : shapes) {
    // Rows of both pages, in another order.
    if (shape.slots.empty())
      for (int64_t i = 0; i < shape.tokens; ++i)
        shape.slots.push_back((i * 27 + 5) % 128);
    Written written(library, shape, element);
    checkBytes(library, shape, written);
  }
}

/// Sparse decode of one row for each token gives the row itself.
static void readBack(Library &library) {
  const WriterShape shape{4, 3, 5, {14, 2, 3, 0}};
  Written written(library, shape, Element::Bf16);
  checkBytes(library, shape, written);
  GuardedTensor q(library.gpu, Element::Bf16, {shape.tokens, 2, 512});
  GuardedTensor out(library.gpu, Element::Bf16, {shape.tokens, 2, 512});
  GuardedTensor indices(library.gpu, Element::Int32, {1, shape.tokens, 1});
  for (int64_t t = 0; t < shape.tokens; ++t) {
    auto slot = int32_t(shape.slots[size_t(t)]);
    std::memcpy(indices.at(0, t), &slot, sizeof(slot));
    // Scores of 0, whatever the row holds.
    for (int64_t i = 0; i < 2 * 512; ++i)
      encode(Element::Bf16, q.at(t, i / 512, i % 512), 0);
  }
  for (GuardedTensor *tensor : {&q, &indices})
    tensor->upload();
  out.poison();
  mla_sparse_decode_args args{};
  args.struct_size = sizeof(args);
  args.format = MLA_CACHE_DSV4;
  args.q = viewOf(q, MLA_DTYPE_BF16);
  args.cache = viewOf(written.cache, MLA_DTYPE_U8);
  args.cache.shape[1] = shape.page;
  args.cache.shape[2] = kRowBytes + kBehind;
  args.cache.strides[1] = kRowBytes;
  args.indices = viewOf(indices, MLA_DTYPE_I32, 2);
  args.out = viewOf(out, MLA_DTYPE_BF16);
  args.scale = 0.05f;
  args.num_splits = 1;
  mla_query_result sizes{};
  sizes.struct_size = sizeof(sizes);
  library.require(mla_query_sparse_decode(library.device, &args, &sizes));
  GuardedTensor workspace(library.gpu, Element::Uint8,
                          {1, 1, int64_t(std::max<size_t>(sizes.workspace_bytes, 256))});
  library.require(mla_run_sparse_decode(library.device, &args,
                                        reinterpret_cast<void *>(workspace.address()),
                                        sizes.workspace_bytes, library.gpu.stream));
  library.gpu.synchronize();
  out.download();
  for (int64_t t = 0; t < shape.tokens; ++t) {
    const uint8_t *page = written.expected[size_t(shape.slots[size_t(t)] / shape.page)].data();
    int64_t row = shape.slots[size_t(t)] % shape.page;
    const uint8_t *scales = page + kRowBytes * shape.page + kBehind * row;
    for (int64_t c = 0; c < 512; ++c) {
      const uint8_t *place = page + kRowBytes * row + (c < kCodes ? c : kCodes + 2 * (c - kCodes));
      double value = c < kCodes ? std::ldexp(decode(Element::E4m3, place), scales[c / kGroup] - 127)
                                : decode(Element::Bf16, place);
      library.compare({value, 0}, out.get(t, 1, c),
                      "token " + std::to_string(t) + ", number " + std::to_string(c));
    }
  }
}

std::vector<Case> mla::conformance::cacheDsv4Cases() {
  return {{"F7 584-byte records of bf16", [](Library &l) { writeRecords(l, Element::Bf16); }},
          {"F7 584-byte records of fp16", [](Library &l) { writeRecords(l, Element::Fp16); }},
          {"F7 B11 584-byte records written and read by sparse decode", readBack}};
}
