//===- CacheWriter.cpp - new tokens into caches through the C interface ------===//
// SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <cmath>
#include <cstring>

using namespace mla::conformance;

static constexpr int64_t kTokens = 6, kPages = 3, kPage = 5, kRank = 512, kRope = 64;
static constexpr int64_t kRecordWords = 656 / 4;
/// One slot less than tokens; padding and one that the cache does not have among them.
static constexpr int64_t kSlots[] = {14, -1, 3, kPages *kPage, 0};

namespace {
/// New tokens and where they go.
struct NewTokens {
  GuardedTensor latent, rope, slots;

  explicit NewTokens(Library &library)
      : latent(library.gpu, Element::Bf16, {1, kTokens, kRank, 16}),
        rope(library.gpu, Element::Bf16, {1, kTokens, kRope, 32}),
        slots(library.gpu, Element::Int32, {1, 1, 2 * int64_t(std::size(kSlots))}) {
    for (int64_t t = 0; t < kTokens; ++t) {
      // The first 128 numbers of token 0 have amax 336, those of token 2 are zeros.
      for (int64_t c = 0; c < kRank; ++c)
        encode(Element::Bf16, latent.at(0, t, c),
               t == 2 && c < 128  ? 0.0f
               : t == 0 && c == 5 ? 336.0f
                                  : randomUnit(1, uint64_t(t * kRank + c)));
      for (int64_t c = 0; c < kRope; ++c)
        encode(Element::Bf16, rope.at(0, t, c), randomUnit(2, uint64_t(t * kRope + c)));
    }
    std::memcpy(slots.at(0, 0), kSlots, sizeof(kSlots));
    for (GuardedTensor *tensor : {&latent, &rope, &slots})
      tensor->upload();
  }

  mla_write_cache_args args(int32_t format) const {
    mla_write_cache_args args{};
    args.struct_size = sizeof(args);
    args.format = format;
    args.latent = viewOf(latent, MLA_DTYPE_BF16, 2);
    args.rope = viewOf(rope, MLA_DTYPE_BF16, 2);
    args.slots = viewOf(slots, MLA_DTYPE_I64, 1);
    args.slots.shape[0] /= 2;
    return args;
  }
};
} // namespace

/// Rows of the cache that no slot names keep their bytes.
static void checkUntouched(Library &library, GuardedTensor &cache) {
  for (int64_t slot = 0; slot < kPages * kPage; ++slot) {
    if (std::find(std::begin(kSlots), std::end(kSlots), slot) != std::end(kSlots))
      continue;
    const uint8_t *row = cache.at(slot / kPage, slot % kPage);
    for (int64_t i = 0; i < cache.shape().cols * elementBytes(cache.element()); ++i)
      if (row[i] != 0xff)
        return library.fail("wrote into slot " + std::to_string(slot));
  }
}

static void writeRows(Library &library) {
  NewTokens tokens(library);
  // The second cache's pages begin where no copy of 16 bytes may.
  for (int64_t padding : {16, 3}) {
    GuardedTensor cache(library.gpu, Element::Bf16, {kPages, kPage, kRank + kRope, 0, padding});
    cache.poison();
    mla_write_cache_args args = tokens.args(MLA_CACHE_ROWS);
    args.cache = viewOf(cache, MLA_DTYPE_BF16);
    library.require(mla_run_write_cache(library.device, &args, library.gpu.stream));
    library.gpu.synchronize();
    cache.download();
    if (std::string where = cache.damage(); !where.empty())
      library.fail("cache: " + where);
    checkUntouched(library, cache);
    for (size_t t = 0; t < std::size(kSlots); ++t) {
      if (kSlots[t] < 0 || kSlots[t] >= kPages * kPage)
        continue;
      for (int64_t c = 0; c < kRank + kRope; ++c)
        library.compare({c < kRank ? tokens.latent.get(0, int64_t(t), c)
                                   : tokens.rope.get(0, int64_t(t), c - kRank),
                         0},
                        cache.get(kSlots[t] / kPage, kSlots[t] % kPage, c),
                        "slot " + std::to_string(kSlots[t]));
    }
  }
}

static void writeRecords(Library &library) {
  NewTokens tokens(library);
  GuardedTensor cache(library.gpu, Element::Int32, {kPages, kPage, kRecordWords, 0, 4});
  cache.poison();
  mla_write_cache_args args = tokens.args(MLA_CACHE_DS_MLA);
  args.cache = viewOf(cache, MLA_DTYPE_U8);
  args.cache.shape[2] = 656;
  for (int dim = 0; dim < 2; ++dim)
    args.cache.strides[dim] *= 4;
  library.require(mla_run_write_cache(library.device, &args, library.gpu.stream));
  library.gpu.synchronize();
  cache.download();
  if (std::string where = cache.damage(); !where.empty())
    library.fail("cache: " + where);
  checkUntouched(library, cache);
  for (size_t t = 0; t < std::size(kSlots); ++t) {
    if (kSlots[t] < 0 || kSlots[t] >= kPages * kPage)
      continue;
    const uint8_t *record = cache.at(kSlots[t] / kPage, kSlots[t] % kPage);
    std::string place = "slot " + std::to_string(kSlots[t]);
    for (int64_t group = 0; group < 4; ++group) {
      float largest = 0, scale = 0;
      for (int64_t c = 128 * group; c < 128 * (group + 1); ++c)
        largest = std::max(largest, std::fabs(float(tokens.latent.get(0, int64_t(t), c))));
      std::memcpy(&scale, record + 512 + 4 * group, sizeof(scale));
      library.compare({std::exp2(std::ceil(std::log2(std::max(largest / 448.0f, 1e-4f)))), 0},
                      scale, place + " scale " + std::to_string(group));
    }
    for (int64_t c = 0; c < kRope; ++c)
      library.compare({tokens.rope.get(0, int64_t(t), c), 0},
                      decode(Element::Bf16, record + 528 + 2 * c), place + " rope");
  }
}

std::vector<Case> mla::conformance::cacheCases() {
  return {{"cache rows written", writeRows}, {"cache records written", writeRecords}};
}
