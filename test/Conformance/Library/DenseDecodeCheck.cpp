//===- DenseDecodeCheck.cpp - one call of dense MLA decode against fp64 ----===//
// All rows of a call are checked where that is cheap; of a large one the first and last rows of
// each request and a random choice of the others, the rest for NaN. SPDX-License-Identifier:
// Apache-2.0

#include "DenseDecodeCall.h"

#include <array>
#include <cstdio>
#include <numbers>

using namespace mla::conformance;

/// Products of the reference per call; about a quarter second on sixteen cores.
static constexpr double kBudget = 1e9;
/// What the reference does per key and row, in products.
static constexpr double kPerKey = 1600;
/// Largest cosine difference of all results of a call: vLLM's limit for codes.
static constexpr double kMaxCosine = 1e-4;
/// Keys that a thread reads at a time.
static constexpr int64_t kUnit = 64;

namespace {
/// What comparing one row, or many, came to.
struct Difference {
  int64_t compared = 0, off = 0;
  double maxError = 0, worstRatio = 0;
  double product = 0, squares = 0; ///< sums of e a and of e e + a a of results
  std::string worst;               ///< the output whose error is the largest multiple of its bound

  void add(const Difference &other) {
    compared += other.compared;
    product += other.product;
    squares += other.squares;
    off += other.off;
    maxError = std::max(maxError, other.maxError);
    if (other.off > 0 && (worst.empty() || other.worstRatio > worstRatio))
      worst = other.worst;
    worstRatio = std::max(worstRatio, other.worstRatio);
  }

  void compare(const Expected &expected, double actual, const auto &place) {
    ++compared;
    bool special = !std::isfinite(expected.value);
    double error = expected.value == actual ? 0 : std::fabs(actual - expected.value);
    bool ok = error == 0 || (!special && error <= expected.bound);
    double ratio = error == 0             ? 0
                   : std::isfinite(error) ? error / std::max(expected.bound, 1e-300)
                                          : std::numeric_limits<double>::infinity();
    if (std::isfinite(error))
      maxError = std::max(maxError, error);
    off += !ok;
    if (!ok && (worst.empty() || ratio > worstRatio)) {
      char text[120];
      std::snprintf(text, sizeof(text), " is %.9g, expected %.9g within %.3g",
                    std::isnan(actual) ? NAN : actual, expected.value, expected.bound);
      worst = place() + text;
    }
    worstRatio = std::max(worstRatio, ratio);
  }
};
} // namespace

/// "[request 1, token 0, head 5".
static std::string placeOf(const DecodeShape &shape, int64_t request, int64_t row) {
  int64_t heads = shape.heads * shape.kvHeads;
  return "[request " + std::to_string(request) + ", token " + std::to_string(row / heads) +
         ", head " + std::to_string(row % heads);
}

/// The rows of a request to check: those without keys, the first, the last, and a part of the
/// others.
static std::vector<int64_t> chosenRows(const DecodeShape &shape, int64_t request) {
  double all = 0;
  for (int32_t length : shape.lengths)
    all += double(length) * double(shape.rows()) * kPerKey;
  double share = kBudget / std::max(all, 1.0);
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < shape.rows(); ++row) {
    double random =
        double(randomBits(uint64_t(request), uint64_t(row)) >> 11) * std::ldexp(1.0, -53);
    if (random < share || row == 0 || row + 1 == shape.rows() || shape.limit(request, row) == 0)
      rows.push_back(row);
  }
  return rows;
}

/// `lse` as a call is asked to write it.
static Expected inConvention(const DecodeShape &shape, Expected lse) {
  if (!shape.otherLse)
    return lse;
  if (std::isinf(lse.value))
    return {-lse.value, 0};
  double value = lse.value * std::numbers::log2e;
  return {value, lse.bound * std::numbers::log2e + std::ldexp(std::fabs(value), -23)};
}

static Difference compareRow(const DenseCall &call, int64_t request, int64_t row,
                             std::span<const float> keys, double largestValue) {
  const DecodeShape &shape = call.shape;
  std::array<float, kKeyDim> query{};
  for (int64_t col = 0; col < shape.keyDim; ++col)
    query[size_t(col)] = float(call.queryAt(request, row, col));
  std::array<Expected, kValueDim> out;
  Expected lse;
  // Of codes as they are; what they mean is in the scales of scores and results.
  const DenseTypes &types = call.types;
  double factor = types.keyFactor();
  decodeRow({query, keys.first(size_t(shape.limit(request, row) * kKeyDim)),
             shape.scale * types.queryFactor() * factor, largestValue},
            types.result, out, lse);
  for (Expected &each : out) {
    each.value *= factor;
    // The product with the scale rounds once more.
    each.bound = each.bound * factor +
                 (factor == 1 ? 0
                              : std::ldexp(std::fabs(each.value), -23) +
                                    roundingBound(types.result, std::fabs(each.value)));
  }
  lse = inConvention(shape, lse);
  Difference difference;
  if (shape.hasLse)
    difference.compare(lse, call.lseAt(request, row),
                       [&] { return "lse" + placeOf(shape, request, row) + "]"; });
  for (int64_t col = 0; col < kValueDim; ++col) {
    double expected = out[size_t(col)].value, actual = call.outAt(request, row, col);
    difference.product += expected * actual;
    difference.squares += expected * expected + actual * actual;
    difference.compare(out[size_t(col)], actual, [&] {
      return "out" + placeOf(shape, request, row) + ", " + std::to_string(col) + "]";
    });
  }
  return difference;
}

