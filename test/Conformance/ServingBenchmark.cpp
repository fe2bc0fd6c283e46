//===- ServingBenchmark.cpp - times of writers, merges and conversions ----===//
// Few tokens show what a launch costs, many how near a kernel comes to a device copy. Bits are
// checked by mla-conformance, not here.
// SPDX-License-Identifier: Apache-2.0

#include "Benchmark.h"

#include <algorithm>
#include <initializer_list>
#include <memory>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr int64_t kTokens[] = {1, 128, 4096, 70000};

namespace {
/// Buffers and arguments of one kernel.
class Call {
public:
  Call(Bench &bench, const Kernel &kernel) : bench(bench), kernel(kernel) {}

  /// The bytes of one element behind a pointer argument.
  int64_t bytesOf(const std::string &name) const {
    Element element = Element::Uint8;
    for (const Argument &argument : kernel.variant().arguments)
      if (argument.name == name)
        parseElement(argument.elementType(), element);
    return elementBytes(element);
  }
  /// An argument that points to so many bytes, each the same.
  DeviceMemory &buffer(const std::string &name, int64_t bytes, uint8_t byte = 0x3c) {
    memory.push_back(std::make_unique<DeviceMemory>(bench.gpu, bytes));
    memory.back()->fill(byte);
    values[name] = Value::pointer(memory.back()->address);
    return *memory.back();
  }
  template <typename Integer>
  void upload(const std::string &name, const std::vector<Integer> &numbers) {
    auto bytes = int64_t(numbers.size() * sizeof(Integer));
    buffer(name, bytes).upload(numbers.data(), bytes);
  }
  void integers(std::initializer_list<std::pair<std::string, int64_t>> numbers) {
    for (const auto &[name, number] : numbers)
      values[name] = Value::integer(number);
  }
  void numbers(std::initializer_list<std::pair<const char *, double>> given) {
    for (auto [name, number] : given)
      values[name] = Value::number(number);
  }
  void time(Result &result, Grid grid) {
    std::vector<Value> ordered = inOrder(kernel.variant(), values);
    result.times = bench.time([&] { require(kernel.launch(grid, ordered, bench.gpu.stream)); });
  }
  int64_t blocks(int64_t count, const char *constant) const {
    int64_t block = kernel.variant().constant(constant, 1);
    return (count + block - 1) / block;
  }

private:
  Bench &bench;
  const Kernel &kernel;
  NamedValues values;
  std::vector<std::unique_ptr<DeviceMemory>> memory;
};
} // namespace

/// Rows of 512 and 64 numbers to a permutation of the slots of a pool of 64-token pages.
static void benchWriter(Call &call, Result &result, int64_t tokens, bool isRecord) {
  constexpr int64_t kPage = 64, kPages = 2048, kStep = 40503; // coprime with the pool
  const int64_t width = isRecord ? 656 : 576, inputBytes = 576 * call.bytesOf("latent");
  std::vector<int64_t> slots;
  for (int64_t t = 0; t < tokens; ++t)
    slots.push_back(t * kStep % (kPage * kPages));
  call.buffer("latent", tokens * inputBytes);
  call.buffer("rope", tokens * inputBytes);
  call.upload("slots", slots);
  call.buffer("cache", kPages * kPage * width * call.bytesOf("cache"));
  call.buffer("scale", 4);
  call.integers({{"T", tokens},
                 {"N", tokens},
                 {"RANK", 512},
                 {"COLUMNS", 512},
                 {"ROPE", 64},
                 {"latent.stride0", 576},
                 {"rope.stride0", 576},
                 {"PAGES", kPages},
                 {"PAGE", kPage},
                 {"WIDTH", width},
                 {"BYTES", width},
                 {"cache.stride0", kPage * width},
                 {"cache.stride1", width},
                 {"SCALED", 1},
                 {"legacy_scales", 0}});
  result.shape = "tokens " + std::to_string(tokens);
  result.bytes = double(tokens * (inputBytes + width * call.bytesOf("cache") + 8));
  call.time(result, {call.blocks(tokens, "BLOCK_T")});
}

