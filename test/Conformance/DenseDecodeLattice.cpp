//===- DenseDecodeLattice.cpp - the calls that dense MLA decode is checked with -===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeCheck.h"

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

/// A small set of points in which every pair of values of two dimensions occurs that can: the best
/// of a few random points at each step.
static void addPairs(std::vector<DecodeShape> &shapes, std::span<const int64_t> pages,
                     uint64_t seed) {
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
}

/// Key/value heads, tokens apart, pieces, and the other convention of lse, each with parts that are
/// split and rows that see nothing.
static void addForms(std::vector<DecodeShape> &shapes, int64_t kvHeads) {
  auto add = [&](DecodeShape shape, auto &&change) {
    change(shape);
    shapes.push_back(std::move(shape));
  };
  add({{65, 1, 130}, 2, 3, 64, true, 0.0417, 3, 0, 64, 32, 160}, [&](DecodeShape &shape) {
    shape.kvHeads = kvHeads;
    shape.otherLse = true;
  });
  add({{200, 0}, 3, 17, 64, true, 0.05, 3}, [](DecodeShape &shape) { shape.apart = true; });
  add({{300, 64, 0, 65, 130}, 2, 5, 64, true, 0.05},
      [](DecodeShape &shape) { shape.pieces = {3, 1}; });
}

/// Each edge once: lengths around a page, several heads and blocks of them, tokens that see one key
/// less, parts of one request and of many, strides, pages that only some variants read.
static std::vector<DecodeShape> edges(bool gathers) {
  std::vector<DecodeShape> shapes = {{{64}, 1, 64, 64},
                                     {{0}, 1, 3, 64},
                                     {{1}, 1, 1, 64},
                                     {{63}, 1, 16, 128},
                                     {{65}, 1, 65, 64},
                                     {{0}, 2, 3, 64, true},
                                     {{1}, 2, 3, 64, true},
                                     {{65, 2, 130}, 2, 16, 64, true, 0.0417, 3, 0, 64, 32, 160},
                                     {{257, 64, 0, 130}, 1, 5, 64, false, 0.05, 5, 48},
                                     {{257}, 1, 16, 64, false, 0.0417, 2}};
  addForms(shapes, 2);
  if (gathers) {
    shapes.push_back({{35, 3}, 1, 5, 1});
    shapes.push_back({{65, 130}, 2, 16, 16, true, 0.0417, 2});
    shapes.push_back({{129}, 2, 16, 64, true, 0.0417, 0, 8});
  }
  return shapes;
}

std::vector<DecodeShape> mla::conformance::decodeLattice(bool gathers, uint64_t seed, bool small) {
  if (small)
    return edges(gathers);
  std::vector<int64_t> pages = {64, 128};
  if (gathers)
    pages.insert(pages.begin(), {1, 16});
  std::vector<DecodeShape> shapes;
  auto add = [&](DecodeShape shape) { shapes.push_back(std::move(shape)); };
  // 1. One dimension at a time.
  for (int32_t length : {64, 1, 63, 65, 0, 128})
    add({{length}, 1, 64, 64});
  for (int64_t page : pages)
    for (int32_t length : {1, 65, 129, 300})
      add({{length}, 1, 16, page});
  for (int64_t heads : kHeads)
    add({{65}, 1, heads, 64});
  for (int64_t tokens = 2; tokens <= kMaxTokens; ++tokens)
    for (int32_t length : {0, 1, 2, 3, 64, 65, 130})
      add({{length}, tokens, 3, 64, true});
  for (int64_t parts : {1, 2, 3, 5, 300})
    add({{257, 64, 0, 640}, 1, 16, 64, false, 0.05, parts});
  for (int32_t length : {4096, 32768})
    for (int64_t parts : {1, 0})
      add({{length}, 1, 16, 64, false, 0.0417, parts});
  // 2. Page strides of 16 bytes, which only some variants read.
  add({{129, 4096}, 2, 16, 64, true, 0.0417, 0, 8});
  // 3. Equal bits in many runs, split and not.
  for (int64_t parts : {1, 0})
    add({{4096, 65, 0}, 2, 64, 64, true, 0.0417, parts, 0, 0, 0, 0, kRepeats});
  add({{32768}, 1, 16, 64, false, 0.0417, 0, 0, 0, 0, 0, kRepeats});
  // 4. Forms: heads of keys, tokens in groups of their own, pieces, lse.
  for (int64_t kvHeads : {2, 3, 8})
    addForms(shapes, kvHeads);
  for (DecodePieces pieces : {DecodePieces{1, 1}, {4, 8}, {16, 4}, {40, 1}}) {
    DecodeShape shape{{4096, 1, 0, 65, 32768, 640}, 1, 16, 64};
    shape.pieces = pieces;
    add(shape);
  }
  // 5. Up to 16 tokens, and a pool of more than 2^31 elements.
  for (int64_t tokens : {8, 16})
    add({{1000, 5}, tokens, 16, 64, true});
  add({{513}, 1, 16, 64, false, 0.0417, 0, int64_t(1) << 28});
  // 6. All pairs.
  addPairs(shapes, pages, seed);
  return shapes;
}
