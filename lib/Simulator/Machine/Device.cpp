//===- Device.cpp - memory, modules and launches --------------------------===//
// SPDX-License-Identifier: Apache-2.0
#include "../Instructions/Decoder.h"

#include <cstring>

namespace mla::sim {

/// Of a block.
static constexpr unsigned kMaxThreads = 1024;

const char *nameOf(FindingKind kind) {
  switch (kind) {
  case FindingKind::OutOfBounds:
    return "out-of-bounds";
  case FindingKind::Misaligned:
    return "misaligned";
  case FindingKind::Uninitialised:
    return "uninitialised";
  case FindingKind::Race:
    return "race";
  case FindingKind::Deadlock:
    return "deadlock";
  case FindingKind::Endless:
    return "endless";
  case FindingKind::Trap:
    return "trap";
  case FindingKind::Protocol:
    return "protocol";
  case FindingKind::Registers:
    return "registers";
  case FindingKind::Invalid:
    return "invalid";
  }
  return "";
}

Device::Device() : memory(std::make_unique<GlobalMemory>()) {}
Device::~Device() = default;

uint64_t Device::allocate(uint64_t bytes, uint64_t alignment, const std::string &name) {
  return memory->allocate(bytes, alignment, name).address;
}

void Device::free(uint64_t address) { memory->free(address); }

bool Device::write(uint64_t address, const void *data, uint64_t bytes) {
  Allocation *allocation = memory->find(address, bytes);
  if (!allocation)
    return false;
  std::memcpy(allocation->data.get() + (address - allocation->address), data, bytes);
  std::memset(allocation->written.get() + (address - allocation->address), 1, bytes);
  return true;
}

bool Device::read(uint64_t address, void *data, uint64_t bytes) const {
  const Allocation *allocation = memory->find(address, bytes);
  if (allocation)
    std::memcpy(data, allocation->data.get() + (address - allocation->address), bytes);
  return allocation;
}

bool Device::fill(uint64_t address, uint8_t byte, uint64_t bytes) {
  Allocation *allocation = memory->find(address, bytes);
  if (!allocation)
    return false;
  std::memset(allocation->data.get() + (address - allocation->address), byte, bytes);
  std::memset(allocation->written.get() + (address - allocation->address), 1, bytes);
  return true;
}

bool Device::copy(uint64_t to, uint64_t from, uint64_t bytes) {
  const Allocation *source = memory->find(from, bytes);
  Allocation *target = memory->find(to, bytes);
  if (!source || !target)
    return false;
  std::memmove(target->data.get() + (to - target->address),
               source->data.get() + (from - source->address), bytes);
  std::memmove(target->written.get() + (to - target->address),
               source->written.get() + (from - source->address), bytes);
  return true;
}

bool Device::readWritten(uint64_t address, uint8_t *flags, uint64_t bytes) const {
  const Allocation *allocation = memory->find(address, bytes);
  if (allocation)
    std::memcpy(flags, allocation->written.get() + (address - allocation->address), bytes);
  return allocation;
}

bool Device::load(std::string_view text, Diagnostic &error, unsigned number) {
  unload(number);
  std::optional<ptx::Module> parsed = ptx::parse(text, error);
  if (!parsed)
    return false;
  Module module{std::make_unique<Program>(), {}};
  module.program->module = std::move(*parsed);
  bool isKnown = Decoder(*module.program, error).decodeModule(*memory, module.allocations);
  modules[number] = std::move(module);
  if (!isKnown)
    unload(number);
  return isKnown;
}

void Device::unload(unsigned number) {
  auto module = modules.find(number);
  if (module == modules.end())
    return;
  for (uint64_t address : module->second.allocations)
    memory->free(address);
  modules.erase(module);
}

const Program *Device::find(unsigned number) const {
  auto module = modules.find(number);
  return module == modules.end() ? nullptr : module->second.program.get();
}

std::vector<std::string> Device::kernels(unsigned module) const {
  std::vector<std::string> names;
  if (const Program *program = find(module))
    for (const Kernel &kernel : program->kernels)
      names.push_back(kernel.function->name);
  return names;
}

std::vector<Parameter> Device::parameters(const std::string &name, unsigned module) const {
  std::vector<Parameter> result;
  const Program *program = find(module);
  if (const Kernel *kernel = program ? program->findKernel(name) : nullptr)
    for (size_t i = 0; i < kernel->function->parameters.size(); ++i) {
      const ptx::Variable &variable = kernel->function->parameters[i];
      result.push_back({variable.name, kernel->parameterOffsets[i], unsigned(variable.bytes)});
    }
  return result;
}

KernelFacts Device::facts(const std::string &name, unsigned module) const {
  const Program *program = find(module);
  const Kernel *kernel = program ? program->findKernel(name) : nullptr;
  if (!kernel)
    return {};
  const ptx::Limits &limits = kernel->function->limits;
  const auto &most = limits.requiredThreads[0] ? limits.requiredThreads : limits.maximalThreads;
  unsigned threads = most[0] ? most[0] * most[1] * most[2] : kMaxThreads;
  return {program->sharedBytes, program->localBytes, threads};
}

static std::string three(const std::array<unsigned, 3> &values) {
  return std::to_string(values[0]) + ", " + std::to_string(values[1]) + ", " +
         std::to_string(values[2]);
}

/// Why this launch is impossible, or nothing.
static std::string check(const Launch &launch, const Kernel &kernel,
                         const std::array<unsigned, 3> &cluster) {
  const ptx::Limits &limits = kernel.function->limits;
  uint64_t threads = uint64_t(launch.block[0]) * launch.block[1] * launch.block[2];
  if (threads < 1 || threads > kMaxThreads)
    return "a block has 1 to 1024 threads, got " + three(launch.block);
  if (limits.requiredThreads[0] && limits.requiredThreads != launch.block)
    return "the kernel requires blocks of " + three(limits.requiredThreads) + " threads, got " +
           three(launch.block);
  const auto &most = limits.maximalThreads;
  if (most[0] && threads > uint64_t(most[0]) * most[1] * most[2])
    return "the kernel allows blocks of at most " + three(most) + " threads, got " +
           three(launch.block);
  if (limits.requiredCluster[0] && limits.requiredCluster != cluster)
    return "the kernel requires clusters of " + three(limits.requiredCluster) + " blocks, got " +
           three(cluster);
  for (unsigned axis = 0; axis < 3; ++axis)
    if (launch.grid[axis] % cluster[axis])
      return "a grid of " + three(launch.grid) + " blocks has no whole number of clusters of " +
             three(cluster);
  if (uint64_t(cluster[0]) * cluster[1] * cluster[2] > 16)
    return "a cluster has 1 to 16 blocks, got " + three(cluster);
  if (std::string problem = checkRegisters(launch, *kernel.function); !problem.empty())
    return problem;
  if (launch.parameters.size() != kernel.parameterBytes)
    return "the kernel has " + std::to_string(kernel.parameterBytes) +
           " bytes of parameters, got " + std::to_string(launch.parameters.size());
  return "";
}

bool Device::launch(const Launch &launch, Report &report, std::string &error) {
  const Program *program = find(launch.module);
  const Kernel *kernel = program ? program->findKernel(launch.kernel) : nullptr;
  if (!kernel) {
    error = "the module has no kernel '" + launch.kernel + "'";
    return false;
  }
  report = Report();
  Grid grid(*program, *kernel, launch, *memory, report);
  error = check(launch, *kernel, grid.cluster);
  if (!error.empty())
    return false;
  Allocation &parameters =
      memory->allocate(launch.parameters.size(), 64, "the kernel's parameters");
  parameters.isReadOnly = true;
  std::memcpy(parameters.data.get(), launch.parameters.data(), launch.parameters.size());
  std::memset(parameters.written.get(), 1, launch.parameters.size());
  grid.parameterAddress = parameters.address;
  // Its size and the barrier of all blocks.
  static constexpr uint32_t kWorkspace[2] = {sizeof(kWorkspace), 0};
  grid.workspaceAddress = allocate(sizeof(kWorkspace), 8, "the grid's workspace");
  write(grid.workspaceAddress, kWorkspace, sizeof(kWorkspace));
  grid.run();
  memory->free(parameters.address);
  memory->free(grid.workspaceAddress);
  return true;
}

} // namespace mla::sim
