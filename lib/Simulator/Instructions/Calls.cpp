//===- Calls.cpp - call, ret and the stack --------------------------------===//
// PTX ISA, "Control Flow Instructions: call, ret", "Stack Manipulation Instructions". Arguments and
// results are variables of the caller, which the call copies to and from those of the callee.
// SPDX-License-Identifier: Apache-2.0
#include "Calls.h"

#include <cstring>

namespace mla::sim {

using Kind = ptx::Operand::Kind;

namespace {
struct CallDetails {
  uint32_t function = 0;    ///< of Program::functions
  bool isThrough = false;   ///< through an address, in sources[0]
  std::vector<Slot> actual; ///< the caller's arguments
  std::vector<Slot> results;
};
} // namespace

static uint8_t *localOf(Warp &warp, Use use, Slot slot, unsigned lane) {
  return warp.resolveLane(AddressSpace::Local, use, slot.bytes, slot.offset, lane);
}

/// Reads pieces of a lane's memory, one after the other.
static bool readSlots(Warp &warp, const std::vector<Slot> &slots, unsigned lane,
                      std::vector<uint8_t> &bytes) {
  for (const Slot &slot : slots) {
    const uint8_t *from = localOf(warp, Use::Read, slot, lane);
    if (!from)
      return false;
    bytes.insert(bytes.end(), from, from + slot.bytes);
  }
  return true;
}

/// Writes them; pieces of other sizes are cut or stay unwritten at their ends.
static bool writeSlots(Warp &warp, const std::vector<Slot> &slots, unsigned lane,
                       const uint8_t *&bytes) {
  for (const Slot &slot : slots) {
    uint8_t *to = localOf(warp, Use::Write, slot, lane);
    if (!to)
      return false;
    std::memcpy(to, bytes, slot.bytes);
    bytes += slot.bytes;
  }
  return true;
}

static bool haveSameSizes(const std::vector<Slot> &a, const std::vector<Slot> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Slot &x, const Slot &y) { return x.bytes == y.bytes; });
}

/// Arguments are read before the callee's frame changes: caller and callee may be the same.
static Outcome enterFunction(Warp &warp, const CallDetails &details, LaneMask mask,
                             uint32_t function) {
  const Callable &callee = warp.cta.grid.program.functions[function];
  std::vector<uint8_t> bytes;
  for (LaneMask rest = mask; rest; rest &= rest - 1)
    if (!readSlots(warp, details.actual, unsigned(std::countr_zero(rest)), bytes))
      return Outcome::Fault;
  if (!warp.enter(mask, function))
    return Outcome::Fault;
  const uint8_t *from = bytes.data();
  for (LaneMask rest = mask; rest; rest &= rest - 1)
    if (!writeSlots(warp, callee.parameters, unsigned(std::countr_zero(rest)), from))
      return Outcome::Fault;
  return Outcome::Branch;
}

static Outcome runCall(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CallDetails *>(operation.details);
  Outcome outcome = enterFunction(warp, details, mask, details.function);
  return outcome == Outcome::Fault ? outcome : warp.call(mask, details.function);
}

/// Lanes with the same address go together; the others stay at the call.
static Outcome runCallThrough(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const CallDetails *>(operation.details);
  const std::vector<Callable> &functions = warp.cta.grid.program.functions;
  const uint64_t *address = warp.lanes<uint64_t>(operation.sources[0]);
  unsigned first = unsigned(std::countr_zero(mask));
  uint64_t index = (address[first] - kCodeWindow) / kCodeStep;
  if ((address[first] - kCodeWindow) % kCodeStep || index >= functions.size() ||
      functions[index].entry == kNoRegister)
    return warp.fail(FindingKind::Invalid, "calls an address that is no function", first);
  const Callable &callee = functions[index];
  if (!haveSameSizes(callee.parameters, details.actual) ||
      !haveSameSizes(callee.results, details.results))
    return warp.fail(FindingKind::Invalid,
                     "calls '" + callee.name + "' with other parameters or results than its own",
                     first);
  LaneMask same = 0;
  forEachLane(mask,
              [&](unsigned lane) { same |= LaneMask(address[lane] == address[first]) << lane; });
  Outcome outcome = enterFunction(warp, details, same, uint32_t(index));
  if (outcome == Outcome::Fault)
    return outcome;
  if (same != mask)
    warp.stay(mask & ~same);
  return warp.call(same, uint32_t(index));
}

/// Results are read before the frame is what it was.
static Outcome runReturn(Warp &warp, const Operation &, LaneMask mask) {
  if (warp.group().calls.empty())
    return warp.exit(mask);
  const Frame &frame = warp.group().calls.back();
  const Program &program = warp.cta.grid.program;
  const auto &call = *static_cast<const CallDetails *>(program.operations[frame.back - 1].details);
  const Callable &callee = program.functions[frame.function];
  std::vector<uint8_t> bytes;
  for (LaneMask rest = mask; rest; rest &= rest - 1)
    if (!readSlots(warp, callee.results, unsigned(std::countr_zero(rest)), bytes))
      return Outcome::Fault;
  warp.restore(mask);
  const uint8_t *from = bytes.data();
  for (LaneMask rest = mask; rest; rest &= rest - 1)
    if (!writeSlots(warp, call.results, unsigned(std::countr_zero(rest)), from))
      return Outcome::Fault;
  return warp.leave(mask);
}

