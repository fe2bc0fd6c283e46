//===- SpecialFunctionTables.h - coefficients of the special function unit -===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace mla::sim {

/// A parabola over a segment: constant in quarters of the unit of the result, slope in units,
/// curvature in halves, for an offset that runs from 0 to 1.
struct Segment {
  int32_t constant, slope, curvature;
};

/// 1/x for x in [1, 2), in 2^-24.
extern const Segment kReciprocalSegments[128];
/// 1/sqrt(x) for x in [1, 2), in 2^-24.
extern const Segment kRootOfOneSegments[64];
/// 1/sqrt(x) for x in [2, 4), in 2^-24.
extern const Segment kRootOfTwoSegments[64];
/// sqrt(x) for x in [1, 2), in 2^-23.
extern const Segment kSqrtOfOneSegments[64];
/// sqrt(x) for x in [2, 4), in 2^-23.
extern const Segment kSqrtOfTwoSegments[64];
/// 2^x for x in [0, 1), in 2^-23.
extern const Segment kExp2Segments[64];
/// log2(x) for x in [1, 2), in 2^-24.
extern const Segment kLog2Segments[64];
/// sin(x) over a quarter of a turn, in 2^-24.
extern const Segment kSineSegments[64];
/// tanh(x) for x from 2^-8 to 8, in 2^-24 of the power of two below x; a binade has as many
/// segments as kTanhSegmentBits says.
extern const Segment kTanhSegments[51];
/// Of the binades from 2^-8 on: binary logarithm of the number of segments.
inline constexpr uint8_t kTanhSegmentBits[] = {0, 0, 0, 1, 1, 2, 2, 2, 3, 4, 3};

} // namespace mla::sim
