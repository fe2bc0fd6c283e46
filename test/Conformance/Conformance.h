//===- Conformance.h - one entry per kernel family, and its tally ---------===//
// A family runs a lattice of shapes through one loaded kernel and compares every output with the
// fp64 reference, checks the canaries, and runs each case twice for bit-equality.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Gpu.h"
#include "References.h"

#include <functional>
#include <string>
#include <vector>

namespace mla::conformance {

/// A kernel on a device.
struct Subject {
  const Gpu &gpu;                ///< where it runs
  const runtime::Kernel &kernel; ///< the loaded kernel
  int64_t samples;               ///< how many random shapes of a large lattice to run
  uint64_t seed;                 ///< of shapes and data
  bool small = false;            ///< a few shapes at the edges, each in seconds on the simulator

  /// The element type of a pointer argument; throws if it is none that the host knows.
  Element elementOf(const std::string &argument) const;
  /// Enqueues one launch with values by name; throws if that fails.
  void launch(runtime::Grid grid, const NamedValues &values) const;
};

/// What the cases of one kernel came to.
class Tally {
public:
  /// Starts a case; its text appears in failures: "M=3 N=5 K=7".
  void begin(std::string text);
  /// Counts a case that this variant is not made for.
  void skip(const std::string &reason);
  /// Compares one output element.
  void compare(const Expected &expected, double actual, int64_t row, int64_t col);
  /// Records a failure of the current case; only the first of a case is kept.
  void fail(const std::string &what);

  int64_t cases = 0;                 ///< cases run
  int64_t skipped = 0;               ///< cases that the variant's divisibility excludes
  int64_t failedCases = 0;           ///< cases with at least one failure
  int64_t elements = 0;              ///< outputs compared
  double maxError = 0;               ///< largest |kernel - reference| over finite references
  double worstRatio = 0;             ///< largest error divided by its bound
  std::string firstSkip;             ///< why the first skipped case was skipped
  std::vector<std::string> failures; ///< the first failures, with their cases

private:
  std::string current;
  bool currentFailed = false;
};

/// Poisons the output, runs `launch`, checks canaries, compares with `expected(row, result)` in
/// parallel rows, then runs again into fresh poison and compares bit by bit.
void runCase(Tally &tally, const Gpu &gpu, GuardedMatrix &output,
             const std::function<void()> &launch,
             const std::function<void(int64_t row, std::span<Expected> result)> &expected);

/// Runs one family's lattice.
using Family = void (*)(const Subject &subject, Tally &tally);

void checkVectorAdd(const Subject &subject, Tally &tally);  ///< family vector_add
void checkRowSoftmax(const Subject &subject, Tally &tally); ///< family row_softmax
void checkMatmul(const Subject &subject, Tally &tally);     ///< family matmul

/// The lattice of a kernel by its name in the source, or nullptr.
Family findFamily(const std::string &kernel);

} // namespace mla::conformance
