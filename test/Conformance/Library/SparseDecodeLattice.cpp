//===- SparseDecodeLattice.cpp - sparse decode: random calls -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "SparseDecode.h"

#include <algorithm>

using namespace mla::conformance;

/// Work of one call, in positions times heads: what a simulator or a reference does in a second or
/// so.
static constexpr int64_t kSmallWork = 1500, kLargeWork = int64_t(1) << 24;
static constexpr int64_t kMostRows = int64_t(1) << 16;

namespace {
/// Picks from lists.
class Picker {
public:
  explicit Picker(uint64_t seed) : generator(seed) {}
  int64_t below(int64_t count) { return int64_t(generator() % uint64_t(count)); }
  bool once(int64_t in) { return below(in) == 0; }
  int64_t from(std::initializer_list<int64_t> values) {
    return values.begin()[below(int64_t(values.size()))];
  }

private:
  std::mt19937_64 generator;
};
} // namespace

static PoolShape pickPool(Picker &pick, const SparseShape &shape, bool isSmall) {
  PoolShape pool;
  pool.page = pick.from({1, 2, 32, 61, 64, 69, 256, 576});
  pool.pages = 1 + pick.below(std::clamp<int64_t>((isSmall ? 300 : 4000) / pool.page, 1, 4000));
  pool.places = pick.from({1, 16, 63, 64, 65, 128, 200, 500, 2048, 8192});
  if (pick.once(3))
    pool.pagePadding = 16 * (1 + pick.below(40));
  if (pick.once(3) && shape.format != MLA_CACHE_DSV4)
    pool.rowPadding = 16 * (1 + pick.below(4));
  return pool;
}

static SparseShape pickShape(int32_t format, uint64_t seed, bool isSmall) {
  Picker pick(seed);
  SparseShape shape;
  shape.format = format;
  shape.seed = seed;
  bool isRecord = format == MLA_CACHE_DS_MLA || format == MLA_CACHE_DSV4;
  shape.element = isRecord || pick.once(2) ? Element::Bf16 : Element::Fp16;
  shape.keyDim = format == MLA_CACHE_DSV4                      ? 512
                 : format == MLA_CACHE_DS_MLA || !pick.once(3) ? 576
                                                               : 512;
  if (format == MLA_CACHE_E4M3)
    shape.cacheScale = pick.once(4) ? 0 : float(1 + pick.below(100)) / 2048;
  shape.tokens = pick.from({1, 2, 3, 5, 17, 63, 64, 65, 130, 512});
  shape.heads = pick.from({1, 4, 8, 12, 16, 20, 22, 24, 32, 48, 63, 64, 96, 127, 128});
  shape.main = pickPool(pick, shape, isSmall);
  if (pick.once(3))
    shape.extra = pickPool(pick, shape, isSmall);
  // Cut down to what can be checked.
  int64_t most = isSmall ? kSmallWork : kLargeWork;
  auto work = [&] {
    return shape.tokens * ((shape.heads + 15) / 16 * 16) * (shape.main.places + shape.extra.places);
  };
  while (work() > most) {
    int64_t *parts[] = {&shape.tokens, &shape.main.places, &shape.extra.places, &shape.heads};
    int64_t &part = *parts[pick.below(4)];
    part = part > 1 ? part - part / 2 : part;
  }
  while (shape.tokens * shape.heads > kMostRows)
    shape.tokens -= shape.tokens / 2;
  shape.hasLengths = pick.once(2);
  shape.tokensPerLength = shape.hasLengths ? pick.from({1, 1, 2, 3, 1000}) : 1;
  shape.allInvalid = pick.once(20);
  shape.sinks = pick.once(2) ? Sinks::None : pick.once(2) ? Sinks::Finite : Sinks::Infinite;
  shape.scale = pick.once(2) ? 0.0417 : 0.2;
  shape.splits = int32_t(pick.from({0, 0, 0, 1, 2, 3, 7, 16, 64}));
  shape.multiprocessors = pick.once(4) ? int32_t(1 + pick.below(200)) : 0;
  shape.isBatchInvariant = pick.once(4);
  shape.hasMaxLogits = shape.splits < 2 && pick.once(2);
  shape.convention = {int32_t(pick.below(2)), int32_t(pick.below(2)), int32_t(pick.below(2))};
  shape.queryPadding = pick.once(3) ? 16 * (1 + pick.below(8)) : 0;
  shape.tokenPadding = pick.once(3) ? 16 * (1 + pick.below(80)) : 0;
  shape.outPadding = pick.once(3) ? 16 * (1 + pick.below(8)) : 0;
  shape.placePadding = pick.once(3) ? 1 + pick.below(9) : 0;
  return shape;
}

static void checkLattice(Library &library, int32_t format) {
  int64_t count = library.small ? 3 : library.samples;
  for (int64_t i = 0; i < count; ++i)
    checkSparse(library,
                pickShape(format, library.seed * 100000 + uint64_t(i) * 4 + uint64_t(format),
                          library.small),
                library.small ? 16 : 48);
}

std::vector<Case> mla::conformance::sparseLatticeCases() {
  return {
      {"A1 lattice of rows", [](Library &library) { checkLattice(library, MLA_CACHE_ROWS); }},
      {"A21 lattice of e4m3", [](Library &library) { checkLattice(library, MLA_CACHE_E4M3); }},
      {"B1 lattice of ds_mla", [](Library &library) { checkLattice(library, MLA_CACHE_DS_MLA); }},
      {"B11 lattice of dsv4", [](Library &library) { checkLattice(library, MLA_CACHE_DSV4); }},
  };
}
