//===- VectorAdd.cpp - conformance of out = x + y -------------------------===//
// The sum of two fp32 numbers is rounded once, so every bit is known: the only tolerance is flush
// to zero. SPDX-License-Identifier: Apache-2.0

#include "Conformance.h"

#include <limits>

using namespace mla::conformance;
using namespace mla::runtime;

static const float kSpecial[] = {0.0f,
                                 -0.0f,
                                 1.0f,
                                 std::numeric_limits<float>::max(),
                                 -std::numeric_limits<float>::max(),
                                 std::numeric_limits<float>::infinity(),
                                 -std::numeric_limits<float>::infinity(),
                                 std::numeric_limits<float>::quiet_NaN()};
static constexpr int64_t kNumSpecial = sizeof(kSpecial) / sizeof(kSpecial[0]);

/// Every pair of special values first, random numbers of many magnitudes after them.
static float operand(uint64_t seed, int64_t index, bool second) {
  if (index < kNumSpecial * kNumSpecial)
    return kSpecial[second ? index / kNumSpecial : index % kNumSpecial];
  uint64_t stream = seed * 2 + second;
  return std::ldexp(randomUnit(stream, uint64_t(index)),
                    int(randomBits(~stream, uint64_t(index)) % 40) - 20);
}

static void checkLength(const Subject &subject, Tally &tally, int64_t n, int64_t misalign) {
  Shape shape{1, n, n, misalign};
  GuardedMatrix x(subject.gpu, subject.elementOf("x_ptr"), shape);
  GuardedMatrix y(subject.gpu, subject.elementOf("y_ptr"), shape);
  GuardedMatrix out(subject.gpu, subject.elementOf("out_ptr"), shape);
  NamedValues values = {{"x_ptr", Value::pointer(x.address())},
                        {"y_ptr", Value::pointer(y.address())},
                        {"out_ptr", Value::pointer(out.address())},
                        {"n", Value::integer(n)}};
  std::string reason;
  if (!fits(subject.kernel.variant(), values, reason))
    return tally.skip(reason);

  tally.begin("n=" + std::to_string(n) + " misalign=" + std::to_string(misalign));
  for (int64_t i = 0; i < n; ++i) {
    x.set(0, i, operand(subject.seed, i, false));
    y.set(0, i, operand(subject.seed, i, true));
  }
  x.upload();
  y.upload();
  int64_t block = subject.kernel.variant().constant("BLOCK", 1);
  runCase(
      tally, subject.gpu, out, [&] { subject.launch({(n + block - 1) / block}, values); },
      [&](int64_t, std::span<Expected> result) {
        for (int64_t i = 0; i < n; ++i)
          result[size_t(i)] = {double(float(x.get(0, i) + y.get(0, i))),
                               smallestNormal(Element::Fp32)};
      });
}

void mla::conformance::checkVectorAdd(const Subject &subject, Tally &tally) {
  const std::vector<int64_t> edges = {0, 1, 16, 17, 1008, 1023, 1024, 1025, 1040};
  const std::vector<int64_t> all = {0,    1,    2,    15,    16,      17,     31,
                                    127,  128,  992,  1000,  1008,    1023,   1024,
                                    1025, 1040, 4096, 65536, 1000000, 1000007};
  for (int64_t n : subject.small ? edges : all)
    for (int64_t misalign : {0, 1, 4})
      checkLength(subject, tally, n, misalign);
}
