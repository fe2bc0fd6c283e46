//===- Decoder.cpp - from a module to a program ---------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace mla::sim {

static const Registry &registry() {
  static const Registry all = [] {
    Registry result;
    for (auto add :
         {addIntegers,    addCarries,     addBits,      addFloats,      addApproximations,
          addComparisons, addConversions, addMoves,     addControlFlow, addCalls,
          addMemory,      addAtomics,     addWarpOps,   addBarriers,    addAsyncCopies,
          addMatrix,      addMbarriers,   addRegisters, addWgmma,       addWmma,
          addVideo,       addTensorMaps})
      add(result);
    return result;
  }();
  return all;
}

bool Decoder::fail(const std::string &text) {
  if (error.text.empty()) {
    std::string what;
    if (instruction) {
      what = opcode();
      for (const std::string &modifier : instruction->modifiers)
        what += "." + modifier;
      what += ": ";
    }
    error = {instruction ? instruction->line : 0, what + text};
  }
  return false;
}

/// Ranks blocks in reverse post-order. Of two successors the later one in the text is visited
/// first, so that the body of a loop comes before what follows the loop.
void Decoder::rankBlocks(const ptx::Function &decoded) {
  size_t count = decoded.body.size();
  auto isJump = [](const ptx::Instruction &instruction) {
    return instruction.opcode == "bra" || instruction.opcode == "brx";
  };
  auto endsPath = [&](const ptx::Instruction &instruction) {
    return !instruction.isGuarded && (isJump(instruction) || instruction.opcode == "ret" ||
                                      instruction.opcode == "exit" || instruction.opcode == "trap");
  };
  std::vector<uint32_t> starts;
  for (size_t i = 0; i < count; ++i)
    if (i == 0 || decoded.labels.count(uint32_t(i)) || isJump(decoded.body[i - 1]) ||
        endsPath(decoded.body[i - 1]))
      starts.push_back(uint32_t(i));
  auto blockOf = [&](uint32_t at) {
    return size_t(std::upper_bound(starts.begin(), starts.end(), at) - starts.begin()) - 1;
  };
  std::vector<std::vector<size_t>> successors(starts.size());
  for (size_t block = 0; block < starts.size(); ++block) {
    size_t end = block + 1 < starts.size() ? starts[block + 1] : count;
    const ptx::Instruction &last = decoded.body[end - 1];
    if (!endsPath(last) && block + 1 < starts.size())
      successors[block].push_back(block + 1);
    for (const ptx::Operand &operand : last.operands) {
      if (operand.kind == ptx::Operand::Kind::Label && operand.index < count)
        successors[block].push_back(blockOf(operand.index));
      if (operand.kind == ptx::Operand::Kind::Targets)
        for (uint32_t target : decoded.branchTargets[operand.index])
          if (target < count)
            successors[block].push_back(blockOf(target));
    }
    std::sort(successors[block].begin(), successors[block].end(), std::greater<>());
  }
  // Depth first with a stack of its own: functions may have thousands of blocks.
  uint32_t next = uint32_t(starts.size());
  std::vector<uint32_t> ranks(starts.size(), 0);
  std::vector<bool> isSeen(starts.size());
  std::vector<std::pair<size_t, size_t>> path;
  if (!starts.empty()) {
    path.push_back({0, 0});
    isSeen[0] = true;
  }
  while (!path.empty()) {
    auto &[block, done] = path.back();
    if (done == successors[block].size()) {
      ranks[block] = next--;
      path.pop_back();
      continue;
    }
    size_t successor = successors[block][done++];
    if (!isSeen[successor]) {
      isSeen[successor] = true;
      path.push_back({successor, 0});
    }
  }
  for (size_t block = 0; block < starts.size(); ++block) {
    size_t end = block + 1 < starts.size() ? starts[block + 1] : count;
    program.operations[base + starts[block]].startsBlock = true;
    for (size_t i = starts[block]; i < end; ++i)
      program.operations[base + i].rank = base + ranks[block];
  }
}

