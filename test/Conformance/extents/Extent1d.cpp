//===- Extent1d.cpp - references of the ops on 1-D tiles ------------------===//
// Inputs are multiples of 2^-10 with few bits, so that sums and products are exact in fp32 in any
// order: only exponentials and divisions need a tolerance. All-negative and all-positive data show
// a wrong neutral element in the padding. SPDX-License-Identifier: Apache-2.0

#include "Extents.h"

#include <limits>

using namespace mla::conformance;
using namespace mla::conformance::extents;
using namespace mla::runtime;

static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {

enum class Signs { Mixed, Negative, Positive };

/// Inputs and run-time arguments of one launch.
struct Case {
  int64_t extent;
  Signs signs;
  int64_t n, trips, flag;
  std::vector<double> x, z, h; ///< z: with NaN, nothing but NaN, or without, by `signs`; h: bf16
  std::vector<int64_t> i, d;   ///< d: never 0

  Case(int64_t extent, Signs signs, int64_t n, int64_t trips, int64_t flag, uint64_t seed);
  bool masked(int64_t at) const { return at >= n; }
};

/// One result per element.
struct RowOp {
  const char *op;
  std::function<Expected(int64_t)> expected;
};

/// One result per tile.
struct TileOp {
  const char *op;
  double value;
};

} // namespace

static double roundTo(Element element, double value) {
  uint8_t bytes[4];
  encode(element, bytes, float(value));
  return decode(element, bytes);
}

/// -limit to limit, 0 only among mixed signs.
static int64_t pick(Signs signs, uint64_t seed, uint64_t index, int64_t limit) {
  uint64_t bits = randomBits(seed, index);
  if (signs == Signs::Mixed)
    return int64_t(bits % uint64_t(2 * limit + 1)) - limit;
  int64_t magnitude = 1 + int64_t(bits % uint64_t(limit));
  return signs == Signs::Negative ? -magnitude : magnitude;
}

Case::Case(int64_t extent, Signs signs, int64_t n, int64_t trips, int64_t flag, uint64_t seed)
    : extent(extent), signs(signs), n(n), trips(trips), flag(flag) {
  for (int64_t at = 0; at < extent; ++at) {
    x.push_back(double(pick(signs, seed, at, 8191)) / 1024);
    bool isNan = signs == Signs::Negative || (signs == Signs::Mixed && at % 5 == 2);
    z.push_back(isNan ? kNan : double(pick(signs, seed + 1, at, 8191)) / 1024);
    h.push_back(roundTo(Element::Bf16, double(pick(signs, seed + 2, at, 8191)) / 1024));
    i.push_back(pick(signs, seed + 3, at, 1000000));
    d.push_back(pick(randomBits(seed, at) % 2 ? signs : Signs::Positive, seed + 4, at, 50));
    if (d.back() == 0)
      d.back() = 3;
    if (at % 7 == 3) { // what random numbers hardly hit: equal operands of comparisons
      z.back() = x.back();
      i.back() = d.back() * 4096;
    }
  }
}

/// Of a number and NaN, the number.
static double larger(double a, double b) { return std::isnan(a) || b > a ? b : a; }
static double smaller(double a, double b) { return std::isnan(a) || b < a ? b : a; }

template <typename T, typename Combine>
static double fold(const std::vector<T> &values, double start, Combine combine) {
  for (T value : values)
    start = combine(start, double(value));
  return start;
}
template <typename T>
static double largest(const std::vector<T> &values) {
  return fold(values, kNan, larger);
}
template <typename T>
static double smallest(const std::vector<T> &values) {
  return fold(values, kNan, smaller);
}
template <typename T>
static double sum(const std::vector<T> &values) {
  return fold(values, 0, std::plus<double>());
}

template <typename T>
static int64_t compareBits(T a, T b) {
  return (a < b) + 2 * (a <= b) + 4 * (a > b) + 8 * (a >= b) + 16 * (a == b) + 32 * (a != b);
}

//===----------------------------------------------------------------------===//
// What the kernel writes, in its order
//===----------------------------------------------------------------------===//

