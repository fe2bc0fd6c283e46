//===- DenseDecodeTest.cpp - the reference of dense MLA decode, and its bounds -===//
// The reference against a second formulation; and an emulation of the kernel in fp32 with rounded
// weights, which has to stay inside the bounds, while each of its small faults has to leave them.
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeLattice.h"

#include <gtest/gtest.h>

#include <array>
#include <numbers>

using namespace mla::conformance;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr uint64_t kSeed = 5;
/// Keys that no part divides.
static constexpr int64_t kUnit = 64;

namespace {
/// Operands of one row, rounded to the input type.
struct Operands {
  Operands(const DecodeShape &shape, Element element, int64_t row) : shape(shape), row(row) {
    int64_t length = shape.lengths[0];
    query.resize(kKeyDim);
    keys.resize(size_t(length * kKeyDim));
    queryRow(kSeed, shape, 0, row, query);
    for (int64_t j = 0; j < length; ++j)
      keyRow(kSeed, shape, 0, 0, j, std::span(keys).subspan(size_t(j * kKeyDim), kKeyDim));
    for (std::vector<float> *values : {&query, &keys})
      for (float &value : *values)
        value = rounded(element, value);
  }
  static float rounded(Element element, float value) {
    uint16_t half;
    encode(element, &half, value);
    return float(decode(element, &half));
  }
  const float *key(int64_t j) const { return keys.data() + j * kKeyDim; }

  DecodeShape shape;
  int64_t row;
  std::vector<float> query, keys;
};

/// What a row came to.
struct Result {
  std::array<double, kValueDim> out{};
  double lse = -kInfinity;
};

/// Ways in which a kernel may be wrong.
struct Fault {
  int64_t skip = -1;       ///< a key that is lost
  int64_t extra = 0;       ///< keys seen behind the limit
  float scale = 1;         ///< scores off by a factor
  int64_t doubled = -1;    ///< a key that counts twice
  bool staleValue = false; ///< values of the second tile are those of the first
};
} // namespace

/// softmax(scale q k^T) v by its definition, without a shift.
static Result defined(const Operands &operands, int64_t limit) {
  Result result;
  long double total = 0;
  std::array<long double, kValueDim> sums{};
  for (int64_t j = 0; j < limit; ++j) {
    long double score = 0;
    for (int64_t i = kKeyDim - 1; i >= 0; --i)
      score += static_cast<long double>(operands.query[size_t(i)]) * operands.key(j)[i];
    long double weight = std::exp(score * operands.shape.scale);
    total += weight;
    for (int64_t c = 0; c < kValueDim; ++c)
      sums[size_t(c)] += weight * operands.key(j)[c];
  }
  for (int64_t c = 0; c < kValueDim && limit > 0; ++c)
    result.out[size_t(c)] = double(sums[size_t(c)] / total);
  result.lse = double(std::log(total));
  return result;
}

/// The kernel in fp32, a tile of 64 keys at a time; weights rounded to `element`.
static Result emulated(const Operands &operands, Element element, int64_t limit, int64_t begin,
                       int64_t end, const Fault &fault) {
  constexpr int64_t kTile = 64;
  float scale = fault.scale * float(operands.shape.scale * std::numbers::log2e);
  float top = -float(kInfinity), sum = 0;
  std::array<float, kValueDim> acc{};
  for (int64_t k0 = begin; k0 < end; k0 += kTile) {
    std::array<float, kTile> scores;
    float next = top;
    for (int64_t j = k0; j < k0 + kTile; ++j) {
      float score = 0;
      bool seen = j < std::min(limit + fault.extra, end) && j != fault.skip;
      for (int64_t i = 0; seen && i < kKeyDim; ++i)
        score += operands.query[size_t(i)] * operands.key(j)[i];
      scores[size_t(j - k0)] = seen ? score * scale : -float(kInfinity);
      next = std::max(next, scores[size_t(j - k0)]);
    }
    float base = next == -float(kInfinity) ? 0 : next, decay = std::exp2(top - base);
    sum *= decay;
    for (float &value : acc)
      value *= decay;
    for (int64_t j = k0; j < std::min(k0 + kTile, end); ++j) {
      float weight = std::exp2(scores[size_t(j - k0)] - base) * (j == fault.doubled ? 2.0f : 1.0f);
      sum += weight;
      for (int64_t c = 0; c < kValueDim; ++c)
        acc[size_t(c)] += Operands::rounded(element, weight) *
                          operands.key(fault.staleValue && k0 > begin ? j - kTile : j)[c];
    }
    top = next;
  }
  Result result;
  if (sum > 0)
    result.lse = (top + std::log2(sum)) * float(std::numbers::ln2);
  for (int64_t c = 0; c < kValueDim && sum > 0; ++c)
    result.out[size_t(c)] = acc[size_t(c)] / sum;
  return result;
}

