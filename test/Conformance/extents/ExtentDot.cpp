//===- ExtentDot.cpp - references of matrix products ----------------------===//
// Operands are integers from -4 to 4: every product is exact in fp32 in any order, so that results
// are known to the bit. The input matrix is NaN wherever no operand lies. SPDX-License-Identifier:
// Apache-2.0

#include "Extents.h"

#include <memory>

using namespace mla::conformance;
using namespace mla::conformance::extents;
using namespace mla::runtime;

/// Columns of R in the kernel's text.
static constexpr int64_t kColsOfR = 16;
/// Integers below this are exact in fp32.
static const double kExactLimit = std::ldexp(1.0, 24);

namespace {

/// A matrix of doubles.
struct Matrix {
  int64_t rows, cols;
  std::vector<double> values;

  double &at(int64_t row, int64_t col) { return values[size_t(row * cols + col)]; }
  double at(int64_t row, int64_t col) const { return values[size_t(row * cols + col)]; }
};

/// M, N, K of the tiles, and the depth of the whole product.
struct Sizes {
  int64_t m, n, k, total;
};

/// The input and output of one call of `products`.
class Product {
public:
  Product(const Subject &subject, const std::string &inPointer, const std::string &outPointer,
          Sizes sizes, int64_t stride, uint64_t seed);

  /// Where C, D and F lie in the output; `details` are parts of the ops' names.
  Output output(std::vector<std::string> details);
  void addTo(NamedValues &values, const std::string &inPointer,
             const std::string &outPointer) const;

private:
  Matrix place(int64_t rows, int64_t cols, uint64_t seed);

  Sizes sizes;
  GuardedMatrix in, out;
  int64_t nextRow = 0;
  Matrix a, b, p, q, r;
};

} // namespace

static Matrix multiply(const Matrix &a, const Matrix &b) {
  Matrix c{a.rows, b.cols, std::vector<double>(size_t(a.rows * b.cols), 0.0)};
  for (int64_t row = 0; row < a.rows; ++row)
    for (int64_t k = 0; k < a.cols; ++k)
      for (int64_t col = 0; col < b.cols; ++col)
        c.at(row, col) += a.at(row, k) * b.at(k, col);
  return c;
}

template <typename Function>
static Matrix map(Matrix matrix, Function function) {
  for (double &value : matrix.values)
    value = function(value);
  return matrix;
}

static Matrix transpose(const Matrix &matrix) {
  Matrix result{matrix.cols, matrix.rows, std::vector<double>(matrix.values.size())};
  for (int64_t row = 0; row < matrix.rows; ++row)
    for (int64_t col = 0; col < matrix.cols; ++col)
      result.at(col, row) = matrix.at(row, col);
  return result;
}

static Shape inputShape(const Sizes &sizes, int64_t stride, int64_t misalign) {
  auto [m, n, k, total] = sizes;
  return {m + total + m + n + n, std::max({total, n, k, kColsOfR}), stride, misalign};
}

Product::Product(const Subject &subject, const std::string &inPointer,
                 const std::string &outPointer, Sizes sizes, int64_t stride, uint64_t seed)
    : sizes(sizes), in(subject.gpu, subject.elementOf(inPointer),
                       inputShape(sizes, stride, misalignOf(subject, inPointer))),
      out(subject.gpu, subject.elementOf(outPointer),
          {3 * sizes.m, std::max(sizes.n, kColsOfR), stride, misalignOf(subject, outPointer)}) {
  a = place(sizes.m, sizes.total, seed);
  b = place(sizes.total, sizes.n, seed + 1);
  p = place(sizes.m, sizes.k, seed + 2);
  q = place(sizes.n, sizes.k, seed + 3);
  r = place(sizes.n, kColsOfR, seed + 4);
  in.upload();
}

/// The next rows of the input.
Matrix Product::place(int64_t rows, int64_t cols, uint64_t seed) {
  Matrix matrix{rows, cols, std::vector<double>(size_t(rows * cols))};
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < cols; ++col) {
      matrix.at(row, col) = double(int64_t(randomBits(seed, uint64_t(row * cols + col)) % 9) - 4);
      in.set(nextRow + row, col, float(matrix.at(row, col)));
    }
  nextRow += rows;
  return matrix;
}

void Product::addTo(NamedValues &values, const std::string &inPointer,
                    const std::string &outPointer) const {
  values[inPointer] = Value::pointer(in.address());
  values[outPointer] = Value::pointer(out.address());
}

