//===- Dumps.cpp - what the special function unit answers -----------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Dumps.h"
#include "Kernels.h"
#include "mla/Simulator/Numerics/Arithmetic.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <vector>

using namespace mla::sim;

namespace mla::hardware {

namespace {
struct Function {
  const char *name, *instruction;
};
const Function kFunctions[] = {{"rcp", "rcp.approx.ftz.f32"},   {"rsqrt", "rsqrt.approx.ftz.f32"},
                               {"sqrt", "sqrt.approx.ftz.f32"}, {"ex2", "ex2.approx.ftz.f32"},
                               {"lg2", "lg2.approx.ftz.f32"},   {"sin", "sin.approx.ftz.f32"},
                               {"cos", "cos.approx.ftz.f32"},   {"tanh", "tanh.approx.f32"},
                               {"h0", "ex2.approx.f16"},        {"h1", "ex2.approx.ftz.bf16"},
                               {"h2", "tanh.approx.f16"},       {"h3", "tanh.approx.bf16"},
                               {"d0", "rcp.approx.ftz.f64"},    {"d1", "rsqrt.approx.ftz.f64"}};

std::string module() {
  std::string text = ".version 8.7\n.target sm_90a\n.address_size 64\n";
  for (const Function &function : kFunctions) {
    std::string name = function.instruction;
    std::string body = name + " %x, %x;";
    if (function.name[0] == 'h')
      body = "mov.b32 {%h, %g}, %x; " + name + " %h, %h; mov.b32 %x, {%h, 0};";
    if (function.name[0] == 'd') // the upper half alone
      body = "mov.b64 %o, {0, %x}; " + name + " %o, %o; mov.b64 {%t, %x}, %o;";
    text += std::string(".visible .entry ") + function.name +
            "(.param .u64 in, .param .u64 out) {\n  .reg .b64 %in, %out, %o;\n  .reg .b32 %i, %s, "
            "%t, %x;\n  .reg .b16 %h, %g;\n"
            "  ld.param.u64 %in, [in]; ld.param.u64 %out, [out];\n"
            "  mov.u32 %i, %ctaid.x; mov.u32 %s, %ntid.x; mov.u32 %t, %tid.x; mad.lo.u32 %i, %i, "
            "%s, %t;\n"
            "  mul.wide.u32 %o, %i, 4; add.u64 %in, %in, %o; add.u64 %out, %out, %o;\n  "
            "ld.global.b32 %x, [%in];\n  " +
            body + "\n  st.global.b32 [%out], %x;\n  ret;\n}\n";
  }
  return text;
}
} // namespace

std::string dumpModule() { return module(); }

void dump(const conformance::Gpu &gpu, const std::string &folder) {
  Module code(gpu, module());
  constexpr size_t chunk = size_t(1) << 20;
  conformance::DeviceMemory in(gpu, chunk * 4), out(gpu, chunk * 4);
  using Bits = std::function<uint32_t(size_t)>;
  using Sink = std::function<void(uint32_t, uint32_t)>;
  auto run = [&](const char *entry, size_t count, const Bits &bits, const Sink &sink) {
    std::vector<uint32_t> values(chunk), answers(chunk);
    for (size_t from = 0; from < count; from += chunk) {
      for (size_t i = 0; i < chunk; ++i)
        values[i] = bits(from + i < count ? from + i : count - 1);
      in.upload(values.data(), chunk * 4);
      code.run(entry, in.address, out.address, chunk);
      out.download(answers.data(), 0, chunk * 4);
      for (size_t i = 0; i < chunk && from + i < count; ++i)
        sink(values[i], answers[i]);
    }
  };
  // Differences from the rounded exact result, four bits each, first in the lower half of a byte.
  auto nibbles = [&](std::ofstream &file, const char *entry, size_t count, const Bits &bits,
                     double (*exact)(double)) {
    std::vector<char> packed((count + 1) / 2);
    size_t at = 0, outside = 0;
    run(entry, count, bits, [&](uint32_t x, uint32_t y) {
      int difference = int(y) - int(uint32_t(convert(kF64, kF32, bitsOf(exact(asFloat(x))))));
      outside += difference < -8 || difference > 7;
      packed[at / 2] = char(packed[at / 2] | (difference & 15) << (at % 2 * 4));
      ++at;
    });
    file.write(packed.data(), std::streamsize(packed.size()));
    std::printf("dump %s: %zu values, %zu outside four bits\n", entry, count, outside);
  };
  // Differences from the exact result in units of 2^-28, sixteen bits each.
  auto differences = [&](std::ofstream &file, const char *entry, size_t count, const Bits &bits,
                         double (*exact)(double)) {
    std::vector<int16_t> values;
    double most = 0;
    run(entry, count, bits, [&](uint32_t x, uint32_t y) {
      double difference = (double(asFloat(y)) - exact(asFloat(x))) * 0x1p28;
      most = std::max(most, std::fabs(difference));
      values.push_back(int16_t(std::lround(std::max(-32767.0, std::min(32767.0, difference)))));
    });
    file.write(reinterpret_cast<const char *>(values.data()), std::streamsize(values.size() * 2));
    std::printf("dump %s: %zu values, at most %g away\n", entry, count, most * 0x1p-28);
  };
  auto raw = [&](std::ofstream &file, const char *entry, size_t count, const Bits &bits,
                 unsigned bytes) {
    run(entry, count, bits,
        [&](uint32_t, uint32_t y) { file.write(reinterpret_cast<const char *>(&y), bytes); });
    std::printf("dump %s: %zu values\n", entry, count);
  };
  constexpr size_t binade = size_t(1) << 23;
  {
    std::ofstream file(folder + "/mufu1.bin", std::ios::binary);
    nibbles(
        file, "rcp", binade, [](size_t i) { return 0x3f800000u + uint32_t(i); },
        [](double x) { return 1 / x; });
    nibbles(
        file, "rsqrt", 2 * binade, [](size_t i) { return 0x3f800000u + uint32_t(i); },
        [](double x) { return 1 / std::sqrt(x); });
  }
  {
    std::ofstream file(folder + "/mufu2.bin", std::ios::binary);
    nibbles(
        file, "ex2", binade, [](size_t i) { return 0x3f800000u + uint32_t(i); },
        [](double x) { return std::exp2(x); });
    nibbles(
        file, "ex2", binade / 4, [](size_t i) { return 0x3f000000u + uint32_t(i) * 4; },
        [](double x) { return std::exp2(x); });
    nibbles(
        file, "sqrt", binade / 2, [](size_t i) { return 0x3f800000u + uint32_t(i) * 4; },
        [](double x) { return std::sqrt(x); });
  }
  {
    std::ofstream file(folder + "/lg2.bin", std::ios::binary);
    differences(
        file, "lg2", binade / 2, [](size_t i) { return 0x3f800000u + uint32_t(i) * 2; },
        [](double x) { return std::log2(x); });
    // Near one, and below it.
    differences(
        file, "lg2", binade / 16, [](size_t i) { return 0x3f800000u + uint32_t(i); },
        [](double x) { return std::log2(x); });
    differences(
        file, "lg2", binade / 16, [](size_t i) { return 0x3f000000u + uint32_t(i) * 16; },
        [](double x) { return std::log2(x); });
  }
  {
    std::ofstream file(folder + "/sincos.bin", std::ios::binary);
    // Angles on a grid of 2^-21 up to a quarter turn and a bit.
    auto grid = [](size_t i) { return bitsOf(float(i) * 0x1p-21f); };
    auto turn = [](double x) {
      uint32_t product = mulF32(bitsOf(float(x)), 0x3e22f983u, {.rounding = Rounding::Zero});
      return double(asFloat(product)) * 6.283185307179586477;
    };
    static auto turns = turn;
    differences(file, "sin", size_t(3400000), grid, [](double x) { return std::sin(turns(x)); });
    differences(file, "cos", size_t(3400000), grid, [](double x) { return std::cos(turns(x)); });
  }
  {
    std::ofstream file(folder + "/tanh.bin", std::ios::binary);
    // 17 bits of fraction for exponents from -13 to 4.
    raw(
        file, "tanh", size_t(18) << 17,
        [](size_t i) { return (uint32_t(114 + (i >> 17)) << 23) | uint32_t(i & 0x1ffff) << 6; }, 4);
    for (const char *entry : {"h0", "h1", "h2", "h3"})
      raw(file, entry, 65536, [](size_t i) { return uint32_t(i); }, 2);
    raw(file, "d0", 1 << 18, [](size_t i) { return 0x3ff00000u + uint32_t(i) * 4; }, 4);
    raw(file, "d1", 1 << 18, [](size_t i) { return 0x3ff00000u + uint32_t(i) * 8; }, 4);
    // Small numbers, angles beyond one turn, negative angles.
    for (const char *entry : {"ex2", "lg2", "sin", "cos", "tanh", "rcp", "rsqrt", "sqrt"})
      raw(
          file, entry, 65536,
          [](size_t i) { return uint32_t(i) << 16 | uint32_t(i * 40503u & 0xffff); }, 4);
  }
}

} // namespace mla::hardware
