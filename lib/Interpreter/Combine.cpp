//===- Combine.cpp - reductions and scans by a region ---------------------===//
// The region is evaluated for whole slices at once, element by element only if it branches. A
// reduction combines neighbours as tile.reduce does, a scan goes from one end to the other.
#include "Reductions.h"
#include "Registry.h"
#include "mla/Dialect/Tile/Tile.h"

using namespace mlir;

namespace mla::interp {

/// One tile for each source.
using Components = SmallVector<Tile>;

/// Tiles one after the other, in one of `shape`.
static Tile concatenate(ArrayRef<Tile> parts, ArrayRef<int64_t> shape) {
  Tile whole(parts.front().element, shape);
  size_t at = 0;
  for (const Tile &part : parts) {
    llvm::copy(part.integers(), whole.makeIntegers().begin() + (part.integers().empty() ? 0 : at));
    llvm::copy(part.floats(), whole.makeFloats().begin() + (part.floats().empty() ? 0 : at));
    llvm::copy(part.doubles(), whole.makeDoubles().begin() + (part.doubles().empty() ? 0 : at));
    for (size_t i = 0; i < part.size(); ++i)
      if (uint8_t kind = part.overflowAt(i))
        whole.setOverflow(at + i, kind);
    at += part.size();
  }
  return whole;
}

namespace {
class Combination {
public:
  Combination(Machine &machine, Operation *op, unsigned axis);

  int64_t extent() const { return shape[axis]; }
  /// Row `count` rows from `first` on, each `step` behind the other, of tiles [rows][lineElems].
  Components rows(const Components &from, int64_t first, int64_t step, int64_t count) const;
  /// Combines element by element; nothing after an error.
  std::optional<Components> combine(const Components &left, const Components &right);
  Components concatenateRows(ArrayRef<Components> parts) const;
  /// Gives the results, held as [rows][lineElems], their own order and shape.
  void setResults(const Components &results);

  /// The sources as tiles [extent][lineElems].
  Components sources;

private:
  std::optional<Components> evaluate(const Components &left, const Components &right);

