//===- Grid.cpp - the blocks of a launch ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "Cta.h"

#include <algorithm>
#include <deque>
#include <thread>

namespace mla::sim {

/// Instructions of a cluster until another one of the same thread has its turn.
static constexpr uint64_t kClusterTurn = 1 << 20;
/// Clusters of one thread that have begun and not ended: those that wait for others in memory let
/// these begin, as far as a GPU would have room for them.
static constexpr size_t kMaxResident = 256;
/// Between two reports of progress.
static constexpr std::chrono::seconds kTellAfter(10);

/// Of a multiprocessor of every architecture so far.
static constexpr unsigned kRegisterFile = 65536;

static unsigned warpsOf(const Launch &launch) {
  return (launch.block[0] * launch.block[1] * launch.block[2] + kLanes - 1) / kLanes;
}

/// Registers of a thread that the kernel surely has; 0 if nothing says. `.maxnreg` is only a bound
/// of the assembler, but what a kernel that uses setmaxnreg begins with.
static unsigned knownRegisters(const Launch &launch, const ptx::Function &kernel) {
  if (launch.registers)
    return launch.registers;
  bool usesBudgets =
      std::any_of(kernel.body.begin(), kernel.body.end(), [](const ptx::Instruction &instruction) {
        return instruction.opcode == "setmaxnreg";
      });
  return usesBudgets ? kernel.limits.maximalRegisters : 0;
}

unsigned registersOf(const Launch &launch, const ptx::Function &kernel) {
  unsigned known = knownRegisters(launch, kernel);
  // As the assembler chooses for a kernel that uses setmaxnreg.
  unsigned fit = kRegisterFile / kLanes / std::max(warpsOf(launch), 1u) /
                 std::max(kernel.limits.minimalBlocks, 1u);
  return known ? (known + 7) / 8 * 8 : std::min(fit / 8 * 8, 256u);
}

std::string checkRegisters(const Launch &launch, const ptx::Function &kernel) {
  unsigned registers = registersOf(launch, kernel);
  unsigned warps = warpsOf(launch);
  if (uint64_t(registers) * kLanes * warps <= kRegisterFile)
    return "";
  return std::to_string(warps) + " warps with " + std::to_string(registers) +
         " registers for each thread need " + std::to_string(registers * kLanes * warps) +
         " registers, a multiprocessor has " + std::to_string(kRegisterFile);
}

Grid::Grid(const Program &program, const Kernel &kernel, const Launch &launch, GlobalMemory &memory,
           Report &report)
    : program(program), kernel(kernel), launch(launch), memory(memory), report(report) {
  for (unsigned axis = 0; axis < 3; ++axis) {
    unsigned required = kernel.function->limits.requiredCluster[axis];
    cluster[axis] = launch.cluster[axis] ? launch.cluster[axis] : std::max(required, 1u);
  }
  registers = registersOf(launch, *kernel.function);
  if (launch.checkGlobalRaces)
    globalRaces = std::make_unique<GlobalRaces>();
}

static bool endsGrid(FindingKind kind) {
  return kind != FindingKind::Race && kind != FindingKind::Uninitialised &&
         kind != FindingKind::Protocol && kind != FindingKind::Registers;
}

void Grid::find(FindingKind kind, uint32_t operation, const std::string &text) {
  std::lock_guard lock(mutex);
  // After the one that ends the grid, others are its consequences.
  if (isStopped())
    return;
  auto [place, isNew] = known.try_emplace({kind, operation}, report.findings.size());
  if (!isNew) {
    ++report.findings[place->second].count;
    return;
  }
  unsigned line = program.instructions.empty() ? 0 : program.instructions[operation]->line;
  std::string what = program.opcodeOf(operation) + ": " + text;
  report.findings.push_back({kind, what, line, program.sourceOf(operation)});
  if (endsGrid(kind))
    stopped = true;
}

void Grid::print(const std::string &text) {
  std::lock_guard lock(mutex);
  report.output += text;
}

uint64_t Grid::takeFromHeap(uint64_t bytes) {
  std::lock_guard lock(mutex);
  uint64_t taken = (bytes + 15) / 16 * 16;
  uint64_t &used = *program.heapUsed;
  if (bytes > kHeapBytes || taken > kHeapBytes - used)
    return 0;
  used += taken;
  return program.heapAddress + used - taken;
}

/// .minnctapersm is a promise that the registers of the launch may break.
void Grid::noteBlocksThatDoNotFit() {
  bool isKnown = knownRegisters(launch, *kernel.function) != 0;
  unsigned blocks = kernel.function->limits.minimalBlocks;
  uint64_t needed = uint64_t(registers) * kLanes * warpsOf(launch) * blocks;
  if (isKnown && needed > kRegisterFile)
    find(FindingKind::Registers, kernel.entry,
         "the kernel asks for " + std::to_string(blocks) + " blocks on a multiprocessor; with " +
             std::to_string(registers) + " registers for each thread they need " +
             std::to_string(needed) + " registers, there are " + std::to_string(kRegisterFile));
}

std::array<unsigned, 3> Grid::positionOf(uint64_t clusterIndex, unsigned rank) const {
  std::array<unsigned, 3> result;
  for (unsigned axis = 0; axis < 3; ++axis) {
    unsigned clusters = launch.grid[axis] / cluster[axis];
    result[axis] = unsigned(clusterIndex % clusters) * cluster[axis] + rank % cluster[axis];
    clusterIndex /= clusters;
    rank /= cluster[axis];
  }
  return result;
}

bool Grid::spend(uint64_t count) { return (instructions += count) <= launch.maxInstructions; }

uint64_t Grid::numClusters() const {
  uint64_t total = 1;
  for (unsigned axis = 0; axis < 3; ++axis)
    total *= launch.grid[axis] / cluster[axis];
  return total;
}

void Grid::tell() {
  auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started);
  if (seconds < told + kTellAfter)
    return;
  told = seconds;
  uint64_t total = numClusters();
  launch.progress(
      {total, std::min<uint64_t>(nextCluster, total), instructions, unsigned(seconds.count())});
}