static bool decodeReturn(Decoder &d) {
  d.take("uni");
  d.operation->handler = runReturn;
  return d.expectOperands(0, 0);
}

/// The caller's variables of a list.
static bool placeList(Decoder &d, const ptx::Operand *list, std::vector<Slot> &slots) {
  for (size_t i = 0; list && i < list->elements.size(); ++i) {
    const ptx::Operand &element = list->elements[i];
    std::optional<unsigned> local = d.localOffset(element);
    if (!local)
      return d.fail("expected .param variables as arguments and results");
    slots.push_back({*local, unsigned(d.function->variables[element.index].bytes)});
  }
  return true;
}

/// `call (results), function, (arguments)`: a variable of the caller for each. Through an address a
/// prototype or a list of targets follows; the function that is called says the same.
static bool decodeCall(Decoder &d) {
  d.take("uni");
  const ptx::Operand *results = nullptr, *target = nullptr, *arguments = nullptr;
  for (const ptx::Operand &operand : d.instruction->operands) {
    bool isTarget = operand.kind == Kind::Function || operand.kind == Kind::Register;
    if (isTarget && !target)
      target = &operand;
    else if (operand.kind == Kind::List)
      (target ? arguments : results) = &operand;
    else if (operand.kind != Kind::Targets && operand.kind != Kind::Global)
      return d.fail("expected variables in parentheses and a function");
  }
  if (!target)
    return d.fail("expected the name of a function or a register with its address");
  CallDetails details;
  if (!placeList(d, arguments, details.actual) || !placeList(d, results, details.results))
    return false;
  if (target->kind == Kind::Register) {
    details.isThrough = true;
    d.operation->sources[0] = d.source(*target, 64);
    d.keep(details);
    d.operation->handler = runCallThrough;
    return true;
  }
  details.function = uint32_t(*d.findFunction(target->name));
  const ptx::Function &callee = d.program.module.functions[details.function];
  const Callable &callable = d.program.functions[details.function];
  if (!haveSameSizes(callable.parameters, details.actual) ||
      !haveSameSizes(callable.results, details.results))
    return d.fail("arguments or results are not those of '" + callee.name + "'");
  if (!callee.hasBody) {
    SystemCall call;
    for (const Slot &slot : details.actual)
      call.arguments.push_back(slot.offset);
    if (!details.results.empty())
      call.result = details.results[0].offset;
    return decodeSystemCall(d, callee, call) ||
           d.fail("function '" + callee.name + "' has no body");
  }
  d.keep(details);
  d.operation->handler = runCall;
  return true;
}

//===-- The stack ---------------------------------------------------------===//

static Outcome runAlloca(Warp &warp, const Operation &operation, LaneMask mask) {
  unsigned alignment = *static_cast<const unsigned *>(operation.details);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t bytes = warp.lanes<uint64_t>(operation.sources[0])[lane];
    std::optional<uint32_t> start = warp.push(lane, bytes, alignment);
    if (!start)
      return warp.fail(FindingKind::OutOfBounds,
                       "has no room for " + std::to_string(bytes) + " bytes on its stack", lane);
    warp.lanes<uint64_t>(operation.results[0])[lane] = *start;
  }
  return Outcome::Next;
}

static Outcome runStackSave(Warp &warp, const Operation &operation, LaneMask mask) {
  uint64_t *result = warp.lanes<uint64_t>(operation.results[0]);
  forEachLane(mask, [&](unsigned lane) { result[lane] = warp.stackPointers[lane]; });
  return Outcome::Next;
}

static Outcome runStackRestore(Warp &warp, const Operation &operation, LaneMask mask) {
  const uint64_t *saved = warp.lanes<uint64_t>(operation.sources[0]);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    if (saved[lane] < warp.cta.grid.program.stackStart || saved[lane] > warp.stackPointers[lane])
      return warp.fail(FindingKind::Invalid, "restores a stack that nothing has saved", lane);
    warp.stackPointers[lane] = uint32_t(saved[lane]);
  }
  return Outcome::Next;
}

/// Addresses of the stack are those of local memory.
static bool decodeStack(Decoder &d) {
  if (d.takeType().bits != 64)
    return d.fail("expected .u64");
  if (d.opcode() == "stackrestore") {
    if (!d.expectOperands(1, 1))
      return false;
    d.operation->sources[0] = d.source(0, 64);
    d.operation->handler = runStackRestore;
    return true;
  }
  bool isAlloca = d.opcode() == "alloca";
  if (!d.expectOperands(isAlloca ? 2 : 1, isAlloca ? 3 : 1))
    return false;
  d.operation->results[0] = d.result(0, 64);
  d.operation->handler = isAlloca ? runAlloca : runStackSave;
  if (!isAlloca)
    return true;
  d.operation->sources[0] = d.source(1, 64);
  std::optional<int64_t> alignment = d.numOperands() > 2 ? d.constant(d.operand(2)) : 8;
  if (!alignment || *alignment < 1 || *alignment > 256 || (*alignment & (*alignment - 1)))
    return d.fail("expected an alignment that is a power of two up to 256");
  d.keep(unsigned(*alignment));
  return true;
}

void addCalls(Registry &registry) {
  registry["call"] = decodeCall;
  registry["ret"] = decodeReturn;
  registry["alloca"] = registry["stacksave"] = registry["stackrestore"] = decodeStack;
}

} // namespace mla::sim
