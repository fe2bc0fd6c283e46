//===- Reductions.cpp - tile.reduce ---------------------------------------===//
// See Reductions.h.
#include "Reductions.h"

#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"
#include <cmath>

using namespace mlir;

namespace mla::interp {

namespace {
/// Reduces every line along `axis`.
class Reducer {
public:
  Reducer(const Tile &source, size_t axis, Tile &result)
      : source(source), axis(axis), result(result) {}

  template <typename T, typename Fn>
  void run(ArrayRef<T> from, std::vector<T> &to, Fn fn) {
    std::vector<T> line(source.shape[axis]);
    for (size_t i = 0; i < to.size(); ++i) {
      auto [first, stride] = lineAt(source.shape, axis, i);
      for (size_t k = 0; k < line.size(); ++k)
        line[k] = from[first + k * stride];
      to[i] = combineTree(line.data(), line.size(), fn);
    }
  }
  template <typename Fn>
  void runFloat(Fn fn) {
    if (source.element == Element::F64)
      return run(source.doubles(), result.makeDoubles(), fn);
    Element element = source.element;
    if (element == Element::F32)
      return run(source.floats(), result.makeFloats(), fn);
    run(source.floats(), result.makeFloats(),
        [&](float a, float b) { return roundFloat(element, fn(a, b)); });
  }
  template <typename Fn>
  void runInteger(Fn fn) {
    unsigned bits = bitsOf(source.element);
    run(source.integers(), result.makeIntegers(),
        [&](int64_t a, int64_t b) { return wrapInteger(fn(a, b), bits); });
  }

private:
  const Tile &source;
  size_t axis;
  Tile &result;
};
} // namespace

static Outcome reduceOp(Machine &machine, Operation *op) {
  auto reduce = cast<tile::ReduceOp>(op);
  const Tile &source = machine[reduce.getSource()];
  SmallVector<int64_t, 4> shape(source.shape);
  shape.erase(shape.begin() + reduce.getAxis());
  Tile result(source.element, shape);
  Reducer reducer(source, reduce.getAxis(), result);
  bool isUnsigned = reduce.getIsUnsigned();
  unsigned bits = bitsOf(source.element);
  auto less = [=](int64_t a, int64_t b) {
    if (bits == 1 && !isUnsigned)
      return a > b; // 1 stands for -1
    return isUnsigned ? unsignedInteger(a, bits) < unsignedInteger(b, bits) : a < b;
  };
  switch (reduce.getKind()) {
  case tile::ReduceKind::Sum:
    if (isFloat(source.element))
      reducer.runFloat([](auto a, auto b) { return a + b; });
    else
      reducer.runInteger([](int64_t a, int64_t b) { return int64_t(uint64_t(a) + uint64_t(b)); });
    break;
  case tile::ReduceKind::Max:
    if (isFloat(source.element))
      reducer.runFloat([](auto a, auto b) { return std::isnan(a) || a < b ? b : a; });
    else
      reducer.runInteger([=](int64_t a, int64_t b) { return less(a, b) ? b : a; });
    break;
  case tile::ReduceKind::Min:
    if (isFloat(source.element))
      reducer.runFloat([](auto a, auto b) { return std::isnan(a) || b < a ? b : a; });
    else
      reducer.runInteger([=](int64_t a, int64_t b) { return less(b, a) ? b : a; });
    break;
  case tile::ReduceKind::Prod:
    if (isFloat(source.element))
      reducer.runFloat([](auto a, auto b) { return a * b; });
    else
      reducer.runInteger([](int64_t a, int64_t b) { return int64_t(uint64_t(a) * uint64_t(b)); });
    break;
  case tile::ReduceKind::Xor:
    reducer.runInteger([](int64_t a, int64_t b) { return a ^ b; });
    break;
  case tile::ReduceKind::Or:
    reducer.runInteger([](int64_t a, int64_t b) { return a | b; });
    break;
  case tile::ReduceKind::And:
    reducer.runInteger([](int64_t a, int64_t b) { return a & b; });
    break;
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

void addReductions(Registry &registry) { registry.add<tile::ReduceOp>(reduceOp); }

} // namespace mla::interp
