//===- DenseDecodeCall.cpp - one call of dense MLA decode on a device ------===//
// SPDX-License-Identifier: Apache-2.0

#include "DenseDecodeCall.h"

#include <array>
#include <limits>
#include <numbers>
#include <stdexcept>

using namespace mla::conformance;
using namespace mla::runtime;

/// Rows of merge below which its columns are shared, and by how many programs.
static constexpr int64_t kFewRows = 2048, kColumnSlices = 4;
/// What a multiprocessor has; the driver takes some shared memory for each program.
static constexpr int64_t kRegisters = 65536, kThreads = 1536, kDriverBytes = 1024;

int64_t DecodeKernels::programs(const Device &device) const {
  const Variant &variant = decode.variant();
  int64_t threads = std::max(variant.threads, 1);
  // Registers are given to warps in units of 8 per thread.
  int64_t registers = (std::max<int64_t>(decode.registers(), 1) + 7) / 8 * 8 * threads;
  int64_t each = std::min(
      {(device.maxSharedBytesPerBlock + kDriverBytes) / (variant.sharedBytes + kDriverBytes),
       kRegisters / registers, kThreads / threads});
  return std::max<int64_t>(each, 1) * device.numMultiprocessors;
}

int64_t DecodeKernels::blockRows() const {
  int64_t rows = decode.variant().constant("BLOCK_H", 0);
  if (rows <= 0)
    throw std::runtime_error("the manifest of kernel '" + decode.name() +
                             "' has no constant BLOCK_H above 0");
  return rows;
}

int64_t DecodeKernels::blocks(const DecodeShape &shape) const {
  int64_t cluster = decode.variant().cluster, rows = shape.rows() / shape.groups();
  int64_t tiles = shape.groups() * ((rows + blockRows() - 1) / blockRows());
  return (tiles + cluster - 1) / cluster * cluster;
}

std::string DecodeKernels::refusesPage(int64_t page) const {
  // A tile of BLOCK_N keys is read from one page unless each row is looked up by itself.
  int64_t keys = decode.variant().constant("BLOCK_N", 1);
  if (decode.variant().constant("GATHER", 0) != 0 || page % keys == 0)
    return {};
  return "page = " + std::to_string(page) + " is no multiple of BLOCK_N = " + std::to_string(keys);
}