/// Two parts of 128 heads of 128, as a prefill with a cached prefix has them.
static void benchMerge(Call &call, Result &result, int64_t tokens) {
  constexpr int64_t kHeads = 128, kDims = 128;
  const int64_t count = tokens * kHeads * kDims, rows = tokens * kHeads;
  call.buffer("first", count * call.bytesOf("first"));
  call.buffer("others", count * call.bytesOf("first"));
  call.buffer("out", count * call.bytesOf("out"));
  for (const char *name : {"first_lse", "others_lse", "lse"})
    call.buffer(name, rows * 4);
  call.buffer("scale", 4);
  call.integers({{"T", tokens},
                 {"H", kHeads},
                 {"D", kDims},
                 {"OTHERS", 1},
                 {"LSES", rows},
                 {"SCALED", 1},
                 {"first_tokens", tokens},
                 {"others.stride0", count},
                 {"others.stride1", kHeads * kDims},
                 {"others.stride2", kDims},
                 {"others_lse_part", rows}});
  for (const char *name : {"first", "out"})
    call.integers({{std::string(name) + ".stride0", kHeads * kDims},
                   {(std::string(name) + ".stride1"), kDims}});
  for (const char *name : {"first_lse", "others_lse", "lse"})
    call.integers({{(std::string(name) + "_token"), 1}, {(std::string(name) + "_head"), tokens}});
  call.numbers({{"lse_factor", 1}, {"out_factor", 1}, {"empty_lse", -INFINITY}});
  result.shape = "tokens " + std::to_string(tokens) + " h128 d128";
  result.bytes = double(count * (2 * call.bytesOf("first") + call.bytesOf("out")) + 3 * 4 * rows);
  call.time(result, {tokens, call.blocks(kHeads, "BLOCK_H"), call.blocks(kDims, "BLOCK_D")});
}

/// Lists of 2048 positions, one of 16 empty, of 64 requests; with `filters` for both caches.
static void benchIndices(Call &call, Result &result, int64_t lists, bool filters) {
  constexpr int64_t kPlaces = 2048, kRequests = 64, kListed = 2048, kPage = 64;
  std::vector<int32_t> tokens, requests;
  for (int64_t i = 0; i < lists * kPlaces; ++i)
    tokens.push_back(i % 16 ? int32_t(randomBits(1, uint64_t(i)) % (kListed * kPage)) : -1);
  for (int64_t t = 0; t < lists; ++t)
    requests.push_back(int32_t(t % kRequests));
  call.upload("tokens", tokens);
  call.upload("requests", requests);
  call.buffer("table", kRequests * kListed * 4, 1);
  call.buffer("lengths", kRequests * 4, 1);
  for (const char *name : {"out", "context", "new"})
    call.buffer(name, lists * kPlaces * 4);
  for (const char *name : {"counts", "context_counts", "new_counts", "spaces", "starts"})
    call.buffer(name, lists * 4);
  call.integers({{"T", lists},
                 {"K", kPlaces},
                 {"R", kRequests},
                 {"LISTED", kListed},
                 {"NAMED", lists},
                 {"CONTEXT", lists},
                 {"NEW", lists},
                 {"COUNTED", lists},
                 {"CONTEXT_COUNTED", lists},
                 {"NEW_COUNTED", lists},
                 {"SPACED", 0},
                 {"STARTS", 0},
                 {"table.stride0", kListed},
                 {"page", kPage},
                 {"page_stride", kPage},
                 {"world", 1},
                 {"rank", 0},
                 {"interleave", 1},
                 {"compact", 0}});
  for (const char *name : {"tokens", "out", "context", "new"})
    call.integers({{std::string(name) + ".stride0", kPlaces}});
  result.shape = "lists " + std::to_string(lists) + " of 2048";
  result.bytes = double(lists * kPlaces * 4 * (filters ? 3 : 2));
  call.time(result, {lists});
}

bool mla::conformance::isServing(const std::string &kernel) {
  for (const char *name :
       {"write_rows", "write_records", "merge_states", "convert_indices", "filter_indices"})
    if (kernel == name)
      return true;
  return false;
}

std::vector<Result> mla::conformance::benchServing(Bench &bench, const Kernel &kernel,
                                                   const Result &row) {
  std::vector<Result> results;
  for (int64_t tokens : kTokens) {
    Result result = row;
    Call call(bench, kernel);
    if (kernel.name() == "merge_states")
      benchMerge(call, result, std::min<int64_t>(tokens, 8192));
    else if (kernel.name() == "write_rows" || kernel.name() == "write_records")
      benchWriter(call, result, tokens, kernel.name() == "write_records");
    else
      benchIndices(call, result, tokens, kernel.name() == "filter_indices");
    results.push_back(std::move(result));
  }
  return results;
}
