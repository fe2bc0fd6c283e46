//===- Attention.cpp - steps of tiled attention ---------------------------===//
// What dialects/Attn/AttnOps.td says of each op, in f32, row by row.
#include "Reductions.h"
#include "Registry.h"

#include "mla/Dialect/Attn/Attn.h"
#include <cmath>
#include <numbers>

using namespace mlir;

namespace mla::interp {

static constexpr float kNone = -INFINITY;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static Tile filled(Value like, float value) {
  Tile tile(Element::F32, shapeOf(like));
  std::fill(tile.makeFloats().begin(), tile.makeFloats().end(), value);
  return tile;
}

static float exp2Rounded(float value) { return float(std::exp2(double(value))); }

static float sumOf(ArrayRef<float> values) {
  std::vector<float> copy = values.vec();
  return combineTree(copy.data(), copy.size(), [](float a, float b) { return a + b; });
}

/// The greatest of `values` and `top`; NaN counts only if there is nothing else.
static float greatest(float top, ArrayRef<float> values) {
  for (float value : values)
    if (std::isnan(top) || top < value)
      top = value;
  return top;
}

static ArrayRef<float> rowOf(const Tile &matrix, int64_t row) {
  return matrix.floats().slice(row * matrix.shape[1], matrix.shape[1]);
}

static Outcome maskOp(Machine &machine, Operation *op) {
  auto mask = cast<attn::MaskOp>(op);
  Tile result(Element::F32, shapeOf(mask.getResult()));
  const Tile &scores = machine[mask.getScores()], &limit = machine[mask.getLimit()];
  int64_t firstKey = machine[mask.getFirstKey()].scalar(), keys = result.shape[1];
  std::optional<int64_t> window;
  if (mask.getWindow())
    window = machine[mask.getWindow()].scalar();
  for (int64_t i = 0; i < result.shape[0]; ++i)
    for (int64_t j = 0; j < keys; ++j) {
      int64_t key = firstKey + j, end = limit.integers()[i];
      bool isVisible = key < end && (!window || key >= end - *window);
      result.makeFloats()[i * keys + j] = isVisible ? scores.floats()[i * keys + j] : kNone;
    }
  machine.set(mask.getResult(), std::move(result));
  return Outcome::Next;
}

static Outcome softmaxInitOp(Machine &machine, Operation *op) {
  auto init = cast<attn::SoftmaxInitOp>(op);
  machine.set(init.getM(), filled(init.getM(), kNone));
  machine.set(init.getL(), filled(init.getL(), 0));
  machine.set(init.getAcc(), filled(init.getAcc(), 0));
  return Outcome::Next;
}

/// Multiplies a row by what the sums so far decay by.
static void decayRow(const Tile &from, Tile &to, int64_t row, float decay) {
  int64_t columns = from.shape[1];
  for (int64_t j = 0; j < columns; ++j)
    to.makeFloats()[row * columns + j] = from.floats()[row * columns + j] * decay;
}

static Outcome softmaxStepOp(Machine &machine, Operation *op) {
  auto step = cast<attn::SoftmaxStepOp>(op);
  const Tile &scores = machine[step.getScores()], &m = machine[step.getM()];
  const Tile &l = machine[step.getL()], &acc = machine[step.getAcc()];
  Tile weights(Element::F32, scores.shape), newM(Element::F32, m.shape),
      newL(Element::F32, l.shape), newAcc(Element::F32, acc.shape);
  int64_t keys = scores.shape[1], sums = l.shape[1];
  float scale = step.getScale() ? machine[step.getScale()].floats()[0] : 1;
  for (int64_t i = 0; i < m.shape[0]; ++i) {
    float top = greatest(m.floats()[i], scale * greatest(kNone, rowOf(scores, i)));
    float base = top == kNone ? 0 : top, decay = exp2Rounded(m.floats()[i] - base);
    for (int64_t j = 0; j < keys; ++j)
      weights.makeFloats()[i * keys + j] =
          exp2Rounded(scores.floats()[i * keys + j] * scale - base);
    newM.makeFloats()[i] = top;
    decayRow(l, newL, i, decay);
    decayRow(acc, newAcc, i, decay);
    if (sums == keys)
      for (int64_t j = 0; j < keys; ++j)
        newL.makeFloats()[i * keys + j] += weights.floats()[i * keys + j];
    else
      newL.makeFloats()[i] += sumOf(rowOf(weights, i));
  }
  machine.set(step.getWeights(), std::move(weights));
  machine.set(step.getNewM(), std::move(newM));
  machine.set(step.getNewL(), std::move(newL));
  machine.set(step.getNewAcc(), std::move(newAcc));
  return Outcome::Next;
}

static Outcome softmaxFinishOp(Machine &machine, Operation *op) {
  auto finish = cast<attn::SoftmaxFinishOp>(op);
  const Tile &m = machine[finish.getM()], &l = machine[finish.getL()],
             &acc = machine[finish.getAcc()];
  Tile result(Element::F32, acc.shape), lse(Element::F32, m.shape);
  int64_t columns = acc.shape[1];
  for (int64_t i = 0; i < m.shape[0]; ++i) {
    float top = m.floats()[i], total = sumOf(rowOf(l, i)), denominator = total;
    bool isEmpty = total == 0;
    if (finish.getSink()) {
      float score = machine[finish.getSink()].floats()[i] * float(std::numbers::log2e);
      denominator += exp2Rounded(score - (isEmpty ? 0 : top));
    }
    for (int64_t j = 0; j < columns; ++j)
      result.makeFloats()[i * columns + j] =
          isEmpty ? 0 : acc.floats()[i * columns + j] / denominator;
    float log = top + float(std::log2(double(total)));
    lse.makeFloats()[i] = isEmpty ? kNone : log * float(std::numbers::ln2);
  }
  machine.set(finish.getResult(), std::move(result));
  machine.set(finish.getLse(), std::move(lse));
  return Outcome::Next;
}

static Outcome mergeStepOp(Machine &machine, Operation *op) {
  auto merge = cast<attn::MergeStepOp>(op);
  const Tile &out = machine[merge.getOut()], &lse = machine[merge.getLse()];
  const Tile &m = machine[merge.getM()], &l = machine[merge.getL()], &acc = machine[merge.getAcc()];
  int64_t parts = out.shape[0], columns = out.shape[1];
  std::vector<float> scores(parts);
  for (int64_t p = 0; p < parts; ++p)
    scores[p] = lse.floats()[p] * float(std::numbers::log2e);
  float top = greatest(m.floats()[0], scores);
  float base = top == kNone ? 0 : top, decay = exp2Rounded(m.floats()[0] - base);
  Tile newM(Element::F32, m.shape), newL(Element::F32, l.shape), newAcc(Element::F32, acc.shape);
  newM.makeFloats()[0] = top;
  decayRow(l, newL, 0, decay);
  decayRow(acc, newAcc, 0, decay);
  std::vector<float> weights(parts), products(parts);
  for (int64_t p = 0; p < parts; ++p) {
    weights[p] = exp2Rounded(scores[p] - base);
    newL.makeFloats()[p] += weights[p];
  }
  for (int64_t j = 0; j < columns; ++j) {
    for (int64_t p = 0; p < parts; ++p)
      products[p] = weights[p] == 0 ? 0 : out.floats()[p * columns + j] * weights[p];
    newAcc.makeFloats()[j] += sumOf(products);
  }
  machine.set(merge.getNewM(), std::move(newM));
  machine.set(merge.getNewL(), std::move(newL));
  machine.set(merge.getNewAcc(), std::move(newAcc));
  return Outcome::Next;
}

static Outcome gradScoresOp(Machine &machine, Operation *op) {
  auto grad = cast<attn::GradScoresOp>(op);
  const Tile &scores = machine[grad.getScores()], &lse = machine[grad.getLse()];
  const Tile &gradWeights = machine[grad.getGradWeights()], &delta = machine[grad.getDelta()];
  float scale = machine[grad.getScale()].floats()[0];
  float factor = scale * float(std::numbers::log2e);
  Tile weights(Element::F32, scores.shape), result(Element::F32, scores.shape);
  int64_t columns = scores.shape[1];
  for (int64_t at = 0; at < int64_t(scores.size()); ++at) {
    int64_t row = grad.getTransposed() ? at % columns : at / columns;
    float score = scores.floats()[at], log = lse.floats()[row];
    bool isHidden = score == kNone || std::isinf(log);
    float weight = isHidden ? 0 : exp2Rounded(score * factor - log * float(std::numbers::log2e));
    weights.makeFloats()[at] = weight;
    result.makeFloats()[at] =
        weight == 0 ? 0 : weight * (gradWeights.floats()[at] - delta.floats()[row]) * scale;
  }
  machine.set(grad.getWeights(), std::move(weights));
  machine.set(grad.getResult(), std::move(result));
  return Outcome::Next;
}

void addAttention(Registry &registry) {
  registry.add<attn::MaskOp>(maskOp);
  registry.add<attn::SoftmaxInitOp>(softmaxInitOp);
  registry.add<attn::SoftmaxStepOp>(softmaxStepOp);
  registry.add<attn::SoftmaxFinishOp>(softmaxFinishOp);
  registry.add<attn::MergeStepOp>(mergeStepOp);
  registry.add<attn::GradScoresOp>(gradScoresOp);
}

} // namespace mla::interp
