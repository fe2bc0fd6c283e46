//===- IntegerOps.cpp - integer instructions beside their models ----------===//
// SPDX-License-Identifier: Apache-2.0

#include "ScalarOp.h"
#include "mla/Simulator/Numerics/Arithmetic.h"
#include "mla/Simulator/Numerics/Integers.h"

using namespace mla::sim;

namespace mla::hardware {

namespace {
using Words = const uint64_t *;

template <typename T>
struct Named {
  std::string name = std::string(std::is_signed_v<T> ? "s" : "u") + std::to_string(8 * sizeof(T));
  Kind kind = sizeof(T) == 2 ? 's' : sizeof(T) == 4 ? 'i' : 'l';
  Kind wide = sizeof(T) == 2 ? 'i' : 'l';
};

/// Result of type T as bits of its width.
template <typename T>
uint64_t bits(T value) {
  return uint64_t(std::make_unsigned_t<T>(value));
}

template <typename T>
void addTyped(std::vector<ScalarOp> &ops) {
  Named<T> type;
  std::string t = type.name;
  Kind k = type.kind;
  auto two = [&](const std::string &name, Kind result, auto model) {
    ops.push_back({name + "." + t, name + "." + t + " $d, $0, $1;", {k, k}, result, [=](Words w) {
                     return uint64_t(model(T(w[0]), T(w[1])));
                   }});
  };
  auto three = [&](const std::string &name, auto model) {
    ops.push_back({name + "." + t, name + "." + t + " $d, $0, $1, $2;", {k, k, k}, k, [=](Words w) {
                     return bits<T>(model(T(w[0]), T(w[1]), T(w[2])));
                   }});
  };
  auto one = [&](const std::string &name, Kind result, auto model) {
    ops.push_back({name + "." + t, name + "." + t + " $d, $0;", {k}, result, [=](Words w) {
                     return uint64_t(model(T(w[0])));
                   }});
  };
  two("add", k, [](T a, T b) { return bits(addWrap(a, b)); });
  two("sub", k, [](T a, T b) { return bits(subWrap(a, b)); });
  two("mul.lo", k, [](T a, T b) { return bits(mulLo(a, b)); });
  two("mul.hi", k, [](T a, T b) { return bits(mulHi(a, b)); });
  two("div", k, [](T a, T b) { return bits(divide(a, b)); });
  two("rem", k, [](T a, T b) { return bits(remainder(a, b)); });
  two("min", k, [](T a, T b) { return bits(a < b ? a : b); });
  two("max", k, [](T a, T b) { return bits(a > b ? a : b); });
  three("mad.lo", [](T a, T b, T c) { return addWrap(mulLo(a, b), c); });
  three("mad.hi", [](T a, T b, T c) { return addWrap(mulHi(a, b), c); });
  three("sad", [](T a, T b, T c) { return sad(a, b, c); });
  if constexpr (sizeof(T) < 8) {
    two("mul.wide", type.wide, [](T a, T b) { return uint64_t(bits(mulWide(a, b))); });
    ops.push_back({"mad.wide." + t,
                   "mad.wide." + t + " $d, $0, $1, $2;",
                   {k, k, type.wide},
                   type.wide,
                   [=](Words w) {
                     return bits<Wide<T>>(addWrap(mulWide(T(w[0]), T(w[1])), Wide<T>(w[2])));
                   }});
  }
  if constexpr (std::is_signed_v<T>) {
    one("abs", k, [](T a) { return bits(absolute(a)); });
    one("neg", k, [](T a) { return bits(subWrap(T(0), a)); });
  }
  // A shift's amount is always 32 bits.
  ops.push_back({"shr." + t, "shr." + t + " $d, $0, $1;", {k, 'n'}, k, [=](Words w) {
                   return bits(shiftRight(T(w[0]), uint32_t(w[1])));
                 }});
  if constexpr (!std::is_signed_v<T>)
    ops.push_back(
        {"shl.b" + t.substr(1), "shl.b" + t.substr(1) + " $d, $0, $1;", {k, 'n'}, k, [=](Words w) {
           return bits(shiftLeft(T(w[0]), uint32_t(w[1])));
         }});
  const std::pair<const char *, Compare> comparisons[] = {{"eq", Compare::Eq}, {"ne", Compare::Ne},
                                                          {"lt", Compare::Lt}, {"le", Compare::Le},
                                                          {"gt", Compare::Gt}, {"ge", Compare::Ge}};
  for (auto [name, comparison] : comparisons)
    ops.push_back({std::string("setp.") + name + "." + t,
                   std::string("setp.") + name + "." + t + " %p0, $0, $1; selp.u32 $d, 1, 0, %p0;",
                   {k, k},
                   'i',
                   [comparison = comparison](Words w) {
                     return uint64_t(compare(comparison, T(w[0]), T(w[1])));
                   }});
  if constexpr (sizeof(T) >= 4) {
    ops.push_back({"bfe." + t, "bfe." + t + " $d, $0, $1, $2;", {k, 'n', 'n'}, k, [=](Words w) {
                     return bits(bitFieldExtract(T(w[0]), uint32_t(w[1]), uint32_t(w[2])));
                   }});
    one("bfind", 'i', [](T a) { return findLeading(a, false); });
    one("bfind.shiftamt", 'i', [](T a) { return findLeading(a, true); });
  }
}

template <typename U>
void addBits(std::vector<ScalarOp> &ops) {
  Kind k = sizeof(U) == 4 ? 'i' : 'l';
  std::string t = sizeof(U) == 4 ? "b32" : "b64", u = sizeof(U) == 4 ? "u32" : "u64";
  auto one = [&](const std::string &name, Kind result, auto model) {
    ops.push_back({name + "." + t, name + "." + t + " $d, $0;", {k}, result, [=](Words w) {
                     return uint64_t(model(U(w[0])));
                   }});
  };
  one("popc", 'i', [](U a) { return std::popcount(a); });
  one("clz", 'i', [](U a) { return std::countl_zero(a); });
  one("brev", k, [](U a) { return reverseBits(a); });
  one("not", k, [](U a) { return U(~a); });
  one("cnot", k, [](U a) { return U(a == 0); });
  ops.push_back({"bfi." + t, "bfi." + t + " $d, $0, $1, $2, $3;", {k, k, 'n', 'n'}, k, [](Words w) {
                   return uint64_t(
                       bitFieldInsert(U(w[0]), U(w[1]), uint32_t(w[2]), uint32_t(w[3])));
                 }});
  // The upper words add up with the carry of the lower ones; the last word gives the carry itself.
  auto chain = [&](const std::string &name, const std::string &first, const std::string &next,
                   auto model) {
    std::string temporary = sizeof(U) == 4 ? "%t" : "%w";
    ops.push_back({name + "." + u,
                   first + ".cc." + u + " " + temporary + "0, $0, $1; " + next + ".cc." + u + " " +
                       temporary + "1, $2, $3; addc." + u + " " + temporary + "2, 0, 0; xor." + t +
                       " $d, " + temporary + "0, " + temporary + "1; add." + u + " $d, $d, " +
                       temporary + "2;",
                   {k, k, k, k},
                   k,
                   [=](Words w) { return uint64_t(model(U(w[0]), U(w[1]), U(w[2]), U(w[3]))); }});
  };
  chain("add.cc+addc.cc", "add", "addc", [](U a, U b, U c, U d) {
    auto low = addCarry(a, b, false), high = addCarry(c, d, low.carry);
    return U((low.value ^ high.value) + high.carry);
  });
  // The one flag is a carry: after sub it says "no borrow".
  chain("sub.cc+subc.cc", "sub", "subc", [](U a, U b, U c, U d) {
    auto low = subBorrow(a, b, false), high = subBorrow(c, d, low.carry);
    return U((low.value ^ high.value) + !high.carry);
  });
  // Products of two words added to two words, as wide products are built.
  std::string temporary = sizeof(U) == 4 ? "%t" : "%w";
  ops.push_back({"mad.lo.cc+madc.hi." + u,
                 "mad.lo.cc." + u + " " + temporary + "0, $0, $1, $2; madc.hi." + u + " " +
                     temporary + "1, $0, $1, $3; xor." + t + " $d, " + temporary + "0, " +
                     temporary + "1;",
                 {k, k, k, k},
                 k,
                 [](Words w) {
                   auto low = addCarry(mulLo(U(w[0]), U(w[1])), U(w[2]), false);
                   auto high = addCarry(mulHi(U(w[0]), U(w[1])), U(w[3]), low.carry);
                   return uint64_t(U(low.value ^ high.value));
                 }});
}

void addDotProducts(std::vector<ScalarOp> &ops) {
  for (bool aSigned : {false, true})
    for (bool bSigned : {false, true}) {
      std::string t = std::string(aSigned ? ".s32" : ".u32") + (bSigned ? ".s32" : ".u32");
      ops.push_back({"dp4a" + t, "dp4a" + t + " $d, $0, $1, $2;", "iii", 'i', [=](Words w) {
                       return uint64_t(
                           dp4a(uint32_t(w[0]), aSigned, uint32_t(w[1]), bSigned, uint32_t(w[2])));
                     }});
      for (bool high : {false, true}) {
        std::string name = std::string("dp2a.") + (high ? "hi" : "lo") + t;
        ops.push_back({name, name + " $d, $0, $1, $2;", "iii", 'i', [=](Words w) {
                         return uint64_t(dp2a(uint32_t(w[0]), aSigned, uint32_t(w[1]), bSigned,
                                              uint32_t(w[2]), high));
                       }});
      }
    }
}
} // namespace

void addIntegerOps(std::vector<ScalarOp> &ops) {
  addTyped<int16_t>(ops);
  addTyped<uint16_t>(ops);
  addTyped<int32_t>(ops);
  addTyped<uint32_t>(ops);
  addTyped<int64_t>(ops);
  addTyped<uint64_t>(ops);
  addBits<uint32_t>(ops);
  addBits<uint64_t>(ops);
  addDotProducts(ops);
  auto add = [&](const std::string &name, const std::string &operands, auto model) {
    std::string body = name + " $d";
    for (size_t i = 0; i < operands.size(); ++i)
      body += ", $" + std::to_string(i);
    ops.push_back(
        {name, body + ";", operands, 'i', [=](Words w) { return uint64_t(uint32_t(model(w))); }});
  };
  auto s = [](uint64_t w) { return int32_t(w); };
  auto u = [](uint64_t w) { return uint32_t(w); };
  add("add.sat.s32", "ii", [=](Words w) { return addSat(s(w[0]), s(w[1])); });
  add("sub.sat.s32", "ii", [=](Words w) { return subSat(s(w[0]), s(w[1])); });
  add("mad.hi.sat.s32", "iii", [=](Words w) { return madHiSat(s(w[0]), s(w[1]), s(w[2])); });
  add("mul24.lo.s32", "ii", [=](Words w) { return mul24Lo(s(w[0]), s(w[1])); });
  add("mul24.hi.s32", "ii", [=](Words w) { return mul24Hi(s(w[0]), s(w[1])); });
  add("mul24.lo.u32", "ii", [=](Words w) { return mul24Lo(u(w[0]), u(w[1])); });
  add("mul24.hi.u32", "ii", [=](Words w) { return mul24Hi(u(w[0]), u(w[1])); });
  add("mad24.lo.s32", "iii", [=](Words w) { return u(mul24Lo(s(w[0]), s(w[1]))) + u(w[2]); });
  add("mad24.hi.s32", "iii", [=](Words w) { return u(mul24Hi(s(w[0]), s(w[1]))) + u(w[2]); });
  add("mad24.hi.sat.s32", "iii",
      [=](Words w) { return addSat(mul24Hi(s(w[0]), s(w[1])), s(w[2])); });
  for (bool wrap : {false, true}) {
    std::string mode = wrap ? ".wrap" : ".clamp";
    add("shf.l" + mode + ".b32", "iin",
        [=](Words w) { return funnelLeft(u(w[0]), u(w[1]), u(w[2]), wrap); });
    add("shf.r" + mode + ".b32", "iin",
        [=](Words w) { return funnelRight(u(w[0]), u(w[1]), u(w[2]), wrap); });
    add("bmsk" + mode + ".b32", "nn", [=](Words w) { return bitMask(u(w[0]), u(w[1]), wrap); });
    add("szext" + mode + ".s32", "in", [=](Words w) { return extend(s(w[0]), u(w[1]), wrap); });
    add("szext" + mode + ".u32", "in", [=](Words w) { return extend(u(w[0]), u(w[1]), wrap); });
  }
  const std::pair<const char *, Permute> modes[] = {
      {"", Permute::Index},           {".f4e", Permute::Forward4}, {".b4e", Permute::Backward4},
      {".rc8", Permute::Replicate8},  {".ecl", Permute::EdgeLeft}, {".ecr", Permute::EdgeRight},
      {".rc16", Permute::Replicate16}};
  for (auto [name, mode] : modes)
    add(std::string("prmt.b32") + name, "iii",
        [=, mode = mode](Words w) { return permute(u(w[0]), u(w[1]), u(w[2]), mode); });
  add("fns.b32", "inn", [=](Words w) { return findNthSet(u(w[0]), u(w[1]), s(w[2])); });
  for (unsigned table : {0x00u, 0x01u, 0x1bu, 0x3cu, 0x6au, 0x96u, 0xcau, 0xe8u, 0xfeu, 0xffu})
    ops.push_back(
        {"lop3.b32." + std::to_string(table),
         "lop3.b32 $d, $0, $1, $2, " + std::to_string(table) + ";", "iii", 'i',
         [=](Words w) { return uint64_t(lop3(u(w[0]), u(w[1]), u(w[2]), uint8_t(table))); }});
  for (bool isSigned : {false, true})
    for (int op = 0; op < 3; ++op) {
      std::string name = std::string(op == 0   ? "add"
                                     : op == 1 ? "min"
                                               : "max") +
                         (isSigned ? ".s16x2" : ".u16x2");
      add(name, "ii", [=](Words w) {
        return packed2(
            [&](uint16_t a, uint16_t b) {
              bool less = isSigned ? int16_t(a) < int16_t(b) : a < b;
              return op == 0 ? uint16_t(a + b) : less == (op == 1) ? a : b;
            },
            u(w[0]), u(w[1]));
      });
    }
  auto relu = [](int32_t value) { return value < 0 ? 0 : value; };
  add("min.relu.s32", "ii", [=](Words w) { return relu(std::min(s(w[0]), s(w[1]))); });
  add("max.relu.s32", "ii", [=](Words w) { return relu(std::max(s(w[0]), s(w[1]))); });
}

} // namespace mla::hardware
