//===- Placement.cpp - where registers and variables lie ------------------===//
// All functions have places of their own, side by side. A function that may call itself, straight
// or through others, keeps its local variables on the lane's stack, since their addresses must stay
// good below the inner call; what else it has, the call keeps aside (Calls.cpp).
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace mla::sim {

using Kind = ptx::Operand::Kind;

/// Of a lane, where anything uses it.
static constexpr unsigned kStackBytes = 16384;

uint32_t Decoder::reserve(unsigned bits) {
  uint32_t bytes = bits == 1 ? 4 : std::max(bits, 16u) / 8 * kLanes;
  uint32_t alignment = bits == 1 ? 4 : 64;
  uint32_t offset = (program.registerBytes + alignment - 1) / alignment * alignment;
  program.registerBytes = offset + bytes;
  return offset;
}

/// Where global variables and constants lie, with their contents; shared ones get offsets.
bool Decoder::placeVariables(GlobalMemory &memory, std::vector<uint64_t> &allocations) {
  for (const ptx::Variable &variable : program.module.variables) {
    uint64_t address = 0;
    if (variable.space == ptx::Space::Shared && variable.bytes == 0) {
      program.dynamicAlignment = std::max(program.dynamicAlignment, variable.alignment);
    } else if (variable.space == ptx::Space::Shared) {
      unsigned alignment = std::max(variable.alignment, 1u);
      address = (program.sharedBytes + alignment - 1) / alignment * alignment;
      program.sharedBytes = unsigned(address + variable.bytes);
    } else {
      if (variable.isExternal)
        return fail("'" + variable.name + "' is external: modules are not linked");
      Allocation &allocation =
          memory.allocate(variable.bytes, std::max(variable.alignment, 1u), variable.name);
      allocation.isReadOnly = variable.space == ptx::Space::Constant;
      std::memset(allocation.written.get(), 1, variable.bytes);
      address = allocation.address;
      allocations.push_back(address);
    }
    addresses.push_back(address);
  }
  if (findFunction("malloc")) {
    program.heapAddress = memory.allocate(kHeapBytes, 256, "the heap of malloc").address;
    allocations.push_back(program.heapAddress);
    program.heapUsed = std::make_unique<uint64_t>(0);
  }
  for (size_t i = 0; i < addresses.size(); ++i)
    if (!program.module.variables[i].initial.empty() &&
        !initialise(program.module.variables[i], *memory.find(addresses[i], 0)))
      return false;
  return true;
}

bool Decoder::initialise(const ptx::Variable &variable, Allocation &allocation) {
  unsigned bytes = std::max(variable.type.bits / 8, 1u);
  if (variable.initial.size() * bytes > variable.bytes)
    return fail("'" + variable.name + "' has more values than elements");
  for (size_t i = 0; i < variable.initial.size(); ++i) {
    uint64_t value = variable.initial[i].bits;
    if (const std::string &symbol = variable.initial[i].symbol; !symbol.empty()) {
      const auto &all = program.module.variables;
      auto found = std::find_if(all.begin(), all.end(),
                                [&](const ptx::Variable &other) { return other.name == symbol; });
      if (found != all.end() && found->space != ptx::Space::Shared)
        value += addresses[size_t(found - all.begin())];
      else if (std::optional<size_t> callee = findFunction(symbol))
        value += kCodeWindow + *callee * kCodeStep;
      else
        return fail("'" + variable.name + "': '" + symbol + "' has no address");
    }
    std::memcpy(allocation.data.get() + i * bytes, &value, bytes);
  }
  return true;
}

std::optional<size_t> Decoder::findFunction(const std::string &name) const {
  const auto &all = program.module.functions;
  std::optional<size_t> found;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name && (!found || all[i].hasBody))
      found = i;
  return found;
}

//===-- Functions that call themselves ------------------------------------===//

/// Calls `body(name)` for each function that an operand names.
template <typename Body>
static void forFunctions(const ptx::Operand &operand, Body body) {
  if (operand.kind == Kind::Function)
    body(operand.name);
  for (const ptx::Operand &element : operand.elements)
    forFunctions(element, body);
}

/// Whom each function calls. A call through an address may reach every function that has one.
static std::vector<std::set<size_t>> callGraph(const Decoder &decoder, const ptx::Module &module) {
  std::vector<std::set<size_t>> callees(module.functions.size());
  std::vector<size_t> through;
  std::set<size_t> addressed;
  auto add = [&](std::set<size_t> &set, const std::string &name) {
    if (std::optional<size_t> index = decoder.findFunction(name))
      set.insert(*index);
  };
  for (size_t i = 0; i < module.functions.size(); ++i)
    for (const ptx::Instruction &instruction : module.functions[i].body) {
      bool isCall = instruction.opcode == "call", isNamed = false;
      for (const ptx::Operand &operand : instruction.operands)
        forFunctions(operand, [&](const std::string &name) {
          isNamed = true;
          add(isCall ? callees[i] : addressed, name);
        });
      if (isCall && !isNamed)
        through.push_back(i);
    }
  for (const ptx::Variable &variable : module.variables)
    for (const ptx::Initial &initial : variable.initial)
      if (!initial.symbol.empty())
        add(addressed, initial.symbol);
  for (size_t caller : through)
    callees[caller].insert(addressed.begin(), addressed.end());
  return callees;
}

