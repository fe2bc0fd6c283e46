//===- AxisRules.cpp - the transfer rule of each op ------------------------===//
// clang-format off
// Rules, per dimension. C, D, K: contiguity, divisibility, constancy of an operand; a, b: operands; D(a, r): divisor at
// multiples of r (AxisInfo::divisorAt); R: AxisInfo::alignedRun; c: the contiguity of the result. Empty is 1.
//
// | op                     | contiguity c                  | divisibility           | constancy                       |
// |------------------------|-------------------------------|------------------------|---------------------------------|
// | folds to one value     |                               | of the value           | extent                          |
// | range s to e           | extent                        | of s                   |                                 |
// | splat                  |                               | Da                     | extent                          |
// | expand_dims, new dim   |                               | of every element       |                                 |
// | broadcast, 1 → n       |                               | Da                     | n                               |
// | trans                  | of the source dimension       | of the source dimension| of the source dimension         |
// | reshape, m → n ³       | gcd(Ca, m, n)                 | D(a, c)                | gcd(Ka, m, n)                   |
// | unsplat                |                               | of every element       |                                 |
// | add, addptr (b scaled) | max(gcd(Ca, Kb), gcd(Ka, Cb)) | gcd(D(a, c), D(b, c))  | gcd(Ka, Kb)                     |
// | sub                    | gcd(Ca, Kb)                   | gcd(D(a, c), D(b, c))  | max(gcd(Ka, Kb), gcd(Ra, Rb))   |
// | mul                    | of a, if b is 1               | D(a, 1) · D(b, 1)      | gcd(Ka, Kb)                     |
// | div by floor ¹         |                               | D(a, g) / b, b = 2^k ² | max(gcd(Ka, Kb), g)             |
// |                        |                               |                        | with g = gcd(Ra, Kb, D(b, 1))   |
// | div, signed            |                               | D(a, 1) / b, b = 2^k ² | gcd(Ka, Kb)                     |
// | rem by floor ¹         | gcd(Ra, Kb, D(b, 1))          | gcd(D(a, c), D(b, c))  | gcd(Ka, Kb)                     |
// | rem, signed            |                               | gcd(D(a, 1), D(b, 1))  | gcd(Ka, Kb)                     |
// | shl by k               | as mul by 2^k                 |                        |                                 |
// | shr by k               | as div by floor by 2^k        |                        |                                 |
// | and 2^k - 1            | as rem by floor by 2^k        |                        |                                 |
// | and -2^k               |                               | max(D(a, 1), 2^k)      | max(Ka, gcd(Ra, 2^k))           |
// | and                    |                               | max(D(a, 1), D(b, 1))  | gcd(Ka, Kb)                     |
// | or, xor, min, max      |                               | min(D(a, 1), D(b, 1))  | gcd(Ka, Kb)                     |
// | select s, a, b         | gcd(Ks, Ca, Cb)               | gcd(D(a, c), D(b, c))  | gcd(Ks, Ka, Kb)                 |
// | ext, index_cast up     | Ca                            | Da                     | Ka                              |
// | trunc to w bits        | gcd(Ca, 2^(w-1))              | D(a, c)                | Ka                              |
// | cmp                    |                               |                        | see compareConstancy            |
// | other elementwise      |                               |                        | gcd of all operands             |
// | ptr_cast ⁴             | Ca, if bytes stay             | D(a, c)                | Ka                              |
// | axis_hint              | the hint, if Ca divides it    | max(Da, the hint)      | the hint, if Ka divides it      |
// | scf.for iv             |                               | gcd(D lower, D step)   |                                 |
//
// ¹ Truncation is floor, and an aligned run never crosses a multiple of the divisor. This takes signed dividends to be
//   not negative (see AxisInfo.h): of -8 … -5, say, division by 4 gives -2, -1, -1, -1 and remainders 0, -3, -2, -1.
// ² At least 1. A quotient above 1 means that the first element of each run of g divides exactly; the others of the run
//   have the same quotient.
// ³ m, n: the last extents above 1 of neighbouring dimensions with equal products. Along the other dimensions only the
//   divisor of every element is known.
// ⁴ Bytes of the pointees.
// clang-format on

#include "AxisRules.h"

#include "mla/Dialect/Tile/Tile.h"
#include "llvm/ADT/TypeSwitch.h"

#include <numeric>

using namespace mlir;
using namespace mla;

//===----------------------------------------------------------------------===//
// Rules of elementwise ops
//===----------------------------------------------------------------------===//

