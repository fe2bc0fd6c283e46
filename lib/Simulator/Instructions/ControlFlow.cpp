//===- ControlFlow.cpp - branches, calls and ends -------------------------===//
// PTX ISA, "Control Flow Instructions", and instructions that only advise.
// SPDX-License-Identifier: Apache-2.0
#include "Decoder.h"

#include <cstdio>
#include <cstring>

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

//===-- Calls -------------------------------------------------------------===//

namespace {
/// Bytes of local memory that a call copies.
struct Copy {
  unsigned from, to, bytes;
};
struct CallDetails {
  uint32_t target = 0;
  std::vector<Copy> arguments, results;
  std::vector<unsigned> actual; ///< of functions that the simulator provides
  unsigned result = 0;
};
} // namespace

static bool copyLocals(Warp &warp, const std::vector<Copy> &copies, LaneMask mask) {
  for (const Copy &copy : copies)
    for (LaneMask rest = mask; rest; rest &= rest - 1) {
      unsigned lane = unsigned(std::countr_zero(rest));
      uint8_t *from = warp.resolveLane(AddressSpace::Local, Use::Read, copy.bytes, copy.from, lane);
      uint8_t *to =
          from ? warp.resolveLane(AddressSpace::Local, Use::Write, copy.bytes, copy.to, lane)
               : nullptr;
      if (!to)
        return false;
      std::memcpy(to, from, copy.bytes);
    }
  return true;
}

static Outcome runCall(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CallDetails *>(operation.details);
  if (!copyLocals(warp, details.arguments, mask))
    return Outcome::Fault;
  return warp.call(mask, details.target);
}

/// Copies the results to where the call wants them.
static Outcome runReturn(Warp &warp, const Operation &, LaneMask mask) {
  if (!warp.group().calls.empty()) {
    const Operation &call = warp.cta.grid.program.operations[warp.group().calls.back() - 1];
    if (!copyLocals(warp, static_cast<const CallDetails *>(call.details)->results, mask))
      return Outcome::Fault;
  }
  return warp.leave(mask);
}

static bool decodeEnd(Decoder &d) {
  d.take("uni");
  if (!d.expectOperands(0, 0))
    return false;
  if (d.opcode() == "ret")
    d.operation->handler = runReturn;
  else if (d.opcode() == "exit")
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      return warp.exit(mask);
    };
  else
    d.operation->handler = [](Warp &warp, const Operation &, LaneMask mask) {
      return warp.fail(FindingKind::Trap, "executes a trap", unsigned(std::countr_zero(mask)));
    };
  return true;
}

/// A string of the simulated memory, up to a limit.
static bool readText(Warp &warp, uint64_t address, unsigned lane, std::string &text) {
  for (unsigned i = 0; i < 4096; ++i) {
    const uint8_t *byte = warp.resolveLane(AddressSpace::Generic, Use::Read, 1, address + i, lane);
    if (!byte)
      return false;
    if (!*byte)
      return true;
    text += char(*byte);
  }
  return true;
}

/// CUDA's vprintf: arguments lie behind each other in memory, aligned to their size, f32 as f64.
static bool formatText(Warp &warp, const std::string &format, uint64_t arguments, unsigned lane,
                       std::string &text) {
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    size_t end = format.find_first_of("diouxXcsfFeEgGaAp%", i + 1);
    if (end == format.npos) {
      text += format.substr(i);
      return true;
    }
    std::string spec = format.substr(i, end + 1 - i);
    char kind = format[end];
    i = end;
    if (kind == '%') {
      text += '%';
      continue;
    }
    bool isFloat = std::strchr("fFeEgGaA", kind), isLong = spec.find('l') != spec.npos;
    unsigned bytes = isFloat || isLong || kind == 's' || kind == 'p' ? 8 : 4;
    arguments = (arguments + bytes - 1) / bytes * bytes;
    const uint8_t *at = warp.resolveLane(AddressSpace::Generic, Use::Read, bytes, arguments, lane);
    if (!at)
      return false;
    uint64_t bits = 0;
    std::memcpy(&bits, at, bytes);
    arguments += bytes;
    if (kind == 's') {
      if (!readText(warp, bits, lane, text))
        return false;
      continue;
    }
    // The host's printf, with a type that is 64 bits there.
    std::string plain;
    for (char c : spec.substr(0, spec.size() - 1))
      if (c != 'l' && c != 'h')
        plain += c;
    char buffer[512];
    if (isFloat)
      std::snprintf(buffer, sizeof(buffer), (plain + kind).c_str(), std::bit_cast<double>(bits));
    else if (kind == 'p')
      std::snprintf(buffer, sizeof(buffer), "0x%llx", static_cast<unsigned long long>(bits));
    else if (kind == 'c')
      std::snprintf(buffer, sizeof(buffer), "%c", char(bits));
    else
      std::snprintf(buffer, sizeof(buffer), (plain + "ll" + kind).c_str(),
                    kind == 'd' || kind == 'i'
                        ? (long long)(bytes == 4 ? int32_t(bits) : int64_t(bits))
                        : (long long)bits);
    text += buffer;
  }
  return true;
}