/// A row that is not compared must at least hold numbers.
static Difference scanRow(const DenseCall &call, int64_t request, int64_t row) {
  Difference difference;
  for (int64_t col = 0; col < kValueDim; ++col)
    if (double value = call.outAt(request, row, col); !std::isfinite(value)) {
      difference.off = 1;
      difference.worst = "out" + placeOf(call.shape, request, row) + ", " + std::to_string(col) +
                         "] is not finite";
    }
  return difference;
}

/// The rows of one key/value head of a request.
static Difference compareHead(const DenseCall &call, int64_t request, int64_t kvHead) {
  const DecodeShape &shape = call.shape;
  int64_t length = shape.lengths[size_t(request)];
  std::vector<float> keys(size_t(length * kKeyDim));
  parallelFor((length + kUnit - 1) / kUnit, [&](int64_t unit) {
    for (int64_t j = unit * kUnit; j < std::min((unit + 1) * kUnit, length); ++j)
      call.key(request, kvHead, j, std::span(keys).subspan(size_t(j * kKeyDim), kKeyDim));
  });
  float largestValue = 1;
  for (int64_t j = 0; j < length; ++j)
    for (int64_t col = 0; col < kValueDim; ++col)
      largestValue = std::max(largestValue, std::fabs(keys[size_t(j * kKeyDim + col)]));
  std::vector<bool> chosen(size_t(shape.rows()));
  for (int64_t row : chosenRows(shape, request))
    chosen[size_t(row)] = true;
  std::vector<Difference> differences(size_t(shape.rows()));
  parallelFor(shape.rows(), [&](int64_t row) {
    if (shape.kvHeadOf(row) == kvHead)
      differences[size_t(row)] = chosen[size_t(row)]
                                     ? compareRow(call, request, row, keys, largestValue)
                                     : scanRow(call, request, row);
  });
  Difference sum;
  for (const Difference &difference : differences)
    sum.add(difference);
  return sum;
}

void DenseCall::check(int64_t step) {
  int64_t requests = (int64_t(shape.lengths.size()) + step - 1) / step;
  std::vector<Difference> differences(static_cast<size_t>(requests));
  forRequests(requests, [&](int64_t i) {
    for (int64_t kvHead = 0; kvHead < shape.kvHeads; ++kvHead)
      differences[size_t(i)].add(compareHead(*this, i * step, kvHead));
  });
  Difference sum;
  for (const Difference &difference : differences)
    sum.add(difference);
  library.compared += sum.compared;
  library.maxError = std::max(library.maxError, sum.maxError);
  library.worstRatio = std::max(library.worstRatio, sum.worstRatio);
  if (sum.off == 0) {
    if (sum.squares > 0 && !(1 - 2 * sum.product / sum.squares < kMaxCosine))
      library.fail("the results' direction is off by " +
                   std::to_string(1 - 2 * sum.product / sum.squares));
    return;
  }
  char text[120];
  std::snprintf(text, sizeof(text), "; %lld of %lld outputs are off, the largest error is %.3g",
                static_cast<long long>(sum.off), static_cast<long long>(sum.compared),
                sum.maxError);
  library.fail(sum.worst + text);
}

void mla::conformance::checkDenseCall(Library &library, const DecodeShape &shape,
                                      const DenseTypes &types, uint64_t seed) {
  library.begin(types.name() + " " + shape.name());
  DenseCall call(library, shape, types, seed);
  if (!call.sizes.kernel) // refused, and told
    return;
  call.upload();
  call.run();
  call.check();
  std::vector<uint8_t> first = call.bits();
  // With a plan of its own, and without one again.
  for (int i = 1; i <= std::max(shape.repeats, 1); ++i) {
    bool withPlan = i % 2 == 1;
    call.run(withPlan, /*all=*/i == 1);
    if (first != call.bits())
      return library.fail("run " + std::to_string(i + 1) + (withPlan ? ", with a plan," : "") +
                          " gave other bits");
  }
}
