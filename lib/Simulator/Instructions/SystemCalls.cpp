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

namespace {
/// Arguments of a vprintf: they lie behind each other in memory, aligned to their size, f32 as f64.
struct PrintArguments {
  Warp &warp;
  uint64_t address;
  unsigned lane;

  bool take(unsigned bytes, uint64_t &bits) {
    address = (address + bytes - 1) / bytes * bytes;
    const uint8_t *at = warp.resolveLane(AddressSpace::Generic, Use::Read, bytes, address, lane);
    bits = 0;
    if (at)
      std::memcpy(&bits, at, bytes);
    address += bytes;
    return at;
  }
};

/// One conversion of a format: %[flags][width][.precision][size]kind.
struct PrintSpec {
  std::string plain; ///< without size and kind; numbers in place of stars
  bool isLong = false;
  char kind = 0;
};
} // namespace

/// Reads the conversion behind a '%' at `i` and steps over it. False if an argument cannot be read.
static bool readSpec(const std::string &format, size_t &i, PrintArguments &arguments,
                     PrintSpec &spec) {
  size_t at = i + 1;
  auto next = [&] { return at < format.size() ? format[at] : '\0'; };
  auto readNumber = [&] {
    if (next() == '*') {
      ++at;
      uint64_t bits;
      if (!arguments.take(4, bits))
        return false;
      spec.plain += std::to_string(int32_t(bits));
      return true;
    }
    while (next() >= '0' && next() <= '9')
      spec.plain += format[at++];
    return true;
  };
  spec.plain = "%";
  while (next() && std::strchr("-+ #0", next()))
    spec.plain += format[at++];
  if (!readNumber())
    return false;
  if (next() == '.') {
    ++at;
    // A negative precision is as if there were none.
    size_t before = spec.plain.size();
    spec.plain += '.';
    if (!readNumber())
      return false;
    if (spec.plain.find('-', before) != spec.plain.npos)
      spec.plain.resize(before);
  }
  while (next() && std::strchr("hljzt", next()))
    spec.isLong |= format[at++] != 'h';
  spec.kind = next();
  i = at;
  return true;
}

/// The host's printf.
template <typename Value>
static std::string formatOne(const std::string &spec, Value value) {
  int length = std::snprintf(nullptr, 0, spec.c_str(), value);
  if (length < 0)
    return spec; // a width that no text can have
  std::string text(size_t(length) + 1, '\0');
  std::snprintf(text.data(), text.size(), spec.c_str(), value);
  text.pop_back();
  return text;
}

/// CUDA's vprintf. What is no conversion stays as it is.
static bool formatText(Warp &warp, const std::string &format, uint64_t address, unsigned lane,
                       std::string &text) {
  PrintArguments arguments{warp, address, lane};
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    size_t start = i;
    PrintSpec spec;
    if (!readSpec(format, i, arguments, spec))
      return false;
    if (spec.kind == '%') {
      text += '%';
      continue;
    }
    if (!spec.kind || !std::strchr("diouxXcsfFeEgGaAp", spec.kind)) {
      text += format.substr(start, i + 1 - start);
      continue;
    }
    bool isFloat = std::strchr("fFeEgGaA", spec.kind);
    bool isAddress = spec.kind == 's' || spec.kind == 'p';
    unsigned bytes = isFloat || spec.isLong || isAddress ? 8 : 4;
    uint64_t bits;
    if (!arguments.take(bytes, bits))
      return false;
    if (isFloat) {
      text += formatOne(spec.plain + spec.kind, std::bit_cast<double>(bits));
    } else if (spec.kind == 's') {
      std::string value;
      if (!readText(warp, bits, lane, value))
        return false;
      text += formatOne(spec.plain + 's', value.c_str());
    } else if (spec.kind == 'p') {
      text += formatOne(spec.plain + 's', formatOne("0x%llx", (unsigned long long)bits).c_str());
    } else if (spec.kind == 'c') {
      text += formatOne(spec.plain + 'c', int(uint8_t(bits)));
    } else {
      bool isSigned = spec.kind == 'd' || spec.kind == 'i';
      uint64_t value = isSigned && bytes == 4 ? uint64_t(int64_t(int32_t(bits))) : bits;
      text += formatOne(spec.plain + "ll" + spec.kind, (unsigned long long)value);
    }
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
