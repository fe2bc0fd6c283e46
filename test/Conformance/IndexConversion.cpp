//===- IndexConversion.cpp - conformance of the conversion of indices -----===//
// Exact: every byte of every list is known. Lists hold -1 anywhere, garbage down to INT_MIN and up
// to INT_MAX, and positions just inside and just outside of what the table lists.
// SPDX-License-Identifier: Apache-2.0

#include "ExactCase.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr int32_t kLeast = std::numeric_limits<int32_t>::min(),
                         kMost = std::numeric_limits<int32_t>::max();

namespace {
/// What a list is converted with.
struct ListShape {
  int64_t lists = 1, places = 1, padding = 0;
  int64_t requests = 1, listed = 1;
  int64_t page = 64, pageStride = 64, world = 1, rank = 0, interleave = 1;
  bool compact = false, counts = true, hasSpaces = false;
  bool named = false; ///< of filter_indices: requests of lists are given
  int outputs = 15;   ///< of filter_indices: a bit for each that is wanted

  std::string name() const {
    return "T=" + std::to_string(lists) + " K=" + std::to_string(places) +
           " padding=" + std::to_string(padding) + " R=" + std::to_string(requests) +
           " listed=" + std::to_string(listed) + " page=" + std::to_string(page) + "/" +
           std::to_string(pageStride) + " rank=" + std::to_string(rank) + "/" +
           std::to_string(world) + "x" + std::to_string(interleave) + (compact ? " compact" : "") +
           (hasSpaces ? " spaces" : "");
  }
};
} // namespace

static void setInteger(GuardedTensor &tensor, int64_t row, int64_t col, int32_t value) {
  std::memcpy(tensor.at(0, row, col), &value, sizeof(value));
}
static int32_t getInteger(GuardedTensor &tensor, int64_t row, int64_t col) {
  int32_t value;
  std::memcpy(&value, tensor.at(0, row, col), sizeof(value));
  return value;
}

/// Integers from [0, bound), one of five at an edge or garbage.
static void fill(GuardedTensor &tensor, uint64_t seed, int64_t bound) {
  const int64_t edges[] = {-1, -1, -2, kLeast, kMost, 0, bound - 1, bound, bound + 1};
  for (int64_t row = 0; row < tensor.shape().rows; ++row)
    for (int64_t col = 0; col < tensor.shape().cols; ++col) {
      uint64_t bits = randomBits(seed, uint64_t(row << 32 | col));
      int64_t value = bits % 5 == 0 ? edges[(bits >> 8) % std::size(edges)]
                                    : int64_t((bits >> 8) % uint64_t(std::max<int64_t>(bound, 1)));
      setInteger(tensor, row, col, int32_t(std::min<int64_t>(value, kMost)));
    }
  tensor.upload();
}

/// Writes a list as it has to come out, and how many of it are valid.
static void expectList(GuardedTensor &out, GuardedTensor &counts, int64_t list,
                       const std::vector<int32_t> &values, bool compact) {
  auto isValid = [](int32_t value) { return value >= 0; };
  auto valid = int32_t(std::count_if(values.begin(), values.end(), isValid));
  std::vector<int32_t> order = values;
  if (compact) {
    auto end = std::copy_if(values.begin(), values.end(), order.begin(), isValid);
    std::fill(end, order.end(), -1);
  }
  if (out.shape().rows)
    for (size_t i = 0; i < order.size(); ++i)
      setInteger(out, list, int64_t(i), order[i]);
  if (counts.shape().cols)
    setInteger(counts, 0, list, valid);
}

//===----------------------------------------------------------------------===//
// convert_indices
//===----------------------------------------------------------------------===//

namespace {
/// The tensors of one call.
struct ConvertCase {
  ConvertCase(const Gpu &gpu, const ListShape &shape)
      : shape(shape), requests(gpu, Element::Int32, {1, 1, shape.lists}),
        table(gpu, Element::Int32, {1, shape.requests, shape.listed, shape.padding}),
        tokens(gpu, Element::Int32, {1, shape.lists, shape.places, shape.padding}),
        out(gpu, Element::Int32, {1, shape.lists, shape.places, shape.padding}),
        counts(gpu, Element::Int32, {1, 1, shape.counts ? shape.lists : 0}),
        spaces(gpu, Element::Int32, {1, 1, shape.hasSpaces ? shape.lists : 0}),
        starts(gpu, Element::Int32, {1, 1, shape.hasSpaces ? 5 : 0}) {}

  NamedValues values() const;
  int32_t convert(int64_t list, int64_t token);

