//===- ConversionOps.cpp - cvt beside its models --------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "ScalarOp.h"
#include "mla/Simulator/Numerics/Conversions.h"

using namespace mla::sim;

namespace mla::hardware {

namespace {
using Words = const uint64_t *;

struct Float {
  const char *name;
  FloatFormat format;
  Kind kind;
};
const Float kFloats[] = {
    {"f16", kF16, 'h'}, {"bf16", kBF16, 'b'}, {"f32", kF32, 'f'}, {"f64", kF64, 'd'}};

struct Integer {
  const char *name;
  unsigned width;
  bool isSigned;
  Kind kind;
};
const Integer kIntegers[] = {{"s8", 8, true, 's'},   {"u8", 8, false, 's'},
                             {"s16", 16, true, 's'}, {"u16", 16, false, 's'},
                             {"s32", 32, true, 'i'}, {"u32", 32, false, 'i'},
                             {"s64", 64, true, 'l'}, {"u64", 64, false, 'l'}};

const std::pair<const char *, Rounding> kRoundings[] = {
    {"n", Rounding::Nearest}, {"z", Rounding::Zero}, {"m", Rounding::Down}, {"p", Rounding::Up}};

/// The low bits of a register as an integer of its type.
int64_t extended(uint64_t bits, const Integer &type) {
  unsigned above = 64 - type.width;
  return type.isSigned ? int64_t(bits << above) >> above : int64_t(bits << above >> above);
}

std::string cvt(const std::string &modifiers) { return "cvt" + modifiers; }

void addIntegers(std::vector<ScalarOp> &ops) {
  for (const Float &real : kFloats)
    for (const Integer &integer : kIntegers)
      for (auto [suffix, rounding] : kRoundings) {
        if (real.kind == 'b' && integer.width == 8)
          continue; // no such instruction
        ConvertMode mode{.rounding = rounding};
        std::string name = cvt(std::string(".r") + suffix + "." + real.name + "." + integer.name);
        ops.push_back({name, name + " $d, $0;", {integer.kind}, real.kind, [=](Words w) {
                         return intToFloat(real.format, extended(w[0], integer), integer.isSigned,
                                           mode);
                       }});
        for (bool flush : {false, true}) {
          if (flush && real.kind != 'f')
            continue;
          ConvertMode mode{.rounding = rounding, .flush = flush};
          std::string name = cvt(std::string(".r") + suffix + "i" + (flush ? ".ftz" : "") + "." +
                                 integer.name + "." + real.name);
          uint64_t mask = integer.kind == 's'   ? 0xffff
                          : integer.kind == 'i' ? 0xffffffff
                                                : ~uint64_t(0);
          ops.push_back(
              {name, name + " $d, $0;", {real.kind}, integer.kind, [=](Words w) {
                 return floatToInt(real.format, w[0], integer.width, integer.isSigned, mode) & mask;
               }});
        }
      }
  for (const Integer &from : kIntegers)
    for (const Integer &to : kIntegers) {
      // Only where the range does not hold every value.
      if (from.isSigned == to.isSigned ? from.width <= to.width
                                       : !from.isSigned && from.width < to.width)
        continue;
      std::string name = cvt(std::string(".sat.") + to.name + "." + from.name);
      uint64_t mask = to.kind == 's' ? 0xffff : to.kind == 'i' ? 0xffffffff : ~uint64_t(0);
      ops.push_back(
          {name, name + " $d, $0;", {from.kind}, to.kind, [=](Words w) {
             return intToIntSat(extended(w[0], from), from.isSigned, to.width, to.isSigned) & mask;
           }});
    }
}

void addFloats(std::vector<ScalarOp> &ops) {
  for (const Float &from : kFloats)
    for (const Float &to : kFloats) {
      if (from.kind == to.kind)
        continue;
      bool widens = to.format.width() > from.format.width();
      for (auto [suffix, rounding] : kRoundings)
        for (bool flush : {false, true})
          for (int extra = 0; extra < 4; ++extra) {
            bool saturate = extra == 1, relu = extra == 2, satfinite = extra == 3;
            bool halfFromSingle = (to.kind == 'h' || to.kind == 'b') && from.kind == 'f';
            if ((flush && from.kind != 'f' && to.kind != 'f') ||
                (widens && rounding != Rounding::Nearest))
              continue;
            if ((from.kind == 'b' || to.kind == 'b') && (flush || saturate))
              continue;
            if ((relu || satfinite) && (!halfFromSingle || flush))
              continue;
            if ((to.kind == 'b' || relu || satfinite) && rounding != Rounding::Nearest &&
                rounding != Rounding::Zero)
              continue;
            ConvertMode mode{rounding, flush, saturate, satfinite, relu};
            std::string name =
                cvt((widens ? "" : std::string(".r") + suffix) + (flush ? ".ftz" : "") +
                    (saturate ? ".sat" : "") + (relu ? ".relu" : "") +
                    (satfinite ? ".satfinite" : "") + "." + to.name + "." + from.name);
            ops.push_back({name, name + " $d, $0;", {from.kind}, to.kind, [=](Words w) {
                             return floatToFloat(from.format, to.format, w[0], mode);
                           }});
          }
    }
  for (const Float &type : kFloats)
    for (auto [suffix, rounding] : kRoundings)
      for (bool flush : {false, true})
        for (bool saturate : {false, true}) {
          if ((flush && type.kind != 'f') || (saturate && type.kind == 'b'))
            continue;
          ConvertMode mode{.rounding = rounding, .flush = flush, .saturate = saturate};
          std::string name = cvt(std::string(".r") + suffix + "i" + (flush ? ".ftz" : "") +
                                 (saturate ? ".sat" : "") + "." + type.name + "." + type.name);
          ops.push_back({name, name + " $d, $0;", {type.kind}, type.kind, [=](Words w) {
                           return roundToIntegral(type.format, w[0], mode);
                         }});
        }
}

void addPacked(std::vector<ScalarOp> &ops) {
  for (bool relu : {false, true}) {
    std::string end = relu ? ".relu" : "";
    for (auto [suffix, rounding] : {kRoundings[0], kRoundings[1]}) {
      ConvertMode mode{.rounding = rounding, .relu = relu};
      for (const Float &to : {kFloats[0], kFloats[1]}) {
        std::string name = cvt(std::string(".r") + suffix + end + "." + to.name + "x2.f32");
        ops.push_back({name, name + " $d, $0, $1;", "ff", to.kind == 'h' ? 'H' : 'B', [=](Words w) {
                         return uint64_t(packPair(to.format, uint32_t(w[0]), uint32_t(w[1]), mode));
                       }});
      }
      std::string name = cvt(std::string(".r") + suffix + end + ".tf32.f32");
      ops.push_back({name, name + " $d, $0;", "f", 'f',
                     [=](Words w) { return uint64_t(toTF32(uint32_t(w[0]), mode)); }});
    }
    for (auto [name, format] : {std::pair("e4m3x2", kE4M3), std::pair("e5m2x2", kE5M2)}) {
      ConvertMode mode{.satfinite = true, .relu = relu};
      std::string full = cvt(".rn.satfinite" + end + "." + name + ".f32");
      ops.push_back({full, full + " $d, $0, $1;", "ff", 's', [=, format = format](Words w) {
                       return uint64_t(packPair(format, uint32_t(w[0]), uint32_t(w[1]), mode));
                     }});
      full = cvt(".rn.satfinite" + end + "." + name + ".f16x2");
      ops.push_back({full, full + " $d, $0;", "H", 's', [=, format = format](Words w) {
                       return uint64_t(packHalves(kF16, format, uint32_t(w[0]), mode));
                     }});
      ConvertMode back{.relu = relu};
      full = cvt(".rn" + end + ".f16x2." + name);
      ops.push_back({full, full + " $d, $0;", "s", 'H', [=, format = format](Words w) {
                       return uint64_t(unpackPair(format, uint16_t(w[0]), back));
                     }});
    }
  }
  std::string name = "cvt.rna.tf32.f32";
  ops.push_back({name, name + " $d, $0;", "f", 'f', [=](Words w) {
                   return uint64_t(toTF32(uint32_t(w[0]), {.rounding = Rounding::NearestAway}));
                 }});
  // The first operand lies in the upper part; with a third one what is packed moves up.
  for (bool isSigned : {false, true})
    for (unsigned width : {16, 8}) {
      std::string type = std::string(isSigned ? ".s" : ".u") + std::to_string(width);
      auto clamped = [=](uint64_t word) {
        return uint32_t(intToIntSat(int32_t(word), true, width, isSigned) & ((1u << width) - 1));
      };
      if (width == 16)
        ops.push_back({"cvt.pack.sat" + type + ".s32", "cvt.pack.sat" + type + ".s32 $d, $0, $1;",
                       "ii", 'i',
                       [=](Words w) { return uint64_t(clamped(w[0]) << 16 | clamped(w[1])); }});
      else
        ops.push_back({"cvt.pack.sat" + type + ".s32.b32",
                       "cvt.pack.sat" + type + ".s32.b32 $d, $0, $1, $2;", "iii", 'i',
                       [=](Words w) {
                         return uint64_t(uint32_t(w[2]) << 16 | clamped(w[0]) << 8 | clamped(w[1]));
                       }});
    }
}
} // namespace

void addConversionOps(std::vector<ScalarOp> &ops) {
  addIntegers(ops);
  addFloats(ops);
  addPacked(ops);
}

} // namespace mla::hardware
