//===- MathFunctions.cpp - the math dialect -------------------------------===//
// Functions are computed in double and rounded once: the result that a device approximates.
#include "Elementwise.h"
#include "Registry.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"
#include <cmath>

using namespace mlir;

namespace mla::interp {

template <typename Fn>
static Tile apply(const Tile &first, Fn fn) {
  Tile result(first.element, first.shape);
  for (size_t i = 0; i < first.size(); ++i)
    if (first.element == Element::F64)
      result.makeDoubles()[i] = fn(i);
    else
      result.makeFloats()[i] = roundFromDouble(first.element, fn(i));
  return result;
}

template <auto Fn>
static Outcome function(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)];
  machine.set(op->getResult(0), apply(a, [&](size_t i) -> double { return Fn(a.number(i)); }));
  return Outcome::Next;
}

template <auto Fn>
static Outcome functionOfTwo(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  size_t step = stepOf(b, a.size());
  machine.set(op->getResult(0),
              apply(a, [&](size_t i) -> double { return Fn(a.number(i), b.number(i * step)); }));
  return Outcome::Next;
}

static Outcome integerPower(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  size_t step = stepOf(b, a.size());
  machine.set(op->getResult(0), apply(a, [&](size_t i) -> double {
                return std::pow(a.number(i), double(b.integers()[i * step]));
              }));
  return Outcome::Next;
}

