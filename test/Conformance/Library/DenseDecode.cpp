//===- DenseDecode.cpp - dense decode through the C interface ----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "CapturedGraph.h"
#include "DenseDecodeCall.h"
#include "DenseDecodeLattice.h"

#include <cstring>
#include <limits>
#include <memory>

using namespace mla::conformance;

/// Elements behind a page above which a pool is a matter of gigabytes, and memory that has room.
static constexpr int64_t kWidePadding = int64_t(1) << 20, kWideDevice = int64_t(64) << 30;

namespace {
/// What a kernel is made for.
struct Kind {
  Element element;
  int64_t keyDim;
};
} // namespace

static constexpr Kind kKinds[] = {
    {Element::Bf16, 576}, {Element::Bf16, 512}, {Element::Fp16, 576}, {Element::Fp16, 512}};

static void runLattice(Library &library, const DecodeLattice &lattice) {
  uint64_t seed = library.seed * 1000;
  for (const Kind &kind : kKinds) {
    std::vector<DecodeShape> shapes = lattice.shapes(library.small, library.seed);
    // On the simulator the first call of a lattice stands for all of the other kinds.
    if (library.small && &kind != kKinds && !shapes.empty())
      shapes.resize(1);
    for (DecodeShape &shape : shapes) {
      shape.keyDim = kind.keyDim;
      if (shape.pagePadding > kWidePadding &&
          (library.gpu.device.totalBytes < kWideDevice || &kind != kKinds)) {
        library.skip(&kind != kKinds ? "the other kinds compute addresses alike"
                                     : "a pool of more than 2^31 numbers does not fit the device");
        continue;
      }
      checkDenseCall(library, shape, kind.element, ++seed);
    }
  }
  if (library.calls == 0)
    library.skipped =
        library.firstSkip.empty() ? "a large call, left to --lattice full" : library.firstSkip;
}

/// What lies behind lengths and in unused entries of the table shows in no bit.
static void checkLitter(Library &library) {
  for (int64_t page : {64, 48}) {
    DecodeShape shape{{65, 1, 0, 130}, 2, 20, page, true, 0.05, 3};
    library.begin(shape.name());
    DenseCall call(library, shape, Element::Bf16, library.seed);
    call.upload();
    call.run();
    call.check();
    std::vector<uint8_t> first = call.bits();
    // Zeros, infinities of both signs, the largest numbers, NaN.
    const std::pair<int, int32_t> litter[] = {{0x00, 0},
                                              {0x7f, std::numeric_limits<int32_t>::max()},
                                              {0xfe, std::numeric_limits<int32_t>::min()},
                                              {0xff, -1}};
    for (auto [byte, entry] : litter) {
      call.litter(uint8_t(byte), entry);
      call.run();
      if (first != call.bits())
        library.fail("bits depend on what lies behind the lengths: byte " + std::to_string(byte));
    }
  }
}

/// A request has the bits that it has among others, whatever they are.
static void checkAlone(Library &library) {
  std::vector<DecodeShape> shapes = {{{300, 64, 0, 65, 130}, 2, 5, 64, true, 0.05},
                                     {{1000, 7}, 1, 20, 48}};
  if (!library.small)
    shapes.insert(shapes.end(), {{{4096, 1, 0, 65, 32768, 640}, 1, 16, 64},
                                 {{4096, 4000, 100}, 2, 128, 64, true},
                                 {std::vector<int32_t>(64, 2000), 1, 64, 64}});
  for (DecodeShape &shape : shapes) {
    shape.invariant = true;
    library.begin(shape.name());
    DenseCall call(library, shape, Element::Bf16, library.seed);
    call.upload();
    call.run();
    call.check();
    for (size_t r = 0; r < std::min<size_t>(shape.lengths.size(), 6); ++r) {
      DecodeShape one = shape;
      one.lengths = {shape.lengths[r]};
      one.firstRequest = int64_t(r);
      DenseCall alone(library, one, Element::Bf16, library.seed);
      alone.upload();
      alone.run();
      auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
      bool equal = true;
      for (int64_t row = 0; row < one.rows(); ++row) {
        equal &= same(alone.lseAt(0, row), call.lseAt(int64_t(r), row));
        for (int64_t col = 0; col < kValueDim; ++col)
          equal &= same(alone.outAt(0, row, col), call.outAt(int64_t(r), row, col));
      }
      if (!equal)
        library.fail("request " + std::to_string(r) + " has other bits when it is alone");
    }
  }
}

