//===- SparseDecode.h - calls of sparse decode and what they must give ------===//
// Each token has a list of rows of a pool, perhaps of a second one, too. Rows that no list has,
// padding, and what stands behind a length hold NaN or garbage.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Case.h"
#include "GuardedBytes.h"

#include <memory>
#include <optional>
#include <random>
#include <span>

namespace mla::conformance {

inline constexpr int64_t kSparseKey = 576;   ///< numbers of a row, at most
inline constexpr int64_t kSparseValue = 512; ///< of which this many are the value

/// A pool of rows, and the lists into it.
struct PoolShape {
  int64_t pages = 0;       ///< none: there is no pool
  int64_t page = 1;        ///< rows of a page
  int64_t places = 0;      ///< of each list
  int64_t rowPadding = 0;  ///< elements behind each row; dsv4 has none
  int64_t pagePadding = 0; ///< elements behind each page
  /// Rows that an index may name.
  int64_t rows() const { return pages * page; }
};

/// What the sinks are.
enum class Sinks { None, Finite, Infinite };

/// One call. Paddings are multiples of 16 but for `placePadding`.
struct SparseShape {
  int32_t format = MLA_CACHE_ROWS;
  Element element = Element::Bf16; ///< of queries and results
  int64_t tokens = 4, heads = 20, keyDim = kSparseKey;
  PoolShape main = {5, 11, 150}, extra = {};
  bool hasLengths = false;
  int64_t tokensPerLength = 1; ///< that share a length
  bool allInvalid = false;     ///< no index of any list is valid
  Sinks sinks = Sinks::None;
  double scale = 0.0625;
  float cacheScale = 0;
  int32_t splits = 0, multiprocessors = 0;
  bool isBatchInvariant = false, hasMaxLogits = false;
  mla_lse_convention convention = {};
  int64_t queryPadding = 0, tokenPadding = 0, outPadding = 0, placePadding = 0;
  uint64_t seed = 1;
  /// "ds_mla bf16 t=4 h=20 d=576 pages=5x11 k=150 lengths sinks splits=2".
  std::string name() const;
  /// Bytes from row to row, and from page to page, of a pool.
  int64_t rowBytes(const PoolShape &pool) const;
  int64_t pageBytes(const PoolShape &pool) const;
  /// Numbers of a row, or bytes of a record.
  int64_t width() const;
};

/// A row of a cache: its bytes, scales that lie apart (8 bytes, dsv4), and the numbers that they
/// mean, which the operation rounds to the type of queries. Random, but for equal (seed, slot) the
/// same.
struct CacheRow {
  std::vector<uint8_t> bytes;
  std::vector<uint8_t> scales;
  std::vector<float> numbers;
};
CacheRow cacheRow(const SparseShape &shape, uint64_t seed, int64_t slot);

/// A pool in memory with the lists into it.
class SparsePool {
public:
  SparsePool(Library &library, const SparseShape &shape, const PoolShape &pool, uint64_t seed);
  /// Makes lists and lengths, and the rows that they name; all other rows are NaN.
  void fill(uint64_t listSeed);
  /// Slots of the valid places of a token, in order.
  std::vector<int64_t> slotsOf(int64_t token) const;
  /// The numbers of a row.
  std::vector<float> numbers(int64_t slot) const { return cacheRow(shape, seed, slot).numbers; }
  mla_tensor cache() const;
  mla_tensor lists() const;
  mla_tensor limits() const { return viewOf(lengths, MLA_DTYPE_I32, 1); }

private:
  void write(int64_t slot);

  Library &library;
  SparseShape shape;
  PoolShape pool;
  uint64_t seed;
  GuardedTensor indices, lengths;
  std::vector<uint8_t> image; ///< of the pool; empty if it is too large for the host
  DeviceMemory memory;
};

/// What one row of a result must be.
struct ExpectedRow {
  std::vector<Expected> out;
  Expected lse, maxLogit;
};

/// A call with its operands.
class SparseCall {
public:
  SparseCall(Library &library, const SparseShape &shape);
  /// Puts other lists, lengths and rows in place.
  void fill(uint64_t listSeed);
  /// Poisons what is written.
  void poison();
  /// Enqueues, without waiting.
  mla_status enqueue() { return enqueue(workspace->data()); }
  mla_status enqueue(void *scratch);
  /// Waits, downloads the results and looks at the canaries.
  void collect();
  /// All of it.
  void run();
  /// Compares about so many rows with fp64, and that every number was written.
  void check(int64_t mostRows = 64);
  /// Results' bits.
  std::vector<uint8_t> bits() const;

  SparseShape shape;
  mla_sparse_decode_args args{};
  mla_query_result sizes{};
  GuardedTensor q, out, lse, maxLogits, sinks;
  std::optional<GuardedBytes> workspace;

private:
  ExpectedRow expected(int64_t token, int64_t head, std::span<const float> keys) const;

  Library &library;
  SparsePool main;
  std::unique_ptr<SparsePool> extra;
};

/// Runs a call twice, for equal bits, and checks it.
void checkSparse(Library &library, const SparseShape &shape, int64_t mostRows = 64);

/// Cases of random shapes, and of calls that are repeated, captured, enlarged.
std::vector<Case> sparseLatticeCases();
std::vector<Case> sparseRepeatedCases();

} // namespace mla::conformance
