//===- SparseDecodeRepeated.cpp - sparse decode: one problem in many ways ----===//
// Alone and among others, captured and replayed, spread over memory, planned for another device:
// the same bits, or the right ones. SPDX-License-Identifier: Apache-2.0

#include "CapturedGraph.h"
#include "SparseDecode.h"

#include <algorithm>

using namespace mla::conformance;

static mla_tensor advanced(mla_tensor tensor, int64_t count, int64_t bytes) {
  tensor.data = static_cast<char *>(tensor.data) + count * tensor.strides[0] * bytes;
  return tensor;
}

/// The bits of each token alone are those that it has among others.
static void checkInvariance(Library &library) {
  for (int32_t format : {MLA_CACHE_ROWS, MLA_CACHE_DS_MLA})
    for (int32_t splits : {0, 3}) {
      SparseShape shape;
      shape.format = format;
      shape.tokens = library.small ? 4 : 200;
      shape.heads = library.small ? 6 : 70;
      shape.main.places = 200;
      shape.hasLengths = true;
      shape.isBatchInvariant = true;
      shape.splits = splits;
      library.begin(shape.name());
      SparseCall call(library, shape);
      call.run();
      call.check();
      std::vector<uint8_t> together = call.bits();
      mla_sparse_decode_args all = call.args;
      call.poison();
      for (int64_t token = 0; token < shape.tokens; ++token) {
        call.args = all;
        for (mla_tensor *tensor : {&call.args.q, &call.args.out})
          *tensor = advanced(*tensor, token, 2);
        for (mla_tensor *tensor : {&call.args.indices, &call.args.lengths, &call.args.lse})
          *tensor = advanced(*tensor, token, 4);
        for (mla_tensor *tensor :
             {&call.args.q, &call.args.out, &call.args.indices, &call.args.lengths, &call.args.lse})
          tensor->shape[0] = 1;
        // Fewer tokens never want more memory.
        library.require(call.enqueue());
      }
      call.collect();
      if (call.bits() != together)
        library.fail("tokens alone have other bits than together");
    }
}

/// A graph that was captured once is right for other lists and lengths.
static void checkReplay(Library &library) {
  for (int32_t format : {MLA_CACHE_ROWS, MLA_CACHE_DSV4}) {
    SparseShape shape;
    shape.format = format;
    shape.keyDim = format == MLA_CACHE_DSV4 ? 512 : 576;
    shape.tokens = 5;
    shape.heads = library.small ? 6 : 64;
    shape.main = {4, 64, 150};
    shape.hasLengths = true;
    shape.splits = 2;
    library.begin(shape.name());
    SparseCall call(library, shape);
    library.require(mla_load(library.device, MLA_FAMILY_SPARSE_DECODE));
    CapturedGraph graph(library.gpu, [&] { library.require(call.enqueue()); });
    for (uint64_t step = 1; step <= 3; ++step) {
      call.fill(step);
      call.poison();
      graph.launch();
      call.collect();
      call.check();
    }
  }
}

/// The bytes of every result of the first `heads` heads.
static std::vector<uint8_t> resultsOf(SparseCall &call, int64_t heads) {
  std::vector<uint8_t> bytes;
  for (int64_t token = 0; token < call.shape.tokens; ++token) {
    const std::pair<const uint8_t *, int64_t> rows[] = {
        {call.out.at(token, 0), heads * call.out.shape().rowStride() * 2},
        {call.lse.at(0, token), heads * 4},
        {call.maxLogits.at(0, token), call.shape.hasMaxLogits ? heads * 4 : 0}};
    for (auto [row, count] : rows)
      bytes.insert(bytes.end(), row, row + count);
  }
  return bytes;
}

/// Callers that pad queries to 64 or 128 heads leave garbage there.
static void checkPaddedHeads(Library &library) {
  for (int32_t format : {MLA_CACHE_ROWS, MLA_CACHE_DS_MLA, MLA_CACHE_DSV4})
    for (auto [heads, padded] : {std::pair<int64_t, int64_t>{20, 64}, {5, 16}, {70, 128}}) {
      if (library.small && format != MLA_CACHE_ROWS && padded != 16)
        continue;
      SparseShape shape;
      shape.format = format;
      shape.keyDim = format == MLA_CACHE_DSV4 ? 512 : 576;
      shape.heads = padded;
      shape.tokens = 2;
      shape.main.places = 80;
      shape.splits = padded == 64 ? 2 : 1;
      shape.hasMaxLogits = shape.splits == 1;
      library.begin(shape.name());
      SparseCall call(library, shape);
      call.run();
      std::vector<uint8_t> clean = resultsOf(call, heads);
      for (int64_t token = 0; token < shape.tokens; ++token)
        for (int64_t head = heads; head < padded; ++head)
          std::memset(call.q.at(token, head), 0xff, size_t(shape.keyDim * 2));
      call.q.upload();
      call.run();
      ++library.compared;
      if (clean != resultsOf(call, heads))
        library.fail("NaN in the heads behind " + std::to_string(heads) + " changes those before");
    }
}

