//===- Indices.cpp - lists of positions through the C interface --------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <cstring>
#include <limits>

using namespace mla::conformance;

static constexpr int64_t kLists = 5, kPlaces = 70, kRequests = 3, kListed = 4;
static constexpr int32_t kPage = 16;

/// int32 [rows, cols] with its numbers.
static void put(GuardedTensor &tensor, const std::vector<int32_t> &numbers) {
  int64_t cols = tensor.shape().cols;
  for (size_t i = 0; i < numbers.size(); ++i)
    std::memcpy(tensor.at(0, int64_t(i) / cols, int64_t(i) % cols), &numbers[i], sizeof(int32_t));
  tensor.upload();
}

/// Positions inside and outside of every table, and the ends of int32.
static std::vector<int32_t> positions() {
  std::vector<int32_t> numbers;
  const int32_t special[] = {-1,
                             std::numeric_limits<int32_t>::min(),
                             std::numeric_limits<int32_t>::max(),
                             kPage * kListed,
                             kPage * kListed - 1,
                             0};
  for (int64_t i = 0; i < kLists * kPlaces; ++i) {
    uint64_t bits = randomBits(3, uint64_t(i));
    numbers.push_back(bits % 4 == 0 ? special[bits / 4 % 6]
                                    : int32_t(bits / 64 % (kPage * kListed + 20)));
  }
  return numbers;
}

static void compareAll(Library &library, GuardedTensor &tensor,
                       const std::vector<int32_t> &expected, const char *name) {
  tensor.download();
  if (std::string where = tensor.damage(); !where.empty())
    library.fail(std::string(name) + ": " + where);
  int64_t cols = tensor.shape().cols;
  for (size_t i = 0; i < expected.size(); ++i)
    library.compare({double(expected[i]), 0}, tensor.get(0, int64_t(i) / cols, int64_t(i) % cols),
                    std::string(name) + "[" + std::to_string(i) + "]");
}

static void convert(Library &library) {
  GuardedTensor requests(library.gpu, Element::Int32, {1, 1, kLists});
  GuardedTensor table(library.gpu, Element::Int32, {1, kRequests, kListed, 3});
  GuardedTensor tokens(library.gpu, Element::Int32, {1, kLists, kPlaces, 5});
  GuardedTensor out(library.gpu, Element::Int32, {1, kLists, kPlaces, 1});
  GuardedTensor counts(library.gpu, Element::Int32, {1, 1, kLists});
  const std::vector<int32_t> owners = {2, 0, -1, 1, kRequests},
                             pages = {7, 3, 0, 9, 1, -2, 1 << 30, 5, 4, 4, 8, 2};
  std::vector<int32_t> places = positions(), rows, valid(kLists);
  put(requests, owners);
  put(table, pages);
  put(tokens, places);
  for (int64_t i = 0; i < kLists * kPlaces; ++i) {
    int32_t token = places[size_t(i)], owner = owners[size_t(i / kPlaces)];
    int64_t row = -1;
    if (token >= 0 && token / kPage < kListed && owner >= 0 && owner < kRequests)
      if (int32_t page = pages[size_t(owner * kListed + token / kPage)]; page >= 0)
        row = int64_t(page) * kPage + token % kPage;
    rows.push_back(row <= std::numeric_limits<int32_t>::max() ? int32_t(row) : -1);
    valid[size_t(i / kPlaces)] += rows.back() >= 0;
  }
  mla_convert_indices_args args{};
  args.struct_size = sizeof(args);
  args.requests = viewOf(requests, MLA_DTYPE_I32, 1);
  args.block_table = viewOf(table, MLA_DTYPE_I32, 2);
  args.tokens = viewOf(tokens, MLA_DTYPE_I32, 2);
  args.out = viewOf(out, MLA_DTYPE_I32, 2);
  args.counts = viewOf(counts, MLA_DTYPE_I32, 1);
  args.page_size = kPage;
  for (bool compact : {false, true}) {
    args.compact = compact;
    std::vector<int32_t> expected;
    for (int64_t t = 0; t < kLists; ++t) {
      auto begin = rows.begin() + t * kPlaces;
      for (int64_t i = 0; i < kPlaces; ++i)
        if (!compact || begin[i] >= 0)
          expected.push_back(begin[i]);
      expected.resize(size_t((t + 1) * kPlaces), -1);
    }
    out.poison();
    counts.poison();
    library.require(mla_run_convert_indices(library.device, &args, library.gpu.stream));
    library.gpu.synchronize();
    compareAll(library, out, expected, "out");
    compareAll(library, counts, valid, "counts");
  }
}

static void filter(Library &library) {
  GuardedTensor tokens(library.gpu, Element::Int32, {1, kLists, kPlaces, 5});
  GuardedTensor lengths(library.gpu, Element::Int32, {1, 1, kLists});
  GuardedTensor context(library.gpu, Element::Int32, {1, kLists, kPlaces});
  GuardedTensor fresh(library.gpu, Element::Int32, {1, kLists, kPlaces, 2});
  const std::vector<int32_t> limits = {0, 1, 30, kPage * kListed, -5};
  std::vector<int32_t> places = positions(), inContext, inFresh;
  put(tokens, places);
  put(lengths, limits);
  for (int64_t i = 0; i < kLists * kPlaces; ++i) {
    int32_t token = places[size_t(i)], limit = std::max(limits[size_t(i / kPlaces)], 0);
    inContext.push_back(token >= 0 && token < limit ? token : -1);
    inFresh.push_back(token >= 0 && token >= limit ? token - limit : -1);
  }
  mla_filter_indices_args args{};
  args.struct_size = sizeof(args);
  args.tokens = viewOf(tokens, MLA_DTYPE_I32, 2);
  args.lengths = viewOf(lengths, MLA_DTYPE_I32, 1);
  args.context = viewOf(context, MLA_DTYPE_I32, 2);
  args.new_tokens = viewOf(fresh, MLA_DTYPE_I32, 2);
  context.poison();
  fresh.poison();
  library.require(mla_run_filter_indices(library.device, &args, library.gpu.stream));
  library.gpu.synchronize();
  compareAll(library, context, inContext, "context");
  compareAll(library, fresh, inFresh, "new_tokens");
}

std::vector<Case> mla::conformance::indexCases() {
  return {{"indices converted", convert}, {"indices filtered", filter}};
}
