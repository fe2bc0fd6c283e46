//===- Launcher.cpp - image choice, loading and launching -----------------===//
// Choosing a variant and packing arguments are free functions without a GPU, so that they are
// unit-tested. SPDX-License-Identifier: Apache-2.0

#include "mla/Runtime/Launcher.h"

#include "mla/Runtime/TensorMaps.h"

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

using namespace mla::runtime;

/// The CUDA version from which a kernel that starts early may be captured in a graph.
static constexpr int kEarlyLaunchVersion = 12030;

ImageFormat mla::runtime::imageFormat(std::string_view image) {
  if (image.substr(0, 4) == "\x7f"
                            "ELF")
    return ImageFormat::Cubin;
  if (image.substr(0, 4) == "\x50\xed\x55\xba")
    return ImageFormat::Fatbin;
  return ImageFormat::Ptx;
}

/// The name behind `.target` in PTX text, or nothing.
static std::string_view ptxTarget(std::string_view text) {
  size_t at = text.find(".target");
  if (at == std::string_view::npos)
    return {};
  size_t begin = text.find_first_not_of(" \t", at + std::strlen(".target"));
  size_t end = text.find_first_of(" \t\r\n,", begin);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin);
}

static bool ptxRunsOn(const Variant &variant, int major, int minor) {
  if (variant.archSpecific)
    return variant.major == major && variant.minor == minor;
  return variant.major < major || (variant.major == major && variant.minor <= minor);
}

Status mla::runtime::selectVariant(const Manifest &manifest, std::string_view image, int major,
                                   int minor, const Variant *&variant, bool &jit) {
  variant = nullptr;
  jit = false;
  ImageFormat format = imageFormat(image);
  std::string_view target = format == ImageFormat::Ptx ? ptxTarget(image) : std::string_view();
  const Variant *compatible = nullptr;
  const Variant *ptx = nullptr;
  for (const Variant &candidate : manifest.variants) {
    bool asPtx =
        format == ImageFormat::Ptx ? candidate.arch == target : candidate.kind == ImageKind::Ptx;
    if (asPtx) {
      // A PTX file may come with the manifest of its arch's machine code: same schedule, same
      // arguments.
      bool better = !ptx || (candidate.kind == ImageKind::Ptx && ptx->kind != ImageKind::Ptx);
      if (format != ImageFormat::Cubin && ptxRunsOn(candidate, major, minor) && better)
        ptx = &candidate;
    } else if (format != ImageFormat::Ptx && candidate.kind == ImageKind::Cubin &&
               candidate.major == major) {
      if (candidate.minor == minor)
        variant = &candidate;
      else if (!candidate.archSpecific && candidate.minor < minor &&
               (!compatible || compatible->minor < candidate.minor))
        compatible = &candidate;
    }
  }
  if (!variant)
    variant = compatible;
  if (!variant && ptx) {
    variant = ptx;
    jit = true;
  }
  if (variant)
    return {};
  return Status::error(StatusCode::NotFound,
                       "kernel '" + manifest.kernel + "' has no image for compute capability " +
                           std::to_string(major) + "." + std::to_string(minor) +
                           (target.empty() ? "" : "; the file is PTX for " + std::string(target)) +
                           "; the manifest lists " + manifest.variantNames());
}

static const char *kindName(ArgumentKind kind) {
  switch (kind) {
  case ArgumentKind::Pointer:
    return "a pointer";
  case ArgumentKind::Float:
    return "a floating-point number";
  case ArgumentKind::SignedInteger:
  case ArgumentKind::UnsignedInteger:
    return "an integer";
  }
  return "a value";
}

static Status badArgument(const Argument &argument, const std::string &what) {
  return Status::error(StatusCode::InvalidArgument,
                       "argument '" + argument.name + "' (" + argument.type + ") " + what);
}

static bool fitsInteger(int64_t value, const Argument &argument) {
  int bits = argument.bytes * 8;
  if (argument.type == "i1" || argument.type == "u1")
    return value == 0 || value == 1;
  if (argument.kind == ArgumentKind::UnsignedInteger)
    return bits == 64 || (value >= 0 && value < int64_t(1) << bits);
  return bits == 64 || (value >= -(int64_t(1) << (bits - 1)) && value < int64_t(1) << (bits - 1));
}