/// The number of parts is a function of sizes and SMs; a single pass leaves the workspace alone.
static void checkPlan(Library &library) {
  mla_device_options options{};
  options.struct_size = sizeof(options);
  options.ordinal = -1;
  options.compute_capability = 90;
  options.sm_count = 132;
  mla_device *described = nullptr;
  library.require(mla_open(&options, &described));
  for (int64_t tokens : {1, 3, 40}) {
    SparseShape shape;
    shape.tokens = tokens;
    shape.heads = 5;
    shape.main.places = 190;
    shape.multiprocessors = 1;
    library.begin(shape.name());
    SparseCall call(library, shape);
    GuardedTensor scratch(library.gpu, Element::Uint8, {1, 1, int64_t(call.sizes.workspace_bytes)});
    call.poison();
    scratch.poison();
    library.require(call.enqueue(reinterpret_cast<void *>(scratch.address())));
    call.collect();
    call.check();
    scratch.download();
    if (call.sizes.num_parts != 1 || call.sizes.num_kernels != 1 || !isPoisoned(scratch.image()))
      library.fail("tokens that fill the device are not one pass that needs no scratch memory");
    mla_query_result here{}, there{};
    here.struct_size = there.struct_size = sizeof(here);
    call.args.sm_count = 132;
    library.require(mla_query_sparse_decode(library.device, &call.args, &here));
    call.args.sm_count = 0;
    library.require(mla_query_sparse_decode(described, &call.args, &there));
    // Which image runs decides how many CTAs fit a multiprocessor.
    if (std::string(here.arch) == there.arch && here.num_parts != there.num_parts)
      library.fail("132 SMs give " + std::to_string(here.num_parts) + " parts here, " +
                   std::to_string(there.num_parts) + " on a described device");
  }
  mla_close(described);
}

/// Offsets that 32 bits do not hold: of rows of a pool, and of queries and results.
static void checkBeyond32Bits(Library &library) {
  if (library.small) {
    library.skipped = "needs 18 GB of device memory; the lattice is small";
    return;
  }
  for (int32_t format : {MLA_CACHE_ROWS, MLA_CACHE_DS_MLA, MLA_CACHE_DSV4}) {
    SparseShape shape;
    shape.format = format;
    shape.keyDim = format == MLA_CACHE_DSV4 ? 512 : 576;
    shape.seed = 17;
    // 3.9 million rows of 576 numbers, or so many bytes of records.
    shape.main = {format == MLA_CACHE_ROWS ? 61000 : 122000, 64, 100};
    checkSparse(library, shape);
  }
  SparseShape shape;
  shape.tokens = 40;
  shape.main.places = 70;
  library.begin("queries and results 2^26 numbers apart");
  SparseCall call(library, shape);
  call.run();
  call.check();
  constexpr int64_t kStride = int64_t(1) << 26;
  DeviceMemory q(library.gpu, shape.tokens * kStride * 2), out(library.gpu, q.bytes);
  const mla::runtime::Driver &driver = library.gpu.driver();
  auto token = [&](const DeviceMemory &memory, int64_t t) {
    return memory.address + uint64_t(t * kStride * 2);
  };
  q.fill(0xff);
  out.fill(0xff);
  for (int64_t t = 0; t < shape.tokens; ++t)
    require(driver.check(driver.cuMemcpyHtoDAsyncFn(token(q, t), call.q.at(t, 0),
                                                    size_t(shape.heads * shape.keyDim * 2),
                                                    library.gpu.stream),
                         "cuMemcpyHtoDAsync"));
  for (auto [tensor, memory] : {std::pair(&call.args.q, &q), {&call.args.out, &out}}) {
    tensor->data = reinterpret_cast<void *>(memory->address);
    tensor->strides[0] = kStride;
  }
  library.require(call.enqueue());
  library.gpu.synchronize();
  std::vector<uint8_t> row(size_t(shape.heads * kSparseValue * 2));
  for (int64_t t = 0; t < shape.tokens; ++t) {
    out.download(row.data(), t * kStride * 2, int64_t(row.size()));
    if (std::memcmp(row.data(), call.out.at(t, 0), row.size()) != 0)
      library.fail("token " + std::to_string(t) + " has other bits than close together");
  }
}

std::vector<Case> mla::conformance::sparseRepeatedCases() {
  return {
      {"A6 A7 parts chosen by sizes and SMs", checkPlan},
      {"A10 garbage in padded heads", checkPaddedHeads},
      {"A20 beyond 2^31 elements", checkBeyond32Bits},
      {"B18 captured, replayed with other lists and lengths", checkReplay},
      {"G10 G11 bits of a token alone and among others", checkInvariance},
  };
}