static std::vector<RowOp> floatOps(const Case &c) {
  auto loop = [&](int64_t at) {
    double value = c.x[at];
    for (int64_t k = 0; k < c.trips; ++k)
      value = value * 0.5 + double(k);
    return value;
  };
  auto whileLoop = [&](int64_t at) {
    double value = c.x[at];
    for (int64_t left = c.trips; left > 0; left -= 2)
      value += double(left);
    return value;
  };
  return {
      {"load, store", [&](int64_t at) { return exactly(c.x[at]); }},
      {"load, mask", [&](int64_t at) { return exactly(c.masked(at) ? -3 : c.x[at]); }},
      {"store, mask", [&](int64_t at) { return exactly(c.masked(at) ? kNan : c.x[at]); }},
      {"x * 2 + 1", [&](int64_t at) { return exactly(c.x[at] * 2 + 1); }},
      {"(x - 0.25) * x", [&](int64_t at) { return within((c.x[at] - 0.25) * c.x[at], 2); }},
      {"z / x", [&](int64_t at) { return within(c.z[at] / c.x[at], 4); }},
      {"where", [&](int64_t at) { return exactly(c.x[at] > 0 ? c.x[at] : -1); }},
      {"maximum", [&](int64_t at) { return exactly(larger(c.x[at], c.z[at])); }},
      {"minimum", [&](int64_t at) { return exactly(smaller(c.x[at], c.z[at])); }},
      {"exp", [&](int64_t at) { return within(std::exp(c.x[at]), 16 + 4 * std::fabs(c.x[at])); }},
      {"exp2", [&](int64_t at) { return within(std::exp2(c.x[at]), 16); }},
      {"fp32 to bf16", [&](int64_t at) { return exactly(roundTo(Element::Bf16, c.x[at])); }},
      {"fp32 to fp16", [&](int64_t at) { return exactly(roundTo(Element::Fp16, c.x[at])); }},
      {"i32 to fp32", [&](int64_t at) { return exactly(double(float(c.i[at] * 37))); }},
      {"-x", [&](int64_t at) { return exactly(-c.x[at]); }},
      {"full", [](int64_t) { return exactly(2.5); }},
      {"zeros", [](int64_t) { return exactly(0); }},
      {"x - max", [&](int64_t at) { return exactly(c.x[at] - largest(c.x)); }},
      {"bf16 to fp32", [&](int64_t at) { return exactly(c.h[at]); }},
      {"for", [=](int64_t at) { return exactly(loop(at)); }},
      {"while", [=](int64_t at) { return exactly(whileLoop(at)); }},
      {"if",
       [&](int64_t at) {
         return exactly(c.flag > 0 ? c.x[at] * double(4 + c.trips) : c.x[at] - 1);
       }},
      {"static_range", [&](int64_t at) { return exactly(c.x[at] + 6); }},
  };
}

