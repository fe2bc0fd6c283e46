//===- MergeLse.cpp - merging through the C interface ------------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Case.h"

#include <cmath>
#include <limits>

using namespace mla::conformance;

static constexpr int64_t kTokens = 7, kHeads = 5, kColumns = 48, kOthers = 2;
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// LSE of part n: empty in both spellings for some, huge for one.
static float sumOf(int64_t n, int64_t t, int64_t h) {
  uint64_t bits = randomBits(11 + uint64_t(n), uint64_t(t * kHeads + h));
  if (t == 2 || bits % 5 == 0)
    return float(bits % 2 ? kInfinity : -kInfinity);
  return t == 3 && n == 1 ? 90.0f : 4 * randomUnit(5 + uint64_t(n), uint64_t(t * kHeads + h));
}

/// Three parts, values of empty ones NaN, sums as [H, T], to base 2 where `other`.
static void merge(Library &library, bool other) {
  GuardedTensor first(library.gpu, Element::Fp32, {kTokens, kHeads, kColumns, 3});
  GuardedTensor others(library.gpu, Element::Fp32, {kOthers * kTokens, kHeads, kColumns, 5});
  GuardedTensor firstLse(library.gpu, Element::Fp32, {1, kHeads, kTokens, 2});
  GuardedTensor othersLse(library.gpu, Element::Fp32, {kOthers, kHeads, kTokens});
  GuardedTensor out(library.gpu, Element::Fp32, {kTokens, kHeads, kColumns, 7});
  GuardedTensor lse(library.gpu, Element::Fp32, {1, kHeads, kTokens, 4});
  auto value = [](int64_t n, int64_t t, int64_t h, int64_t c) {
    return randomUnit(20 + uint64_t(n), uint64_t((t * kHeads + h) * kColumns + c));
  };
  for (int64_t n = 0; n <= kOthers; ++n)
    for (int64_t t = 0; t < kTokens; ++t)
      for (int64_t h = 0; h < kHeads; ++h) {
        float sum = sumOf(n, t, h);
        float given = other ? float(double(sum) / std::log(2.0)) : sum;
        encode(Element::Fp32, n == 0 ? firstLse.at(0, h, t) : othersLse.at(n - 1, h, t), given);
        for (int64_t c = 0; c < kColumns && std::isfinite(sum); ++c)
          encode(Element::Fp32, n == 0 ? first.at(t, h, c) : others.at((n - 1) * kTokens + t, h, c),
                 value(n, t, h, c));
      }
  for (GuardedTensor *tensor : {&first, &others, &firstLse, &othersLse})
    tensor->upload();
  mla_merge_lse_args args{};
  args.struct_size = sizeof(args);
  args.first = viewOf(first, MLA_DTYPE_FP32);
  args.out = viewOf(out, MLA_DTYPE_FP32);
  args.others = viewOf(others, MLA_DTYPE_FP32);
  args.others.rank = 4;
  args.others.shape[0] = kOthers;
  args.others.strides[0] = kTokens * others.shape().blockStride();
  for (int dim = 1; dim < 4; ++dim) {
    args.others.shape[dim] = args.first.shape[dim - 1];
    args.others.strides[dim] = dim == 1   ? others.shape().blockStride()
                               : dim == 2 ? others.shape().rowStride()
                                          : 1;
  }
  auto transposed = [](const GuardedTensor &tensor) {
    mla_tensor view = viewOf(tensor, MLA_DTYPE_FP32, 2);
    std::swap(view.shape[0], view.shape[1]);
    std::swap(view.strides[0], view.strides[1]);
    return view;
  };
  args.first_lse = transposed(firstLse);
  args.lse = transposed(lse);
  args.others_lse = viewOf(othersLse, MLA_DTYPE_FP32);
  std::swap(args.others_lse.shape[1], args.others_lse.shape[2]);
  std::swap(args.others_lse.strides[1], args.others_lse.strides[2]);
  args.missing_first = 1;
  args.input_base = other;
  args.lse_convention = {other, other, 0};
  out.poison();
  lse.poison();
  library.require(mla_run_merge_lse(library.device, &args, library.gpu.stream));
  library.gpu.synchronize();
  out.download();
  lse.download();
  for (const GuardedTensor *tensor : {&out, &lse})
    if (std::string where = tensor->damage(); !where.empty())
      library.fail(where);
  for (int64_t t = 0; t < kTokens; ++t)
    for (int64_t h = 0; h < kHeads; ++h) {
      auto takes = [&](int64_t n) {
        return std::isfinite(sumOf(n, t, h)) && (n > 0 || t < kTokens - 1);
      };
      double top = -kInfinity, total = 0;
      for (int64_t n = 0; n <= kOthers; ++n)
        if (takes(n))
          top = std::max<double>(top, sumOf(n, t, h));
      for (int64_t n = 0; n <= kOthers; ++n)
        total += takes(n) ? std::exp(sumOf(n, t, h) - top) : 0;
      std::string place = "[" + std::to_string(t) + ", " + std::to_string(h) + "]";
      double expected = total == 0 ? (other ? kInfinity : -kInfinity)
                                   : (top + std::log(total)) / (other ? std::log(2.0) : 1);
      library.compare({expected, 1e-5 * std::max(1.0, std::fabs(expected))}, lse.get(0, h, t),
                      "lse" + place);
      for (int64_t c = 0; c < kColumns; ++c) {
        double sum = 0;
        for (int64_t n = 0; n <= kOthers; ++n)
          sum += takes(n) ? std::exp(sumOf(n, t, h) - top) * double(value(n, t, h, c)) : 0;
        library.compare({total == 0 ? 0 : sum / total, 2e-5}, out.get(t, h, c), "out" + place);
      }
    }
}

std::vector<Case> mla::conformance::mergeCases() {
  return {{"merge of 3 parts, [H, T]", [](Library &library) { merge(library, false); }},
          {"merge, base 2, +inf", [](Library &library) { merge(library, true); }}};
}
