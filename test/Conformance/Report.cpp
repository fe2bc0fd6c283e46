//===- Report.cpp - what became of kernels and cases, as a table and as JSON -===//
// SPDX-License-Identifier: Apache-2.0

#include "Report.h"
#include "Kernels.h"

#include <nlohmann/json.hpp>

#include <fstream>

using namespace mla::conformance;

void mla::conformance::printOutcomes(const std::vector<Outcome> &outcomes) {
  std::vector<std::vector<std::string>> rows = {{"kernel or case", "image", "regs", "calls",
                                                 "not run", "outputs", "max error", "error/bound",
                                                 "seconds", "verdict"}};
  for (const Outcome &outcome : outcomes) {
    const Tally &tally = outcome.tally;
    rows.push_back({outcome.name, outcome.image,
                    outcome.registers < 0 ? "-" : std::to_string(outcome.registers),
                    std::to_string(tally.cases), std::to_string(tally.skipped),
                    std::to_string(tally.elements), significant(tally.maxError),
                    significant(tally.worstRatio), significant(outcome.seconds), outcome.verdict});
  }
  printTable(rows);
}

void mla::conformance::writeJson(const std::string &path, const Gpu &gpu,
                                 const std::vector<Outcome> &outcomes) {
  nlohmann::json results = nlohmann::json::array();
  for (const Outcome &outcome : outcomes)
    results.push_back({{"name", outcome.name},
                       {"image", outcome.image},
                       {"registers", outcome.registers},
                       {"calls", outcome.tally.cases},
                       {"failed_calls", outcome.tally.failedCases},
                       {"skipped_calls", outcome.tally.skipped},
                       {"first_skip", outcome.tally.firstSkip},
                       {"outputs", outcome.tally.elements},
                       {"max_error", outcome.tally.maxError},
                       {"error_over_bound", outcome.tally.worstRatio},
                       {"seconds", outcome.seconds},
                       {"failures", outcome.tally.failures},
                       {"verdict", outcome.verdict}});
  std::ofstream(path) << nlohmann::json{{"device", gpu.description()}, {"results", results}}.dump(2)
                      << "\n";
}
