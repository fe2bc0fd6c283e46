//===- Settings.cpp - what the environment asks for -----------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "State.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace mla::sim::driver {

/// Reads a number from the environment; false if what is there is none of that range.
template <typename Number>
static bool readNumber(const char *name, uint64_t least, uint64_t most, Number &value,
                       std::string &error) {
  const char *text = std::getenv(name);
  if (!text || !*text)
    return true;
  uint64_t number = 0;
  const char *end = text + std::strlen(text);
  auto [stop, code] = std::from_chars(text, end, number);
  if (code != std::errc() || stop != end || number < least || number > most) {
    error = std::string(name) + "=" + text + ": expected a number from " + std::to_string(least) +
            " to " + std::to_string(most);
    return false;
  }
  value = Number(number);
  return true;
}

bool Settings::read(std::string &error) {
  const char *name = std::getenv("MLA_SIM_ARCH");
  arch = findArch(name && *name ? name : "sm_90a");
  if (!arch) {
    error = std::string("MLA_SIM_ARCH=") + name + ": expected one of " + archNames();
    return false;
  }
  uint64_t megabytes = memoryBytes >> 20;
  if (!readNumber("MLA_SIM_SEED", 0, ~uint64_t(0), seed, error) ||
      !readNumber("MLA_SIM_SMS", 1, 1024, multiprocessors, error) ||
      !readNumber("MLA_SIM_THREADS", 1, 1024, threads, error) ||
      !readNumber("MLA_SIM_GLOBAL_RACES", 0, 1, checkGlobalRaces, error) ||
      !readNumber("MLA_SIM_MEMORY", 1, uint64_t(1) << 24, megabytes, error))
    return false;
  memoryBytes = megabytes << 20;
  return true;
}

} // namespace mla::sim::driver
