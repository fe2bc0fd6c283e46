//===- Launch.cpp - runs grids and says what they did wrong ---------------===//
// SPDX-License-Identifier: Apache-2.0
#include "State.h"
#include "mla/Simulator/Counters.h"

#include <cstdio>
#include <cstring>

using namespace mla::sim;
using namespace mla::sim::driver;

static constexpr unsigned kMaxGridYz = 65535;

/// What a GPU would answer, as far as it would notice.
static CUresult resultOf(FindingKind kind) {
  switch (kind) {
  case FindingKind::OutOfBounds:
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  case FindingKind::Misaligned:
    return CUDA_ERROR_MISALIGNED_ADDRESS;
  case FindingKind::Deadlock:
  case FindingKind::Endless:
    return CUDA_ERROR_LAUNCH_TIMEOUT;
  case FindingKind::Uninitialised:
  case FindingKind::Race:
  case FindingKind::Trap:
  case FindingKind::Protocol:
  case FindingKind::Registers:
  case FindingKind::Invalid:
    return CUDA_ERROR_LAUNCH_FAILED;
  }
  return CUDA_ERROR_LAUNCH_FAILED;
}

/// Runs a grid; says on stderr what was found.
static CUresult run(State &state, const driver::Kernel &kernel, Launch launch) {
  if (!kernel.isLoaded) {
    complain("kernel '" + kernel.name + "' is launched by a graph and its library is unloaded");
    return CUDA_ERROR_INVALID_HANDLE;
  }
  // Another order in each launch, so that a second run that must give the same bits means
  // something.
  if (uint64_t number = ++state.launches; state.settings.seed)
    launch.seed = state.settings.seed + number;
  launch.progress = [&](const Progress &progress) {
    complain("kernel '" + kernel.name + "': " + std::to_string(progress.seconds) + " s, " +
             std::to_string(progress.begun) + " of " + std::to_string(progress.clusters) +
             " clusters begun, " + std::to_string(progress.instructions / 1000000) +
             " million instructions of warps");
  };
  Report report;
  std::string error;
  bool hasRun = state.device.launch(launch, report, error);
  std::fputs(report.output.c_str(), stdout);
  if (!hasRun) {
    complain("kernel '" + kernel.name + "': " + error);
    return CUDA_ERROR_INVALID_VALUE;
  }
  CUresult result = CUDA_SUCCESS;
  for (const Finding &finding : report.findings) {
    complain("kernel '" + kernel.name + "': " + textOf(finding, "PTX"));
    if (result == CUDA_SUCCESS || result == CUDA_ERROR_LAUNCH_FAILED)
      result = resultOf(finding.kind);
  }
  return result;
}

/// Takes over the attributes of a launch; success unless one means something that is not simulated.
static CUresult readAttributes(const CUlaunchConfig &config, Launch &launch) {
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const CUlaunchAttribute &attribute = config.attrs[i];
    switch (attribute.id) {
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
      launch.cluster = {attribute.value.clusterDim.x, attribute.value.clusterDim.y,
                        attribute.value.clusterDim.z};
      break;
    // A grid that begins when the one before it has ended begins late enough, whatever is asked.
    case CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
    case CU_LAUNCH_ATTRIBUTE_IGNORE:
    case CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW:
    case CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
    case CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
    case CU_LAUNCH_ATTRIBUTE_PRIORITY:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN:
    case CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP:
      break;
    default:
      complain("launch attribute " + std::to_string(int(attribute.id)) + " is not simulated");
      return CUDA_ERROR_NOT_SUPPORTED;
    }
  }
  return CUDA_SUCCESS;
}

/// Why a GPU would refuse the configuration, or nothing.
static std::string problemOf(const State &state, const driver::Kernel &kernel,
                             const CUlaunchConfig &config) {
  auto text = [](uint64_t number) { return std::to_string(number); };
  if (config.gridDimX == 0 || config.gridDimY == 0 || config.gridDimZ == 0 ||
      config.gridDimX > unsigned(INT32_MAX) || config.gridDimY > kMaxGridYz ||
      config.gridDimZ > kMaxGridYz)
    return "a grid of " + text(config.gridDimX) + " x " + text(config.gridDimY) + " x " +
           text(config.gridDimZ) + " is outside 1 to 2147483647 x 65535 x 65535";
  if (config.sharedMemBytes > kernel.maxDynamicBytes)
    return text(config.sharedMemBytes) + " bytes of dynamic shared memory, allowed are " +
           text(kernel.maxDynamicBytes) + " (cuKernelSetAttribute)";
  uint64_t shared = uint64_t(kernel.facts.sharedBytes) + config.sharedMemBytes;
  if (shared > uint64_t(state.settings.arch->maxSharedBytesPerBlock))
    return text(shared) + " bytes of shared memory, the device has " +
           text(uint64_t(state.settings.arch->maxSharedBytesPerBlock));
  return {};
}

CUresult CUDAAPI cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction function,
                                  void **parameters, void **extra) {
  return call(true, [&](State &state) {
    std::shared_ptr<driver::Kernel> kernel = state.findKernel(function);
    if (!kernel)
      return CUDA_ERROR_INVALID_HANDLE;
    if (!config || extra || (!parameters && !kernel->parameters.empty()))
      return CUDA_ERROR_INVALID_VALUE;
    if (std::string problem = problemOf(state, *kernel, *config); !problem.empty()) {
      complain("kernel '" + kernel->name + "': " + problem);
      return CUDA_ERROR_INVALID_VALUE;
    }
    Launch launch;
    launch.kernel = kernel->name;
    launch.module = kernel->module;
    launch.grid = {config->gridDimX, config->gridDimY, config->gridDimZ};
    launch.block = {config->blockDimX, config->blockDimY, config->blockDimZ};
    launch.sharedBytes = config->sharedMemBytes;
    launch.threads = state.settings.threads;
    launch.checkGlobalRaces = state.settings.checkGlobalRaces;
    if (CUresult result = readAttributes(*config, launch))
      return result;
    for (size_t i = 0; i < kernel->parameters.size(); ++i) {
      const Parameter &parameter = kernel->parameters[i];
      launch.parameters.resize(parameter.offset + parameter.bytes);
      std::memcpy(launch.parameters.data() + parameter.offset, parameters[i], parameter.bytes);
    }
    return state.enqueue(config->hStream,
                         [&state, kernel, launch] { return run(state, *kernel, launch); });
  });
}

CUresult CUDAAPI cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY, unsigned gridZ,
                                unsigned blockX, unsigned blockY, unsigned blockZ, unsigned shared,
                                CUstream stream, void **parameters, void **extra) {
  CUlaunchConfig config{};
  config.gridDimX = gridX;
  config.gridDimY = gridY;
  config.gridDimZ = gridZ;
  config.blockDimX = blockX;
  config.blockDimY = blockY;
  config.blockDimZ = blockZ;
  config.sharedMemBytes = shared;
  config.hStream = stream;
  return cuLaunchKernelEx(&config, function, parameters, extra);
}
