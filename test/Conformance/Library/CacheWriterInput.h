//===- CacheWriterInput.h - what cache writers read, and where it goes ----===//
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ExactCase.h"

namespace mla::conformance {

/// The extents of one call.
struct WriterShape {
  int64_t rows = 1, slots = 1, rank = 512, rope = 64;
  int64_t pages = 1, page = 64;
  int64_t inputPadding = 0, recordPadding = 0, pagePadding = 0; ///< elements
  float scale = 0;                                              ///< 0: absent
  bool legacy = false;

  std::string name() const {
    return "T=" + std::to_string(rows) + " slots=" + std::to_string(slots) +
           " numbers=" + std::to_string(rank) + "+" + std::to_string(rope) +
           " pool=" + std::to_string(pages) + "x" + std::to_string(page) +
           " paddings=" + std::to_string(inputPadding) + "," + std::to_string(recordPadding) + "," +
           std::to_string(pagePadding) + " scale=" + std::to_string(scale) +
           (legacy ? " legacy" : "");
  }
};

/// What writers read, and where each row goes.
struct WriterInput {
  WriterInput(const Gpu &gpu, Element element, const WriterShape &shape, uint64_t seed);
  /// A call that reads them; its cache is absent.
  mla_write_cache_args args(int32_t format) const;

  GuardedTensor latent, rope, slots;
  std::vector<int64_t> targets; ///< of each row; -1: nowhere
};
} // namespace mla::conformance
