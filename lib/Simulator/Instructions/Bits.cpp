//===- Bits.cpp - logic, shifts and bit fields ----------------------------===//
// PTX ISA, "Logic and Shift Instructions" and the bit-field instructions of integer arithmetic.
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"
#include "mla/Simulator/Numerics/Integers.h"

namespace mla::sim {

namespace {
struct LogicDetails {
  char kind; ///< & | ^ ~
  LaneMask flips[2];
};
} // namespace

static Outcome runPredicateLogic(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const LogicDetails *>(operation.details);
  LaneMask a = warp.predicate(operation.sources[0]) ^ details.flips[0];
  LaneMask b = warp.predicate(operation.sources[1]) ^ details.flips[1];
  LaneMask value = details.kind == '&'   ? a & b
                   : details.kind == '|' ? a | b
                   : details.kind == '^' ? a ^ b
                                         : ~a;
  LaneMask &result = warp.predicate(operation.results[0]);
  result = (result & ~mask) | (value & mask);
  return Outcome::Next;
}

static bool decodePredicateLogic(Decoder &d, char kind) {
  size_t count = kind == '~' ? 1 : 2;
  if (!d.expectOperands(1 + count, 1 + count))
    return false;
  LogicDetails details{kind, {}};
  d.operation->results[0] = d.result(0, 1);
  for (size_t i = 0; i < count; ++i)
    d.operation->sources[i] = d.predicate(d.operand(i + 1), details.flips[i]);
  if (count == 1)
    d.operation->sources[1] = d.operation->sources[0];
  d.keep(details);
  d.operation->handler = runPredicateLogic;
  return true;
}

static bool decodeLogic(Decoder &d) {
  const std::string &opcode = d.opcode();
  char kind = opcode == "and" ? '&' : opcode == "or" ? '|' : opcode == "xor" ? '^' : '~';
  ElementType type = d.takeType();
  if (type.kind == ElementType::Kind::Predicate)
    return decodePredicateLogic(d, kind);
  return withInteger(d, type, [&](auto zero) {
    using T = decltype(zero);
    switch (kind) {
    case '&':
      return lanewise<T, T, T>(d, [](T a, T b) { return T(a & b); });
    case '|':
      return lanewise<T, T, T>(d, [](T a, T b) { return T(a | b); });
    case '^':
      return lanewise<T, T, T>(d, [](T a, T b) { return T(a ^ b); });
    }
    return lanewise<T, T>(d, [](T a) { return T(~a); });
  });
}

static bool decodeConditionalNot(Decoder &d) {
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    return lanewise<T, T>(d, [](T a) { return T(a == 0); });
  });
}

static bool decodeShift(Decoder &d) {
  bool isLeft = d.opcode() == "shl";
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    return isLeft ? lanewise<T, T, uint32_t>(d, shiftLeft<T>)
                  : lanewise<T, T, uint32_t>(d, shiftRight<T>);
  });
}

static bool decodeFunnel(Decoder &d) {
  bool isLeft = d.take("l"), wraps = d.take("wrap");
  if ((!isLeft && !d.take("r")) || (!wraps && !d.take("clamp")) || !d.take("b32"))
    return d.fail("expected .l or .r, .wrap or .clamp, and .b32");
  return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
      d, [=](uint32_t a, uint32_t b, uint32_t by) {
        return isLeft ? funnelLeft(a, b, by, wraps) : funnelRight(a, b, by, wraps);
      });
}

static bool decodeCount(Decoder &d) {
  const std::string &opcode = d.opcode();
  bool isPopulation = opcode == "popc", isShift = d.take("shiftamt"), finds = opcode == "bfind";
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    using U = std::make_unsigned_t<T>;
    if (finds)
      return lanewise<uint32_t, T>(d, [=](T a) { return findLeading(a, isShift); });
    if (isPopulation)
      return lanewise<uint32_t, T>(d, [](T a) { return uint32_t(std::popcount(U(a))); });
    return lanewise<uint32_t, T>(d, [](T a) { return uint32_t(std::countl_zero(U(a))); });
  });
}

