//===- Indexer.cpp - steps of choosing keys for sparse attention ----------===//
// What dialects/Indexer/IndexerOps.td says of each op: a choice compares logits and indices, and
// knows of entries only how they are written and read.
#include "Reductions.h"
#include "Registry.h"

#include "mla/Dialect/Indexer/Indexer.h"
#include <algorithm>
#include <bit>
#include <cmath>

using namespace mlir;

namespace mla::interp {

namespace {
/// A logit and its index; -inf and -1 if unused.
struct Choice {
  float logit = -INFINITY;
  int32_t index = -1;
};
} // namespace

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Whether `a` is before `b` in the dialect's order; unused places are last.
static bool isBefore(const Choice &a, const Choice &b) {
  if (a.index < 0 || b.index < 0)
    return a.index >= 0 && b.index < 0;
  if (std::isnan(a.logit) != std::isnan(b.logit))
    return std::isnan(b.logit);
  if (a.logit > b.logit || b.logit > a.logit)
    return a.logit > b.logit;
  return a.index < b.index;
}

static int64_t entryOf(const Choice &choice) {
  if (choice.index < 0)
    return indexer::kUnused;
  int64_t rank = std::bit_cast<int32_t>(std::fabs(choice.logit));
  if (std::isnan(choice.logit))
    rank = indexer::kNanRank;
  else if (choice.logit < 0)
    rank = -1 - rank;
  return rank * (int64_t(1) << 32) + (0xffffffff - int64_t(choice.index));
}

static Choice choiceOf(int64_t entry) {
  if (entry == indexer::kUnused)
    return {};
  int32_t rank = int32_t(entry >> 32), index = int32_t(0xffffffff - (entry & 0xffffffff));
  if (rank == indexer::kNanRank)
    return {std::numeric_limits<float>::quiet_NaN(), index};
  return {rank < 0 ? -std::bit_cast<float>(-1 - rank) : std::bit_cast<float>(rank), index};
}

/// The choices of row `row`, the first one first; nothing after an error.
static std::optional<std::vector<Choice>> readRow(Machine &machine, Operation *op,
                                                  const Tile &state, int64_t row) {
  ArrayRef<int64_t> entries =
      state.integers().slice(size_t(row * state.shape[1]), size_t(state.shape[1]));
  if (!std::ranges::is_sorted(entries)) {
    machine.error(op) << "expected a state that ascends along its rows, got another in row " << row;
    return std::nullopt;
  }
  std::vector<Choice> choices;
  for (int64_t entry : llvm::reverse(entries))
    choices.push_back(choiceOf(entry));
  return choices;
}

static Outcome headReduceOp(Machine &machine, Operation *op) {
  auto reduce = cast<indexer::HeadReduceOp>(op);
  const Tile &scores = machine[reduce.getScores()], &weights = machine[reduce.getWeights()];
  Tile result(Element::F32, shapeOf(reduce.getResult()));
  size_t heads = size_t(weights.shape[1]), keys = size_t(scores.shape[1]);
  std::vector<float> parts(heads);
  for (size_t t = 0; t < size_t(weights.shape[0]); ++t)
    for (size_t n = 0; n < keys; ++n) {
      for (size_t h = 0; h < heads; ++h) {
        float score = scores.floats()[(t * heads + h) * keys + n];
        parts[h] = (score <= 0 ? 0 : score) * weights.floats()[t * heads + h];
      }
      float sum = combineTree(parts.data(), heads, [](float a, float b) { return a + b; });
      result.makeFloats()[t * keys + n] =
          reduce.getKeyScale() ? sum * machine[reduce.getKeyScale()].floats()[n] : sum;
    }
  machine.set(reduce.getResult(), std::move(result));
  return Outcome::Next;
}

static Outcome topkInitOp(Machine &machine, Operation *op) {
  auto init = cast<indexer::TopkInitOp>(op);
  Tile state(Element::I64, shapeOf(init.getState()));
  std::ranges::fill(state.makeIntegers(), indexer::kUnused);
  machine.set(init.getState(), std::move(state));
  return Outcome::Next;
}

static Outcome topkStepOp(Machine &machine, Operation *op) {
  auto step = cast<indexer::TopkStepOp>(op);
  const Tile &logits = machine[step.getLogits()], &state = machine[step.getState()];
  const Tile &first = machine[step.getFirst()], &limit = machine[step.getLimit()];
  int64_t columns = logits.shape[1], places = state.shape[1];
  Tile result(Element::I64, state.shape);
  for (int64_t i = 0; i < state.shape[0]; ++i) {
    auto choices = readRow(machine, op, state, i);
    if (!choices)
      return Outcome::Failed;
    for (int64_t j = 0; j < columns; ++j) {
      int64_t index = first.integers()[size_t(i)] + j;
      if (index >= 0 && index < limit.integers()[size_t(i)])
        choices->push_back({logits.floats()[size_t(i * columns + j)], int32_t(index)});
    }
    std::ranges::sort(*choices, isBefore);
    for (int64_t place = 0; place < places; ++place)
      result.makeIntegers()[size_t((i + 1) * places - 1 - place)] =
          entryOf((*choices)[size_t(place)]);
  }
  machine.set(step.getNewState(), std::move(result));
  return Outcome::Next;
}

static Outcome topkFinishOp(Machine &machine, Operation *op) {
  auto finish = cast<indexer::TopkFinishOp>(op);
  const Tile &state = machine[finish.getState()];
  Tile values(Element::F32, shapeOf(finish.getValues())),
      indices(Element::I32, shapeOf(finish.getIndices()));
  int64_t count = values.shape[1];
  for (int64_t i = 0; i < state.shape[0]; ++i) {
    auto choices = readRow(machine, op, state, i);
    if (!choices)
      return Outcome::Failed;
    for (int64_t place = 0; place < count; ++place) {
      const Choice &choice = (*choices)[size_t(place)];
      values.makeFloats()[size_t(i * count + place)] = choice.logit;
      indices.makeIntegers()[size_t(i * count + place)] = choice.index;
    }
  }
  machine.set(finish.getValues(), std::move(values));
  machine.set(finish.getIndices(), std::move(indices));
  return Outcome::Next;
}

void addIndexer(Registry &registry) {
  registry.add<indexer::HeadReduceOp>(headReduceOp);
  registry.add<indexer::TopkInitOp>(topkInitOp);
  registry.add<indexer::TopkStepOp>(topkStepOp);
  registry.add<indexer::TopkFinishOp>(topkFinishOp);
}

} // namespace mla::interp
