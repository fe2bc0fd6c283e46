//===- Products.cpp - matrix products -------------------------------------===//
// Accumulates in the type of the accumulator in ascending k, beginning with the accumulator: for
// each element ((acc + a0·b0) + a1·b1) + …, each product and sum rounded. Products of two 16-bit or
// narrower floats are exact in f32; those of f32 and f64 are fused with the sum. Hardware adds in
// groups and another order, so that its bits differ.
#include "Registry.h"

#include "mla/Dialect/Tile/Tile.h"
#include <cmath>

using namespace mlir;

namespace mla::interp {

namespace {
/// One [M, K] · [K, N]; leading dimensions count up `batches`.
struct Extents {
  int64_t batches, m, n, k;
};
} // namespace

static Extents extentsOf(const Tile &a, const Tile &b) {
  size_t rank = a.shape.size();
  return {sizeOf(ArrayRef<int64_t>(a.shape).drop_back(2)), a.shape[rank - 2], b.shape[rank - 1],
          a.shape[rank - 1]};
}

/// Fn(a, b, acc) for every k in ascending order; the innermost loop runs over columns.
template <typename T, typename Fn>
static void multiply(const Extents &x, const T *a, const T *b, T *acc, Fn fn) {
  for (int64_t batch = 0; batch < x.batches; ++batch, b += x.k * x.n)
    for (int64_t i = 0; i < x.m; ++i, acc += x.n)
      for (int64_t k = 0; k < x.k; ++k) {
        T left = *a++;
        const T *right = b + k * x.n;
        for (int64_t j = 0; j < x.n; ++j)
          acc[j] = fn(left, right[j], acc[j]);
      }
}

static Outcome dotOp(Machine &machine, Operation *op) {
  auto dot = cast<tile::DotOp>(op);
  const Tile &a = machine[dot.getA()], &b = machine[dot.getB()], &acc = machine[dot.getAcc()];
  Extents extents = extentsOf(a, b);
  Tile result(acc.element, acc.shape);
  if (acc.element == Element::F64) {
    result.makeDoubles() = acc.doubles().vec();
    multiply(extents, a.doubles().data(), b.doubles().data(), result.makeDoubles().data(),
             [](double x, double y, double z) { return std::fma(x, y, z); });
  } else if (isFloat(acc.element)) {
    result.makeFloats() = acc.floats().vec();
    float *to = result.makeFloats().data();
    if (a.element == Element::F32)
      multiply(extents, a.floats().data(), b.floats().data(), to,
               [](float x, float y, float z) { return float(double(x) * double(y) + double(z)); });
    else
      multiply(extents, a.floats().data(), b.floats().data(), to,
               [](float x, float y, float z) { return x * y + z; });
    roundFloats(acc.element, to, result.size());
  } else {
    result.makeIntegers() = acc.integers().vec();
    unsigned bits = bitsOf(acc.element);
    multiply(extents, a.integers().data(), b.integers().data(), result.makeIntegers().data(),
             [bits](int64_t x, int64_t y, int64_t z) { return wrapInteger(x * y + z, bits); });
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

void addProducts(Registry &registry) { registry.add<tile::DotOp>(dotOp); }

} // namespace mla::interp