namespace {
using Dim = AxisInfo::Dim;

/// Facts about the operands of one op whose result has type `type`.
struct Rules {
  Type type;
  ArrayRef<AxisInfo> in;

  /// Facts that `rule` gives per dimension.
  template <typename Rule>
  AxisInfo perDim(bool nonNegative, Rule rule) const {
    AxisInfo info = AxisInfo::unknown(type);
    for (auto [d, dim] : llvm::enumerate(info.dims))
      dim = rule(unsigned(d));
    info.nonNegative = nonNegative;
    return info;
  }

  int64_t contiguity(unsigned operand, unsigned d) const { return in[operand].dims[d].contiguity; }
  int64_t constancy(unsigned operand, unsigned d) const { return in[operand].dims[d].constancy; }
  int64_t constancy(unsigned d) const {
    int64_t run = 0;
    for (unsigned operand = 0; operand < in.size(); ++operand)
      run = std::gcd(run, constancy(operand, d));
    return run;
  }
  /// Power of two that divides every element of `operand`, seen along `d`.
  int64_t divisor(unsigned operand, unsigned d) const { return in[operand].divisorAt(d, 1); }
  bool allNonNegative() const {
    return llvm::all_of(in, [](const AxisInfo &info) { return info.nonNegative; });
  }
  bool anyNonNegative() const {
    return llvm::any_of(in, [](const AxisInfo &info) { return info.nonNegative; });
  }

  static int64_t product(int64_t a, int64_t b) {
    return a >= AxisInfo::kMaxDivisibility / b ? AxisInfo::kMaxDivisibility : a * b;
  }

  /// a + b · scale; `scale` is the size of a pointee for addptr.
  AxisInfo add(int64_t scale, bool noWrap) const {
    return perDim(noWrap && allNonNegative(), [&](unsigned d) -> Dim {
      int64_t run = std::max(std::gcd(contiguity(0, d), constancy(1, d)),
                             std::gcd(constancy(0, d), contiguity(1, d)));
      return {run, std::gcd(in[0].divisorAt(d, run), product(in[1].divisorAt(d, run), scale)),
              constancy(d)};
    });
  }

  AxisInfo sub() const {
    return perDim(false, [&](unsigned d) -> Dim {
      int64_t run = std::gcd(contiguity(0, d), constancy(1, d));
      // Two runs that climb together keep their distance.
      int64_t together = std::gcd(in[0].alignedRun(d), in[1].alignedRun(d));
      return {run, std::gcd(in[0].divisorAt(d, run), in[1].divisorAt(d, run)),
              std::max(constancy(d), together)};
    });
  }

  AxisInfo mul(bool noWrap) const {
    for (unsigned operand : {0, 1})
      if (in[operand].constant == 1)
        return in[1 - operand];
    return perDim(noWrap && allNonNegative(), [&](unsigned d) -> Dim {
      return {1, product(divisor(0, d), divisor(1, d)), constancy(d)};
    });
  }

  /// Length of runs of the dividend between two multiples of the divisor (operand 1).
  int64_t runBetweenMultiples(unsigned d) const {
    return std::gcd(in[0].alignedRun(d), std::gcd(constancy(1, d), divisor(1, d)));
  }

  AxisInfo div(bool floor, bool nonNegative) const {
    std::optional<int64_t> by = in[1].constant;
    bool powerOfTwo = by && *by > 0 && llvm::isPowerOf2_64(*by);
    return perDim(nonNegative, [&](unsigned d) -> Dim {
      int64_t run = floor ? runBetweenMultiples(d) : 1;
      int64_t divisibility = powerOfTwo ? std::max<int64_t>(in[0].divisorAt(d, run) / *by, 1) : 1;
      return {1, divisibility, std::max(constancy(d), run)};
    });
  }

  AxisInfo rem(bool floor, bool nonNegative) const {
    return perDim(nonNegative, [&](unsigned d) -> Dim {
      int64_t run = floor ? runBetweenMultiples(d) : 1;
      return {run, std::gcd(in[0].divisorAt(d, run), in[1].divisorAt(d, run)), constancy(d)};
    });
  }

  /// min, max, or, xor: no lower bit is set than in both operands.
  AxisInfo anyOf(bool nonNegative) const {
    return perDim(nonNegative, [&](unsigned d) -> Dim {
      return {1, std::min(divisor(0, d), divisor(1, d)), constancy(d)};
    });
  }

