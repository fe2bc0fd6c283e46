//===- MatrixOp.cpp - matrix instructions and their kernels ---------------===//
// SPDX-License-Identifier: Apache-2.0

#include "MatrixOp.h"
#include "mla/Simulator/Numerics/Fragments.h"

#include <cstdio>
#include <cstring>
#include <thread>

using namespace mla::sim;

namespace mla::hardware {

static const char *nameOf(MatrixType type) {
  switch (type) {
  case MatrixType::F16:
    return "f16";
  case MatrixType::BF16:
    return "bf16";
  case MatrixType::TF32:
    return "tf32";
  case MatrixType::E4M3:
    return "e4m3";
  case MatrixType::E5M2:
    return "e5m2";
  case MatrixType::F32:
    return "f32";
  case MatrixType::F64:
    return "f64";
  case MatrixType::S32:
    return "s32";
  case MatrixType::S8:
    return "s8";
  case MatrixType::U8:
    return "u8";
  case MatrixType::S4:
    return "s4";
  case MatrixType::U4:
    return "u4";
  case MatrixType::B1:
    return "b1";
  }
  return "";
}

std::vector<MatrixOp> matrixOps() {
  using T = MatrixType;
  std::vector<MatrixOp> ops;
  auto add = [&](unsigned m, unsigned k, T d, T a, T b, bool satfinite = false,
                 bool andPopc = false) {
    MatrixOp op;
    op.instruction = {
        a,         b,       d,
        m,         8,       k,
        satfinite, andPopc, isFloat(a) ? mmaModel(MatrixArch::Hopper, a, k) : DotModel{}};
    std::string t =
        std::string(".") + nameOf(d) + "." + nameOf(a) + "." + nameOf(b) + "." + nameOf(d);
    op.name = "mma.m" + std::to_string(m) + "n8k" + std::to_string(k) +
              (satfinite ? ".satfinite" : "") + t +
              (a == T::B1 ? andPopc ? ".and.popc" : ".xor.popc" : "");
    ops.push_back(op);
  };
  for (unsigned k : {8, 16}) {
    add(16, k, T::F32, T::F16, T::F16);
    add(16, k, T::F16, T::F16, T::F16);
    add(16, k, T::F32, T::BF16, T::BF16);
  }
  add(16, 4, T::F32, T::TF32, T::TF32);
  add(16, 8, T::F32, T::TF32, T::TF32);
  for (T a : {T::E4M3, T::E5M2})
    for (T b : {T::E4M3, T::E5M2})
      for (unsigned k : {16, 32}) {
        add(16, k, T::F32, a, b);
        add(16, k, T::F16, a, b);
      }
  add(8, 4, T::F64, T::F64, T::F64);
  for (unsigned k : {4, 8, 16})
    add(16, k, T::F64, T::F64, T::F64);
  for (T a : {T::S8, T::U8})
    for (T b : {T::S8, T::U8})
      for (bool satfinite : {false, true}) {
        add(8, 16, T::S32, a, b, satfinite);
        add(16, 16, T::S32, a, b, satfinite);
        add(16, 32, T::S32, a, b, satfinite);
      }
  for (T a : {T::S4, T::U4})
    for (T b : {T::S4, T::U4}) {
      add(8, 32, T::S32, a, b);
      add(16, 32, T::S32, a, b);
      add(16, 64, T::S32, a, b, true);
    }
  for (bool andPopc : {false, true}) {
    add(8, 128, T::S32, T::B1, T::B1, false, andPopc);
    add(16, 128, T::S32, T::B1, T::B1, false, andPopc);
    add(16, 256, T::S32, T::B1, T::B1, false, andPopc);
  }
  auto wgmma = [&](unsigned k, T d, T a, T b, bool satfinite = false) {
    add(16, k, d, a, b, satfinite);
    MatrixOp &op = ops.back();
    op.wgmma = true;
    op.instruction.model = wgmmaModel(a);
    op.name = "wgmma.m64n8k" + std::to_string(k) + "." + nameOf(d) + "." + nameOf(a) + "." +
              nameOf(b) + (satfinite ? ".satfinite" : "");
  };
  wgmma(16, T::F32, T::F16, T::F16);
  wgmma(16, T::F16, T::F16, T::F16);
  wgmma(16, T::F32, T::BF16, T::BF16);
  wgmma(8, T::F32, T::TF32, T::TF32);
  for (T a : {T::E4M3, T::E5M2})
    for (T b : {T::E4M3, T::E5M2}) {
      wgmma(32, T::F32, a, b);
      wgmma(32, T::F16, a, b);
    }
  wgmma(32, T::S32, T::S8, T::S8);
  wgmma(32, T::S32, T::U8, T::S8, true);
  return ops;
}

/// "{%a0, %a1}".
static std::string list(const char *name, unsigned count) {
  std::string text = "{";
  for (unsigned i = 0; i < count; ++i)
    text += (i ? ", %" : "%") + std::string(name) + std::to_string(i);
  return text + "}";
}

std::string matrixModule(const std::vector<MatrixOp> &ops) {
  std::string text = ".version 8.7\n.target sm_90a\n.address_size 64\n";
  for (size_t index = 0; index < ops.size(); ++index) {
    const MatrixOp &op = ops[index];
    const MmaInstruction &mma = op.instruction;
    std::string type = ".b" + std::to_string(mma.registerWidth());
    std::string bytes = std::to_string(mma.registerWidth() / 8);
    unsigned counts[] = {mma.registersA(), mma.registersB(), mma.registersC()};
    const char *names[] = {"a", "b", "c"};
    text += "// " + op.name + "\n.visible .entry mma" + std::to_string(index) +
            "(.param .u64 in, .param .u64 out) {\n  .reg .b64 %in, %out, %w<4>;\n  .reg .b32 "
            "%t<4>;\n  .reg .pred %p;\n";
    for (int i = 0; i < 3; ++i)
      text += "  .reg " + type + " %" + names[i] + "<" + std::to_string(counts[i]) + ">;\n";
    if (op.wgmma)
      text += "  .shared .align 1024 .b8 tile[256];\n";
    unsigned row = 32 * mma.registerWidth() / 8;
    // %t0 the vector, %t1 the lane.
    text += "  ld.param.u64 %in, [in]; ld.param.u64 %out, [out];\n"
            "  mov.u32 %t0, %ctaid.x; mov.u32 %t1, %ntid.x; mov.u32 %t2, %tid.x; mad.lo.u32 %t0, "
            "%t0, %t1, %t2;\n"
            "  and.b32 %t1, %t0, 31; shr.u32 %t0, %t0, 5;\n"
            "  mul.wide.u32 %w0, %t1, " +
            bytes +
            ";\n"
            "  mul.wide.u32 %w1, %t0, " +
            std::to_string(row * op.registers()) +
            "; add.u64 %w1, %w1, %w0; add.u64 %in, %in, %w1;\n"
            "  mul.wide.u32 %w1, %t0, " +
            std::to_string(row * counts[2]) + "; add.u64 %w1, %w1, %w0; add.u64 %out, %out, %w1;\n";
    unsigned at = 0;
    for (int i = 0; i < 3; ++i)
      for (unsigned reg = 0; reg < counts[i]; ++reg, ++at)
        text += "  ld.global" + type + " %" + names[i] + std::to_string(reg) + ", [%in+" +
                std::to_string(row * at) + "];\n";
    if (op.wgmma) {
      // The registers of B are, lane after lane, its core matrices of 8 rows of 16 bytes.
      text += "  mov.u32 %t3, tile; setp.lt.u32 %p, %t2, 32; mad.lo.u32 %t1, %t1, 4, %t3;\n"
              "  @%p st.shared.b32 [%t1], %b0; @%p st.shared.b32 [%t1+128], %b1;\n"
              "  fence.proxy.async; bar.sync 0;\n"
              "  shr.u32 %t3, %t3, 4; cvt.u64.u32 %w2, %t3; or.b64 %w2, %w2, " +
              std::to_string((uint64_t(8) << 32) | (uint64_t(8) << 16)) +
              ";\n"
              "  setp.eq.u32 %p, 0, 0; wgmma.fence.sync.aligned;\n"
              "  wgmma.mma_async.sync.aligned" +
              op.name.substr(5, op.name.find(".satfinite") == std::string::npos
                                    ? std::string::npos
                                    : op.name.find(".satfinite") - 5) +
              (mma.satfinite ? ".satfinite" : "") + " " + list("c", counts[2]) + ", " +
              list("a", counts[0]) + ", %w2, %p";
      if (isFloat(mma.a))
        text += mma.a == MatrixType::F16 || mma.a == MatrixType::BF16 ? ", 1, 1, 0" : ", 1, 1";
      text += ";\n  wgmma.commit_group.sync.aligned; wgmma.wait_group.sync.aligned 0;\n";
    } else {
      std::string shape = "m" + std::to_string(mma.m) + "n8k" + std::to_string(mma.k);
      std::string types = std::string(".") + nameOf(mma.accumulator) + "." + nameOf(mma.a) + "." +
                          nameOf(mma.b) + "." + nameOf(mma.accumulator);
      text += "  mma.sync.aligned." + shape + ".row.col" + (mma.satfinite ? ".satfinite" : "") +
              types + (mma.a == MatrixType::B1 ? mma.andPopc ? ".and.popc" : ".xor.popc" : "") +
              " " + list("c", counts[2]) + ", " + list("a", counts[0]) + ", " +
              list("b", counts[1]) + ", " + list("c", counts[2]) + ";\n";
    }
    for (unsigned reg = 0; reg < counts[2]; ++reg)
      text += "  st.global" + type + " [%out+" + std::to_string(row * reg) + "], %c" +
              std::to_string(reg) + ";\n";
    text += "  ret;\n}\n";
  }
  return text;
}

std::vector<uint32_t> matrixAnswers(const MatrixOp &op, const std::vector<uint32_t> &inputs,
                                    size_t vectors) {
  const MmaInstruction &instruction = op.instruction;
  unsigned words = op.registerWords(), countA = instruction.registersA(),
           countB = instruction.registersB(), countC = instruction.registersC();
  std::vector<uint32_t> answers(vectors * countC * words);
  unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  auto work = [&](unsigned thread) {
    for (size_t vector = thread; vector < vectors; vector += threads) {
      const uint32_t *in = inputs.data() + vector * op.registers() * words;
      uint32_t *out = answers.data() + vector * countC * words;
      auto run = [&](auto multiply, auto *from, auto *to) {
        decltype(from) registers[32];
        decltype(to) results[8];
        for (unsigned reg = 0; reg < op.registers(); ++reg)
          registers[reg] = from + reg * 32;
        for (unsigned reg = 0; reg < countC; ++reg)
          results[reg] = to + reg * 32;
        multiply(instruction, registers, registers + countA, registers + countA + countB, results);
      };
      if (instruction.a == MatrixType::F64)
        run(mmaF64, reinterpret_cast<const uint64_t *>(in), reinterpret_cast<uint64_t *>(out));
      else
        run(mma, in, out);
    }
  };
  std::vector<std::thread> pool;
  for (unsigned thread = 0; thread < threads; ++thread)
    pool.emplace_back(work, thread);
  for (std::thread &thread : pool)
    thread.join();
  return answers;
}

std::string describeElement(const MatrixOp &op, const std::vector<uint32_t> &inputs, size_t word,
                            uint32_t got, uint32_t expected) {
  const MmaInstruction &mma = op.instruction;
  unsigned words = op.registerWords(), countC = mma.registersC();
  size_t vector = word / (countC * words);
  unsigned reg = unsigned(word / words % countC), lane = unsigned(word % words) * 32 / words;
  const uint32_t *in = inputs.data() + vector * op.registers() * words;
  unsigned per = std::max(1u, mma.registerWidth() / widthOf(mma.accumulator));
  char text[64];
  std::snprintf(text, sizeof text, "got %08x expected %08x c ", got, expected);
  std::string line = std::string(kStyles[styleOf(vector)]) + ": " + text;
  std::snprintf(text, sizeof text, "%08x",
                in[(mma.registersA() + mma.registersB()) * words + word % (countC * words)]);
  line += text;
  // Of a register of two halves: the row and column of the one that differs.
  unsigned part = per == 2 && uint16_t(got) == uint16_t(expected);
  Place at = placeOfC(mma.m, lane, reg * per + part);
  auto operands = [&](bool isA) {
    unsigned width = widthOf(isA ? mma.a : mma.b);
    if (width > 32)
      return;
    unsigned perRegister = 32 / width;
    std::vector<uint32_t> row(mma.k);
    for (unsigned reg = 0; reg < (isA ? mma.registersA() : mma.registersB()); ++reg)
      for (unsigned lane = 0; lane < 32; ++lane)
        for (unsigned element = 0; element < perRegister; ++element) {
          Place place = isA ? placeOfA(mma.m, perRegister, lane, reg, element)
                            : placeOfB(perRegister, lane, reg, element);
          if ((isA ? place.row : place.column) == (isA ? at.row : at.column))
            row[isA ? place.column : place.row] =
                in[(isA ? reg : mma.registersA() + reg) * 32 + lane] >> (element * width) &
                (width == 32 ? ~0u : (1u << width) - 1);
        }
    line += isA ? " a" : " b";
    for (uint32_t bits : row) {
      std::snprintf(text, sizeof text, " %x", bits);
      line += text;
    }
  };
  operands(true);
  operands(false);
  return line + " part " + std::to_string(part);
}

} // namespace mla::hardware
