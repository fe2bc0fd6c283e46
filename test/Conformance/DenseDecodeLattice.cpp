//===- DenseDecodeLattice.cpp - the calls that dense MLA decode is checked with -===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeLattice.h"

#include <array>
#include <set>

using namespace mla::conformance;

static constexpr std::array<int64_t, 5> kBatches = {1, 2, 3, 5, 64};
static constexpr std::array<int64_t, 6> kHeads = {1, 3, 16, 63, 64, 128};
static constexpr std::array<int32_t, 7> kLengths = {0, 1, 63, 64, 65, 4096, 32768};
static constexpr int64_t kMaxTokens = 4;
/// What a call with mixed lengths has beside the lengths above when it has one request only.
static constexpr int32_t kOddLength = 1111;
/// Keys of all requests of one call: 450 MB.
static constexpr int64_t kMaxKeys = int64_t(400) << 10;
/// Runs of the calls that are repeated.
static constexpr int kRepeats = 200;
/// Elements behind a page by which a pool has more than 2^31.
static constexpr int64_t kFar = int64_t(1) << 28;

/// Every length above in a random order; in a large batch the longest ones only once or a few
/// times.
static std::vector<int32_t> mixedLengths(int64_t batch, uint64_t seed) {
  if (batch == 1)
    return {kOddLength};
  std::vector<int32_t> lengths;
  for (int64_t i = 0; i < batch; ++i)
    lengths.push_back(i < int64_t(kLengths.size()) && batch > int64_t(kLengths.size())
                          ? kLengths[size_t(i)]
                          : kLengths[randomBits(seed, uint64_t(i)) % (kLengths.size() - 1)]);
  if (batch <= int64_t(kLengths.size()))
    lengths.back() = kLengths[randomBits(seed, 99) % kLengths.size()];
  for (size_t i = lengths.size(); i > 1; --i)
    std::swap(lengths[i - 1], lengths[randomBits(~seed, i) % i]);
  return lengths;
}

namespace {
/// Dimensions of the pairwise set and the number of values of each.
enum Dimension { Batch, Tokens, Heads, Lengths, Causal, Page, Padding, Parts, kDimensions };
/// One value per dimension.
using Point = std::array<size_t, kDimensions>;
} // namespace

static DecodeShape shapeOf(const Point &point, std::span<const int64_t> pages, uint64_t seed) {
  DecodeShape shape;
  int64_t batch = kBatches[point[Batch]];
  shape.lengths = point[Lengths] < kLengths.size()
                      ? std::vector<int32_t>(size_t(batch), kLengths[point[Lengths]])
                      : mixedLengths(batch, seed);
  shape.tokens = int64_t(point[Tokens]) + 1;
  shape.heads = kHeads[point[Heads]];
  shape.causal = point[Causal] != 0;
  shape.page = pages[point[Page]];
  if (point[Padding] != 0) {
    shape.pagePadding = 48;
    shape.queryPadding = 64;
    shape.outPadding = 32;
    shape.requestPadding = 160;
  }
  shape.parts = std::array<int64_t, 3>{0, 1, 7}[point[Parts]];
  // The scales of a 576 and of a 192 wide head.
  shape.scale = 1 / std::sqrt(point[Heads] % 2 ? 192.0 : 576.0);
  return shape;
}

static int64_t keysOf(const DecodeShape &shape) {
  int64_t keys = 0;
  for (int32_t length : shape.lengths)
    keys += length;
  return keys;
}

