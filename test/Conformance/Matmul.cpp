//===- Matmul.cpp - conformance of relu(alpha * A @ B + bias) -------------===//
// Three sets of shapes: every trip count of the K loop around the pipeline's depth, grids larger
// than one group of program order, and random points of a lattice of awkward sizes.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"

#include <array>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr std::array<int64_t, 22> kSizes = {1,   2,   3,   15,  16,  17,  31,  33,
                                                   63,  64,  65,  127, 128, 129, 191, 192,
                                                   255, 257, 528, 576, 992, 1000};

/// One product.
struct Case {
  int64_t m, n, k;
  int64_t padding =
      0; ///< extra elements behind the rows of A; twice that behind B, three times behind C
  int64_t misalign = 0; ///< elements by which operands are off alignment
  double alpha = 1;
};

static std::string describe(const Case &shape) {
  return "M=" + std::to_string(shape.m) + " N=" + std::to_string(shape.n) +
         " K=" + std::to_string(shape.k) + " padding=" + std::to_string(shape.padding) +
         " misalign=" + std::to_string(shape.misalign) + " alpha=" + std::to_string(shape.alpha);
}

static void fill(GuardedMatrix &matrix, uint64_t seed) {
  const Shape &shape = matrix.shape();
  for (int64_t row = 0; row < shape.rows; ++row)
    for (int64_t col = 0; col < shape.cols; ++col)
      matrix.set(row, col, randomUnit(seed, uint64_t(row * shape.cols + col)));
  matrix.upload();
}

static void checkCase(const Subject &subject, Tally &tally, const Case &shape) {
  const Variant &variant = subject.kernel.variant();
  auto [m, n, k, padding, misalign, alpha] = shape;
  GuardedMatrix a(subject.gpu, subject.elementOf("a"), {m, k, k + padding, misalign});
  GuardedMatrix b(subject.gpu, subject.elementOf("b"), {k, n, n + 2 * padding, misalign});
  GuardedMatrix bias(subject.gpu, subject.elementOf("bias"), {1, n, n, misalign});
  GuardedMatrix c(subject.gpu, subject.elementOf("c"), {m, n, n + 3 * padding, misalign});
  NamedValues values = {{"a", Value::pointer(a.address())},
                        {"b", Value::pointer(b.address())},
                        {"bias", Value::pointer(bias.address())},
                        {"c", Value::pointer(c.address())},
                        {"M", Value::integer(m)},
                        {"N", Value::integer(n)},
                        {"K", Value::integer(k)},
                        {"alpha", Value::number(alpha)},
                        {"a.stride0", Value::integer(a.shape().stride)},
                        {"b.stride0", Value::integer(b.shape().stride)},
                        {"c.stride0", Value::integer(c.shape().stride)}};
  std::string reason;
  if (!fits(variant, values, reason))
    return tally.skip(reason);

  tally.begin(describe(shape));
  fill(a, subject.seed);
  fill(b, subject.seed + 1);
  fill(bias, subject.seed + 2);
  std::vector<double> aValues = a.values(), bValues = b.values(), biasValues;
  if (variant.constant("HAS_BIAS", 0))
    biasValues = bias.values();
  int64_t blockM = variant.constant("BLOCK_M", 1), blockN = variant.constant("BLOCK_N", 1);
  int64_t blocks = ((m + blockM - 1) / blockM) * ((n + blockN - 1) / blockN);
  runCase(
      tally, subject.gpu, c, [&] { subject.launch({blocks}, values); },
      [&](int64_t row, std::span<Expected> result) {
        matmulRow({std::span(aValues).subspan(size_t(row * k), size_t(k)), bValues, biasValues,
                   double(float(alpha)), variant.constant("RELU", 0) != 0},
                  c.element(), result);
      });
}

void mla::conformance::checkMatmul(const Subject &subject, Tally &tally) {
  const Variant &variant = subject.kernel.variant();
  int64_t blockM = variant.constant("BLOCK_M", 1), blockN = variant.constant("BLOCK_N", 1),
          blockK = variant.constant("BLOCK_K", 1), group = variant.constant("GROUP_M", 1);

  if (subject.small) {
    for (int64_t k : {int64_t(0), int64_t(1), blockK - 16, blockK, blockK + 16}) {
      checkCase(subject, tally, {16, 16, k});
      checkCase(subject, tally, {3, 17, k + 1, 5, 1, 0.5});
    }
    checkCase(subject, tally,
              {blockM + 1, blockN + 16, blockK * variant.numStages + 16, 16, 0, -0.75});
    checkCase(subject, tally, {0, 16, 16});
    checkCase(subject, tally, {16, 0, 16});
    return;
  }
  // 1. Trip counts of the K loop: none, fewer than the pipeline is deep, and more; tail of one and
  // full tiles.
  for (int64_t trips = 0; trips <= variant.numStages + 3; ++trips)
    for (int64_t tail : {-16, -1, 0, 1, 16})
      if (int64_t k = trips * blockK + tail; k >= 0) {
        checkCase(subject, tally, {16, 16, k});
        checkCase(subject, tally, {blockM + 1, blockN + 16, k, 16, 0, -0.75});
        checkCase(subject, tally, {blockM - 1, blockN + 1, k, 5, 1, 0.5});
      }
  // 2. Full groups and a last group that is smaller; an empty product writes nothing.
  checkCase(subject, tally, {blockM * (group + 1) + 1, blockN * 2 + 16, blockK + 16});
  checkCase(subject, tally, {blockM * group, blockN * 3, blockK * 2, 16});
  checkCase(subject, tally, {0, 16, 16});
  checkCase(subject, tally, {16, 0, 16});
  // 3. Random points: once over all sizes, once over those that a variant with divisibility 16
  // accepts.
  for (int64_t step : {1, 16}) {
    std::vector<int64_t> sizes;
    for (int64_t size : kSizes)
      if (size % step == 0)
        sizes.push_back(size);
    for (int64_t i = 0; i < subject.samples; ++i) {
      auto pick = [&](uint64_t which) {
        return randomBits(subject.seed + which, uint64_t(i * 16 + step));
      };
      Case shape{kSizes[pick(1) % kSizes.size()],      sizes[pick(2) % sizes.size()],
                 sizes[pick(3) % sizes.size()],        step * int64_t(pick(4) % 3),
                 step == 1 ? int64_t(pick(5) % 2) : 0, pick(6) % 2 ? 1.0 : -1.25};
      checkCase(subject, tally, shape);
    }
  }
}
