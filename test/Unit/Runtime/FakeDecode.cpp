//===- FakeDecode.cpp - dense MLA decode as plain C++ for the fake driver --===//
// plan, decode and merge one after the other in fp32, as their kernels are launched, with faults
// that the harness has to notice. SPDX-License-Identifier: Apache-2.0

#include "FakeDecode.h"

#include "Element.h"

#include <algorithm>
#include <array>
#include <limits>

using namespace mla::conformance;

static constexpr int64_t kUnit = 64, kKey = 576, kValue = 512;
static constexpr float kInfinity = std::numeric_limits<float>::infinity();

namespace {
/// Reads the arguments of a launch one after the other.
struct Reader {
  void **parameters;
  template <typename T>
  T next() {
    return *static_cast<T *>(*parameters++);
  }
};

/// A running softmax with the sum that it weighs.
struct Softmax {
  float top = -kInfinity, total = 0;
  std::array<float, kValue> sum{};

  template <typename Get>
  void add(float score, const Get &value) {
    if (score == -kInfinity)
      return;
    float next = std::max(top, score), decay = std::exp(top - next),
          weight = std::exp(score - next);
    top = next;
    total = total * decay + weight;
    for (int64_t c = 0; c < kValue; ++c)
      sum[size_t(c)] = sum[size_t(c)] * decay + weight * value(c);
  }
  float out(int64_t c) const { return total == 0 ? 0 : sum[size_t(c)] / total; }
  float lse() const { return total == 0 ? -kInfinity : top + std::log(total); }
};
} // namespace

static float number(const uint16_t *address) { return float(decode(Element::Bf16, address)); }

void fakePlan(const std::string &fault, int64_t numParts, void **parameters) {
  Reader read{parameters};
  auto *lengths = read.next<int32_t *>(), *starts = read.next<int32_t *>(),
       *parts = read.next<int32_t *>();
  auto requests = read.next<int64_t>(), stride = read.next<int64_t>();
  int64_t most = read.next<int32_t>(), least = read.next<int32_t>();
  starts[0] = 0;
  for (int64_t r = 0; r < requests; ++r) {
    int64_t units = std::max<int64_t>((lengths[r] + kUnit - 1) / kUnit, 1);
    starts[r + 1] =
        starts[r] + int32_t(most > 0 ? std::min((units + least - 1) / least, most) : units);
  }
  int64_t budget = (starts[requests] + numParts - 1) / numParts;
  for (int64_t part = 0; part < numParts; ++part) {
    int64_t first = 0, end = 0;
    for (int64_t r = 0; r < requests; ++r) {
      first += starts[r + 1] <= part * budget;
      end += starts[r] < (part + 1) * budget && (fault != "lost_request" || r + 1 < requests);
    }
    parts[part * stride] = int32_t(first);
    parts[part * stride + 1] = int32_t(std::max(first, end));
  }
}

void fakeDecode(const std::string &fault, int launches, int64_t numParts, void **parameters) {
  Reader read{parameters};
  auto *q = read.next<uint16_t *>(), *cache = read.next<uint16_t *>();
  auto *table = read.next<int32_t *>(), *lengths = read.next<int32_t *>(),
       *starts = read.next<int32_t *>(), *parts = read.next<int32_t *>();
  auto *out = read.next<uint16_t *>();
  auto *lse = read.next<float *>(), *partialOut = read.next<float *>(),
       *partialLse = read.next<float *>();
  auto requests = read.next<int64_t>(), rows = read.next<int64_t>(), page = read.next<int64_t>();
  std::array<int64_t, 11> strides;
  for (int64_t &stride : strides)
    stride = read.next<int64_t>();
  auto [q0, q1, cache0, cache1, table0, out0, out1, lse0, partial0, partial1, partialLse0] =
      strides;
  auto heads = read.next<int32_t>(), causal = read.next<int32_t>();
  float scale = read.next<float>() * 0.69314718f;
  int64_t budget = (starts[requests] + numParts - 1) / numParts;
  for (int64_t part = 0; part < numParts; ++part)
    for (int64_t r = parts[2 * part]; r < parts[2 * part + 1]; ++r)
      for (int64_t row = 0; row < rows; ++row) {
        int64_t start = starts[r], stop = starts[r + 1], length = lengths[r];
        int64_t hidden = causal && fault != "no_mask" ? rows / heads - 1 - row / heads : 0;
        int64_t end = std::min((std::min((part + 1) * budget, stop) - start) * kUnit,
                               length - hidden + (fault == "leak" && length % page != 0 ? 1 : 0));
        Softmax softmax;
        for (int64_t j = std::max<int64_t>(part * budget - start, 0) * kUnit; j < end; ++j) {
          const uint16_t *key = cache + table[r * table0 + j / page] * cache0 + j % page * cache1;
          float score = 0;
          for (int64_t i = 0; i < kKey; ++i)
            score += number(q + r * q0 + row * q1 + i) * number(key + i);
          if (fault != "lost_key" || j != length - hidden - 1)
            softmax.add(score * scale, [&](int64_t c) { return number(key + c); });
        }
        if (fault == "nan_of_none" && softmax.total == 0)
          softmax.total = NAN;
        if (fault == "unstable" && launches % 2)
          softmax.sum[0] *= 1.01f;
        bool split = start / budget < (stop - 1) / budget;
        if (fault == "before_workspace")
          partialOut[-1] = softmax.lse();
        for (int64_t c = 0; c < kValue; ++c)
          if (split)
            partialOut[(r + part) * partial0 + row * partial1 + c] = softmax.out(c);
          else
            encode(Element::Bf16, out + r * out0 + row * out1 + c, softmax.out(c));
        (split ? partialLse + (r + part) * partialLse0 : lse + r * lse0)[row] = softmax.lse();
      }
}

void fakeMerge(const std::string &fault, void **parameters) {
  Reader read{parameters};
  auto *starts = read.next<int32_t *>();
  auto *partialOut = read.next<float *>(), *partialLse = read.next<float *>();
  auto *out = read.next<uint16_t *>();
  auto *lse = read.next<float *>();
  auto requests = read.next<int64_t>(), rows = read.next<int64_t>();
  std::array<int64_t, 6> strides;
  for (int64_t &stride : strides)
    stride = read.next<int64_t>();
  auto [partial0, partial1, partialLse0, out0, out1, lse0] = strides;
  auto numParts = read.next<int32_t>();
  int64_t budget = (starts[requests] + numParts - 1) / numParts;
  for (int64_t r = 0; r < requests; ++r)
    for (int64_t row = 0; row < rows; ++row) {
      int64_t first = starts[r] / budget, last = (starts[r + 1] - 1) / budget;
      Softmax softmax;
      for (int64_t part = first; part < last + (fault == "lost_part" ? 0 : 1); ++part)
        softmax.add(partialLse[(r + part) * partialLse0 + row], [&](int64_t c) {
          return partialOut[(r + part) * partial0 + row * partial1 + c];
        });
      if (first == last && fault != "merges_all")
        continue;
      lse[r * lse0 + row] = softmax.lse();
      for (int64_t c = 0; c < kValue; ++c)
        encode(Element::Bf16, out + r * out0 + row * out1 + c, softmax.out(c));
    }
}