// The best of a few random points at each step.
std::vector<DecodeShape> mla::conformance::decodePairs(uint64_t seed) {
  const std::vector<int64_t> pages = {1, 16, 64, 128};
  std::vector<DecodeShape> shapes;
  constexpr int kCandidates = 100;
  const Point sizes = {kBatches.size(),
                       size_t(kMaxTokens),
                       kHeads.size(),
                       kLengths.size() + 1,
                       2,
                       pages.size(),
                       2,
                       3};
  std::set<std::array<size_t, 4>> open;
  auto eachPair = [](const Point &point, auto &&visit) {
    for (size_t a = 0; a < kDimensions; ++a)
      for (size_t b = a + 1; b < kDimensions; ++b)
        visit(std::array<size_t, 4>{a, b, point[a], point[b]});
  };
  for (size_t a = 0; a < kDimensions; ++a)
    for (size_t b = a + 1; b < kDimensions; ++b)
      for (size_t x = 0; x < sizes[a]; ++x)
        for (size_t y = 0; y < sizes[b]; ++y)
          open.insert({a, b, x, y});
  uint64_t draw = 0;
  for (int idle = 0; !open.empty() && idle < 3;) {
    Point best{};
    int64_t most = 0;
    for (int i = 0; i < kCandidates; ++i) {
      // Each candidate contains one open pair, which keeps the last ones from being hard to find.
      auto wanted = open.begin();
      std::advance(wanted, int64_t(randomBits(seed, draw++) % open.size()));
      Point point;
      for (size_t dimension = 0; dimension < kDimensions; ++dimension)
        point[dimension] = randomBits(seed, draw++) % sizes[dimension];
      point[(*wanted)[0]] = (*wanted)[2];
      point[(*wanted)[1]] = (*wanted)[3];
      int64_t covered = 0;
      eachPair(point, [&](const auto &pair) { covered += int64_t(open.count(pair)); });
      if (covered > most && keysOf(shapeOf(point, pages, draw)) <= kMaxKeys) {
        most = covered;
        best = point;
      }
    }
    // What is left are pairs that would be too large.
    idle = most == 0 ? idle + 1 : 0;
    if (most == 0)
      continue;
    eachPair(best, [&](const auto &pair) { open.erase(pair); });
    shapes.push_back(shapeOf(best, pages, draw));
  }
  return shapes;
}

//===----------------------------------------------------------------------===//
// One dimension at a time
//===----------------------------------------------------------------------===//

using Shapes = std::vector<DecodeShape>;

/// A shape with some fields changed.
template <typename Change>
static DecodeShape with(DecodeShape shape, Change &&change) {
  change(shape);
  return shape;
}

static Shapes headsLattice(bool small, uint64_t) {
  Shapes shapes;
  for (int64_t heads : small ? std::vector<int64_t>{1, 3, 16, 17, 65, 128}
                             : std::vector<int64_t>{1, 2, 3, 8, 15, 16, 17, 20, 24, 32, 48, 63, 64,
                                                    65, 96, 127, 128})
    shapes.push_back({{65}, 1, heads, 64});
  for (int64_t kvHeads : small ? std::vector<int64_t>{2} : std::vector<int64_t>{2, 3, 8})
    shapes.push_back(with({{65, 1, 130}, 2, 3, 64, true, 0.0417, 3, 0, 64, 32, 160},
                          [&](DecodeShape &shape) { shape.kvHeads = kvHeads; }));
  return shapes;
}

static Shapes tokensLattice(bool small, uint64_t) {
  Shapes shapes;
  if (small)
    return {{{65, 2, 130}, 2, 16, 64, true, 0.0417, 3},
            {{3, 66}, 4, 3, 64, true},
            {{20}, 16, 2, 64, true}};
  for (int64_t tokens = 2; tokens <= kMaxTokens; ++tokens)
    for (int32_t length : {2, 3, 64, 65, 130})
      shapes.push_back({{length}, tokens, 3, 64, true});
  for (int64_t tokens : {8, 16})
    for (int64_t heads : {1, 16, 64})
      shapes.push_back({{1000, 5}, tokens, heads, 64, true});
  return shapes;
}

static Shapes emptyLattice(bool small, uint64_t) {
  Shapes shapes = {{{0}, 1, 3, 64},          {{0}, 2, 3, 64, true}, {{1}, 2, 3, 64, true},
                   {{1}, 1, 1, 64},          {{0, 0, 0}, 1, 16},    {{0, 65, 1, 0}, 2, 5, 64, true},
                   {{2, 0}, 4, 20, 64, true}};
  Shapes all = shapes;
  for (const DecodeShape &shape : shapes)
    all.push_back(with(shape, [](DecodeShape &other) {
      other.otherLse = true;
      other.parts = 3;
    }));
  if (!small)
    for (int64_t batch : {2, 64, 1000})
      all.push_back({std::vector<int32_t>(size_t(batch), 0), 2, 16, 64, true});
  return all;
}

static Shapes pagesLattice(bool small, uint64_t) {
  if (small)
    return {{{35, 3}, 1, 5, 1},     {{65, 130}, 2, 16, 16, true, 0.0417, 2},
            {{97}, 1, 17, 48},      {{200}, 1, 3, 128},
            {{1, 260}, 1, 20, 256}, {{100}, 1, 64, 61},
            {{63}, 1, 16, 2}};
  Shapes shapes;
  for (int64_t page : {1, 2, 3, 16, 32, 48, 61, 64, 69, 100, 128, 256, 576})
    for (int32_t length : {1, 65, 129, 1000})
      for (int64_t heads : {16, 64})
        shapes.push_back({{length}, 1, heads, page});
  return shapes;
}

