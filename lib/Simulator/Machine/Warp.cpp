//===- Warp.cpp - where the lanes of a warp are ---------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mla::sim {

/// Instructions of a group before another one of its warp may go.
static constexpr unsigned kSlice = 512;

Warp::Warp(Cta &cta, unsigned index) : cta(cta), index(index) {
  const Program &program = cta.grid.program;
  registers = std::make_unique<uint8_t[]>(program.registerBytes);
  if (program.localBytes) {
    local = std::make_unique<uint8_t[]>(size_t(program.localBytes) * kLanes);
    localWritten = std::make_unique<uint8_t[]>(size_t(program.localBytes) * kLanes);
  }
}

void Warp::start(LaneMask lanes) {
  const Program &program = cta.grid.program;
  live = started = lanes;
  isBlocked = false;
  groups.assign(1, Group());
  groups[0].pc = cta.grid.kernel.entry;
  groups[0].mask = lanes;
  current = 0;
  recent = nullptr;
  copies.clear();
  copyGroups = {};
  products.start(program);
  fenced.clear();
  seen.clear();
  registerBudget = cta.grid.registers;
  numBudgets = 0;
  for (bool isProduct : {false, true}) {
    works[isProduct].clear();
    workGroups[isProduct] = {};
  }
  std::memcpy(registers.get() + program.constantOffset, program.constants.data(),
              program.constants.size());
  setKnown();
  if (program.localBytes)
    std::memset(localWritten.get(), 0, size_t(program.localBytes) * kLanes);
  phasesPassed = 0;
  stackPointers.fill(program.stackStart);
  for (std::vector<uint8_t> &each : kept)
    each.clear();
}

/// Moves lanes of the current group into a new one and returns its index.
size_t Warp::split(LaneMask mask, uint32_t pc) {
  Group other = groups[current];
  groups[current].mask &= ~mask;
  other.mask = mask;
  other.pc = pc;
  other.waits = WaitKind::None;
  other.granted = false;
  groups.push_back(std::move(other));
  return groups.size() - 1;
}

Outcome Warp::branch(LaneMask mask, uint32_t target) {
  if (mask == groups[current].mask) {
    groups[current].pc = target;
  } else {
    split(mask, target);
    ++groups[current].pc;
  }
  return Outcome::Branch;
}

Outcome Warp::exit(LaneMask mask) {
  live &= ~mask;
  if (!live)
    checkEnd(unsigned(std::countr_zero(mask)));
  if (mask == groups[current].mask) {
    groups.erase(groups.begin() + long(current));
    current = 0;
  } else {
    groups[current].mask &= ~mask;
    ++groups[current].pc;
  }
  // Those who wait for lanes of a mask wait for fewer now.
  for (Group &group : groups)
    if (group.waits == WaitKind::Converge || group.waits == WaitKind::WarpBarrier)
      group.waits = WaitKind::None;
  cta.recount();
  return Outcome::Branch;
}

Outcome Warp::wait(LaneMask mask, WaitKind kind, uint64_t key) {
  if (mask != groups[current].mask)
    split(groups[current].mask & ~mask, groups[current].pc + 1);
  Group &group = groups[current];
  group.waits = kind;
  group.key = key;
  ++counts[group.pc].waits;
  return Outcome::Wait;
}

bool Warp::wake(WaitKind kind, uint64_t key, uint64_t answer) {
  bool any = false;
  for (Group &group : groups)
    if (group.waits == kind && group.key == key) {
      group.waits = WaitKind::None;
      group.granted = true;
      group.answer = answer;
      any = true;
    }
  if (any)
    isBlocked = false;
  return any;
}

