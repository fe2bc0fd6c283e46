//===- Selections.cpp - ops in which data decides where elements go -------===//
// Gathers, histograms and sorts.
#include "Reductions.h"
#include "Registry.h"

#include "mla/Dialect/Tile/Tile.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace mla::interp {

static Outcome gatherOp(Machine &machine, Operation *op) {
  auto gather = cast<tile::GatherOp>(op);
  const Tile &source = machine[gather.getSource()], &index = machine[gather.getIndex()];
  size_t axis = gather.getAxis();
  std::vector<int64_t> sources(index.size(), -1);
  for (size_t line = 0; line < index.size() / size_t(index.shape[axis]); ++line) {
    auto [to, stride] = lineAt(index.shape, axis, line);
    Line from = lineAt(source.shape, axis, line);
    for (int64_t k = 0; k < index.shape[axis]; ++k) {
      int64_t position = index.integers()[to + size_t(k) * stride];
      if (position >= 0 && position < source.shape[axis])
        sources[to + size_t(k) * stride] = int64_t(from.first) + position * int64_t(from.stride);
    }
  }
  machine.set(op->getResult(0), source.gathered(index.shape, sources));
  return Outcome::Next;
}

static Outcome histogramOp(Machine &machine, Operation *op) {
  auto histogram = cast<tile::HistogramOp>(op);
  const Tile &source = machine[histogram.getSource()];
  int64_t bins = cast<RankedTensorType>(histogram.getType()).getDimSize(0);
  Tile result(Element::I32, {bins});
  for (size_t i = 0; i < source.size(); ++i) {
    int64_t number = source.integers()[i];
    bool counts = !histogram.getMask() || machine[histogram.getMask()].integers()[i] != 0;
    if (counts && number >= 0 && number < bins)
      ++result.makeIntegers()[size_t(number)];
  }
  machine.set(op->getResult(0), std::move(result));
  return Outcome::Next;
}

/// The total order of tile.sort.
static bool comesBefore(const Tile &tile, bool isUnsigned, int64_t a, int64_t b) {
  if (isFloat(tile.element)) {
    double x = tile.number(size_t(a)), y = tile.number(size_t(b));
    if (std::isnan(x) || std::isnan(y))
      return !std::isnan(x) && std::isnan(y);
    return x < y || (x == y && std::signbit(x) && !std::signbit(y));
  }
  int64_t x = tile.integers()[size_t(a)], y = tile.integers()[size_t(b)];
  // Signed numbers below 0 are the largest unsigned ones.
  return isUnsigned ? uint64_t(x) < uint64_t(y) : x < y;
}

/// Whether a line changes its direction at most twice, read as a circle.
static bool isBitonic(const Tile &tile, bool isUnsigned, ArrayRef<int64_t> line) {
  int changes = 0, last = 0, first = 0;
  for (size_t k = 0; k < line.size(); ++k) {
    int64_t here = line[k], next = line[(k + 1) % line.size()];
    int direction = comesBefore(tile, isUnsigned, here, next)   ? 1
                    : comesBefore(tile, isUnsigned, next, here) ? -1
                                                                : 0;
    if (direction == 0)
      continue;
    changes += last != 0 && direction != last;
    last = direction;
    first = first ? first : direction;
  }
  return changes + (first != last) <= 2;
}

static Outcome sortOp(Machine &machine, Operation *op) {
  auto sort = cast<tile::SortOp>(op);
  const Tile &source = machine[sort.getSource()];
  size_t axis = sort.getAxis(), extent = size_t(source.shape[axis]);
  bool isUnsigned = sort.getIsUnsigned();
  std::vector<int64_t> sources(source.size()), line(extent);
  for (size_t number = 0; number < source.size() / extent; ++number) {
    auto [first, stride] = lineAt(source.shape, axis, number);
    for (size_t k = 0; k < extent; ++k)
      line[k] = int64_t(first + k * stride);
    if (sort.getBitonic() && !isBitonic(source, isUnsigned, line))
      return machine.fail(op, "expected bitonic elements, got others from " +
                                  coordinatesText(source.shape, first) + " on");
    std::ranges::sort(line, [&](int64_t a, int64_t b) {
      return sort.getDescending() ? comesBefore(source, isUnsigned, b, a)
                                  : comesBefore(source, isUnsigned, a, b);
    });
    for (size_t k = 0; k < extent; ++k)
      sources[first + k * stride] = line[k];
  }
  machine.set(op->getResult(0), source.gathered(source.shape, sources));
  return Outcome::Next;
}

void addSelections(Registry &registry) {
  registry.add<tile::GatherOp>(gatherOp);
  registry.add<tile::HistogramOp>(histogramOp);
  registry.add<tile::SortOp>(sortOp);
}

} // namespace mla::interp