/// The emulation in `parts` parts, merged in fp32; the result rounded to `element`.
static Result emulated(const Operands &operands, Element element, int64_t parts,
                       const Fault &fault = {}) {
  int64_t length = operands.shape.lengths[0], limit = operands.shape.limit(0, operands.row);
  int64_t units = (length + kUnit - 1) / kUnit, budget = (units + parts - 1) / parts;
  float total = 0, largest = -float(kInfinity);
  std::vector<Result> partial;
  for (int64_t part = 0; part < parts; ++part) {
    partial.push_back(emulated(operands, element, limit, part * budget * kUnit,
                               std::min((part + 1) * budget * kUnit, length), fault));
    largest = std::max(largest, float(partial.back().lse));
  }
  std::array<float, kValueDim> sums{};
  for (const Result &result : partial) {
    float weight = largest == -float(kInfinity) ? 0 : std::exp(float(result.lse) - largest);
    total += weight;
    for (int64_t c = 0; c < kValueDim; ++c)
      sums[size_t(c)] += weight * float(result.out[size_t(c)]);
  }
  Result merged;
  merged.lse = total == 0 ? -kInfinity : largest + std::log(total);
  for (int64_t c = 0; c < kValueDim && total > 0; ++c)
    merged.out[size_t(c)] = Operands::rounded(element, sums[size_t(c)] / total);
  return merged;
}

/// Largest error divided by its bound; infinity where no error is allowed.
static double worstRatio(const Operands &operands, Element element, const Result &actual) {
  std::array<Expected, kValueDim> out;
  Expected lse;
  int64_t limit = operands.shape.limit(0, operands.row);
  decodeRow({operands.query, std::span(operands.keys).first(size_t(limit * kKeyDim)),
             operands.shape.scale},
            element, out, lse);
  double worst = 0;
  auto compare = [&](const Expected &expected, double value) {
    if (expected.value == value)
      return;
    double ratio = std::fabs(expected.value - value) / expected.bound;
    worst = std::isnan(ratio) ? kInfinity : std::max(worst, ratio);
  };
  compare(lse, actual.lse);
  for (int64_t c = 0; c < kValueDim; ++c)
    compare(out[size_t(c)], actual.out[size_t(c)]);
  return worst;
}

static DecodeShape shapeOf(int32_t length, int64_t tokens = 1) {
  return {{length}, tokens, 3, 64, tokens > 1, 0.0417};
}

TEST(DenseDecode, MatchesTheDefinition) {
  for (int32_t length : {1, 2, 63, 64, 65, 300})
    for (int64_t tokens : {1, 3})
      for (int64_t row : {int64_t(0), 3 * tokens - 1}) {
        Operands operands(shapeOf(length, tokens), Element::Bf16, row);
        int64_t limit = operands.shape.limit(0, row);
        std::array<Expected, kValueDim> out;
        Expected lse;
        decodeRow({operands.query, std::span(operands.keys).first(size_t(limit * kKeyDim)),
                   operands.shape.scale},
                  Element::Bf16, out, lse);
        Result expected = defined(operands, limit);
        if (limit == 0) {
          EXPECT_EQ(lse.value, -kInfinity);
          EXPECT_EQ(lse.bound, 0);
        } else {
          EXPECT_NEAR(lse.value, expected.lse, 1e-12);
        }
        for (int64_t c = 0; c < kValueDim; ++c)
          ASSERT_NEAR(out[size_t(c)].value, expected.out[size_t(c)], 1e-12) << length << " " << c;
      }
}

TEST(DenseDecode, HidesKeysFromEarlierTokens) {
  DecodeShape shape = shapeOf(5, 3);
  EXPECT_EQ(shape.limit(0, 0), 3);
  EXPECT_EQ(shape.limit(0, 3), 4);
  EXPECT_EQ(shape.limit(0, 8), 5);
  shape.lengths = {1};
  EXPECT_EQ(shape.limit(0, 0), 0);
  shape.causal = false;
  EXPECT_EQ(shape.limit(0, 0), 1);
}

