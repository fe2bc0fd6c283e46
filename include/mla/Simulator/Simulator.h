//===- Simulator.h - runs PTX on the CPU ----------------------------------===//
// A device holds memory and modules; a launch runs one grid to its end and says what went wrong and
// how much was done. Nothing here is asynchronous.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "mla/Simulator/Ptx/Parser.h"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mla::sim {

class GlobalMemory;
struct Program;

/// What a finding is about.
enum class FindingKind {
  OutOfBounds,   ///< an access outside of every allocation, or past the end of one
  Misaligned,    ///< an address that is no multiple of the access's size
  Uninitialised, ///< a read of memory that nothing has written
  Race,          ///< two accesses of memory that nothing orders
  Deadlock,      ///< every warp waits
  Endless,       ///< more steps than the launch allows
  Trap,          ///< trap, a failed assertion
  Protocol,      ///< wgmma, mbarriers: instructions in an order that has no meaning
  Registers,     ///< more registers than there are
  Invalid        ///< operands that the instruction does not allow
};

/// A name such as "out-of-bounds".
const char *nameOf(FindingKind kind);

/// Something that a kernel did and may not do. The first one of its kind at an instruction; a grid
/// ends at the first finding that is no race, no uninitialised read and not about a protocol.
struct Finding {
  FindingKind kind;
  std::string text;
  unsigned line = 0;  ///< of the PTX
  std::string source; ///< "kernel.py:12:4" of the innermost `.loc`, or nothing
  uint64_t count = 1; ///< how often it happened
};

/// What instructions did.
struct Count {
  uint64_t warps = 0; ///< times that a warp executed one
  uint64_t lanes = 0;
  uint64_t sectors = 0;   ///< of 32 bytes of global memory
  uint64_t bytes = 0;     ///< of memory that lanes or copies asked for
  uint64_t conflicts = 0; ///< cycles that shared memory needs beyond the bytes' own
  uint64_t waits = 0;     ///< times that a warp had to wait here

  void operator+=(const Count &other) {
    warps += other.warps;
    lanes += other.lanes;
    sectors += other.sectors;
    bytes += other.bytes;
    conflicts += other.conflicts;
    waits += other.waits;
  }
};

/// What one instruction of the PTX did.
struct LineCount {
  unsigned line = 0;
  std::string source;
  std::string opcode; ///< with its modifiers
  Count count;
};

/// What came out of a launch.
struct Report {
  std::vector<Finding> findings;
  std::vector<LineCount> lines; ///< in the order of the PTX; empty unless counted
  uint64_t instructions = 0;    ///< of warps
  std::string output;           ///< of printf

  bool isClean() const { return findings.empty(); }
};

/// How far a launch is.
struct Progress {
  uint64_t clusters = 0;     ///< of the grid
  uint64_t begun = 0;        ///< of these
  uint64_t instructions = 0; ///< of warps
  unsigned seconds = 0;      ///< since the start
};

/// How to launch.
struct Launch {
  std::string kernel;
  unsigned module = 0; ///< the number that it was loaded under
  std::array<unsigned, 3> grid = {1, 1, 1};
  std::array<unsigned, 3> block = {1, 1, 1};
  std::array<unsigned, 3> cluster = {0, 0, 0}; ///< 0: what the kernel requires, or one block
  unsigned sharedBytes = 0;                    ///< dynamic shared memory
  /// Of a thread, as the assembler says; 0: what the kernel declares, or as many as fit.
  unsigned registers = 0;
  std::vector<uint8_t> parameters; ///< as laid out in parameter memory
  /// 0: warps take turns, asynchronous work ends as late as it may. Others: some random order.
  uint64_t seed = 0;
  unsigned threads = 1; ///< of the host; blocks that talk through memory do so in any order
  uint64_t maxInstructions = uint64_t(1) << 34; ///< of all warps together
  bool checkRaces = true; ///< in shared memory
  bool checkGlobalRaces = false;
  bool checkInitialised = true;
  bool countLines = false;
  std::function<void(const Progress &)>
      progress; ///< called every ten seconds or so, if there is one
};

/// A parameter of a kernel.
struct Parameter {
  std::string name;
  unsigned offset = 0;
  unsigned bytes = 0;
};

/// What a kernel declares.
struct KernelFacts {
  unsigned sharedBytes = 0; ///< of variables; dynamic shared memory comes on top
  unsigned localBytes = 0;  ///< per thread
  unsigned maxThreads = 0;  ///< of a block
};

/// One simulated GPU. Not for use by several threads at a time.
class Device {
public:
  Device();
  ~Device();

  /// Memory that nothing has written; an address that is a multiple of `alignment` (a power of two)
  /// and not of twice that. `name` appears in findings.
  uint64_t allocate(uint64_t bytes, uint64_t alignment, const std::string &name);
  void free(uint64_t address);
  /// False if the bytes are not inside one allocation.
  bool write(uint64_t address, const void *data, uint64_t bytes);
  bool read(uint64_t address, void *data, uint64_t bytes) const;
  bool fill(uint64_t address, uint8_t byte, uint64_t bytes);
  /// Copies bytes and, of each, whether something wrote it.
  bool copy(uint64_t to, uint64_t from, uint64_t bytes);
  /// One flag per byte: whether something wrote it.
  bool readWritten(uint64_t address, uint8_t *flags, uint64_t bytes) const;

  /// Loads a module in place of the one with this number; false and the reason if it has an error
  /// or an instruction that the simulator does not know.
  bool load(std::string_view ptx, Diagnostic &error, unsigned module = 0);
  void unload(unsigned module);
  std::vector<std::string> kernels(unsigned module = 0) const;
  /// Where each parameter of a kernel of the module lies; empty if there is no such kernel.
  std::vector<Parameter> parameters(const std::string &kernel, unsigned module = 0) const;
  /// Zeros if there is no such kernel.
  KernelFacts facts(const std::string &kernel, unsigned module = 0) const;
  /// Runs a grid. False and the reason if the launch itself is impossible.
  bool launch(const Launch &launch, Report &report, std::string &error);

private:
  struct Module {
    std::unique_ptr<Program> program;
    std::vector<uint64_t> allocations;
  };
  const Program *find(unsigned module) const;

  std::unique_ptr<GlobalMemory> memory;
  std::map<unsigned, Module> modules;
};

} // namespace mla::sim