  ListShape shape;
  GuardedTensor requests, table, tokens, out, counts, spaces, starts;
};
} // namespace

NamedValues ConvertCase::values() const {
  NamedValues values = {{"page", Value::integer(shape.page)},
                        {"page_stride", Value::integer(shape.pageStride)},
                        {"world", Value::integer(shape.world)},
                        {"rank", Value::integer(shape.rank)},
                        {"interleave", Value::integer(shape.interleave)},
                        {"compact", Value::integer(shape.compact)}};
  const std::string_view one[] = {"T"}, counted[] = {"COUNTED"}, spaced[] = {"SPACED"},
                         started[] = {"STARTS"}, entries[] = {"R", "LISTED"}, lists[] = {"T", "K"};
  addTensor(values, "requests", requests, 1, one);
  addTensor(values, "table", table, 2, entries);
  addTensor(values, "tokens", tokens, 2, lists);
  addTensor(values, "out", out, 2, lists);
  addTensor(values, "counts", counts, 1, counted);
  addTensor(values, "spaces", spaces, 1, spaced);
  addTensor(values, "starts", starts, 1, started);
  return values;
}

int32_t ConvertCase::convert(int64_t list, int64_t token) {
  if (token < 0)
    return -1;
  if (shape.world > 1) {
    if (token / shape.interleave % shape.world != shape.rank)
      return -1;
    token = token / (shape.world * shape.interleave) * shape.interleave + token % shape.interleave;
  }
  if (token / shape.page >= shape.listed)
    return -1;
  int64_t row = -1;
  if (int32_t space = shape.hasSpaces ? getInteger(spaces, 0, list) : -1; space >= 0) {
    if (space < starts.shape().cols && getInteger(starts, 0, space) >= 0)
      row = getInteger(starts, 0, space) + token;
  } else if (int32_t request = getInteger(requests, 0, list);
             request >= 0 && request < shape.requests) {
    int64_t entry = getInteger(table, request, token / shape.page);
    row = entry < 0 ? -1 : entry * shape.pageStride + token % shape.page;
  }
  return row > kMost ? -1 : int32_t(row);
}

static void checkConvert(const Subject &subject, Tally &tally, const ListShape &shape,
                         uint64_t seed) {
  ConvertCase call(subject.gpu, shape);
  NamedValues values = call.values();
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);
  tally.begin(shape.name());
  fill(call.requests, seed, shape.requests);
  fill(call.table, seed + 1, 1000);
  fill(call.tokens, seed + 2, shape.listed * shape.page * shape.world);
  fill(call.spaces, seed + 3, 5);
  fill(call.starts, seed + 4, kMost);
  for (int64_t list = 0; list < shape.lists; ++list) {
    std::vector<int32_t> rows;
    for (int64_t i = 0; i < shape.places; ++i)
      rows.push_back(call.convert(list, getInteger(call.tokens, list, i)));
    expectList(call.out, call.counts, list, rows, shape.compact);
  }
  const ExactOutput outputs[] = {{"out", call.out}, {"counts", call.counts}};
  runExact(tally, subject.gpu, outputs, [&] { subject.launch({shape.lists}, values); });
}

static std::vector<ListShape> convertLattice() {
  std::vector<ListShape> shapes;
  for (bool compact : {false, true}) {
    for (int64_t page : {1, 16, 61, 64, 128, 256})
      for (int64_t places : {1, 3, 48, 128, 384, 2048, 2049, 5000})
        shapes.push_back({.lists = 7,
                          .places = places,
                          .padding = places % 3,
                          .requests = 4,
                          .listed = 1 + 4096 / page,
                          .page = page,
                          .pageStride = page,
                          .compact = compact});
    for (int64_t world : {1, 2, 3, 8})
      for (int64_t interleave : {1, 16, 100})
        shapes.push_back({.lists = 5,
                          .places = 700,
                          .requests = 3,
                          .listed = 20,
                          .pageStride = 128,
                          .world = world,
                          .rank = world - 1,
                          .interleave = interleave,
                          .compact = compact,
                          .counts = false,
                          .hasSpaces = world == 3});
    shapes.push_back({.lists = 33,
                      .places = 512,
                      .requests = 4,
                      .listed = 10,
                      .compact = compact,
                      .hasSpaces = true});
    // Rows beyond 2^31.
    shapes.push_back({.lists = 3,
                      .places = 100,
                      .requests = 2,
                      .listed = 4,
                      .pageStride = 1 << 30,
                      .compact = compact});
  }
  // More lists than any GPU holds at once.
  for (bool compact : {false, true})
    shapes.push_back({.lists = 70000, .places = 5, .requests = 9, .listed = 3, .compact = compact});
  return shapes;
}