static std::vector<RowOp> integerOps(const Case &c) {
  auto loop = [&](int64_t at) {
    int64_t value = c.i[at];
    for (int64_t k = 0; k < c.trips; ++k)
      value = 2 * value - k;
    return value;
  };
  auto of = [](double value) { return exactly(value); };
  return {
      {"load, store i32", [=, &c](int64_t at) { return of(c.i[at]); }},
      {"load, mask i32", [=, &c](int64_t at) { return of(c.masked(at) ? -5 : c.i[at]); }},
      {"i * 37 - 11", [=, &c](int64_t at) { return of(c.i[at] * 37 - 11); }},
      {"i // d", [=, &c](int64_t at) { return of(c.i[at] / c.d[at]); }},
      {"i % d", [=, &c](int64_t at) { return of(c.i[at] % c.d[at]); }},
      {"<< ^ & |", [=, &c](int64_t at) { return of((((c.i[at] * 8) ^ c.d[at]) & 1023) | 5); }},
      {">>", [=, &c](int64_t at) { return of(std::floor(double(c.i[at]) / 4)); }},
      {"arange", [=](int64_t at) { return of(at + 7); }},
      {"i32 to i8", [=, &c](int64_t at) { return of(int8_t(uint64_t(c.i[at]))); }},
      {"i32 to u8", [=, &c](int64_t at) { return of(uint8_t(uint64_t(c.i[at]))); }},
      {"i64", [=, &c](int64_t at) { return of(std::floor(double(c.i[at] * 1000003) / 4096)); }},
      {"compare i32", [=, &c](int64_t at) { return of(compareBits(c.i[at], c.d[at] * 4096)); }},
      {"compare fp32", [=, &c](int64_t at) { return of(compareBits(c.x[at], c.z[at])); }},
      {"where i32", [=, &c](int64_t at) { return of(c.masked(at) ? -9 : c.i[at]); }},
      {"maximum i32", [=, &c](int64_t at) { return of(std::max(c.i[at], c.d[at])); }},
      {"minimum i32", [=, &c](int64_t at) { return of(std::min(c.i[at], c.d[at])); }},
      {"cdiv", [=, &c](int64_t at) { return of((c.i[at] + 6) / 7); }},
      {"fp32 to i32", [=, &c](int64_t at) { return of(std::trunc(c.x[at])); }},
      {"& | ~ i1",
       [=, &c](int64_t at) { return of((!c.masked(at) && c.i[at] > 0) || !(c.x[at] > 0)); }},
      {"-i", [=, &c](int64_t at) { return of(-c.i[at]); }},
      {"u32 //", [=, &c](int64_t at) { return of(uint32_t(c.i[at]) / 7); }},
      {"compare u32", [=, &c](int64_t at) { return of(uint32_t(c.i[at]) > 1000); }},
      {"fp32 to i1", [=, &c](int64_t at) { return of(c.x[at] != 0); }},
      {"i32 to i16", [=, &c](int64_t at) { return of(int16_t(uint64_t(c.i[at]))); }},
      {"for i32", [=](int64_t at) { return of(double(loop(at))); }},
  };
}

static std::vector<RowOp> bf16Ops(const Case &c) {
  return {
      {"load, store bf16", [&](int64_t at) { return exactly(c.h[at]); }},
      {"h * h", [&](int64_t at) { return exactly(roundTo(Element::Bf16, c.h[at] * c.h[at])); }},
      {"store as bf16", [&](int64_t at) { return exactly(roundTo(Element::Bf16, c.x[at])); }},
      {"load, mask bf16", [&](int64_t at) { return exactly(c.masked(at) ? 0.5 : c.h[at]); }},
      {"where bf16", [&](int64_t at) { return exactly(c.masked(at) ? -2 : c.h[at]); }},
  };
}

static std::vector<TileOp> floatTileOps(const Case &c) {
  std::vector<double> valid(c.x.begin(), c.x.begin() + std::min(c.n, c.extent));
  return {
      {"sum", sum(c.x)},
      {"max", largest(c.x)},
      {"min", smallest(c.x)},
      {"max, NaN", largest(c.z)},
      {"min, NaN", smallest(c.z)},
      {"sum of where", sum(valid)},
      {"max bf16", largest(c.h)},
      {"max of load, mask", fold(valid, -kInfinity, larger)},
      {"min of load, mask", fold(valid, kInfinity, smaller)},
  };
}

