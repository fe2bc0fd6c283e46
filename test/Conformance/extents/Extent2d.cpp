//===- Extent2d.cpp - references of the ops on 2-D tiles ------------------===//
// Inputs are multiples of 2^-6, so that every sum is exact in fp32 in any order.
// SPDX-License-Identifier: Apache-2.0

#include "Extents.h"

#include <algorithm>
#include <limits>

using namespace mla::conformance;
using namespace mla::conformance::extents;
using namespace mla::runtime;

namespace {

/// Inputs and run-time arguments of one launch.
struct Case {
  int64_t numRows, numCols;
  int64_t m, n, trips;
  std::vector<double> x, i; ///< row-major
  std::vector<double> r, c; ///< one per row, one per column

  double at(int64_t row, int64_t col) const { return x[size_t(row * numCols + col)]; }
  bool masked(int64_t row, int64_t col) const { return row >= m || col >= n; }
};

using Element2d = std::function<Expected(int64_t row, int64_t col)>;

struct PlaneOp {
  const char *op;
  Element2d expected;
};

} // namespace

enum class Axis { Rows, Cols, All };

/// The elements that a reduction combines.
static std::vector<double> slice(const Case &c, const std::vector<double> &values, Axis axis,
                                 int64_t index) {
  std::vector<double> result;
  for (int64_t row = 0; row < c.numRows; ++row)
    for (int64_t col = 0; col < c.numCols; ++col)
      if (axis == Axis::All || (axis == Axis::Rows ? row : col) == index)
        result.push_back(values[size_t(row * c.numCols + col)]);
  return result;
}

static double reduce(int64_t kind, const std::vector<double> &values) {
  double sum = 0;
  for (double value : values)
    sum += value;
  return kind == 0   ? sum
         : kind == 1 ? *std::max_element(values.begin(), values.end())
                     : *std::min_element(values.begin(), values.end());
}

/// Whether the block in the middle of the kernel text has this row or column.
static bool inMiddle(int64_t index, int64_t extent) {
  int64_t first = extent / 16 * 8;
  return index >= first && index < first + (extent >= 16 ? 8 : 1);
}

static std::vector<PlaneOp> planes(const Case &c) {
  auto rowMax = [&](int64_t row) { return reduce(1, slice(c, c.x, Axis::Rows, row)); };
  auto colMin = [&](int64_t col) { return reduce(2, slice(c, c.x, Axis::Cols, col)); };
  std::vector<double> rowMaxima, colMinima;
  std::vector<Expected> softmax(c.x.size());
  for (int64_t row = 0; row < c.numRows; ++row) {
    rowMaxima.push_back(rowMax(row));
    softmaxRow(std::span(c.x).subspan(size_t(row * c.numCols), size_t(c.numCols)), Element::Fp32,
               std::span(softmax).subspan(size_t(row * c.numCols), size_t(c.numCols)));
  }
  for (int64_t col = 0; col < c.numCols; ++col)
    colMinima.push_back(colMin(col));
  auto loop = [&](int64_t row, int64_t col) {
    double value = c.at(row, col);
    for (int64_t k = 0; k < c.trips; ++k)
      value = value * 0.5 + (c.r[row] + double(k));
    return value;
  };
  auto x = [&](int64_t row, int64_t col) { return c.at(row, col); };
  double unwritten = std::numeric_limits<double>::quiet_NaN();
  return {
      {"load, store 2-D", [=](int64_t row, int64_t col) { return exactly(x(row, col)); }},
      {"load, mask 2-D",
       [=, &c](int64_t row, int64_t col) {
         return exactly(c.masked(row, col) ? -3 : x(row, col));
       }},
      {"store, mask 2-D",
       [=, &c](int64_t row, int64_t col) {
         return exactly(c.masked(row, col) ? unwritten : x(row, col));
       }},
      {"x + r[:, None]",
       [=, &c](int64_t row, int64_t col) { return exactly(x(row, col) + c.r[row]); }},
      {"x - c[None, :]",
       [=, &c](int64_t row, int64_t col) { return exactly(x(row, col) - c.c[col]); }},
      {"r[:, None] * c[None, :]",
       [=, &c](int64_t row, int64_t col) { return exactly(c.r[row] * c.c[col]); }},
      {"where 2-D",
       [=, &c](int64_t row, int64_t col) {
         return exactly(x(row, col) > c.c[col] ? x(row, col) : c.r[row]);
       }},
      {"x - max axis 1",
       [=](int64_t row, int64_t col) { return exactly(x(row, col) - rowMaxima[row]); }},
      {"x - min axis 0, keep_dims",
       [=](int64_t row, int64_t col) { return exactly(x(row, col) - colMinima[col]); }},
      {"full, zeros 2-D", [](int64_t, int64_t) { return exactly(1.5); }},
      {"arange 2-D",
       [=, &c](int64_t row, int64_t col) { return exactly(double(row * c.numCols + col)); }},
      {"softmax",
       [=, &c](int64_t row, int64_t col) { return softmax[size_t(row * c.numCols + col)]; }},
      {"maximum, minimum 2-D",
       [=, &c](int64_t row, int64_t col) {
         return exactly(std::max(x(row, col), c.r[row]) + std::min(x(row, col), c.c[col]));
       }},
      {"for 2-D", [=](int64_t row, int64_t col) { return exactly(loop(row, col)); }},
      {"load transposed", [=](int64_t row, int64_t col) { return exactly(x(row, col)); }},
      {"x[:a, :b]",
       [=, &c](int64_t row, int64_t col) {
         bool inside = row < c.numRows - c.numRows / 3 && col < c.numCols - c.numCols / 4;
         return exactly(inside ? x(row, col) : unwritten);
       }},
      {"x[a:b, c:d]",
       [=, &c](int64_t row, int64_t col) {
         bool inside = inMiddle(row, c.numRows) && inMiddle(col, c.numCols);
         return exactly(inside ? x(row, col) : unwritten);
       }},
  };
}

