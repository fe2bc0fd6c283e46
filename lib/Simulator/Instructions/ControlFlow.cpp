//===- ControlFlow.cpp - branches and ends --------------------------------===//
// PTX ISA, "Control Flow Instructions", and instructions that only advise.
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

namespace mla::sim {

using Kind = ptx::Operand::Kind;

static Outcome runBranch(Warp &warp, const Operation &operation, LaneMask mask) {
  return warp.branch(mask, *static_cast<const uint32_t *>(operation.details));
}

static bool decodeBranch(Decoder &d) {
  d.take("uni");
  if (!d.expectOperands(1, 1) || d.operand(0).kind != Kind::Label)
    return d.fail("expected a label");
  d.keep(d.position(d.operand(0).index));
  d.operation->handler = runBranch;
  return true;
}

/// Lanes with the same index go together; one group after the other leaves.
static Outcome runBranchTable(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &targets = *static_cast<const std::vector<uint32_t> *>(operation.details);
  const uint32_t *index = warp.lanes<uint32_t>(operation.sources[0]);
  unsigned first = unsigned(std::countr_zero(mask));
  uint32_t chosen = index[first];
  if (chosen >= targets.size())
    return warp.fail(FindingKind::Invalid,
                     "branches to target " + std::to_string(chosen) + " of " +
                         std::to_string(targets.size()),
                     first);
  LaneMask same = 0;
  forEachLane(mask, [&](unsigned lane) { same |= LaneMask(index[lane] == chosen) << lane; });
  if (same == warp.group().mask)
    return warp.branch(same, targets[chosen]);
  // The others stay at this instruction: branch() would send them on.
  Group other = warp.group();
  other.mask = same;
  other.pc = targets[chosen];
  warp.group().mask &= ~same;
  warp.groups.push_back(std::move(other));
  return Outcome::Branch;
}

static bool decodeBranchTable(Decoder &d) {
  d.take("uni");
  if (!d.take("idx") || !d.expectOperands(2, 2) || d.operand(1).kind != Kind::Targets)
    return d.fail("expected .idx, an index and a list of targets");
  std::vector<uint32_t> targets;
  for (uint32_t target : d.function->branchTargets[d.operand(1).index])
    targets.push_back(d.position(target));
  d.operation->sources[0] = d.source(0, 32);
  d.keep(targets);
  d.operation->handler = runBranchTable;
  return true;
}

static bool decodeEnd(Decoder &d) {
  if (!d.expectOperands(0, 0))
    return false;
  if (d.opcode() == "exit")
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      return warp.exit(mask);
    };
  else
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      return warp.fail(FindingKind::Trap, "executes a trap", unsigned(std::countr_zero(mask)));
    };
  return true;
}

//===-- Instructions without effect here ----------------------------------===//

static bool decodeNothing(Decoder &d) {
  for (const std::string &modifier : d.rest())
    d.take(modifier);
  d.operation->handler = [](Warp &, const Operation &, LaneMask) { return Outcome::Next; };
  return true;
}

/// createpolicy: some number; caches are not simulated.
static bool decodePolicy(Decoder &d) {
  for (const std::string &modifier : d.rest())
    d.take(modifier);
  auto none = [] { return uint64_t(0); };
  d.operation->results[0] = d.result(0, 64);
  d.keep(none);
  d.operation->handler = runLanewise<decltype(none), uint64_t>;
  return true;
}

void addControlFlow(Registry &registry) {
  registry["bra"] = decodeBranch;
  registry["brx"] = decodeBranchTable;
  registry["exit"] = registry["trap"] = decodeEnd;
  for (const char *opcode : {"nanosleep", "pmevent", "brkpt", "prefetch", "prefetchu",
                             "applypriority", "discard", "griddepcontrol"})
    registry[opcode] = decodeNothing;
  registry["createpolicy"] = decodePolicy;
}

} // namespace mla::sim
