//===- SystemCalls.cpp - functions that the simulator provides ------------===//
// Device code declares these and has no body for them: CUDA C++ Programming Guide, "Formatted
// Output", "Assertion", "Dynamic Global Memory Allocation".
// SPDX-License-Identifier: Apache-2.0
#include "Calls.h"

#include <cstdio>
#include <cstring>

namespace mla::sim {

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
  const auto &details = *static_cast<const SystemCall *>(operation.details);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t format, arguments;
    std::string pattern, text;
    if (!readLocal64(warp, details.arguments[0], lane, format) ||
        !readLocal64(warp, details.arguments[1], lane, arguments) ||
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
  const auto &details = *static_cast<const SystemCall *>(operation.details);
  unsigned lane = unsigned(std::countr_zero(mask));
  uint64_t message, file;
  std::string messageText, fileText;
  const uint8_t *line =
      warp.resolveLane(AddressSpace::Local, Use::Read, 4, details.arguments[2], lane);
  if (!line || !readLocal64(warp, details.arguments[0], lane, message) ||
      !readLocal64(warp, details.arguments[1], lane, file) ||
      !readText(warp, message, lane, messageText) || !readText(warp, file, lane, fileText))
    return Outcome::Fault;
  uint32_t number;
  std::memcpy(&number, line, 4);
  return warp.fail(FindingKind::Trap,
                   "fails an assertion: " + messageText + " (" + fileText + ":" +
                       std::to_string(number) + ")",
                   lane);
}

//===-- malloc and free ---------------------------------------------------===//

static bool writeLocal64(Warp &warp, unsigned offset, unsigned lane, uint64_t value) {
  uint8_t *at = warp.resolveLane(AddressSpace::Local, Use::Write, 8, offset, lane);
  if (at)
    std::memcpy(at, &value, 8);
  return at;
}

/// Pieces of the module's heap, one after the other; null when it is used up.
static Outcome runMalloc(Warp &warp, const Operation &operation, LaneMask mask) {
  const auto &details = *static_cast<const SystemCall *>(operation.details);
  for (LaneMask rest = mask; rest; rest &= rest - 1) {
    unsigned lane = unsigned(std::countr_zero(rest));
    uint64_t bytes;
    if (!readLocal64(warp, details.arguments[0], lane, bytes) ||
        !writeLocal64(warp, details.result, lane, warp.cta.grid.takeFromHeap(bytes)))
      return Outcome::Fault;
  }
  return Outcome::Next;
}

/// What is given back is not used again.
static Outcome runFree(Warp &, const Operation &, LaneMask) { return Outcome::Next; }

bool decodeSystemCall(Decoder &d, const ptx::Function &callee, SystemCall call) {
  size_t numArguments = callee.parameters.size(), numResults = callee.results.size();
  auto is = [&](std::string_view name, size_t arguments, size_t results) {
    return callee.name == name && numArguments == arguments && numResults == results;
  };
  Handler handler = is("vprintf", 2, 1)        ? runPrintf
                    : is("__assertfail", 5, 0) ? runAssertFail
                    : is("malloc", 1, 1)       ? runMalloc
                    : is("free", 1, 0)         ? runFree
                                               : nullptr;
  d.keep(std::move(call));
  d.operation->handler = handler;
  return handler;
}

} // namespace mla::sim