  AxisInfo bitAnd() const;
  AxisInfo select(bool scalarCondition) const;
  AxisInfo cast(bool nonNegative) const;
  AxisInfo compare(arith::CmpIPredicate predicate) const;
  int64_t compareConstancy(arith::CmpIPredicate predicate, unsigned d) const;

  /// The same rules with the second operand replaced by the constant `value` in the result's shape.
  template <typename Rule>
  AxisInfo withConstant(int64_t value, Rule rule) const {
    AxisInfo operands[] = {in[0], AxisInfo::constantOf(type, value)};
    return rule(Rules{type, operands});
  }
};
} // namespace

/// Bits of an integer or index, 0 for other types.
static unsigned widthOf(Type type) {
  Type element = tile::elementTypeOf(type);
  return element.isIndex() ? 64 : element.isInteger() ? element.getIntOrFloatBitWidth() : 0;
}

AxisInfo Rules::bitAnd() const {
  std::optional<int64_t> mask = in[1].constant;
  if (mask && *mask > 0 && llvm::isMask_64(*mask) && *mask < AxisInfo::kMaxDivisibility)
    return withConstant(*mask + 1,
                        [](const Rules &rules) { return rules.rem(/*floor=*/true, true); });
  bool roundsDown = mask && *mask < 0 && llvm::isPowerOf2_64(-uint64_t(*mask));
  return perDim(anyNonNegative(), [&](unsigned d) -> Dim {
    int64_t run = constancy(d);
    if (roundsDown)
      run = std::max(run, std::gcd(in[0].alignedRun(d), powerOfTwoDivisor(*mask)));
    return {1, std::max(divisor(0, d), divisor(1, d)), run};
  });
}

AxisInfo Rules::select(bool scalarCondition) const {
  // A scalar condition is constant over any run of a tile; gcd(0, r) = r.
  auto ofCondition = [&](unsigned d) { return scalarCondition ? 0 : constancy(0, d); };
  return perDim(in[1].nonNegative && in[2].nonNegative, [&](unsigned d) -> Dim {
    int64_t run = std::gcd(ofCondition(d), std::gcd(contiguity(1, d), contiguity(2, d)));
    return {run, std::gcd(in[1].divisorAt(d, run), in[2].divisorAt(d, run)),
            std::gcd(ofCondition(d), std::gcd(constancy(1, d), constancy(2, d)))};
  });
}

AxisInfo Rules::cast(bool nonNegative) const {
  int64_t longest = int64_t(1) << std::min(widthOf(type) - 1, 30u);
  return perDim(nonNegative, [&](unsigned d) -> Dim {
    int64_t run = std::gcd(contiguity(0, d), longest);
    return {run, in[0].divisorAt(d, run), constancy(0, d)};
  });
}

/// Runs over which `predicate` has one outcome. In an aligned run x, x + 1, …, x + r - 1 (x = r ·
/// i), x + j < y is the same for all j if r divides y, and x + j ≤ y if r divides y + 1; this is
/// what makes masks such as offs < n constant over vectors. Equality with a constant is not: it
/// holds for one j.
int64_t Rules::compareConstancy(arith::CmpIPredicate predicate, unsigned d) const {
  using P = arith::CmpIPredicate;
  int64_t run = std::max(constancy(d), std::gcd(in[0].alignedRun(d), in[1].alignedRun(d)));
  if (predicate == P::eq || predicate == P::ne)
    return run;
  // x < y and x ≥ y turn at y if x climbs, and at x + 1 if y climbs; the other four the other way
  // round.
  bool turnsAtRhs = llvm::is_contained({P::slt, P::sge, P::ult, P::uge}, predicate);
  for (unsigned climbing : {0, 1}) {
    unsigned bound = 1 - climbing;
    int64_t boundDivisor = divisor(bound, d);
    if (turnsAtRhs != (climbing == 0))
      boundDivisor =
          in[bound].constant ? powerOfTwoDivisor(int64_t(uint64_t(*in[bound].constant) + 1)) : 1;
    run = std::max(
        run, std::gcd(in[climbing].alignedRun(d), std::gcd(constancy(bound, d), boundDivisor)));
  }
  return run;
}

AxisInfo Rules::compare(arith::CmpIPredicate predicate) const {
  return perDim(false, [&](unsigned d) -> Dim { return {1, 1, compareConstancy(predicate, d)}; });
}

//===----------------------------------------------------------------------===//
// The rule of an op
//===----------------------------------------------------------------------===//

