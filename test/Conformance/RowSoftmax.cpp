//===- RowSoftmax.cpp - conformance of softmax over rows ------------------===//
// Rows cycle through distributions that break careless kernels: huge magnitudes, -inf among
// numbers, nothing but -inf, equal values, and a NaN or +inf that must stay in its own row.
// SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"

#include <limits>

using namespace mla::conformance;
using namespace mla::runtime;

static constexpr float kInfinity = std::numeric_limits<float>::infinity();

static float input(uint64_t seed, Element element, int64_t row, int64_t col, int64_t cols) {
  uint64_t index = uint64_t(row) << 32 | uint64_t(col);
  float unit = randomUnit(seed, index);
  switch (row % 9) {
  case 0:
    return 4 * unit;
  case 1: // only the shift by the maximum keeps these finite
    return 1000 + 8 * unit;
  case 2:
    return float(unit * 0.25 * largestFinite(element));
  case 3: // -inf among numbers
    return randomBits(~seed, index) % 3 ? 4 * unit : -kInfinity;
  case 4:
    return -kInfinity;
  case 5:
    return -3.5f;
  case 6: // one finite element, the last one: a lost tail shows
    return col == cols - 1 ? 2.0f : -kInfinity;
  case 7:
    return col == cols / 2 ? kInfinity : unit;
  default:
    return col == cols / 2 ? std::numeric_limits<float>::quiet_NaN() : unit;
  }
}

/// Memory layout of one case beyond its rows and columns.
struct Padding {
  int64_t x;        ///< elements behind each input row
  int64_t y;        ///< elements behind each output row
  int64_t misalign; ///< elements off alignment
};

static void checkShape(const Subject &subject, Tally &tally, int64_t rows, int64_t cols,
                       Padding padding) {
  GuardedMatrix x(subject.gpu, subject.elementOf("x_ptr"),
                  {rows, cols, cols + padding.x, padding.misalign});
  GuardedMatrix y(subject.gpu, subject.elementOf("y_ptr"),
                  {rows, cols, cols + padding.y, padding.misalign});
  NamedValues values = {{"x_ptr", Value::pointer(x.address())},
                        {"y_ptr", Value::pointer(y.address())},
                        {"n_cols", Value::integer(cols)},
                        {"x_stride", Value::integer(x.shape().stride)},
                        {"y_stride", Value::integer(y.shape().stride)}};
  std::string reason;
  if (cols > subject.kernel.variant().constant("BLOCK", 0))
    return tally.skip("n_cols = " + std::to_string(cols) + " is larger than BLOCK");
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);

  tally.begin("rows=" + std::to_string(rows) + " cols=" + std::to_string(cols) + " x_stride=" +
              std::to_string(x.shape().stride) + " y_stride=" + std::to_string(y.shape().stride) +
              " misalign=" + std::to_string(padding.misalign));
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; ++col)
      x.set(row, col, input(subject.seed, x.element(), row, col, cols));
  x.upload();
  std::vector<double> host = x.values();
  runCase(
      tally, subject.gpu, y, [&] { subject.launch({rows}, values); },
      [&](int64_t row, std::span<Expected> result) {
        softmaxRow(std::span(host).subspan(size_t(row * cols), size_t(cols)), y.element(), result);
      });
}

void mla::conformance::checkRowSoftmax(const Subject &subject, Tally &tally) {
  if (subject.small) {
    for (int64_t cols : {0, 1, 16, 17, 100, 1023, 1024, 1040, 8192}) {
      checkShape(subject, tally, cols > 2000 ? 3 : 9, cols, {0, 0, 0});
      checkShape(subject, tally, 3, cols, {16, 48, 0});
      checkShape(subject, tally, 3, cols, {5, 3, 1});
    }
    return;
  }
  for (int64_t cols : {0,   1,   2,    3,    15,   16,   17,   64,   70,   100,  127,  128, 144,
                       528, 576, 1000, 1008, 1023, 1024, 1025, 1040, 4096, 8176, 8191, 8192}) {
    for (int64_t rows : {1, 2, 9, 37})
      checkShape(subject, tally, rows, cols, {0, 0, 0});
    checkShape(subject, tally, 11, cols, {16, 48, 0});
    checkShape(subject, tally, 11, cols, {5, 3, 1});
  }
  // More blocks than any GPU holds at once.
  checkShape(subject, tally, 5000, 16, {0, 16, 0});
}
