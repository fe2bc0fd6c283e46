//===- Extents.cpp - steps of every point, and the table by op ------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Extents.h"
#include "Kernels.h"

#include <cstdio>
#include <stdexcept>

using namespace mla::conformance;
using namespace mla::conformance::extents;
using namespace mla::runtime;

/// Failures printed per op; the rest is counted.
static constexpr size_t kMaxFailuresPrinted = 6;
static constexpr const char *kOutside = "no other write";
static constexpr const char *kRepeat = "same bits again";

/// What must work: 1 to 70 and the extents of attention heads and their paddings.
static std::set<int64_t> requiredExtents() {
  std::set<int64_t> extents = {96, 100, 192, 528, 576};
  for (int64_t extent = 1; extent <= 70; ++extent)
    extents.insert(extent);
  return extents;
}

/// "1-70 96 100".
static std::string rangesOf(const std::set<int64_t> &numbers) {
  std::string text;
  for (auto it = numbers.begin(); it != numbers.end();) {
    int64_t first = *it, last = first;
    while (++it != numbers.end() && *it == last + 1)
      ++last;
    text += (text.empty() ? "" : " ") + std::to_string(first) +
            (last > first ? "-" + std::to_string(last) : "");
  }
  return text.empty() ? "none" : text;
}

//===----------------------------------------------------------------------===//
// Report
//===----------------------------------------------------------------------===//

void Report::add(const std::vector<std::string> &ops, const Point &point, const Tally &tally) {
  for (const std::string &op : ops) {
    auto [it, isNew] = records.try_emplace(op);
    if (isNew)
      order.push_back(op);
    Record &record = it->second;
    record.cases += tally.cases;
    record.failedCases += tally.failedCases;
    record.elements += tally.elements;
    record.worstRatio = std::max(record.worstRatio, tally.worstRatio);
    record.extents.insert(point.extents.begin(), point.extents.end());
  }
  std::vector<std::string> &failures = records[ops.front()].failures;
  failures.insert(failures.end(), tally.failures.begin(), tally.failures.end());
}

void Report::fail(const std::string &what) { otherFailures.push_back(what); }

bool Report::print(bool complete) const {
  std::vector<std::vector<std::string>> rows = {
      {"op", "cases", "outputs", "error/bound", "failed cases", "extents"}};
  std::set<int64_t> required = requiredExtents();
  std::vector<std::string> failures;
  for (const std::string &op : order) {
    const Record &record = records.at(op);
    rows.push_back({op, std::to_string(record.cases), std::to_string(record.elements),
                    significant(record.worstRatio), std::to_string(record.failedCases),
                    record.extents == required ? "all " + std::to_string(required.size())
                                               : rangesOf(record.extents)});
    for (size_t i = 0; i < std::min(record.failures.size(), kMaxFailuresPrinted); ++i)
      failures.push_back(op + ": " + record.failures[i]);
    if (record.failures.size() > kMaxFailuresPrinted)
      failures.push_back(op + ": and " +
                         std::to_string(record.failures.size() - kMaxFailuresPrinted) +
                         " more cases");
    std::set<int64_t> missing = required;
    for (int64_t extent : record.extents)
      missing.erase(extent);
    if (complete && !missing.empty())
      failures.push_back(op + ": did not run on extents " + rangesOf(missing));
  }
  failures.insert(failures.end(), otherFailures.begin(), otherFailures.end());
  printTable(rows);
  for (const std::string &failure : failures)
    std::printf("FAIL %s\n", failure.c_str());
  return failures.empty();
}

//===----------------------------------------------------------------------===//
// One point
//===----------------------------------------------------------------------===//

/// The rectangles of an output, and whatever is left of it.
static void compareOutput(Report &report, const Point &point, const Output &output) {
  const GuardedMatrix &matrix = output.matrix;
  int64_t numCols = matrix.shape().cols;
  std::vector<bool> covered(size_t(matrix.shape().rows * numCols));
  for (const OpResult &result : output.results) {
    Tally tally;
    tally.begin(point.text);
    for (int64_t row = 0; row < result.rows; ++row)
      for (int64_t col = 0; col < result.cols; ++col) {
        covered[size_t((result.row + row) * numCols + result.col + col)] = true;
        tally.compare(result.expected(row, col), matrix.get(result.row + row, result.col + col),
                      row, col);
      }
    report.add(result.ops, point, tally);
  }
  Tally outside;
  outside.begin(point.text);
  if (std::string damage = matrix.damage(); !damage.empty())
    outside.fail(damage);
  // Poison reads as NaN or, where there is none, as -1.
  for (int64_t cell = 0; cell < int64_t(covered.size()); ++cell) {
    double value = matrix.get(cell / numCols, cell % numCols);
    if (!covered[size_t(cell)] && !std::isnan(value) &&
        !(matrix.element() == Element::Int32 && value == -1))
      outside.fail("output[" + std::to_string(cell / numCols) + ", " +
                   std::to_string(cell % numCols) + "] was written: " + significant(value, 9));
  }
  report.add({kOutside}, point, outside);
}

void mla::conformance::extents::runPoint(Report &report, const Subject &subject,
                                         const NamedValues &values, const Point &point,
                                         const std::vector<Output> &outputs) {
  auto run = [&] {
    for (const Output &output : outputs)
      output.matrix.poison();
    subject.launch({}, values);
    subject.gpu.synchronize();
    for (const Output &output : outputs)
      output.matrix.download();
  };
  run();
  std::vector<std::vector<uint8_t>> images;
  for (const Output &output : outputs) {
    compareOutput(report, point, output);
    images.push_back(output.matrix.image());
  }
  run();
  Tally again;
  again.begin(point.text);
  for (size_t i = 0; i < outputs.size(); ++i)
    if (images[i] != outputs[i].matrix.image())
      again.fail("a second run gave other bits in output " + std::to_string(i));
  report.add({kRepeat}, point, again);
}

int64_t mla::conformance::extents::divisibilityOf(const Subject &subject,
                                                  const std::string &argument) {
  for (const Argument &candidate : subject.kernel.variant().arguments)
    if (candidate.name == argument)
      return candidate.divisibility;
  throw std::runtime_error("kernel '" + subject.kernel.name() + "' has no argument '" + argument +
                           "'");
}

int64_t mla::conformance::extents::misalignOf(const Subject &subject, const std::string &pointer) {
  return divisibilityOf(subject, pointer) > 1 ? 0 : 1;
}

int64_t mla::conformance::extents::strideOf(int64_t cols, int64_t misalign) {
  return (cols + 15) / 16 * 16 + 16 + misalign;
}

Expected mla::conformance::extents::within(double value, double roundings) {
  return {value, roundings * unitRoundoff(Element::Fp32) * std::fabs(value) +
                     smallestNormal(Element::Fp32)};
}
