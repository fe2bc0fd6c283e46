//===- Carries.cpp - sums and products with a carry -----------------------===//
// PTX ISA, "Extended-Precision Arithmetic Instructions". The carry of a warp is a predicate like
// any other; sub.cc writes and subc reads a borrow. SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"
#include "mla/Simulator/Numerics/Integers.h"

namespace mla::sim {

namespace {
struct CarryDetails {
  uint32_t carry;
  bool reads, writes;
};
} // namespace

/// F(a, b, c, carry) gives value and carry; c is used by mad only.
template <typename T, bool hasThird, typename F>
static Outcome runCarried(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CarryDetails *>(operation.details);
  T *result = warp.lanes<T>(operation.results[0]);
  const T *a = warp.lanes<T>(operation.sources[0]), *b = warp.lanes<T>(operation.sources[1]);
  const T *c = hasThird ? warp.lanes<T>(operation.sources[2]) : a;
  LaneMask &flags = warp.predicate(details.carry);
  LaneMask before = details.reads ? flags : 0, after = 0;
  forEachLane(mask, [&](unsigned lane) {
    Carried<T> sum = F()(a[lane], b[lane], c[lane], bool(before >> lane & 1));
    result[lane] = sum.value;
    after |= LaneMask(sum.carry) << lane;
  });
  if (details.writes)
    flags = (flags & ~mask) | after;
  return Outcome::Next;
}

template <typename T>
struct SumWithCarry {
  Carried<T> operator()(T a, T b, T, bool carry) const { return addCarry<T>(a, b, carry); }
};
template <typename T>
struct DifferenceWithBorrow {
  Carried<T> operator()(T a, T b, T, bool carry) const { return subBorrow<T>(a, b, carry); }
};
template <typename T>
struct LowProduct {
  Carried<T> operator()(T a, T b, T c, bool carry) const {
    return addCarry<T>(mulLo<T>(a, b), c, carry);
  }
};
template <typename T, typename Signed>
struct HighProduct {
  Carried<T> operator()(T a, T b, T c, bool carry) const {
    return addCarry<T>(T(mulHi<Signed>(Signed(a), Signed(b))), c, carry);
  }
};

template <typename T>
static bool decodeAs(Decoder &d, ElementType type, bool isHigh) {
  const std::string &opcode = d.opcode();
  Operation &operation = *d.operation;
  bool isProduct = opcode[0] == 'm';
  size_t count = isProduct ? 3 : 2;
  if (!d.expectOperands(1 + count, 1 + count))
    return false;
  operation.results[0] = d.result(0, 8 * sizeof(T));
  for (size_t i = 0; i < count; ++i)
    operation.sources[i] = d.source(i + 1, 8 * sizeof(T));
  using Signed = std::make_signed_t<T>;
  if (!isProduct)
    operation.handler = opcode[0] == 'a' ? runCarried<T, false, SumWithCarry<T>>
                                         : runCarried<T, false, DifferenceWithBorrow<T>>;
  else if (!isHigh)
    operation.handler = runCarried<T, true, LowProduct<T>>;
  else
    operation.handler = type.isSigned() ? runCarried<T, true, HighProduct<T, Signed>>
                                        : runCarried<T, true, HighProduct<T, T>>;
  return true;
}

/// The opcodes with a carry in, and those without that have .cc.
static bool decodeCarried(Decoder &d) {
  bool reads = d.opcode().back() == 'c';
  bool isHigh = d.take("hi");
  if (!isHigh)
    d.take("lo");
  d.keep(CarryDetails{d.carry, reads, d.take("cc")});
  ElementType type = d.takeType();
  if (type.isFloat() || (type.bits != 32 && type.bits != 64))
    return d.fail("expected an integer type of 32 or 64 bits");
  return type.bits == 32 ? decodeAs<uint32_t>(d, type, isHigh)
                         : decodeAs<uint64_t>(d, type, isHigh);
}

void addCarries(Registry &registry) {
  registry["addc"] = registry["subc"] = registry["madc"] = decodeCarried;
  registry["add.cc"] = registry["sub.cc"] = registry["mad.cc"] = decodeCarried;
}

} // namespace mla::sim
