//===- ApproximateOps.cpp - approximate functions beside their models -----===//
// SPDX-License-Identifier: Apache-2.0

#include "ScalarOp.h"
#include "mla/Simulator/Numerics/Approximate.h"

using namespace mla::sim;

namespace mla::hardware {

using Words = const uint64_t *;

void addApproximateOps(std::vector<ScalarOp> &ops) {
  auto single = [&](const std::string &name, auto model) {
    ops.push_back({name, name + " $d, $0;", "f", 'f',
                   [=](Words w) { return uint64_t(model(uint32_t(w[0]))); }});
  };
  for (bool flush : {false, true}) {
    std::string end = flush ? ".approx.ftz.f32" : ".approx.f32";
    single("ex2" + end, [=](uint32_t a) { return exp2Approx(a, flush); });
    single("lg2" + end, [=](uint32_t a) { return log2Approx(a, flush); });
    single("rcp" + end, [=](uint32_t a) { return rcpApprox(a, flush); });
    single("rsqrt" + end, [=](uint32_t a) { return rsqrtApprox(a, flush); });
    single("sqrt" + end, [=](uint32_t a) { return sqrtApprox(a, flush); });
    single("sin" + end, [=](uint32_t a) { return sinApprox(a); });
    single("cos" + end, [=](uint32_t a) { return cosApprox(a); });
    for (bool full : {false, true}) {
      std::string name =
          std::string("div") + (full ? ".full" : ".approx") + (flush ? ".ftz" : "") + ".f32";
      ops.push_back({name, name + " $d, $0, $1;", "ff", 'f', [=](Words w) {
                       uint32_t a = uint32_t(w[0]), b = uint32_t(w[1]);
                       return uint64_t(full ? divFull(a, b, flush) : divApprox(a, b, flush));
                     }});
    }
  }
  single("tanh.approx.f32", [](uint32_t a) { return tanhApprox(a); });
  auto half = [&](const std::string &name, Kind kind, auto model) {
    ops.push_back({name, name + " $d, $0;", {kind}, kind, [=](Words w) {
                     return uint64_t(model(uint16_t(w[0])));
                   }});
    Kind both = kind == 'h' ? 'H' : 'B';
    ops.push_back({name + "x2", name + "x2 $d, $0;", {both}, both, [=](Words w) {
                     return uint64_t(model(uint16_t(w[0]))) | uint64_t(model(uint16_t(w[0] >> 16)))
                                                                  << 16;
                   }});
  };
  half("ex2.approx.f16", 'h', exp2ApproxF16);
  half("ex2.approx.ftz.bf16", 'b', exp2ApproxBF16);
  half("tanh.approx.f16", 'h', tanhApproxF16);
  half("tanh.approx.bf16", 'b', tanhApproxBF16);
  auto upper = [&](const std::string &name, auto model) {
    ops.push_back({name, name + " $d, $0;", "d", 'd', [=](Words w) { return model(w[0]); }});
  };
  upper("rcp.approx.ftz.f64", rcpApproxUpperF64);
  upper("rsqrt.approx.ftz.f64", rsqrtApproxUpperF64);
  upper("rsqrt.approx.f64", rsqrtApproxF64);
}

} // namespace mla::hardware