  Machine &machine;
  Operation *op;
  unsigned axis;
  SmallVector<int64_t, 4> shape;
  /// Elements that have one coordinate along the axis, and those behind the axis.
  int64_t lineElems, inner;
  bool branches;
};
} // namespace

Combination::Combination(Machine &machine, Operation *op, unsigned axis)
    : machine(machine), op(op), axis(axis), shape(machine[op->getOperand(0)].shape) {
  inner = sizeOf(ArrayRef(shape).drop_front(axis + 1));
  lineElems = sizeOf(shape) / extent();
  branches = op->walk([&](Operation *nested) {
                 return nested != op && nested->getNumRegions() ? WalkResult::interrupt()
                                                                : WalkResult::advance();
               }).wasInterrupted();
  std::vector<int64_t> from(sizeOf(shape));
  for (int64_t row = 0; row < extent(); ++row)
    for (int64_t i = 0; i < lineElems; ++i)
      from[row * lineElems + i] = (i / inner * extent() + row) * inner + i % inner;
  for (Value source : op->getOperands())
    sources.push_back(machine[source].gathered({extent(), lineElems}, from));
}

Components Combination::rows(const Components &from, int64_t first, int64_t step,
                             int64_t count) const {
  std::vector<int64_t> places;
  for (int64_t row = 0; row < count; ++row)
    for (int64_t i = 0; i < lineElems; ++i)
      places.push_back((first + row * step) * lineElems + i);
  return llvm::map_to_vector<6>(
      from, [&](const Tile &tile) { return tile.gathered({count, lineElems}, places); });
}

Components Combination::concatenateRows(ArrayRef<Components> parts) const {
  Components whole;
  for (size_t component = 0; component < sources.size(); ++component) {
    SmallVector<Tile> tiles;
    int64_t count = 0;
    for (const Components &part : parts) {
      tiles.push_back(part[component]);
      count += int64_t(part[component].size()) / lineElems;
    }
    whole.push_back(concatenate(tiles, {count, lineElems}));
  }
  return whole;
}

std::optional<Components> Combination::evaluate(const Components &left, const Components &right) {
  Components arguments(left);
  llvm::append_range(arguments, right);
  auto results = machine.evaluate(op->getRegion(0), arguments);
  if (!results)
    return std::nullopt;
  // What does not depend on the elements stands for all of them.
  for (Tile &result : *results)
    if (result.size() != left.front().size() || result.shape != left.front().shape)
      result = result.gathered(left.front().shape, std::vector<int64_t>(left.front().size(), 0));
  return Components(std::move(*results));
}

std::optional<Components> Combination::combine(const Components &left, const Components &right) {
  if (!branches)
    return evaluate(left, right);
  SmallVector<Components> single;
  for (size_t i = 0; i < left.front().size(); ++i) {
    auto pick = [&](const Tile &tile) { return tile.gathered({}, {int64_t(i)}); };
    auto result = evaluate(llvm::map_to_vector<6>(left, pick), llvm::map_to_vector<6>(right, pick));
    if (!result)
      return std::nullopt;
    single.push_back(std::move(*result));
  }
  Components whole;
  for (size_t component = 0; component < left.size(); ++component)
    whole.push_back(concatenate(
        llvm::map_to_vector(single, [&](const Components &each) { return each[component]; }),
        left.front().shape));
  return whole;
}

void Combination::setResults(const Components &results) {
  for (auto [value, tile] : llvm::zip_equal(op->getResults(), results)) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    SmallVector<int64_t, 4> resultShape;
    if (type)
      resultShape.assign(type.getShape().begin(), type.getShape().end());
    int64_t count = int64_t(tile.size()) / lineElems;
    std::vector<int64_t> from(tile.size());
    for (int64_t row = 0; row < count; ++row)
      for (int64_t i = 0; i < lineElems; ++i)
        from[(i / inner * count + row) * inner + i % inner] = row * lineElems + i;
    machine.set(value, tile.gathered(resultShape, from));
  }
}

static Outcome genericReduceOp(Machine &machine, Operation *op) {
  Combination combination(machine, op, cast<tile::GenericReduceOp>(op).getAxis());
  Components all = combination.sources;
  for (int64_t count = combination.extent(); count > 1; count = (count + 1) / 2) {
    int64_t pairs = count / 2;
    auto combined =
        combination.combine(combination.rows(all, 0, 2, pairs), combination.rows(all, 1, 2, pairs));
    if (!combined)
      return Outcome::Failed;
    if (count % 2)
      combined = combination.concatenateRows({*combined, combination.rows(all, count - 1, 1, 1)});
    all = std::move(*combined);
  }
  combination.setResults(all);
  return Outcome::Next;
}

static Outcome scanOp(Machine &machine, Operation *op) {
  auto scan = cast<tile::ScanOp>(op);
  Combination combination(machine, op, scan.getAxis());
  int64_t extent = combination.extent();
  SmallVector<Components> done;
  for (int64_t i = 0; i < extent; ++i) {
    Components row =
        combination.rows(combination.sources, scan.getReverse() ? extent - 1 - i : i, 1, 1);
    auto next = i ? combination.combine(done.back(), row) : row;
    if (!next)
      return Outcome::Failed;
    done.push_back(std::move(*next));
  }
  if (scan.getReverse())
    std::reverse(done.begin(), done.end());
  combination.setResults(combination.concatenateRows(done));
  return Outcome::Next;
}

static Outcome yieldOp(Machine &machine, Operation *op) { return machine.yieldToEvaluate(op); }

void addCombinations(Registry &registry) {
  registry.add<tile::GenericReduceOp>(genericReduceOp);
  registry.add<tile::ScanOp>(scanOp);
  registry.add<tile::YieldOp>(yieldOp);
}

} // namespace mla::interp
