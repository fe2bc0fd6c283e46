//===- DenseDecodeFp8.cpp - dense decode of codes through the C interface ----===//
// Caches of e4m3 with queries of 16 bits or of e4m3, and scales on the device.
// SPDX-License-Identifier: Apache-2.0

#include "CapturedGraph.h"
#include "DenseDecodeCall.h"
#include "DenseDecodeLattice.h"

#include <tuple>

using namespace mla::conformance;

/// Scales that are no powers of two.
static constexpr float kQueryScale = 0.0113f, kKeyScale = 0.0371f;
/// Elements behind a page above which a pool is a matter of gigabytes.
static constexpr int64_t kWidePadding = int64_t(1) << 20;

static DenseTypes codesOf(Element query) { return {query, kQueryScale, kKeyScale}; }

static void checkOne(Library &library, DecodeShape shape, const DenseTypes &types,
                     int64_t keyDim = 576, bool asBytes = false) {
  DenseTypes given = types;
  given.asBytes = asBytes;
  shape.keyDim = keyDim;
  checkDenseCall(library, shape, given, library.seed + 5);
}

/// All calls that 16-bit rows are checked with, each for one of the widths and of the types.
static void checkLattice(Library &library, std::initializer_list<Element> queries) {
  if (library.small) {
    library.skipped = "a large lattice, left to --lattice full";
    return;
  }
  uint64_t count = library.seed;
  for (const DecodeLattice &lattice : decodeLattices())
    for (DecodeShape &shape : lattice.shapes(/*small=*/false, library.seed)) {
      if (shape.pagePadding > kWidePadding) {
        library.skip("the other types compute addresses alike");
        continue;
      }
      // Rows of codes lie 16 bytes apart at least.
      shape.pagePadding = (shape.pagePadding + 15) / 16 * 16;
      shape.keyDim = ++count % 2 ? 576 : 512;
      checkDenseCall(library, shape, codesOf(queries.begin()[count / 2 % queries.size()]), count);
    }
}

/// One key, which has every finite code: its weight is 1, and a power of two as scale is exact.
static void checkEveryCode(Library &library) {
  for (Element query : {Element::E4m3, Element::Bf16, Element::Fp16}) {
    DecodeShape shape{.lengths = {1}, .heads = 4, .page = 1};
    DenseTypes types{query, 1, 0.25f};
    library.begin(types.name());
    DenseCall call(library, shape, types, 1);
    call.upload();
    const std::vector<uint8_t> untouched = poisonedBytes(shape.keyDim);
    int64_t page = 0; // of the key
    while (std::memcmp(call.cache.at(page, 0), untouched.data(), untouched.size()) == 0)
      ++page;
    for (int64_t col = 0; col < shape.keyDim; ++col)
      *call.cache.at(page, 0, col) = (col & 127) == 127 ? 0x80 : uint8_t(col);
    call.cache.upload();
    call.run();
    for (int64_t col = 0; col < kValueDim; ++col)
      library.compare({0.25 * call.cache.get(page, 0, col), 0}, call.outAt(0, 3, col),
                      "code " + std::to_string(col));
  }
}

/// A request has the bits that it has among others.
static void checkAlone(Library &library) {
  for (Element query : {Element::E4m3, Element::Bf16}) {
    DecodeShape shape{.lengths = {200, 65, 1}, .heads = 16, .page = 16, .invariant = true};
    library.begin(codesOf(query).name() + " " + shape.name());
    DenseCall batch(library, shape, codesOf(query), 7);
    batch.upload();
    batch.run();
    batch.check();
    shape.lengths = {200};
    DenseCall alone(library, shape, codesOf(query), 7);
    alone.upload();
    alone.run();
    alone.check();
    bool equal = true;
    for (int64_t row = 0; row < shape.rows(); ++row) {
      equal &= alone.lseAt(0, row) == batch.lseAt(0, row);
      for (int64_t col = 0; col < kValueDim; ++col)
        equal &= alone.outAt(0, row, col) == batch.outAt(0, row, col);
    }
    if (!equal)
      library.fail("a request has other bits when it is alone");
  }
}

/// A graph reads lengths, keys and scales when it is replayed.
static void checkReplay(Library &library) {
  library.require(mla_load(library.device, MLA_FAMILY_DENSE_DECODE));
  DecodeShape shape{.lengths = {130, 65}, .heads = 8, .page = 16};
  DenseCall call(library, shape, codesOf(Element::E4m3), 3);
  CapturedGraph graph(library.gpu, [&] { library.require(call.enqueue(true)); });
  for (auto [first, second, queryScale, keyScale] :
       {std::tuple(130, 65, 0.02f, 0.03f), {1, 64, 0.5f, 0.125f}, {0, 65, 0.0113f, 0.0371f}}) {
    library.begin(shape.name() + " replayed, scales " + std::to_string(queryScale) + ", " +
                  std::to_string(keyScale));
    call.rescale(queryScale, keyScale);
    call.change({first, second}, 3);
    call.poison();
    graph.launch();
    call.collect();
    call.check();
  }
}

std::vector<Case> mla::conformance::denseDecodeFp8Cases() {
  using L = Library;
  return {
      {"C5 queries of codes, causal, strides",
       [](L &library) {
         checkOne(library,
                  {.lengths = {0, 1, 35},
                   .tokens = 2,
                   .heads = 16,
                   .causal = true,
                   .pagePadding = 48,
                   .queryPadding = 64,
                   .outPadding = 32,
                   .requestPadding = 160},
                  codesOf(Element::E4m3));
       }},
      {"C5 few rows, 512 wide, no scales, bytes",
       [](L &library) {
         checkOne(library, {.lengths = {40, 3}, .heads = 9, .page = 5, .parts = 3},
                  {Element::E4m3, 0, 0}, 512, /*asBytes=*/true);
       }},
      {"C5 replayed with other lengths and scales", checkReplay},
      {"C6 bf16 queries, heads of keys, base 2",
       [](L &library) {
         checkOne(library,
                  {.lengths = {70, 0}, .tokens = 2, .heads = 2, .kvHeads = 2, .otherLse = true},
                  codesOf(Element::Bf16), 576, /*asBytes=*/true);
       }},
      {"C6 bf16 queries, page 1, 5 parts",
       [](L &library) {
         checkOne(library, {.lengths = {97}, .heads = 18, .page = 1, .parts = 5},
                  codesOf(Element::Bf16));
       }},
      {"C6 fp16 queries, 512 wide, no scale",
       [](L &library) {
         checkOne(library, {.lengths = {65}, .heads = 17}, {Element::Fp16, 0, 0}, 512);
       }},
      {"C5 C6 G11 a request alone and among others", checkAlone},
      {"C5 C6 every code", checkEveryCode},
      {"C5 lattice", [](L &library) { checkLattice(library, {Element::E4m3}); }},
      {"C6 lattice", [](L &library) { checkLattice(library, {Element::Bf16, Element::Fp16}); }},
  };
}