DecodeCall::DecodeCall(const Gpu &gpu, const DecodeKernels &kernels, Element element,
                       const DecodeShape &call, uint64_t seed)
    : shape(call),
      numParts(call.pieces.most > 0 ? call.pieces.most * int64_t(call.lengths.size())
               : call.parts != 0
                   ? call.parts
                   : std::max<int64_t>(kernels.programs(gpu.device) / kernels.blocks(call), 1)),
      reference(planDecode(call.lengths, numParts, call.pieces)),
      query(gpu, element,
            {int64_t(call.lengths.size()), call.rows(), call.keyDim, call.queryPadding,
             call.requestPadding}),
      out(gpu, element,
          {int64_t(call.lengths.size()), call.rows(), kValueDim, call.outPadding,
           call.requestPadding}),
      lse(gpu, Element::Fp32,
          {int64_t(call.lengths.size()), 1, call.rows(), 0, call.requestPadding}),
      gpu(gpu), kernels(kernels), pages(call, seed),
      cache(gpu, element,
            {pages.pages, call.page * call.kvHeads, call.keyDim, 0, call.pagePadding}),
      table(gpu, Element::Int32, {int64_t(call.lengths.size()), 1, pages.width}),
      lengths(gpu, Element::Int32, {1, 1, int64_t(call.lengths.size())}),
      starts(gpu, Element::Int32, {1, 1, int64_t(call.lengths.size()) + 1}),
      parts(gpu, Element::Int32, {numParts, 1, 2}),
      partialOut(gpu, Element::Fp32,
                 {int64_t(call.lengths.size()) + numParts, call.rows(), kValueDim}),
      partialLse(gpu, Element::Fp32, {int64_t(call.lengths.size()) + numParts, 1, call.rows()}),
      blocks(kernels.blocks(call)) {
  std::memcpy(table.at(0, 0), pages.entries.data(), pages.entries.size() * sizeof(int32_t));
  std::memcpy(lengths.at(0, 0), call.lengths.data(), call.lengths.size() * sizeof(int32_t));
  const std::pair<std::string, const GuardedTensor *> tensors[] = {{"q", &query},
                                                                   {"cache", &cache},
                                                                   {"table", &table},
                                                                   {"lengths", &lengths},
                                                                   {"starts", &starts},
                                                                   {"parts", &parts},
                                                                   {"out", &out},
                                                                   {"lse", &lse},
                                                                   {"partial_out", &partialOut},
                                                                   {"partial_lse", &partialLse}};
  for (const auto &[name, tensor] : tensors) {
    values[name] = Value::pointer(tensor->address());
    values[name + ".stride0"] = Value::integer(tensor->shape().blockStride());
  }
  // Rows lie one after the other: those of a token, a key/value head and one head.
  int64_t groups = call.groups(), rows = call.rows() / groups;
  for (const GuardedTensor *tensor : {&query, &out, &lse}) {
    std::string name = tensor == &query ? "q" : tensor == &out ? "out" : "lse";
    int64_t row = tensor == &lse ? 1 : tensor->shape().rowStride();
    values[name + ".stride1"] = Value::integer(row * call.kvHeads * call.heads);
    values[name + ".stride2"] = Value::integer(row * call.heads);
    values[name + ".stride3"] = Value::integer(row);
  }
  values["cache.stride1"] = Value::integer(cache.shape().rowStride());
  values["cache.stride2"] = Value::integer(cache.shape().rowStride() * call.kvHeads);
  values["partial_out.stride1"] = Value::integer(rows * kValueDim);
  values["partial_out.stride2"] = Value::integer(kValueDim);
  values["partial_lse.stride1"] = Value::integer(rows);
  int64_t requests = int64_t(call.lengths.size());
  const std::pair<const char *, int64_t> integers[] = {{"B", requests},
                                                       {"T", groups / call.kvHeads},
                                                       {"KV_HEADS", call.kvHeads},
                                                       {"ROWS", rows},
                                                       {"GROUPS", groups},
                                                       {"PAGES", pages.pages},
                                                       {"PAGE", call.page},
                                                       {"MAX_PAGES", pages.width},
                                                       {"STARTS", requests + 1},
                                                       {"PARTS", numParts},
                                                       {"SLOTS", requests + numParts},
                                                       {"SINKS", 0},
                                                       {"heads", call.heads},
                                                       {"causal", call.causal},
                                                       {"num_parts", numParts},
                                                       {"most", call.pieces.most},
                                                       {"least", call.pieces.least},
                                                       {"splits", 0},
                                                       {"sink_in_lse", 0}};
  for (auto [name, value] : integers)
    values[name] = Value::integer(value);
  values["sink"] = Value::pointer(0);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  values["scale_log2"] = Value::number(call.scale * std::numbers::log2e);
  values["lse_scale"] = Value::number(call.otherLse ? std::numbers::log2e : 1.0);
  values["lse_empty"] = Value::number(call.otherLse ? kInfinity : -kInfinity);
}

void DecodeCall::upload(uint64_t seed) {
  table.upload();
  lengths.upload();
  int64_t rows = shape.rows(), bytes = elementBytes(query.element());
  parallelFor(query.shape().blocks * rows, [&](int64_t i) {
    std::array<float, kKeyDim> numbers;
    queryRow(seed, shape, i / rows, i % rows, numbers);
    for (int64_t col = 0; col < shape.keyDim; ++col)
      encode(query.element(), query.at(i / rows, i % rows) + col * bytes, numbers[size_t(col)]);
  });
  query.upload();
  // Rows past the length and pages without a reference keep the poison.
  for (int64_t r = 0; r < query.shape().blocks; ++r)
    parallelFor(shape.lengths[size_t(r)] * shape.kvHeads, [&](int64_t i) {
      std::array<float, kKeyDim> numbers;
      int64_t j = i / shape.kvHeads, kvHead = i % shape.kvHeads;
      keyRow(seed, shape, r, kvHead, j, numbers);
      int64_t page = pages.entries[size_t(r * pages.width + j / shape.page)];
      uint8_t *row = cache.at(page, j % shape.page * shape.kvHeads + kvHead);
      for (int64_t col = 0; col < shape.keyDim; ++col)
        encode(cache.element(), row + col * bytes, numbers[size_t(col)]);
    });
  cache.upload();
}

