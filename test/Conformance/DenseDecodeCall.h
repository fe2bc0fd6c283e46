//===- DenseDecodeCall.h - one call of dense MLA decode on a device --------===//
// plan -> decode -> merge with all their operands: NaN wherever a kernel must not look, canaries
// wherever it must not write. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Conformance.h"
#include "DenseDecode.h"
#include "GuardedTensor.h"

#include <optional>

namespace mla::conformance {

/// The three kernels of a call.
struct DecodeKernels {
  const runtime::Kernel &plan, &decode, &merge;

  /// Programs of decode that a device runs at a time.
  int64_t programs(const runtime::Device &device) const;
  /// Query rows of a program of decode.
  int64_t blockRows() const;
  /// Numbers of a cached row that decode is made for.
  int64_t keyDim() const { return decode.variant().constant("D", kKeyDim); }
  /// CTAs along x for a call: whole clusters.
  int64_t blocks(const DecodeShape &shape) const;
  /// Why decode cannot read pages of this many rows; empty if it can.
  std::string refusesPage(int64_t page) const;
};

/// Operands of one call on a device.
class DecodeCall {
public:
  /// Takes memory and lays out the operands.
  DecodeCall(const Gpu &gpu, const DecodeKernels &kernels, Element element,
             const DecodeShape &shape, uint64_t seed);

  /// Why a kernel's promises exclude this call; empty if they do not.
  std::string refusal() const;
  /// Makes queries and keys and uploads all operands.
  void upload(uint64_t seed);
  /// Enqueues the plan alone.
  void enqueuePlan();
  /// Enqueues decode and merge.
  void enqueueDecode();
  /// Poisons everything that kernels write, runs all three (or `launches` in their stead) and
  /// downloads what they wrote. Without `all` the partial results stay on the device.
  void run(bool all = true, const std::function<void()> &launches = {});

  /// Lets requests be as long as this from now on, at most as at first, without other launches.
  void shorten(std::vector<int32_t> lengths);
  /// Key j of a key/value head of a request as it is in the cache.
  void key(int64_t request, int64_t kvHead, int64_t j, std::span<float> values) const;
  /// Empty, or what is wrong with the plan or with bytes outside what was to be written.
  std::string misplaced() const;

  DecodeShape shape;      ///< of the call
  const int64_t numParts; ///< of the plan
  DecodePlan reference;   ///< what the plan must be
  GuardedTensor query;    ///< [requests, rows, 576]
  GuardedTensor out;      ///< [requests, rows, 512]
  GuardedTensor lse;      ///< [requests, rows]

private:
  const Gpu &gpu;
  const DecodeKernels &kernels;
  PageTable pages;
  GuardedTensor cache, table, lengths, starts, parts, partialOut, partialLse;
  NamedValues values;
  int64_t blocks;
};

} // namespace mla::conformance