static std::vector<TileOp> integerTileOps(const Case &c) {
  std::vector<int64_t> narrow, wide;
  for (int64_t value : c.i) {
    narrow.push_back(int8_t(uint64_t(value)));
    wide.push_back(uint32_t(value));
  }
  auto asSigned = [](double value) { return double(int32_t(uint32_t(value))); };
  return {
      {"sum i32", sum(c.i)},
      {"max i32", largest(c.i)},
      {"min i32", smallest(c.i)},
      {"sum of mask", double(std::min(c.n, c.extent))},
      {"sum i8", sum(narrow)},
      {"max u32", asSigned(largest(wide))},
      {"min u32", asSigned(smallest(wide))},
  };
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

/// One result per row of an output.
static Output rowsOf(GuardedMatrix &matrix, const std::vector<RowOp> &ops) {
  Output output{matrix, {}};
  for (const RowOp &op : ops)
    output.results.push_back(
        {{op.op},
         int64_t(output.results.size()),
         0,
         1,
         matrix.shape().cols,
         [expected = op.expected](int64_t, int64_t col) { return expected(col); }});
  return output;
}

/// One result per element of an output.
static Output elementsOf(GuardedMatrix &matrix, const std::vector<TileOp> &ops) {
  Output output{matrix, {}};
  for (const TileOp &op : ops)
    output.results.push_back(
        {{op.op}, 0, int64_t(output.results.size()), 1, 1, [value = op.value](int64_t, int64_t) {
           return exactly(value);
         }});
  return output;
}

template <typename T>
static void fill(GuardedMatrix &matrix, const std::vector<T> &values) {
  for (size_t at = 0; at < values.size(); ++at)
    matrix.set(0, int64_t(at), float(values[at]));
  matrix.upload();
}

static const char *nameOf(Signs signs) {
  return signs == Signs::Mixed ? "mixed" : signs == Signs::Negative ? "negative" : "positive";
}

void mla::conformance::extents::checkExtent1d(const Subject &subject, Report &report) {
  int64_t extent = subject.kernel.variant().constant("N", 0);
  int64_t misalign = misalignOf(subject, "x_ptr"), stride = strideOf(extent, misalign);
  const Case shapeOnly(extent, Signs::Mixed, 0, 0, 0, 0);
  auto matrix = [&](const char *pointer, int64_t rows, int64_t cols) {
    return GuardedMatrix(subject.gpu, subject.elementOf(pointer), {rows, cols, stride, misalign});
  };
  GuardedMatrix x = matrix("x_ptr", 1, extent), z = matrix("z_ptr", 1, extent),
                i = matrix("i_ptr", 1, extent), d = matrix("d_ptr", 1, extent),
                h = matrix("h_ptr", 1, extent),
                y = matrix("y_ptr", int64_t(floatOps(shapeOnly).size()), extent),
                j = matrix("j_ptr", int64_t(integerOps(shapeOnly).size()), extent),
                g = matrix("g_ptr", int64_t(bf16Ops(shapeOnly).size()), extent),
                s = matrix("s_ptr", 1, int64_t(floatTileOps(shapeOnly).size())),
                t = matrix("t_ptr", 1, int64_t(integerTileOps(shapeOnly).size()));
  NamedValues values;
  for (auto [name, operand] : {std::pair("x_ptr", &x),
                               {"z_ptr", &z},
                               {"i_ptr", &i},
                               {"d_ptr", &d},
                               {"h_ptr", &h},
                               {"y_ptr", &y},
                               {"j_ptr", &j},
                               {"g_ptr", &g},
                               {"s_ptr", &s},
                               {"t_ptr", &t}})
    values[name] = Value::pointer(operand->address());
  values["stride"] = Value::integer(stride);

  const Case cases[] = {
      {extent, Signs::Mixed, extent, 3, 1, subject.seed},
      {extent, Signs::Negative, extent - 1, 0, 0, subject.seed + 10},
      {extent, Signs::Positive, extent / 2, 1, 1, subject.seed + 20},
      {extent, Signs::Mixed, 0, 5, 0, subject.seed + 30},
      {extent, Signs::Negative, extent + 3, 2, 1, subject.seed + 40},
  };
  for (const Case &c : cases) {
    fill(x, c.x);
    fill(z, c.z);
    fill(i, c.i);
    fill(d, c.d);
    fill(h, c.h);
    values["n"] = Value::integer(c.n);
    values["trips"] = Value::integer(c.trips);
    values["flag"] = Value::integer(c.flag);
    Point point{{extent},
                std::to_string(extent) + " n=" + std::to_string(c.n) +
                    " trips=" + std::to_string(c.trips) + " flag=" + std::to_string(c.flag) + " " +
                    nameOf(c.signs)};
    runPoint(report, subject, values, point,
             {rowsOf(y, floatOps(c)), rowsOf(j, integerOps(c)), rowsOf(g, bf16Ops(c)),
              elementsOf(s, floatTileOps(c)), elementsOf(t, integerTileOps(c))});
  }
}
