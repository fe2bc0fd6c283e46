//===- DenseDecodeOperands.cpp - queries, keys and page tables of one call -===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecode.h"

#include <numeric>

using namespace mla::conformance;

/// What a server leaves in entries that no key needs.
static constexpr int32_t kGarbage[] = {2147480000, -7};
/// Pages of the pool that nobody references.
static constexpr int64_t kSparePages = 3;
/// Keys along the shared direction besides the first and the last ones.
static constexpr int64_t kHeavyKeys = 4;
/// Numbers of a row that the direction is about, the last ones.
static constexpr int64_t kDirectionDim = 64;
/// Length of a query along the shared direction.
static constexpr float kAlong = 0.5f;

/// +1 or -1 for each of the last 64 numbers.
static float direction(int64_t col) { return randomBits(77, uint64_t(col)) & 1 ? 1.0f : -1.0f; }

std::string DecodeShape::name() const {
  std::string text = "b=" + std::to_string(lengths.size()) + " s_q=" + std::to_string(tokens) +
                     " h_q=" + std::to_string(heads * kvHeads) +
                     (kvHeads > 1 ? " h_k=" + std::to_string(kvHeads) : "") +
                     " d=" + std::to_string(keyDim) + " page=" + std::to_string(page) +
                     (causal ? " causal" : "") + (apart ? " apart" : "") +
                     (otherLse ? " base2" : "") + " lengths=";
  bool uniform =
      std::adjacent_find(lengths.begin(), lengths.end(), std::not_equal_to<>()) == lengths.end();
  constexpr size_t kShown = 6;
  for (size_t i = 0; i < (uniform ? std::min<size_t>(lengths.size(), 1) : lengths.size()); ++i)
    text += i == kShown ? ",..." : i > kShown ? "" : (i ? "," : "") + std::to_string(lengths[i]);
  text += std::string(invariant ? " invariant" : "") + (lseByHead ? " lse by head" : "") +
          (hasLse ? "" : " no lse");
  if (parts != 0)
    text += " parts=" + std::to_string(parts);
  if (pagePadding + queryPadding + outPadding + requestPadding != 0)
    text += " padding=" + std::to_string(pagePadding) + "/" + std::to_string(queryPadding) + "/" +
            std::to_string(outPadding) + "/" + std::to_string(requestPadding);
  return text;
}

void mla::conformance::queryRow(uint64_t seed, const DecodeShape &shape, int64_t request,
                                int64_t row, std::span<float> values) {
  request += shape.firstRequest;
  for (int64_t col = 0; col < kKeyDim; ++col) {
    float unit = randomUnit(seed, uint64_t(request) << 40 | uint64_t(row) << 10 | uint64_t(col));
    values[size_t(col)] = col >= shape.keyDim ? 0
                          : col < shape.keyDim - kDirectionDim
                              ? unit
                              : kAlong * direction(col) + 0.25f * unit;
  }
}

static bool isHeavy(uint64_t seed, const DecodeShape &shape, int64_t request, int64_t j) {
  int64_t length = shape.lengths[size_t(request)];
  if (j == 0 || j >= length - shape.tokens)
    return true;
  for (int64_t i = 0; i < kHeavyKeys; ++i)
    if (j == int64_t(randomBits(seed ^ 0x5eed,
                                uint64_t((request + shape.firstRequest) * kHeavyKeys + i)) %
                     uint64_t(length)))
      return true;
  return false;
}

void mla::conformance::keyRow(uint64_t seed, const DecodeShape &shape, int64_t request,
                              int64_t kvHead, int64_t j, std::span<float> values) {
  bool heavy = isHeavy(seed, shape, request, j);
  // exp(score) of a key along the direction is to be an eighth of the number of keys.
  double score = std::log(std::max<double>(shape.lengths[size_t(request)], 8) / 8);
  float along = float(score / (shape.scale * kAlong * kDirectionDim));
  uint64_t row = uint64_t(request + shape.firstRequest) << 40 | uint64_t(j * shape.kvHeads + kvHead)
                                                                    << 10;
  for (int64_t col = 0; col < kKeyDim; ++col) {
    float unit = randomUnit(~seed, row | uint64_t(col));
    values[size_t(col)] = col >= shape.keyDim                  ? 0
                          : col < shape.keyDim - kDirectionDim ? unit
                          : heavy                              ? along * direction(col)
                                                               : 0.5f * unit;
  }
}

PageTable::PageTable(const DecodeShape &shape, uint64_t seed) {
  int64_t longest = 0;
  for (int32_t length : shape.lengths) {
    int64_t needed = (length + shape.page - 1) / shape.page;
    pages += needed;
    longest = std::max(longest, needed);
  }
  pages += kSparePages;
  // More entries than any request needs, in whole 64 bytes: aligned variants demand that.
  width = (longest + 1 + 15) / 16 * 16;
  std::vector<int32_t> order(static_cast<size_t>(pages));
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[randomBits(seed ^ 0x0de5, i) % i]);
  size_t next = 0;
  for (int32_t length : shape.lengths)
    for (int64_t i = 0; i < width; ++i)
      entries.push_back(i * shape.page < length ? order[next++] : kGarbage[i % 2]);
}
