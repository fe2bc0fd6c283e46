//===- SparseDecodeCall.cpp - a call of sparse decode with its operands ------===//
// SPDX-License-Identifier: Apache-2.0

#include "SparseDecode.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;

static int32_t dtypeOf(Element element) {
  return element == Element::Fp16 ? MLA_DTYPE_FP16 : MLA_DTYPE_BF16;
}

std::string SparseShape::name() const {
  static constexpr const char *kFormats[] = {"rows", "e4m3", "ds_mla", "dsv4"};
  std::string text = kFormats[format];
  auto add = [&](const char *what, auto value) { text += what + std::to_string(value); };
  text += element == Element::Fp16 ? " fp16" : " bf16";
  add(" t=", tokens);
  add(" h=", heads);
  add(" d=", keyDim);
  for (const PoolShape *pool : {&main, &extra}) {
    if (pool->pages == 0)
      continue;
    text += pool == &main ? "" : " extra";
    add(" pages=", pool->pages);
    add("x", pool->page);
    add(" k=", pool->places);
    add(" padding=", pool->rowPadding);
    add("/", pool->pagePadding);
  }
  if (hasLengths)
    add(" lengths/", tokensPerLength);
  text += allInvalid ? " invalid" : "";
  text += sinks == Sinks::None ? "" : sinks == Sinks::Finite ? " sinks" : " sinks+-inf";
  add(" splits=", splits);
  text += isBatchInvariant ? " invariant" : "";
  text += hasMaxLogits ? " max" : "";
  add(" lse=", convention.base);
  add("", convention.empty);
  add("", convention.sink);
  add(" q/o padding=", queryPadding);
  add("/", tokenPadding);
  add("/", outPadding);
  add(" seed=", int64_t(seed));
  return text;
}

SparseCall::SparseCall(Library &library, const SparseShape &of)
    : shape(of), q(library.gpu, of.element,
                   {of.tokens, of.heads, of.keyDim, of.queryPadding, of.tokenPadding}),
      out(library.gpu, of.element,
          {of.tokens, of.heads, kSparseValue, of.outPadding, of.tokenPadding}),
      lse(library.gpu, Element::Fp32, {1, of.tokens, of.heads, of.placePadding}),
      maxLogits(library.gpu, Element::Fp32, {1, of.tokens, of.heads, of.placePadding}),
      sinks(library.gpu, Element::Fp32, {1, 1, of.heads}), library(library),
      main(library, of, of.main, of.seed) {
  args.struct_size = sizeof(args);
  args.format = shape.format;
  args.q = viewOf(q, dtypeOf(shape.element));
  args.cache = main.cache();
  args.indices = main.lists();
  if (shape.hasLengths)
    args.lengths = main.limits();
  if (shape.extra.pages > 0) {
    extra = std::make_unique<SparsePool>(library, shape, shape.extra, shape.seed + 1);
    args.extra_cache = extra->cache();
    args.extra_indices = extra->lists();
    if (shape.hasLengths)
      args.extra_lengths = extra->limits();
  }
  if (shape.sinks != Sinks::None)
    args.sink = viewOf(sinks, MLA_DTYPE_FP32, 1);
  args.out = viewOf(out, dtypeOf(shape.element));
  args.lse = viewOf(lse, MLA_DTYPE_FP32, 2);
  if (shape.hasMaxLogits)
    args.max_logits = viewOf(maxLogits, MLA_DTYPE_FP32, 2);
  args.scale = float(shape.scale);
  args.cache_scale = shape.cacheScale;
  args.tokens_per_length = int32_t(shape.tokensPerLength);
  args.num_splits = shape.splits;
  args.sm_count = shape.multiprocessors;
  args.batch_invariant = shape.isBatchInvariant;
  args.lse_convention = shape.convention;
  sizes.struct_size = sizeof(sizes);
  library.require(mla_query_sparse_decode(library.device, &args, &sizes));
  library.use(sizes);
  // Exactly as many bytes as were asked for, between canaries.
  workspace.emplace(library.gpu, sizes.workspace_bytes);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (int64_t head = 0; head < shape.heads; ++head) {
    float sink = 4 * randomUnit(shape.seed + 9, uint64_t(head));
    if (shape.sinks == Sinks::Infinite && head % 3 != 2)
      sink = head % 3 == 0 ? -kInfinity : kInfinity;
    encode(Element::Fp32, sinks.at(0, 0, head), sink);
  }
  sinks.upload();
  parallelFor(shape.tokens, [&](int64_t token) {
    for (int64_t head = 0; head < shape.heads; ++head)
      for (int64_t col = 0; col < shape.keyDim; ++col)
        encode(
            shape.element, q.at(token, head, col),
            randomUnit(shape.seed + 10, uint64_t((token * shape.heads + head) * kSparseKey + col)));
  });
  q.upload();
  fill(1);
}

void SparseCall::fill(uint64_t listSeed) {
  main.fill(listSeed);
  if (extra)
    extra->fill(listSeed);
}

void SparseCall::poison() {
  for (GuardedTensor *tensor : {&out, &lse, &maxLogits})
    tensor->poison();
  workspace->poison();
}

mla_status SparseCall::enqueue(void *scratch) {
  return mla_run_sparse_decode(library.device, &args, scratch, sizes.workspace_bytes,
                               library.gpu.stream);
}

void SparseCall::collect() {
  library.gpu.synchronize();
  const std::pair<const char *, GuardedTensor *> written[] = {
      {"out", &out}, {"lse", &lse}, {"max_logits", &maxLogits}};
  for (auto [name, tensor] : written) {
    tensor->download();
    if (std::string where = tensor->damage(); !where.empty())
      library.fail(std::string(name) + ": " + where);
  }
  if (std::string where = workspace->damage(); !where.empty())
    library.fail("workspace: " + where);
}

void SparseCall::run() {
  poison();
  library.require(enqueue());
  collect();
}

std::vector<uint8_t> SparseCall::bits() const {
  std::vector<uint8_t> all = out.image();
  for (const GuardedTensor *tensor : {&lse, &maxLogits})
    all.insert(all.end(), tensor->image().begin(), tensor->image().end());
  return all;
}

void mla::conformance::checkSparse(Library &library, const SparseShape &shape, int64_t mostRows) {
  library.begin(shape.name());
  SparseCall call(library, shape);
  if (library.currentFailed)
    return;
  call.run();
  call.check(mostRows);
  std::vector<uint8_t> first = call.bits();
  call.run();
  if (call.bits() != first)
    library.fail("a second run gave other bits");
}