void mla::conformance::checkConvertIndices(const Subject &subject, Tally &tally) {
  uint64_t seed = subject.seed * 100;
  for (const ListShape &shape : spread(convertLattice(), subject.samples, tally))
    checkConvert(subject, tally, shape, seed += 10);
}

//===----------------------------------------------------------------------===//
// filter_indices
//===----------------------------------------------------------------------===//

static void checkFilter(const Subject &subject, Tally &tally, const ListShape &shape,
                        uint64_t seed) {
  bool named = shape.named;
  int parts = shape.outputs;
  const Gpu &gpu = subject.gpu;
  auto countOf = [&](int bit) { return parts & bit ? shape.lists : 0; };
  TensorShape list{1, shape.lists, shape.places, shape.padding};
  GuardedTensor tokens(gpu, Element::Int32, list),
      requests(gpu, Element::Int32, {1, 1, named ? shape.lists : 0}),
      lengths(gpu, Element::Int32, {1, 1, shape.requests});
  GuardedTensor context(gpu, Element::Int32, {1, countOf(1), shape.places, shape.padding}),
      fresh(gpu, Element::Int32, {1, countOf(2), shape.places, shape.padding});
  GuardedTensor contextCounts(gpu, Element::Int32, {1, 1, countOf(4)}),
      freshCounts(gpu, Element::Int32, {1, 1, countOf(8)});
  NamedValues values = {{"compact", Value::integer(shape.compact)}};
  const std::string_view lists[] = {"T", "K"}, name[] = {"NAMED"}, length[] = {"R"},
                         contexts[] = {"CONTEXT", "K"}, news[] = {"NEW", "K"},
                         contextCounted[] = {"CONTEXT_COUNTED"}, newCounted[] = {"NEW_COUNTED"};
  addTensor(values, "tokens", tokens, 2, lists);
  addTensor(values, "requests", requests, 1, name);
  addTensor(values, "lengths", lengths, 1, length);
  addTensor(values, "context", context, 2, contexts);
  addTensor(values, "new", fresh, 2, news);
  addTensor(values, "context_counts", contextCounts, 1, contextCounted);
  addTensor(values, "new_counts", freshCounts, 1, newCounted);
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);
  tally.begin(shape.name() + (named ? " named" : "") + " outputs=" + std::to_string(parts));
  fill(tokens, seed, 300);
  fill(requests, seed + 1, shape.requests);
  fill(lengths, seed + 2, 200);
  for (int64_t t = 0; t < shape.lists; ++t) {
    int64_t request = named ? getInteger(requests, 0, t) : shape.requests == 1 ? 0 : t;
    bool known = request >= 0 && request < shape.requests;
    int64_t border = known ? std::max(getInteger(lengths, 0, request), 0) : 0;
    std::vector<int32_t> before, behind;
    for (int64_t i = 0; i < shape.places; ++i) {
      int64_t token = known ? getInteger(tokens, t, i) : -1;
      before.push_back(token >= 0 && token < border ? int32_t(token) : -1);
      behind.push_back(token >= border ? int32_t(token - border) : -1);
    }
    expectList(context, contextCounts, t, before, shape.compact);
    expectList(fresh, freshCounts, t, behind, shape.compact);
  }
  const ExactOutput outputs[] = {{"context", context},
                                 {"new", fresh},
                                 {"context_counts", contextCounts},
                                 {"new_counts", freshCounts}};
  runExact(tally, gpu, outputs, [&] { subject.launch({shape.lists}, values); });
}

void mla::conformance::checkFilterIndices(const Subject &subject, Tally &tally) {
  std::vector<ListShape> shapes;
  for (bool compact : {false, true})
    for (int64_t places : {1, 5, 128, 2048, 2049}) {
      for (int outputs : {1, 2, 3, 6, 9, 15})
        shapes.push_back({.lists = 9,
                          .places = places,
                          .padding = places % 2,
                          .requests = 9,
                          .compact = compact,
                          .outputs = outputs});
      shapes.push_back({.lists = 6, .places = places, .compact = compact});
      shapes.push_back(
          {.lists = 6, .places = places, .requests = 3, .compact = compact, .named = true});
    }
  uint64_t seed = subject.seed * 100;
  for (const ListShape &shape : spread(std::move(shapes), subject.samples, tally))
    checkFilter(subject, tally, shape, seed += 10);
}
