//===- Baselines.cpp - published times of others, beside ours --------------===//
// SPDX-License-Identifier: Apache-2.0

#include "Baselines.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>

using namespace mla::conformance;

std::vector<Baseline> mla::conformance::readBaselines(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error("'" + path + "' cannot be read");
  std::vector<Baseline> baselines;
  try {
    for (const nlohmann::json &row : nlohmann::json::parse(file).at("results"))
      baselines.push_back({row.at("family"), row.value("type", ""), row.at("shape"), row.at("peer"),
                           row.at("median_us")});
  } catch (const nlohmann::json::exception &error) {
    throw std::runtime_error("'" + path + "' is no file of baselines: " + error.what());
  }
  return baselines;
}

const Baseline *mla::conformance::findBaseline(const std::vector<Baseline> &baselines,
                                               const std::string &family, const std::string &type,
                                               const std::string &shape) {
  const Baseline *best = nullptr;
  for (const Baseline &baseline : baselines)
    if (baseline.family == family && (baseline.type.empty() || baseline.type == type) &&
        baseline.shape == shape && (!best || baseline.micros < best->micros))
      best = &baseline;
  return best;
}