static bool decodeReverse(Decoder &d) {
  return withInteger(d, d.takeType(), [&](auto zero) {
    using U = std::make_unsigned_t<decltype(zero)>;
    return lanewise<U, U>(d, reverseBits<U>);
  });
}

static bool decodeExtract(Decoder &d) {
  return withInteger(d, d.takeType(), [&](auto zero) {
    using T = decltype(zero);
    return lanewise<T, T, uint32_t, uint32_t>(d, bitFieldExtract<T>);
  });
}

static bool decodeInsert(Decoder &d) {
  return withInteger(d, d.takeType(), [&](auto zero) {
    using U = std::make_unsigned_t<decltype(zero)>;
    return lanewise<U, U, U, uint32_t, uint32_t>(d, bitFieldInsert<U>);
  });
}

static bool decodeFindNth(Decoder &d) {
  d.takeType();
  return lanewise<uint32_t, uint32_t, uint32_t, int32_t>(d, findNthSet);
}

static bool decodeMask(Decoder &d) {
  bool wraps = d.take("wrap");
  if ((!wraps && !d.take("clamp")) || !d.take("b32"))
    return d.fail("expected .wrap or .clamp, and .b32");
  return lanewise<uint32_t, uint32_t, uint32_t>(
      d, [=](uint32_t position, uint32_t length) { return bitMask(position, length, wraps); });
}

static bool decodeExtend(Decoder &d) {
  bool wraps = d.take("wrap");
  if (!wraps && !d.take("clamp"))
    return d.fail("expected .wrap or .clamp");
  ElementType type = d.takeType();
  if (type.isSigned())
    return lanewise<int32_t, int32_t, uint32_t>(
        d, [=](int32_t a, uint32_t count) { return extend(a, count, wraps); });
  return lanewise<uint32_t, uint32_t, uint32_t>(
      d, [=](uint32_t a, uint32_t count) { return extend(a, count, wraps); });
}

static bool decodeLop3(Decoder &d) {
  if (!d.take("b32") || !d.expectOperands(5, 5))
    return d.fail("expected .b32 and 5 operands; .BoolOp is not simulated");
  std::optional<int64_t> table = d.constant(d.operand(4));
  if (!table)
    return d.fail("expected a number as table");
  Operation &operation = *d.operation;
  operation.results[0] = d.result(0, 32);
  for (size_t i = 0; i < 3; ++i)
    operation.sources[i] = d.source(i + 1, 32);
  auto function = [table = uint8_t(*table)](uint32_t a, uint32_t b, uint32_t c) {
    return lop3(a, b, c, table);
  };
  d.keep(function);
  operation.handler = runLanewise<decltype(function), uint32_t, uint32_t, uint32_t, uint32_t>;
  return true;
}

static bool decodePermute(Decoder &d) {
  static constexpr std::pair<std::string_view, Permute> kModes[] = {
      {"f4e", Permute::Forward4}, {"b4e", Permute::Backward4}, {"rc8", Permute::Replicate8},
      {"ecl", Permute::EdgeLeft}, {"ecr", Permute::EdgeRight}, {"rc16", Permute::Replicate16}};
  if (!d.take("b32"))
    return d.fail("expected .b32");
  Permute mode = d.takeOf(kModes).value_or(Permute::Index);
  return lanewise<uint32_t, uint32_t, uint32_t, uint32_t>(
      d, [=](uint32_t a, uint32_t b, uint32_t c) { return permute(a, b, c, mode); });
}

void addBits(Registry &registry) {
  registry["and"] = registry["or"] = registry["xor"] = registry["not"] = decodeLogic;
  registry["cnot"] = decodeConditionalNot;
  registry["shl"] = registry["shr"] = decodeShift;
  registry["shf"] = decodeFunnel;
  registry["popc"] = registry["clz"] = registry["bfind"] = decodeCount;
  registry["brev"] = decodeReverse;
  registry["bfe"] = decodeExtract;
  registry["bfi"] = decodeInsert;
  registry["fns"] = decodeFindNth;
  registry["bmsk"] = decodeMask;
  registry["szext"] = decodeExtend;
  registry["lop3"] = decodeLop3;
  registry["prmt"] = decodePermute;
}

} // namespace mla::sim
