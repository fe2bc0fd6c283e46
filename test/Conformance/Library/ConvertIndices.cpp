//===- ConvertIndices.cpp - token positions to cache rows through the C interface -===//
// Exact: every byte of every list is known. SPDX-License-Identifier: Apache-2.0

#include "IndexLists.h"

using namespace mla::conformance;

namespace {
/// What lists are converted with.
struct ListShape {
  int64_t lists = 1, places = 1, padding = 0;
  int64_t requests = 1, listed = 1;
  int64_t page = 64, pageStride = 64, world = 1, rank = 0, interleave = 1;
  bool compact = false, counts = true, hasSpaces = false;
  bool inPlace = false; ///< rows replace the positions

  std::string name() const {
    return "T=" + std::to_string(lists) + " K=" + std::to_string(places) +
           " padding=" + std::to_string(padding) + " R=" + std::to_string(requests) +
           " listed=" + std::to_string(listed) + " page=" + std::to_string(page) + "/" +
           std::to_string(pageStride) + " rank=" + std::to_string(rank) + "/" +
           std::to_string(world) + "x" + std::to_string(interleave) + (compact ? " compact" : "") +
           (hasSpaces ? " spaces" : "") + (inPlace ? " in place" : "");
  }
};

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

  mla_convert_indices_args args() const;
  int32_t convert(int64_t list, int64_t token);

  ListShape shape;
  GuardedTensor requests, table, tokens, out, counts, spaces, starts;
};
} // namespace

mla_convert_indices_args ConvertCase::args() const {
  mla_convert_indices_args args{};
  args.struct_size = sizeof(args);
  args.compact = shape.compact;
  args.requests = viewOf(requests, MLA_DTYPE_I32, 1);
  args.block_table = viewOf(table, MLA_DTYPE_I32, 2);
  args.tokens = viewOf(tokens, MLA_DTYPE_I32, 2);
  args.out = viewOf(out, MLA_DTYPE_I32, 2);
  if (shape.inPlace)
    args.tokens = args.out;
  if (shape.counts)
    args.counts = viewOf(counts, MLA_DTYPE_I32, 1);
  if (shape.hasSpaces) {
    args.workspace_requests = viewOf(spaces, MLA_DTYPE_I32, 1);
    args.workspace_starts = viewOf(starts, MLA_DTYPE_I32, 1);
  }
  args.page_size = int32_t(shape.page);
  args.page_stride = shape.pageStride == shape.page ? 0 : shape.pageStride;
  args.world_size = int32_t(shape.world);
  args.rank = int32_t(shape.rank);
  args.interleave = int32_t(shape.interleave);
  return args;
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
  return row > kMostInt ? -1 : int32_t(row);
}

static void checkConvert(Library &library, const ListShape &shape, uint64_t seed) {
  library.begin(shape.name());
  ConvertCase call(library.gpu, shape);
  mla_convert_indices_args args = call.args();
  mla_query_result answer{};
  answer.struct_size = sizeof(answer);
  library.require(mla_query_convert_indices(library.device, &args, &answer));
  if (answer.arch)
    library.use(answer);
  fillIntegers(call.requests, seed, shape.requests);
  fillIntegers(call.table, seed + 1, 1000);
  fillIntegers(call.tokens, seed + 2, shape.listed * shape.page * shape.world);
  fillIntegers(call.spaces, seed + 3, 5);
  fillIntegers(call.starts, seed + 4, kMostInt);
  for (int64_t list = 0; list < shape.lists; ++list) {
    std::vector<int32_t> rows;
    for (int64_t i = 0; i < shape.places; ++i)
      rows.push_back(call.convert(list, getInteger(call.tokens, list, i)));
    expectList(call.out, call.counts, list, rows, shape.compact);
  }
  const ExactOutput outputs[] = {{"out", call.out}, {"counts", call.counts}};
  // In place the positions are where the rows will be.
  auto fill = [&] {
    if (shape.inPlace)
      call.out.copy(call.tokens);
  };
  runExact(
      library, outputs,
      [&] { return mla_run_convert_indices(library.device, &args, library.gpu.stream); }, fill);
}

static std::vector<ListShape> pageLattice(bool small, bool compact) {
  using Numbers = std::vector<int64_t>;
  std::vector<ListShape> shapes;
  for (int64_t page : small ? Numbers{1, 61, 64} : Numbers{1, 16, 61, 64, 128, 256})
    for (int64_t places :
         small ? Numbers{1, 48, 2049} : Numbers{1, 3, 48, 128, 384, 2048, 2049, 5000})
      shapes.push_back({.lists = small ? 3 : 7,
                        .places = places,
                        .padding = places % 3,
                        .requests = 4,
                        .listed = 1 + 4096 / page,
                        .page = page,
                        .pageStride = page,
                        .compact = compact});
  // Nothing to do; rows beyond 2^31; rows where the positions were.
  shapes.push_back({.lists = 0, .places = 4, .compact = compact});
  shapes.push_back({.lists = 3, .places = 0, .compact = compact});
  shapes.push_back({.lists = 3,
                    .places = 100,
                    .requests = 2,
                    .listed = 4,
                    .pageStride = 1 << 30,
                    .compact = compact});
  if (!compact)
    shapes.push_back(
        {.lists = 5, .places = 300, .padding = 4, .requests = 3, .listed = 6, .inPlace = true});
  // More lists than any GPU holds at once.
  shapes.push_back(
      {.lists = small ? 700 : 70000, .places = 5, .requests = 9, .listed = 3, .compact = compact});
  return shapes;
}

/// Rows in a workspace, counts, page strides and tokens that are dealt to ranks.
static std::vector<ListShape> rankLattice(bool small, bool compact) {
  std::vector<ListShape> shapes;
  for (int64_t world : {1, 2, 3, 8})
    for (int64_t interleave : {1, 16, 100})
      shapes.push_back({.lists = small ? 2 : 5,
                        .places = small ? 130 : 700,
                        .requests = 3,
                        .listed = 20,
                        .pageStride = 128,
                        .world = world,
                        .rank = world - 1,
                        .interleave = interleave,
                        .compact = compact,
                        .counts = false,
                        .hasSpaces = world == 3});
  shapes.push_back({.lists = small ? 9 : 33,
                    .places = 512,
                    .requests = 4,
                    .listed = 10,
                    .compact = compact,
                    .hasSpaces = true});
  return shapes;
}

static void convert(Library &library, std::vector<ListShape> (*lattice)(bool, bool)) {
  uint64_t seed = library.seed * 100;
  for (bool compact : {false, true})
    for (const ListShape &shape : spread(library, lattice(library.small, compact)))
      checkConvert(library, shape, seed += 10);
}

std::vector<Case> mla::conformance::convertCases() {
  return {{"F1 F3 pages, lists of any length, valid first",
           [](Library &library) { convert(library, pageLattice); }},
          {"F3 ranks, workspaces, page strides",
           [](Library &library) { convert(library, rankLattice); }}};
}