static Status packOne(const Argument &argument, const Value &value, uint64_t &word) {
  bool wantsInteger = argument.kind == ArgumentKind::SignedInteger ||
                      argument.kind == ArgumentKind::UnsignedInteger;
  bool isInteger =
      value.kind == ArgumentKind::SignedInteger || value.kind == ArgumentKind::UnsignedInteger;
  if (wantsInteger != isInteger || (!wantsInteger && argument.kind != value.kind))
    return badArgument(argument, std::string("must be ") + kindName(argument.kind) + ", got " +
                                     kindName(value.kind));
  if (argument.kind == ArgumentKind::Float) {
    float narrow = float(value.real);
    word = 0;
    if (argument.bytes == 4)
      std::memcpy(&word, &narrow, sizeof(narrow));
    else
      std::memcpy(&word, &value.real, sizeof(value.real));
    return {};
  }
  if (wantsInteger && !fitsInteger(int64_t(value.bits), argument))
    return badArgument(argument, "= " + std::to_string(int64_t(value.bits)) + " does not fit " +
                                     argument.type);
  if (argument.divisibility > 1 && int64_t(value.bits) % argument.divisibility != 0)
    return badArgument(argument,
                       "= " + std::to_string(int64_t(value.bits)) + " must be a multiple of " +
                           std::to_string(argument.divisibility) + (wantsInteger ? "" : " bytes"));
  // Little endian: the low bytes of the word are the narrower argument.
  word = value.bits;
  return {};
}

Status mla::runtime::packArguments(const Variant &variant, std::span<const Value> values,
                                   std::span<uint64_t> words) {
  if (values.size() != variant.arguments.size()) {
    std::string names;
    for (const Argument &argument : variant.arguments)
      names += (names.empty() ? "" : ", ") + argument.name;
    return Status::error(StatusCode::InvalidArgument, "kernel '" + variant.entry + "' takes " +
                                                          std::to_string(variant.arguments.size()) +
                                                          " arguments (" + names + "), got " +
                                                          std::to_string(values.size()));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (Status status = packOne(variant.arguments[i], values[i], words[i]); !status.ok())
      return status;
  }
  return {};
}

Kernel &Kernel::operator=(Kernel &&other) noexcept {
  if (this == &other)
    return *this;
  unload();
  driver = other.driver;
  library = std::exchange(other.library, nullptr);
  kernel = std::exchange(other.kernel, nullptr);
  chosen = std::move(other.chosen);
  kernelName = std::move(other.kernelName);
  wasJit = other.wasJit;
  loadedRegisters = other.loadedRegisters;
  loadedLocalBytes = other.loadedLocalBytes;
  return *this;
}

void Kernel::unload() {
  if (library)
    driver->cuLibraryUnloadFn(library);
  library = nullptr;
  kernel = nullptr;
}

Status Kernel::load(const Device &device, const Manifest &manifest, std::string_view image,
                    Jit policy) {
  unload();
  driver = &device.driver();
  const Variant *variant = nullptr;
  if (Status status = selectVariant(manifest, image, device.major, device.minor, variant, wasJit);
      !status.ok())
    return status;
  if (wasJit && policy == Jit::Forbid)
    return Status::error(StatusCode::NotFound, "kernel '" + manifest.kernel +
                                                   "' has only PTX for " + device.name +
                                                   " and compiling at load time is forbidden");
  if (variant->sharedBytes > device.maxSharedBytesPerBlock)
    return Status::error(StatusCode::InvalidArgument,
                         "kernel '" + manifest.kernel + "' needs " +
                             std::to_string(variant->sharedBytes) +
                             " bytes of shared memory per block, " + device.name + " has " +
                             std::to_string(device.maxSharedBytesPerBlock));
  chosen = *variant;
  kernelName = manifest.kernel;

  // The driver reads text up to its zero, and says in the log why it refuses PTX.
  std::string code(image);
  std::array<char, 4096> log{};
  CUjit_option options[] = {CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES};
  void *optionValues[] = {log.data(), reinterpret_cast<void *>(log.size())};
  CUresult result = driver->cuLibraryLoadDataFn(&library, code.c_str(), options, optionValues, 2,
                                                nullptr, nullptr, 0);
  if (Status status = driver->check(result, "cuLibraryLoadData"); !status.ok()) {
    library = nullptr;
    return Status::error(status.code, "kernel '" + manifest.kernel + "': " + status.message +
                                          (log[0] ? std::string(": ") + log.data() : ""));
  }
  Status status = driver->check(
      driver->cuLibraryGetKernelFn(&kernel, library, chosen.entry.c_str()), "cuLibraryGetKernel");
  // Reading an attribute makes a lazily loading driver load now, not at the first launch.
  if (status.ok())
    status = driver->check(driver->cuKernelGetAttributeFn(
                               &loadedRegisters, CU_FUNC_ATTRIBUTE_NUM_REGS, kernel, device.handle),
                           "cuKernelGetAttribute");
  if (status.ok())
    status = driver->check(driver->cuKernelGetAttributeFn(&loadedLocalBytes,
                                                          CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES,
                                                          kernel, device.handle),
                           "cuKernelGetAttribute");
  if (status.ok())
    status = driver->check(
        driver->cuKernelSetAttributeFn(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                       int(chosen.sharedBytes), kernel, device.handle),
        "cuKernelSetAttribute");
  if (!status.ok()) {
    unload();
    status.message =
        "kernel '" + manifest.kernel + "', entry '" + chosen.entry + "': " + status.message;
  }
  return status;
}

