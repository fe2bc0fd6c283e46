//===- Registers.cpp - setmaxnreg -----------------------------------------===//
// PTX ISA, "Miscellaneous Instructions: setmaxnreg". A block has the registers that it was launched
// with: .dec gives some back, .inc waits until there are enough.
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

namespace mla::sim {

namespace {
struct BudgetDetails {
  bool increases;
  unsigned registers; ///< of a thread
};
} // namespace

/// Whether the warps of the warpgroup have synchronised since they last did this, as they have to.
static bool isSynchronised(const Warp &warp) {
  const Cta &block = warp.cta;
  for (const Warp &other : block.warps) {
    bool isOfGroup = other.index / Warpgroup::kWarps == warp.index / Warpgroup::kWarps;
    if (!isOfGroup || &other == &warp || other.numBudgets > warp.numBudgets)
      continue;
    if (other.numBudgets < warp.numBudgets ||
        !block.cluster.races.knows(warp.number(), other.number(), other.budgetTime))
      return false;
  }
  return true;
}

static Outcome runBudget(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const BudgetDetails *>(operation.details);
  bool isAgain = warp.group().granted;
  warp.group().granted = false;
  if (!warp.hasAll(mask, warp.live))
    return warp.wait(mask, WaitKind::Converge, warp.live);
  unsigned lane = unsigned(std::countr_zero(mask));
  Cta &block = warp.cta;
  if (!isAgain) {
    warp.alignWarpgroup({warp.pc(), {}});
    if (block.grid.launch.checkRaces && warp.numBudgets && !isSynchronised(warp))
      warp.note(FindingKind::Protocol,
                "executes this again, and the warps of its warpgroup have not synchronised since "
                "the last time",
                lane);
    ++warp.numBudgets;
    warp.budgetTime = block.cluster.races.timeOf(warp.number());
  }
  if (details.increases ? details.registers < warp.registerBudget
                        : details.registers > warp.registerBudget)
    return warp.fail(FindingKind::Registers,
                     std::string(details.increases ? "increases" : "decreases") +
                         " the registers of a thread to " + std::to_string(details.registers) +
                         ", it has " + std::to_string(warp.registerBudget) + " already",
                     lane);
  if (!details.increases) {
    block.releaseRegisters(warp.registerBudget - details.registers);
  } else if (!block.claimRegisters(details.registers - warp.registerBudget)) {
    return warp.wait(mask, WaitKind::Registers, details.registers - warp.registerBudget);
  }
  warp.registerBudget = details.registers;
  return Outcome::Next;
}

static bool decodeBudget(Decoder &d) {
  bool increases = d.take("inc");
  if ((!increases && !d.take("dec")) || !d.take("sync") || !d.take("aligned") || !d.take("u32") ||
      !d.expectOperands(1, 1))
    return d.fail("expected .inc or .dec, .sync.aligned.u32 and a number of registers");
  std::optional<int64_t> registers = d.constant(d.operand(0));
  if (!registers || *registers < 24 || *registers > 256 || *registers % 8)
    return d.fail("expected a multiple of 8 from 24 to 256" +
                  (registers ? ", got " + std::to_string(*registers) : std::string()));
  d.keep(BudgetDetails{increases, unsigned(*registers)});
  d.operation->handler = runBudget;
  return true;
}

void addRegisters(Registry &registry) { registry["setmaxnreg"] = decodeBudget; }

} // namespace mla::sim
