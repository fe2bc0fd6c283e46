//===- DenseDecodeCall.h - one call of dense decode through the C interface -===//
// All its operands: NaN wherever a kernel must not look, canaries wherever it must not write, and
// exactly as many bytes of workspace as the query asks for. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Case.h"
#include "DenseDecode.h"
#include "GuardedBytes.h"

#include <optional>

namespace mla::conformance {

/// Types of the tensors of a call, and what codes of e4m3 are multiplied by.
struct DenseTypes {
  /// One type of 16 bits.
  DenseTypes(Element element) : query(element), cache(element), result(element) {}
  /// A cache of codes; without a scale, 0, none is given.
  DenseTypes(Element query, float queryScale, float keyScale)
      : query(query), cache(Element::E4m3), result(query == Element::E4m3 ? Element::Bf16 : query),
        queryScale(query == Element::E4m3 ? queryScale : 0), keyScale(keyScale) {}

  Element query, cache, result;
  float queryScale = 0, keyScale = 0;
  bool asBytes = false; ///< the cache is u8

  /// What the numbers of queries and keys are multiplied by.
  double queryFactor() const { return queryScale != 0 ? double(queryScale) : 1; }
  double keyFactor() const { return keyScale != 0 ? double(keyScale) : 1; }
  /// "bf16", "fp16 of codes", "codes".
  std::string name() const;
};

/// A call on a device.
class DenseCall {
public:
  /// Takes memory and lays out the operands.
  DenseCall(Library &library, const DecodeShape &shape, const DenseTypes &types, uint64_t seed);

  /// Makes queries and keys and uploads all operands.
  void upload();
  /// Puts other lengths, keys and pages in place, at most as many as at first; nothing else of the
  /// call changes.
  void change(const std::vector<int32_t> &lengths, uint64_t seed);
  /// Puts other scales in place, before other keys: those that are there were made with the old
  /// ones.
  void rescale(float queryScale, float keyScale);
  /// Puts other numbers where no key is, and other entries in the table where no page is.
  void litter(uint8_t byte, int32_t entry);

  /// Enqueues a run, through a plan or without one.
  mla_status enqueue(bool plan);
  /// Poisons everything that kernels write.
  void poison();
  /// Waits and downloads the results; with `all` checks every canary.
  void collect(bool all = true);
  /// All three.
  void run(bool plan = false, bool all = true);
  /// Compares with fp64, of large calls a part.
  void check(int64_t step = 1);
  /// The results' bits.
  std::vector<uint8_t> bits() const;

  /// Key j of a key/value head of a request as it is in the cache: numbers, or codes.
  void key(int64_t request, int64_t kvHead, int64_t j, std::span<float> values) const;
  /// Numbers of a row: queries, results, lse.
  double queryAt(int64_t request, int64_t row, int64_t col) const;
  double outAt(int64_t request, int64_t row, int64_t col) const;
  double lseAt(int64_t request, int64_t row) const;

  mla_dense_decode_args args{};
  mla_query_result sizes{};
  DecodeShape shape;
  DenseTypes types;
  std::optional<GuardedBytes> workspace, plan;
  GuardedTensor cache;

private:
  void describe();
  void makeQueries();
  void makeKeys();

  Library &library;
  uint64_t seed;
  PageTable pages;
  GuardedTensor q, table, lengths, scales, out, lse;
};

/// Runs work(r) for each request: on all cores where there are many, else one after the other, so
/// that what is inside may use all cores.
void forRequests(int64_t requests, const std::function<void(int64_t)> &work);

/// Makes a call with and without a plan, compares it with fp64, and repeats it for equal bits.
void checkDenseCall(Library &library, const DecodeShape &shape, const DenseTypes &types,
                    uint64_t seed);

} // namespace mla::conformance