TEST(DenseDecode, BoundsHoldForAnHonestKernel) {
  for (Element element : {Element::Bf16, Element::Fp16})
    for (int32_t length : {1, 63, 64, 65, 640, 4096, 32768})
      for (int64_t parts : {1, 7}) {
        Operands operands(shapeOf(length, 2), element, 1);
        EXPECT_LE(worstRatio(operands, element, emulated(operands, element, parts)), 1.0)
            << "length " << length << ", parts " << parts;
      }
}

TEST(DenseDecode, BoundsCatchFaults) {
  for (Element element : {Element::Bf16, Element::Fp16})
    for (int32_t length : {65, 640, 4096, 32768}) {
      if (element == Element::Fp16 && length > 4096)
        continue; // its bounds are tighter than those of bf16
      Operands operands(shapeOf(length, 2), element, 1); // the last key is hidden from row 1
      auto ratio = [&](const Fault &fault) {
        return worstRatio(operands, element, emulated(operands, element, 2, fault));
      };
      EXPECT_GT(ratio({.skip = 0}), 1) << length;
      EXPECT_GT(ratio({.skip = length - 2}), 1) << length;
      EXPECT_GT(ratio({.extra = 1}), 1) << length;
      EXPECT_GT(ratio({.doubled = length - 2}), 1) << length;
      EXPECT_GT(ratio({.scale = 1.001f}), 1) << length;
      if (length > 128)
        EXPECT_GT(ratio({.staleValue = true}), 1) << length;
    }
}

TEST(DenseDecode, RowsKnowTheirTokenAndHead) {
  DecodeShape shape = shapeOf(5, 3);
  shape.heads = 2;
  shape.kvHeads = 4;
  EXPECT_EQ(shape.rows(), 24);
  EXPECT_EQ(shape.tokenOf(17), 2);
  EXPECT_EQ(shape.kvHeadOf(17), 0);
  EXPECT_EQ(shape.kvHeadOf(15), 3);
}

TEST(DenseDecode, PageTablesReferenceEachPageOnce) {
  DecodeShape shape = shapeOf(0);
  shape.lengths = {0, 1, 129, 64};
  PageTable table(shape, kSeed);
  std::vector<int> uses(size_t(table.pages));
  for (size_t r = 0; r < shape.lengths.size(); ++r)
    for (int64_t i = 0; i < table.width; ++i) {
      int32_t entry = table.entries[r * size_t(table.width) + size_t(i)];
      if (i * shape.page < shape.lengths[r])
        ++uses[size_t(entry)];
      else
        EXPECT_TRUE(entry < 0 || entry >= table.pages);
    }
  EXPECT_EQ(std::count(uses.begin(), uses.end(), 1), 5);
  EXPECT_EQ(std::count(uses.begin(), uses.end(), 0), table.pages - 5);
}

TEST(DenseDecode, LatticeHasEveryPairThatFits) {
  std::vector<DecodeShape> shapes = decodePairs(1);
  for (int64_t batch : {1, 2, 3, 5, 64})
    for (int64_t page : {1, 16, 64, 128})
      for (int64_t heads : {1, 3, 16, 63, 64, 128})
        for (int64_t tokens = 1; tokens <= 4; ++tokens) {
          auto count = [&](auto &&holds) {
            return std::count_if(shapes.begin(), shapes.end(), holds);
          };
          EXPECT_GT(count([&](const DecodeShape &shape) {
                      return int64_t(shape.lengths.size()) == batch && shape.heads == heads;
                    }),
                    0);
          EXPECT_GT(count([&](const DecodeShape &shape) {
                      return shape.page == page && shape.tokens == tokens;
                    }),
                    0);
        }
  EXPECT_LT(shapes.size(), 150u);
}

TEST(DenseDecode, LatticesHaveNames) {
  for (const DecodeLattice &lattice : decodeLattices()) {
    bool isLarge = lattice.shapes(/*small=*/true, 1).empty();
    EXPECT_FALSE(lattice.shapes(/*small=*/false, 1).empty()) << lattice.name;
    for (const DecodeShape &shape : lattice.shapes(!isLarge, 1)) {
      EXPECT_GT(shape.rows(), 0) << lattice.name;
      EXPECT_EQ(shape.rows() % shape.kvHeads, 0) << lattice.name;
    }
  }
}