void DecodeCall::shorten(std::vector<int32_t> shorter) {
  shape.lengths = std::move(shorter);
  reference = planDecode(shape.lengths, numParts, shape.pieces);
  std::memcpy(lengths.at(0, 0), shape.lengths.data(), shape.lengths.size() * sizeof(int32_t));
  lengths.upload();
}

void DecodeCall::key(int64_t request, int64_t kvHead, int64_t j, std::span<float> numbers) const {
  int64_t page = pages.entries[size_t(request * pages.width + j / shape.page)];
  for (int64_t col = 0; col < shape.keyDim; ++col)
    numbers[size_t(col)] = float(cache.get(page, j % shape.page * shape.kvHeads + kvHead, col));
}

std::string DecodeCall::refusal() const {
  std::string reason = kernels.refusesPage(shape.page);
  for (const Kernel *kernel : {&kernels.plan, &kernels.decode, &kernels.merge})
    if (reason.empty() && !fits(kernel->variant(), values, reason))
      reason = kernel->name() + ": " + reason;
  return reason;
}

void DecodeCall::enqueuePlan() {
  require(
      kernels.plan.launch({numParts, 1, 1}, inOrder(kernels.plan.variant(), values), gpu.stream));
}

void DecodeCall::enqueueDecode() {
  require(kernels.decode.launch({blocks, numParts, 1}, inOrder(kernels.decode.variant(), values),
                                gpu.stream));
  // Few rows leave multiprocessors to share the columns.
  int64_t rows = shape.rows() * query.shape().blocks;
  require(kernels.merge.launch({rows, rows < kFewRows ? kColumnSlices : 1, 1},
                               inOrder(kernels.merge.variant(), values), gpu.stream));
}

void DecodeCall::run(bool all, const std::function<void()> &launches) {
  for (GuardedTensor *tensor : {&starts, &parts, &out, &lse, &partialOut, &partialLse})
    tensor->poison();
  if (launches) {
    launches();
  } else {
    enqueuePlan();
    enqueueDecode();
  }
  gpu.synchronize();
  out.download();
  lse.download();
  if (all)
    for (GuardedTensor *tensor : {&starts, &parts, &partialOut, &partialLse})
      tensor->download();
}

std::string DecodeCall::misplaced() const {
  auto differs = [&](const char *name, const GuardedTensor &actual,
                     const std::vector<int32_t> &expected, int64_t cols) -> std::string {
    for (size_t i = 0; i < expected.size(); ++i)
      if (double value = actual.get(int64_t(i) / cols, 0, int64_t(i) % cols); value != expected[i])
        return std::string("plan: ") + name + "[" + std::to_string(i) + "] is " +
               std::to_string(int64_t(value)) + ", expected " + std::to_string(expected[i]);
    return {};
  };
  std::string text = differs("starts", starts, reference.starts, int64_t(reference.starts.size()));
  if (text.empty())
    text = differs("parts", parts, reference.parts, 2);
  // A slot is written only by a part that shares its request.
  std::vector<bool> used(size_t(partialLse.shape().blocks));
  for (int64_t r = 0; r < query.shape().blocks; ++r)
    for (int64_t part = reference.first(r); reference.split(r) && part <= reference.last(r); ++part)
      used[size_t(r + part)] = true;
  auto written = [&](int64_t slot) { return bool(used[size_t(slot)]); };
  const std::tuple<const char *, const GuardedTensor *, bool> tensors[] = {
      {"starts", &starts, false},
      {"parts", &parts, false},
      {"out", &out, false},
      {"lse", &lse, false},
      {"partial_out", &partialOut, true},
      {"partial_lse", &partialLse, true}};
  for (auto [name, tensor, bySlot] : tensors)
    if (text.empty())
      if (std::string where = bySlot ? tensor->damage(written) : tensor->damage(); !where.empty())
        text = std::string(name) + ": " + where;
  return text;
}