Output Product::output(std::vector<std::string> details) {
  details.push_back(in.element() == Element::Bf16 ? "bf16" : "fp16");
  auto names = [&](const std::string &op) {
    std::vector<std::string> result;
    for (const std::string &detail : details)
      result.push_back(op + ", " + detail);
    return result;
  };
  auto magnitude = [](double value) { return std::fabs(value); };
  auto rounded = [&](double value) {
    uint8_t bytes[2];
    encode(in.element(), bytes, float(value));
    return decode(in.element(), bytes);
  };
  Matrix c = multiply(a, b);
  Matrix d = multiply(map(p, [](double value) { return 2 * value; }), transpose(q));
  Matrix narrow = map(c, rounded);
  Matrix f = multiply(narrow, r), size = multiply(map(narrow, magnitude), map(r, magnitude));
  auto exactMatrix = [](Matrix matrix) {
    return [matrix = std::move(matrix)](int64_t row, int64_t col) {
      return exactly(matrix.at(row, col));
    };
  };
  // Only the product of a product may be too large to be exact.
  auto chained = [f, size, roundings = double(sizes.n + 32)](int64_t row, int64_t col) -> Expected {
    double bound = size.at(row, col) < kExactLimit ? 0 : within(size.at(row, col), roundings).bound;
    return {f.at(row, col), bound};
  };
  return {out,
          {{names("dot"), 0, 0, sizes.m, sizes.n, exactMatrix(c)},
           {names("dot of registers"), sizes.m, 0, sizes.m, sizes.n, exactMatrix(d)},
           {names("dot of a dot"), 2 * sizes.m, 0, sizes.m, kColsOfR, chained}}};
}

static std::string textOf(const Sizes &sizes) {
  return std::to_string(sizes.m) + "x" + std::to_string(sizes.n) + "x" + std::to_string(sizes.k) +
         " k_total=" + std::to_string(sizes.total);
}

/// Depths of the product, multiples of `step`: none, the least, the pipeline's fill with and
/// without a tail, and more.
static std::vector<int64_t> depths(int64_t k, int64_t step) {
  auto roundUp = [&](int64_t depth) { return (depth + step - 1) / step * step; };
  return {0, step, roundUp(3 * k) - step, roundUp(3 * k), roundUp(5 * k)};
}

void mla::conformance::extents::checkExtentDot(const Subject &subject, Report &report) {
  const Variant &variant = subject.kernel.variant();
  Sizes sizes{variant.constant("M", 0), variant.constant("N", 0), variant.constant("K", 0), 0};
  int64_t extent = std::max({sizes.m, sizes.n, sizes.k});
  std::vector<std::string> roles;
  for (auto [name, size] : {std::pair("M", sizes.m), {"N", sizes.n}, {"K", sizes.k}})
    if (size == extent)
      roles.push_back(name);
  for (int64_t total : depths(sizes.k, divisibilityOf(subject, "k_total"))) {
    sizes.total = total;
    int64_t stride =
        strideOf(std::max({total, sizes.n, sizes.k, kColsOfR}), misalignOf(subject, "in_ptr"));
    Product product(subject, "in_ptr", "out_ptr", sizes, stride, subject.seed);
    NamedValues values = {{"stride", Value::integer(stride)}, {"k_total", Value::integer(total)}};
    product.addTo(values, "in_ptr", "out_ptr");
    runPoint(report, subject, values, {{extent}, textOf(sizes)}, {product.output(roles)});
  }
}

void mla::conformance::extents::checkExtentDotSides(const Subject &subject, Report &report) {
  int64_t extent = subject.kernel.variant().constant("E", 0);
  int64_t step = divisibilityOf(subject, "k0_total");
  for (size_t which = 0; which < depths(1, step).size(); ++which) {
    Sizes sides[] = {{extent, 16, 32, 0}, {16, extent, 32, 0}, {16, 16, extent, 0}};
    int64_t widest = extent;
    std::string text = "M, N, K of";
    for (Sizes &sizes : sides) {
      sizes.total = depths(sizes.k, step)[which];
      widest = std::max({widest, sizes.total, int64_t(32)});
      text += " " + textOf(sizes);
    }
    int64_t stride = strideOf(widest, misalignOf(subject, "in0_ptr"));
    NamedValues values = {{"stride", Value::integer(stride)}};
    std::vector<std::unique_ptr<Product>> products;
    std::vector<Output> outputs;
    for (int side = 0; side < 3; ++side) {
      std::string number = std::to_string(side), in = "in" + number + "_ptr",
                  out = "out" + number + "_ptr";
      products.push_back(std::make_unique<Product>(subject, in, out, sides[side], stride,
                                                   subject.seed + 8 * side));
      products.back()->addTo(values, in, out);
      values["k" + number + "_total"] = Value::integer(sides[side].total);
      outputs.push_back(products.back()->output({std::string(1, "MNK"[side])}));
    }
    runPoint(report, subject, values, {{extent}, text}, outputs);
  }
}
