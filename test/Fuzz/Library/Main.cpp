//===- Main.cpp - mla-fuzz-library: argument structs of the C interface ------===//
// Makes legal structs, changes some of their fields, and calls query, plan and run over a driver
// that records launches and runs nothing (test/Unit/Runtime/StubDriver.h). What must hold is said
// at `Call`. A seed decides everything: a failure prints the one that repeats it.
// SPDX-License-Identifier: Apache-2.0

#include "Call.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <unistd.h>

using namespace mla::fuzz;

static volatile uint64_t currentSeed = 0;

/// Says which seed crashed; async-signal-safe.
static void reportCrash(int signal) {
  char text[96];
  int count = std::snprintf(text, sizeof(text), "crashed (signal %d): --seed %llu --calls 1\n",
                            signal, static_cast<unsigned long long>(currentSeed));
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text, size_t(count));
  _exit(1);
}

static double cpuSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

int main(int argc, char **argv) {
  double seconds = 30;
  uint64_t seed = 1, calls = ~uint64_t(0);
  CLI::App app{
      "Calls the library with argument structs that are almost legal, over a driver that runs "
      "nothing: a call must not\ncrash, a refusal must launch nothing and name what is wrong, and "
      "launches must stay inside the caller's tensors.\n\nexamples:\n"
      "  mla-fuzz-library                         30 CPU-seconds\n"
      "  mla-fuzz-library --seconds 1800          half a CPU-hour\n"
      "  mla-fuzz-library --seed 1234 --calls 1   one struct again, printed\n\n"
      "exit: 0 nothing found, 1 a finding or a crash, with the seed that repeats it"};
  app.add_option("--seconds", seconds, "CPU time")->check(CLI::PositiveNumber);
  app.add_option("--seed", seed, "first seed; each struct has its own");
  app.add_option("--calls", calls, "structs at most");
  CLI11_PARSE(app, argc, argv);
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL})
    std::signal(signal, reportCrash);
  Fuzzer fuzzer;
  if (std::string error = fuzzer.open(); !error.empty()) {
    std::printf("error: %s\n", error.c_str());
    return 1;
  }
  double nextReport = 10;
  uint64_t done = 0;
  for (; done < calls && cpuSeconds() < seconds; ++done) {
    currentSeed = seed + done;
    if (std::string finding = fuzzer.run(seed + done, calls == 1); !finding.empty()) {
      std::printf("%s\nagain: mla-fuzz-library --seed %llu --calls 1\n", finding.c_str(),
                  static_cast<unsigned long long>(seed + done));
      return 1;
    }
    if (double spent = cpuSeconds(); spent > nextReport) {
      std::fprintf(stderr, "%.0f of %.0f CPU-seconds, %llu structs\n", spent, seconds,
                   static_cast<unsigned long long>(done));
      nextReport = 2 * spent;
    }
  }
  fuzzer.print();
  std::printf("%llu structs from seed %llu in %.0f CPU-seconds: nothing found\n",
              static_cast<unsigned long long>(done), static_cast<unsigned long long>(seed),
              cpuSeconds());
  return 0;
}