static Outcome fusedProduct(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)],
             &c = machine[op->getOperand(2)];
  const Tile &whole = largest({&a, &b, &c});
  size_t count = whole.size();
  size_t stepA = stepOf(a, count), stepB = stepOf(b, count), stepC = stepOf(c, count);
  Tile result(a.element, whole.shape);
  for (size_t i = 0; i < count; ++i) {
    double x = a.number(i * stepA), y = b.number(i * stepB), z = c.number(i * stepC);
    if (a.element == Element::F64)
      result.makeDoubles()[i] = std::fma(x, y, z);
    else if (a.element == Element::F32)
      result.makeFloats()[i] = std::fma(float(x), float(y), float(z));
    else
      result.makeFloats()[i] = roundFromDouble(a.element, x * y + z);
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

template <auto Fn>
static Outcome test(Machine &machine, Operation *op) {
  const Tile &a = machine[op->getOperand(0)];
  Tile result(Element::I1, a.shape);
  for (size_t i = 0; i < a.size(); ++i)
    result.makeIntegers()[i] = Fn(a.number(i));
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

static constexpr auto kAbsI = [](int64_t a, unsigned) { return a < 0 ? int64_t(-uint64_t(a)) : a; };
static constexpr auto kPopCount = [](int64_t a, unsigned bits) {
  return int64_t(llvm::popcount(unsignedInteger(a, bits)));
};
static constexpr auto kLeadingZeros = [](int64_t a, unsigned bits) {
  return int64_t(llvm::countl_zero(unsignedInteger(a, bits))) - int64_t(64 - bits);
};
static constexpr auto kTrailingZeros = [](int64_t a, unsigned bits) {
  return int64_t(std::min<unsigned>(llvm::countr_zero(unsignedInteger(a, bits)), bits));
};
static constexpr auto kAbsF = [](auto a) { return std::fabs(a); };
static constexpr auto kCopySign = [](auto a, auto b) { return std::copysign(a, b); };

// The standard's functions are overloaded: each needs a name of its own to be a parameter.
#define FUNCTION(name, expression) static constexpr auto name = [](double x) { return expression; };
FUNCTION(kSqrt, std::sqrt(x))
FUNCTION(kRsqrt, 1.0 / std::sqrt(x))
FUNCTION(kCbrt, std::cbrt(x))
FUNCTION(kExp, std::exp(x))
FUNCTION(kExp2, std::exp2(x))
FUNCTION(kExpM1, std::expm1(x))
FUNCTION(kLog, std::log(x))
FUNCTION(kLog2, std::log2(x))
FUNCTION(kLog10, std::log10(x))
FUNCTION(kLog1p, std::log1p(x))
FUNCTION(kSin, std::sin(x))
FUNCTION(kCos, std::cos(x))
FUNCTION(kTan, std::tan(x))
FUNCTION(kAsin, std::asin(x))
FUNCTION(kAcos, std::acos(x))
FUNCTION(kAtan, std::atan(x))
FUNCTION(kSinh, std::sinh(x))
FUNCTION(kCosh, std::cosh(x))
FUNCTION(kTanh, std::tanh(x))
FUNCTION(kAsinh, std::asinh(x))
FUNCTION(kAcosh, std::acosh(x))
FUNCTION(kAtanh, std::atanh(x))
FUNCTION(kErf, std::erf(x))
FUNCTION(kErfc, std::erfc(x))
FUNCTION(kFloor, std::floor(x))
FUNCTION(kCeil, std::ceil(x))
FUNCTION(kTrunc, std::trunc(x))
FUNCTION(kRound, std::round(x))
FUNCTION(kRoundEven, std::nearbyint(x))
FUNCTION(kIsNan, std::isnan(x))
FUNCTION(kIsInf, std::isinf(x))
FUNCTION(kIsFinite, std::isfinite(x))
#undef FUNCTION
static constexpr auto kPow = [](double x, double y) { return std::pow(x, y); };
static constexpr auto kAtan2 = [](double y, double x) { return std::atan2(y, x); };

void addMath(Registry &registry) {
  registry.add<math::AbsIOp>(unaryInteger<kAbsI>);
  registry.add<math::CtPopOp>(unaryInteger<kPopCount>);
  registry.add<math::CountLeadingZerosOp>(unaryInteger<kLeadingZeros>);
  registry.add<math::CountTrailingZerosOp>(unaryInteger<kTrailingZeros>);
  registry.add<math::AbsFOp>(unaryFloat<kAbsF>);
  registry.add<math::CopySignOp>(binaryFloat<kCopySign>);
  registry.add<math::FmaOp>(fusedProduct);
  registry.add<math::SqrtOp>(function<kSqrt>);
  registry.add<math::RsqrtOp>(function<kRsqrt>);
  registry.add<math::CbrtOp>(function<kCbrt>);
  registry.add<math::ExpOp>(function<kExp>);
  registry.add<math::Exp2Op>(function<kExp2>);
  registry.add<math::ExpM1Op>(function<kExpM1>);
  registry.add<math::LogOp>(function<kLog>);
  registry.add<math::Log2Op>(function<kLog2>);
  registry.add<math::Log10Op>(function<kLog10>);
  registry.add<math::Log1pOp>(function<kLog1p>);
  registry.add<math::SinOp>(function<kSin>);
  registry.add<math::CosOp>(function<kCos>);
  registry.add<math::TanOp>(function<kTan>);
  registry.add<math::AsinOp>(function<kAsin>);
  registry.add<math::AcosOp>(function<kAcos>);
  registry.add<math::AtanOp>(function<kAtan>);
  registry.add<math::SinhOp>(function<kSinh>);
  registry.add<math::CoshOp>(function<kCosh>);
  registry.add<math::TanhOp>(function<kTanh>);
  registry.add<math::AsinhOp>(function<kAsinh>);
  registry.add<math::AcoshOp>(function<kAcosh>);
  registry.add<math::AtanhOp>(function<kAtanh>);
  registry.add<math::ErfOp>(function<kErf>);
  registry.add<math::ErfcOp>(function<kErfc>);
  registry.add<math::FloorOp>(function<kFloor>);
  registry.add<math::CeilOp>(function<kCeil>);
  registry.add<math::TruncOp>(function<kTrunc>);
  registry.add<math::RoundOp>(function<kRound>);
  registry.add<math::RoundEvenOp>(function<kRoundEven>);
  registry.add<math::PowFOp>(functionOfTwo<kPow>);
  registry.add<math::FPowIOp>(integerPower);
  registry.add<math::Atan2Op>(functionOfTwo<kAtan2>);
  registry.add<math::IsNaNOp>(test<kIsNan>);
  registry.add<math::IsInfOp>(test<kIsInf>);
  registry.add<math::IsFiniteOp>(test<kIsFinite>);
}

} // namespace mla::interp
