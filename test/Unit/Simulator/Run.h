//===- Run.h - runs a few lines of PTX ------------------------------------===//
// A kernel with one pointer, `%out`, and registers of all sizes; what it wrote comes back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Simulator.h"

#include <cstring>
#include <gtest/gtest.h>

namespace mla::sim {

/// How to run.
struct RunOptions {
  std::array<unsigned, 3> grid = {1, 1, 1};
  std::array<unsigned, 3> block = {32, 1, 1};
  std::array<unsigned, 3> cluster = {0, 0, 0};
  uint64_t seed = 0;
  uint64_t maxInstructions = 1 << 20;
  std::string declarations = {}; ///< before the kernel
  bool countLines = false;
  unsigned registers = 0; ///< of a thread
  bool globalRaces = false;
};

/// What a run gave.
struct RunResult {
  std::vector<uint32_t> out;
  Report report;
};

inline constexpr unsigned kOutWords = 1024;

/// Runs the body of a kernel; %t is %tid.x, %at is where this thread's word of %out lies. The
/// body begins at line 18.
inline RunResult runBody(const std::string &body, const RunOptions &options = {}) {
  std::string text = ".version 8.6\n.target sm_90a\n.address_size 64\n" + options.declarations +
                     "\n.visible .entry f(.param .u64 f_0) {\n"
                     ".reg .pred %p<16>;\n.reg .b16 %h<16>;\n.reg .b32 %r<64>, %t;\n"
                     ".reg .b64 %d<32>, %out, %at;\n.reg .f32 %f<16>;\n"
                     "ld.param.u64 %out, [f_0];\nmov.u32 %t, %tid.x;\n"
                     "mul.wide.u32 %at, %t, 4;\nadd.u64 %at, %at, %out;\n\n\n" +
                     body + "\nret;\n}\n";
  RunResult result;
  Device device;
  Diagnostic diagnostic;
  if (!device.load(text, diagnostic)) {
    ADD_FAILURE() << diagnostic.line << ": " << diagnostic.text;
    return result;
  }
  uint64_t out = device.allocate(4 * kOutWords, 256, "out");
  Launch launch;
  launch.kernel = "f";
  launch.grid = options.grid;
  launch.block = options.block;
  launch.cluster = options.cluster;
  launch.seed = options.seed;
  launch.maxInstructions = options.maxInstructions;
  launch.countLines = options.countLines;
  launch.registers = options.registers;
  launch.checkGlobalRaces = options.globalRaces;
  launch.parameters.resize(8);
  std::memcpy(launch.parameters.data(), &out, 8);
  std::string error;
  EXPECT_TRUE(device.launch(launch, result.report, error)) << error;
  result.out.resize(kOutWords);
  device.read(out, result.out.data(), 4 * kOutWords);
  return result;
}

/// The same where nothing may be found.
inline std::vector<uint32_t> runClean(const std::string &body, const RunOptions &options = {}) {
  RunResult result = runBody(body, options);
  for (const Finding &finding : result.report.findings)
    ADD_FAILURE() << finding.line << ": " << nameOf(finding.kind) << ": " << finding.text;
  return result.out;
}

/// "race: text" of the only finding.
inline std::string findingOf(const std::string &body, const RunOptions &options = {}) {
  RunResult result = runBody(body, options);
  if (result.report.findings.size() != 1)
    return std::to_string(result.report.findings.size()) + " findings";
  const Finding &finding = result.report.findings[0];
  return std::string(nameOf(finding.kind)) + ": " + finding.text;
}

/// The error of loading a kernel with this body, or nothing.
inline std::string loadError(const std::string &body) {
  Device device;
  Diagnostic diagnostic;
  std::string text = ".version 8.6\n.target sm_90a\n.address_size 64\n.entry f() {\n"
                     ".reg .pred %p<4>;\n.reg .b32 %r<4>;\n.reg .b64 %d<4>;\n" +
                     body + "\nret;\n}\n";
  if (device.load(text, diagnostic))
    return "";
  return diagnostic.text;
}

} // namespace mla::sim