static bool reaches(const std::vector<std::set<size_t>> &callees, size_t from, size_t to) {
  std::vector<size_t> open(callees[from].begin(), callees[from].end());
  std::vector<bool> isSeen(callees.size());
  while (!open.empty()) {
    size_t at = open.back();
    open.pop_back();
    if (at == to)
      return true;
    if (isSeen[at])
      continue;
    isSeen[at] = true;
    open.insert(open.end(), callees[at].begin(), callees[at].end());
  }
  return false;
}

//===-- Registers and local variables -------------------------------------===//

static unsigned place(unsigned &size, const ptx::Variable &variable) {
  unsigned alignment = std::max(variable.alignment, 1u);
  unsigned offset = (size + alignment - 1) / alignment * alignment;
  size = offset + unsigned(variable.bytes);
  return offset;
}

/// Places of one function: registers, shared variables, and what its lanes have of their own.
void Decoder::placeFunction(const ptx::Function &each, Callable &callable, bool callsItself) {
  callable.name = each.name;
  std::vector<uint32_t> &offsets = functionRegisters.emplace_back();
  for (const ptx::Register &reg : each.registers) {
    offsets.push_back(reserve(reg.type.bits));
    unsigned bytes = reg.type.bits == 1 ? 0 : std::max(reg.type.bits, 16u) / 8;
    callable.registers.push_back({offsets.back(), bytes});
  }
  LocalLayout &places = functionLayouts.emplace_back();
  std::vector<ptx::Variable> variables = each.variables;
  size_t numResults = each.results.size(), numParameters = each.parameters.size();
  if (!each.hasBody) {
    variables = each.results;
    variables.insert(variables.end(), each.parameters.begin(), each.parameters.end());
  }
  // Aligned for everything, so that each function's begin where no other one's end.
  program.localBytes = (program.localBytes + 15) / 16 * 16;
  callable.locals.offset = program.localBytes;
  for (size_t i = 0; i < variables.size(); ++i) {
    const ptx::Variable &variable = variables[i];
    bool isOfKernel = each.isKernel && i < numParameters; // those lie in global memory
    bool isOnStack = callsItself && variable.space == ptx::Space::Local;
    unsigned offset = isOfKernel                             ? 0
                      : variable.space == ptx::Space::Shared ? place(program.sharedBytes, variable)
                      : isOnStack                            ? place(callable.frameBytes, variable)
                                                             : place(program.localBytes, variable);
    places.offsets.push_back(offset);
    places.isOnStack.push_back(isOnStack);
    Slot slot{offset, unsigned(variable.bytes)};
    if (i < numResults)
      callable.results.push_back(slot);
    else if (i < numResults + numParameters)
      callable.parameters.push_back(slot);
  }
  callable.locals.bytes = program.localBytes - callable.locals.offset;
}

void Decoder::placeFunctions() {
  const ptx::Module &module = program.module;
  carry = reserve(1);
  scratch = reserve(128);
  std::vector<std::set<size_t>> callees = callGraph(*this, module);
  program.functions.resize(module.functions.size());
  bool usesStack = false;
  for (size_t i = 0; i < module.functions.size(); ++i) {
    placeFunction(module.functions[i], program.functions[i], reaches(callees, i, i));
    usesStack |= program.functions[i].frameBytes != 0;
    for (const ptx::Instruction &instruction : module.functions[i].body)
      usesStack |= instruction.opcode == "alloca" || instruction.opcode == "stacksave";
  }
  program.registerBytes = (program.registerBytes + 63) / 64 * 64;
  program.constantOffset = program.registerBytes;
  program.stackStart = program.localBytes;
  program.localBytes += usesStack ? kStackBytes : 0;
}

/// A register with the address of something in the function's frame.
uint32_t Decoder::stackAddress(unsigned offset, bool isGeneric) {
  auto [known, isNew] = stackAddresses.try_emplace({callable, offset, isGeneric}, 0);
  if (isNew) {
    known->second = reserve(64);
    callable->onStack.push_back({known->second, offset, isGeneric});
    callable->registers.push_back({known->second, 8});
  }
  return known->second;
}

} // namespace mla::sim