static AxisInfo insertDim(tile::ExpandDimsOp op, const AxisInfo &source) {
  AxisInfo info = source;
  info.dims.insert(info.dims.begin() + op.getAxis(), Dim{1, source.elementDivisor(), 1});
  // A tile without dimensions is tracked as one element.
  info.dims.resize(shapeOf(op.getType()).size());
  return info;
}

/// What is known of the source and what its author promises.
static AxisInfo hintedDims(tile::AxisHintOp op, const AxisInfo &source) {
  AxisInfo info = source;
  auto hint = [](std::optional<ArrayRef<int64_t>> values, unsigned d) {
    return values ? (*values)[d] : 1;
  };
  for (auto [d, extent] : llvm::enumerate(shapeOf(op.getType()))) {
    AxisInfo::Dim &dim = info.dims[d];
    // Groups of groups: what holds for the first of each smaller one holds for that of a larger
    // one.
    int64_t run = std::min(hint(op.getContiguity(), d), extent);
    if (run % dim.contiguity == 0)
      dim.contiguity = run;
    int64_t equal = std::min(hint(op.getConstancy(), d), extent);
    if (equal % dim.constancy == 0)
      dim.constancy = equal;
    dim.divisibility = std::max(dim.divisibility, powerOfTwoDivisor(hint(op.getDivisibility(), d)));
  }
  return info;
}

static AxisInfo repeatDims(tile::BroadcastOp op, const AxisInfo &source) {
  AxisInfo info = source;
  for (auto [d, from, to] :
       llvm::enumerate(shapeOf(op.getSource().getType()), shapeOf(op.getType())))
    if (from != to)
      info.dims[d] = {1, source.divisorAt(d, 1), to};
  return info;
}

static AxisInfo permuteDims(tile::TransOp op, const AxisInfo &source) {
  AxisInfo info = source;
  for (auto [d, dim] : llvm::enumerate(info.dims))
    dim = source.dims[op.sourceDim(d)];
  return info;
}

/// Facts about one element of `source`.
static AxisInfo oneElement(Type type, const AxisInfo &source) {
  AxisInfo info = AxisInfo::uniform(type, source.elementDivisor());
  info.unit = source.unit;
  info.constant = source.constant;
  info.nonNegative = source.nonNegative;
  return info;
}

/// Where neighbouring dimensions merge or divide, runs along the last of them above 1 stay runs as
/// far as they fit in both extents; nothing is known along the others.
static AxisInfo reshapeDims(tile::ReshapeOp op, const AxisInfo &source) {
  AxisInfo info = AxisInfo::unknown(op.getType());
  info.unit = source.unit;
  info.nonNegative = source.nonNegative;
  for (Dim &dim : info.dims)
    dim.divisibility = source.elementDivisor();
  ArrayRef<int64_t> from = op.fromShape(), to = op.toShape();
  size_t i = 0, j = 0;
  while (i < from.size() && j < to.size()) {
    size_t last = i, lastAfter = j;
    int64_t before = from[i++], after = to[j++];
    while (before != after) {
      if (before < after) {
        last = from[i] > 1 ? i : last;
        before *= from[i++];
      } else {
        lastAfter = to[j] > 1 ? j : lastAfter;
        after *= to[j++];
      }
    }
    const Dim &dim = source.dims[last];
    int64_t fits = std::gcd(from[last], to[lastAfter]);
    int64_t run = std::gcd(dim.contiguity, fits);
    info.dims[lastAfter] = {run, source.divisorAt(last, run), std::gcd(dim.constancy, fits)};
  }
  return info;
}

/// Neighbours of other sizes are none.
static AxisInfo castPointers(Type type, const AxisInfo &source) {
  AxisInfo info = AxisInfo::unknown(type);
  for (auto [d, dim] : llvm::enumerate(info.dims)) {
    if (info.unit == source.unit)
      dim.contiguity = source.dims[d].contiguity;
    dim.divisibility = source.divisorAt(unsigned(d), dim.contiguity);
    dim.constancy = source.dims[d].constancy;
  }
  return info;
}

static bool noSignedWrap(arith::IntegerOverflowFlags flags) {
  return bitEnumContainsAll(flags, arith::IntegerOverflowFlags::nsw);
}