Status Kernel::loadFile(const Device &device, const std::string &stem, Jit policy) {
  Manifest manifest;
  if (Status status = Manifest::read(stem + ".json", manifest); !status.ok())
    return status;
  for (const char *extension : {".fatbin", ".cubin", ".ptx"}) {
    std::ifstream file(stem + extension, std::ios::binary);
    if (!file)
      continue;
    std::string image((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return load(device, manifest, image, policy);
  }
  return Status::error(StatusCode::NotFound,
                       stem + ": has a manifest but no .fatbin, .cubin or .ptx beside it");
}

Status Kernel::prepare(Grid grid, std::span<const Value> values, PreparedLaunch &launch) const {
  constexpr int64_t kMaxX = std::numeric_limits<int32_t>::max();
  constexpr int64_t kMaxYz = 65535;
  if (!kernel)
    return Status::error(StatusCode::InvalidArgument, "no kernel is loaded");
  if (Status status = packArguments(chosen, values, launch.words); !status.ok())
    return status;
  if (grid.x < 0 || grid.y < 0 || grid.z < 0 || grid.x > kMaxX || grid.y > kMaxYz ||
      grid.z > kMaxYz)
    return Status::error(StatusCode::InvalidArgument,
                         "grid " + std::to_string(grid.x) + " x " + std::to_string(grid.y) + " x " +
                             std::to_string(grid.z) + " is outside 2147483647 x 65535 x 65535");
  if (grid.x % chosen.cluster != 0)
    return Status::error(StatusCode::InvalidArgument,
                         "grid x of " + std::to_string(grid.x) + " is no multiple of " +
                             std::to_string(chosen.cluster) +
                             ", the CTAs of a cluster of kernel '" + kernelName + "'");
  launch.grid = grid;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0)
    return {};
  if (Status status = encodeTensorMaps(*driver, chosen, values, launch.maps); !status.ok())
    return status;
  size_t count = 0;
  for (size_t i = 0; i < values.size(); ++i)
    launch.addresses[count++] = &launch.words[i];
  for (size_t i = 0; i < chosen.tensorMaps.size(); ++i)
    launch.addresses[count++] = &launch.maps[i];
  return {};
}

Status Kernel::launch(const PreparedLaunch &launch, CUstream stream) const {
  const Grid &grid = launch.grid;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0)
    return {};
  CUlaunchConfig config{};
  config.gridDimX = unsigned(grid.x);
  config.gridDimY = unsigned(grid.y);
  config.gridDimZ = unsigned(grid.z);
  config.blockDimX = unsigned(chosen.threads);
  config.blockDimY = config.blockDimZ = 1;
  config.sharedMemBytes = unsigned(chosen.sharedBytes);
  config.hStream = stream;
  CUlaunchAttribute early{};
  if (chosen.overlapsPrevious && driver->version >= kEarlyLaunchVersion) {
    early.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION;
    early.value.programmaticStreamSerializationAllowed = 1;
    config.attrs = &early;
    config.numAttrs = 1;
  }
  // The driver's interface is not const; it reads the pointers and what they point to.
  return driver->check(driver->cuLaunchKernelExFn(&config, reinterpret_cast<CUfunction>(kernel),
                                                  const_cast<void **>(launch.addresses.data()),
                                                  nullptr),
                       "cuLaunchKernelEx");
}

Status Kernel::launch(Grid grid, std::span<const Value> values, CUstream stream) const {
  PreparedLaunch prepared;
  if (Status status = prepare(grid, values, prepared); !status.ok())
    return status;
  return launch(prepared, stream);
}
