//===- SparseDecode.cpp - sparse decode: cases that show a capability --------===//
// Named after the rows of the list of capabilities. SPDX-License-Identifier: Apache-2.0

#include "SparseDecode.h"

using namespace mla::conformance;

static constexpr int32_t kFormats[] = {MLA_CACHE_ROWS, MLA_CACHE_E4M3, MLA_CACHE_DS_MLA,
                                       MLA_CACHE_DSV4};

/// A shape of a format with what the format demands.
static SparseShape shapeOf(int32_t format, uint64_t seed = 1) {
  SparseShape shape;
  shape.format = format;
  shape.seed = seed;
  shape.keyDim = format == MLA_CACHE_DSV4 ? 512 : 576;
  shape.cacheScale = format == MLA_CACHE_E4M3 ? 0.0234375f : 0;
  return shape;
}

static void checkHeads(Library &library) {
  for (int64_t heads : {1, 4, 8, 12, 16, 20, 22, 24, 32, 48, 63, 64, 96, 127, 128}) {
    if (library.small && heads % 4 == 0 && heads != 16 && heads != 128)
      continue;
    SparseShape shape = shapeOf(MLA_CACHE_ROWS, uint64_t(heads));
    shape.heads = heads;
    shape.tokens = library.small ? 1 : 5;
    shape.main.places = 70;
    checkSparse(library, shape, heads);
  }
}

/// What servers have: heads of a rank, and as many positions as an indexer picks.
static void checkRecords(Library &library) {
  for (int32_t format : {MLA_CACHE_DS_MLA, MLA_CACHE_DSV4})
    for (int64_t heads : {8, 16, 32, 64, 128})
      for (int64_t places : {128, 512, 1024, 2048}) {
        bool isTaken = heads == (format == MLA_CACHE_DS_MLA ? 32 : 8) && places == 128;
        if (library.small && !isTaken)
          continue;
        SparseShape shape = shapeOf(format, uint64_t(heads + places));
        shape.tokens = library.small ? 1 : 3;
        shape.heads = heads;
        shape.main = {library.small ? 4 : 60, 64, places};
        checkSparse(library, shape, library.small ? 6 : 64);
      }
}

static void checkPlaces(Library &library) {
  for (int64_t places : {1, 3, 16, 63, 64, 65, 128, 500, 1000, 2048, 8192}) {
    if (library.small && places > 500)
      continue;
    for (int32_t format : kFormats) {
      if (library.small && (format == MLA_CACHE_E4M3 || (format != MLA_CACHE_ROWS && places % 64)))
        continue;
      SparseShape shape = shapeOf(format, uint64_t(places));
      shape.tokens = library.small ? 1 : 6;
      shape.heads = 3;
      shape.main = {40, 61, places, 0, 16};
      checkSparse(library, shape);
    }
  }
}

static void checkIndices(Library &library) {
  for (int32_t format : kFormats)
    for (bool allInvalid : {false, true}) {
      SparseShape shape = shapeOf(format, 3);
      shape.allInvalid = allInvalid;
      shape.heads = allInvalid ? 2 : library.small && format != MLA_CACHE_ROWS ? 9 : 17;
      shape.tokens = library.small ? 2 : 6;
      shape.main.places = 70;
      shape.hasMaxLogits = true;
      shape.sinks = allInvalid ? Sinks::Infinite : Sinks::None;
      checkSparse(library, shape);
    }
  // A pool without a page.
  SparseShape shape = shapeOf(MLA_CACHE_ROWS, 4);
  shape.main = {0, 64, 20};
  checkSparse(library, shape);
}

static void checkSplits(Library &library) {
  for (int32_t format : {MLA_CACHE_ROWS, MLA_CACHE_DSV4})
    for (int32_t splits : {0, 1, 2, 3, 4, 8, 16, 256}) {
      SparseShape shape = shapeOf(format, uint64_t(splits) + 1);
      shape.tokens = library.small ? 1 : 6;
      shape.heads = library.small ? 5 : 40;
      shape.main.places = splits == 256 ? 130 : library.small ? 260 : 520;
      shape.hasLengths = !library.small;
      shape.sinks = Sinks::Infinite;
      shape.splits = splits;
      if (!library.small || splits == 3 || (format == MLA_CACHE_ROWS && splits != 8))
        checkSparse(library, shape);
    }
}

static void checkOneToken(Library &library) {
  for (int32_t format : kFormats)
    for (int64_t heads : {16, 64, 128}) {
      SparseShape shape = shapeOf(format, 5);
      shape.tokens = 1;
      shape.heads = heads;
      shape.main = {40, 64, library.small ? 130 : 2048};
      bool isTaken = heads == (format == MLA_CACHE_DS_MLA ? 64 : 16);
      if (!library.small || isTaken)
        checkSparse(library, shape, library.small ? 6 : 64);
    }
}

static void checkSinks(Library &library) {
  for (int32_t format : kFormats)
    for (Sinks sinks : {Sinks::Finite, Sinks::Infinite}) {
      SparseShape shape = shapeOf(format, 6);
      shape.heads = 7;
      shape.tokens = library.small ? 2 : 6;
      shape.sinks = sinks;
      shape.main.places = 66;
      shape.hasMaxLogits = sinks == Sinks::Finite;
      shape.splits = sinks == Sinks::Finite ? 1 : 2;
      checkSparse(library, shape);
    }
}

