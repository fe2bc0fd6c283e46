//===- DenseDecode.h - dense MLA decode over a paged cache, on the host ----===//
// The definition in fp64, and operands in memory as a server has them.
//
// A request has `tokens * kvHeads * heads` query rows, in this order. Key j of a key/value head is
// the cached row in page table[r, j / page], slot j % page; its first 512 numbers are the value. A
// row of token t sees the keys before length - (causal ? tokens - 1 - t : 0).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Element.h"
#include "References.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mla::conformance {

inline constexpr int64_t kKeyDim = 576;   ///< numbers of a cached row, at most
inline constexpr int64_t kValueDim = 512; ///< of which this many are the value

/// One row of queries and everything it may look at, decoded.
struct DecodeRow {
  std::span<const float> query; ///< kKeyDim numbers; zeros behind those of a narrower cache
  std::span<const float> keys;  ///< kKeyDim numbers for each key that the row sees, in order
  double scale = 1;             ///< of the scores
  double largestValue = 1;      ///< no number of a value is larger
};

/// softmax(scale q k^T) v of one row and the natural logarithm of its sum, with the errors that a
/// kernel may have which computes scores, sums and softmax in fp32 and rounds the weights to
/// `element` before the second product. A row without keys gives 0 and -inf.
///
/// Bounds, with u half an ulp of `element` relative to its value and e that of fp32:
/// - Scores: matrix units truncate sums of 8 products to at worst 2e of what they add, so 72 sums
///   and a few more are off by 80 * 2e |q| |k|; scaling and exp2 round a few times more, in
///   proportion to the scores. Errors of scores act on a result as weighted means of v - out.
/// - Weights: each is off by at most u of itself. The sum of n errors that are as often up as down
///   is, by Hoeffding's inequality, above 8 u sqrt(sum p^2 v^2) once in 10^13 outputs; what all
///   weights have in common is off by u of the result; and all of it by no more than u max |v|.
/// - Sums over keys: 2e of the largest partial sum for each 8 keys, twice since parts start anew.
void decodeRow(const DecodeRow &row, Element element, std::span<Expected> out, Expected &lse);

/// Shape and memory layout of one call.
struct DecodeShape {
  std::vector<int32_t> lengths; ///< keys of each request
  int64_t tokens = 1;           ///< query tokens of each request
  int64_t heads = 1;            ///< heads of each token and key/value head
  int64_t page = 64;            ///< rows of a page
  bool causal = false;          ///< the last token sees all keys, each one before it one less
  double scale = 0.0417;        ///< of the scores
  int64_t parts = 0;            ///< of all keys; 0: the library chooses
  int64_t pagePadding = 0;      ///< elements behind each page
  int64_t queryPadding = 0;     ///< elements behind each query row
  int64_t outPadding = 0;       ///< elements behind each row of the result
  int64_t requestPadding = 0; ///< elements behind the rows of each request, of queries and results
  int repeats = 1;            ///< further runs that must give the same bits
  int64_t kvHeads = 1;        ///< key/value heads
  bool apart = false;         ///< numbers between tokens: their rows have no common stride
  bool invariant = false;     ///< bits of a request depend on its own inputs alone
  bool otherLse = false;      ///< lse to base 2, +inf of nothing
  bool lseByHead = false;     ///< lse lies as [requests, heads, tokens]
  bool hasLse = true;         ///< lse is wanted
  int64_t keyDim = kKeyDim;   ///< numbers of a cached row
  int64_t firstRequest = 0;   ///< data are those of requests from this one on

  /// Query rows of a request.
  int64_t rows() const { return tokens * kvHeads * heads; }
  /// The token of a row.
  int64_t tokenOf(int64_t row) const { return row / (heads * kvHeads); }
  /// The key/value head of a row.
  int64_t kvHeadOf(int64_t row) const { return row / heads % kvHeads; }
  /// Keys that a row of a request sees.
  int64_t limit(int64_t request, int64_t row) const {
    int64_t hidden = causal ? tokens - 1 - tokenOf(row) : 0;
    return std::max<int64_t>(lengths[size_t(request)] - hidden, 0);
  }
  /// "b=3 s_q=2 h_q=64 page=64 causal lengths=0,65,4096 parts=7 padding=48/64/32/160", paddings in
  /// the order of the fields.
  std::string name() const;
};

/// A row of queries: random, and in the last 64 numbers along a direction that all rows share, so
/// that keys along it weigh much for all of them.
void queryRow(uint64_t seed, const DecodeShape &shape, int64_t request, int64_t row,
              std::span<float> values);

/// Key j of a key/value head of a request: random in [-1, 1). The first key, the last ones (where
/// the causal mask is) and a few others lie along the shared direction of the queries and weigh
/// about as much as an eighth of all keys: losing or adding one of them shows in every output.
void keyRow(uint64_t seed, const DecodeShape &shape, int64_t request, int64_t kvHead, int64_t j,
            std::span<float> values);

/// Which page holds what: a random order, with pages that nobody references.
struct PageTable {
  int64_t pages = 0;            ///< of the pool
  int64_t width = 0;            ///< entries per request, more than any needs
  std::vector<int32_t> entries; ///< [requests, width]; unused ones hold garbage

  PageTable(const DecodeShape &shape, uint64_t seed);
};

} // namespace mla::conformance