/// A graph of plan and run, replayed with other lengths, keys and pages.
static void checkReplay(Library &library) {
  for (bool withPlan : {true, false}) {
    DecodeShape shape{{300, 129, 0, 64}, 2, 5, 64, true, 0.05, 3};
    library.begin(shape.name() + (withPlan ? " with a plan" : ""));
    library.require(mla_load(library.device, MLA_FAMILY_DENSE_DECODE));
    DenseCall call(library, shape, Element::Bf16, library.seed);
    call.upload();
    CapturedGraph graph(library.gpu, [&] { library.require(call.enqueue(withPlan)); });
    for (const std::vector<int32_t> &lengths :
         {std::vector<int32_t>{300, 129, 0, 64}, {1, 129, 0, 0}, {257, 3, 0, 63}, {0, 0, 0, 0}}) {
      call.change(lengths, library.seed + uint64_t(lengths[0]));
      library.begin(call.shape.name() + " replayed");
      call.run(withPlan);
      std::vector<uint8_t> expected = call.bits();
      call.poison();
      graph.launch();
      call.collect();
      call.check();
      if (expected != call.bits())
        library.fail("a replay gave other bits than a call");
    }
  }
}

/// Inside a capture nothing is loaded and nothing is enqueued.
static void checkCaptureUnloaded(Library &library) {
  mla_device_options options{};
  options.struct_size = sizeof(options);
  options.ordinal = library.ordinal;
  options.forbid_jit = library.forbidJit;
  options.kernel_folder = library.kernelFolder.empty() ? nullptr : library.kernelFolder.c_str();
  mla_device *fresh = nullptr;
  library.require(mla_open(&options, &fresh));
  std::unique_ptr<mla_device, void (*)(mla_device *)> closing(fresh, mla_close);
  Library own{library.gpu, fresh, library.kernelFolder};
  DenseCall call(own, {{130, 65}, 1, 8, 64}, Element::Bf16, 1);
  call.upload();
  call.poison();
  CapturedGraph graph(library.gpu, [&] {
    if (mla_status status = call.enqueue(false); status != MLA_STATUS_NOT_LOADED)
      library.fail(std::string("unloaded inside a capture: ") + mla_status_name(status));
  });
  graph.launch();
  call.collect();
  if (!isPoisoned(call.bits()))
    library.fail("the refused call wrote something");
  // The same call runs once its kernels are loaded.
  library.require(mla_load(fresh, MLA_FAMILY_DENSE_DECODE));
  CapturedGraph loaded(library.gpu, [&] { library.require(call.enqueue(true)); });
  loaded.launch();
  call.collect();
  call.check();
  library.compared += own.compared;
  if (!own.failure.empty())
    library.fail(own.failure);
}

/// A byte less than the query says is refused, and nothing is written.
static void checkSizes(Library &library) {
  for (const DecodeShape &shape :
       {DecodeShape{{300, 0, 64}, 1, 20, 64, false, 0.05, 7}, {{3}, 1, 1, 16}}) {
    library.begin(shape.name());
    DenseCall call(library, shape, Element::Bf16, library.seed);
    call.upload();
    call.run();
    call.check();
    call.run(/*withPlan=*/true);
    call.check();
    auto isTooSmall = [&](const char *what, mla_status status) {
      if (status != MLA_STATUS_WORKSPACE_TOO_SMALL)
        library.fail(std::string(what) + ": " + mla_status_name(status));
    };
    const mla_query_result &sizes = call.sizes;
    void *stream = library.gpu.stream;
    isTooSmall("workspace_bytes - 1",
               mla_run_dense_decode(library.device, &call.args, nullptr, 0, call.workspace->data(),
                                    sizes.workspace_bytes - 1, stream));
    isTooSmall("plan_bytes - 1",
               mla_plan_dense_decode(library.device, &call.args, call.plan->data(),
                                     sizes.plan_bytes - 1, stream));
    isTooSmall("run_bytes - 1",
               mla_run_dense_decode(library.device, &call.args, call.plan->data(), sizes.plan_bytes,
                                    call.workspace->data(), sizes.run_bytes - 1, stream));
  }
}

std::vector<Case> mla::conformance::denseDecodeCases() {
  std::vector<Case> cases;
  for (const DecodeLattice &lattice : decodeLattices())
    cases.push_back({lattice.name, [&](Library &library) { runLattice(library, lattice); }});
  cases.insert(cases.end(), {{"C3 litter behind lengths and in tables", checkLitter},
                             {"G5 captured, replayed with other lengths", checkReplay},
                             {"G5 G8 nothing is loaded inside a capture", checkCaptureUnloaded},
                             {"G10 exact workspace and plan", checkSizes},
                             {"G11 a request alone and among others", checkAlone}});
  return cases;
}