static void checkLengths(Library &library) {
  for (int32_t format : kFormats)
    for (int64_t shared : {1, 3}) {
      SparseShape shape = shapeOf(format, 7 + uint64_t(shared));
      shape.tokens = library.small ? 4 : 14;
      shape.heads = 4;
      shape.hasLengths = true;
      shape.tokensPerLength = shared;
      shape.main.places = 100;
      shape.splits = int32_t(shared);
      checkSparse(library, shape);
    }
}

static void checkNarrow(Library &library) {
  for (Element element : {Element::Bf16, Element::Fp16})
    for (int32_t format : {MLA_CACHE_ROWS, MLA_CACHE_E4M3})
      for (int64_t heads : {9, 33}) {
        SparseShape shape = shapeOf(format, 8);
        shape.element = element;
        shape.keyDim = 512;
        shape.heads = heads;
        shape.tokens = library.small ? 1 : 2;
        shape.main.places = 70;
        // The model's own scale, not 512^-0.5.
        shape.scale = 0.1352337788608801;
        checkSparse(library, shape);
      }
}

static void checkScales(Library &library) {
  for (int64_t heads : {16, 40}) {
    SparseShape shape = shapeOf(MLA_CACHE_DS_MLA, 10 + uint64_t(heads));
    shape.heads = heads;
    shape.tokens = library.small ? 1 : 6;
    shape.main = {library.small ? 4 : 40, 64, library.small ? 130 : 2048};
    checkSparse(library, shape);
  }
}

static void checkTokens(Library &library) {
  for (int64_t requests : {1, 4, 74, 321})
    for (int64_t perRequest : {1, 3}) {
      if (library.small && requests > 4)
        continue;
      SparseShape shape = shapeOf(MLA_CACHE_DS_MLA, uint64_t(requests * 2 + perRequest));
      shape.tokens = requests * perRequest;
      shape.tokensPerLength = perRequest;
      shape.hasLengths = true;
      shape.heads = library.small ? 3 : 64;
      shape.main.places = 64;
      checkSparse(library, shape);
    }
}

static void checkPages(Library &library) {
  for (int64_t page : {1, 2, 32, 61, 64, 69, 256, 576})
    for (int32_t format : kFormats) {
      if (library.small && (page + format) % 3)
        continue;
      SparseShape shape = shapeOf(format, uint64_t(page));
      shape.heads = 3;
      shape.tokens = 2;
      shape.main = {page < 32 ? 50 : 4, page, 80, page % 2 * 16, page == 64 ? 0 : 48};
      shape.hasMaxLogits = true;
      checkSparse(library, shape);
    }
}

static void checkTwoPools(Library &library) {
  for (int32_t format : {MLA_CACHE_DSV4, MLA_CACHE_DS_MLA, MLA_CACHE_ROWS, MLA_CACHE_E4M3})
    for (auto [page, places] : {std::pair<int64_t, int64_t>{64, 512}, {2, 1}, {2, 65}, {64, 0}}) {
      if (library.small && (places == 512 || (format != MLA_CACHE_DSV4 && places != 65)))
        continue;
      SparseShape shape = shapeOf(format, 11 + uint64_t(places));
      shape.tokens = 5;
      shape.heads = library.small ? 5 : 64;
      shape.main = {3, 256, places == 1 ? 1 : 128};
      shape.extra = {9, page, places};
      shape.hasLengths = places != 1;
      shape.sinks = Sinks::Finite;
      shape.splits = places == 65 ? 2 : 0;
      checkSparse(library, shape);
    }
}

static void checkManyTokens(Library &library) {
  for (int64_t tokens : {1, 2, 63, 64, 65, 512, 8192, 70000}) {
    if (library.small && (tokens > 65 || tokens == 64))
      continue;
    SparseShape shape = shapeOf(tokens % 2 ? MLA_CACHE_DS_MLA : MLA_CACHE_ROWS, uint64_t(tokens));
    shape.tokens = tokens;
    shape.heads = library.small || tokens > 1000 ? 2 : 40;
    shape.main.places = library.small ? 3 : 33;
    shape.splits = library.small;
    checkSparse(library, shape);
  }
}

static void checkConventions(Library &library) {
  for (int32_t all = 0; all < 8; ++all)
    for (int32_t splits : {1, 3}) {
      SparseShape shape = shapeOf(kFormats[all % 4], 12);
      shape.tokens = library.small ? 2 : 6;
      shape.heads = 5;
      shape.main.places = library.small ? 20 : 70;
      shape.sinks = Sinks::Infinite;
      shape.splits = splits;
      shape.hasMaxLogits = splits == 1;
      shape.convention = {all & 1, all >> 1 & 1, all >> 2};
      checkSparse(library, shape);
    }
}

std::vector<Case> mla::conformance::sparseDecodeCases() {
  std::vector<Case> cases = {
      {"A1 A9 any heads", checkHeads},
      {"B14 B19 records, heads by positions", checkRecords},
      {"A1 A19 any number of places", checkPlaces},
      {"A2 A3 B1 B5 indices of any value, none valid", checkIndices},
      {"A4 A5 B8 any number of parts", checkSplits},
      {"A8 one token", checkOneToken},
      {"A15 sinks", checkSinks},
      {"A16 lengths of tokens and requests", checkLengths},
      {"A17 A18 rows of 512, bf16 and fp16", checkNarrow},
      {"B1 B16 records with any fp32 scale", checkScales},
      {"B4 requests of several tokens", checkTokens},
      {"B9 pages of any size, far apart", checkPages},
      {"B11 two pools in one softmax", checkTwoPools},
      {"A20 B15 from one token to 70000", checkManyTokens},
      {"B17 all conventions of LSE", checkConventions},
  };
  for (const std::vector<Case> &more : {sparseRepeatedCases(), sparseLatticeCases()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}
