//===- AtomicOps.cpp - floating-point atomics beside their models ---------===//
// An atomic on a cell that only one thread sees is an ordinary sum or comparison, with the
// roundings and flushes of the unit that does it. SPDX-License-Identifier: Apache-2.0

#include "ScalarOp.h"
#include "mla/Simulator/Numerics/Arithmetic.h"

using namespace mla::sim;

namespace mla::hardware {

using Words = const uint64_t *;

void addAtomicOps(std::vector<ScalarOp> &ops) {
  auto add = [&](const std::string &space, const std::string &type, Kind kind, auto model) {
    std::string bits = ".b" + std::to_string(widthOf(kind));
    std::string cell = space == "global" ? "%out" : "%cell";
    ops.push_back({"atom." + space + "." + type,
                   "st." + space + bits + " [" + cell + "], $0; atom." + space + "." + type +
                       " $d, [" + cell + "], $1; ld." + space + bits + " $d, [" + cell + "];",
                   {kind, kind},
                   kind,
                   [=](Words w) { return uint64_t(model(w[0], w[1])); }});
  };
  for (const std::string space : {"global", "shared"}) {
    bool global = space == "global";
    add(space, "add.f32", 'f',
        [=](uint64_t a, uint64_t b) { return atomicAddF32(uint32_t(a), uint32_t(b), global); });
    add(space, "add.f64", 'd', [=](uint64_t a, uint64_t b) { return atomicAddF64(a, b, global); });
    for (bool packed : {false, true}) {
      auto halves = [=](const FloatFormat &half) {
        return [=](uint64_t a, uint64_t b) {
          auto one = [&](uint16_t x, uint16_t y) { return addHalf(half, x, y); };
          return packed ? packed2(one, uint32_t(a), uint32_t(b))
                        : uint32_t(one(uint16_t(a), uint16_t(b)));
        };
      };
      add(space, packed ? "add.noftz.f16x2" : "add.noftz.f16", packed ? 'H' : 'h', halves(kF16));
      add(space, packed ? "add.noftz.bf16x2" : "add.noftz.bf16", packed ? 'B' : 'b', halves(kBF16));
    }
  }
}

} // namespace mla::hardware