/// Sums, maxima and minima of every row or column, one kind per row of the output.
static Output reductionsOf(GuardedMatrix &matrix, const Case &c, const std::vector<double> &values,
                           Axis axis, const std::string &suffix) {
  Output output{matrix, {}};
  for (int64_t kind = 0; kind < 3; ++kind) {
    std::string name = kind == 0 ? "sum" : kind == 1 ? "max" : "min";
    auto expected = [&c, &values, axis, kind](int64_t, int64_t index) {
      return exactly(reduce(kind, slice(c, values, axis, index)));
    };
    bool all = axis == Axis::All;
    output.results.push_back({{name + suffix},
                              all ? 0 : kind,
                              all ? kind : 0,
                              1,
                              all ? 1 : matrix.shape().cols,
                              expected});
  }
  return output;
}

static void fill(GuardedMatrix &matrix, const std::function<double(int64_t, int64_t)> &value) {
  for (int64_t row = 0; row < matrix.shape().rows; ++row)
    for (int64_t col = 0; col < matrix.shape().cols; ++col)
      matrix.set(row, col, float(value(row, col)));
  matrix.upload();
}

/// `sign`: -1 all negative, 1 all positive, 0 mixed.
static Case makeCase(int64_t numRows, int64_t numCols, int64_t m, int64_t n, int64_t trips,
                     int sign, uint64_t seed) {
  Case c{numRows, numCols, m, n, trips, {}, {}, {}, {}};
  auto value = [&](uint64_t stream, int64_t index) {
    int64_t magnitude = 1 + int64_t(randomBits(seed + stream, uint64_t(index)) % 511);
    bool negative = sign < 0 || (sign == 0 && randomBits(seed + stream, uint64_t(~index)) % 2);
    return double(negative ? -magnitude : magnitude);
  };
  for (int64_t index = 0; index < numRows * numCols; ++index) {
    c.x.push_back(value(0, index) / 64);
    c.i.push_back(value(1, index));
  }
  for (int64_t row = 0; row < numRows; ++row)
    c.r.push_back(value(2, row) / 64);
  for (int64_t col = 0; col < numCols; ++col)
    c.c.push_back(value(3, col) / 64);
  return c;
}