void Grid::runClusters(std::vector<Count> &counts) {
  bool tells = launch.progress && &counts == &this->counts.front();
  uint64_t total = numClusters();
  std::deque<std::unique_ptr<Cluster>> resident;
  std::vector<std::unique_ptr<Cluster>> spare;
  auto begin = [&] {
    uint64_t index = nextCluster++;
    if (index >= total)
      return false;
    if (spare.empty())
      spare.push_back(std::make_unique<Cluster>(*this, counts));
    resident.push_front(std::move(spare.back()));
    spare.pop_back();
    resident.front()->start(index);
    return true;
  };
  while (!isStopped()) {
    if (resident.empty() && !begin())
      break;
    bool isFinished = resident.front()->run(kClusterTurn) == Cluster::State::Finished;
    if (tells)
      tell();
    if (isFinished) {
      spare.push_back(std::move(resident.front()));
      resident.pop_front();
      continue;
    }
    resident.push_back(std::move(resident.front()));
    resident.pop_front();
    if (resident.size() < kMaxResident)
      begin();
  }
}

void Grid::run() {
  noteBlocksThatDoNotFit();
  unsigned threads = std::max(launch.threads, 1u);
  counts.assign(threads, std::vector<Count>(program.operations.size()));
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < threads; ++i)
    workers.emplace_back([this, i] { runClusters(counts[i]); });
  runClusters(counts[0]);
  for (std::thread &worker : workers)
    worker.join();
  report.instructions = instructions;
  if (launch.countLines)
    collect();
}

void Grid::collect() {
  for (uint32_t i = 0; i < program.operations.size(); ++i) {
    LineCount line;
    for (const std::vector<Count> &thread : counts)
      line.count += thread[i];
    if (!line.count.warps)
      continue;
    line.line = program.instructions[i]->line;
    line.source = program.sourceOf(i);
    line.opcode = program.opcodeOf(i);
    report.lines.push_back(line);
  }
}

const Kernel *Program::findKernel(const std::string &name) const {
  for (const Kernel &kernel : kernels)
    if (kernel.function->name == name)
      return &kernel;
  return nullptr;
}

std::string Program::sourceOf(uint32_t operation) const {
  if (operation >= instructions.size())
    return "";
  const ptx::SourceLocation &at = module.locations[instructions[operation]->source];
  auto file = module.files.find(at.file);
  if (file == module.files.end())
    return "";
  return file->second + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string Program::opcodeOf(uint32_t operation) const {
  if (operation >= instructions.size())
    return "";
  const ptx::Instruction &instruction = *instructions[operation];
  std::string text = instruction.opcode;
  for (const std::string &modifier : instruction.modifiers)
    text += "." + modifier;
  return text;
}

} // namespace mla::sim
