//===- Counters.h - what a launch did, by class of instruction ------------===//
// Sums of the counts of lines, which a launch with `countLines` gives, and texts of both. The names
// of classes are part of the JSON that programs read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Simulator.h"

namespace mla::sim {

/// The class of an opcode with its modifiers: "integer", "float", "convert", "move", "compare",
/// "control", "load shared", "store global", "atomic global", "cp.async", "bulk copy", "ldmatrix",
/// "mma", "wgmma", "barrier", "mbarrier", "fence", "warp" and so on.
std::string classOf(const std::string &opcode);

/// What the instructions of one class did.
struct ClassCount {
  std::string name;
  Count count;
};

/// The sums of each class that did anything; those with most instructions first.
std::vector<ClassCount> countClasses(const Report &report);

/// A table with one row for each class, and the sum of all.
std::string classTable(const Report &report);
/// A table with one row for each instruction that was executed, in the order of the PTX.
std::string lineTable(const Report &report);
/// {"instructions": N, "classes": [{"class": "mma", "warps": …}], "lines": [{"line": 12, …}]}
std::string countersJson(const Report &report);

/// "k.py:12:4: error: race: … (line 80 of the PTX) (and 3 more times)", without a line break at the
/// end. `ptx` is what the PTX is called where a finding has no source line.
std::string textOf(const Finding &finding, const std::string &ptx);

} // namespace mla::sim