void mla::conformance::extents::checkExtent2d(const Subject &subject, Report &report) {
  int64_t numRows = subject.kernel.variant().constant("M", 0),
          numCols = subject.kernel.variant().constant("N", 0);
  int64_t misalign = misalignOf(subject, "x_ptr");
  int64_t stride = strideOf(numCols, misalign), transposedStride = strideOf(numRows, misalign);
  Case c = makeCase(numRows, numCols, 0, 0, 0, 0, 0);
  int64_t numPlanes = int64_t(planes(c).size());
  auto matrix = [&](const char *pointer, int64_t rows, int64_t cols, int64_t rowStride) {
    return GuardedMatrix(subject.gpu, subject.elementOf(pointer),
                         {rows, cols, rowStride, misalign});
  };
  GuardedMatrix x = matrix("x_ptr", numRows, numCols, stride),
                xt = matrix("xt_ptr", numCols, numRows, transposedStride),
                r = matrix("r_ptr", 1, numRows, transposedStride),
                cols = matrix("c_ptr", 1, numCols, stride),
                i = matrix("i_ptr", numRows, numCols, stride),
                y = matrix("y_ptr", numPlanes * numRows, numCols, stride),
                yt = matrix("yt_ptr", 2 * numCols, numRows, transposedStride),
                u = matrix("u_ptr", 3, numRows, transposedStride),
                v = matrix("v_ptr", 3, numCols, stride),
                p = matrix("p_ptr", 3, numRows, transposedStride),
                q = matrix("q_ptr", 3, numCols, stride), s = matrix("s_ptr", 1, 3, 16);
  NamedValues values;
  for (auto [name, operand] : {std::pair("x_ptr", &x),
                               {"xt_ptr", &xt},
                               {"r_ptr", &r},
                               {"c_ptr", &cols},
                               {"i_ptr", &i},
                               {"y_ptr", &y},
                               {"yt_ptr", &yt},
                               {"u_ptr", &u},
                               {"v_ptr", &v},
                               {"p_ptr", &p},
                               {"q_ptr", &q},
                               {"s_ptr", &s}})
    values[name] = Value::pointer(operand->address());
  values["x_stride"] = values["v_stride"] = Value::integer(stride);
  values["xt_stride"] = values["u_stride"] = Value::integer(transposedStride);

  struct Arguments {
    int64_t m, n, trips;
    int sign;
  };
  for (Arguments a : {Arguments{numRows, numCols, 3, 0},
                      {numRows - 1, numCols, 0, -1},
                      {numRows, numCols / 2, 1, 1},
                      {(numRows + 1) / 2, numCols - 1, 2, 0}}) {
    c = makeCase(numRows, numCols, a.m, a.n, a.trips, a.sign, subject.seed + uint64_t(a.trips) * 8);
    fill(x, [&](int64_t row, int64_t col) { return c.at(row, col); });
    fill(xt, [&](int64_t row, int64_t col) { return c.at(col, row); });
    fill(i, [&](int64_t row, int64_t col) { return c.i[size_t(row * numCols + col)]; });
    fill(r, [&](int64_t, int64_t col) { return c.r[size_t(col)]; });
    fill(cols, [&](int64_t, int64_t col) { return c.c[size_t(col)]; });
    values["m"] = Value::integer(a.m);
    values["n"] = Value::integer(a.n);
    values["trips"] = Value::integer(a.trips);

    Output planesOfY{y, {}}, transposed{yt, {}};
    for (const PlaneOp &plane : planes(c))
      planesOfY.results.push_back({{plane.op},
                                   int64_t(planesOfY.results.size()) * numRows,
                                   0,
                                   numRows,
                                   numCols,
                                   plane.expected});
    for (const char *op : {"store transposed", "trans"})
      transposed.results.push_back(
          {{op},
           int64_t(transposed.results.size()) * numCols,
           0,
           numCols,
           numRows,
           [&](int64_t row, int64_t col) { return exactly(c.at(col, row)); }});
    Point point{{numRows, numCols},
                std::to_string(numRows) + "x" + std::to_string(numCols) +
                    " m=" + std::to_string(a.m) + " n=" + std::to_string(a.n) +
                    " trips=" + std::to_string(a.trips)};
    runPoint(report, subject, values, point,
             {planesOfY, transposed, reductionsOf(u, c, c.x, Axis::Rows, " axis 1"),
              reductionsOf(v, c, c.x, Axis::Cols, " axis 0"),
              reductionsOf(p, c, c.i, Axis::Rows, " axis 1, i32"),
              reductionsOf(q, c, c.i, Axis::Cols, " axis 0, i32"),
              reductionsOf(s, c, c.x, Axis::All, " of all")});
  }
}
