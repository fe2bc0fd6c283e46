//===- FloatOps.cpp - floating-point arithmetic beside its models ---------===//
// SPDX-License-Identifier: Apache-2.0

#include "ScalarOp.h"
#include "mla/Simulator/Numerics/Arithmetic.h"

using namespace mla::sim;

namespace mla::hardware {

namespace {
using Words = const uint64_t *;

const std::pair<const char *, Rounding> kRoundings[] = {{".rn", Rounding::Nearest},
                                                        {".rz", Rounding::Zero},
                                                        {".rm", Rounding::Down},
                                                        {".rp", Rounding::Up}};

std::string call(const std::string &name, size_t operands) {
  std::string body = name + " $d";
  for (size_t i = 0; i < operands; ++i)
    body += ", $" + std::to_string(i);
  return body + ";";
}

void addSingles(std::vector<ScalarOp> &ops) {
  for (auto [suffix, rounding] : kRoundings)
    for (bool flush : {false, true}) {
      for (bool saturate : {false, true}) {
        FloatMode mode{rounding, flush, saturate};
        std::string end =
            std::string(suffix) + (flush ? ".ftz" : "") + (saturate ? ".sat" : "") + ".f32";
        ops.push_back({"add" + end, call("add" + end, 2), "ff", 'f', [=](Words w) {
                         return uint64_t(addF32(uint32_t(w[0]), uint32_t(w[1]), mode));
                       }});
        ops.push_back({"sub" + end, call("sub" + end, 2), "ff", 'f', [=](Words w) {
                         return uint64_t(subF32(uint32_t(w[0]), uint32_t(w[1]), mode));
                       }});
        ops.push_back({"mul" + end, call("mul" + end, 2), "ff", 'f', [=](Words w) {
                         return uint64_t(mulF32(uint32_t(w[0]), uint32_t(w[1]), mode));
                       }});
        ops.push_back({"fma" + end, call("fma" + end, 3), "fff", 'f', [=](Words w) {
                         return uint64_t(
                             fmaF32(uint32_t(w[0]), uint32_t(w[1]), uint32_t(w[2]), mode));
                       }});
      }
      FloatMode mode{rounding, flush};
      std::string end = std::string(suffix) + (flush ? ".ftz" : "") + ".f32";
      ops.push_back({"div" + end, call("div" + end, 2), "ff", 'f', [=](Words w) {
                       return uint64_t(divF32(uint32_t(w[0]), uint32_t(w[1]), mode));
                     }});
      ops.push_back({"rcp" + end, call("rcp" + end, 1), "f", 'f',
                     [=](Words w) { return uint64_t(rcpF32(uint32_t(w[0]), mode)); }});
      ops.push_back({"sqrt" + end, call("sqrt" + end, 1), "f", 'f',
                     [=](Words w) { return uint64_t(sqrtF32(uint32_t(w[0]), mode)); }});
    }
}

void addDoubles(std::vector<ScalarOp> &ops) {
  for (auto [suffix, rounding] : kRoundings) {
    FloatMode mode{rounding};
    std::string end = std::string(suffix) + ".f64";
    ops.push_back({"add" + end, call("add" + end, 2), "dd", 'd',
                   [=](Words w) { return addF64(w[0], w[1], mode); }});
    ops.push_back({"sub" + end, call("sub" + end, 2), "dd", 'd',
                   [=](Words w) { return subF64(w[0], w[1], mode); }});
    ops.push_back({"mul" + end, call("mul" + end, 2), "dd", 'd',
                   [=](Words w) { return mulF64(w[0], w[1], mode); }});
    ops.push_back({"fma" + end, call("fma" + end, 3), "ddd", 'd',
                   [=](Words w) { return fmaF64(w[0], w[1], w[2], mode); }});
    ops.push_back({"div" + end, call("div" + end, 2), "dd", 'd',
                   [=](Words w) { return divF64(w[0], w[1], mode); }});
    ops.push_back(
        {"rcp" + end, call("rcp" + end, 1), "d", 'd', [=](Words w) { return rcpF64(w[0], mode); }});
    ops.push_back({"sqrt" + end, call("sqrt" + end, 1), "d", 'd',
                   [=](Words w) { return sqrtF64(w[0], mode); }});
  }
}

/// f16 and bf16, alone and packed.
void addHalves(std::vector<ScalarOp> &ops, const FloatFormat &half) {
  bool isF16 = half.exponentBits == 5;
  for (bool flush : {false, true})
    for (int extra = 0; extra < 3; ++extra) {
      bool saturate = extra == 1, relu = extra == 2;
      if (!isF16 && (flush || saturate))
        continue;
      FloatMode mode{.flush = flush, .saturate = saturate, .relu = relu};
      auto both = [&](const std::string &name, size_t count, auto model) {
        for (bool packed : {false, true}) {
          Kind kind = isF16 ? (packed ? 'H' : 'h') : (packed ? 'B' : 'b');
          std::string full = name + ".rn" + (flush ? ".ftz" : "") +
                             (saturate ? ".sat"
                              : relu   ? ".relu"
                                       : "") +
                             (isF16 ? ".f16" : ".bf16") + (packed ? "x2" : "");
          ops.push_back({full, call(full, count), std::string(count, kind), kind, [=](Words w) {
                           auto half = [&](unsigned shift) {
                             return uint64_t(model(uint16_t(w[0] >> shift), uint16_t(w[1] >> shift),
                                                   uint16_t(count > 2 ? w[2] >> shift : 0)));
                           };
                           return packed ? half(16) << 16 | half(0) : half(0);
                         }});
        }
      };
      if (!relu) {
        both("add", 2, [=](uint16_t a, uint16_t b, uint16_t) { return addHalf(half, a, b, mode); });
        both("sub", 2, [=](uint16_t a, uint16_t b, uint16_t) { return subHalf(half, a, b, mode); });
        both("mul", 2, [=](uint16_t a, uint16_t b, uint16_t) { return mulHalf(half, a, b, mode); });
      }
      both("fma", 3,
           [=](uint16_t a, uint16_t b, uint16_t c) { return fmaHalf(half, a, b, c, mode); });
    }
}

struct Typed {
  const char *name;
  FloatFormat format;
  Kind kind;
  bool narrow;
};
const Typed kTypes[] = {{"f32", kF32, 'f', false},
                        {"f64", kF64, 'd', false},
                        {"f16", kF16, 'h', true},
                        {"bf16", kBF16, 'b', true}};

double value(const FloatFormat &format, uint64_t bits) {
  return asDouble(convert(format, kF64, bits));
}

void addOrder(std::vector<ScalarOp> &ops, const Typed &type) {
  std::string t = std::string(".") + type.name;
  FloatFormat format = type.format;
  bool single = type.kind == 'f', isDouble = type.kind == 'd', f16 = type.kind == 'h';
  for (bool isMax : {false, true})
    for (bool flush : {false, true})
      for (bool nan : {false, true})
        for (bool xorSign : {false, true}) {
          if ((flush && !single && !f16) || ((nan || xorSign) && isDouble))
            continue;
          MinMaxMode mode{flush, nan, xorSign};
          std::string name = std::string(isMax ? "max" : "min") + (flush ? ".ftz" : "") +
                             (nan ? ".NaN" : "") + (xorSign ? ".xorsign.abs" : "") + t;
          ops.push_back({name, call(name, 2), {type.kind, type.kind}, type.kind, [=](Words w) {
                           return minMax(format, isMax, w[0], w[1], mode);
                         }});
        }
  const std::pair<const char *, Compare> comparisons[] = {
      {"eq", Compare::Eq},   {"ne", Compare::Ne},   {"lt", Compare::Lt},   {"le", Compare::Le},
      {"gt", Compare::Gt},   {"ge", Compare::Ge},   {"equ", Compare::Equ}, {"neu", Compare::Neu},
      {"ltu", Compare::Ltu}, {"leu", Compare::Leu}, {"gtu", Compare::Gtu}, {"geu", Compare::Geu},
      {"num", Compare::Num}, {"nan", Compare::Nan}};
  for (auto [name, comparison] : comparisons)
    for (bool flush : {false, true}) {
      if (flush && !single && !f16)
        continue;
      std::string full = std::string("setp.") + name + (flush ? ".ftz" : "") + t;
      ops.push_back({full,
                     full + " %p0, $0, $1; selp.u32 $d, 1, 0, %p0;",
                     {type.kind, type.kind},
                     'i',
                     [=, comparison = comparison](Words w) {
                       uint64_t a = flush ? flushed(format, w[0]) : w[0],
                                b = flush ? flushed(format, w[1]) : w[1];
                       return uint64_t(compare(comparison, value(format, a), value(format, b)));
                     }});
    }
  for (bool flush : {false, true}) {
    if (flush && !single && !f16)
      continue;
    std::string end = (flush ? ".ftz" : "") + t;
    ops.push_back({"neg" + end, call("neg" + end, 1), {type.kind}, type.kind, [=](Words w) {
                     return negateFloat(format, w[0], flush);
                   }});
    ops.push_back({"abs" + end, call("abs" + end, 1), {type.kind}, type.kind, [=](Words w) {
                     return absoluteFloat(format, w[0], flush);
                   }});
  }
  if (type.narrow)
    return;
  const std::pair<const char *, Property> properties[] = {
      {"finite", Property::Finite}, {"infinite", Property::Infinite},
      {"number", Property::Number}, {"notanumber", Property::NotANumber},
      {"normal", Property::Normal}, {"subnormal", Property::Subnormal}};
  for (auto [name, property] : properties)
    ops.push_back({std::string("testp.") + name + t,
                   std::string("testp.") + name + t + " %p0, $0; selp.u32 $d, 1, 0, %p0;",
                   {type.kind},
                   'i',
                   [=, property = property](Words w) {
                     return uint64_t(hasProperty(format, property, w[0]));
                   }});
  ops.push_back(
      {"copysign" + t, call("copysign" + t, 2), {type.kind, type.kind}, type.kind, [=](Words w) {
         return (w[1] & ~format.signBit()) | (w[0] & format.signBit());
       }});
}
} // namespace

void addFloatOps(std::vector<ScalarOp> &ops) {
  addSingles(ops);
  addDoubles(ops);
  addHalves(ops, kF16);
  addHalves(ops, kBF16);
  for (const Typed &type : kTypes)
    addOrder(ops, type);
}

} // namespace mla::hardware
