//===- DeviceState.h - a device handle and the kernels of its arch ---------===//
// Choosing an image needs no GPU, so that queries work anywhere; loading happens once per kernel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "Catalogue.h"
#include "Operands.h"
#include "mla/Runtime/mla.h"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace mla::runtime {

/// Makes a device's context current for a scope, and the caller's again behind it.
class CurrentContext {
public:
  CurrentContext() = default;
  CurrentContext(const CurrentContext &) = delete;
  CurrentContext &operator=(const CurrentContext &) = delete;
  ~CurrentContext();
  /// Makes the context of `device` current.
  Status enter(const Device &device);
  /// Remembers what is current.
  Status remember(const Driver &driver);

private:
  const Driver *driver = nullptr;
  CUcontext before = nullptr;
};

/// One variant of a kernel on one device.
class LibraryKernel {
public:
  LibraryKernel(const mla_device &device, const CatalogueVariant &entry)
      : device(device), entry(entry) {}

  /// Picks the image for the device's arch; once.
  Status choose();
  /// Loads the image unless it is loaded; refuses inside a capture. Needs the context current.
  Status load(CUstream stream);
  /// Loads without looking at a stream.
  Status loadNow();
  /// Whether arguments keep the kernel's promises; addresses count only where they are not 0.
  Status check(const Operands &operands);
  /// Lays out a launch.
  Status prepare(Grid grid, const Operands &operands, PreparedLaunch &launch) const;
  /// Enqueues it.
  Status launch(const PreparedLaunch &launch, CUstream stream) const {
    return loaded.load(std::memory_order_acquire)->launch(launch, stream);
  }

  /// What was chosen; only after choose().
  const Variant &variant() const { return *chosen; }
  /// Whether the driver compiles it.
  bool jit() const { return isJit; }
  /// Name in library.json.
  std::string_view name() const { return entry.name; }

private:
  Status readFolder();
  Status select(std::string_view fatbin);
  Status selectEmbedded(const CatalogueImage &embedded);
  Status gather(const Operands &operands, std::span<Value> values) const;

  const mla_device &device;
  const CatalogueVariant &entry;
  std::once_flag chosenOnce;
  Status chosenStatus;
  Manifest manifest;
  std::string fileImage;  ///< with a kernel folder
  std::string_view image; ///< the bytes that `manifest` describes
  std::vector<uint64_t> argumentHashes;
  const Variant *chosen = nullptr;
  bool isJit = false;
  std::mutex loading;
  Kernel kernel;
  std::atomic<const Kernel *> loaded = nullptr;
};

} // namespace mla::runtime

/// The handle of mla.h.
struct mla_device {
  int major = 0, minor = 0;   ///< compute capability
  int numMultiprocessors = 0; ///< SMs
  int64_t maxSharedBytes = 0; ///< of a block
  bool isOffline = false;     ///< a description without a GPU
  bool forbidJit = false;     ///< PTX is refused
  std::string folder;         ///< of kernels; empty: those inside the library
  mla::runtime::Device gpu;   ///< unless offline
  std::vector<std::deque<mla::runtime::LibraryKernel>> kernels; ///< as in the catalogue

  /// The variant of a kernel for `wanted`, with its image chosen.
  mla::runtime::Status find(std::string_view kernel, std::span<const mla::runtime::Property> wanted,
                            mla::runtime::LibraryKernel *&found);
  /// Refuses an offline handle.
  mla::runtime::Status requireGpu() const;
};
