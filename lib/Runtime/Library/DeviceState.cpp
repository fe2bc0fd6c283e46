//===- DeviceState.cpp - choosing and loading kernels ----------------------===//
// SPDX-License-Identifier: Apache-2.0

#include "DeviceState.h"

#include <fstream>
#include <iterator>

using namespace mla::runtime;

CurrentContext::~CurrentContext() {
  if (driver)
    driver->cuCtxSetCurrentFn(before);
}

Status CurrentContext::remember(const Driver &of) {
  CUcontext current = nullptr;
  Status status = of.check(of.cuCtxGetCurrentFn(&current), "cuCtxGetCurrent");
  if (status.ok()) {
    before = current;
    driver = &of;
  }
  return status;
}

Status CurrentContext::enter(const Device &device) {
  const Driver &of = device.driver();
  CUcontext current = nullptr;
  if (Status status = of.check(of.cuCtxGetCurrentFn(&current), "cuCtxGetCurrent"); !status.ok())
    return status;
  if (current == device.primaryContext())
    return {};
  if (Status status = device.makeCurrent(); !status.ok())
    return status;
  before = current;
  driver = &of;
  return {};
}

static bool readFile(const std::string &path, std::string &bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return false;
  bytes.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return true;
}

Status LibraryKernel::readFolder() {
  std::string stem = device.folder + "/" + std::string(entry.name);
  if (Status status = Manifest::read(stem + ".json", manifest); !status.ok())
    return status;
  if (readFile(stem + ".fatbin", fileImage) || readFile(stem + ".cubin", fileImage) ||
      readFile(stem + ".ptx", fileImage))
    return {};
  return Status::error(StatusCode::NotFound,
                       stem + ": has a manifest but no .fatbin, .cubin or .ptx beside it");
}

/// Picks what runs on the device out of an image whose manifest was read.
Status LibraryKernel::select(std::string_view bytes) {
  image = bytes;
  std::string capability = std::to_string(device.major) + "." + std::to_string(device.minor);
  if (Status status = selectVariant(manifest, image, device.major, device.minor, chosen, isJit);
      !status.ok())
    return status;
  if (isJit && device.forbidJit)
    return Status::error(StatusCode::Unsupported, "kernel '" + std::string(entry.name) +
                                                      "' has only PTX for compute capability " +
                                                      capability + ", and JIT is forbidden");
  if (chosen->sharedBytes > device.maxSharedBytes)
    return Status::error(StatusCode::Unsupported,
                         "kernel '" + std::string(entry.name) + "' for " + chosen->arch +
                             " needs " + std::to_string(chosen->sharedBytes) +
                             " bytes of shared memory per block, compute " + "capability " +
                             capability + " has " + std::to_string(device.maxSharedBytes) + "; " +
                             (device.folder.empty() ? "build the library with it in MLA_ARCHS"
                                                    : "tools/kernels --small compiles for 99 KB"));
  return {};
}

Status LibraryKernel::selectEmbedded(const CatalogueImage &embedded) {
  if (Status status = Manifest::parse(embedded.manifest.view(), std::string(entry.name), manifest);
      !status.ok())
    return status;
  return select(embedded.fatbin.view());
}

Status LibraryKernel::choose() {
  std::call_once(chosenOnce, [&] {
    if (!device.folder.empty()) {
      chosenStatus = readFolder();
      if (chosenStatus.ok())
        chosenStatus = select(fileImage);
    } else {
      chosenStatus = selectEmbedded(entry.image);
      // Where there is no code for the device, or it takes more shared memory than there is.
      bool hasSmall = entry.small.fatbin.begin != nullptr;
      if (!chosenStatus.ok() && hasSmall && selectEmbedded(entry.small).ok())
        chosenStatus = {};
    }
    if (!chosenStatus.ok())
      return;
    for (const Argument &argument : chosen->arguments)
      argumentHashes.push_back(hashName(argument.name));
  });
  return chosenStatus;
}

Status LibraryKernel::loadNow() {
  if (Status status = choose(); !status.ok())
    return status;
  std::lock_guard lock(loading);
  if (loaded.load(std::memory_order_relaxed))
    return {};
  Status status =
      kernel.load(device.gpu, manifest, image, device.forbidJit ? Jit::Forbid : Jit::Allow);
  if (status.ok())
    loaded.store(&kernel, std::memory_order_release);
  return status;
}

Status LibraryKernel::load(CUstream stream) {
  if (loaded.load(std::memory_order_acquire))
    return {};
  const Driver &driver = device.gpu.driver();
  CUstreamCaptureStatus capture = CU_STREAM_CAPTURE_STATUS_NONE;
  CUresult result = driver.cuStreamIsCapturingFn(stream, &capture);
  // The default stream says so by an error while another one is captured.
  if (result == CUDA_ERROR_STREAM_CAPTURE_IMPLICIT || capture != CU_STREAM_CAPTURE_STATUS_NONE)
    return Status::error(
        StatusCode::NotLoaded,
        "kernel '" + std::string(entry.name) +
            "' is not loaded and the stream is being captured; call mla_load first");
  if (Status status = driver.check(result, "cuStreamIsCapturing"); !status.ok())
    return status;
  return loadNow();
}

Status LibraryKernel::gather(const Operands &operands, std::span<Value> values) const {
  size_t hint = 0;
  for (size_t i = 0; i < argumentHashes.size(); ++i) {
    const Value *value = operands.find(argumentHashes[i], hint);
    if (!value)
      return Status::error(StatusCode::Internal,
                           "kernel '" + std::string(entry.name) + "' takes an argument '" +
                               chosen->arguments[i].name + "' that the library does not know");
    values[i] = *value;
  }
  return {};
}

Status LibraryKernel::check(const Operands &operands) {
  std::array<Value, kMaxArguments> values;
  std::array<uint64_t, kMaxArguments> words;
  if (Status status = gather(operands, values); !status.ok())
    return status;
  return packArguments(*chosen, std::span(values).first(argumentHashes.size()), words);
}

Status LibraryKernel::prepare(Grid grid, const Operands &operands, PreparedLaunch &launch) const {
  std::array<Value, kMaxArguments> values;
  if (Status status = gather(operands, values); !status.ok())
    return status;
  return loaded.load(std::memory_order_acquire)
      ->prepare(grid, std::span(values).first(argumentHashes.size()), launch);
}

Status mla_device::find(std::string_view kernel, std::span<const Property> wanted,
                        LibraryKernel *&found) {
  VariantId id = findVariant(kernel, wanted);
  if (id.kernel < 0) {
    std::string text;
    for (const Property &property : wanted)
      text += (text.empty() ? "" : ", ") + std::string(property.axis) + " = " +
              std::string(property.value);
    return Status::error(StatusCode::Unsupported,
                         "no kernel '" + std::string(kernel) + "' for " + text);
  }
  found = &kernels[size_t(id.kernel)][size_t(id.variant)];
  return found->choose();
}

Status mla_device::requireGpu() const {
  if (isOffline)
    return Status::error(StatusCode::NoDevice,
                         "argument 'device' was opened with ordinal -1, for queries alone");
  return {};
}
