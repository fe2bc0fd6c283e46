//===- Elementwise.h - the loops of elementwise ops -----------------------===//
// Each op is a function of its elements; the loops round it are here, chosen once per op by the
// type. Operands are of one size, or a scalar that stands beside tiles when the region of a
// reduction is evaluated for all elements at once.
#pragma once

#include "Machine.h"

namespace mla::interp {

/// The operand that determines the shape of the result: the largest.
inline const Tile &largest(std::initializer_list<const Tile *> tiles) {
  const Tile *result = *tiles.begin();
  for (const Tile *tile : tiles)
    if (tile->size() > result->size() ||
        (tile->size() == result->size() && tile->shape.size() > result->shape.size()))
      result = tile;
  return *result;
}

/// Steps through an operand: 0 for a scalar beside tiles.
inline size_t stepOf(const Tile &tile, size_t count) { return tile.size() == count ? 1 : 0; }

/// Overflow that operands had, in `result`.
inline void inheritOverflow(Tile &result, std::initializer_list<const Tile *> tiles) {
  for (const Tile *tile : tiles)
    if (!tile->overflow().empty())
      for (size_t i = 0, step = stepOf(*tile, result.size()); i < result.size(); ++i)
        if (uint8_t kind = tile->overflowAt(i * step))
          result.setOverflow(i, kind);
}

/// An op on floats: `single` and `wide` are called with f32 and f64 operands. What they return for
/// narrow types is rounded.
template <auto Fn>
Outcome unaryFloat(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine[op->getOperand(0)];
  Tile result(a.element, a.shape);
  if (a.element == Element::F64) {
    for (size_t i = 0; i < a.size(); ++i)
      result.makeDoubles()[i] = Fn(a.doubles()[i]);
  } else {
    const float *from = a.floats().data();
    float *to = result.makeFloats().data();
    for (size_t i = 0, count = a.size(); i < count; ++i)
      to[i] = Fn(from[i]);
    roundFloats(a.element, to, a.size());
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

template <auto Fn>
Outcome binaryFloat(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  Tile result(a.element, whole.shape);
  if (a.element == Element::F64) {
    for (size_t i = 0; i < count; ++i)
      result.makeDoubles()[i] = Fn(a.doubles()[i * stepA], b.doubles()[i * stepB]);
  } else {
    const float *x = a.floats().data(), *y = b.floats().data();
    float *to = result.makeFloats().data();
    if (stepA && stepB)
      for (size_t i = 0; i < count; ++i)
        to[i] = Fn(x[i], y[i]);
    else
      for (size_t i = 0; i < count; ++i)
        to[i] = Fn(x[i * stepA], y[i * stepB]);
    roundFloats(a.element, to, count);
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

/// An integer op whose result is no sum, product or choice of its operands, so that an overflow of
/// theirs means nothing for it. Fn(a, b, bits) gives a value that is wrapped here.
template <auto Fn>
Outcome binaryInteger(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine[op->getOperand(0)], &b = machine[op->getOperand(1)];
  const Tile &whole = largest({&a, &b});
  size_t count = whole.size(), stepA = stepOf(a, count), stepB = stepOf(b, count);
  unsigned bits = bitsOf(a.element);
  Tile result(a.element, whole.shape);
  const int64_t *x = a.integers().data(), *y = b.integers().data();
  int64_t *to = result.makeIntegers().data();
  for (size_t i = 0; i < count; ++i)
    to[i] = wrapInteger(Fn(x[i * stepA], y[i * stepB], bits), bits);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

/// The same for one operand: Fn(a, bits).
template <auto Fn>
Outcome unaryInteger(Machine &machine, mlir::Operation *op) {
  const Tile &a = machine[op->getOperand(0)];
  unsigned bits = bitsOf(a.element);
  Tile result(a.element, a.shape);
  for (size_t i = 0; i < a.size(); ++i)
    result.makeIntegers()[i] = wrapInteger(Fn(a.integers()[i], bits), bits);
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

} // namespace mla::interp