static bool readLocal64(Warp &warp, unsigned offset, unsigned lane, uint64_t &value) {
  const uint8_t *at = warp.resolveLane(AddressSpace::Local, Use::Read, 8, offset, lane);
  if (at)
    std::memcpy(&value, at, 8);
  return at;
}

static Outcome runPrintf(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CallDetails *>(operation.details);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t format, arguments;
    std::string pattern, text;
    if (!readLocal64(warp, details.actual[0], lane, format) ||
        !readLocal64(warp, details.actual[1], lane, arguments) ||
        !readText(warp, format, lane, pattern) || !formatText(warp, pattern, arguments, lane, text))
      return Outcome::Fault;
    warp.cta.grid.print(text);
    uint8_t *result = warp.resolveLane(AddressSpace::Local, Use::Write, 4, details.result, lane);
    if (!result)
      return Outcome::Fault;
    std::memset(result, 0, 4);
  }
  return Outcome::Next;
}

/// __assertfail(message, file, line, function, size of a character).
static Outcome runAssertFail(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CallDetails *>(operation.details);
  unsigned lane = unsigned(std::countr_zero(mask));
  uint64_t message, file;
  std::string messageText, fileText;
  const uint8_t *line =
      warp.resolveLane(AddressSpace::Local, Use::Read, 4, details.actual[2], lane);
  if (!line || !readLocal64(warp, details.actual[0], lane, message) ||
      !readLocal64(warp, details.actual[1], lane, file) ||
      !readText(warp, message, lane, messageText) || !readText(warp, file, lane, fileText))
    return Outcome::Fault;
  uint32_t number;
  std::memcpy(&number, line, 4);
  return warp.fail(FindingKind::Trap,
                   "fails an assertion: " + messageText + " (" + fileText + ":" +
                       std::to_string(number) + ")",
                   lane);
}

/// `call (results), function, (arguments)`: a variable of the caller for each.
static bool decodeCall(Decoder &d) {
  d.take("uni");
  const ptx::Operand *results = nullptr, *name = nullptr, *arguments = nullptr;
  for (const ptx::Operand &operand : d.instruction->operands) {
    if (operand.kind == Kind::Function)
      name = &operand;
    else if (operand.kind == Kind::List)
      (name ? arguments : results) = &operand;
    else
      return d.fail("indirect calls are not simulated");
  }
  if (!name)
    return d.fail("expected the name of a function");
  const ptx::Function *callee = nullptr;
  for (const ptx::Function &each : d.program.module.functions)
    if (each.name == name->name && (!callee || each.hasBody))
      callee = &each;
  CallDetails details;
  auto place = [&](const ptx::Operand &operand, unsigned &offset) {
    std::optional<unsigned> local = d.localOffset(operand);
    if (!local)
      return d.fail("expected .param variables as arguments and results");
    offset = *local;
    return true;
  };
  size_t numResults = results ? results->elements.size() : 0;
  size_t numArguments = arguments ? arguments->elements.size() : 0;
  if (numResults != callee->results.size() || numArguments != callee->parameters.size())
    return d.fail("arguments or results are not those of '" + callee->name + "'");
  details.actual.resize(numArguments);
  for (size_t i = 0; i < numArguments; ++i)
    if (!place(arguments->elements[i], details.actual[i]))
      return false;
  if (numResults && !place(results->elements[0], details.result))
    return false;
  if (!callee->hasBody) {
    if (callee->name == "vprintf" && numArguments == 2 && numResults == 1)
      d.operation->handler = runPrintf;
    else if (callee->name == "__assertfail" && numArguments == 5)
      d.operation->handler = runAssertFail;
    else
      return d.fail("function '" + callee->name + "' has no body");
    d.keep(details);
    return true;
  }
  const LocalLayout &layout = *d.layouts[callee->name];
  for (size_t i = 0; i < numArguments; ++i)
    details.arguments.push_back(
        {details.actual[i], layout.offsets[numResults + i], unsigned(callee->parameters[i].bytes)});
  if (numResults)
    details.results.push_back(
        {layout.offsets[0], details.result, unsigned(callee->results[0].bytes)});
  details.target = d.entries[callee->name];
  d.keep(details);
  d.operation->handler = runCall;
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
  registry["ret"] = registry["exit"] = registry["trap"] = decodeEnd;
  registry["call"] = decodeCall;
  for (const char *opcode : {"nanosleep", "pmevent", "brkpt", "prefetch", "prefetchu",
                             "applypriority", "discard", "setmaxnreg", "griddepcontrol"})
    registry[opcode] = decodeNothing;
  registry["createpolicy"] = decodePolicy;
}

} // namespace mla::sim
