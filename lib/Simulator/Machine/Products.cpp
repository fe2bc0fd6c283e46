//===- Products.cpp - the protocol of products of warpgroups --------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Products.h"
#include "Program.h"

#include <algorithm>

namespace mla::sim {

void ProductWatch::start(const Program &program) {
  registers = program.productRegisters.count ? &program.productRegisters : nullptr;
  states.assign(program.productRegisters.count, {});
  hasFenced = false;
}

std::string ProductWatch::access(uint32_t operation, uint32_t &culprit) {
  std::string problem;
  for (uint32_t i = registers->first[operation]; i < registers->first[operation + 1]; ++i) {
    ProductRegisters::Touch touch = registers->touches[i];
    Register &state = states[touch.which];
    state.accessed = operation;
    if (!problem.empty() || !(state.results || (state.sources && touch.writes)))
      continue;
    problem = std::string(touch.writes ? "writes" : "reads") + " a register of " +
              (state.results ? "the accumulator" : "matrix A") + " of a product in flight";
    culprit = state.product;
  }
  return problem;
}

std::string ProductWatch::issue(uint32_t operation, unsigned shape, const Program &program) {
  std::string problem;
  auto at = [&](uint32_t other) {
    std::string source = program.sourceOf(other);
    return "line " + std::to_string(program.instructions[other]->line) + ", " +
           program.opcodeOf(other) + (source.empty() ? "" : " (" + source + ")");
  };
  if (!hasFenced)
    problem = "is a product before the first wgmma.fence of its warp";
  for (uint32_t i = registers->first[operation]; i < registers->first[operation + 1]; ++i) {
    ProductRegisters::Touch touch = registers->touches[i];
    Register &state = states[touch.which];
    if (problem.empty() && state.accessed != kNoRegister)
      problem = "uses a register that the instruction at " + at(state.accessed) +
                " has accessed, and no wgmma.fence came between";
    if (problem.empty() && touch.writes && state.results && state.shape != shape)
      problem = "adds to the accumulator of a product in flight of another shape, at " +
                at(state.product);
    if (problem.empty() && touch.writes && state.sources)
      problem = "writes registers of matrix A of a product in flight, at " + at(state.product);
    if (problem.empty() && !touch.writes && state.results)
      problem = "has a matrix A in the accumulator of a product in flight, at " + at(state.product);
    if (touch.writes) {
      ++state.results;
      state.shape = shape;
    } else {
      ++state.sources;
    }
    state.product = operation;
  }
  return problem;
}

void ProductWatch::finish(uint32_t operation) {
  for (uint32_t i = registers->first[operation]; i < registers->first[operation + 1]; ++i) {
    ProductRegisters::Touch touch = registers->touches[i];
    Register &state = states[touch.which];
    --(touch.writes ? state.results : state.sources);
  }
}

void ProductWatch::fence() {
  hasFenced = true;
  for (Register &state : states)
    state.accessed = kNoRegister;
}

bool Warpgroup::advance(unsigned warp, const Step &step, Step &other) {
  if (hasDiverged)
    return true;
  uint64_t index = progress[warp]++ - done;
  if (index < steps.size()) {
    other = steps[index];
  } else {
    // The first one here; others have to follow.
    steps.push_back(step);
    other = step;
    for (unsigned i = 0; i < kWarps; ++i)
      if (hasEnded[i] && progress[i] < progress[warp])
        other.operation = kNoRegister;
  }
  hasDiverged = other != step;
  while (!hasDiverged && *std::min_element(progress.begin(), progress.end()) > done) {
    steps.pop_front();
    ++done;
  }
  return !hasDiverged;
}

bool Warpgroup::end(unsigned warp, Step &other) {
  hasEnded[warp] = true;
  uint64_t index = progress[warp] - done;
  if (hasDiverged || index >= steps.size())
    return true;
  hasDiverged = true;
  other = steps[index];
  return false;
}

} // namespace mla::sim