bool Decoder::decodeInstruction() {
  taken.assign(instruction->modifiers.size(), false);
  if (instruction->isGuarded) {
    operation->guard = registers[instruction->guard];
    operation->guardFlip = instruction->isGuardNegated ? kAllLanes : 0;
  }
  bool isFloat = false;
  for (const std::string &modifier : instruction->modifiers)
    isFloat |= modifier == "f16" || modifier == "f16x2" || modifier == "bf16" ||
               modifier == "bf16x2" || modifier == "f32" || modifier == "f64" ||
               modifier == "f32x2";
  bool hasCarry = std::count(instruction->modifiers.begin(), instruction->modifiers.end(), "cc");
  auto entry = isFloat ? registry().find(opcode() + ".f") : registry().end();
  if (hasCarry)
    entry = registry().find(opcode() + ".cc");
  if (entry == registry().end())
    entry = registry().find(opcode());
  if (entry == registry().end())
    return fail("unknown instruction");
  if (!entry->second(*this))
    return fail("cannot be decoded");
  for (size_t i = 0; i < taken.size(); ++i)
    if (!taken[i])
      return fail("unknown modifier ." + instruction->modifiers[i]);
  return !hasFailed();
}

bool Decoder::decodeFunction(size_t index) {
  function = &program.module.functions[index];
  registers = functionRegisters[index];
  layout = &functionLayouts[index];
  callable = &program.functions[index];
  base = callable->entry;
  for (size_t i = 0; i < function->body.size(); ++i) {
    instruction = &function->body[i];
    operation = &program.operations[base + i];
    if (!decodeInstruction())
      return false;
  }
  instruction = nullptr;
  rankBlocks(*function);
  return true;
}

/// Behind the last instruction of every function: the end of its text is its return.
static const ptx::Instruction &returnInstruction() {
  static const ptx::Instruction instruction = [] {
    ptx::Instruction result;
    result.opcode = "ret";
    return result;
  }();
  return instruction;
}

/// Registers of 32 bits that products name, and who else does. Descriptors are read at once.
void Decoder::findProductRegisters() {
  std::unordered_map<uint32_t, unsigned> numbers;
  for (const Touch &touch : touches)
    if (program.operations[touch.operation].isProduct)
      numbers.try_emplace(touch.offset, unsigned(numbers.size()));
  ProductRegisters &result = program.productRegisters;
  result.count = unsigned(numbers.size());
  if (numbers.empty())
    return;
  result.first.assign(program.operations.size() + 1, 0);
  for (const Touch &touch : touches)
    if (auto found = numbers.find(touch.offset); found != numbers.end()) {
      result.touches.push_back({found->second, touch.writes});
      ++result.first[touch.operation + 1];
    }
  for (size_t i = 1; i < result.first.size(); ++i)
    result.first[i] += result.first[i - 1];
}

bool Decoder::decodeModule(GlobalMemory &memory, std::vector<uint64_t> &allocations) {
  placeFunctions();
  if (!placeVariables(memory, allocations))
    return false;
  for (size_t i = 0; i < program.module.functions.size(); ++i) {
    const ptx::Function &each = program.module.functions[i];
    if (!each.hasBody)
      continue;
    program.functions[i].entry = uint32_t(program.instructions.size());
    for (const ptx::Instruction &instruction : each.body)
      program.instructions.push_back(&instruction);
    program.instructions.push_back(&returnInstruction());
  }
  program.operations.resize(program.instructions.size());
  for (size_t i = 0; i < program.module.functions.size(); ++i) {
    const ptx::Function &each = program.module.functions[i];
    if (!each.hasBody)
      continue;
    if (!decodeFunction(i))
      return false;
    instruction = &returnInstruction();
    operation = &program.operations[base + each.body.size()];
    operation->startsBlock = true;
    operation->rank = base + uint32_t(each.body.size()) + 1;
    if (!decodeInstruction())
      return false;
    instruction = nullptr;
    if (!each.isKernel)
      continue;
    Kernel &kernel = program.kernels.emplace_back();
    kernel.function = &each;
    kernel.entry = program.functions[i].entry;
    for (const ptx::Variable &parameter : each.parameters) {
      unsigned alignment = std::max(parameter.alignment, 1u);
      kernel.parameterBytes = (kernel.parameterBytes + alignment - 1) / alignment * alignment;
      kernel.parameterOffsets.push_back(kernel.parameterBytes);
      kernel.parameterBytes += unsigned(parameter.bytes);
    }
  }
  findProductRegisters();
  // Constants lie behind all registers, in one piece that a warp copies.
  program.constants.resize(program.registerBytes - program.constantOffset);
  for (const ConstantValue &value : values) {
    uint8_t *at = program.constants.data() + (value.offset - program.constantOffset);
    if (value.width == 1) {
      LaneMask mask = value.bits ? kAllLanes : 0;
      std::memcpy(at, &mask, sizeof(mask));
      continue;
    }
    unsigned bytes = std::max(value.width, 16u) / 8;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      std::memcpy(at + lane * bytes, &value.bits, std::min(bytes, 8u));
  }
  return true;
}

} // namespace mla::sim
