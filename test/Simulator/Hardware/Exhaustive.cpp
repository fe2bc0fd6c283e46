//===- Exhaustive.cpp - functions of one f32 on every f32 -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Exhaustive.h"
#include "Kernels.h"
#include "mla/Simulator/Numerics/Approximate.h"

#include <atomic>
#include <thread>
#include <vector>

using namespace mla::sim;

namespace mla::hardware {

namespace {
struct Function {
  const char *name;
  uint32_t (*model)(uint32_t);
};
const Function kFunctions[] = {
    {"ex2.approx.ftz.f32", [](uint32_t a) { return exp2Approx(a, true); }},
    {"lg2.approx.ftz.f32", [](uint32_t a) { return log2Approx(a, true); }},
    {"rcp.approx.ftz.f32", [](uint32_t a) { return rcpApprox(a, true); }},
    {"rsqrt.approx.ftz.f32", [](uint32_t a) { return rsqrtApprox(a, true); }},
    {"sqrt.approx.ftz.f32", [](uint32_t a) { return sqrtApprox(a, true); }},
    {"sin.approx.f32", sinApprox},
    {"cos.approx.f32", cosApprox},
    {"tanh.approx.f32", tanhApprox}};

constexpr size_t kChunk = size_t(1) << 24;

/// How many of a chunk's answers differ, and the last operand of which one does.
size_t differences(const Function &function, uint32_t base, const std::vector<uint32_t> &answers,
                   uint32_t &last) {
  std::atomic<size_t> wrong = 0;
  std::atomic<uint32_t> operand = last;
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::thread> pool;
  for (unsigned thread = 0; thread < threads; ++thread)
    pool.emplace_back([&, thread] {
      size_t mine = 0;
      for (size_t i = thread * kChunk / threads; i < (thread + 1) * kChunk / threads; ++i)
        if (function.model(base + uint32_t(i)) != answers[i]) {
          ++mine;
          operand = base + uint32_t(i);
        }
      wrong += mine;
    });
  for (std::thread &thread : pool)
    thread.join();
  last = operand;
  return wrong;
}
} // namespace

std::string everyFloatModule() {
  std::string text = ".version 8.7\n.target sm_90a\n.address_size 64\n";
  for (size_t index = 0; index < std::size(kFunctions); ++index)
    text += ".visible .entry every" + std::to_string(index) +
            "(.param .u64 base, .param .u64 out) {\n"
            "  .reg .b64 %base, %out, %at;\n  .reg .b32 %index, %size, %thread, %x;\n"
            "  ld.param.u64 %base, [base]; ld.param.u64 %out, [out]; cvt.u32.u64 %x, %base;\n"
            "  mov.u32 %index, %ctaid.x; mov.u32 %size, %ntid.x; mov.u32 %thread, %tid.x;\n"
            "  mad.lo.u32 %index, %index, %size, %thread; add.u32 %x, %x, %index;\n"
            "  mul.wide.u32 %at, %index, 4; add.u64 %out, %out, %at;\n  " +
            std::string(kFunctions[index].name) +
            " %x, %x;\n  st.global.b32 [%out], %x;\n  ret;\n}\n";
  return text;
}

size_t checkEveryFloat(const conformance::Gpu &gpu, std::FILE *table) {
  Module module(gpu, everyFloatModule());
  conformance::DeviceMemory out(gpu, kChunk * 4);
  std::vector<uint32_t> answers(kChunk);
  size_t differing = 0;
  for (size_t index = 0; index < std::size(kFunctions); ++index) {
    size_t wrong = 0;
    uint32_t last = 0;
    for (uint64_t base = 0; base < uint64_t(1) << 32; base += kChunk) {
      module.run("every" + std::to_string(index), base, out.address, kChunk);
      out.download(answers.data(), 0, kChunk * 4);
      wrong += differences(kFunctions[index], uint32_t(base), answers, last);
    }
    std::fprintf(table, "%-44s every f32: %zu differ", kFunctions[index].name, wrong);
    std::fprintf(table, wrong ? ", the last %08x\n" : "\n", last);
    std::fflush(table);
    differing += wrong != 0;
  }
  return differing;
}

} // namespace mla::hardware