/// Facts about the only result of `op`.
AxisInfo mla::transferAxisInfo(Operation *op, ArrayRef<AxisInfo> in) {
  Type type = op->getResult(0).getType();
  Rules rules{type, in};
  auto shift = [&](auto rule) {
    std::optional<int64_t> by = in[1].constant;
    if (!by || *by < 0 || *by >= std::min<int64_t>(widthOf(type) - 1, 31))
      return AxisInfo::unknown(type);
    return rules.withConstant(int64_t(1) << *by, rule);
  };
  auto floorDiv = [&](const Rules &shifted) {
    return shifted.div(/*floor=*/true, in[0].nonNegative);
  };

  return llvm::TypeSwitch<Operation *, AxisInfo>(op)
      .Case([&](tile::RangeOp range) {
        AxisInfo info = AxisInfo::unknown(type);
        int32_t start = range.getStart();
        info.dims[0] = {shapeOf(type)[0], powerOfTwoDivisor(start), 1};
        info.nonNegative = start >= 0;
        return info;
      })
      .Case<tile::ProgramIdOp, tile::NumProgramsOp>([&](Operation *) {
        // PTX ISA: %ctaid and %nctaid are below 2^31.
        AxisInfo info = AxisInfo::unknown(type);
        info.nonNegative = true;
        return info;
      })
      .Case([&](tile::SplatOp) {
        AxisInfo info = AxisInfo::uniform(type, in[0].dims[0].divisibility);
        info.constant = in[0].constant;
        info.nonNegative = in[0].nonNegative;
        return info;
      })
      .Case([&](tile::ExpandDimsOp expand) { return insertDim(expand, in[0]); })
      .Case([&](tile::BroadcastOp broadcast) { return repeatDims(broadcast, in[0]); })
      .Case([&](tile::AxisHintOp hint) { return hintedDims(hint, in[0]); })
      .Case([&](tile::TransOp trans) { return permuteDims(trans, in[0]); })
      .Case([&](tile::ReshapeOp reshape) { return reshapeDims(reshape, in[0]); })
      .Case([&](tile::UnsplatOp) { return oneElement(type, in[0]); })
      .Case([&](tile::AddPtrOp) { return rules.add(in[0].unit, false); })
      .Case([&](tile::PtrCastOp) { return castPointers(type, in[0]); })
      .Case([&](arith::AddIOp add) { return rules.add(1, noSignedWrap(add.getOverflowFlags())); })
      .Case([&](arith::SubIOp) { return rules.sub(); })
      .Case([&](arith::MulIOp mul) { return rules.mul(noSignedWrap(mul.getOverflowFlags())); })
      // Runs that are divided hold no negative numbers: see AxisInfo.h.
      .Case([&](arith::DivSIOp) { return rules.div(/*floor=*/true, rules.allNonNegative()); })
      .Case([&](arith::DivUIOp) { return rules.div(true, in[0].nonNegative); })
      .Case([&](arith::RemSIOp) { return rules.rem(/*floor=*/true, in[0].nonNegative); })
      .Case([&](arith::RemUIOp) { return rules.rem(true, in[0].nonNegative); })
      .Case([&](arith::ShLIOp shl) {
        return shift([&](const Rules &shifted) {
          return shifted.mul(noSignedWrap(shl.getOverflowFlags()));
        });
      })
      .Case<arith::ShRSIOp, arith::ShRUIOp>([&](Operation *) { return shift(floorDiv); })
      .Case([&](arith::AndIOp) { return rules.bitAnd(); })
      .Case<arith::OrIOp, arith::XOrIOp, arith::MaxUIOp, arith::MinSIOp>(
          [&](Operation *) { return rules.anyOf(rules.allNonNegative()); })
      .Case<arith::MaxSIOp, arith::MinUIOp>(
          [&](Operation *) { return rules.anyOf(rules.anyNonNegative()); })
      .Case([&](arith::SelectOp select) {
        return rules.select(!isa<RankedTensorType>(select.getCondition().getType()));
      })
      .Case<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::IndexCastOp,
            arith::IndexCastUIOp>([&](Operation *) {
        unsigned from = widthOf(op->getOperand(0).getType()), to = widthOf(type);
        bool zeroExtends = to > from && isa<arith::ExtUIOp, arith::IndexCastUIOp>(op);
        return rules.cast(zeroExtends || (to >= from && in[0].nonNegative));
      })
      .Case([&](arith::CmpIOp cmp) { return rules.compare(cmp.getPredicate()); })
      .Default([&](Operation *) {
        AxisInfo info = AxisInfo::unknown(type);
        bool sameRank =
            llvm::all_of(in, [&](const AxisInfo &a) { return a.dims.size() == info.dims.size(); });
        if (!op->hasTrait<OpTrait::Elementwise>() || in.empty() || !sameRank)
          return info;
        for (auto [d, dim] : llvm::enumerate(info.dims))
          dim.constancy = rules.constancy(d);
        return info;
      });
}
