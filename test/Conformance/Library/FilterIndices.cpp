//===- FilterIndices.cpp - lists split at lengths through the C interface --===//
// Exact: every byte of every list is known. SPDX-License-Identifier: Apache-2.0

#include "IndexLists.h"

#include <algorithm>

using namespace mla::conformance;

namespace {
/// What lists are split with.
struct FilterShape {
  int64_t lists = 1, places = 1, padding = 0, requests = 1;
  bool compact = false;
  bool named = false; ///< requests of lists are given
  int outputs = 15;   ///< a bit for each that is wanted

  std::string name() const {
    return "T=" + std::to_string(lists) + " K=" + std::to_string(places) +
           " padding=" + std::to_string(padding) + " R=" + std::to_string(requests) +
           (compact ? " compact" : "") + (named ? " named" : "") +
           " outputs=" + std::to_string(outputs);
  }
};
} // namespace

static void checkFilter(Library &library, const FilterShape &shape, uint64_t seed) {
  library.begin(shape.name());
  const Gpu &gpu = library.gpu;
  auto countOf = [&](int bit) { return shape.outputs & bit ? shape.lists : 0; };
  TensorShape list{1, shape.lists, shape.places, shape.padding};
  GuardedTensor tokens(gpu, Element::Int32, list),
      requests(gpu, Element::Int32, {1, 1, shape.named ? shape.lists : 0}),
      lengths(gpu, Element::Int32, {1, 1, shape.requests});
  GuardedTensor context(gpu, Element::Int32, {1, countOf(1), shape.places, shape.padding}),
      fresh(gpu, Element::Int32, {1, countOf(2), shape.places, shape.padding});
  GuardedTensor contextCounts(gpu, Element::Int32, {1, 1, countOf(4)}),
      freshCounts(gpu, Element::Int32, {1, 1, countOf(8)});
  mla_filter_indices_args args{};
  args.struct_size = sizeof(args);
  args.compact = shape.compact;
  args.tokens = viewOf(tokens, MLA_DTYPE_I32, 2);
  args.lengths = viewOf(lengths, MLA_DTYPE_I32, 1);
  if (shape.named)
    args.requests = viewOf(requests, MLA_DTYPE_I32, 1);
  for (auto [bit, rank, field, tensor] :
       {std::tuple(1, 2, &args.context, &context), std::tuple(2, 2, &args.new_tokens, &fresh),
        std::tuple(4, 1, &args.context_counts, &contextCounts),
        std::tuple(8, 1, &args.new_counts, &freshCounts)})
    if (shape.outputs & bit)
      *field = viewOf(*tensor, MLA_DTYPE_I32, rank);
  fillIntegers(tokens, seed, 300);
  fillIntegers(requests, seed + 1, shape.requests);
  fillIntegers(lengths, seed + 2, 200);
  for (int64_t t = 0; t < shape.lists; ++t) {
    int64_t request = shape.named ? getInteger(requests, 0, t) : shape.requests == 1 ? 0 : t;
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
  runExact(library, outputs,
           [&] { return mla_run_filter_indices(library.device, &args, gpu.stream); });
}

static void filter(Library &library) {
  uint64_t seed = library.seed * 100;
  for (bool compact : {false, true})
    for (int64_t places : {1, 5, 128, 2048, 2049}) {
      bool isShort = library.small && places > 5;
      for (int outputs : isShort ? std::vector<int>{15} : std::vector<int>{1, 2, 3, 6, 9, 15})
        checkFilter(library,
                    {.lists = library.small ? 3 : 9,
                     .places = places,
                     .padding = places % 2,
                     .requests = library.small ? 3 : 9,
                     .compact = compact,
                     .outputs = outputs},
                    seed += 10);
      checkFilter(library, {.lists = 6, .places = places, .compact = compact}, seed += 10);
      checkFilter(library,
                  {.lists = 6, .places = places, .requests = 3, .compact = compact, .named = true},
                  seed += 10);
    }
  checkFilter(library, {.lists = 0, .places = 5}, seed + 10);
}

std::vector<Case> mla::conformance::filterCases() {
  return {{"F4 context and new tokens, valid first", filter}};
}