/// Joins others that stand where group `which` stands; true if there were any.
bool Warp::meet(size_t which) {
  bool any = false;
  for (size_t i = 0; i < groups.size();) {
    Group &here = groups[which], &other = groups[i];
    if (i == which || other.pc != here.pc || other.granted || here.granted ||
        (other.waits != WaitKind::None && other.waits != WaitKind::Converge) ||
        other.calls != here.calls) {
      ++i;
      continue;
    }
    here.mask |= other.mask;
    here.waits = WaitKind::None;
    here.turns = std::max(here.turns, other.turns);
    any = true;
    groups.erase(groups.begin() + long(i));
    if (which > i)
      --which;
    if (current > i)
      --current;
  }
  return any;
}

/// Chooses the group that goes on; false if all wait.
bool Warp::pick() {
  const std::vector<Operation> &operations = cta.grid.program.operations;
  bool found = false;
  auto before = [&](const Group &a, const Group &b) {
    if (a.turns != b.turns)
      return a.turns < b.turns;
    uint32_t rankA = operations[a.pc].rank, rankB = operations[b.pc].rank;
    return rankA != rankB ? rankA < rankB : a.pc < b.pc;
  };
  for (size_t i = 0; i < groups.size(); ++i)
    if (groups[i].waits == WaitKind::None && (!found || before(groups[i], groups[current]))) {
      current = i;
      found = true;
    }
  if (found && groups.size() > 1)
    meet(current);
  return found;
}

Warp::Stop Warp::run(uint64_t &budget) {
  for (;;) {
    if (groups.empty())
      return Stop::Finished;
    if (!pick()) {
      isBlocked = true;
      return Stop::Blocked;
    }
    Stop stop = runGroup(budget);
    if (stop != Stop::Blocked)
      return stop;
  }
}

/// Runs the current group; Blocked when another one may have to go on.
Warp::Stop Warp::runGroup(uint64_t &budget) {
  const Operation *operations = cta.grid.program.operations.data();
  for (bool isFirst = true;; isFirst = false) {
    if (budget == 0)
      return Stop::Budget;
    Group &group = groups[current];
    const Operation &operation = operations[group.pc];
    bool isAlone = groups.size() == 1;
    if (!isAlone) {
      if (!isFirst && operation.startsBlock)
        return Stop::Blocked;
      if (++group.spent >= kSlice) {
        group.spent = 0;
        ++group.turns;
        return Stop::Blocked;
      }
    }
    --budget;
    LaneMask mask = group.mask;
    if (operation.guard != kNoRegister)
      mask &= predicate(operation.guard) ^ operation.guardFlip;
    Count &count = counts[group.pc];
    ++count.warps;
    if (!mask) {
      ++group.pc;
      continue;
    }
    count.lanes += unsigned(std::popcount(mask));
    if (products.concerns(group.pc) && !operation.isProduct)
      watchProducts(unsigned(std::countr_zero(mask)));
    switch (operation.handler(*this, operation, mask)) {
    case Outcome::Next:
      ++groups[current].pc;
      break;
    case Outcome::Branch:
      if (groups.size() != 1 || !isAlone)
        return Stop::Blocked;
      break;
    case Outcome::Wait:
      // Others may wait at the same place for these lanes.
      if (groups[current].waits == WaitKind::Converge)
        meet(current);
      return Stop::Blocked;
    case Outcome::Fault:
      return Stop::Fault;
    }
  }
}

std::string Warp::threadOf(unsigned lane) const {
  const std::array<unsigned, 3> &block = cta.grid.launch.block, &at = cta.position;
  unsigned thread = index * kLanes + lane;
  auto three = [](unsigned x, unsigned y, unsigned z) {
    return "(" + std::to_string(x) + ", " + std::to_string(y) + ", " + std::to_string(z) + ")";
  };
  return "thread " +
         three(thread % block[0], thread / block[0] % block[1], thread / block[0] / block[1]) +
         " of block " + three(at[0], at[1], at[2]);
}

void Warp::note(FindingKind kind, const std::string &text, unsigned lane) {
  cta.grid.find(kind, pc(), threadOf(lane) + " " + text);
}

Outcome Warp::fail(FindingKind kind, const std::string &text, unsigned lane) {
  note(kind, text, lane);
  return Outcome::Fault;
}

} // namespace mla::sim