/// Cuts of the keys, and requests around the 128 that a step of planning takes.
static Shapes partsLattice(bool small, uint64_t seed) {
  Shapes shapes = {{{257}, 1, 16, 64, false, 0.0417, 2}};
  for (int64_t parts : small ? std::vector<int64_t>{5, 300} : std::vector<int64_t>{1, 2, 3, 5, 300})
    shapes.push_back({{257, 64, 0, 130}, 1, 5, 64, false, 0.05, parts});
  for (int64_t batch : small ? std::vector<int64_t>{130}
                             : std::vector<int64_t>{31, 32, 33, 127, 128, 129, 300, 1000})
    for (int64_t parts :
         small ? std::vector<int64_t>{7} : std::vector<int64_t>{0, 1, 7, 132, 300}) {
      DecodeShape shape{{}, 1, 1, 16, false, 0.05, parts};
      for (int64_t i = 0; i < batch; ++i)
        shape.lengths.push_back(int32_t(randomBits(seed, uint64_t(i)) % (small ? 20 : 200)));
      shape.lengths.back() = small ? 200 : 2000;
      shapes.push_back(shape);
    }
  if (small)
    return shapes;
  for (int32_t length : {4096, 32768})
    for (int64_t parts : {0, 1, 33})
      shapes.push_back({{length}, 1, 16, 64, false, 0.0417, parts});
  // Many more parts of one request than a step of merging takes.
  shapes.push_back({{1 << 17}, 1, 4, 64, false, 0.0417, 1000});
  return shapes;
}

static Shapes stridesLattice(bool small, uint64_t) {
  Shapes shapes = {{{65, 2, 130}, 2, 16, 64, true, 0.0417, 3, 0, 64, 32, 160},
                   {{257, 64, 0, 130}, 1, 5, 64, false, 0.05, 5, 48},
                   with({{100, 0, 3}, 3, 17, 64, true, 0.05, 3, 16, 16, 48},
                        [](DecodeShape &shape) { shape.apart = true; })};
  if (!small)
    for (int64_t padding : {16, 64, 1024})
      shapes.push_back(
          {{129, 4096}, 2, 64, 128, true, 0.0417, 0, padding, padding, padding, padding});
  return shapes;
}

static Shapes lseLattice(bool, uint64_t) {
  const DecodeShape base{{65, 0, 130}, 2, 5, 64, true, 0.05, 3};
  return {with(base, [](DecodeShape &shape) { shape.otherLse = true; }),
          with(base, [](DecodeShape &shape) { shape.lseByHead = shape.otherLse = true; }),
          with(base, [](DecodeShape &shape) { shape.hasLse = false; }),
          with({{66, 3}, 1, 20, 16, false, 0.05, 1},
               [](DecodeShape &shape) { shape.lseByHead = true; })};
}

static Shapes repeatsLattice(bool small, uint64_t) {
  if (small)
    return {with({{300, 65, 0}, 2, 8, 64, true, 0.05, 4},
                 [](DecodeShape &shape) { shape.repeats = 4; })};
  Shapes shapes;
  for (int64_t parts : {1, 0})
    shapes.push_back({{4096, 65, 0}, 2, 64, 64, true, 0.0417, parts, 0, 0, 0, 0, kRepeats});
  shapes.push_back({{32768}, 1, 16, 64, false, 0.0417, 0, 0, 0, 0, 0, kRepeats});
  return shapes;
}

static Shapes farLattice(bool small, uint64_t) {
  if (small)
    return {};
  return {{{513}, 1, 16, 64, false, 0.0417, 0, kFar}, {{513}, 1, 64, 48, false, 0.0417, 0, kFar}};
}

static Shapes pairsLattice(bool small, uint64_t seed) {
  return small ? Shapes{} : decodePairs(seed);
}

std::span<const DecodeLattice> mla::conformance::decodeLattices() {
  static constexpr DecodeLattice kLattices[] = {
      {"C1 heads 1 to 128, of keys 1, 2, 3, 8", headsLattice},
      {"C1 tokens 1 to 16, causal", tokensLattice},
      {"C1 keys in parts, many requests", partsLattice},
      {"C1 lse by head, to base 2, absent", lseLattice},
      {"C1 strides", stridesLattice},
      {"C1 pairs of all extents", pairsLattice},
      {"C1 A20 pools of more than 2^31 numbers", farLattice},
      {"C2 rows without keys", emptyLattice},
      {"C4 pages of 1 to 576 rows", pagesLattice},
      {"G11 equal bits in many runs", repeatsLattice}};
  return kLattices;
}
