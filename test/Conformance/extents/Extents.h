//===- Extents.h - every op on every tile extent --------------------------===//
// One kernel text per rank holds all ops; a compiled kernel fixes its extents (build.py lists
// them). Results are compared op by op, so that a failure names op, shape and element.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Conformance.h"

#include <set>

namespace mla::conformance::extents {

/// What one op has to write: a rectangle of an output.
struct OpResult {
  /// Names in the report; all count the result, the first one lists its failures.
  std::vector<std::string> ops;
  int64_t row = 0;  ///< first row in the output
  int64_t col = 0;  ///< first column
  int64_t rows = 1; ///< extent
  int64_t cols = 0; ///< extent
  /// The value at a place counted from the rectangle's corner.
  std::function<Expected(int64_t row, int64_t col)> expected;
};

/// An output and all that is written to it; everything else must stay as it was.
struct Output {
  GuardedMatrix &matrix;
  std::vector<OpResult> results;
};

/// The shape of the tiles of one run.
struct Point {
  std::vector<int64_t> extents; ///< those under test
  std::string text;             ///< shape and run-time arguments, for failures
};

/// Results of all kernels by op.
class Report {
public:
  /// Adds the tally of one op, under all its names, at one point.
  void add(const std::vector<std::string> &ops, const Point &point, const Tally &tally);
  /// Records a failure that belongs to no op: a kernel that cannot be loaded, a lost device.
  void fail(const std::string &what);
  /// Prints one line per op, then the failures. `complete`: an op that did not see every required
  /// extent has failed. False if anything failed.
  bool print(bool complete) const;

private:
  struct Record {
    int64_t cases = 0, failedCases = 0, elements = 0;
    double worstRatio = 0;
    std::set<int64_t> extents;
    std::vector<std::string> failures;
  };
  std::vector<std::string> order;
  std::map<std::string, Record> records;
  std::vector<std::string> otherFailures;
};

/// Poisons the outputs, launches one block, compares everything, then runs again and compares bit
/// by bit.
void runPoint(Report &report, const Subject &subject, const NamedValues &values, const Point &point,
              const std::vector<Output> &outputs);

/// What a run-time argument promises to be a multiple of.
int64_t divisibilityOf(const Subject &subject, const std::string &argument);
/// 1 if the pointer argument promises no alignment, so that its matrix should have none; else 0.
int64_t misalignOf(const Subject &subject, const std::string &pointer);
/// Elements from row to row: room for `cols`, with a gap behind; a multiple of 16 unless `misalign`
/// is set.
int64_t strideOf(int64_t cols, int64_t misalign);

/// value, exactly.
inline Expected exactly(double value) { return {value, 0}; }
/// value within a number of fp32 roundings, with flush to zero allowed.
Expected within(double value, double roundings);

/// Runs all cases of a compiled kernel.
using ExtentFamily = void (*)(const Subject &subject, Report &report);

void checkExtent1d(const Subject &subject, Report &report);       ///< kernel extent_1d
void checkExtent2d(const Subject &subject, Report &report);       ///< kernel extent_2d
void checkExtentDot(const Subject &subject, Report &report);      ///< kernel extent_dot
void checkExtentDotSides(const Subject &subject, Report &report); ///< kernel extent_dot_sides

} // namespace mla::conformance::extents
